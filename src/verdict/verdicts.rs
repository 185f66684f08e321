//! What is to be said of a task, and everything that is counted by it.
//!
//! Deliberately absent: when that changes. The judges find it, an event ends it.

use crate::trace::event::{Role, TaskId};
use crate::verdict::graph::Tie;
use crate::verdict::model::{Activity, Marks, NEVER, Task, Verdict};
use crate::verdict::pile::Keep;
use crate::verdict::run_state::{Changes, RunState};
use crate::verdict::slab::NONE;

/// Entries of a list of changes for which room is kept.
const LIST_KEPT: usize = 1_024;
/// From so many entries on the list of those who run again is cleared of those who ended.
const RUNS_AGAIN_MIN: usize = 64;

/// Whether it is known who can free a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    Known,
    Unknown,
}

impl RunState {
    /// Writes down what is to be said of a task, and everything that is counted by it.
    pub(super) fn set_verdict(&mut self, row: u32, verdict: Verdict) {
        let now_us = self.now_us();
        let task = &mut self.tasks[row];
        let before = std::mem::replace(&mut task.verdict, verdict);
        if before == verdict {
            return;
        }
        let (counted, role, scope) = (task.is_counted(), task.role, task.scope);
        task.leaked_us = if verdict.is_leaked() { task.leaked_us.min(now_us) } else { NEVER };
        for wait in self.tasks[row].waits.iter() {
            self.tally.leave(role, wait.head, before);
            self.tally.enter(role, wait.head, verdict);
        }
        if !counted {
            return;
        }
        *self.counts.of(before) -= 1;
        *self.counts.of(verdict) += 1;
        match (before.is_leaked(), verdict.is_leaked()) {
            (false, true) => {
                self.counts.leaked += 1;
                self.counts.parents_leaked += u32::from(role == Role::Parent);
                self.put_on_pile(row);
                self.note_activity(scope, Activity::RESHAPED);
                self.deactivate(scope);
            }
            (true, false) => {
                self.counts.leaked -= 1;
                self.counts.parents_leaked -= u32::from(role == Role::Parent);
                self.pile.end();
                self.note_activity(scope, Activity::RESHAPED);
                self.reactivate(row);
            }
            _ => {}
        }
    }

    fn put_on_pile(&mut self, row: u32) {
        let task = &mut self.tasks[row];
        if task.marks.insert(Marks::ON_PILE) { self.pile.push(task.id) } else { self.pile.revive() }
    }

    /// Drops the pile's entries that do not count any more, when they are the most part.
    pub(super) fn compact_pile(&mut self) {
        if !self.pile.is_due() {
            return;
        }
        let newest = self.pile.newest();
        let tasks = &mut self.tasks;
        self.pile.compact(|id| {
            let Some(row) = tasks.find(id.0) else { return Keep::No };
            if tasks[row].verdict.is_leaked() {
                return Keep::Yes;
            }
            if Some(id) != newest {
                tasks[row].marks.clear(Marks::ON_PILE);
            }
            Keep::No
        });
    }

    /// What is to be said of a task that is no leak.
    pub(super) fn refresh_verdict(&mut self, row: u32) {
        let task = &self.tasks[row];
        if task.verdict.is_leaked() {
            return;
        }
        let verdict = self.verdict_without_leak(task);
        self.set_verdict(row, verdict);
    }

    fn verdict_without_leak(&self, task: &Task) -> Verdict {
        if task.marks.has(Marks::MAY_BE_FREED) || task.marks.has(Marks::RUNS_AGAIN) {
            return Verdict::Unproven;
        }
        let is_over = task.is_counted() && self.is_over(task);
        if is_over { Verdict::Stopping } else { Verdict::Working }
    }

    /// Finds that nobody can free a task.
    pub(super) fn strand(&mut self, row: u32) {
        self.set_may_be_freed(row, Certainty::Known);
        self.tasks[row].marks.clear(Marks::RUNS_AGAIN);
        self.unlink_waits(row);
        let waits = &mut self.tasks[row].waits;
        let bytes = waits.bytes();
        waits.shrink();
        self.lists_bytes.resize(bytes, waits.bytes());
        self.retie_grants(row, Verdict::Stranded);
        self.set_verdict(row, Verdict::Stranded);
    }

    /// Takes back that a task is leaked.
    pub(super) fn retract(&mut self, row: u32) {
        if self.tasks[row].verdict == Verdict::Stranded {
            self.retie_grants(row, Verdict::Working);
        }
        let verdict = self.verdict_without_leak(&self.tasks[row]);
        self.set_verdict(row, verdict);
    }

