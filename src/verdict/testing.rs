//! Traces for tests: written by hand in a few words, or drawn at random from a small model of a run.
//!
//! ```text
//! open                          ScopeOpened             made chan|timer|wg|mutex|ctx [o1]
//! spawn s1 parent [@4]          Spawned                 grant t1 o1!    somebody may send: Right::Send
//! poll t1; pending; return      …                       revoke t1 o1?   … receive: Right::Receive
//! wait send o1? [@7]            until somebody receives arm o1 1000; disarm o1; level o1 3; closed o1
//! wait sleep 3 1000             progress, length in µs  cancel o1; heard; drew; input k0 1; limit
//! over                          the running task's last wait is over
//! +1000                         Advanced; also: wake t1; abort t1; close s1; panic
//! ```
//!
//! Objects and tasks are numbered from 1 in order; object 0 (`o0!`) is the outside world.

use std::collections::BTreeMap;

use crate::trace::columns::Trace;
use crate::trace::event::{
    Event, Limit, ObjectId, ObjectKind, Panic, PlaceId, Right, Role, ScopeId, TaskId, WaitCase, WaitHead, WaitReason,
};
use crate::verdict::ledger::{Ledger, Task};

/// A ledger of a script, judged and verified at its end.
pub(super) fn ledger(script: &str) -> Ledger {
    let mut ledger = Ledger::new();
    ledger.catch_up(&trace(script));
    ledger.settle();
    ledger.verify();
    ledger
}

