//! Stranded, or not known: the incremental judgement. The definitions are in [`crate::verdict`].
//!
//! The facts stand still during a judgement, so L and what is possible beside it are fixed sets, and whatever is found of
//! a task is final until the next one. What is asked about is a *node*: a task, or a right on an object ("somebody in L can
//! use it"). A task depends on the rights that could end its wait, a right on its holders; a message's right depends on
//! the right to receive from its channel, a context's on that of the context it came from.
//!
//! Whoever was in L at the last judgement and is not now has a path of support that broke since, and the first break is
//! one of two: an object lost somebody who could use a right on it (`shrunk`), or a task began to wait, or its scope's end
//! closed the outside world to it (`dirty`). Whoever joins L again has a new link in his path (`grown`). From each of those
//! a search runs along the dependencies until it meets something that is in L for its own sake. When it meets nothing,
//! nobody it saw is in L; whoever of them depends on something uncertain may be freed, the rest is stranded, and what
//! they hold is looked at in turn. Searches never see the stranded, so a million of them cost nothing, and see each node
//! once.
//!
//! Deliberately absent: any rule of its own, and any change of what is known. `definition` computes the same plainly,
//! and the tests hold one against the other.

use std::ops::ControlFlow;

use crate::trace::event::{ObjectKind, Right};
use crate::verdict::graph::{Holder, Tie};
use crate::verdict::model::{Marks, State, Verdict};
use crate::verdict::run_state::{RunState, cases_of};
use crate::verdict::slab::{CHUNK_ROWS, NONE};

/// Chunks of memory that are kept from one judgement to the next.
const CHUNKS_KEPT: usize = 64;

/// Who can end a task's wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Support {
    /// Nobody: it is stranded.
    Nobody,
    /// Nobody who is known to run; perhaps somebody unknown.
    Uncertain,
    /// A member of L.
    Certain,
}

/// What is asked about: a task's row, or an object's with a right.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Node(u32);

#[derive(Clone, Copy)]
enum Asked {
    Task(u32),
    Right(u32, Right),
}

impl Node {
    fn task(row: u32) -> Node {
        Node(row << 2)
    }

    fn right(object_row: u32, right: Right) -> Node {
        Node(object_row << 2 | 1 << right as u32)
    }

    fn asked(self) -> Asked {
        match self.0 & 3 {
            0 => Asked::Task(self.0 >> 2),
            1 => Asked::Right(self.0 >> 2, Right::Send),
            _ => Asked::Right(self.0 >> 2, Right::Receive),
        }
    }
}

/// What this judgement knows of a node, in bits.
const SEEN: u16 = 1;
const CERTAIN: u16 = 2;
const UNCERTAIN: u16 = 4;
const NOBODY: u16 = 8;
/// An object's second right has its bits here.
const RECEIVE_SHIFT: u32 = 4;
/// Everybody who depends on this right was looked at: after a loss (two rights), after a gain (two rights).
const WALKED_SHIFT: u32 = 8;

/// Bits by row, in chunks that exist where a bit was set.
#[derive(Default)]
struct Grid {
    chunks: Vec<Option<Box<[u16; CHUNK_ROWS]>>>,
    made: usize,
}

impl Grid {
    fn get(&self, row: u32) -> u16 {
        match self.chunks.get(row as usize / CHUNK_ROWS) {
            Some(Some(chunk)) => chunk[row as usize % CHUNK_ROWS],
            _ => 0,
        }
    }

    fn at(&mut self, row: u32) -> &mut u16 {
        let number = row as usize / CHUNK_ROWS;
        if self.chunks.len() <= number {
            self.chunks.resize_with(number + 1, || None);
        }
        let chunk = &mut self.chunks[number];
        self.made += usize::from(chunk.is_none());
        &mut chunk.get_or_insert_with(|| Box::new([0; CHUNK_ROWS]))[row as usize % CHUNK_ROWS]
    }

    fn shrink(&mut self) {
        if self.made > CHUNKS_KEPT {
            *self = Grid::default();
        }
    }

