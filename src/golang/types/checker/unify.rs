//! Unification: which types make two types with unknowns the same.

use crate::golang::types::ids::{ObjectId, TypeId};
use std::collections::BTreeMap;

use super::Checker;
use crate::golang::syntax::tree::Direction;
use crate::golang::types::kinds::Type;
use crate::golang::types::lookup::{Address, Case, Found};

/// How deep types are unified.
const DEPTH_MAX: usize = 100;

/// How exactly two types must fit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Fit {
    /// As in an assignment: names may differ at the top, not in elements.
    assign: bool,
    /// Not even at the top.
    exact: bool,
}

impl Fit {
    pub(super) const INEXACT: Fit = Fit { assign: false, exact: false };
    pub(super) const ASSIGN: Fit = Fit { assign: true, exact: false };
    pub(super) const EXACT: Fit = Fit { assign: false, exact: true };

    fn of_elements(self) -> Fit {
        Fit { exact: self.exact || self.assign, ..self }
    }
}

/// Type parameters and what has been found out about them. Some are known to be the same: they share a slot.
#[derive(Default)]
pub(super) struct Unifier {
    slots: BTreeMap<TypeId, usize>,
    values: Vec<Option<TypeId>>,
    depth: usize,
}

impl Unifier {
    pub(super) fn new(params: &[TypeId], args: &[Option<TypeId>]) -> Unifier {
        let slots = params.iter().enumerate().map(|(slot, param)| (*param, slot)).collect();
        let values = (0..params.len()).map(|at| args.get(at).copied().flatten()).collect();
        Unifier { slots, values, depth: 0 }
    }

    pub(super) fn at(&self, param: TypeId) -> Option<TypeId> {
        self.slots.get(&param).and_then(|slot| self.values[*slot])
    }

    pub(super) fn set(&mut self, param: TypeId, of: TypeId) {
        if let Some(slot) = self.slots.get(&param) {
            self.values[*slot] = Some(of);
        }
    }

    pub(super) fn unknowns(&self) -> usize {
        self.slots.values().filter(|slot| self.values[**slot].is_none()).count()
    }

    pub(super) fn inferred(&self, params: &[TypeId]) -> Vec<Option<TypeId>> {
        params.iter().map(|param| self.at(*param)).collect()
    }

    fn has(&self, of: TypeId) -> bool {
        self.slots.contains_key(&of)
    }

    /// Makes two parameters the same; fails when both are known.
    fn join(&mut self, a: TypeId, b: TypeId) -> bool {
        let (Some(&x), Some(&y)) = (self.slots.get(&a), self.slots.get(&b)) else { return false };
        if x == y {
            return true;
        }
        let (from, to) = match (self.values[x], self.values[y]) {
            (Some(_), Some(_)) => return false,
            (Some(_), None) => (y, x),
            _ => (x, y),
        };
        self.slots.values_mut().filter(|slot| **slot == from).for_each(|slot| *slot = to);
        true
    }
}

