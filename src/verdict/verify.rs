//! What must hold in every ledger: each number that is kept up to date equals the one counted anew.
//!
//! Tests call it after random events. What only the events know (how many were ever spawned, finished, told, heard) is
//! counted by the tests themselves. Deliberately absent: any rule about who is leaked; see `definition`.

use std::collections::BTreeSet;

use crate::trace::columns::TurnOrder;
use crate::trace::event::{ScopeId, TaskId, WaitReason};
use crate::verdict::graph::Tie;
use crate::verdict::ledger::Ledger;
use crate::verdict::model::{Counts, Marks, Scope, State, Task, Verdict};
use crate::verdict::run_state::calls_outside;
use crate::verdict::slab::NONE;
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
        assert_eq!(self.state.lists_bytes, self.state.count_lists_bytes(), "lists add up");
    }

    fn verify_counts(&self) {
        let kept = self.counts();
        // Sums over all that ever was: see the module.
        let mut anew = kept.of_the_past();
        for task in self.tasks().filter(|task| task.is_counted()) {
            anew.alive += 1;
            match task.verdict {
                Verdict::Working => anew.working += 1,
                Verdict::Stopping => anew.stopping += 1,
                Verdict::Stranded => anew.stranded += 1,
                Verdict::Runaway => anew.runaway += 1,
                Verdict::Unproven => anew.unproven += 1,
            }
            let leaked_parent = Some(task.id) == self.parent_of(task.scope) && task.verdict.is_leaked();
            anew.parents_leaked += u32::from(leaked_parent);
        }
        anew.leaked = anew.stranded + anew.runaway;
        anew.ready = self.tasks().filter(|task| task.marks.has(Marks::QUEUED)).count() as u32;
        assert_eq!(kept, anew, "counts add up");
        let Counts { spawned, finished, killed, heard, told, .. } = kept;
        let Counts { children_told, children_heard, children_told_finished, children_dropped, .. } = kept;
        assert_eq!(spawned, finished + anew.alive + killed);
        assert!(heard <= spawned && told <= spawned);
        assert!(children_told <= told && children_heard <= heard && children_told_finished <= children_told);
        assert!(children_dropped <= finished);
    }

    fn parent_of(&self, scope: ScopeId) -> Option<TaskId> {
        self.scope(scope).and_then(|scope| scope.parent)
    }

    fn verify_waits(&self) {
        let mut tally = Tally::default();
        let armed = self.state.graph.objects.rows().filter(|object| object.id.0 != NONE && object.is_armed());
        let (mut timers, mut calls) = (armed.count() as u32, 0);
        for task in self.tasks() {
            for wait in task.waits() {
                tally.enter(task.role, wait.head, task.verdict);
                timers += u32::from(wait.head.reason == WaitReason::Sleep);
                calls += u32::from(calls_outside(wait.head.reason, wait.cases));
            }
        }
        assert_eq!(self.waits().collect::<Vec<_>>(), tally.iter().collect::<Vec<_>>(), "waits add up");
        assert_eq!((self.timers(), self.outside_calls()), (timers, calls));
    }

    fn verify_scopes(&self) {
        let mut counted: Vec<&Task> = self.tasks().filter(|task| task.is_counted()).collect();
        counted.sort_unstable_by_key(|task| (task.scope, task.id));
        let mut shown = Vec::new();
        for mine in counted.chunk_by(|one, other| one.scope == other.scope) {
            let id = mine[0].scope;
            let scope = self.scope(id).expect("a live task's scope is kept");
            mine.iter().for_each(|task| self.verify_verdict(task, scope));
            let active: Vec<TaskId> =
                mine.iter().filter(|task| !task.verdict.is_leaked()).map(|task| task.id).collect();
            assert_eq!((active.len(), mine.len()), (scope.active as usize, scope.alive() as usize), "{id:?}");
            assert!(scope.members.is_sorted_by_key(|member| member.task));
            let is_counted = self.state.turns == TurnOrder::Otherwise;
            let queued = mine.iter().filter(|task| is_counted && task.marks.has(Marks::QUEUED)).count();
            assert_eq!(queued, scope.queued as usize, "{id:?}");
            if !active.is_empty() {
                shown.push(id);
                let members: BTreeSet<TaskId> = scope.live().collect();
                assert!(active.iter().all(|id| members.contains(id)), "a task that is shown is a member");
            }
        }
        assert_eq!(self.shown_scopes().map(|(id, _)| id).collect::<Vec<_>>(), shown);
    }

    fn verify_verdict(&self, task: &Task, scope: &Scope) {
        let is_unproven = task.marks.has(Marks::MAY_BE_FREED) || task.marks.has(Marks::RUNS_AGAIN);
        match task.verdict {
            Verdict::Working => assert!(!is_unproven && scope.over_us.is_none(), "{:?}", task.id),
            Verdict::Stopping => assert!(!is_unproven && scope.over_us.is_some(), "{:?}", task.id),
            Verdict::Unproven => assert!(is_unproven && self.unproven_reason(task.id).is_some(), "{:?}", task.id),
            Verdict::Stranded | Verdict::Runaway => {}
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
        let graph = &self.state.graph;
        let mut edges = 0;
        for task in self.tasks() {
            let ties: Vec<Tie> = graph.of_holder(task.first_edge).map(|(_, _, tie)| tie).collect();
            edges += ties.len();
            let waits = ties.iter().filter(|tie| matches!(tie, Tie::Waits(_))).count();
            assert_eq!(waits, task.linked as usize, "{:?}", task.id);
            assert!(waits == 0 || task.state == State::Waiting, "{:?} runs and is linked", task.id);
            self.verify_stranded(task, &ties);
        }
        for object in graph.objects.rows().filter(|object| object.id.0 != NONE) {
            edges += graph.stored(graph.find(object.id).expect("it is kept")).count();
        }
        assert_eq!(edges, graph.len().1, "each edge is some task's or some channel's");
        let may_be_freed = self.tasks().filter(|task| task.marks.has(Marks::MAY_BE_FREED)).count();
        assert_eq!(may_be_freed, self.state.may_be_freed as usize);
    }

    fn verify_stranded(&self, task: &Task, ties: &[Tie]) {
        let is_stranded = task.verdict == Verdict::Stranded;
        let of_stranded = |tie: &Tie| matches!(tie, Tie::StrandedHolds(_));
        assert!(ties.iter().all(|tie| of_stranded(tie) == is_stranded), "{:?}: {ties:?}", task.id);
        assert!(!is_stranded || task.state == State::Waiting);
        assert_eq!(task.leaked_us().is_some(), task.verdict.is_leaked());
    }

    fn verify_pile(&self) {
        let pile: Vec<TaskId> = self.pile().collect();
        let known: BTreeSet<TaskId> = pile.iter().copied().collect();
        assert_eq!(known.len(), pile.len(), "nobody lies on the pile twice");
        for task in self.tasks().filter(|task| task.is_counted()) {
            assert_eq!(task.verdict.is_leaked(), known.contains(&task.id), "{:?}", task.id);
        }
        let numbered: BTreeSet<TaskId> = (0..self.leaks_found()).filter_map(|number| self.leak(number)).collect();
        assert!(pile.iter().all(|id| numbered.contains(id)), "each leak has a number");
    }
}
