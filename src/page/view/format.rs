//! Numbers as text and as CSS writes them.

use crate::text::number;

/// A count as a person reads it.
pub(crate) fn grouped(count: u32) -> String {
    number::grouped(u64::from(count))
}

/// What a field holds, if that is a whole number that an action can carry.
pub(crate) fn whole(text: &str) -> Option<u32> {
    u32::try_from(text.parse::<u64>().ok()?).ok()
}

/// How far along `at` is, as CSS writes it: `37.5%`.
pub(crate) fn percent(at: u64, end: u64) -> String {
    let permille = (at * 1000).checked_div(end).unwrap_or(0).min(1000);
    let mut text = (permille / 10).to_string();
    text.push('.');
    text.push_str(&(permille % 10).to_string());
    text.push('%');
    text
}
