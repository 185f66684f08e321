//! Runaway: its scope is over, it wakes again and again, and it never returns. Proven, never guessed.
//!
//! At each judgement in which a task of an ended scope had run, the scope's *state* (`snapshot`) is compared with a saved
//! one. When it repeats, whoever stands at the same place both times, and ran in between, runs again. It is a *proof* that
//! he always will when the state is everything that can decide what the scope's tasks do next:
//!
//! - every live task of the scope that is not stranded *declared* in its last poll what its next steps depend on, and
//!   nobody unknown keeps its waker;
//! - only insiders, the stranded, and a root that rests for good have a right on an object in reach, and none is at large;
//! - no channel in reach holds a message that a live task could receive: its value is not in the trace;
//! - nobody from outside, no drawn lot (`Drew`), no input, and no task that ended without a declaration had a hand in it
//!   in between;
//! - everybody's turn comes in the order in which they became ready, or no two tasks of the scope were ready at once:
//!   otherwise a draw, or whoever else is ready, decides which of them goes first.
//!
//! Tasks are deterministic, so the same state with the same influences goes the same way again, and for ever. Where the
//! visible state repeats and one of these does not hold, whoever ran is *unproven*: it wakes again and again since its
//! request ended, and it is not proven that it always will.
//!
//! The saved state is renewed after 1, 2, 4, … comparisons (Brent), so a cycle of any length is met, after a lead-in of
//! any length, with one state in memory. States are compared whole, not by a hash.
//!
//! Deliberately absent: cycles of several scopes together, and tasks of one scope whose periods have no common multiple
//! within the run. Such scopes stay *stopping*, which is true, and a drain run calls them unproven.

use crate::trace::event::{ScopeId, TaskId};
use crate::verdict::model::{Activity, Marks, Task, Verdict};
use crate::verdict::run_state::RunState;
use crate::verdict::slab::{NONE, Vacant};
use crate::verdict::snapshot::{Snapshot, Standing, may_be_proven, outline};
use crate::verdict::table::{Keyed, Table};

/// What was found at one moment of rest, in the order of the tasks' numbers.
#[derive(Default)]
pub(super) struct Findings {
    /// Those that run for ever.
    pub(super) runaways: Vec<TaskId>,
    /// Those that ran again, and may stop.
    pub(super) run_again: Vec<TaskId>,
}

/// The state of an ended scope that later ones are compared with.
#[derive(Clone)]
struct Watch {
    saved: Snapshot,
    /// Comparisons since it was saved, and after how many it is renewed.
    comparisons: u32,
    renewal: u32,
    /// Whether a task came or went since: then tasks may stand at other places.
    is_reshaped: bool,
    /// Whether a task does not stand as it stood: no need to compare the rest.
    is_changed: bool,
    inputs: u32,
}

/// An ended scope.
#[derive(Clone)]
struct Watched {
    scope: ScopeId,
    next: u32,
    /// Against which number of inputs it was proven that nothing in it will ever change; 0 for not proven.
    proof: u32,
    /// Who stands still in the circle that was proven, in the order of the tasks' numbers.
    resting: Box<[TaskId]>,
    /// Saved at a moment from which on everything that had a hand in the scope is known.
    closed: Option<Box<Watch>>,
    /// Saved at any moment.
    visible: Option<Box<Watch>>,
}

impl Vacant for Watched {
    fn vacant() -> Watched {
        Watched { scope: ScopeId(NONE), next: NONE, proof: 0, resting: Box::default(), closed: None, visible: None }
    }
}

impl Keyed for Watched {
    fn key(&self) -> u32 {
        self.scope.0
    }
    fn next(&self) -> u32 {
        self.next
    }
    fn set_next(&mut self, next: u32) {
        self.next = next;
    }
}

/// The judge of ended scopes, with what it saved of them.
#[derive(Clone)]
pub(super) struct Runaways {
    watched: Table<Watched>,
}

impl Runaways {
    pub(super) fn new() -> Runaways {
        Runaways { watched: Table::new() }
    }

