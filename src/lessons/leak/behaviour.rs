//! How one request and one worker behave under the present knobs.
//!
//! Deliberately absent: the program itself (`program`), and when requests arrive (`lessons::load`).

use crate::executor::input;
use crate::executor::rng::Rng;
use crate::executor::spawn::Plain;
use crate::lessons::leak::knob;
use crate::lessons::load::{self, Hangs};
use crate::sync::time::Duration;

/// Equal steps that a worker's work is done in.
pub const STEPS: u32 = 8;

/// One request: the outcomes of its workers, and when its parent returns.
pub struct Request {
    /// How many results the channel holds.
    pub capacity: usize,
    /// When the parent gives up.
    pub timeout: Duration,
    parent: u32,
    timer: u32,
    count: u32,
    draws: Rng,
}

impl Plain for Request {}

impl Request {
    /// A request with draws of its own: a flip of the switch changes what a worker does, never which worker hangs.
    pub fn new(draws: Rng) -> Request {
        let count = input::value(knob::WORKERS);
        Request {
            capacity: input::value(knob::CAPACITY).min(count) as usize,
            timeout: Duration::from_millis(u64::from(input::value(knob::TIMEOUT))),
            parent: input::value(knob::PARENT),
            timer: input::value(knob::TIMER),
            count,
            draws,
        }
    }

    /// The workers to start.
    pub fn workers(&self) -> impl Iterator<Item = Worker> + use<> {
        let mut draws = self.draws.clone();
        let mut hangs = Hangs::new(&mut draws, input::value(knob::STUCK), input::value(knob::HANGS) == 1);
        (0..self.count).map(move |_| {
            let outcome = if hangs.next(&mut draws) { Outcome::Hangs } else { Outcome::Works };
            let forgetful_from = draws.below(100);
            let work_us = load::work_us(&mut draws, input::value(knob::WORK), input::value(knob::JITTER));
            Worker::new(outcome, forgetful_from, work_us)
        })
    }

    /// Whether the parent waits for its children before it returns.
    pub fn joins(&self) -> bool {
        self.parent == 3
    }

    /// What the number of results so far means for what comes next: nothing, for a parent that does not count them.
    pub fn remembers(&self, gathered: u32) -> u32 {
        if self.counts_results() { gathered } else { 0 }
    }

    fn counts_results(&self) -> bool {
        self.parent >= 2
    }

    /// Whether the parent returns after this many results.
    pub fn returns_after(&self, gathered: u32) -> bool {
        self.counts_results() && gathered == self.count
    }

    /// Whether the parent returns at the time-out. As posted it never does.
    pub fn returns_at_timeout(&self) -> bool {
        self.parent >= 1
    }

    /// Whether each message starts the time-out anew, as `time.After` in the loop does.
    pub fn renews_timer(&self) -> bool {
        self.timer == 1
    }
}

/// How a worker's work turns out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It takes its time and ends by itself.
    Works,
    /// It makes a call that never returns.
    Hangs,
}

/// How a worker waits while it works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// Only for its work.
    Deaf,
    /// Also for the cancel.
    Listening,
}

/// How a worker reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Send {
    /// A send, and nothing else.
    Naked,
    /// A select of the send and the cancel.
    Select,
}

/// One worker. It reads the switch whenever it could listen, since the switch is live; a worker that already waits deaf
/// stays deaf.
pub struct Worker {
    /// How its work turns out.
    pub outcome: Outcome,
    /// How long one step takes.
    pub step: Duration,
    /// It is forgetful when the knob `forgetful` is above this many per cent.
    forgetful_from: u8,
}

impl Plain for Worker {}

impl Worker {
    fn new(outcome: Outcome, forgetful_from: u32, work_us: u64) -> Worker {
        Worker {
            outcome,
            step: Duration::from_micros(work_us / u64::from(STEPS)),
            forgetful_from: forgetful_from as u8,
        }
    }

    fn listens(&self) -> bool {
        input::value(knob::LISTEN) == 1 && u32::from(self.forgetful_from) >= input::value(knob::FORGETFUL)
    }

    /// Whether it looks at the context at the top of a round.
    pub fn looks(&self) -> bool {
        self.listens() && input::value(knob::HEARS) >= 1
    }

    /// Whether it looks before each step.
    pub fn looks_at_steps(&self) -> bool {
        self.listens() && input::value(knob::HEARS) == 2
    }

    /// How it waits while it works.
    pub fn waits(&self) -> Waits {
        if self.listens() && input::value(knob::HEARS) == 3 { Waits::Listening } else { Waits::Deaf }
    }

    /// How it reports.
    pub fn sends(&self) -> Send {
        if self.listens() && input::value(knob::SEND) == 1 { Send::Select } else { Send::Naked }
    }

    /// The steps of a round, counted down.
    pub fn steps(&self) -> impl Iterator<Item = u32> + use<> {
        (0..STEPS).rev()
    }

    /// Whether one round is all.
    pub fn is_done(&self) -> bool {
        input::value(knob::SHAPE) == 0
    }
}
