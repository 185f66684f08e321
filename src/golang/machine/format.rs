//! `fmt`: values as text, by their types.

use super::printed::Output;
use super::state::{Machine, Trap};
use super::value::Value;
use crate::golang::code::op::Line;
use crate::golang::types::ids::TypeId;
use crate::golang::types::kinds::{Basic, Class, Type};

/// How deep values are followed.
const DEPTH_MAX: usize = 40;

/// Bytes of one text.
const BYTES_MAX: usize = 1 << 20;

/// What stands between `%` and the verb.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// `Sprintf`
pub(super) fn format(machine: &mut Machine, pattern: &[u8], arguments: &[Value]) -> Result<Vec<u8>, Trap> {
    let mut out = Vec::new();
    let (mut at, mut next) = (0, 0);
    while let Some(byte) = pattern.get(at) {
        at += 1;
        if *byte != b'%' {
            out.push(*byte);
            continue;
        }
        let mut flags = Flags::default();
        while let Some(flag) = pattern.get(at) {
            match flag {
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b'#' => flags.sharp = true,
                b' ' => flags.space = true,
                b'0' => flags.zero = true,
                _ => break,
            }
            at += 1;
        }
        flags.width = number(machine, pattern, &mut at, arguments, &mut next);
        if pattern.get(at) == Some(&b'.') {
            at += 1;
            flags.precision = Some(number(machine, pattern, &mut at, arguments, &mut next).unwrap_or(0));
        }
        let rest = &pattern[at..];
        if rest.is_empty() {
            out.extend_from_slice(b"%!(NOVERB)");
            break;
        }
        let (verb, width) = super::value::first_rune(rest);
        at += width;
        if verb == u32::from(b'%') {
            out.push(b'%');
            continue;
        }
        let verb = char::from_u32(verb).unwrap_or('\u{fffd}');
        let Some(argument) = arguments.get(next) else {
            out.extend_from_slice(format!("%!{verb}(MISSING)").as_bytes());
            continue;
        };
        next += 1;
        let text = Writer { machine, flags, verb, out: String::new(), left: BYTES_MAX }.operand(argument);
        pad(&mut out, &text, flags, verb);
        if out.len() > BYTES_MAX {
            return Err(Trap::Budget("one text of fmt has more than a million bytes".to_owned()));
        }
    }
    if next < arguments.len() {
        out.extend_from_slice(b"%!(EXTRA ");
        for (number, argument) in arguments.iter().enumerate().skip(next) {
            if number > next {
                out.extend_from_slice(b", ");
            }
            let kind = match argument {
                Value::Boxed(boxed) => machine.kind_text(boxed.kind),
                _ => "<nil>".to_owned(),
            };
            let text = plain(machine, argument);
            out.extend_from_slice(
                match argument {
                    Value::Boxed(_) => format!("{kind}={text}"),
                    _ => kind,
                }
                .as_bytes(),
            );
        }
        out.push(b')');
    }
    Ok(out)
}

fn number(machine: &Machine, pattern: &[u8], at: &mut usize, arguments: &[Value], next: &mut usize) -> Option<usize> {
    if pattern.get(*at) == Some(&b'*') {
        *at += 1;
        let value = arguments.get(*next)?;
        *next += 1;
        let _ = machine;
        return match value {
            Value::Boxed(boxed) => usize::try_from(boxed.value.int()).ok().map(|value| value.min(10_000)),
            _ => None,
        };
    }
    let mut value = None;
    while let Some(digit) = pattern.get(*at).filter(|byte| byte.is_ascii_digit()) {
        value = Some((value.unwrap_or(0) * 10 + usize::from(digit - b'0')).min(10_000));
        *at += 1;
    }
    value
}

