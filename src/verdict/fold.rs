//! What each event does to what is known of the run: one short function for each kind of fact.
//!
//! Deliberately absent: what an event means for a whole scope (`scopes`), and any judgement. When a judgement is due is
//! the ledger's to know: before the clock moves, an input arrives, or a scope is closed from outside.

use crate::trace::columns::TurnOrder;
use crate::trace::event::{Event, ObjectId, ObjectKind, Right, Role, TaskId, WaitHead, WaitReason};
use crate::verdict::graph::{Holder, Tie};
use crate::verdict::model::{Activity, Marks, MemberState, State, Task, Verdict};
use crate::verdict::recent::Poll;
use crate::verdict::run_state::{RunState, calls_outside};
use crate::verdict::slab::{NONE, Vacant};
use crate::verdict::verdicts::Certainty;
use crate::verdict::waits::Waits;

impl RunState {
    pub(super) fn apply(&mut self, event: &Event<'_>) {
        match *event {
            Event::Advanced { by_ns } => self.now_ns = self.now_ns.saturating_add(by_ns),
            Event::ScopeOpened { scope } => self.open_scope(scope),
            Event::ScopeClosed { scope } => {
                // The drain test tells the program that nobody listens any more, as an input does.
                self.last_input_us = Some(self.now_us());
                self.end_scope(scope);
            }
            Event::ScopeContext { scope, object } => self.declare_context(scope, object),
            Event::Spawned { task, parent, scope, role, place } => {
                self.spawn(Task { id: task, scope, parent, role, place, ..Task::vacant() });
            }
            Event::Woken { task } => self.wake(task),
            Event::Polled { task } => self.poll(task),
            Event::Preempted => self.preempt(),
            Event::Pending => self.pend(),
            Event::Returned => self.finish_running(MemberState::Returned),
            Event::Panicked { panic } => {
                self.panic = Some((self.actor(), panic));
                self.finish_running(MemberState::Panicked);
            }
            Event::Recovered { .. } => {}
            Event::HalfDone { task } => self.leave_half_done(task),
            Event::Aborted { task } => self.abort(task),
            Event::Waits { head, nth, cases } => self.begin_wait(head, nth, cases),
            Event::WaitOver { head, nth } => self.end_wait(head, nth),
            Event::WakerKept => self.mark_actor(Marks::WAKER_KEPT),
            Event::State { looks, words } => self.declare(looks, words),
            Event::Heard => self.hear(),
            Event::Drew => self.disturb_actor(),
            Event::Input { .. } => self.input(),
            Event::LimitHit { limit } => self.limit = Some(limit),
            Event::Restarted { why } => self.restart(why),
            Event::Made { .. }
            | Event::Granted { .. }
            | Event::Revoked { .. }
            | Event::Stored { .. }
            | Event::Unstored { .. }
            | Event::Exposed { .. }
            | Event::Abortable { .. } => self.apply_to_rights(event),
            Event::Gone { .. }
            | Event::Armed { .. }
            | Event::Disarmed { .. }
            | Event::Level { .. }
            | Event::Closed { .. }
            | Event::Cancelled { .. } => self.apply_to_object(event),
        }
    }

    fn apply_to_rights(&mut self, event: &Event<'_>) {
        match *event {
            Event::Made { object, kind, from, .. } => self.make(object, kind, from),
            Event::Granted { task, object, right } => self.grant(task, object, right),
            Event::Revoked { task, object, right } => self.revoke(task, object, right),
            Event::Stored { channel, object, right } => self.store(channel, object, right),
            Event::Unstored { channel, object, right } => self.unstore(channel, object, right),
            Event::Exposed { task: TaskId::ROOT } => self.expose_everybody(),
            Event::Exposed { task } => self.expose(task),
            Event::Abortable { task, object } => self.make_abortable(task, object),
            _ => {}
        }
    }

    fn apply_to_object(&mut self, event: &Event<'_>) {
        let (Event::Gone { object }
        | Event::Armed { object, .. }
        | Event::Disarmed { object }
        | Event::Level { object, .. }
        | Event::Closed { object }
        | Event::Cancelled { object }) = *event
        else {
            return;
        };
        let Some(row) = self.graph.find(object) else { return };
        match *event {
            Event::Gone { .. } => self.let_go(row),
            Event::Armed { in_ns, .. } => self.arm(row, in_ns),
            Event::Disarmed { .. } => {
                self.graph.disarm(row);
                self.note_shrunk(row, Right::Send);
            }
            Event::Level { level, .. } => self.graph.set_level(row, level),
            Event::Closed { .. } => self.graph.close(row),
            _ => self.cancel(object),
        }
    }