/// One line for each request task that is live, and one for the counts.
pub(super) fn show(ledger: &Ledger) -> String {
    let mut tasks: Vec<&Task> = ledger.tasks().filter(|task| task.is_counted()).collect();
    tasks.sort_by_key(|task| task.id);
    let mut text = String::new();
    for task in tasks {
        let leaked = task.leaked_us.map_or(String::new(), |at_us| format!(" since {at_us}"));
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
    let lines = script.lines().map(|line| line.split('#').next().unwrap_or(""));
    for command in lines.flat_map(|line| line.split(';')).map(str::trim).filter(|command| !command.is_empty()) {
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
    waits: BTreeMap<u32, Vec<WaitHead>>,
}

impl Writer {
    fn write(&mut self, command: &str) {
        if let Some(by_us) = command.strip_prefix('+') {
            return self.trace.record(Event::Advanced { by_us: number(by_us) });
        }
        let mut words: Vec<&str> = command.split_whitespace().collect();
        let place = words.iter().position(|word| word.starts_with('@')).map(|index| words.remove(index));
        let place = PlaceId(place.map_or(0, |place| number(&place[1..]) as u16));
        let (verb, rest) = (words[0], &words[1..]);
        match verb {
            "spawn" => self.spawn(rest, place),
            "wait" => self.wait(rest, place),
            "made" => self.made(rest),
            "grant" | "revoke" => self.exchange(verb, rest),
            _ => self.simple(verb, rest),
        }
    }

    fn simple(&mut self, verb: &str, rest: &[&str]) {
        let id = rest.first().map_or(0, |word| number(&word[1..]));
        let amount = rest.get(1).map_or(0, |word| number(word));
        let object = ObjectId(id);
        let event = match verb {
            "open" => {
                self.scopes += 1;
                Event::ScopeOpened { scope: ScopeId(self.scopes) }
            }
            "close" => Event::ScopeClosed { scope: ScopeId(id) },
            "wake" => Event::Woken { task: TaskId(id) },
            "poll" => {
                self.running = id;
                Event::Polled { task: TaskId(id) }
            }
            "pending" | "return" | "panic" => self.end_poll(verb),
            "abort" => Event::Aborted { task: TaskId(id) },
            "over" => {
                let heads = self.waits.get_mut(&self.running).expect("it waits");
                Event::WaitOver { head: heads.pop().expect("it waits") }
            }
            "arm" => Event::Armed { object, in_us: amount },
            "disarm" => Event::Disarmed { object },
            "level" => Event::Level { object, level: amount },
            "closed" => Event::Closed { object },
            "cancel" => Event::Cancelled { object },
            "heard" => Event::Heard,
            "drew" => Event::Drew,
            "input" => Event::Input { knob: 0, value: amount },
            "limit" => Event::LimitHit { limit: Limit::Events },
            _ => panic!("{verb}: no such event"),
        };
        self.trace.record(event);
    }

    fn end_poll(&mut self, verb: &str) -> Event<'static> {
        self.running = 0;
        match verb {
            "pending" => Event::Pending,
            "return" => Event::Returned,
            _ => Event::Panicked { panic: Panic::SendOnClosed },
        }
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

    fn wait(&mut self, rest: &[&str], place: PlaceId) {
        let reason = reason(rest[0]);
        let cases: Vec<u32> = match reason {
            WaitReason::Sleep => rest[1..].iter().map(|word| number(word)).collect(),
            _ => rest[1..]
                .iter()
                .map(|word| right_on(word))
                .map(|(object, right)| WaitCase::new(object, right).0)
                .collect(),
        };
        let head = WaitHead { place, reason, cases: cases.len() as u8 };
        self.waits.entry(self.running).or_default().push(head);
        self.trace.record(Event::Waits { head, cases: &cases });
    }

    fn made(&mut self, rest: &[&str]) {
        let kind = match rest[0] {
            "chan" => ObjectKind::Channel,
            "timer" => ObjectKind::Timer,
            "ctx" => ObjectKind::Context,
            "wg" => ObjectKind::WaitGroup,
            "mutex" => ObjectKind::Mutex,
            other => panic!("{other}: no such kind"),
        };
        self.objects += 1;
        let from = rest.get(1).map_or(ObjectId::OUTSIDE, |word| ObjectId(number(&word[1..])));
        self.trace.record(Event::Made { object: ObjectId(self.objects), kind, capacity: 0, from });
    }

    fn exchange(&mut self, verb: &str, rest: &[&str]) {
        let task = TaskId(number(&rest[0][1..]));
        let (object, right) = right_on(rest[1]);
        self.trace.record(match verb {
            "grant" => Event::Granted { task, object, right },
            _ => Event::Revoked { task, object, right },
        });
    }
}

fn number(word: &str) -> u32 {
    word.parse().unwrap_or_else(|_| panic!("{word}: not a number"))
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

/// Numbers drawn from a seed (splitmix64): the same everywhere, unlike a library's next version.
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(seed: u64) -> Draw {
        Draw(seed)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % bound as u64) as usize
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() { None } else { Some(from[self.below(from.len())].clone()) }
    }
}

/// A task of the model.
#[derive(Clone, Default)]
struct Actor {
    scope: u32,
    role: Option<Role>,
    holds: Vec<(u32, Right)>,
    waits: Vec<(WaitHead, Vec<u32>)>,
    is_waiting: bool,
    is_queued: bool,
    is_gone: bool,
}

/// A run in which tasks do whatever the grammar of a trace and the meaning of rights allow: only a holder of a right
/// wakes whoever waits for it, and only who holds a right passes it on.
pub(super) struct World {
    pub(super) trace: Trace,
    draw: Draw,
    actors: Vec<Actor>,
    /// Kind, what it was derived from, and whether it is armed.
    objects: Vec<(ObjectKind, u32, bool)>,
    over: Vec<bool>,
    /// Each scope's context.
    contexts: Vec<Option<u32>>,
    running: Option<u32>,
}

impl World {
    pub(super) fn new(seed: u64) -> World {
        let outside = (ObjectKind::Channel, 0, false);
        World {
            trace: Trace::new(),
            draw: Draw::new(seed),
            actors: vec![Actor { role: Some(Role::Root), ..Actor::default() }],
            objects: vec![outside],
            over: vec![false],
            contexts: vec![None],
            running: None,
        }
    }

    /// One thing happens.
    pub(super) fn step(&mut self) {
        match self.running {
            Some(task) => self.act(task),
            None => self.choose(),
        }
    }

    fn choose(&mut self) {
        let queued: Vec<u32> = self.tasks(|actor| actor.is_queued);
        match self.draw.pick(&queued) {
            Some(task) if !self.draw.one_in(20) => {
                self.trace.record(Event::Polled { task: TaskId(task) });
                // These tasks are moved by chance, and a proof that one runs for ever needs one that is not.
                self.trace.record(Event::Drew);
                self.actors[task as usize].is_queued = false;
                self.actors[task as usize].is_waiting = false;
                self.running = Some(task);
            }
            Some(_) => self.act_from_outside(),
            None => self.rest(),
        }
    }

    fn act_from_outside(&mut self) {
        match self.draw.below(4) {
            0 => self.open(),
            1 => self.trace.record(Event::Input { knob: 0, value: 0 }),
            2 if self.draw.one_in(4) => {
                let all = self.tasks(|actor| actor.is_waiting);
                if let Some(task) = self.draw.pick(&all) {
                    self.trace.record(Event::Aborted { task: TaskId(task) });
                    self.forget(task);
                }
            }
            _ => self.wake_by_clock(),
        }
    }

    fn rest(&mut self) {
        let by_us = 1 + self.draw.below(3) as u32;
        self.trace.record(Event::Advanced { by_us });
        match self.draw.below(12) {
            0 if self.over.len() > 1 => {
                let scope = 1 + self.draw.below(self.over.len() - 1);
                self.over[scope] = true;
                self.trace.record(Event::ScopeClosed { scope: ScopeId(scope as u32) });
            }
            1 | 2 => self.open(),
            _ => self.wake_by_clock(),
        }
    }

    fn open(&mut self) {
        if self.over.len() > 8 && !self.draw.one_in(30) {
            return;
        }
        self.trace.record(Event::ScopeOpened { scope: ScopeId(self.over.len() as u32) });
        self.over.push(false);
        self.contexts.push(None);
        self.spawn(0, self.over.len() as u32 - 1, Role::Parent);
    }

    fn wake_by_clock(&mut self) {
        let able = self.tasks(|actor| actor.is_waiting && !actor.is_queued);
        let able: Vec<u32> = able.into_iter().filter(|task| self.can_wake_by_itself(*task)).collect();
        if let Some(task) = self.draw.pick(&able) {
            self.wake(task);
        }
    }

    fn can_wake_by_itself(&self, task: u32) -> bool {
        let actor = &self.actors[task as usize];
        let hears = actor.scope == 0 || !self.over[actor.scope as usize];
        actor.waits.iter().any(|(head, cases)| {
            head.reason == WaitReason::Sleep
                || cases.iter().map(|word| WaitCase(*word)).any(|case| match case.object().0 {
                    0 => hears,
                    object => {
                        let armed = |object: u32| self.objects[object as usize].2;
                        case.freed_by() == Right::Send && self.lineage(object).into_iter().any(armed)
                    }
                })
        })
    }

    fn lineage(&self, mut object: u32) -> Vec<u32> {
        let mut lineage = vec![object];
        while self.objects[object as usize].0 == ObjectKind::Context && self.objects[object as usize].1 != 0 {
            object = self.objects[object as usize].1;
            lineage.push(object);
        }
        lineage
    }

    fn tasks(&self, which: impl Fn(&Actor) -> bool) -> Vec<u32> {
        let all = self.actors.iter().enumerate().skip(1);
        all.filter(|(_, actor)| !actor.is_gone && which(actor)).map(|(task, _)| task as u32).collect()
    }

    fn wake(&mut self, task: u32) {
        self.trace.record(Event::Woken { task: TaskId(task) });
        self.actors[task as usize].is_queued = true;
    }

    fn act(&mut self, task: u32) {
        match self.draw.below(16) {
            0 if self.actors.len() < 40 || self.draw.one_in(4) => {
                let Actor { scope, role, .. } = self.actors[task as usize];
                let role = if role == Some(Role::Root) { Role::Root } else { Role::Child };
                self.spawn(task, scope, role);
            }
            1 => self.make(task),
            2 | 3 => self.pass_on(task),
            4 => self.give_up(task),
            5 | 6 => self.operate(task),
            7 => self.arm(task),
            8 => self.end_wait(task),
            9 => self.trivial(task),
            10 if self.draw.one_in(3) => self.end(task),
            11..14 => self.begin_wait(task),
            _ => {
                self.running = None;
                self.actors[task as usize].is_waiting = !self.actors[task as usize].is_queued;
                self.trace.record(Event::Pending);
            }
        }
    }

    fn trivial(&mut self, task: u32) {
        let holds = self.actors[task as usize].holds.clone();
        match (self.draw.below(5), self.draw.pick(&holds)) {
            (0, _) => self.trace.record(Event::Heard),
            (1, _) => self.trace.record(Event::Drew),
            (2, Some((object, _))) => self.trace.record(Event::Level { object: ObjectId(object), level: 1 }),
            (3, Some((object, Right::Send))) if self.objects[object as usize].0 == ObjectKind::Context => {
                self.cancel(object);
            }
            (4, _) if !self.actors[task as usize].is_queued => self.wake(task),
            _ => {}
        }
    }

    fn cancel(&mut self, object: u32) {
        self.trace.record(Event::Cancelled { object: ObjectId(object) });
        for scope in 0..self.over.len() {
            let context = self.contexts[scope];
            self.over[scope] |= context.is_some_and(|context| self.lineage(context).contains(&object));
        }
    }

    fn spawn(&mut self, by: u32, scope: u32, role: Role) {
        let task = self.actors.len() as u32;
        self.trace.record(Event::Spawned {
            task: TaskId(task),
            parent: TaskId(by),
            scope: ScopeId(scope),
            role,
            place: PlaceId(0),
        });
        self.actors.push(Actor { scope, role: Some(role), is_queued: true, ..Actor::default() });
        for (object, right) in self.actors[by as usize].holds.clone() {
            if self.draw.one_in(2) {
                self.give(task, object, right);
            }
        }
    }

    fn give(&mut self, task: u32, object: u32, right: Right) {
        self.trace.record(Event::Granted { task: TaskId(task), object: ObjectId(object), right });
        self.actors[task as usize].holds.push((object, right));
    }

    fn make(&mut self, task: u32) {
        let kinds = [ObjectKind::Channel, ObjectKind::Timer, ObjectKind::Context, ObjectKind::Mutex];
        let kind = kinds[self.draw.below(4)];
        let contexts: Vec<u32> =
            (1..self.objects.len() as u32).filter(|o| self.objects[*o as usize].0 == ObjectKind::Context).collect();
        let from = match kind {
            ObjectKind::Context if self.draw.one_in(2) => self.draw.pick(&contexts).unwrap_or(0),
            _ => 0,
        };
        let object = self.objects.len() as u32;
        self.objects.push((kind, from, false));
        let Actor { scope, role, .. } = self.actors[task as usize];
        if kind == ObjectKind::Context && role != Some(Role::Root) {
            self.contexts[scope as usize].get_or_insert(object);
        }
        self.trace.record(Event::Made { object: ObjectId(object), kind, capacity: 0, from: ObjectId(from) });
        for right in [Right::Send, Right::Receive] {
            if !self.draw.one_in(4) {
                self.give(task, object, right);
            }
        }
    }

    fn pass_on(&mut self, task: u32) {
        let everybody = self.tasks(|_| true);
        let holds = self.actors[task as usize].holds.clone();
        if let (Some(to), Some((object, right))) = (self.draw.pick(&everybody), self.draw.pick(&holds)) {
            self.give(to, object, right);
        }
    }

    fn give_up(&mut self, task: u32) {
        if self.actors[task as usize].holds.is_empty() {
            return;
        }
        let index = self.draw.below(self.actors[task as usize].holds.len());
        let (object, right) = self.actors[task as usize].holds.swap_remove(index);
        self.trace.record(Event::Revoked { task: TaskId(task), object: ObjectId(object), right });
    }

    /// Wakes somebody who waits for a right that this task holds.
    fn operate(&mut self, task: u32) {
        let holds = self.actors[task as usize].holds.clone();
        let waiting = self.tasks(|actor| actor.is_waiting && !actor.is_queued);
        let able: Vec<u32> = waiting
            .into_iter()
            .filter(|other| {
                self.actors[*other as usize].waits.iter().filter(|wait| wait.0.reason != WaitReason::Sleep).any(
                    |(_, cases)| {
                        cases.iter().map(|word| WaitCase(*word)).any(|case| {
                            let lineage = self.lineage(case.object().0);
                            lineage.iter().any(|object| holds.contains(&(*object, case.freed_by())))
                        })
                    },
                )
            })
            .collect();
        if let Some(other) = self.draw.pick(&able) {
            self.wake(other);
        }
    }

    fn arm(&mut self, task: u32) {
        let holds = self.actors[task as usize].holds.clone();
        let Some((object, Right::Send)) = self.draw.pick(&holds) else { return };
        let armed = &mut self.objects[object as usize].2;
        *armed = !*armed;
        let armed = *armed;
        let object = ObjectId(object);
        self.trace.record(if armed { Event::Armed { object, in_us: 3 } } else { Event::Disarmed { object } });
    }

    fn begin_wait(&mut self, task: u32) {
        if self.actors[task as usize].waits.len() > 1 {
            return;
        }
        let place = PlaceId(self.draw.below(4) as u16);
        let (reason, cases) = match self.draw.below(10) {
            0 => (WaitReason::Sleep, vec![self.draw.below(3) as u32, 5]),
            1 => (WaitReason::ChanReceive, vec![WaitCase::new(ObjectId::OUTSIDE, Right::Send).0]),
            2 => (WaitReason::SelectNoCases, vec![]),
            _ => (WaitReason::Select, self.cases()),
        };
        let head = WaitHead { place, reason, cases: cases.len() as u8 };
        if self.actors[task as usize].waits.iter().any(|wait| wait.0 == head) {
            return;
        }
        self.trace.record(Event::Waits { head, cases: &cases });
        self.actors[task as usize].waits.push((head, cases));
    }

    fn cases(&mut self) -> Vec<u32> {
        let count = 1 + self.draw.below(3);
        let recent = self.objects.len().saturating_sub(8);
        let mut case = || {
            let object = recent + self.draw.below(self.objects.len() - recent);
            let right = if self.draw.one_in(3) { Right::Receive } else { Right::Send };
            WaitCase::new(ObjectId(object as u32), right).0
        };
        (0..count).map(|_| case()).filter(|word| *word > 1).collect()
    }

    fn end_wait(&mut self, task: u32) {
        if let Some((head, _)) = self.actors[task as usize].waits.pop() {
            self.trace.record(Event::WaitOver { head });
        }
    }

    fn end(&mut self, task: u32) {
        self.running = None;
        self.trace.record(Event::Returned);
        self.forget(task);
    }

    fn forget(&mut self, task: u32) {
        let Actor { scope, role, .. } = self.actors[task as usize];
        self.over[scope as usize] |= role == Some(Role::Parent);
        self.actors[task as usize] = Actor { is_gone: true, ..Actor::default() };
    }
}

/// How many worlds a property is tried on: few by default, more with `PILEUP_SEEDS=20000`.
pub(super) fn seeds() -> u64 {
    std::env::var("PILEUP_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(400)
}
