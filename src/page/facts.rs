//! What the page says about one moment at rest: counts, where tasks wait, the table, the selected task.
//!
//! Everything here is copied out of the ledger a few times a second, so that a render never meets a run that is under way.

use crate::page::plot::GOROUTINE_BYTES;
use crate::page::run::Run;
use crate::text::lesson::TaskWords;
use crate::text::{Messages, TaskText, Text, fill, number};
use crate::trace::columns::{Place, Trace};
use crate::trace::event::{ObjectId, Role, TaskId, WaitCase, WaitReason};
use crate::verdict::ledger::{Counts, Ledger, MemberState, State, Task, Verdict, Wait};

/// Rows of the table.
const ROWS_MAX: usize = 10;

/// Which tasks the table shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    Leaked,
    Stopping,
    Alive,
}

impl Filter {
    pub(crate) const ALL: [Filter; 3] = [Filter::Leaked, Filter::Stopping, Filter::Alive];
}

/// One moment at rest.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    pub(crate) time_ms: u64,
    pub(crate) counts: Counts,
    pub(crate) held_bytes: u64,
    pub(crate) waits: Vec<LineWait>,
    pub(crate) rows: Vec<Row>,
    pub(crate) rows_left: u64,
    pub(crate) selected: Option<Inspected>,
    /// Why the run has ended, if it has.
    pub(crate) ended: Option<String>,
}

/// How many tasks wait on a line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineWait {
    pub(crate) file: Text,
    pub(crate) line: u32,
    pub(crate) alive: u32,
    pub(crate) leaked: u32,
    pub(crate) stopping: u32,
}

/// One task of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) task: TaskId,
    pub(crate) name: String,
    pub(crate) verdict: Verdict,
    pub(crate) waits: String,
    pub(crate) since: String,
}

/// What is known about the selected task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inspected {
    pub(crate) task: TaskId,
    pub(crate) name: String,
    /// The judgement, and whether it is a leak.
    pub(crate) verdict: &'static str,
    pub(crate) class: &'static str,
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) why: String,
}

impl Facts {
    /// Copies what is shown out of a run at rest.
    pub(crate) fn of(
        run: &Run,
        time_ms: u64,
        filter: Filter,
        selected: Option<TaskId>,
        before: &Facts,
        words: &'static Messages,
    ) -> Facts {
        let ledger = run.player.ledger();
        let trace = run.player.trace();
        let counts = ledger.counts();
        let tasks = &run.player.spec().lesson.words(words.language).tasks;
        let (rows, rows_left) = rows(ledger, trace, filter, (words, tasks));
        Facts {
            time_ms,
            counts,
            held_bytes: run.player.held_bytes(),
            waits: waits(ledger, trace),
            rows,
            rows_left,
            selected: selected.map(|task| inspect(ledger, trace, task, before.selected.as_ref(), (words, tasks))),
            ended: ended(ledger, words),
        }
    }

    /// What the tasks that are alive would hold as goroutines.
    pub(crate) fn goroutine_bytes(&self) -> u64 {
        u64::from(self.counts.alive) * GOROUTINE_BYTES
    }
}

fn ended(ledger: &Ledger, words: &Messages) -> Option<String> {
    if let Some((_, panic)) = ledger.panic() {
        return Some(fill(words.panicked, &[panic.as_str()]));
    }
    ledger.limit().map(|limit| words.limits[limit as usize].to_owned())
}

fn waits(ledger: &Ledger, trace: &Trace) -> Vec<LineWait> {
    let mut lines: Vec<LineWait> = Vec::new();
    for wait in ledger.waits().filter(|wait| wait.role != Role::Root) {
        let Place { file, line, .. } = trace.place(wait.place);
        let (alive, leaked, stopping) = (wait.alive, wait.leaked, wait.stopping);
        match lines.iter_mut().find(|known| known.line == *line && known.file == *file) {
            Some(known) => {
                known.alive += alive;
                known.leaked += leaked;
                known.stopping += stopping;
            }
            None => lines.push(LineWait { file: file.clone(), line: *line, alive, leaked, stopping }),
        }
    }
    lines
}

/// The tasks that a filter lets through, the newest leak or the oldest request first.
pub(crate) fn tasks(ledger: &Ledger, filter: Filter) -> Box<dyn Iterator<Item = &Task> + '_> {
    let open = move |stopping_only: bool| {
        let members = ledger.shown_scopes().flat_map(|(_, scope)| &scope.members);
        let alive = members.filter_map(|member| ledger.task(member.task));
        alive.filter(move |task| match task.verdict {
            Verdict::Working => !stopping_only,
            Verdict::Stopping => true,
            Verdict::Stranded | Verdict::Runaway => false,
        })
    };
    let leaked = ledger.pile().iter().rev().filter_map(|task| ledger.task(*task));
    match filter {
        Filter::Leaked => Box::new(leaked),
        Filter::Stopping => Box::new(open(true)),
        Filter::Alive => Box::new(open(false).chain(leaked)),
    }
}

