//! Who is where now: a fold of the trace, event by event, in constant time each.
//!
//! The ledger keeps live tasks, scopes with a live task, and objects that somebody can still touch. Of everything else a
//! word is left. A verdict falls only at rest, before the clock moves or an input arrives (see [`Ledger::settle`]), so
//! that verdicts and their times depend on the trace alone and not on how often somebody looked.
//!
//! ```text
//!            Spawned        Polled         Pending
//!   (none) ─────────▶ Ready ───────▶ Running ─────▶ Waiting ──┐ Woken
//!                       ▲               │ Returned            │
//!                       │               ▼                     │
//!                       │            (none)                   │
//!                       └─────────────────────────────────────┘
//!   Working ──▶ Stopping ──▶ Runaway        a scope's end; a proof that the state repeats for ever
//!      └───────────┴──────────▶ Stranded    at rest, nobody who could still run can end the wait
//! ```
//!
//! Deliberately absent: the judgement itself ([`crate::verdict::liveness`], [`crate::verdict::runaway`]).

use std::collections::BTreeSet;

use crate::trace::columns::{Reader, Trace};
use crate::trace::event::{
    Event, Limit, ObjectId, ObjectKind, Panic, PlaceId, Right, Role, ScopeId, TaskId, WaitCase, WaitHead, WaitReason,
};
use crate::verdict::graph::{Graph, Tie};
use crate::verdict::queue::Queue;
use crate::verdict::runaway::{Stir, Watch};
use crate::verdict::slab::{NONE, Slab, Vacant};
use crate::verdict::tally::Tally;
use crate::verdict::waits::Waits;

/// Finished members that a shown scope remembers before it forgets the oldest ones.
const FINISHED_MEMBERS_MAX: usize = 256;

/// Where a live task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// In the ready queue.
    Ready,
    /// Its poll has begun and not ended.
    Running,
    /// Neither: somebody or the clock must wake it.
    Waiting,
}

/// What is to be said of a live task (TRUTH.md, section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not finished, its scope still open.
    Working,
    /// Its scope is over, and it is still here. Not a leak: show its age.
    Stopping,
    /// A proven leak: it waits, and nobody who could still run can ever end that wait.
    Stranded,
    /// A proven leak: its scope is over, and it wakes again and again and never returns.
    Runaway,
}

impl Verdict {
    /// Stranded or a runaway.
    pub const fn is_leaked(self) -> bool {
        matches!(self, Verdict::Stranded | Verdict::Runaway)
    }
}

/// One thing a task waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait<'l> {
    /// Where and why.
    pub head: WaitHead,
    /// What would end it, as [`WaitCase`] words; for a sleep the program's progress and its length in microseconds.
    pub cases: &'l [u32],
    /// Since when, in microseconds.
    pub since_us: u64,
}

/// A live task.
pub struct Task {
    /// Its number.
    pub id: TaskId,
    /// The scope it belongs to.
    pub scope: ScopeId,
    /// Who spawned it.
    pub parent: TaskId,
    /// The line that spawned it.
    pub place: PlaceId,
    /// Its part in its scope.
    pub role: Role,
    /// Where it stands.
    pub state: State,
    /// What is to be said of it.
    pub verdict: Verdict,
    /// How often it was polled.
    pub polls: u32,
    /// How often it was woken.
    pub wakes: u32,
    /// When it was spawned, in microseconds.
    pub spawned_us: u64,
    /// When it first heard that it was asked to stop.
    pub heard_us: Option<u64>,
    /// When it was found leaked.
    pub leaked_us: Option<u64>,
    pub(super) waits: Waits,
    /// Its edges: grants, and while it waits what it waits for.
    pub(super) first_edge: u32,
    /// Its place in the ready queue.
    ticket: u32,
    /// How many of its edges are waits.
    pub(super) linked: u16,
    pub(super) marks: Marks,
}

impl Task {
    /// What it waits for now, oldest first.
    pub fn waits(&self) -> impl Iterator<Item = Wait<'_>> {
        self.waits.iter()
    }

    /// Whether it belongs to a request; the root's own tasks are never counted.
    pub(super) fn is_counted(&self) -> bool {
        self.role != Role::Root
    }
}

