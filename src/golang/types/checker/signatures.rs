//! Function types: parameters, results, receivers, type parameters.

use crate::golang::types::ids::{ObjectId, TypeId};
use std::rc::Rc;

use super::declarations::ReceiverParts;
use super::{Checker, Later};
use crate::golang::syntax::tree::{ExprId, ExprKind, Func, Ident, Param};
use crate::golang::types::kinds::{self, Signature, Type};
use crate::golang::types::objects::{Object, ObjectKind, VariableKind};
use crate::golang::types::scopes::{ScopeId, ScopeKind};

impl Checker<'_> {
    /// A function type as it is written, and the scope of its parameters.
    pub(super) fn function_type(&mut self, expr: ExprId) -> (TypeId, ScopeId) {
        let outer = self.open_scope(ScopeKind::Function);
        let scope = self.env.scope;
        let mut signature = Signature::default();
        self.params_and_results(expr, &mut signature, None);
        self.env.scope = outer;
        (self.types.function(signature), scope)
    }

    /// The signature of a declared function or method.
    pub(super) fn declared_signature(&mut self, func: &Func) -> (Signature, ScopeId) {
        let outer = self.open_scope(ScopeKind::Function);
        let scope = self.env.scope;
        let mut signature = Signature::default();
        let mut receiver = None;
        if let Some(param) = &func.receiver {
            let (object, params) = self.receiver(param);
            signature.receiver = Some(object);
            signature.receiver_params = params;
            receiver = Some(object);
        }
        signature.params_of_type = self.type_params(&func.params, |_, _| {});
        self.params_and_results(func.signature, &mut signature, receiver);
        self.env.scope = outer;
        (signature, scope)
    }

    fn params_and_results(&mut self, expr: ExprId, signature: &mut Signature, receiver: Option<ObjectId>) {
        let ExprKind::FuncType(function) = self.tree.kind(expr) else { return };
        let scope = self.env.scope;
        let (params, variadic) = self.params(VariableKind::Param, &function.params);
        let (results, _) = self.params(VariableKind::Result, &function.results);
        for object in receiver.iter().chain(&params).chain(&results) {
            self.declare(scope, *object);
        }
        signature.params = params.into();
        signature.results = results.into();
        signature.variadic = variadic;
    }

    fn params(&mut self, kind: VariableKind, list: &[Param]) -> (Vec<ObjectId>, bool) {
        let mut objects = Vec::new();
        let mut variadic = false;
        let mut before: Option<(ExprId, TypeId)> = None;
        for (at, param) in list.iter().enumerate() {
            let of = match before {
                Some((expr, of)) if expr == param.of => of,
                _ => match *self.tree.kind(param.of) {
                    ExprKind::DotsType(element) => {
                        variadic = at + 1 == list.len();
                        self.variable_type(element)
                    }
                    _ => self.variable_type(param.of),
                },
            };
            before = Some((param.of, of));
            let of = if variadic && at + 1 == list.len() { self.types.slice(of) } else { of };
            let (name, place) = match &param.name {
                Some(name) => (name.name.clone(), name.at),
                None => ("".into(), param.at),
            };
            let object = self.types.variable(name, place, kind, Some(of));
            if let Some(name) = &param.name {
                self.record_name(name.id, object);
            }
            objects.push(object);
        }
        (objects, variadic)
    }

    /// Declares type parameters in the scope at hand, then looks at their constraints, which may name them. `early` gets
    /// them before that.
    pub(super) fn type_params(&mut self, list: &[Param], early: impl FnOnce(&mut Self, &Rc<[TypeId]>)) -> Rc<[TypeId]> {
        let mut params = Vec::new();
        for (index, param) in list.iter().enumerate() {
            let Some(name) = &param.name else { continue };
            params.push(self.declare_type_param(name, index));
        }
        let params: Rc<[TypeId]> = params.into();
        early(self, &params);
        let was_in = std::mem::replace(&mut self.env.in_type_params, true);
        let mut before: Option<(ExprId, TypeId)> = None;
        for (param, id) in list.iter().filter(|param| param.name.is_some()).zip(params.iter()) {
            let bound = match before {
                Some((expr, bound)) if expr == param.of => bound,
                _ => {
                    let bound = self.bound(param.of);
                    if self.types.param(bound).is_some() {
                        self.error_in(param.of, "cannot use a type parameter as constraint");
                        TypeId::INVALID
                    } else {
                        bound
                    }
                }
            };
            before = Some((param.of, bound));
            self.set_bound(*id, bound);
        }
        self.env.in_type_params = was_in;
        params
    }

    pub(super) fn set_bound(&mut self, param: TypeId, bound: TypeId) {
        if let Type::Param(param) = self.types.get_mut(param) {
            param.bound = bound;
        }
    }

    pub(super) fn declare_type_param(&mut self, name: &Ident, index: usize) -> TypeId {
        let object = Object {
            name: name.name.clone(),
            at: name.at,
            package: self.types.current,
            of: None,
            kind: ObjectKind::Type,
        };
        let object = self.types.add_object(object);
        let param = kinds::Param { object, index: index as u32, bound: TypeId::INVALID };
        let of = self.types.add(Type::Param(param));
        self.types.object_mut(object).of = Some(of);
        self.record_name(name.id, object);
        self.declare(self.env.scope, object);
        of
    }

    /// A method's receiver, and the type parameters that it names.
    fn receiver(&mut self, param: &Param) -> (ObjectId, Rc<[TypeId]>) {
        let ReceiverParts { pointer, base, params } = self.receiver_parts(param.of);
        let (of, type_params) = match params.is_empty() {
            true => (self.plain_receiver(param.of, base), Rc::default()),
            false => self.generic_receiver(param.of, pointer, base, &params),
        };
        let (name, at) = match &param.name {
            Some(name) => (name.name.clone(), name.at),
            None => ("".into(), param.at),
        };
        let object = self.types.variable(name, at, VariableKind::Receiver, Some(of));
        if let Some(name) = &param.name {
            self.record_name(name.id, object);
        }
        self.later(Later::Receiver { at: self.tree.start(base), object });
        (object, type_params)
    }

    /// `(t *T)`; T may be another name of the type, but of no instance.
    fn plain_receiver(&mut self, written: ExprId, base: ExprId) -> TypeId {
        let of = self.variable_type(written);
        let mut here = self.types.dereferenced(of).0;
        while let Type::Alias(alias) = self.types.get(here) {
            let Some(inner) = alias.of else { break };
            here = self.types.dereferenced(inner).0;
            if matches!(self.types.get(here), Type::Named(named) if named.instance.is_some()) {
                let text = self.text(here);
                self.error_in(base, format!("cannot define new methods on instantiated type {text}"));
                return TypeId::INVALID;
            }
        }
        of
    }

    /// `(l *List[E])`: the receiver declares the type parameter E.
    fn generic_receiver(
        &mut self,
        written: ExprId,
        pointer: bool,
        base: ExprId,
        names: &[Ident],
    ) -> (TypeId, Rc<[TypeId]>) {
        let generic = match self.generic_type(base) {
            Ok(generic) if matches!(self.types.get(generic), Type::Alias(_)) => {
                let text = self.text(generic);
                self.error_in(base, format!("cannot define new methods on generic alias type {text}"));
                None
            }
            Ok(generic) => Some(generic),
            Err(cause) => {
                if !cause.is_empty() {
                    self.error_in(base, cause);
                }
                None
            }
        };
        for name in names.iter().filter(|name| self.tree.name(name.id).is_none()) {
            let text = self.print(name.id);
            self.error(self.tree.start(name.id), format!("receiver type parameter {text} must be an identifier"));
        }
        let params: Rc<[TypeId]> =
            names.iter().enumerate().map(|(index, name)| self.declare_type_param(name, index)).collect();
        let Some(generic) = generic else { return (TypeId::INVALID, params) };
        let own = self.types.named(generic).map(|named| named.params.clone()).unwrap_or_default();
        if own.len() != params.len() {
            let got = super::assignments::counted(params.len(), "type parameter");
            let want = own.len();
            self.error_in(base, format!("receiver declares {got}, but receiver base type declares {want}"));
            return (TypeId::INVALID, params);
        }
        for (param, origin) in params.iter().zip(own.iter()) {
            let bound = self.types.param(*origin).map_or(TypeId::INVALID, |origin| origin.bound);
            let bound = self.types.substitute(bound, &own, &params);
            self.set_bound(*param, bound);
        }
        let mut of = self.types.instance(generic, &params);
        self.info.instances.insert(base, params.clone());
        if pointer {
            of = self.types.pointer(of);
        }
        self.record_type(written, of);
        (of, params)
    }
}
