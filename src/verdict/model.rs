//! What is known of a task, of a scope, and of a whole run: plain data.
//!
//! ```text
//!            Spawned        Polled         Pending
//!   (none) ─────────▶ Ready ───────▶ Running ─────▶ Waiting ──┐ Woken
//!                       ▲               │ Returned            │
//!                       │               ▼                     │
//!                       │            (none)                   │
//!                       └─────────────────────────────────────┘
//!   Working ──▶ Stopping ──▶ Runaway        a scope's end; a proof that the state repeats for ever
//!      └──┬────────┘ ┌──▶ Stranded          at rest, nobody who could still run can end the wait
//!         └▶ Unproven ┘                     …or the facts do not suffice to say so
//! ```
//!
//! Deliberately absent: what changes any of it (`fold`, `scopes`), and every judgement.

use crate::trace::event::{GOROUTINE_BYTES, ObjectId, PlaceId, Restart, Role, ScopeId, TaskId, WaitReason};
use crate::verdict::slab::{NONE, Vacant};
use crate::verdict::table::Keyed;
use crate::verdict::waits::{Wait, Waits};

/// Finished members that a shown scope remembers before it forgets the oldest ones.
pub(super) const FINISHED_MEMBERS_MAX: usize = 256;

/// No time at all.
pub(super) const NEVER: u64 = u64::MAX;

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

/// What is to be said of a live task. The definitions are in [`crate::verdict`].
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
    /// The facts suffice neither to call it a leak nor to say that it is none. Never counted as leaked.
    Unproven,
}

impl Verdict {
    /// Stranded or a runaway.
    pub const fn is_leaked(self) -> bool {
        matches!(self, Verdict::Stranded | Verdict::Runaway)
    }
}

/// Why a task is [`Verdict::Unproven`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnprovenReason {
    /// It wakes again and again since its request ended; not proven that it always will.
    RunsAgain,
    /// It waits, and nobody who is known to run can end that wait; but somebody unknown may be able to.
    MayBeFreed,
}

/// A live task.
#[derive(Clone)]
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
    /// Its number among the tasks of its scope, from 1 on in the order of their spawns; the one that the scope was opened for
    /// is not counted.
    pub number: u32,
    /// Where it stands.
    pub state: State,
    /// What is to be said of it.
    pub verdict: Verdict,
    pub(super) marks: Marks,
    /// How often it was polled.
    pub polls: u32,
    /// How often it was woken.
    pub wakes: u32,
    /// When it was spawned, in microseconds.
    pub spawned_us: u64,
    pub(super) heard_us: u64,
    /// When it was found leaked; [`NEVER`] while it is not.
    pub(super) leaked_us: u64,
    pub(super) waits: Waits,
    /// Its edges: grants, and while it waits what it waits for.
    pub(super) first_edge: u32,
    /// Its place in the ready queue.
    pub(super) ticket: u32,
    /// How many of its edges are waits.
    pub(super) linked: u32,
    /// The object that stands for it, for whoever may abort it; [`NONE`] when nobody may.
    pub(super) abort_object: u32,
    /// Where its scope's row was when it was spawned.
    pub(super) scope_row: u32,
    pub(super) next: u32,
}

impl Task {
    /// What it waits for now, ordered by place, reason and number.
    pub fn waits(&self) -> impl Iterator<Item = Wait<'_>> {
        self.waits.iter()
    }

    /// When it first heard that it was told to stop, in microseconds.
    pub fn heard_us(&self) -> Option<u64> {
        (self.heard_us != NEVER).then_some(self.heard_us)
    }

    /// When it was found leaked, in microseconds.
    pub fn leaked_us(&self) -> Option<u64> {
        (self.leaked_us != NEVER).then_some(self.leaked_us)
    }

    /// Notes that it heard that it was told to stop; `true` for the first time.
    pub(super) fn hear(&mut self, now_us: u64) -> bool {
        let is_first = self.heard_us == NEVER;
        if is_first {
            self.heard_us = now_us;
        }
        is_first
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
            number: 0,
            state: State::Waiting,
            verdict: Verdict::Working,
            marks: Marks(0),
            polls: 0,
            wakes: 0,
            spawned_us: 0,
            heard_us: NEVER,
            leaked_us: NEVER,
            waits: Waits::EMPTY,
            first_edge: NONE,
            ticket: 0,
            linked: 0,
            abort_object: NONE,
            scope_row: NONE,
            next: NONE,
        }
    }
}

