//! A moment of a run, as far as it can be seen, and how the trace brings it on: by what was recorded, without the engine.
//!
//! Deliberately absent: which moments are kept (`super::past`).

use crate::executor::engine::Progress;
use crate::player::curve::Curve;
use crate::trace::columns::{Reader, Trace};
use crate::trace::event::{Event, TaskId};
use crate::verdict::ledger::{Ledger, Step};

/// A moment of a run, as far as it can be seen.
#[derive(Clone)]
pub(super) struct Moment {
    /// The tasks and what is judged of them.
    pub(super) ledger: Ledger,
    /// The counts up to here.
    pub(super) curve: Curve,
    /// The value of each knob.
    pub(super) knobs: Vec<u32>,
    /// How many of the run's inputs were applied.
    pub(super) inputs_made: usize,
    /// When it is, in microseconds of virtual time.
    pub(super) now_us: u64,
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

/// How far back one step goes.
#[derive(Clone, Copy)]
pub enum Back<'f> {
    /// To before the last poll, input or moment of the clock at which anything happened.
    Poll,
    /// To before the last event of a kind that this says yes to.
    Event(&'f dyn Fn(&'static str) -> bool),
    /// To before the last of them that happened to this task, or before it was told to stop.
    Task(TaskId, &'f dyn Fn(&'static str) -> bool),
}

impl Moment {
    /// Before the first event.
    pub(super) fn first(knobs: Vec<u32>) -> Moment {
        Moment { ledger: Ledger::new(), curve: Curve::default(), knobs, inputs_made: 0, now_us: 0 }
    }

    /// How many events lie before it.
    pub(super) fn position(&self) -> u64 {
        self.ledger.reader().position()
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> u64 {
        (self.ledger.bytes() + self.curve.bytes() + 4 * self.knobs.capacity()) as u64
    }

    /// Goes on to a moment that the trace has come to, as [`play_to`](crate::player::run::Player::play_to) does.
    pub(super) fn fold_to(&mut self, trace: &Trace, target_us: u64, events_max: u64) -> Progress {
        for _ in 0..events_max {
            match self.next_event(trace).filter(|(_, at_ns)| *at_ns <= target_us.saturating_mul(1_000)) {
                Some((event, at_ns)) => self.fold(trace, &event, at_ns),
                None => {
                    self.rest_at(target_us);
                    return Progress::Reached;
                }
            };
        }
        Progress::More
    }

    /// Goes on until so many events lie before it.
    pub(super) fn fold_to_position(&mut self, trace: &Trace, position: u64) {
        while self.position() < position && self.fold_event(trace).is_some() {}
    }

    /// One event on.
    pub(super) fn fold_event(&mut self, trace: &Trace) -> Option<Step> {
        let (event, at_ns) = self.next_event(trace)?;
        self.fold(trace, &event, at_ns)
    }

    /// The next event, and when it is in nanoseconds.
    fn next_event<'t>(&self, trace: &'t Trace) -> Option<(Event<'t>, u64)> {
        let mut ahead = self.ledger.reader().clone();
        let event = ahead.next(trace)?;
        Some((event, ahead.now_ns()))
    }

    fn fold(&mut self, trace: &Trace, event: &Event<'_>, at_ns: u64) -> Option<Step> {
        match *event {
            Event::Advanced { .. } => self.sample_before(at_ns),
            Event::Input { knob, value } => self.take_input(usize::from(knob), value),
            _ => {}
        }
        let step = self.ledger.step_event(trace);
        self.now_us = self.now_us.max(self.ledger.now_us());
        step
    }

    /// One step on: everything up to the next poll, input, or moment of the clock.
    pub(super) fn fold_step(&mut self, trace: &Trace, each: &mut dyn FnMut(&Ledger, Step)) -> Option<Stepped> {
        let mut stepped = None;
        while let Some((event, at_ns)) = self.next_event(trace) {
            let begins = match event {
                Event::Polled { task } => Some(Stepped::Polled(task)),
                // A process may end without that the clock moves: its memory is full.
                Event::Advanced { .. } | Event::Restarted { .. } => Some(Stepped::Clock { now_us: at_ns / 1_000 }),
                Event::Input { .. } => Some(Stepped::Input),
                _ => None,
            };
            let is_bare_clock = matches!(stepped, Some((Stepped::Clock { .. }, 1)));
            match (begins, &mut stepped) {
                (Some(Stepped::Input), Some((step, _))) if is_bare_clock => *step = Stepped::Input,
                (Some(Stepped::Clock { .. }), Some(_)) if is_bare_clock => {}
                (Some(_), Some(_)) => break,
                (Some(step), None) => stepped = Some((step, 0)),
                (None, _) => {}
            }
            if let Some((_, events)) = &mut stepped {
                *events += 1;
            }
            let step = self.fold(trace, &event, at_ns)?;
            each(&self.ledger, step);
        }
        self.judge_if_over(trace);
        stepped.map(|(step, _)| step)
    }