fn pad(out: &mut Vec<u8>, text: &str, flags: Flags, verb: char) {
    let width = flags.width.unwrap_or(0);
    let missing = width.saturating_sub(text.chars().count());
    let zeros = flags.zero && !flags.minus && !matches!(verb, 's' | 'v' | 'q' | 'T');
    if zeros {
        let (sign, digits) = match text.strip_prefix(['-', '+']) {
            Some(digits) => (&text[..1], digits),
            None => ("", text),
        };
        out.extend_from_slice(sign.as_bytes());
        out.resize(out.len() + missing, b'0');
        out.extend_from_slice(digits.as_bytes());
        return;
    }
    if !flags.minus {
        out.resize(out.len() + missing, b' ');
    }
    out.extend_from_slice(text.as_bytes());
    if flags.minus {
        out.resize(out.len() + missing, b' ');
    }
}

/// The operands of `Print` or `Println`.
pub(super) fn join(machine: &mut Machine, arguments: &[Value], is_line: bool) -> Result<Vec<u8>, Trap> {
    let mut out = Vec::new();
    let mut was_text = true;
    for (number, argument) in arguments.iter().enumerate() {
        let is_text = is_string(machine, argument);
        if number > 0 && (is_line || (!is_text && !was_text)) {
            out.push(b' ');
        }
        was_text = is_text;
        match argument {
            // Bytes that are no text stay as they are.
            Value::Boxed(boxed) if matches!(boxed.value, Value::Text(_)) => out.extend_from_slice(boxed.value.text()),
            _ => out.extend_from_slice(plain(machine, argument).as_bytes()),
        }
        if out.len() > BYTES_MAX {
            return Err(Trap::Budget("one text of fmt has more than a million bytes".to_owned()));
        }
    }
    if is_line {
        out.push(b'\n');
    }
    Ok(out)
}

fn is_string(machine: &mut Machine, argument: &Value) -> bool {
    match argument {
        Value::Boxed(boxed) => {
            let kind = machine.program.kinds[boxed.kind as usize];
            machine.types.is_string(kind)
        }
        _ => false,
    }
}

/// `%v`
fn plain(machine: &mut Machine, argument: &Value) -> String {
    Writer { machine, flags: Flags::default(), verb: 'v', out: String::new(), left: BYTES_MAX }.operand(argument)
}

impl Machine {
    /// `println` and `print`
    pub(super) fn print_plain(&mut self, values: &[Value], line: Line) -> Result<(), Trap> {
        let texts: Vec<String> = values.iter().map(|value| self.plain_text(value)).collect();
        let text = match line {
            Line::Whole => format!("{}\n", texts.join(" ")),
            Line::Part => texts.concat(),
        };
        self.print(text.as_bytes(), Output::Error)
    }

    /// What `println` prints of a value.
    fn plain_text(&mut self, value: &Value) -> String {
        match value {
            Value::Boxed(boxed) => match &boxed.value {
                Value::Float(float) => exponent(*float, 6, 3, true),
                _ => plain(self, value),
            },
            _ => "nil".to_owned(),
        }
    }

    /// What is printed of a value that ended the program.
    pub(super) fn panic_text(&mut self, value: &Value) -> String {
        let Value::Boxed(boxed) = value else {
            return String::from_utf8_lossy(value.text()).into_owned();
        };
        let kind = self.program.kinds[boxed.kind as usize];
        let is_named = self.types.named(kind).is_some();
        let name = self.types.text(kind);
        let text = match &boxed.value {
            Value::Text(text) if is_named => format!("\"{}\"", String::from_utf8_lossy(text.bytes())),
            Value::Text(text) => return String::from_utf8_lossy(text.bytes()).into_owned(),
            Value::Int(int) => int.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Float(float) => exponent(*float, 6, 3, true),
            _ => return format!("({name}) 0xc000012345"),
        };
        format!("{name}({text})")
    }
}

struct Writer<'m> {
    machine: &'m mut Machine,
    flags: Flags,
    verb: char,
    out: String,
    left: usize,
}