    fn bytes(&self) -> usize {
        self.made * 2 * CHUNK_ROWS + self.chunks.capacity() * size_of::<Option<Box<[u16; CHUNK_ROWS]>>>()
    }
}

/// One node that a search saw, and why it looked there.
#[derive(Clone, Copy)]
struct Step {
    node: Node,
    /// What could be freed by it: an index of the trail, or [`NONE`] at the start.
    frees: u32,
}

/// Which way the support of something changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Shrunk,
    Grown,
}

enum Todo {
    Holdings(u32, Way),
    Right(u32, Right, Way),
}

/// The judge of waits, with its scratch.
#[derive(Default)]
pub(super) struct Liveness {
    tasks: Grid,
    objects: Grid,
    touched: Vec<Node>,
    trail: Vec<Step>,
    /// What in the trail depends on something uncertain, by index.
    uncertain: Vec<u32>,
    todo: Vec<Todo>,
    findings: Vec<(u32, Support)>,
}

impl Liveness {
    /// Judges everybody whose support may have changed. Returns rows of tasks and what is so of each from now on.
    pub(super) fn judge(&mut self, state: &RunState) -> Vec<(u32, Support)> {
        let changes = &state.changes;
        for (row, right) in &changes.grown {
            self.todo.push(Todo::Right(*row, *right, Way::Grown));
        }
        for (row, right) in &changes.shrunk {
            self.todo.push(Todo::Right(*row, *right, Way::Shrunk));
        }
        for at in 0..changes.dirty.len() {
            if let Some(row) = state.dirty_row(at) {
                self.judge_task(state, row);
            }
        }
        while let Some(todo) = self.todo.pop() {
            match todo {
                Todo::Holdings(row, way) => self.follow_holdings(state, row, way),
                Todo::Right(row, right, way) => self.follow_right(state, row, right, way),
            }
        }
        self.clear_memo();
        std::mem::take(&mut self.findings)
    }

    /// Bytes held between two judgements.
    pub(super) fn bytes(&self) -> usize {
        let lists = size_of::<Step>() * self.trail.capacity() + size_of::<Todo>() * self.todo.capacity();
        self.tasks.bytes() + self.objects.bytes() + lists + 4 * (self.touched.capacity() + self.uncertain.capacity())
    }

    fn clear_memo(&mut self) {
        for node in self.touched.drain(..) {
            match node.asked() {
                Asked::Task(row) => *self.tasks.at(row) = 0,
                Asked::Right(row, _) => *self.objects.at(row) = 0,
            }
        }
        self.tasks.shrink();
        self.objects.shrink();
        self.touched.shrink_to(1_024);
        self.trail.clear();
        self.trail.shrink_to(1_024);
        self.uncertain.shrink_to(1_024);
        self.todo.shrink_to(1_024);
    }

    fn bits(&self, node: Node) -> u16 {
        match node.asked() {
            Asked::Task(row) => self.tasks.get(row),
            Asked::Right(row, Right::Send) => self.objects.get(row) & 15,
            Asked::Right(row, Right::Receive) => self.objects.get(row) >> RECEIVE_SHIFT & 15,
        }
    }

    fn set_bits(&mut self, node: Node, bits: u16) {
        self.touched.push(node);
        match node.asked() {
            Asked::Task(row) => *self.tasks.at(row) = bits,
            Asked::Right(row, Right::Send) => {
                let word = self.objects.at(row);
                *word = *word & !15 | bits;
            }
            Asked::Right(row, Right::Receive) => {
                let word = self.objects.at(row);
                *word = *word & !(15 << RECEIVE_SHIFT) | bits << RECEIVE_SHIFT;
            }
        }
    }

    /// Looks at whoever depends on what a task holds.
    fn follow_holdings(&mut self, state: &RunState, row: u32, way: Way) {
        for (_, object_row, tie) in state.graph.of_holder(state.tasks[row].first_edge) {
            if let Tie::Holds(right) | Tie::StrandedHolds(right) = tie {
                self.todo.push(Todo::Right(object_row, right, way));
            }
        }
    }

