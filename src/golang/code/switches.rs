//! `switch` over values and types, and `select`.

use super::asked::Made;
use super::function::Maker;
use super::op::{NONE, Op, Reg};
use super::places::Place;
use super::program::{Case, Select};
use crate::golang::syntax::token::Op as Sign;
use crate::golang::syntax::tree::{Branch, CaseClause, CommClause, ExprId, ExprKind, Name, Stmt, StmtKind};
use crate::golang::types::ids::TypeId;
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::{Basic, Type};

impl Maker<'_, '_> {
    pub(super) fn switch(&mut self, label: Option<Name>, tag: Option<ExprId>, clauses: &[CaseClause]) -> Made<()> {
        let tagged = match tag {
            Some(tag) => {
                let of = self.type_of(tag)?;
                let of = self.code.types.default_type(of);
                Some((self.fresh(tag, of)?, of))
            }
            None => None,
        };
        let mut entries = vec![Vec::new(); clauses.len()];
        let mut default = None;
        for (number, clause) in clauses.iter().enumerate() {
            let Some(cases) = &clause.cases else {
                default = Some(number);
                continue;
            };
            for case in cases {
                let mark = self.top;
                self.at = self.code.tree.at(*case);
                let condition = match tagged {
                    None => self.expr(*case)?,
                    Some((tag, of)) => self.case_equals(tag, of, *case)?,
                };
                entries[number].push(self.emit(Op::JumpIf { condition, to: 0 }));
                self.top = mark;
            }
        }
        let otherwise = self.jump();
        self.enter(label, false);
        let mut falls = None;
        for (number, clause) in clauses.iter().enumerate() {
            self.land(&entries[number]);
            if default == Some(number) {
                self.land(&[otherwise]);
            }
            self.land(Option::take(&mut falls).as_slice());
            self.block(&clause.body)?;
            let falls_through = matches!(
                clause.body.last().map(|last| &last.kind),
                Some(StmtKind::Branch { branch: Branch::Fallthrough, .. })
            );
            let jump = self.jump();
            if falls_through {
                falls = Some(jump);
            } else if let Some(target) = self.targets.last_mut() {
                target.breaks.push(jump);
            }
        }
        if default.is_none() {
            self.land(&[otherwise]);
        }
        self.leave();
        Ok(())
    }

    pub(super) fn case_equals(&mut self, tag: Reg, of: TypeId, case: ExprId) -> Made<Reg> {
        if self.mode(case) == Mode::Nil {
            let to = self.alloc()?;
            self.emit(Op::IsNil { to, of: tag });
            return Ok(to);
        }
        let case_type = self.type_of(case)?;
        let (tag_interface, case_interface) =
            (self.code.types.is_interface(of), self.code.types.is_interface(case_type));
        let mut value = self.expr(case)?;
        let mut tag = tag;
        if tag_interface && !case_interface {
            value = self.interface_value(value, case_type)?;
        }
        if case_interface && !tag_interface {
            tag = self.interface_value(tag, of)?;
        }
        self.compare_registers(Sign::Equal, of, tag, value, tag_interface || case_interface)
    }

    pub(super) fn type_switch(&mut self, label: Option<Name>, of: ExprId, clauses: &[CaseClause]) -> Made<()> {
        let of_type = self.type_of(of)?;
        let from = self.fresh(of, of_type)?;
        let row = self.alloc_row(2)?;
        let mut entries = vec![Vec::new(); clauses.len()];
        let mut default = None;
        for (number, clause) in clauses.iter().enumerate() {
            let Some(cases) = &clause.cases else {
                default = Some(number);
                continue;
            };
            for case in cases {
                self.at = self.code.tree.at(*case);
                if self.mode(*case) == Mode::Nil {
                    self.emit(Op::IsNil { to: row + 1, of: from });
                } else {
                    let target = self.type_of(*case)?;
                    self.assert_register(row, from, target, Some(row + 1))?;
                }
                entries[number].push(self.emit(Op::JumpIf { condition: row + 1, to: 0 }));
            }
        }
        let otherwise = self.jump();
        self.enter(label, false);
        for (number, clause) in clauses.iter().enumerate() {
            self.land(&entries[number]);
            if default == Some(number) {
                self.land(&[otherwise]);
            }
            let mark = self.top;
            let info = self.code.info.clone();
            if let Some(object) = info.clauses.get(&clause.at) {
                let object_type = self.type_of_object(*object);
                let single = clause.cases.as_ref().filter(|cases| cases.len() == 1).map(|cases| cases[0]);
                self.at = clause.at;
                // With one type the name holds the value itself, which the test of this clause has left in the row.
                let is_value = single.is_some_and(|case| self.mode(case) != Mode::Nil);
                if is_value && self.code.is_aggregate(object_type) {
                    self.emit(Op::Copy { to: row, from: row });
                }
                self.declare(*object, if is_value { row } else { from })?;
            }
            self.block(&clause.body)?;
            self.top = mark;
            let jump = self.jump();
            if let Some(target) = self.targets.last_mut() {
                target.breaks.push(jump);
            }
        }
        if default.is_none() {
            self.land(&[otherwise]);
        }
        self.leave();
        Ok(())
    }

