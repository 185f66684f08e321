//! What there is to do in `leak`: each opens a moment at which it can be done, and says which facts show that it was.

use std::borrow::Cow::Borrowed as said;

use crate::lessons::deed::{Answer, Deed, Fact, Who};
use crate::trace::event::WaitReason;

/// Thirty days in milliseconds.
const MONTH_MS: u64 = 30 * 86_400_000;

/// In the order in which the page offers them.
pub const DEEDS: [Deed; 10] = [
    // Nothing happens before the reader lets requests come.
    Deed {
        name: said("make-a-leak"),
        preset: said("the-leak"),
        knobs: said(&[
            (said("traffic"), 0),
            (said("stuck"), 20),
            (said("hangs"), 0),
            (said("jitter"), 0),
            (said("timeout"), 2_000),
        ]),
        speed_percent: 100,
        at_ms: 0,
        facts: said(&[Fact::Turned(said("traffic")), Fact::Leaks]),
    },
    Deed {
        name: said("flip-the-switch"),
        preset: said("the-leak"),
        knobs: said(&[]),
        speed_percent: 100,
        at_ms: 20_000,
        facts: said(&[Fact::SwitchedOn, Fact::Leaks, Fact::Heard]),
    },
    Deed {
        name: said("what-it-waits-for"),
        preset: said("the-leak"),
        knobs: said(&[]),
        speed_percent: 100,
        at_ms: 20_000,
        facts: said(&[Fact::Selected(Who::Leaked)]),
    },
    Deed {
        name: said("as-posted"),
        preset: said("as-posted"),
        knobs: said(&[]),
        speed_percent: 400,
        at_ms: 20_000,
        facts: said(&[Fact::Selected(Who::LeakedParent)]),
    },
    // The post's program, with its fix to be switched on.
    Deed {
        name: said("the-posts-fix"),
        preset: said("the-posts-fix"),
        knobs: said(&[(said("listen"), 0)]),
        speed_percent: 400,
        at_ms: 20_000,
        facts: said(&[Fact::SwitchedOn, Fact::LeaksSinceSwitch]),
    },
    Deed {
        name: said("late-not-leaked"),
        preset: said("late-not-leaked"),
        knobs: said(&[]),
        speed_percent: 200,
        at_ms: 20_000,
        facts: said(&[Fact::Drained(Answer::CleanThoughLate)]),
    },
    Deed {
        name: said("heard-and-leaked"),
        preset: said("heard-and-leaked"),
        knobs: said(&[]),
        speed_percent: 100,
        at_ms: 15_000,
        facts: said(&[Fact::Selected(Who::LeakedAlthoughHeard)]),
    },
    Deed {
        name: said("a-runaway"),
        preset: said("a-runaway"),
        knobs: said(&[]),
        speed_percent: 200,
        at_ms: 15_000,
        facts: said(&[Fact::Drained(Answer::UnseenRunaways)]),
    },
    Deed {
        name: said("joins"),
        preset: said("joins"),
        knobs: said(&[]),
        speed_percent: 100,
        at_ms: 15_000,
        facts: said(&[Fact::Selected(Who::WaitsIn(WaitReason::WaitGroupWait))]),
    },
    // All but the last two hours of a month have gone by, which take seven seconds.
    Deed {
        name: said("a-month"),
        preset: said("quiet-month"),
        // Without the deploys and the limit that the preset opens with.
        knobs: said(&[(said("memory"), 0), (said("deploy"), 0), (said("freeze"), 0)]),
        speed_percent: 100_000,
        at_ms: MONTH_MS - 7_200_000,
        facts: said(&[Fact::Past(MONTH_MS), Fact::Selected(Who::Leaked)]),
    },
];
