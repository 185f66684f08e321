//! The second lesson: asked or dropped. A request and its tasks, as Rust's readers meet them.
//!
//! [`program`] is the listing. Its knobs and presets are here, and the knobs' numbers in [`knob`]; [`behaviour`] says what they
//! mean to a request and a task, [`deeds`] are what there is to do. What the page says about it stands in the languages' files.

pub mod behaviour;
pub mod deeds;
pub mod knob;
pub mod program;
#[cfg(test)]
mod words;

use std::borrow::Cow::Borrowed as said;
use std::rc::Rc;

use crate::executor::rng::Rng;
use crate::executor::spawn::request;
use crate::lessons::dropped::behaviour::Request;
use crate::lessons::knob::{Knob, Unit, When};
use crate::lessons::lesson::Lesson;
use crate::lessons::listing::{CodeLanguage, Listing};
use crate::lessons::load::Load;
use crate::lessons::preset::{Count, Opening, Preset};
use crate::text::Text;
use crate::text::lesson::Translations;

/// Every knob of the lesson.
const KNOBS: [Knob; 12] = [
    Knob::words(said("cancel"), said(&[said("off"), said("on")]), 0, When::Live),
    Knob::words(
        said("how"),
        said(&[said("looks"), said("token"), said("guard"), said("abort"), said("structured")]),
        3,
        When::Live,
    ),
    Knob::words(said("where"), said(&[said("await"), said("between"), said("lock"), said("drain")]), 0, When::AtStart),
    Knob::range(said("workers"), (1, 50), Unit::Count, 5, When::AtStart),
    Knob::range(said("work"), (8, 600_000), Unit::Milliseconds, 800, When::AtStart),
    Knob::range(said("stuck"), (0, 100), Unit::Percent, 20, When::Live),
    Knob::range(said("hangup"), (0, 100), Unit::Percent, 0, When::Live),
    Knob::range(said("timeout"), (1, 600_000), Unit::Milliseconds, 2_000, When::AtStart),
    Knob::range(said("traffic"), (0, 60_000), Unit::PerMinute, 120, When::Live),
    Knob::range(said("requests"), (0, 1_000_000), Unit::Count, 0, When::AtStart),
    Knob::range(said("jitter"), (0, 100), Unit::Percent, 0, When::AtStart),
    Knob::words(said("hangs"), said(&[said("spread"), said("drawn")]), 0, When::AtStart),
];

/// A server on which most requests are healthy and a call hangs now and then, which is why nobody noticed.
const HEALTHY_SERVER: [(Text, u32); 6] = [
    (said("hangs"), 1),
    (said("stuck"), 3),
    (said("jitter"), 80),
    (said("work"), 1_000),
    (said("timeout"), 4_000),
    (said("traffic"), 280),
];

/// A server whose work takes longer than its requests wait.
const SLOW_SERVER: [(Text, u32); 3] = [(said("jitter"), 60), (said("timeout"), 4_000), (said("traffic"), 170)];

/// The healthy server, on which more calls hang: those of requests that are dropped leak.
const HANGING_UP: [(Text, u32); 6] = [
    (said("hangs"), 1),
    (said("stuck"), 20),
    (said("jitter"), 80),
    (said("work"), 1_000),
    (said("timeout"), 4_000),
    (said("traffic"), 280),
];

const fn opening(at_ms: u64, knobs: &'static [(Text, u32)], watch: Count, point: &'static str) -> Opening {
    Opening { knobs: said(knobs), speed_percent: 100, at_ms, watch: Some(watch), point: said(point) }
}

/// The presets. Each opens a moment before something happens that its sentence speaks of, with a dozen requests on the stage.
const PRESETS: [Preset; 9] = [
    Preset {
        name: said("let-go"),
        settings: said(&[]),
        opening: opening(6_500, &HEALTHY_SERVER, Count::Leaked, "call"),
    },
    Preset {
        name: said("a-look"),
        settings: said(&[(said("cancel"), 1), (said("how"), 0)]),
        opening: opening(6_500, &HEALTHY_SERVER, Count::Leaked, "call"),
    },
    Preset {
        name: said("asked"),
        settings: said(&[(said("cancel"), 1), (said("how"), 1)]),
        opening: opening(6_500, &HEALTHY_SERVER, Count::Heard, "cancelled"),
    },
    Preset {
        name: said("dropped"),
        settings: said(&[(said("cancel"), 1), (said("how"), 3)]),
        opening: opening(6_500, &HEALTHY_SERVER, Count::Dropped, "call"),
    },
    Preset {
        name: said("half-done"),
        settings: said(&[(said("cancel"), 1), (said("how"), 3), (said("work"), 4_000), (said("stuck"), 0)]),
        opening: opening(6_500, &SLOW_SERVER, Count::Dropped, "work"),
    },
    Preset {
        name: said("structured"),
        settings: said(&[(said("how"), 4)]),
        opening: opening(6_500, &HEALTHY_SERVER, Count::Dropped, "timeout"),
    },
    Preset {
        name: said("hang-up"),
        settings: said(&[(said("cancel"), 1), (said("how"), 1), (said("hangup"), 40)]),
        opening: opening(8_500, &HANGING_UP, Count::Leaked, "client"),
    },
    Preset {
        name: said("locked"),
        settings: said(&[(said("where"), 2)]),
        opening: opening(
            8_500,
            &[
                (said("hangs"), 1),
                (said("stuck"), 3),
                (said("work"), 300),
                (said("timeout"), 4_000),
                (said("traffic"), 380),
            ],
            Count::Leaked,
            "lock",
        ),
    },
    Preset {
        name: said("own-sender"),
        settings: said(&[(said("where"), 3)]),
        opening: opening(6_500, &HEALTHY_SERVER, Count::Leaked, "take"),
    },
];

/// The lesson.
pub fn lesson() -> Lesson {
    Lesson {
        name: "dropped".into(),
        knobs: Rc::new(KNOBS),
        switch: Some(knob::CANCEL),
        quick: vec![knob::HOW, knob::TRAFFIC],
        presets: PRESETS.into(),
        deeds: deeds::DEEDS.into(),
        listings: vec![Listing::new(CodeLanguage::Rust, "src/lessons/dropped/program.rs", include_str!("program.rs"))],
        running_listing: 0,
        translations: Translations::Published("dropped"),
        start: Box::new(start),
    }
}

/// Lets requests come.
fn start() {
    let begin = |draws: Rng| drop(request(program::serve, (Request::new(draws),)));
    Load { traffic: knob::TRAFFIC, requests: knob::REQUESTS }.start(begin);
}
