//! Stranded: waits, and nobody who could still run can ever end that wait (TRUTH.md, section 1; the *typed* rule).
//!
//! L is the least set that holds the root, everybody who is ready or running, sleeps, waits for an armed timer, or waits
//! for the outside world while its scope is open (the root's own tasks always may), and everybody who waits for a right
//! that a member of L holds; the clock holds the sending end of what is armed. A context can be cancelled by whoever can cancel one it was derived from.
//!
//! Incremental: whoever was in L at the last judgement and is not now has a path of support that broke since, and the
//! first break is one of three: a holder gave up a right or ended (or a timer was disarmed), so the object is in
//! `shrunk`; a task began to wait, or its scope's end closed the outside world to it, so it is in `restless`. From each
//! of those a search runs along "who could free it" until it meets a root. When it meets none, everybody it saw is
//! stranded, and what *they* hold has shrunk in turn. Searches never see the stranded, so a million of them cost nothing.
//!
//! Deliberately absent from the incremental judgement: any rule of its own. [`stranded_by_definition`] is the same
//! definition computed plainly, and the tests hold one against the other.

use crate::trace::event::{ObjectId, ObjectKind, Right, Role, ScopeId, TaskId, WaitCase, WaitReason};
use crate::verdict::fold::calls_outside;
use crate::verdict::graph::Tie;
use crate::verdict::ledger::{Ledger, Marks, State, Task, Verdict};
use crate::verdict::slab::NONE;

/// One task that a search saw, and why it looked there.
#[derive(Clone, Copy)]
struct Seen {
    task_row: u32,
    /// Who could be freed by it: an index of the trail, or [`NONE`] at the start.
    frees: u32,
    /// With what: the object's row and the right.
    with: (u32, Right),
}

/// The scratch of one judgement.
#[derive(Default)]
struct Search {
    trail: Vec<Seen>,
    /// Tasks and objects known to be supported, to be unmarked at the end.
    supported_tasks: Vec<u32>,
    supported_objects: Vec<u32>,
    stranded: Vec<TaskId>,
}

impl Ledger {
    /// Finds who is stranded now; returns who had begun to wait.
    pub(super) fn judge_waits(&mut self) -> Vec<TaskId> {
        let restless = std::mem::take(&mut self.restless);
        let mut search = Search::default();
        for id in &restless {
            self.enlist(*id);
        }
        for id in &restless {
            if let Some(row) = self.task_row(*id) {
                self.judge_task(row, &mut search);
            }
        }
        while let Some(case) = self.shrunk.pop() {
            self.judge_case(case, &mut search);
        }
        self.unmark(&search);
        search.stranded.sort_unstable();
        self.pile.append(&mut search.stranded);
        restless
    }

    fn unmark(&mut self, search: &Search) {
        for row in &search.supported_tasks {
            self.tasks[*row].marks.clear(Marks::SUPPORTED);
        }
        for row in &search.supported_objects {
            self.graph.forget_support(*row);
        }
    }

    /// Puts a task that began to wait on the lists of what it waits for, unless only its own doing can end that support.
    fn enlist(&mut self, id: TaskId) {
        let Some(row) = self.task_row(id) else { return };
        self.tasks[row].marks.clear(Marks::RESTLESS);
        let task = &self.tasks[row];
        let waits = task.state == State::Waiting && task.verdict != Verdict::Stranded;
        if !waits || task.linked > 0 || self.supports_itself(task) {
            return;
        }
        let mut cases = std::mem::take(&mut self.scratch);
        cases.extend(cases_of(task));
        for case in cases.drain(..) {
            let object_row = self.graph.revive(case.object());
            let task = &mut self.tasks[row];
            self.graph.link(&mut task.first_edge, row, object_row, Tie::Waits(case.freed_by()));
            task.linked += 1;
        }
        self.scratch = cases;
    }

    /// Whether a task is in L whoever holds what: a root of the definition, but for armed objects.
    pub(super) fn supports_itself(&self, task: &Task) -> bool {
        task.id == TaskId::ROOT
            || task.state != State::Waiting
            || task.waits().any(|wait| wait.head.reason == WaitReason::Sleep)
            || (self.hears_outside(task) && task.waits().any(|wait| calls_outside(wait.head, wait.cases)))
    }

    fn hears_outside(&self, task: &Task) -> bool {
        task.role == Role::Root
            || task.scope == ScopeId::ROOT
            || self.scope(task.scope).is_some_and(|scope| scope.over_us.is_none())
    }

