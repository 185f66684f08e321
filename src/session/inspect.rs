//! What is known about one task, and why it is judged as it is: only what follows from the facts.

use crate::session::tasks::{Lines, ago, at_line, judged, name, name_of};
use crate::session::waits::{Spot, spot_of};
use crate::text::lesson::TaskWords;
use crate::text::{Messages, Text, fill, join, measure, number};
use crate::trace::columns::Trace;
use crate::trace::event::{ObjectId, Role, TaskId, WaitCase, WaitReason};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::{MemberState, State, Task, UnprovenReason, Verdict};
use crate::verdict::waits::Wait;

/// What is known about the selected task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// Which task.
    pub task: TaskId,
    /// What it is called.
    pub name: String,
    /// What it is judged, in words.
    pub verdict: &'static str,
    /// The judgement's class in the style sheet; empty for a task that is not alive any more.
    pub class: &'static str,
    /// Names and values.
    pub facts: Vec<(&'static str, String)>,
    /// Why it is judged so.
    pub why: String,
    /// The line that it waits on.
    pub spot: Option<Spot>,
}

impl Inspected {
    /// Whether it is not alive any more.
    pub fn is_gone(&self) -> bool {
        self.class.is_empty()
    }

    /// What it is called, what it is judged, and why.
    pub fn sentence(&self) -> String {
        [&self.name, ": ", self.verdict, ". ", &self.why].concat()
    }
}

fn at(at_us: u64) -> String {
    number::exact_moment(at_us / 1000)
}

