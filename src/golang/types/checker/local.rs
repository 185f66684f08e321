//! Declarations in functions.

use crate::golang::types::ids::ObjectId;
use std::rc::Rc;

use super::Checker;
use super::collect::{Arity, Repeated};
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::{Const, Decl, DeclKind, ExprId, Ident, TypeDecl, Var};
use crate::golang::types::constant::value::Value;
use crate::golang::types::objects::{Object, ObjectKind, VariableKind};

impl<'t> Checker<'t> {
    pub(super) fn local_declarations(&mut self, decls: &'t [Decl]) {
        let mut repeated = Repeated::default();
        for decl in decls {
            match &decl.kind {
                DeclKind::Const(line) => self.local_constants(decl.at, line, &mut repeated),
                DeclKind::Var(line) => self.local_variables(line),
                DeclKind::Type(declaration) => self.local_type(declaration),
                DeclKind::Import(_) | DeclKind::Func(_) => {}
            }
        }
    }

    fn new_local(&mut self, name: &Ident, kind: ObjectKind) -> ObjectId {
        let object = Object { name: name.name.clone(), at: name.at, package: self.types.current, of: None, kind };
        let object = self.types.add_object(object);
        self.record_name(name.id, object);
        object
    }

    /// A variable of the function at hand, still without a type.
    pub(super) fn new_local_variable(&mut self, name: &Ident) -> ObjectId {
        let object = self.types.variable(name.name.clone(), name.at, VariableKind::Local, None);
        if let ObjectKind::Variable(variable) = &mut self.types.object_mut(object).kind {
            variable.function = self.env.function;
        }
        self.record_name(name.id, object);
        object
    }

    fn local_constants(&mut self, at: Pos, line: &'t Const, repeated: &mut Repeated<'t>) {
        let since = self.later.len();
        let (values, inherited) = repeated.for_line(line);
        let mut objects = Vec::new();
        for (number, name) in line.names.iter().enumerate() {
            let object = self.new_local(name, ObjectKind::Constant(Value::Unknown));
            let value = values.and_then(|line| line.values.get(number).copied());
            self.constant(object, values.and_then(|line| line.of), value, line.iota, inherited);
            objects.push(object);
        }
        let values = values.map_or(&[][..], |line| &line.values);
        self.check_arity(at, &line.names, values, Arity::Constants { inherited });
        self.do_later(since);
        self.declare_all(&objects);
    }

    fn local_variables(&mut self, line: &'t Var) {
        let since = self.later.len();
        let objects: Vec<ObjectId> = line.names.iter().map(|name| self.new_local_variable(name)).collect();
        let all: Rc<[ObjectId]> = objects.clone().into();
        for (number, object) in objects.iter().enumerate() {
            match line.values.as_slice() {
                [one] if objects.len() > 1 => {
                    self.variable(*object, &all, line.of, Some(*one));
                    break;
                }
                values => self.variable(*object, &[*object], line.of, values.get(number).copied()),
            }
        }
        if line.of.is_none() || !line.values.is_empty() {
            self.check_arity(line.names[0].at, &line.names, &line.values, Arity::Variables);
        }
        self.do_later(since);
        self.declare_all(&objects);
    }

    fn declare_all(&mut self, objects: &[ObjectId]) {
        let scope = self.env.scope;
        objects.iter().for_each(|object| self.declare(scope, *object));
    }

    fn local_type(&mut self, declaration: &'t TypeDecl) {
        let object = self.new_local(&declaration.name, ObjectKind::Type);
        let scope = self.env.scope;
        self.declare(scope, object);
        self.path.push(object);
        self.type_declaration(object, declaration);
        self.path.pop();
    }

    /// `a, b := x, y`
    pub(super) fn define(&mut self, at: Pos, left: &[ExprId], right: &[ExprId]) {
        let since = self.later.len();
        let scope = self.env.scope;
        let mut objects = Vec::new();
        let mut new = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        let mut faulty = false;
        for expr in left {
            let start = self.tree.start(*expr);
            let Some(name) = self.tree.name(*expr) else {
                self.use_left(&[*expr]);
                let text = self.print(*expr);
                self.error(start, format!("non-name {text} on left side of :="));
                faulty = true;
                objects.push(None);
                continue;
            };
            if &**name != "_" {
                if seen.contains(&&**name) {
                    self.error(start, format!("{name} repeated on left side of :="));
                    faulty = true;
                    objects.push(None);
                    continue;
                }
                seen.push(name);
            }
            if let Some(known) = self.scopes.get(scope).get(name) {
                self.record_name(*expr, known);
                if self.types.object(known).variable().is_some() {
                    objects.push(Some(known));
                } else {
                    self.error(start, format!("cannot assign to {name}"));
                    faulty = true;
                    objects.push(None);
                }
                continue;
            }
            let ident = Ident { id: *expr, name: name.clone(), at: start };
            let object = self.new_local_variable(&ident);
            objects.push(Some(object));
            if &**name != "_" {
                new.push(object);
            }
        }
        let objects: Vec<ObjectId> = objects
            .into_iter()
            .zip(left)
            .map(|(object, expr)| {
                let at = self.tree.start(*expr);
                object.unwrap_or_else(|| self.types.variable("_".into(), at, VariableKind::Local, None))
            })
            .collect();
        self.init_variables(&objects, right, None);
        self.do_later(since);
        if new.is_empty() && !faulty {
            self.error(at, "no new variables on left side of :=");
            return;
        }
        self.declare_all(&new);
    }
}
