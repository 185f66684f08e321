//! No verdict is contradicted by its own run, whatever the program: the oracle.
//!
//! Random programs that use everything the vocabulary has (and what Rust adds to it: closures, shared memory, foreign
//! wakers, aborts) run on the real engine, and the ledger judges them at each moment of rest. Whoever was called stranded
//! must never be woken, polled or aborted after that; whoever was proven a runaway must never end. `PILEUP_SEEDS=100000`
//! tries more of them.

mod interpreter;
mod past;
mod program;
#[path = "../property/mod.rs"]
mod property;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pileup::executor::config::{Config, Order};
use pileup::executor::engine::{Engine, Progress};
use pileup::executor::limits::Limits;
use pileup::executor::rng::{Rng, Stream};
use pileup::executor::timers::Instant;
use pileup::trace::columns::Reader;
use pileup::trace::event::{Event, Role, TaskId};
use pileup::verdict::drain::{self, Drain};
use pileup::verdict::ledger::Ledger;
use pileup::verdict::model::Verdict;

use crate::program::Script;
use crate::property::seeds;

/// Steps of the clock that a run gets before it is drained, and after.
const STEPS: usize = 150;

/// What was claimed of a task, and by how many inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    Stranded,
    Runaway(u32),
}

/// How often something was claimed, to see that the test tries anything.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    stranded: u32,
    runaway: u32,
    unproven: u32,
    stopped: u32,
}

struct Run {
    engine: Engine,
    ledger: Ledger,
    reader: Reader,
    claims: BTreeMap<TaskId, Claim>,
    inputs: u32,
    seen: Seen,
}

impl Run {
    fn new(script: &Script, seed: u32, order: Order) -> Run {
        let limits = Limits {
            polls_per_instant_max: 5_000,
            operations_per_instant_max: 40_000,
            tasks_alive_max: 250,
            ..Limits::default()
        };
        let mut engine = Engine::new(Config { seed, inputs: vec![0], order, limits });
        engine.start(|| interpreter::start(script));
        let (claims, seen) = (BTreeMap::new(), Seen::default());
        Run { engine, ledger: Ledger::new(), reader: Reader::new(), claims, inputs: 0, seen }
    }

    /// Judges at rest, notes what is claimed, and looks whether anything before was contradicted.
    fn judge(&mut self) -> Result<(), String> {
        self.check_claims()?;
        self.ledger.catch_up(self.engine.trace());
        self.ledger.settle();
        if self.ledger.contradictions() > 0 {
            return Err(format!("the ledger contradicts itself at {}", self.ledger.now_us()));
        }
        for task in self.ledger.tasks() {
            let claim = match task.verdict {
                Verdict::Stranded => Claim::Stranded,
                Verdict::Runaway => Claim::Runaway(self.inputs),
                Verdict::Unproven => {
                    self.seen.unproven += 1;
                    continue;
                }
                Verdict::Working | Verdict::Stopping => continue,
            };
            let before = self.claims.get(&task.id).copied();
            if before.is_none() {
                match claim {
                    Claim::Stranded => self.seen.stranded += 1,
                    Claim::Runaway(_) => self.seen.runaway += 1,
                }
            }
            if before.is_none_or(|before| before != claim) {
                self.claims.insert(task.id, claim);
            }
        }
        Ok(())
    }

    /// Reads what was recorded since the last time, on its own account and not by the ledger's.
    fn check_claims(&mut self) -> Result<(), String> {
        loop {
            let running = self.reader.running();
            let Some(event) = self.reader.next(self.engine.trace()) else { return Ok(()) };
            let (task, ends) = match event {
                Event::Woken { task } | Event::Polled { task } => (task, false),
                Event::Aborted { task } => (task, true),
                Event::Returned | Event::Panicked { .. } => (running, true),
                _ => continue,
            };
            match self.claims.get(&task) {
                Some(Claim::Stranded) => return Err(format!("{task:?} was stranded: {event:?}")),
                Some(Claim::Runaway(inputs)) if ends && *inputs == self.inputs => {
                    return Err(format!("{task:?} was a proven runaway: {event:?}"));
                }
                _ => {}
            }
        }
    }

    /// Up to the next moment at which something is due.
    fn advance(&mut self) -> Option<Progress> {
        let due = self.engine.next_due().unwrap_or(self.engine.played());
        let progress = self.engine.run_to(due, u64::MAX);
        (progress != Progress::Stopped).then_some(progress)
    }

    fn play(&mut self, draws: &mut Rng) -> Result<bool, String> {
        for _ in 0..STEPS {
            if self.advance().is_none() {
                self.seen.stopped += 1;
                self.check_claims()?;
                return Ok(false);
            }
            self.judge()?;
            if draws.below(40) == 0 {
                self.inputs += 1;
                self.engine.input(0, self.inputs);
                self.judge_after_input()?;
            }
            if self.engine.next_due().is_none() {
                break;
            }
        }
        self.ledger.verify();
        Ok(true)
    }

