//! A query string → a [`Link`] and what could not be read of it.

use std::rc::Rc;

use crate::lessons::{self, Knob, Lesson, Values, When};
use crate::link::controls::{Control, Controls};
use crate::link::query::{Pair, Sound, pairs};
use crate::link::{
    Allowed, Autoplay, BYTES_MAX, Complaint, INPUTS_MAX, Link, MOMENT_MS_MAX, Place, SPEEDS_PERCENT, Theme, Turn,
    VERSION,
};
use crate::text::{Language, Text};

/// Names that are no knobs.
const NAMES: [&str; 12] =
    ["v", "lesson", "preset", "seed", "lang", "speed", "in", "at", "embed", "theme", "controls", "autoplay"];

/// What could be read, and a complaint for everything else.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What the link says, with what it does not say as the preset has it.
    pub link: Link,
    /// What could not be read, in the order of the link.
    pub complaints: Vec<Complaint>,
}

/// Reads a query string, with or without a leading `?`.
pub fn query(text: &str) -> Reading {
    query_among(text, &lessons::all())
}

/// Reads a query string that names one of these lessons; one that names none is for the first.
///
/// # Panics
/// When there are no lessons.
pub fn query_among(text: &str, lessons: &[Rc<Lesson>]) -> Reading {
    let mut reader = Reader { complaints: Vec::new() };
    let (text, cut) = cut(text);
    let pairs = reader.sound_pairs(text);
    reader.version(&pairs);
    let names = || lessons.iter().map(|lesson| lesson.name.clone()).collect();
    let lesson = &lessons[reader.word(&pairs, "lesson", names).unwrap_or(0)];
    let presets = || lesson.presets.iter().map(|preset| preset.name.clone()).collect();
    let mut link = Link::of(lesson, reader.word(&pairs, "preset", presets).unwrap_or(0));
    for pair in &pairs {
        reader.pair(pair, &mut link);
    }
    if cut {
        reader.complain("?", "…", Allowed::AtMost(BYTES_MAX as u64));
    }
    Reading { link, complaints: reader.complaints }
}

/// The part of the text that is read, and whether that is not all of it.
fn cut(text: &str) -> (&str, bool) {
    if text.len() <= BYTES_MAX {
        return (text, false);
    }
    let end = text.as_bytes()[..BYTES_MAX].iter().rposition(|&byte| byte == b'&').unwrap_or(0);
    (&text[..end], true)
}

struct Reader {
    complaints: Vec<Complaint>,
}

impl Reader {
    fn complain(&mut self, name: &str, value: &str, allowed: Allowed) {
        self.complaints.push(Complaint { name: name.to_owned(), value: value.to_owned(), allowed });
    }

    /// The pairs that could be decoded; of two with one name the last.
    fn sound_pairs(&mut self, text: &str) -> Vec<Pair> {
        let mut kept: Vec<Pair> = Vec::new();
        for pair in pairs(text) {
            if pair.sound == Sound::Broken {
                self.complain(&pair.name, &pair.value, Allowed::Encoding);
                continue;
            }
            if let Some(earlier) = kept.iter_mut().find(|earlier| earlier.name == pair.name) {
                self.complain(&pair.name, &pair.value, Allowed::Once);
                *earlier = pair;
            } else if kept.len() < 256 {
                kept.push(pair);
            }
        }
        kept
    }

    fn version(&mut self, pairs: &[Pair]) {
        if let Some(value) = value_of(pairs, "v")
            && whole(value) != Some(u64::from(VERSION))
        {
            self.complain("v", value, Allowed::Version(VERSION));
        }
    }

    /// The number of the word that the link has for this name.
    fn word(&mut self, pairs: &[Pair], name: &str, words: impl Fn() -> Vec<Text>) -> Option<usize> {
        let value = value_of(pairs, name)?;
        let words = words();
        let number = words.iter().position(|word| *word == value);
        if number.is_none() {
            self.complain(name, value, Allowed::Words(words));
        }
        number
    }

