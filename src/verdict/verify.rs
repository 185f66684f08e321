//! What must hold in every ledger: each number that is kept up to date equals the one counted anew.
//!
//! Tests call it after random events. Deliberately absent: any rule about who is leaked; see the oracle in
//! [`crate::verdict::liveness`].

use std::collections::BTreeSet;

use crate::trace::event::{ScopeId, TaskId};
use crate::verdict::fold::calls_outside;
use crate::verdict::graph::Tie;
use crate::verdict::ledger::{Counts, Ledger, State, Task, Verdict};
use crate::verdict::tally::Tally;

impl Ledger {
    /// Checks every inner invariant, at the cost of a pass over all that is kept.
    ///
    /// # Panics
    /// When one does not hold: a bug of this module.
    pub fn verify(&self) {
        self.verify_counts();
        self.verify_waits();
        self.verify_scopes();
        self.verify_queue();
        self.verify_edges();
        self.verify_pile();
    }

    fn verify_counts(&self) {
        let mut anew = Counts { polls: self.counts().polls, ready: self.counts().ready, ..Counts::default() };
        for task in self.tasks().filter(|task| task.is_counted()) {
            anew.alive += 1;
            match task.verdict {
                Verdict::Working => anew.working += 1,
                Verdict::Stopping => anew.stopping += 1,
                Verdict::Stranded => anew.stranded += 1,
                Verdict::Runaway => anew.runaway += 1,
            }
            let leaked_parent = Some(task.id) == self.parent_of(task.scope) && task.verdict.is_leaked();
            anew.parents_leaked += u32::from(leaked_parent);
        }
        let kept = self.counts();
        anew.leaked = anew.stranded + anew.runaway;
        (anew.spawned, anew.finished) = (kept.spawned, kept.spawned - anew.alive);
        (anew.heard, anew.told, anew.events) = (kept.heard, kept.told, kept.events);
        assert_eq!(kept, anew, "counts add up");
        assert_eq!(kept.alive, kept.working + kept.stopping + kept.leaked);
    }

    fn parent_of(&self, scope: ScopeId) -> Option<TaskId> {
        self.scope(scope).and_then(|scope| scope.parent)
    }

    fn verify_waits(&self) {
        let mut tally = Tally::default();
        let (mut timers, mut calls) = (self.graph.armed(), 0);
        for task in self.tasks() {
            for wait in task.waits() {
                tally.enter(task.role, wait.head, task.verdict);
                timers += u32::from(wait.head.reason == crate::trace::event::WaitReason::Sleep);
                calls += u32::from(calls_outside(wait.head, wait.cases));
            }
        }
        assert_eq!(self.waits().collect::<Vec<_>>(), tally.iter().collect::<Vec<_>>(), "waits add up");
        assert_eq!((self.timers(), self.outside_calls()), (timers, calls));
    }

    fn verify_scopes(&self) {
        let mut shown = BTreeSet::new();
        for task in self.tasks().filter(|task| task.is_counted()) {
            let scope = self.scope(task.scope).expect("a live task's scope is kept");
            let stops = scope.over_us.is_some();
            assert_eq!(task.verdict == Verdict::Working, !stops && !task.verdict.is_leaked(), "{:?}", task.id);
            if !task.verdict.is_leaked() {
                shown.insert(task.scope);
                assert!(scope.live().any(|id| id == task.id), "a task that is shown is a member");
            }
        }
        assert_eq!(self.shown_scopes().map(|(id, _)| id).collect::<Vec<_>>(), Vec::from_iter(shown));
        for (id, scope) in self.shown_scopes() {
            let active = self.tasks().filter(|task| task.scope == id && task.is_counted());
            let active = active.filter(|task| !task.verdict.is_leaked()).count();
            assert_eq!(active, scope.active as usize, "{id:?}");
            assert!(scope.members.is_sorted_by_key(|member| member.task));
        }
    }

    fn verify_queue(&self) {
        let queued: BTreeSet<TaskId> = self.ready().collect();
        assert_eq!(queued.len(), self.counts().ready as usize, "nobody is queued twice");
        for task in self.tasks().filter(|task| task.id != TaskId::ROOT) {
            match task.state {
                State::Ready => assert!(queued.contains(&task.id)),
                State::Running => assert_eq!(self.running(), Some(task.id)),
                State::Waiting => assert!(!queued.contains(&task.id)),
            }
        }
    }

    fn verify_edges(&self) {
        let mut edges = 0;
        for task in self.tasks() {
            let ties: Vec<Tie> = self.graph.of_task(task.first_edge).map(|(_, _, tie)| tie).collect();
            edges += ties.len();
            let waits = ties.iter().filter(|tie| matches!(tie, Tie::Waits(_))).count();
            assert_eq!(waits, usize::from(task.linked), "{:?}", task.id);
            assert!(waits == 0 || task.state == State::Waiting, "{:?} runs and is enlisted", task.id);
            self.verify_stranded(task, &ties);
        }
        assert_eq!(edges, self.graph.len().1, "each edge is some task's");
    }

    fn verify_stranded(&self, task: &Task, ties: &[Tie]) {
        let is_stranded = task.verdict == Verdict::Stranded;
        let is_fallen = |tie: &Tie| matches!(tie, Tie::Fallen(_));
        assert!(ties.iter().all(|tie| is_fallen(tie) == is_stranded), "{:?}: {ties:?}", task.id);
        assert!(!is_stranded || task.state == State::Waiting);
        assert_eq!(task.leaked_us.is_some(), task.verdict.is_leaked());
    }

    fn verify_pile(&self) {
        let pile: BTreeSet<TaskId> = self.pile().iter().copied().collect();
        assert_eq!(pile.len(), self.pile().len(), "nobody lies on the pile twice");
        for task in self.tasks().filter(|task| task.is_counted()) {
            assert_eq!(task.verdict.is_leaked(), pile.contains(&task.id), "{:?}", task.id);
        }
    }
}
