//! What a step did, as facts: which task, what happened to it, and on which line it waits; and the same in words.
//!
//! A reader steps to see something: an event that changes nothing on the page is passed over, unless every one is asked for.
//! Deliberately absent: the words themselves (`crate::text::thread`), and how the task and its line are marked.

use crate::player::run::Player;
use crate::session::tasks::name_of;
use crate::session::waits::Spot;
use crate::stage::thread::{Held, Touch};
use crate::text::lesson::TaskWords;
use crate::text::thread::{ThreadText, UnseenText};
use crate::text::{Messages, fill, number};
use crate::trace::columns::{Place, Trace};
use crate::trace::event::{ObjectId, TaskId, WaitCase, WaitReason};
use crate::verdict::ledger::{Ledger, Step};
use crate::verdict::recent::Poll;
use crate::verdict::waits::Wait;

/// The most steps that one step passes over: a clock can go on for ever without anything to be seen.
const PASSED_MAX: usize = 10_000;

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
pub struct Told {
    who: Option<Poll>,
    touch: Touch,
    parts: Vec<Part>,
    /// The line that its task waits on now, or waited on until now.
    pub spot: Option<Spot>,
}

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// To the task, by its place in [`crate::text::thread::StepText`].
    Begins,
    Answered(Answer),
    InVain,
    Heard,
    Cancels,
    Starts(u32),
    Waits,
    WaitsAgain,
    Returned,
    Panicked,
    Recovered,
    GivesWay,
    Pends,
    Spawned,
    Woken,
    Runs,
    WaitOver,
    Aborted,
    Opened,
    /// To the run: the clock went on to this microsecond, so many became ready, and so on.
    Clock(u64),
    Ready(u32),
    Knob,
    Cancelled,
    Over,
    /// Nothing that is seen.
    Unseen(Unseen),
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Time,
    Value,
    Call,
    Sent,
    Case,
    Group,
    Lock,
    Signal,
}

/// What an event changed that nobody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unseen {
    Made,
    Handle,
    Timer,
    Level,
    Closed,
    Gone,
    Drew,
    Noted,
}

/// One poll on, or to the clock's next moment at which anything is seen.
pub fn poll(player: &mut Player) -> Told {
    let mut told = Told::over();
    for _ in 0..PASSED_MAX {
        let mut watch = Watch::default();
        if player.step_poll_told(&mut |ledger, _, step| watch.see(ledger, step)).is_none() {
            return Told::over();
        }
        told = watch.told(player.ledger(), player.trace());
        if told.parts.iter().any(|part| !matches!(part, Part::Clock(_))) {
            break;
        }
    }
    told
}

/// One event on.
pub fn event(player: &mut Player, reach: Reach) -> Told {
    let mut told = Told::over();
    for _ in 0..PASSED_MAX {
        let before = Before::of(player);
        let Some(step) = player.step_event() else { return Told::over() };
        told = before.told(step, player.ledger(), player.trace());
        if reach == Reach::Every || !told.is_unseen() {
            break;
        }
    }
    told
}

impl Told {
    fn over() -> Told {
        Told { who: None, touch: Touch::Stirred, parts: vec![Part::Over], spot: None }
    }

    /// Whether nothing of it is seen on the page.
    pub fn is_unseen(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Unseen(_)))
    }

    /// The task that it happened to, for the stage.
    pub fn held(&self) -> Option<Held> {
        Some(Held { task: self.who?, touch: self.touch })
    }

    /// What happened, in words; `line` is the number of its line in the listing, where that shows it.
    pub fn sentence(&self, line: Option<u32>, words: &Messages, tasks: &TaskWords) -> String {
        let say = &words.thread;
        let mut parts = self.parts.iter().map(|part| part.text(line, say));
        let mut text = parts.next().unwrap_or_default();
        for part in parts {
            text = fill(say.and, &[&text, &part]);
        }
        match self.who {
            Some(who) => fill(say.of_task, &[&name_of(who.role, who.task, who.scope, tasks), &text]),
            None => fill(say.of_run, &[&text]),
        }
    }
}

