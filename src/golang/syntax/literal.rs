//! The text of a literal → its value. Numbers are read by the checker, which has numbers of any size.

/// The bytes of a string literal as written, quotes included. What is no well-formed literal gives what can be understood.
pub fn string_value(text: &str) -> Vec<u8> {
    if let Some(raw) = text.strip_prefix('`') {
        let inner = raw.strip_suffix('`').unwrap_or(raw);
        return inner.bytes().filter(|byte| *byte != b'\r').collect();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.strip_prefix('"').unwrap_or(text);
    while let Some((unit, behind)) = unit(rest) {
        match unit {
            Unit::Quote if behind.is_empty() => break,
            Unit::Quote => bytes.push(b'"'),
            Unit::Byte(byte) => bytes.push(byte),
            Unit::Char(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = behind;
    }
    bytes
}

/// The character that a rune literal stands for.
pub fn rune_value(text: &str) -> u32 {
    match unit(text.strip_prefix('\'').unwrap_or(text)) {
        Some((Unit::Char(c), _)) => c.into(),
        Some((Unit::Byte(byte), _)) => byte.into(),
        Some((Unit::Quote, _)) => '"'.into(),
        None => 0,
    }
}

enum Unit {
    Quote,
    Char(char),
    /// From `\377` and `\xff`.
    Byte(u8),
}

/// The simple escapes.
const SIMPLE: [(char, char); 10] = [
    ('a', '\x07'),
    ('b', '\x08'),
    ('f', '\x0c'),
    ('n', '\n'),
    ('r', '\r'),
    ('t', '\t'),
    ('v', '\x0b'),
    ('\\', '\\'),
    ('\'', '\''),
    ('"', '"'),
];

/// The first character or escape of a text, and what follows it.
fn unit(text: &str) -> Option<(Unit, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    match first {
        '"' => return Some((Unit::Quote, chars.as_str())),
        '\\' => {}
        c => return Some((Unit::Char(c), chars.as_str())),
    }
    let escaped = chars.as_str();
    let letter = chars.next()?;
    if let Some((_, c)) = SIMPLE.iter().find(|(name, _)| *name == letter) {
        return Some((Unit::Char(*c), chars.as_str()));
    }
    let (begin, count, base) = match letter {
        'x' => (1, 2, 16),
        'u' => (1, 4, 16),
        'U' => (1, 8, 16),
        _ => (0, 3, 8),
    };
    let value = u32::from_str_radix(escaped.get(begin..begin + count)?, base).ok()?;
    let unit = match letter {
        'u' | 'U' => Unit::Char(char::from_u32(value)?),
        _ => Unit::Byte(u8::try_from(value).ok()?),
    };
    Some((unit, &escaped[begin + count..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_bytes() {
        assert_eq!(string_value(r#""a\n\x41\101\u00e4\"é""#), "a\nAAä\"é".as_bytes());
        assert_eq!(string_value(r#""\xff\377""#), [0xff, 0xff]);
        assert_eq!(string_value("`a\\n\r\nb`"), b"a\\n\nb");
    }

    #[test]
    fn runes_are_numbers() {
        for (text, value) in [("'a'", 97), (r"'\''", 39), (r"'\x41'", 65), (r"'\U0001F600'", 0x1f600), ("'\"'", 34)] {
            assert_eq!(rune_value(text), value, "{text}");
        }
    }
}
