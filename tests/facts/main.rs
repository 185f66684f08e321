//! The facts that the engine records so that a verdict can be sound: who has which handle, what the trace cannot see, who
//! gives way, and how a panic ends.

mod abort;
mod exposure;
mod handles;
mod panics;
mod printer;
mod turns;
