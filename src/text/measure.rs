//! Lengths of time and sizes with their units, by whole-number arithmetic only. The units come from [`Messages`].

use crate::text::messages::Messages;
use crate::text::number::{moment, tenths};

/// A length of time, with one decimal at most: `800 ms`, `33.1 s`, `6.4 min`, `2.5 h`, `19.7 d`.
pub fn duration(time_ms: u64, words: &Messages) -> String {
    let (tenth, unit) = match time_ms {
        0..1_000 => (time_ms * 10, 0),
        1_000..120_000 => (time_ms / 100, 1),
        120_000..7_200_000 => (time_ms / 6_000, 2),
        7_200_000..172_800_000 => (time_ms / 360_000, 3),
        _ => (time_ms / 8_640_000, 4),
    };
    with_unit(tenths(tenth), words.durations[unit])
}

/// A moment on a scale with this step, both in milliseconds: `0:10`, and `20 d` where the step is whole days.
pub fn round_moment(at_ms: u64, step_ms: u64, words: &Messages) -> String {
    const DAY_MS: u64 = 86_400_000;
    if step_ms.is_multiple_of(DAY_MS) {
        return with_unit((at_ms / DAY_MS).to_string(), words.durations[4]);
    }
    let mut text = moment(at_ms);
    text.truncate(text.len() - ".0".len());
    text
}

/// A size in thousands, with one decimal below ten: `2.8 kB`, `599 kB`, `1.2 GB`.
pub fn size(bytes: u64, words: &Messages) -> String {
    let (mut unit, mut scale) = (0, 1);
    while unit < 3 && bytes / scale >= 1_000 {
        unit += 1;
        scale *= 1_000;
    }
    let tenth = if unit == 0 || bytes / scale >= 10 { bytes / scale * 10 } else { bytes / (scale / 10) };
    with_unit(tenths(tenth), words.sizes[unit])
}

/// A unit of Korean letters stands right behind the number.
fn with_unit(mut number: String, unit: &str) -> String {
    if unit.is_ascii() {
        number.push('\u{a0}');
    }
    number.push_str(unit);
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn a_duration_takes_the_unit_that_keeps_it_short() {
        assert_eq!(duration(800, Language::English.messages()), "800\u{a0}ms");
        assert_eq!(duration(33_149, Language::English.messages()), "33.1\u{a0}s");
        assert_eq!(duration(384_000, Language::English.messages()), "6.4\u{a0}min");
        assert_eq!(duration(9_000_000, Language::English.messages()), "2.5\u{a0}h");
        assert_eq!(duration(1_702_080_000, Language::English.messages()), "19.7\u{a0}d");
        assert_eq!(duration(33_149, Language::Korean.messages()), "33.1초");
    }

    #[test]
    fn a_size_has_a_decimal_only_below_ten() {
        assert_eq!(size(999, Language::English.messages()), "999\u{a0}B");
        assert_eq!(size(2_800, Language::English.messages()), "2.8\u{a0}kB");
        assert_eq!(size(599_200, Language::English.messages()), "599\u{a0}kB");
        assert_eq!(size(1_234_567_890, Language::English.messages()), "1.2\u{a0}GB");
        assert_eq!(size(u64::MAX, Language::English.messages()), "18,446,744,073\u{a0}GB");
    }
}
