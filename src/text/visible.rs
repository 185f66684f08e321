//! Text of others, shown so that nothing of it is hidden: what a link, a message or a command line said, when it is repeated in
//! a sentence of ours.

/// Whether a character draws nothing, or turns the direction of what stands beside it: Unicode's categories Cc, Zl and Zp and
/// what it calls default-ignorable, but for the variation selectors of the first plane, which choose a picture of the
/// character before them.
fn is_hidden(letter: char) -> bool {
    matches!(
        letter,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The first `letters` characters of a text, each hidden one by its number (`U+202E`), in parentheses.
pub fn visible(text: &str, letters: usize) -> String {
    let mut shown = String::new();
    for letter in text.chars().take(letters) {
        if is_hidden(letter) { push_number(letter, &mut shown) } else { shown.push(letter) }
    }
    shown
}

/// As many hexadecimal digits as the number has, four at least, as Unicode writes it.
fn push_number(letter: char, shown: &mut String) {
    let number = letter as u32;
    shown.push_str("(U+");
    for place in (0..6).rev() {
        let digit = number >> (4 * place);
        if place < 4 || digit > 0 {
            shown.push(b"0123456789ABCDEF"[digit as usize % 16] as char);
        }
    }
    shown.push(')');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_character_is_written_and_any_other_stays() {
        assert_eq!(visible("a\u{202e}b\u{7}\u{e0041}", 9), "a(U+202E)b(U+0007)(U+E0041)");
        for plain in ["", "seed=7", "씨앗 {0}", "e\u{301} ⚙\u{fe0f} \u{a0}\\ '\"<&>"] {
            assert_eq!(visible(plain, 99), plain);
        }
    }

    #[test]
    fn every_direction_and_every_control_is_hidden() {
        let directions =
            "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
        for letter in
            directions.chars().chain((0..=char::MAX as u32).filter_map(char::from_u32).filter(|c| c.is_control()))
        {
            assert_eq!(visible(&letter.to_string(), 1), format!("(U+{:04X})", letter as u32));
        }
    }

    #[test]
    fn it_counts_what_was_said_and_not_what_is_shown() {
        assert_eq!(visible("\u{200b}\u{200b}\u{200b}", 2), "(U+200B)(U+200B)");
    }
}
