//! Runaway: its scope is over, it wakes again and again, and it never returns. Proven, never guessed.
//!
//! At each judgement in which a task of an ended scope had run, the scope's *state* is compared with a saved one. The
//! state is everything that can decide what its tasks do next: for each live task where and for what it waits, how much
//! of its sleep is left and the program's own progress in it, what it holds; for each object in reach its kind, level,
//! whether it is closed or cancelled, and how long until the clock operates it. Tasks and objects are named in the order
//! in which they are met, so that a timer made anew in each round is the same timer.
//!
//! Why a repetition is a proof: tasks are deterministic, so the same state with the same influences goes the same way
//! again, and for ever. No influence is left out, because there is none: the state has no value when somebody outside of
//! the scope who is not stranded has a right on an object in reach, and the saved one is thrown away when a `select`
//! drew lots (`Drew`), when somebody outside woke, spawned or exchanged a right with the scope, or when an input arrived.
//! What a task stands for is its place in the order: one that stands at the same place both times will stand there for
//! ever. If it ran in between, it runs for ever: a runaway.
//!
//! The premise, which is the programs' duty: whatever a task counts shows in the trace. A finite loop puts the steps it
//! has left into the progress word of its sleeps, so it never repeats. A program that looks at an object without waiting
//! for it or holding a right on it hides an influence; the scope's own context is therefore always in reach.
//!
//! The saved state is renewed after 1, 2, 4, … comparisons (Brent), so a cycle of any length is met, after a lead-in of
//! any length, with one state in memory. States are compared whole, not by a hash.
//!
//! Deliberately absent: cycles of several scopes together, and tasks of one scope whose periods have no common multiple
//! within the run. Such scopes stay *stopping*, which is true, and a drain run calls them unproven.

use crate::trace::event::{ObjectId, ObjectKind, Right, ScopeId, TaskId, WaitCase, WaitReason};
use crate::verdict::graph::Tie;
use crate::verdict::ledger::{Ledger, Scope, State, Task, Verdict};

/// What happened in an ended scope since the last judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stir {
    /// None of its tasks ran.
    Calm,
    /// Some ran, and could stand as they stood in the saved state.
    Stirred,
    /// One ran, and does not stand as it stood in the saved state: no need to compare the rest.
    Changed,
}

/// The state of an ended scope that later ones are compared with.
pub(super) struct Watch {
    saved: Picture,
    /// Comparisons since it was saved, and after how many it is renewed.
    comparisons: u32,
    renewal: u32,
    /// Whether a task came or went since: then tasks may stand at other places.
    is_reshaped: bool,
    inputs: u32,
}

/// A scope's state in canonical words, and who stands at which place of it.
struct Picture {
    words: Vec<u32>,
    tasks: Vec<Standing>,
}

#[derive(Clone, Copy)]
struct Standing {
    task: TaskId,
    polls: u32,
    sketch: u32,
}

impl Ledger {
    /// Forgets what was saved about a scope: somebody from outside of it, or chance, had a hand in it.
    pub(super) fn disturb(&mut self, id: ScopeId) {
        if let Some(row) = self.scope_row(id) {
            self.scopes[row].watch = None;
            self.scopes[row].proof = 0;
        }
    }

    /// Notes that a task joined or left those that are live and not stranded.
    pub(super) fn reshape(&mut self, id: ScopeId) {
        let Some(row) = self.scope_row(id) else { return };
        if let Some(watch) = &mut self.scopes[row].watch {
            watch.is_reshaped = true;
        }
        self.stir(id, Stir::Stirred);
    }

    fn stir(&mut self, id: ScopeId, stir: Stir) {
        let Some(row) = self.scope_row(id) else { return };
        let scope = &mut self.scopes[row];
        if scope.over_us.is_none() || id == ScopeId::ROOT {
            return;
        }
        if scope.stir == Stir::Calm {
            self.stirred.push(id);
        }
        if scope.stir != Stir::Changed {
            scope.stir = stir;
        }
    }

    /// Finds the runaways of the scopes in which somebody ran.
    pub(super) fn judge_scopes(&mut self, restless: &[TaskId]) {
        for id in restless {
            self.note_run(*id);
        }
        let mut found = Vec::new();
        for id in std::mem::take(&mut self.stirred) {
            self.judge_scope(id, &mut found);
        }
        found.sort_unstable();
        for id in &found {
            let row = self.task_row(*id).expect("only live tasks are found");
            self.leak(row, Verdict::Runaway);
        }
        self.pile.append(&mut found);
    }

