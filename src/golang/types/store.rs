//! The table of all types and objects of a program.
//!
//! What is asked of types is in the files beside this one, as further methods of [`Types`]: what is below a name (`under`),
//! which types are the same (`identity`), which values there are (`predicates`), type sets, fields and methods (`lookup`),
//! instances (`substitute`), and their text (`print`).

use super::ids::{ObjectId, PackageId, TypeId};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::kinds::{Alias, Array, Basic, Chan, Map, Named, Param, Signature, Term, Type};
use super::objects::{Object, ObjectKind, Package, Variable, VariableKind};
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::{Direction, Name};

/// All types and objects of a program.
#[derive(Clone, Debug, Default)]
pub struct Types {
    list: Vec<Type>,
    objects: Vec<Object>,
    /// The packages, in the order in which they are checked.
    pub packages: Vec<Package>,
    /// Which package is being checked: its names are printed without it.
    pub current: PackageId,
    /// The type sets of interfaces that are complete.
    pub(super) sets: BTreeMap<TypeId, Rc<TypeSet>>,
    /// The interfaces whose type sets are being worked out, and those that are being compared: they may need themselves.
    pub(super) open_sets: Vec<TypeId>,
    pub(super) open_pairs: Vec<(TypeId, TypeId)>,
    /// Where each instance was first named.
    pub(super) instance_places: BTreeMap<TypeId, Pos>,
    /// The instances of each generic type.
    pub(super) instances: BTreeMap<TypeId, Vec<TypeId>>,
    /// The methods of instances: of which instance, made of which method.
    pub(super) instance_methods: BTreeMap<(TypeId, ObjectId), ObjectId>,
}

/// Which types an interface stands for.
#[derive(Clone, Debug, Default)]
pub struct TypeSet {
    /// All methods, in the order of their names.
    pub methods: Vec<ObjectId>,
    /// The types, if not all.
    pub terms: Option<Vec<Term>>,
    /// Only those whose values can be compared.
    pub comparable: bool,
}

impl TypeSet {
    /// Whether it is an interface of methods alone, which a variable may have.
    pub fn is_method_set(&self) -> bool {
        !self.comparable && self.terms.is_none()
    }

    /// Whether every type is in it.
    pub fn is_all(&self) -> bool {
        self.is_method_set() && self.methods.is_empty()
    }
}

/// The types that are always there: the basic ones at their own numbers, then these.
impl TypeId {
    /// What is wrong.
    pub const INVALID: TypeId = TypeId::basic(Basic::Invalid);
    /// `uint8`, where it is called `byte`.
    pub const BYTE: TypeId = TypeId(22);
    /// `int32`, where it is called `rune`.
    pub const RUNE: TypeId = TypeId(23);
    /// `interface{}`
    pub const EMPTY_INTERFACE: TypeId = TypeId(24);

    /// A basic type.
    pub const fn basic(basic: Basic) -> TypeId {
        TypeId(basic as u32)
    }

    /// Whether it is a type at all.
    pub fn is_valid(self) -> bool {
        self != TypeId::INVALID
    }
}

impl Types {
    /// The basic types, and no objects.
    pub fn new() -> Types {
        let mut types = Types::default();
        types.list.extend(Basic::all().map(Type::Basic));
        types.list.extend([Basic::Uint8, Basic::Int32].map(Type::Basic));
        types.list.push(Type::Interface(Rc::default()));
        types
    }

    /// How many types there are; their numbers are below it.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The type of that number.
    pub fn get(&self, id: TypeId) -> &Type {
        &self.list[id.0 as usize]
    }

    pub(super) fn get_mut(&mut self, id: TypeId) -> &mut Type {
        &mut self.list[id.0 as usize]
    }

    pub(super) fn get_mut_of(&mut self, object: ObjectId) -> &mut Type {
        let of = self.type_of(object);
        self.get_mut(of)
    }

    /// The object of that number.
    pub fn object(&self, id: ObjectId) -> &Object {
        &self.objects[id.0 as usize]
    }

