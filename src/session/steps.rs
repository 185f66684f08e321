//! What a step did, as facts: which task, what happened to it, and on which line it waits; and the same in words.
//!
//! A reader steps to see something: an event that changes nothing on the page is passed over, unless every one is asked for.
//! Deliberately absent: the words themselves (`crate::text::thread`), and how the task and its line are marked.

use crate::player::run::Player;
use crate::session::tasks::name_of;
use crate::session::waits::{Spot, spot_of};
use crate::stage::thread::{SteppedTask, Touch};
use crate::text::lesson::TaskWords;
use crate::text::thread::StepPart;
use crate::text::{Messages, fill, number};
use crate::trace::columns::Trace;
use crate::trace::event::{ObjectId, TaskId, WaitCase, WaitReason};
use crate::verdict::ledger::{Ledger, Step};
use crate::verdict::recent::Poll;
use crate::verdict::waits::Wait;

/// The most steps that one step passes over: a clock can go on for ever without anything to be seen.
const PASSED_MAX: usize = 10_000;

/// What each kind of event comes to, by the ledger's name for it; every other kind is a note for the proofs.
const KINDS: [(&str, StepPart); 29] = [
    ("advanced", StepPart::Clock),
    ("scope-opened", StepPart::Opens),
    ("scope-closed", StepPart::Cancelled),
    ("spawned", StepPart::Spawned),
    ("woken", StepPart::Woken),
    ("polled", StepPart::Polled),
    ("pending", StepPart::Pends),
    ("preempted", StepPart::GivesWay),
    ("returned", StepPart::Returned),
    ("panicked", StepPart::Panicked),
    ("recovered", StepPart::Recovered),
    ("aborted", StepPart::Aborted),
    ("waits", StepPart::Waits),
    ("wait-over", StepPart::WaitOver),
    ("cancelled", StepPart::Cancels),
    ("heard", StepPart::Heard),
    ("input", StepPart::Knob),
    ("limit-hit", StepPart::Over),
    ("made", StepPart::Made),
    ("granted", StepPart::Handle),
    ("revoked", StepPart::Handle),
    ("stored", StepPart::Handle),
    ("unstored", StepPart::Handle),
    ("armed", StepPart::Timer),
    ("disarmed", StepPart::Timer),
    ("level", StepPart::Level),
    ("closed", StepPart::Closed),
    ("gone", StepPart::Gone),
    ("drew", StepPart::Drew),
];

/// Whether anything is seen of events of this kind, by the ledger's name for it.
pub fn is_seen(kind: &'static str) -> bool {
    !part_of(kind).is_unseen()
}

/// Which events a step stops at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The next one that changes something on the page.
    Seen,
    /// The next one.
    Every,
}

/// What a step did.
#[derive(Clone, Debug)]
pub struct StepReport {
    who: Option<Poll>,
    touch: Touch,
    parts: Vec<StepPart>,
    /// How many tasks were started, or became ready.
    tasks: u32,
    now_us: u64,
    /// The line that its task waits on now, or waited on until now.
    pub spot: Option<Spot>,
}

/// One poll on, or to the clock's next moment at which anything is seen.
#[inline(never)]
pub fn poll(player: &mut Player) -> StepReport {
    for _ in 0..PASSED_MAX {
        let mut watch = Watch::default();
        if player.step_poll_each(&mut |ledger, step| watch.see(ledger, step)).is_none() {
            break;
        }
        let report = watch.report(player.ledger(), player.trace());
        if report.parts.iter().any(|part| *part != StepPart::Clock) {
            return report;
        }
    }
    StepReport::of(StepPart::Over, player.ledger())
}

/// One event on.
#[inline(never)]
pub fn event(player: &mut Player, reach: Reach) -> StepReport {
    for _ in 0..PASSED_MAX {
        let before = Before::of(player);
        let Some(step) = player.step_event() else { break };
        let report = before.report(step, player.ledger(), player.trace());
        if reach == Reach::Every || !report.is_unseen() {
            return report;
        }
    }
    StepReport::of(StepPart::Over, player.ledger())
}