    /// Whether it was proven that nothing in this scope will ever change, for the inputs so far.
    pub(super) fn is_proven(&self, state: &RunState, id: ScopeId) -> bool {
        let proof = self.watched.find(id.0).map(|row| self.watched[row].proof);
        state.contradictions == 0 && proof == Some(state.inputs)
    }

    /// Whether a task rests for ever while its scope goes round in a proven circle: after a round it stood where it had
    /// stood before, and had not run. One that the circle makes and ends, in each round or over several, does not: another
    /// one stands in its place after the round.
    pub(super) fn rests_in_circle(&self, task: &Task) -> bool {
        self.watched.find(task.scope.0).is_some_and(|row| self.watched[row].resting.binary_search(&task.id).is_ok())
    }

    /// Whether a task that waits again could tell anything new about its scope.
    pub(super) fn is_news(&self, state: &RunState, task: &Task) -> bool {
        let is_told_apart = task.marks.has(Marks::RUNS_AGAIN) && !task.marks.has(Marks::DECLARED);
        task.is_counted() && task.verdict != Verdict::Stranded && !is_told_apart && !self.is_proven(state, task.scope)
    }

    /// Judges the scopes in which something happened.
    pub(super) fn judge(&mut self, state: &RunState) -> Findings {
        for at in 0..state.changes.dirty.len() {
            // Only scopes that are over are watched.
            if let Some(task) = state.dirty_row(at).map(|row| &state.tasks[row]).filter(|task| state.is_over(task)) {
                self.note_change(task);
            }
        }
        let mut findings = Findings::default();
        for id in &state.changes.scopes {
            self.judge_scope(state, *id, &mut findings);
        }
        findings.runaways.sort_unstable();
        findings.run_again.sort_unstable();
        findings
    }

    fn note_change(&mut self, task: &Task) {
        let Some(row) = self.watched.find(task.scope.0) else { return };
        let Watched { closed, visible, .. } = &mut self.watched[row];
        for watch in closed.iter_mut().chain(visible) {
            watch.is_changed = watch.is_changed || watch.shows_change(task);
        }
    }

    fn judge_scope(&mut self, state: &RunState, id: ScopeId, findings: &mut Findings) {
        let known = self.watched.find(id.0);
        let Some(scope) = state.scope(id) else {
            known.map(|row| self.watched.take(row));
            return;
        };
        let row = known.unwrap_or_else(|| self.watched.insert(Watched { scope: id, ..Watched::vacant() }));
        let watched = &mut self.watched[row];
        watched.take_in(scope.activity, state.inputs);
        if scope.active == 0 {
            (watched.closed, watched.visible) = (None, None);
        } else if watched.proof != state.inputs {
            watched.compare(state, findings);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let watches = self.watched.rows().flat_map(|watched| watched.closed.iter().chain(&watched.visible));
        let resting = self.watched.rows().map(|watched| size_of_val(&*watched.resting)).sum::<usize>();
        self.watched.bytes() + resting + watches.map(|watch| size_of::<Watch>() + watch.saved.bytes()).sum::<usize>()
    }
}

impl Watched {
    /// Notes what happened in the scope since the last judgement.
    fn take_in(&mut self, activity: Activity, inputs: u32) {
        for watch in [&mut self.closed, &mut self.visible] {
            if watch.as_ref().is_some_and(|watch| watch.inputs != inputs) {
                *watch = None;
            }
            if let Some(watch) = watch.as_mut().filter(|_| activity.has(Activity::RESHAPED)) {
                (watch.is_reshaped, watch.is_changed) = (true, false);
            }
        }
        if activity.has(Activity::DISTURBED) {
            self.proof = 0;
            self.open();
        }
    }

    /// What was saved proves nothing any more.
    fn open(&mut self) {
        let closed = self.closed.take();
        self.visible = self.visible.take().or(closed);
    }