impl Vacant for Task {
    fn vacant() -> Task {
        Task {
            id: TaskId(NONE),
            scope: ScopeId::ROOT,
            parent: TaskId::ROOT,
            place: PlaceId(0),
            role: Role::Root,
            state: State::Waiting,
            verdict: Verdict::Working,
            polls: 0,
            wakes: 0,
            spawned_us: 0,
            heard_us: None,
            leaked_us: None,
            waits: Waits::EMPTY,
            first_edge: NONE,
            ticket: 0,
            linked: 0,
            marks: Marks(0),
        }
    }
}

/// What the ledger notes on a task for its own use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks(u8);

impl Marks {
    /// It is in the ready queue (a running task can be, too).
    pub(super) const QUEUED: Marks = Marks(1);
    /// It began to wait since the last judgement.
    pub(super) const RESTLESS: Marks = Marks(2);
    /// The search under way has seen it.
    pub(super) const VISITED: Marks = Marks(4);
    /// This judgement knows that it can still be freed.
    pub(super) const SUPPORTED: Marks = Marks(8);

    pub(super) fn has(self, mark: Marks) -> bool {
        self.0 & mark.0 != 0
    }

    pub(super) fn set(&mut self, mark: Marks) {
        self.0 |= mark.0;
    }

    pub(super) fn clear(&mut self, mark: Marks) {
        self.0 &= !mark.0;
    }
}

/// How a member of a scope fares: *asked*, *heard* and *returned* are different facts, so its end says which it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberState {
    /// Live: [`Ledger::task`] knows the rest.
    Alive,
    /// Returned without having heard a cancel.
    Returned,
    /// Heard the cancel, and returned.
    HeardAndReturned,
    /// Dropped before it had returned.
    Aborted,
    /// Panicked.
    Panicked,
}

impl MemberState {
    /// Everything but [`MemberState::Alive`].
    pub const fn is_finished(self) -> bool {
        !matches!(self, MemberState::Alive)
    }
}

/// A task of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which one.
    pub task: TaskId,
    /// How it fares.
    pub state: MemberState,
}

/// A request that has a live task.
pub struct Scope {
    /// When it was opened, in microseconds.
    pub opened_us: u64,
    /// When its context was first cancelled: its tasks were asked to stop.
    pub told_us: Option<u64>,
    /// When it was over: cancelled, or its parent task had returned, or it was closed, whichever came first.
    pub over_us: Option<u64>,
    /// The task it was opened for.
    pub parent: Option<TaskId>,
    /// Its tasks in the order in which they were spawned, for as long as one of them is live and not leaked. Of a scope
    /// that spawns without end the oldest finished ones are forgotten.
    pub members: Vec<Member>,
    /// How many tasks it ever spawned.
    pub spawned: u32,
    /// How many of them are finished.
    pub finished: u32,
    /// Live and not leaked.
    pub(super) active: u32,
    /// Finished ones in `members`.
    remembered: u32,
    context: u32,
    /// Against which number of inputs it was proven that nothing in it will ever change; 0 for not proven.
    pub(super) proof: u32,
    pub(super) watch: Option<Box<Watch>>,
    pub(super) stir: Stir,
}

impl Scope {
    fn opened(now_us: u64) -> Scope {
        Scope { opened_us: now_us, ..Scope::vacant() }
    }

    /// Its context: the first one that one of its tasks made.
    pub fn context(&self) -> Option<ObjectId> {
        (self.context != NONE).then_some(ObjectId(self.context))
    }

    /// How many of its tasks are live.
    pub fn alive(&self) -> u32 {
        self.spawned - self.finished
    }

    /// The members that are live. Members that were leaked before the scope was shown again may be missing.
    pub(super) fn live(&self) -> impl Iterator<Item = TaskId> {
        self.members.iter().filter(|member| !member.state.is_finished()).map(|member| member.task)
    }

    fn finish_member(&mut self, task: TaskId, state: MemberState) {
        if let Ok(index) = self.members.binary_search_by_key(&task, |member| member.task) {
            self.members[index].state = state;
            self.remembered += 1;
        }
        let remembered = self.remembered as usize;
        if remembered > FINISHED_MEMBERS_MAX.max(self.members.len() / 2) {
            let mut forget = remembered - FINISHED_MEMBERS_MAX / 2;
            self.remembered -= forget as u32;
            self.members.retain(|member| {
                let keep = forget == 0 || !member.state.is_finished();
                forget -= usize::from(!keep);
                keep
            });
        }
    }
}

