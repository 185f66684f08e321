//! Numbers as a person reads them, by whole-number arithmetic only.
//!
//! Both languages group thousands with a comma and write a decimal point, so one set of functions serves both; the
//! units come from [`Messages`].

use crate::text::Messages;

/// `1234567` as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number in tenths: `15` as `1.5`, `20` as `2`.
pub fn tenths(number: u64) -> String {
    let mut text = grouped(number / 10);
    if !number.is_multiple_of(10) {
        text.push('.');
        text.push_str(&(number % 10).to_string());
    }
    text
}

/// A moment of virtual time: `75_402` ms as `1:15.4`, an hour and more as `1:02:03.4`.
pub fn moment(time_ms: u64) -> String {
    let seconds = time_ms / 1_000;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    let mut text = String::new();
    if hours > 0 {
        text.push_str(&grouped(hours));
        text.push(':');
        push_two(&mut text, minutes);
    } else {
        text.push_str(&minutes.to_string());
    }
    text.push(':');
    push_two(&mut text, seconds % 60);
    text.push('.');
    text.push_str(&(time_ms % 1_000 / 100).to_string());
    text
}

/// A moment to the millisecond: `75_402` ms as `1:15.402`.
pub fn exact_moment(time_ms: u64) -> String {
    let mut text = moment(time_ms);
    push_two(&mut text, time_ms % 100);
    text
}

fn push_two(text: &mut String, number: u64) {
    if number < 10 {
        text.push('0');
    }
    text.push_str(&number.to_string());
}

/// A length of time, with one decimal at most: `800 ms`, `33.1 s`, `6.4 min`, `2.5 h`.
pub fn duration(time_ms: u64, words: &Messages) -> String {
    let (tenth, unit) = match time_ms {
        0..1_000 => (time_ms * 10, 0),
        1_000..120_000 => (time_ms / 100, 1),
        120_000..7_200_000 => (time_ms / 6_000, 2),
        _ => (time_ms / 360_000, 3),
    };
    with_unit(tenths(tenth), words.durations[unit])
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

fn with_unit(mut number: String, unit: &str) -> String {
    number.push('\u{a0}');
    number.push_str(unit);
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::en::MESSAGES;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn a_moment_shows_hours_only_when_there_are_some() {
        assert_eq!(moment(0), "0:00.0");
        assert_eq!(moment(75_402), "1:15.4");
        assert_eq!(moment(3_723_456), "1:02:03.4");
        assert_eq!(exact_moment(75_402), "1:15.402");
    }

    #[test]
    fn a_duration_takes_the_unit_that_keeps_it_short() {
        assert_eq!(duration(800, &MESSAGES), "800\u{a0}ms");
        assert_eq!(duration(33_149, &MESSAGES), "33.1\u{a0}s");
        assert_eq!(duration(384_000, &MESSAGES), "6.4\u{a0}min");
        assert_eq!(duration(9_000_000, &MESSAGES), "2.5\u{a0}h");
    }

    #[test]
    fn a_size_has_a_decimal_only_below_ten() {
        assert_eq!(size(999, &MESSAGES), "999\u{a0}B");
        assert_eq!(size(2_800, &MESSAGES), "2.8\u{a0}kB");
        assert_eq!(size(599_200, &MESSAGES), "599\u{a0}kB");
        assert_eq!(size(1_234_567_890, &MESSAGES), "1.2\u{a0}GB");
        assert_eq!(size(u64::MAX, &MESSAGES), "18,446,744,073\u{a0}GB");
    }
}