impl Writer<'_> {
    fn operand(mut self, argument: &Value) -> String {
        let Value::Boxed(boxed) = argument else {
            return match self.verb {
                'v' | 'T' => "<nil>".to_owned(),
                verb => format!("%!{verb}(<nil>)"),
            };
        };
        let mut kind = self.machine.program.kinds[boxed.kind as usize];
        let mut value = boxed.value.clone();
        // What said its own text comes with it.
        if self.machine.kind_text(boxed.kind) == "fmt.said" {
            let parts = match &value {
                Value::Object(handle) => self.machine.heap.parts(*handle).to_vec(),
                _ => Vec::new(),
            };
            if let (Some(Value::Boxed(own)), Some(text)) = (parts.first(), parts.get(1)) {
                if matches!(self.verb, 'v' | 's' | 'q') && !(self.verb == 'v' && self.flags.sharp) {
                    let text = String::from_utf8_lossy(text.text()).into_owned();
                    return self.string(&text);
                }
                kind = self.machine.program.kinds[own.kind as usize];
                value = own.value.clone();
            }
        }
        if self.verb == 'T' {
            return self.machine.types.text(kind);
        }
        if self.verb == 'p' {
            return address(&value);
        }
        self.value(&value, kind, 0);
        self.out
    }

    fn push(&mut self, text: &str) {
        if self.left >= text.len() {
            self.left -= text.len();
            self.out.push_str(text);
        } else {
            self.left = 0;
        }
    }

    fn string(&self, text: &str) -> String {
        match self.verb {
            'q' => quoted(text),
            'x' => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
            'X' => text.bytes().map(|byte| format!("{byte:02X}")).collect(),
            'v' if self.flags.sharp => quoted(text),
            's' | 'v' | 'w' => match self.flags.precision {
                Some(precision) => text.chars().take(precision).collect(),
                None => text.to_owned(),
            },
            verb => format!("%!{verb}(string={text})"),
        }
    }

    fn wrong(&mut self, kind: TypeId, text: &str) {
        let (verb, name) = (self.verb, self.machine.types.text(kind));
        self.push(&format!("%!{verb}({name}={text})"));
    }

    fn value(&mut self, value: &Value, of: TypeId, depth: usize) {
        if depth > DEPTH_MAX || self.left == 0 {
            self.push("...");
            return;
        }
        let under = self.machine.types.under(of);
        match self.machine.types.get(under).clone() {
            Type::Basic(basic) => self.basic(value, of, basic),
            Type::Interface(_) => match value {
                Value::Boxed(boxed) => {
                    let kind = self.machine.program.kinds[boxed.kind as usize];
                    self.value(&boxed.value, kind, depth + 1);
                }
                _ => self.push("<nil>"),
            },
            Type::Struct(structure) => {
                let parts = match value {
                    Value::Object(handle) => self.machine.heap.parts(*handle).to_vec(),
                    _ => Vec::new(),
                };
                let sharp = self.flags.sharp && self.verb == 'v';
                if sharp {
                    let name = self.machine.types.text(of);
                    self.push(&name);
                }
                self.push("{");
                for (number, (field, part)) in structure.fields.iter().zip(&parts).enumerate() {
                    if number > 0 {
                        self.push(if sharp { ", " } else { " " });
                    }
                    if sharp || (self.flags.plus && self.verb == 'v') {
                        let name = self.machine.types.object(*field).name.clone();
                        self.push(&name);
                        self.push(":");
                    }
                    let of = self.machine.types.type_of(*field);
                    self.value(part, of, depth + 1);
                }
                self.push("}");
            }
            Type::Slice(element) if self.is_bytes(element) && matches!(self.verb, 's' | 'q' | 'x' | 'X') => {
                let bytes: Vec<u8> = self.machine.elements(value).iter().map(|byte| byte.int() as u8).collect();
                let text = self.string(&String::from_utf8_lossy(&bytes));
                self.push(&text);
            }
            Type::Slice(element) => self.list(value, of, element, depth),
            Type::Array(array) => self.list(value, of, array.element, depth),
            Type::Map(map) => {
                let entries = match value {
                    Value::Map(handle) => self.machine.heap.map(*handle).map(|map| map.sorted().cloned().collect()),
                    _ => None,
                };
                let entries: Vec<(Value, Value)> = entries.unwrap_or_default();
                let sharp = self.flags.sharp && self.verb == 'v';
                if sharp {
                    let name = self.machine.types.text(of);
                    self.push(&name);
                    self.push("{");
                } else {
                    self.push("map[");
                }
                for (number, (key, value)) in entries.iter().enumerate() {
                    if number > 0 {
                        self.push(if sharp { ", " } else { " " });
                    }
                    self.value(key, map.key, depth + 1);
                    self.push(":");
                    self.value(value, map.value, depth + 1);
                }
                self.push(if sharp { "}" } else { "]" });
            }
            Type::Pointer(to) => match value {
                Value::Pointer(handle, part) if depth == 0 => {
                    let to_under = self.machine.types.under(to);
                    match self.machine.types.get(to_under) {
                        Type::Struct(_) | Type::Array(_) => {
                            self.push("&");
                            let _ = part;
                            self.value(&Value::Object(*handle), to, depth + 1);
                        }
                        _ => self.push(&address(value)),
                    }
                }
                Value::Pointer(..) => self.push(&address(value)),
                _ => self.push("<nil>"),
            },
            _ => match value {
                Value::Nil => self.push("<nil>"),
                _ => self.push(&address(value)),
            },
        }
    }

    fn is_bytes(&mut self, element: TypeId) -> bool {
        self.machine.types.basic(element) == Some(Basic::Uint8)
    }

    fn list(&mut self, value: &Value, of: TypeId, element: TypeId, depth: usize) {
        let elements = self.machine.elements(value).to_vec();
        let sharp = self.flags.sharp && self.verb == 'v';
        if sharp {
            let name = self.machine.types.text(of);
            self.push(&name);
            if value.is_nil() {
                self.push("(nil)");
                return;
            }
        }
        self.push(if sharp { "{" } else { "[" });
        for (number, part) in elements.iter().enumerate() {
            if number > 0 {
                self.push(if sharp { ", " } else { " " });
            }
            self.value(part, element, depth + 1);
            if self.left == 0 {
                break;
            }
        }
        self.push(if sharp { "}" } else { "]" });
    }

    fn basic(&mut self, value: &Value, of: TypeId, basic: Basic) {
        match (basic.class(), value) {
            (Class::Bool, _) => {
                let text = value.is_true().to_string();
                match self.verb {
                    'v' | 't' => self.push(&text),
                    _ => self.wrong(of, &text),
                }
            }
            (Class::String, _) => {
                let text = String::from_utf8_lossy(value.text()).into_owned();
                let text = self.string(&text);
                self.push(&text);
            }
            (Class::Float, Value::Float(float)) => {
                let text = match self.verb {
                    'v' => self::float(*float, b'g', self.flags.precision),
                    'g' | 'G' => self::float(*float, b'g', self.flags.precision),
                    'f' | 'F' => self::float(*float, b'f', Some(self.flags.precision.unwrap_or(6))),
                    'e' => exponent(*float, self.flags.precision.unwrap_or(6), 2, false),
                    _ => {
                        let text = self::float(*float, b'g', None);
                        self.wrong(of, &text);
                        return;
                    }
                };
                let sign = if self.flags.plus && *float >= 0.0 { "+" } else { "" };
                self.push(&format!("{sign}{text}"));
            }
            _ => self.integer(value.int(), of, basic),
        }
    }

    fn integer(&mut self, int: i64, of: TypeId, basic: Basic) {
        let is_unsigned = basic.class() == Class::Unsigned;
        let magnitude = if is_unsigned { int as u64 } else { int.unsigned_abs() };
        let digits = match self.verb {
            'd' | 'v' => magnitude.to_string(),
            'x' => format!("{}{magnitude:x}", if self.flags.sharp { "0x" } else { "" }),
            'X' => format!("{}{magnitude:X}", if self.flags.sharp { "0X" } else { "" }),
            'o' => format!("{magnitude:o}"),
            'b' => format!("{magnitude:b}"),
            'c' | 'q' | 'U' => {
                let c = u32::try_from(int).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
                let text = match self.verb {
                    'c' => c.to_string(),
                    'U' => format!("U+{:04X}", u32::from(c)),
                    _ => format!("'{c}'"),
                };
                self.push(&text);
                return;
            }
            _ => {
                let text = if is_unsigned { magnitude.to_string() } else { int.to_string() };
                self.wrong(of, &text);
                return;
            }
        };
        let sign = match (!is_unsigned && int < 0, self.flags.plus, self.flags.space) {
            (true, ..) => "-",
            (false, true, _) if self.verb != 'v' => "+",
            (false, _, true) => " ",
            _ => "",
        };
        self.push(&format!("{sign}{digits}"));
    }
}

