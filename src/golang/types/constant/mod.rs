//! CONSTANTS: values as exact as the source says them.
//!
//! An untyped constant has no size: `1 << 100 >> 98` is 4, and `1.0 / 3 * 3` is 1. Integers are exact ([`int`]), numbers
//! with a point are exact fractions ([`ratio`]) until their parts outgrow [`ratio::EXACT_BITS_MAX`]; then they keep 512
//! bits, as in Go's compiler. What is larger than any use has no value: [`value::Value::Unknown`], which the checker refuses.

pub mod float;
pub mod int;
pub mod operate;
pub mod ratio;
pub mod text;
pub mod value;