impl Checker<'_> {
    /// Whether both can be made the same type; finds out more about the unknowns on the way.
    pub(super) fn unify(&mut self, u: &mut Unifier, x: TypeId, y: TypeId, fit: Fit) -> bool {
        if u.depth >= DEPTH_MAX {
            return false;
        }
        u.depth += 1;
        let result = self.unify_here(u, x, y, fit);
        u.depth -= 1;
        result
    }

    fn is_named(&self, of: TypeId) -> bool {
        self.types.named(of).is_some()
    }

    fn is_literal(&self, of: TypeId) -> bool {
        !matches!(self.types.get(self.types.unalias(of)), Type::Named(_) | Type::Param(_))
    }

    fn unify_here(&mut self, u: &mut Unifier, x: TypeId, y: TypeId, fit: Fit) -> bool {
        let (mut x, mut y) = (x, y);
        if x == y || self.types.unalias(x) == self.types.unalias(y) {
            return true;
        }
        let bound = |checker: &Self, u: &Unifier, of: TypeId| {
            let of = checker.types.unalias(of);
            u.has(of).then_some(of)
        };
        if self.is_named(x) || bound(self, u, y).is_some() {
            (x, y) = (y, x);
        }
        if !fit.exact && self.is_named(y) && self.is_literal(x) && !self.types.is_interface(x) {
            y = self.types.under(y);
            if x == y || self.types.unalias(x) == y {
                return true;
            }
        }
        match (bound(self, u, x), bound(self, u, y)) {
            (Some(a), Some(b)) => {
                if u.join(a, b) {
                    return true;
                }
                match (u.at(a), u.at(b)) {
                    (Some(a), Some(b)) => return self.unify(u, a, b, fit),
                    _ => return false,
                }
            }
            (Some(param), None) => return self.unify_param(u, param, y, fit),
            _ => {}
        }
        if !fit.exact && (self.types.is_interface(x) || self.types.is_interface(y)) {
            return self.unify_interfaces(u, x, y);
        }
        if self.types.param(y).is_some() {
            (x, y) = (y, x);
        }
        self.unify_structure(u, x, y, fit)
    }

    fn unify_param(&mut self, u: &mut Unifier, param: TypeId, y: TypeId, fit: Fit) -> bool {
        let Some(known) = u.at(param) else {
            u.set(param, y);
            return true;
        };
        if !self.unify(u, known, y, fit) {
            return false;
        }
        let (known_named, y_named) = (self.is_named(known), self.is_named(y));
        match (self.types.is_interface(known), self.types.is_interface(y)) {
            (true, true) if known_named && y_named => return self.types.identical(known, y),
            (true, true) => {
                let (a, b) = (self.types.under(known), self.types.under(y));
                if self.types.type_set(a).methods.len() != self.types.type_set(b).methods.len() {
                    return false;
                }
            }
            (false, false) => {}
            _ => return false,
        }
        if fit.exact || known_named {
            return true;
        }
        // A declared type, or a channel with one direction, says more than what it fits.
        let under = self.types.under(y);
        let directed = matches!(self.types.get(under), Type::Chan(chan) if chan.direction != Direction::Both);
        if y_named || directed {
            u.set(param, y);
        }
        true
    }

    fn unify_interfaces(&mut self, u: &mut Unifier, x: TypeId, y: TypeId) -> bool {
        let (x_is, y_is) = (self.types.is_interface(x), self.types.is_interface(y));
        let (a, b) = (self.types.under(x), self.types.under(y));
        if x_is && y_is {
            let (x_set, y_set) = (self.types.type_set(a), self.types.type_set(b));
            if x_set.comparable != y_set.comparable || x_set.terms.is_some() != y_set.terms.is_some() {
                return false;
            }
            let (small, large) = match x_set.methods.len() > y_set.methods.len() {
                true => (&y_set.methods, &x_set.methods),
                false => (&x_set.methods, &y_set.methods),
            };
            return small.iter().all(|method| {
                let name = self.types.object(*method).name.clone();
                let other = large.iter().find(|other| self.types.object(**other).name == name);
                other.is_some_and(|other| self.unify_methods(u, *method, *other))
            });
        }
        let (interface, other) = if x_is { (a, y) } else { (b, x) };
        let methods = self.types.type_set(interface).methods.clone();
        methods.iter().all(|method| {
            let (name, package) = (self.types.object(*method).name.clone(), self.types.object(*method).package);
            let Found::One(way) = self.types.find(other, Address::Missing, package, &name, Case::Exact) else {
                return false;
            };
            let own = self.method_object(&way);
            self.types.object(own).function().is_some() && self.unify_methods(u, *method, own)
        })
    }

    fn unify_methods(&mut self, u: &mut Unifier, a: ObjectId, b: ObjectId) -> bool {
        self.declare_object(a);
        self.declare_object(b);
        let (a, b) = (self.types.type_of(a), self.types.type_of(b));
        self.unify(u, a, b, Fit::EXACT)
    }

    fn unify_structure(&mut self, u: &mut Unifier, x: TypeId, y: TypeId, fit: Fit) -> bool {
        let inner = fit.of_elements();
        let (a, b) = (self.types.unalias(x), self.types.unalias(y));
        match (self.types.get(a).clone(), self.types.get(b).clone()) {
            (Type::Basic(a), Type::Basic(b)) => a == b,
            (Type::Array(a), Type::Array(b)) => {
                let lengths = a.length == b.length || a.length.is_none() || b.length.is_none();
                lengths && self.unify(u, a.element, b.element, inner)
            }
            (Type::Slice(a), Type::Slice(b)) | (Type::Pointer(a), Type::Pointer(b)) => self.unify(u, a, b, inner),
            (Type::Map(a), Type::Map(b)) => {
                self.unify(u, a.key, b.key, inner) && self.unify(u, a.value, b.value, inner)
            }
            (Type::Chan(a), Type::Chan(b)) => {
                (!fit.exact || a.direction == b.direction) && self.unify(u, a.element, b.element, inner)
            }
            (Type::Struct(a), Type::Struct(b)) => {
                let same = |checker: &Self, a: &ObjectId, b: &ObjectId| {
                    let (a, b) = (checker.types.object(*a), checker.types.object(*b));
                    a.name == b.name && a.is_embedded() == b.is_embedded()
                };
                a.tags == b.tags
                    && a.fields.len() == b.fields.len()
                    && a.fields.iter().zip(&b.fields).all(|(a, b)| same(self, a, b))
                    && self.unify_variables(u, &a.fields, &b.fields, inner)
            }
            (Type::Function(a), Type::Function(b)) => {
                a.variadic == b.variadic
                    && self.unify_variables(u, &a.params, &b.params, inner)
                    && self.unify_variables(u, &a.results, &b.results, inner)
            }
            (Type::Tuple(a), Type::Tuple(b)) => self.unify_variables(u, &a, &b, fit),
            (Type::Interface(_), Type::Interface(_)) => {
                let (a_set, b_set) = (self.types.type_set(a), self.types.type_set(b));
                a_set.methods.len() == b_set.methods.len()
                    && a_set.methods.iter().zip(&b_set.methods).all(|(a, b)| {
                        self.types.object(*a).name == self.types.object(*b).name && self.unify_methods(u, *a, *b)
                    })
            }
            (Type::Named(a), Type::Named(b)) => match (&a.instance, &b.instance) {
                (Some((origin, a)), Some((other, b))) => {
                    a.len() == b.len()
                        && a.iter().zip(b.iter()).all(|(a, b)| self.unify(u, *a, *b, fit))
                        && origin == other
                }
                _ => false,
            },
            (Type::Param(_), _) => match self.types.common_under(a) {
                Ok(common) => self.unify(u, common, y, Fit::ASSIGN),
                Err(_) => false,
            },
            _ => false,
        }
    }

    fn unify_variables(&mut self, u: &mut Unifier, a: &[ObjectId], b: &[ObjectId], fit: Fit) -> bool {
        let (a, b) = (self.types.types_of(a), self.types.types_of(b));
        a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| self.unify(u, *a, *b, fit))
    }
}
