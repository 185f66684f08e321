//! Everything that the ledger knows of a run, and what changed in it since the last judgement.
//!
//! The fold (`fold`, `scopes`) writes it event by event; the judges (`liveness`, `runaway`) only read it. Deliberately
//! absent: any rule about who is leaked.

use std::collections::VecDeque;

use crate::trace::columns::TurnOrder;
use crate::trace::event::{Limit, ObjectId, Panic, Restart, Right, Role, ScopeId, TaskId, WaitCase, WaitReason};
use crate::verdict::graph::{Graph, Holder, Tie};
use crate::verdict::model::{Activity, ClosedScope, Counts, LastRestart, Marks, Member, Scope, State, Task, Verdict};
use crate::verdict::pile::Pile;
use crate::verdict::queue::Queue;
use crate::verdict::recent::Recent;
use crate::verdict::slab::{NONE, Vacant};
use crate::verdict::table::Table;
use crate::verdict::tally::Tally;

/// What happened since the last judgement, as far as it can change a verdict.
#[derive(Clone, Default)]
pub(super) struct Changes {
    /// Tasks that began to wait, or that an end of a scope made wait for nothing, with their rows; some have ended since.
    pub(super) dirty: Vec<(u32, TaskId)>,
    /// Rows of objects that lost somebody who could use this right.
    pub(super) shrunk: Vec<(u32, Right)>,
    /// Rows of objects that gained somebody who can use it. Noted only while somebody may be freed.
    pub(super) grown: Vec<(u32, Right)>,
    /// Scopes with an activity.
    pub(super) scopes: Vec<ScopeId>,
    /// What counts as held changed for the stranded, too: all of them must be judged anew.
    pub(super) is_premise_changed: bool,
}

impl Changes {
    /// Whether anything happened that can change a verdict.
    pub(super) fn is_empty(&self) -> bool {
        self.dirty.is_empty() && self.shrunk.is_empty() && self.grown.is_empty() && self.scopes.is_empty()
    }
}

/// How many bytes the lists of all rows take, kept up to date: a pass over a million rows is too long for a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ListsBytes(usize);

impl ListsBytes {
    /// Notes that a list took so many bytes and takes another number now.
    #[inline]
    pub(super) fn resize(&mut self, before: usize, after: usize) {
        self.0 = self.0 - before + after;
    }
}

/// The root is the first task of all, and is never taken out.
const ROOT_ROW: u32 = 0;

/// The state of a run.
#[derive(Clone)]
pub(super) struct RunState {
    pub(super) now_ns: u64,
    pub(super) counts: Counts,
    pub(super) tasks: Table<Task>,
    pub(super) scopes: Table<Scope>,
    /// Scopes in the order of their numbers; those that are shown are the ones with an active task.
    pub(super) shown: Vec<ScopeId>,
    /// How many of `shown` are not shown any more.
    pub(super) hidden: usize,
    /// The last requests that were shown and are not any more, oldest first.
    pub(super) closed: VecDeque<(ScopeId, ClosedScope)>,
    pub(super) graph: Graph,
    pub(super) queue: Queue,
    /// The last polls.
    pub(super) recent: Recent,
    /// Changed by [`RunState::set_running`] only.
    pub(super) running: Option<TaskId>,
    /// Its row, [`NONE`] where it is not known; outside of any poll the root's.
    actor_row: u32,
    /// The first task that the root spawned: it plays Go's `main`.
    pub(super) main: Option<TaskId>,
    pub(super) pile: Pile,
    pub(super) tally: Tally,
    pub(super) sleeping: u32,
    pub(super) calling: u32,
    pub(super) panic: Option<(TaskId, Panic)>,
    pub(super) limit: Option<Limit>,
    /// How many inputs arrived, plus one: proofs hold for the inputs so far.
    pub(super) inputs: u32,
    pub(super) last_input_us: Option<u64>,
    pub(super) last_restart: Option<LastRestart>,
    /// Whatever anybody holds may be in anybody's hands.
    pub(super) is_exposed: bool,
    /// Who of the ready tasks is polled next.
    pub(super) turns: TurnOrder,
    /// How often the run did what had been proven impossible.
    pub(super) contradictions: u32,
    /// How many waiting tasks may be freed by somebody unknown.
    pub(super) may_be_freed: u32,
    /// Numbers waits and armed timers in the order in which they began, modulo 2³².
    pub(super) begun: u32,
    /// Tasks that were seen to run again in the same state; some have ended since.
    pub(super) runs_again: Vec<TaskId>,
    pub(super) changes: Changes,
    /// Of the tasks' waits and the scopes' members.
    pub(super) lists_bytes: ListsBytes,
    /// Always empty between two calls: room that is used again and again.
    pub(super) scratch: Vec<WaitCase>,
}

