//! TIME: plays a run with its inputs, steps, seeks, and drains it.
//!
//! - [`run`]: one run of a lesson: its engine, its inputs, and the ledger of its tasks;
//! - [`curve`]: the counts over time, on a grid of virtual time; [`csv`]: the same for a spreadsheet;
//! - [`mod@drain`]: the drain test, on a run of its own.
//!
//! A run is `(program, knobs, seed, inputs) → trace`, so to seek backwards is to run again, and to ask "what if" is to run
//! beside. Deliberately absent: the DOM, the machine's clock, and any state that a [`run::Spec`] cannot restore.

pub mod csv;
pub mod curve;
pub mod drain;
pub mod run;
