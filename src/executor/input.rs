//! Values from outside of the run: knobs that a reader turns while the program runs.
//!
//! An input has a virtual time and is an event of the trace, so a run with inputs repeats like any other.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::executor::context::{Waiting, look_at, wake_of};
use crate::executor::core;
use crate::trace::event::{ObjectId, Right, WaitCase, WaitReason};

/// The present value of input `number`; 0 when the run has no such input.
#[inline]
pub fn value(number: usize) -> u32 {
    look_at(|core| core.inputs.get(number).copied()).flatten().unwrap_or(0)
}

/// Whether the run is being drained: a task that makes new work stops now.
pub fn is_draining() -> bool {
    look_at(|core| core.draining).unwrap_or(false)
}

/// Waits for outside input. Completes at the next change of any input, and when a drain begins.
#[track_caller]
pub fn changed() -> Changed {
    Changed { at: Location::caller(), listens: None, waiting: Waiting::default() }
}

/// Waits for an answer from outside that never comes: a call that hangs.
///
/// The trace says what is true of it: the task waits for the outside world. Whether that makes it a leak is a verdict.
#[track_caller]
pub fn never() -> Never {
    Never { at: Location::caller(), waiting: Waiting::default() }
}

/// What the trace says of a call to the outside world that never returns.
pub(crate) fn outside_case() -> WaitCase {
    WaitCase::new(ObjectId::OUTSIDE, Right::Send)
}

/// What the trace says of a wait for the next input of a reader.
fn input_case() -> WaitCase {
    WaitCase::new(ObjectId::OUTSIDE, Right::Receive)
}

/// The future of [`changed`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Changed {
    at: &'static Location<'static>,
    /// The number under which it listens, and how many changes there were when it began.
    listens: Option<(u64, u64)>,
    waiting: Waiting,
}

impl Future for Changed {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let wake = wake_of(cx.waker());
        let before = self.listens;
        let listens = core::with(|core| {
            let (number, changes) = before.unwrap_or_else(|| core.listeners.join());
            let is_waiting = changes == core.listeners.changes();
            is_waiting.then(|| core.listeners.wait(number, wake))?;
            Some((number, changes))
        });
        let Some(listens) = listens.flatten() else { return Poll::Ready(()) };
        self.listens = Some(listens);
        let at = self.at;
        self.waiting.begin(at, WaitReason::ChanReceive, &[input_case()]);
        Poll::Pending
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        if let Some((number, _)) = self.listens {
            core::with(|core| core.listeners.leave(number));
        }
    }
}

/// The future of [`never()`].
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
