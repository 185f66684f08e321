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

use std::collections::VecDeque;

use crate::trace::columns::{Reader, Trace};
use crate::trace::event::{
    Event, Limit, ObjectId, Panic, PlaceId, Role, ScopeId, TaskId, WaitCase, WaitHead, WaitReason,
};
use crate::verdict::fold::{GONE, kind_name};
use crate::verdict::graph::Graph;
use crate::verdict::queue::Queue;
use crate::verdict::runaway::{Stir, Watch};
use crate::verdict::scopes::SCOPE_OPEN;
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
    pub(super) ticket: u32,
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
    pub(super) remembered: u32,
    pub(super) context: u32,
    /// Against which number of inputs it was proven that nothing in it will ever change; 0 for not proven.
    pub(super) proof: u32,
    pub(super) watch: Option<Box<Watch>>,
    pub(super) stir: Stir,
}

impl Scope {
    pub(super) fn opened(now_us: u64) -> Scope {
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

    pub(super) fn finish_member(&mut self, task: TaskId, state: MemberState) {
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

/// How a request stood when its last live task finished or leaked.
#[derive(Clone, Debug)]
pub struct Farewell {
    /// When its context was first cancelled.
    pub told_us: Option<u64>,
    /// When it was over.
    pub over_us: Option<u64>,
    /// The task it was opened for.
    pub parent: Option<TaskId>,
    /// Its tasks; those that are alive have leaked.
    pub members: Vec<Member>,
}

/// Requests whose end the ledger remembers.
pub(super) const FAREWELLS_MAX: usize = 256;

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
    /// The kind of the event, in lower case: `polled`, `waits`, `scope-opened`, …
    pub kind: &'static str,
    /// The task that it happened to: the woken one, else the running one.
    pub task: Option<TaskId>,
}

/// See the module.
pub struct Ledger {
    pub(super) reader: Reader,
    pub(super) now_us: u64,
    pub(super) counts: Counts,
    pub(super) tasks: Slab<Task>,
    pub(super) task_rows: Vec<u32>,
    pub(super) scopes: Slab<Scope>,
    pub(super) scope_rows: Vec<u32>,
    /// In the order of their numbers. As many as are open at a time; leaks do not make it longer.
    pub(super) shown: Vec<ScopeId>,
    /// The last requests that were shown and are not any more, oldest first.
    pub(super) farewells: VecDeque<(ScopeId, Farewell)>,
    pub(super) graph: Graph,
    pub(super) queue: Queue,
    pub(super) running: Option<TaskId>,
    pub(super) pile: Vec<TaskId>,
    pub(super) tally: Tally,
    pub(super) sleeping: u32,
    pub(super) calling: u32,
    pub(super) panic: Option<(TaskId, Panic)>,
    pub(super) limit: Option<Limit>,
    /// How many inputs arrived, plus one: proofs hold for the inputs so far.
    pub(super) inputs: u32,
    pub(super) last_input_us: Option<u64>,
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
            shown: Vec::new(),
            farewells: VecDeque::new(),
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

    /// How one of the last requests that [`Ledger::shown_scopes`] has no more stood at its end. A request can be told,
    /// heard and finished between two looks: this is how a picture of it can still show the three.
    pub fn farewell(&self, id: ScopeId) -> Option<&Farewell> {
        self.farewells.iter().rev().find(|(scope, _)| *scope == id).map(|(_, farewell)| farewell)
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
    pub(super) fn actor(&self) -> TaskId {
        self.running.unwrap_or(TaskId::ROOT)
    }

    pub(super) fn actor_row(&self) -> Option<u32> {
        self.task_row(self.actor())
    }
}

impl Counts {
    pub(super) fn of(&mut self, verdict: Verdict) -> &mut u32 {
        match verdict {
            Verdict::Working => &mut self.working,
            Verdict::Stopping => &mut self.stopping,
            Verdict::Stranded => &mut self.stranded,
            Verdict::Runaway => &mut self.runaway,
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::verdict::testing::{ledger, trace};

    fn ids(tasks: impl Iterator<Item = TaskId>) -> Vec<u32> {
        tasks.map(|task| task.0).collect()
    }

    #[test]
    fn asked_heard_and_returned_are_three_marks() {
        let script = "open; spawn s1 parent; poll t1; made ctx; grant t1 o1!; spawn s1 child; spawn s1 child
             wait sleep 0 10; pending; poll t2; wait select o1!; pending; poll t3; wait sleep 0 99; pending; +10
             wake t1; poll t1; over; cancel o1; wake t2; ";
        let told = ledger(script);
        let scope = told.scope(ScopeId(1)).expect("it has live tasks");
        assert_eq!((scope.told_us, scope.over_us, scope.parent), (Some(10), Some(10), Some(TaskId(1))));
        assert_eq!((told.counts().told, told.counts().heard, told.counts().stopping), (3, 0, 3));
        let heard = ledger(&format!("{script}return; +5; poll t2; over; heard; heard; wait sleep 0 9; pending; +1"));
        assert_eq!(heard.task(TaskId(2)).and_then(|task| task.heard_us), Some(15));
        assert_eq!((heard.counts().heard, heard.counts().finished, heard.counts().stopping), (1, 1, 2));
        let returned = ledger(&format!("{script}return; poll t2; over; heard; return; +5"));
        let scope = returned.scope(ScopeId(1)).expect("one is left");
        let states: Vec<MemberState> = scope.members.iter().map(|member| member.state).collect();
        assert_eq!(states, [MemberState::Returned, MemberState::HeardAndReturned, MemberState::Alive]);
        assert_eq!((scope.spawned, scope.finished), (3, 2));
    }

    #[test]
    fn a_task_spawned_after_the_cancel_is_told_at_its_spawn() {
        let ledger = ledger(
            "open; spawn s1 parent; poll t1; made ctx; grant t1 o1!; cancel o1; wait sleep 0 5; pending; +5
             wake t1; poll t1; over; spawn s1 child; wait sleep 0 5; pending; poll t2; wait sleep 0 5; pending; +1",
        );
        assert_eq!((ledger.told_us(TaskId(1)), ledger.told_us(TaskId(2)), ledger.counts().told), (Some(0), Some(5), 2));
        assert_eq!(ledger.task(TaskId(2)).map(|task| task.verdict), Some(Verdict::Stopping));
    }

    #[test]
    fn a_scopes_context_is_the_first_one_its_own_tasks_made() {
        let ledger = ledger(
            "made ctx; open; spawn s1 parent; poll t1; made chan; made ctx o1; made ctx o3; wait sleep 0 5; pending",
        );
        assert_eq!(ledger.scope(ScopeId(1)).and_then(Scope::context), Some(ObjectId(3)));
    }

    #[test]
    fn cancelling_a_context_tells_every_scope_derived_from_it() {
        let ledger = ledger(
            "made ctx; grant t0 o1!; open; spawn s1 parent; poll t1; made ctx o1; wait sleep 0 5; pending; +1
             cancel o1; +1",
        );
        assert_eq!(ledger.scope(ScopeId(1)).and_then(|scope| scope.told_us), Some(1));
    }

    #[test]
    fn a_scope_is_over_when_its_parent_returns_and_a_later_cancel_only_tells() {
        let ledger = ledger(
            "open; spawn s1 parent; poll t1; made ctx; spawn s1 child; grant t2 o1!; return
             poll t2; wait sleep 0 5; pending; +5; wake t2; poll t2; over; cancel o1; wait sleep 0 5; pending; +1",
        );
        let scope = ledger.scope(ScopeId(1)).expect("one is left");
        assert_eq!((scope.over_us, scope.told_us), (Some(0), Some(5)));
    }

    #[test]
    fn the_ready_queue_keeps_its_order_when_the_seed_draws_from_the_middle() {
        let script = "open; spawn s1 parent; spawn s1 child; spawn s1 child; spawn s1 child; poll t2";
        let ledger = ledger(script);
        assert_eq!((ids(ledger.ready()), ledger.running()), (vec![1, 3, 4], Some(TaskId(2))));
        assert_eq!(ledger.counts().ready, 3);
    }

    #[test]
    fn a_task_that_wakes_itself_is_ready_again_when_its_poll_ends() {
        let ledger = ledger("open; spawn s1 parent; poll t1; wake t1; pending");
        assert_eq!(ids(ledger.ready()), [1]);
        assert_eq!(ledger.task(TaskId(1)).map(|task| (task.state, task.wakes)), Some((State::Ready, 1)));
    }

    #[test]
    fn waits_are_counted_by_role_reason_and_line() {
        let ledger = ledger(
            "open; spawn s1 parent; spawn s1 child; spawn s1 child; poll t1; wait sleep 0 9 @3; pending
             poll t2; made chan; wait send o1? @5; pending; poll t3; wait send o1? @5; pending; close s1; +1",
        );
        let rows: Vec<String> = ledger
            .waits()
            .map(|row| {
                let (role, reason) = (row.role.as_str(), row.reason.as_str());
                format!("{role}, {reason}, {}: {} {} {}", row.place.0, row.alive, row.leaked, row.stopping)
            })
            .collect();
        assert_eq!(rows, ["parent, sleep, 3: 1 0 1", "child, chan send, 5: 2 2 0"]);
    }

    #[test]
    fn members_are_kept_as_long_as_somebody_is_left_to_show() {
        let script = "open; spawn s1 parent; poll t1; spawn s1 child; wait nil-recv; pending
             poll t2; wait sleep 0 5; pending; +5; ";
        let shown = ledger(script);
        assert_eq!(shown.shown_scopes().map(|(id, scope)| (id.0, scope.members.len())).collect::<Vec<_>>(), [(1, 2)]);
        let left = ledger(&format!("{script}wake t2; poll t2; over; return; +1"));
        assert_eq!(left.shown_scopes().count(), 0);
        let scope = left.scope(ScopeId(1)).expect("the leaked parent is live");
        assert_eq!((scope.members.len(), scope.alive()), (0, 1));
    }

    #[test]
    fn a_scope_that_spawns_without_end_forgets_its_oldest_finished_members() {
        let round = |task: u32| format!("spawn s1 child; poll t{task}; return; ");
        let rounds: String = (2..3000).map(round).collect();
        let ledger = ledger(&format!("open; spawn s1 parent; {rounds}"));
        let scope = ledger.scope(ScopeId(1)).expect("its parent is live");
        assert_eq!((scope.spawned, scope.finished, scope.members[0].task), (2999, 2998, TaskId(1)));
        assert!(scope.members.len() <= FINISHED_MEMBERS_MAX + 1);
        assert_eq!(scope.members.last().map(|member| member.task), Some(TaskId(2999)));
    }

    #[test]
    fn an_aborted_task_leaves_whatever_was_said_of_it() {
        let ledger = ledger(
            "open; spawn s1 parent; spawn s1 child; spawn s1 child; poll t1; wait nil-recv; pending
             poll t2; wait sleep 0 5; pending; abort t3; +1; abort t1; +1",
        );
        let counts = ledger.counts();
        assert_eq!((counts.alive, counts.leaked, counts.finished, counts.ready), (1, 0, 2, 0));
        assert_eq!((ids(ledger.pile().iter().copied()), ledger.task(TaskId(1)).is_none()), (vec![1], true));
    }

    #[test]
    fn a_panic_ends_the_program_and_nobody_is_judged_after_it() {
        let ledger =
            ledger("open; spawn s1 parent; spawn s1 child; poll t1; wait nil-recv; pending; poll t2; panic; +1");
        assert_eq!(ledger.panic(), Some((TaskId(2), Panic::SendOnClosed)));
        assert_eq!((ledger.counts().finished, ledger.counts().leaked), (1, 0));
    }

    #[test]
    fn stepping_says_what_happened_to_whom() {
        let trace = trace("open; spawn s1 parent; poll t1; made chan; wait recv o1!; pending; +5; limit");
        let mut ledger = Ledger::new();
        let mut lines = String::new();
        while let Some(Step { kind, task }) = ledger.step_event(&trace) {
            lines += &format!("{kind} {}\n", task.map_or("-".to_string(), |task| task.0.to_string()));
        }
        expect![[r#"
            scope-opened -
            spawned 1
            polled 1
            made 1
            waits 1
            pending 1
            advanced -
            limit-hit -
        "#]]
        .assert_eq(&lines);
        assert_eq!(ledger.limit(), Some(Limit::Events));
    }

    fn requests(count: u32, request: impl Fn(u32) -> String) -> Ledger {
        let script: String = (0..count).map(|number| request(number) + "; +1; ").collect();
        let mut ledger = Ledger::new();
        ledger.catch_up(&trace(&script));
        ledger
    }

    #[test]
    fn finished_requests_leave_a_few_words_behind() {
        let ledger = requests(20_000, |number| {
            let (scope, task, object) = (number + 1, number + 1, 2 * number + 1);
            format!(
                "open; spawn s{scope} parent; poll t{task}; made ctx; grant t{task} o{object}!; made chan
                 grant t{task} o{}?; cancel o{object}; return",
                object + 1
            )
        });
        ledger.verify();
        assert_eq!(ledger.counts().finished, 20_000);
        assert_eq!(ledger.graph.len(), (0, 0), "no object and no edge is kept");
        let words_each = 2 * (1 + 1 + 2);
        assert!(ledger.bytes() < 200_000 + 20_000 * 4 * words_each, "{} bytes", ledger.bytes());
    }

    #[test]
    fn a_leaked_task_costs_a_row_and_its_edges() {
        assert!(size_of::<Task>() <= 112, "{}", size_of::<Task>());
        assert!(size_of::<Scope>() <= 112, "{}", size_of::<Scope>());
        let ledger = requests(1, |_| {
            let child =
                |task: u32| format!("spawn s1 child; poll t{task}; grant t{task} o1!; wait recv o0!; pending; ");
            let children: String = (2..20_002).map(child).collect();
            format!("open; spawn s1 parent; poll t1; made chan; pending; {children}; close s1; +1")
        });
        assert_eq!(ledger.counts().leaked, 20_001);
        assert!(ledger.bytes() < 20_001 * 160, "{} bytes", ledger.bytes() / 20_001);
    }
}
