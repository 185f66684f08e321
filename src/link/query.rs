//! A query string as names and values.

/// One part of a query string, percent-decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Before the first `=`.
    pub name: String,
    /// After it.
    pub value: String,
    /// Whether both could be decoded; where not, broken parts stand as U+FFFD.
    pub sound: Sound,
}

/// Whether a text was written as a link should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// It was.
    Whole,
    /// A `%` without two hex digits, or bytes that are no UTF-8.
    Broken,
}

/// The pairs of `text`, with or without a leading `?`. Empty parts are skipped.
pub fn pairs(text: &str) -> impl Iterator<Item = Pair> + '_ {
    text.strip_prefix('?').unwrap_or(text).split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, name_sound) = decode(name);
        let (value, value_sound) = decode(value);
        let sound = if name_sound == Sound::Whole { value_sound } else { Sound::Broken };
        Pair { name, value, sound }
    })
}

/// Undoes [`encode`]; `+` is a space, as forms write it.
pub fn decode(text: &str) -> (String, Sound) {
    let mut bytes = Vec::with_capacity(text.len());
    let mut sound = Sound::Whole;
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => match (after.first().copied().and_then(hex), after.get(1).copied().and_then(hex)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = &after[2..];
                }
                _ => {
                    bytes.push(b'%');
                    sound = Sound::Broken;
                }
            },
            other => bytes.push(other),
        }
    }
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    // `from_utf8_lossy` in words: it would bring a second reader of UTF-8 with it.
    while let Err(error) = str::from_utf8(rest) {
        let (valid, broken) = rest.split_at(error.valid_up_to());
        text.push_str(str::from_utf8(valid).unwrap_or_default());
        text.push(char::REPLACEMENT_CHARACTER);
        rest = &broken[error.error_len().unwrap_or(broken.len())..];
        sound = Sound::Broken;
    }
    text.push_str(str::from_utf8(rest).unwrap_or_default());
    (text, sound)
}

/// Writes a text so that it can stand in a query string: letters, digits and `-._~:,` stay.
pub fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:,".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    encoded
}

fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
