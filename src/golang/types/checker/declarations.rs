//! Declarations of the package, each when it is first needed.

use crate::golang::types::ids::{ObjectId, TypeId};
use std::rc::Rc;

use super::operand::Operand;
use super::{Checker, DeclarationId, Declared, Environment, Later};
use crate::golang::syntax::tree::{ExprId, ExprKind, Func, Ident, TypeDecl};
use crate::golang::types::info::FunctionInfo;
use crate::golang::types::kinds::{Alias, Named, Signature, Type};
use crate::golang::types::objects::ObjectKind;
use crate::golang::types::scopes::ScopeKind;

/// A method's receiver as it is written: `(l *List[E])`.
pub(super) struct ReceiverParts {
    pub(super) pointer: bool,
    pub(super) base: ExprId,
    /// The type parameters that it names.
    pub(super) params: Vec<Ident>,
}

impl<'t> Checker<'t> {
    /// Finds out an object's type, unless it is known.
    pub(super) fn declare_object(&mut self, object: ObjectId) {
        if self.path.contains(&object) {
            self.declare_again(object);
            return;
        }
        if self.types.object(object).of.is_some() {
            return;
        }
        let Some(&declaration) = self.declaration_of.get(&object) else { return };
        let what = self.declarations[declaration].what.clone();
        let fresh = Environment {
            scope: self.declarations[declaration].scope,
            declaration: None,
            iota: None,
            error_at: None,
            results: None,
            function: None,
            in_type_params: false,
            calls: false,
        };
        let env = std::mem::replace(&mut self.env, fresh);
        self.path.push(object);
        match what {
            Declared::Constant { of, value, iota, inherited } => {
                self.env.declaration = Some(declaration);
                self.constant(object, of, value, iota, inherited);
            }
            Declared::Variable { names, of, value } => {
                self.env.declaration = Some(declaration);
                self.variable(object, &names, of, value);
            }
            Declared::Type(what) => {
                self.type_declaration(object, what);
                self.collect_methods(object);
            }
            Declared::Function(func) => self.function(object, declaration, func),
        }
        self.path.pop();
        self.env = env;
    }

    /// An object that is needed while it is being declared: a circle, which may be right.
    fn declare_again(&mut self, object: ObjectId) {
        let valid = self.is_valid_cycle(object);
        let has_type = self.types.object(object).of.is_some();
        match self.types.object(object).kind {
            ObjectKind::Constant(_) | ObjectKind::Variable(_) if !valid || !has_type => {
                self.types.object_mut(object).of = Some(TypeId::INVALID);
            }
            ObjectKind::Type if !valid => self.types.object_mut(object).of = Some(TypeId::INVALID),
            _ => {}
        }
    }

    pub(super) fn constant(
        &mut self,
        object: ObjectId,
        of: Option<ExprId>,
        value: Option<ExprId>,
        iota: u32,
        inherited: bool,
    ) {
        let (old_iota, old_at) = (self.env.iota.replace(iota), self.env.error_at.take());
        if let Some(written) = of {
            let of = self.type_expr(written);
            if !self.types.is_constant_type(of) || self.types.param(of).is_some() {
                if self.types.under(of).is_valid() {
                    let text = self.text(of);
                    self.error_in(written, format!("invalid constant type {text}"));
                }
                self.types.object_mut(object).of = Some(TypeId::INVALID);
                (self.env.iota, self.env.error_at) = (old_iota, old_at);
                return;
            }
            self.types.object_mut(object).of = Some(of);
        }
        if inherited {
            self.env.error_at = Some(self.types.object(object).at);
        }
        match value {
            Some(value) => {
                let x = self.expr(None, value);
                self.init_constant(object, x);
            }
            None => {
                self.types.object_mut(object).of.get_or_insert(TypeId::INVALID);
            }
        }
        (self.env.iota, self.env.error_at) = (old_iota, old_at);
    }

    /// One of the variables of a line; `names` are all that get their values from one call.
    pub(super) fn variable(&mut self, object: ObjectId, names: &[ObjectId], of: Option<ExprId>, value: Option<ExprId>) {
        if let Some(written) = of {
            let of = self.variable_type(written);
            self.types.object_mut(object).of = Some(of);
        }
        let Some(value) = value else {
            self.types.object_mut(object).of.get_or_insert(TypeId::INVALID);
            return;
        };
        if names.len() <= 1 {
            let (declared, name) = (self.types.object(object).of, self.types.object(object).name.to_string());
            let target = declared.and_then(|of| self.target(of, &name));
            let x = self.expr(target.as_ref(), value);
            self.init_variable(object, x, "variable declaration");
            return;
        }
        if of.is_some() {
            let of = self.types.object(object).of;
            names.iter().for_each(|name| self.types.object_mut(*name).of = of);
        }
        self.init_variables(names, &[value], None);
    }

