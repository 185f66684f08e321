//! The flagship lesson: the blog post's program, told truthfully.
//!
//! [`program`] is the listing. Its knobs and presets are here, and the knobs' numbers in [`knob`]; [`behaviour`] says what they mean to a request and a worker,
//! [`load`] lets requests arrive, and [`words`] holds what the page says about it.

pub mod behaviour;
pub mod knob;
pub mod load;
pub mod program;
pub mod words;

use std::borrow::Cow::{self, Borrowed as said};
use std::rc::Rc;

use crate::lessons::knob::{Knob, Unit, When};
use crate::lessons::lesson::Lesson;
use crate::lessons::listing::{CodeLanguage, Listing};
use crate::lessons::preset::Preset;
use crate::text::lesson::Translations;

/// The greatest number of workers a request can have.
pub const WORKERS_MAX: u32 = 50;

/// Every knob of the lesson.
const KNOBS: [Knob; 14] = [
    Knob::words(said("listen"), said(&[said("off"), said("on")]), 0, When::Live),
    Knob::words(said("hears"), said(&[said("never"), said("once"), said("step"), said("wait")]), 3, When::Live),
    Knob::words(said("send"), said(&[said("naked"), said("select")]), 1, When::Live),
    Knob::range(said("forgetful"), (0, 100), Unit::Percent, 0, When::Live),
    Knob::range(said("workers"), (1, WORKERS_MAX), Unit::Count, 5, When::AtStart),
    Knob::range(said("work"), (8, 600_000), Unit::Milliseconds, 800, When::AtStart),
    Knob::range(said("stuck"), (0, 100), Unit::Percent, 20, When::Live),
    Knob::words(said("shape"), said(&[said("one-shot"), said("loop")]), 0, When::AtStart),
    Knob::range(said("capacity"), (0, WORKERS_MAX), Unit::Count, WORKERS_MAX, When::AtStart),
    Knob::words(
        said("parent"),
        said(&[said("as-posted"), said("at-timeout"), said("results-or-timeout"), said("joins")]),
        2,
        When::AtStart,
    ),
    Knob::range(said("timeout"), (1, 600_000), Unit::Milliseconds, 2_000, When::AtStart),
    Knob::words(said("timer"), said(&[said("once"), said("each-message")]), 0, When::AtStart),
    Knob::range(said("traffic"), (0, 60_000), Unit::PerMinute, 120, When::Live),
    Knob::range(said("requests"), (0, 1_000_000), Unit::Count, 0, When::AtStart),
];

/// The presets. The post's parent gives up after ten seconds; that of the first preset gives up after two, so that there is
/// something to see within three.
const PRESETS: [Preset; 8] = [
    Preset::new(said("the-leak"), said(&[])),
    Preset::new(
        said("as-posted"),
        said(&[(said("parent"), 0), (said("timeout"), 10_000), (said("stuck"), 0), (said("listen"), 0)]),
    ),
    Preset::new(
        said("the-posts-fix"),
        said(&[
            (said("parent"), 0),
            (said("timeout"), 10_000),
            (said("stuck"), 0),
            (said("listen"), 1),
            (said("hears"), 1),
            (said("send"), 0),
        ]),
    ),
    Preset::new(said("listening-everywhere"), said(&[(said("listen"), 1), (said("hears"), 3), (said("send"), 1)])),
    Preset::new(
        said("heard-and-leaked"),
        said(&[
            (said("listen"), 1),
            (said("hears"), 2),
            (said("send"), 0),
            (said("capacity"), 0),
            (said("work"), 6_000),
            (said("stuck"), 0),
            (said("parent"), 1),
        ]),
    ),
    Preset::new(said("late-not-leaked"), said(&[(said("work"), 6_000), (said("stuck"), 0), (said("parent"), 1)])),
    Preset::new(
        said("quiet-month"),
        said(&[(said("traffic"), 1), (said("timeout"), 10_000), (said("workers"), 10), (said("stuck"), 100)]),
    ),
    Preset::new(
        said("sale-day"),
        said(&[(said("traffic"), 6_000), (said("timeout"), 10_000), (said("workers"), 10), (said("stuck"), 100)]),
    ),
];

/// The lesson.
pub fn lesson() -> Lesson {
    Lesson {
        name: "leak".into(),
        knobs: Rc::new(KNOBS),
        switch: Some(knob::LISTEN),
        quick: vec![knob::TRAFFIC],
        presets: PRESETS.into(),
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
