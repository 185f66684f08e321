//! The state of an ended scope at rest, in canonical words.
//!
//! For each live task that is not stranded: where and for what it waits, how much of its sleep is left, what it declared,
//! what it holds; for each object in reach its kind, level, whether it is closed or cancelled, what its messages carry,
//! how long until the clock operates it, what it was derived from; and in which order all the waits and timers began, since
//! queues are served in that order. Tasks and objects are named in the order in which they are met, so that a timer made
//! anew in each round is the same timer.
//!
//! Deliberately absent: what is made of two equal states (`runaway`).

use crate::trace::event::{ObjectId, ObjectKind, Right, ScopeId, TaskId, WaitCase, WaitReason};
use crate::verdict::graph::{Graph, Holder, Tie};
use crate::verdict::model::{Marks, State, Task, Verdict};
use crate::verdict::run_state::RunState;
use crate::verdict::slab::NONE;

/// A scope's state, and who stands at which place of it.
#[derive(Clone)]
pub(super) struct Snapshot {
    words: Vec<u32>,
    pub(super) tasks: Vec<Standing>,
    /// Whether these words decide what the scope's tasks do next, as long as nobody outside takes part.
    pub(super) is_provable: bool,
}

/// A task's place in a state.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    pub(super) task: TaskId,
    polls: u32,
    pub(super) outline: u32,
}

impl Snapshot {
    /// A scope's state; none when one of its tasks is not at rest.
    pub(super) fn of(state: &RunState, id: ScopeId) -> Option<Snapshot> {
        let scope = state.scope(id)?;
        let mut writer = Writer {
            state,
            scope: id,
            words: Vec::new(),
            begun: Vec::new(),
            names: Names::default(),
            grants: Vec::new(),
            is_provable: !state.is_exposed,
        };
        let mut tasks = Vec::new();
        let live = scope.live().filter_map(|id| state.task(id));
        for task in live.filter(|task| task.verdict != Verdict::Stranded) {
            if task.state != State::Waiting {
                return None;
            }
            tasks.push(Standing { task: task.id, polls: task.polls, outline: outline(task) });
            writer.task(task);
        }
        if let Some(context) = scope.context() {
            writer.names.name(context);
        }
        writer.objects();
        writer.order();
        Some(Snapshot { words: writer.words, tasks, is_provable: writer.is_provable })
    }

    /// Who stands where it stood, and ran in between; nobody when the state is another one.
    pub(super) fn ran_and_repeats(&self, now: &Snapshot) -> Vec<TaskId> {
        if self.words != now.words {
            return Vec::new();
        }
        self.pairs(now).filter(|(then, now)| then.polls != now.polls).map(|(_, now)| now.task).collect()
    }

    /// Who stands where it stood in the same state, and did not run in between.
    pub(super) fn rests<'s>(&'s self, now: &'s Snapshot) -> impl Iterator<Item = TaskId> + 's {
        self.pairs(now).filter(|(then, now)| then.polls == now.polls).map(|(_, now)| now.task)
    }

    /// The tasks that stand at the same place in both.
    fn pairs<'s>(&'s self, now: &'s Snapshot) -> impl Iterator<Item = (&'s Standing, &'s Standing)> {
        self.tasks.iter().zip(&now.tasks).filter(|(then, now)| then.task == now.task)
    }

    pub(super) fn bytes(&self) -> usize {
        4 * self.words.capacity() + size_of::<Standing>() * self.tasks.capacity()
    }
}

/// Whether a proof about this scope is possible, as far as its tasks alone can tell.
pub(super) fn may_be_proven(state: &RunState, id: ScopeId) -> bool {
    let Some(scope) = state.scope(id) else { return false };
    let mut live = scope.live().filter_map(|id| state.task(id)).filter(|task| task.verdict != Verdict::Stranded);
    !state.is_exposed && live.all(is_declared)
}

fn is_declared(task: &Task) -> bool {
    let Task { marks, .. } = task;
    marks.has(Marks::DECLARED) && !marks.has(Marks::DECLARED_TOO_MUCH) && !marks.has(Marks::WAKER_KEPT)
}

/// A task's part of the state in one word, objects and times left out: different words mean different states.
pub(super) fn outline(task: &Task) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut add = |word: u32| hash = (hash ^ word).wrapping_mul(0x0100_0193);
    for wait in task.waits() {
        add(u32::from(wait.head.place.0) << 16 | wait.head.reason as u32);
        if wait.head.reason == WaitReason::Sleep {
            wait.cases.iter().for_each(|word| add(*word));
        }
    }
    for (_, words) in task.waits.declared() {
        words.iter().for_each(|word| add(*word));
    }
    hash
}

/// Objects in the order in which they are met.
#[derive(Default)]
struct Names {
    order: Vec<ObjectId>,
    /// Each object with its name, in the order of the objects. Objects are met mostly in that order, too.
    by_object: Vec<(ObjectId, u32)>,
}

impl Names {
    fn name(&mut self, object: ObjectId) -> u32 {
        let at = self.by_object.binary_search_by_key(&object, |(object, _)| *object).unwrap_or_else(|at| {
            self.by_object.insert(at, (object, self.order.len() as u32));
            self.order.push(object);
            at
        });
        self.by_object[at].1
    }
}

/// Writes a scope's state down.
struct Writer<'s> {
    state: &'s RunState,
    scope: ScopeId,
    words: Vec<u32>,
    /// When each wait and armed timer began, in the order in which they are met.
    begun: Vec<u32>,
    names: Names,
    /// Always empty between two calls: room that is used again and again.
    grants: Vec<u64>,
    is_provable: bool,
}

