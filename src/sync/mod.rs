//! VOCABULARY: Go's concurrency on this engine, with Go's semantics and Go's words.
//!
//! - [`chan`]: channels: rendezvous, buffered, nil, closed;
//! - [`select`]: `select`, with and without `default`, drawn by the seed among the ready cases;
//! - [`context`]: contexts that form a tree;
//! - [`time`]: `sleep`, `after`, `Timer`, `Ticker`, `tick`, `after_func`;
//! - [`wait_group`], [`mutex`], [`rw_mutex`], [`cond`], [`locker`], [`once`]: package `sync`; [`atomic`]: `sync/atomic`;
//! - [`errgroup`], [`semaphore`]: golang.org/x/sync; [`failure`]: Go's `error`;
//! - [`gosched`]: `runtime.Gosched`; [`work`]: functions that a primitive runs as tasks;
//! - [`panics`]: `panic`, `recover`, `Goexit`;
//! - [`rust`]: what Rust's readers have instead, with tokio's semantics;
//! - [`operation`]: what they share: one operation that proceeds now or queues, alone or as a case of a `select`.
//!
//! A wait is never retried by polling: the task that makes it possible completes it and wakes the waiter. A wait that
//! is dropped leaves every queue it stood in. Each rule is in Go's specification, its package documentation, or
//! recorded from real Go under `tests/go`.
//!
//! Deliberately absent, outside of [`rust`]: what Rust adds. A dropped sender closes nothing and a dropped receiver frees nobody, because in
//! Go nothing is dropped: that is how tasks are forgotten.

pub mod atomic;
pub mod chan;
mod children;
pub mod cond;
pub mod context;
pub(crate) mod deferred_drop;
pub mod errgroup;
pub mod failure;
pub mod gosched;
mod line;
pub mod locker;
pub mod mutex;
pub mod once;
pub mod operation;
pub mod panics;
pub mod rust;
pub mod rw_mutex;
pub mod select;
pub mod semaphore;
pub mod time;
pub mod wait_group;
pub mod work;