    /// Looks at whoever depends on a right.
    fn follow_right(&mut self, state: &RunState, row: u32, right: Right, way: Way) {
        let bit = 1 << (WALKED_SHIFT + right as u32 + 2 * u32::from(way == Way::Grown));
        if self.objects.get(row) & bit != 0 {
            return;
        }
        self.touched.push(Node::right(row, right));
        *self.objects.at(row) |= bit;
        let freed = match right {
            Right::Send => &[Right::Send, Right::Receive][..],
            Right::Receive => &[Right::Receive][..],
        };
        for freed_by in freed {
            for waiter in state.graph.waiters(row, *freed_by) {
                if way == Way::Shrunk || state.tasks[waiter].marks.has(Marks::MAY_BE_FREED) {
                    self.judge_task(state, waiter);
                }
            }
        }
        match right {
            Right::Send => {
                let children = state.graph.children(row);
                self.todo.extend(children.map(|child| Todo::Right(child, Right::Send, way)));
            }
            Right::Receive => {
                for (_, object_row, tie) in state.graph.stored(row) {
                    if let Tie::Holds(right) = tie {
                        self.todo.push(Todo::Right(object_row, right, way));
                    }
                }
            }
        }
    }

    #[inline]
    fn judge_task(&mut self, state: &RunState, row: u32) {
        let task = &state.tasks[row];
        let waits = task.state == State::Waiting && task.verdict != Verdict::Stranded;
        if waits && !state.is_rooted(task) {
            self.search(state, Node::task(row));
        }
    }

    fn search(&mut self, state: &RunState, start: Node) {
        if self.bits(start) != 0 {
            return;
        }
        self.trail.clear();
        self.uncertain.clear();
        let mut found = self.see(state, start, NONE);
        let mut next = 0;
        while found.is_continue() && next < self.trail.len() {
            let node = self.trail[next].node;
            found = depends_on(state, node, |node| self.see(state, node, next as u32));
            next += 1;
        }
        if found.is_continue() {
            self.conclude(state);
        }
    }

    /// Adds a node to the trail, unless it is known. Breaks when it is in L: then the path to it is marked.
    fn see(&mut self, state: &RunState, node: Node, frees: u32) -> ControlFlow<()> {
        match self.bits(node) {
            0 => {}
            CERTAIN => return self.mark_path(state, frees),
            UNCERTAIN => {
                self.uncertain.push(frees);
                return ControlFlow::Continue(());
            }
            _ => return ControlFlow::Continue(()),
        }
        self.set_bits(node, SEEN);
        let at = self.trail.len() as u32;
        self.trail.push(Step { node, frees });
        match support_of_itself(state, node) {
            Support::Certain => return self.mark_path(state, at),
            Support::Uncertain => self.uncertain.push(at),
            Support::Nobody => {}
        }
        ControlFlow::Continue(())
    }

    /// Everything from this step back to the start is in L. Of the rest of the trail nothing is known.
    fn mark_path(&mut self, state: &RunState, from: u32) -> ControlFlow<()> {
        let trail = std::mem::take(&mut self.trail);
        for step in &trail {
            self.set_bits(step.node, 0);
        }
        let mut at = from;
        while at != NONE {
            let step = trail[at as usize];
            self.decide(state, step.node, Support::Certain);
            at = step.frees;
        }
        self.trail = trail;
        ControlFlow::Break(())
    }

    /// Nothing in the trail is in L: tells what may be freed from what nobody can free.
    fn conclude(&mut self, state: &RunState) {
        let trail = std::mem::take(&mut self.trail);
        let mut uncertain = std::mem::take(&mut self.uncertain);
        let mut is_uncertain = vec![false; if uncertain.is_empty() { 0 } else { trail.len() }];
        if !uncertain.is_empty() {
            let mut links = self.links(state, &trail);
            links.sort_unstable();
            uncertain.iter().for_each(|at| is_uncertain[*at as usize] = true);
            while let Some(at) = uncertain.pop() {
                let node = trail[at as usize].node;
                let first = links.partition_point(|(on, _)| *on < node);
                for (_, dependent) in links[first..].iter().take_while(|(on, _)| *on == node) {
                    if !std::mem::replace(&mut is_uncertain[*dependent as usize], true) {
                        uncertain.push(*dependent);
                    }
                }
            }
        }
        for (at, step) in trail.iter().enumerate() {
            let support = if is_uncertain.get(at) == Some(&true) { Support::Uncertain } else { Support::Nobody };
            self.decide(state, step.node, support);
        }
        (self.trail, self.uncertain) = (trail, uncertain);
    }

