//! Traces for tests, written by hand in a few words. Random ones are drawn in `worlds`.
//!
//! ```text
//! open                          ScopeOpened             made chan|timer|wg|mutex|ctx [o1]
//! spawn s1 parent [@4]          Spawned                 grant t1 o1!    somebody may send: Right::Send
//! poll t1; pending; return      …                       revoke t1 o1?   … receive: Right::Receive
//! wait send o1? [@7] [#1]       until somebody receives arm o1 1000; disarm o1; level o1 3; closed o1; gone o1
//! wait sleep 1000               length in µs            cancel o1; heard; drew; input k0 1; limit
//! over                          the running task's last wait is over
//! over send 1 [@7] [#1]         its wait with this reason and so many cases is over
//! +1000                         Advanced; also: wake t1; abort t1; close s1; panic; recovered
//! state [o1 …] [5 …]            State: looks at objects, words
//! store o1 o2!; unstore o1 o2!  a message in channel o1 carries a right on o2; in o0: at large
//! abortable t1                  Abortable: makes an object; who holds o1! on it may abort
//! context s1 o1                 ScopeContext; also: exposed t1; waker-kept; preempted
//! ```
//!
//! Objects and tasks are numbered from 1 in order; object 0 (`o0!`) is the outside world. Times may be `5ns`. Whoever
//! returns, panics or is aborted gives up first what it holds, as the engine does; `return kept` and `abort t1 kept` do
//! not: what it holds lives on somewhere.

use std::collections::BTreeMap;

use crate::trace::columns::Trace;
use crate::trace::event::{
    Event, Limit, ObjectId, ObjectKind, Panic, PlaceId, Right, Role, ScopeId, TaskId, WaitCase, WaitHead, WaitReason,
    sleep_words,
};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::Task;

/// A ledger of a script, judged and verified at its end.
pub(super) fn ledger(script: &str) -> Ledger {
    let mut ledger = Ledger::new();
    ledger.catch_up(&trace(script));
    ledger.settle();
    ledger.verify();
    assert_eq!(ledger.contradictions(), 0, "{script}");
    ledger
}

/// One line for each request task that is live, and one for the counts.
pub(super) fn show(ledger: &Ledger) -> String {
    let mut tasks: Vec<&Task> = ledger.tasks().filter(|task| task.is_counted()).collect();
    tasks.sort_by_key(|task| task.id);
    let mut text = String::new();
    for task in tasks {
        let leaked = task.leaked_us().map_or(String::new(), |at_us| format!(" since {at_us}"));
        text += &format!("t{} {} {:?}{leaked}\n", task.id.0, task.role.as_str(), task.verdict);
    }
    let counts = ledger.counts();
    text + &format!(
        "spawned {} alive {} leaked {} finished {}\n",
        counts.spawned, counts.alive, counts.leaked, counts.finished
    )
}

/// The trace of a script.
pub(super) fn trace(script: &str) -> Trace {
    let mut writer = Writer::default();
    for command in script.lines().flat_map(|line| line.split(';')).map(str::trim).filter(|command| !command.is_empty())
    {
        writer.write(command);
    }
    writer.trace
}

#[derive(Default)]
struct Writer {
    trace: Trace,
    /// The root's number outside of any poll.
    running: u32,
    tasks: u32,
    scopes: u32,
    objects: u32,
    waits: BTreeMap<u32, Vec<(WaitHead, u32)>>,
    holds: BTreeMap<u32, Vec<(ObjectId, Right)>>,
}

/// What stands behind a command's own words: `@7 #1`.
#[derive(Clone, Copy)]
struct Where {
    place: PlaceId,
    nth: u32,
}

