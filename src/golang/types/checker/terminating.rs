//! Whether the end of a function can be reached (the Go specification's "terminating statements").

use super::Checker;
use crate::golang::syntax::tree::{Block, Branch, ExprKind, Name, Stmt, StmtKind};

impl Checker<'_> {
    pub(super) fn is_terminating_block(&self, block: &Block) -> bool {
        self.is_terminating_list(&block.list)
    }

    fn is_terminating_list(&self, list: &[Stmt]) -> bool {
        let last = list.iter().rev().find(|statement| !matches!(statement.kind, StmtKind::Empty));
        last.is_some_and(|last| self.is_terminating(last, None))
    }

    fn is_terminating(&self, statement: &Stmt, label: Option<&Name>) -> bool {
        match &statement.kind {
            StmtKind::Return(_) => true,
            StmtKind::Branch { branch, .. } => matches!(branch, Branch::Goto | Branch::Fallthrough),
            StmtKind::Labeled { label, of } => self.is_terminating(of, Some(&label.name)),
            StmtKind::Expr(expr) => {
                let call = self.tree.unparen(*expr);
                matches!(self.tree.kind(call), ExprKind::Call { .. }) && self.panics.contains(&call)
            }
            StmtKind::Block(block) => self.is_terminating_block(block),
            StmtKind::If { then, otherwise, .. } => {
                let other = otherwise.as_ref().is_some_and(|other| self.is_terminating(other, None));
                other && self.is_terminating_block(then)
            }
            StmtKind::Switch { clauses, .. } | StmtKind::TypeSwitch { clauses, .. } => {
                let has_default = clauses.iter().any(|clause| clause.cases.is_none());
                has_default && clauses.iter().all(|clause| self.is_terminating_clause(&clause.body, label))
            }
            StmtKind::Select { clauses, .. } => {
                clauses.iter().all(|clause| self.is_terminating_clause(&clause.body, label))
            }
            StmtKind::For { condition: None, body, .. } => !has_break_in(&body.list, label, Implicit::Counts),
            _ => false,
        }
    }

    fn is_terminating_clause(&self, list: &[Stmt], label: Option<&Name>) -> bool {
        self.is_terminating_list(list) && !has_break_in(list, label, Implicit::Counts)
    }
}

/// Whether a `break` without a label leaves the statement that is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Implicit {
    Counts,
    /// It leaves one inside.
    Ignored,
}

fn has_break_in(list: &[Stmt], label: Option<&Name>, implicit: Implicit) -> bool {
    list.iter().any(|statement| has_break(statement, label, implicit))
}

fn has_break(statement: &Stmt, label: Option<&Name>, implicit: Implicit) -> bool {
    let inside = |list: &[Stmt]| label.is_some() && has_break_in(list, label, Implicit::Ignored);
    match &statement.kind {
        StmtKind::Branch { branch: Branch::Break, label: target } => match target {
            None => implicit == Implicit::Counts,
            Some(target) => Some(&target.name) == label,
        },
        StmtKind::Labeled { of, .. } => has_break(of, label, implicit),
        StmtKind::Block(block) => has_break_in(&block.list, label, implicit),
        StmtKind::If { then, otherwise, .. } => {
            has_break_in(&then.list, label, implicit)
                || otherwise.as_ref().is_some_and(|other| has_break(other, label, implicit))
        }
        StmtKind::Switch { clauses, .. } | StmtKind::TypeSwitch { clauses, .. } => {
            clauses.iter().any(|clause| inside(&clause.body))
        }
        StmtKind::Select { clauses, .. } => clauses.iter().any(|clause| inside(&clause.body)),
        StmtKind::For { body, .. } => inside(&body.list),
        StmtKind::Range(range) => inside(&range.body.list),
        _ => false,
    }
}
