//! Everything that the ledger knows of a run, and what changed in it since the last judgement.
//!
//! The fold (`fold`, `scopes`) writes it event by event; the judges (`liveness`, `runaway`) only read it. Deliberately
//! absent: any rule about who is leaked.

use std::collections::VecDeque;

use crate::trace::event::{Limit, ObjectId, Panic, Right, Role, ScopeId, TaskId, WaitCase, WaitReason};
use crate::verdict::graph::{Graph, Holder, Tie};
use crate::verdict::model::{Activity, ClosedScope, Counts, Marks, Member, Scope, State, Task, Verdict};
use crate::verdict::pile::{Keep, Pile};
use crate::verdict::queue::Queue;
use crate::verdict::slab::{NONE, Vacant};
use crate::verdict::table::Table;
use crate::verdict::tally::Tally;
use crate::verdict::waits::Wait;

/// Entries of a list of changes for which room is kept.
const LIST_KEPT: usize = 1_024;
/// From so many entries on the list of those who run again is cleared of those who ended.
const RUNS_AGAIN_MIN: usize = 64;

/// What happened since the last judgement, as far as it can change a verdict.
#[derive(Default)]
pub(super) struct Changes {
    /// Tasks that began to wait, or that an end of a scope made wait for nothing.
    pub(super) dirty: Vec<TaskId>,
    /// Rows of objects that lost somebody who could use this right.
    pub(super) shrunk: Vec<(u32, Right)>,
    /// Rows of objects that gained somebody who can use it. Noted only while somebody may be freed.
    pub(super) grown: Vec<(u32, Right)>,
    /// Scopes with an activity.
    pub(super) scopes: Vec<ScopeId>,
    /// What counts as held changed for the stranded, too: all of them must be judged anew.
    pub(super) is_premise_changed: bool,
}

