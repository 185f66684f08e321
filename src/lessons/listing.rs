//! A lesson's source as something to show: lines, the wait points on them, and when a line is in effect.
//!
//! The text is the very file that is compiled. Four kinds of comments are read, and stay out of sight:
//!
//! - `//~ NAME` at the end of a line names the wait point on it, the same name in every language; a line that is two
//!   wait points carries two names;
//! - `//? COND` on a line of its own says under which knobs the next line is in effect, and with it the block that it
//!   opens: terms `knob=word|word` joined by ` & `, and such groups by ` | `. A function's head, which opens a block
//!   too, stands for itself alone;
//! - `//[` and `//]` open and close the part that the page shows;
//! - a line that ends in `//-` is compiled and not shown: it says something to the proofs, and nothing to a reader.

use crate::lessons::Knob;

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
#[derive(Clone, PartialEq)]
pub struct Line {
    /// Its number in the file, from 1: how a place in the trace names it.
    pub number: u32,
    /// Its number among the lines that are shown, from 1.
    pub shown_number: u32,
    /// Its text, without the comments that this module reads.
    pub text: &'static str,
    /// The names of the wait points on it.
    pub points: Vec<&'static str>,
    /// When it is in effect: all of these hold.
    pub when: Vec<Condition>,
}

/// A condition on the knobs: every term of one of the groups holds. It is read anew each time it is asked: a few words.
#[derive(Clone, Copy)]
pub struct Condition {
    text: &'static str,
    knobs: &'static [Knob],
}

impl Condition {
    /// Whether it holds under these values of the knobs.
    pub fn holds(&self, values: &[u32]) -> bool {
        let mut group = true;
        for word in self.text.split(' ') {
            match word {
                "|" if group => return true,
                "|" => group = true,
                "&" => {}
                term => group = group && self.term_holds(term, values),
            }
        }
        group
    }

    /// A term names a knob and the words of which its value is one.
    fn term_holds(&self, term: &str, values: &[u32]) -> bool {
        let (name, words) = term.split_once('=').unwrap_or((term, ""));
        let knob = self.knobs.iter().position(|knob| knob.name == name);
        let word = knob.and_then(|knob| self.knobs[knob].values.word(*values.get(knob)?));
        word.is_some_and(|word| words.split('|').any(|known| known == word))
    }
}

/// Conditions of one lesson: the same words.
impl PartialEq for Condition {
    fn eq(&self, other: &Condition) -> bool {
        self.text == other.text
    }
}

impl Line {
    /// Whether the line is in effect under these values of the knobs.
    pub fn in_effect(&self, values: &[u32]) -> bool {
        self.when.iter().all(|condition| condition.holds(values))
    }
}

impl Listing {
    /// The lines that the page shows, read against the knobs of the lesson.
    pub fn lines(&self, knobs: &'static [Knob]) -> Vec<Line> {
        let mut reading = Reading { knobs, open: Vec::new(), next: None, shown: false, lines: Vec::new() };
        for (number, raw) in (1..).zip(self.source.lines()) {
            reading.line(number, raw);
        }
        reading.lines
    }

    /// The names of the wait points on this line of the file.
    pub fn points_at(&self, number: u32) -> Vec<&'static str> {
        let raw = self.source.lines().nth(number.saturating_sub(1) as usize).unwrap_or("");
        split(raw).1
    }
}

/// The state between two lines of a listing.
struct Reading {
    knobs: &'static [Knob],
    /// Blocks that a condition covers, with the indentation of their first line.
    open: Vec<(usize, Condition)>,
    /// The condition for the next line.
    next: Option<Condition>,
    shown: bool,
    lines: Vec<Line>,
}

impl Reading {
    fn line(&mut self, number: u32, raw: &'static str) {
        let trimmed = raw.trim();
        match trimmed {
            "//[" => self.shown = true,
            "//]" => self.shown = false,
            _ => match trimmed.strip_prefix("//?") {
                Some(text) => self.next = Some(Condition { text: text.trim(), knobs: self.knobs }),
                None if self.shown && !trimmed.ends_with("//-") => self.code(number, raw),
                None => {}
            },
        }
    }

