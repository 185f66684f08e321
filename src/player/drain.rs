//! The drain test: stops the traffic, closes every scope, and lets time pass until it is certain which tasks stay.
//!
//! [`crate::verdict::drain`] judges; here a run is driven to the point where it can. That needs a run of its own, since a
//! drained run cannot go back.

use crate::executor::engine::{Progress, Stop};
use crate::player::run::Player;
use crate::player::watch::Watch;
use crate::verdict::detectors::Findings;
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
    polls_max: u64,
    /// Whoever listens to the known detectors; a run that is drained in its place has begun without.
    watch: Option<Watch>,
    /// What is spent on looks, in polls.
    looks: u64,
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
        DrainRun::of(player, now_us, None)
    }

    /// Runs the same run again up to the present moment of `player`, and drains the copy: `player` itself is not affected.
    /// What the known detectors would have said is noted on the way.
    pub fn fork(player: &Player) -> DrainRun {
        let (now_us, fork) = (player.now_us(), player.fork());
        DrainRun::of(fork, now_us, Some(Watch::new()))
    }

    fn of(player: Player, at_us: u64, watch: Option<Watch>) -> DrainRun {
        let (phase, horizon_us) = (Phase::Playing(at_us), at_us + HORIZON_US);
        DrainRun { player, phase, horizon_us, polls_max: POLLS_MAX, watch, looks: 0 }
    }

    /// The same with fewer polls than [`POLLS_MAX`].
    #[cfg(test)]
    pub(super) fn within(mut self, polls_max: u64) -> DrainRun {
        self.polls_max = polls_max;
        self
    }

    /// What the known detectors would have said, once there is an outcome. None of a run that was drained in its place.
    pub fn findings(&mut self, drained: &Drained) -> Option<Findings> {
        let ledger = self.player.ledger();
        let left = match drained {
            Drained::Judged(Drain::Clean { .. }) => Some(0),
            Drained::Judged(Drain::Leaks { stranded, runaway, held_up, .. }) => {
                Some(stranded.total() + runaway.total() + held_up.total())
            }
            Drained::Judged(Drain::Unproven { .. }) | Drained::Stopped(_) => None,
        };
        self.watch.as_mut().map(|watch| watch.findings(ledger, left))
    }

    /// Continues for about `polls_max` polls. Returns the outcome once there is one.
    pub fn advance(&mut self, polls_max: u64) -> Option<Drained> {
        let before = self.spent();
        loop {
            let spent = self.spent() - before;
            let left = polls_max.checked_sub(spent).filter(|left| *left > 0)?;
            if let Some(drained) = self.advance_once(left) {
                return Some(drained);
            }
        }
    }

    fn spent(&self) -> u64 {
        self.player.ledger().counts().polls + self.looks
    }

    fn advance_once(&mut self, polls_max: u64) -> Option<Drained> {
        match self.phase {
            Phase::Playing(until_us) => {
                let stage_us = self.watch.as_ref().map_or(until_us, |watch| until_us.min(watch.next_us()));
                match self.player.play_to(stage_us, polls_max) {
                    Progress::Reached => {
                        self.look(stage_us);
                        if stage_us == until_us {
                            self.end(until_us);
                        }
                        None
                    }
                    Progress::More => None,
                    Progress::Stopped => self.stopped(),
                }
            }
            Phase::Draining { polls_before } => {
                if self.player.ledger().counts().polls - polls_before >= self.polls_max {
                    self.horizon_us = self.player.now_us();
                }
                if let Some(verdict) = drain::judge(self.player.ledger(), self.horizon_us) {
                    return Some(Drained::Judged(verdict));
                }
                if let Some(watch) = &mut self.watch {
                    let next_us = self.player.next_us().unwrap_or(u64::MAX);
                    watch.look_at_end(self.player.ledger(), self.player.now_us(), next_us);
                }
                match self.player.play_to_next(self.horizon_us) {
                    Progress::Stopped => self.stopped(),
                    _ => None,
                }
            }
        }
    }

    /// Lets the detectors look. A pass over whoever is alive takes as long as some polls.
    fn look(&mut self, now_us: u64) {
        if let Some(watch) = &mut self.watch {
            watch.look(self.player.ledger(), now_us);
            self.looks += 1 + u64::from(self.player.ledger().counts().alive) / 4;
        }
    }

    fn end(&mut self, now_us: u64) {
        if let Some(watch) = &mut self.watch {
            watch.end(self.player.ledger(), now_us);
        }
        self.player.drain();
        self.phase = Phase::Draining { polls_before: self.player.ledger().counts().polls };
    }

    fn stopped(&self) -> Option<Drained> {
        self.player.stop().map(Drained::Stopped)
    }
}
