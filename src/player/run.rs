//! One run of a lesson: its engine, its inputs, and the ledger of its tasks.

use std::rc::Rc;

use crate::executor::engine::{Config, Engine, Order, Progress, Stop};
use crate::executor::limits::Limits;
use crate::executor::timers::Instant;
use crate::lessons::{Lesson, When};
use crate::player::curve::Curve;
use crate::trace::columns::Trace;
use crate::trace::event::TaskId;
use crate::verdict::ledger::{Ledger, Step};

/// A change of a knob during a run.
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
    /// A lesson with its defaults, seed 1 and no inputs.
    pub fn new(lesson: &Rc<Lesson>) -> Spec {
        Spec { lesson: lesson.clone(), knobs: lesson.defaults(), seed: 1, order: Order::Fifo, inputs: Vec::new() }
    }
}

/// A run, from time 0 to the moment up to which it was played.
///
/// ```
/// use pileup::lessons;
/// use pileup::player::run::{Player, Spec, Stepped};
///
/// let lesson = lessons::by_name("leak").expect("the flagship");
/// let mut player = Player::new(Spec::new(&lesson));
///
/// // Step: the first poll is the load generator's, which opens the first request.
/// assert!(matches!(player.step_poll(), Some(Stepped::Polled(_))));
/// assert_eq!((player.now_us(), player.ledger().counts().polls), (0, 1));
///
/// // Play: ten seconds of virtual time.
/// player.play_to(10_000_000, u64::MAX);
/// assert!(player.ledger().counts().leaked > 0);
///
/// // Set: the switch goes on, as an input that the spec remembers.
/// let listen = lesson.knob("listen").expect("the switch");
/// player.set(listen, 1);
/// assert_eq!(player.spec().inputs.len(), 1);
///
/// // So the run can be played again from its spec, event for event.
/// let mut again = Player::new(player.spec().clone());
/// again.play_to(player.now_us(), u64::MAX);
/// assert_eq!(again.trace().hash(), player.trace().hash());
/// ```
pub struct Player {
    spec: Spec,
    engine: Engine,
    ledger: Ledger,
    curve: Curve,
    /// The present value of each knob.
    knobs: Vec<u32>,
    /// How many of the spec's inputs were applied so far.
    inputs_made: usize,
    /// What becomes of facts that the ledger has read.
    keep: Keep,
}