    /// A whole number from `min` to `max`.
    fn number(&mut self, pair: &Pair, min: u64, max: u64) -> Option<u64> {
        let number = whole(&pair.value).filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.complain(&pair.name, &pair.value, Allowed::Range(min, max));
        }
        number
    }

    fn pair(&mut self, pair: &Pair, link: &mut Link) {
        let one = std::slice::from_ref(pair);
        match pair.name.as_str() {
            "v" | "lesson" | "preset" => {}
            "seed" => {
                if let Some(seed) = self.number(pair, 0, u64::from(u32::MAX)) {
                    link.seed = seed as u32;
                }
            }
            "at" => link.at_ms = self.number(pair, 0, MOMENT_MS_MAX),
            "lang" => {
                let tags = || texts(&Language::ALL.map(Language::tag));
                link.language = self.word(one, "lang", tags).map(|number| Language::ALL[number]);
            }
            "speed" => link.speed_percent = self.speed(pair),
            "embed" => {
                if self.word(one, "embed", || texts(&["1"])).is_some() {
                    link.place = Place::Embedded;
                }
            }
            "theme" => link.theme = self.word(one, "theme", || texts(&Theme::WORDS)).map(|number| Theme::ALL[number]),
            "controls" => link.controls = Some(self.controls(&pair.value, &link.lesson)),
            "autoplay" => {
                if self.word(one, "autoplay", || texts(&["1"])).is_some() {
                    link.autoplay = Autoplay::Yes;
                }
            }
            "in" => link.inputs = self.inputs(&pair.value, &link.lesson),
            name => match link.lesson.knob(name) {
                Some(knob) => {
                    if let Some(value) = self.knob(&link.lesson.knobs[knob], &pair.value) {
                        link.knobs[knob] = value;
                    }
                }
                None => self.complain(name, &pair.value, Allowed::AnotherName),
            },
        }
    }

    fn speed(&mut self, pair: &Pair) -> Option<u32> {
        let [first, .., last] = SPEEDS_PERCENT;
        let asked = self.number(pair, u64::from(first), u64::from(last))?;
        // A speed between two of the page's own is played as the next slower one.
        SPEEDS_PERCENT.into_iter().rfind(|&speed| u64::from(speed) <= asked)
    }

    fn knob(&mut self, knob: &Knob, value: &str) -> Option<u32> {
        let parsed = knob.parse(value).ok();
        if parsed.is_none() {
            self.complain(&knob.name, value, allowed(knob));
        }
        parsed
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

    fn inputs(&mut self, text: &str, lesson: &Lesson) -> Vec<Turn> {
        let live = lesson.knobs.iter().filter(|knob| knob.when == When::Live);
        let live: Vec<Text> = live.map(|knob| knob.name.clone()).collect();
        let mut turns: Vec<Turn> = Vec::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            if turns.len() == INPUTS_MAX {
                self.complain("in", part, Allowed::AtMost(INPUTS_MAX as u64));
                break;
            }
            let earliest_ms = turns.last().map_or(0, |turn| turn.at_ms);
            match turn(part, lesson).filter(|turn| turn.at_ms >= earliest_ms) {
                Some(turn) => turns.push(turn),
                None => self.complain("in", part, Allowed::Input(live.clone())),
            }
        }
        turns
    }
}

fn turn(part: &str, lesson: &Lesson) -> Option<Turn> {
    let mut fields = part.split(':');
    let (at, name, value) = (fields.next()?, fields.next()?, fields.next()?);
    let at_ms = whole(at).filter(|&at| at <= MOMENT_MS_MAX && fields.next().is_none())?;
    let knob = lesson.knob(name).filter(|&knob| lesson.knobs[knob].when == When::Live)?;
    let value = lesson.knobs[knob].parse(value).ok()?;
    Some(Turn { at_ms, knob, value })
}

/// What a knob takes.
pub fn allowed(knob: &Knob) -> Allowed {
    match &knob.values {
        Values::Range { min, max, .. } => Allowed::Range(u64::from(*min), u64::from(*max)),
        Values::Words(words) => Allowed::Words(words.clone()),
    }
}

/// Words of the program, as a complaint lists them.
pub(super) fn texts(words: &[&'static str]) -> Vec<Text> {
    words.iter().map(|word| Text::Borrowed(word)).collect()
}

fn value_of<'p>(pairs: &'p [Pair], name: &str) -> Option<&'p str> {
    pairs.iter().find(|pair| pair.name == name).map(|pair| pair.value.as_str())
}

/// Digits only: no sign, no space, no point.
fn whole(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Whether a knob may have this name: the other names of a link are taken.
pub fn is_free(name: &str) -> bool {
    !NAMES.contains(&name)
}
