//! Statements.

use super::asked::Made;
use super::function::{Maker, Target};
use super::op::{Op, Reg, Signed};
use super::places::Place;
use crate::golang::syntax::tree::{Branch, DeclKind, ExprId, ExprKind, Ident, Name, Stmt, StmtKind, Var};
use crate::golang::types::constant::value::Value;
use crate::golang::types::ids::{ObjectId, TypeId};
use crate::golang::types::kinds::{Basic, Type};

impl Maker<'_, '_> {
    /// Statements whose names end with them.
    pub(super) fn block(&mut self, list: &[Stmt]) -> Made<()> {
        let mark = self.top;
        for statement in list {
            self.statement(statement)?;
        }
        self.top = mark;
        Ok(())
    }

    pub(super) fn statement(&mut self, statement: &Stmt) -> Made<()> {
        self.at = statement.at;
        let mark = self.top;
        match &statement.kind {
            StmtKind::Empty => {}
            StmtKind::Expr(expr) => {
                let inner = self.code.tree.unparen(*expr);
                match self.code.tree.kind(inner) {
                    ExprKind::Call { .. } => self.call(inner)?,
                    _ => self.expr(inner)?,
                };
                self.top = mark;
            }
            StmtKind::Send { channel, value } => {
                let of = self.type_of(*channel)?;
                let Type::Chan(chan) = self.under(of) else { return self.refuse(statement.at, "this is no channel") };
                let channel = self.expr(*channel)?;
                let from = self.owned(*value, chan.element)?;
                self.at = statement.at;
                self.emit(Op::Send { channel, from });
                self.top = mark;
            }
            StmtKind::Assign { left, right } => {
                self.assign(left, right)?;
                self.top = mark;
            }
            StmtKind::Define { left, right } => self.define(left, right)?,
            StmtKind::Operate { op, left, right } => {
                let of = self.type_of(*left)?;
                let place = self.place(*left)?;
                let a = self.load(place, *left)?;
                let b = self.expr(*right)?;
                let count = self.type_of(*right)?;
                let signed = if self.code.is_unsigned(count) { Signed::No } else { Signed::Yes };
                self.at = statement.at;
                let value = self.operate(*op, of, a, b, signed)?;
                self.store(place, value);
                self.top = mark;
            }
            StmtKind::Step { op, of } => {
                let of_type = self.type_of(*of)?;
                let place = self.place(*of)?;
                let a = self.load(place, *of)?;
                let b = self.constant(&Value::int(1), of_type)?;
                let value = self.operate(*op, of_type, a, b, Signed::Yes)?;
                self.store(place, value);
                self.top = mark;
            }
            StmtKind::Go(call) => {
                let (callee, base, count) = self.postponed(*call)?;
                self.at = statement.at;
                self.emit(Op::Go { callee, base, count });
                self.top = mark;
            }
            StmtKind::Defer(call) => {
                let (callee, base, count) = self.postponed(*call)?;
                self.at = statement.at;
                self.emit(Op::Defer { callee, base, count });
                self.top = mark;
            }
            StmtKind::Return(values) => {
                self.give(values)?;
                self.top = mark;
            }
            StmtKind::Branch { branch, label } => self.branch(*branch, label.as_ref())?,
            StmtKind::Block(block) => self.block(&block.list)?,
            StmtKind::Declare(decls) => {
                for decl in decls {
                    if let DeclKind::Var(var) = &decl.kind {
                        self.at = decl.at;
                        self.declare_line(var)?;
                    }
                }
            }
            StmtKind::Labeled { label, of } => {
                self.labels.insert(label.name.clone(), self.here());
                self.label = Some(label.name.clone());
                self.statement(of)?;
                self.label = None;
            }
            StmtKind::If { init, condition, then, otherwise } => {
                self.optional(init.as_deref())?;
                let inner = self.top;
                let condition = self.expr(*condition)?;
                let around = self.emit(Op::JumpUnless { condition, to: 0 });
                self.top = inner;
                self.block(&then.list)?;
                match otherwise {
                    Some(otherwise) => {
                        let end = self.jump();
                        self.land(&[around]);
                        self.statement(otherwise)?;
                        self.land(&[end]);
                    }
                    None => self.land(&[around]),
                }
                self.top = mark;
            }
            StmtKind::Switch { init, tag, clauses, .. } => {
                let label = self.label.take();
                self.optional(init.as_deref())?;
                self.switch(label, *tag, clauses)?;
                self.top = mark;
            }
            StmtKind::TypeSwitch { init, of, clauses, .. } => {
                let label = self.label.take();
                self.optional(init.as_deref())?;
                self.type_switch(label, *of, clauses)?;
                self.top = mark;
            }
            StmtKind::Select { clauses, .. } => {
                self.select(clauses, statement)?;
                self.top = mark;
            }
            StmtKind::For { init, condition, post, body } => {
                self.for_loop(init.as_deref(), *condition, post.as_deref(), body)?;
                self.top = mark;
            }
            StmtKind::Range(range) => {
                self.range(range)?;
                self.top = mark;
            }
        }
        Ok(())
    }

