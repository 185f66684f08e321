//! TIME: plays a run with its inputs, steps, seeks, and drains it.
//!
//! - [`run`]: one run of a lesson: its engine, its inputs, and the ledger of its tasks;
//! - `moment`: what is seen of a run at one moment; [`past`]: the way back, from the moments that were kept;
//! - [`curve`]: the counts over time, on a grid of virtual time; [`csv`]: the same for a spreadsheet;
//! - [`twin`]: two runs that differ in one knob;
//! - [`mod@drain`]: the drain test, on a run of its own; [`watch`]: what the known detectors would have said of it;
//! - [`sweep`]: how long a leak takes to fill the memory, at each load, each answer from a run of its own.
//!
//! A run is `(program, knobs, seed, inputs) → trace`, so to ask "what if" is to run beside, and what was not kept of
//! the past can be run again. Deliberately absent: the DOM, the machine's clock, and any state that a [`run::Spec`] cannot restore.

pub mod csv;
pub mod curve;
pub mod drain;
mod moment;
pub mod past;
pub mod run;
pub mod sweep;
pub mod twin;
pub mod watch;
