//! Arithmetic: whole numbers wrap to their size, as Go's do.

use std::cmp::Ordering;

use crate::golang::code::op::{Number, Signed};
use crate::golang::syntax::token::Op as Sign;

/// What cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    DivideByZero,
    NegativeShift,
}

/// A whole number cut to its size.
pub(super) fn wrap(value: i64, number: Number) -> i64 {
    match number {
        Number::I8 => i64::from(value as i8),
        Number::I16 => i64::from(value as i16),
        Number::I32 => i64::from(value as i32),
        Number::U8 => i64::from(value as u8),
        Number::U16 => i64::from(value as u16),
        Number::U32 => i64::from(value as u32),
        _ => value,
    }
}

pub(super) fn is_float(number: Number) -> bool {
    matches!(number, Number::F32 | Number::F64)
}

pub(super) fn integers(sign: Sign, number: Number, a: i64, b: i64) -> Result<i64, Wrong> {
    let value = match sign {
        Sign::Add => a.wrapping_add(b),
        Sign::Subtract => a.wrapping_sub(b),
        Sign::Multiply => a.wrapping_mul(b),
        Sign::Divide | Sign::Remainder if b == 0 => return Err(Wrong::DivideByZero),
        Sign::Divide if number == Number::U64 => (a as u64 / b as u64) as i64,
        Sign::Divide => a.wrapping_div(b),
        Sign::Remainder if number == Number::U64 => (a as u64 % b as u64) as i64,
        Sign::Remainder => a.wrapping_rem(b),
        Sign::And => a & b,
        Sign::Or => a | b,
        Sign::Xor => a ^ b,
        Sign::AndNot => a & !b,
        _ => 0,
    };
    Ok(wrap(value, number))
}

pub(super) fn floats(sign: Sign, number: Number, a: f64, b: f64) -> f64 {
    let value = match sign {
        Sign::Add => a + b,
        Sign::Subtract => a - b,
        Sign::Multiply => a * b,
        _ => a / b,
    };
    if number == Number::F32 { f64::from(value as f32) } else { value }
}

pub(super) fn shift(sign: Sign, number: Number, a: i64, by: i64, signed: Signed) -> Result<i64, Wrong> {
    if signed == Signed::Yes && by < 0 {
        return Err(Wrong::NegativeShift);
    }
    let by = by as u64;
    let value = match sign {
        Sign::ShiftLeft if by > 63 => 0,
        Sign::ShiftLeft => a << by,
        _ if number == Number::U64 && by > 63 => 0,
        _ if number == Number::U64 => (a as u64 >> by) as i64,
        _ => a >> by.min(63),
    };
    Ok(wrap(value, number))
}

pub(super) fn holds(sign: Sign, ordering: Option<Ordering>) -> bool {
    let Some(ordering) = ordering else { return sign == Sign::NotEqual };
    match sign {
        Sign::Equal => ordering.is_eq(),
        Sign::NotEqual => ordering.is_ne(),
        Sign::Less => ordering.is_lt(),
        Sign::LessEqual => ordering.is_le(),
        Sign::Greater => ordering.is_gt(),
        _ => ordering.is_ge(),
    }
}

pub(super) fn compare_integers(number: Number, a: i64, b: i64) -> Ordering {
    if number == Number::U64 { (a as u64).cmp(&(b as u64)) } else { a.cmp(&b) }
}

/// A number as another type's.
pub(super) enum Converted {
    Int(i64),
    Float(f64),
}

pub(super) fn convert(int: i64, float: f64, from: Number, into: Number) -> Converted {
    let rounded = |float: f64| if into == Number::F32 { f64::from(float as f32) } else { float };
    match (is_float(from), is_float(into)) {
        (true, true) => Converted::Float(rounded(float)),
        (true, false) if into == Number::U64 => Converted::Int(float as u64 as i64),
        (true, false) => Converted::Int(wrap(float as i64, into)),
        (false, true) if from == Number::U64 => Converted::Float(rounded(int as u64 as f64)),
        (false, true) => Converted::Float(rounded(int as f64)),
        (false, false) => Converted::Int(wrap(int, into)),
    }
}