    /// What each step of the trail depends on, as far as that is in the trail.
    fn links(&self, state: &RunState, trail: &[Step]) -> Vec<(Node, u32)> {
        let mut links = Vec::new();
        for (at, step) in trail.iter().enumerate() {
            let _: ControlFlow<()> = depends_on(state, step.node, |node| {
                if self.bits(node) == SEEN {
                    links.push((node, at as u32));
                }
                ControlFlow::Continue(())
            });
        }
        links
    }

    /// Writes down what is so of a node; when that is news of a task, whoever depends on it is looked at.
    fn decide(&mut self, state: &RunState, node: Node, support: Support) {
        self.set_bits(
            node,
            match support {
                Support::Certain => CERTAIN,
                Support::Uncertain => UNCERTAIN,
                Support::Nobody => NOBODY,
            },
        );
        let Asked::Task(row) = node.asked() else { return };
        let before = match state.tasks[row].marks.has(Marks::MAY_BE_FREED) {
            true => Support::Uncertain,
            false => Support::Certain,
        };
        if before != support {
            self.findings.push((row, support));
            self.todo.push(Todo::Holdings(row, if support < before { Way::Shrunk } else { Way::Grown }));
        }
    }
}

/// Whether a node is in L, or may be, whatever it depends on.
fn support_of_itself(state: &RunState, node: Node) -> Support {
    match node.asked() {
        Asked::Task(row) => {
            let task = &state.tasks[row];
            if state.is_rooted(task) {
                Support::Certain
            } else if task.marks.has(Marks::WAKER_KEPT) {
                Support::Uncertain
            } else {
                Support::Nobody
            }
        }
        Asked::Right(row, right) => {
            let object = &state.graph.objects[row];
            if right == Right::Send && object.is_armed() {
                Support::Certain
            } else if object.is_at_large(right) || state.is_exposed && is_held(state, row, right) {
                Support::Uncertain
            } else {
                Support::Nobody
            }
        }
    }
}

fn is_held(state: &RunState, row: u32, right: Right) -> bool {
    state.graph.holders(row, right).next().is_some() || state.graph.is_held_by_stranded(row, right)
}

/// Visits what a node depends on: any of it in L puts the node into L.
fn depends_on(state: &RunState, node: Node, mut visit: impl FnMut(Node) -> ControlFlow<()>) -> ControlFlow<()> {
    match node.asked() {
        Asked::Task(row) => {
            for case in cases_of(&state.tasks[row]) {
                let Some(object_row) = state.graph.find(case.object()) else { continue };
                visit(Node::right(object_row, case.freed_by()))?;
                // Whoever can close a channel ends a sender's wait, too.
                if case.freed_by() == Right::Receive {
                    visit(Node::right(object_row, Right::Send))?;
                }
            }
        }
        Asked::Right(row, right) => {
            for holder in state.graph.holders(row, right) {
                visit(match holder {
                    Holder::Task(row) => Node::task(row),
                    Holder::Channel(row) => Node::right(row, Right::Receive),
                })?;
            }
            let object = &state.graph.objects[row];
            if let Some(parent) = object.parent().filter(|_| right == Right::Send && is_context(object.kind)) {
                visit(Node::right(parent, Right::Send))?;
            }
        }
    }
    ControlFlow::Continue(())
}