impl Vacant for Scope {
    fn vacant() -> Scope {
        Scope {
            opened_us: 0,
            told_us: None,
            over_us: None,
            parent: None,
            members: Vec::new(),
            spawned: 0,
            finished: 0,
            active: 0,
            remembered: 0,
            context: NONE,
            proof: 0,
            watch: None,
            stir: Stir::Calm,
        }
    }
}

/// The numbers of a run. The root's own tasks are in none of them but `ready` and `polls`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ever spawned: alive and finished.
    pub spawned: u32,
    /// Live, its scope open, not leaked.
    pub working: u32,
    /// Live, its scope over, not leaked.
    pub stopping: u32,
    /// Live and leaked: stranded and runaway.
    pub leaked: u32,
    /// Live and stranded.
    pub stranded: u32,
    /// Live and a runaway.
    pub runaway: u32,
    /// Returned, aborted or panicked.
    pub finished: u32,
    /// Working, stopping and leaked.
    pub alive: u32,
    /// Those of the leaked that their scope was opened for.
    pub parents_leaked: u32,
    /// In the ready queue.
    pub ready: u32,
    /// Ever heard that they were asked to stop.
    pub heard: u32,
    /// Ever asked to stop.
    pub told: u32,
    /// Polls, the root's tasks included.
    pub polls: u64,
    /// Events read.
    pub events: u64,
}

/// How many live tasks of one role wait for one reason at one line. A task with two waits is in two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitCount {
    /// Whose waits.
    pub role: Role,
    /// Why.
    pub reason: WaitReason,
    /// Where.
    pub place: PlaceId,
    /// How many wait.
    pub alive: u32,
    /// How many of them are leaked.
    pub leaked: u32,
    /// How many of them are stopping.
    pub stopping: u32,
}

/// One event, as a person steps through a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The event's kind in lower case, as `timeline` prints it: `polled`, `waits`, `scope-opened`, …
    pub kind: &'static str,
    /// The task that it happened to: the woken one, else the running one.
    pub task: Option<TaskId>,
}

/// The row of a task that has finished.
const GONE: u32 = NONE;
/// The row of a scope that is not kept, and was over when it was dropped.
const SCOPE_OVER: u32 = NONE;
/// The row of a scope that is not kept, and was never over.
const SCOPE_OPEN: u32 = NONE - 1;

/// See the module.
pub struct Ledger {
    reader: Reader,
    pub(super) now_us: u64,
    pub(super) counts: Counts,
    pub(super) tasks: Slab<Task>,
    task_rows: Vec<u32>,
    pub(super) scopes: Slab<Scope>,
    scope_rows: Vec<u32>,
    shown: BTreeSet<ScopeId>,
    pub(super) graph: Graph,
    queue: Queue,
    running: Option<TaskId>,
    pub(super) pile: Vec<TaskId>,
    tally: Tally,
    sleeping: u32,
    calling: u32,
    panic: Option<(TaskId, Panic)>,
    limit: Option<Limit>,
    /// How many inputs arrived, plus one: proofs hold for the inputs so far.
    pub(super) inputs: u32,
    last_input_us: Option<u64>,
    /// Tasks that began to wait since the last judgement.
    pub(super) restless: Vec<TaskId>,
    /// What lost somebody who could operate it since the last judgement.
    pub(super) shrunk: Vec<WaitCase>,
    /// Scopes that are over and had a finished or new task since the last judgement.
    pub(super) stirred: Vec<ScopeId>,
    /// Always empty between two calls: room that the judgement uses again and again.
    pub(super) scratch: Vec<WaitCase>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::new()
    }
}

