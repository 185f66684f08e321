//! Who is where now: a fold of the trace, event by event, in constant time each.
//!
//! The ledger keeps live tasks, scopes with a live task, and objects that the program can still name; of everything else
//! nothing is left. A verdict falls only at rest, before the clock moves or an input arrives (see [`Ledger::settle`]), so
//! that verdicts and their times depend on the trace alone and not on how often somebody looked.
//!
//! Here the parts meet: the fold writes what is known ([`crate::verdict::model`]), the judges read it and say what they
//! found, and that is written down. Deliberately absent: what an event does, and the judgement itself.

use crate::trace::columns::{Reader, Trace};
use crate::trace::event::{Event, Limit, Panic, ScopeId, TaskId};
use crate::verdict::liveness::{Liveness, Support};
use crate::verdict::model::{
    Activity, ClosedScope, Counts, LastRestart, Marks, Scope, Task, UnprovenReason, Verdict, WaitCount,
};
use crate::verdict::recent::Poll;
use crate::verdict::run_state::RunState;
use crate::verdict::runaway::Runaways;
use crate::verdict::slab::NONE;
use crate::verdict::verdicts::Certainty;

/// One event, as a person steps through a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The kind of the event, in lower case: `polled`, `waits`, `scope-opened`, …
    pub kind: &'static str,
    /// The task that it happened to: the woken one, else the running one.
    pub task: Option<TaskId>,
}

impl Step {
    /// What an event is, in the poll of `running`, if it is in one.
    pub fn of(event: &Event<'_>, running: Option<TaskId>) -> Step {
        let task = match *event {
            Event::Woken { task } | Event::Spawned { task, .. } | Event::Aborted { task } => Some(task),
            Event::Granted { task, .. } | Event::Revoked { task, .. } => Some(task),
            Event::Exposed { task } | Event::Abortable { task, .. } => Some(task),
            Event::Polled { task } => Some(task),
            Event::Advanced { .. } | Event::Input { .. } | Event::Restarted { .. } => None,
            _ => running,
        };
        Step { kind: event.kind_name(), task }
    }
}

/// What is known of a run, and what is to be said of it.
pub struct Ledger {
    reader: Reader,
    pub(super) state: RunState,
    liveness: Liveness,
    runaways: Runaways,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::new()
    }
}

/// What is known is copied; room that is not used yet, and the room that a judge works in, are not.
impl Clone for Ledger {
    fn clone(&self) -> Self {
        let mut state = self.state.clone();
        state.lists_bytes = state.count_lists_bytes();
        Ledger { reader: self.reader.clone(), state, liveness: Liveness::default(), runaways: self.runaways.clone() }
    }
}

impl Ledger {
    /// A ledger before the first event: the root is there, and nobody else.
    pub fn new() -> Ledger {
        Ledger {
            reader: Reader::new(),
            state: RunState::new(),
            liveness: Liveness::default(),
            runaways: Runaways::new(),
        }
    }

    /// Folds everything that was not read yet.
    pub fn catch_up(&mut self, trace: &Trace) {
        self.state.turns = trace.turns();
        let mut reader = std::mem::take(&mut self.reader);
        reader.read_all(trace, |event| self.apply(event));
        self.reader = reader;
    }

    /// Folds one event, and says which.
    pub fn step_event(&mut self, trace: &Trace) -> Option<Step> {
        self.state.turns = trace.turns();
        let event = self.reader.next(trace)?;
        let step = Step::of(&event, self.state.running);
        self.apply(&event);
        Some(step)
    }

    fn apply(&mut self, event: &Event<'_>) {
        let is_restart = matches!(event, Event::Restarted { .. });
        if is_restart || matches!(event, Event::Advanced { .. } | Event::Input { .. } | Event::ScopeClosed { .. }) {
            self.settle();
        }
        self.state.apply(event);
        if is_restart {
            (self.liveness, self.runaways) = (Liveness::default(), Runaways::new());
        }
    }

