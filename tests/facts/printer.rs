//! A trace as text: a line for each poll, with the facts about handles, exposure and ends in it.
//!
//! Objects are named by their kind and number: `c1` a channel, `k2` a context, `w3` a timer, `g4` a wait group, `m5` a mutex,
//! `r6` an RWMutex, `n7` a cond, `a8` a task for whoever may abort it. `c1!` is the right to send on it and to close it, `c1?`
//! the right to receive.

use expect_test::Expect;
use pileup::executor::engine::{Config, Engine};
use pileup::executor::timers::Instant;
use pileup::trace::columns::{Reader, Trace};
use pileup::trace::event::{Event, ObjectId, ObjectKind, Right, TaskId, WaitCase, WaitReason};

/// Runs a program for ten seconds of virtual time and compares the facts that were recorded.
pub(crate) fn check(program: impl FnOnce(), expect: &Expect) {
    expect.assert_eq(&print(play(program).trace()));
}

/// Runs a program for ten seconds of virtual time.
pub(crate) fn play(program: impl FnOnce()) -> Engine {
    let mut engine = Engine::new(Config::default());
    engine.start(program);
    engine.run_to(Instant::from_secs(10), u64::MAX);
    engine
}

/// How many facts there are of some kind.
pub(crate) fn count(trace: &Trace, of: impl Fn(&Event<'_>) -> bool) -> usize {
    let mut reader = Reader::new();
    std::iter::from_fn(|| reader.next(trace).map(|event| of(&event))).filter(|counted| *counted).count()
}

pub(crate) fn print(trace: &Trace) -> String {
    let mut printer = Printer { kinds: vec!['o'], lines: String::new(), line: Vec::new() };
    let mut reader = Reader::new();
    let mut running = TaskId::ROOT;
    while let Some(event) = reader.next(trace) {
        if matches!(event, Event::Polled { .. }) {
            printer.end_line(running);
        }
        printer.event(event, running);
        if reader.running() != running {
            if !matches!(event, Event::Polled { .. }) {
                printer.end_line(running);
            }
            running = reader.running();
        }
    }
    printer.end_line(running);
    printer.lines
}

struct Printer {
    /// The letter of each object's kind.
    kinds: Vec<char>,
    lines: String,
    line: Vec<String>,
}

impl Printer {
    fn event(&mut self, event: Event<'_>, running: TaskId) {
        let text = match event {
            Event::Made { object, kind, .. } => {
                self.kinds.push(letter(kind));
                format!("makes {}", self.name(object))
            }
            Event::Abortable { task: aborted, object } => {
                self.kinds.push('a');
                format!("{} is {}", self.name(object), task(aborted))
            }
            Event::Spawned { task: spawned, .. } => format!("spawns {}", task(spawned)),
            Event::Granted { task: by, object, right } => format!("{} gains {}", task(by), self.right(object, right)),
            Event::Revoked { task: by, object, right } => format!("{} loses {}", task(by), self.right(object, right)),
            Event::Stored { channel, object, right } => {
                format!("{} gains {}", self.keeper(channel), self.right(object, right))
            }
            Event::Unstored { channel, object, right } => {
                format!("{} loses {}", self.keeper(channel), self.right(object, right))
            }
            Event::Gone { object } => format!("{} gone", self.name(object)),
            Event::Exposed { task: TaskId::ROOT } => "everybody exposed".into(),
            Event::Exposed { task: exposed } => format!("{} exposed", task(exposed)),
            Event::Waits { head, nth, cases } => {
                let number = if nth == 0 { String::new() } else { format!(" #{nth}") };
                let cases = if head.reason == WaitReason::Sleep { &[] } else { cases };
                let cases: String = cases.iter().map(|word| format!(" {}", self.case(WaitCase(*word)))).collect();
                format!("waits{number} in {}{cases}", head.reason.as_str())
            }
            Event::WaitOver { nth: 0, .. } => "wait over".into(),
            Event::WaitOver { nth, .. } => format!("wait #{nth} over"),
            Event::WakerKept => "waker kept".into(),
            Event::Preempted => "preempted".into(),
            Event::Recovered { panic } => format!("recovers from {}", panic.as_str()),
            Event::Panicked { panic } => format!("dies of {}", panic.as_str()),
            Event::Returned => "returns".into(),
            Event::Closed { object } => format!("closes {}", self.name(object)),
            Event::Aborted { task: aborted } => format!("{} aborted", task(aborted)),
            _ => return,
        };
        let own = format!("{} ", task(running));
        self.line.push(text.strip_prefix(&own).map_or(text.clone(), str::to_owned));
    }

    fn end_line(&mut self, running: TaskId) {
        if !self.line.is_empty() {
            self.lines += &format!("{}: {}\n", task(running), self.line.join(", "));
            self.line.clear();
        }
    }

    fn name(&self, object: ObjectId) -> String {
        format!("{}{}", self.kinds[object.0 as usize], object.0)
    }

    fn right(&self, object: ObjectId, right: Right) -> String {
        self.name(object) + if right == Right::Send { "!" } else { "?" }
    }

    fn case(&self, case: WaitCase) -> String {
        self.right(case.object(), case.freed_by())
    }

    /// Where a right is that no task has.
    fn keeper(&self, channel: ObjectId) -> String {
        if channel == ObjectId::OUTSIDE { "anybody".into() } else { self.name(channel) }
    }
}

fn task(task: TaskId) -> String {
    if task == TaskId::ROOT { "root".into() } else { format!("t{}", task.0) }
}

fn letter(kind: ObjectKind) -> char {
    match kind {
        ObjectKind::Channel => 'c',
        ObjectKind::Timer => 'w',
        ObjectKind::Context => 'k',
        ObjectKind::WaitGroup => 'g',
        ObjectKind::Mutex => 'm',
        ObjectKind::RwMutex => 'r',
        ObjectKind::Cond => 'n',
        ObjectKind::Task => 'a',
    }
}
