//! What each event does to the ledger: one short function for each kind of fact.
//!
//! Deliberately absent: what an event means for a whole scope (`scopes`), and any judgement.

use crate::trace::event::{Event, ObjectId, ObjectKind, Right, TaskId, WaitCase, WaitHead, WaitReason};
use crate::verdict::graph::Tie;
use crate::verdict::ledger::{Ledger, Marks, MemberState, State, Task, Verdict};
use crate::verdict::slab::{NONE, Vacant};
use crate::verdict::waits::Waits;

/// The row of a task that has finished.
pub(super) const GONE: u32 = NONE;

impl Ledger {
    pub(super) fn apply(&mut self, event: Event<'_>) {
        match event {
            Event::Advanced { by_ns } => {
                self.settle();
                self.now_us += by_ns / 1_000;
            }
            Event::ScopeOpened { scope } => self.open_scope(scope),
            Event::ScopeClosed { scope } => {
                self.settle();
                self.end_scope(scope);
            }
            Event::Spawned { task, parent, scope, role, place } => {
                self.spawn(Task { id: task, scope, parent, role, place, ..Task::vacant() });
            }
            Event::Woken { task } => self.wake(task),
            Event::Polled { task } => self.poll(task),
            Event::Pending => self.pend(),
            Event::Returned => self.finish_running(MemberState::Returned),
            Event::Panicked { panic } => {
                self.panic = Some((self.actor(), panic));
                self.finish_running(MemberState::Panicked);
            }
            Event::Aborted { task } => self.abort(task),
            Event::Waits { head, cases, .. } => self.begin_wait(head, cases),
            Event::WaitOver { head, .. } => self.end_wait(head),
            Event::Made { kind, from, .. } => self.make(kind, from),
            Event::Granted { task, object, right } => self.grant(task, object, right),
            Event::Revoked { task, object, right } => self.revoke(task, object, right),
            Event::Armed { object, in_ns } => self.graph.arm(object, self.now_us + in_ns / 1_000),
            Event::Disarmed { object } => self.disarm(object),
            Event::Level { object, level } => self.graph.set_level(object, level),
            Event::Closed { object } => self.graph.close(object),
            Event::Cancelled { object } => self.cancel(object),
            Event::Heard => self.hear(),
            Event::Drew => self.disturb_actor(),
            Event::Input { .. } => self.input(),
            Event::LimitHit { limit } => self.limit = Some(limit),
            _ => {}
        }
    }

    fn input(&mut self) {
        self.settle();
        self.inputs += 1;
        self.last_input_us = Some(self.now_us);
    }

    fn spawn(&mut self, mut task: Task) {
        debug_assert_eq!(task.id.0 as usize, self.task_rows.len(), "tasks are numbered in order");
        task.spawned_us = self.now_us;
        task.state = State::Ready;
        task.marks.set(Marks::QUEUED);
        task.ticket = self.queue.push(task.id);
        if task.is_counted() {
            self.join_scope(&mut task);
        }
        let row = self.tasks.insert(task);
        self.task_rows.push(row);
    }

    fn wake(&mut self, id: TaskId) {
        let Some(row) = self.task_row(id) else { return };
        let task = &mut self.tasks[row];
        debug_assert!(task.verdict != Verdict::Stranded, "{id:?} was found stranded, and is woken: {}", self.now_us);
        task.wakes += 1;
        if task.marks.has(Marks::QUEUED) {
            return;
        }
        task.marks.set(Marks::QUEUED);
        task.ticket = self.queue.push(id);
        if task.state == State::Waiting {
            task.state = State::Ready;
        }
        let scope = task.scope;
        self.unlink_waits(row);
        if self.running.is_some_and(|waker| self.task(waker).is_some_and(|waker| waker.scope != scope)) {
            self.disturb(scope);
        }
    }

    fn poll(&mut self, id: TaskId) {
        self.running = Some(id);
        self.counts.polls += 1;
        let Some(row) = self.task_row(id) else { return };
        self.leave_queue(row);
        self.unlink_waits(row);
        let task = &mut self.tasks[row];
        debug_assert!(task.verdict != Verdict::Stranded, "{id:?} was found stranded, and is polled");
        task.polls += 1;
        task.state = State::Running;
    }

    fn leave_queue(&mut self, row: u32) {
        let task = &mut self.tasks[row];
        if !task.marks.has(Marks::QUEUED) {
            return;
        }
        task.marks.clear(Marks::QUEUED);
        self.queue.remove(task.ticket);
        let (tasks, rows) = (&mut self.tasks, &self.task_rows);
        self.queue.compact(|task, ticket| tasks[rows[task.0 as usize]].ticket = ticket);
    }