    /// Judges where nothing more happens before the clock moves or an input arrives.
    pub(super) fn judge_if_over(&mut self, trace: &Trace) {
        if matches!(
            self.next_event(trace),
            None | Some((Event::Advanced { .. } | Event::Input { .. } | Event::Restarted { .. }, _))
        ) {
            self.ledger.settle();
        }
    }

    /// Nothing more happens up to this moment.
    fn rest_at(&mut self, at_us: u64) {
        self.ledger.settle();
        self.sample_before(at_us.saturating_mul(1_000) + 1);
        self.now_us = at_us;
    }

    /// An input arrives.
    pub(super) fn take_input(&mut self, knob: usize, value: u32) {
        self.inputs_made += 1;
        if let Some(known) = self.knobs.get_mut(knob) {
            *known = value;
        }
    }

    /// Records the samples of the grid before a moment up to which nothing happens.
    pub(super) fn sample_before(&mut self, before_ns: u64) {
        while self.curve.next_us().saturating_mul(1_000) < before_ns {
            self.ledger.settle();
            self.curve.record(&self.ledger.counts());
        }
    }

    /// The position to go back to from `from`, if there is one after this moment. `told_us` is when the task that is asked about
    /// was told to stop.
    pub(super) fn position_before(
        &self,
        trace: &Trace,
        from: u64,
        (back, told_us): (Back<'_>, Option<u64>),
    ) -> Option<u64> {
        match back {
            Back::Poll => self.last_step(trace, from),
            Back::Event(is_wanted) => self.last_event(trace, from, &|step| is_wanted(step.kind)),
            Back::Task(task, is_wanted) => {
                let found = self.last_event(trace, from, &|step| step.task == Some(task) && is_wanted(step.kind));
                found.max(told_us.and_then(|told_us| self.position_told(trace, task, told_us, from)))
            }
        }
    }

    fn last_event(&self, trace: &Trace, from: u64, is_wanted: &dyn Fn(Step) -> bool) -> Option<u64> {
        let mut found = None;
        each_before(self.ledger.reader(), trace, from, |position, step, _, _| {
            if is_wanted(step) {
                found = Some(position);
            }
        });
        found
    }

    /// Where a task was told to stop that knows when, if that was before `from`. No event of its own says so: it was told with its
    /// scope. So those of that instant that can have done it are folded again.
    fn position_told(&self, trace: &Trace, task: TaskId, told_us: u64, from: u64) -> Option<u64> {
        let mut cancels = Vec::new();
        if self.ledger.now_us() > told_us {
            return None;
        }
        each_before(self.ledger.reader(), trace, from, |position, _, event, at_us| {
            if at_us == told_us && matches!(event, Event::Cancelled { .. }) {
                cancels.push(position);
            }
        });
        let mut moment = if cancels.is_empty() { return None } else { self.clone() };
        for position in cancels {
            moment.fold_to_position(trace, position);
            let is_there = moment.ledger.task(task).is_some() && moment.ledger.told_us(task).is_none();
            moment.fold_event(trace);
            if is_there && moment.ledger.told_us(task) == Some(told_us) {
                return Some(position);
            }
        }
        None
    }

    /// Where the last step before `from` began. A moment of the clock at which nothing happens is none.
    fn last_step(&self, trace: &Trace, from: u64) -> Option<u64> {
        let (mut found, mut clock) = (None, None);
        each_before(self.ledger.reader(), trace, from, |position, _, event, _| match event {
            Event::Advanced { .. } => clock = Some(position),
            // The clock goes to the moment of an input for nothing else.
            Event::Polled { .. } | Event::Input { .. } | Event::Restarted { .. } => {
                found = clock.take().or(Some(position))
            }
            _ => found = clock.take().or(found),
        });
        found
    }
}

/// Every event from a reader's position up to another one, with its position and the microsecond that it is then.
fn each_before<'t>(from: &Reader, trace: &'t Trace, before: u64, mut each: impl FnMut(u64, Step, &Event<'t>, u64)) {
    let mut reader = from.clone();
    while reader.position() < before {
        let (position, running) = (reader.position(), reader.running());
        let Some(event) = reader.next(trace) else { return };
        each(
            position,
            Step::of(&event, Some(running).filter(|running| *running != TaskId::ROOT)),
            &event,
            reader.now_us(),
        );
    }
}
