//! The drain test: stops the traffic, closes every scope, and lets time pass until it is certain which tasks stay.
//!
//! [`crate::verdict::drain`] judges; here a run is driven to the point where it can. That needs a run of its own, since a
//! drained run cannot go back.

use crate::executor::engine::{Progress, Stop};
use crate::player::run::Player;
use crate::verdict::drain::{self, Drain};

/// How much virtual time a drain gets, in microseconds: two hours, many times the longest wait a knob can ask for.
pub const HORIZON_US: u64 = 7_200_000_000;

/// How many polls a drain gets before its end is called unproven: a few seconds of work. Loops that nobody can prove would
/// go on up to the horizon.
pub const POLLS_MAX: u64 = 2_000_000;

/// How a drain ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// It was judged.
    Judged(Drain),
    /// The run stopped before it could be judged, at a panic or a bound.
    Stopped(Stop),
}

/// A drain under way.
pub struct DrainRun {
    player: Player,
    phase: Phase,
    horizon_us: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// It is played up to the moment to be judged, in microseconds.
    Playing(u64),
    /// Traffic has stopped and every scope is closed.
    Draining {
        /// How many polls there had been before.
        polls_before: u64,
    },
}

impl DrainRun {
    /// Drains this run from its present moment.
    pub fn new(player: Player) -> DrainRun {
        let now_us = player.now_us();
        DrainRun { player, phase: Phase::Playing(now_us), horizon_us: now_us + HORIZON_US }
    }

    /// Runs the same run again up to the present moment of `player`, and drains the copy: `player` itself is not affected.
    pub fn fork(player: &Player) -> DrainRun {
        let (now_us, fork) = (player.now_us(), player.fork());
        DrainRun { player: fork, phase: Phase::Playing(now_us), horizon_us: now_us + HORIZON_US }
    }

    /// Continues for about `polls_max` polls. Returns the outcome once there is one.
    pub fn advance(&mut self, polls_max: u64) -> Option<Drained> {
        let polls_before = self.player.ledger().counts().polls;
        loop {
            let spent = self.player.ledger().counts().polls - polls_before;
            let left = polls_max.checked_sub(spent).filter(|left| *left > 0)?;
            if let Some(drained) = self.advance_once(left) {
                return Some(drained);
            }
        }
    }

    fn advance_once(&mut self, polls_max: u64) -> Option<Drained> {
        match self.phase {
            Phase::Playing(until_us) => match self.player.play_to(until_us, polls_max) {
                Progress::Reached => {
                    self.player.drain();
                    self.phase = Phase::Draining { polls_before: self.player.ledger().counts().polls };
                    None
                }
                Progress::More => None,
                Progress::Stopped => self.stopped(),
            },
            Phase::Draining { polls_before } => {
                if self.player.ledger().counts().polls - polls_before >= POLLS_MAX {
                    self.horizon_us = self.player.now_us();
                }
                if let Some(verdict) = drain::judge(self.player.ledger(), self.horizon_us) {
                    return Some(Drained::Judged(verdict));
                }
                match self.player.play_to_next(self.horizon_us) {
                    Progress::Stopped => self.stopped(),
                    _ => None,
                }
            }
        }
    }

    fn stopped(&self) -> Option<Drained> {
        self.player.stop().map(Drained::Stopped)
    }
}
