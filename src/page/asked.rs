//! The question who would be left if everything ended now: asked by the reader, answered over a few ticks.

use crate::page::app::App;
use crate::player::drain::{DrainRun, Drained};
use crate::verdict::detectors;
use crate::verdict::ledger::Ledger;

/// Polls that a tick makes for the drain test.
const DRAIN_POLLS: u64 = 60_000;

/// What became of the drain test.
pub(crate) enum Asked {
    No,
    Running(Box<DrainRun>, Detectors),
    Answered(Drained, Detectors),
}

/// How many tasks each known detector would have reported when the question was asked.
#[derive(Clone, Copy)]
pub(crate) struct Detectors {
    pub(crate) at_ms: u64,
    pub(crate) leakprof: u32,
    pub(crate) goroutineleak: u32,
    pub(crate) deadlock: u32,
    pub(crate) synctest: u32,
}

impl Detectors {
    fn ask(ledger: &Ledger, at_ms: u64) -> Detectors {
        let suspects = detectors::leakprof(ledger, detectors::LEAKPROF_THRESHOLD);
        Detectors {
            at_ms,
            leakprof: suspects.iter().map(|suspect| suspect.blocked).sum(),
            goroutineleak: detectors::goroutineleak_profile(ledger).len() as u32,
            deadlock: match detectors::all_asleep(ledger) {
                detectors::Asleep::Deadlock => ledger.counts().alive,
                detectors::Asleep::Silent => 0,
            },
            synctest: match detectors::synctest(ledger) {
                detectors::Synctest::Panics { blocked } => blocked,
                _ => 0,
            },
        }
    }
}

impl App {
    pub(crate) fn ask(&mut self) {
        let scene = self.scene.borrow();
        let player = &scene.run.player;
        let detectors = Detectors::ask(player.ledger(), player.now_us() / 1000);
        self.asked = Asked::Running(Box::new(DrainRun::fork(player)), detectors);
    }

    /// Whether there is news of the drain test.
    pub(crate) fn advance_drain(&mut self) -> bool {
        if let Asked::Running(drain, detectors) = &mut self.asked
            && let Some(drained) = drain.advance(DRAIN_POLLS)
        {
            self.asked = Asked::Answered(drained, *detectors);
            return true;
        }
        false
    }
}
