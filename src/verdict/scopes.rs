//! Scopes: who belongs to one, when it is over, and what its tasks then are.
//!
//! Deliberately absent: whether a task of it is leaked. [`Ledger::leak`] only writes down what was found.

use crate::trace::event::{ObjectId, Role, ScopeId, TaskId};
use crate::verdict::ledger::{FAREWELLS_MAX, Farewell, Ledger, Member, MemberState, Scope, State, Task, Verdict};
use crate::verdict::slab::NONE;

/// The row of a scope that is not kept, and was over when it was dropped.
const SCOPE_OVER: u32 = NONE;
/// The row of a scope that is not kept, and was never over.
pub(super) const SCOPE_OPEN: u32 = NONE - 1;

impl Ledger {
    pub(super) fn open_scope(&mut self, scope: ScopeId) {
        debug_assert_eq!(scope.0 as usize, self.scope_rows.len(), "scopes are numbered in order");
        let row = self.scopes.insert(Scope::opened(self.now_us));
        self.scope_rows.push(row);
    }

    /// The row of a scope, made again if it had ended and somebody spawns into it all the same.
    fn keep_scope(&mut self, id: ScopeId) -> u32 {
        let slot = self.scope_rows[id.0 as usize];
        if slot < SCOPE_OPEN {
            return slot;
        }
        let over_us = (slot == SCOPE_OVER).then_some(self.now_us);
        let row = self.scopes.insert(Scope { over_us, ..Scope::opened(self.now_us) });
        self.scope_rows[id.0 as usize] = row;
        row
    }

    fn drop_scope(&mut self, id: ScopeId) {
        let Some(row) = self.scope_row(id) else { return };
        let scope = self.scopes.take(row);
        if let Some(context) = scope.context() {
            self.graph.unpin(context);
        }
        self.scope_rows[id.0 as usize] = if scope.over_us.is_some() { SCOPE_OVER } else { SCOPE_OPEN };
    }

    pub(super) fn join_scope(&mut self, task: &mut Task) {
        if self.actor_row().is_none_or(|row| self.tasks[row].scope != task.scope) {
            self.disturb(task.scope);
        }
        let row = self.keep_scope(task.scope);
        let scope = &mut self.scopes[row];
        if scope.over_us.is_some() {
            task.verdict = Verdict::Stopping;
        }
        if task.role == Role::Parent && scope.parent.is_none() {
            scope.parent = Some(task.id);
        }
        scope.members.push(Member { task: task.id, state: MemberState::Alive });
        scope.spawned += 1;
        scope.active += 1;
        self.counts.told += u32::from(scope.told_us.is_some());
        self.counts.spawned += 1;
        self.counts.alive += 1;
        *self.counts.of(task.verdict) += 1;
        self.reshape(task.scope);
        if let Err(at) = self.shown.binary_search(&task.scope) {
            self.shown.insert(at, task.scope);
        }
    }

    pub(super) fn leave_scope(&mut self, task: &Task, end: MemberState) {
        debug_assert!(
            task.verdict != Verdict::Runaway || end != MemberState::Returned || self.last_input_us >= task.leaked_us,
            "{:?} was proven a runaway, and returned without any input",
            task.id
        );
        self.counts.finished += 1;
        self.counts.alive -= 1;
        self.discount(task);
        let row = self.scope_row(task.scope).expect("a scope with a live task is kept");
        let heard = end == MemberState::Returned && task.heard_us.is_some();
        let scope = &mut self.scopes[row];
        scope.finish_member(task.id, if heard { MemberState::HeardAndReturned } else { end });
        scope.finished += 1;
        let closes = scope.parent == Some(task.id);
        self.reshape(task.scope);
        if closes {
            self.end_scope(task.scope);
        }
        if !task.verdict.is_leaked() {
            self.deactivate(task.scope);
        }
        if self.scopes[row].alive() == 0 {
            self.drop_scope(task.scope);
        }
    }

    /// Takes a task out of the count of its verdict.
    fn discount(&mut self, task: &Task) {
        *self.counts.of(task.verdict) -= 1;
        if task.verdict.is_leaked() {
            self.counts.leaked -= 1;
            self.counts.parents_leaked -= u32::from(task.role == Role::Parent);
        }
    }

