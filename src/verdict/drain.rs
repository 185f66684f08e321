//! The drain test: the final verdict of a run whose traffic was stopped and whose scopes were all closed. Whoever drives
//! the run asks after each step of the clock until there is an answer.
//!
//! Deliberately absent: driving the run (see `player`), and sentences (see `text`). A run that panicked or hit a limit has
//! no drain: ask [`Ledger::panic`] and [`Ledger::limit`] first.

use crate::trace::event::Role;
use crate::verdict::ledger::Ledger;
use crate::verdict::model::{Marks, Verdict};

/// How a drain run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drain {
    /// No task is left.
    Clean {
        /// When that was seen, in microseconds of the run.
        at_us: u64,
    },
    /// Every survivor is a leak, for this seed and these inputs.
    Leaks {
        /// When that was seen, in microseconds of the run.
        at_us: u64,
        /// Those that were found stranded.
        stranded: ByRole,
        /// Those that run for ever.
        runaway: ByRole,
        /// Those that only somebody could free who never will: a proven runaway, somebody who is not there any more, or
        /// the root, which rests for good.
        held_up: ByRole,
    },
    /// Somebody still ran when the time was up, and it was not proven that he always will.
    Unproven {
        /// Those that are leaked for certain.
        leaked: u32,
        /// Everybody else who is left.
        alive: u32,
        /// Up to when the run was looked at, in microseconds of the run.
        horizon_us: u64,
    },
}

/// Survivors by their part in their scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByRole {
    /// Tasks that a scope was opened for.
    pub parents: u32,
    /// Tasks that a task of a scope spawned.
    pub children: u32,
}

impl ByRole {
    /// Both together.
    pub fn total(self) -> u32 {
        self.parents + self.children
    }

    fn add(&mut self, role: Role) {
        match role {
            Role::Root => {}
            Role::Parent => self.parents += 1,
            Role::Child => self.children += 1,
        }
    }
}

/// The verdict on a run at rest; none as long as it must go on, at most until `horizon_us`.
pub fn judge(ledger: &Ledger, horizon_us: u64) -> Option<Drain> {
    let counts = ledger.counts();
    if counts.alive == 0 {
        return Some(Drain::Clean { at_us: ledger.now_us() });
    }
    let (leaked, alive) = (counts.leaked, counts.alive - counts.leaked);
    let unproven = Drain::Unproven { leaked, alive, horizon_us };
    match state_of(ledger) {
        Rest::Decided(circles) => Some(leaks(ledger, circles)),
        // Time changes nothing any more: it is somebody unknown who may wake a survivor, or nobody.
        Rest::MayBeWoken => Some(unproven),
        Rest::Moves => (ledger.now_us() >= horizon_us).then_some(unproven),
    }
}

/// Whether everybody who is left will be left for ever.
enum Rest {
    /// Nobody moves, or all who move do so in proven circles.
    Decided(Circles),
    /// Nobody moves; but somebody whom the trace does not know keeps a survivor's waker.
    MayBeWoken,
    /// Somebody moves, and it is not proven that he always will.
    Moves,
}

/// Calls to the outside world do not count: the scopes are closed, and the traffic is stopped.
fn state_of(ledger: &Ledger) -> Rest {
    let counts = ledger.counts();
    let rests = counts.ready == 0 && ledger.running().is_none();
    let nobody_moves = ledger.timers() == 0 && counts.working == 0;
    let is_proven = || ledger.shown_scopes().all(|(id, _)| ledger.is_proven(id));
    if !rests || !nobody_moves && !is_proven() {
        return Rest::Moves;
    }
    let may_be_woken = ledger.tasks().any(|task| task.marks.has(Marks::WAKER_KEPT));
    let circles = if nobody_moves { Circles::None } else { Circles::Proven };
    if may_be_woken { Rest::MayBeWoken } else { Rest::Decided(circles) }
}

/// Whether anybody moves in what is decided.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Circles {
    None,
    Proven,
}

/// Who is left for ever. A task that a proven circle makes and ends in each round is not.
fn leaks(ledger: &Ledger, circles: Circles) -> Drain {
    let [mut stranded, mut runaway, mut held_up] = [ByRole::default(); 3];
    for task in ledger.tasks() {
        match task.verdict {
            Verdict::Stranded => stranded.add(task.role),
            Verdict::Runaway => runaway.add(task.role),
            Verdict::Working | Verdict::Stopping | Verdict::Unproven => {
                if circles == Circles::None || ledger.rests_in_circle(task) {
                    held_up.add(task.role);
                }
            }
        }
    }
    Drain::Leaks { at_us: ledger.now_us(), stranded, runaway, held_up }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::testing::ledger;

    const HOUR_US: u64 = 3_600_000_000;

    #[test]
    fn a_run_without_survivors_is_clean() {
        let ledger = ledger("open; spawn s1 parent; poll t1; return; close s1; +5");
        assert_eq!(judge(&ledger, HOUR_US), Some(Drain::Clean { at_us: 5 }));
    }

    #[test]
    fn a_survivor_that_still_sleeps_is_waited_for_until_the_horizon() {
        let ledger = ledger("open; spawn s1 parent; poll t1; state 3; wait sleep 100; pending; close s1; +50");
        assert_eq!(judge(&ledger, HOUR_US), None);
        assert_eq!(judge(&ledger, 50), Some(Drain::Unproven { leaked: 0, alive: 1, horizon_us: 50 }));
    }

    #[test]
    fn stranded_and_runaway_survivors_are_told_apart() {
        let ledger = ledger(
            "open; spawn s1 parent; spawn s1 child; poll t1; wait nil-send; pending; poll t2; state; wait sleep 9; pending
             close s1; +9; wake t2; poll t2; over; state; wait sleep 9; pending; +1",
        );
        let [one_parent, one_child] = [ByRole { parents: 1, children: 0 }, ByRole { parents: 0, children: 1 }];
        let leaks = Drain::Leaks { at_us: 10, stranded: one_parent, runaway: one_child, held_up: ByRole::default() };
        assert_eq!(judge(&ledger, HOUR_US), Some(leaks));
    }

    #[test]
    fn who_waits_for_a_runaway_that_never_answers_is_held_up() {
        let ledger = ledger(
            "open; spawn s1 parent; poll t1; made chan; spawn s1 child; grant t2 o1!; state; wait recv o1!; pending
             poll t2; state; wait sleep 9; pending; close s1; +9; wake t2; poll t2; over; state; wait sleep 9; pending; +1",
        );
        let Some(Drain::Leaks { stranded, runaway, held_up, .. }) = judge(&ledger, HOUR_US) else { panic!("decided") };
        assert_eq!((stranded.total(), runaway.total(), held_up.total()), (0, 1, 1));
    }

    #[test]
    fn who_waits_for_a_root_that_rests_for_good_is_held_up() {
        let ledger =
            ledger("made chan; grant t0 o1!; open; spawn s1 parent; poll t1; wait recv o1!; pending; close s1; +1");
        let Some(Drain::Leaks { held_up, .. }) = judge(&ledger, HOUR_US) else { panic!("nobody moves") };
        assert_eq!(held_up.total(), 1);
    }

    #[test]
    fn a_run_is_not_judged_in_the_middle_of_an_instant() {
        let ledger = ledger("open; spawn s1 parent; close s1");
        assert_eq!(judge(&ledger, HOUR_US), None);
    }
}
