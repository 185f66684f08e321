//! The value of a constant.

use std::rc::Rc;

use super::int::Int;
use super::ratio::Ratio;

/// The value of a constant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// There was an error, which has been reported.
    Unknown,
    /// `true`, `false`
    Bool(bool),
    /// The bytes of a string.
    String(Rc<[u8]>),
    /// A whole number, also of a rune.
    Int(Int),
    /// A number with a point.
    Float(Ratio),
}

impl Value {
    /// A whole number.
    pub fn int(value: i64) -> Value {
        Value::Int(Int::from(value))
    }

    /// A string.
    pub fn string(text: &[u8]) -> Value {
        Value::String(text.into())
    }

    /// The value as a whole number, if it is one: `2.0` is.
    #[must_use]
    pub fn to_int(&self) -> Option<Int> {
        match self {
            Value::Int(int) => Some(int.clone()),
            Value::Float(ratio) => ratio.to_int(),
            _ => None,
        }
    }

    /// The value as a fraction, if it is a number.
    #[must_use]
    pub fn to_ratio(&self) -> Option<Ratio> {
        match self {
            Value::Int(int) => Some(Ratio::from(int.clone())),
            Value::Float(ratio) => Some(ratio.clone()),
            _ => None,
        }
    }

    /// Whether it is a number below 0.
    pub fn is_negative(&self) -> bool {
        match self {
            Value::Int(int) => int.is_negative(),
            Value::Float(ratio) => ratio.is_negative(),
            _ => false,
        }
    }

    /// Whether it is the number 0.
    pub fn is_zero(&self) -> bool {
        match self {
            Value::Int(int) => int.is_zero(),
            Value::Float(ratio) => ratio.is_zero(),
            _ => false,
        }
    }
}
