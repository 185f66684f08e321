//! The cases, and what each side writes down of them.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use pileup::executor::spawn::Plain;

/// Children of the request.
pub(crate) const CHILDREN: usize = 3;
/// Steps of a child's work.
pub(crate) const STEPS: u32 = 8;
/// Who is not a child.
pub(crate) const PARENT: u32 = 99;
/// How long a case is played.
pub(crate) const HORIZON: Duration = Duration::from_secs(60);

macro_rules! every {
    ($(#[$about:meta])* $name:ident { $($(#[$said:meta])* $value:ident),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[$said])* $value),* }

        impl $name {
            pub(crate) const ALL: &[$name] = &[$($name::$value),*];
        }
    };
}

every! {
    /// How the request cancels its children.
    Way {
        /// Not at all: their handles are dropped at once.
        Detached,
        /// Not at all: their handles are dropped with the parent.
        Kept,
        /// By a token that they look at before each step.
        Looked,
        /// By a token that they wait for beside their work.
        Awaited,
        /// The same, cancelled by a guard that goes with the parent.
        Guard,
        /// By their handles.
        Abort,
        /// By their handles, which it then waits for.
        AbortAndJoin,
        /// They are of a set that goes with the parent.
        Set,
        /// They are futures of the parent's own, which a time-out drops.
        Own,
        /// The same, dropped by a `select!`.
        Race,
    }
}

every! {
    /// Where a child is when it is cancelled.
    Place {
        /// At an await between its steps.
        AtAwait,
        /// At its only await, before steps without any.
        Between,
        /// At an await with a lock held, or at the lock.
        Lock,
        /// In a loop over a channel that it may itself keep open.
        Drains,
    }
}

every! {
    /// How the children fare.
    Fate {
        /// All of them work.
        Work,
        /// The second one makes a call that is never answered, or keeps its channel open.
        OneHangs,
        /// All of them do.
        AllHang,
    }
}

/// How a child hears of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hears {
    Nothing,
    Looks,
    Awaits,
}

/// One case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) way: Way,
    pub(crate) place: Place,
    pub(crate) fate: Fate,
    /// When the parent gives up.
    pub(crate) patience_ms: u64,
}

impl Plain for Case {}

impl Case {
    pub(crate) fn patience(self) -> Duration {
        Duration::from_millis(self.patience_ms)
    }

    pub(crate) fn job(self, number: u32) -> Job {
        let hangs = match self.fate {
            Fate::Work => false,
            Fate::OneHangs => number == 1,
            Fate::AllHang => true,
        };
        let hears = match self.way {
            Way::Looked => Hears::Looks,
            Way::Awaited | Way::Guard => Hears::Awaits,
            _ => Hears::Nothing,
        };
        // One step of each child ends at a moment of its own, so that no two of them compete for one.
        Job { place: self.place, hears, hangs, step_ms: 100 + 7 * u64::from(number) }
    }
}

/// What one child does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    pub(crate) place: Place,
    pub(crate) hears: Hears,
    pub(crate) hangs: bool,
    step_ms: u64,
}

impl Plain for Job {}

impl Job {
    pub(crate) fn step(&self) -> Duration {
        Duration::from_millis(self.step_ms)
    }

    pub(crate) fn looks(&self) -> bool {
        self.hears == Hears::Looks
    }
}

/// One line: when, who, and what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) ms: u64,
    pub(crate) who: u32,
    pub(crate) what: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>5} {:>2} {}", self.ms, self.who, self.what)
    }
}

/// Everything that was written down so far.
#[derive(Clone)]
pub(crate) struct Log {
    lines: Rc<RefCell<Vec<Line>>>,
    now_ms: fn() -> u64,
}

impl Plain for Log {}

impl Log {
    pub(crate) fn new(now_ms: fn() -> u64) -> Log {
        Log { lines: Rc::default(), now_ms }
    }

    fn add(&self, who: u32, what: String) {
        let ms = (self.now_ms)();
        self.lines.borrow_mut().push(Line { ms, who, what });
    }

    /// The lines in the order of their times; of one moment each task's own in the order in which it wrote them. Whose turn
    /// comes first within a moment is a scheduler's own business.
    pub(crate) fn take(&self) -> Vec<Line> {
        let mut lines = self.lines.take();
        lines.sort_by_key(|line| (line.ms, line.who));
        lines
    }
}

/// A task as it writes of itself.
pub(crate) struct Me {
    log: Log,
    pub(crate) who: u32,
    steps: Cell<u32>,
    has_ended: Cell<bool>,
}

impl Plain for Me {}

impl Me {
    pub(crate) fn new(log: &Log, who: u32) -> Me {
        Me { log: log.clone(), who, steps: Cell::new(0), has_ended: Cell::new(false) }
    }

    pub(crate) fn say(&self, what: &str) {
        self.log.add(self.who, what.to_owned());
    }

    pub(crate) fn gets_to(&self, step: u32) {
        self.steps.set(step);
    }

    pub(crate) fn ends(&self) {
        self.has_ended.set(true);
        self.log.add(self.who, format!("ends after {} steps", self.steps.get()));
    }
}

impl Drop for Me {
    fn drop(&mut self) {
        if !self.has_ended.get() {
            self.log.add(self.who, format!("is dropped after {} steps", self.steps.get()));
        }
    }
}
