//! L, computed plainly from its definition in [`crate::verdict`]: the oracle of the incremental judgement, and the only
//! place that knows Go's rule. Costs a pass over all that is alive.

use crate::trace::event::{ObjectKind, Right, TaskId};
use crate::verdict::graph::Tie;
use crate::verdict::model::{Marks, State, Task};
use crate::verdict::run_state::{RunState, calls_outside, cases_of};
use crate::verdict::slab::NONE;

/// Which references can end a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    #[cfg_attr(not(test), expect(dead_code, reason = "the oracle of tests"))]
    /// Only a right that ends this very wait. The truth.
    Typed,
    /// Any right on the object, and a call to the outside world may always return: what Go's `goroutineleak` profile,
    /// which follows pointers from everything that can run, would say.
    Go,
}

/// Who is not in L, in the order of the tasks' numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outside {
    /// Whom nobody can free.
    pub(super) stranded: Vec<TaskId>,
    /// Whom somebody unknown may free.
    pub(super) may_be_freed: Vec<TaskId>,
}

/// Who is not in L now.
pub(super) fn outside_of_l(state: &RunState, rule: Rule) -> Outside {
    let mut growing = Growing::new(state, rule);
    growing.admit_roots();
    growing.close();
    let certain = growing.tasks.clone();
    growing.admit_uncertain();
    growing.close();
    let mut outside = Outside::default();
    for task in state.tasks.rows().filter(|task| task.id.0 != NONE) {
        let row = state.task_row(task.id).expect("it is alive") as usize;
        match (certain[row], growing.tasks[row]) {
            (true, _) => {}
            (false, true) => outside.may_be_freed.push(task.id),
            (false, false) => outside.stranded.push(task.id),
        }
    }
    outside.stranded.sort_unstable();
    outside.may_be_freed.sort_unstable();
    outside
}

/// L while it grows.
struct Growing<'s> {
    state: &'s RunState,
    rule: Rule,
    /// Who waits for what, sorted: an object's row, a right, a task's row.
    waiters: Vec<(u32, u32, u32)>,
    /// By row: members of L.
    tasks: Vec<bool>,
    /// By row: rights that somebody in L can use.
    rights: [Vec<bool>; 2],
    new_tasks: Vec<u32>,
    new_rights: Vec<(u32, Right)>,
}

impl<'s> Growing<'s> {
    fn new(state: &'s RunState, rule: Rule) -> Growing<'s> {
        let mut waiters = Vec::new();
        for task in state.tasks.rows().filter(|task| task.id.0 != NONE) {
            let row = state.task_row(task.id).expect("it is alive");
            for case in cases_of(task) {
                let object_row = state.graph.find(case.object());
                waiters.extend(object_row.map(|object_row| (object_row, case.freed_by() as u32, row)));
            }
        }
        waiters.sort_unstable();
        let objects = state.graph.objects.bound();
        Growing {
            state,
            rule,
            waiters,
            tasks: vec![false; state.tasks.bound()],
            rights: [vec![false; objects], vec![false; objects]],
            new_tasks: Vec::new(),
            new_rights: Vec::new(),
        }
    }

    fn admit_roots(&mut self) {
        let state = self.state;
        for task in state.tasks.rows().filter(|task| task.id.0 != NONE) {
            if self.is_root(task) {
                self.admit_task(state.task_row(task.id).expect("it is alive"));
            }
        }
        for object in state.graph.objects.rows().filter(|object| object.id.0 != NONE && object.is_armed()) {
            self.admit_right(state.graph.find(object.id).expect("it is kept"), Right::Send);
        }
    }

    fn is_root(&self, task: &Task) -> bool {
        let waits = task.state == State::Waiting && task.id != TaskId::ROOT;
        !waits
            || self.state.waits_for_itself(task)
            || self.rule == Rule::Go && task.waits().any(|wait| calls_outside(wait.head.reason, wait.cases))
    }

    /// What somebody unknown may do.
    fn admit_uncertain(&mut self) {
        let state = self.state;
        for task in state.tasks.rows().filter(|task| task.id.0 != NONE) {
            let row = state.task_row(task.id).expect("it is alive");
            if task.marks.has(Marks::WAKER_KEPT) {
                self.admit_task(row);
            }
            for (_, object_row, tie) in state.graph.of_holder(task.first_edge) {
                match tie {
                    Tie::Holds(right) | Tie::StrandedHolds(right)
                        if state.is_exposed || task.marks.has(Marks::EXPOSED) =>
                    {
                        self.admit_right(object_row, right);
                    }
                    _ => {}
                }
            }
        }
        for object in state.graph.objects.rows().filter(|object| object.id.0 != NONE) {
            let row = state.graph.find(object.id).expect("it is kept");
            for right in [Right::Send, Right::Receive] {
                if object.is_at_large(right) {
                    self.admit_right(row, right);
                }
            }
            for (_, stored, tie) in state.graph.stored(row) {
                if let Tie::Holds(right) = tie
                    && state.is_exposed
                {
                    self.admit_right(stored, right);
                }
            }
        }
    }

    fn admit_task(&mut self, row: u32) {
        if !std::mem::replace(&mut self.tasks[row as usize], true) {
            self.new_tasks.push(row);
        }
    }

    fn admit_right(&mut self, row: u32, right: Right) {
        if !std::mem::replace(&mut self.rights[right as usize][row as usize], true) {
            self.new_rights.push((row, right));
        }
        if self.rule == Rule::Go {
            for right in [Right::Send, Right::Receive] {
                if !std::mem::replace(&mut self.rights[right as usize][row as usize], true) {
                    self.new_rights.push((row, right));
                }
            }
        }
    }

    fn close(&mut self) {
        loop {
            if let Some(row) = self.new_tasks.pop() {
                for (_, object_row, tie) in self.state.graph.of_holder(self.state.tasks[row].first_edge) {
                    if let Tie::Holds(right) | Tie::StrandedHolds(right) = tie {
                        self.admit_right(object_row, right);
                    }
                }
            } else if let Some((row, right)) = self.new_rights.pop() {
                self.use_right(row, right);
            } else {
                return;
            }
        }
    }

    fn use_right(&mut self, row: u32, right: Right) {
        let first = self.waiters.partition_point(|waiter| waiter.0 < row);
        for at in first..self.waiters.len() {
            let (object_row, freed_by, task) = self.waiters[at];
            if object_row != row {
                break;
            }
            // Whoever sends can also close, and that ends a sender's wait.
            if freed_by == right as u32 || right == Right::Send {
                self.admit_task(task);
            }
        }
        let graph = &self.state.graph;
        match right {
            Right::Send if graph.objects[row].kind == ObjectKind::Context => {
                graph.children(row).for_each(|child| self.admit_right(child, Right::Send));
            }
            Right::Send => {}
            Right::Receive => {
                for (_, object_row, tie) in graph.stored(row) {
                    if let Tie::Holds(right) = tie {
                        self.admit_right(object_row, right);
                    }
                }
            }
        }
    }
}