    fn compare(&mut self, state: &RunState, findings: &mut Findings) {
        let is_provable = state.contradictions == 0 && may_be_proven(state, self.scope);
        if !is_provable {
            self.open();
        }
        let is_due = self.closed.as_mut().map_or(is_provable, |watch| watch.tick());
        let is_visibly_due = self.visible.as_mut().map_or(!is_provable, |watch| watch.tick());
        if !is_due && !is_visibly_due {
            return;
        }
        let Some(mut snapshot) = Snapshot::of(state, self.scope) else { return self.open() };
        snapshot.is_provable &= is_provable;
        if !snapshot.is_provable {
            self.open();
        } else if self.prove(state, &snapshot, findings) {
            return;
        }
        self.compare_visible(state, &snapshot, findings);
        if snapshot.is_provable && is_due {
            Watch::save(&mut self.closed, snapshot, state);
        }
    }

    /// Whether the state repeats from a moment on from which everything is known: whoever ran is a runaway.
    fn prove(&mut self, state: &RunState, now: &Snapshot, findings: &mut Findings) -> bool {
        let Some(watch) = self.closed.as_ref() else { return false };
        let ran = watch.saved.ran_and_repeats(now);
        if ran.is_empty() {
            return false;
        }
        let is_new = |id: &TaskId| state.task(*id).is_some_and(|task| !task.verdict.is_leaked());
        findings.runaways.extend(ran.into_iter().filter(is_new));
        self.proof = state.inputs;
        self.resting = watch.saved.rests(now).collect();
        (self.closed, self.visible) = (None, None);
        true
    }

    /// Whether the state repeats as far as it is seen.
    fn compare_visible(&mut self, state: &RunState, now: &Snapshot, findings: &mut Findings) {
        if self.visible.is_none() && now.is_provable {
            return;
        }
        if let Some(watch) = &mut self.visible {
            let is_new = |id: &TaskId| {
                let is_new = |task: &Task| !task.verdict.is_leaked() && !task.marks.has(Marks::RUNS_AGAIN);
                state.task(*id).is_some_and(is_new)
            };
            let ran = watch.saved.ran_and_repeats(now);
            if !ran.is_empty() {
                findings.run_again.extend(ran.into_iter().filter(is_new));
                watch.saved = now.clone();
                watch.comparisons = 0;
                (watch.is_reshaped, watch.is_changed) = (false, false);
                return;
            }
        }
        Watch::save(&mut self.visible, now.clone(), state);
    }
}

impl Watch {
    /// Saves a state where there is none, or where it is time for a newer one.
    fn save(watch: &mut Option<Box<Watch>>, saved: Snapshot, state: &RunState) {
        let renewal = match watch {
            Some(watch) if watch.comparisons < watch.renewal => return,
            Some(watch) => watch.renewal.saturating_mul(2),
            None => 1,
        };
        let inputs = state.inputs;
        let fresh = Watch { saved, comparisons: 0, renewal, is_reshaped: false, is_changed: false, inputs };
        *watch = Some(Box::new(fresh));
    }

    /// One more comparison is asked for; whether it is worth to look at the whole state.
    fn tick(&mut self) -> bool {
        self.comparisons += 1;
        let is_changed = std::mem::replace(&mut self.is_changed, false);
        !is_changed || self.comparisons >= self.renewal
    }

