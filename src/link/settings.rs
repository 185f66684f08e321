//! What links and messages read alike: settings, which are pairs of a name and a value, and the values that both know.
//!
//! Of a name that stands twice the last one counts, and the value that does not is named. Of more settings than are read
//! the first that is left out is named, with how many there are. No text makes this panic.
//!
//! Deliberately absent: what only one of the two knows (`super::read`, `super::message`).

use crate::executor::engine::Order;
use crate::lessons::{Knob, Lesson, Values};
use crate::link::query::{Pair, Sound, pairs};
use crate::link::{Allowed, BYTES_MAX, Complaint, MOMENT_MS_MAX, SPEEDS_PERCENT, Theme};
use crate::text::{Language, Text};

/// Reads values, and keeps a complaint for each that it cannot.
#[derive(Default)]
pub(crate) struct Reader {
    /// In the order in which they were found.
    pub(crate) complaints: Vec<Complaint>,
}

impl Reader {
    pub(crate) fn complain(&mut self, name: &str, value: &str, allowed: Allowed) {
        self.complaints.push(Complaint { name: name.to_owned(), value: value.to_owned(), allowed });
    }

    /// The settings that could be decoded, of the first `settings_max` that stand there, each name once.
    pub(crate) fn settings(&mut self, text: &str, settings_max: usize) -> Vec<Pair> {
        let whole = beginning(text);
        let mut kept: Vec<Pair> = Vec::new();
        let mut rest = pairs(whole);
        for pair in rest.by_ref().take(settings_max) {
            if pair.sound == Sound::Broken {
                self.complain(&pair.name, &pair.value, Allowed::Encoding);
            } else if let Some(earlier) = kept.iter_mut().find(|earlier| earlier.name == pair.name) {
                let dropped = std::mem::replace(earlier, pair);
                self.complain(&dropped.name, &dropped.value, Allowed::Once);
            } else {
                kept.push(pair);
            }
        }
        if let Some(first) = rest.next() {
            let left_out = 1 + rest.count() as u64;
            self.complain(&first.name, &first.value, Allowed::Settings { most: settings_max as u64, left_out });
        }
        if whole.len() < text.len() {
            self.complain("?", "…", Allowed::AtMost(BYTES_MAX as u64));
        }
        kept
    }

    /// Complains about every version that is not one of ours; what is said is read all the same.
    pub(crate) fn version(&mut self, value: &str, newest: u32) {
        if !whole(value).is_some_and(|version| (1..=u64::from(newest)).contains(&version)) {
            self.complain("v", value, Allowed::Version(newest));
        }
    }

    /// The number of the word that stands there.
    pub(crate) fn word(&mut self, pair: &Pair, words: Vec<Text>) -> Option<usize> {
        let number = words.iter().position(|word| *word == pair.value);
        if number.is_none() {
            self.complain(&pair.name, &pair.value, Allowed::Words(words));
        }
        number
    }

    /// A whole number from `min` to `max`.
    pub(crate) fn number(&mut self, pair: &Pair, min: u64, max: u64) -> Option<u64> {
        let number = whole(&pair.value).filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.complain(&pair.name, &pair.value, Allowed::Range(min, max));
        }
        number
    }

    pub(crate) fn seed(&mut self, pair: &Pair) -> Option<u32> {
        self.number(pair, 0, u64::from(u32::MAX)).map(|seed| seed as u32)
    }

    /// A moment of virtual time, in milliseconds.
    pub(crate) fn moment(&mut self, pair: &Pair) -> Option<u64> {
        self.number(pair, 0, MOMENT_MS_MAX)
    }

    /// One of the page's own speeds: of two between which a speed lies, the slower one.
    pub(crate) fn speed(&mut self, pair: &Pair) -> Option<u32> {
        let [first, .., last] = SPEEDS_PERCENT;
        let requested = self.number(pair, u64::from(first), u64::from(last))?;
        SPEEDS_PERCENT.into_iter().rfind(|&speed| u64::from(speed) <= requested)
    }

    pub(crate) fn order(&mut self, pair: &Pair) -> Option<Order> {
        self.word(pair, texts(&Order::ALL.map(Order::as_str))).map(|number| Order::ALL[number])
    }

    pub(crate) fn language(&mut self, pair: &Pair) -> Option<Language> {
        self.word(pair, texts(&Language::ALL.map(Language::tag))).map(|number| Language::ALL[number])
    }

    pub(crate) fn theme(&mut self, pair: &Pair) -> Option<Theme> {
        self.word(pair, texts(&Theme::WORDS)).map(|number| Theme::ALL[number])
    }

    /// The number of the preset in the lesson.
    pub(crate) fn preset(&mut self, pair: &Pair, lesson: &Lesson) -> Option<usize> {
        self.word(pair, lesson.presets.iter().map(|preset| preset.name.clone()).collect())
    }

    /// The number of the deed in the lesson, which may have none.
    pub(crate) fn deed(&mut self, pair: &Pair, lesson: &Lesson) -> Option<usize> {
        if lesson.deeds.is_empty() {
            self.complain(&pair.name, &pair.value, Allowed::AnotherName);
            return None;
        }
        self.word(pair, lesson.deeds.iter().map(|deed| deed.name.clone()).collect())
    }

    /// The number of the knob that bears the pair's name, and a value that it takes.
    pub(crate) fn knob(&mut self, pair: &Pair, lesson: &Lesson) -> Option<(usize, u32)> {
        let Some(number) = lesson.knob(&pair.name) else {
            self.complain(&pair.name, &pair.value, Allowed::AnotherName);
            return None;
        };
        let knob = &lesson.knobs[number];
        let value = knob.parse(&pair.value).ok();
        if value.is_none() {
            self.complain(&pair.name, &pair.value, allowed(knob));
        }
        value.map(|value| (number, value))
    }
}

/// As much of a text as is read, up to the end of a whole setting.
fn beginning(text: &str) -> &str {
    match text.as_bytes().get(..BYTES_MAX) {
        Some(read) if read.len() < text.len() => &text[..read.iter().rposition(|&byte| byte == b'&').unwrap_or(0)],
        _ => text,
    }
}

/// The setting of this name.
pub(crate) fn find<'p>(settings: &'p [Pair], name: &str) -> Option<&'p Pair> {
    settings.iter().find(|pair| pair.name == name)
}

/// Digits only: no sign, no space, no point.
pub(crate) fn whole(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// What a knob takes.
fn allowed(knob: &Knob) -> Allowed {
    match &knob.values {
        Values::Range { min, max, .. } => Allowed::Range(u64::from(*min), u64::from(*max)),
        Values::Words(words) => Allowed::Words(words.to_vec()),
    }
}

/// Words of the program, as a complaint lists them.
pub(super) fn texts(words: &[&'static str]) -> Vec<Text> {
    words.iter().map(|word| Text::Borrowed(word)).collect()
}
