//! Values from outside of the run: knobs that a reader turns while the program runs.
//!
//! An input has a virtual time and is an event of the trace, so a run with inputs repeats like any other.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::executor::context::Waiting;
use crate::executor::core;
use crate::trace::event::{ObjectId, Right, WaitCase, WaitReason};

/// The present value of input `number`; 0 when the run has no such input.
pub fn value(number: usize) -> u32 {
    core::with(|core| core.inputs.get(number).copied()).flatten().unwrap_or(0)
}

/// Whether the run is being drained: whoever makes new work stops now.
pub fn is_draining() -> bool {
    core::with(|core| core.draining).unwrap_or(false)
}

/// Waits for outside input. Completes at the next change of any input, and when a drain begins.
#[track_caller]
pub fn changed() -> Changed {
    Changed { at: Location::caller(), asked: None, waiting: Waiting::default() }
}

/// Waits for an answer from outside that never comes: a call that hangs.
///
/// The trace says what is true of it: the task waits for the outside world. Whether that makes it a leak is a verdict.
#[track_caller]
pub fn never() -> Never {
    Never { at: Location::caller(), waiting: Waiting::default() }
}

/// What the trace says of a wait for outside input.
pub(crate) fn outside_case() -> WaitCase {
    WaitCase::new(ObjectId::OUTSIDE, Right::Send)
}

/// Who waits for the next change of an input. Leaves with the future that waits.
#[derive(Default)]
pub(crate) struct Listeners {
    /// The numbers of those who wait, ascending, and beside them whom to wake.
    numbers: Vec<u64>,
    wakers: Vec<Waker>,
    joined: u64,
    changes: u64,
}

impl Listeners {
    /// Wakes all. The caller wakes outside of [`core::with`], since waking enters it.
    pub(crate) fn change(&mut self) -> Vec<Waker> {
        self.changes += 1;
        self.numbers.clear();
        std::mem::take(&mut self.wakers)
    }

    fn wait(&mut self, number: u64, waker: &Waker) {
        match self.numbers.binary_search(&number) {
            Ok(at) => self.wakers[at].clone_from(waker),
            Err(at) => {
                self.numbers.insert(at, number);
                self.wakers.insert(at, waker.clone());
            }
        }
    }

    fn leave(&mut self, number: u64) -> Option<Waker> {
        let at = self.numbers.binary_search(&number).ok()?;
        self.numbers.remove(at);
        Some(self.wakers.remove(at))
    }
}

/// The future of [`changed`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Changed {
    at: &'static Location<'static>,
    /// The number under which it listens, and how many changes there were when it began.
    asked: Option<(u64, u64)>,
    waiting: Waiting,
}

impl Future for Changed {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let asked = self.asked;
        let listens = core::with(|core| {
            let listeners = &mut core.listeners;
            let (number, changes) = asked.unwrap_or_else(|| {
                listeners.joined += 1;
                (listeners.joined, listeners.changes)
            });
            if changes != listeners.changes {
                return None;
            }
            listeners.wait(number, cx.waker());
            Some((number, changes))
        });
        let Some(listens) = listens.flatten() else { return Poll::Ready(()) };
        self.asked = Some(listens);
        let at = self.at;
        self.waiting.begin(at, WaitReason::ChanReceive, &[outside_case()]);
        Poll::Pending
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        if let Some((number, _)) = self.asked {
            core::with(|core| core.listeners.leave(number));
        }
    }
}

/// The future of [`never`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Never {
    pub(crate) at: &'static Location<'static>,
    waiting: Waiting,
}

impl Future for Never {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let at = self.at;
        self.waiting.begin(at, WaitReason::ChanReceive, &[outside_case()]);
        Poll::Pending
    }
}