impl Writer<'_> {
    fn long(&mut self, value: u64) {
        self.words.extend([value as u32, (value >> 32) as u32]);
    }

    fn task(&mut self, task: &Task) {
        self.is_provable &= is_declared(task);
        self.words.push(task.waits.len() as u32);
        for wait in task.waits() {
            let head = wait.head;
            self.words.push(u32::from(head.place.0) << 16 | head.reason as u32);
            self.words.extend([wait.nth, u32::from(head.cases)]);
            self.begun.push(wait.begun);
            match wait.sleeps_until_ns() {
                Some(until_ns) => self.long(until_ns.saturating_sub(self.state.now_ns)),
                None => self.cases(wait.cases),
            }
        }
        self.declared(task);
        self.grants(self.state.graph.of_holder(task.first_edge));
        if task.abort_object != NONE {
            let name = self.names.name(ObjectId(task.abort_object));
            self.words.push(name);
        }
    }

    fn cases(&mut self, words: &[u32]) {
        for word in words {
            let case = WaitCase(*word);
            let name = self.names.name(case.object());
            self.words.push(name << 1 | case.freed_by() as u32);
        }
    }

    fn declared(&mut self, task: &Task) {
        for (looks, words) in task.waits.declared() {
            self.words.extend([looks.len() as u32, words.len() as u32]);
            self.words.extend_from_slice(words);
            for object in looks {
                let name = self.names.name(ObjectId(*object));
                self.words.push(name);
            }
        }
        self.words.push(NONE);
    }

    /// In the order of the objects' numbers, because the order in which grants came is history and not state.
    fn grants(&mut self, ties: impl Iterator<Item = (u32, u32, Tie)>) {
        let graph = &self.state.graph;
        let mut grants = std::mem::take(&mut self.grants);
        for (_, row, tie) in ties {
            if let Tie::Holds(right) = tie {
                grants.push(pair(graph.objects[row].id.0, right as u32));
            }
        }
        grants.sort_unstable();
        self.words.push(grants.len() as u32);
        for grant in grants.drain(..) {
            let name = self.names.name(ObjectId((grant >> 32) as u32));
            self.words.push(name << 1 | grant as u32);
        }
        self.grants = grants;
    }

    /// Everything that was met, and what contexts were derived from.
    fn objects(&mut self) {
        let mut next = 0;
        while next < self.names.order.len() {
            self.object(self.names.order[next]);
            next += 1;
        }
    }

    fn object(&mut self, id: ObjectId) {
        let graph = &self.state.graph;
        let Some(row) = graph.find(id) else { return self.words.push(u32::MAX) };
        let object = &graph.objects[row];
        let flags = u32::from(object.is_closed()) << 1 | u32::from(object.is_cancelled());
        self.words.extend([object.kind as u32, flags, object.level()]);
        if object.is_cancelled() {
            // It can be cancelled once. Whoever still could, cannot change anything by it.
            return;
        }
        self.long(object.deadline_ns().map_or(u64::MAX, |at_ns| at_ns.saturating_sub(self.state.now_ns)));
        if object.is_armed() {
            self.begun.push(object.armed_as);
        }
        if let Some(parent) = object.parent() {
            let name = self.names.name(graph.objects[parent].id);
            self.words.push(name);
        }
        self.grants(graph.stored(row));
        self.is_provable &= self.is_known(row);
        self.is_provable &= self.only_insiders_use(row);
    }

    /// Whether nobody unknown has a hand in this object, and nobody can receive a message whose value is not in the trace.
    fn is_known(&self, row: u32) -> bool {
        let graph = &self.state.graph;
        let object = &graph.objects[row];
        let is_at_large = object.is_at_large(Right::Send) || object.is_at_large(Right::Receive);
        let has_messages = object.kind == ObjectKind::Channel && object.level() > 0;
        !is_at_large && (!has_messages || graph.holders(row, Right::Receive).next().is_none())
    }

    fn only_insiders_use(&mut self, row: u32) -> bool {
        let state = self.state;
        let graph: &Graph = &state.graph;
        for right in [Right::Send, Right::Receive] {
            for holder in graph.holders(row, right) {
                match holder {
                    Holder::Task(row) => {
                        let task = &state.tasks[row];
                        if task.scope != self.scope && !can_never_act(task) {
                            return false;
                        }
                    }
                    Holder::Channel(row) => {
                        self.names.name(graph.objects[row].id);
                    }
                }
            }
        }
        true
    }

    /// The places of all waits and timers in the order in which they began.
    fn order(&mut self) {
        let now = self.state.begun;
        let mut places = Vec::with_capacity(self.begun.len());
        for (place, begun) in self.begun.iter().enumerate() {
            let age = now.wrapping_sub(*begun);
            places.push(pair(u32::MAX - age, place as u32));
        }
        places.sort_unstable();
        self.words.extend(places.iter().map(|place| *place as u32));
    }
}

/// The root that nothing will wake only keeps things; everybody else outside who is not stranded may act.
fn can_never_act(task: &Task) -> bool {
    let sleeps = |task: &Task| task.waits().any(|wait| wait.head.reason == WaitReason::Sleep);
    let waits = task.waits().any(|wait| !wait.cases.is_empty());
    task.id == TaskId::ROOT && task.state == State::Waiting && !sleeps(task) && !waits
}

/// Two numbers as one that sorts by the first, then by the second: one sort serves all such lists.
fn pair(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}
