//! ADDRESS: everything that a link carries, as a query string, versioned, tolerant on reading.
//!
//! ```text
//! ?v=1&lesson=leak&preset=the-leak&traffic=600&seed=7&in=12500:listen:on,20000:traffic:60&at=60000&lang=ko
//! ```
//!
//! - [`query`]: names and values, percent-decoded;
//! - `settings`: names and values as what they set, in a link or a message;
//! - [`read`]: a query string → a [`Link`] and what could not be read of it ([`Complaint`]);
//! - [`write`](mod@write): a [`Link`] → a query string;
//! - [`branch`]: other futures of a run;
//! - [`controls`]: what a frame in an article offers;
//! - [`paste`]: what an author pastes to put a run there;
//! - [`message`]: what an article and its frame tell each other.
//!
//! A knob stands by its own name and holds its value over the preset's; what is not there is as the preset says. Every
//! number is whole; moments are milliseconds of virtual time. A bad value is a complaint and nothing more: the rest of
//! the link holds. Of a name that stands there twice the last value counts, and each that does not is named. Settings past
//! [`read::SETTINGS_MAX`] are not read; the first of them is named, with how many there are. No text makes this panic.
//!
//! A link that names a deed ([`Deed`](crate::lessons::deed::Deed)) and no preset opens the run in which it can be done, at its moment, with the knobs
//! that it names besides; one that names both is a run in which the deed is open.
//!
//! A preset's name stands for the same knobs for ever. A page that a reader opens by nothing but the lesson and the preset
//! says nothing about a run: it opens the preset as if it had been chosen there, with a load, a speed and a moment of its own
//! ([`Opening`](crate::lessons::preset::Opening)), and writes them into its address. A link that names a seed, an order, a
//! speed, a moment, an input or a knob, and every frame in an article, opens what it always has.
//!
//! A link without `order` is `fifo`, and stays so. The plain address, and every link that was put into an article before
//! there was an order to name, is such a link: with another order in its place it would open another run. So `order` is
//! written only where it is not `fifo`, and whoever wants Go's asks for it: `order=go`.
//!
//! Deliberately absent: sentences (a [`Complaint`] is data, `crate::text` says it), the browser, floats.

pub mod branch;
pub mod controls;
pub mod message;
pub mod paste;
pub mod query;
pub mod read;
pub(crate) mod settings;
#[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
pub mod source;
pub mod write;

use std::rc::Rc;

use crate::executor::engine::Order;
use crate::lessons::{self, Lesson};
use crate::link::controls::Controls;
use crate::player::run::{Input, Spec};
use crate::text::{Language, Text};

/// The version that a link without branches and the messages have: it means what it always has.
pub const VERSION: u32 = 1;
/// The version of a link that says what version 1 cannot: branches. Both are read.
pub const VERSION_BRANCHES: u32 = 2;
/// Speeds in per cent of the virtual clock's natural pace: 0.1× to 50 000×, at which a month takes a minute.
pub const SPEEDS_PERCENT: [u32; 12] = [10, 25, 50, 100, 200, 400, 1_000, 2_000, 5_000, 10_000, 100_000, 5_000_000];
/// The latest moment that a link can name, and so the end of every run on the page: a year of virtual time.
pub const MOMENT_MS_MAX: u64 = 366 * 86_400_000;
/// Inputs that a link carries at most.
pub const INPUTS_MAX: usize = 1_000;
/// Branches that a run has at most.
pub const BRANCHES_MAX: usize = 8;
/// Bytes of a query string that are read; what comes after is left out.
pub const BYTES_MAX: usize = 64 * 1024;

/// Everything that a link carries.
#[derive(Clone)]
pub struct Link {
    /// The program.
    pub lesson: Rc<Lesson>,
    /// The number of the preset that the knobs were set from.
    pub preset: usize,
    /// The number of the deed that is open, if one is.
    pub deed: Option<usize>,
    /// The value of every knob at the start of the run.
    pub knobs: Vec<u32>,
    /// The seed.
    pub seed: u32,
    /// In which order ready tasks are polled; first in, first out where nothing is said.
    pub order: Order,
    /// The language, where the link chooses one.
    pub language: Option<Language>,
    /// The speed, one of [`SPEEDS_PERCENT`], where the link chooses one.
    pub speed_percent: Option<u32>,
    /// Knobs turned during the run, in the order of time.
    pub inputs: Vec<KnobChange>,
    /// Other futures of the run.
    pub branches: Vec<Branch>,
    /// The moment at which the page rests, in milliseconds; without one it plays.
    pub at_ms: Option<u64>,
    /// Whether the page stands in somebody else's.
    pub place: Place,
    /// The colours, where the link chooses them.
    pub theme: Option<Theme>,
    /// What a frame offers, where the link chooses it. A page of its own has everything.
    pub controls: Option<Controls>,
    /// Whether a frame plays by itself: not to readers who prefer less motion. A page of its own does without being told.
    pub autoplay: Autoplay,
}

/// Whether a frame waits for its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Autoplay {
    /// It is a still picture with a play button.
    No,
    /// It plays when it comes into view.
    Yes,
}

/// Which colours are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system has it.
    Auto,
    /// Dark ink on a light ground.
    Light,
    /// Light ink on a dark ground.
    Dark,
}

impl Theme {
    /// Every theme, in the order of [`Theme::WORDS`].
    pub const ALL: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];
    /// How links and messages write them.
    pub const WORDS: [&'static str; 3] = ["auto", "light", "dark"];

    /// How links and messages write it.
    pub const fn word(self) -> &'static str {
        Theme::WORDS[self as usize]
    }
}

