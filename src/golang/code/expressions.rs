//! Expressions: each leaves its value in a register, a variable's in its own.

use super::asked::Made;
use super::function::Maker;
use super::op::{NONE, Number, Op, Reg, Signed};
use super::program::Constant;
use crate::golang::syntax::token::Op as Sign;
use crate::golang::syntax::tree::{Element, ExprId, ExprKind};
use crate::golang::types::constant::float::to_f64;
use crate::golang::types::constant::value::Value;
use crate::golang::types::ids::TypeId;
use crate::golang::types::info::{Mode, SelectionKind};
use crate::golang::types::kinds::{Basic, Class, Type};

impl Maker<'_, '_> {
    /// The value of an expression; of a struct or array the thing itself, which who keeps it must copy.
    pub(super) fn expr(&mut self, expr: ExprId) -> Made<Reg> {
        let info = self.expr_info(expr)?;
        if let (Mode::Constant, Some(value)) = (info.mode, &info.value) {
            let of = self.concrete(info.of);
            return self.constant(value, of);
        }
        let before = self.at;
        self.at = self.code.tree.at(expr);
        let register = self.expr_inner(expr, info.of)?;
        self.at = before;
        Ok(register)
    }

    fn expr_inner(&mut self, expr: ExprId, of: TypeId) -> Made<Reg> {
        let tree = self.code.tree;
        let at = self.at;
        match tree.kind(expr) {
            ExprKind::Paren(inner) => self.expr(*inner),
            ExprKind::Name(name) => {
                if self.mode(expr) == Mode::Nil {
                    let to = self.alloc()?;
                    self.emit(Op::Nil { to });
                    return Ok(to);
                }
                let Some(object) = self.object_of(expr) else {
                    return self.refuse(at, format!("{name} stands for nothing"));
                };
                if self.code.types.object(object).function().is_some() {
                    return self.function_value(expr, object);
                }
                let slot = self.slot(object)?;
                self.load_slot(slot)
            }
            ExprKind::Function { .. } => self.literal(expr),
            ExprKind::Composite { elements, .. } => {
                let of = self.concrete(of);
                self.composite(of, elements)
            }
            ExprKind::Selector { .. } => self.selector(expr),
            ExprKind::Index { of: base, indices } => {
                if let Some(object) = self.function_named(*base) {
                    return self.function_value(self.name_of(*base), object);
                }
                self.index(*base, indices[0], None)
            }
            ExprKind::Slice { of: base, bounds, .. } => {
                let base_type = self.type_of(*base)?;
                let from = if self.code.is_aggregate(base_type) { self.address(*base)? } else { self.expr(*base)? };
                let row = self.alloc_row(3)?;
                let mut which = 0;
                for (number, bound) in bounds.iter().enumerate() {
                    if let Some(bound) = bound {
                        let mark = self.top;
                        let value = self.expr(*bound)?;
                        self.top = mark;
                        self.move_to(row + number as u16, value);
                        which |= 1 << number;
                    }
                }
                let to = self.alloc()?;
                self.emit(Op::Slice { to, of: from, bounds: row, which });
                Ok(to)
            }
            ExprKind::Assert { of: inner, .. } => {
                let (inner, target) = (*inner, self.concrete(of));
                self.assert(inner, target, None)
            }
            ExprKind::Unary { op, of: inner } => self.unary(*op, *inner, of),
            ExprKind::Star(pointer) => {
                let of = self.concrete(of);
                let pointer = self.expr(*pointer)?;
                let to = self.alloc()?;
                let aggregate = self.code.is_aggregate(of);
                self.emit(if aggregate { Op::Target { to, pointer } } else { Op::Load { to, pointer } });
                Ok(to)
            }
            ExprKind::Binary { op, left, right } => self.binary(*op, *left, *right, of),
            ExprKind::Call { .. } => self.call_value(expr),
            _ => self.refuse(at, "this expression has no value"),
        }
    }

    /// A value of its own, as a type that it is assigned to.
    pub(super) fn owned(&mut self, expr: ExprId, target: TypeId) -> Made<Reg> {
        let of = self.type_of(expr)?;
        let from = self.expr(expr)?;
        let from = self.copied(expr, of, from)?;
        self.converted(from, of, target, expr)
    }

