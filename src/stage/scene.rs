//! What the stage reads: the few facts and verdicts that one moment's picture shows.
//!
//! [`Facts`] is the only door. The ledger stands behind it in the program, a hand-made moment in the tests.
//! Deliberately absent: any place, colour or motion.

use crate::trace::event::{Role, ScopeId, TaskId};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::{self, MemberState, State, Verdict};

/// How far a task is on the way from *asked* over *heard* to *returned*: three marks, never one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Nobody told it to stop.
    Working,
    /// Told to stop (or its scope is over), and it has not heard it.
    Told,
    /// Heard it, and has not returned.
    Heard,
    /// Returned, or was dropped.
    Returned,
    /// Leaked: it lies on the pile.
    Leaked,
}

/// What a living task does at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Waits.
    Waiting,
    /// Stands in the ready queue.
    Ready,
    /// Runs on the one thread.
    Running,
}

/// One task of an open request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which task.
    pub task: TaskId,
    /// Its part.
    pub role: Role,
    /// What it does.
    pub activity: Activity,
    /// How far it is.
    pub fate: Fate,
    /// Whether it heard the cancel, whatever it did then.
    pub heard: bool,
}

/// One open request: a scope that still has a living task which has not leaked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Whether its context was cancelled.
    pub told: bool,
    /// Whether it is over.
    pub over: bool,
    /// Its tasks in the order in which they were spawned, the returned ones too.
    pub members: Vec<Member>,
}

/// How a task leaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeakKind {
    /// Nobody can ever wake it.
    Stranded,
    /// It wakes again and again and never returns.
    Runaway,
    /// It was found leaked, and was dropped or ended from outside after all: its place on the pile is empty.
    Gone,
}

/// One task on the pile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Which task.
    pub task: TaskId,
    /// The request it came from.
    pub scope: ScopeId,
    /// Its part in it.
    pub role: Role,
    /// How it leaks, at this moment.
    pub kind: LeakKind,
    /// How often it was polled.
    pub polls: u32,
}

/// A task on the thread or in its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Which task.
    pub task: TaskId,
    /// Its part.
    pub role: Role,
    /// Whether it is a runaway.
    pub runaway: bool,
}

/// Counts of the whole moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tasks that work.
    pub working: u32,
    /// Tasks that were told to stop and neither returned nor leaked.
    pub stopping: u32,
    /// Tasks that leaked and are alive.
    pub leaked: u32,
    /// Tasks in the ready queue.
    pub ready: u32,
}

/// One moment of a run, as the stage asks for it.
pub trait Facts {
    /// Virtual time in microseconds.
    fn now_us(&self) -> u64;
    /// The counts.
    fn tally(&self) -> Tally;
    /// Writes every open request, oldest first.
    fn open_requests(&self, into: &mut Vec<ScopeId>);
    /// Writes one open request.
    fn request(&self, id: ScopeId, into: &mut Request);
    /// Writes how a request that was open lately has ended. False: that is not known any more.
    fn farewell(&self, id: ScopeId, into: &mut Request) -> bool;
    /// The running task.
    fn running(&self) -> Option<Seat>;
    /// Writes the head of the ready queue, at most so many.
    fn ready(&self, most: usize, into: &mut Vec<Seat>);
    /// How many tasks were ever found leaked.
    fn leaks(&self) -> usize;
    /// The leak with this number, in the order in which they were found.
    fn leak(&self, number: usize) -> Leak;
    /// Whether a task is alive.
    fn is_alive(&self, task: TaskId) -> bool;
}

impl Facts for Ledger {
    fn now_us(&self) -> u64 {
        Ledger::now_us(self)
    }

    fn tally(&self) -> Tally {
        let counts = self.counts();
        Tally { working: counts.working, stopping: counts.stopping, leaked: counts.leaked, ready: counts.ready }
    }

    fn open_requests(&self, into: &mut Vec<ScopeId>) {
        into.extend(self.shown_scopes().map(|(id, _)| id));
    }

    fn request(&self, id: ScopeId, into: &mut Request) {
        let Some(scope) = self.scope(id) else { return };
        into.told = scope.told_us.is_some();
        into.over = scope.over_us.is_some();
        let (over, parent) = (into.over, scope.parent);
        into.members.extend(scope.members.iter().map(|known| member(self, *known, over, parent)));
    }

    fn farewell(&self, id: ScopeId, into: &mut Request) -> bool {
        let Some(end) = self.closed_scope(id) else { return false };
        into.told = end.told_us.is_some();
        into.over = end.over_us.is_some();
        let (over, parent) = (into.over, end.parent);
        into.members.extend(end.members.iter().map(|known| member(self, *known, over, parent)));
        true
    }

    fn running(&self) -> Option<Seat> {
        Some(seat(self, Ledger::running(self)?))
    }

    fn ready(&self, most: usize, into: &mut Vec<Seat>) {
        into.extend(Ledger::ready(self).take(most).map(|task| seat(self, task)));
    }

    fn leaks(&self) -> usize {
        self.leaks_found() as usize
    }

    fn leak(&self, number: usize) -> Leak {
        // Whoever ended long ago is not known any more.
        let id = self.leak(number as u32).unwrap_or(TaskId(u32::MAX));
        let Some(task) = self.task(id).filter(|task| task.verdict.is_leaked()) else {
            return Leak { task: id, scope: ScopeId::ROOT, role: Role::Child, kind: LeakKind::Gone, polls: 0 };
        };
        let kind = if task.verdict == Verdict::Runaway { LeakKind::Runaway } else { LeakKind::Stranded };
        Leak { task: id, scope: task.scope, role: task.role, kind, polls: task.polls }
    }

    fn is_alive(&self, task: TaskId) -> bool {
        self.task(task).is_some()
    }
}

fn seat(ledger: &Ledger, task: TaskId) -> Seat {
    match ledger.task(task) {
        Some(found) => Seat { task, role: found.role, runaway: found.verdict == Verdict::Runaway },
        None => Seat { task, role: Role::Root, runaway: false },
    }
}

/// A member as the stage draws it. Whoever heard a cancel while its request goes on (a shorter one of its own) was not
/// told to stop with its request, and wears no mark of that.
fn member(ledger: &Ledger, member: model::Member, over: bool, parent: Option<TaskId>) -> Member {
    let id = member.task;
    let role = if parent == Some(id) { Role::Parent } else { Role::Child };
    let finished = |heard: bool| Member {
        task: id,
        role,
        activity: Activity::Waiting,
        fate: Fate::Returned,
        heard: heard && over,
    };
    let Some(task) = ledger.task(id) else {
        return finished(member.state == MemberState::HeardAndReturned);
    };
    let heard = task.heard_us().is_some() && over;
    let fate = match task.verdict {
        Verdict::Stranded | Verdict::Runaway => Fate::Leaked,
        Verdict::Stopping | Verdict::Unproven if heard => Fate::Heard,
        Verdict::Unproven if !over => Fate::Working,
        Verdict::Stopping | Verdict::Unproven => Fate::Told,
        Verdict::Working => Fate::Working,
    };
    let activity = match task.state {
        State::Waiting => Activity::Waiting,
        State::Ready => Activity::Ready,
        State::Running => Activity::Running,
    };
    Member { task: id, role, activity, fate, heard }
}
