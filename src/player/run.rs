//! One run of a lesson: its engine, its inputs, and the ledger of its tasks.

use std::rc::Rc;

use crate::executor::engine::{Config, Engine, Order, Progress, Stop};
use crate::executor::limits::Limits;
use crate::executor::timers::Instant;
use crate::lessons::{Lesson, When};
use crate::player::curve::Curve;
use crate::player::moment::Moment;
pub use crate::player::moment::{Back, Stepped};
use crate::player::past::{Past, WayBack};
use crate::trace::columns::Trace;
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
    /// The moment that the engine has come to. Its time is the engine's.
    head: Moment,
    /// What becomes of facts that the ledger has read.
    keep: Keep,
    /// The moments that are kept, if any are to be.
    past: Option<Past>,
    /// The moment that is shown, while it is one before that.
    shown: Option<Moment>,
}

/// What becomes of facts that the ledger has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// They are kept: the whole trace can be read again.
    All,
    /// They are released, in whole chunks; the hash still covers them. Who needs a past can run again.
    Unread,
    /// So many are kept that most of the past can be shown without running again, within a bound: see
    /// [`crate::player::past`].
    WayBack(WayBack),
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
        let program = spec.lesson.clone();
        engine.start_process(program.process(), move || (program.start)());
        let head = Moment::first(spec.knobs.clone());
        let past = match keep {
            Keep::All | Keep::Unread => None,
            Keep::WayBack(way_back) => Some(Past::new(way_back, head.clone())),
        };
        Player { spec, engine, head, keep, past, shown: None }
    }

    /// What decides the run, with the inputs made during it.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The moment that is shown, in microseconds of virtual time: how far the run was played, or where it was taken back to.
    pub fn now_us(&self) -> u64 {
        self.shown.as_ref().map_or(self.head_us(), |shown| shown.now_us)
    }

    /// How far the run was played, in microseconds of virtual time.
    pub fn head_us(&self) -> u64 {
        self.engine.played().as_micros()
    }

    fn shown(&self) -> &Moment {
        self.shown.as_ref().unwrap_or(&self.head)
    }

    /// Whether the moment that is shown is one before that to which the run was played. Nothing runs while that one is left
    /// again by playing or stepping, up to where the run is; to set a knob is to run again.
    pub fn is_looking_back(&self) -> bool {
        self.shown.is_some()
    }

    /// Whether the run was played beyond this moment.
    pub fn has_left(&self, at_us: u64) -> bool {
        at_us < self.head_us()
    }

    /// The value of each knob at the present moment.
    pub fn knobs(&self) -> &[u32] {
        &self.shown().knobs
    }

    /// The tasks of the run and what is judged of them, at the present moment.
    pub fn ledger(&self) -> &Ledger {
        &self.shown().ledger
    }

    /// Everything recorded so far, as far as [`Keep`] keeps it.
    pub fn trace(&self) -> &Trace {
        self.engine.trace()
    }

    /// What is known of the run as far as it was played, whatever moment of it is shown.
    pub fn known(&self) -> (&Ledger, &Curve) {
        (&self.head.ledger, &self.head.curve)
    }

    /// The counts over time.
    pub fn curve(&self) -> &Curve {
        &self.shown().curve
    }

    /// Why the run cannot go on from the present moment, if it cannot.
    pub fn stop(&self) -> Option<Stop> {
        self.engine.stop().filter(|_| !self.is_looking_back())
    }

    /// How many timers are armed.
    pub fn timers_armed(&self) -> usize {
        self.engine.timers_armed()
    }

    /// How many bytes the run holds: the tasks with what they made, the engine's tables, the trace and the moments that are
    /// kept, the ledger, the curve and the inputs. What a program's own types allocate is not in it. It takes no pass over the tasks.
    pub fn held_bytes(&self) -> u64 {
        let inputs = self.spec.inputs.capacity() * size_of::<Input>();
        let shown = self.shown.as_ref().map_or(0, Moment::bytes);
        let spec = inputs + 4 * self.spec.knobs.capacity();
        self.engine.held_bytes() + self.past.as_ref().map_or(0, Past::bytes) + self.head.bytes() + shown + spec as u64
    }

    /// Plays everything that happens up to and at `target_us`, in microseconds of virtual time. `polls_max` bounds the work
    /// of one call: call again after [`Progress::More`]. Does nothing for a moment in the past; see [`Player::seek`].
    pub fn play_to(&mut self, target_us: u64, polls_max: u64) -> Progress {
        if let Some(progress) = self.fold_to(target_us, polls_max) {
            return progress;
        }
        let polls_before = self.engine.polls();
        loop {
            let spent = self.engine.polls() - polls_before;
            let next_input = self.spec.inputs.get(self.head.inputs_made).map_or(u64::MAX, |input| input.at_us);
            let stage_us = target_us.min(self.head.curve.next_us()).min(next_input).max(self.now_us());
            let progress = self.engine.run_to(Instant::from_micros(stage_us), polls_max.saturating_sub(spent).max(1));
            self.read();
            if progress != Progress::Reached {
                return progress;
            }
            if stage_us >= next_input {
                self.apply_next_input();
                continue;
            }
            if stage_us >= self.head.curve.next_us() {
                self.head.curve.record(&self.head.ledger.counts());
                continue;
            }
            if stage_us >= target_us {
                return Progress::Reached;
            }
        }
    }

    /// Brings the moment that is shown on, as long as it is a past one; none once there is none any more.
    fn fold_to(&mut self, target_us: u64, polls_max: u64) -> Option<Progress> {
        let head_us = self.head_us();
        let shown = self.shown.as_mut()?;
        let events_max = polls_max.saturating_mul(EVENTS_PER_POLL);
        let progress = shown.fold_to(self.engine.trace(), target_us.min(head_us), events_max);
        if progress == Progress::Reached && target_us >= head_us {
            self.shown = None;
        }
        self.shown.as_ref().map(|_| progress)
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
        if self.is_looking_back() {
            let now_us = self.now_us();
            self.restart();
            self.play_to(now_us, u64::MAX);
        }
        // The present moment is played to its end first, so that the input comes at a point that a replay can find again.
        self.play_to(self.now_us(), u64::MAX);
        self.spec.inputs.truncate(self.head.inputs_made);
        self.spec.inputs.push(Input { at_us: self.now_us(), knob, value });
        self.apply_next_input();
        self.play_to(self.now_us(), u64::MAX);
    }

    /// Begins again at time 0, with all inputs still to come.
    pub fn restart(&mut self) {
        let spec = self.spec.clone();
        *self = Player::with(spec, self.keep, self.engine.limits());
    }

    /// Goes to another moment: forward by playing, backward by what was kept of the past or, beyond that, by running again.
    /// Call [`Player::play_to`] until it is reached.
    pub fn seek(&mut self, target_us: u64) {
        if target_us >= self.now_us() {
            return;
        }
        match self.past.as_ref().and_then(|past| past.before(target_us)) {
            Some(moment) => self.shown = Some(moment.clone()),
            None => self.restart(),
        }
    }

    /// Undoes one step: back to before it, without running again. False where the way back does not reach: at the start, and
    /// beyond what is kept.
    pub fn step_back(&mut self, back: Back<'_>) -> bool {
        let from = self.shown().position();
        let told_us = match back {
            Back::Task(task, _) => self.ledger().told_us(task),
            Back::Poll | Back::Event(_) => None,
        };
        let found = self.past.as_ref().and_then(|past| past.back_from(self.engine.trace(), from, (back, told_us)));
        let is_found = found.is_some();
        if is_found {
            self.shown = found;
        }
        is_found
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
        let next_us = self.next_us().map_or(until_us, |next_us| next_us.min(until_us));
        self.play_to(next_us, u64::MAX)
    }

    /// The next moment at which the clock makes something happen, in microseconds, rounded up.
    pub(crate) fn next_us(&self) -> Option<u64> {
        self.engine.next_due().map(|due| due.as_nanos().div_ceil(1_000))
    }

    /// Steps by one poll or, when no task is ready, to the next moment at which something is due. `None` when nothing is left
    /// to happen.
    pub fn step_poll(&mut self) -> Option<Stepped> {
        self.step_poll_each(&mut |_, _| ())
    }

    /// [`Player::step_poll`], and `each` event that it consists of, as soon as the ledger has read it.
    pub fn step_poll_each(&mut self, each: &mut dyn FnMut(&Ledger, Step)) -> Option<Stepped> {
        if let Some(shown) = &mut self.shown {
            let stepped = shown.fold_step(self.engine.trace(), each);
            self.leave_past();
            return stepped;
        }
        self.read();
        let stepped = self.step_engine()?;
        let Moment { ledger, .. } = &mut self.head;
        while let Some(step) = ledger.step_event(self.engine.trace()) {
            each(ledger, step);
        }
        self.read();
        Some(stepped)
    }

    /// Steps by one event of the trace: the ledger reads one fact, and the engine runs ahead of it by one poll at most.
    /// `None` when nothing is left to happen.
    pub fn step_event(&mut self) -> Option<Step> {
        if let Some(shown) = &mut self.shown {
            let step = shown.fold_event(self.engine.trace());
            shown.judge_if_over(self.engine.trace());
            self.leave_past();
            return step;
        }
        loop {
            let step = self.head.ledger.step_event(self.engine.trace());
            if self.engine.ready_len() == 0 {
                self.head.judge_if_over(self.engine.trace());
            }
            if step.is_some() {
                return step;
            }
            self.step_engine()?;
        }
    }

    /// Nothing is past any more once as much was read as the run has come to.
    fn leave_past(&mut self) {
        if self.shown().position() >= self.head.position() {
            self.shown = None;
        }
    }

    /// A moment can be kept at rest only.
    fn keep_past(&mut self) {
        if let Some(past) = self.past.as_mut().filter(|_| self.engine.ready_len() == 0 && self.engine.stop().is_none())
        {
            self.head.now_us = self.engine.played().as_micros();
            past.follow(&self.head, self.engine.trace_mut());
        }
    }

    fn step_engine(&mut self) -> Option<Stepped> {
        if let Some(task) = self.engine.poll_one() {
            return Some(Stepped::Polled(task));
        }
        if self.stop().is_some() {
            return None;
        }
        let next_input = self.spec.inputs.get(self.head.inputs_made).map(|input| Instant::from_micros(input.at_us));
        let due = self.engine.next_due();
        if let Some(at) = next_input.filter(|at| due.is_none_or(|due| *at < due)) {
            self.head.sample_before(at.as_nanos());
            self.engine.run_to(at, u64::MAX);
            self.apply_next_input();
            return Some(Stepped::Input);
        }
        self.head.sample_before(due?.as_nanos());
        self.engine.fire_next(due?).map(|now| Stepped::Clock { now_us: now.as_micros() })
    }

    fn apply_next_input(&mut self) {
        let input = self.spec.inputs[self.head.inputs_made];
        self.head.take_input(input.knob, input.value);
        self.engine.input(input.knob, input.value);
    }

    /// Lets the ledger read what was recorded, and judge it where no task is ready.
    fn read(&mut self) {
        self.head.ledger.catch_up(self.engine.trace());
        if self.engine.ready_len() == 0 {
            self.head.ledger.settle();
        }
        if self.keep == Keep::Unread {
            self.engine.trace_mut().release_before(self.head.ledger.reader());
        }
        self.keep_past();
    }
}

/// Events that a poll has about: what a budget of polls is for who reads them again.
const EVENTS_PER_POLL: u64 = 8;