    pub(super) fn optional(&mut self, statement: Option<&Stmt>) -> Made<()> {
        match statement {
            Some(statement) => self.statement(statement),
            None => Ok(()),
        }
    }

    // Variables.

    pub(super) fn assign(&mut self, left: &[ExprId], right: &[ExprId]) -> Made<()> {
        if let ([left], [right]) = (left, right) {
            let blank = self.code.tree.name(*left).is_some_and(|name| &**name == "_");
            let of = if blank { self.type_of(*right)? } else { self.type_of(*left)? };
            let place = self.place(*left)?;
            let from = self.owned(*right, of)?;
            self.store(place, from);
            return Ok(());
        }
        let mut places = Vec::new();
        for expr in left {
            let place = self.place(*expr)?;
            places.push(self.pinned(place)?);
        }
        if left.len() == right.len() {
            let mut values = Vec::new();
            for (left, right) in left.iter().zip(right) {
                let blank = self.code.tree.name(*left).is_some_and(|name| &**name == "_");
                let of = if blank { self.type_of(*right)? } else { self.type_of(*left)? };
                values.push(self.fresh(*right, of)?);
            }
            for (place, from) in places.iter().zip(values) {
                self.store(*place, from);
            }
            return Ok(());
        }
        let types = self.result_types_of(right[0], left.len())?;
        let first = self.several(right[0], left.len())?;
        for (number, place) in places.iter().enumerate() {
            let mut from = first + number as u16;
            if !matches!(place, Place::Blank) {
                let target = self.type_of(left[number])?;
                if self.code.types.is_interface(target) {
                    from = self.interface_value(from, types[number])?;
                }
            }
            self.store(*place, from);
        }
        Ok(())
    }

    /// A place whose operands other assignments of the same statement do not change.
    pub(super) fn pinned(&mut self, place: Place) -> Made<Place> {
        let mut pin = |from: Reg| -> Made<Reg> {
            let to = self.alloc()?;
            self.move_to(to, from);
            Ok(to)
        };
        Ok(match place {
            Place::Field { of, index } => Place::Field { of: pin(of)?, index },
            Place::Element { of, index } => Place::Element { of: pin(of)?, index: pin(index)? },
            Place::Entry { of, key } => Place::Entry { of: pin(of)?, key: pin(key)? },
            Place::Pointer(pointer) => Place::Pointer(pin(pointer)?),
            other => other,
        })
    }

    /// The types of several results.
    pub(super) fn result_types_of(&mut self, expr: ExprId, count: usize) -> Made<Vec<TypeId>> {
        let of = self.type_of(expr)?;
        if let Type::Tuple(parts) = self.code.types.get(of).clone() {
            return Ok(parts.iter().map(|part| self.type_of_object(*part)).collect());
        }
        let mut types = vec![TypeId::basic(Basic::Bool); count];
        if let Some(first) = types.first_mut() {
            *first = of;
        }
        Ok(types)
    }

    pub(super) fn define(&mut self, left: &[ExprId], right: &[ExprId]) -> Made<()> {
        let mark = self.top;
        if let ([left], [right]) = (left, right)
            && let Some(object) = self.new_variable(*left)
        {
            let of = self.type_of_object(object);
            let from = self.owned(*right, of)?;
            self.top = mark;
            return self.declare(object, from);
        }
        // The new variables stand first, so that what is evaluated above them can go.
        let mut values = Vec::new();
        let row = self.alloc_row(left.len() as u16)?;
        let types: Vec<TypeId> = if left.len() == right.len() {
            right.iter().map(|right| self.type_of(*right)).collect::<Made<_>>()?
        } else {
            self.result_types_of(right[0], left.len())?
        };
        if left.len() == right.len() {
            for (number, right) in right.iter().enumerate() {
                let of = self.target_type(left[number], types[number])?;
                values.push(self.fresh(*right, of)?);
            }
        } else {
            let first = self.several(right[0], left.len())?;
            for number in 0..left.len() {
                let target = self.target_type(left[number], types[number])?;
                let from = first + number as u16;
                let from = if self.code.types.is_interface(target) {
                    self.interface_value(from, types[number])?
                } else {
                    from
                };
                values.push(from);
            }
        }
        let above = self.top;
        for (number, (left, from)) in left.iter().zip(values).enumerate() {
            match self.new_variable(*left) {
                Some(object) => {
                    self.top = row + number as u16;
                    self.declare(object, from)?;
                    self.top = above;
                }
                None => {
                    let place = self.place(*left)?;
                    self.store(place, from);
                }
            }
        }
        self.top = row + left.len() as u16;
        Ok(())
    }