    fn note_run(&mut self, id: TaskId) {
        let Some(task) = self.task(id) else { return };
        let Some(scope) = self.scope(task.scope) else { return };
        if !task.is_counted() || task.verdict == Verdict::Stranded || scope.proof == self.inputs {
            return;
        }
        let changed = scope.watch.as_ref().is_some_and(|watch| watch.shows_change(task));
        self.stir(task.scope, if changed { Stir::Changed } else { Stir::Stirred });
    }

    fn judge_scope(&mut self, id: ScopeId, found: &mut Vec<TaskId>) {
        let Some(row) = self.scope_row(id) else { return };
        let stir = std::mem::replace(&mut self.scopes[row].stir, Stir::Calm);
        let scope = &self.scopes[row];
        if scope.active == 0 || scope.proof == self.inputs {
            return;
        }
        let watch = self.scopes[row].watch.take().filter(|watch| watch.inputs == self.inputs);
        let watch = self.compare(id, watch, stir, found);
        self.scopes[row].watch = watch;
    }

    /// Compares a scope's state with the saved one; returns what to compare with the next time.
    fn compare(
        &mut self,
        id: ScopeId,
        watch: Option<Box<Watch>>,
        stir: Stir,
        found: &mut Vec<TaskId>,
    ) -> Option<Box<Watch>> {
        let Some(mut watch) = watch else {
            return Some(Box::new(Watch::on(self.picture(id)?, 1, self.inputs)));
        };
        watch.comparisons += 1;
        let due = watch.comparisons >= watch.renewal;
        if stir == Stir::Changed && !due {
            return Some(watch);
        }
        let picture = self.picture(id)?;
        if picture.words == watch.saved.words && self.prove(id, &watch.saved, &picture, found) {
            return None;
        }
        if due {
            *watch = Watch::on(picture, watch.renewal.saturating_mul(2), self.inputs);
        }
        Some(watch)
    }

    /// The state repeats: whoever stands where he stood, and ran, is a runaway. `false` when nobody is.
    fn prove(&mut self, id: ScopeId, then: &Picture, now: &Picture, found: &mut Vec<TaskId>) -> bool {
        let pairs = then.tasks.iter().zip(&now.tasks);
        let runs = pairs.filter(|(then, now)| then.task == now.task && then.polls != now.polls);
        let runaways: Vec<TaskId> = runs.map(|(_, now)| now.task).collect();
        if runaways.is_empty() {
            return false;
        }
        let new = |task: &TaskId| self.task(*task).is_some_and(|task| !task.verdict.is_leaked());
        found.extend(runaways.into_iter().filter(new));
        if let Some(row) = self.scope_row(id) {
            self.scopes[row].proof = self.inputs;
        }
        true
    }

    /// Whether it was proven that nothing in this scope will ever change, for the inputs so far.
    pub fn is_proven(&self, id: ScopeId) -> bool {
        self.scope(id).is_some_and(|scope| scope.proof == self.inputs)
    }

    /// A scope's state; none when one of its tasks runs, or when somebody outside can still take part.
    fn picture(&self, id: ScopeId) -> Option<Picture> {
        let scope = self.scope(id)?;
        let mut painter = Painter { ledger: self, scope: id, words: Vec::new(), names: Names::default() };
        let live = scope.live().filter_map(|id| self.task(id));
        let mut tasks = Vec::new();
        for task in live.filter(|task| task.verdict != Verdict::Stranded) {
            tasks.push(Standing { task: task.id, polls: task.polls, sketch: sketch(task) });
            painter.task(task)?;
        }
        painter.objects(scope)?;
        Some(Picture { words: painter.words, tasks })
    }
}

impl Watch {
    fn on(saved: Picture, renewal: u32, inputs: u32) -> Watch {
        Watch { saved, comparisons: 0, renewal, is_reshaped: false, inputs }
    }

    /// Whether this task alone shows that the state is another one.
    fn shows_change(&self, task: &Task) -> bool {
        if self.is_reshaped {
            return false;
        }
        let known = self.saved.tasks.binary_search_by_key(&task.id, |standing| standing.task);
        known.is_ok_and(|index| self.saved.tasks[index].sketch != sketch(task))
    }
}

