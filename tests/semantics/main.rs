//! The recorded answers of real Go (`tests/go/semantics/*.txt`) against the same programs on this engine.
//!
//! Each module here is one file there, function by function and line by line. [`harness::check`] compares rule by rule,
//! in the recorded order, and insists that every recorded rule is either answered or listed as not mirrored, with the
//! reason. So a new recording cannot go unnoticed, and neither can a rule that is listed and answered.

mod atomic;
mod channels;
mod context;
mod fatal;
mod group;
mod harness;
mod order;
mod panic;
mod select;
mod sync;
mod time;
mod waits;
