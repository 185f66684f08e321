//! Several futures in one task, of which the first to end drops the others: tokio's `select!` and `timeout`.

use std::future::Future;
use std::pin::pin;

use futures::future::{self, Either};

use crate::sync::time::{Duration, sleep};

/// The future of a `timeout` that had not ended at its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// Waits for a future, and drops it at the deadline. A future that ends right then has ended in time.
///
/// # Errors
/// [`Elapsed`] at the deadline.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::input::never;
/// use pileup::executor::spawn::go;
/// use pileup::executor::timers::Instant;
/// use pileup::sync::rust::race::{Elapsed, timeout};
/// use pileup::sync::time::Duration;
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(async || assert_eq!(timeout(Duration::from_secs(1), never()).await, Err(Elapsed)), ());
/// });
/// engine.run_to(Instant::from_secs(1), u64::MAX);
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
#[track_caller]
pub fn timeout<F: Future>(after: Duration, future: F) -> impl Future<Output = Result<F::Output, Elapsed>> {
    let deadline = sleep(after);
    async move {
        match future::select(pin!(future), deadline).await {
            Either::Left((output, _)) => Ok(output),
            Either::Right(_) => Err(Elapsed),
        }
    }
}

/// Which of two futures ended first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First<A, B> {
    /// The one that is polled first.
    Left(A),
    /// The other one.
    Right(B),
}

/// Waits for the first of two futures and drops the other. Not for use by itself: see `select!`.
#[doc(hidden)]
pub async fn race<A: Future, B: Future>(left: A, right: B) -> First<A::Output, B::Output> {
    match future::select(pin!(left), pin!(right)).await {
        Either::Left((output, _)) => First::Left(output),
        Either::Right((output, _)) => First::Right(output),
    }
}

/// tokio's `select!` with `biased` and two branches: polls them in their order, goes on with the first that ends, and has
/// dropped the other by then, wherever it waited.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::input::never;
/// use pileup::executor::spawn::go;
/// use pileup::sync::rust::race::select;
/// use pileup::sync::time::{Duration, sleep};
///
/// async fn gives_up() -> &'static str {
///     select! {
///         biased;
///         _ = never() => "answered",
///         _ = sleep(Duration::ZERO) => "gave up",
///     }
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(async || assert_eq!(gives_up().await, "gave up"), ());
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
#[macro_export]
macro_rules! select_biased {
    (biased; $left:pat = $first:expr => $then:expr, $right:pat = $second:expr => $or:expr $(,)?) => {{
        let first = $crate::sync::rust::race::race($first, $second).await;
        match first {
            $crate::sync::rust::race::First::Left($left) => $then,
            $crate::sync::rust::race::First::Right($right) => $or,
        }
    }};
}

pub use crate::select_biased as select;
