//! What a task may ask of the engine that polls it, and what a primitive tells it.
//!
//! Every function works outside of an engine too (on `LocalPool`, say): then nothing is recorded.

use std::panic::Location;

use crate::executor::core;
use crate::executor::rng::{Rng, Stream};
use crate::executor::timers::Instant;
use crate::trace::event::{Event, ObjectId, ObjectKind, Panic, Right, TaskId, WaitCase, WaitHead, WaitReason};

/// The present moment of virtual time. It does not move while a task runs.
pub fn now() -> Instant {
    core::with(|core| core.now()).unwrap_or_default()
}

/// The task that is being polled; the root outside of any poll.
pub fn running() -> TaskId {
    core::with(|core| core.running()).unwrap_or(TaskId::ROOT)
}

/// A stream of draws under the run's seed.
pub fn rng(stream: Stream) -> Rng {
    Rng::new(core::with(|core| core.seed).unwrap_or(0), stream)
}

/// Records a fact.
pub(crate) fn record(event: Event<'_>) {
    core::with(|core| core.record(event));
}

/// Ends the program as a Go panic does: nothing runs after it. The rest of the present poll cannot be stopped (Rust has
/// no exception that wasm could unwind), but nothing that it does is recorded any more.
pub(crate) fn panic(panic: Panic) {
    core::with(|core| core.panic(panic));
}

/// A new object of the trace.
pub(crate) fn make(kind: ObjectKind, capacity: u32, from: ObjectId) -> ObjectId {
    core::with(|core| core.make(kind, capacity, from)).unwrap_or(ObjectId::OUTSIDE)
}

/// Draws one of `ready` cases of a `select`, and records that there was something to draw.
pub(crate) fn draw_case(ready: u32) -> u32 {
    if ready < 2 {
        return 0;
    }
    let drawn = core::with(|core| {
        core.record(Event::Drew);
        core.select.below(ready)
    });
    drawn.unwrap_or(0)
}

/// A right on an object, held by one task at a time and given up on drop.
///
/// This is how the trace knows who could still end a wait. It moves with [`Held::hand_over`], which
/// [`crate::executor::spawn::go`] calls for each argument of a new task.
#[derive(Debug)]
pub(crate) struct Held {
    object: ObjectId,
    right: Right,
    by: std::cell::Cell<TaskId>,
}

impl Held {
    /// Held by the running task from now on.
    pub(crate) fn new(object: ObjectId, right: Right) -> Held {
        Held::by(object, right, running())
    }

    /// Held by `task` from now on.
    pub(crate) fn by(object: ObjectId, right: Right, task: TaskId) -> Held {
        record(Event::Granted { task, object, right });
        Held { object, right, by: task.into() }
    }

    /// A second grant of the same right, for `task`.
    pub(crate) fn share(&self, task: TaskId) -> Held {
        Held::by(self.object, self.right, task)
    }

    /// Gives the right to `task`.
    pub(crate) fn hand_over(&self, task: TaskId) {
        let (object, right) = (self.object, self.right);
        if self.by.get() != task {
            record(Event::Granted { task, object, right });
            record(Event::Revoked { task: self.by.replace(task), object, right });
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        record(Event::Revoked { task: self.by.get(), object: self.object, right: self.right });
    }
}

/// A wait of the running task that the trace knows of, from [`Waiting::begin`] until it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Option<WaitHead>);

impl Waiting {
    /// Records that the running task waits, unless this wait is recorded already.
    pub(crate) fn begin(&mut self, at: &'static Location<'static>, reason: WaitReason, cases: &[WaitCase]) {
        // The trace stores plain words; a handful of cases is copied on the stack.
        let mut words = [0; 8];
        let count = cases.len().min(words.len());
        for (word, case) in words.iter_mut().zip(cases) {
            *word = case.0;
        }
        self.begin_words(at, reason, &words[..count]);
    }

    /// The same with raw words: a sleep's steps left and its length.
    pub(crate) fn begin_words(&mut self, at: &'static Location<'static>, reason: WaitReason, words: &[u32]) {
        if self.0.is_some() {
            return;
        }
        self.0 = core::with(|core| {
            let head = WaitHead { place: core.place(at), reason, cases: words.len() as u16 };
            core.record(Event::Waits { head, nth: 0, cases: words });
            head
        });
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(head) = self.0 {
            core::with(|core| core.end_wait(head));
        }
    }
}