    /// A copy of a struct or array that somebody else may have.
    fn copied(&mut self, expr: ExprId, of: TypeId, from: Reg) -> Made<Reg> {
        if !self.code.is_aggregate(of) || self.is_fresh(expr) {
            return Ok(from);
        }
        let to = self.alloc()?;
        self.emit(Op::Copy { to, from });
        Ok(to)
    }

    /// Whether a value has just been made.
    fn is_fresh(&self, expr: ExprId) -> bool {
        match self.code.tree.kind(self.code.tree.unparen(expr)) {
            ExprKind::Composite { .. } | ExprKind::Unary { op: Sign::Receive, .. } => true,
            ExprKind::Call { callee, .. } => self.mode(*callee) != Mode::Type,
            _ => false,
        }
    }

    /// What is assigned to an interface becomes an interface value.
    pub(super) fn converted(&mut self, from: Reg, of: TypeId, target: TypeId, expr: ExprId) -> Made<Reg> {
        if self.mode(expr) == Mode::Nil || !self.code.types.is_interface(target) {
            return Ok(from);
        }
        self.interface_value(from, of)
    }

    pub(super) fn interface_value(&mut self, from: Reg, of: TypeId) -> Made<Reg> {
        if self.code.types.is_interface(of) || of == TypeId::basic(Basic::UntypedNil) {
            return Ok(from);
        }
        let of = self.code.types.default_type(of);
        let kind = self.code.kind(of, self.at)?;
        let to = self.alloc()?;
        self.emit(Op::ToInterface { to, from, of: kind });
        Ok(to)
    }

    /// The same as a register that nobody else names.
    pub(super) fn fresh(&mut self, expr: ExprId, target: TypeId) -> Made<Reg> {
        let to = self.alloc()?;
        let mark = self.top;
        let from = self.owned(expr, target)?;
        self.move_to(to, from);
        self.top = mark;
        Ok(to)
    }

    pub(super) fn constant(&mut self, value: &Value, of: TypeId) -> Made<Reg> {
        let to = self.alloc()?;
        let class = self.code.basic(of).map_or(Class::None, Basic::class);
        let constant = match value {
            Value::Bool(value) => Constant::Bool(*value),
            Value::String(text) => Constant::Text(text.clone()),
            Value::Int(int) if class != Class::Float => {
                let value = int.to_wrapped() as i64;
                if let Ok(value) = i32::try_from(value) {
                    self.emit(Op::Integer { to, value });
                    return Ok(to);
                }
                Constant::Int(value)
            }
            Value::Int(_) | Value::Float(_) => {
                let ratio = value.to_ratio();
                let mut float = ratio.as_ref().and_then(to_f64).unwrap_or(0.0);
                if class != Class::Float && class != Class::None {
                    let int = value.to_int().map_or(0, |int| int.to_wrapped() as i64);
                    let constant = self.code.constant(Constant::Int(int));
                    self.emit(Op::Constant { to, constant });
                    return Ok(to);
                }
                if self.code.basic(of) == Some(Basic::Float32) {
                    float = f64::from(float as f32);
                }
                Constant::Float(float)
            }
            Value::Unknown => return self.refuse(self.at, "this constant has no value"),
        };
        let constant = self.code.constant(constant);
        self.emit(Op::Constant { to, constant });
        Ok(to)
    }

    pub(super) fn number(&mut self, of: TypeId) -> Option<Number> {
        Some(match self.code.basic(of)? {
            Basic::Int8 => Number::I8,
            Basic::Int16 => Number::I16,
            Basic::Int32 | Basic::UntypedRune => Number::I32,
            Basic::Int | Basic::Int64 | Basic::UntypedInt => Number::I64,
            Basic::Uint8 => Number::U8,
            Basic::Uint16 => Number::U16,
            Basic::Uint32 => Number::U32,
            Basic::Uint | Basic::Uint64 | Basic::Uintptr => Number::U64,
            Basic::Float32 => Number::F32,
            Basic::Float64 | Basic::UntypedFloat => Number::F64,
            _ => return None,
        })
    }

    // Selectors.