/// Reads the ledger about a task; `before` is what was known of the selected task last.
pub fn inspect(
    ledger: &Ledger,
    trace: &Trace,
    id: TaskId,
    before: Option<&Inspected>,
    lines: Lines<'_>,
    (words, tasks): (&'static Messages, &TaskWords),
) -> Inspected {
    let Some(task) = ledger.task(id) else {
        let known = before.filter(|before| before.task == id);
        let is_unborn = !ledger.reader().has_met(id);
        return if is_unborn { unborn(id, known, words) } else { gone(ledger, id, known, words) };
    };
    let say = &words.task;
    let now_us = ledger.now_us();
    let at_ago = |at_us: u64| fill(say.at_ago, &[&at(at_us), &ago(now_us, at_us, words)]);
    let scope = ledger.scope(task.scope);
    let spawner = spawner(ledger, task, tasks);
    let scope_says = scope.map_or_else(String::new, |scope| match scope.over_us {
        Some(over_us) => fill(say.scope_over, &[&at(over_us), &ago(now_us, over_us, words)]),
        None => fill(say.scope_open, &[&at(scope.opened_us)]),
    });
    let told_us = ledger.told_us(id);
    let told = told_us.map_or_else(|| say.not_told.to_owned(), at_ago);
    let heard = match (task.heard_us(), told_us) {
        (Some(heard_us), _) => at_ago(heard_us),
        (None, Some(_)) => say.not_heard.to_owned(),
        (None, None) => say.not_told.to_owned(),
    };
    let waits: Vec<Text> = task.waits().map(|wait| at_line(&wait, trace, lines, say).into()).collect();
    let waits = if waits.is_empty() { say.states[state_number(task.state)].to_owned() } else { join(&waits, " · ") };
    let polls = [task.polls, task.wakes].map(|count| number::grouped(u64::from(count)));
    let (verdict, class) = judged(task.verdict, say);
    Inspected {
        task: id,
        name: name(task, tasks),
        verdict,
        class,
        facts: vec![
            (say.spawned_by, fill(say.by_at, &[&spawner, &at(task.spawned_us)])),
            (say.scope, scope_says),
            (say.told, told),
            (say.heard, heard),
            (say.waits, waits),
            (say.polls, fill(say.polls_wakes, &[&polls[0], &polls[1]])),
        ],
        why: why((task, ledger.unproven_reason(id)), told_us.map_or(0, |told_us| now_us - told_us.min(now_us)), words),
        spot: spot_of(ledger, trace, id),
    }
}

/// Who spawned a task: by name, also where it has returned, if it was the one that the request was opened for.
fn spawner(ledger: &Ledger, task: &Task, tasks: &TaskWords) -> String {
    let was_parent = ledger.scope(task.scope).is_some_and(|scope| scope.parent == Some(task.parent));
    match ledger.task(task.parent) {
        Some(spawner) => name(spawner, tasks),
        None if was_parent => name_of(Role::Parent, 0, task.scope, tasks),
        None => numbered(task.parent),
    }
}

fn numbered(task: TaskId) -> String {
    let mut text = String::from("#");
    text.push_str(&number::grouped(u64::from(task.0)));
    text
}

/// A task that the run will start later than this moment.
fn unborn(id: TaskId, known: Option<&Inspected>, words: &'static Messages) -> Inspected {
    let say = &words.task;
    Inspected {
        task: id,
        name: known.map_or_else(|| numbered(id), |known| known.name.clone()),
        verdict: say.unborn_task,
        class: "unborn",
        facts: Vec::new(),
        why: say.reason.unborn.to_owned(),
        spot: None,
    }
}

/// A task that is not alive any more keeps what was known of it.
fn gone(ledger: &Ledger, id: TaskId, known: Option<&Inspected>, words: &'static Messages) -> Inspected {
    let say = &words.task;
    let member = ledger.shown_scopes().find_map(|(_, scope)| scope.members.iter().find(|member| member.task == id));
    let why = match member.map(|member| member.state) {
        Some(MemberState::HeardAndReturned) => say.reason.finished_heard,
        Some(MemberState::Aborted) => say.reason.aborted,
        Some(MemberState::Panicked) => say.reason.panicked,
        _ => say.reason.finished,
    };
    let keeps = known.is_some_and(|known| known.verdict == say.verdicts[4]);
    Inspected {
        task: id,
        name: known.map_or_else(|| numbered(id), |known| known.name.clone()),
        verdict: say.verdicts[4],
        class: "",
        facts: known.map_or_else(Vec::new, |known| known.facts.clone()),
        why: known.filter(|_| keeps).map_or_else(|| why.to_owned(), |known| known.why.clone()),
        spot: None,
    }
}

const fn state_number(state: State) -> usize {
    match state {
        State::Ready => 0,
        State::Running => 1,
        State::Waiting => 2,
    }
}

/// Why a task is judged as it is: only what follows from the facts.
fn why((task, unproven): (&Task, Option<UnprovenReason>), told_for_us: u64, words: &Messages) -> String {
    let say = &words.task.reason;
    let wait = task.waits().next();
    let is_outside = wait.as_ref().is_some_and(|wait| calls_outside(wait));
    match task.verdict {
        Verdict::Working if is_outside => say.working_outside.to_owned(),
        Verdict::Working => say.working.to_owned(),
        Verdict::Stopping if task.heard_us().is_some() => say.stopping_heard.to_owned(),
        Verdict::Stopping => fill(say.stopping, &[&measure::duration(told_for_us / 1000, words)]),
        Verdict::Unproven if unproven == Some(UnprovenReason::RunsAgain) => say.unproven_runs.to_owned(),
        Verdict::Unproven => say.unproven_freed.to_owned(),
        Verdict::Runaway => fill(say.runaway, &[&number::grouped(u64::from(task.polls))]),
        Verdict::Stranded => {
            let reason = match wait.map(|wait| wait.head.reason) {
                Some(WaitReason::ChanReceive | WaitReason::Sleep) if is_outside => say.outside,
                Some(WaitReason::ChanReceive | WaitReason::Sleep) | None => say.receive,
                Some(WaitReason::ChanSend) => say.send,
                Some(WaitReason::ChanReceiveNil | WaitReason::ChanSendNil) => say.nil,
                Some(WaitReason::Select) => say.select,
                Some(WaitReason::SelectNoCases) => say.no_cases,
                Some(WaitReason::WaitGroupWait) => say.wait_group,
                Some(WaitReason::MutexLock | WaitReason::RwMutexLock | WaitReason::RwMutexRLock) => say.lock,
                Some(WaitReason::CondWait) => say.cond,
            };
            let mut text = reason.to_owned();
            if task.heard_us().is_some() {
                text.push(' ');
                text.push_str(say.leaked_although_heard);
            }
            text
        }
    }
}

fn calls_outside(wait: &Wait<'_>) -> bool {
    wait.head.reason != WaitReason::Sleep && wait.cases.iter().any(|case| WaitCase(*case).object() == ObjectId::OUTSIDE)
}