fn is_context(kind: ObjectKind) -> bool {
    kind == ObjectKind::Context
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    use super::*;
    use crate::trace::event::TaskId;
    use crate::verdict::definition::{Outside, Rule, outside_of_l};
    use crate::verdict::ledger::Ledger;
    use crate::verdict::model::Counts;
    use crate::verdict::testing::{ledger, show, trace};
    use crate::verdict::worlds::{Facts, Sums, World, seeds, tried};

    fn check(script: &str, expected: Expect) {
        let ledger = ledger(script);
        assert_eq!(outside_of_l(&ledger.state, Rule::Typed), outside(&ledger), "{script}");
        expected.assert_eq(&show(&ledger));
    }

    fn stranded(ledger: &Ledger) -> Vec<TaskId> {
        let stranded = ledger.tasks().filter(|task| task.verdict == Verdict::Stranded);
        let mut ids: Vec<TaskId> = stranded.map(|task| task.id).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn a_sender_is_stranded_when_the_last_receiver_returns() {
        check(
            "open; spawn s1 parent; poll t1; made chan; grant t1 o1?; spawn s1 child; grant t2 o1!
             wait sleep 10; pending; poll t2; wait send o1?; pending; +10
             wake t1; poll t1; over; revoke t1 o1?; return; +5",
            expect![[r#"
                t2 child Stranded since 10
                spawned 2 alive 1 leaked 1 finished 1
            "#]],
        );
    }

    #[test]
    fn holding_the_same_end_frees_nobody() {
        check(
            "open; spawn s1 parent; poll t1; made chan; grant t1 o1?; spawn s1 child; grant t2 o1?
             wait sleep 10; pending; poll t2; wait recv o1!; pending; +1",
            expect![[r#"
                t1 parent Working
                t2 child Stranded since 0
                spawned 2 alive 2 leaked 1 finished 0
            "#]],
        );
    }

    #[test]
    fn two_who_wait_for_each_other_are_stranded_and_so_is_who_waits_for_them() {
        check(
            "open; spawn s1 parent; poll t1; made chan; made chan; made chan; spawn s1 child; spawn s1 child
             grant t1 o1!; grant t2 o2!; grant t2 o3!; wait recv o2!; pending
             poll t3; wait recv o3!; pending; poll t2; wait recv o1!; pending; +1",
            expect![[r#"
                t1 parent Stranded since 0
                t2 child Stranded since 0
                t3 child Stranded since 0
                spawned 3 alive 3 leaked 3 finished 0
            "#]],
        );
    }

    #[test]
    fn one_case_of_a_select_is_enough() {
        check(
            "open; spawn s1 parent; poll t1; made chan; made timer; arm o2 50; wait select o1! o2!; pending; +1",
            expect![[r#"
                t1 parent Working
                spawned 1 alive 1 leaked 0 finished 0
            "#]],
        );
    }

    #[test]
    fn a_timer_frees_only_while_it_is_armed() {
        check(
            "open; spawn s1 parent; poll t1; made chan; made timer; arm o2 50; wait select o1! o2!; pending
             spawn s1 child; poll t2; wait sleep 20; pending; +20; wake t2; poll t2; over; disarm o2; return; +1",
            expect![[r#"
                t1 parent Stranded since 20
                spawned 2 alive 1 leaked 1 finished 1
            "#]],
        );
    }

    #[test]
    fn a_context_is_cancelled_by_whoever_can_cancel_one_it_came_from() {
        let script = "open; spawn s1 parent; poll t1; made ctx; made ctx o1; made ctx o2; grant t1 o1!
             spawn s1 child; wait sleep 10; pending; poll t2; wait recv o3!; pending; +10";
        check(
            script,
            expect![[r#"
                t1 parent Working
                t2 child Working
                spawned 2 alive 2 leaked 0 finished 0
            "#]],
        );
        check(
            &format!("{script}; wake t1; poll t1; over; revoke t1 o1!; wait sleep 10; pending; +1"),
            expect![[r#"
                t1 parent Working
                t2 child Stranded since 10
                spawned 2 alive 2 leaked 1 finished 0
            "#]],
        );
    }

    #[test]
    fn the_deadline_of_an_ancestor_frees_too() {
        check(
            "open; spawn s1 parent; poll t1; made ctx; arm o1 100; made ctx o1; wait recv o2!; pending; +1",
            expect![[r#"
                t1 parent Working
                spawned 1 alive 1 leaked 0 finished 0
            "#]],
        );
    }

    #[test]
    fn a_call_to_the_outside_world_is_stranded_once_its_scope_is_over() {
        let script = "open; spawn s1 parent; poll t1; spawn s1 child; wait sleep 10; pending
             poll t2; wait recv o0!; pending; +10";
        check(
            script,
            expect![[r#"
                t1 parent Working
                t2 child Working
                spawned 2 alive 2 leaked 0 finished 0
            "#]],
        );
        check(
            &format!("{script}; wake t1; poll t1; over; return"),
            expect![[r#"
                t2 child Stranded since 10
                spawned 2 alive 1 leaked 1 finished 1
            "#]],
        );
        check(
            &format!("{script}; close s1; +1"),
            expect![[r#"
                t1 parent Stopping
                t2 child Stranded since 10
                spawned 2 alive 2 leaked 1 finished 0
            "#]],
        );
    }

    #[test]
    fn the_roots_own_tasks_always_hear_the_outside_world() {
        check(
            "made chan; spawn s0 root; grant t1 o1!; open; spawn s1 parent; poll t1; wait recv o0!; pending
             poll t2; wait recv o1!; pending; +1; close s1; +1",
            expect![[r#"
                t2 parent Stopping
                spawned 1 alive 1 leaked 0 finished 0
            "#]],
        );
    }

    #[test]
    fn what_the_root_holds_frees() {
        check(
            "made chan; grant t0 o1!; open; spawn s1 parent; poll t1; wait recv o1!; pending; +1",
            expect![[r#"
                t1 parent Working
                spawned 1 alive 1 leaked 0 finished 0
            "#]],
        );
    }

    #[test]
    fn nil_channels_and_empty_selects_strand_at_once() {
        check(
            "open; spawn s1 parent; spawn s1 child; poll t1; wait nil-recv; pending; poll t2; wait nothing; pending",
            expect![[r#"
                t1 parent Stranded since 0
                t2 child Stranded since 0
                spawned 2 alive 2 leaked 2 finished 0
            "#]],
        );
    }

    #[test]
    fn a_grant_held_twice_is_given_up_twice() {
        let script = "open; spawn s1 parent; poll t1; made chan; grant t1 o1?; grant t1 o1?; spawn s1 child
             wait sleep 5; pending; poll t2; wait send o1?; pending; +5; wake t1; poll t1; over; revoke t1 o1?";
        check(
            &format!("{script}; wait sleep 5; pending; +1"),
            expect![[r#"
                t1 parent Working
                t2 child Working
                spawned 2 alive 2 leaked 0 finished 0
            "#]],
        );
        check(
            &format!("{script}; revoke t1 o1?; wait sleep 5; pending; +1"),
            expect![[r#"
                t1 parent Working
                t2 child Stranded since 5
                spawned 2 alive 2 leaked 1 finished 0
            "#]],
        );
    }

    #[test]
    fn a_join_of_two_waits_is_free_while_one_of_them_is() {
        check(
            "open; spawn s1 parent; poll t1; made chan; wait recv o1! @1; wait sleep 9 @2; pending; +1",
            expect![[r#"
                t1 parent Working
                spawned 1 alive 1 leaked 0 finished 0
            "#]],
        );
    }

    #[test]
    fn the_lock_of_a_stranded_holder_strands_whoever_wants_it() {
        check(
            "open; spawn s1 parent; poll t1; made mutex; made chan; grant t1 o1!; spawn s1 child
             wait send o2?; pending; poll t2; wait lock o1!; pending; +1",
            expect![[r#"
                t1 parent Stranded since 0
                t2 child Stranded since 0
                spawned 2 alive 2 leaked 2 finished 0
            "#]],
        );
    }

    #[test]
    fn gos_rule_is_silent_where_any_reference_is_left() {
        let ledger = ledger(
            "open; spawn s1 parent; poll t1; made chan; grant t1 o1?; spawn s1 child; grant t2 o1?
             wait sleep 10; pending; poll t2; wait recv o1!; pending; +1",
        );
        assert_eq!(stranded(&ledger), [TaskId(2)]);
        assert_eq!(outside_of_l(&ledger.state, Rule::Go).stranded, []);
    }

    /// What the incremental judgement says, to be compared with the definition.
    fn outside(ledger: &Ledger) -> Outside {
        let may_be_freed = ledger.tasks().filter(|task| task.marks.has(Marks::MAY_BE_FREED));
        let mut may_be_freed: Vec<TaskId> = may_be_freed.map(|task| task.id).collect();
        may_be_freed.sort_unstable();
        Outside { stranded: stranded(ledger), may_be_freed }
    }

    /// Lets one world go on for a while, and checks it at every rest. Returns how many it strands.
    fn check_world(world: &mut World) -> Outside {
        let mut ledger = Ledger::new();
        let mut before = Outside::default();
        for _ in 0..400 {
            world.step();
            ledger.catch_up(&world.trace);
            ledger.settle();
            if ledger.counts().ready > 0 || ledger.running().is_some() {
                continue;
            }
            let now = outside(&ledger);
            assert_eq!(now, outside_of_l(&ledger.state, Rule::Typed));
            ledger.verify();
            assert_eq!(ledger.contradictions(), 0, "a stranded task was woken");
            let Counts { spawned, finished, heard, told, .. } = ledger.counts();
            let Counts { children_told, children_heard, children_told_finished, .. } = ledger.counts();
            let children = Sums { children_told, children_heard, children_told_finished, ..world.sums };
            assert_eq!(Sums { spawned, finished, heard, told, ..children }, world.sums);
            let go = outside_of_l(&ledger.state, Rule::Go).stranded;
            assert!(go.iter().all(|id| now.stranded.contains(id)), "Go's rule finds a subset");
            before = now;
        }
        before
    }

    /// How many were stranded and how many may be freed at the ends of many worlds.
    fn check_worlds(facts: Facts) -> (usize, usize) {
        let mut sums = (0, 0);
        for seed in seeds() {
            let mut world = World::new(seed, facts);
            let checked = catch_unwind(AssertUnwindSafe(|| check_world(&mut world)));
            let end = checked.unwrap_or_else(|cause| {
                eprintln!("world {seed} fails; as a script:\n{}", world.script());
                resume_unwind(cause)
            });
            sums = (sums.0 + end.stranded.len(), sums.1 + end.may_be_freed.len());
        }
        sums
    }

    #[test]
    fn the_incremental_judgement_is_the_definition_at_every_rest() {
        let (stranded, may_be_freed) = check_worlds(Facts::Complete);
        assert!(stranded as u64 > 2 * tried(), "the worlds strand somebody: {stranded}");
        assert_eq!(may_be_freed, 0, "where every fact is known nothing is uncertain");
    }

    #[test]
    fn the_incremental_judgement_is_the_definition_where_facts_are_hidden() {
        let (stranded, may_be_freed) = check_worlds(Facts::Hidden);
        assert!(stranded as u64 > tried(), "the worlds strand somebody: {stranded}");
        assert!(may_be_freed as u64 > tried() / 8, "somebody may be freed: {may_be_freed}");
    }

    #[test]
    fn a_script_of_a_world_is_that_world() {
        let mut world = World::new(7, Facts::Hidden);
        (0..2_000).for_each(|_| world.step());
        assert_eq!(trace(world.script()).hash(), world.trace.hash());
    }

    #[test]
    fn verdicts_do_not_depend_on_how_often_somebody_looks() {
        for seed in seeds().step_by(4) {
            let mut world = World::new(seed, Facts::Hidden);
            let (mut eager, mut lazy) = (Ledger::new(), Ledger::new());
            for _ in 0..400 {
                world.step();
                eager.catch_up(&world.trace);
                eager.settle();
            }
            lazy.catch_up(&world.trace);
            lazy.settle();
            let pile = |ledger: &Ledger| ledger.pile().collect::<Vec<TaskId>>();
            assert_eq!((pile(&eager), eager.counts()), (pile(&lazy), lazy.counts()), "seed {seed}");
        }
    }
}
