//! Random loops in a request that is over: whoever is called a runaway must never return.
//!
//! Each task is a small machine that sleeps, sends, receives and counts, and may return when it has counted far enough. All
//! of them run on a fifo queue, as the engine's tasks do. Some say what their next steps depend on, some say nothing.

use std::collections::VecDeque;

use crate::trace::columns::Trace;
use crate::trace::event::{
    Event, ObjectId, ObjectKind, PlaceId, Right, Role, ScopeId, TaskId, WaitCase, WaitHead, WaitReason,
};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::Verdict;
use crate::verdict::worlds::{Draw, seeds, tried};

/// Operations that a machine does in one poll before it has to sleep.
const OPERATIONS_MAX: u32 = 12;

#[derive(Clone, Copy)]
enum Operation {
    Sleep(u64),
    Send(usize),
    Receive(usize),
    Count,
}

struct Machine {
    loops: Vec<Operation>,
    at: usize,
    count: u32,
    /// Returns at this count; 0 for never.
    returns_at: u32,
    declares: bool,
    waits: Option<(WaitHead, Vec<u32>)>,
}

struct House {
    trace: Trace,
    machines: Vec<Machine>,
    /// Who waits to send and who waits to receive, by channel.
    queues: Vec<[VecDeque<usize>; 2]>,
    ready: VecDeque<usize>,
    sleepers: Vec<(u64, usize)>,
    now_ns: u64,
}

fn task(machine: usize) -> TaskId {
    TaskId(machine as u32 + 2)
}

fn channel(number: usize) -> ObjectId {
    ObjectId(number as u32 + 1)
}

impl House {
    fn new(seed: u64) -> House {
        let mut draw = Draw::new(seed);
        let channels = 1 + draw.below(2);
        let machines: Vec<Machine> = (0..2 + draw.below(3)).map(|_| Machine::drawn(&mut draw, channels)).collect();
        let mut house = House {
            trace: Trace::new(),
            ready: (0..machines.len()).collect(),
            machines,
            queues: (0..channels).map(|_| Default::default()).collect(),
            sleepers: Vec::new(),
            now_ns: 0,
        };
        house.begin();
        house
    }

    fn begin(&mut self) {
        let spawned = |task, parent, role| Event::Spawned { task, parent, scope: ScopeId(1), role, place: PlaceId(0) };
        self.trace.record(Event::ScopeOpened { scope: ScopeId(1) });
        self.trace.record(spawned(TaskId(1), TaskId::ROOT, Role::Parent));
        self.trace.record(Event::Polled { task: TaskId(1) });
        for number in 0..self.queues.len() {
            let (object, kind) = (channel(number), ObjectKind::Channel);
            self.trace.record(Event::Made { object, kind, capacity: 0, from: ObjectId::OUTSIDE });
        }
        for machine in 0..self.machines.len() {
            self.trace.record(spawned(task(machine), TaskId(1), Role::Child));
            self.rights().for_each(|(object, right)| {
                self.trace.record(Event::Granted { task: task(machine), object, right });
            });
        }
        self.trace.record(Event::Returned);
    }

    fn rights(&self) -> impl Iterator<Item = (ObjectId, Right)> + use<> {
        let channels = self.queues.len();
        (0..channels).flat_map(|number| [(channel(number), Right::Send), (channel(number), Right::Receive)])
    }

    /// One poll, or one step of the clock. `false` when nothing will ever happen any more.
    fn step(&mut self) -> bool {
        if let Some(machine) = self.ready.pop_front() {
            self.poll(machine);
            return true;
        }
        let Some(until_ns) = self.sleepers.iter().map(|sleeper| sleeper.0).min() else { return false };
        self.trace.record(Event::Advanced { by_ns: until_ns - self.now_ns });
        self.now_ns = until_ns;
        let due: Vec<usize> =
            self.sleepers.iter().filter(|sleeper| sleeper.0 == until_ns).map(|sleeper| sleeper.1).collect();
        self.sleepers.retain(|sleeper| sleeper.0 != until_ns);
        due.into_iter().for_each(|machine| self.wake(machine));
        true
    }

    fn wake(&mut self, machine: usize) {
        self.trace.record(Event::Woken { task: task(machine) });
        self.ready.push_back(machine);
    }