    fn selector(&mut self, expr: ExprId) -> Made<Reg> {
        let tree = self.code.tree;
        let ExprKind::Selector { of, name } = tree.kind(expr) else { return self.expr(expr) };
        let info = self.code.info.clone();
        let Some(selection) = info.selections.get(&expr) else {
            let Some(object) = self.object_of(name.id) else {
                return self.refuse(name.at, format!("{} stands for nothing", name.name));
            };
            if self.code.types.object(object).function().is_some() {
                return self.function_value(name.id, object);
            }
            let slot = self.slot(object)?;
            return self.load_slot(slot);
        };
        match selection.kind {
            SelectionKind::Field => {
                let of_type = self.type_of(*of)?;
                let base = self.expr(*of)?;
                let (field, _) = self.walk(base, of_type, &selection.path)?;
                Ok(field)
            }
            SelectionKind::Method => self.method_value(expr),
            SelectionKind::MethodExpression => self.method_expression(expr),
        }
    }

    /// Goes through fields, and says what it comes to.
    pub(super) fn walk(&mut self, base: Reg, of: TypeId, path: &[usize]) -> Made<(Reg, TypeId)> {
        let (mut here, mut here_type) = (base, of);
        for index in path {
            let structure_type = self.code.types.pointee(here_type).unwrap_or(here_type);
            let Some(structure) = self.code.types.structure(structure_type) else {
                return self.refuse(self.at, "this has no fields");
            };
            let to = self.alloc()?;
            self.emit(Op::Field { to, of: here, index: *index as u16 });
            here = to;
            here_type = match structure.fields.get(*index) {
                Some(field) => self.code.types.type_of(*field),
                None => return self.refuse(self.at, "this has no such field"),
            };
        }
        Ok((here, here_type))
    }

    /// `x[i]`; with `ok`, whether the map has it.
    pub(super) fn index(&mut self, base: ExprId, index: ExprId, ok: Option<Reg>) -> Made<Reg> {
        let base_type = self.type_of(base)?;
        let of = self.expr(base)?;
        match self.under(base_type) {
            Type::Map(map) => {
                let key = self.owned(index, map.key)?;
                let shape = self.code.shape(map.value, self.at)?;
                let to = self.alloc()?;
                self.emit(Op::MapGet { to, of, key, ok: ok.unwrap_or(NONE), shape });
                Ok(to)
            }
            Type::Basic(_) => {
                let index = self.expr(index)?;
                let to = self.alloc()?;
                self.emit(Op::TextIndex { to, of, index });
                Ok(to)
            }
            _ => {
                let index = self.expr(index)?;
                let to = self.alloc()?;
                self.emit(Op::Index { to, of, index });
                Ok(to)
            }
        }
    }

    /// `x.(T)`
    pub(super) fn assert(&mut self, inner: ExprId, target: TypeId, ok: Option<Reg>) -> Made<Reg> {
        let from = self.expr(inner)?;
        let to = self.alloc()?;
        self.assert_register(to, from, target, ok)?;
        Ok(to)
    }

    pub(super) fn assert_register(&mut self, to: Reg, from: Reg, target: TypeId, ok: Option<Reg>) -> Made<()> {
        let ok = ok.unwrap_or(NONE);
        if self.code.types.is_interface(target) {
            let of = self.code.interface(target);
            self.emit(Op::AssertInterface { to, from, of, ok });
        } else {
            let of = self.code.kind(target, self.at)?;
            let shape = self.code.shape(target, self.at)?;
            self.emit(Op::Assert { to, from, of, ok, shape });
        }
        Ok(())
    }

    // Operators.

    fn unary(&mut self, op: Sign, inner: ExprId, of: TypeId) -> Made<Reg> {
        match op {
            Sign::And => return self.address(inner),
            Sign::Receive => return self.receive(inner, None),
            Sign::Add => return self.expr(inner),
            _ => {}
        }
        let of_type = self.concrete(of);
        let number = self.number(of_type).unwrap_or(Number::I64);
        let of = self.expr(inner)?;
        let to = self.alloc()?;
        self.emit(match op {
            Sign::Not => Op::Not { to, of },
            Sign::Subtract => Op::Negate { to, of, number },
            _ => Op::Complement { to, of, number },
        });
        Ok(to)
    }

    /// `<-c`
    pub(super) fn receive(&mut self, channel: ExprId, ok: Option<Reg>) -> Made<Reg> {
        let channel_type = self.type_of(channel)?;
        let Type::Chan(chan) = self.under(channel_type) else {
            return self.refuse(self.at, "this is no channel");
        };
        let shape = self.code.shape(chan.element, self.at)?;
        let channel = self.expr(channel)?;
        let to = self.alloc()?;
        self.emit(Op::Receive { to, channel, ok: ok.unwrap_or(NONE), shape });
        Ok(to)
    }

