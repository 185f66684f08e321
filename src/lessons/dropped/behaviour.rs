//! How one request and one task behave under the present knobs.
//!
//! Deliberately absent: the program itself (`program`), and when requests arrive (`lessons::load`).

use crate::executor::input;
use crate::executor::rng::Rng;
use crate::executor::spawn::Plain;
use crate::lessons::dropped::knob;
use crate::lessons::load::{self, Hangs};
use crate::sync::time::Duration;

/// Equal steps that a task's work is done in.
pub const STEPS: u32 = 8;

/// How a request cancels its tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// A token that they look at before each step.
    Looks,
    /// A token that they wait for beside their work.
    Token,
    /// The same, cancelled by a guard that is dropped with the request.
    Guard,
    /// Their handles.
    Abort,
    /// They are of a set that is dropped with the request.
    Structured,
}

fn how() -> How {
    match input::value(knob::HOW) {
        0 => How::Looks,
        1 => How::Token,
        2 => How::Guard,
        3 => How::Abort,
        _ => How::Structured,
    }
}

/// How a request that has the switch on cancels its tasks.
fn cancels_by(way: How) -> bool {
    input::value(knob::CANCEL) == 1 && how() == way
}

/// One request: what its tasks do, and when it gives up.
pub struct Request {
    /// When it gives up.
    pub timeout: Duration,
    /// When its client hangs up, if it does.
    pub hangs_up: Option<Duration>,
    count: u32,
    draws: Rng,
}

impl Plain for Request {}

impl Request {
    /// A request with draws of its own: a turn of a knob changes what becomes of a task, never which one hangs.
    pub fn new(mut draws: Rng) -> Request {
        let timeout_ms = u64::from(input::value(knob::TIMEOUT));
        let hangs_up = draws.below(100) < input::value(knob::HANGUP);
        // Somewhere between a tenth and nine tenths of its time.
        let after_ms = timeout_ms * u64::from(10 + draws.below(81)) / 100;
        Request {
            timeout: Duration::from_millis(timeout_ms),
            hangs_up: hangs_up.then(|| Duration::from_millis(after_ms)),
            count: input::value(knob::WORKERS),
            draws,
        }
    }

    /// The tasks to start.
    pub fn workers(&self) -> impl Iterator<Item = Worker> + use<> {
        let mut draws = self.draws.clone();
        let mut hangs = Hangs::new(&mut draws, input::value(knob::STUCK), input::value(knob::HANGS) == 1);
        (0..self.count).map(move |_| {
            let hangs = hangs.next(&mut draws);
            let work_us = load::work_us(&mut draws, input::value(knob::WORK), input::value(knob::JITTER));
            Worker { hangs, step: Duration::from_micros(work_us / u64::from(STEPS)) }
        })
    }

    /// Whether its tasks are its own: they need no switch.
    pub fn is_structured(&self) -> bool {
        how() == How::Structured
    }

    /// Whether a guard cancels its token.
    pub fn is_guarded(&self) -> bool {
        cancels_by(How::Guard)
    }

    /// Whether it cancels its token itself, at its end.
    pub fn asks(&self) -> bool {
        cancels_by(How::Looks) || cancels_by(How::Token)
    }

    /// Whether it aborts its tasks, at its end.
    pub fn aborts(&self) -> bool {
        cancels_by(How::Abort)
    }
}

/// What a task does with its eight steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It waits in each of them.
    Await,
    /// It waits before them, and in none.
    Between,
    /// It waits in each of them, and holds a lock.
    Lock,
    /// It takes them from a channel of its own.
    Drain,
}

/// One task. It reads the switch when it begins to wait.
pub struct Worker {
    /// Whether it waits for what never comes: a call, or the end of a channel that it keeps open itself.
    pub hangs: bool,
    /// How long one step takes.
    pub step: Duration,
}

impl Plain for Worker {}

impl Worker {
    /// What it does with its steps.
    pub fn place(&self) -> Place {
        match input::value(knob::PLACE) {
            0 => Place::Await,
            1 => Place::Between,
            2 => Place::Lock,
            _ => Place::Drain,
        }
    }

    /// Whether it waits for the token beside its work.
    pub fn listens(&self) -> bool {
        cancels_by(How::Token) || cancels_by(How::Guard)
    }

    /// Whether it looks at the token before each step.
    pub fn looks(&self) -> bool {
        cancels_by(How::Looks)
    }

    /// The steps, counted down.
    pub fn steps(&self) -> impl Iterator<Item = u32> + use<> {
        (0..STEPS).rev()
    }
}
