//! VOCABULARY: what a Rust developer cancels with, on this engine, with tokio's semantics and tokio's words.
//!
//! - [`task`]: `spawn`, whose [`task::JoinHandle`] detaches when it is dropped and aborts when it is asked to;
//! - [`join_set`]: children that are dropped with their set;
//! - [`cancellation`]: a token that every holder can cancel, and hear;
//! - [`mutex`]: a lock whose guard gives it back when it is dropped;
//! - [`mpsc`]: a channel that ends with its last sender, and with its receiver;
//! - [`race`]: `select!` and `timeout`, which drop the loser;
//! - [`unfinished`]: work that is half done until it says that it is whole.
//!
//! A task is dropped where it waits: at an await, and nowhere else. What it held goes with it, and whoever waited for that
//! is answered. Each rule is tokio's documentation, held against tokio on its paused clock (`tests/dropped_like_tokio`).
//!
//! Deliberately absent: Go's words ([`crate::sync`]), in which nothing is dropped; threads, and `block_on`.

pub mod cancellation;
pub mod join_set;
pub mod mpsc;
pub mod mutex;
pub mod race;
pub mod task;
pub mod unfinished;
