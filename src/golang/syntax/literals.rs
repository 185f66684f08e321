//! What numbers, strings and runes look like: how long one is that begins a text, and what is wrong with it.
//!
//! Which value it has is in [`literal`](super::literal).

use super::limits::NUMBER_BYTES_MAX;
use super::token::LiteralKind;

/// A literal at the beginning of a text.
pub(super) struct Shape {
    pub(super) kind: LiteralKind,
    /// In bytes.
    pub(super) length: usize,
    /// What is wrong with it.
    pub(super) faults: Vec<Fault>,
}

/// Something wrong with a literal.
pub(super) struct Fault {
    /// Bytes from the literal's beginning.
    pub(super) offset: usize,
    pub(super) text: String,
}

impl Shape {
    /// Only the first fault of a number is told: the others follow from it.
    fn fault(&mut self, offset: usize, text: impl Into<String>) {
        if self.faults.is_empty() {
            self.faults.push(Fault { offset, text: text.into() });
        }
    }
}

/// The prefixes of numbers: what follows the `0`, the base, and its name.
const BASES: [(u8, u32, &str); 3] = [(b'x', 16, "hexadecimal"), (b'o', 8, "octal"), (b'b', 2, "binary")];

pub(super) fn number(text: &str) -> Shape {
    let bytes = text.as_bytes();
    let mut shape = Shape { kind: LiteralKind::Int, length: 0, faults: Vec::new() };
    let second = bytes.get(1).map_or(0, u8::to_ascii_lowercase);
    let prefixed = BASES.iter().find(|(letter, ..)| bytes[0] == b'0' && second == *letter);
    let (prefix, base, name) = match prefixed {
        Some(found) => *found,
        None if bytes[0] == b'0' => (b'0', 8, "octal"),
        None => (0, 10, "decimal"),
    };
    let mut at = if prefixed.is_some() { 2 } else { 0 };
    let mut digits = Digits::default();
    digits.take(bytes, &mut at, base);
    if bytes.get(at) == Some(&b'.') {
        if matches!(prefix, b'o' | b'b') {
            shape.fault(at, format!("invalid radix point in {name} literal"));
        }
        at += 1;
        shape.kind = LiteralKind::Float;
        digits.take(bytes, &mut at, base);
    }
    if !digits.any {
        shape.fault(at, format!("{name} literal has no digits"));
    }
    let exponent = bytes.get(at).map_or(0, u8::to_ascii_lowercase);
    if matches!(exponent, b'e' | b'p') {
        let sign = char::from(bytes[at]);
        if exponent == b'e' && !matches!(prefix, 0 | b'0') {
            shape.fault(at, format!("'{sign}' exponent requires decimal mantissa"));
        } else if exponent == b'p' && prefix != b'x' {
            shape.fault(at, format!("'{sign}' exponent requires hexadecimal mantissa"));
        }
        at += 1;
        shape.kind = LiteralKind::Float;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        let mut power = Digits::default();
        power.take(bytes, &mut at, 10);
        if !power.any {
            shape.fault(at, "exponent has no digits");
        }
    } else if prefix == b'x' && shape.kind == LiteralKind::Float {
        shape.fault(at, "hexadecimal mantissa requires a 'p' exponent");
    }
    if bytes.get(at) == Some(&b'i') {
        at += 1;
        shape.kind = LiteralKind::Imaginary;
    }
    shape.length = at;
    if let (LiteralKind::Int, Some(offset)) = (shape.kind, digits.too_large) {
        shape.fault(offset, format!("invalid digit '{}' in {name} literal", char::from(bytes[offset])));
    }
    if let Some(offset) = misplaced_separator(&bytes[..at]) {
        shape.fault(offset, "'_' must separate successive digits");
    }
    if at > NUMBER_BYTES_MAX {
        let start = &text[..10.min(text.len())];
        shape.fault(0, format!("excessively long constant: {start}... ({at} chars)"));
    }
    shape
}

/// What was seen of the digits of a number.
#[derive(Default)]
struct Digits {
    any: bool,
    /// Where the first digit stands that the base does not have.
    too_large: Option<usize>,
}

impl Digits {
    /// Takes digits and separators. Below base 10 any decimal digit is taken, so that the error is about the digit.
    fn take(&mut self, bytes: &[u8], at: &mut usize, base: u32) {
        let taken = if base > 10 { base } else { 10 };
        while let Some(&byte) = bytes.get(*at) {
            let digit = char::from(byte).to_digit(taken);
            if digit.is_none() && byte != b'_' {
                break;
            }
            self.any |= digit.is_some();
            if digit.is_some_and(|digit| digit >= base) {
                self.too_large.get_or_insert(*at);
            }
            *at += 1;
        }
    }
}

