//! `runtime.Gosched`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::executor::context::give_way;

/// `runtime.Gosched()`: goes to the end of the ready queue, once.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::gosched::yield_now;
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(async || yield_now().await, ());
///     go(async || {}, ());
/// });
/// assert_eq!(engine.run_until_idle(), 3); // the first one, the second one, the first one again
/// ```
pub fn yield_now() -> Yield {
    Yield { turn: Turn::Before }
}

/// The future of [`yield_now`].
#[derive(Debug)]
#[must_use = "a task does not give way unless this is awaited"]
pub struct Yield {
    turn: Turn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Before,
    After,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.turn {
            Turn::Before => {
                self.turn = Turn::After;
                give_way(cx.waker());
                Poll::Pending
            }
            Turn::After => Poll::Ready(()),
        }
    }
}