    fn input(&mut self) {
        self.inputs += 1;
        self.last_input_us = Some(self.now_us());
        self.forget_runs_again();
    }

    fn spawn(&mut self, mut task: Task) {
        if task.parent == TaskId::ROOT {
            self.main.get_or_insert(task.id);
        }
        task.spawned_us = self.now_us();
        task.state = State::Ready;
        task.marks.set(Marks::QUEUED);
        if task.is_counted() {
            self.join_scope(&mut task);
        }
        task.scope_row = self.scope_row(task.scope).unwrap_or(NONE);
        let row = self.tasks.insert(task);
        self.tasks[row].ticket = self.queue.push(row);
        self.enter_queue_of_scope(row);
    }

    /// A task runs, or is about to: whatever was said of its wait is over.
    fn leave_wait(&mut self, row: u32) {
        let task = &mut self.tasks[row];
        task.marks.clear(Marks::ROOTED);
        if task.verdict == Verdict::Stranded {
            self.contradict(row);
        } else if task.linked == 0 && !task.marks.has(Marks::MAY_BE_FREED) {
            return;
        }
        self.unlink_waits(row);
        if self.tasks[row].marks.has(Marks::MAY_BE_FREED) {
            self.set_may_be_freed(row, Certainty::Known);
            self.refresh_verdict(row);
            self.note_grown_by(row);
        }
    }

    /// Whatever this task holds can be used by somebody who runs, again.
    fn note_grown_by(&mut self, row: u32) {
        let mut edge = self.tasks[row].first_edge;
        while edge != NONE && self.may_be_freed > 0 {
            let (object_row, tie) = self.graph.end_of(edge);
            if let Tie::Holds(right) = tie {
                self.note_grown(object_row, right);
            }
            edge = self.graph.step(edge).1;
        }
    }

    /// The run does what was proven impossible: a handle is where the trace did not show it. Nothing that was proven of
    /// what handles can do holds any more.
    fn contradict(&mut self, row: u32) {
        self.retract(row);
        if self.changes.is_premise_changed {
            // The facts had changed already, and the verdict was to be renewed at the next rest.
            return;
        }
        self.contradictions += 1;
        self.expose_everybody();
    }

    fn wake(&mut self, id: TaskId) {
        let Some(row) = self.task_row(id) else { return };
        let task = &mut self.tasks[row];
        task.wakes += 1;
        if task.marks.has(Marks::QUEUED) {
            return;
        }
        let scope = task.scope;
        self.leave_wait(row);
        self.enter_queue(row);
        if self.running.is_some() && self.actor_row().is_some_and(|waker| self.tasks[waker].scope != scope) {
            self.note_activity(scope, Activity::DISTURBED);
        }
    }

    fn enter_queue(&mut self, row: u32) {
        let task = &mut self.tasks[row];
        task.marks.set(Marks::QUEUED);
        task.ticket = self.queue.push(row);
        if task.state == State::Waiting {
            task.state = State::Ready;
        }
        self.enter_queue_of_scope(row);
    }

    /// Where turns come in order nobody counts how many tasks of a scope are ready.
    ///
    /// Two tasks of one scope that are ready at once take turns by something that is not in the scope's state, unless
    /// everybody's turn comes in order.
    fn enter_queue_of_scope(&mut self, task_row: u32) {
        if self.turns == TurnOrder::InOrder {
            return;
        }
        let Some(row) = self.scope_row_of(&self.tasks[task_row]) else { return };
        let scope = &mut self.scopes[row];
        scope.queued += 1;
        if scope.queued > 1 {
            let id = scope.id;
            self.note_activity(id, Activity::DISTURBED);
        }
    }