    /// Where the fold stands: the trace may release what was read.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Judges now, when the run is at rest: nobody is running or ready. Does nothing otherwise, and after a panic.
    ///
    /// The ledger does this before it applies an `Advanced`, an `Input` or a `ScopeClosed`. Calling it at the end of what
    /// was read shows a verdict that would fall there anyway, earlier to the eye and at the same virtual time.
    pub fn settle(&mut self) {
        if !self.state.is_at_rest() || self.state.panic.is_some() {
            return;
        }
        let judged_anew = self.state.judge_stranded_anew();
        self.state.link_dirty();
        if !self.state.changes.is_empty() {
            self.judge_waits();
            self.state.keep_times(judged_anew);
            self.note_runs();
            self.judge_scopes();
        }
        self.state.finish_judgement();
    }

    fn judge_waits(&mut self) {
        let mut found = self.liveness.judge(&self.state);
        found.sort_unstable_by_key(|(row, _)| self.state.tasks[*row].id);
        for (row, support) in found {
            match support {
                Support::Nobody => self.state.strand(row),
                Support::Uncertain => self.state.set_may_be_freed(row, Certainty::Unknown),
                Support::Certain => self.state.set_may_be_freed(row, Certainty::Known),
            }
            self.state.refresh_verdict(row);
        }
    }

    fn note_runs(&mut self) {
        for at in 0..self.state.changes.dirty.len() {
            let Some(row) = self.state.dirty_row(at) else { continue };
            let task = &self.state.tasks[row];
            let Some(scope) = self.state.scope_row_of(task).map(|row| &self.state.scopes[row]) else { continue };
            // Of the many tasks of a request one is enough.
            let may_be_news = scope.over_us.is_some() && !scope.activity.has(Activity::RAN);
            if may_be_news && self.runaways.is_news(&self.state, task) {
                self.state.note_activity(task.scope, Activity::RAN);
            }
        }
    }

    fn judge_scopes(&mut self) {
        let found = self.runaways.judge(&self.state);
        self.state.forget_activities();
        for id in found.runaways {
            let row = self.state.task_row(id).expect("only live tasks are found");
            self.state.set_verdict(row, Verdict::Runaway);
        }
        for id in found.run_again {
            self.state.note_runs_again(id);
        }
    }

    /// The virtual time of the last event read, in microseconds, rounded down.
    pub fn now_us(&self) -> u64 {
        self.state.now_us()
    }

    /// The numbers of the run so far.
    pub fn counts(&self) -> Counts {
        Counts { ready: self.state.queue.len(), events: self.reader.position(), ..self.state.counts }
    }

