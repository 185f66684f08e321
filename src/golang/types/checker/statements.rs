//! Statements.

use super::Checker;
use super::operand::{ChannelUse, Generic, Kind};
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::token::Op;
use crate::golang::syntax::tree::{Block, CommClause, ExprId, ExprKind, Stmt, StmtKind};
use crate::golang::types::info::Mode;
use crate::golang::types::scopes::ScopeKind;

impl<'t> Checker<'t> {
    pub(super) fn statements(&mut self, list: &'t [Stmt]) {
        list.iter().for_each(|statement| self.statement(statement));
    }

    pub(super) fn block(&mut self, block: &'t Block) {
        let outer = self.open_scope(ScopeKind::Block);
        self.statements(&block.list);
        self.env.scope = outer;
    }

    pub(super) fn init_statement(&mut self, statement: &'t Option<Box<Stmt>>) {
        if let Some(statement) = statement {
            self.statement(statement);
        }
    }

    pub(super) fn statement(&mut self, statement: &'t Stmt) {
        let since = self.later.len();
        self.statement_here(statement);
        self.do_later(since);
    }

    fn statement_here(&mut self, statement: &'t Stmt) {
        match &statement.kind {
            StmtKind::Empty | StmtKind::Branch { .. } => {}
            StmtKind::Expr(expr) => self.expression_statement(*expr),
            StmtKind::Send { channel, value } => {
                let channel = self.expr(None, *channel);
                let value = self.generic_expr(*value, None);
                if channel.is_valid() && value.is_valid() {
                    let at = self.at(&channel);
                    if let Some(element) = self.channel_element(at, &channel, ChannelUse::Send) {
                        self.assignment(value, Some(element), "send");
                    }
                }
            }
            StmtKind::Assign { left, right } => self.assign_exprs(left, right),
            StmtKind::Define { left, right } => self.define(statement.at, left, right),
            StmtKind::Operate { op, left, right } => {
                let x = self.binary(None, *op, *left, *right);
                self.assign_operand(*left, x, "assignment");
            }
            StmtKind::Step { op, of } => self.step(*op, *of),
            StmtKind::Go(call) => self.suspended_call("go", *call),
            StmtKind::Defer(call) => self.suspended_call("defer", *call),
            StmtKind::Return(values) => self.return_statement(statement.at, values),
            StmtKind::Block(block) => self.block(block),
            StmtKind::Declare(decls) => self.local_declarations(decls),
            StmtKind::Labeled { of, .. } => self.statement(of),
            StmtKind::If { init, condition, then, otherwise } => {
                let outer = self.open_scope(ScopeKind::Block);
                self.init_statement(init);
                self.condition(*condition, "if");
                self.block(then);
                self.init_statement(otherwise);
                self.env.scope = outer;
            }
            StmtKind::Switch { init, tag, clauses, close } => {
                let outer = self.open_scope(ScopeKind::Block);
                self.init_statement(init);
                self.switch(*tag, clauses, *close);
                self.env.scope = outer;
            }
            StmtKind::TypeSwitch { init, bound, of, clauses, .. } => {
                let outer = self.open_scope(ScopeKind::Block);
                self.init_statement(init);
                self.type_switch(bound.as_ref(), *of, clauses);
                self.env.scope = outer;
            }
            StmtKind::Select { clauses, .. } => self.select(clauses),
            StmtKind::For { init, condition, post, body } => {
                let outer = self.open_scope(ScopeKind::Block);
                self.init_statement(init);
                if let Some(condition) = condition {
                    self.condition(*condition, "for");
                }
                self.init_statement(post);
                self.block(body);
                self.env.scope = outer;
            }
            StmtKind::Range(range) => self.range(range),
        }
    }

    fn condition(&mut self, condition: ExprId, keyword: &str) {
        let x = self.expr(None, condition);
        if x.is_valid() && !self.types.all_boolean(x.of) {
            self.error_in(condition, format!("non-boolean condition in {keyword} statement"));
        }
    }

    fn expression_statement(&mut self, expr: ExprId) {
        let (x, kind) = self.raw_expr(None, expr, None, Generic::Refused);
        let fault = match x.mode {
            Mode::Builtin(_) => "must be called",
            Mode::Type => "is not an expression",
            _ if kind == Kind::Statement => return,
            _ => "is not used",
        };
        let text = format!("{} {fault}", self.describe(&x));
        self.error_of(&x, text);
    }

