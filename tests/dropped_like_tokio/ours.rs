//! The playground's side.

use futures::future::{join_all, pending};
use pileup::executor::context::now;
use pileup::executor::engine::{Config, Engine};
use pileup::executor::spawn::go;
use pileup::executor::timers::Instant;
use pileup::sync::rust::cancellation::CancellationToken;
use pileup::sync::rust::join_set::JoinSet;
use pileup::sync::rust::mpsc;
use pileup::sync::rust::mutex::Mutex;
use pileup::sync::rust::race::{select, timeout};
use pileup::sync::rust::task::spawn;
use pileup::sync::time::sleep;

use crate::case::*;

#[path = "program.rs"]
mod program;

pub(crate) fn play(case: Case) -> Vec<Line> {
    let mut engine = Engine::new(Config::default());
    let log = Log::new(|| now().as_micros() / 1_000);
    engine.start(|| {
        go(program::parent, (log.clone(), case));
    });
    engine.run_to(Instant::from_micros(HORIZON.as_micros() as u64), u64::MAX);
    assert_eq!(engine.stop(), None);
    log.take()
}