impl Keyed for Task {
    fn key(&self) -> u32 {
        self.id.0
    }
    fn next(&self) -> u32 {
        self.next
    }
    fn set_next(&mut self, next: u32) {
        self.next = next;
    }
}

/// Facts on a task that take one bit each.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks(u16);

impl Marks {
    /// It is in the ready queue (a running task can be, too).
    pub(super) const QUEUED: Marks = Marks(1);
    /// It began to wait, or must be judged for another reason, since the last judgement.
    pub(super) const DIRTY: Marks = Marks(2);
    /// While it waits, it is in L for its own sake: it sleeps, or the outside world may answer it.
    pub(super) const ROOTED: Marks = Marks(4);
    /// It shares memory into which the trace does not see.
    pub(super) const EXPOSED: Marks = Marks(8);
    /// Somebody whom the trace does not know keeps its waker.
    pub(super) const WAKER_KEPT: Marks = Marks(16);
    /// It said in its last poll on what its next steps depend.
    pub(super) const DECLARED: Marks = Marks(32);
    /// It declared more than is kept.
    pub(super) const DECLARED_TOO_MUCH: Marks = Marks(64);
    /// Unproven because somebody unknown may free it.
    pub(super) const MAY_BE_FREED: Marks = Marks(128);
    /// Unproven because it was seen to wake again in the same state.
    pub(super) const RUNS_AGAIN: Marks = Marks(256);
    /// The pile has an entry for it.
    pub(super) const ON_PILE: Marks = Marks(512);

    pub(super) fn has(self, mark: Marks) -> bool {
        self.0 & mark.0 != 0
    }

    pub(super) fn set(&mut self, mark: Marks) {
        self.0 |= mark.0;
    }

    pub(super) fn clear(&mut self, mark: Marks) {
        self.0 &= !mark.0;
    }

    /// Sets a mark; `true` when it was not set before.
    pub(super) fn insert(&mut self, mark: Marks) -> bool {
        let is_new = !self.has(mark);
        self.set(mark);
        is_new
    }
}

/// How a member of a scope fares: *told*, *heard* and *returned* are different facts, so its end says which it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberState {
    /// Live: the ledger's `task` knows the rest.
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

/// What happened in a scope since the last judgement, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Activity(u8);

impl Activity {
    /// A task of it ran and waits again.
    pub(super) const RAN: Activity = Activity(1);
    /// A task joined or left those that are live and not stranded.
    pub(super) const RESHAPED: Activity = Activity(2);
    /// Somebody from outside of it, or chance, or a task of which nothing is known had a hand in it.
    pub(super) const DISTURBED: Activity = Activity(4);

    pub(super) fn has(self, other: Activity) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn add(&mut self, other: Activity) {
        self.0 |= other.0;
    }

    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// A request that has a live task, or none yet.
#[derive(Clone)]
pub struct Scope {
    pub(super) id: ScopeId,
    /// When it was opened, in microseconds.
    pub opened_us: u64,
    /// When its context was first cancelled: its tasks were told to stop.
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
    /// Those that stand in the ready queue; counted where their turns do not come in order.
    pub(super) queued: u32,
    pub(super) context: u32,
    /// Rows of the scopes with the same context before and after this one.
    pub(super) peers: [u32; 2],
    pub(super) activity: Activity,
    pub(super) next: u32,
}

impl Scope {
    pub(super) fn opened(id: ScopeId, now_us: u64) -> Scope {
        Scope { id, opened_us: now_us, ..Scope::vacant() }
    }

    /// Its context, as the program declared it.
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

    /// Heap bytes of the list of members.
    pub(super) fn members_bytes(&self) -> usize {
        self.members.capacity() * size_of::<Member>()
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
            if self.members.len() < self.members.capacity() / 4 {
                self.members.shrink_to(2 * self.members.len());
            }
        }
    }
}

