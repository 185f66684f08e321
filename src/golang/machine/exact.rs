//! The natives of `math` and `unicode`: functions of numbers and characters alone.
//!
//! Every platform rounds them alike: they are `libm`'s, not the platform's.

use super::goroutine::Goroutine;
use super::state::{Done, Machine, Trap};
use super::value::Value;

/// A function of one number, which ignores the second, or of two.
type Function = fn(f64, f64) -> f64;

/// What `math.of` knows, by the names that the Go source calls them.
const FUNCTIONS: &[(&str, Function)] = &[
    ("atan", |x, _| libm::atan(x)),
    ("atan2", libm::atan2),
    ("cbrt", |x, _| libm::cbrt(x)),
    ("ceil", |x, _| libm::ceil(x)),
    ("cos", |x, _| libm::cos(x)),
    ("exp", |x, _| libm::exp(x)),
    ("floor", |x, _| libm::floor(x)),
    ("hypot", libm::hypot),
    ("log", |x, _| libm::log(x)),
    ("log10", |x, _| libm::log10(x)),
    ("log2", |x, _| libm::log2(x)),
    ("mod", libm::fmod),
    ("pow", libm::pow),
    ("round", |x, _| libm::round(x)),
    ("roundeven", |x, _| libm::rint(x)),
    ("sin", |x, _| libm::sin(x)),
    ("sqrt", |x, _| libm::sqrt(x)),
    ("tan", |x, _| libm::tan(x)),
    ("trunc", |x, _| libm::trunc(x)),
];

pub(super) fn math_of(_: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let (name, x, y) = (g.stack[base].text(), g.stack[base + 1].float(), g.stack[base + 2].float());
    let function = FUNCTIONS.iter().find(|(known, _)| known.as_bytes() == name);
    g.stack[base] = Value::Float(function.map_or(f64::NAN, |(_, function)| function(x, y)));
    Ok(Done::Now)
}

pub(super) fn float_bits(_: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    g.stack[base] = Value::Int(g.stack[base].float().to_bits().cast_signed());
    Ok(Done::Now)
}

pub(super) fn float_from_bits(_: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    g.stack[base] = Value::Float(f64::from_bits(g.stack[base].int().cast_unsigned()));
    Ok(Done::Now)
}

/// The character that a rune is; none for what is no character.
fn character(rune: i64) -> Option<char> {
    u32::try_from(rune).ok().and_then(char::from_u32)
}

pub(super) fn unicode_is(_: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let class = u8::try_from(g.stack[base].int()).unwrap_or_default();
    let holds = character(g.stack[base + 1].int()).is_some_and(|c| match class {
        b'c' => c.is_control(),
        // Go's digits are of Unicode's class Nd, which the standard library knows for ASCII only; its numbers are Rust's.
        b'd' => c.is_ascii_digit() || !c.is_ascii() && c.is_numeric() && !c.is_alphabetic(),
        b'l' => c.is_alphabetic() && !c.is_numeric(),
        b'n' => c.is_numeric(),
        b's' => c.is_whitespace(),
        b'u' => c.is_uppercase(),
        b'w' => c.is_lowercase(),
        _ => false,
    });
    g.stack[base] = Value::Bool(holds);
    Ok(Done::Now)
}

/// The one character that a rune becomes; where it would become several it stays, as in Go.
pub(super) fn unicode_change(_: &mut Machine, g: &mut Goroutine, base: usize, _: usize) -> Result<Done, Trap> {
    let (way, rune) = (g.stack[base].int(), g.stack[base + 1].int());
    let changed = character(rune).map(|c| {
        let mut changed: Vec<char> =
            if way == i64::from(b'u') { c.to_uppercase().collect() } else { c.to_lowercase().collect() };
        if changed.len() == 1 { changed.remove(0) } else { c }
    });
    g.stack[base] = Value::Int(changed.map_or(rune, |c| i64::from(u32::from(c))));
    Ok(Done::Now)
}
