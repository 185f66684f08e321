//! What is below a name: the type that it was declared as.

use super::ids::TypeId;
use std::rc::Rc;

use super::kinds::{Interface, Signature, Struct, Type};
use super::store::Types;
use crate::golang::syntax::position::Pos;

/// How many names may stand between a type and what is below it.
const NAMES_MAX: usize = 1000;

impl Types {
    /// The type below all names: of a type parameter its constraint, an interface. [`TypeId::INVALID`] of what is wrong, and
    /// of what is still being declared.
    pub fn under(&mut self, id: TypeId) -> TypeId {
        let mut here = self.unalias(id);
        for _ in 0..NAMES_MAX {
            here = match self.get(here) {
                Type::Named(named) => match (named.of, named.instance.is_some()) {
                    (Some(of), _) => self.unalias(of),
                    (None, true) => self.expand(here),
                    (None, false) => return TypeId::INVALID,
                },
                Type::Param(_) => return self.constraint(here),
                _ => return here,
            };
        }
        TypeId::INVALID
    }

    /// What an instance was made of, with its arguments for the parameters.
    fn expand(&mut self, id: TypeId) -> TypeId {
        let Some((origin, args)) = self.named(id).and_then(|named| named.instance.clone()) else {
            return TypeId::INVALID;
        };
        let Some((of, params)) = self.named(origin).map(|generic| (generic.of, generic.params.clone())) else {
            return TypeId::INVALID;
        };
        let Some(of) = of.filter(|_| params.len() == args.len()) else { return TypeId::INVALID };
        let of = self.substitute(of, &params, &args);
        if let Some(named) = self.named_mut(id) {
            named.of = Some(of);
        }
        self.unalias(of)
    }

    /// A type parameter's constraint as an interface: `[T int]` means `[T interface{ int }]`.
    fn constraint(&mut self, param: TypeId) -> TypeId {
        let Some(bound) = self.param(param).map(|param| param.bound) else { return TypeId::INVALID };
        if self.param(bound).is_some() {
            return TypeId::INVALID;
        }
        let under = self.under(bound);
        if !bound.is_valid() || matches!(self.get(under), Type::Interface(_)) {
            return if under.is_valid() { under } else { TypeId::EMPTY_INTERFACE };
        }
        let wrapped = self.as_constraint(bound, under);
        if let Type::Param(param) = self.get_mut(param) {
            param.bound = wrapped;
        }
        wrapped
    }

    /// A constraint as an interface: what is none stands for itself alone. `under` is what is below it.
    pub fn as_constraint(&mut self, bound: TypeId, under: TypeId) -> TypeId {
        if matches!(self.get(under), Type::Interface(_)) {
            return under;
        }
        let embedded = vec![(bound, Pos::default())];
        self.add(Type::Interface(Rc::new(Interface { embedded, implicit: true, ..Interface::default() })))
    }

    /// The structure below the name.
    pub fn structure(&mut self, id: TypeId) -> Option<Rc<Struct>> {
        let under = self.under(id);
        match self.get(under) {
            Type::Struct(structure) => Some(structure.clone()),
            _ => None,
        }
    }

    /// Whether it is an interface, or a type parameter, whose constraint is one.
    pub fn is_interface_or_param(&mut self, id: TypeId) -> bool {
        let under = self.under(id);
        matches!(self.get(under), Type::Interface(_))
    }

    /// Whether it is an interface whose variables hold values of several types.
    pub fn is_interface(&mut self, id: TypeId) -> bool {
        self.param(id).is_none() && self.is_interface_or_param(id)
    }

    /// What a pointer points to, through names.
    pub fn pointee(&mut self, id: TypeId) -> Option<TypeId> {
        let under = self.under(id);
        match self.get(under) {
            Type::Pointer(to) => Some(*to),
            _ => None,
        }
    }

    /// What a pointer points to that has no name of its own, and whether it was one.
    pub fn dereferenced(&self, id: TypeId) -> (TypeId, bool) {
        match self.get(self.unalias(id)) {
            Type::Pointer(to) => (*to, true),
            _ => (id, false),
        }
    }

    /// Whether the type has a name: a basic type, a declared one, a type parameter.
    pub fn has_name(&self, id: TypeId) -> bool {
        matches!(self.get(self.unalias(id)), Type::Basic(_) | Type::Named(_) | Type::Param(_))
    }

    /// Whether it is a generic type without arguments.
    pub fn is_generic(&self, id: TypeId) -> bool {
        match self.get(id) {
            Type::Named(named) => named.instance.is_none() && !named.params.is_empty(),
            Type::Alias(alias) => alias.args.is_empty() && !alias.params.is_empty(),
            _ => false,
        }
    }

    /// The signature of a generic function.
    pub fn generic_signature(&self, id: TypeId) -> Option<Rc<Signature>> {
        match self.get(self.unalias(id)) {
            Type::Function(signature) if !signature.params_of_type.is_empty() => Some(signature.clone()),
            _ => None,
        }
    }
}