    fn poll(&mut self, id: TaskId) {
        self.counts.polls += 1;
        let row = self.tasks.find_at(self.queue.first().unwrap_or(NONE), id.0);
        self.set_running(Some(id), row);
        let Some(row) = row else { return };
        self.leave_queue(row);
        if self.tasks[row].state == State::Waiting {
            // It was polled without being woken.
            self.leave_wait(row);
        }
        let task = &mut self.tasks[row];
        for mark in [Marks::WAKER_KEPT, Marks::DECLARED, Marks::DECLARED_TOO_MUCH] {
            task.marks.clear(mark);
        }
        task.waits.undeclare();
        task.polls += 1;
        task.state = State::Running;
        let poll = Poll { task: id, scope: task.scope, role: task.role, number: task.number, verdict: task.verdict };
        self.recent.note(poll);
    }

    fn leave_queue(&mut self, row: u32) {
        let task = &mut self.tasks[row];
        if !task.marks.has(Marks::QUEUED) {
            return;
        }
        task.marks.clear(Marks::QUEUED);
        self.queue.remove(task.ticket);
        if self.turns == TurnOrder::Otherwise
            && let Some(row) = self.scopes.find_at(task.scope_row, task.scope.0)
        {
            self.scopes[row].queued -= 1;
        }
        let tasks = &mut self.tasks;
        self.queue.compact(|row, ticket| tasks[row].ticket = ticket);
    }

    fn preempt(&mut self) {
        let Some(row) = self.actor_row().filter(|_| self.running.is_some()) else { return };
        if !self.tasks[row].marks.has(Marks::QUEUED) {
            self.enter_queue(row);
        }
    }

    fn pend(&mut self) {
        let row = self.actor_row();
        let (Some(_), Some(row)) = (self.set_running(None, None), row) else { return };
        if self.tasks[row].marks.has(Marks::QUEUED) {
            self.tasks[row].state = State::Ready;
        } else {
            self.tasks[row].state = State::Waiting;
            self.mark_dirty(row);
        }
    }

    fn finish_running(&mut self, end: MemberState) {
        let row = self.actor_row();
        if let (Some(id), Some(row)) = (self.set_running(None, None), row) {
            self.finish(id, row, end);
        }
    }

    fn abort(&mut self, id: TaskId) {
        if self.running == Some(id) {
            self.set_running(None, None);
        }
        if let Some(row) = self.task_row(id) {
            self.note_activity(self.tasks[row].scope, Activity::DISTURBED);
            self.finish(id, row, MemberState::Aborted);
        }
    }

    fn finish(&mut self, id: TaskId, row: u32, end: MemberState) {
        self.leave_queue(row);
        self.forget_waits(row);
        if id == TaskId::ROOT {
            self.tasks[row].state = State::Waiting;
            return;
        }
        self.release_grants(row);
        self.set_may_be_freed(row, Certainty::Known);
        let task = self.tasks.take(row);
        self.lists_bytes.resize(task.waits.bytes(), 0);
        if end != MemberState::Aborted && task.verdict == Verdict::Runaway && self.last_input_us < task.leaked_us() {
            self.contradictions += 1;
            self.expose_everybody();
        }
        if task.is_counted() {
            if !task.marks.has(Marks::DECLARED) {
                // What it did in its last poll may have come from memory that nobody else declares.
                self.note_activity(task.scope, Activity::DISTURBED);
            }
            self.leave_scope(&task, end);
        }
    }

    fn begin_wait(&mut self, head: WaitHead, nth: u32, cases: &[u32]) {
        let Some(row) = self.actor_row() else { return };
        if self.tasks[row].waits.len() > 0 {
            self.end_wait(head, nth);
        }
        let (now_ns, begun) = (self.now_ns, self.begun);
        self.begun = self.begun.wrapping_add(1);
        let task = &mut self.tasks[row];
        let resized = (!task.waits.has_place(nth, cases)).then(|| task.waits.bytes());
        task.waits.begin(head, nth, cases, now_ns, begun);
        if let Some(bytes) = resized {
            self.lists_bytes.resize(bytes, task.waits.bytes());
        }
        self.tally.enter(task.role, head, task.verdict);
        self.sleeping += u32::from(head.reason == WaitReason::Sleep);
        self.calling += u32::from(calls_outside(head.reason, cases));
    }

