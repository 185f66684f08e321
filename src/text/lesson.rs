//! What a lesson says about itself, once for each language: the struct that its own files fill in.
//!
//! The page's own words are [`Messages`](crate::text::Messages); here is what differs from program to program. A text may
//! be part of this program or made while it runs ([`Text`]), so that a program that a reader typed has words too.
//!
//! Deliberately absent: the choice of a sentence. The page chooses by what it counts, and a lesson's conditions
//! ([`ConditionalSentence`]) are read in `crate::lessons`.

use std::borrow::Cow;

use crate::text::{Language, Plural, Text};

/// A lesson's words in every language.
#[derive(Clone, Debug)]
pub struct Translations {
    /// In English.
    pub english: Cow<'static, LessonWords>,
    /// In Korean.
    pub korean: Cow<'static, LessonWords>,
}

impl Translations {
    /// The words in this language.
    pub fn of(&self, language: Language) -> &LessonWords {
        match language {
            Language::English => &self.english,
            Language::Korean => &self.korean,
        }
    }
}

/// What is said about a lesson in one language.
#[derive(Clone, Debug)]
pub struct LessonWords {
    /// What the page calls it.
    pub title: Text,
    /// The headline: what it shows, in one breath.
    pub headline: Text,
    /// What one sees, and what to do.
    pub lead: Text,
    /// What a picture of a run shows, for who cannot see it.
    pub picture: Text,
    /// Its switch, for a lesson that has one.
    pub switch: Option<SwitchWords>,
    /// Its knobs, by name.
    pub knobs: Cow<'static, [KnobWords]>,
    /// Its presets, by name.
    pub presets: Cow<'static, [PresetWords]>,
    /// What its tasks are called.
    pub tasks: TaskWords,
    /// What to look at now.
    pub now: NowWords,
}

impl LessonWords {
    /// What is said about the knob with this name.
    pub fn knob(&self, name: &str) -> Option<&KnobWords> {
        self.knobs.iter().find(|knob| knob.name == name)
    }

    /// What is said about the preset with this name.
    pub fn preset(&self, name: &str) -> Option<&PresetWords> {
        self.presets.iter().find(|preset| preset.name == name)
    }
}

/// What is said about a knob.
#[derive(Clone, Debug)]
pub struct KnobWords {
    /// The knob's name in its lesson.
    pub name: Text,
    /// A word or three.
    pub label: Text,
    /// One sentence.
    pub about: Text,
    /// For a knob of words: what each is called, in the knob's order.
    pub words: Cow<'static, [Text]>,
}

/// What is said about a preset.
#[derive(Clone, Debug)]
pub struct PresetWords {
    /// The preset's name in its lesson.
    pub name: Text,
    /// What the page calls it.
    pub title: Text,
    /// What it shows, in one sentence.
    pub about: Text,
}

/// A sentence that is said while a condition on the knobs holds.
#[derive(Clone, Debug)]
pub struct ConditionalSentence {
    /// The condition, written as in a listing: `listen=on & hears=once`.
    pub condition: Text,
    /// The sentence; a knob's name in braces stands for its value.
    pub sentence: Text,
}

/// What is said about a switch.
#[derive(Clone, Debug)]
pub struct SwitchWords {
    /// What it switches.
    pub name: Text,
    /// How it is set and what that means: every sentence whose condition holds, in this order.
    pub meanings: Cow<'static, [ConditionalSentence]>,
    /// It went on at `{1}`; since then `{0}` more leaked.
    pub on_since: Plural,
    /// It went on at `{0}`, and none has leaked since.
    pub on_none: &'static str,
    /// It is on from the start, and `{0}` leaked all the same.
    pub on_leaks: Plural,
    /// It is on, tasks were told, heard and returned.
    pub on_clean: &'static str,
    /// It is on; nothing had to be cancelled yet.
    pub on_start: &'static str,
}

/// What the tasks of a lesson are called: `{0}` is the task's number, `{1}` the request's.
#[derive(Clone, Debug)]
pub struct TaskWords {
    /// A task that another task of its request spawned.
    pub child: &'static str,
    /// The task that a request began with.
    pub parent: &'static str,
    /// The tasks outside of any request.
    pub root: &'static str,
}

/// One line under the headline that says what to look at now.
#[derive(Clone, Debug)]
pub struct NowWords {
    /// The run has not begun, or nothing happened yet.
    pub start: &'static str,
    /// Requests are open, none has ended yet.
    pub open: &'static str,
    /// The cancel was sent, some were told to stop; `{0}` of them.
    pub told: Plural,
    /// `{0}` leaked, and the switch, if there is one, is off.
    pub leaks: Plural,
    /// All `{0}` leaked are parents.
    pub parents: Plural,
    /// `{0}` are late, none has leaked.
    pub late: Plural,
    /// Some are runaways: `{0}`.
    pub runaways: Plural,
}
