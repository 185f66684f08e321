//! Which types are the same.

use super::ids::{ObjectId, TypeId};
use std::rc::Rc;

use super::kinds::{Signature, Struct, Term, Type};
use super::store::Types;

/// How deep types are compared: those of programs do not nest so far.
const DEPTH_MAX: usize = 200;

/// Whether the tags of fields count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    /// They belong to the type.
    Counted,
    /// They do not, in conversions.
    Ignored,
}

impl Types {
    /// Whether both are one type.
    pub fn identical(&mut self, a: TypeId, b: TypeId) -> bool {
        self.same(a, b, Tags::Counted, DEPTH_MAX)
    }

    /// Whether both are one type but for the tags of fields.
    pub fn identical_but_for_tags(&mut self, a: TypeId, b: TypeId) -> bool {
        self.same(a, b, Tags::Ignored, DEPTH_MAX)
    }

    fn same(&mut self, a: TypeId, b: TypeId, tags: Tags, depth: usize) -> bool {
        let (a, b) = (self.unalias(a), self.unalias(b));
        if a == b || depth == 0 {
            return true;
        }
        let depth = depth - 1;
        match (self.get(a), self.get(b)) {
            (Type::Basic(a), Type::Basic(b)) => a == b,
            (Type::Named(a), Type::Named(b)) => match (&a.instance, &b.instance) {
                (Some((origin, a)), Some((other, b))) if origin == other => {
                    let (a, b) = (a.clone(), b.clone());
                    self.same_all(&a, &b, tags, depth)
                }
                _ => false,
            },
            (&Type::Pointer(a), &Type::Pointer(b)) | (&Type::Slice(a), &Type::Slice(b)) => self.same(a, b, tags, depth),
            (&Type::Array(a), &Type::Array(b)) => {
                let lengths = a.length == b.length || a.length.is_none() || b.length.is_none();
                lengths && self.same(a.element, b.element, tags, depth)
            }
            (&Type::Map(a), &Type::Map(b)) => {
                self.same(a.key, b.key, tags, depth) && self.same(a.value, b.value, tags, depth)
            }
            (&Type::Chan(a), &Type::Chan(b)) => {
                a.direction == b.direction && self.same(a.element, b.element, tags, depth)
            }
            (Type::Struct(a), Type::Struct(b)) => {
                let (a, b) = (a.clone(), b.clone());
                self.same_structs(&a, &b, tags, depth)
            }
            (Type::Function(a), Type::Function(b)) => {
                let (a, b) = (a.clone(), b.clone());
                self.same_signatures(&a, &b, tags, depth)
            }
            (Type::Tuple(a), Type::Tuple(b)) => {
                let (a, b) = (a.clone(), b.clone());
                self.same_variables(&a, &b, tags, depth)
            }
            (Type::Interface(_), Type::Interface(_)) => self.same_interfaces(a, b, tags, depth),
            (Type::Union(a), Type::Union(b)) => {
                let (a, b) = (a.clone(), b.clone());
                self.same_terms(&a, &b, tags, depth)
            }
            _ => false,
        }
    }

    fn same_all(&mut self, a: &[TypeId], b: &[TypeId], tags: Tags, depth: usize) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(*a, *b, tags, depth))
    }

    fn same_variables(&mut self, a: &[ObjectId], b: &[ObjectId], tags: Tags, depth: usize) -> bool {
        let (a, b) = (self.types_of(a), self.types_of(b));
        self.same_all(&a, &b, tags, depth)
    }

    fn same_structs(&mut self, a: &Struct, b: &Struct, tags: Tags, depth: usize) -> bool {
        a.fields.len() == b.fields.len()
            && (tags == Tags::Ignored || a.tags == b.tags)
            && a.fields.iter().zip(&b.fields).all(|(a, b)| {
                let (x, y) = (self.object(*a), self.object(*b));
                let named = x.name == y.name && (x.package == y.package || x.is_exported());
                named
                    && x.is_embedded() == y.is_embedded()
                    && self.same(self.type_of(*a), self.type_of(*b), tags, depth)
            })
    }

    fn same_signatures(&mut self, a: &Signature, b: &Signature, tags: Tags, depth: usize) -> bool {
        if a.params_of_type.len() != b.params_of_type.len() || a.variadic != b.variadic {
            return false;
        }
        if a.params_of_type.is_empty() {
            return self.same_variables(&a.params, &b.params, tags, depth)
                && self.same_variables(&a.results, &b.results, tags, depth);
        }
        // Generic functions are the same when they are with the same type parameters.
        let other = Signature { params_of_type: Rc::default(), ..b.clone() };
        let other = self.function(other);
        let renamed = self.substitute(other, &b.params_of_type, &a.params_of_type);
        match self.get(renamed).clone() {
            Type::Function(b) => {
                self.same_variables(&a.params, &b.params, tags, depth)
                    && self.same_variables(&a.results, &b.results, tags, depth)
            }
            _ => false,
        }
    }

    fn same_interfaces(&mut self, a: TypeId, b: TypeId, tags: Tags, depth: usize) -> bool {
        // Interfaces whose methods need them again are the same unless something else tells them apart.
        if self.open_pairs.contains(&(a, b)) {
            return true;
        }
        self.open_pairs.push((a, b));
        let same = self.same_sets(a, b, tags, depth);
        self.open_pairs.pop();
        same
    }

    fn same_sets(&mut self, a: TypeId, b: TypeId, tags: Tags, depth: usize) -> bool {
        let (a, b) = (self.type_set(a), self.type_set(b));
        let terms = match (&a.terms, &b.terms) {
            (None, None) => true,
            (Some(a), Some(b)) => self.same_terms(a, b, tags, depth),
            _ => false,
        };
        terms
            && a.comparable == b.comparable
            && a.methods.len() == b.methods.len()
            && a.methods.iter().zip(&b.methods).all(|(a, b)| {
                let (x, y) = (self.object(*a), self.object(*b));
                x.name == y.name
                    && (x.package == y.package || x.is_exported())
                    && self.same(self.type_of(*a), self.type_of(*b), tags, depth)
            })
    }

    /// The same types, in any order.
    fn same_terms(&mut self, a: &[Term], b: &[Term], tags: Tags, depth: usize) -> bool {
        let mut contains = |list: &[Term], term: &Term| {
            list.iter().any(|other| other.tilde == term.tilde && self.same(other.of, term.of, tags, depth))
        };
        a.iter().all(|term| contains(b, term)) && b.iter().all(|term| contains(a, term))
    }
}