impl Writer {
    fn write(&mut self, command: &str) {
        if let Some(by) = command.strip_prefix('+') {
            return self.trace.record(Event::Advanced { by_ns: nanoseconds(by) });
        }
        let mut words: Vec<&str> = command.split_whitespace().collect();
        let mut suffix = |mark: char| {
            let at = words.iter().position(|word| word.starts_with(mark));
            at.map_or(0, |at| number(&words.remove(at)[1..]))
        };
        let at = Where { place: PlaceId(suffix('@') as u16), nth: suffix('#') };
        let (verb, rest) = (words[0], &words[1..]);
        match verb {
            "spawn" => self.spawn(rest, at.place),
            "wait" => self.wait(rest, at),
            "over" => self.over(rest, at),
            "made" => self.made(rest),
            "state" => self.state(rest),
            "grant" | "revoke" | "store" | "unstore" => self.exchange(verb, rest),
            "return" | "panic" | "abort" => self.end(verb, rest),
            _ => self.simple(verb, rest),
        }
    }

    fn simple(&mut self, verb: &str, rest: &[&str]) {
        let id = rest.first().map_or(0, |word| number(&word[1..]));
        let amount = || nanoseconds(rest[1]);
        let (object, task) = (ObjectId(id), TaskId(id));
        let event = match verb {
            "open" => {
                self.scopes += 1;
                Event::ScopeOpened { scope: ScopeId(self.scopes) }
            }
            "close" => Event::ScopeClosed { scope: ScopeId(id) },
            "context" => Event::ScopeContext { scope: ScopeId(id), object: ObjectId(number(&rest[1][1..])) },
            "wake" => Event::Woken { task },
            "poll" => {
                self.running = id;
                Event::Polled { task }
            }
            "pending" => {
                self.running = 0;
                Event::Pending
            }
            "abortable" => {
                self.objects += 1;
                Event::Abortable { task, object: ObjectId(self.objects) }
            }
            "arm" => Event::Armed { object, in_ns: amount() },
            "level" => Event::Level { object, level: number(rest[1]) },
            "input" => Event::Input { knob: 0, value: 0 },
            _ => plain(verb, object, task),
        };
        self.trace.record(event);
    }

    fn end(&mut self, verb: &str, rest: &[&str]) {
        let task = if verb == "abort" { number(&rest[0][1..]) } else { self.running };
        if rest.last() != Some(&"kept") {
            for (object, right) in self.holds.remove(&task).unwrap_or_default() {
                self.trace.record(Event::Revoked { task: TaskId(task), object, right });
            }
        }
        if task == self.running {
            self.running = 0;
        }
        self.trace.record(match verb {
            "return" => Event::Returned,
            "abort" => Event::Aborted { task: TaskId(task) },
            _ => Event::Panicked { panic: Panic::SendOnClosed },
        });
    }

    fn spawn(&mut self, rest: &[&str], place: PlaceId) {
        let role = match rest[1] {
            "root" => Role::Root,
            "parent" => Role::Parent,
            "child" => Role::Child,
            other => panic!("{other}: no such role"),
        };
        self.tasks += 1;
        let (task, scope) = (TaskId(self.tasks), ScopeId(number(&rest[0][1..])));
        self.trace.record(Event::Spawned { task, parent: TaskId(self.running), scope, role, place });
    }

    fn wait(&mut self, rest: &[&str], at: Where) {
        let reason = reason(rest[0]);
        let cases: Vec<u32> = match reason {
            WaitReason::Sleep => {
                let (words, count) = sleep_words(nanoseconds(rest[1]));
                words[..count].to_vec()
            }
            _ => {
                let case = |word: &&str| right_on(word);
                rest[1..].iter().map(case).map(|(object, right)| WaitCase::new(object, right).0).collect()
            }
        };
        let head = WaitHead { place: at.place, reason, cases: cases.len() as u16 };
        self.waits.entry(self.running).or_default().push((head, at.nth));
        self.trace.record(Event::Waits { head, nth: at.nth, cases: &cases });
    }

    fn over(&mut self, rest: &[&str], at: Where) {
        let waits = self.waits.entry(self.running).or_default();
        let (head, nth) = match rest {
            [] => waits.pop().expect("it waits"),
            [reason_word, cases, ..] => {
                let cases = number(cases) as u16;
                (WaitHead { place: at.place, reason: reason(reason_word), cases }, at.nth)
            }
            _ => panic!("over: nothing, or a reason and a number of cases"),
        };
        waits.retain(|wait| *wait != (head, nth));
        self.trace.record(Event::WaitOver { head, nth });
    }

