//! Conversions, and calls of predeclared functions.

use super::asked::Made;
use super::function::Maker;
use super::op::{Line, NONE, Op, Reg};
use crate::golang::syntax::token::Op as Sign;
use crate::golang::syntax::tree::ExprId;
use crate::golang::types::builtins::Builtin;
use crate::golang::types::ids::TypeId;
use crate::golang::types::info::Mode;
use crate::golang::types::kinds::{Basic, Type};

impl Maker<'_, '_> {
    pub(super) fn convert(&mut self, argument: ExprId, target: TypeId) -> Made<Reg> {
        let of = self.type_of(argument)?;
        if self.code.types.is_interface(target) {
            return self.owned(argument, target);
        }
        let from = self.expr(argument)?;
        if let (Some(from_number), Some(into)) = (self.number(of), self.number(target)) {
            if from_number == into {
                return Ok(from);
            }
            let to = self.alloc()?;
            self.emit(Op::Convert { to, of: from, from: from_number, into });
            return Ok(to);
        }
        let to_text = self.code.types.is_string(target);
        let from_text = self.code.types.is_string(of);
        let element = |maker: &mut Self, of: TypeId| match maker.under(of) {
            Type::Slice(element) => maker.code.basic(element),
            _ => None,
        };
        let op = |to: Reg, maker: &mut Self| {
            if to_text && maker.number(of).is_some() {
                return Some(Op::RuneToText { to, of: from });
            }
            if to_text && !from_text {
                return match element(maker, of) {
                    Some(Basic::Uint8) => Some(Op::BytesToText { to, of: from }),
                    Some(Basic::Int32) => Some(Op::RunesToText { to, of: from }),
                    _ => None,
                };
            }
            if from_text && !to_text {
                return match element(maker, target) {
                    Some(Basic::Uint8) => Some(Op::TextToBytes { to, of: from }),
                    Some(Basic::Int32) => Some(Op::TextToRunes { to, of: from }),
                    _ => None,
                };
            }
            None
        };
        let mark = self.top;
        let to = self.alloc()?;
        match op(to, self) {
            Some(op) => {
                self.emit(op);
                Ok(to)
            }
            None => {
                self.top = mark;
                Ok(from)
            }
        }
    }

    // Builtins.

    pub(super) fn builtin(&mut self, builtin: Builtin, call: ExprId, arguments: &[ExprId], spread: bool) -> Made<Reg> {
        let to = self.alloc()?;
        match builtin {
            Builtin::Len | Builtin::Cap => {
                let of = self.expr(arguments[0])?;
                self.emit(if builtin == Builtin::Len { Op::Length { to, of } } else { Op::Capacity { to, of } });
            }
            Builtin::Append => {
                let slice_type = self.type_of(call)?;
                let element = self.element_of(slice_type);
                let of = self.expr(arguments[0])?;
                if spread {
                    let text = self.type_of(arguments[1])?;
                    let mut more = self.expr(arguments[1])?;
                    if self.code.types.is_string(text) {
                        let bytes = self.alloc()?;
                        self.emit(Op::TextToBytes { to: bytes, of: more });
                        more = bytes;
                    }
                    self.emit(Op::AppendSlice { to, of, more });
                } else {
                    let base = self.top;
                    for argument in &arguments[1..] {
                        self.fresh(*argument, element)?;
                    }
                    self.emit(Op::Append { to, of, base, count: (arguments.len() - 1) as u16 });
                }
            }
            Builtin::Copy => {
                let text = self.type_of(arguments[1])?;
                let into = self.expr(arguments[0])?;
                let mut from = self.expr(arguments[1])?;
                if self.code.types.is_string(text) {
                    let bytes = self.alloc()?;
                    self.emit(Op::TextToBytes { to: bytes, of: from });
                    from = bytes;
                }
                self.emit(Op::CopySlice { to, into, from });
            }
            Builtin::Close => {
                let channel = self.expr(arguments[0])?;
                self.emit(Op::Close { channel });
            }
            Builtin::Delete => {
                let map_type = self.type_of(arguments[0])?;
                let of = self.expr(arguments[0])?;
                let Type::Map(map) = self.under(map_type) else { return self.refuse(self.at, "this is no map") };
                let key = self.owned(arguments[1], map.key)?;
                self.emit(Op::MapDelete { of, key });
            }
            Builtin::Clear => {
                let of_type = self.type_of(arguments[0])?;
                let of = self.expr(arguments[0])?;
                match self.under(of_type) {
                    Type::Slice(element) => {
                        let shape = self.code.shape(element, self.at)?;
                        self.emit(Op::ClearSlice { of, shape });
                    }
                    _ => {
                        self.emit(Op::MapClear { of });
                    }
                }
            }
            Builtin::Make => {
                let of = self.type_of(arguments[0])?;
                let mut sizes = [NONE; 2];
                for (size, argument) in sizes.iter_mut().zip(&arguments[1..]) {
                    *size = self.expr(*argument)?;
                }
                match self.under(of) {
                    Type::Slice(element) => {
                        let shape = self.code.shape(element, self.at)?;
                        let capacity = if sizes[1] == NONE { sizes[0] } else { sizes[1] };
                        self.emit(Op::MakeSlice { to, length: sizes[0], capacity, shape });
                    }
                    Type::Map(_) => {
                        self.emit(Op::MakeMap { to });
                    }
                    _ => {
                        self.emit(Op::MakeChan { to, capacity: sizes[0] });
                    }
                }
            }
            Builtin::New => {
                let of = if self.mode(arguments[0]) == Mode::Type {
                    let of = self.type_of(arguments[0])?;
                    let from = self.zero(of)?;
                    (of, from)
                } else {
                    let of = self.type_of(arguments[0])?;
                    (of, self.owned(arguments[0], of)?)
                };
                let (of, from) = of;
                let aggregate = self.code.is_aggregate(of);
                self.emit(if aggregate { Op::PointerOf { to, from } } else { Op::NewBox { to, from } });
            }
            Builtin::Panic => {
                let value = self.owned(arguments[0], TypeId::EMPTY_INTERFACE)?;
                self.emit(Op::Panic { value });
            }
            Builtin::Recover => {
                self.emit(Op::Recover { to });
            }
            Builtin::Print | Builtin::Println => {
                let base = self.top;
                for argument in arguments {
                    self.fresh(*argument, TypeId::EMPTY_INTERFACE)?;
                }
                let line = if builtin == Builtin::Println { Line::Whole } else { Line::Part };
                self.emit(Op::Print { base, count: arguments.len() as u16, line });
            }
            Builtin::Min | Builtin::Max => {
                let of = self.type_of(call)?;
                let first = self.expr(arguments[0])?;
                self.move_to(to, first);
                for argument in &arguments[1..] {
                    let mark = self.top;
                    let next = self.expr(*argument)?;
                    let sign = if builtin == Builtin::Min { Sign::Less } else { Sign::Greater };
                    let better = self.compare_registers(sign, of, next, to, false)?;
                    let jump = self.emit(Op::JumpUnless { condition: better, to: 0 });
                    self.move_to(to, next);
                    self.land(&[jump]);
                    self.top = mark;
                }
            }
        }
        self.top = to + 1;
        Ok(to)
    }
}
