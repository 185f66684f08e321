//! A lesson's source as the page shows it: its lines, the wait points on them, and when a line is in effect.
//!
//! The text is the very file that is compiled. Four kinds of comments are read, and stay out of sight:
//!
//! - `//~ NAME` at the end of a line names the wait point on it, the same name in every language; a line that is two
//!   wait points carries two names;
//! - `//? COND` on a line of its own says under which knobs the next line is in effect ([`Condition`]), and with it the
//!   block that it opens. A function's head, which opens a block too, stands for itself alone;
//! - `//[` and `//]` open and close the part that the page shows;
//! - a line that ends in `//-` is compiled and not shown: it says something to the proofs, and nothing to a reader.

use std::rc::Rc;

use crate::lessons::condition::Condition;
use crate::lessons::knob::Knob;
use crate::text::Text;

/// The language of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeLanguage {
    /// The program that runs.
    Rust,
    /// The same program as a Go developer would write it.
    Go,
}

/// One source file of a lesson.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Its language.
    pub language: CodeLanguage,
    /// Its name in the trace's source places: for a compiled file its path as the compiler has it.
    pub file: Text,
    /// Its text.
    pub source: Text,
    /// Whether all of it is shown as it is: nobody has marked anything in it, and each line is a wait point by its number.
    pub is_whole: bool,
}

/// One line of a listing.
#[derive(Clone, PartialEq)]
pub struct Line {
    /// Its number in the file, from 1, as the trace names it.
    pub number: u32,
    /// Its number among the lines that are shown, from 1.
    pub shown_number: u32,
    /// Its text, without the comments that this module reads.
    pub text: String,
    /// The names of the wait points on it.
    pub points: Vec<String>,
    /// It is in effect while all of these hold.
    pub conditions: Vec<Condition>,
}

impl Line {
    /// A line of a listing that is shown as it is.
    fn whole(number: u32, text: &str) -> Line {
        let points = vec![number.to_string()];
        Line { number, shown_number: number, text: text.to_owned(), points, conditions: Vec::new() }
    }

    /// Whether the line is in effect under these values of the knobs.
    pub fn in_effect(&self, values: &[u32]) -> bool {
        self.conditions.iter().all(|condition| condition.holds(values))
    }
}

impl Listing {
    /// A source file.
    pub fn new(language: CodeLanguage, file: impl Into<Text>, source: impl Into<Text>) -> Listing {
        Listing { language, file: file.into(), source: source.into(), is_whole: false }
    }

    /// The lines that the page shows, read against the knobs of the lesson.
    pub fn lines(&self, knobs: &Rc<[Knob]>) -> Vec<Line> {
        let mut reading = ListingReader { knobs, open: Vec::new(), next: None, shown: false, lines: Vec::new() };
        for (number, raw) in (1..).zip(self.source.lines()) {
            if self.is_whole {
                reading.lines.push(Line::whole(number, raw));
            } else {
                reading.line(number, raw);
            }
        }
        reading.lines
    }

    /// The names of the wait points on this line of the file.
    pub fn points_at(&self, number: u32) -> Vec<&str> {
        let raw = self.source.lines().nth(number.saturating_sub(1) as usize).unwrap_or("");
        names(split(raw).1).collect()
    }
}

/// Reads a listing line by line.
struct ListingReader<'l> {
    knobs: &'l Rc<[Knob]>,
    /// Blocks that a condition covers, with the indentation of their first line.
    open: Vec<(usize, Condition)>,
    /// The condition for the next line.
    next: Option<Condition>,
    shown: bool,
    lines: Vec<Line>,
}

impl ListingReader<'_> {
    fn line(&mut self, number: u32, raw: &str) {
        let trimmed = raw.trim_ascii();
        match trimmed {
            "//[" => self.shown = true,
            "//]" => self.shown = false,
            _ => match trimmed.strip_prefix("//?") {
                Some(text) => self.next = Some(Condition::new(text.trim_ascii(), self.knobs)),
                None if self.shown && !trimmed.ends_with("//-") => self.code(number, raw),
                None => {}
            },
        }
    }

    fn code(&mut self, number: u32, raw: &str) {
        let indent = raw.len() - raw.trim_ascii_start().len();
        let (text, points) = split(raw);
        let closes = text.trim_ascii_start().starts_with('}');
        // A block ends with its closing bracket, or before the next line that is not indented deeper. The cases of Go's
        // select are indented like the select itself.
        let goes_on = closes || ["case ", "default:"].iter().any(|word| text.trim_ascii_start().starts_with(word));
        if !text.is_empty() {
            self.close(indent + usize::from(goes_on));
        }
        let mut conditions: Vec<Condition> = self.open.iter().map(|(_, condition)| condition.clone()).collect();
        if closes {
            self.close(indent);
        }
        if let Some(condition) = self.next.take() {
            let is_function = indent == 0;
            if text.ends_with('{') && !is_function {
                self.open.push((indent, condition.clone()));
            }
            conditions.push(condition);
        }
        let shown_number = u32::try_from(self.lines.len() + 1).expect("a listing has few lines");
        let points = names(points).map(str::to_owned).collect();
        self.lines.push(Line { number, shown_number, text: text.to_owned(), points, conditions });
    }

    /// Ends the blocks whose first line is indented so far or farther. Those further out were opened earlier.
    fn close(&mut self, indent: usize) {
        while self.open.last().is_some_and(|(from, _)| *from >= indent) {
            self.open.pop();
        }
    }
}

/// A line's text, and what stands behind the mark of a wait point.
fn split(raw: &str) -> (&str, &str) {
    let mark = "//~";
    let start = raw.as_bytes().windows(mark.len()).position(|bytes| bytes == mark.as_bytes());
    let (text, points) = raw.split_at(start.unwrap_or(raw.len()));
    let points = points.strip_prefix(mark).unwrap_or("");
    (text.trim_ascii_end(), points)
}

/// The names of the wait points.
fn names(points: &str) -> impl Iterator<Item = &str> {
    points.split(' ').filter(|point| !point.is_empty())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::lessons::leak;

    /// The lines in effect with these knobs of the lesson `leak` over its defaults, from one that starts with `from`.
    fn check(language: CodeLanguage, settings: &[(&str, &str)], from: &str, expect: &Expect) {
        let lesson = leak::lesson();
        let mut values = lesson.defaults();
        for (name, value) in settings {
            let knob = lesson.knob(name).unwrap();
            values[knob] = lesson.knobs[knob].parse(value).unwrap();
        }
        let listing = lesson.listings.iter().find(|listing| listing.language == language).unwrap();
        let mut text = String::new();
        for line in listing.lines(&lesson.knobs).iter().skip_while(|line| !line.text.starts_with(from)) {
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
            CodeLanguage::Go,
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
            CodeLanguage::Go,
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
}
