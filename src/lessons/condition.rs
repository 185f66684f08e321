//! Conditions on the knobs: under which settings a line of a listing is in effect, or a sentence is true.
//!
//! A condition is one or more groups joined by ` | `, and a group is one or more terms joined by ` & `. It holds when every
//! term of at least one group holds. A term is `knob=value|value` (the knob has one of these values) or
//! `knob!=value|value` (it has none of them), with values as [`Knob::parse`] reads them.

use std::rc::Rc;

use crate::lessons::knob::Knob;

/// A condition on the knobs of a lesson. It is parsed anew whenever it is evaluated, since it is only a few words.
#[derive(Clone)]
pub struct Condition {
    text: String,
    knobs: Rc<[Knob]>,
}

/// One comparison of a condition.
struct Term<'t> {
    knob: &'t str,
    values: &'t str,
    wanted: Wanted,
}

/// How a term compares the knob's value with its own values.
#[derive(PartialEq)]
enum Wanted {
    OneOfThem,
    NoneOfThem,
}

impl Condition {
    /// The condition with this text, on these knobs.
    pub fn new(text: &str, knobs: &Rc<[Knob]>) -> Condition {
        Condition { text: text.to_owned(), knobs: knobs.clone() }
    }

    /// Whether it holds under these values of the knobs. A term that names no knob of the lesson never holds.
    pub fn holds(&self, values: &[u32]) -> bool {
        let mut group = true;
        for word in self.text.split(' ') {
            match word {
                "|" if group => return true,
                "|" => group = true,
                "&" => {}
                term => group = group && self.term_holds(&Term::read(term), values),
            }
        }
        group
    }

    fn term_holds(&self, term: &Term<'_>, values: &[u32]) -> bool {
        let knob = self.knobs.iter().zip(values).find(|(knob, _)| knob.name == term.knob);
        knob.is_some_and(|(knob, value)| {
            let is_one = term.values.split('|').any(|text| knob.parse(text) == Ok(*value));
            is_one == (term.wanted == Wanted::OneOfThem)
        })
    }

    /// The first term that names no knob, or a value that its knob does not take.
    pub fn unknown_term(&self) -> Option<&str> {
        let is_known = |text: &str| {
            let term = Term::read(text);
            let knob = self.knobs.iter().find(|knob| knob.name == term.knob);
            knob.is_some_and(|knob| term.values.split('|').all(|value| knob.parse(value).is_ok()))
        };
        self.text.split(' ').find(|word| !matches!(*word, "&" | "|") && !is_known(word))
    }
}

impl<'t> Term<'t> {
    fn read(text: &'t str) -> Term<'t> {
        let (knob, values) = text.split_once('=').unwrap_or((text, ""));
        match knob.strip_suffix('!') {
            Some(knob) => Term { knob, values, wanted: Wanted::NoneOfThem },
            None => Term { knob, values, wanted: Wanted::OneOfThem },
        }
    }
}

/// Compares the texts: only conditions of one lesson are ever compared.
impl PartialEq for Condition {
    fn eq(&self, other: &Condition) -> bool {
        self.text == other.text
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow::Borrowed as said;

    use super::*;
    use crate::lessons::knob::{Unit, When};

    fn condition(text: &str) -> Condition {
        let knobs = [
            Knob::words(said("listen"), said(&[said("off"), said("on")]), 0, When::Live),
            Knob::range(said("rate"), (0, 100), Unit::Percent, 0, When::Live),
        ];
        Condition::new(text, &Rc::from(knobs))
    }

    #[test]
    fn every_term_of_one_group_has_to_hold() {
        let either = condition("listen=on & rate=5|6 | listen=off & rate=7");
        assert!(either.holds(&[1, 5]) && either.holds(&[1, 6]) && either.holds(&[0, 7]));
        assert!(!either.holds(&[1, 7]) && !either.holds(&[0, 5]));
    }

    #[test]
    fn none_of_them_is_every_other_value() {
        let others = condition("rate!=0|1");
        assert!(others.holds(&[0, 2]));
        assert!(!others.holds(&[0, 0]) && !others.holds(&[0, 1]));
    }

    #[test]
    fn a_term_about_nothing_never_holds_and_is_named() {
        for text in ["speed=1", "speed!=1", "listen", ""] {
            assert!(!condition(text).holds(&[0, 0]), "{text}");
            assert_eq!(condition(text).unknown_term(), Some(text));
        }
        assert_eq!(condition("listen=on & rate=101").unknown_term(), Some("rate=101"));
        assert_eq!(condition("listen=on & rate!=0 | listen=off|on").unknown_term(), None);
    }
}