    fn made(&mut self, rest: &[&str]) {
        let kind = kind(rest[0]);
        self.objects += 1;
        let object = ObjectId(self.objects);
        let from = rest.get(1).map_or(ObjectId::OUTSIDE, |word| ObjectId(number(&word[1..])));
        self.trace.record(Event::Made { object, kind, capacity: 0, from });
        if kind == ObjectKind::Timer {
            self.holds.entry(self.running).or_default().push((object, Right::Send));
        }
    }

    fn state(&mut self, rest: &[&str]) {
        let (looks, words): (Vec<&str>, Vec<&str>) = rest.iter().partition(|word| word.starts_with('o'));
        let looks: Vec<u32> = looks.iter().map(|word| number(&word[1..])).collect();
        let words: Vec<u32> = words.iter().map(|word| number(word)).collect();
        self.trace.record(Event::State { looks: &looks, words: &words });
    }

    fn exchange(&mut self, verb: &str, rest: &[&str]) {
        let first = number(&rest[0][1..]);
        let (task, channel) = (TaskId(first), ObjectId(first));
        let (object, right) = right_on(rest[1]);
        let holds = self.holds.entry(first).or_default();
        self.trace.record(match verb {
            "grant" => {
                holds.push((object, right));
                Event::Granted { task, object, right }
            }
            "revoke" => {
                if let Some(at) = holds.iter().position(|held| *held == (object, right)) {
                    holds.remove(at);
                }
                Event::Revoked { task, object, right }
            }
            "store" => Event::Stored { channel, object, right },
            _ => Event::Unstored { channel, object, right },
        });
    }
}

fn plain(verb: &str, object: ObjectId, task: TaskId) -> Event<'static> {
    match verb {
        "exposed" => Event::Exposed { task },
        "waker-kept" => Event::WakerKept,
        "preempted" => Event::Preempted,
        "recovered" => Event::Recovered { panic: Panic::Value },
        "disarm" => Event::Disarmed { object },
        "closed" => Event::Closed { object },
        "cancel" => Event::Cancelled { object },
        "gone" => Event::Gone { object },
        "half-done" => Event::HalfDone { task },
        "heard" => Event::Heard,
        "drew" => Event::Drew,
        "limit" => Event::LimitHit { limit: Limit::Events },
        _ => panic!("{verb}: no such event"),
    }
}

fn number(word: &str) -> u32 {
    word.parse().unwrap_or_else(|_| panic!("{word}: not a number"))
}

fn nanoseconds(word: &str) -> u64 {
    match word.strip_suffix("ns") {
        Some(ns) => ns.parse().unwrap_or_else(|_| panic!("{word}: not a time")),
        None => 1_000 * word.parse::<u64>().unwrap_or_else(|_| panic!("{word}: not a time")),
    }
}

fn kind(word: &str) -> ObjectKind {
    match word {
        "chan" => ObjectKind::Channel,
        "timer" => ObjectKind::Timer,
        "ctx" => ObjectKind::Context,
        "wg" => ObjectKind::WaitGroup,
        "mutex" => ObjectKind::Mutex,
        other => panic!("{other}: no such kind"),
    }
}

fn right_on(word: &str) -> (ObjectId, Right) {
    let right = if word.ends_with('!') { Right::Send } else { Right::Receive };
    (ObjectId(number(&word[1..word.len() - 1])), right)
}

fn reason(word: &str) -> WaitReason {
    match word {
        "recv" => WaitReason::ChanReceive,
        "send" => WaitReason::ChanSend,
        "nil-recv" => WaitReason::ChanReceiveNil,
        "nil-send" => WaitReason::ChanSendNil,
        "select" => WaitReason::Select,
        "nothing" => WaitReason::SelectNoCases,
        "wg" => WaitReason::WaitGroupWait,
        "lock" => WaitReason::MutexLock,
        "sleep" => WaitReason::Sleep,
        other => panic!("{other}: no such reason"),
    }
}

