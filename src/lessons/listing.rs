//! A lesson's source as something to show: lines, the wait points on them, and when a line is in effect.
//!
//! The text is the very file that is compiled. Two kinds of trailing comments are read, and stay out of sight:
//!
//! - `//~ NAME` names the wait point on this line, the same name in every language;
//! - `//? COND` says under which knobs the line is in effect: terms `knob=word|word` joined by ` & `, and such groups by
//!   ` | `; no comment: always. A line may carry both, `//~` first; a line that is two wait points carries two names.
//!
//! `//[` and `//]` on lines of their own open and close the part that the page shows at first.

use crate::lessons::{Knob, Values};

/// The language of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// The program that runs.
    Rust,
    /// The same program as a Go developer would write it.
    Go,
}

/// One source file of a lesson.
pub struct Listing {
    /// Its language.
    pub language: Language,
    /// Its path as the compiler names it, so that a place in the trace finds its line.
    pub file: &'static str,
    /// Its text.
    pub source: &'static str,
}

/// One line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u32,
    /// Its text without the trailing comments that this module reads.
    pub text: &'static str,
    /// The names of the wait points on it.
    pub points: Vec<&'static str>,
    /// When it is in effect: every term of one of the groups must hold. No group: always.
    pub when: Vec<Vec<Term>>,
    /// Whether it belongs to the part that the page shows at first.
    pub shown: bool,
}

/// One term of a line's condition: the knob has one of these values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The knob's number in its lesson.
    pub knob: usize,
    /// The values under which the term holds.
    pub values: Vec<u32>,
}

impl Line {
    /// Whether the line is in effect under these values of the knobs.
    pub fn in_effect(&self, values: &[u32]) -> bool {
        let holds = |term: &Term| values.get(term.knob).is_some_and(|value| term.values.contains(value));
        self.when.is_empty() || self.when.iter().any(|group| group.iter().all(holds))
    }
}

impl Listing {
    /// The lines of the file, read against the knobs of its lesson. A condition that names no knob is never in
    /// effect; a test loops over every listing and forbids it.
    pub fn lines(&self, knobs: &[Knob]) -> Vec<Line> {
        let mut shown = false;
        let mut lines = Vec::new();
        for (index, raw) in self.source.lines().enumerate() {
            match raw.trim() {
                "//[" => shown = true,
                "//]" => shown = false,
                _ => lines.push(line(index, raw, shown, knobs)),
            }
        }
        lines
    }

    /// The name of the wait point on this line of the file.
    pub fn point_at(&self, line: u32) -> Option<&'static str> {
        let raw = self.source.lines().nth(line.checked_sub(1)? as usize)?;
        split(raw).1
    }
}

fn line(index: usize, raw: &'static str, shown: bool, knobs: &[Knob]) -> Line {
    let (text, point, when) = split(raw);
    let number = u32::try_from(index + 1).expect("a listing has few lines");
    let when = when.map_or(Vec::new(), |when| when.split(" | ").map(|group| terms(group, knobs)).collect());
    Line { number, text, points: point.unwrap_or("").split_whitespace().collect(), when, shown }
}

/// Text, wait point, condition.
fn split(raw: &'static str) -> (&'static str, Option<&'static str>, Option<&'static str>) {
    let (rest, when) = match raw.split_once("//?") {
        Some((rest, when)) => (rest, Some(when.trim())),
        None => (raw, None),
    };
    let (text, point) = match rest.split_once("//~") {
        Some((text, point)) => (text, Some(point.trim())),
        None => (rest, None),
    };
    (text.trim_end(), point, when)
}

fn terms(group: &str, knobs: &[Knob]) -> Vec<Term> {
    group.split('&').map(|text| term(text.trim(), knobs)).collect()
}

fn term(text: &str, knobs: &[Knob]) -> Term {
    let (name, words) = text.split_once('=').unwrap_or((text, ""));
    let knob = knobs.iter().position(|knob| knob.name == name.trim()).unwrap_or(usize::MAX);
    let values = match knobs.get(knob).map(|knob| knob.values) {
        Some(Values::Words(all)) => words
            .split('|')
            .filter_map(|word| all.iter().position(|known| *known == word.trim()))
            .filter_map(|value| u32::try_from(value).ok())
            .collect(),
        _ => Vec::new(),
    };
    Term { knob, values }
}