/// What becomes of facts that the ledger has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// They are kept: the whole trace can be read again.
    All,
    /// They are released, in whole chunks; the hash still covers them. A page that runs for hours needs no past, because it
    /// can run again.
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
        Player { spec, engine, ledger: Ledger::new(), curve: Curve::default(), knobs, inputs_made: 0, keep }
    }

    /// What decides the run, with the inputs made during it.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// How far the run was played, in microseconds of virtual time.
    pub fn now_us(&self) -> u64 {
        self.engine.played().as_micros()
    }

    /// The present value of each knob.
    pub fn knobs(&self) -> &[u32] {
        &self.knobs
    }

    /// The tasks of the run and what is judged of them, at the present moment.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Everything recorded so far, as far as [`Keep`] keeps it.
    pub fn trace(&self) -> &Trace {
        self.engine.trace()
    }

    /// The counts over time.
    pub fn curve(&self) -> &Curve {
        &self.curve
    }

    /// Why the run cannot go on, if it cannot.
    pub fn stop(&self) -> Option<Stop> {
        self.engine.stop()
    }

    /// How many timers are armed.
    pub fn timers_armed(&self) -> usize {
        self.engine.timers_armed()
    }

    /// How many bytes the run holds: the tasks with what they made, the engine's tables, the trace that is kept, the ledger,
    /// the curve and the inputs. What a program's own types allocate is not in it. It takes no pass over the tasks.
    pub fn held_bytes(&self) -> u64 {
        let inputs = self.spec.inputs.capacity() * size_of::<Input>();
        let knobs = 4 * (self.spec.knobs.capacity() + self.knobs.capacity());
        self.engine.held_bytes() + (self.ledger.bytes() + self.curve.bytes() + inputs + knobs) as u64
    }

    /// Plays everything that happens up to and at `target_us`, in microseconds of virtual time. `polls_max` bounds the work
    /// of one call: call again after [`Progress::More`]. Does nothing for a moment in the past; see [`Player::seek`].
    pub fn play_to(&mut self, target_us: u64, polls_max: u64) -> Progress {
        let polls_before = self.engine.polls();
        loop {
            let spent = self.engine.polls() - polls_before;
            let next_input = self.spec.inputs.get(self.inputs_made).map_or(u64::MAX, |input| input.at_us);
            let stage_us = target_us.min(self.curve.next_us()).min(next_input).max(self.now_us());
            let progress = self.engine.run_to(Instant::from_micros(stage_us), polls_max.saturating_sub(spent).max(1));
            self.read();
            if progress != Progress::Reached {
                return progress;
            }
            if stage_us >= next_input {
                self.apply_next_input();
                continue;
            }
            if stage_us >= self.curve.next_us() {
                self.curve.record(&self.ledger.counts());
                continue;
            }
            if stage_us >= target_us {
                return Progress::Reached;
            }
        }
    }

    /// Sets a knob now, as an input of the run, and forgets the inputs that were still to come. Does nothing where the value
    /// is none of the knob's, where the run has stopped, or where the knob is read only at the start of a run: setting that
    /// one makes another run.
    pub fn set(&mut self, knob: usize, value: u32) {
        let is_live =
            self.spec.lesson.knobs.get(knob).is_some_and(|known| known.when == When::Live && known.takes(value));
        if !is_live || self.stop().is_some() {
            return;
        }
        // The present moment is played to its end first, so that the input comes at a point that a replay can find again.
        self.play_to(self.now_us(), u64::MAX);
        self.spec.inputs.truncate(self.inputs_made);
        self.spec.inputs.push(Input { at_us: self.now_us(), knob, value });
        self.apply_next_input();
        self.play_to(self.now_us(), u64::MAX);
    }

    /// Begins again at time 0, with all inputs still to come.
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

    /// The same run at time 0, with all inputs still to come, to be played beside this one.
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
        let next_us = self.engine.next_due().map_or(until_us, |due| due.as_nanos().div_ceil(1_000).min(until_us));
        self.play_to(next_us, u64::MAX)
    }

    /// Steps by one poll or, when no task is ready, to the next moment at which something is due. `None` when nothing is left
    /// to happen.
    pub fn step_poll(&mut self) -> Option<Stepped> {
        self.step_poll_each(&mut |_, _| ())
    }

    /// [`Player::step_poll`], and `each` event that it consists of, as soon as the ledger has read it.
    pub fn step_poll_each(&mut self, each: &mut dyn FnMut(&Ledger, Step)) -> Option<Stepped> {
        self.read();
        let stepped = self.step_engine()?;
        while let Some(step) = self.ledger.step_event(self.engine.trace()) {
            each(&self.ledger, step);
        }
        self.read();
        Some(stepped)
    }

    /// Steps by one event of the trace: the ledger reads one fact, and the engine runs ahead of it by one poll at most.
    /// `None` when nothing is left to happen.
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
        let next_input = self.spec.inputs.get(self.inputs_made).map(|input| Instant::from_micros(input.at_us));
        let due = self.engine.next_due();
        if let Some(at) = next_input.filter(|at| due.is_none_or(|due| *at < due)) {
            self.sample_until(at.as_micros());
            self.engine.run_to(at, u64::MAX);
            self.apply_next_input();
            return Some(Stepped::Input);
        }
        self.sample_until(due?.as_micros());
        self.engine.fire_next(due?).map(|now| Stepped::Clock { now_us: now.as_micros() })
    }

    /// Records the samples of the grid before a moment up to which nothing happens.
    fn sample_until(&mut self, until_us: u64) {
        while self.curve.next_us() < until_us {
            self.curve.record(&self.ledger.counts());
        }
    }

    fn apply_next_input(&mut self) {
        let input = self.spec.inputs[self.inputs_made];
        self.inputs_made += 1;
        if let Some(knob) = self.knobs.get_mut(input.knob) {
            *knob = input.value;
        }
        self.engine.input(input.knob, input.value);
    }

    /// Lets the ledger read what was recorded, and judge it where no task is ready.
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
    /// No task was ready: the clock moved on.
    Clock {
        /// The moment it is now, in microseconds.
        now_us: u64,
    },
    /// An input that the spec holds was applied.
    Input,
}