    /// One task less of this scope is live and not leaked.
    fn deactivate(&mut self, id: ScopeId) {
        let row = self.scope_row(id).expect("a scope is dropped after its last task");
        self.scopes[row].active -= 1;
        if self.scopes[row].active > 0 {
            return;
        }
        if let Ok(at) = self.shown.binary_search(&id) {
            self.shown.remove(at);
        }
        // Runaways may spawn again, and a proof about those needs everybody who runs; the stranded never run.
        let mut members = std::mem::take(&mut self.scopes[row].members);
        self.say_farewell(id, &members);
        members.retain(|member| self.task(member.task).is_some_and(|task| task.verdict == Verdict::Runaway));
        members.shrink_to_fit();
        self.scopes[row].members = members;
        self.scopes[row].remembered = 0;
        self.scopes[row].watch = None;
    }

    /// Notes how a request stood when it was shown for the last time: its end is worth a look, and its rows go.
    fn say_farewell(&mut self, id: ScopeId, members: &[Member]) {
        if self.farewells.len() == FAREWELLS_MAX {
            self.farewells.pop_front();
        }
        let row = self.scope_row(id).expect("a scope is dropped after its last task");
        let Scope { told_us, over_us, parent, .. } = self.scopes[row];
        let members = members.to_vec();
        self.farewells.push_back((id, Farewell { told_us, over_us, parent, members }));
    }

    /// Finds a task leaked.
    pub(super) fn leak(&mut self, row: u32, verdict: Verdict) {
        let task = &mut self.tasks[row];
        let before = std::mem::replace(&mut task.verdict, verdict);
        let (counted, role, scope) = (task.is_counted(), task.role, task.scope);
        task.leaked_us.get_or_insert(self.now_us);
        for wait in self.tasks[row].waits.iter() {
            self.tally.leave(role, wait.head, before);
            self.tally.enter(role, wait.head, verdict);
        }
        if !counted {
            return;
        }
        *self.counts.of(before) -= 1;
        *self.counts.of(verdict) += 1;
        if !before.is_leaked() {
            self.counts.leaked += 1;
            self.counts.parents_leaked += u32::from(role == Role::Parent);
            self.reshape(scope);
            self.deactivate(scope);
        }
    }

    pub(super) fn end_scope(&mut self, id: ScopeId) {
        let Some(row) = self.scope_row(id) else {
            if let Some(slot) = self.scope_rows.get_mut(id.0 as usize) {
                *slot = SCOPE_OVER;
            }
            return;
        };
        if id == ScopeId::ROOT || self.scopes[row].over_us.is_some() {
            return;
        }
        self.scopes[row].over_us = Some(self.now_us);
        let live: Vec<TaskId> = self.scopes[row].live().collect();
        for task in live {
            self.stop(task);
        }
    }

    /// A working task is stopping from now on, and a reply from outside will not come any more.
    fn stop(&mut self, id: TaskId) {
        let Some(row) = self.task_row(id) else { return };
        let task = &mut self.tasks[row];
        if task.verdict == Verdict::Working {
            task.verdict = Verdict::Stopping;
            self.counts.working -= 1;
            self.counts.stopping += 1;
            for wait in self.tasks[row].waits.iter() {
                self.tally.leave(self.tasks[row].role, wait.head, Verdict::Working);
                self.tally.enter(self.tasks[row].role, wait.head, Verdict::Stopping);
            }
        }
        let task = &self.tasks[row];
        if task.state == State::Waiting && task.verdict != Verdict::Stranded {
            self.rouse(row);
        }
    }

    pub(super) fn cancel(&mut self, object: ObjectId) {
        for scope in self.graph.cancel(object) {
            let id = ScopeId(scope);
            let row = self.scope_row(id).expect("a scope unpins its context when it is dropped");
            if self.scopes[row].told_us.is_none() {
                self.scopes[row].told_us = Some(self.now_us);
                self.counts.told += self.scopes[row].alive();
            }
            self.end_scope(id);
        }
    }
}