    fn step(&mut self, op: Op, of: ExprId) {
        let x = self.expr(None, of);
        if !x.is_valid() {
            return;
        }
        if !self.types.all_numeric(x.of) {
            let (text, sign, of_text) = (self.print(of), op.text(), self.text(x.of));
            self.error_in(of, format!("invalid operation: {text}{sign}{sign} (non-numeric type {of_text})"));
            return;
        }
        self.assign_operand(of, x, "assignment");
    }

    fn suspended_call(&mut self, keyword: &str, call: ExprId) {
        if !matches!(self.tree.kind(call), ExprKind::Call { .. }) {
            self.error_in(call, format!("expression in {keyword} must be function call"));
            self.use_exprs(&[call]);
            return;
        }
        let (x, kind) = self.raw_expr(None, call, None, Generic::Refused);
        let fault = match kind {
            Kind::Conversion => "requires function call, not conversion",
            Kind::Expression => "discards result of",
            Kind::Statement => return,
        };
        let text = format!("{keyword} {fault} {}", self.describe(&x));
        self.error_of(&x, text);
    }

    fn return_statement(&mut self, at: Pos, values: &[ExprId]) {
        let Some(results) = self.env.results.clone() else { return };
        let named = results.first().is_some_and(|result| !self.types.object(*result).name.is_empty());
        if !values.is_empty() || !named {
            if results.is_empty() && !values.is_empty() {
                self.results_of_nothing(values);
            } else if !(results.is_empty() && values.is_empty()) {
                self.init_variables(&results, values, Some(at));
            }
            return;
        }
        for result in results.iter() {
            let name = self.types.object(*result).name.clone();
            let Some(other) = self.lookup(&name).filter(|other| other != result) else { continue };
            let what = self.object_words(other);
            let inner = self.line_at(self.types.object(other).at, &format!("inner declaration of {what}"));
            self.error(at, format!("result parameter {name} not in scope at return{inner}"));
        }
    }

    fn results_of_nothing(&mut self, values: &[ExprId]) {
        self.init_variables(&[], values, Some(self.tree.start(values[0])));
    }

    /// An object as it was declared: `var x int`.
    fn object_words(&self, object: crate::golang::types::ids::ObjectId) -> String {
        use crate::golang::types::objects::ObjectKind;
        let what = self.types.object(object);
        let of = self.text(self.types.type_of(object));
        let name = &what.name;
        match what.kind {
            ObjectKind::Constant(_) => format!("const {name} {of}"),
            ObjectKind::Type => format!("type {name} {of}"),
            ObjectKind::Function(_) => format!("func {name}{}", of.strip_prefix("func").unwrap_or(&of)),
            _ => format!("var {name} {of}"),
        }
    }

    fn select(&mut self, clauses: &'t [CommClause]) {
        let defaults = clauses.iter().filter(|clause| clause.comm.is_none()).map(|clause| clause.at);
        self.check_defaults(defaults.collect());
        for clause in clauses {
            if !clause.comm.as_ref().is_none_or(|comm| self.is_communication(comm)) {
                let at = clause.comm.as_ref().map_or(clause.at, |comm| self.statement_start(comm));
                self.error(at, "select case must be send or receive (possibly with assignment)");
                continue;
            }
            let outer = self.open_scope(ScopeKind::Block);
            self.init_statement(&clause.comm);
            self.statements(&clause.body);
            self.env.scope = outer;
        }
    }

    /// Only one clause is `default`.
    pub(super) fn check_defaults(&mut self, defaults: Vec<Pos>) {
        let Some((first, others)) = defaults.split_first() else { return };
        let place = self.tree.place(*first);
        for other in others {
            self.error(*other, format!("multiple defaults (first at {place})"));
        }
    }

    fn is_communication(&self, comm: &Stmt) -> bool {
        let value = match &comm.kind {
            StmtKind::Send { .. } => return true,
            StmtKind::Assign { right, .. } | StmtKind::Define { right, .. } => match right.as_slice() {
                [one] => *one,
                _ => return false,
            },
            StmtKind::Expr(value) => *value,
            _ => return false,
        };
        matches!(self.tree.kind(self.tree.unparen(value)), ExprKind::Unary { op: Op::Receive, .. })
    }

    fn statement_start(&self, statement: &Stmt) -> Pos {
        match &statement.kind {
            StmtKind::Expr(expr) => self.tree.at(*expr),
            StmtKind::Step { of: expr, .. } | StmtKind::Operate { left: expr, .. } => self.tree.start(*expr),
            StmtKind::Assign { left, .. } | StmtKind::Define { left, .. } => self.tree.start(left[0]),
            _ => statement.at,
        }
    }
}
