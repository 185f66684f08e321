//! In which order the variables of a package get their first values: each after those that it needs, also through functions.

use crate::golang::types::ids::ObjectId;
use std::collections::{BTreeMap, BTreeSet};

use super::{Checker, DeclarationId, Declared};
use crate::golang::types::info::Initializer;
use crate::golang::types::objects::ObjectKind;

impl Checker<'_> {
    /// Puts the package's variables in order, and reports those that need themselves. `since` is the first declaration of
    /// the package.
    pub(super) fn order_initializers(&mut self, since: DeclarationId) {
        let mut objects: Vec<ObjectId> = Vec::new();
        for (object, declaration) in &self.declaration_of {
            if *declaration >= since && !self.types.object(*object).is_type() {
                objects.push(*object);
            }
        }
        objects.sort_by_key(|object| (self.declaration_of[object], *object));
        self.report_initialization_cycles(&objects);
        let mut done: BTreeSet<DeclarationId> = BTreeSet::new();
        let mut waiting: Vec<ObjectId> = objects.into_iter().filter(|object| self.is_variable(*object)).collect();
        // The first in the source that waits for no other, again and again, as Go does it.
        while !waiting.is_empty() {
            let ready = waiting.iter().position(|object| {
                let needed = self.needed_variables(*object);
                needed.iter().all(|other| done.contains(&self.declaration_of[other]))
            });
            let object = waiting.remove(ready.unwrap_or(0));
            let declaration = self.declaration_of[&object];
            if !done.insert(declaration) {
                continue;
            }
            if let Declared::Variable { names, value: Some(value), .. } = &self.declarations[declaration].what {
                self.info.initializers.push(Initializer { variables: names.to_vec(), value: *value });
            }
        }
    }

    fn is_variable(&self, object: ObjectId) -> bool {
        self.types.object(object).variable().is_some()
    }

    /// The variables that a variable's value needs, also through functions, but itself.
    fn needed_variables(&self, object: ObjectId) -> BTreeSet<ObjectId> {
        let own = self.declaration_of[&object];
        let mut needed = BTreeSet::new();
        let mut seen = BTreeSet::from([own]);
        let mut open = vec![own];
        while let Some(declaration) = open.pop() {
            for other in &self.declarations[declaration].uses {
                let Some(&next) = self.declaration_of.get(other) else { continue };
                if next != own && self.is_variable(*other) {
                    needed.insert(*other);
                } else if seen.insert(next) && !self.is_variable(*other) {
                    open.push(next);
                }
            }
        }
        needed
    }

    fn report_initialization_cycles(&mut self, objects: &[ObjectId]) {
        let mut reported: BTreeSet<ObjectId> = BTreeSet::new();
        for object in objects {
            let is_function = matches!(self.types.object(*object).kind, ObjectKind::Function(_));
            if is_function || reported.contains(object) {
                continue;
            }
            let Some(cycle) = self.way_back(*object) else { continue };
            reported.extend(cycle.iter().copied());
            let (name, at) = (self.types.object(*object).name.clone(), self.types.object(*object).at);
            if let [_] = cycle.as_slice() {
                self.error(at, format!("initialization cycle: {name} refers to itself"));
                continue;
            }
            let mut text = format!("initialization cycle for {name}");
            for (number, here) in cycle.iter().enumerate() {
                let next = cycle[(number + 1) % cycle.len()];
                let (a, b) = (self.types.object(*here).name.clone(), self.types.object(next).name.clone());
                text.push_str(&self.line_at(self.types.object(*here).at, &format!("{a} refers to {b}")));
            }
            self.error(at, text);
        }
    }

    /// The objects on a way from an object back to itself, beginning there.
    fn way_back(&self, object: ObjectId) -> Option<Vec<ObjectId>> {
        let mut before: BTreeMap<ObjectId, ObjectId> = BTreeMap::new();
        let mut open = vec![object];
        while let Some(here) = open.pop() {
            let Some(declaration) = self.declaration_of.get(&here) else { continue };
            for other in &self.declarations[*declaration].uses {
                if *other == object {
                    let mut way = vec![here];
                    while let Some(previous) = way.last().and_then(|last| before.get(last)) {
                        way.push(*previous);
                    }
                    way.reverse();
                    return Some(way);
                }
                if !before.contains_key(other) {
                    before.insert(*other, here);
                    open.push(*other);
                }
            }
        }
        None
    }
}