    fn binary(&mut self, op: Sign, left: ExprId, right: ExprId, of: TypeId) -> Made<Reg> {
        if matches!(op, Sign::AndAnd | Sign::OrOr) {
            let to = self.alloc()?;
            let mark = self.top;
            let first = self.expr(left)?;
            self.move_to(to, first);
            let jump = self.emit(match op {
                Sign::AndAnd => Op::JumpUnless { condition: to, to: 0 },
                _ => Op::JumpIf { condition: to, to: 0 },
            });
            self.top = mark;
            let second = self.expr(right)?;
            self.move_to(to, second);
            self.top = mark;
            self.land(&[jump]);
            return Ok(to);
        }
        if is_comparison(op) {
            return self.compare(op, left, right);
        }
        let of_type = self.concrete(of);
        let a = self.expr(left)?;
        let b = self.expr(right)?;
        let signed = match matches!(op, Sign::ShiftLeft | Sign::ShiftRight) {
            true => {
                let count = self.type_of(right)?;
                if self.code.is_unsigned(count) { Signed::No } else { Signed::Yes }
            }
            false => Signed::Yes,
        };
        self.operate(op, of_type, a, b, signed)
    }

    pub(super) fn operate(&mut self, op: Sign, of: TypeId, a: Reg, b: Reg, signed: Signed) -> Made<Reg> {
        let to = self.alloc()?;
        let Some(number) = self.number(of) else {
            self.emit(Op::Join { to, a, b });
            return Ok(to);
        };
        self.emit(match (op, number) {
            (Sign::Add, Number::I64) => Op::AddInt { to, a, b },
            (Sign::Subtract, Number::I64) => Op::SubtractInt { to, a, b },
            (Sign::ShiftLeft | Sign::ShiftRight, _) => Op::Shift { sign: op, number, to, a, b, signed },
            _ => Op::Arithmetic { sign: op, number, to, a, b },
        });
        Ok(to)
    }

    fn compare(&mut self, op: Sign, left: ExprId, right: ExprId) -> Made<Reg> {
        let (left_type, right_type) = (self.type_of(left)?, self.type_of(right)?);
        for (nil, other) in [(left, right), (right, left)] {
            if self.mode(nil) == Mode::Nil {
                let of = self.expr(other)?;
                let to = self.alloc()?;
                self.emit(Op::IsNil { to, of });
                return self.negated_if(op == Sign::NotEqual, to);
            }
        }
        let mut a = self.expr(left)?;
        let left_interface = self.code.types.is_interface(left_type);
        let right_interface = self.code.types.is_interface(right_type);
        if right_interface && !left_interface {
            a = self.interface_value(a, left_type)?;
        }
        let mut b = self.expr(right)?;
        if left_interface && !right_interface {
            b = self.interface_value(b, right_type)?;
        }
        self.compare_registers(op, left_type, a, b, left_interface || right_interface)
    }

    pub(super) fn compare_registers(&mut self, op: Sign, of: TypeId, a: Reg, b: Reg, interfaces: bool) -> Made<Reg> {
        let to = self.alloc()?;
        let class = if interfaces { Class::None } else { self.code.basic(of).map_or(Class::None, Basic::class) };
        match class {
            Class::Int | Class::Unsigned | Class::Float => {
                let number = self.number(of).unwrap_or(Number::I64);
                self.emit(match (op, number) {
                    (Sign::Less, Number::I64) => Op::LessInt { to, a, b },
                    (Sign::Greater, Number::I64) => Op::LessInt { to, a: b, b: a },
                    _ => Op::Compare { sign: op, number, to, a, b },
                });
                Ok(to)
            }
            Class::String => {
                self.emit(Op::CompareText { sign: op, to, a, b });
                Ok(to)
            }
            _ => {
                self.emit(Op::Equal { to, a, b });
                self.negated_if(op == Sign::NotEqual, to)
            }
        }
    }

    fn negated_if(&mut self, negate: bool, of: Reg) -> Made<Reg> {
        if negate {
            self.emit(Op::Not { to: of, of });
        }
        Ok(of)
    }

    // Composite literals.

