//! What is wrong with a program: a sentence and its place.

use super::limits::ERRORS_MAX;
use super::position::Pos;

/// An error, in the words of Go's compiler and at the place where it reports it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Error {
    /// Where.
    pub at: Pos,
    /// What; some have further lines, which begin with a tab.
    pub text: String,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.at, self.text)
    }
}

/// The errors of a program, at most [`ERRORS_MAX`].
#[derive(Debug, Default)]
pub struct Errors {
    list: Vec<Error>,
}

impl Errors {
    /// Takes one more error; one that says the same of the same line as the last, or is beyond [`ERRORS_MAX`], is dropped.
    pub fn report(&mut self, at: Pos, text: impl Into<String>) {
        let text = text.into();
        let again = self.list.last().is_some_and(|last| last.at.line == at.line && last.text == text);
        if !again && self.list.len() < ERRORS_MAX {
            self.list.push(Error { at, text });
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// In the order of the source, each once.
    pub fn sorted(mut self) -> Vec<Error> {
        self.list.sort();
        self.list.dedup();
        self.list
    }

    /// Of syntax errors reported one after the other on one line, since there were `before`, keeps the first, as Go does:
    /// the others are mostly its echo.
    pub(super) fn one_a_line_since(&mut self, before: usize) {
        let (mut number, mut line) = (0, None);
        self.list.retain(|error| {
            number += 1;
            number <= before
                || !error.text.starts_with("syntax error")
                || line.replace(error.at.line) != Some(error.at.line)
        });
    }
}
