//! Names, and what is selected of something: `package.Name`, `x.field`, `x.method`, `T.method`.

use crate::golang::types::ids::{ObjectId, PackageId, TypeId};
use std::rc::Rc;

use super::Checker;
use super::operand::{Generic, Operand};
use crate::golang::syntax::tree::{ExprId, Ident};
use crate::golang::types::constant::value::Value;
use crate::golang::types::info::{Mode, Selection, SelectionKind};
use crate::golang::types::kinds::{Signature, Type};
use crate::golang::types::lookup::{Address, Case, Found, Way};
use crate::golang::types::objects::{ObjectKind, VariableKind, is_exported};

/// What is expected where a name stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Any,
    Type,
}

impl Checker<'_> {
    /// A name that stands alone.
    pub(super) fn name(&mut self, expr: ExprId) -> Operand {
        self.named(expr, Wanted::Any)
    }

    pub(super) fn named(&mut self, expr: ExprId, wanted: Wanted) -> Operand {
        let Some(name) = self.tree.name(expr).cloned() else { return Operand::invalid(expr) };
        let Some((scope, object)) = self.scopes.lookup(self.env.scope, &name) else {
            match &*name {
                "_" => self.error_in(expr, "cannot use _ as value or type"),
                _ => self.error_in(expr, format!("undefined: {name}")),
            }
            return Operand::invalid(expr);
        };
        self.record_name(expr, object);
        let is_type = self.types.object(object).is_type();
        if !is_type && wanted == Wanted::Type {
            let kind = self.types.object_kind(object);
            self.error_in(expr, format!("{name} ({kind}) is not a type"));
            self.set_used(object, true);
            return Operand::invalid(expr);
        }
        let own = self.types.object(object).package == self.types.current;
        if self.types.object(object).of.is_none() || (is_type && wanted == Wanted::Type && own) {
            self.declare_object(object);
        }
        self.use_dot_import(scope, object);
        let of = self.types.type_of(object);
        match self.types.object(object).kind.clone() {
            ObjectKind::Package(_) => {
                self.error_in(expr, format!("use of package {name} not in selector"));
                Operand::invalid(expr)
            }
            ObjectKind::Constant(_) if object == self.universe.iota => match self.env.iota {
                Some(iota) => Operand::constant(of, Value::int(iota.into()), expr),
                None => {
                    self.error_in(expr, "cannot use iota outside constant declaration");
                    Operand::invalid(expr)
                }
            },
            ObjectKind::Constant(value) => {
                self.depend_on(object);
                if of.is_valid() { Operand::constant(of, value, expr) } else { Operand::invalid(expr) }
            }
            ObjectKind::Type => Operand::new(Mode::Type, of, expr),
            ObjectKind::Variable(_) => {
                self.use_variable(object);
                self.depend_on(object);
                if of.is_valid() { Operand::new(Mode::Variable, of, expr) } else { Operand::invalid(expr) }
            }
            ObjectKind::Function(_) => {
                self.depend_on(object);
                Operand::new(Mode::Value, of, expr)
            }
            ObjectKind::Builtin(builtin) => Operand::new(Mode::Builtin(builtin), TypeId::INVALID, expr),
            ObjectKind::Nil => Operand::new(Mode::Nil, of, expr),
        }
    }

    /// Marks a variable as used, and as captured by the functions between its own and this one.
    fn use_variable(&mut self, object: ObjectId) {
        self.set_used(object, true);
        let owner = self.types.object(object).variable().and_then(|variable| variable.function);
        let Some(owner) = owner else { return };
        let mut here = self.env.function;
        while let Some(function) = here.filter(|function| *function != owner) {
            if let ObjectKind::Variable(variable) = &mut self.types.object_mut(object).kind {
                variable.captured = true;
            }
            let info = &mut self.info.functions[function as usize];
            if !info.captures.contains(&object) {
                info.captures.push(object);
            }
            here = info.parent;
        }
    }

    fn use_dot_import(&mut self, scope: super::ScopeId, object: ObjectId) {
        let package = self.types.object(object).package;
        let import =
            self.imports.iter().find(|import| import.dot && import.scope == scope && import.package == package);
        if let Some(import) = import {
            self.used_packages.insert(import.object);
        }
    }

    pub(super) fn selector(&mut self, expr: ExprId, of: ExprId, name: &Ident, wanted: Wanted) -> Operand {
        if let Some(package) = self.package_named(of) {
            return self.qualified(expr, package, name);
        }
        let x = self.expr_or_type(of, Generic::Refused);
        if let Mode::Builtin(_) = x.mode {
            let text = format!("invalid use of {} in selector expression", self.describe(&x));
            self.error(self.tree.at(expr), text);
            return Operand::invalid(expr);
        }
        if !x.is_valid() {
            return Operand::invalid(expr);
        }
        if !self.is_complete(x.of) {
            return Operand::invalid(expr);
        }
        if wanted == Wanted::Type {
            let text = format!("{} is not a type", self.print(expr));
            self.error(name.at, text);
            return Operand::invalid(expr);
        }
        let address = if x.mode == Mode::Variable { Address::There } else { Address::Missing };
        let found = self.types.find(x.of, address, self.types.current, &name.name, Case::Exact);
        match found {
            Found::One(way) => self.selected(expr, of, &x, way),
            fault => {
                let under = self.types.under(x.of);
                if under.is_valid() {
                    let text = self.selector_fault(&x, &name.name, &fault);
                    self.error(name.at, text);
                }
                Operand::invalid(expr)
            }
        }
    }

    fn package_named(&mut self, of: ExprId) -> Option<PackageId> {
        let name = self.tree.name(of)?.clone();
        let object = self.lookup(&name)?;
        let ObjectKind::Package(package) = self.types.object(object).kind else { return None };
        self.record_name(of, object);
        self.used_packages.insert(object);
        Some(package)
    }

    /// `package.Name`
    fn qualified(&mut self, expr: ExprId, package: PackageId, name: &Ident) -> Operand {
        let Some(&scope) = self.packages.get(usize::from(package.0)) else { return Operand::invalid(expr) };
        let Some(object) = self.scopes.get(scope).get(&name.name) else {
            let folded = name.name.to_lowercase();
            let similar = self.scopes.get(scope).names().map(|(other, _)| other);
            let similar = similar.filter(|other| is_exported(other) && other.to_lowercase() == folded).min();
            let hint = similar.map_or(String::new(), |similar| format!(" (but have {similar})"));
            let text = format!("undefined: {}{hint}", self.print(expr));
            self.error(name.at, text);
            return Operand::invalid(expr);
        };
        if !self.types.object(object).is_exported() {
            let package = self.types.packages[usize::from(package.0)].name.clone();
            self.error(name.at, format!("name {} not exported by package {package}", name.name));
        }
        self.record_name(name.id, object);
        let of = self.types.type_of(object);
        match self.types.object(object).kind.clone() {
            ObjectKind::Constant(value) => Operand::constant(of, value, expr),
            ObjectKind::Type => Operand::new(Mode::Type, of, expr),
            ObjectKind::Variable(_) => Operand::new(Mode::Variable, of, expr),
            ObjectKind::Function(_) => Operand::new(Mode::Value, of, expr),
            _ => Operand::invalid(expr),
        }
    }

    fn selector_fault(&mut self, x: &Operand, name: &str, fault: &Found) -> String {
        let (source, of) = (self.source_text(x), self.text(x.of));
        match fault {
            Found::Ambiguous => return format!("ambiguous selector {source}.{name}"),
            Found::NeedsPointer if x.mode == Mode::Type => {
                return format!("invalid method expression {of}.{name} (needs pointer receiver (*{of}).{name})");
            }
            Found::NeedsPointer => return format!("cannot call pointer method {name} on {of}"),
            _ => {}
        }
        let why = if self.is_interface_pointer(x.of) {
            self.interface_pointer_words(x.of)
        } else {
            let address = if x.mode == Mode::Variable { Address::There } else { Address::Missing };
            let similar = match self.types.find(x.of, address, self.types.current, name, Case::Folded) {
                Found::One(way) => Some(way.object),
                _ => None,
            };
            self.missing_member(x.of, name, similar)
        };
        format!("{source}.{name} undefined ({why})")
    }

    fn missing_member(&mut self, of: TypeId, name: &str, similar: Option<ObjectId>) -> String {
        let of = self.text(of);
        let what = similar.map_or("", |object| match self.types.object(object).variable() {
            Some(_) => "field",
            None => "method",
        });
        match self.likeness(name, similar) {
            Likeness::None => format!("type {of} has no field or method {name}"),
            Likeness::Spelling(other) => {
                format!("type {of} has no field or method {name}, but does have {what} {other}")
            }
            Likeness::Unexported(other) => {
                format!("type {of} has no field or method {name}, but does have unexported {what} {other}")
            }
            Likeness::Inaccessible(other) => format!("cannot refer to unexported {what} {other}"),
        }
    }

    /// How a name that is there is like the one that was wanted.
    pub(super) fn likeness(&self, name: &str, similar: Option<ObjectId>) -> Likeness {
        let Some(similar) = similar else { return Likeness::None };
        let other = self.types.object(similar);
        let text = other.name.to_string();
        let tail = |name: &str| name.chars().skip(1).collect::<String>();
        if other.package == self.types.current {
            return Likeness::Spelling(text);
        }
        match (is_exported(name), other.is_exported()) {
            (true, true) => Likeness::Spelling(text),
            (true, false) if tail(name) == tail(&text) => Likeness::Unexported(text),
            (false, true) if tail(name) == tail(&text) => Likeness::Spelling(text),
            (false, false) if name == text => Likeness::Inaccessible(text),
            _ => Likeness::None,
        }
    }

    /// The object that was found: an instance has methods of its own.
    pub(super) fn method_object(&mut self, way: &Way) -> ObjectId {
        match self.types.object(way.object).function() {
            Some(_) => self.instance_method(way.holder, way.object),
            None => way.object,
        }
    }

    fn selected(&mut self, expr: ExprId, of: ExprId, x: &Operand, way: Way) -> Operand {
        let object = self.method_object(&way);
        let is_type = x.mode == Mode::Type;
        let select = |checker: &mut Self, kind: SelectionKind| {
            let selection = Selection { kind, receiver: x.of, object, path: way.path.clone(), indirect: way.indirect };
            checker.info.selections.insert(expr, selection);
            if let crate::golang::syntax::tree::ExprKind::Selector { name, .. } = checker.tree.kind(expr) {
                checker.record_name(name.id, object);
            }
        };
        if self.types.object(object).variable().is_some() {
            if is_type {
                let name = self.types.object(object).name.clone();
                let of_type = self.text(x.of);
                self.error_in(of, format!("operand for field selector {name} must be value of type {of_type}"));
                return Operand::invalid(expr);
            }
            select(self, SelectionKind::Field);
            let has_address = x.mode == Mode::Variable || way.indirect;
            let mode = if has_address { Mode::Variable } else { Mode::Value };
            return Operand::new(mode, self.types.type_of(object), expr);
        }
        self.declare_object(object);
        self.depend_on(self.types.object(object).function().and_then(|function| function.origin).unwrap_or(object));
        let Some(signature) = self.types.signature(self.types.type_of(object)) else { return Operand::invalid(expr) };
        if is_type {
            select(self, SelectionKind::MethodExpression);
            return self.method_expression(expr, x.of, &signature);
        }
        select(self, SelectionKind::Method);
        let pointer = self.types.object(object).function().is_some_and(|function| function.pointer_receiver);
        if pointer && x.mode == Mode::Variable && !way.indirect {
            self.take_address(of);
        }
        let bound = Signature { receiver: None, receiver_params: Rc::default(), ..(*signature).clone() };
        let of = self.types.function(bound);
        Operand::new(Mode::Value, of, expr)
    }

    /// `T.method`: the receiver is the first parameter.
    fn method_expression(&mut self, expr: ExprId, of: TypeId, signature: &Signature) -> Operand {
        let named = signature.params.first().is_some_and(|param| !self.types.object(*param).name.is_empty());
        let receiver_name = signature.receiver.map(|receiver| self.types.object(receiver).name.clone());
        let name = match receiver_name {
            _ if !named => "".into(),
            Some(name) if !name.is_empty() => name,
            _ => "_".into(),
        };
        let at = signature.receiver.map_or(self.tree.at(expr), |receiver| self.types.object(receiver).at);
        let first = self.types.variable(name, at, VariableKind::Param, Some(of));
        let params = std::iter::once(first).chain(signature.params.iter().copied()).collect();
        let function = Signature { receiver: None, receiver_params: Rc::default(), params, ..signature.clone() };
        let of = self.types.add(Type::Function(Rc::new(function)));
        Operand::new(Mode::Value, of, expr)
    }
}

/// How a name that is there is like the one that was wanted.
pub(super) enum Likeness {
    None,
    /// It is spelled otherwise.
    Spelling(String),
    /// It begins with a small letter, in another package.
    Unexported(String),
    /// It is the very name, but not for this package.
    Inaccessible(String),
}