    fn end_wait(&mut self, head: WaitHead, nth: u32) {
        let Some(row) = self.actor_row() else { return };
        let task = &mut self.tasks[row];
        let Some(calls) = task.waits.find(head, nth).map(|wait| calls_outside(head.reason, wait.cases)) else { return };
        let resized = (!task.waits.is_in_place(head, nth)).then(|| task.waits.bytes());
        task.waits.end(head, nth);
        if let Some(bytes) = resized {
            self.lists_bytes.resize(bytes, task.waits.bytes());
        }
        self.tally.leave(task.role, head, task.verdict);
        self.calling -= u32::from(calls);
        self.sleeping -= u32::from(head.reason == WaitReason::Sleep);
    }

    fn forget_waits(&mut self, row: u32) {
        self.unlink_waits(row);
        let waits = std::mem::replace(&mut self.tasks[row].waits, Waits::EMPTY);
        self.lists_bytes.resize(waits.bytes(), 0);
        let task = &self.tasks[row];
        for wait in waits.iter() {
            self.tally.leave(task.role, wait.head, task.verdict);
            self.calling -= u32::from(calls_outside(wait.head.reason, wait.cases));
            self.sleeping -= u32::from(wait.head.reason == WaitReason::Sleep);
        }
    }

    fn mark_actor(&mut self, mark: Marks) {
        if let Some(row) = self.actor_row() {
            self.tasks[row].marks.set(mark);
        }
    }

    fn declare(&mut self, looks: &[u32], words: &[u32]) {
        let Some(row) = self.actor_row() else { return };
        let task = &mut self.tasks[row];
        let resized = (!task.waits.has_room(looks, words)).then(|| task.waits.bytes());
        let fits = task.waits.declare(looks, words);
        if let Some(bytes) = resized {
            self.lists_bytes.resize(bytes, task.waits.bytes());
        }
        task.marks.set(if fits { Marks::DECLARED } else { Marks::DECLARED_TOO_MUCH });
    }

    fn hear(&mut self) {
        let now_us = self.now_us();
        let Some(row) = self.actor_row() else { return };
        let task = &mut self.tasks[row];
        if task.hear(now_us) {
            self.counts.heard += u32::from(task.is_counted());
            self.counts.children_heard += u32::from(task.role == Role::Child);
        }
    }

    fn disturb_actor(&mut self) {
        if let Some(row) = self.actor_row() {
            self.note_activity(self.tasks[row].scope, Activity::DISTURBED);
        }
    }
}

/// Objects, and who holds which right on them.
impl RunState {
    /// Whoever makes a timer can reset it.
    fn make(&mut self, object: ObjectId, kind: ObjectKind, from: ObjectId) {
        self.graph.made(object, kind, from);
        if kind == ObjectKind::Timer {
            self.grant(self.actor(), object, Right::Send);
        }
    }

    fn grant(&mut self, id: TaskId, object: ObjectId, right: Right) {
        let Some(object_row) = self.graph.find(object) else { return };
        let Some(row) = self.task_row(id) else {
            return self.graph.add_at_large(object_row, right);
        };
        self.note_exchange(row);
        let task = &mut self.tasks[row];
        let tie = grant_of(task, right);
        self.graph.link(&mut task.first_edge, Holder::Task(row), object_row, tie);
        if task.marks.has(Marks::EXPOSED) {
            self.graph.add_at_large(object_row, right);
        }
        self.note_grown(object_row, right);
    }

    /// A right that crosses a scope's border changes who can disturb it.
    fn note_exchange(&mut self, row: u32) {
        let Some(giver) = self.actor_row() else { return };
        if giver != row && self.tasks[giver].scope != self.tasks[row].scope {
            self.note_activity(self.tasks[giver].scope, Activity::DISTURBED);
            self.note_activity(self.tasks[row].scope, Activity::DISTURBED);
        }
    }

    fn revoke(&mut self, id: TaskId, object: ObjectId, right: Right) {
        let Some(object_row) = self.graph.find(object) else { return };
        let Some(row) = self.task_row(id) else {
            return self.take_from_large(object_row, right);
        };
        let task = &mut self.tasks[row];
        let tie = grant_of(task, right);
        let Some(edge) = self.graph.find_edge(task.first_edge, Holder::Task(row), object_row, tie) else { return };
        self.graph.unlink(&mut task.first_edge, edge);
        if task.marks.has(Marks::EXPOSED) {
            self.graph.remove_at_large(object_row, right);
        }
        self.note_shrunk(object_row, right);
    }

