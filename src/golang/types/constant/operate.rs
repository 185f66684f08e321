//! What operators do to values.

use std::cmp::Ordering;

use super::int::Int;
use super::ratio::Ratio;
use super::value::Value;
use crate::golang::syntax::token::Op;

/// `-x`, `+x`, `^x`, `!x`. `unsigned_bits` is the size of an unsigned type, whose bits `^` turns around, 0 for others.
#[must_use]
pub fn unary(op: Op, x: &Value, unsigned_bits: usize) -> Value {
    match (op, x) {
        (Op::Add, x) => x.clone(),
        (Op::Subtract, Value::Int(x)) => Value::Int(x.neg()),
        (Op::Subtract, Value::Float(x)) => Value::Float(x.neg()),
        (Op::Not, Value::Bool(x)) => Value::Bool(!x),
        (Op::Xor, Value::Int(x)) => {
            let all = match unsigned_bits {
                0 => Int::from(-1_i64),
                bits => Int::from(1_i64).shl(bits).sub(&Int::from(1_i64)),
            };
            Value::Int(x.bitwise(&all, |a, b| a ^ b))
        }
        _ => Value::Unknown,
    }
}

/// How a division of numbers is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// Whole numbers, rounded to 0.
    Whole,
    /// With a point.
    Exact,
}

/// `x op y`, but for comparisons and shifts. Both are of one kind, or numbers.
#[must_use]
pub fn operate(op: Op, x: &Value, y: &Value, division: Division) -> Value {
    match (x, y) {
        (Value::Bool(x), Value::Bool(y)) => match op {
            Op::AndAnd => Value::Bool(*x && *y),
            Op::OrOr => Value::Bool(*x || *y),
            _ => Value::Unknown,
        },
        (Value::String(x), Value::String(y)) if op == Op::Add => Value::String([&**x, y].concat().into()),
        (Value::Int(x), Value::Int(y)) => integers(op, x, y, division),
        _ => match (x.to_ratio(), y.to_ratio()) {
            (Some(x), Some(y)) => fractions(op, &x, &y).map_or(Value::Unknown, Value::Float),
            _ => Value::Unknown,
        },
    }
}

fn integers(op: Op, x: &Int, y: &Int, division: Division) -> Value {
    Value::Int(match op {
        Op::Add => x.add(y),
        Op::Subtract => x.sub(y),
        Op::Multiply => x.mul(y),
        Op::Divide | Op::Remainder if y.is_zero() => return Value::Unknown,
        Op::Divide if division == Division::Exact => {
            let quotient = Ratio::from(x.clone()).div(&Ratio::from(y.clone()));
            return quotient.map_or(Value::Unknown, Value::Float);
        }
        Op::Divide => x.div_rem(y).0,
        Op::Remainder => x.div_rem(y).1,
        Op::And => x.bitwise(y, |a, b| a & b),
        Op::Or => x.bitwise(y, |a, b| a | b),
        Op::Xor => x.bitwise(y, |a, b| a ^ b),
        Op::AndNot => x.bitwise(y, |a, b| a & !b),
        _ => return Value::Unknown,
    })
}

fn fractions(op: Op, x: &Ratio, y: &Ratio) -> Option<Ratio> {
    match op {
        Op::Add => x.add(y),
        Op::Subtract => x.add(&y.neg()),
        Op::Multiply => x.mul(y),
        Op::Divide => x.div(y),
        _ => None,
    }
}

/// `x << bits`, `x >> bits`
#[must_use]
pub fn shift(op: Op, x: &Int, bits: usize) -> Int {
    if op == Op::ShiftLeft { x.shl(bits) } else { x.shr(bits) }
}

/// `x op y` for a comparison; both are of one kind, or numbers.
pub fn compare(op: Op, x: &Value, y: &Value) -> bool {
    let ordering = match (x, y) {
        (Value::Int(x), Value::Int(y)) => x.cmp(y),
        (Value::String(x), Value::String(y)) => x.cmp(y),
        (Value::Bool(x), Value::Bool(y)) => x.cmp(y),
        _ => match (x.to_ratio(), y.to_ratio()) {
            (Some(x), Some(y)) => x.cmp(&y),
            _ => return false,
        },
    };
    match op {
        Op::Equal => ordering == Ordering::Equal,
        Op::NotEqual => ordering != Ordering::Equal,
        Op::Less => ordering == Ordering::Less,
        Op::LessEqual => ordering != Ordering::Greater,
        Op::Greater => ordering == Ordering::Greater,
        Op::GreaterEqual => ordering != Ordering::Less,
        _ => false,
    }
}
