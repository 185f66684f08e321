//! Scopes: who belongs to one, when it is over, and what its tasks then are.
//!
//! A scope ends with its last task. Whoever is spawned into it later belongs to a scope that is over.
//! Deliberately absent: whether a task of it is leaked.

use crate::trace::event::{ObjectId, ObjectKind, Role, ScopeId, TaskId};
use crate::verdict::model::{
    Activity, ClosedScope, FINISHED_MEMBERS_MAX, Member, MemberState, Scope, State, Task, Verdict,
};
use crate::verdict::run_state::RunState;
use crate::verdict::slab::NONE;

/// Requests whose end is remembered.
const CLOSED_SCOPES_MAX: usize = 256;
/// Fewer hidden scopes than this among the shown ones are not worth a pass.
const HIDDEN_MIN: usize = 64;

impl RunState {
    pub(super) fn open_scope(&mut self, id: ScopeId) {
        if self.scope_row(id).is_none() {
            self.scopes.insert(Scope::opened(id, self.now_us()));
        }
    }

    /// The row of a scope, made again if it had ended and somebody spawns into it all the same.
    fn keep_scope(&mut self, id: ScopeId) -> u32 {
        let now_us = self.now_us();
        let known = self.scope_row(id);
        known.unwrap_or_else(|| self.scopes.insert(Scope { over_us: Some(now_us), ..Scope::opened(id, now_us) }))
    }

    fn drop_scope(&mut self, id: ScopeId) {
        let Some(row) = self.scope_row(id) else { return };
        self.leave_context(row);
        self.scopes.take(row);
    }