/// On to the next thing that happens to a task, if it can be found soon.
#[inline(never)]
pub fn of_task(player: &mut Player, task: TaskId) -> StepReport {
    let was_told = player.ledger().told_us(task).is_some();
    let mut who = known(player.ledger(), task);
    for _ in 0..PASSED_MAX {
        let before = Before::of(player);
        let Some(step) = player.step_event() else { break };
        let ledger = player.ledger();
        who = known(ledger, task).or(who);
        if step.task == Some(task) && is_seen(step.kind) {
            let report = before.report(step, ledger, player.trace());
            return StepReport { who, ..report };
        }
        if !was_told && ledger.told_us(task).is_some() {
            return StepReport { who, ..StepReport::of(StepPart::Told, ledger) };
        }
    }
    StepReport { who, ..StepReport::of(StepPart::Quiet, player.ledger()) }
}

impl StepReport {
    fn of(part: StepPart, ledger: &Ledger) -> StepReport {
        let now_us = ledger.now_us();
        StepReport { who: None, touch: Touch::Affected, parts: vec![part], tasks: 0, now_us, spot: None }
    }

    /// Whether nothing of it is seen on the page.
    pub fn is_unseen(&self) -> bool {
        self.parts[0].is_unseen()
    }

    /// The task that it happened to, for the stage.
    pub fn stepped(&self) -> Option<SteppedTask> {
        Some(SteppedTask { task: self.who?, touch: self.touch })
    }

    /// What happened, in words; `line` is the number of its line in the listing, where that shows it.
    #[inline(never)]
    pub fn sentence(&self, line: Option<u32>, words: &Messages, tasks: &TaskWords) -> String {
        let say = &words.thread;
        let blanks = [
            line.unwrap_or(0).to_string(),
            number::exact_moment(self.now_us / 1_000),
            number::grouped(u64::from(self.tasks)),
        ];
        let blanks = [&*blanks[0], &*blanks[1], &*blanks[2]];
        let mut text = String::new();
        for (number, part) in self.parts.iter().enumerate() {
            let part = match (part, line) {
                (StepPart::WaitsOn, None) => StepPart::Waits,
                (StepPart::WaitsAgainOn, None) => StepPart::WaitsAgain,
                (part, _) => *part,
            };
            let part = fill(say.parts[part as usize], &blanks);
            text = if number == 0 { part } else { fill(say.and, &[&text, &part]) };
        }
        match self.who {
            Some(who) => fill(say.of_task, &[&name_of(who.role, who.number, who.scope, tasks), &text]),
            None => fill(say.of_run, &[&text]),
        }
    }
}

/// What is seen of a poll, event by event.
#[derive(Default)]
struct Watch {
    who: Option<Poll>,
    /// What its task did when its poll began: it began, or what it waited for came.
    first: Option<StepPart>,
    is_first: bool,
    is_answered: bool,
    starts: u32,
    woken: u32,
    /// What happened besides, in order.
    parts: Vec<StepPart>,
    end: Option<StepPart>,
}

impl Watch {
    #[inline(never)]
    fn see(&mut self, ledger: &Ledger, step: Step) {
        let part = part(step);
        match part {
            StepPart::Polled => {
                self.who = ledger.last_poll();
                let task = step.task.and_then(|task| ledger.task(task));
                self.is_first = task.is_some_and(|task| task.polls == 1);
                self.first = task.and_then(|task| task.waits().next()).map(|wait| answer(&wait));
            }
            StepPart::WaitOver => self.is_answered = true,
            StepPart::Spawned => self.starts += 1,
            StepPart::Woken => self.woken += 1,
            StepPart::Returned | StepPart::Panicked | StepPart::GivesWay => self.end = Some(part),
            // Waits come and go within a poll; what is told is how it ended.
            StepPart::Pends | StepPart::WaitsOn | StepPart::Clock => {}
            part if part.is_unseen() || self.parts.contains(&part) => {}
            part => self.parts.push(part),
        }
    }

