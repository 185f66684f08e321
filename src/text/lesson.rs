//! The words of a lesson, once for each language: the structs that each lesson fills in.
//!
//! The page's own words are [`Messages`](crate::text::Messages); here is what differs from lesson to lesson. A text may
//! be part of this program or made while it runs ([`Text`]), so that a program that a reader typed can have words too.
//!
//! Deliberately absent: the choice of a sentence. The page chooses by its counts, and `crate::lessons` evaluates the
//! conditions of a [`ConditionalSentence`].

use std::borrow::Cow;

use crate::text::language::Language;
use crate::text::reader::words;
use crate::text::template::{Plural, Text};

/// A lesson's words in every language.
#[derive(Clone, Debug)]
pub enum Translations {
    /// The languages' files have them, under this name.
    Published(&'static str),
    /// They were made while the program runs.
    Made(Box<MadeWords>),
}

/// What is said about a program that no file knows.
#[derive(Clone, Debug)]
pub struct MadeWords {
    /// In English.
    pub english: LessonWords,
    /// In Korean.
    pub korean: LessonWords,
}

impl Translations {
    /// The words in this language.
    pub fn of(&self, language: Language) -> &LessonWords {
        match (self, language) {
            (Translations::Published(name), _) => language.lesson(name),
            (Translations::Made(words), Language::English) => &words.english,
            (Translations::Made(words), Language::Korean) => &words.korean,
        }
    }
}

words! {
    /// The words of a lesson in one language.
    #[derive(Clone, Debug)]
    pub struct LessonWords {
        /// The lesson's name.
        pub name: Text,
        /// Its title.
        pub title: Text,
        /// The headline: its message in one sentence.
        pub headline: Text,
        /// What to do on the page and what to look at.
        pub lead: Text,
        /// What a picture of a run shows, for readers who cannot see it.
        pub picture: Text,
        /// The words of its switch, for a lesson that has one.
        pub switch: Option<SwitchWords>,
        /// The words of its knobs.
        pub knobs: Cow<'static, [KnobWords]>,
        /// The words of its presets.
        pub presets: Cow<'static, [PresetWords]>,
        /// The words of its deeds.
        pub deeds: Cow<'static, [DeedWords]>,
        /// What its tasks are called.
        pub tasks: TaskWords,
        /// What to look at now.
        pub now: NowWords,
    }
}

impl LessonWords {
    /// The words of the knob with this name.
    pub fn knob(&self, name: &str) -> Option<&KnobWords> {
        self.knobs.iter().find(|knob| knob.name == name)
    }

    /// The words of the preset with this name.
    pub fn preset(&self, name: &str) -> Option<&PresetWords> {
        self.presets.iter().find(|preset| preset.name == name)
    }

    /// The words of the deed with this name.
    pub fn deed(&self, name: &str) -> Option<&DeedWords> {
        self.deeds.iter().find(|deed| deed.name == name)
    }
}

words! {
    /// The words of a knob.
    #[derive(Clone, Debug)]
    pub struct KnobWords {
        /// The knob's name in its lesson.
        pub name: Text,
        /// Its label: one to three words.
        pub label: Text,
        /// What it does, in one sentence.
        pub about: Text,
        /// For a knob of words: what each is called, in the knob's order.
        pub words: Cow<'static, [Text]>,
    }

    /// The words of a preset.
    #[derive(Clone, Debug)]
    pub struct PresetWords {
        /// The preset's name in its lesson.
        pub name: Text,
        /// What the page calls it.
        pub title: Text,
        /// Its headline on the page: its message in one short sentence.
        pub lead: Text,
        /// What it shows, in one or two sentences.
        pub about: Text,
    }

    /// The words of a deed.
    #[derive(Clone, Debug)]
    pub struct DeedWords {
        /// The deed's name in its lesson.
        pub name: Text,
        /// What the list calls it, and the headline while it is open: one line of a phone.
        pub title: Text,
        /// What to do and where, in one or two sentences.
        pub how: Text,
        /// What was learned once it is done, when `{0}` were leaked, which hold `{1}` as goroutines.
        pub learned: Text,
    }

    /// A sentence that the page shows while a condition on the knobs holds.
    #[derive(Clone, Debug)]
    pub struct ConditionalSentence {
        /// The condition, written as in a listing: `listen=on & hears=once`.
        pub condition: Text,
        /// The sentence; a knob's name in braces stands for its value.
        pub sentence: Text,
    }

    /// The words of a switch.
    #[derive(Clone, Debug)]
    pub struct SwitchWords {
        /// What it switches.
        pub name: Text,
        /// What its present setting means: the page shows every sentence whose condition holds, in this order.
        pub meanings: Cow<'static, [ConditionalSentence]>,
        /// For a switch that went on at `{1}`: `{0}` that started since then leaked all the same.
        pub on_since: Plural,
        /// For a switch that went on at `{1}`: since then `{0}` leaked, and all of them had started before.
        pub on_before: Plural,
        /// For a switch that went on at `{0}`, and none has leaked since.
        pub on_none: &'static str,
        /// For a switch that went off at `{0}`, and none has leaked since.
        pub off_none: &'static str,
        /// For a switch that is on from the start, and `{0}` leaked nevertheless.
        pub on_leaks: Plural,
        /// For a switch that is on: tasks were told to stop, heard it and returned.
        pub on_clean: &'static str,
        /// For a switch that is on while nothing was cancelled yet.
        pub on_start: &'static str,
    }

    /// What the tasks of a lesson are called: `{0}` is the task's number within its request, `{1}` the request's.
    #[derive(Clone, Debug)]
    pub struct TaskWords {
        /// A task that another task of its request spawned.
        pub child: &'static str,
        /// The task that a request began with.
        pub parent: &'static str,
        /// A task outside of any request.
        pub root: &'static str,
    }

    /// One line under the headline that says what to look at now.
    #[derive(Clone, Debug)]
    pub struct NowWords {
        /// Nothing has happened yet.
        pub start: &'static str,
        /// Requests are open, none has ended yet.
        pub open: &'static str,
        /// `{0}` tasks were told to stop.
        pub told: Plural,
        /// `{0}` tasks leaked, and the switch, if there is one, is off.
        pub leaks: Plural,
        /// All `{0}` leaked tasks are parents.
        pub parents: Plural,
        /// `{0}` tasks are late, and none has leaked.
        pub late: Plural,
        /// `{0}` tasks are runaways.
        pub runaways: Plural,
    }
}