impl RunState {
    /// Before the first event: the root is there, and nobody else.
    pub(super) fn new() -> RunState {
        let mut tasks = Table::new();
        tasks.insert(Task { id: TaskId::ROOT, ..Task::vacant() });
        let mut scopes = Table::new();
        scopes.insert(Scope::opened(ScopeId::ROOT, 0));
        RunState {
            now_ns: 0,
            counts: Counts::default(),
            tasks,
            scopes,
            shown: Vec::new(),
            hidden: 0,
            closed: VecDeque::new(),
            graph: Graph::new(),
            queue: Queue::default(),
            recent: Recent::new(),
            running: None,
            actor_row: ROOT_ROW,
            main: None,
            pile: Pile::default(),
            tally: Tally::default(),
            sleeping: 0,
            calling: 0,
            panic: None,
            limit: None,
            inputs: 1,
            last_input_us: None,
            last_restart: None,
            is_exposed: false,
            turns: TurnOrder::InOrder,
            contradictions: 0,
            may_be_freed: 0,
            begun: 0,
            runs_again: Vec::new(),
            changes: Changes::default(),
            lists_bytes: ListsBytes::default(),
            scratch: Vec::new(),
        }
    }

    /// The process ended: nothing is left of it but what was counted, and what was found out about the program.
    pub(super) fn restart(&mut self, why: Restart) {
        let mut counts = Counts { killed: self.counts.killed + self.counts.alive, ..self.counts.of_the_past() };
        match why {
            Restart::Deploy => counts.deploys += 1,
            Restart::OutOfMemory => counts.ooms += 1,
        }
        *self = RunState {
            now_ns: self.now_ns,
            counts,
            recent: std::mem::replace(&mut self.recent, Recent::new()),
            // What was proven held for the process that is gone.
            inputs: self.inputs + 1,
            last_input_us: Some(self.now_us()),
            last_restart: Some(LastRestart { why, at_us: self.now_us(), killed: self.counts.alive }),
            is_exposed: self.is_exposed,
            turns: self.turns,
            contradictions: self.contradictions,
            begun: self.begun,
            ..RunState::new()
        };
    }

    pub(super) fn now_us(&self) -> u64 {
        self.now_ns / 1_000
    }

    pub(super) fn task_row(&self, id: TaskId) -> Option<u32> {
        self.tasks.find(id.0)
    }

    pub(super) fn task(&self, id: TaskId) -> Option<&Task> {
        self.task_row(id).map(|row| &self.tasks[row])
    }

    pub(super) fn scope_row(&self, id: ScopeId) -> Option<u32> {
        self.scopes.find(id.0)
    }

