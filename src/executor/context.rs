//! What a task may ask of the engine that polls it, and what a primitive tells it.
//!
//! Every function works outside of an engine too (on `LocalPool`, say): then nothing is recorded.

use std::panic::Location;
use std::task::Waker;

use crate::executor::core::{self, Core};
use crate::executor::holder::Holder;
use crate::executor::rng::{Rng, Stream};
use crate::executor::stop::{Permit, Raised};
use crate::executor::timers::Instant;
use crate::executor::wake::Wake;
use crate::trace::event::{Event, ObjectId, ObjectKind, Panic, TaskId, WaitCase, WaitHead, WaitReason};

/// The present moment of virtual time. It does not move while a task runs.
#[inline]
pub fn now() -> Instant {
    let Some((permit, now)) = core::with(|core| (core.operate(), core.now())) else { return Instant::START };
    if permit == Permit::Cut {
        cut();
    }
    now
}

/// The task that is being polled; the root outside of any poll.
pub fn running() -> TaskId {
    core::with(|core| core.running()).unwrap_or(TaskId::ROOT)
}

/// The task that owns a handle that is made now: the running one, or one whose program is just being called.
pub(crate) fn maker() -> TaskId {
    core::with(|core| core.maker()).unwrap_or(TaskId::ROOT)
}

/// A stream of draws under the run's seed.
pub fn rng(stream: Stream) -> Rng {
    Rng::new(core::with(|core| core.process.seed(core.seed)).unwrap_or(0), stream)
}

/// Records a fact.
#[inline]
pub(crate) fn record(event: Event<'_>) {
    core::with(|core| core.record(event));
}

/// Raises one of Go's panics: nothing that the task does in the rest of the present poll counts, and then the program ends,
/// unless the task recovers ([`crate::sync::panics`]). The rest of the poll cannot be stopped: Rust has no exception that
/// wasm could unwind.
pub(crate) fn panic(panic: Panic) {
    core::with(|core| core.raise(Raised::Panic(panic, String::new())));
}

/// Notes that the running task and the holder that gets something from it share memory into which the trace does not
/// see.
pub(crate) fn expose(to: Holder) {
    let task = match to {
        Holder::Task(task) => Some(task),
        Holder::Channel(_) | Holder::Anybody => None,
    };
    core::with(|core| core.expose(task));
}

/// Whether an operation that can wait proceeds now, or lets others run first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proceed {
    /// It may proceed.
    Now,
    /// It returns `Pending`: the task will be polled again, or never.
    Later,
}

/// Counts an operation that can wait. A task that has done many in one poll gives way: it is polled again, through whatever
/// stands between it and the operation and made `waker`.
#[inline]
pub(crate) fn operate(waker: &Waker) -> Proceed {
    let permit = core::with(|core| core.operate()).unwrap_or(Permit::Granted);
    match permit {
        Permit::Granted => Proceed::Now,
        Permit::GiveWay => {
            core::with(|core| {
                core.record(Event::Preempted);
                core.give_way();
            });
            give_way(waker);
            Proceed::Later
        }
        Permit::Halted => Proceed::Later,
        Permit::Cut => cut(),
    }
}

/// Sends the task that polls with this waker to the end of the ready queue before it goes on.
pub(crate) fn give_way(waker: &Waker) {
    match wake_of(waker) {
        Wake::Task { .. } => {
            core::with(|core| core.give_way());
        }
        Wake::Foreign(waker) => waker.wake(),
    }
}

/// Counts an operation that cannot wait: whether it counts for anything. After a panic, and when the run has stopped, it
/// does not.
#[inline]
pub(crate) fn operate_at_once() -> bool {
    let permit = core::with(|core| core.operate()).unwrap_or(Permit::Granted);
    match permit {
        Permit::Granted | Permit::GiveWay => true,
        Permit::Halted => false,
        Permit::Cut => cut(),
    }
}

/// Counts a look at something that does not change while the task runs: a task that looks again and again must be cut
/// off, too.
#[inline]
pub(crate) fn look() {
    look_at(|_| ());
}

/// The same where what is looked at is the engine's. `None` outside of any.
#[inline]
pub(crate) fn look_at<R>(read: impl FnOnce(&Core) -> R) -> Option<R> {
    let (permit, seen) = core::with(|core| (core.operate(), read(core)))?;
    if permit == Permit::Cut { cut() } else { Some(seen) }
}

/// Ends a poll that goes on and on in a run that has stopped.
pub(crate) struct Cut;

/// Ends the present poll by force. Natively the engine catches it; wasm cannot unwind, and stops with an error that the page
/// names.
#[cold]
fn cut() -> ! {
    std::panic::resume_unwind(Box::new(Cut))
}

/// A new object of the trace.
pub(crate) fn make(kind: ObjectKind, capacity: u32, from: ObjectId) -> ObjectId {
    core::with(|core| core.make(kind, capacity, from)).unwrap_or(ObjectId::OUTSIDE)
}

/// What to wake for a poll with this waker.
pub(crate) fn wake_of(waker: &Waker) -> Wake {
    core::with(|core| core.wake_of(waker)).unwrap_or_else(|| Wake::Foreign(waker.clone()))
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

/// A wait that the trace knows of, from [`Waiting::begin`] until it is dropped, and the task that waits.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Option<(WaitHead, u32, TaskId)>);

/// The most cases that are copied on the stack.
const FEW_CASES: usize = 8;

impl Waiting {
    /// Records that the running task waits, unless this wait of it is recorded already. A future that one task began can
    /// be polled by another: then the other waits, too.
    pub(crate) fn begin(&mut self, at: &'static Location<'static>, reason: WaitReason, cases: &[WaitCase]) {
        // The trace stores plain words.
        let mut few = [0; FEW_CASES];
        if cases.len() <= FEW_CASES {
            for (word, case) in few.iter_mut().zip(cases) {
                *word = case.0;
            }
            self.begin_words(at, reason, &few[..cases.len()]);
        } else {
            let many: Vec<u32> = cases.iter().map(|case| case.0).collect();
            self.begin_words(at, reason, &many);
        }
    }

    /// The same with raw words: a sleep's length.
    pub(crate) fn begin_words(&mut self, at: &'static Location<'static>, reason: WaitReason, words: &[u32]) {
        if core::with(|core| self.begin_in(core, at, reason, words)).is_none() {
            self.0 = None;
        }
    }

    /// The same where the engine is at hand.
    pub(crate) fn begin_in(
        &mut self,
        core: &mut Core,
        at: &'static Location<'static>,
        reason: WaitReason,
        words: &[u32],
    ) {
        let running = core.running();
        if self.0.is_none_or(|(_, _, task)| task != running) {
            let (head, nth) = core.begin_wait(at, reason, words);
            self.0 = Some((head, nth, running));
        }
    }

    fn end(&mut self) {
        // A wait that another task began stays with that task.
        if let Some((head, nth, task)) = self.0.take() {
            core::with(|core| {
                if core.running() == task {
                    core.end_wait(head, nth);
                }
            });
        }
    }
}

impl Drop for Waiting {
    #[inline]
    fn drop(&mut self) {
        if self.0.is_some() {
            self.end();
        }
    }
}
