//! Pileup.
pub mod executor;
pub mod lessons;
pub mod sync;
pub mod trace;
