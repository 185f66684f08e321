//! Pileup: what a cancelled task does when nobody taught it to listen.
//!
//! # The guided tour
//!
//! Data flows one way, down this list. Each module may know the ones above it, and none below.
//!
//! | module | |
//! |---|---|
//! | [`trace`] | FACTS: what happened, a few bytes an event |
//! | [`executor`] | ENGINE: real futures, one poll at a time, on a virtual clock |
//! | [`sync`] | VOCABULARY: Go's channels, `select`, contexts, locks, timers on that engine |
//! | [`golang`] | GO: the reader's own program, from its source on |
//! | [`text`] | WORDS: everything that the page says, in Korean and English |
//! | [`lessons`] | PROGRAMS: what the playground runs; the file that is compiled is the listing on the page |
//! | [`verdict`] | JUDGEMENT: working, stopping, stranded, runaway: a fold of the facts, never a guess |
//! | [`player`] | TIME: a run and its inputs: play, step, seek, drain |
//! | [`stage`] | PICTURE: the state of a run as shapes and pixels |
//! | [`caption`] | CAPTION: the words on such a picture, and below it |
//! | [`link`] | ADDRESS: everything a link carries |
//! | [`session`] | SESSION: what a reader does, and what is shown of it: actions in, effects out, no browser |
//! | `page` | BROWSER: nodes, canvases and listeners; the only place that knows there is one (compiled for wasm32 only) |
//! | `cli` | TERMINAL: the same runs without a browser (compiled elsewhere) |
//!
//! A run is `(program, knobs, seed, inputs) → trace`, byte for byte the same natively and in wasm:
//!
//! ```
//! use pileup::lessons;
//! use pileup::player::run::{Player, Spec};
//!
//! let lesson = lessons::by_name("leak").expect("the flagship");
//! let mut player = Player::new(Spec::new(&lesson)); // the switch is off
//! player.play_to(60_000_000, u64::MAX); // a minute of virtual time
//! let counts = player.ledger().counts();
//! assert!(counts.leaked > 0);
//!
//! let listen = lesson.knob("listen").expect("the switch");
//! player.set(listen, 1); // the reader flips it
//! player.play_to(70_000_000, u64::MAX);
//! let leaked = player.ledger().counts().leaked;
//! player.play_to(600_000_000, u64::MAX);
//! assert_eq!(player.ledger().counts().leaked, leaked); // no further task leaks, and none of the leaked ones comes back
//! ```
//!
//! ARCHITECTURE.md says which invariants hold between these modules and which test holds each of them.

#![forbid(unsafe_code)]

pub mod caption;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod executor;
pub mod golang;
pub mod lessons;
pub mod link;
#[cfg(target_arch = "wasm32")]
pub mod page;
pub mod player;
#[cfg(test)]
#[path = "../tests/property/mod.rs"]
mod property;
pub mod session;
pub mod stage;
pub mod sync;
pub mod text;
pub mod trace;
pub mod verdict;
#[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
pub mod written;

/// Replaces std's allocator on wasm: it is as fast and as economical here (the wasm benches say so), with a third of the code.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