    pub(super) fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scope_row(id).map(|row| &self.scopes[row])
    }

    /// The running task; outside of any poll the root.
    pub(super) fn actor(&self) -> TaskId {
        self.running.unwrap_or(TaskId::ROOT)
    }

    pub(super) fn actor_row(&self) -> Option<u32> {
        (self.actor_row != NONE).then_some(self.actor_row)
    }

    /// Begins the poll of a task with its row, or ends whosever it was. Returns whose that was.
    pub(super) fn set_running(&mut self, task: Option<TaskId>, row: Option<u32>) -> Option<TaskId> {
        self.actor_row = row.unwrap_or(if task.is_some() { NONE } else { ROOT_ROW });
        std::mem::replace(&mut self.running, task)
    }

    /// The row of a task's scope, if there is one.
    pub(super) fn scope_row_of(&self, task: &Task) -> Option<u32> {
        self.scopes.find_at(task.scope_row, task.scope.0)
    }

    /// Whether a task's scope is over.
    pub(super) fn is_over(&self, task: &Task) -> bool {
        self.scope_row_of(task).is_some_and(|row| self.scopes[row].over_us.is_some())
    }

    /// The row of a task on the list of the dirty ones, unless it has ended.
    pub(super) fn dirty_row(&self, at: usize) -> Option<u32> {
        let (row, id) = self.changes.dirty[at];
        self.tasks.is_at(row, id.0).then_some(row)
    }

    /// Whether nobody runs and nobody is ready.
    pub(super) fn is_at_rest(&self) -> bool {
        self.queue.len() == 0 && self.running.is_none()
    }

    /// What the lists of all rows take, counted anew.
    pub(super) fn count_lists_bytes(&self) -> ListsBytes {
        let waits = self.tasks.rows().map(|task| task.waits.bytes());
        ListsBytes(waits.chain(self.scopes.rows().map(Scope::members_bytes)).sum())
    }

    /// Bytes held, room not used yet included.
    pub(super) fn bytes(&self) -> usize {
        let member = size_of::<Member>();
        let closed: usize = self.closed.iter().map(|(_, closed)| closed.members.capacity() * member).sum();
        let closed = closed + self.closed.capacity() * size_of::<(ScopeId, ClosedScope)>();
        let changes = &self.changes;
        let lists = 4
            * (self.runs_again.capacity()
                + self.shown.capacity()
                + 2 * changes.dirty.capacity()
                + changes.scopes.capacity());
        let cases = size_of::<(u32, Right)>() * (changes.shrunk.capacity() + changes.grown.capacity());
        let rows = self.tasks.bytes() + self.scopes.bytes() + self.graph.bytes();
        let lists = lists + self.scratch.capacity() * size_of::<WaitCase>() + self.lists_bytes.0;
        rows + closed + lists + cases + self.queue.bytes() + self.pile.bytes() + self.tally.bytes()
    }
}

/// What the judges ask about one task.
impl RunState {
    /// Whether a task is in L whoever holds what.
    pub(super) fn is_rooted(&self, task: &Task) -> bool {
        task.id == TaskId::ROOT || task.state != State::Waiting || task.marks.has(Marks::ROOTED)
    }

    /// The same for a task that waits, from its waits: it sleeps, or the outside world may answer it.
    pub(super) fn waits_for_itself(&self, task: &Task) -> bool {
        task.waits().any(|wait| {
            wait.head.reason == WaitReason::Sleep
                || wait.cases.iter().map(|word| WaitCase(*word)).any(|case| match case.freed_by() {
                    _ if case.object() != ObjectId::OUTSIDE => false,
                    Right::Send => self.hears_outside(task),
                    Right::Receive => true,
                })
        })
    }

    /// Whether a call to the outside world may still be answered.
    fn hears_outside(&self, task: &Task) -> bool {
        task.role == Role::Root
            || task.scope == ScopeId::ROOT
            || self.scope_row_of(task).is_some_and(|row| self.scopes[row].over_us.is_none())
    }
}

/// The objects and rights that could end one of a task's waits. Sleeps and the outside world are not among them.
pub(super) fn cases_of(task: &Task) -> impl Iterator<Item = WaitCase> {
    let (mut wait, mut case) = (0, 0);
    let mut abort = Some(task.abort_object).filter(|object| *object != NONE);
    std::iter::from_fn(move || {
        if let Some(object) = abort.take() {
            return Some(WaitCase::new(ObjectId(object), Right::Send));
        }
        loop {
            let now = task.waits.get(wait)?;
            match now.cases.get(case) {
                Some(word) if now.head.reason != WaitReason::Sleep => {
                    case += 1;
                    let found = WaitCase(*word);
                    if found.object() != ObjectId::OUTSIDE {
                        return Some(found);
                    }
                }
                _ => (wait, case) = (wait + 1, 0),
            }
        }
    })
}

