//! The predeclared names: everything that a program may use without declaring or importing it.

use super::ids::{ObjectId, PackageId, TypeId};
use std::rc::Rc;

use super::builtins::Builtin;
use super::constant::value::Value;
use super::kinds::{Alias, Basic, Interface, Named, Signature, Type};
use super::objects::{Function, Object, ObjectKind, VariableKind};
use super::scopes::{ScopeId, ScopeKind, Scopes};
use super::store::Types;
use crate::golang::syntax::position::Pos;

/// The predeclared names, and those of them that the checker knows itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Universe {
    pub(super) scope: ScopeId,
    pub(super) iota: ObjectId,
}

/// Declares them all.
pub(super) fn declare(types: &mut Types, scopes: &mut Scopes) -> Universe {
    types.current = PackageId::UNIVERSE;
    let scope = scopes.open(None, ScopeKind::Block);
    let mut declare = |types: &mut Types, name: &str, of: TypeId, kind: ObjectKind| {
        let object = Object { name: name.into(), at: Pos::default(), package: PackageId::UNIVERSE, of: Some(of), kind };
        let id = types.add_object(object);
        scopes.insert(scope, name.into(), id);
        id
    };
    for basic in Basic::all().filter(|basic| !basic.is_untyped() && *basic != Basic::Invalid) {
        declare(types, basic.name(), TypeId::basic(basic), ObjectKind::Type);
    }
    declare(types, "byte", TypeId::BYTE, ObjectKind::Type);
    declare(types, "rune", TypeId::RUNE, ObjectKind::Type);
    for value in [true, false] {
        let kind = ObjectKind::Constant(Value::Bool(value));
        declare(types, if value { "true" } else { "false" }, TypeId::basic(Basic::UntypedBool), kind);
    }
    let iota = ObjectKind::Constant(Value::int(0));
    let iota = declare(types, "iota", TypeId::basic(Basic::UntypedInt), iota);
    declare(types, "nil", TypeId::basic(Basic::UntypedNil), ObjectKind::Nil);
    for builtin in Builtin::all() {
        declare(types, builtin.name(), TypeId::INVALID, ObjectKind::Builtin(builtin));
    }

    let any = declare(types, "any", TypeId::INVALID, ObjectKind::Type);
    let of = Some(TypeId::EMPTY_INTERFACE);
    let any_type = types.add(Type::Alias(Alias { object: any, of, params: Rc::default(), args: Rc::default() }));
    types.object_mut(any).of = Some(any_type);

    let error = declare(types, "error", TypeId::INVALID, ObjectKind::Type);
    let result = types.variable("".into(), Pos::default(), VariableKind::Result, Some(TypeId::basic(Basic::String)));
    let signature = types.function(Signature { results: [result].into(), ..Signature::default() });
    let method = ObjectKind::Function(Function { of_interface: true, ..Function::default() });
    let method = Object {
        name: "Error".into(),
        at: Pos::default(),
        package: PackageId::UNIVERSE,
        of: Some(signature),
        kind: method,
    };
    let methods = vec![types.add_object(method)];
    named(types, error, Interface { methods, ..Interface::default() });

    let comparable = declare(types, "comparable", TypeId::INVALID, ObjectKind::Type);
    named(types, comparable, Interface { comparable: true, ..Interface::default() });
    Universe { scope, iota }
}

/// A declared interface.
fn named(types: &mut Types, object: ObjectId, interface: Interface) -> TypeId {
    let of = types.add(Type::Interface(Rc::new(interface)));
    let named = Named { object, of: Some(of), params: Rc::default(), instance: None, methods: Vec::new() };
    let id = types.add(Type::Named(named));
    types.object_mut(object).of = Some(id);
    id
}