impl Vacant for Scope {
    fn vacant() -> Scope {
        Scope {
            id: ScopeId(NONE),
            opened_us: 0,
            told_us: None,
            over_us: None,
            parent: None,
            members: Vec::new(),
            spawned: 0,
            finished: 0,
            active: 0,
            remembered: 0,
            queued: 0,
            context: NONE,
            peers: [NONE; 2],
            activity: Activity::default(),
            next: NONE,
        }
    }
}

impl Keyed for Scope {
    fn key(&self) -> u32 {
        self.id.0
    }
    fn next(&self) -> u32 {
        self.next
    }
    fn set_next(&mut self, next: u32) {
        self.next = next;
    }
}

/// How a request stood when its last live task finished or leaked.
#[derive(Clone, Debug)]
pub struct ClosedScope {
    /// When its context was first cancelled.
    pub told_us: Option<u64>,
    /// When it was over.
    pub over_us: Option<u64>,
    /// The task it was opened for.
    pub parent: Option<TaskId>,
    /// Its tasks; those that are alive have leaked.
    pub members: Vec<Member>,
}

/// The numbers of a run. The root's own tasks are in none of them but `ready` and `polls`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ever spawned: alive and finished.
    pub spawned: u32,
    /// Live, its scope open, neither leaked nor unproven.
    pub working: u32,
    /// Live, its scope over, neither leaked nor unproven.
    pub stopping: u32,
    /// Live and leaked: stranded and runaway.
    pub leaked: u32,
    /// Live and stranded.
    pub stranded: u32,
    /// Live and a runaway.
    pub runaway: u32,
    /// Live, and it is not known whether it is a leak.
    pub unproven: u32,
    /// Returned, aborted or panicked.
    pub finished: u32,
    /// Working, stopping, unproven and leaked.
    pub alive: u32,
    /// Were alive when their process ended.
    pub killed: u32,
    /// How often a deploy started the process anew.
    pub deploys: u32,
    /// How often the process was killed because its memory was full.
    pub ooms: u32,
    /// Those of the leaked that their scope was opened for.
    pub parents_leaked: u32,
    /// In the ready queue.
    pub ready: u32,
    /// Ever heard that they were told to stop.
    pub heard: u32,
    /// Ever told to stop.
    pub told: u32,
    /// Children that were ever told to stop: a parent tells, more than it is told.
    pub children_told: u32,
    /// Children that ever heard it.
    pub children_heard: u32,
    /// Children that were told to stop, and have returned since.
    pub children_told_finished: u32,
    /// Children that were dropped before they had returned, told or not.
    pub children_dropped: u32,
    /// How often a task of a request left work half done.
    pub half_done: u32,
    /// Polls, the root's tasks included.
    pub polls: u64,
    /// Events read.
    pub events: u64,
}

/// The last time that the process was started anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastRestart {
    /// Why.
    pub why: Restart,
    /// When, in microseconds of virtual time.
    pub at_us: u64,
    /// How many tasks were alive then, and went with the process.
    pub killed: u32,
}

impl Counts {
    /// Those that only grow: they go on when a process ends.
    pub(super) fn of_the_past(&self) -> Counts {
        let Counts { spawned, finished, killed, deploys, ooms, heard, told, polls, events, .. } = *self;
        let Counts { children_told, children_heard, children_told_finished, children_dropped, half_done, .. } = *self;
        let past = Counts { spawned, finished, killed, deploys, ooms, heard, told, polls, events, ..Counts::default() };
        Counts { children_told, children_heard, children_told_finished, children_dropped, half_done, ..past }
    }

    /// What the tasks that are alive would hold as goroutines, in bytes.
    pub fn goroutine_bytes(&self) -> u64 {
        u64::from(self.alive) * GOROUTINE_BYTES
    }

    pub(super) fn of(&mut self, verdict: Verdict) -> &mut u32 {
        match verdict {
            Verdict::Working => &mut self.working,
            Verdict::Stopping => &mut self.stopping,
            Verdict::Stranded => &mut self.stranded,
            Verdict::Runaway => &mut self.runaway,
            Verdict::Unproven => &mut self.unproven,
        }
    }
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
    /// How many of them are unproven.
    pub unproven: u32,
}
