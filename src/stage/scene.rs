//! What the stage reads: the few facts and verdicts that the picture of one moment shows.
//!
//! The stage reads a run through [`SceneSource`] only: the ledger implements it in the program, a hand-made moment in the
//! tests. Deliberately absent: positions, colours, motion.

use crate::trace::event::{Role, ScopeId, TaskId};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::{self, MemberState, State, Verdict};
use crate::verdict::recent::Poll;

/// How far a task is on its way from *told* over *heard* to *returned*: three marks, never one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskPhase {
    /// It was not told to stop.
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
    /// It waits.
    Waiting,
    /// It stands in the ready queue.
    Ready,
    /// It runs on the one thread.
    Running,
}

/// One task of an open request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which task.
    pub task: TaskId,
    /// Its role.
    pub role: Role,
    /// What it does.
    pub activity: Activity,
    /// How far it is.
    pub phase: TaskPhase,
    /// Whether it heard the cancel, whatever it did afterwards.
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
    /// It waits, and no task that can still run could ever end its wait.
    Stranded,
    /// It wakes again and again and never returns.
    Runaway,
    /// It was found leaked, and was then dropped or ended from outside after all: its place on the pile is empty.
    Gone,
}

/// One task on the pile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Which task.
    pub task: TaskId,
    /// The request it came from.
    pub scope: ScopeId,
    /// Its role in it.
    pub role: Role,
    /// How it leaks, at this moment.
    pub kind: LeakKind,
    /// How often it was polled.
    pub polls: u32,
}

/// A task on the thread's lane: the running one, or one in the ready queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneTask {
    /// Which task.
    pub task: TaskId,
    /// Its role.
    pub role: Role,
    /// Whether it is a runaway.
    pub runaway: bool,
}

/// The counts that the stage shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SceneCounts {
    /// Tasks that work.
    pub working: u32,
    /// Tasks that were told to stop and neither returned nor leaked.
    pub stopping: u32,
    /// Tasks that leaked and are alive.
    pub leaked: u32,
    /// Tasks in the ready queue.
    pub ready: u32,
}

/// The present moment of a run, as far as the stage shows it.
pub trait SceneSource {
    /// Virtual time in microseconds.
    fn now_us(&self) -> u64;
    /// The counts.
    fn counts(&self) -> SceneCounts;
    /// Appends the number of every open request to `into`, oldest first.
    fn open_requests(&self, into: &mut Vec<ScopeId>);
    /// Writes one open request into `into`, which has no members yet.
    fn request(&self, id: ScopeId, into: &mut Request);
    /// Writes how a request that was open lately has ended, in the same way. `false` where that is no longer known.
    fn closed_request(&self, id: ScopeId, into: &mut Request) -> bool;
    /// The running task.
    fn running(&self) -> Option<LaneTask>;
    /// Appends the head of the ready queue to `into`, at most so many tasks.
    fn ready(&self, most: usize, into: &mut Vec<LaneTask>);
    /// How many polls were made.
    fn polls(&self) -> u64;
    /// Appends the newest polls to `into`, oldest first: at most so many, and fewer where they are no longer known.
    fn last_polls(&self, most: usize, into: &mut Vec<Poll>);
    /// How many tasks were ever found leaked.
    fn leaks(&self) -> usize;
    /// The leak with this number, in the order in which they were found.
    fn leak(&self, number: usize) -> Leak;
    /// Whether a task is alive.
    fn is_alive(&self, task: TaskId) -> bool;
}

impl SceneSource for Ledger {
    fn now_us(&self) -> u64 {
        Ledger::now_us(self)
    }

    fn counts(&self) -> SceneCounts {
        let counts = self.counts();
        SceneCounts { working: counts.working, stopping: counts.stopping, leaked: counts.leaked, ready: counts.ready }
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

    fn closed_request(&self, id: ScopeId, into: &mut Request) -> bool {
        let Some(end) = self.closed_scope(id) else { return false };
        into.told = end.told_us.is_some();
        into.over = end.over_us.is_some();
        let (over, parent) = (into.over, end.parent);
        into.members.extend(end.members.iter().map(|known| member(self, *known, over, parent)));
        true
    }

    fn running(&self) -> Option<LaneTask> {
        Some(lane_task(self, Ledger::running(self)?))
    }

    fn ready(&self, most: usize, into: &mut Vec<LaneTask>) {
        into.extend(Ledger::ready(self).take(most).map(|task| lane_task(self, task)));
    }

    fn polls(&self) -> u64 {
        self.counts().polls
    }

    fn last_polls(&self, most: usize, into: &mut Vec<Poll>) {
        Ledger::last_polls(self, most, into);
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

impl From<Poll> for LaneTask {
    fn from(poll: Poll) -> LaneTask {
        LaneTask { task: poll.task, role: poll.role, runaway: poll.verdict == Verdict::Runaway }
    }
}

fn lane_task(ledger: &Ledger, task: TaskId) -> LaneTask {
    match ledger.task(task) {
        Some(found) => LaneTask { task, role: found.role, runaway: found.verdict == Verdict::Runaway },
        None => LaneTask { task, role: Role::Root, runaway: false },
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
        phase: TaskPhase::Returned,
        heard: heard && over,
    };
    let Some(task) = ledger.task(id) else {
        return finished(member.state == MemberState::HeardAndReturned);
    };
    let heard = task.heard_us().is_some() && over;
    let phase = match task.verdict {
        Verdict::Stranded | Verdict::Runaway => TaskPhase::Leaked,
        Verdict::Stopping | Verdict::Unproven if heard => TaskPhase::Heard,
        Verdict::Unproven if !over => TaskPhase::Working,
        Verdict::Stopping | Verdict::Unproven => TaskPhase::Told,
        Verdict::Working => TaskPhase::Working,
    };
    let activity = match task.state {
        State::Waiting => Activity::Waiting,
        State::Ready => Activity::Ready,
        State::Running => Activity::Running,
    };
    Member { task: id, role, activity, phase, heard }
}
