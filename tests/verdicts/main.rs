//! A verdict is sound, or it is silent: each class of programs that once got a verdict which its own run contradicted, as
//! the smallest program that shows it, beside a twin in which the claim is true and must still be made.

mod drain;
mod dropping;
mod handles;
mod operate;
mod play;
mod repeated_state;
mod scopes;
mod waits;