fn address(value: &Value) -> String {
    match value {
        Value::Function(number) => format!("0x{:x}", 0x0048_0000 + u64::from(*number) * 64),
        other => {
            let number = other.handle().map_or(0, |handle| u64::from(handle.0));
            format!("0xc{:09x}", number * 16 + 0x10000)
        }
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A number as Go writes it: `g` with as few digits as say it, or `f`, or `e`.
pub(super) fn float(value: f64, verb: u8, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    match (verb, precision) {
        (b'f', Some(precision)) => format!("{value:.precision$}"),
        (b'f', None) => format!("{value}"),
        (b'e', precision) => exponent(value, precision.unwrap_or(6), 2, false),
        (_, Some(precision)) => {
            let digits = precision.max(1) - 1;
            let scientific = format!("{value:.digits$e}");
            let power: i32 = scientific.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0);
            if power < -4 || power >= precision.max(1) as i32 {
                let (mantissa, _) = scientific.split_once('e').unwrap_or((&scientific, "0"));
                let mantissa = if mantissa.contains('.') {
                    mantissa.trim_end_matches('0').trim_end_matches('.')
                } else {
                    mantissa
                };
                return with_power(mantissa, power, 2);
            }
            let places = usize::try_from(digits as i32 - power).unwrap_or(0);
            let text = format!("{value:.places$}");
            if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
        }
        (_, None) => {
            let scientific = format!("{value:e}");
            let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
            let power: i32 = power.parse().unwrap_or(0);
            if !(-4..21).contains(&power) { with_power(mantissa, power, 2) } else { format!("{value}") }
        }
    }
}

fn with_power(mantissa: &str, power: i32, digits: usize) -> String {
    let sign = if power < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:0digits$}", power.abs())
}