/// Where a `_` stands that is not between two digits; a prefix counts as a digit.
fn misplaced_separator(number: &[u8]) -> Option<usize> {
    let prefixed = number.len() > 1 && number[0] == b'0' && BASES.iter().any(|base| base.0 == number[1] | 0x20);
    let hexadecimal = prefixed && number[1] | 0x20 == b'x';
    let is_digit = |at: usize| match number.get(at) {
        Some(byte) => byte.is_ascii_digit() || (hexadecimal && byte.is_ascii_hexdigit()) || (prefixed && at == 1),
        None => false,
    };
    let separators = (1..number.len()).filter(|at| number[*at] == b'_');
    let is_separator = |at: usize| number.get(at) == Some(&b'_');
    separators.into_iter().find(|&at| !is_digit(at - 1) || !(is_digit(at + 1) || is_separator(at + 1)))
}

pub(super) fn raw_string(text: &str) -> Shape {
    let end = text[1..].find('`').map(|end| end + 2);
    let mut shape = Shape { kind: LiteralKind::String, length: end.unwrap_or(text.len()), faults: Vec::new() };
    if end.is_none() {
        shape.fault(0, "string not terminated");
    }
    shape
}

pub(super) fn string(text: &str) -> Shape {
    let mut shape = Shape { kind: LiteralKind::String, length: 0, faults: Vec::new() };
    let mut at = 1;
    loop {
        match text[at..].chars().next() {
            Some('"') => {
                at += 1;
                break;
            }
            Some('\\') => at = escape(text, at + 1, '"', &mut shape),
            Some('\n') => {
                shape.faults.push(Fault { offset: at, text: "newline in string".into() });
                break;
            }
            Some(c) => at += c.len_utf8(),
            None => {
                shape.faults.push(Fault { offset: 0, text: "string not terminated".into() });
                break;
            }
        }
    }
    shape.length = at;
    shape
}

pub(super) fn rune(text: &str) -> Shape {
    let mut shape = Shape { kind: LiteralKind::Rune, length: 0, faults: Vec::new() };
    let mut at = 1;
    let mut characters = 0;
    loop {
        match text[at..].chars().next() {
            Some('\'') => {
                match characters {
                    0 => shape.fault(at, "empty rune literal or unescaped '"),
                    1 => {}
                    _ => shape.fault(0, "more than one character in rune literal"),
                }
                at += 1;
                break;
            }
            Some('\\') => at = escape(text, at + 1, '\'', &mut shape),
            Some('\n') => {
                shape.fault(at, "newline in rune literal");
                break;
            }
            Some(c) => at += c.len_utf8(),
            None => {
                shape.fault(0, "rune literal not terminated");
                break;
            }
        }
        characters += 1;
    }
    shape.length = at;
    shape
}

/// The escapes with digits: how many, of which base, and the greatest value.
const ESCAPES: [(char, usize, u32, u32); 4] =
    [('0', 3, 8, 255), ('x', 2, 16, 255), ('u', 4, 16, 0x10_ffff), ('U', 8, 16, 0x10_ffff)];

/// Reads behind a backslash; gives where reading goes on.
fn escape(text: &str, at: usize, quote: char, shape: &mut Shape) -> usize {
    let mut fault = |offset: usize, text: String| shape.faults.push(Fault { offset, text });
    let letter = match text[at..].chars().next() {
        None => return at,
        Some(c) if c == quote || "abfnrtv\\".contains(c) => return at + 1,
        Some('0'..='7') => '0',
        Some(c) => c,
    };
    let Some((_, count, base, max)) = ESCAPES.iter().find(|escape| escape.0 == letter) else {
        fault(at, "unknown escape".into());
        return at;
    };
    let begin = if letter == '0' { at } else { at + 1 };
    let mut value = 0_u32;
    for offset in begin..begin + count {
        let Some(c) = text[offset..].chars().next() else { return offset };
        let Some(digit) = c.to_digit(*base) else {
            let quoted = if c == '\'' { "'\\''".into() } else { format!("{c:?}") };
            let name = if *base == 8 { "octal" } else { "hexadecimal" };
            fault(offset, format!("invalid character {quoted} in {name} escape"));
            return offset;
        };
        value = value.wrapping_mul(*base).wrapping_add(digit);
    }
    let end = begin + count;
    if value > *max && *base == 8 {
        fault(end, format!("octal escape value {value} > 255"));
    } else if value > *max || (0xd800..0xe000).contains(&value) {
        let shown = char::from_u32(value).map_or_else(|| format!("U+{value:04X}"), unicode);
        fault(end, format!("escape is invalid Unicode code point {shown}"));
    }
    end
}

/// A character as Go's `%#U` prints it.
pub(super) fn unicode(c: char) -> String {
    match c.is_control() {
        true => format!("U+{:04X}", u32::from(c)),
        false => format!("U+{:04X} '{c}'", u32::from(c)),
    }
}
