//! The drain test as the page has it: who would be left if everything ended now, answered over a few ticks.

use crate::player::drain::{DrainRun, Drained};
use crate::player::run::Player;
use crate::verdict::detectors;
use crate::verdict::ledger::Ledger;

/// Polls that a tick makes for the drain test.
const DRAIN_POLLS: u64 = 60_000;

/// What became of the drain test.
pub enum DrainState {
    /// Nobody has asked.
    NotAsked,
    /// It runs, beside the run.
    Running(Box<DrainRun>, DetectorReports),
    /// The answer, and what the known detectors would have said.
    Answered(Drained, DetectorReports),
}

/// How many tasks each known detector would have reported when the drain test was asked for.
#[derive(Clone, Copy)]
pub struct DetectorReports {
    /// When that was, in milliseconds of virtual time.
    pub at_ms: u64,
    /// Uber's LeakProf.
    pub leakprof: u32,
    /// Go's `goroutineleak` profile.
    pub goroutineleak: u32,
    /// The runtime's *all goroutines are asleep*.
    pub deadlock: u32,
    /// `testing/synctest`.
    pub synctest: u32,
}

impl DetectorReports {
    fn of(ledger: &Ledger, at_ms: u64) -> DetectorReports {
        let suspects = detectors::leakprof(ledger, detectors::LEAKPROF_THRESHOLD);
        DetectorReports {
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

impl DrainState {
    /// Asks about the moment at which the run stands.
    pub fn ask(player: &Player) -> DrainState {
        let reports = DetectorReports::of(player.ledger(), player.now_us() / 1000);
        DrainState::Running(Box::new(DrainRun::fork(player)), reports)
    }

    /// Whether the answer is still being worked out.
    pub fn is_running(&self) -> bool {
        matches!(self, DrainState::Running(..))
    }

    /// Goes on for a tick; whether there is news.
    pub fn advance(&mut self) -> bool {
        if let DrainState::Running(drain, reports) = self
            && let Some(drained) = drain.advance(DRAIN_POLLS)
        {
            *self = DrainState::Answered(drained, *reports);
            return true;
        }
        false
    }
}
