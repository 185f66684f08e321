//! Switches over values and over types.

use crate::golang::types::ids::{ObjectId, TypeId};
use std::collections::BTreeMap;

use super::Checker;
use super::implements::AssertedBy;
use super::operand::{Operand, Source};
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::{CaseClause, ExprId, Ident};
use crate::golang::types::constant::value::Value;
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::Basic;
use crate::golang::types::objects::{ObjectKind, VariableKind};
use crate::golang::types::scopes::ScopeKind;

/// Cases that have been seen: their values, with where they are and of which type.
type Seen = BTreeMap<Value, Vec<(Pos, TypeId)>>;

impl<'t> Checker<'t> {
    pub(super) fn switch(&mut self, tag: Option<ExprId>, clauses: &'t [CaseClause], close: Pos) {
        let x = match tag {
            Some(tag) => {
                let x = self.expr(None, tag);
                let x = self.assignment(x, None, "switch expression");
                if x.is_valid() && !self.types.is_comparable(x.of) && !self.types.has_nil(x.of) {
                    let (what, of) = (self.describe(&x), self.text(x.of));
                    self.error_of(&x, format!("cannot switch on {what} ({of} is not comparable)"));
                    x.invalidated()
                } else {
                    x
                }
            }
            None => {
                let at = clauses.first().map_or(close, |clause| clause.at);
                let source = Source::Words(at, "true".into());
                let value = Some(Value::Bool(true));
                Operand { mode: Mode::Constant, of: TypeId::basic(Basic::Bool), value, source }
            }
        };
        self.check_case_defaults(clauses);
        let mut seen = Seen::new();
        for clause in clauses {
            self.case_values(&x, clause.cases.as_deref().unwrap_or_default(), &mut seen);
            let outer = self.open_scope(ScopeKind::Block);
            self.statements(&clause.body);
            self.env.scope = outer;
        }
    }

    fn check_case_defaults(&mut self, clauses: &[CaseClause]) {
        let defaults = clauses.iter().filter(|clause| clause.cases.is_none()).map(|clause| clause.at);
        self.check_defaults(defaults.collect());
    }

    fn case_values(&mut self, x: &Operand, cases: &[ExprId], seen: &mut Seen) {
        for case in cases {
            let v = self.expr(None, *case);
            if !x.is_valid() || !v.is_valid() {
                continue;
            }
            let v = self.convert_untyped(v, x.of);
            if !v.is_valid() {
                continue;
            }
            let compared = self.case_comparison(v.clone(), x);
            if !compared.is_valid() || !v.is_constant() {
                continue;
            }
            let value = v.constant_value();
            // Go looks for numbers and strings that are there twice, and for no others.
            if matches!(value, Value::Unknown | Value::Bool(_)) {
                continue;
            }
            let known = seen.entry(value).or_default();
            match known.iter().find(|(_, of)| self.types.identical(*of, v.of)) {
                Some((at, _)) => {
                    let previous = self.line_at(*at, "previous case");
                    let what = self.describe(&v);
                    self.error_of(&v, format!("duplicate case {what} in expression switch{previous}"));
                }
                None => known.push((self.at(&v), v.of)),
            }
        }
    }

    pub(super) fn type_switch(&mut self, bound: Option<&Ident>, of: ExprId, clauses: &'t [CaseClause]) {
        let mut bound = bound;
        if let Some(blank) = bound.filter(|bound| &*bound.name == "_") {
            self.error(blank.at, "no new variable on left side of :=");
            bound = None;
        }
        let x = self.expr(None, of);
        let mut guarded = None;
        if x.is_valid() {
            if self.types.param(x.of).is_some() {
                let what = self.describe(&x);
                self.error_of(&x, format!("cannot use type switch on type parameter value {what}"));
            } else if self.types.is_interface(x.of) {
                guarded = Some(x);
            } else {
                let what = self.describe(&x);
                self.error_of(&x, format!("{what} is not an interface"));
            }
        }
        self.check_case_defaults(clauses);
        let mut seen: Vec<(Option<TypeId>, ExprId)> = Vec::new();
        let mut variables: Vec<ObjectId> = Vec::new();
        for clause in clauses {
            let cases = clause.cases.as_deref().unwrap_or_default();
            let of = self.case_types(guarded.as_ref(), cases, &mut seen);
            let outer = self.open_scope(ScopeKind::Block);
            if let Some(bound) = bound {
                let object = self.types.variable(bound.name.clone(), bound.at, VariableKind::Local, Some(of));
                if let ObjectKind::Variable(variable) = &mut self.types.object_mut(object).kind {
                    variable.function = self.env.function;
                }
                let scope = self.env.scope;
                self.declare(scope, object);
                self.info.clauses.insert(clause.at, object);
                variables.push(object);
            }
            self.statements(&clause.body);
            self.env.scope = outer;
        }
        if let Some(bound) = bound {
            let used = |object: &ObjectId| self.types.object(*object).variable().is_some_and(|variable| variable.used);
            let any = variables.iter().any(used);
            variables.iter().for_each(|object| self.set_used(*object, true));
            if !any {
                self.error(bound.at, format!("{} declared and not used", bound.name));
            }
        }
    }

    /// The types of one clause; gives the type that the variable has in it.
    fn case_types(
        &mut self,
        x: Option<&Operand>,
        cases: &[ExprId],
        seen: &mut Vec<(Option<TypeId>, ExprId)>,
    ) -> TypeId {
        let mut only = None;
        for case in cases {
            let of = if self.is_nil_name(*case) {
                self.expr(None, *case);
                None
            } else {
                let of = self.variable_type(*case);
                if !of.is_valid() {
                    only = Some(of);
                    continue;
                }
                Some(of)
            };
            only = of;
            let known = seen.iter().find(|(other, _)| match (of, *other) {
                (None, None) => true,
                (Some(a), Some(b)) => self.types.identical(a, b),
                _ => false,
            });
            if let Some((_, other)) = known {
                let text = of.map_or("nil".into(), |of| self.text(of));
                let previous = self.line_at(self.tree.start(*other), "previous case");
                self.error_in(*case, format!("duplicate case {text} in type switch{previous}"));
                continue;
            }
            seen.push((of, *case));
            if let (Some(x), Some(of)) = (x, of) {
                self.check_assertion(*case, x, of, AssertedBy::Case);
            }
        }
        match (cases, only) {
            ([_], Some(of)) => of,
            _ => x.map_or(TypeId::INVALID, |x| x.of),
        }
    }

    fn is_nil_name(&self, expr: ExprId) -> bool {
        let name = self.tree.name(self.tree.unparen(expr));
        let object = name.and_then(|name| self.lookup(name));
        object.is_some_and(|object| matches!(self.types.object(object).kind, ObjectKind::Nil))
    }
}
