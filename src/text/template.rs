//! Sentences with blanks: templates, their completion, and the two forms that a count needs.

use std::borrow::Cow;

use crate::text::number;
use crate::text::reader::words;

/// A text that is part of this program, or one that was made while it runs.
pub type Text = Cow<'static, str>;

words! {
    /// A sentence for one thing, and the same for any other number of things. `{0}` is the number.
    #[derive(Clone, Copy, Debug)]
    pub struct Plural {
        /// For exactly one.
        pub one: &'static str,
        /// For none, two or more.
        pub many: &'static str,
    }
}

impl Plural {
    /// The sentence for this number, with the number and what else it has blanks for.
    pub fn of(self, count: u64, rest: &[&str]) -> String {
        let digits = number::grouped(count);
        let mut blanks = vec![digits.as_str()];
        blanks.extend_from_slice(rest);
        fill(if count == 1 { self.one } else { self.many }, &blanks)
    }
}

/// Texts in a row, with a separator between them.
pub fn join(texts: &[Text], separator: &str) -> String {
    let mut joined = String::new();
    for (number, text) in texts.iter().enumerate() {
        if number > 0 {
            joined.push_str(separator);
        }
        joined.push_str(text);
    }
    joined
}

/// Puts `blanks[n]` where the template says `{n}`. Where there is no such blank, `{n}` stays as it is.
pub fn fill(template: &str, blanks: &[&str]) -> String {
    let mut text = String::with_capacity(template.len() + 24);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let digit = after.bytes().next().unwrap_or(0).wrapping_sub(b'0');
        match (blanks.get(usize::from(digit)), after.as_bytes().get(1)) {
            (Some(blank), Some(b'}')) => {
                text.push_str(blank);
                rest = &after[2..];
            }
            _ => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_keeps_what_it_has_no_blank_for() {
        assert_eq!(fill("{1} von {0} {2} {", &["a", "b"]), "b von a {2} {");
        assert_eq!(fill("{0}{0}", &["가"]), "가가");
        assert_eq!(fill("{가}", &["x"]), "{가}");
    }

    #[test]
    fn one_is_singular_and_none_is_not() {
        let plural = Plural { one: "{0} task", many: "{0} tasks" };
        assert_eq!(plural.of(1, &[]), "1 task");
        assert_eq!(plural.of(0, &[]), "0 tasks");
        assert_eq!(plural.of(1_234, &[]), "1,234 tasks");
    }
}