    fn composite(&mut self, of: TypeId, elements: &[Element]) -> Made<Reg> {
        if let Some(to) = self.code.types.pointee(of) {
            // `[]*T{{…}}`: the inner one is a pointer.
            let from = self.composite(to, elements)?;
            let pointer = self.alloc()?;
            let aggregate = self.code.is_aggregate(to);
            self.emit(if aggregate { Op::PointerOf { to: pointer, from } } else { Op::NewBox { to: pointer, from } });
            return Ok(pointer);
        }
        let to = self.alloc()?;
        match self.under(of) {
            Type::Struct(structure) => {
                let shape = self.code.shape(of, self.at)?;
                self.emit(Op::Zero { to, shape });
                for (number, element) in elements.iter().enumerate() {
                    let index = match &element.key {
                        Some((key, _)) => {
                            let name = self.code.tree.name(*key).cloned().unwrap_or_else(|| "".into());
                            let field = |field: &_| *self.code.types.object(*field).name == *name;
                            structure.fields.iter().position(field).unwrap_or(number)
                        }
                        None => number,
                    };
                    let Some(field) = structure.fields.get(index) else { continue };
                    let field_type = self.type_of_object(*field);
                    let mark = self.top;
                    let from = self.element(element.value, field_type)?;
                    self.emit(Op::SetField { of: to, index: index as u16, from });
                    self.top = mark;
                }
            }
            Type::Map(map) => {
                self.emit(Op::MakeMap { to });
                for element in elements {
                    let mark = self.top;
                    let key = match &element.key {
                        Some((key, _)) => self.element(*key, map.key)?,
                        None => continue,
                    };
                    let from = self.element(element.value, map.value)?;
                    self.emit(Op::MapSet { of: to, key, from });
                    self.top = mark;
                }
            }
            Type::Slice(element_type) => {
                let (places, length) = self.element_places(elements);
                self.list(to, element_type, elements, &places, length, None)?;
            }
            Type::Array(array) => {
                let (places, _) = self.element_places(elements);
                self.list(to, array.element, elements, &places, array.length.unwrap_or(0), Some(of))?;
            }
            _ => return self.refuse(self.at, "this composite literal is not there yet"),
        }
        Ok(to)
    }

    /// The index of each element, and how many there are.
    fn element_places(&mut self, elements: &[Element]) -> (Vec<u64>, u64) {
        let (mut next, mut length) = (0_u64, 0);
        let mut places = Vec::new();
        for element in elements {
            if let Some((key, _)) = &element.key
                && let Some(Value::Int(key)) = self.expr_info(*key).ok().and_then(|info| info.value)
            {
                next = key.to_u64().unwrap_or(0);
            }
            places.push(next);
            next = next.saturating_add(1);
            length = length.max(next);
        }
        (places, length)
    }

    fn list(
        &mut self,
        to: Reg,
        element_type: TypeId,
        elements: &[Element],
        places: &[u64],
        length: u64,
        array: Option<TypeId>,
    ) -> Made<()> {
        match array {
            Some(array) => {
                let shape = self.code.shape(array, self.at)?;
                self.emit(Op::Zero { to, shape });
            }
            None => {
                let shape = self.code.shape(element_type, self.at)?;
                let count =
                    self.constant(&Value::int(length.min(i64::MAX as u64) as i64), TypeId::basic(Basic::Int))?;
                self.emit(Op::MakeSlice { to, length: count, capacity: count, shape });
            }
        }
        for (element, place) in elements.iter().zip(places) {
            let mark = self.top;
            let index = self.constant(&Value::int(*place as i64), TypeId::basic(Basic::Int))?;
            let from = self.element(element.value, element_type)?;
            self.emit(Op::SetIndex { of: to, index, from });
            self.top = mark;
        }
        Ok(())
    }

    /// An element, whose own type may be left out.
    fn element(&mut self, value: ExprId, of: TypeId) -> Made<Reg> {
        if let ExprKind::Composite { of: None, elements, .. } = self.code.tree.kind(value) {
            let before = self.at;
            self.at = self.code.tree.at(value);
            let from = self.composite(of, elements)?;
            self.at = before;
            return Ok(from);
        }
        self.owned(value, of)
    }
}

fn is_comparison(op: Sign) -> bool {
    matches!(op, Sign::Equal | Sign::NotEqual | Sign::Less | Sign::LessEqual | Sign::Greater | Sign::GreaterEqual)
}
