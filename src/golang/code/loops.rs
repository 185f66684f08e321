//! Loops: `for`, and `range` over everything that there is.

use super::asked::Made;
use super::function::Maker;
use super::op::{Op, Reg, Signed};
use super::places::Place;
use crate::golang::syntax::token::Op as Sign;
use crate::golang::syntax::tree::{Block, ExprId, Name, Range, Stmt, StmtKind};
use crate::golang::types::constant::value::Value;
use crate::golang::types::ids::TypeId;
use crate::golang::types::kinds::{Basic, Type};

impl Maker<'_, '_> {
    pub(super) fn for_loop(
        &mut self,
        init: Option<&Stmt>,
        condition: Option<ExprId>,
        post: Option<&Stmt>,
        body: &Block,
    ) -> Made<()> {
        let label = self.label.take();
        self.optional(init)?;
        let mut variables = Vec::new();
        if let Some(StmtKind::Define { left, .. }) = init.map(|init| &init.kind) {
            for left in left {
                variables.extend(self.new_variable(*left));
            }
        }
        self.enter(label, true);
        let start = self.here();
        let mut end = None;
        if let Some(condition) = condition {
            let mark = self.top;
            let condition = self.expr(condition)?;
            end = Some(self.emit(Op::JumpUnless { condition, to: 0 }));
            self.top = mark;
        }
        self.block(&body.list)?;
        self.land_continues();
        for variable in variables {
            self.renew(variable)?;
        }
        self.optional(post)?;
        self.jump_to(start);
        self.land(end.as_slice());
        self.leave();
        Ok(())
    }

    pub(super) fn range(&mut self, range: &Range) -> Made<()> {
        let label = self.label.take();
        let at = self.at;
        let of = self.type_of(range.over)?;
        let under = self.under(of);
        let (key, value) = (range.left.first().copied(), range.left.get(1).copied());
        match under {
            Type::Function(_) => self.refuse(range.at, "range over a function is not on this machine yet"),
            Type::Chan(chan) => {
                let from = self.expr(range.over)?;
                let channel = self.alloc()?;
                self.move_to(channel, from);
                let row = self.alloc_row(2)?;
                self.enter(label, true);
                let start = self.here();
                let shape = self.code.shape(chan.element, at)?;
                self.at = at;
                self.emit(Op::Receive { to: row, channel, ok: row + 1, shape });
                let end = self.emit(Op::JumpUnless { condition: row + 1, to: 0 });
                self.round(range, &[(key, row, chan.element)])?;
                self.land_continues();
                self.jump_to(start);
                self.land(&[end]);
                self.leave();
                Ok(())
            }
            Type::Map(map) => {
                let from = self.expr(range.over)?;
                let row = self.alloc_row(3)?;
                self.emit(Op::MapRange { to: row, of: from });
                self.enter(label, true);
                let start = self.here();
                let end = self.emit(Op::MapNext { range: row, key: row + 1, value: row + 2, end: 0 });
                self.round(range, &[(key, row + 1, map.key), (value, row + 2, map.value)])?;
                self.land_continues();
                self.jump_to(start);
                self.land(&[end]);
                self.leave();
                Ok(())
            }
            Type::Basic(basic) if basic.is_integer() => {
                let int = match key.filter(|_| range.define).and_then(|key| self.new_variable(key)) {
                    Some(object) => self.type_of_object(object),
                    None => of,
                };
                self.count(range, label, int, None)
            }
            Type::Basic(_) => {
                let from = self.expr(range.over)?;
                let row = self.alloc_row(4)?;
                self.move_to(row, from);
                self.emit(Op::Integer { to: row + 1, value: 0 });
                self.enter(label, true);
                let start = self.here();
                let (text, index, rune, behind) = (row, row + 1, row + 2, row + 3);
                let end = self.emit(Op::TextNext { text, index, rune, behind, end: 0 });
                self.round(range, &[(key, index, TypeId::basic(Basic::Int)), (value, rune, TypeId::RUNE)])?;
                self.land_continues();
                self.move_to(index, behind);
                self.jump_to(start);
                self.land(&[end]);
                self.leave();
                Ok(())
            }
            Type::Slice(element) => self.count(range, label, TypeId::basic(Basic::Int), Some(element)),
            Type::Array(array) => self.count(range, label, TypeId::basic(Basic::Int), Some(array.element)),
            Type::Pointer(to) => match self.under(to) {
                Type::Array(array) => self.count(range, label, TypeId::basic(Basic::Int), Some(array.element)),
                _ => self.refuse(range.at, "this cannot be ranged over"),
            },
            _ => self.refuse(range.at, "this cannot be ranged over"),
        }
    }

    /// Counts to a number, or through a list.
    pub(super) fn count(
        &mut self,
        range: &Range,
        label: Option<Name>,
        int: TypeId,
        element: Option<TypeId>,
    ) -> Made<()> {
        let over_type = self.type_of(range.over)?;
        let wants_value =
            range.left.get(1).is_some_and(|value| self.code.tree.name(*value).is_none_or(|name| &**name != "_"));
        let over = if wants_value { self.owned(range.over, over_type)? } else { self.expr(range.over)? };
        let row = self.alloc_row(4)?;
        let (list, length, index, value) = (row, row + 1, row + 2, row + 3);
        match element {
            Some(_) => {
                self.move_to(list, over);
                self.emit(Op::Length { to: length, of: list });
            }
            None => self.move_to(length, over),
        }
        self.emit(Op::Integer { to: index, value: 0 });
        self.enter(label, true);
        let start = self.here();
        let mark = self.top;
        let less = self.compare_registers(Sign::Less, int, index, length, false)?;
        let end = self.emit(Op::JumpUnless { condition: less, to: 0 });
        self.top = mark;
        let (key, named) = (range.left.first().copied(), range.left.get(1).copied());
        match element {
            Some(element) if wants_value => {
                self.emit(Op::Index { to: value, of: list, index });
                if self.code.is_aggregate(element) {
                    self.emit(Op::Copy { to: value, from: value });
                }
                self.round(range, &[(key, index, int), (named, value, element)])?;
            }
            _ => self.round(range, &[(key, index, int)])?,
        }
        self.land_continues();
        let one = self.constant(&Value::int(1), int)?;
        let next = self.operate(Sign::Add, int, index, one, Signed::Yes)?;
        self.move_to(index, next);
        self.top = mark;
        self.jump_to(start);
        self.land(&[end]);
        self.leave();
        Ok(())
    }

    /// A round of a `range` loop, its variables first.
    pub(super) fn round(&mut self, range: &Range, values: &[(Option<ExprId>, Reg, TypeId)]) -> Made<()> {
        let mark = self.top;
        for (left, from, of) in values {
            let Some(left) = left else { continue };
            let of = self.concrete(*of);
            if range.define {
                if let Some(object) = self.new_variable(*left) {
                    self.declare(object, *from)?;
                }
                continue;
            }
            let inner = self.top;
            let place = self.place(*left)?;
            let mut from = *from;
            if !matches!(place, Place::Blank) {
                let target = self.type_of(*left)?;
                if self.code.types.is_interface(target) {
                    from = self.interface_value(from, of)?;
                }
            }
            self.store(place, from);
            self.top = inner;
        }
        self.block(&range.body.list)?;
        self.top = mark;
        Ok(())
    }
}