    pub(super) fn join_scope(&mut self, task: &mut Task) {
        if self.actor_row().is_none_or(|row| self.tasks[row].scope != task.scope) {
            self.note_activity(task.scope, Activity::DISTURBED);
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
        let is_first = scope.active == 1;
        self.counts.told += u32::from(scope.told_us.is_some());
        self.counts.spawned += 1;
        self.counts.alive += 1;
        *self.counts.of(task.verdict) += 1;
        self.note_activity(task.scope, Activity::RESHAPED);
        if is_first {
            self.show(task.scope);
        }
    }

    fn show(&mut self, id: ScopeId) {
        if self.shown.last().is_none_or(|last| *last < id) {
            return self.shown.push(id);
        }
        match self.shown.binary_search(&id) {
            Ok(_) => self.hidden -= 1,
            Err(at) => self.shown.insert(at, id),
        }
    }

    fn hide(&mut self) {
        self.hidden += 1;
        if self.hidden <= HIDDEN_MIN || 2 * self.hidden <= self.shown.len() {
            return;
        }
        let scopes = &self.scopes;
        self.shown.retain(|id| scopes.find(id.0).is_some_and(|row| scopes[row].active > 0));
        self.shown.shrink_to(2 * self.shown.len());
        self.hidden = 0;
    }

    pub(super) fn leave_scope(&mut self, task: &Task, end: MemberState) {
        self.counts.finished += 1;
        self.counts.alive -= 1;
        self.discount(task);
        let row = self.scope_row(task.scope).expect("a scope with a live task is kept");
        let heard = end == MemberState::Returned && task.heard_us().is_some();
        let scope = &mut self.scopes[row];
        scope.finish_member(task.id, if heard { MemberState::HeardAndReturned } else { end });
        scope.finished += 1;
        let closes = scope.parent == Some(task.id);
        self.note_activity(task.scope, Activity::RESHAPED);
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

    /// Takes a task that ended out of the count of its verdict.
    fn discount(&mut self, task: &Task) {
        *self.counts.of(task.verdict) -= 1;
        if task.verdict.is_leaked() {
            self.counts.leaked -= 1;
            self.counts.parents_leaked -= u32::from(task.role == Role::Parent);
            self.pile.end();
        }
    }

    /// One task less of this scope is live and not leaked.
    pub(super) fn deactivate(&mut self, id: ScopeId) {
        let row = self.scope_row(id).expect("a scope is dropped after its last task");
        self.scopes[row].active -= 1;
        if self.scopes[row].active > 0 {
            return;
        }
        // Runaways may spawn again, and a proof about those needs everybody who runs; the stranded never run.
        let members = std::mem::take(&mut self.scopes[row].members);
        let runs = |member: &&Member| self.task(member.task).is_some_and(|task| task.verdict == Verdict::Runaway);
        let kept: Vec<Member> = members.iter().filter(runs).copied().collect();
        self.scopes[row].members = kept;
        self.scopes[row].remembered = 0;
        self.remember_closed(row, members);
        self.hide();
    }

    /// A task of this scope is not leaked after all.
    pub(super) fn reactivate(&mut self, task_row: u32) {
        let (task, id) = (self.tasks[task_row].id, self.tasks[task_row].scope);
        let row = self.scope_row(id).expect("a scope with a live task is kept");
        let scope = &mut self.scopes[row];
        if let Err(at) = scope.members.binary_search_by_key(&task, |member| member.task) {
            scope.members.insert(at, Member { task, state: MemberState::Alive });
        }
        scope.active += 1;
        if scope.active == 1 {
            self.show(id);
        }
    }

    /// Notes how a request stood when it was shown for the last time: its end is worth a look, and its rows go.
    fn remember_closed(&mut self, row: u32, mut members: Vec<Member>) {
        if self.closed.len() == CLOSED_SCOPES_MAX {
            self.closed.pop_front();
        }
        members.truncate(2 * FINISHED_MEMBERS_MAX);
        members.shrink_to_fit();
        let Scope { id, told_us, over_us, parent, .. } = self.scopes[row];
        self.closed.push_back((id, ClosedScope { told_us, over_us, parent, members }));
    }

    pub(super) fn end_scope(&mut self, id: ScopeId) {
        let Some(row) = self.scope_row(id) else { return };
        if id == ScopeId::ROOT || self.scopes[row].over_us.is_some() {
            return;
        }
        self.scopes[row].over_us = Some(self.now_us());
        let live: Vec<TaskId> = self.scopes[row].live().collect();
        for task in live {
            self.stop(task);
        }
    }

    /// A working task is stopping from now on, and a reply from outside will not come any more.
    fn stop(&mut self, id: TaskId) {
        let Some(row) = self.task_row(id) else { return };
        self.refresh_verdict(row);
        let task = &self.tasks[row];
        if task.state == State::Waiting && task.verdict != Verdict::Stranded {
            self.mark_dirty(row);
        }
    }

    /// The program says which context is a scope's.
    pub(super) fn declare_context(&mut self, id: ScopeId, object: ObjectId) {
        let Some(row) = self.scope_row(id) else { return };
        let Some(object_row) = self.graph.find(object) else { return };
        if self.graph.objects[object_row].kind != ObjectKind::Context {
            return;
        }
        self.leave_context(row);
        let next = self.graph.first_scope(object_row);
        if next != NONE {
            self.scopes[next].peers[0] = row;
        }
        self.scopes[row].context = object.0;
        self.scopes[row].peers = [NONE, next];
        self.graph.set_first_scope(object_row, row);
        self.note_activity(id, Activity::DISTURBED);
        if self.graph.objects[object_row].is_cancelled() {
            self.tell(row);
        }
    }

    fn leave_context(&mut self, row: u32) {
        let Some(context) = self.scopes[row].context() else { return };
        let [previous, next] = self.scopes[row].peers;
        self.scopes[row].context = NONE;
        self.scopes[row].peers = [NONE; 2];
        if next != NONE {
            self.scopes[next].peers[0] = previous;
        }
        if previous != NONE {
            self.scopes[previous].peers[1] = next;
        } else if let Some(object_row) = self.graph.find(context) {
            self.graph.set_first_scope(object_row, next);
        }
    }

    /// A context and everything derived from it is cancelled: the scopes whose contexts those are are told.
    pub(super) fn cancel(&mut self, object: ObjectId) {
        let Some(object_row) = self.graph.find(object) else { return };
        for context in self.graph.cancel(object_row) {
            let mut row = self.graph.first_scope(context);
            while row != NONE {
                self.tell(row);
                row = self.scopes[row].peers[1];
            }
        }
    }

    fn tell(&mut self, row: u32) {
        let now_us = self.now_us();
        let scope = &mut self.scopes[row];
        let id = scope.id;
        if id != ScopeId::ROOT && scope.told_us.is_none() {
            scope.told_us = Some(now_us);
            self.counts.told += scope.alive();
        }
        self.end_scope(id);
    }
}