/// `1.500000e+03`
fn exponent(value: f64, precision: usize, digits: usize, is_signed: bool) -> String {
    let scientific = format!("{value:.precision$e}");
    let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let sign = if is_signed && value >= 0.0 { "+" } else { "" };
    format!("{sign}{}", with_power(mantissa, power.parse().unwrap_or(0), digits))
}

/// `1m30.5s`
pub(super) fn duration(ns: i64) -> String {
    if ns == 0 {
        return "0s".to_owned();
    }
    let (sign, ns) = (if ns < 0 { "-" } else { "" }, ns.unsigned_abs());
    let fraction = |value: u64, unit: u64| {
        let whole = value / unit;
        let rest = value % unit;
        if rest == 0 {
            return whole.to_string();
        }
        let places = unit.ilog10() as usize;
        let rest = format!("{rest:0places$}");
        format!("{whole}.{}", rest.trim_end_matches('0'))
    };
    if ns < 1_000 {
        return format!("{sign}{ns}ns");
    }
    if ns < 1_000_000 {
        return format!("{sign}{}µs", fraction(ns, 1_000));
    }
    if ns < 1_000_000_000 {
        return format!("{sign}{}ms", fraction(ns, 1_000_000));
    }
    let (minutes, seconds) = (ns / 60_000_000_000, ns % 60_000_000_000);
    let seconds = fraction(seconds, 1_000_000_000);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_numbers_are_written_as_go_writes_them() {
        let durations = [(0, "0s"), (1_500, "1.5µs"), (90_000_000_000, "1m30s"), (-2_000_000, "-2ms")];
        for (ns, text) in durations.into_iter().chain([(3_600_000_000_000, "1h0m0s")]) {
            assert_eq!(duration(ns), text);
        }
        for (value, text) in [(1.0, "1"), (0.1, "0.1"), (1e21, "1e+21"), (1e-5, "1e-05"), (2.5, "2.5")] {
            assert_eq!(float(value, b'g', None), text);
        }
    }
}