impl Ledger {
    /// A ledger before the first event: the root is there, and nobody else.
    pub fn new() -> Ledger {
        let mut tasks = Slab::new();
        let root = tasks.insert(Task { id: TaskId::ROOT, ..Task::vacant() });
        let mut scopes = Slab::new();
        let outside = scopes.insert(Scope::opened(0));
        Ledger {
            reader: Reader::new(),
            now_us: 0,
            counts: Counts::default(),
            tasks,
            task_rows: vec![root],
            scopes,
            scope_rows: vec![outside],
            shown: BTreeSet::new(),
            graph: Graph::new(),
            queue: Queue::default(),
            running: None,
            pile: Vec::new(),
            tally: Tally::default(),
            sleeping: 0,
            calling: 0,
            panic: None,
            limit: None,
            inputs: 1,
            last_input_us: None,
            restless: Vec::new(),
            shrunk: Vec::new(),
            stirred: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Folds everything that was not read yet.
    pub fn catch_up(&mut self, trace: &Trace) {
        while let Some(event) = self.reader.next(trace) {
            self.apply(event);
        }
    }

    /// Folds one event, and says which.
    pub fn step_event(&mut self, trace: &Trace) -> Option<Step> {
        let event = self.reader.next(trace)?;
        let before = self.running;
        let kind = kind_name(&event);
        self.apply(event);
        let task = match event {
            Event::Woken { task } | Event::Spawned { task, .. } | Event::Aborted { task } => Some(task),
            Event::Granted { task, .. } | Event::Revoked { task, .. } => Some(task),
            Event::Polled { task } => Some(task),
            Event::Advanced { .. } | Event::Input { .. } => None,
            _ => before,
        };
        Some(Step { kind, task })
    }

    /// Where the fold stands: the trace may release what was read.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Judges now, when the run is at rest: nobody is running or ready. Does nothing otherwise, and after a panic.
    ///
    /// The fold calls this before it applies an `Advanced`, an `Input` or a `ScopeClosed`. Calling it at the end of what
    /// was read shows a verdict that would fall there anyway, earlier to the eye and at the same virtual time.
    pub fn settle(&mut self) {
        if self.queue.len() > 0 || self.running.is_some() || self.panic.is_some() {
            return;
        }
        let restless = self.judge_waits();
        self.judge_scopes(&restless);
        self.graph.sweep();
    }

    /// The virtual time of the last event read, in microseconds.
    pub fn now_us(&self) -> u64 {
        self.now_us
    }

    /// The numbers of the run so far.
    pub fn counts(&self) -> Counts {
        Counts { ready: self.queue.len(), events: self.reader.position(), ..self.counts }
    }

    /// A live task.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.task_row(id).map(|row| &self.tasks[row])
    }

    /// Every live task, the root's own included, in no meaningful (but always the same) order.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.rows().filter(|task| task.id.0 != NONE)
    }

    /// When a live task was asked to stop: with its scope, or at its spawn if that came later.
    pub fn told_us(&self, id: TaskId) -> Option<u64> {
        let task = self.task(id)?;
        let told_us = self.scope(task.scope)?.told_us?;
        Some(told_us.max(task.spawned_us))
    }

