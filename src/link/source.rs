//! A reader's program in a link: its UTF-8 in the 64 signs that no link changes.

const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The name of its setting.
pub const NAME: &str = "go";

/// The program as a link carries it.
pub fn encode(source: &str) -> String {
    let mut text = String::with_capacity(source.len() * 4 / 3 + 3);
    for group in source.as_bytes().chunks(3) {
        let word = group.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for sign in 0..=group.len() {
            text.push(char::from(SIGNS[(word >> (18 - 6 * sign) & 63) as usize]));
        }
    }
    text
}

/// Undoes [`encode`]; none for what it has not made.
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut word = 0_u32;
        for sign in group {
            let value = SIGNS.iter().position(|known| known == sign)?;
            word = word << 6 | value as u32;
        }
        word <<= 6 * (4 - group.len());
        bytes.extend_from_slice(&word.to_be_bytes()[1..group.len()]);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_comes_back_as_it_was() {
        for source in ["", "a", "ab", "abc", "package main // 누수\n\tx := `\"&=+%`\n", "\u{10ffff}"] {
            let text = encode(source);
            assert!(text.bytes().all(|byte| SIGNS.contains(&byte)), "{text}");
            assert_eq!(decode(&text).as_deref(), Some(source));
        }
        assert_eq!([decode("a b"), decode("_w"), decode("%")], [None, None, None]);
    }
}
