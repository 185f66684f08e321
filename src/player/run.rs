//! One run of a lesson: its engine, its inputs, and the ledger of who is where.

use std::rc::Rc;

use crate::executor::engine::{Config, Engine, Order, Progress, Stop};
use crate::executor::limits::Limits;
use crate::executor::timers::Instant;
use crate::lessons::{Lesson, When};
use crate::player::curve::Curve;
use crate::trace::columns::Trace;
use crate::trace::event::TaskId;
use crate::verdict::ledger::{Ledger, Step};

/// A knob turned during a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// When, in microseconds of virtual time.
    pub at_us: u64,
    /// Which knob of the lesson.
    pub knob: usize,
    /// Its new value.
    pub value: u32,
}

/// Everything that decides a run.
#[derive(Clone)]
pub struct Spec {
    /// The program.
    pub lesson: Rc<Lesson>,
    /// The value of each knob at time 0.
    pub knobs: Vec<u32>,
    /// Decides every draw.
    pub seed: u32,
    /// In which order ready tasks are polled.
    pub order: Order,
    /// What a reader did during the run, in the order of time.
    pub inputs: Vec<Input>,
}

impl Spec {
    /// A lesson with its defaults, seed 1, and nobody at the knobs.
    pub fn new(lesson: &Rc<Lesson>) -> Spec {
        Spec { lesson: lesson.clone(), knobs: lesson.defaults(), seed: 1, order: Order::Fifo, inputs: Vec::new() }
    }
}

/// A run, from time 0 to wherever it was played.
pub struct Player {
    spec: Spec,
    engine: Engine,
    ledger: Ledger,
    curve: Curve,
    /// The present value of each knob.
    knobs: Vec<u32>,
    /// How many of the inputs were made.
    made: usize,
    /// What becomes of facts that were read.
    keep: Keep,
}

/// What becomes of facts that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// They stay: the whole trace can be read again.
    All,
    /// They go, in whole chunks; the hash goes on. A page that runs for hours needs no past: it runs again.
    Unread,
}

impl Player {
    /// A run at time 0, its whole trace kept.
    pub fn new(spec: Spec) -> Player {
        Player::with(spec, Keep::All, Limits::default())
    }

    /// A run at time 0.
    pub fn with(spec: Spec, keep: Keep, limits: Limits) -> Player {
        let config = Config { seed: spec.seed, inputs: spec.knobs.clone(), order: spec.order, limits };
        let mut engine = Engine::new(config);
        engine.start(|| (spec.lesson.start)());
        let knobs = spec.knobs.clone();
        Player { spec, engine, ledger: Ledger::new(), curve: Curve::default(), knobs, made: 0, keep }
    }

    /// What decides the run, the inputs made during it included.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// How far the run was played, in microseconds of virtual time.
    pub fn now_us(&self) -> u64 {
        self.engine.played().0
    }

    /// The present value of each knob.
    pub fn knobs(&self) -> &[u32] {
        &self.knobs
    }

    /// Who is where.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Everything recorded so far (what [`Keep`] left of it).
    pub fn trace(&self) -> &Trace {
        self.engine.trace()
    }

    /// The counts over time.
    pub fn curve(&self) -> &Curve {
        &self.curve
    }

    /// Why the run cannot go on, if so.
    pub fn stop(&self) -> Option<Stop> {
        self.engine.stop()
    }

    /// How many timers are armed.
    pub fn timers_armed(&self) -> usize {
        self.engine.timers_armed()
    }

    /// How many bytes the run holds: the tasks with what they made, the engine's tables, and the trace that is kept.
    pub fn held_bytes(&self) -> u64 {
        self.engine.held_bytes()
    }

    /// Plays everything that happens up to and at `target_us`. `polls_max` bounds the work of one call: after
    /// [`Progress::More`] call again. The run is always left at rest. The past is not reached by playing: see
    /// [`Player::restart`].
    pub fn play_to(&mut self, target_us: u64, polls_max: u64) -> Progress {
        let polls_before = self.engine.polls();
        loop {
            let spent = self.engine.polls() - polls_before;
            let next_input = self.spec.inputs.get(self.made).map_or(u64::MAX, |input| input.at_us);
            let stage_us = target_us.min(self.curve.next_us()).min(next_input).max(self.now_us());
            let progress = self.engine.run_to(Instant(stage_us), polls_max.saturating_sub(spent).max(1));
            self.read();
            if progress != Progress::Reached {
                return progress;
            }
            if stage_us >= next_input {
                self.make_next_input();
                continue;
            }
            if stage_us >= self.curve.next_us() {
                self.curve.take(&self.ledger.counts());
                continue;
            }
            if stage_us >= target_us {
                return Progress::Reached;
            }
        }
    }

