//! Constants and the types that can hold them.

use super::operand::Operand;
use super::{Budget, Checker};
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::token::Op;
use crate::golang::syntax::tree::{ExprId, ExprKind};
use crate::golang::types::constant::float::{ratio_of_f64, to_f32, to_f64};
use crate::golang::types::constant::value::Value;
use crate::golang::types::ids::TypeId;
use crate::golang::types::kinds::{Basic, Class};

/// Bits of an untyped whole number.
const UNTYPED_BITS_MAX: usize = 512;

/// Bytes of a constant string.
const STRING_BYTES_MAX: usize = 1 << 22;

/// Why a constant does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// It would lose what is behind its point.
    Truncated,
    /// It is too large.
    Overflows,
    /// It is something else.
    OtherKind,
}

/// The value as a type keeps it, rounded if need be; `None` when it does not fit.
pub(super) fn represented(value: &Value, basic: Basic) -> Option<Value> {
    if *value == Value::Unknown {
        return Some(Value::Unknown);
    }
    match basic.class() {
        Class::Int | Class::Unsigned => {
            let int = value.to_int()?;
            let bits = basic.bits() as usize;
            let fits = match basic.class() {
                _ if basic.is_untyped() => true,
                Class::Unsigned => !int.is_negative() && int.bits() <= bits,
                // The lowest number has one bit more than the others without its sign.
                _ => int.bits() < bits || (int.is_negative() && int.bits() == bits && int.is_power_of_two()),
            };
            fits.then_some(Value::Int(int))
        }
        Class::Float => {
            let ratio = value.to_ratio()?;
            match basic {
                Basic::Float32 => ratio_of_f64(to_f32(&ratio)?.into()).map(Value::Float),
                Basic::Float64 => ratio_of_f64(to_f64(&ratio)?).map(Value::Float),
                _ => Some(Value::Float(ratio)),
            }
        }
        Class::String => matches!(value, Value::String(_)).then(|| value.clone()),
        Class::Bool => matches!(value, Value::Bool(_)).then(|| value.clone()),
        Class::None => None,
    }
}

impl Checker<'_> {
    /// The value that a constant has in the type.
    pub(super) fn representation(&mut self, x: &Operand, basic: Basic) -> Result<Value, Misfit> {
        let value = x.constant_value();
        if let Some(value) = represented(&value, basic) {
            return Ok(value);
        }
        if !self.types.is_numeric(x.of) || !basic.is_numeric() {
            return Err(Misfit::OtherKind);
        }
        match !self.types.is_integer(x.of) && basic.is_integer() {
            true => Err(Misfit::Truncated),
            false => Err(Misfit::Overflows),
        }
    }

    /// Gives a constant the value that it has in the type, or reports that it does not fit.
    pub(super) fn represent(&mut self, mut x: Operand, basic: Basic, of: TypeId) -> Operand {
        match self.representation(&x, basic) {
            Ok(value) => {
                x.value = Some(value);
                x
            }
            Err(misfit) => {
                self.report_misfit(&x, misfit, of);
                x.invalidated()
            }
        }
    }

    pub(super) fn report_misfit(&mut self, x: &Operand, misfit: Misfit, of: TypeId) {
        let (what, of) = (self.describe(x), self.text(of));
        let text = match misfit {
            Misfit::Truncated => format!("{what} truncated to {of}"),
            Misfit::Overflows => format!("{what} overflows {of}"),
            Misfit::OtherKind => format!("cannot convert {what} to type {of}"),
        };
        self.error_of(x, text);
    }

    /// Refuses what an operation has made too large. `at` is the operator's place.
    pub(super) fn check_overflow(&mut self, mut x: Operand, at: Pos) -> Operand {
        let value = x.constant_value();
        if value == Value::Unknown {
            self.error(at, "constant result is not representable");
            return x;
        }
        let size = match &value {
            Value::Float(ratio) => 10 + ratio.bits() as u64 / 20,
            Value::String(bytes) => 1 + bytes.len() as u64 / 64,
            _ => 1,
        };
        if self.spend(size, at) == Budget::Spent {
            x.value = Some(Value::Unknown);
            return x;
        }
        if !self.types.is_untyped(x.of) {
            let under = self.types.under(x.of);
            return match self.types.basic(x.of) {
                Some(basic) => self.represent(x, basic, under),
                None => x,
            };
        }
        match &value {
            Value::Int(int) if int.bits() > UNTYPED_BITS_MAX => {
                let operation = x.expr().map_or("", |expr| self.operation_name(expr));
                self.error(at, format!("constant {operation}overflow"));
                x.value = Some(Value::Unknown);
            }
            Value::String(bytes) if bytes.len() > STRING_BYTES_MAX => {
                let length = bytes.len();
                self.error(at, format!("constant string too long ({length} bytes > {STRING_BYTES_MAX} bytes)"));
                x.value = Some(Value::Unknown);
            }
            _ => {}
        }
        x
    }

    fn operation_name(&self, expr: ExprId) -> &'static str {
        match self.tree.kind(expr) {
            ExprKind::Unary { op: Op::Xor, .. } => "bitwise complement ",
            ExprKind::Binary { op, .. } => match op {
                Op::Add => "addition ",
                Op::Subtract => "subtraction ",
                Op::Xor => "bitwise XOR ",
                Op::Multiply => "multiplication ",
                Op::ShiftLeft => "shift ",
                _ => "",
            },
            _ => "",
        }
    }

    /// Where an operation's errors are reported: at the operator of a binary one, else at the beginning.
    pub(super) fn operator_at(&self, expr: ExprId) -> Pos {
        match self.tree.kind(expr) {
            ExprKind::Binary { .. } => self.tree.at(expr),
            _ => self.tree.start(expr),
        }
    }
}