    fn judge_task(&mut self, row: u32, search: &mut Search) {
        if self.tasks[row].verdict == Verdict::Stranded || self.is_known_free(row) {
            return;
        }
        search.trail.clear();
        self.see(Seen { task_row: row, frees: NONE, with: (NONE, Right::Send) }, search);
        if !self.reaches_a_root(search) {
            self.strand_all(search);
        }
    }

    /// Judges everybody who waits for something that lost support.
    fn judge_case(&mut self, case: WaitCase, search: &mut Search) {
        let Some(row) = self.graph.find(case.object()) else { return };
        let is_context = self.graph.objects[row].kind == ObjectKind::Context;
        let family = if is_context { self.graph.family(row) } else { vec![row] };
        for row in family {
            self.judge_waiters(row, case.freed_by(), search);
        }
    }

    fn judge_waiters(&mut self, object_row: u32, right: Right, search: &mut Search) {
        if self.graph.waiters(object_row, right).next().is_none() {
            return;
        }
        search.trail.clear();
        if self.look_at(object_row, right, NONE, search) || self.reaches_a_root(search) {
            return;
        }
        self.strand_all(search);
        let waiters: Vec<u32> = self.graph.waiters(object_row, right).collect();
        for row in waiters {
            self.judge_task(row, search);
        }
    }

    /// A member of L for its own sake, or one that this judgement already found in L.
    fn is_known_free(&self, row: u32) -> bool {
        let task = &self.tasks[row];
        task.marks.has(Marks::SUPPORTED) || self.supports_itself(task)
    }

    fn see(&mut self, seen: Seen, search: &mut Search) {
        self.tasks[seen.task_row].marks.set(Marks::VISITED);
        search.trail.push(seen);
    }

    /// Follows "who could free it" from the trail. Afterwards either one path is marked as supported, or everybody who
    /// could be reached is in the trail.
    fn reaches_a_root(&mut self, search: &mut Search) -> bool {
        let mut next = 0;
        while next < search.trail.len() {
            let mut cases = std::mem::take(&mut self.scratch);
            cases.extend(cases_of(&self.tasks[search.trail[next].task_row]));
            let found = cases.drain(..).any(|case| {
                let row = self.graph.revive(case.object());
                self.look_at(row, case.freed_by(), next as u32, search)
            });
            self.scratch = cases;
            if found {
                return true;
            }
            next += 1;
        }
        false
    }

    /// Looks at everybody who could use `right` on an object; `true` when one of them is in L.
    fn look_at(&mut self, object_row: u32, right: Right, frees: u32, search: &mut Search) -> bool {
        let mut above = Some(object_row);
        while let Some(row) = above {
            if self.look_at_holders(row, right, (frees, object_row), search) {
                return true;
            }
            let object = &self.graph.objects[row];
            above = if object.kind == ObjectKind::Context { self.graph.parent(row) } else { None };
        }
        false
    }

    fn look_at_holders(
        &mut self,
        row: u32,
        right: Right,
        (frees, object_row): (u32, u32),
        search: &mut Search,
    ) -> bool {
        let with = (object_row, right);
        let clock_operates = right == Right::Send && self.graph.objects[row].is_armed();
        if clock_operates || self.graph.is_supported(row, right) {
            self.mark_path(frees, with, search);
            return true;
        }
        let mut found = false;
        for task_row in self.graph.holders(row, right) {
            found = self.is_known_free(task_row);
            if found {
                break;
            }
            let task = &mut self.tasks[task_row];
            if !task.marks.has(Marks::VISITED) {
                task.marks.set(Marks::VISITED);
                search.trail.push(Seen { task_row, frees, with });
            }
        }
        if found {
            self.mark_path(frees, with, search);
        }
        found
    }

    /// Marks everybody from `frees` back to the start as supported, and unmarks the rest of the trail.
    fn mark_path(&mut self, mut frees: u32, mut with: (u32, Right), search: &mut Search) {
        loop {
            self.graph.support(with.0, with.1);
            search.supported_objects.push(with.0);
            let Some(seen) = search.trail.get(frees as usize).copied() else { break };
            self.tasks[seen.task_row].marks.set(Marks::SUPPORTED);
            search.supported_tasks.push(seen.task_row);
            if seen.frees == NONE && seen.with.0 == NONE {
                break;
            }
            (frees, with) = (seen.frees, seen.with);
        }
        for seen in &search.trail {
            self.tasks[seen.task_row].marks.clear(Marks::VISITED);
        }
        search.trail.clear();
    }