    pub(super) fn object_mut(&mut self, id: ObjectId) -> &mut Object {
        &mut self.objects[id.0 as usize]
    }

    /// How many objects there are; their numbers are below it.
    pub fn object_count(&self) -> usize {
        self.objects.len()
    }

    /// The object's type, or [`TypeId::INVALID`] when it has none.
    pub fn type_of(&self, id: ObjectId) -> TypeId {
        self.object(id).of.unwrap_or(TypeId::INVALID)
    }

    /// The types of variables.
    pub fn types_of(&self, ids: &[ObjectId]) -> Vec<TypeId> {
        ids.iter().map(|id| self.type_of(*id)).collect()
    }

    /// Puts a type into the table.
    pub fn add(&mut self, of: Type) -> TypeId {
        self.list.push(of);
        TypeId((self.list.len() - 1) as u32)
    }

    pub(super) fn add_object(&mut self, object: Object) -> ObjectId {
        self.objects.push(object);
        ObjectId((self.objects.len() - 1) as u32)
    }

    /// `*T`
    pub fn pointer(&mut self, to: TypeId) -> TypeId {
        self.add(Type::Pointer(to))
    }

    /// `[]T`
    pub fn slice(&mut self, of: TypeId) -> TypeId {
        self.add(Type::Slice(of))
    }

    /// `[n]T`
    pub fn array(&mut self, length: Option<u64>, element: TypeId) -> TypeId {
        self.add(Type::Array(Array { length, element }))
    }

    /// `map[K]V`
    pub fn map(&mut self, key: TypeId, value: TypeId) -> TypeId {
        self.add(Type::Map(Map { key, value }))
    }

    /// `chan T`
    pub fn chan(&mut self, direction: Direction, element: TypeId) -> TypeId {
        self.add(Type::Chan(Chan { direction, element }))
    }

    /// `func(…) …`
    pub fn function(&mut self, signature: Signature) -> TypeId {
        self.add(Type::Function(Rc::new(signature)))
    }

    /// A variable.
    pub(super) fn variable(&mut self, name: Name, at: Pos, kind: VariableKind, of: Option<TypeId>) -> ObjectId {
        let kind = ObjectKind::Variable(Variable::new(kind));
        self.add_object(Object { name, at, package: self.current, of, kind })
    }

    /// A parameter without a name, as functions are made of that are not in the source.
    pub(super) fn unnamed(&mut self, of: TypeId) -> ObjectId {
        self.variable("".into(), Pos::default(), VariableKind::Param, Some(of))
    }

    /// The declared type or instance that it is, through aliases.
    pub fn named(&self, id: TypeId) -> Option<&Named> {
        match self.get(self.unalias(id)) {
            Type::Named(named) => Some(named),
            _ => None,
        }
    }

    pub(super) fn named_mut(&mut self, id: TypeId) -> Option<&mut Named> {
        match self.get_mut(id) {
            Type::Named(named) => Some(named),
            _ => None,
        }
    }

    /// The type parameter that it is.
    pub fn param(&self, id: TypeId) -> Option<Param> {
        match self.get(self.unalias(id)) {
            Type::Param(param) => Some(*param),
            _ => None,
        }
    }

    /// What an alias stands for, through all of them.
    pub fn unalias(&self, mut id: TypeId) -> TypeId {
        // No chain is longer than the table; one that is turns in a circle, which has been reported.
        for _ in 0..self.list.len() {
            match self.get(id) {
                Type::Alias(Alias { of: Some(of), .. }) => id = *of,
                Type::Alias(_) => return TypeId::INVALID,
                _ => return id,
            }
        }
        TypeId::INVALID
    }

    /// The function's type, through names.
    pub fn signature(&mut self, id: TypeId) -> Option<Rc<Signature>> {
        let under = self.under(id);
        match self.get(under) {
            Type::Function(signature) => Some(signature.clone()),
            _ => None,
        }
    }
}