    /// A live task.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.state.task(id)
    }

    /// Every live task, the root's own included, in no meaningful (but always the same) order.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.state.tasks.rows().filter(|task| task.id.0 != NONE)
    }

    /// When a live task was told to stop: with its scope, or at its spawn if that came later.
    pub fn told_us(&self, id: TaskId) -> Option<u64> {
        let task = self.task(id)?;
        let told_us = self.scope(task.scope)?.told_us?;
        Some(told_us.max(task.spawned_us))
    }

    /// Why a live task is [`Verdict::Unproven`]; none when it is not.
    pub fn unproven_reason(&self, id: TaskId) -> Option<UnprovenReason> {
        let task = self.task(id).filter(|task| task.verdict == Verdict::Unproven)?;
        let may_be_freed = task.marks.has(Marks::MAY_BE_FREED);
        Some(if may_be_freed { UnprovenReason::MayBeFreed } else { UnprovenReason::RunsAgain })
    }

    /// How often the run did what had been proven impossible: a stranded task was woken, or a runaway returned. Then a
    /// handle was where the trace does not show it (in a static or a thread-local; see [`crate::verdict`]), the verdict was
    /// taken back, and nothing is proven any more that depends on who holds what.
    pub fn contradictions(&self) -> u32 {
        self.state.contradictions
    }

    /// A scope with a live task, or without any task yet.
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.state.scope(id)
    }

    /// Requests that still have a live task that is not leaked, oldest first.
    pub fn shown_scopes(&self) -> impl Iterator<Item = (ScopeId, &Scope)> {
        let scopes = self.state.shown.iter().filter_map(|id| Some((*id, self.scope(*id)?)));
        scopes.filter(|(_, scope)| scope.active > 0)
    }

    /// How one of the last requests that [`Ledger::shown_scopes`] has no more stood at its end. A request can be told,
    /// heard and finished between two looks: this is how a picture of it can still show the three.
    pub fn closed_scope(&self, id: ScopeId) -> Option<&ClosedScope> {
        self.state.closed.iter().rev().find(|(scope, _)| *scope == id).map(|(_, closed)| closed)
    }

    /// Whether it was proven that nothing in this scope will ever change, for the inputs so far.
    pub fn is_proven(&self, id: ScopeId) -> bool {
        self.runaways.is_proven(&self.state, id)
    }

    /// Whether a task rests for ever while its scope goes round in a proven circle.
    pub(super) fn rests_in_circle(&self, task: &Task) -> bool {
        self.runaways.rests_in_circle(task)
    }

    /// The ready queue, in order.
    pub fn ready(&self) -> impl Iterator<Item = TaskId> {
        self.state.queue.iter().map(|row| self.state.tasks[row].id)
    }

    /// Whose poll has begun and not ended.
    pub fn running(&self) -> Option<TaskId> {
        self.state.running
    }

    /// Appends the newest polls to `into`, oldest first: so many at most, of as many as
    /// [`POLLS_KEPT`](crate::verdict::recent::POLLS_KEPT).
    pub fn last_polls(&self, most: usize, into: &mut Vec<Poll>) {
        self.state.recent.last(most, self.state.counts.polls, into);
    }

    /// The newest poll.
    pub fn last_poll(&self) -> Option<Poll> {
        self.state.recent.newest(self.state.counts.polls)
    }

    /// Who is leaked now, in the order in which they were found.
    pub fn pile(&self) -> impl DoubleEndedIterator<Item = TaskId> {
        let is_leaked = |id: &TaskId| self.task(*id).is_some_and(|task| task.verdict.is_leaked());
        self.state.pile.iter().filter(is_leaked)
    }

    /// How many of this process were ever found leaked. Each has a number below this one that is never given to another.
    pub fn leaks_found(&self) -> u32 {
        self.state.pile.found()
    }

    /// The leak with this number. None when it ended (was aborted, ended by an input, or freed against all proof) and was
    /// forgotten; the newest one is never forgotten.
    pub fn leak(&self, number: u32) -> Option<TaskId> {
        self.state.pile.get(number)
    }

    /// How many live tasks wait where, ordered by role, reason and place.
    pub fn waits(&self) -> impl Iterator<Item = WaitCount> {
        self.state.tally.iter()
    }

    /// The panic that ended the program.
    pub fn panic(&self) -> Option<(TaskId, Panic)> {
        self.state.panic
    }

    /// When the process was last started anew, if it ever was.
    pub fn last_restart(&self) -> Option<LastRestart> {
        self.state.last_restart
    }

    /// The bound that stopped the run.
    pub fn limit(&self) -> Option<Limit> {
        self.state.limit
    }

    /// How many timers are armed and sleeps under way: while there are any, the clock can still move by itself.
    pub fn timers(&self) -> u32 {
        self.state.sleeping + self.state.graph.armed()
    }

    /// How many waits are for the outside world.
    pub fn outside_calls(&self) -> u32 {
        self.state.calling
    }

    /// Bytes this ledger holds, room not used yet included.
    pub fn bytes(&self) -> usize {
        size_of::<Ledger>() + self.state.bytes() + self.liveness.bytes() + self.runaways.bytes()
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::trace::event::ObjectId;
    use crate::verdict::model::{FINISHED_MEMBERS_MAX, MemberState, State};
    use crate::verdict::testing::{ledger, trace};

    fn ids(tasks: impl Iterator<Item = TaskId>) -> Vec<u32> {
        tasks.map(|task| task.0).collect()
    }

    #[test]
    fn asked_heard_and_returned_are_three_marks() {
        let script =
            "open; spawn s1 parent; poll t1; made ctx; context s1 o1; grant t1 o1!; spawn s1 child; spawn s1 child
             wait sleep 10; pending; poll t2; wait select o1!; pending; poll t3; wait sleep 99; pending; +10
             wake t1; poll t1; over; cancel o1; wake t2; ";
        let told = ledger(script);
        let scope = told.scope(ScopeId(1)).expect("it has live tasks");
        assert_eq!((scope.told_us, scope.over_us, scope.parent), (Some(10), Some(10), Some(TaskId(1))));
        assert_eq!((told.counts().told, told.counts().heard, told.counts().stopping), (3, 0, 3));
        let heard = ledger(&format!("{script}return; +5; poll t2; over; heard; heard; wait sleep 9; pending; +1"));
        assert_eq!(heard.task(TaskId(2)).and_then(Task::heard_us), Some(15));
        assert_eq!((heard.counts().heard, heard.counts().finished, heard.counts().stopping), (1, 1, 2));
        let returned = ledger(&format!("{script}return; poll t2; over; heard; return; +5"));
        let scope = returned.scope(ScopeId(1)).expect("one is left");
        let states: Vec<MemberState> = scope.members.iter().map(|member| member.state).collect();
        assert_eq!(states, [MemberState::Returned, MemberState::HeardAndReturned, MemberState::Alive]);
        assert_eq!((scope.spawned, scope.finished), (3, 2));
    }

    #[test]
    fn a_task_spawned_after_the_cancel_is_told_at_its_spawn() {
        let ledger = ledger(
            "open; spawn s1 parent; poll t1; made ctx; context s1 o1; grant t1 o1!; cancel o1; wait sleep 5; pending; +5
             wake t1; poll t1; over; spawn s1 child; wait sleep 5; pending; poll t2; wait sleep 5; pending; +1",
        );
        assert_eq!((ledger.told_us(TaskId(1)), ledger.told_us(TaskId(2)), ledger.counts().told), (Some(0), Some(5), 2));
        assert_eq!(ledger.task(TaskId(2)).map(|task| task.verdict), Some(Verdict::Stopping));
    }

    #[test]
    fn a_task_has_its_number_within_its_request() {
        let ledger = ledger(
            "open; spawn s1 parent; poll t1; spawn s1 child; spawn s1 child; pending
             open; spawn s2 parent; poll t4; spawn s2 child; pending; poll t1; spawn s1 child; pending",
        );
        let number = |task: u32| ledger.task(TaskId(task)).map(|task| (task.scope.0, task.number));
        assert_eq!([2, 3, 6].map(number), [Some((1, 1)), Some((1, 2)), Some((1, 3))]);
        assert_eq!([1, 4, 5].map(number), [Some((1, 0)), Some((2, 0)), Some((2, 1))]);
        assert_eq!(ledger.last_poll().map(|poll| poll.number), Some(0));
    }

    #[test]
    fn a_scopes_context_is_the_one_that_the_program_declares() {
        let script = "made ctx; open; spawn s1 parent; poll t1; made ctx o1; made ctx o1; ";
        let context = |script: &str| ledger(script).scope(ScopeId(1)).and_then(Scope::context);
        assert_eq!(context(script), None, "a context that a task makes for itself says nothing about its request");
        assert_eq!(context(&format!("{script} context s1 o2")), Some(ObjectId(2)));
        assert_eq!(context(&format!("{script} context s1 o2; context s1 o3")), Some(ObjectId(3)));
    }

    #[test]
    fn a_scope_that_declares_a_cancelled_context_is_told_at_once() {
        let ledger = ledger(
            "made ctx; grant t0 o1!; cancel o1; open; spawn s1 parent; poll t1; wait sleep 5; pending; +1
             wake t1; poll t1; context s1 o1; pending",
        );
        assert_eq!(ledger.scope(ScopeId(1)).map(|scope| (scope.told_us, scope.over_us)), Some((Some(1), Some(1))));
        assert_eq!(ledger.counts().told, 1);
    }

    #[test]
    fn requests_that_share_a_context_are_told_together_and_those_that_ended_are_not() {
        let open = "open; spawn s1 parent; open; spawn s2 parent; open; spawn s3 parent; made ctx; grant t0 o1!; ";
        let declared = "context s1 o1; context s2 o1; context s3 o1; ";
        let ends = "poll t2; return; poll t1; wait sleep 5; pending; poll t3; wait sleep 5; pending; +1; cancel o1; +1";
        let ledger = ledger(&format!("{open}{declared}{ends}"));
        let told = |scope: u32| ledger.scope(ScopeId(scope)).map(|scope| scope.told_us);
        assert_eq!((told(1), told(2), told(3), ledger.counts().told), (Some(Some(1)), None, Some(Some(1)), 2));
    }

    #[test]
    fn cancelling_a_context_tells_every_scope_derived_from_it() {
        let ledger = ledger(
            "made ctx; grant t0 o1!; open; spawn s1 parent; poll t1; made ctx o1; context s1 o2; wait sleep 5; pending; +1
             cancel o1; +1",
        );
        assert_eq!(ledger.scope(ScopeId(1)).and_then(|scope| scope.told_us), Some(1));
    }

    #[test]
    fn a_scope_is_over_when_its_parent_returns_and_a_later_cancel_only_tells() {
        let ledger = ledger(
            "open; spawn s1 parent; poll t1; made ctx; context s1 o1; spawn s1 child; grant t2 o1!; return
             poll t2; wait sleep 5; pending; +5; wake t2; poll t2; over; cancel o1; wait sleep 5; pending; +1",
        );
        let scope = ledger.scope(ScopeId(1)).expect("one is left");
        assert_eq!((scope.over_us, scope.told_us), (Some(0), Some(5)));
    }

    #[test]
    fn the_ready_queue_keeps_its_order_when_the_seed_draws_from_the_middle() {
        let script = "open; spawn s1 parent; spawn s1 child; spawn s1 child; spawn s1 child; poll t2";
        let ledger = ledger(script);
        assert_eq!((ids(ledger.ready()), ledger.running()), (vec![1, 3, 4], Some(TaskId(2))));
        assert_eq!(ledger.counts().ready, 3);
    }

    #[test]
    fn a_task_that_wakes_itself_is_ready_again_when_its_poll_ends() {
        let ledger = ledger("open; spawn s1 parent; poll t1; wake t1; pending");
        assert_eq!(ids(ledger.ready()), [1]);
        assert_eq!(ledger.task(TaskId(1)).map(|task| (task.state, task.wakes)), Some((State::Ready, 1)));
    }

    #[test]
    fn waits_are_counted_by_role_reason_and_line() {
        let ledger = ledger(
            "open; spawn s1 parent; spawn s1 child; spawn s1 child; poll t1; wait sleep 9 @3; pending
             poll t2; made chan; wait send o1? @5; pending; poll t3; wait send o1? @5; pending; close s1; +1",
        );
        let rows: Vec<String> = ledger
            .waits()
            .map(|row| {
                let (role, reason) = (row.role.as_str(), row.reason.as_str());
                format!("{role}, {reason}, {}: {} {} {}", row.place.0, row.alive, row.leaked, row.stopping)
            })
            .collect();
        assert_eq!(rows, ["parent, sleep, 3: 1 0 1", "child, chan send, 5: 2 2 0"]);
    }

    #[test]
    fn members_are_kept_as_long_as_somebody_is_left_to_show() {
        let script = "open; spawn s1 parent; poll t1; spawn s1 child; wait nil-recv; pending
             poll t2; wait sleep 5; pending; +5; ";
        let shown = ledger(script);
        assert_eq!(shown.shown_scopes().map(|(id, scope)| (id.0, scope.members.len())).collect::<Vec<_>>(), [(1, 2)]);
        let left = ledger(&format!("{script}wake t2; poll t2; over; return; +1"));
        assert_eq!(left.shown_scopes().count(), 0);
        let scope = left.scope(ScopeId(1)).expect("the leaked parent is live");
        assert_eq!((scope.members.len(), scope.alive()), (0, 1));
    }

    #[test]
    fn a_scope_that_spawns_without_end_forgets_its_oldest_finished_members() {
        let round = |task: u32| format!("spawn s1 child; poll t{task}; return; ");
        let rounds: String = (2..3000).map(round).collect();
        let ledger = ledger(&format!("open; spawn s1 parent; {rounds}"));
        let scope = ledger.scope(ScopeId(1)).expect("its parent is live");
        assert_eq!((scope.spawned, scope.finished, scope.members[0].task), (2999, 2998, TaskId(1)));
        assert!(scope.members.len() <= FINISHED_MEMBERS_MAX + 1);
        assert_eq!(scope.members.last().map(|member| member.task), Some(TaskId(2999)));
    }

    #[test]
    fn an_aborted_task_leaves_whatever_was_said_of_it() {
        let ledger = ledger(
            "open; spawn s1 parent; spawn s1 child; spawn s1 child; poll t1; wait nil-recv; pending
             poll t2; wait sleep 5; pending; abort t3; +1; abort t1; +1",
        );
        let counts = ledger.counts();
        assert_eq!((counts.alive, counts.leaked, counts.finished, counts.ready), (1, 0, 2, 0));
        assert_eq!((ids(ledger.pile()), ledger.leaks_found(), ledger.leak(0)), (vec![], 1, Some(TaskId(1))));
    }

    #[test]
    fn who_is_dropped_has_not_returned_and_what_it_leaves_half_done_is_counted() {
        let ledger = ledger(
            "open; spawn s1 parent; poll t1; made ctx; context s1 o1; grant t1 o1!; spawn s1 child; spawn s1 child
             spawn s1 child; cancel o1; half-done t2; abort t2; wait sleep 5; pending
             poll t3; half-done t3; return; poll t4; return; +1",
        );
        let counts = ledger.counts();
        assert_eq!((counts.children_told, counts.children_told_finished, counts.children_dropped), (3, 2, 1));
        assert_eq!(counts.half_done, 2);
    }

    #[test]
    fn a_panic_ends_the_program_and_nobody_is_judged_after_it() {
        let ledger =
            ledger("open; spawn s1 parent; spawn s1 child; poll t1; wait nil-recv; pending; poll t2; panic; +1");
        assert_eq!(ledger.panic(), Some((TaskId(2), Panic::SendOnClosed)));
        assert_eq!((ledger.counts().finished, ledger.counts().leaked), (1, 0));
    }

    #[test]
    fn stepping_says_what_happened_to_whom() {
        let trace = trace("open; spawn s1 parent; poll t1; made chan; wait recv o1!; pending; +5; limit");
        let mut ledger = Ledger::new();
        let mut lines = String::new();
        while let Some(Step { kind, task }) = ledger.step_event(&trace) {
            lines += &format!("{kind} {}\n", task.map_or("-".to_string(), |task| task.0.to_string()));
        }
        expect![[r#"
            scope-opened -
            spawned 1
            polled 1
            made 1
            waits 1
            pending 1
            advanced -
            limit-hit -
        "#]]
        .assert_eq(&lines);
        assert_eq!(ledger.limit(), Some(Limit::Events));
    }

    fn requests(count: u32, request: impl Fn(u32) -> String) -> Ledger {
        let script: String = (0..count).map(|number| request(number) + "; +1; ").collect();
        let mut ledger = Ledger::new();
        ledger.catch_up(&trace(&script));
        ledger
    }

    #[test]
    fn finished_requests_leave_nothing_behind() {
        let ledger = requests(20_000, |number| {
            let (scope, task, object) = (number + 1, number + 1, 2 * number + 1);
            format!(
                "open; spawn s{scope} parent; poll t{task}; made ctx; grant t{task} o{object}!; made chan
                 grant t{task} o{}?; cancel o{object}; return; gone o{object}; gone o{}",
                object + 1,
                object + 1
            )
        });
        ledger.verify();
        assert_eq!(ledger.counts().finished, 20_000);
        assert_eq!(ledger.state.graph.len(), (0, 0), "no object and no edge is kept");
        assert!(ledger.bytes() < 220_000, "{} bytes", ledger.bytes());
    }

    #[test]
    fn a_leaked_task_costs_a_row_and_its_edges() {
        assert!(size_of::<Task>() <= 120, "{}", size_of::<Task>());
        assert!(size_of::<Scope>() <= 128, "{}", size_of::<Scope>());
        let ledger = requests(1, |_| {
            let child =
                |task: u32| format!("spawn s1 child; poll t{task}; grant t{task} o1!; wait recv o0!; pending; ");
            let children: String = (2..20_002).map(child).collect();
            format!("open; spawn s1 parent; poll t1; made chan; pending; {children}; close s1; +1")
        });
        assert_eq!(ledger.counts().leaked, 20_001);
        assert!(ledger.bytes() < 20_001 * 172, "{} bytes", ledger.bytes() / 20_001);
    }
}
