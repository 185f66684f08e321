//! The drain test as the page has it: who would be left if everything ended now, answered over a few ticks.

use crate::player::drain::{DrainRun, Drained};
use crate::player::run::Player;
use crate::verdict::detectors::{Detector, Finding, Findings};

/// Polls that a tick makes for the drain test.
const DRAIN_POLLS: u64 = 60_000;

/// What became of the drain test.
pub enum DrainState {
    /// Nobody has asked.
    NotAsked,
    /// It runs, beside the run.
    Running(Box<DrainRun>, Asked),
    /// The answer, and what the known detectors would have said.
    Answered(Drained, Asked, Findings),
}

/// How things stood when the drain test was asked for.
#[derive(Clone, Copy)]
pub struct Asked {
    /// When that was, in milliseconds of virtual time.
    pub at_ms: u64,
    /// How many were told to stop, and not leaked.
    pub late: u32,
}

/// Whether none of those that look for blocked goroutines would have reported anybody.
pub fn are_silent(findings: &[Finding]) -> bool {
    use Detector::{Deadlock, GoroutineLeak, LeakProf, Synctest};
    let blocked = [LeakProf, GoroutineLeak, Deadlock, Synctest];
    findings.iter().all(|finding| finding.first_us.is_none() || !blocked.contains(&finding.detector))
}

impl DrainState {
    /// Asks about the moment at which the run stands.
    pub fn ask(player: &Player) -> DrainState {
        let asked = Asked { at_ms: player.now_us() / 1000, late: player.ledger().counts().stopping };
        DrainState::Running(Box::new(DrainRun::fork(player)), asked)
    }

    /// Whether the answer is still being worked out.
    pub fn is_running(&self) -> bool {
        matches!(self, DrainState::Running(..))
    }

    /// Goes on for a tick; whether there is news.
    pub fn advance(&mut self) -> bool {
        if let DrainState::Running(drain, asked) = self
            && let Some(drained) = drain.advance(DRAIN_POLLS)
            && let Some(findings) = drain.findings(&drained)
        {
            *self = DrainState::Answered(drained, *asked, findings);
            return true;
        }
        false
    }
}