/// Whether a wait is for the outside world.
pub(super) fn calls_outside(reason: WaitReason, cases: &[u32]) -> bool {
    reason != WaitReason::Sleep && cases.iter().any(|word| WaitCase(*word).object() == ObjectId::OUTSIDE)
}

/// Notes for the next judgement.
impl RunState {
    /// Asks for a judgement of a task.
    pub(super) fn mark_dirty(&mut self, row: u32) {
        let task = &mut self.tasks[row];
        if task.marks.insert(Marks::DIRTY) {
            self.changes.dirty.push((row, task.id));
        }
    }

    /// Notes that an object lost somebody (or a timer) who could operate it.
    pub(super) fn note_shrunk(&mut self, object_row: u32, right: Right) {
        if self.graph.is_awaited(object_row) && self.graph.note_shrunk(object_row, right) {
            self.changes.shrunk.push((object_row, right));
        }
    }

    /// Notes that an object gained somebody (or a timer) who can operate it.
    pub(super) fn note_grown(&mut self, object_row: u32, right: Right) {
        if self.may_be_freed > 0 && self.graph.is_awaited(object_row) && self.graph.note_grown(object_row, right) {
            self.changes.grown.push((object_row, right));
        }
    }

    pub(super) fn note_activity(&mut self, id: ScopeId, activity: Activity) {
        let Some(row) = self.scope_row(id) else { return };
        let scope = &mut self.scopes[row];
        if scope.over_us.is_none() || id == ScopeId::ROOT {
            return;
        }
        if scope.activity.is_none() {
            self.changes.scopes.push(id);
        }
        scope.activity.add(activity);
    }
}

/// Waits in the graph.
impl RunState {
    /// Takes a task off the lists of those who wait: it runs, or nobody needs to look for it any more.
    pub(super) fn unlink_waits(&mut self, row: u32) {
        let task = &mut self.tasks[row];
        let mut edge = task.first_edge;
        while task.linked > 0 {
            let (tie, next) = self.graph.step(edge);
            if matches!(tie, Tie::Waits(_)) {
                self.graph.unlink(&mut task.first_edge, edge);
                task.linked -= 1;
            }
            edge = next;
        }
    }

    /// Puts the dirty tasks that wait on the lists of what they wait for, unless only their own doing can end their
    /// support. Those that no judge has to look at are dirty no more.
    pub(super) fn link_dirty(&mut self) {
        let mut dirty = std::mem::take(&mut self.changes.dirty);
        dirty.retain(|(row, id)| self.tasks.is_at(*row, id.0) && self.link_waits(*row));
        self.changes.dirty = dirty;
    }

    /// Whether a judge has to look: nothing is to be said of a task that wakes by itself before its scope is over.
    fn link_waits(&mut self, row: u32) -> bool {
        self.tasks[row].marks.clear(Marks::DIRTY);
        let task = &self.tasks[row];
        if task.state != State::Waiting || task.verdict == Verdict::Stranded || task.id == TaskId::ROOT {
            return true;
        }
        if task.waits.sleeps_in_place() || self.waits_for_itself(task) {
            let is_over = self.is_over(task);
            self.tasks[row].marks.set(Marks::ROOTED);
            return is_over;
        }
        self.tasks[row].marks.clear(Marks::ROOTED);
        if self.tasks[row].linked > 0 {
            return true;
        }
        let mut cases = std::mem::take(&mut self.scratch);
        cases.extend(cases_of(&self.tasks[row]));
        for case in cases.drain(..) {
            let Some(object_row) = self.graph.find(case.object()) else { continue };
            let task = &mut self.tasks[row];
            self.graph.link(&mut task.first_edge, Holder::Task(row), object_row, Tie::Waits(case.freed_by()));
            task.linked += 1;
        }
        self.scratch = cases;
        true
    }
}