    // Select.

    pub(super) fn select(&mut self, clauses: &[CommClause], statement: &Stmt) -> Made<()> {
        let label = self.label.take();
        let mut table = Select::default();
        let mut received: Vec<Option<(Vec<ExprId>, bool, TypeId)>> = Vec::new();
        let mut numbers = Vec::new();
        for clause in clauses {
            let Some(comm) = &clause.comm else {
                table.has_default = true;
                received.push(None);
                numbers.push(None);
                continue;
            };
            numbers.push(Some(table.cases.len() as u16));
            let (left, define, from) = match &comm.kind {
                StmtKind::Send { channel, value } => {
                    let of = self.type_of(*channel)?;
                    let Type::Chan(chan) = self.under(of) else { return self.refuse(comm.at, "this is no channel") };
                    let channel = self.fresh(*channel, of)?;
                    let send = Some(self.fresh(*value, chan.element)?);
                    table.cases.push(Case { channel, send, shape: 0 });
                    received.push(None);
                    continue;
                }
                StmtKind::Expr(from) => (Vec::new(), false, *from),
                StmtKind::Assign { left, right } => (left.clone(), false, right[0]),
                StmtKind::Define { left, right } => (left.clone(), true, right[0]),
                _ => return self.refuse(comm.at, "this is no communication"),
            };
            let from = self.code.tree.unparen(from);
            let ExprKind::Unary { op: Sign::Receive, of: channel } = self.code.tree.kind(from) else {
                return self.refuse(comm.at, "this is no communication");
            };
            let of = self.type_of(*channel)?;
            let Type::Chan(chan) = self.under(of) else { return self.refuse(comm.at, "this is no channel") };
            let channel = self.fresh(*channel, of)?;
            let shape = self.code.shape(chan.element, comm.at)?;
            table.cases.push(Case { channel, send: None, shape });
            received.push(Some((left, define, chan.element)));
        }
        let row = self.alloc_row(3)?;
        self.at = statement.at;
        self.code.selects.push(table);
        let number = (self.code.selects.len() - 1) as u32;
        self.emit(Op::Select { table: number, taken: row, value: row + 1, ok: row + 2 });
        self.enter(label, false);
        for (position, clause) in clauses.iter().enumerate() {
            // The number behind the last one is `default`'s.
            let case = numbers[position].unwrap_or(NONE);
            let entry = self.emit(Op::JumpCase { taken: row, case, to: 0 });
            let around = self.jump();
            self.land(&[entry]);
            let mark = self.top;
            if let Some((left, define, element)) = &received[position] {
                let types = [self.concrete(*element), TypeId::basic(Basic::Bool)];
                for (number, left) in left.iter().enumerate() {
                    let from = row + 1 + number as u16;
                    match self.new_variable(*left).filter(|_| *define) {
                        Some(object) => self.declare(object, from)?,
                        None if *define => {}
                        None => {
                            let place = self.place(*left)?;
                            let mut from = from;
                            if !matches!(place, Place::Blank) {
                                let target = self.type_of(*left)?;
                                if self.code.types.is_interface(target) {
                                    from = self.interface_value(from, types[number.min(1)])?;
                                }
                            }
                            self.store(place, from);
                        }
                    }
                }
            }
            self.block(&clause.body)?;
            self.top = mark;
            let jump = self.jump();
            if let Some(target) = self.targets.last_mut() {
                target.breaks.push(jump);
            }
            self.land(&[around]);
        }
        self.leave();
        Ok(())
    }
}
