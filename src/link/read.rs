//! A query string → a [`Link`] and what could not be read of it.

use std::rc::Rc;

use crate::lessons::{self, Lesson, When};
use crate::link::controls::{Control, Controls};
use crate::link::query::Pair;
use crate::link::settings::{Reader, find, texts, whole};
use crate::link::{Allowed, Autoplay, Complaint, INPUTS_MAX, KnobChange, Link, MOMENT_MS_MAX, Place, VERSION_BRANCHES};
use crate::text::Text;

/// Names that are no knobs.
const NAMES: [&str; 15] = [
    "v", "lesson", "preset", "deed", "seed", "order", "lang", "speed", "in", "forks", "at", "embed", "theme",
    "controls", "autoplay",
];

/// Those that say something about the run, or put it into a frame.
const RUN_NAMES: [&str; 8] = ["deed", "seed", "order", "speed", "in", "forks", "at", "embed"];

/// What could be read, and a complaint for everything else.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What the link says, with what it does not say as the preset has it.
    pub link: Link,
    /// What could not be read, in the order of the link.
    pub complaints: Vec<Complaint>,
    /// Whether a page of its own is asked for, and nothing is said about the run but its lesson and its preset.
    pub is_plain: bool,
    /// The moment that is shown first, in milliseconds, where it is not the run's start: the link's, or its deed's.
    pub begins_ms: Option<u64>,
}

/// Settings of one link that are read.
pub const SETTINGS_MAX: usize = 256;

/// Reads a query string, with or without a leading `?`.
pub fn query(text: &str) -> Reading {
    query_among(text, &lessons::all())
}

/// Reads a query string that names one of these lessons; one that names none is for the first.
///
/// # Panics
/// When there are no lessons.
pub fn query_among(text: &str, lessons: &[Rc<Lesson>]) -> Reading {
    let mut reader = Reader::default();
    let settings = reader.settings(text, SETTINGS_MAX);
    if let Some(version) = find(&settings, "v") {
        reader.version(&version.value, VERSION_BRANCHES);
    }
    let names = || lessons.iter().map(|lesson| lesson.name.clone()).collect();
    let number = find(&settings, "lesson").and_then(|pair| reader.word(pair, names()));
    let lesson = &lessons[number.unwrap_or(0)];
    let preset = find(&settings, "preset").and_then(|pair| reader.preset(pair, lesson));
    let mut link = Link::of(lesson, preset.unwrap_or(0));
    let deed = find(&settings, "deed").and_then(|pair| reader.deed(pair, lesson));
    let opened = deed.filter(|_| find(&settings, "preset").is_none());
    if let Some(deed) = opened {
        link.open_deed(deed);
    }
    link.deed = deed;
    for pair in &settings {
        reader.set(pair, &mut link);
    }
    // They are written from where they leave the inputs, wherever those stand.
    if let Some(forks) = find(&settings, "forks") {
        link.branches = reader.branches(&forks.value, &link.inputs, lesson);
    }
    let says_more = |pair: &Pair| RUN_NAMES.contains(&pair.name.as_str()) || lesson.knob(&pair.name).is_some();
    let is_plain = !settings.iter().any(says_more);
    let opens_ms = opened.map(|deed| lesson.deeds[deed].at_ms).filter(|at_ms| *at_ms > 0);
    let begins_ms = link.at_ms.or(opens_ms);
    Reading { link, complaints: reader.complaints, is_plain, begins_ms }
}

/// What the page of this query shows first: a plain one opens its preset as if it was chosen there.
///
/// # Panics
/// When there are no lessons.
pub fn page(text: &str, lessons: &[Rc<Lesson>]) -> Reading {
    let mut reading = query_among(text, lessons);
    if reading.is_plain {
        let link = &mut reading.link;
        link.open(link.preset);
        reading.begins_ms = Some(link.lesson.opening(link.preset).at_ms).filter(|at_ms| *at_ms > 0);
    }
    reading
}

impl Reader {
    fn set(&mut self, pair: &Pair, link: &mut Link) {
        match pair.name.as_str() {
            "v" | "lesson" | "preset" | "deed" | "forks" | "go" => {}
            "seed" => link.seed = self.seed(pair).unwrap_or(link.seed),
            "order" => link.order = self.order(pair).unwrap_or(link.order),
            "at" => link.at_ms = self.moment(pair),
            "lang" => link.language = self.language(pair),
            "speed" => link.speed_percent = self.speed(pair),
            "embed" => {
                if self.word(pair, texts(&["1"])).is_some() {
                    link.place = Place::Embedded;
                }
            }
            "theme" => link.theme = self.theme(pair),
            "controls" => link.controls = Some(self.controls(&pair.value, &link.lesson)),
            "autoplay" => {
                if self.word(pair, texts(&["1"])).is_some() {
                    link.autoplay = Autoplay::Yes;
                }
            }
            "in" => link.inputs = self.inputs(&pair.value, &link.lesson),
            _ => {
                if let Some((knob, value)) = self.knob(pair, &link.lesson) {
                    link.knobs[knob] = value;
                }
            }
        }
    }

    fn controls(&mut self, text: &str, lesson: &Lesson) -> Controls {
        let mut controls = Controls::default();
        for word in text.split(',').filter(|word| !word.is_empty()) {
            match Control::all(lesson).find(|control| control.word(lesson) == word) {
                Some(control) => controls = controls.with(control),
                None => {
                    let words = Control::all(lesson).map(|control| control.word(lesson).to_owned().into()).collect();
                    self.complain("controls", word, Allowed::Words(words));
                }
            }
        }
        controls
    }

    pub(super) fn inputs(&mut self, text: &str, lesson: &Lesson) -> Vec<KnobChange> {
        let live = lesson.knobs.iter().filter(|knob| knob.when == When::Live);
        let live: Vec<Text> = live.map(|knob| knob.name.clone()).collect();
        let mut changes: Vec<KnobChange> = Vec::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            if changes.len() == INPUTS_MAX {
                self.complain("in", part, Allowed::AtMost(INPUTS_MAX as u64));
                break;
            }
            let earliest_ms = changes.last().map_or(0, |change| change.at_ms);
            match knob_change(part, lesson).filter(|change| change.at_ms >= earliest_ms) {
                Some(change) => changes.push(change),
                None => self.complain("in", part, Allowed::Input(live.clone())),
            }
        }
        changes
    }
}

fn knob_change(part: &str, lesson: &Lesson) -> Option<KnobChange> {
    let mut fields = part.split(':');
    let (at, name, value) = (fields.next()?, fields.next()?, fields.next()?);
    let at_ms = whole(at).filter(|&at| at <= MOMENT_MS_MAX && fields.next().is_none())?;
    let knob = lesson.knob(name).filter(|&knob| lesson.knobs[knob].when == When::Live)?;
    let value = lesson.knobs[knob].parse(value).ok()?;
    Some(KnobChange { at_ms, knob, value })
}

/// Whether a knob may have this name: the other names of a link are taken.
pub fn is_free(name: &str) -> bool {
    !NAMES.contains(&name)
}
