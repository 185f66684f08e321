//! Plays a program, says what is thought of each task at chosen moments, and checks every claim against what happens later.

use std::collections::BTreeSet;

use expect_test::Expect;
use pileup::executor::engine::{Config, Engine, Stop};
use pileup::executor::timers::Instant;
use pileup::sync::time::Duration;
use pileup::trace::columns::Reader;
use pileup::trace::event::{Event, Role, TaskId};
use pileup::verdict::drain::{self, Drain};
use pileup::verdict::ledger::Ledger;
use pileup::verdict::model::Verdict;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
/// The period of whoever wakes again and again.
pub(crate) const PERIOD: Duration = Duration::from_millis(10);

/// How long a run goes on after the last look, so that a wrong claim has time to be contradicted.
const AFTERWARDS_US: u64 = 60_000_000;

/// Plays a program, and compares what is thought of its request tasks at these moments, in milliseconds.
pub(crate) fn check(program: impl FnOnce(), looks_ms: &[u64], expect: &Expect) {
    let mut run = Run::new(program);
    let mut text = String::new();
    for ms in looks_ms {
        run.play_to(ms * 1_000);
        text += &format!("{ms:>4} ms: {}\n", run.text());
    }
    run.play_to(looks_ms.iter().max().unwrap_or(&0) * 1_000 + AFTERWARDS_US);
    text += &format!("at last: {}\n", run.text());
    expect.assert_eq(&text);
}

/// A run that is looked at after each of its moments.
pub(crate) struct Run {
    pub(crate) engine: Engine,
    pub(crate) ledger: Ledger,
    /// Reads what the ledger reads, and thinks nothing of it.
    reader: Reader,
    stranded: BTreeSet<TaskId>,
    runaway: BTreeSet<TaskId>,
    /// Runaways of before the last input: what was proven of them held for the inputs until then.
    excused: BTreeSet<TaskId>,
}

impl Run {
    pub(crate) fn new(program: impl FnOnce()) -> Run {
        Run::with(Config::default(), program)
    }

    /// A run in which ready tasks are polled in this order, and draws are made by this seed.
    pub(crate) fn with(config: Config, program: impl FnOnce()) -> Run {
        let mut engine = Engine::new(Config { inputs: vec![0], ..config });
        engine.start(program);
        Run {
            engine,
            ledger: Ledger::new(),
            reader: Reader::new(),
            stranded: BTreeSet::new(),
            runaway: BTreeSet::new(),
            excused: BTreeSet::new(),
        }
    }

    pub(crate) fn play_to(&mut self, until_us: u64) {
        let until = Instant::from_micros(until_us);
        self.rest();
        while self.engine.fire_next(until).is_some() {
            self.rest();
        }
        self.engine.run_to(until, u64::MAX);
    }

    /// Sets the reader's only knob.
    pub(crate) fn input(&mut self, value: u32) {
        self.engine.input(0, value);
        self.rest();
    }

    /// Lets everyone go as far as they can at this moment, and looks.
    fn rest(&mut self) {
        self.engine.run_until_idle();
        self.contradict();
        self.ledger.catch_up(self.engine.trace());
        self.ledger.settle();
        let of = |verdict| self.ledger.tasks().filter(move |task| task.verdict == verdict).map(|task| task.id);
        let (stranded, runaway): (BTreeSet<_>, BTreeSet<_>) =
            (of(Verdict::Stranded).collect(), of(Verdict::Runaway).collect());
        let left: Vec<&TaskId> = self.stranded.difference(&stranded).collect();
        assert!(left.is_empty(), "who is stranded stays so, but not {left:?}");
        self.stranded.extend(stranded);
        self.runaway.extend(runaway.difference(&self.excused));
        assert_eq!(self.ledger.contradictions(), 0);
        // With nobody running: everybody who was found leaked is counted, and nobody else.
        let counts = self.ledger.counts();
        assert_eq!(counts.leaked, counts.stranded + counts.runaway);
        assert_eq!(counts.alive, counts.working + counts.stopping + counts.unproven + counts.leaked);
    }

    /// Holds what happened since the last look against what was claimed until then.
    fn contradict(&mut self) {
        loop {
            let running = self.reader.running();
            let Some(event) = self.reader.next(self.engine.trace()) else { break };
            match event {
                Event::Woken { task } | Event::Polled { task } | Event::Aborted { task } => {
                    assert!(!self.stranded.contains(&task), "t{} was stranded: {event:?}", task.0);
                    let is_aborted = matches!(event, Event::Aborted { .. });
                    assert!(!is_aborted || !self.runaway.contains(&task), "t{} was a runaway: {event:?}", task.0);
                }
                Event::Returned => {
                    assert!(!self.runaway.contains(&running), "t{} was a runaway, and returns", running.0)
                }
                Event::Input { .. } | Event::ScopeClosed { .. } => self.excused.append(&mut self.runaway),
                _ => {}
            }
        }
    }

    /// Every request task that is alive, and what is thought of it.
    pub(crate) fn text(&self) -> String {
        let mut tasks: Vec<_> = self.ledger.tasks().filter(|task| task.role != Role::Root).collect();
        tasks.sort_by_key(|task| task.id);
        let mut words: Vec<String> =
            tasks.iter().map(|task| format!("t{} {} {}", task.id.0, task.role.as_str(), word(task.verdict))).collect();
        if self.ledger.counts().told > 0 {
            words.push(format!("{} told", self.ledger.counts().told));
        }
        match self.engine.stop() {
            Some(Stop::Panicked(task, panic)) => words.push(format!("t{}: {}", task.0, panic.as_str())),
            Some(Stop::Limit(limit)) => words.push(limit.as_str().into()),
            None => {}
        }
        if words.is_empty() { "nobody".into() } else { words.join(", ") }
    }

    /// Drains the run from here: who is left, and how, at most two hours later.
    pub(crate) fn drain(&mut self) -> String {
        let horizon_us = self.engine.played().as_micros() + 7_200_000_000;
        self.engine.drain();
        self.rest();
        let drained = loop {
            if let Some(drained) = drain::judge(&self.ledger, horizon_us) {
                break drained;
            }
            let due_us = self.engine.next_due().map_or(horizon_us, |due| due.as_micros().min(horizon_us));
            self.play_to(due_us);
            if due_us == horizon_us {
                // Nothing is due before the horizon: the ledger learns that time has passed.
                break drain::judge(&self.ledger, self.ledger.now_us()).expect("the time is up");
            }
        };
        // What was claimed at the end of a drain is for ever, too.
        self.play_to(self.engine.played().as_micros() + AFTERWARDS_US);
        match drained {
            Drain::Clean { .. } => "clean".into(),
            Drain::Leaks { stranded, runaway, held_up, .. } => {
                let [stranded, runaway, held_up] = [stranded, runaway, held_up].map(|by| by.total());
                format!("{stranded} stranded, {runaway} runaway, {held_up} held up")
            }
            Drain::Unproven { leaked, alive, .. } => format!("{leaked} leaked, {alive} unproven"),
        }
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Working => "working",
        Verdict::Stopping => "stopping",
        Verdict::Stranded => "stranded",
        Verdict::Runaway => "runaway",
        Verdict::Unproven => "unproven",
    }
}
