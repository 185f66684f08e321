//! Who belongs to a scope, and which scopes are shown: those with a task that is live and not leaked.
//!
//! A scope ends with its last task. Whoever is spawned into it later belongs to a scope that is over.
//! Deliberately absent: when a scope is over (`scopes`).

use crate::trace::event::{Role, ScopeId};
use crate::verdict::model::{Activity, ClosedScope, FINISHED_MEMBERS_MAX, Member, MemberState, Scope, Task, Verdict};
use crate::verdict::run_state::RunState;

/// Requests whose end is remembered.
const CLOSED_SCOPES_MAX: usize = 256;
/// Fewer hidden scopes than this among the shown ones are not worth a pass.
const HIDDEN_MIN: usize = 64;

impl RunState {
    /// The row of a scope, made again if it had ended and somebody spawns into it all the same.
    fn keep_scope(&mut self, id: ScopeId) -> u32 {
        let now_us = self.now_us();
        let known = self.scope_row(id);
        known.unwrap_or_else(|| self.scopes.insert(Scope { over_us: Some(now_us), ..Scope::opened(id, now_us) }))
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
        } else {
            task.number = scope.spawned + u32::from(scope.parent.is_none());
        }
        let bytes = scope.members_bytes();
        scope.members.push(Member { task: task.id, state: MemberState::Alive });
        self.lists_bytes.resize(bytes, scope.members_bytes());
        scope.spawned += 1;
        scope.active += 1;
        let is_first = scope.active == 1;
        self.counts.told += u32::from(scope.told_us.is_some());
        self.counts.children_told += u32::from(scope.told_us.is_some() && task.role == Role::Child);
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

    /// One task less of this scope is live and not leaked.
    pub(super) fn deactivate(&mut self, id: ScopeId) {
        let row = self.scope_row(id).expect("a scope is dropped after its last task");
        self.scopes[row].active -= 1;
        if self.scopes[row].active > 0 {
            return;
        }
        // Runaways may spawn again, and a proof about those needs everybody who runs; the stranded never run.
        let bytes = self.scopes[row].members_bytes();
        let members = std::mem::take(&mut self.scopes[row].members);
        let runs = |member: &&Member| self.task(member.task).is_some_and(|task| task.verdict == Verdict::Runaway);
        let kept: Vec<Member> = members.iter().filter(runs).copied().collect();
        self.scopes[row].members = kept;
        self.lists_bytes.resize(bytes, self.scopes[row].members_bytes());
        self.scopes[row].remembered = 0;
        self.remember_closed(row, members);
        self.hide();
    }

    /// A task of this scope is not leaked after all.
    pub(super) fn reactivate(&mut self, task_row: u32) {
        let (task, id) = (self.tasks[task_row].id, self.tasks[task_row].scope);
        let row = self.scope_row(id).expect("a scope with a live task is kept");
        let scope = &mut self.scopes[row];
        let bytes = scope.members_bytes();
        if let Err(at) = scope.members.binary_search_by_key(&task, |member| member.task) {
            scope.members.insert(at, Member { task, state: MemberState::Alive });
        }
        self.lists_bytes.resize(bytes, scope.members_bytes());
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
}