/// A task's part of the state in one word, objects and times left out: different words mean different states.
fn sketch(task: &Task) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut add = |word: u32| hash = (hash ^ word).wrapping_mul(0x0100_0193);
    for wait in task.waits() {
        add(u32::from(wait.head.place.0) << 16 | wait.head.reason as u32);
        if wait.head.reason == WaitReason::Sleep {
            wait.cases.iter().for_each(|word| add(*word));
        }
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
struct Painter<'l> {
    ledger: &'l Ledger,
    scope: ScopeId,
    words: Vec<u32>,
    names: Names,
}

impl Painter<'_> {
    fn long(&mut self, value: u64) {
        self.words.extend([value as u32, (value >> 32) as u32]);
    }

    fn task(&mut self, task: &Task) -> Option<()> {
        if task.state != State::Waiting {
            return None;
        }
        self.words.push(task.waits().count() as u32);
        for wait in task.waits() {
            let head = wait.head;
            self.words.push(u32::from(head.place.0) << 16 | (head.reason as u32) << 8 | u32::from(head.cases));
            if head.reason == WaitReason::Sleep {
                let [progress, length_us] = *wait.cases else { return None };
                self.words.push(progress);
                self.long((wait.since_us + u64::from(length_us)).saturating_sub(self.ledger.now_us()));
            } else {
                self.cases(wait.cases);
            }
        }
        self.grants(task);
        Some(())
    }

    fn cases(&mut self, words: &[u32]) {
        for word in words {
            let case = WaitCase(*word);
            let name = self.names.name(case.object());
            self.words.push(name << 1 | case.freed_by() as u32);
        }
    }

    /// In the order of the objects' numbers, because the order in which grants came is history and not state.
    fn grants(&mut self, task: &Task) {
        let ties = self.ledger.graph.of_task(task.first_edge);
        let mut grants: Vec<(u32, u32)> = ties
            .filter_map(|(_, row, tie)| match tie {
                Tie::Holds(right) => Some((self.ledger.graph.objects[row].id.0, right as u32)),
                Tie::Fallen(_) | Tie::Waits(_) => None,
            })
            .collect();
        grants.sort_unstable();
        self.words.push(grants.len() as u32);
        for (object, right) in grants {
            let name = self.names.name(ObjectId(object));
            self.words.push(name << 1 | right);
        }
    }

    /// Everything that was met, and the scope's context, and what contexts were derived from.
    fn objects(&mut self, scope: &Scope) -> Option<()> {
        if let Some(context) = scope.context() {
            self.names.name(context);
        }
        let mut next = 0;
        while next < self.names.order.len() {
            self.object(self.names.order[next])?;
            next += 1;
        }
        Some(())
    }

    fn object(&mut self, id: ObjectId) -> Option<()> {
        let Some(row) = self.ledger.graph.find(id) else {
            self.words.push(u32::MAX);
            return Some(());
        };
        let object = &self.ledger.graph.objects[row];
        let flags = u32::from(object.is_closed()) << 1 | u32::from(object.is_cancelled());
        self.words.extend([object.kind as u32, flags, object.level()]);
        if object.is_cancelled() {
            // It can be cancelled once. Whoever still could, cannot change anything by it.
            return Some(());
        }
        self.long(object.deadline_us().map_or(u64::MAX, |at_us| at_us.saturating_sub(self.ledger.now_us())));
        if object.kind == ObjectKind::Context && object.from != ObjectId::OUTSIDE {
            let name = self.names.name(object.from);
            self.words.push(name);
        }
        self.only_insiders_hold(row)
    }

    fn only_insiders_hold(&self, row: u32) -> Option<()> {
        let graph = &self.ledger.graph;
        let holders = graph.holders(row, Right::Send).chain(graph.holders(row, Right::Receive));
        let mut holders = holders.map(|row| &self.ledger.tasks[row]);
        holders.all(|task| task.scope == self.scope || self.can_never_act(task)).then_some(())
    }

    /// The root that nothing will wake only keeps things; everybody else outside who is not stranded may act.
    fn can_never_act(&self, task: &Task) -> bool {
        let sleeps = |task: &Task| task.waits().any(|wait| wait.head.reason == WaitReason::Sleep);
        let waits = task.waits().any(|wait| !wait.cases.is_empty());
        task.id == TaskId::ROOT && task.state == State::Waiting && !sleeps(task) && !waits
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::verdict::ledger::Ledger;
    use crate::verdict::testing::{ledger, show, trace};

    /// A parent that has returned, and a child that sleeps in a loop whose round is `round`, `rounds` times.
    fn looping(round: &str, rounds: usize) -> String {
        let start = "open; spawn s1 parent; poll t1; spawn s1 child; made chan; grant t2 o1!; return
             poll t2; wait sleep 0 10; pending; ";
        start.to_string() + &format!("+10; wake t2; poll t2; over; {round}; wait sleep 0 10; pending; ").repeat(rounds)
    }

    fn check(script: &str, expected: Expect) {
        expected.assert_eq(&show(&ledger(script)));
    }

    const FOUND: &str = "t2 child Runaway since 10\nspawned 2 alive 1 leaked 1 finished 1\n";
    const NOT_FOUND: &str = "t2 child Stopping\nspawned 2 alive 1 leaked 0 finished 1\n";

    #[test]
    fn a_loop_without_an_exit_is_proven_after_its_first_round() {
        assert_eq!(show(&ledger(&looping("", 1))), FOUND);
        assert_eq!(show(&ledger(&looping("", 0))), NOT_FOUND);
    }

    #[test]
    fn a_loop_is_no_runaway_while_its_scope_is_open() {
        check(
            "open; spawn s1 parent; poll t1; wait sleep 0 10; pending
             +10; wake t1; poll t1; over; wait sleep 0 10; pending; +10; wake t1; poll t1; over; wait sleep 0 10; pending",
            expect![[r#"
                t1 parent Working
                spawned 1 alive 1 leaked 0 finished 0
            "#]],
        );
    }

    #[test]
    fn a_loop_that_shows_its_progress_is_none() {
        let rounds = (1..50).rev().map(|left| format!("+10; wake t2; poll t2; over; wait sleep {left} 10; pending; "));
        assert_eq!(show(&ledger(&(looping("", 0) + &rounds.collect::<String>()))), NOT_FOUND);
    }

    #[test]
    fn a_timer_made_anew_in_each_round_is_the_same_timer() {
        let round = |object: u32| {
            format!(
                "made timer; grant t1 o{object}?; arm o{object} 7; wait select o{object}! o1!; pending; +7
                 disarm o{object}; wake t1; poll t1; over; revoke t1 o{object}?; "
            )
        };
        let start = "open; spawn s1 parent; poll t1; made ctx; grant t1 o1!; cancel o1; ";
        check(
            &format!("{start}{}{}{}made timer; arm o5 7; wait select o5! o1!; pending", round(2), round(3), round(4)),
            expect![[r#"
                t1 parent Runaway since 7
                spawned 1 alive 1 leaked 1 finished 0
            "#]],
        );
    }

    #[test]
    fn chance_in_a_round_forbids_a_proof() {
        assert_eq!(show(&ledger(&looping("drew", 9))), NOT_FOUND);
    }

    #[test]
    fn a_hand_from_outside_in_a_round_forbids_a_proof() {
        let script = "spawn s0 root; poll t1; open; spawn s1 parent; wait sleep 0 10; pending
             poll t2; made chan; grant t1 o1!; wait recv o1!; pending; close s1; ";
        let round =
            "+10; wake t1; poll t1; over; wake t2; wait sleep 0 10; pending; poll t2; over; wait recv o1!; pending; ";
        check(
            &(script.to_string() + &round.repeat(9)),
            expect![[r#"
                t2 parent Stopping
                spawned 1 alive 1 leaked 0 finished 0
            "#]],
        );
    }

    #[test]
    fn whoever_could_still_take_part_from_outside_forbids_a_proof() {
        let outsider =
            "made chan; spawn s0 root; grant t1 o1!; poll t1; wait sleep 0 999; pending; open; spawn s1 parent
             poll t2; grant t2 o1?; wait sleep 0 10; pending; close s1; ";
        let round = "+10; wake t2; poll t2; over; wait sleep 0 10; pending; ";
        let script = outsider.to_string() + &round.repeat(5);
        check(
            &script,
            expect![[r#"
                t2 parent Stopping
                spawned 1 alive 1 leaked 0 finished 0
            "#]],
        );
        let gone = format!("{script}+1; wake t1; poll t1; over; revoke t1 o1!; return; {round}{round}");
        check(
            &gone,
            expect![[r#"
                t2 parent Runaway since 71
                spawned 1 alive 1 leaked 1 finished 0
            "#]],
        );
    }

    #[test]
    fn a_context_that_somebody_outside_can_still_cancel_forbids_a_proof() {
        let script = "made ctx; spawn s0 root; grant t1 o1!; poll t1; wait sleep 0 999; pending; open; spawn s1 parent
             poll t2; made ctx o1; spawn s1 child; return; poll t3; wait sleep 0 10; pending; ";
        let round = "+10; wake t3; poll t3; over; wait sleep 0 10; pending; ";
        check(
            &(script.to_string() + &round.repeat(5)),
            expect![[r#"
                t3 child Stopping
                spawned 2 alive 1 leaked 0 finished 1
            "#]],
        );
    }

    #[test]
    fn a_message_more_in_each_round_is_another_state() {
        let rounds =
            (1..9).map(|level| format!("+10; wake t2; poll t2; over; level o1 {level}; wait sleep 0 10; pending; "));
        assert_eq!(show(&ledger(&(looping("", 0) + &rounds.collect::<String>()))), NOT_FOUND);
    }

    #[test]
    fn a_helper_spawned_in_each_round_is_no_runaway_but_its_spawner_is() {
        let round = |helper: u32| {
            format!(
                "+10; wake t2; poll t2; over; spawn s1 child; wait sleep 0 10; pending
                 poll t{helper}; wait sleep 0 4; pending; +4; wake t{helper}; poll t{helper}; over; return; +6
                 wake t2; poll t2; over; wait sleep 0 10; pending; "
            )
        };
        let rounds: String = (3..9).map(round).collect();
        check(
            &(looping("", 0) + &rounds),
            expect![[r#"
                t2 child Runaway since 40
                spawned 8 alive 1 leaked 1 finished 7
            "#]],
        );
    }

    #[test]
    fn two_loops_of_one_scope_are_proven_together_when_their_periods_meet() {
        let start = "open; spawn s1 parent; poll t1; spawn s1 child; spawn s1 child; return
             poll t2; wait sleep 0 2; pending; poll t3; wait sleep 0 3; pending; ";
        let script: String = (1..=30)
            .map(|now| {
                let wake = |task: u32, period: u32| {
                    if now % period == 0 {
                        format!("wake t{task}; poll t{task}; over; wait sleep 0 {period}; pending; ")
                    } else {
                        String::new()
                    }
                };
                format!("+1; {}{}", wake(2, 2), wake(3, 3))
            })
            .collect();
        check(
            &(start.to_string() + &script),
            expect![[r#"
                t2 child Runaway since 10
                t3 child Runaway since 10
                spawned 3 alive 2 leaked 2 finished 1
            "#]],
        );
    }

    #[test]
    fn an_input_may_end_a_runaway_which_stays_on_the_pile() {
        let mut ledger = Ledger::new();
        ledger.catch_up(&trace(&(looping("", 3) + "input k0 1; +10; wake t2; poll t2; over; heard; return")));
        ledger.verify();
        assert_eq!((ledger.counts().leaked, ledger.counts().finished, ledger.pile().len()), (0, 2, 1));
    }

    #[test]
    #[should_panic(expected = "returned without any input")]
    #[cfg(debug_assertions)]
    fn a_runaway_that_returns_without_an_input_is_a_bug() {
        ledger(&(looping("", 3) + "+10; wake t2; poll t2; over; return"));
    }

    #[test]
    fn a_runaway_that_blocks_for_good_is_stranded_and_lies_on_the_pile_once() {
        let ledger = ledger(&(looping("", 2) + "input k0 1; +10; wake t2; poll t2; over; wait nil-recv; pending"));
        expect![[r#"
            t2 child Stranded since 10
            spawned 2 alive 1 leaked 1 finished 1
        "#]]
        .assert_eq(&show(&ledger));
        assert_eq!(ledger.pile().len(), 1);
    }
}