    fn pend(&mut self) {
        let Some(id) = self.running.take() else { return };
        let Some(row) = self.task_row(id) else { return };
        if self.tasks[row].marks.has(Marks::QUEUED) {
            self.tasks[row].state = State::Ready;
        } else {
            self.tasks[row].state = State::Waiting;
            self.rouse(row);
        }
    }

    /// Asks for a judgement of a waiting task.
    pub(super) fn rouse(&mut self, row: u32) {
        let task = &mut self.tasks[row];
        if !task.marks.has(Marks::RESTLESS) {
            task.marks.set(Marks::RESTLESS);
            self.restless.push(task.id);
        }
    }

    fn finish_running(&mut self, end: MemberState) {
        if let Some(id) = self.running.take() {
            self.finish(id, end);
        }
    }

    fn abort(&mut self, id: TaskId) {
        if self.running == Some(id) {
            self.running = None;
        }
        if let Some(scope) = self.task(id).map(|task| task.scope) {
            self.disturb(scope);
            self.finish(id, MemberState::Aborted);
        }
    }

    fn finish(&mut self, id: TaskId, end: MemberState) {
        let Some(row) = self.task_row(id) else { return };
        self.leave_queue(row);
        self.forget_waits(row);
        self.forget_grants(row);
        if id == TaskId::ROOT {
            self.tasks[row].state = State::Waiting;
            return;
        }
        let task = self.tasks.take(row);
        self.task_rows[id.0 as usize] = GONE;
        if task.is_counted() {
            self.leave_scope(&task, end);
        }
    }

    fn begin_wait(&mut self, head: WaitHead, cases: &[u32]) {
        let now_us = self.now_us;
        let Some(row) = self.actor_row() else { return };
        if self.tasks[row].waits.has(head) {
            self.end_wait(head);
        }
        let task = &mut self.tasks[row];
        task.waits.begin(head, cases, now_us);
        self.tally.enter(task.role, head, task.verdict);
        self.sleeping += u32::from(head.reason == WaitReason::Sleep);
        self.calling += u32::from(calls_outside(head, cases));
    }

    fn end_wait(&mut self, head: WaitHead) {
        let Some(row) = self.actor_row() else { return };
        let task = &mut self.tasks[row];
        let called = task.waits().find(|wait| wait.head == head).map(|wait| calls_outside(head, wait.cases));
        let Some(called) = called else { return };
        task.waits.end(head);
        self.tally.leave(task.role, head, task.verdict);
        self.calling -= u32::from(called);
        self.sleeping -= u32::from(head.reason == WaitReason::Sleep);
    }

    fn forget_waits(&mut self, row: u32) {
        self.unlink_waits(row);
        let waits = std::mem::replace(&mut self.tasks[row].waits, Waits::EMPTY);
        let task = &self.tasks[row];
        for wait in waits.iter() {
            self.tally.leave(task.role, wait.head, task.verdict);
            self.calling -= u32::from(calls_outside(wait.head, wait.cases));
            self.sleeping -= u32::from(wait.head.reason == WaitReason::Sleep);
        }
    }

    /// Takes a task off the lists of those who wait: it runs, or nobody needs to look for it any more.
    pub(super) fn unlink_waits(&mut self, row: u32) {
        let task = &mut self.tasks[row];
        while task.linked > 0 {
            let wait = self.graph.of_task(task.first_edge).find(|(_, _, tie)| matches!(tie, Tie::Waits(_)));
            let (edge, ..) = wait.expect("as many edges are waits as were linked");
            self.graph.unlink(&mut task.first_edge, edge);
            task.linked -= 1;
        }
    }

    fn forget_grants(&mut self, row: u32) {
        while self.tasks[row].first_edge != NONE {
            let edge = self.tasks[row].first_edge;
            let (_, object_row, tie) = self.graph.of_task(edge).next().expect("it has a first edge");
            self.graph.unlink(&mut self.tasks[row].first_edge, edge);
            if let Tie::Holds(right) = tie {
                self.shrink(object_row, right);
            }
        }
    }

    /// Notes that an object lost somebody (or a timer) who could operate it.
    pub(super) fn shrink(&mut self, object_row: u32, right: Right) {
        if self.graph.is_awaited(object_row) {
            self.shrunk.push(WaitCase::new(self.graph.objects[object_row].id, right));
        }
    }

