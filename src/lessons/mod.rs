//! PROGRAMS: what the playground runs, one folder each, and the one registry of them.
//!
//! A lesson is a program (which *is* its own listing), its knobs and its presets. It imports `executor` and `sync`;
//! nothing but this registry imports a lesson. Sentences about it live in `crate::text`, by the same names.

pub mod leak;
pub mod listing;

use crate::lessons::listing::Listing;

/// Every lesson, in the order in which the page offers them.
pub const LESSONS: &[&Lesson] = &[&leak::LESSON];

/// The lesson with this name.
pub fn by_name(name: &str) -> Option<&'static Lesson> {
    LESSONS.iter().copied().find(|lesson| lesson.name == name)
}

/// One program that the playground can run.
pub struct Lesson {
    /// Its name in links and on the command line.
    pub name: &'static str,
    /// What a reader can set, in the order of the input numbers that the program reads.
    pub knobs: &'static [Knob],
    /// Named settings of the knobs; the first is what the page opens with.
    pub presets: &'static [Preset],
    /// Its source, as it is compiled, and the same program in other languages.
    pub listings: &'static [Listing],
    /// Starts the program: called once, as the root task of a fresh engine, with the knobs as the engine's inputs.
    pub start: fn(),
}

impl Lesson {
    /// The number of the knob with this name.
    pub fn knob(&self, name: &str) -> Option<usize> {
        self.knobs.iter().position(|knob| knob.name == name)
    }

    /// The preset with this name.
    pub fn preset(&self, name: &str) -> Option<&'static Preset> {
        self.presets.iter().find(|preset| preset.name == name)
    }

    /// The value of every knob when nothing is set.
    pub fn defaults(&self) -> Vec<u32> {
        self.knobs.iter().map(|knob| knob.default).collect()
    }

    /// The value of every knob under a preset: its settings over the defaults.
    pub fn values_of(&self, preset: &Preset) -> Vec<u32> {
        let mut values = self.defaults();
        for (name, value) in preset.settings {
            let knob = self.knob(name).expect("a preset names knobs of its lesson (a test loops over all)");
            values[knob] = *value;
        }
        values
    }
}

/// Something that a reader can set. Every value is a whole number.
pub struct Knob {
    /// Its name in links, on the command line and in `crate::text`.
    pub name: &'static str,
    /// The values it can take.
    pub values: Values,
    /// Its value when nothing is set.
    pub default: u32,
    /// Whether a running program listens to it.
    pub when: When,
}

/// Which values a knob can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    Words(&'static [&'static str]),
}

impl Values {
    /// The word of a value; none where values are numbers.
    pub fn word(&self, value: u32) -> Option<&'static str> {
        match self {
            Values::Range { .. } => None,
            Values::Words(words) => words.get(value as usize).copied(),
        }
    }
}

/// What a number counts.
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
}

/// When a knob can be turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// During a run too: turning it is a timed input of the run.
    Live,
    /// Before a run: turning it starts the run anew.
    AtStart,
}

/// Why a text is no value of a knob.
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
    /// Reads a value as links and the command line write it: a whole number, or one of the words.
    ///
    /// # Errors
    /// Says what is wrong with the text; [`Knob::allowed`] says what would be right.
    pub fn parse(&self, text: &str) -> Result<u32, BadValue> {
        match self.values {
            Values::Range { min, max, .. } => {
                let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                if !digits {
                    return Err(BadValue::NotANumber);
                }
                let value = text.parse().map_err(|_| BadValue::OutOfRange)?;
                if (min..=max).contains(&value) { Ok(value) } else { Err(BadValue::OutOfRange) }
            }
            Values::Words(words) => {
                let word = words.iter().position(|word| *word == text).ok_or(BadValue::UnknownWord)?;
                Ok(u32::try_from(word).expect("a knob has a handful of words"))
            }
        }
    }

    /// Writes a value as [`Knob::parse`] reads it.
    pub fn format(&self, value: u32) -> String {
        match self.values {
            Values::Range { .. } => value.to_string(),
            Values::Words(_) => self.values.word(value).unwrap_or("?").to_owned(),
        }
    }

    /// What [`Knob::parse`] takes, for a sentence: `1 to 50`, or `off, on`.
    pub fn allowed(&self) -> String {
        match self.values {
            Values::Range { min, max, .. } => format!("{min} to {max}"),
            Values::Words(words) => words.join(", "),
        }
    }

    /// Whether the knob can take this value.
    pub fn takes(&self, value: u32) -> bool {
        match self.values {
            Values::Range { min, max, .. } => (min..=max).contains(&value),
            Values::Words(words) => (value as usize) < words.len(),
        }
    }
}

/// A named setting of a lesson's knobs.
pub struct Preset {
    /// Its name in links, on the command line and in `crate::text`.
    pub name: &'static str,
    /// The knobs that differ from their defaults.
    pub settings: &'static [(&'static str, u32)],
}
