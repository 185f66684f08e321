//! The drain test: stop the traffic, close every scope, and let time pass until it is certain who stays.
//!
//! The judgement is [`crate::verdict::drain`]'s; here a run is driven towards it, on a run of its own, since a drained run
//! has no way back.

use crate::executor::engine::{Progress, Stop};
use crate::player::run::Player;
use crate::verdict::drain::{self, Drain};

/// How much virtual time a drain gets, in microseconds: two hours, many times the longest wait a knob can ask for.
pub const HORIZON_US: u64 = 7_200_000_000;

/// How a drain ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// It was judged.
    Judged(Drain),
    /// The run stopped before: a panic, or a bound.
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
    /// Playing up to the moment that is asked about.
    Playing(u64),
    /// Everything is let go.
    Draining,
}

impl DrainRun {
    /// Drains this run from where it is.
    pub fn new(player: Player) -> DrainRun {
        let now_us = player.now_us();
        DrainRun { player, phase: Phase::Playing(now_us), horizon_us: now_us + HORIZON_US }
    }

    /// Runs the same again up to where `player` is, and drains that: the run itself goes on as if nobody had asked.
    pub fn fork(player: &Player) -> DrainRun {
        let (now_us, fork) = (player.now_us(), player.fork());
        DrainRun { player: fork, phase: Phase::Playing(now_us), horizon_us: now_us + HORIZON_US }
    }

    /// Goes on, for about `polls_max` polls; the answer when there is one.
    pub fn advance(&mut self, polls_max: u64) -> Option<Drained> {
        let polls_before = self.player.ledger().counts().polls;
        loop {
            let spent = self.player.ledger().counts().polls - polls_before;
            let left = polls_max.checked_sub(spent).filter(|left| *left > 0)?;
            if let Some(drained) = self.go_on(left) {
                return Some(drained);
            }
        }
    }

    fn go_on(&mut self, polls_max: u64) -> Option<Drained> {
        match self.phase {
            Phase::Playing(until_us) => match self.player.play_to(until_us, polls_max) {
                Progress::Reached => {
                    self.player.drain();
                    self.phase = Phase::Draining;
                    None
                }
                Progress::More => None,
                Progress::Stopped => self.stopped(),
            },
            Phase::Draining => {
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