    fn strand_all(&mut self, search: &mut Search) {
        for seen in std::mem::take(&mut search.trail) {
            self.strand(seen.task_row, search);
        }
    }

    fn strand(&mut self, row: u32, search: &mut Search) {
        let task = &self.tasks[row];
        if task.is_counted() && !task.verdict.is_leaked() {
            search.stranded.push(task.id);
        }
        self.tasks[row].marks.clear(Marks::VISITED);
        self.unlink_waits(row);
        let grants: Vec<_> = self.graph.of_task(self.tasks[row].first_edge).collect();
        for (edge, object_row, tie) in grants {
            if let Tie::Holds(right) = tie {
                self.graph.fell(edge);
                self.shrink(object_row, right);
            }
        }
        self.leak(row, Verdict::Stranded);
    }
}

/// The objects and rights that could end one of a task's waits. Sleeps and the outside world are not among them.
pub(super) fn cases_of(task: &Task) -> impl Iterator<Item = WaitCase> {
    let (mut wait, mut case) = (0, 0);
    std::iter::from_fn(move || {
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

/// Which references can end a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Only a right that ends this very wait. The truth.
    Typed,
    /// Any right on the object, and a call to the outside world may always return: what Go's `goroutineleak` profile,
    /// which follows pointers from everything that can run, would say.
    Go,
}

/// Who is stranded now, computed plainly from the definition, in the order of the tasks' numbers.
///
/// The oracle of the incremental judgement, and [`Rule::Go`]'s only implementation. Costs a pass over all live tasks.
pub fn stranded_by_definition(ledger: &Ledger, rule: Rule) -> Vec<TaskId> {
    let mut freed = Freed::new(ledger, rule);
    for task in ledger.tasks() {
        if freed.is_root(task) {
            freed.admit(task);
        }
    }
    while let Some(task) = freed.todo.pop() {
        let task = ledger.task(task).expect("only live tasks are admitted");
        for (_, object_row, tie) in ledger.graph.of_task(task.first_edge) {
            freed.operate(ledger.graph.objects[object_row].id, tie);
        }
    }
    let mut rest: Vec<TaskId> = ledger.tasks().map(|task| task.id).filter(|id| !freed.has(*id)).collect();
    rest.sort_unstable();
    rest
}

/// L while it grows.
struct Freed<'l> {
    ledger: &'l Ledger,
    rule: Rule,
    /// Who waits for what, the contexts that a context was derived from included; sorted.
    waiters: Vec<(ObjectId, Right, TaskId)>,
    members: Vec<bool>,
    todo: Vec<TaskId>,
}

impl<'l> Freed<'l> {
    fn new(ledger: &'l Ledger, rule: Rule) -> Freed<'l> {
        let mut waiters = Vec::new();
        let mut last = 0;
        for task in ledger.tasks() {
            last = last.max(task.id.0 as usize);
            for case in cases_of(task) {
                waiters.extend(lineage(ledger, case.object()).map(|object| (object, case.freed_by(), task.id)));
            }
        }
        waiters.sort_unstable_by_key(|(object, right, task)| (object.0, *right as u8, task.0));
        Freed { ledger, rule, waiters, members: vec![false; last + 1], todo: Vec::new() }
    }

    fn has(&self, task: TaskId) -> bool {
        self.members[task.0 as usize]
    }

    fn admit(&mut self, task: &Task) {
        if !std::mem::replace(&mut self.members[task.id.0 as usize], true) {
            self.todo.push(task.id);
        }
    }

    fn is_root(&self, task: &Task) -> bool {
        let armed = |object| {
            let row = self.ledger.graph.find(object);
            row.is_some_and(|row| self.ledger.graph.objects[row].is_armed())
        };
        let outside = task.waits().any(|wait| calls_outside(wait.head, wait.cases));
        self.ledger.supports_itself(task)
            || cases_of(task)
                .any(|case| case.freed_by() == Right::Send && lineage(self.ledger, case.object()).any(armed))
            || (self.rule == Rule::Go && outside)
    }

    fn operate(&mut self, object: ObjectId, tie: Tie) {
        let right = match tie {
            Tie::Holds(right) | Tie::Fallen(right) => right,
            Tie::Waits(_) => return,
        };
        let start = self.waiters.partition_point(|waiter| waiter.0 < object);
        for index in start..self.waiters.len() {
            let (of, freed_by, task) = self.waiters[index];
            if of != object {
                break;
            }
            if self.rule == Rule::Go || freed_by == right {
                self.admit(self.ledger.task(task).expect("only live tasks wait"));
            }
        }
    }
}

/// An object, and for a context everything it was derived from.
fn lineage(ledger: &Ledger, object: ObjectId) -> impl Iterator<Item = ObjectId> {
    std::iter::successors(Some(object), |object| ledger.graph.derived_from(*object))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::verdict::testing::{World, ledger, show};

    fn check(script: &str, expected: Expect) {
        let ledger = ledger(script);
        assert_eq!(stranded_by_definition(&ledger, Rule::Typed), stranded(&ledger), "{script}");
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
             wait sleep 1 10; pending; poll t2; wait send o1?; pending; +10
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
            "open; spawn s1 parent; poll t1; made chan; grant t1 o1!; spawn s1 child; grant t2 o1!
             wait sleep 1 10; pending; poll t2; wait send o1?; pending; +1",
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
             spawn s1 child; poll t2; wait sleep 0 20; pending; +20; wake t2; poll t2; over; disarm o2; return; +1",
            expect![[r#"
                t1 parent Stranded since 20
                spawned 2 alive 1 leaked 1 finished 1
            "#]],
        );
    }

    #[test]
    fn a_context_is_cancelled_by_whoever_can_cancel_one_it_came_from() {
        let script = "open; spawn s1 parent; poll t1; made ctx; made ctx o1; made ctx o2; grant t1 o1!
             spawn s1 child; wait sleep 0 10; pending; poll t2; wait recv o3!; pending; +10";
        check(
            script,
            expect![[r#"
                t1 parent Working
                t2 child Working
                spawned 2 alive 2 leaked 0 finished 0
            "#]],
        );
        check(
            &format!("{script}; wake t1; poll t1; over; revoke t1 o1!; wait sleep 0 10; pending; +1"),
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
        let script = "open; spawn s1 parent; poll t1; spawn s1 child; wait sleep 0 10; pending
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
             wait sleep 0 5; pending; poll t2; wait send o1?; pending; +5; wake t1; poll t1; over; revoke t1 o1?";
        check(
            &format!("{script}; wait sleep 0 5; pending; +1"),
            expect![[r#"
                t1 parent Working
                t2 child Working
                spawned 2 alive 2 leaked 0 finished 0
            "#]],
        );
        check(
            &format!("{script}; revoke t1 o1?; wait sleep 0 5; pending; +1"),
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
            "open; spawn s1 parent; poll t1; made chan; wait recv o1! @1; wait sleep 0 9 @2; pending; +1",
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
            "open; spawn s1 parent; poll t1; made chan; grant t1 o1!; spawn s1 child; grant t2 o1!
             wait sleep 1 10; pending; poll t2; wait send o1?; pending; +1",
        );
        assert_eq!(stranded(&ledger), [TaskId(2)]);
        assert_eq!(stranded_by_definition(&ledger, Rule::Go), []);
    }

    #[test]
    fn the_incremental_judgement_is_the_definition_at_every_rest() {
        let mut seen = 0;
        for seed in 0..crate::verdict::testing::seeds() {
            let mut world = World::new(seed);
            let mut ledger = Ledger::new();
            let mut before = Vec::new();
            for _ in 0..400 {
                world.step();
                ledger.catch_up(&world.trace);
                ledger.settle();
                if ledger.counts().ready > 0 || ledger.running().is_some() {
                    continue;
                }
                let now = stranded(&ledger);
                assert_eq!(now, stranded_by_definition(&ledger, Rule::Typed), "seed {seed}");
                ledger.verify();
                let gone = before.iter().find(|id| !now.contains(id) && ledger.task(**id).is_some());
                assert_eq!(gone, None, "once stranded, always stranded: seed {seed}");
                let go = stranded_by_definition(&ledger, Rule::Go);
                assert!(go.iter().all(|id| now.contains(id)), "Go's rule finds a subset: seed {seed}");
                before = now;
            }
            seen += before.len();
        }
        assert!(seen > 1000, "the worlds strand somebody: {seen}");
    }

    #[test]
    fn verdicts_do_not_depend_on_how_often_somebody_looks() {
        for seed in 0..crate::verdict::testing::seeds() / 4 {
            let mut world = World::new(seed);
            let (mut eager, mut lazy) = (Ledger::new(), Ledger::new());
            for _ in 0..400 {
                world.step();
                eager.catch_up(&world.trace);
                eager.settle();
            }
            lazy.catch_up(&world.trace);
            lazy.settle();
            assert_eq!((eager.pile(), eager.counts()), (lazy.pile(), lazy.counts()), "seed {seed}");
        }
    }
}