    fn code(&mut self, number: u32, raw: &'static str) {
        let indent = raw.len() - raw.trim_start().len();
        let (text, points) = split(raw);
        let closes = text.trim_start().starts_with('}');
        // A block ends with its closing bracket, or before the next line that is not deeper. The cases of Go's select stand
        // as deep as the select.
        let goes_on = closes || ["case ", "default:"].iter().any(|word| text.trim_start().starts_with(word));
        self.open.retain(|(from, _)| indent > *from || (indent == *from && goes_on) || text.is_empty());
        let mut when: Vec<Condition> = self.open.iter().map(|(_, condition)| *condition).collect();
        if closes {
            self.open.retain(|(from, _)| indent > *from);
        }
        if let Some(condition) = self.next.take() {
            when.push(condition);
            let is_function = indent == 0;
            if text.ends_with('{') && !is_function {
                self.open.push((indent, condition));
            }
        }
        let shown_number = u32::try_from(self.lines.len() + 1).expect("a listing has few lines");
        self.lines.push(Line { number, shown_number, text, points, when });
    }
}

/// A line's text and the names of its wait points.
fn split(raw: &'static str) -> (&'static str, Vec<&'static str>) {
    let (text, points) = raw.split_once("//~").unwrap_or((raw, ""));
    (text.trim_end(), points.split(' ').filter(|point| !point.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::lessons::LESSONS;
    use crate::lessons::leak;

    /// The lines in effect with these knobs of the lesson `leak` over its defaults, from one that starts with `from`.
    fn check(language: Language, settings: &[(&str, &str)], from: &str, expect: &Expect) {
        let mut values = leak::LESSON.defaults();
        for (name, value) in settings {
            let knob = leak::LESSON.knob(name).unwrap();
            values[knob] = leak::KNOBS[knob].parse(value).unwrap();
        }
        let listing = leak::LESSON.listings.iter().find(|listing| listing.language == language).unwrap();
        let mut text = String::new();
        for line in listing.lines(leak::KNOBS).iter().skip_while(|line| !line.text.starts_with(from)) {
            if line.in_effect(&values) {
                let shown = format!("{} {}", line.text.replace('\t', "    "), line.points.join(" "));
                writeln!(text, "{}", shown.trim_end()).unwrap();
            }
        }
        expect.assert_eq(&text);
    }

    #[test]
    fn the_go_listing_shows_a_deaf_worker_when_the_switch_is_off() {
        check(
            Language::Go,
            &[("listen", "off")],
            "// Works",
            &expect![[r#"
            // Works, and reports on rc.
            func child(ctx context.Context, rc chan<- bool) {
                for {
                    work(ctx)
                    rc <- true send
                    return
                }
            }

            // Does eight equal steps; a call may hang. Who hears the cancel ends early.
            func work(ctx context.Context) {
                for range 8 {
                    <-call() work call
                }
            }
        "#]],
        );
    }

    #[test]
    fn the_go_listing_shows_a_listening_worker_when_the_switch_is_on() {
        check(
            Language::Go,
            &[("listen", "on"), ("parent", "joins")],
            "// Works",
            &expect![[r#"
            // Works, and reports on rc.
            func child(ctx context.Context, rc chan<- bool, wg *sync.WaitGroup) {
                defer wg.Done()
                for {
                    if ctx.Err() != nil {
                        return
                    }
                    work(ctx)
                    select { send
                    case <-ctx.Done():
                        return
                    case rc <- true:
                    }
                    return
                }
            }

            // Does eight equal steps; a call may hang. Who hears the cancel ends early.
            func work(ctx context.Context) {
                for range 8 {
                    select { work call
                    case <-ctx.Done():
                        return
                    case <-call():
                    }
                }
            }
        "#]],
        );
    }

    #[test]
    fn every_condition_names_a_knob_and_its_words_and_every_point_stands_in_both_languages() {
        for lesson in LESSONS {
            let mut points: Vec<Vec<&str>> = Vec::new();
            for listing in lesson.listings {
                let lines = listing.lines(lesson.knobs);
                assert!(!lines.is_empty(), "{} shows nothing", listing.file);
                for condition in lines.iter().flat_map(|line| &line.when) {
                    for term in condition.text.split(' ').filter(|word| !matches!(*word, "&" | "|")) {
                        let (name, words) = term.split_once('=').unwrap();
                        let values = lesson.knobs[lesson.knob(name).unwrap()].values;
                        let known = |word| (0..).map_while(|value| values.word(value)).any(|known| known == word);
                        assert!(words.split('|').all(known), "{}: {term}", listing.file);
                    }
                }
                let mut named: Vec<&str> = lines.iter().flat_map(|line| line.points.clone()).collect();
                named.sort_unstable();
                named.dedup();
                points.push(named);
            }
            assert!(points.windows(2).all(|pair| pair[0] == pair[1]), "{points:?}");
        }
    }
}
