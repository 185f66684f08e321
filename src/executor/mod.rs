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
//! - [`config`], [`limits`]: what a run is made of, and a bound on everything;
//! - [`context`]: what tasks may ask of the engine that polls them (`now`, the trace, the seed);
//! - [`spawn`], [`hand_over`]: `go(worker, (&ctx, &results))`, scopes, `futures::task::LocalSpawn`, and what can be handed
//!   to a task so that the trace sees it;
//! - [`holder`]: the holder of a handle;
//! - [`state`]: what a task says of its own state, for a proof that it goes on for ever;
//! - [`input`]: values from outside, which a reader may change during a run;
//! - [`process`]: what ends the process and starts it anew;
//! - [`stop`]: why a run, a poll or an operation does not go on;
//! - [`timers`]: the virtual clock's agenda;
//! - [`rng`]: seeded draws.
//!
//! Inside: `core` (what a poll can reach), `tasks` (a slot for each live task), `ready` (who is next), `listeners` (who
//! waits for an input), `standing` and `interpreted` (where an interpreted task is, and what it asks), `restart` (a process ends, another begins), `wake` (whom to wake), `heap` (the account of what primitives keep).
//!
//! Deliberately absent: threads, machine time, a reactor, and any knowledge of channels (they are built on top, in
//! [`crate::sync`]) or of the readers of the trace. No `unsafe`: a waker is a pair of numbers in an `Arc`, and what it
//! wakes is found through the engine that is entered on this thread.

pub mod config;
pub mod context;
pub(crate) mod core;
pub mod engine;
pub(crate) mod grant;
pub mod hand_over;
pub(crate) mod heap;
pub mod holder;
pub mod input;
#[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
pub(crate) mod interpreted;
pub mod limits;
pub(crate) mod listeners;
pub mod process;
pub(crate) mod ready;
mod restart;
pub mod rng;
pub mod spawn;
pub(crate) mod standing;
pub mod state;
pub mod stop;
pub(crate) mod tasks;
pub mod timers;
mod unwinding;
pub(crate) mod wake;
