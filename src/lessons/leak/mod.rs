//! The flagship lesson: the post's program, told truthfully.
//!
//! [`program`] is the listing; here are its knobs and presets, in [`habits`] what they mean to a request and a worker, and
//! in [`load`] the world from which requests come.

pub mod habits;
pub mod load;
pub mod program;

use crate::lessons::listing::{Language, Listing};
use crate::lessons::{Knob, Lesson, Preset, Unit, Values, When};

/// The numbers of the knobs: their places in [`KNOBS`], and the numbers of the engine's inputs.
pub mod knob {
    /// Do workers listen for cancellation? The switch.
    pub const LISTEN: usize = 0;
    /// How a listening worker hears.
    pub const HEARS: usize = 1;
    /// How it then reports.
    pub const SEND: usize = 2;
    /// Per cent of the workers that do not listen although the switch is on.
    pub const FORGETFUL: usize = 3;
    /// Workers a request.
    pub const WORKERS: usize = 4;
    /// Milliseconds of work, in eight equal steps.
    pub const WORK: usize = 5;
    /// Per cent of the workers whose work never returns.
    pub const STUCK: usize = 6;
    /// One round, or one after another.
    pub const SHAPE: usize = 7;
    /// How many results the channel holds; more than there are workers means as many as there are.
    pub const CAPACITY: usize = 8;
    /// When the parent returns.
    pub const PARENT: usize = 9;
    /// Milliseconds until the parent gives up.
    pub const TIMEOUT: usize = 10;
    /// One timer for the parent's life, or a new one for each message.
    pub const TIMER: usize = 11;
    /// Requests a minute.
    pub const TRAFFIC: usize = 12;
    /// How many requests arrive in all; 0: no end.
    pub const REQUESTS: usize = 13;
}

const fn range(name: &'static str, (min, max): (u32, u32), unit: Unit, default: u32, when: When) -> Knob {
    Knob { name, values: Values::Range { min, max, unit }, default, when }
}

const fn words(name: &'static str, words: &'static [&'static str], default: u32, when: When) -> Knob {
    Knob { name, values: Values::Words(words), default, when }
}

/// The greatest number of workers a request can have.
pub const WORKERS_MAX: u32 = 50;

/// Every knob of the lesson.
pub const KNOBS: &[Knob] = &[
    words("listen", &["off", "on"], 0, When::Live),
    words("hears", &["never", "once", "step", "wait"], 3, When::Live),
    words("send", &["naked", "select"], 1, When::Live),
    range("forgetful", (0, 100), Unit::Percent, 0, When::Live),
    range("workers", (1, WORKERS_MAX), Unit::Count, 5, When::AtStart),
    range("work", (8, 600_000), Unit::Milliseconds, 800, When::AtStart),
    range("stuck", (0, 100), Unit::Percent, 20, When::Live),
    words("shape", &["one-shot", "loop"], 0, When::AtStart),
    range("capacity", (0, WORKERS_MAX), Unit::Count, WORKERS_MAX, When::AtStart),
    words("parent", &["as-posted", "at-timeout", "results-or-timeout", "joins"], 2, When::AtStart),
    range("timeout", (1, 600_000), Unit::Milliseconds, 2_000, When::AtStart),
    words("timer", &["once", "each-message"], 0, When::AtStart),
    range("traffic", (0, 60_000), Unit::PerMinute, 120, When::Live),
    range("requests", (0, 1_000_000), Unit::Count, 0, When::AtStart),
];

/// Named settings. The post gives up after ten seconds; what opens first gives up after two, so that there is something
/// to see within three.
pub const PRESETS: &[Preset] = &[
    Preset { name: "the-leak", settings: &[] },
    Preset { name: "as-posted", settings: &[("parent", 0), ("timeout", 10_000), ("stuck", 0), ("listen", 0)] },
    Preset {
        name: "the-posts-fix",
        settings: &[("parent", 0), ("timeout", 10_000), ("stuck", 0), ("listen", 1), ("hears", 1), ("send", 0)],
    },
    Preset { name: "listening-everywhere", settings: &[("listen", 1), ("hears", 3), ("send", 1)] },
    Preset {
        name: "heard-and-leaked",
        settings: &[
            ("listen", 1),
            ("hears", 2),
            ("send", 0),
            ("capacity", 0),
            ("work", 6_000),
            ("stuck", 0),
            ("parent", 1),
        ],
    },
    Preset { name: "late-not-leaked", settings: &[("work", 6_000), ("stuck", 0), ("parent", 1)] },
    Preset { name: "quiet-month", settings: &[("traffic", 1), ("timeout", 10_000), ("workers", 10), ("stuck", 100)] },
    Preset { name: "sale-day", settings: &[("traffic", 6_000), ("timeout", 10_000), ("workers", 10), ("stuck", 100)] },
];

/// The lesson.
pub const LESSON: Lesson = Lesson {
    name: "leak",
    knobs: KNOBS,
    presets: PRESETS,
    listings: &[
        Listing { language: Language::Go, file: "src/lessons/leak/program.go", source: include_str!("program.go") },
        Listing { language: Language::Rust, file: "src/lessons/leak/program.rs", source: include_str!("program.rs") },
    ],
    start: load::start,
};