    fn take_from_large(&mut self, object_row: u32, right: Right) {
        if self.graph.remove_at_large(object_row, right) {
            self.note_shrunk(object_row, right);
        }
    }

    fn store(&mut self, channel: ObjectId, object: ObjectId, right: Right) {
        let Some(object_row) = self.graph.find(object) else { return };
        match self.graph.find(channel) {
            Some(channel_row) => self.graph.store(channel_row, object_row, right),
            None => self.graph.add_at_large(object_row, right),
        }
        self.note_grown(object_row, right);
    }

    fn unstore(&mut self, channel: ObjectId, object: ObjectId, right: Right) {
        let Some(object_row) = self.graph.find(object) else { return };
        match self.graph.find(channel) {
            Some(channel_row) => {
                if self.graph.unstore(channel_row, object_row, right) {
                    self.note_shrunk(object_row, right);
                }
            }
            None => self.take_from_large(object_row, right),
        }
    }

    /// A task has ended: what it still holds was not dropped with it, so it is alive where nobody knows.
    fn release_grants(&mut self, row: u32) {
        let is_exposed = self.tasks[row].marks.has(Marks::EXPOSED);
        while self.tasks[row].first_edge != NONE {
            let edge = self.tasks[row].first_edge;
            let (object_row, tie) = self.graph.end_of(edge);
            self.graph.unlink(&mut self.tasks[row].first_edge, edge);
            if let Tie::Holds(right) | Tie::StrandedHolds(right) = tie {
                if !is_exposed {
                    self.graph.add_at_large(object_row, right);
                    self.changes.is_premise_changed |= tie == Tie::StrandedHolds(right);
                }
                self.note_shrunk(object_row, right);
            }
        }
    }

    fn expose(&mut self, id: TaskId) {
        let Some(row) = self.task_row(id) else { return };
        if !self.tasks[row].marks.insert(Marks::EXPOSED) {
            return;
        }
        let mut edge = self.tasks[row].first_edge;
        while edge != NONE {
            if let (object_row, Tie::Holds(right) | Tie::StrandedHolds(right)) = self.graph.end_of(edge) {
                self.graph.add_at_large(object_row, right);
            }
            edge = self.graph.step(edge).1;
        }
        self.changes.is_premise_changed |= self.tasks[row].verdict == Verdict::Stranded;
        self.note_activity(self.tasks[row].scope, Activity::DISTURBED);
    }

    fn expose_everybody(&mut self) {
        self.changes.is_premise_changed |= !self.is_exposed;
        self.is_exposed = true;
    }

    fn make_abortable(&mut self, id: TaskId, object: ObjectId) {
        self.graph.made(object, ObjectKind::Task, ObjectId::OUTSIDE);
        let Some(row) = self.task_row(id) else { return };
        self.unlink_waits(row);
        self.tasks[row].abort_object = object.0;
        if self.tasks[row].state == State::Waiting {
            self.mark_dirty(row);
        }
    }

    fn arm(&mut self, row: u32, in_ns: u64) {
        let (deadline_ns, armed_as) = (self.now_ns.saturating_add(in_ns), self.begun);
        self.begun = self.begun.wrapping_add(1);
        self.graph.arm(row, deadline_ns, armed_as);
        self.note_grown(row, Right::Send);
    }

    /// Nothing in the program names an object any more.
    fn let_go(&mut self, row: u32) {
        for (edge, holder) in self.graph.grants_of(row) {
            match holder {
                Holder::Task(task) => self.graph.unlink(&mut self.tasks[task].first_edge, edge),
                Holder::Channel(channel) => self.graph.unlink_stored(channel, edge),
            }
        }
        let stored: Vec<_> = self.graph.stored(row).collect();
        for (edge, object_row, tie) in stored {
            self.graph.unlink_stored(row, edge);
            if let Tie::Holds(right) = tie {
                self.note_shrunk(object_row, right);
            }
        }
        self.graph.let_go(row);
        self.note_shrunk(row, Right::Send);
        self.note_shrunk(row, Right::Receive);
    }
}

fn grant_of(task: &Task, right: Right) -> Tie {
    if task.verdict == Verdict::Stranded { Tie::StrandedHolds(right) } else { Tie::Holds(right) }
}
