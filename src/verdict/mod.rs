//! JUDGEMENT: what the facts of a trace mean.
//!
//! - [`ledger`]: a fold of the trace into "who is where now", a few bytes a task; every other module here reads it;
//! - [`liveness`]: *stranded*: waits, and nobody who could still run can ever end that wait;
//! - [`runaway`]: *runaway*: its scope is over, and its state repeats for ever;
//! - [`drain`]: the final verdict of a run whose traffic was stopped;
//! - [`detectors`]: what each known leak detector would say of the same state.
//!
//! Inside: `fold` and `scopes` (what an event does to the ledger), `slab` (rows without copying), `graph` (objects, who holds them and who waits for them), `queue` (the ready
//! queue), `waits` (what one task waits for), `tally` (how many wait where), `verify` (what must always hold).
//!
//! Deliberately absent: any guess (there is no time-out after which a task counts as leaked), any sentence for a reader
//! (see `text`), any floating point, and any import but of [`crate::trace`]: a verdict is a function of the
//! facts, so whoever has the trace can check it.

pub mod detectors;
pub mod drain;
mod fold;
mod graph;
pub mod ledger;
pub mod liveness;
mod queue;
pub mod runaway;
mod scopes;
mod slab;
mod tally;
#[cfg(test)]
mod testing;
mod verify;
mod waits;