fn rows(
    ledger: &Ledger,
    trace: &Trace,
    filter: Filter,
    (words, tasks): (&'static Messages, &TaskWords),
) -> (Vec<Row>, u64) {
    let counts = ledger.counts();
    let all = match filter {
        Filter::Leaked => counts.leaked,
        Filter::Stopping => counts.stopping,
        Filter::Alive => counts.alive,
    };
    let now_us = ledger.now_us();
    let row = |task: &Task| {
        let wait = task.waits().next();
        Row {
            task: task.id,
            name: name(task, tasks),
            verdict: task.verdict,
            waits: wait.as_ref().map_or_else(String::new, |wait| at_line(wait, trace, &words.task)),
            since: wait.map_or_else(String::new, |wait| ago(now_us, wait.since_us, words)),
        }
    };
    let rows: Vec<Row> = self::tasks(ledger, filter).take(ROWS_MAX).map(row).collect();
    let left = u64::from(all).saturating_sub(rows.len() as u64);
    (rows, left)
}

/// What a task is called.
fn name(task: &Task, words: &TaskWords) -> String {
    let template = match task.role {
        Role::Root => return words.root.to_owned(),
        Role::Parent => words.parent,
        Role::Child => words.child,
    };
    fill(template, &[&number::grouped(u64::from(task.id.0)), &number::grouped(u64::from(task.scope.0))])
}

fn at_line(wait: &Wait<'_>, trace: &Trace, words: &TaskText) -> String {
    let place = trace.place(wait.head.place);
    let file = place.file.rsplit('/').next().unwrap_or(&place.file);
    let mut line = String::from(file);
    line.push(':');
    line.push_str(&place.line.to_string());
    fill(words.waits_at, &[wait.head.reason.as_str(), &line])
}

fn at(at_us: u64) -> String {
    number::exact_moment(at_us / 1000)
}

fn ago(now_us: u64, then_us: u64, words: &Messages) -> String {
    number::duration(now_us.saturating_sub(then_us) / 1000, words)
}

fn inspect(
    ledger: &Ledger,
    trace: &Trace,
    id: TaskId,
    before: Option<&Inspected>,
    (words, tasks): (&'static Messages, &TaskWords),
) -> Inspected {
    let Some(task) = ledger.task(id) else { return gone(ledger, id, before, words) };
    let say = &words.task;
    let now_us = ledger.now_us();
    let at_ago = |at_us: u64| fill(say.at_ago, &[&at(at_us), &ago(now_us, at_us, words)]);
    let spawner = ledger.task(task.parent).map_or_else(|| numbered(task.parent), |parent| name(parent, tasks));
    let scope = ledger.scope(task.scope);
    let scope_says = scope.map_or_else(String::new, |scope| match scope.over_us {
        Some(over_us) => fill(say.scope_over, &[&at(over_us), &ago(now_us, over_us, words)]),
        None => fill(say.scope_open, &[&at(scope.opened_us)]),
    });
    let told_us = ledger.told_us(id);
    let told = told_us.map_or_else(|| say.not_told.to_owned(), at_ago);
    let heard = match (task.heard_us, told_us) {
        (Some(heard_us), _) => at_ago(heard_us),
        (None, Some(_)) => say.not_heard.to_owned(),
        (None, None) => say.not_told.to_owned(),
    };
    let waits: Vec<String> = task.waits().map(|wait| at_line(&wait, trace, say)).collect();
    let waits = if waits.is_empty() { say.states[state_number(task.state)].to_owned() } else { waits.join(" · ") };
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
        why: why(task, told_us.map_or(0, |told_us| now_us - told_us.min(now_us)), words),
    }
}

fn numbered(task: TaskId) -> String {
    let mut text = String::from("#");
    text.push_str(&number::grouped(u64::from(task.0)));
    text
}

/// A task that is not alive any more keeps what was known of it.
fn gone(ledger: &Ledger, id: TaskId, before: Option<&Inspected>, words: &'static Messages) -> Inspected {
    let say = &words.task;
    let member = ledger.shown_scopes().flat_map(|(_, scope)| &scope.members).find(|member| member.task == id);
    let why = match member.map(|member| member.state) {
        Some(MemberState::HeardAndReturned) => say.reason.finished_heard,
        Some(MemberState::Aborted) => say.reason.aborted,
        Some(MemberState::Panicked) => say.reason.panicked,
        _ => say.reason.finished,
    };
    let known = before.filter(|before| before.task == id);
    let keeps = known.is_some_and(|known| known.verdict == say.verdicts[4]);
    Inspected {
        task: id,
        name: known.map_or_else(|| numbered(id), |known| known.name.clone()),
        verdict: say.verdicts[4],
        class: "",
        facts: known.map_or_else(Vec::new, |known| known.facts.clone()),
        why: known.filter(|_| keeps).map_or_else(|| why.to_owned(), |known| known.why.clone()),
    }
}

const fn state_number(state: State) -> usize {
    match state {
        State::Ready => 0,
        State::Running => 1,
        State::Waiting => 2,
    }
}

/// What a judgement is called, and its class in the style sheet.
pub(crate) fn judged(verdict: Verdict, words: &TaskText) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Working => (words.verdicts[0], "working"),
        Verdict::Stopping => (words.verdicts[1], "stopping"),
        Verdict::Stranded => (words.verdicts[2], "leaked"),
        Verdict::Runaway => (words.verdicts[3], "leaked"),
    }
}

/// Why a task is judged as it is: only what follows from the facts.
fn why(task: &Task, told_for_us: u64, words: &Messages) -> String {
    let say = &words.task.reason;
    let wait = task.waits().next();
    let is_outside = wait.as_ref().is_some_and(|wait| calls_outside(wait));
    match task.verdict {
        Verdict::Working if is_outside => say.working_outside.to_owned(),
        Verdict::Working => say.working.to_owned(),
        Verdict::Stopping if task.heard_us.is_some() => say.stopping_heard.to_owned(),
        Verdict::Stopping => fill(say.stopping, &[&number::duration(told_for_us / 1000, words)]),
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
            if task.heard_us.is_some() {
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
