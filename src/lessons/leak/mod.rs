//! The flagship lesson: the blog post's program, told truthfully.
//!
//! [`program`] is the listing. Its knobs and presets are here, and the knobs' numbers in [`knob`]; [`behaviour`] says what they mean to a request and a worker,
//! [`load`] lets requests arrive, and [`words`] holds what the page says about it.

pub mod behaviour;
pub mod knob;
pub mod load;
pub mod program;
pub mod words;

use std::borrow::Cow;

use crate::lessons::knob::{Knob, Unit, When};
use crate::lessons::lesson::Lesson;
use crate::lessons::listing::{CodeLanguage, Listing};
use crate::lessons::preset::Preset;
use crate::text::lesson::Translations;

/// The greatest number of workers a request can have.
pub const WORKERS_MAX: u32 = 50;

/// Every knob of the lesson.
fn knobs() -> Vec<Knob> {
    vec![
        Knob::words("listen", &["off", "on"], 0, When::Live),
        Knob::words("hears", &["never", "once", "step", "wait"], 3, When::Live),
        Knob::words("send", &["naked", "select"], 1, When::Live),
        Knob::range("forgetful", (0, 100), Unit::Percent, 0, When::Live),
        Knob::range("workers", (1, WORKERS_MAX), Unit::Count, 5, When::AtStart),
        Knob::range("work", (8, 600_000), Unit::Milliseconds, 800, When::AtStart),
        Knob::range("stuck", (0, 100), Unit::Percent, 20, When::Live),
        Knob::words("shape", &["one-shot", "loop"], 0, When::AtStart),
        Knob::range("capacity", (0, WORKERS_MAX), Unit::Count, WORKERS_MAX, When::AtStart),
        Knob::words("parent", &["as-posted", "at-timeout", "results-or-timeout", "joins"], 2, When::AtStart),
        Knob::range("timeout", (1, 600_000), Unit::Milliseconds, 2_000, When::AtStart),
        Knob::words("timer", &["once", "each-message"], 0, When::AtStart),
        Knob::range("traffic", (0, 60_000), Unit::PerMinute, 120, When::Live),
        Knob::range("requests", (0, 1_000_000), Unit::Count, 0, When::AtStart),
    ]
}

/// The presets. The post's parent gives up after ten seconds; that of the first preset gives up after two, so that there is
/// something to see within three.
fn presets() -> Vec<Preset> {
    vec![
        Preset::new("the-leak", &[]),
        Preset::new("as-posted", &[("parent", 0), ("timeout", 10_000), ("stuck", 0), ("listen", 0)]),
        Preset::new(
            "the-posts-fix",
            &[("parent", 0), ("timeout", 10_000), ("stuck", 0), ("listen", 1), ("hears", 1), ("send", 0)],
        ),
        Preset::new("listening-everywhere", &[("listen", 1), ("hears", 3), ("send", 1)]),
        Preset::new(
            "heard-and-leaked",
            &[("listen", 1), ("hears", 2), ("send", 0), ("capacity", 0), ("work", 6_000), ("stuck", 0), ("parent", 1)],
        ),
        Preset::new("late-not-leaked", &[("work", 6_000), ("stuck", 0), ("parent", 1)]),
        Preset::new("quiet-month", &[("traffic", 1), ("timeout", 10_000), ("workers", 10), ("stuck", 100)]),
        Preset::new("sale-day", &[("traffic", 6_000), ("timeout", 10_000), ("workers", 10), ("stuck", 100)]),
    ]
}

/// The lesson.
pub fn lesson() -> Lesson {
    Lesson {
        name: "leak".into(),
        knobs: knobs().into(),
        switch: Some(knob::LISTEN),
        quick: vec![knob::TRAFFIC],
        presets: presets(),
        listings: vec![
            Listing::new(CodeLanguage::Go, "src/lessons/leak/program.go", include_str!("program.go")),
            Listing::new(CodeLanguage::Rust, "src/lessons/leak/program.rs", include_str!("program.rs")),
        ],
        running_listing: 1,
        translations: Translations {
            english: Cow::Borrowed(&words::en::WORDS),
            korean: Cow::Borrowed(&words::ko::WORDS),
        },
        start: Box::new(load::start),
    }
}
