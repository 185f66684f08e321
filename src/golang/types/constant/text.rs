//! Numbers from their text, and values as error messages say them.

use super::float::to_f64;
use super::int::Int;
use super::ratio::Ratio;
use super::value::Value;

/// The exponents that are read: beyond them a number has no value.
const EXPONENT_MAX: i64 = 12_000;

/// A whole number as it is written in Go.
pub fn parse_int(text: &str) -> Int {
    let (base, digits) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &text[2..]),
        [b'0', b'b' | b'B', ..] => (2, &text[2..]),
        [b'0', b'o' | b'O', ..] => (8, &text[2..]),
        [b'0', _, ..] => (8, &text[1..]),
        _ => (10, text),
    };
    let mut int = Int::default();
    digits.chars().filter_map(|digit| digit.to_digit(base)).for_each(|digit| int.push_digit(base, digit));
    int
}

/// A number with a point or an exponent as it is written in Go; `None` when it is too large or too small for any use.
pub fn parse_float(text: &str) -> Option<Ratio> {
    let lower = text.to_ascii_lowercase();
    let (base, text, mark) = match lower.strip_prefix("0x") {
        Some(digits) => (16, digits, 'p'),
        None => (10, lower.as_str(), 'e'),
    };
    let (mantissa, exponent) = text.split_once(mark).unwrap_or((text, "0"));
    let exponent = exponent.replace('_', "").parse::<i64>().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut int = Int::default();
    let mut behind_point = 0_i64;
    for digit in whole.chars().filter_map(|digit| digit.to_digit(base)) {
        int.push_digit(base, digit);
    }
    for digit in fraction.chars().filter_map(|digit| digit.to_digit(base)) {
        int.push_digit(base, digit);
        behind_point += 1;
    }
    if int.is_zero() {
        return Some(Ratio::from(int));
    }
    let (base, exponent) = match base {
        16 => (2, exponent.checked_sub(4 * behind_point)?),
        _ => (10, exponent.checked_sub(behind_point)?),
    };
    if exponent.abs() > EXPONENT_MAX * if base == 2 { 4 } else { 1 } {
        return None;
    }
    let scale = Int::power(base, exponent.unsigned_abs() as usize);
    match exponent < 0 {
        true => Ratio::new(int, scale),
        false => Ratio::new(int.mul(&scale), Int::from(1_i64)),
    }
}

/// Characters of a string that an error message quotes.
const QUOTE_CHARACTERS_MAX: usize = 72;

impl std::fmt::Display for Value {
    /// As Go's error messages say it: a string is quoted and cut off, a number with a point has six digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Unknown => write!(f, "unknown"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Int(int) => write!(f, "{int}"),
            Value::String(bytes) => write!(f, "{}", shortened(&quoted(bytes))),
            Value::Float(ratio) => match to_f64(ratio) {
                Some(value) if value != 0.0 || ratio.is_zero() => write!(f, "{}", six_digits(value)),
                _ => write!(f, "{}", scientific(ratio)),
            },
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(QUOTE_CHARACTERS_MAX) {
        None => text.to_owned(),
        Some(_) => {
            let end = text.char_indices().nth(QUOTE_CHARACTERS_MAX - 3).map_or(text.len(), |(at, _)| at);
            format!("{}...", &text[..end])
        }
    }
}

/// As Go's `strconv.Quote`.
fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\\' => text.extend(['\\', c]),
                '\n' => text.push_str("\\n"),
                '\t' => text.push_str("\\t"),
                '\r' => text.push_str("\\r"),
                '\x07' => text.push_str("\\a"),
                '\x08' => text.push_str("\\b"),
                '\x0b' => text.push_str("\\v"),
                '\x0c' => text.push_str("\\f"),
                c if (c as u32) < 0x80 && c.is_control() => text.push_str(&format!("\\x{:02x}", c as u32)),
                c if c.is_control() => text.push_str(&format!("\\u{:04x}", c as u32)),
                c => text.push(c),
            }
        }
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    text.push('"');
    text
}

/// As C's and Go's `%.6g`.
fn six_digits(value: f64) -> String {
    let text = format!("{value:.5e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    match exponent {
        -4..6 => trim(&format!("{value:.*}", (5 - exponent).max(0) as usize)),
        _ => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{}e{sign}{:02}", trim(mantissa), exponent.abs())
        }
    }
}

/// A number that no machine number can hold, as Go's compiler says it: six digits and an exponent.
fn scientific(ratio: &Ratio) -> String {
    let sign = if ratio.is_negative() { "-" } else { "" };
    let bits = ratio.numerator.bits() as i64 - ratio.denominator.bits() as i64;
    // log10(2) = 0.30103; the loop below puts right what this leaves wrong by one.
    let mut exponent = bits * 30_103 / 100_000;
    let magnitude = if ratio.is_negative() { ratio.neg() } else { ratio.clone() };
    let scaled = |exponent: i64| {
        let power = Ratio::from(Int::power(10, exponent.unsigned_abs() as usize));
        let scaled = if exponent < 0 { magnitude.mul(&power) } else { magnitude.div(&power) };
        scaled.and_then(|scaled| to_f64(&scaled)).unwrap_or(0.0)
    };
    while scaled(exponent) >= 10.0 {
        exponent += 1;
    }
    while scaled(exponent) < 1.0 && exponent > -EXPONENT_MAX * 2 {
        exponent -= 1;
    }
    let mantissa = format!("{:.5}", scaled(exponent));
    let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
    let direction = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{mantissa}e{direction}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_said_as_go_says_them() {
        for (text, said) in [
            ("0.5", "0.5"),
            ("1e3", "1000"),
            ("1234567.0", "1.23457e+06"),
            ("0.00001", "1e-05"),
            ("3.14159265358979", "3.14159"),
            ("1e400", "1e+400"),
            ("1e-400", "1e-400"),
            ("0x1p-2", "0.25"),
        ] {
            assert_eq!(Value::Float(parse_float(text).expect("a number")).to_string(), said, "{text}");
        }
        assert_eq!(parse_float("1e1000000"), None);
        assert_eq!(Value::string(b"a\n\xff\"").to_string(), r#""a\n\xff\"""#);
        assert_eq!(Value::string(&[b'x'; 100]).to_string().chars().count(), 72);
    }
}
