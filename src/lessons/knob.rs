//! What a reader can set, which values it takes, and how they are written.

use std::borrow::Cow;

use crate::text::{Text, join};

/// Something that a reader can set. Every value is a whole number.
#[derive(Clone, Debug)]
pub struct Knob {
    /// Its name in links, on the command line and in the lesson's words.
    pub name: Text,
    /// The values it can take.
    pub values: Values,
    /// Its value when nothing is set.
    pub default: u32,
    /// Whether a running program listens to it.
    pub when: When,
}

/// Which values a knob can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// A whole number from `min` to `max`, both included.
    Range {
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
        /// What it counts.
        unit: Unit,
    },
    /// One of these words; the value is the word's number.
    Words(Cow<'static, [Text]>),
}

impl Values {
    /// The word of a value; none where values are numbers.
    pub fn word(&self, value: u32) -> Option<&str> {
        match self {
            Values::Range { .. } => None,
            Values::Words(words) => words.get(value as usize).map(|word| &**word),
        }
    }
}

/// What a knob's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Milliseconds of virtual time.
    Milliseconds,
    /// Parts of a hundred.
    Percent,
    /// Requests a minute of virtual time.
    PerMinute,
    /// Memory, in units of 2²⁰ bytes.
    Mebibytes,
    /// Minutes of virtual time.
    Minutes,
}

/// How much memory the server's process has. The engine reads this knob and the next two, not the program, and any lesson may
/// have them: see [`crate::executor::process`] and [`crate::lessons::Lesson::process`], which knows them by their names.
pub const MEMORY: Knob = Knob::range(Cow::Borrowed("memory"), (0, 8_192), Unit::Mebibytes, 0, When::Live);
/// How often a deploy starts the process anew.
pub const DEPLOY: Knob = Knob::range(Cow::Borrowed("deploy"), (0, 44_640), Unit::Minutes, 0, When::Live);
/// Whether the third week is without deploys.
pub const FREEZE: Knob =
    Knob::words(Cow::Borrowed("freeze"), Cow::Borrowed(&[Cow::Borrowed("off"), Cow::Borrowed("on")]), 0, When::Live);

/// When a knob can be turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// During a run too: turning it is a timed input of the run.
    Live,
    /// Before a run: turning it starts the run anew.
    AtStart,
}

/// Why a text is not a value of a knob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadValue {
    /// It is not a whole number.
    NotANumber,
    /// It is a number outside of the range.
    OutOfRange,
    /// It is none of the words.
    UnknownWord,
}

impl Knob {
    /// A knob that takes the whole numbers from `min` to `max`, both included.
    pub const fn range(name: Text, (min, max): (u32, u32), unit: Unit, default: u32, when: When) -> Knob {
        Knob { name, values: Values::Range { min, max, unit }, default, when }
    }

    /// A knob that takes one of these words; `default` is the number of one.
    pub const fn words(name: Text, words: Cow<'static, [Text]>, default: u32, when: When) -> Knob {
        Knob { name, values: Values::Words(words), default, when }
    }

    /// Reads a value as links and the command line write it: a whole number, or one of the words.
    ///
    /// # Errors
    /// Says what is wrong with the text; [`Knob::allowed`] says which texts are right.
    pub fn parse(&self, text: &str) -> Result<u32, BadValue> {
        match &self.values {
            Values::Range { min, max, .. } => {
                let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                if !digits {
                    return Err(BadValue::NotANumber);
                }
                let value = text.parse::<u64>().ok().and_then(|value| u32::try_from(value).ok());
                let value = value.ok_or(BadValue::OutOfRange)?;
                if (min..=max).contains(&&value) { Ok(value) } else { Err(BadValue::OutOfRange) }
            }
            Values::Words(words) => {
                let word = words.iter().position(|word| *word == text).ok_or(BadValue::UnknownWord)?;
                Ok(u32::try_from(word).expect("a knob has a handful of words"))
            }
        }
    }

    /// Writes a value as [`Knob::parse`] reads it.
    pub fn format(&self, value: u32) -> String {
        match &self.values {
            Values::Range { .. } => value.to_string(),
            Values::Words(_) => self.values.word(value).unwrap_or("?").to_owned(),
        }
    }

    /// What [`Knob::parse`] takes, for a sentence: `1 to 50`, or `off, on`.
    pub fn allowed(&self) -> String {
        match &self.values {
            Values::Range { min, max, .. } => format!("{min} to {max}"),
            Values::Words(words) => join(words, ", "),
        }
    }

    /// Whether the knob can take this value.
    pub fn takes(&self, value: u32) -> bool {
        match &self.values {
            Values::Range { min, max, .. } => (min..=max).contains(&&value),
            Values::Words(words) => (value as usize) < words.len(),
        }
    }
}
