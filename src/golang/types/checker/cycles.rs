//! Declarations that need themselves: which circles are right, and types that contain themselves.

use crate::golang::types::ids::{ObjectId, TypeId};
use std::collections::BTreeSet;

use super::{Budget, Checker, Declared};
use crate::golang::syntax::position::Pos;
use crate::golang::types::kinds::Type;
use crate::golang::types::objects::ObjectKind;

/// Names on the way into a type: one that is longer has no end.
const NEST_MAX: usize = 100;

/// Steps of a circle that are told.
const STEPS_MAX: usize = 10;

impl Checker<'_> {
    /// Whether the circle that ends in an object may be: through a type definition, as of a list's node.
    pub(super) fn is_valid_cycle(&mut self, object: ObjectId) -> bool {
        let Some(start) = self.path.iter().position(|other| *other == object) else { return true };
        let cycle: Vec<ObjectId> = self.path[start..].to_vec();
        let (mut values, mut definitions) = (0, 0);
        for object in &cycle {
            match self.types.object(*object).kind {
                ObjectKind::Constant(_) | ObjectKind::Variable(_) => values += 1,
                ObjectKind::Type => {
                    let of = self.types.type_of(*object);
                    if self.env.in_type_params && self.types.is_generic(of) {
                        return true;
                    }
                    if !matches!(self.types.get(of), Type::Alias(_)) {
                        definitions += 1;
                    }
                }
                _ => {}
            }
        }
        // Values that need each other are found when they are put in order.
        if values == cycle.len() || (values == 0 && definitions > 0) {
            return true;
        }
        self.report_cycle(&cycle, Start::First);
        false
    }

    fn report_cycle(&mut self, cycle: &[ObjectId], start: Start) {
        let steps: Vec<(String, Pos)> =
            cycle.iter().map(|object| (self.types.qualified(*object), self.types.object(*object).at)).collect();
        self.report_named_cycle(cycle, &steps, start);
    }

    /// `steps` has the name and the place of each object, as they are said: of an instance with its arguments, and where it
    /// was made.
    fn report_named_cycle(&mut self, cycle: &[ObjectId], steps: &[(String, Pos)], start: Start) {
        let start = match start {
            Start::There => 0,
            Start::First => {
                let at = |number: &usize| steps[*number].1;
                (0..cycle.len()).min_by_key(at).unwrap_or(0)
            }
        };
        let object = cycle[start];
        let (name, at) = steps[start].clone();
        let is_type = self.types.object(object).is_type();
        if is_type && let Type::Alias(alias) = self.types.get_mut_of(object) {
            alias.of = Some(TypeId::INVALID);
        }
        if cycle.len() == 1 {
            let what = if is_type { "invalid recursive type" } else { "invalid cycle in declaration" };
            self.error(at, format!("{what}: {name} refers to itself"));
            return;
        }
        let mut text = match is_type {
            true => format!("invalid recursive type {name}"),
            false => format!("invalid cycle in declaration of {name}"),
        };
        for step in 0..cycle.len() {
            let (name, at) = &steps[(start + step) % cycle.len()];
            let (next, _) = &steps[(start + step + 1) % cycle.len()];
            text.push_str(&self.line_at(*at, &format!("{name} refers to {next}")));
        }
        self.error(at, text);
    }

    /// Types that are nothing but names of each other: `type A B; type B A`.
    pub(super) fn check_direct_cycles(&mut self, objects: &[ObjectId]) {
        let mut done: BTreeSet<ObjectId> = BTreeSet::new();
        for object in objects {
            let mut path: Vec<ObjectId> = Vec::new();
            let mut here = Some(*object);
            while let Some(object) = here {
                if let Some(at) = path.iter().position(|other| *other == object) {
                    self.types.object_mut(object).of = Some(TypeId::INVALID);
                    let cycle = path[at..].to_vec();
                    self.report_cycle(&cycle, Start::First);
                    break;
                }
                if done.contains(&object) {
                    break;
                }
                path.push(object);
                here = self.directly_named(object);
            }
            done.extend(path);
        }
    }

    fn directly_named(&self, object: ObjectId) -> Option<ObjectId> {
        let declaration = self.declaration_of.get(&object)?;
        let Declared::Type(declaration) = &self.declarations[*declaration].what else { return None };
        let name = self.tree.name(declaration.of)?;
        let other = self.scopes.get(self.env.scope).get(name)?;
        self.types.object(other).is_type().then_some(other)
    }

    /// Whether a type is known as far as a value of it needs; reports the circle if not.
    pub(super) fn is_complete(&mut self, of: TypeId) -> bool {
        let mut here = of;
        for _ in 0..NEST_MAX {
            let (object, inner) = match self.types.get(here) {
                Type::Named(named) if named.instance.is_none() => (named.object, named.of),
                Type::Alias(alias) => (alias.object, alias.of),
                _ => return true,
            };
            if let Some(at) = self.path.iter().position(|other| *other == object) {
                let cycle = self.path[at..].to_vec();
                self.report_cycle(&cycle, Start::First);
                return false;
            }
            match inner {
                Some(inner) => here = inner,
                None => return true,
            }
        }
        true
    }

    /// A type does not contain itself.
    pub(super) fn check_recursion(&mut self, object: ObjectId) {
        let of = self.types.type_of(object);
        self.is_finite(of, &mut Walk::default());
    }

    fn is_finite(&mut self, of: TypeId, walk: &mut Walk) -> bool {
        let of = self.types.unalias(of);
        let parts: Vec<TypeId> = match self.types.get(of).clone() {
            Type::Array(array) => vec![array.element],
            Type::Struct(structure) => self.types.types_of(&structure.fields),
            Type::Union(terms) => terms.iter().map(|term| term.of).collect(),
            Type::Interface(interface) => interface.embedded.iter().map(|(of, _)| *of).collect(),
            Type::Named(_) => return self.is_finite_named(of, walk),
            Type::Param(_) => return self.is_finite_argument(of, walk),
            _ => return true,
        };
        parts.into_iter().all(|part| self.is_finite(part, walk))
    }

    fn is_finite_named(&mut self, of: TypeId, walk: &mut Walk) -> bool {
        if walk.done.contains(&of) {
            return true;
        }
        if walk.nest.iter().any(|other| self.types.identical(*other, of)) || walk.nest.len() > NEST_MAX {
            self.report_recursion(of, walk);
            return false;
        }
        let Some(named) = self.types.named(of) else { return true };
        let (object, instance) = (named.object, named.instance.clone());
        let origin = instance.as_ref().map_or(of, |(origin, _)| *origin);
        let inner = self.types.named(origin).and_then(|named| named.of);
        if self.spend(1, self.types.object(object).at) == Budget::Spent {
            return true;
        }
        walk.nest.push(of);
        walk.path.push(of);
        let finite = inner.is_none_or(|inner| self.is_finite(inner, walk));
        walk.nest.pop();
        walk.path.pop();
        // What an instance contains depends on where its arguments come from.
        if instance.is_none() {
            walk.done.insert(of);
        }
        finite
    }

    /// A type parameter stands for the argument of the instance that is looked into.
    fn is_finite_argument(&mut self, param: TypeId, walk: &mut Walk) -> bool {
        let Some(around) = walk.nest.last().copied() else { return true };
        let Some((origin, args)) = self.types.named(around).and_then(|named| named.instance.clone()) else {
            return true;
        };
        let params = self.types.named(origin).map(|named| named.params.clone()).unwrap_or_default();
        let Some(arg) = params.iter().position(|own| *own == param).and_then(|at| args.get(at).copied()) else {
            return true;
        };
        walk.nest.pop();
        let finite = self.is_finite(arg, walk);
        walk.nest.push(around);
        finite
    }

    fn report_recursion(&mut self, of: TypeId, walk: &Walk) {
        let origin = self.types.named(of).and_then(|named| named.instance.clone()).map(|(origin, _)| origin);
        if let Some(named) = self.types.named_mut(origin.unwrap_or(of)) {
            named.of = Some(TypeId::INVALID);
        }
        let start = walk.path.iter().position(|other| self.types.identical(*other, of)).unwrap_or(0);
        let mut cycle = Vec::new();
        let mut steps = Vec::new();
        for of in walk.path[start..].iter().take(STEPS_MAX) {
            let Some(named) = self.types.named(*of) else { continue };
            let declared = self.types.object(named.object).at;
            cycle.push(named.object);
            steps.push(match named.instance {
                Some(_) => (self.text(*of), self.types.instance_places.get(of).copied().unwrap_or(declared)),
                None => (self.types.qualified(named.object), declared),
            });
        }
        self.report_named_cycle(&cycle, &steps, Start::There);
    }
}

/// How far types have been looked into.
#[derive(Default)]
struct Walk {
    /// The types that contain each other, from the outside.
    nest: Vec<TypeId>,
    /// The same, with those that were left to look at an argument.
    path: Vec<TypeId>,
    /// Types that do not contain themselves.
    done: BTreeSet<TypeId>,
}

/// Where the report of a circle begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// At the first object of the list.
    There,
    /// At the first in the source.
    First,
}