    pub(super) fn type_declaration(&mut self, object: ObjectId, declaration: &'t TypeDecl) {
        self.later(Later::Recursion { object });
        let outer = self.env.scope;
        let has_params = !declaration.params.is_empty();
        if has_params {
            self.open_scope(ScopeKind::Block);
        }
        if declaration.alias {
            self.alias_declaration(object, declaration);
        } else {
            let named = Named { object, of: None, params: Rc::default(), instance: None, methods: Vec::new() };
            let id = self.types.add(Type::Named(named));
            self.types.object_mut(object).of = Some(id);
            self.type_params(&declaration.params, |checker, params| {
                if let Some(named) = checker.types.named_mut(id) {
                    named.params = params.clone();
                }
            });
            let mut of = self.type_expr(declaration.of);
            if self.types.param(of).is_some() {
                self.error_in(declaration.of, "cannot use a type parameter as RHS in type declaration");
                of = TypeId::INVALID;
            }
            if let Some(named) = self.types.named_mut(id) {
                named.of = Some(of);
            }
        }
        self.env.scope = outer;
    }

    fn alias_declaration(&mut self, object: ObjectId, declaration: &'t TypeDecl) {
        let alias = Alias { object, of: None, params: Rc::default(), args: Rc::default() };
        let id = self.types.add(Type::Alias(alias));
        self.types.object_mut(object).of = Some(id);
        let params = self.type_params(&declaration.params, |checker, params| {
            if let Type::Alias(alias) = checker.types.get_mut(id) {
                alias.params = params.clone();
            }
        });
        let mut of = self.type_expr(declaration.of);
        if params.contains(&of) {
            self.error_in(declaration.of, "cannot use type parameter declared in alias declaration as RHS");
            of = TypeId::INVALID;
        }
        if let Type::Alias(alias) = self.types.get_mut(id) {
            alias.of = Some(of);
        }
    }

    fn function(&mut self, object: ObjectId, declaration: DeclarationId, func: &'t Func) {
        // In a circle it has no parameters and no results.
        let of = self.types.function(Signature::default());
        self.types.object_mut(object).of = Some(of);
        let (signature, scope) = self.declared_signature(func);
        *self.types.get_mut(of) = Type::Function(Rc::new(signature));
        let Some(body) = &func.body else { return };
        let info = FunctionInfo { object: Some(object), of: Some(of), ..FunctionInfo::default() };
        let function = self.new_function(info);
        let env = Box::new(Environment { declaration: Some(declaration), ..self.env.clone() });
        self.later(Later::Body { of, scope, body, function, env });
    }

    /// The body of a function, whose signature is known.
    pub(super) fn body(
        &mut self,
        of: TypeId,
        scope: super::ScopeId,
        body: &'t crate::golang::syntax::tree::Block,
        function: u32,
        env: Environment,
    ) {
        let Type::Function(signature) = self.types.get(of).clone() else { return };
        let receiver = signature.receiver.iter();
        for object in receiver.chain(signature.params.iter()).chain(signature.results.iter()) {
            if let ObjectKind::Variable(variable) = &mut self.types.object_mut(*object).kind {
                variable.function = Some(function);
            }
        }
        let inner = Environment {
            scope,
            declaration: env.declaration,
            iota: env.iota,
            error_at: None,
            results: Some(signature.results.clone()),
            function: Some(function),
            in_type_params: false,
            calls: false,
        };
        let outer = std::mem::replace(&mut self.env, inner);
        self.statements(&body.list);
        if !signature.results.is_empty() && !self.is_terminating_block(body) {
            self.error(body.close, "missing return");
        }
        self.report_unused(scope);
        self.env = outer;
    }

    /// What a receiver is made of.
    pub(super) fn receiver_parts(&self, of: ExprId) -> ReceiverParts {
        let mut base = self.tree.unparen(of);
        let mut pointer = false;
        if let ExprKind::Star(inner) = *self.tree.kind(base) {
            pointer = true;
            base = self.tree.unparen(inner);
        }
        let mut params = Vec::new();
        if let ExprKind::Index { of, indices } = self.tree.kind(base) {
            base = *of;
            for index in indices {
                let (id, at) = (*index, self.tree.at(*index));
                let name = self.tree.name(id).cloned().unwrap_or_else(|| "_".into());
                params.push(Ident { id, name, at });
            }
        }
        ReceiverParts { pointer, base, params }
    }

    /// An operand that stands for a variable's value, where there is no expression for it.
    pub(super) fn variable_value(&self, expr: ExprId, of: TypeId) -> Operand {
        Operand::new(crate::golang::types::info::Mode::Value, of, expr)
    }
}
