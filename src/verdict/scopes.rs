//! Scopes: when one is over, when it is told, and what its tasks then are.
//!
//! Deliberately absent: who belongs to one (`members`), and whether a task of it is leaked.

use crate::trace::event::{ObjectId, ObjectKind, Role, ScopeId, TaskId};
use crate::verdict::model::{Activity, MemberState, Scope, State, Task, Verdict};
use crate::verdict::run_state::RunState;
use crate::verdict::slab::NONE;

impl RunState {
    pub(super) fn open_scope(&mut self, id: ScopeId) {
        if self.scope_row(id).is_none() {
            self.scopes.insert(Scope::opened(id, self.now_us()));
        }
    }

    fn drop_scope(&mut self, id: ScopeId) {
        let Some(row) = self.scope_row(id) else { return };
        self.leave_context(row);
        let scope = self.scopes.take(row);
        self.lists_bytes.resize(scope.members_bytes(), 0);
    }

    pub(super) fn leave_scope(&mut self, task: &Task, end: MemberState) {
        self.counts.finished += 1;
        self.counts.alive -= 1;
        self.discount(task);
        let row = self.scope_row(task.scope).expect("a scope with a live task is kept");
        let heard = end == MemberState::Returned && task.heard_us().is_some();
        let scope = &mut self.scopes[row];
        let bytes = scope.members_bytes();
        scope.finish_member(task.id, if heard { MemberState::HeardAndReturned } else { end });
        self.lists_bytes.resize(bytes, scope.members_bytes());
        scope.finished += 1;
        let closes = scope.parent == Some(task.id);
        match (task.role, end) {
            (Role::Child, MemberState::Aborted) => self.counts.children_dropped += 1,
            (Role::Child, _) => self.counts.children_told_finished += u32::from(scope.told_us.is_some()),
            _ => {}
        }
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

    pub(super) fn leave_half_done(&mut self, task: TaskId) {
        self.counts.half_done += u32::from(self.task_row(task).is_some_and(|row| self.tasks[row].is_counted()));
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
            let (alive, parent) = (scope.alive(), scope.parent);
            let is_parent_alive = parent.is_some_and(|parent| self.task_row(parent).is_some());
            self.counts.told += alive;
            self.counts.children_told += alive - u32::from(is_parent_alive);
        }
        self.end_scope(id);
    }
}