    fn report(self, ledger: &Ledger, trace: &Trace) -> StepReport {
        let Some(who) = self.who else { return self.report_of_run(ledger) };
        let first = match self.first {
            _ if self.is_first => StepPart::Begins,
            Some(answer) if self.is_answered => answer,
            Some(_) => StepPart::InVain,
            None => StepPart::Polled,
        };
        let mut report =
            StepReport { who: Some(who), touch: Touch::Ran, tasks: self.starts, ..StepReport::of(first, ledger) };
        report.spot = spot_of(ledger, trace, who.task);
        let opens = self.parts.contains(&StepPart::Opens);
        report.parts.extend(self.parts);
        match self.starts {
            0 => {}
            _ if opens => {}
            1 => report.parts.push(StepPart::StartsOne),
            _ => report.parts.push(StepPart::Starts),
        }
        let waits = if self.is_first { StepPart::WaitsOn } else { StepPart::WaitsAgainOn };
        let waits = if report.spot.is_some() { waits } else { StepPart::Pends };
        report.parts.push(self.end.unwrap_or(waits));
        report
    }

    /// No task was ready: the clock went on, or an input came.
    fn report_of_run(self, ledger: &Ledger) -> StepReport {
        let turns = self.parts.contains(&StepPart::Knob);
        let mut report = StepReport { tasks: self.woken, ..StepReport::of(StepPart::Clock, ledger) };
        if turns {
            report.parts.clear();
        }
        report.parts.extend(self.parts);
        match self.woken {
            0 => {}
            1 => report.parts.push(StepPart::ReadyOne),
            _ => report.parts.push(StepPart::Ready),
        }
        report
    }
}

/// What was so before an event.
struct Before {
    running: Option<Poll>,
    spot: Option<Spot>,
}

impl Before {
    fn of(player: &Player) -> Before {
        let ledger = player.ledger();
        let running = ledger.running();
        let spot = running.and_then(|task| spot_of(ledger, player.trace(), task));
        Before { running: running.and_then(|task| known(ledger, task)), spot }
    }

    fn report(self, step: Step, ledger: &Ledger, trace: &Trace) -> StepReport {
        let part = part(step);
        let mut report = StepReport::of(part, ledger);
        let Some(task) = step.task.filter(|_| part.is_of_task()) else { return report };
        let ran = self.running.filter(|running| running.task == task);
        report.who = known(ledger, task).or(ran);
        if ran.is_some() || ledger.running() == Some(task) {
            report.touch = Touch::Ran;
        }
        report.spot = if part == StepPart::WaitOver { self.spot } else { spot_of(ledger, trace, task) };
        report
    }
}

fn known(ledger: &Ledger, task: TaskId) -> Option<Poll> {
    let task = ledger.task(task)?;
    Some(Poll { task: task.id, scope: task.scope, role: task.role, number: task.number, verdict: task.verdict })
}

/// What ends such a wait.
fn answer(wait: &Wait<'_>) -> StepPart {
    let calls = || wait.cases.iter().any(|case| WaitCase(*case).object() == ObjectId::OUTSIDE);
    match wait.head.reason {
        WaitReason::Sleep => StepPart::Time,
        WaitReason::ChanReceive if calls() => StepPart::Call,
        WaitReason::ChanReceive | WaitReason::ChanReceiveNil => StepPart::Value,
        WaitReason::ChanSend | WaitReason::ChanSendNil => StepPart::Sent,
        WaitReason::Select | WaitReason::SelectNoCases => StepPart::Case,
        WaitReason::WaitGroupWait => StepPart::Group,
        WaitReason::MutexLock | WaitReason::RwMutexLock | WaitReason::RwMutexRLock => StepPart::Lock,
        WaitReason::CondWait => StepPart::Signal,
    }
}

fn part_of(kind: &'static str) -> StepPart {
    KINDS.iter().find(|(known, _)| *known == kind).map_or(StepPart::Noted, |(_, part)| *part)
}

#[inline(never)]
fn part(step: Step) -> StepPart {
    match part_of(step.kind) {
        StepPart::Cancels if step.task.is_none() => StepPart::Cancelled,
        StepPart::Waits => StepPart::WaitsOn,
        part => part,
    }
}
