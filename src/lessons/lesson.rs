//! A lesson as a value: what the page, the command line and a link need to know of a program.

use std::rc::Rc;

use crate::executor::process::ProcessInputs;
use crate::lessons::condition::Condition;
use crate::lessons::deed::Deed;
use crate::lessons::knob::{Knob, Unit, Values};
use crate::lessons::listing::Listing;
use crate::lessons::preset::{Count, Opening, Preset};
use crate::text::lesson::{LessonWords, Translations};
use crate::text::{Language, Text};

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
    /// What there is to do, in the order in which the page offers it; a lesson may have none.
    pub deeds: Vec<Deed>,
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

    /// The number of the knob that says how much traffic comes: the first that counts requests a minute.
    pub fn traffic(&self) -> Option<usize> {
        let is_traffic = |values: &Values| matches!(values, Values::Range { unit: Unit::PerMinute, .. });
        self.knobs.iter().position(|knob| is_traffic(&knob.values))
    }

    /// Whether its tasks can be dropped before they return: then a preset marks their number.
    pub fn drops(&self) -> bool {
        self.presets.iter().any(|preset| preset.opening.watch == Some(Count::Dropped))
    }

    /// The knobs of its process, those that it has, by their names.
    pub fn process(&self) -> ProcessInputs {
        ProcessInputs { memory: self.knob("memory"), deploy: self.knob("deploy"), freeze: self.knob("freeze") }
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
        if let Some(preset) = self.presets.get(preset) {
            self.set_all(&mut values, &preset.settings);
        }
        values
    }

    /// The value of every knob of a page that opens this preset, which is livelier than what the preset's name stands for
    /// in a link.
    pub fn opening_values(&self, preset: usize) -> Vec<u32> {
        let mut values = self.values_of(preset);
        self.set_all(&mut values, &self.opening(preset).knobs);
        values
    }

    /// How a page opens this preset.
    pub fn opening(&self, preset: usize) -> &Opening {
        self.presets.get(preset).map_or(&Opening::PLAIN, |preset| &preset.opening)
    }

    /// The number of the deed with this name.
    pub fn deed(&self, name: &str) -> Option<usize> {
        self.deeds.iter().position(|deed| deed.name == name)
    }

    /// The number of the preset that a deed begins with, and the value of every knob: the deed's over the preset's opening.
    pub fn deed_opening(&self, deed: &Deed) -> (usize, Vec<u32>) {
        let preset = self.preset(&deed.preset).unwrap_or(0);
        let mut values = self.opening_values(preset);
        self.set_all(&mut values, &deed.knobs);
        (preset, values)
    }

    /// Whether these values are neither the preset's nor those that a page opens it with.
    pub fn is_changed(&self, preset: usize, values: &[u32]) -> bool {
        values != self.values_of(preset) && values != self.opening_values(preset)
    }

    fn set_all(&self, values: &mut [u32], settings: &[(Text, u32)]) {
        for (name, value) in settings {
            let knob = self.knob(name).expect("a preset names knobs of its lesson (check::problems says so)");
            values[knob] = *value;
        }
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
        let mut rest = sentence;
        while let Some((before, blank)) = rest.split_once('{') {
            let (name, after) = blank.split_once('}').unwrap_or((blank, ""));
            text.push_str(before);
            match self.knob(name).and_then(|knob| values.get(knob)) {
                Some(value) => text.push_str(&value.to_string()),
                None => text.push_str(name),
            }
            rest = after;
        }
        text.push_str(rest);
    }
}