    fn judge_after_input(&mut self) -> Result<(), String> {
        let now = self.engine.played();
        if self.engine.run_to(now, u64::MAX) == Progress::Stopped {
            return Ok(());
        }
        self.judge()
    }

    /// The requests' tasks that are not leaked, with how often each was polled.
    fn resting(&self) -> Vec<(TaskId, u32)> {
        let open = self.ledger.tasks().filter(|task| task.role != Role::Root && !task.verdict.is_leaked());
        open.map(|task| (task.id, task.polls)).collect()
    }

    /// The drain test obeys the same rule: whom it calls a leak never runs or never ends.
    fn drain(&mut self) -> Result<(), String> {
        self.engine.drain();
        self.inputs += 1;
        let horizon = Instant::from_micros(self.engine.played().as_micros() + 60_000_000);
        let mut verdict = None;
        for _ in 0..STEPS {
            if self.advance().is_none() {
                return self.check_claims();
            }
            self.judge()?;
            verdict = drain::judge(&self.ledger, horizon.as_micros());
            if verdict.is_some() || self.engine.next_due().is_none() {
                break;
            }
        }
        if let Some(Drain::Leaks { held_up, .. }) = verdict {
            let resting = self.resting();
            for _ in 0..STEPS {
                if self.engine.next_due().is_none() || self.advance().is_none() {
                    break;
                }
                self.check_claims()?;
            }
            self.ledger.catch_up(self.engine.trace());
            let still = self.resting();
            let rested = resting.iter().filter(|resting| still.contains(resting)).count();
            if rested < held_up.total() as usize {
                return Err(format!("{} are held up for ever, and {rested} did not move", held_up.total()));
            }
        }
        self.check_claims()
    }
}

/// Plays a script whole; the first contradiction as an error.
fn play(script: &Script, seed: u32, order: Order) -> Result<Seen, String> {
    let played = catch_unwind(AssertUnwindSafe(|| {
        let mut run = Run::new(script, seed, order);
        if run.play(&mut Rng::new(seed, Stream::Program(2)))? {
            run.drain()?;
        }
        Ok(run.seen)
    }));
    played.unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(format!("a panic: {}", text.unwrap_or_default()))
    })
}

/// The smallest script that still fails, by leaving out one operation or body at a time.
fn shrink(mut script: Script, seed: u32, order: Order) -> Script {
    loop {
        let mut smaller = Vec::new();
        for body in 0..script.bodies.len() {
            for op in 0..script.bodies[body].ops.len() {
                let mut without = script.clone();
                without.bodies[body].ops.remove(op);
                smaller.push(without);
            }
        }
        match smaller.into_iter().find(|script| play(script, seed, order).is_err()) {
            Some(found) => script = found,
            None => return script,
        }
    }
}

#[test]
fn no_verdict_is_contradicted_by_its_own_run() {
    let (seeds, mut total) = (seeds(1_500), Seen::default());
    for seed in seeds.clone() {
        let script = Script::draw(seed);
        let order = Order::ALL[seed as usize % Order::ALL.len()];
        match play(&script, seed, order) {
            Ok(seen) => {
                total.stranded += seen.stranded;
                total.runaway += seen.runaway;
                total.unproven += seen.unproven;
                total.stopped += seen.stopped;
            }
            Err(_) => {
                let small = shrink(script, seed, order);
                let error = play(&small, seed, order).expect_err("a shrunk script still fails");
                panic!("{error}\n\nTo try it again:\n\n    check({seed}, Order::{order:?}, \"\n{small}    \");\n");
            }
        }
    }
    assert!(total.stranded as usize > seeds.len() / 10 && total.unproven > 0 && total.runaway > 0, "{total:?}");
}

#[test]
fn a_script_is_read_back_as_it_is_written() {
    for seed in 0..200 {
        let script = Script::draw(seed);
        assert_eq!(script.to_string().parse(), Ok(script));
    }
}

/// A script that failed once.
#[track_caller]
fn check(seed: u32, order: Order, script: &str) {
    let script: Script = script.parse().expect("the script is well written");
    if let Err(error) = play(&script, seed, order) {
        panic!("{error}");
    }
}

#[test]
fn scripts_that_failed_once_hold() {
    // Under the order of Go's scheduler a task that was never polled.
    check(
        1649,
        Order::Go,
        "request 1 5; return
         unlock 11 9; declared-rounds 5
         defer-done 0 1; give-spawned 9 8; cancel 8 7; unlock 0 9; cancel 3 8; declared-loop
         ; return",
    );
    // Tasks that a runaway makes and ends, in each round or over several, were taken for held up.
    check(
        364_102,
        Order::Seeded,
        "request 6 0; return
         ; declared-loop
         after 7 11; pending 1 8; declared-rounds 2
         give-spawned 9 2; declared-loop
         ; return",
    );
    check(
        19_827,
        Order::Fifo,
        "request 9 4; return
         ; declared-loop
         add 7 1; reset-timer 7 8; give-spawned 7 7; sleep-zero 10 0; sleep-zero 8 2; declared-loop
         ; return
         count 1 2; declared-rounds 10",
    );
}