    fn make(&mut self, kind: ObjectKind, from: ObjectId) {
        let object = self.graph.made(kind, from);
        let Some(row) = self.running.and_then(|id| self.task_row(id)) else { return };
        if kind != ObjectKind::Context || !self.tasks[row].is_counted() {
            return;
        }
        let id = self.tasks[row].scope;
        let row = self.scope_row(id).expect("a scope with a live task is kept");
        if self.scopes[row].context().is_none() {
            self.scopes[row].context = object.0;
            self.graph.pin(object, id.0);
        }
    }

    fn grant(&mut self, id: TaskId, object: ObjectId, right: Right) {
        let Some(row) = self.task_row(id) else { return };
        self.note_exchange(row);
        let object_row = self.graph.revive(object);
        let task = &mut self.tasks[row];
        let fallen = task.verdict == Verdict::Stranded;
        let tie = if fallen { Tie::Fallen(right) } else { Tie::Holds(right) };
        self.graph.link(&mut task.first_edge, row, object_row, tie);
    }

    /// A right that crosses a scope's border changes who can disturb it.
    fn note_exchange(&mut self, row: u32) {
        let Some(giver) = self.actor_row() else { return };
        if giver != row && self.tasks[giver].scope != self.tasks[row].scope {
            self.disturb(self.tasks[giver].scope);
            self.disturb(self.tasks[row].scope);
        }
    }

    fn revoke(&mut self, id: TaskId, object: ObjectId, right: Right) {
        let Some(row) = self.task_row(id) else { return };
        let Some(object_row) = self.graph.find(object) else { return };
        let task = &mut self.tasks[row];
        let fallen = task.verdict == Verdict::Stranded;
        let tie = if fallen { Tie::Fallen(right) } else { Tie::Holds(right) };
        if let Some(edge) = self.graph.find_edge(task.first_edge, row, object_row, tie) {
            self.graph.unlink(&mut task.first_edge, edge);
            self.shrink(object_row, right);
        }
    }

    fn disarm(&mut self, object: ObjectId) {
        self.graph.disarm(object);
        if let Some(row) = self.graph.find(object) {
            self.shrink(row, Right::Send);
        }
    }

    fn hear(&mut self) {
        let Some(row) = self.actor_row() else { return };
        let task = &mut self.tasks[row];
        if task.heard_us.is_none() {
            task.heard_us = Some(self.now_us);
            self.counts.heard += u32::from(task.is_counted());
        }
    }

    fn disturb_actor(&mut self) {
        if let Some(row) = self.actor_row() {
            self.disturb(self.tasks[row].scope);
        }
    }
}

/// Whether a wait is for the outside world.
pub(super) fn calls_outside(head: WaitHead, cases: &[u32]) -> bool {
    let outside = |word: &u32| WaitCase(*word).object() == ObjectId::OUTSIDE;
    head.reason != WaitReason::Sleep && cases.iter().any(outside)
}

pub(super) fn kind_name(event: &Event<'_>) -> &'static str {
    match event {
        Event::Advanced { .. } => "advanced",
        Event::ScopeOpened { .. } => "scope-opened",
        Event::ScopeClosed { .. } => "scope-closed",
        Event::Spawned { .. } => "spawned",
        Event::Woken { .. } => "woken",
        Event::Polled { .. } => "polled",
        Event::Pending => "pending",
        Event::Returned => "returned",
        Event::Panicked { .. } => "panicked",
        Event::Aborted { .. } => "aborted",
        Event::Waits { .. } => "waits",
        Event::WaitOver { .. } => "wait-over",
        Event::Made { .. } => "made",
        Event::Granted { .. } => "granted",
        Event::Revoked { .. } => "revoked",
        Event::Armed { .. } => "armed",
        Event::Disarmed { .. } => "disarmed",
        Event::Level { .. } => "level",
        Event::Closed { .. } => "closed",
        Event::Cancelled { .. } => "cancelled",
        Event::Heard => "heard",
        Event::Drew => "drew",
        Event::Input { .. } => "input",
        Event::LimitHit { .. } => "limit-hit",
        Event::Preempted => "preempted",
        Event::WakerKept => "waker-kept",
        Event::Recovered { .. } => "recovered",
        Event::State { .. } => "state",
        Event::Exposed { .. } => "exposed",
        Event::Abortable { .. } => "abortable",
        Event::ScopeContext { .. } => "scope-context",
        Event::Stored { .. } => "stored",
        Event::Unstored { .. } => "unstored",
        Event::Gone { .. } => "gone",
    }
}