    /// Whether this task alone shows that the state is another one.
    fn shows_change(&self, task: &Task) -> bool {
        if self.is_reshaped {
            return false;
        }
        let standings = &self.saved.tasks;
        let known = standings.binary_search_by_key(&task.id, |standing: &Standing| standing.task);
        known.is_ok_and(|index| standings[index].outline != outline(task))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::verdict::ledger::Ledger;
    use crate::verdict::testing::{ledger, show, trace};

    /// A parent that has returned, and a child that sleeps in a loop whose round is `round`, `rounds` times.
    fn looping(round: &str, rounds: usize) -> String {
        let start = "open; spawn s1 parent; poll t1; spawn s1 child; made chan; grant t2 o1!; return
             poll t2; state; wait sleep 10; pending; ";
        start.to_string()
            + &format!("+10; wake t2; poll t2; over; {round}; state; wait sleep 10; pending; ").repeat(rounds)
    }

    fn check(script: &str, expected: Expect) {
        expected.assert_eq(&show(&ledger(script)));
    }

    const FOUND: &str = "t2 child Runaway since 10\nspawned 2 alive 1 leaked 1 finished 1\n";
    const RUNS_AGAIN: &str = "t2 child Unproven\nspawned 2 alive 1 leaked 0 finished 1\n";
    const NOT_FOUND: &str = "t2 child Stopping\nspawned 2 alive 1 leaked 0 finished 1\n";

    #[test]
    fn a_loop_without_an_exit_is_proven_after_its_first_round() {
        assert_eq!(show(&ledger(&looping("", 1))), FOUND);
        assert_eq!(show(&ledger(&looping("", 0))), NOT_FOUND);
    }

    #[test]
    fn a_loop_is_no_runaway_while_its_scope_is_open() {
        check(
            "open; spawn s1 parent; poll t1; state; wait sleep 10; pending
             +10; wake t1; poll t1; over; state; wait sleep 10; pending; +10; wake t1; poll t1; over; state; wait sleep 10; pending",
            expect![[r#"
                t1 parent Working
                spawned 1 alive 1 leaked 0 finished 0
            "#]],
        );
    }

    #[test]
    fn a_loop_that_shows_its_progress_is_none() {
        let rounds =
            (1..50).rev().map(|left| format!("+10; wake t2; poll t2; over; state {left}; wait sleep 10; pending; "));
        assert_eq!(show(&ledger(&(looping("", 0) + &rounds.collect::<String>()))), NOT_FOUND);
    }

    #[test]
    fn a_timer_made_anew_in_each_round_is_the_same_timer() {
        let round = |object: u32| {
            format!(
                "made timer; grant t1 o{object}?; arm o{object} 7; state; wait select o{object}! o1!; pending; +7
                 disarm o{object}; wake t1; poll t1; over; revoke t1 o{object}?; gone o{object}; "
            )
        };
        let start = "open; spawn s1 parent; poll t1; made ctx; context s1 o1; grant t1 o1!; cancel o1; ";
        check(
            &format!(
                "{start}{}{}{}made timer; grant t1 o5?; arm o5 7; state; wait select o5! o1!; pending",
                round(2),
                round(3),
                round(4)
            ),
            expect![[r#"
                t1 parent Runaway since 7
                spawned 1 alive 1 leaked 1 finished 0
            "#]],
        );
    }

    #[test]
    fn chance_in_a_round_forbids_a_proof() {
        assert_eq!(show(&ledger(&looping("drew", 9))), RUNS_AGAIN);
    }

    #[test]
    fn a_hand_from_outside_in_a_round_forbids_a_proof() {
        let script = "spawn s0 root; poll t1; open; spawn s1 parent; state; wait sleep 10; pending
             poll t2; made chan; grant t1 o1!; wait recv o1!; pending; close s1; ";
        let round = "+10; wake t1; poll t1; over; wake t2; state; wait sleep 10; pending; poll t2; over; state; wait recv o1!; pending; ";
        check(
            &(script.to_string() + &round.repeat(9)),
            expect![[r#"
                t2 parent Unproven
                spawned 1 alive 1 leaked 0 finished 0
            "#]],
        );
    }

    #[test]
    fn whoever_could_still_take_part_from_outside_forbids_a_proof() {
        let outsider =
            "made chan; spawn s0 root; grant t1 o1!; poll t1; state; wait sleep 999; pending; open; spawn s1 parent
             poll t2; grant t2 o1?; state; wait sleep 10; pending; close s1; ";
        let round = "+10; wake t2; poll t2; over; state; wait sleep 10; pending; ";
        let script = outsider.to_string() + &round.repeat(5);
        check(
            &script,
            expect![[r#"
                t2 parent Unproven
                spawned 1 alive 1 leaked 0 finished 0
            "#]],
        );
        let gone = format!("{script}+1; wake t1; poll t1; over; revoke t1 o1!; return; {round}{round}");
        check(
            &gone,
            expect![[r#"
                t2 parent Runaway since 71
                spawned 1 alive 1 leaked 1 finished 0
            "#]],
        );
    }

    #[test]
    fn a_context_that_somebody_outside_can_still_cancel_forbids_a_proof() {
        let script =
            "made ctx; spawn s0 root; grant t1 o1!; poll t1; state; wait sleep 999; pending; open; spawn s1 parent
             poll t2; made ctx o1; context s1 o2; spawn s1 child; return; poll t3; state; wait sleep 10; pending; ";
        let round = "+10; wake t3; poll t3; over; state; wait sleep 10; pending; ";
        check(
            &(script.to_string() + &round.repeat(5)),
            expect![[r#"
                t3 child Unproven
                spawned 2 alive 1 leaked 0 finished 1
            "#]],
        );
    }

    #[test]
    fn a_message_more_in_each_round_is_another_state() {
        let rounds = (1..9)
            .map(|level| format!("+10; wake t2; poll t2; over; level o1 {level}; state; wait sleep 10; pending; "));
        assert_eq!(show(&ledger(&(looping("", 0) + &rounds.collect::<String>()))), NOT_FOUND);
    }

    #[test]
    fn a_helper_spawned_in_each_round_is_no_runaway_but_its_spawner_is() {
        let round = |helper: u32| {
            format!(
                "+10; wake t2; poll t2; over; spawn s1 child; state; wait sleep 10; pending
                 poll t{helper}; state; wait sleep 4; pending; +4; wake t{helper}; poll t{helper}; over; state; return; +6
                 wake t2; poll t2; over; state; wait sleep 10; pending; "
            )
        };
        let rounds: String = (3..9).map(round).collect();
        check(
            &(looping("", 0) + &rounds),
            expect![[r#"
                t2 child Runaway since 40
                spawned 8 alive 1 leaked 1 finished 7
            "#]],
        );
    }

    #[test]
    fn two_loops_of_one_scope_are_proven_together_when_their_periods_meet() {
        let start = "open; spawn s1 parent; poll t1; spawn s1 child; spawn s1 child; return
             poll t2; state; wait sleep 2; pending; poll t3; state; wait sleep 3; pending; ";
        let script: String = (1..=30)
            .map(|now| {
                let wake = |task: u32, period: u32| {
                    if now % period == 0 {
                        format!("wake t{task}; poll t{task}; over; state; wait sleep {period}; pending; ")
                    } else {
                        String::new()
                    }
                };
                format!("+1; {}{}", wake(2, 2), wake(3, 3))
            })
            .collect();
        check(
            &(start.to_string() + &script),
            expect![[r#"
                t2 child Runaway since 10
                t3 child Runaway since 10
                spawned 3 alive 2 leaked 2 finished 1
            "#]],
        );
    }

    #[test]
    fn an_input_may_end_a_runaway_which_is_on_the_pile_no_more() {
        let mut ledger = Ledger::new();
        ledger.catch_up(&trace(&(looping("", 3) + "input k0 1; +10; wake t2; poll t2; over; heard; return")));
        ledger.verify();
        assert_eq!((ledger.counts().leaked, ledger.counts().finished, ledger.leaks_found()), (0, 2, 1));
        assert_eq!((ledger.pile().count(), ledger.contradictions()), (0, 0));
    }

    #[test]
    fn a_runaway_that_returns_all_the_same_is_a_contradiction_and_nothing_is_proven_after_it() {
        let script = looping("", 3) + "+10; wake t2; poll t2; over; return; ";
        let again = looping("", 3).replace("s1", "s2").replace("t2", "t4").replace("t1", "t3").replace("o1", "o2");
        let mut ledger = Ledger::new();
        ledger.catch_up(&trace(&(script + &again)));
        ledger.settle();
        ledger.verify();
        assert_eq!((ledger.contradictions(), ledger.counts().leaked, ledger.counts().unproven), (1, 0, 1));
    }

    #[test]
    fn a_runaway_that_blocks_for_good_is_stranded_and_lies_on_the_pile_once() {
        let ledger = ledger(&(looping("", 2) + "input k0 1; +10; wake t2; poll t2; over; wait nil-recv; pending"));
        expect![[r#"
            t2 child Stranded since 10
            spawned 2 alive 1 leaked 1 finished 1
        "#]]
        .assert_eq(&show(&ledger));
        assert_eq!((ledger.pile().count(), ledger.leaks_found()), (1, 1));
    }
}