fn spelled_right(object: ObjectId, right: Right) -> String {
    format!("o{}{}", object.0, if right == Right::Send { '!' } else { '?' })
}

/// An event in the language of this module.
pub(super) fn spelled(event: &Event<'_>) -> String {
    match event {
        Event::Advanced { by_ns } => format!("+{by_ns}ns"),
        Event::ScopeOpened { .. } => "open".into(),
        Event::ScopeClosed { scope } => format!("close s{}", scope.0),
        Event::Spawned { scope, role, .. } => format!("spawn s{} {}", scope.0, role.as_str()),
        Event::Woken { task } => format!("wake t{}", task.0),
        Event::Polled { task } => format!("poll t{}", task.0),
        Event::Pending => "pending".into(),
        Event::Preempted => "preempted".into(),
        Event::WakerKept => "waker-kept".into(),
        Event::Returned => "return kept".into(),
        Event::Aborted { task } => format!("abort t{} kept", task.0),
        Event::State { looks, words } => {
            let looks: String = looks.iter().map(|object| format!(" o{object}")).collect();
            let words: String = words.iter().map(|word| format!(" {word}")).collect();
            format!("state{looks}{words}")
        }
        Event::Exposed { task } => format!("exposed t{}", task.0),
        Event::Abortable { task, .. } => format!("abortable t{}", task.0),
        Event::ScopeContext { scope, object } => format!("context s{} o{}", scope.0, object.0),
        Event::Waits { head, nth, cases } => spelled_wait(*head, *nth, cases),
        Event::WaitOver { head, nth } => {
            format!("over {} {} @{} #{nth}", spelled_reason(head.reason), head.cases, head.place.0)
        }
        Event::Made { kind, from, .. } if from.0 == 0 => format!("made {}", spelled_kind(*kind)),
        Event::Made { kind, from, .. } => format!("made {} o{}", spelled_kind(*kind), from.0),
        Event::Granted { task, object, right } => format!("grant t{} {}", task.0, spelled_right(*object, *right)),
        Event::Revoked { task, object, right } => format!("revoke t{} {}", task.0, spelled_right(*object, *right)),
        Event::Stored { channel, object, right } => format!("store o{} {}", channel.0, spelled_right(*object, *right)),
        Event::Unstored { channel, object, right } => {
            format!("unstore o{} {}", channel.0, spelled_right(*object, *right))
        }
        Event::Gone { object } => format!("gone o{}", object.0),
        Event::HalfDone { task } => format!("half-done t{}", task.0),
        Event::Armed { object, in_ns } => format!("arm o{} {in_ns}ns", object.0),
        Event::Disarmed { object } => format!("disarm o{}", object.0),
        Event::Level { object, level } => format!("level o{} {level}", object.0),
        Event::Cancelled { object } => format!("cancel o{}", object.0),
        Event::Heard => "heard".into(),
        Event::Drew => "drew".into(),
        Event::Input { .. } => "input k0 1".into(),
        _ => panic!("{event:?} is not drawn"),
    }
}

fn spelled_wait(head: WaitHead, nth: u32, cases: &[u32]) -> String {
    let cases: String = match head.reason {
        WaitReason::Sleep => format!(" {}", cases[0]),
        _ => cases
            .iter()
            .map(|word| WaitCase(*word))
            .map(|case| format!(" {}", spelled_right(case.object(), case.freed_by())))
            .collect(),
    };
    format!("wait {}{cases} @{} #{nth}", spelled_reason(head.reason), head.place.0)
}

fn spelled_reason(reason: WaitReason) -> &'static str {
    match reason {
        WaitReason::Sleep => "sleep",
        WaitReason::ChanReceive => "recv",
        WaitReason::SelectNoCases => "nothing",
        _ => "select",
    }
}

fn spelled_kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Channel => "chan",
        ObjectKind::Timer => "timer",
        ObjectKind::Context => "ctx",
        _ => "mutex",
    }
}
