//! PROGRAMS: the lessons that the playground runs, and their registry.
//!
//! A lesson is a value: a program (which *is* its own listing), its knobs, its presets and its words. Each lesson of the
//! registry has a folder here; any other program can be made into a lesson too, even while the page runs.
//!
//! - here: the registry, [`Lesson`], [`Knob`], [`Preset`];
//! - [`listing`]: a lesson's source as something to show;
//! - [`condition`]: which settings of the knobs a line or a sentence is for;
//! - [`check`]: what is missing or wrong in a lesson.
//!
//! A lesson imports `executor`, `sync` and the structs of `text`; nothing but this registry imports a lesson.

pub mod check;
pub mod condition;
pub mod leak;
pub mod listing;

use std::rc::Rc;

use crate::lessons::condition::Condition;
use crate::lessons::listing::Listing;
use crate::text::lesson::{LessonWords, Translations};
use crate::text::{Language, Text};

thread_local! {
    /// The registry: lessons are made once, and shared.
    static LESSONS: Vec<Rc<Lesson>> = vec![Rc::new(leak::lesson())];
}

/// Every lesson, in the order in which the page offers them; there is at least one.
pub fn all() -> Vec<Rc<Lesson>> {
    LESSONS.with(Vec::clone)
}

/// The lesson that the page opens when nothing is asked for.
pub fn first() -> Rc<Lesson> {
    all().swap_remove(0)
}

/// The lesson with this name.
pub fn by_name(name: &str) -> Option<Rc<Lesson>> {
    all().into_iter().find(|lesson| lesson.name == name)
}

/// One program that the playground can run. It is shared as `Rc<Lesson>`, and never changes.
pub struct Lesson {
    /// Its name in links and on the command line.
    pub name: Text,
    /// The knobs that a reader can set, in the order of the input numbers that the program reads.
    pub knobs: Rc<[Knob]>,
    /// The number of the knob that is the lesson's switch: a live knob of two words, of which the second means *on*. `None`
    /// for a lesson without a switch.
    pub switch: Option<usize>,
    /// The numbers of the knobs that the page shows beside the code; it shows all others further down.
    pub quick: Vec<usize>,
    /// Named settings of the knobs; the page opens with the first.
    pub presets: Vec<Preset>,
    /// Its source, as it is compiled or interpreted, and the same program in other languages.
    pub listings: Vec<Listing>,
    /// The number of the listing that runs, which is the one whose lines the trace names.
    pub running_listing: usize,
    /// Its words in every language.
    pub translations: Translations,
    /// Starts the program: called as the root task of each fresh engine, with the knobs as the engine's inputs.
    pub start: Box<dyn Fn()>,
}

impl Lesson {
    /// The number of the knob with this name.
    pub fn knob(&self, name: &str) -> Option<usize> {
        self.knobs.iter().position(|knob| knob.name == name)
    }

    /// The number of the preset with this name.
    pub fn preset(&self, name: &str) -> Option<usize> {
        self.presets.iter().position(|preset| preset.name == name)
    }

    /// The value of every knob when nothing is set.
    pub fn defaults(&self) -> Vec<u32> {
        self.knobs.iter().map(|knob| knob.default).collect()
    }

    /// The value of every knob under the preset with this number: its settings over the defaults, which are also the
    /// values where there is no such preset.
    pub fn values_of(&self, preset: usize) -> Vec<u32> {
        let mut values = self.defaults();
        for (name, value) in self.presets.get(preset).iter().flat_map(|preset| &preset.settings) {
            let knob = self.knob(name).expect("a preset names knobs of its lesson (check::problems says so)");
            values[knob] = *value;
        }
        values
    }

    /// The name of the preset with this number; empty where there is no such preset.
    pub fn preset_name(&self, preset: usize) -> &str {
        self.presets.get(preset).map_or("", |preset| &preset.name)
    }

    /// Whether the switch is on under these values of the knobs. A lesson without a switch is never switched on.
    pub fn is_on(&self, values: &[u32]) -> bool {
        self.switch.is_some_and(|switch| values.get(switch) == Some(&1))
    }

    /// The listing that runs.
    pub fn running_listing(&self) -> Option<&Listing> {
        self.listings.get(self.running_listing)
    }

    /// Its words in this language.
    pub fn words(&self, language: Language) -> &LessonWords {
        self.translations.of(language)
    }

    /// The sentences that say what the switch means under these values of the knobs; empty for a lesson without a switch.
    pub fn switch_meaning(&self, language: Language, values: &[u32]) -> String {
        let mut text = String::new();
        let means = self.words(language).switch.iter().flat_map(|switch| switch.meanings.iter());
        for sentence in means {
            if Condition::new(&sentence.condition, &self.knobs).holds(values) {
                if !text.is_empty() {
                    text.push(' ');
                }
                self.fill(&mut text, &sentence.sentence, values);
            }
        }
        text
    }

    /// Appends a sentence, with the value of a knob in place of its name in braces.
    fn fill(&self, text: &mut String, sentence: &str, values: &[u32]) {
        for (part, piece) in sentence.split(['{', '}']).enumerate() {
            match self.knob(piece).filter(|_| part % 2 == 1).and_then(|knob| values.get(knob)) {
                Some(value) => text.push_str(&value.to_string()),
                None => text.push_str(piece),
            }
        }
    }
}

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
    Words(Vec<Text>),
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
}

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
    pub fn range(name: impl Into<Text>, (min, max): (u32, u32), unit: Unit, default: u32, when: When) -> Knob {
        Knob { name: name.into(), values: Values::Range { min, max, unit }, default, when }
    }

    /// A knob that takes one of these words; `default` is the number of one.
    pub fn words(name: impl Into<Text>, words: &[&'static str], default: u32, when: When) -> Knob {
        let words = words.iter().map(|word| Text::Borrowed(word)).collect();
        Knob { name: name.into(), values: Values::Words(words), default, when }
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
                let value = text.parse().map_err(|_| BadValue::OutOfRange)?;
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
            Values::Words(words) => words.join(", "),
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

/// A named setting of a lesson's knobs.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Its name in links, on the command line and in the lesson's words.
    pub name: Text,
    /// The knobs that differ from their defaults.
    pub settings: Vec<(Text, u32)>,
}

impl Preset {
    /// A preset of these knobs.
    pub fn new(name: impl Into<Text>, settings: &[(&'static str, u32)]) -> Preset {
        let settings = settings.iter().map(|(knob, value)| (Text::Borrowed(*knob), *value)).collect();
        Preset { name: name.into(), settings }
    }
}
