//! Numbers as a person reads them, by whole-number arithmetic only.
//!
//! Both languages group thousands with a comma and write a decimal point, so one set of functions serves both. Numbers
//! with a unit are in `measure`.

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

/// A speed in per cent of the natural pace: `25` as `0.25×`.
pub fn times(percent: u32) -> String {
    let percent = u64::from(percent);
    let mut text = (percent / 100).to_string();
    if !percent.is_multiple_of(100) {
        text.push('.');
        if percent.is_multiple_of(10) {
            text.push_str(&(percent / 10 % 10).to_string());
        } else {
            push_two(&mut text, percent % 100);
        }
    }
    text.push('×');
    text
}

fn push_two(text: &mut String, number: u64) {
    if number < 10 {
        text.push('0');
    }
    text.push_str(&number.to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_speed_is_written_as_a_multiple() {
        assert_eq!(
            [7, 10, 25, 78, 100, 150, 10_000].map(times),
            ["0.07×", "0.1×", "0.25×", "0.78×", "1×", "1.5×", "100×"]
        );
    }
}
