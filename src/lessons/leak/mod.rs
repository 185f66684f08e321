//! The flagship lesson: the blog post's program, told truthfully.
//!
//! [`program`] is the listing. Its knobs and presets are here, and the knobs' numbers in [`knob`]; [`behaviour`] says what they mean to a request and a worker,
//! [`deeds`] are what there is to do. What the page says about it stands in the languages' files.

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
use crate::lessons::knob::{DEPLOY, FREEZE, Knob, MEMORY, Unit, When};
use crate::lessons::leak::behaviour::Request;
use crate::lessons::lesson::Lesson;
use crate::lessons::listing::{CodeLanguage, Listing};
use crate::lessons::load::Load;
use crate::lessons::preset::{Count, Opening, Preset};
use crate::text::Text;
use crate::text::lesson::Translations;

/// The greatest number of workers a request can have.
pub const WORKERS_MAX: u32 = 50;

/// Every knob of the lesson.
const KNOBS: [Knob; 19] = [
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
    Knob::range(said("jitter"), (0, 100), Unit::Percent, 0, When::AtStart),
    Knob::words(said("hangs"), said(&[said("spread"), said("drawn")]), 0, When::AtStart),
    MEMORY,
    DEPLOY,
    FREEZE,
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

/// The post's program and its fix open alike, so that they can be compared.
const POST_OPENING: Opening = Opening {
    knobs: said(&[(said("jitter"), 80), (said("traffic"), 70)]),
    speed_percent: 400,
    at_ms: 12_000,
    watch: Some(Count::Leaked),
    point: said("gather"),
};

/// The presets. The post's parent gives up after ten seconds; that of the first preset gives up after two, so that there is
/// something to see within three. Each opens a moment before something happens that its sentence speaks of, and most with
/// a dozen requests on the stage, of which most are healthy.
const PRESETS: [Preset; 11] = [
    Preset {
        name: said("the-leak"),
        settings: said(&[]),
        opening: Opening {
            knobs: said(&HEALTHY_SERVER),
            speed_percent: 100,
            at_ms: 6_500,
            watch: Some(Count::Leaked),
            point: said("call"),
        },
    },
    Preset {
        name: said("as-posted"),
        settings: said(&[(said("parent"), 0), (said("timeout"), 10_000), (said("stuck"), 0), (said("listen"), 0)]),
        opening: POST_OPENING,
    },
    Preset {
        name: said("the-posts-fix"),
        settings: said(&[
            (said("parent"), 0),
            (said("timeout"), 10_000),
            (said("stuck"), 0),
            (said("listen"), 1),
            (said("hears"), 1),
            (said("send"), 0),
        ]),
        opening: POST_OPENING,
    },
    Preset {
        name: said("listening-everywhere"),
        settings: said(&[(said("listen"), 1), (said("hears"), 3), (said("send"), 1)]),
        opening: Opening {
            knobs: said(&HEALTHY_SERVER),
            speed_percent: 100,
            at_ms: 6_500,
            watch: Some(Count::Returned),
            point: said("call"),
        },
    },
    Preset {
        name: said("heard-and-leaked"),
        settings: said(&[
            (said("listen"), 1),
            (said("hears"), 2),
            (said("send"), 0),
            (said("capacity"), 0),
            (said("work"), 6_000),
            (said("stuck"), 0),
            (said("parent"), 1),
        ]),
        opening: Opening {
            knobs: said(&[
                (said("work"), 15_000),
                (said("jitter"), 60),
                (said("timeout"), 5_000),
                (said("traffic"), 100),
            ]),
            speed_percent: 100,
            at_ms: 7_500,
            watch: Some(Count::Heard),
            point: said("send"),
        },
    },
    Preset {
        name: said("late-not-leaked"),
        settings: said(&[(said("work"), 6_000), (said("stuck"), 0), (said("parent"), 1)]),
        opening: Opening {
            knobs: said(&[(said("jitter"), 60), (said("traffic"), 75)]),
            speed_percent: 200,
            at_ms: 10_000,
            watch: Some(Count::Told),
            point: said("work"),
        },
    },
    Preset {
        name: said("never-starts"),
        settings: said(&[
            (said("listen"), 1),
            (said("hears"), 1),
            (said("send"), 0),
            (said("shape"), 1),
            (said("work"), 1_000),
            (said("jitter"), 60),
            (said("stuck"), 0),
            (said("parent"), 1),
            (said("timeout"), 4_000),
            (said("traffic"), 140),
        ]),
        opening: Opening {
            knobs: said(&[]),
            speed_percent: 100,
            at_ms: 6_500,
            watch: Some(Count::Heard),
            point: said("send"),
        },
    },
    Preset {
        name: said("joins"),
        settings: said(&[
            (said("listen"), 1),
            (said("hears"), 2),
            (said("send"), 1),
            (said("work"), 12_000),
            (said("jitter"), 60),
            (said("stuck"), 0),
            (said("parent"), 3),
            (said("timeout"), 4_000),
            (said("traffic"), 100),
        ]),
        opening: Opening {
            knobs: said(&[]),
            speed_percent: 100,
            at_ms: 9_000,
            watch: Some(Count::Returned),
            point: said("join"),
        },
    },
    Preset {
        name: said("a-runaway"),
        settings: said(&[
            (said("parent"), 0),
            (said("timer"), 1),
            (said("timeout"), 3_000),
            (said("stuck"), 0),
            (said("work"), 1_000),
            (said("jitter"), 80),
            (said("traffic"), 90),
        ]),
        opening: Opening {
            knobs: said(&[]),
            speed_percent: 200,
            at_ms: 11_000,
            watch: Some(Count::Leaked),
            point: said("gather"),
        },
    },
    Preset {
        name: said("quiet-month"),
        settings: said(&[(said("traffic"), 1), (said("timeout"), 10_000), (said("workers"), 10), (said("stuck"), 100)]),
        opening: Opening {
            knobs: said(&[(said("memory"), 256), (said("deploy"), 1_440), (said("freeze"), 1)]),
            speed_percent: 5_000_000,
            at_ms: 0,
            watch: Some(Count::Leaked),
            point: said("call"),
        },
    },
    Preset {
        name: said("sale-day"),
        settings: said(&[
            (said("traffic"), 6_000),
            (said("timeout"), 10_000),
            (said("workers"), 10),
            (said("stuck"), 100),
        ]),
        opening: Opening {
            knobs: said(&[]),
            speed_percent: 100,
            at_ms: 9_500,
            watch: Some(Count::Leaked),
            point: said("call"),
        },
    },
];

/// The lesson.
pub fn lesson() -> Lesson {
    Lesson {
        name: "leak".into(),
        knobs: Rc::new(KNOBS),
        switch: Some(knob::LISTEN),
        quick: vec![knob::TRAFFIC],
        presets: PRESETS.into(),
        deeds: deeds::DEEDS.into(),
        listings: vec![
            Listing::new(CodeLanguage::Go, "src/lessons/leak/program.go", include_str!("program.go")),
            Listing::new(CodeLanguage::Rust, "src/lessons/leak/program.rs", include_str!("program.rs")),
        ],
        running_listing: 1,
        translations: Translations::Published("leak"),
        start: Box::new(start),
    }
}

/// Lets requests come.
fn start() {
    let begin = |draws: Rng| drop(request(program::parent, (Request::new(draws),)));
    Load { traffic: knob::TRAFFIC, requests: knob::REQUESTS }.start(begin);
}