    fn poll(&mut self, machine: usize) {
        self.trace.record(Event::Polled { task: task(machine) });
        if let Some((head, _)) = self.machines[machine].waits.take() {
            self.trace.record(Event::WaitOver { head, nth: 0 });
        }
        for _ in 0..OPERATIONS_MAX {
            let known = &mut self.machines[machine];
            let operation = known.loops[known.at % known.loops.len()];
            known.at += 1;
            match operation {
                Operation::Sleep(ns) => return self.sleep(machine, ns),
                Operation::Send(number) => match self.queues[number][1].pop_front() {
                    Some(receiver) => self.wake(receiver),
                    None => return self.wait(machine, number, Right::Receive),
                },
                Operation::Receive(number) => match self.queues[number][0].pop_front() {
                    Some(sender) => self.wake(sender),
                    None => return self.wait(machine, number, Right::Send),
                },
                Operation::Count => {
                    known.count += 1;
                    if known.count == known.returns_at {
                        return self.end(machine);
                    }
                }
            }
        }
        self.sleep(machine, 1_000);
    }

    fn sleep(&mut self, machine: usize, ns: u64) {
        self.sleepers.push((self.now_ns + ns, machine));
        self.pend(machine, WaitReason::Sleep, vec![(ns / 1_000) as u32]);
    }

    fn wait(&mut self, machine: usize, number: usize, freed_by: Right) {
        let (queue, reason) = match freed_by {
            Right::Receive => (0, WaitReason::ChanSend),
            Right::Send => (1, WaitReason::ChanReceive),
        };
        self.queues[number][queue].push_back(machine);
        self.pend(machine, reason, vec![WaitCase::new(channel(number), freed_by).0]);
    }

    fn pend(&mut self, machine: usize, reason: WaitReason, cases: Vec<u32>) {
        let known = &mut self.machines[machine];
        if known.declares {
            // Whoever never returns need not say how far it has counted: nothing depends on it.
            let count = if known.returns_at == 0 { 0 } else { known.count };
            let at = (known.at % known.loops.len()) as u32;
            self.trace.record(Event::State { looks: &[], words: &[at, count] });
        }
        let head = WaitHead { place: PlaceId(0), reason, cases: 1 };
        self.trace.record(Event::Waits { head, nth: 0, cases: &cases });
        self.trace.record(Event::Pending);
        known.waits = Some((head, cases));
    }

    fn end(&mut self, machine: usize) {
        self.rights().for_each(|(object, right)| {
            self.trace.record(Event::Revoked { task: task(machine), object, right });
        });
        self.trace.record(Event::Returned);
    }
}

impl Machine {
    fn drawn(draw: &mut Draw, channels: usize) -> Machine {
        let mut operation = || match draw.below(5) {
            0 | 1 => Operation::Sleep(1_000 * (1 + draw.below(3) as u64)),
            2 => Operation::Send(draw.below(channels)),
            3 => Operation::Receive(draw.below(channels)),
            _ => Operation::Count,
        };
        let loops = (0..4).map(|_| operation()).collect();
        let returns_at = if draw.below(2) == 0 { 0 } else { 1 + draw.below(40) as u32 };
        Machine { loops, at: 0, count: 0, returns_at, declares: draw.below(5) > 0, waits: None }
    }
}

/// How many were called runaways, and how many were unproven at the end.
fn check(seed: u64) -> (usize, usize) {
    let mut house = House::new(seed);
    let mut ledger = Ledger::new();
    let mut called = vec![false; house.machines.len()];
    for _ in 0..1_500 {
        if !house.step() {
            break;
        }
        ledger.catch_up(&house.trace);
        ledger.settle();
        for (machine, called) in called.iter_mut().enumerate() {
            let verdict = ledger.task(task(machine)).map(|task| task.verdict);
            assert!(!*called || verdict.is_some(), "a runaway returned: seed {seed}");
            *called |= verdict == Some(Verdict::Runaway);
        }
    }
    ledger.verify();
    assert_eq!(ledger.contradictions(), 0, "seed {seed}");
    let unproven = ledger.tasks().filter(|task| task.verdict == Verdict::Unproven).count();
    (called.iter().filter(|called| **called).count(), unproven)
}

#[test]
fn no_runaway_ever_returns() {
    let (mut runaways, mut unproven) = (0, 0);
    for seed in seeds() {
        let (new_runaways, new_unproven) = check(seed);
        (runaways, unproven) = (runaways + new_runaways, unproven + new_unproven);
    }
    assert!(runaways as u64 > tried() / 4, "some run for ever: {runaways}");
    assert!(unproven as u64 > tried() / 20, "some are not proven: {unproven}");
}
