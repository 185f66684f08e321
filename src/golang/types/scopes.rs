//! Which names stand for what, where.

use super::ids::ObjectId;
use std::collections::BTreeMap;

use crate::golang::syntax::tree::Name;

/// A scope's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

/// The names of a block, a file, a package or the universe.
#[derive(Debug, Default)]
pub struct Scope {
    /// The one around it.
    pub parent: Option<ScopeId>,
    /// Those inside it, but for functions'.
    pub children: Vec<ScopeId>,
    names: BTreeMap<Name, ObjectId>,
}

/// All scopes of a program.
#[derive(Debug, Default)]
pub struct Scopes {
    list: Vec<Scope>,
}

/// Whether a scope is a function's: its variables are looked after by its own body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// Of a function.
    Function,
    /// Any other.
    Block,
}

impl Scopes {
    /// A scope without names.
    pub fn open(&mut self, parent: Option<ScopeId>, kind: ScopeKind) -> ScopeId {
        let id = ScopeId(self.list.len() as u32);
        self.list.push(Scope { parent, ..Scope::default() });
        if let (Some(parent), ScopeKind::Block) = (parent, kind) {
            self.list[parent.0 as usize].children.push(id);
        }
        id
    }

    /// The scope of that number.
    pub fn get(&self, id: ScopeId) -> &Scope {
        &self.list[id.0 as usize]
    }

    /// Declares a name, unless the scope has it: then that object is given.
    pub fn insert(&mut self, scope: ScopeId, name: Name, object: ObjectId) -> Option<ObjectId> {
        let names = &mut self.list[scope.0 as usize].names;
        if let Some(other) = names.get(&name) {
            return Some(*other);
        }
        names.insert(name, object);
        None
    }

    /// What the name stands for in this scope or those around it.
    pub fn lookup(&self, scope: ScopeId, name: &str) -> Option<(ScopeId, ObjectId)> {
        let mut here = Some(scope);
        while let Some(id) = here {
            let scope = self.get(id);
            if let Some(object) = scope.names.get(name) {
                return Some((id, *object));
            }
            here = scope.parent;
        }
        None
    }
}

impl Scope {
    /// What the name stands for in this scope alone.
    pub fn get(&self, name: &str) -> Option<ObjectId> {
        self.names.get(name).copied()
    }

    /// All names, in their order.
    pub fn names(&self) -> impl Iterator<Item = (&Name, ObjectId)> {
        self.names.iter().map(|(name, object)| (name, *object))
    }
}