    /// A scope with a live task, or without any task yet.
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scope_row(id).map(|row| &self.scopes[row])
    }

    /// Requests that still have a live task that is not leaked, oldest first.
    pub fn shown_scopes(&self) -> impl Iterator<Item = (ScopeId, &Scope)> {
        self.shown.iter().map(|id| (*id, self.scope(*id).expect("a scope with a live task is kept")))
    }

    /// The ready queue, in order.
    pub fn ready(&self) -> impl Iterator<Item = TaskId> {
        self.queue.iter()
    }

    /// Whose poll has begun and not ended.
    pub fn running(&self) -> Option<TaskId> {
        self.running
    }

    /// The leaked tasks in the order in which they were found leaked. Never shrinks: a task that was aborted after all,
    /// or a runaway that an input ended, stays here and is not a [`Ledger::task`] any more.
    pub fn pile(&self) -> &[TaskId] {
        &self.pile
    }

    /// How many live tasks wait where, ordered by role, reason and place.
    pub fn waits(&self) -> impl Iterator<Item = WaitCount> {
        self.tally.iter()
    }

    /// The panic that ended the program.
    pub fn panic(&self) -> Option<(TaskId, Panic)> {
        self.panic
    }

    /// The bound that stopped the run.
    pub fn limit(&self) -> Option<Limit> {
        self.limit
    }

    /// How many timers are armed and sleeps under way: while there are any, the clock can still move by itself.
    pub fn timers(&self) -> u32 {
        self.sleeping + self.graph.armed()
    }

    /// How many waits are for the outside world.
    pub fn outside_calls(&self) -> u32 {
        self.calling
    }

    /// Bytes this ledger holds, room not used yet included.
    pub fn bytes(&self) -> usize {
        let tables = 4 * (self.task_rows.capacity() + self.scope_rows.capacity() + self.pile.capacity());
        let waits: usize = self.tasks.rows().map(|task| task.waits.bytes()).sum();
        let member = size_of::<Member>();
        let members: usize = self.scopes.rows().map(|scope| scope.members.capacity() * member).sum();
        tables + waits + members + self.tasks.bytes() + self.scopes.bytes() + self.graph.bytes()
    }

    pub(super) fn task_row(&self, id: TaskId) -> Option<u32> {
        self.task_rows.get(id.0 as usize).copied().filter(|row| *row != GONE)
    }

    pub(super) fn scope_row(&self, id: ScopeId) -> Option<u32> {
        self.scope_rows.get(id.0 as usize).copied().filter(|row| *row < SCOPE_OPEN)
    }

    /// The running task; outside of any poll the root.
    fn actor(&self) -> TaskId {
        self.running.unwrap_or(TaskId::ROOT)
    }

    fn actor_row(&self) -> Option<u32> {
        self.task_row(self.actor())
    }

    fn apply(&mut self, event: Event<'_>) {
        match event {
            Event::Advanced { by_us } => {
                self.settle();
                self.now_us += u64::from(by_us);
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
            Event::Waits { head, cases } => self.begin_wait(head, cases),
            Event::WaitOver { head } => self.end_wait(head),
            Event::Made { kind, from, .. } => self.make(kind, from),
            Event::Granted { task, object, right } => self.grant(task, object, right),
            Event::Revoked { task, object, right } => self.revoke(task, object, right),
            Event::Armed { object, in_us } => self.graph.arm(object, self.now_us + u64::from(in_us)),
            Event::Disarmed { object } => self.disarm(object),
            Event::Level { object, level } => self.graph.set_level(object, level),
            Event::Closed { object } => self.graph.close(object),
            Event::Cancelled { object } => self.cancel(object),
            Event::Heard => self.hear(),
            Event::Drew => self.disturb_actor(),
            Event::Input { .. } => self.input(),
            Event::LimitHit { limit } => self.limit = Some(limit),
        }
    }

    fn input(&mut self) {
        self.settle();
        self.inputs += 1;
        self.last_input_us = Some(self.now_us);
    }

    fn open_scope(&mut self, scope: ScopeId) {
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

    fn join_scope(&mut self, task: &mut Task) {
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
        self.shown.insert(task.scope);
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
    fn rouse(&mut self, row: u32) {
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

    fn leave_scope(&mut self, task: &Task, end: MemberState) {
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
        self.shown.remove(&id);
        // Runaways may spawn again, and a proof about those needs everybody who runs; the stranded never run.
        let mut members = std::mem::take(&mut self.scopes[row].members);
        members.retain(|member| self.task(member.task).is_some_and(|task| task.verdict == Verdict::Runaway));
        members.shrink_to_fit();
        self.scopes[row].members = members;
        self.scopes[row].remembered = 0;
        self.scopes[row].watch = None;
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

    fn end_scope(&mut self, id: ScopeId) {
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

    fn cancel(&mut self, object: ObjectId) {
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

impl Counts {
    fn of(&mut self, verdict: Verdict) -> &mut u32 {
        match verdict {
            Verdict::Working => &mut self.working,
            Verdict::Stopping => &mut self.stopping,
            Verdict::Stranded => &mut self.stranded,
            Verdict::Runaway => &mut self.runaway,
        }
    }
}

/// Whether a wait is for the outside world.
pub(super) fn calls_outside(head: WaitHead, cases: &[u32]) -> bool {
    let outside = |word: &u32| WaitCase(*word).object() == ObjectId::OUTSIDE;
    head.reason != WaitReason::Sleep && cases.iter().any(outside)
}

fn kind_name(event: &Event<'_>) -> &'static str {
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
    }
}