    fn retie_grants(&mut self, row: u32, verdict: Verdict) {
        let mut edge = self.tasks[row].first_edge;
        while edge != NONE {
            let (tie, next) = self.graph.step(edge);
            match tie {
                Tie::Holds(right) if verdict == Verdict::Stranded => self.graph.retie(edge, Tie::StrandedHolds(right)),
                Tie::StrandedHolds(right) if verdict != Verdict::Stranded => self.graph.retie(edge, Tie::Holds(right)),
                _ => {}
            }
            edge = next;
        }
    }

    /// Notes whether a waiting task may be freed by somebody unknown.
    pub(super) fn set_may_be_freed(&mut self, row: u32, certainty: Certainty) {
        let marks = &mut self.tasks[row].marks;
        let before = marks.has(Marks::MAY_BE_FREED);
        match certainty {
            Certainty::Unknown => marks.set(Marks::MAY_BE_FREED),
            Certainty::Known => marks.clear(Marks::MAY_BE_FREED),
        }
        let after = marks.has(Marks::MAY_BE_FREED);
        self.may_be_freed = self.may_be_freed + u32::from(after) - u32::from(before);
    }
}

/// Before and after a judgement.
impl RunState {
    /// Where what counts as held changed for the stranded, too, none of them counts as stranded until it is judged again.
    /// Returns when each was found.
    pub(super) fn judge_stranded_anew(&mut self) -> Vec<(u32, u64)> {
        if !std::mem::take(&mut self.changes.is_premise_changed) {
            return Vec::new();
        }
        let leaked = self.tasks.rows().filter(|task| task.id.0 != NONE && task.verdict.is_leaked());
        let mut leaked: Vec<TaskId> = leaked.map(|task| task.id).collect();
        leaked.sort_unstable();
        let mut judged_anew = Vec::new();
        for id in leaked {
            let row = self.task_row(id).expect("it is alive");
            match self.tasks[row].verdict {
                Verdict::Stranded => {
                    judged_anew.push((row, self.tasks[row].leaked_us));
                    self.retract(row);
                    self.mark_dirty(row);
                }
                // A run that did the impossible once proves nothing any more.
                _ if self.contradictions > 0 => {
                    self.note_runs_again(id);
                    self.retract(row);
                }
                _ => {}
            }
        }
        judged_anew
    }

    /// Whoever is still stranded has been since it was first found.
    pub(super) fn keep_times(&mut self, judged_anew: Vec<(u32, u64)>) {
        for (row, leaked_us) in judged_anew {
            if self.tasks[row].verdict == Verdict::Stranded {
                self.tasks[row].leaked_us = leaked_us;
            }
        }
    }

    pub(super) fn forget_activities(&mut self) {
        for id in &self.changes.scopes {
            if let Some(row) = self.scopes.find(id.0) {
                self.scopes[row].activity = Activity::default();
            }
        }
        empty(&mut self.changes.scopes);
    }

    /// Forgets the changes, which were judged, and what nobody can name any more.
    pub(super) fn finish_judgement(&mut self) {
        let Changes { dirty, shrunk, grown, .. } = &mut self.changes;
        for (row, _) in shrunk.iter().chain(&*grown) {
            self.graph.forget_changes(*row);
        }
        empty(dirty);
        empty(shrunk);
        empty(grown);
        self.graph.sweep();
        self.compact_pile();
    }

    /// A task was seen to wake again in the same state since its request ended.
    pub(super) fn note_runs_again(&mut self, id: TaskId) {
        let Some(row) = self.task_row(id) else { return };
        if !self.tasks[row].marks.insert(Marks::RUNS_AGAIN) {
            return;
        }
        self.refresh_verdict(row);
        if self.runs_again.len() >= RUNS_AGAIN_MIN && self.runs_again.len() == self.runs_again.capacity() {
            let tasks = &self.tasks;
            let runs = |id: &TaskId| tasks.find(id.0).is_some_and(|row| tasks[row].marks.has(Marks::RUNS_AGAIN));
            self.runs_again.retain(runs);
        }
        self.runs_again.push(id);
    }

    /// An input may change what every task does next.
    pub(super) fn forget_runs_again(&mut self) {
        for id in std::mem::take(&mut self.runs_again) {
            if let Some(row) = self.task_row(id) {
                self.tasks[row].marks.clear(Marks::RUNS_AGAIN);
                self.refresh_verdict(row);
            }
        }
    }
}

/// Takes all entries out of a list, and leaves the room that an ordinary judgement needs.
fn empty<T>(list: &mut Vec<T>) {
    list.clear();
    if list.capacity() > LIST_KEPT {
        list.shrink_to(LIST_KEPT);
    }
}
