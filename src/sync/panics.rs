//! `panic`, `recover` and `runtime.Goexit`.
//!
//! Rust code cannot be left in its middle in wasm, which does not unwind. So a panic takes effect at the task's next
//! `.await`, and nothing that the task does in between counts. Then what the task has on its way is dropped, which runs
//! what it deferred, up to the next [`recover`]; without one the program ends, as in Go.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::executor::core::{self, Core};
use crate::executor::stop::Raised;
use crate::sync::operation::or_halt;
use crate::trace::event::Panic;

/// What a task panicked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked {
    /// Which of Go's panics.
    pub panic: Panic,
    /// The text of a panic of the program's own; empty for Go's.
    pub text: String,
}

/// What Go prints of the value that `recover` gives.
impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.panic == Panic::Value {
            return f.write_str(&self.text);
        }
        let line = self.panic.as_str();
        f.write_str(line.strip_prefix("panic: ").unwrap_or(line))
    }
}

/// `panic(text)`: awaiting it never ends.
pub async fn panic(text: &str) -> Infallible {
    core::with(|core| core.raise(Raised::Panic(Panic::Value, text.to_owned())));
    never_again().await
}

/// Panics again with what was recovered, as `panic(r)` does.
pub async fn panic_again(panicked: Panicked) -> Infallible {
    core::with(|core| core.raise(Raised::Panic(panicked.panic, panicked.text)));
    never_again().await
}

/// `runtime.Goexit()`: ends the task, after what it deferred has run. Awaiting it never ends.
pub async fn goexit() -> Infallible {
    core::with(|core| core.raise(Raised::Exit));
    never_again().await
}

fn never_again() -> impl Future<Output = Infallible> {
    poll_fn(|_| Poll::Pending)
}

/// Runs `body`; a panic in it ends `body` and no more. Go writes `defer func() { r = recover() }()` in a function of its own.
///
/// A fatal error of Go's (an unlock of an unlocked mutex) cannot be recovered from, and `Goexit` is none.
///
/// ```
/// use pileup::executor::config::Config;
/// use pileup::executor::engine::Engine;
/// use pileup::executor::spawn::go;
/// use pileup::sync::panics::{panic, recover};
///
/// async fn careful() {
///     let ended = recover(async { panic("oh").await }).await;
///     assert_eq!(ended.expect_err("it panicked").to_string(), "oh");
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| { go(careful, ()); });
/// engine.run_until_idle();
/// assert_eq!((engine.tasks_alive(), engine.stop()), (0, None));
/// ```
pub fn recover<F: Future>(body: F) -> Recover<F> {
    Recover { body: Some(Box::pin(body)) }
}

/// The future of [`recover`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Recover<F: Future> {
    body: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for Recover<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if core::with(|core| core.is_halted()).unwrap_or(false) {
            // What was raised before is not the body's.
            return Poll::Pending;
        }
        let body = self.body.as_mut().expect("a future is not polled after its end");
        let polled = body.as_mut().poll(cx);
        let Some(raised) = core::with(Core::begin_unwinding).flatten() else { return polled.map(Ok) };
        // What it deferred runs now, and counts again; a panic in it takes the place of the first.
        self.body = None;
        let recovered = core::with(|core| core.end_unwinding(raised)).flatten();
        or_halt(recovered.map(|(panic, text)| Err(Panicked { panic, text })))
    }
}

/// What the body deferred runs when it is dropped on the way of a `Goexit`, too, and a panic in that ends no more than in a
/// panic's.
impl<F: Future> Drop for Recover<F> {
    fn drop(&mut self) {
        let Some(body) = self.body.take() else { return };
        let before = core::with(Core::begin_drop).flatten();
        drop(body);
        if let Some(before) = before {
            core::with(|core| core.end_drop(before));
        }
    }
}