/// What is seen of a poll, event by event.
#[derive(Default)]
struct Watch {
    who: Option<Poll>,
    answer: Option<Answer>,
    /// How often its task was polled, this time included.
    polls: u32,
    has_answer: bool,
    starts: u32,
    woken: u32,
    parts: Vec<Part>,
    end: Option<Part>,
}

impl Watch {
    fn see(&mut self, ledger: &Ledger, step: Step) {
        match step.kind {
            "polled" => {
                self.who = ledger.last_polls(1).next();
                let task = step.task.and_then(|task| ledger.task(task));
                self.polls = task.map_or(0, |task| task.polls);
                self.answer = task.and_then(|task| task.waits().next()).map(|wait| answer(&wait));
            }
            "wait-over" => self.has_answer = true,
            "spawned" => self.starts += 1,
            "woken" => self.woken += 1,
            "returned" => self.end = Some(Part::Returned),
            "panicked" => self.end = Some(Part::Panicked),
            "preempted" => self.end = Some(Part::GivesWay),
            "pending" => {}
            "cancelled" if self.who.is_none() => self.note(Part::Cancelled),
            kind => {
                let part = part(kind, ledger);
                if !matches!(part, Part::Unseen(_)) {
                    self.note(part);
                }
            }
        }
    }

    fn note(&mut self, part: Part) {
        // Waits come and go within a poll; what is told is how it ended.
        if !matches!(part, Part::Waits) && !self.parts.contains(&part) {
            self.parts.push(part);
        }
    }

