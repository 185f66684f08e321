//! MACHINE: bytecode → goroutines.
//!
//! Takes a [`Program`](super::code::program::Program), gives what a run of it printed, how it ended, and who is left: [`run::run`].
//! A goroutine is one future on the executor whose poll runs instructions until it blocks, ends, or has used its slice; its frames are
//! data. It waits in `sync`'s channels, locks and wait groups. The modules:
//!
//! | module | |
//! |---|---|
//! | [`value`], [`heap`] | what registers hold; objects with handles, collected by tracing |
//! | [`maps`] | Go's maps |
//! | [`goroutine`] | frames, panics, what a goroutine waits for |
//! | [`state`] | everything of one run |
//! | `execute`, `operators`, `lists`, `channels`, `unwind` | the instructions; arithmetic; slices; channels; panics, `defer` and `recover` |
//! | `natives`, `format`, `exact` | the functions of the library that are no Go; `fmt`; `math` and `unicode` |
//! | `driver` | the future |
//! | `facts` | who can end whose wait, as the trace says it |
//! | [`census`] | who is left at the end, and who of them can never go on |
//! | [`printed`] | what it has printed, for who reads along |
//! | [`run`](mod@run) | one run under a seed |
//!
//! Not here: what the library's packages look like (that is `library`), and who prints the answers (that is `cli`).

pub(crate) mod census;
mod channels;
mod driver;
mod exact;
mod execute;
mod facts;
mod format;
mod goroutine;
mod heap;
mod lists;
mod maps;
mod natives;
mod operators;
pub(crate) mod printed;
pub(crate) mod run;
mod state;
mod unwind;
mod value;