/// Where the page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a window of its own.
    Own,
    /// In a frame of another page.
    Embedded,
}

/// A knob turned during the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnobChange {
    /// When, in milliseconds of virtual time.
    pub at_ms: u64,
    /// Which knob, by its number in the lesson.
    pub knob: usize,
    /// Its new value.
    pub value: u32,
}

/// Another future of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branch {
    /// What a reader calls it; empty until then.
    pub name: String,
    /// How far it was played, in milliseconds of virtual time.
    pub end_ms: u64,
    /// All that was turned in it, in the order of time.
    pub inputs: Vec<KnobChange>,
}

impl Branch {
    /// The moment at which it is no more what a run with these inputs is.
    pub fn leaves_ms(&self, inputs: &[KnobChange]) -> u64 {
        let shared = self.inputs.iter().zip(inputs).take_while(|(one, other)| one == other).count();
        let first = |inputs: &[KnobChange]| inputs.get(shared).map_or(self.end_ms, |change| change.at_ms);
        first(&self.inputs).min(first(inputs)).min(self.end_ms)
    }
}

/// Something in a link that could not be read as it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The setting's name, as the link has it.
    pub name: String,
    /// Its value, as the link has it.
    pub value: String,
    /// What would have been right.
    pub allowed: Allowed,
}

/// What would have been right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Another name: nobody knows this one.
    AnotherName,
    /// A whole number from the first to the second.
    Range(u64, u64),
    /// One of these words.
    Words(Vec<Text>),
    /// UTF-8 with whole `%xx`.
    Encoding,
    /// To stand there once; the last one counts.
    Once,
    /// `milliseconds:knob:value`, in the order of time, for one of these live knobs.
    Input(Vec<Text>),
    /// This version.
    Version(u32),
    /// No more than so many (bytes, or inputs).
    AtMost(u64),
    /// No more settings than this.
    Settings {
        /// How many are read.
        most: u64,
        /// How many were not: the one that is named, and those after it.
        left_out: u64,
    },
    /// No more inputs of one run than this.
    Inputs(u64),
    /// `from-to:name` and then the inputs of one future of the run, none of them after its end.
    Fork,
    /// No more other futures of one run than this.
    Branches(u64),
    /// To come once the run has arrived: no more than so many wait for it.
    Waiting(u64),
    /// To be loaded, and it could not be.
    Reachable,
    /// Nothing by itself: it stands for so many complaints that are not named one by one.
    Named(u64),
}

impl Complaint {
    /// It stands for so many others.
    pub fn of_more(count: u64) -> Complaint {
        Complaint { name: "more".to_owned(), value: count.to_string(), allowed: Allowed::Named(count) }
    }
}

impl Default for Link {
    fn default() -> Link {
        Link::of(&lessons::first(), 0)
    }
}

impl Link {
    /// The link to the preset of a lesson with this number, with everything else as it is when nothing is said.
    pub fn of(lesson: &Rc<Lesson>, preset: usize) -> Link {
        Link {
            lesson: lesson.clone(),
            preset,
            deed: None,
            knobs: lesson.values_of(preset),
            seed: 1,
            order: Order::Fifo,
            language: None,
            speed_percent: None,
            inputs: Vec::new(),
            branches: Vec::new(),
            at_ms: None,
            place: Place::Own,
            theme: None,
            controls: None,
            autoplay: Autoplay::No,
        }
    }
}

impl Link {
    /// Sets the preset with this number as a page opens it, with its speed, and no deed.
    pub fn open(&mut self, preset: usize) {
        self.preset = preset;
        self.deed = None;
        self.knobs = self.lesson.opening_values(preset);
        self.speed_percent = Some(self.lesson.opening(preset).speed_percent).filter(|percent| *percent != 100);
    }

    /// Sets the run in which the deed with this number can be done, with its speed.
    pub fn open_deed(&mut self, number: usize) {
        let lesson = self.lesson.clone();
        let Some(deed) = lesson.deeds.get(number) else { return };
        (self.preset, self.knobs) = lesson.deed_opening(deed);
        self.speed_percent = Some(deed.speed_percent).filter(|percent| *percent != 100);
        self.deed = Some(number);
    }

    /// The run that it opens.
    pub fn spec(&self) -> Spec {
        let input = |change: &KnobChange| Input { at_us: change.at_ms * 1_000, knob: change.knob, value: change.value };
        let (knobs, inputs) = (self.knobs.clone(), self.inputs.iter().map(input).collect());
        Spec { knobs, inputs, seed: self.seed, order: self.order, ..Spec::new(&self.lesson) }
    }
}

/// What was turned during a run, as a link writes it. Every input has to stand at a whole millisecond.
pub fn knob_changes(spec: &Spec) -> Vec<KnobChange> {
    let change = |input: &Input| KnobChange { at_ms: input.at_us / 1_000, knob: input.knob, value: input.value };
    spec.inputs.iter().map(change).collect()
}

impl PartialEq for Link {
    fn eq(&self, other: &Link) -> bool {
        let run = |link: &Link| (link.seed, link.order, link.language, link.speed_percent, link.at_ms, link.place);
        let frame = |link: &Link| (link.theme, link.controls, link.autoplay);
        self.lesson.name == other.lesson.name
            && (self.preset, self.deed) == (other.preset, other.deed)
            && run(self) == run(other)
            && frame(self) == frame(other)
            && self.knobs == other.knobs
            && self.inputs == other.inputs
            && self.branches == other.branches
    }
}

#[cfg(test)]
pub(crate) mod tests;