    pub(super) fn target_type(&mut self, left: ExprId, otherwise: TypeId) -> Made<TypeId> {
        match self.object_of(left) {
            Some(object) => Ok(self.type_of_object(object)),
            None => Ok(otherwise),
        }
    }

    /// The variable that a name on the left of `:=` declares.
    pub(super) fn new_variable(&mut self, left: ExprId) -> Option<ObjectId> {
        let object = self.object_of(left)?;
        let is_blank = self.code.tree.name(left).is_some_and(|name| &**name == "_");
        let declared_here = self.code.types.object(object).at == self.code.tree.at(left);
        (declared_here && !is_blank).then_some(object)
    }

    pub(super) fn declare_line(&mut self, var: &Var) -> Made<()> {
        let objects: Vec<Option<ObjectId>> = var.names.iter().map(|name| self.object_of(name.id)).collect();
        let is_blank = |name: &Ident| &*name.name == "_";
        if var.values.is_empty() {
            for (name, object) in var.names.iter().zip(objects) {
                if let (Some(object), false) = (object, is_blank(name)) {
                    self.declare_zero(object)?;
                }
            }
            return Ok(());
        }
        let row = self.alloc_row(var.names.len() as u16)?;
        let mut values = Vec::new();
        if var.values.len() == var.names.len() {
            for (value, object) in var.values.iter().zip(&objects) {
                let of = match object {
                    Some(object) => self.type_of_object(*object),
                    None => self.type_of(*value)?,
                };
                values.push(self.fresh(*value, of)?);
            }
        } else {
            let types = self.result_types_of(var.values[0], var.names.len())?;
            let first = self.several(var.values[0], var.names.len())?;
            for (number, object) in objects.iter().enumerate() {
                let from = first + number as u16;
                let target = object.map_or(types[number], |object| self.type_of_object(object));
                values.push(if self.code.types.is_interface(target) {
                    self.interface_value(from, types[number])?
                } else {
                    from
                });
            }
        }
        for (number, (name, object)) in var.names.iter().zip(objects).enumerate() {
            if let (Some(object), false) = (object, is_blank(name)) {
                self.top = row + number as u16;
                self.declare(object, values[number])?;
            }
        }
        self.top = row + var.names.len() as u16;
        Ok(())
    }

    pub(super) fn give(&mut self, values: &[ExprId]) -> Made<()> {
        let at = self.at;
        if values.is_empty() && !self.results.is_empty() {
            self.emit(Op::ReturnVariables);
            return Ok(());
        }
        let types = self.result_types.clone();
        let count = types.len() as u16;
        let base = if values.len() == types.len() {
            let base = self.top;
            for (value, of) in values.iter().zip(&types) {
                self.fresh(*value, *of)?;
            }
            base
        } else {
            let from_types = self.result_types_of(values[0], types.len())?;
            let first = self.several(values[0], types.len())?;
            self.top = self.top.max(first + count);
            for number in 0..types.len() {
                if self.code.types.is_interface(types[number]) {
                    let register = first + number as u16;
                    let from = self.interface_value(register, from_types[number])?;
                    self.move_to(register, from);
                }
            }
            first
        };
        self.at = at;
        self.emit(Op::Return { base, count });
        Ok(())
    }

    // Branches.

    pub(super) fn branch(&mut self, branch: Branch, label: Option<&Ident>) -> Made<()> {
        let at = self.at;
        let name = label.map(|label| label.name.clone());
        match branch {
            Branch::Goto => {
                let jump = self.jump();
                if let Some(name) = name {
                    self.gotos.push((jump, name));
                }
                return Ok(());
            }
            // A switch looks for it at the end of a clause.
            Branch::Fallthrough => return Ok(()),
            Branch::Break | Branch::Continue => {}
        }
        let jump = self.jump();
        let wanted = |target: &&mut Target| match &name {
            Some(name) => target.label.as_ref() == Some(name),
            None => branch == Branch::Break || target.is_loop,
        };
        let Some(target) = self.targets.iter_mut().rev().find(wanted) else {
            return self.refuse(at, format!("{} leads nowhere", branch.text()));
        };
        match branch {
            Branch::Continue => target.continues.push(jump),
            _ => target.breaks.push(jump),
        }
        Ok(())
    }

    pub(super) fn enter(&mut self, label: Option<Name>, is_loop: bool) {
        self.targets.push(Target { label, is_loop, breaks: Vec::new(), continues: Vec::new() });
    }

    /// Where `continue` leads, of the loop at hand.
    pub(super) fn land_continues(&mut self) {
        let continues = self.targets.last_mut().map(|target| std::mem::take(&mut target.continues)).unwrap_or_default();
        self.land(&continues);
    }

    pub(super) fn leave(&mut self) {
        if let Some(target) = self.targets.pop() {
            self.land(&target.breaks);
        }
    }
}