    fn told(self, ledger: &Ledger, trace: &Trace) -> Told {
        let Some(who) = self.who else {
            let mut parts = self.parts;
            // A clock that stops on its way has come to its end.
            parts.retain(|part| !matches!(part, Part::Clock(_)));
            let clock = Part::Clock(ledger.now_us());
            if !parts.contains(&Part::Knob) {
                parts.insert(0, clock);
            }
            parts.extend((self.woken > 0).then_some(Part::Ready(self.woken)));
            return Told { who: None, touch: Touch::Stirred, parts, spot: None };
        };
        let first = match self.answer {
            _ if self.polls == 1 => Part::Begins,
            Some(answer) if self.has_answer => Part::Answered(answer),
            Some(_) => Part::InVain,
            None => Part::Runs,
        };
        let mut parts = vec![first];
        let opens = self.parts.contains(&Part::Opened);
        parts.extend(self.parts);
        parts.extend((self.starts > 0 && !opens).then_some(Part::Starts(self.starts)));
        let spot = spot_of(ledger, trace, who.task);
        let waits = match (&spot, self.polls) {
            (None, _) => Part::Pends,
            (_, 1) => Part::Waits,
            _ => Part::WaitsAgain,
        };
        parts.push(self.end.unwrap_or(waits));
        Told { who: Some(who), touch: Touch::Ran, parts, spot }
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

    fn told(self, step: Step, ledger: &Ledger, trace: &Trace) -> Told {
        let part = part(step.kind, ledger);
        let is_of_run = matches!(part, Part::Clock(_) | Part::Knob | Part::Over | Part::Unseen(_));
        let task = step.task.filter(|_| !is_of_run);
        let part = if part == Part::Cancels && task.is_none() { Part::Cancelled } else { part };
        let ran = self.running.filter(|running| Some(running.task) == task);
        let who = task.and_then(|task| known(ledger, task).or(ran));
        let runs = ran.is_some() || task.is_some() && ledger.running() == task;
        let spot = match part {
            Part::WaitOver => self.spot,
            _ => task.and_then(|task| spot_of(ledger, trace, task)),
        };
        Told { who, touch: if runs { Touch::Ran } else { Touch::Stirred }, parts: vec![part], spot }
    }
}

fn known(ledger: &Ledger, task: TaskId) -> Option<Poll> {
    let task = ledger.task(task)?;
    Some(Poll { task: task.id, scope: task.scope, role: task.role, verdict: task.verdict })
}

/// Where a task waits.
fn spot_of(ledger: &Ledger, trace: &Trace, task: TaskId) -> Option<Spot> {
    let Place { file, line, .. } = trace.place(ledger.task(task)?.waits().next()?.head.place);
    Some(Spot { file: file.clone(), line: *line })
}

/// What ends such a wait.
fn answer(wait: &Wait<'_>) -> Answer {
    let calls = || wait.cases.iter().any(|case| WaitCase(*case).object() == ObjectId::OUTSIDE);
    match wait.head.reason {
        WaitReason::Sleep => Answer::Time,
        WaitReason::ChanReceive if calls() => Answer::Call,
        WaitReason::ChanReceive | WaitReason::ChanReceiveNil => Answer::Value,
        WaitReason::ChanSend | WaitReason::ChanSendNil => Answer::Sent,
        WaitReason::Select | WaitReason::SelectNoCases => Answer::Case,
        WaitReason::WaitGroupWait => Answer::Group,
        WaitReason::MutexLock | WaitReason::RwMutexLock | WaitReason::RwMutexRLock => Answer::Lock,
        WaitReason::CondWait => Answer::Signal,
    }
}

/// What a kind of event comes to, by the ledger's name for it.
fn part(kind: &str, ledger: &Ledger) -> Part {
    match kind {
        "advanced" => Part::Clock(ledger.now_us()),
        "scope-opened" => Part::Opened,
        "scope-closed" => Part::Cancelled,
        "spawned" => Part::Spawned,
        "woken" => Part::Woken,
        "polled" => Part::Runs,
        "pending" => Part::Pends,
        "preempted" => Part::GivesWay,
        "returned" => Part::Returned,
        "panicked" => Part::Panicked,
        "recovered" => Part::Recovered,
        "aborted" => Part::Aborted,
        "waits" => Part::Waits,
        "wait-over" => Part::WaitOver,
        "cancelled" => Part::Cancels,
        "heard" => Part::Heard,
        "input" => Part::Knob,
        "limit-hit" => Part::Over,
        "made" => Part::Unseen(Unseen::Made),
        "granted" | "revoked" | "stored" | "unstored" => Part::Unseen(Unseen::Handle),
        "armed" | "disarmed" => Part::Unseen(Unseen::Timer),
        "level" => Part::Unseen(Unseen::Level),
        "closed" => Part::Unseen(Unseen::Closed),
        "gone" => Part::Unseen(Unseen::Gone),
        "drew" => Part::Unseen(Unseen::Drew),
        _ => Part::Unseen(Unseen::Noted),
    }
}

impl Part {
    fn text(self, line: Option<u32>, words: &ThreadText) -> String {
        let say = &words.task;
        let at_line = |[somewhere, on_line]: [&'static str; 2]| match line {
            Some(line) => fill(on_line, &[&line.to_string()]),
            None => somewhere.to_owned(),
        };
        let text = match self {
            Part::Starts(tasks) => return say.starts.of(u64::from(tasks), &[]),
            Part::Waits => return at_line(say.waits),
            Part::WaitsAgain => return at_line(say.waits_again),
            Part::Clock(now_us) => return fill(words.clock, &[&number::exact_moment(now_us / 1_000)]),
            Part::Ready(tasks) => return words.ready.of(u64::from(tasks), &[]),
            Part::Answered(answer) => say.answered[answer as usize],
            Part::Begins => say.begins,
            Part::InVain => say.in_vain,
            Part::Heard => say.heard,
            Part::Cancels => say.cancels,
            Part::Returned => say.returned,
            Part::Panicked => say.panicked,
            Part::Recovered => say.recovered,
            Part::GivesWay => say.gives_way,
            Part::Pends => say.pends,
            Part::Spawned => say.spawned,
            Part::Woken => say.woken,
            Part::Runs => say.runs,
            Part::WaitOver => say.wait_over,
            Part::Aborted => say.aborted,
            Part::Opened => words.opened,
            Part::Knob => words.knob,
            Part::Cancelled => words.cancelled,
            Part::Over => words.over,
            Part::Unseen(unseen) => unseen.text(&words.unseen),
        };
        text.to_owned()
    }
}

impl Unseen {
    fn text(self, say: &UnseenText) -> &'static str {
        match self {
            Unseen::Made => say.made,
            Unseen::Handle => say.handle,
            Unseen::Timer => say.timer,
            Unseen::Level => say.level,
            Unseen::Closed => say.closed,
            Unseen::Gone => say.gone,
            Unseen::Drew => say.drew,
            Unseen::Noted => say.noted,
        }
    }
}
