//! ENGINE: a single-threaded executor of real futures on a virtual clock, which records every fact it sees.
//!
//! ```text
//!            spawn                 its turn                     Ready
//!  (nothing) ─────▶  ready queue ───────────▶  running (one) ─────────▶  finished
//!                        ▲                         │ Pending
//!                        │  wake                   ▼
//!                        └───────────────────── waiting
//! ```
//!
//! - [`engine`]: owns a run; one poll at a time, or up to a moment of virtual time;
//! - [`context`]: what tasks may ask of the engine that polls them (`now`, the trace, the seed);
//! - [`spawn`]: `go(worker, (&ctx, &results))`, scopes, and `futures::task::LocalSpawn`;
//! - [`input`]: values from outside, which a reader may change during a run;
//! - [`timers`]: the virtual clock's agenda;
//! - [`rng`]: seeded draws;
//! - [`limits`]: a bound on everything.
//!
//! Deliberately absent: threads, machine time, a reactor, and any knowledge of channels (they are built on top, in
//! [`crate::sync`]) or of who looks at the trace. No `unsafe`: a waker is a pair of numbers in an `Arc`, and what it
//! wakes is found through the engine that is entered on this thread.

pub mod context;
pub(crate) mod core;
pub mod engine;
pub mod input;
pub mod limits;
pub mod rng;
pub mod spawn;
pub mod timers;