    /// Turns a knob now, as an input of the run. What was to come of other inputs is forgotten. A knob that is only read
    /// at the start of a run is not turned: that is another run.
    pub fn set(&mut self, knob: usize, value: u32) {
        let is_live =
            self.spec.lesson.knobs.get(knob).is_some_and(|known| known.when == When::Live && known.takes(value));
        if !is_live || self.stop().is_some() {
            return;
        }
        // A moment is played to its end first, so that the input has a place in time that can be found again.
        self.play_to(self.now_us(), u64::MAX);
        self.spec.inputs.truncate(self.made);
        self.spec.inputs.push(Input { at_us: self.now_us(), knob, value });
        self.make_next_input();
        self.play_to(self.now_us(), u64::MAX);
    }

    /// Begins again at time 0, with the same inputs to come.
    pub fn restart(&mut self) {
        let spec = self.spec.clone();
        *self = Player::with(spec, self.keep, self.engine.limits());
    }

    /// Goes to another moment: forward by playing, backward by running again. Call [`Player::play_to`] until it is
    /// reached.
    pub fn seek(&mut self, target_us: u64) {
        if target_us < self.now_us() {
            self.restart();
        }
    }

    /// The same run at time 0, its inputs to come: play it beside this one.
    pub fn fork(&self) -> Player {
        Player::with(self.spec.clone(), Keep::Unread, self.engine.limits())
    }

    /// Begins the drain test: see [`crate::player::drain`].
    pub(crate) fn drain(&mut self) {
        self.engine.drain();
        self.play_to(self.now_us(), u64::MAX);
    }

    /// Plays to the next moment at which something happens, or to `until_us` when nothing does before.
    pub(crate) fn play_to_next(&mut self, until_us: u64) -> Progress {
        let next_us = self.engine.next_due().map_or(until_us, |due| due.0.min(until_us));
        self.play_to(next_us, u64::MAX)
    }

    /// One poll, or, when nobody is ready, the next moment at which something is due. `None`: nothing is left to happen.
    pub fn step_poll(&mut self) -> Option<Stepped> {
        self.read();
        let stepped = self.step_engine()?;
        self.read();
        Some(stepped)
    }

    /// One event of the trace. The engine runs ahead by one poll at most; the ledger sees one fact.
    pub fn step_event(&mut self) -> Option<Step> {
        loop {
            if let Some(step) = self.ledger.step_event(self.engine.trace()) {
                return Some(step);
            }
            self.ledger.settle();
            self.step_engine()?;
        }
    }

    fn step_engine(&mut self) -> Option<Stepped> {
        if let Some(task) = self.engine.poll_one() {
            return Some(Stepped::Polled(task));
        }
        if self.stop().is_some() {
            return None;
        }
        let next_input = self.spec.inputs.get(self.made).map(|input| input.at_us);
        let due = self.engine.next_due().map(|due| due.0);
        if let Some(at_us) = next_input.filter(|at_us| due.is_none_or(|due| *at_us < due)) {
            self.sample_until(at_us);
            self.engine.run_to(Instant(at_us), u64::MAX);
            self.make_next_input();
            return Some(Stepped::Input);
        }
        self.sample_until(due?);
        self.engine.fire_next(Instant(due?)).map(|now| Stepped::Clock { now_us: now.0 })
    }

    /// Takes the samples of the grid before a moment: nothing happens up to it.
    fn sample_until(&mut self, until_us: u64) {
        while self.curve.next_us() < until_us {
            self.curve.take(&self.ledger.counts());
        }
    }

    fn make_next_input(&mut self) {
        let input = self.spec.inputs[self.made];
        self.made += 1;
        if let Some(knob) = self.knobs.get_mut(input.knob) {
            *knob = input.value;
        }
        self.engine.input(input.knob, input.value);
    }

    /// Reads what was recorded, and judges: called at rest, except while a reader steps.
    fn read(&mut self) {
        self.ledger.catch_up(self.engine.trace());
        if self.engine.ready_len() == 0 {
            self.ledger.settle();
        }
        if self.keep == Keep::Unread {
            self.engine.trace_mut().release_before(self.ledger.reader());
        }
    }
}

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stepped {
    /// This task was polled.
    Polled(TaskId),
    /// Nobody was ready: the clock moved on.
    Clock {
        /// The moment it is now, in microseconds.
        now_us: u64,
    },
    /// An input that was recorded before was made again.
    Input,
}