/// The state of a run.
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
    pub(super) running: Option<TaskId>,
    pub(super) pile: Pile,
    pub(super) tally: Tally,
    pub(super) sleeping: u32,
    pub(super) calling: u32,
    pub(super) panic: Option<(TaskId, Panic)>,
    pub(super) limit: Option<Limit>,
    /// How many inputs arrived, plus one: proofs hold for the inputs so far.
    pub(super) inputs: u32,
    pub(super) last_input_us: Option<u64>,
    /// Whatever anybody holds may be in anybody's hands.
    pub(super) is_exposed: bool,
    /// How often the run did what had been proven impossible.
    pub(super) contradictions: u32,
    /// How many waiting tasks may be freed by somebody unknown.
    pub(super) may_be_freed: u32,
    /// Numbers waits and armed timers in the order in which they began, modulo 2³².
    pub(super) begun: u32,
    /// Tasks that were seen to run again in the same state; some have ended since.
    pub(super) runs_again: Vec<TaskId>,
    pub(super) changes: Changes,
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
            running: None,
            pile: Pile::default(),
            tally: Tally::default(),
            sleeping: 0,
            calling: 0,
            panic: None,
            limit: None,
            inputs: 1,
            last_input_us: None,
            is_exposed: false,
            contradictions: 0,
            may_be_freed: 0,
            begun: 0,
            runs_again: Vec::new(),
            changes: Changes::default(),
            scratch: Vec::new(),
        }
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
        self.task_row(self.actor())
    }

    /// Whether nobody runs and nobody is ready.
    pub(super) fn is_at_rest(&self) -> bool {
        self.queue.len() == 0 && self.running.is_none()
    }

    /// Bytes held, room not used yet included.
    pub(super) fn bytes(&self) -> usize {
        let waits: usize = self.tasks.rows().map(|task| task.waits.bytes()).sum();
        let member = size_of::<Member>();
        let members: usize = self.scopes.rows().map(|scope| scope.members.capacity() * member).sum();
        let closed: usize = self.closed.iter().map(|(_, closed)| closed.members.capacity() * member).sum();
        let closed = closed + self.closed.capacity() * size_of::<(ScopeId, ClosedScope)>();
        let changes = &self.changes;
        let lists = 4 * (self.runs_again.capacity() + self.shown.capacity() + changes.dirty.capacity() + changes.scopes.capacity());
        let cases = size_of::<(u32, Right)>() * (changes.shrunk.capacity() + changes.grown.capacity());
        let rows = self.tasks.bytes() + self.scopes.bytes() + self.graph.bytes();
        rows + waits + members + closed + lists + cases + self.queue.bytes() + self.pile.bytes() + self.tally.bytes()
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
        let hears = self.hears_outside(task);
        task.waits().any(|wait| {
            wait.head.reason == WaitReason::Sleep
                || wait.cases.iter().map(|word| WaitCase(*word)).any(|case| match case.freed_by() {
                    _ if case.object() != ObjectId::OUTSIDE => false,
                    Right::Send => hears,
                    Right::Receive => true,
                })
        })
    }

    /// Whether a call to the outside world may still be answered.
    fn hears_outside(&self, task: &Task) -> bool {
        task.role == Role::Root
            || task.scope == ScopeId::ROOT
            || self.scope(task.scope).is_some_and(|scope| scope.over_us.is_none())
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
pub(super) fn calls_outside(wait: &Wait<'_>) -> bool {
    let outside = |word: &u32| WaitCase(*word).object() == ObjectId::OUTSIDE;
    wait.head.reason != WaitReason::Sleep && wait.cases.iter().any(outside)
}

/// Notes for the next judgement.
impl RunState {
    /// Asks for a judgement of a task.
    pub(super) fn mark_dirty(&mut self, row: u32) {
        let task = &mut self.tasks[row];
        if task.marks.insert(Marks::DIRTY) {
            self.changes.dirty.push(task.id);
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

/// Verdicts.
impl RunState {
    /// Writes down what is to be said of a task, and everything that is counted by it.
    pub(super) fn set_verdict(&mut self, row: u32, verdict: Verdict) {
        let now_us = self.now_us();
        let task = &mut self.tasks[row];
        let before = std::mem::replace(&mut task.verdict, verdict);
        if before == verdict {
            return;
        }
        let (counted, role, scope) = (task.is_counted(), task.role, task.scope);
        task.leaked_us = verdict.is_leaked().then(|| task.leaked_us.unwrap_or(now_us));
        for wait in self.tasks[row].waits.iter() {
            self.tally.leave(role, wait.head, before);
            self.tally.enter(role, wait.head, verdict);
        }
        if !counted {
            return;
        }
        *self.counts.of(before) -= 1;
        *self.counts.of(verdict) += 1;
        match (before.is_leaked(), verdict.is_leaked()) {
            (false, true) => {
                self.counts.leaked += 1;
                self.counts.parents_leaked += u32::from(role == Role::Parent);
                self.put_on_pile(row);
                self.note_activity(scope, Activity::RESHAPED);
                self.deactivate(scope);
            }
            (true, false) => {
                self.counts.leaked -= 1;
                self.counts.parents_leaked -= u32::from(role == Role::Parent);
                self.pile.end();
                self.note_activity(scope, Activity::RESHAPED);
                self.reactivate(row);
            }
            _ => {}
        }
    }

    fn put_on_pile(&mut self, row: u32) {
        let task = &mut self.tasks[row];
        if task.marks.insert(Marks::ON_PILE) { self.pile.push(task.id) } else { self.pile.revive() }
    }

    /// Drops the pile's entries that do not count any more, when they are the most part.
    pub(super) fn compact_pile(&mut self) {
        if !self.pile.is_due() {
            return;
        }
        let newest = self.pile.newest();
        let tasks = &mut self.tasks;
        self.pile.compact(|id| {
            let Some(row) = tasks.find(id.0) else { return Keep::No };
            if tasks[row].verdict.is_leaked() {
                return Keep::Yes;
            }
            if Some(id) != newest {
                tasks[row].marks.clear(Marks::ON_PILE);
            }
            Keep::No
        });
    }

    /// What is to be said of a task that is no leak.
    pub(super) fn refresh_verdict(&mut self, row: u32) {
        let task = &self.tasks[row];
        if task.verdict.is_leaked() {
            return;
        }
        let verdict = self.verdict_without_leak(task);
        self.set_verdict(row, verdict);
    }

    fn verdict_without_leak(&self, task: &Task) -> Verdict {
        if task.marks.has(Marks::MAY_BE_FREED) || task.marks.has(Marks::RUNS_AGAIN) {
            return Verdict::Unproven;
        }
        let is_over = task.is_counted() && self.scope(task.scope).is_some_and(|scope| scope.over_us.is_some());
        if is_over { Verdict::Stopping } else { Verdict::Working }
    }

    /// Finds that nobody can free a task.
    pub(super) fn strand(&mut self, row: u32) {
        self.set_may_be_freed(row, Certainty::Known);
        self.tasks[row].marks.clear(Marks::RUNS_AGAIN);
        self.unlink_waits(row);
        self.tasks[row].waits.shrink();
        self.retie_grants(row, Verdict::Stranded);
        self.set_verdict(row, Verdict::Stranded);
    }

    /// Takes back that a task is leaked.
    pub(super) fn retract(&mut self, row: u32) {
        if self.tasks[row].verdict == Verdict::Stranded {
            self.retie_grants(row, Verdict::Working);
        }
        let verdict = self.verdict_without_leak(&self.tasks[row]);
        self.set_verdict(row, verdict);
    }

    fn retie_grants(&mut self, row: u32, verdict: Verdict) {
        let edges: Vec<_> = self.graph.of_holder(self.tasks[row].first_edge).collect();
        for (edge, _, tie) in edges {
            match tie {
                Tie::Holds(right) if verdict == Verdict::Stranded => self.graph.retie(edge, Tie::StrandedHolds(right)),
                Tie::StrandedHolds(right) if verdict != Verdict::Stranded => self.graph.retie(edge, Tie::Holds(right)),
                _ => {}
            }
        }
    }

    /// Notes whether a waiting task may be freed by somebody unknown.
    pub(super) fn set_may_be_freed(&mut self, row: u32, certainty: Certainty) {
        let marks = &mut self.tasks[row].marks;
        let before = marks.has(Marks::MAY_BE_FREED);
        match certainty {
            Certainty::Unknown => marks.set(Marks::MAY_BE_FREED),
            Certainty::Known => marks.clear(Marks::MAY_BE_FREED),
        }
        let after = marks.has(Marks::MAY_BE_FREED);
        self.may_be_freed = self.may_be_freed + u32::from(after) - u32::from(before);
    }

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
    /// support.
    pub(super) fn link_dirty(&mut self) {
        for at in 0..self.changes.dirty.len() {
            if let Some(row) = self.task_row(self.changes.dirty[at]) {
                self.link_waits(row);
            }
        }
    }

    fn link_waits(&mut self, row: u32) {
        self.tasks[row].marks.clear(Marks::DIRTY);
        let task = &self.tasks[row];
        if task.state != State::Waiting || task.verdict == Verdict::Stranded || task.id == TaskId::ROOT {
            return;
        }
        if self.waits_for_itself(task) {
            self.tasks[row].marks.set(Marks::ROOTED);
            return;
        }
        self.tasks[row].marks.clear(Marks::ROOTED);
        if self.tasks[row].linked > 0 {
            return;
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
    }
}

/// Whether it is known who can free a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    Known,
    Unknown,
}

/// Before and after a judgement.
impl RunState {
    /// Where what counts as held changed for the stranded, too, none of them counts as stranded until it is judged again.
    /// Returns when each was found.
    pub(super) fn judge_stranded_anew(&mut self) -> Vec<(u32, Option<u64>)> {
        if !std::mem::take(&mut self.changes.is_premise_changed) {
            return Vec::new();
        }
        let leaked = self.tasks.rows().filter(|task| task.id.0 != NONE && task.verdict.is_leaked());
        let mut leaked: Vec<TaskId> = leaked.map(|task| task.id).collect();
        leaked.sort_unstable();
        let mut judged_anew = Vec::new();
        for id in leaked {
            let row = self.task_row(id).expect("it is alive");
            match self.tasks[row].verdict {
                Verdict::Stranded => {
                    judged_anew.push((row, self.tasks[row].leaked_us));
                    self.retract(row);
                    self.mark_dirty(row);
                }
                // A run that did the impossible once proves nothing any more.
                _ if self.contradictions > 0 => {
                    self.note_runs_again(id);
                    self.retract(row);
                }
                _ => {}
            }
        }
        judged_anew
    }

    /// Whoever is still stranded has been since it was first found.
    pub(super) fn keep_times(&mut self, judged_anew: Vec<(u32, Option<u64>)>) {
        for (row, leaked_us) in judged_anew {
            if self.tasks[row].verdict == Verdict::Stranded {
                self.tasks[row].leaked_us = leaked_us;
            }
        }
    }

    pub(super) fn forget_activities(&mut self) {
        let scopes = std::mem::take(&mut self.changes.scopes);
        for id in &scopes {
            if let Some(row) = self.scope_row(*id) {
                self.scopes[row].activity = Activity::default();
            }
        }
        self.changes.scopes = emptied(scopes);
    }

    /// Forgets the changes, which were judged, and what nobody can name any more.
    pub(super) fn finish_judgement(&mut self) {
        let changes = std::mem::take(&mut self.changes);
        for (row, _) in changes.shrunk.iter().chain(&changes.grown) {
            self.graph.forget_changes(*row);
        }
        self.changes = Changes {
            dirty: emptied(changes.dirty),
            shrunk: emptied(changes.shrunk),
            grown: emptied(changes.grown),
            ..changes
        };
        self.graph.sweep();
        self.compact_pile();
    }

    /// A task was seen to wake again in the same state since its request ended.
    pub(super) fn note_runs_again(&mut self, id: TaskId) {
        let Some(row) = self.task_row(id) else { return };
        if !self.tasks[row].marks.insert(Marks::RUNS_AGAIN) {
            return;
        }
        self.refresh_verdict(row);
        if self.runs_again.len() >= RUNS_AGAIN_MIN && self.runs_again.len() == self.runs_again.capacity() {
            let tasks = &self.tasks;
            let runs = |id: &TaskId| tasks.find(id.0).is_some_and(|row| tasks[row].marks.has(Marks::RUNS_AGAIN));
            self.runs_again.retain(runs);
        }
        self.runs_again.push(id);
    }

    /// An input may change what every task does next.
    pub(super) fn forget_runs_again(&mut self) {
        for id in std::mem::take(&mut self.runs_again) {
            if let Some(row) = self.task_row(id) {
                self.tasks[row].marks.clear(Marks::RUNS_AGAIN);
                self.refresh_verdict(row);
            }
        }
    }
}

/// A list without its entries, and with the room that an ordinary judgement needs.
fn emptied<T>(mut list: Vec<T>) -> Vec<T> {
    list.clear();
    list.shrink_to(LIST_KEPT);
    list
}
