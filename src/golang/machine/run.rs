//! One run under a seed.

use std::cell::RefCell;
use std::rc::Rc;

use super::census::{Fate, Left};
use super::goroutine::State;
use super::natives;
use super::printed::Printed;
use super::state::{End, Machine};
use super::value::Value;
use crate::executor::config::Config;
use crate::executor::context::rng;
use crate::executor::engine::{Engine, Order, Stop};
use crate::executor::interpreted::{open_scope, seed_and_order, stand};
use crate::executor::limits::Limits;
use crate::executor::rng::Stream;
use crate::executor::timers::Instant;
use crate::golang::code::program::Program;
use crate::golang::syntax::position::Pos;
use crate::trace::event::Role;

/// Polls between two looks at whether the run is over.
const POLLS: u64 = 100_000;

/// Polls of a whole run: a program that does nothing but wake itself ends here.
const POLLS_MAX: u64 = 20_000_000;

/// How a run went.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// The exit code of the program itself.
    pub(crate) exit: i32,
    /// Who is left; empty when nothing can be said.
    pub(crate) left: Vec<Left>,
    /// Why nothing can be said.
    pub(crate) unproven: Option<String>,
}

/// What decides a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) seed: u32,
    pub(crate) order: Order,
    /// How much virtual time there is, in microseconds.
    pub(crate) for_us: u64,
}

/// Runs a program until everybody has ended or waits, or the time is up.
///
/// # Errors
/// What the machine does not have, and where it is asked for.
pub(crate) fn run(program: &Rc<Program>, settings: Settings) -> Result<Outcome, (Pos, String)> {
    let limits = Limits { bytes_max: 4 << 30, ..Limits::DEFAULT };
    let mut engine = Engine::new(Config { seed: settings.seed, order: settings.order, limits, ..Config::default() });
    let mut started = None;
    engine.start(|| started = Some(launch(program)));
    let Some(machine) = started.transpose()? else { return Err((Pos::default(), "nothing was started".to_owned())) };
    let unproven = play(&mut engine, &machine, settings.for_us);
    let outcome = judge(&mut machine.borrow_mut(), unproven);
    // Futures hold the machine, and the machine holds ends of channels: both go with the engine.
    drop(engine);
    Ok(outcome)
}

/// Starts a program for a reader, who reads what it prints in `printed`: called as the root of an engine.
pub(crate) fn start(program: &Rc<Program>, printed: &Rc<RefCell<Printed>>) {
    // Whatever is missing was said when the program was made.
    if let Ok(machine) = launch(program) {
        let cursor = printed.borrow_mut().begin(seed_and_order());
        machine.borrow_mut().printed = Some((printed.clone(), cursor));
    }
}

/// What the machine does not have, and where it is asked for.
pub(crate) fn missing(program: &Program) -> Option<(Pos, String)> {
    let is_missing = |(name, _): &&(Rc<str>, Pos)| natives::find(name).is_none();
    program.natives.iter().find(is_missing).map(|(name, at)| (*at, format!("{name} is not on this machine yet")))
}

/// Starts a program: called as the root of an engine. `main` is the parent of a request, whose tasks all goroutines are.
fn launch(program: &Rc<Program>) -> Result<Rc<RefCell<Machine>>, (Pos, String)> {
    let machine = Rc::new(RefCell::new(Machine::new(program, rng(Stream::Program(0)), natives::find)?));
    let mut first = machine.borrow_mut();
    first.itself = Rc::downgrade(&machine);
    first.scope = open_scope();
    // An empty machine has room for one goroutine.
    let main = program.functions[program.entry as usize].places.iter().rev().find(|at| at.is_known()).copied();
    if first.spawn(&Value::Function(program.entry), &[], main.unwrap_or_default(), Role::Parent).is_err() {
        first.end = Some(End::Budget("the program has no room to begin".to_owned()));
    }
    // Nobody's `go` started it.
    first.goroutines.iter_mut().flatten().for_each(|goroutine| goroutine.started = Pos::default());
    drop(first);
    stand(None);
    Ok(machine)
}

/// Runs to the end; says why that is none.
fn play(engine: &mut Engine, machine: &Rc<RefCell<Machine>>, for_us: u64) -> Option<String> {
    let until = Instant::START.after(for_us.saturating_mul(1000));
    let mut polls = 0;
    loop {
        let mut here = 0;
        while here < POLLS && engine.poll_one().is_some() {
            here += 1;
        }
        polls += here;
        let end = machine.borrow().end.clone();
        match end {
            Some(End::Budget(sentence)) => return Some(sentence),
            Some(End::Exit(_)) => return None,
            None => {}
        }
        if let Some(stop) = engine.stop() {
            return Some(match stop {
                Stop::Panicked(_, panic) => format!("the machine stopped: {}", panic.as_str()),
                Stop::Limit(_) => "the run reached a bound of the engine".to_owned(),
            });
        }
        if polls > POLLS_MAX {
            return Some("the program wakes itself again and again without end".to_owned());
        }
        if here < POLLS && engine.fire_next(until).is_none() {
            return None;
        }
    }
}

fn judge(machine: &mut Machine, unproven: Option<String>) -> Outcome {
    let mut left = Vec::new();
    let mut exit = 0;
    if unproven.is_none() {
        match machine.end.clone() {
            Some(End::Exit(code)) => exit = code,
            _ => {
                left = machine.census();
                if !machine.has_main_returned && is_deadlock(machine) {
                    exit = 2;
                    machine.deadlock();
                }
            }
        }
    }
    Outcome {
        stdout: std::mem::take(&mut machine.stdout),
        stderr: std::mem::take(&mut machine.stderr),
        exit,
        left,
        unproven,
    }
}

/// Everybody waits, and no timer is armed: Go ends the program.
fn is_deadlock(machine: &Machine) -> bool {
    let all_blocked = machine.goroutines.iter().flatten().all(|goroutine| matches!(goroutine.state, State::Blocked(_)));
    all_blocked && machine.armed.is_empty()
}

impl Machine {
    /// What Go prints when nobody can go on.
    pub(super) fn deadlock(&mut self) {
        let machine = self;
        let is_empty = machine.goroutines.iter().flatten().next().is_none();
        let opening = match is_empty {
            true => "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n",
            false => "fatal error: all goroutines are asleep - deadlock!\n",
        };
        let mut text = opening.to_owned();
        for goroutine in machine.goroutines.iter().flatten() {
            let reason = match &goroutine.state {
                State::Blocked(wait) => wait.reason.as_str(),
                _ => "running",
            };
            text.push_str(&format!("\n{}", machine.trace(goroutine, reason)));
        }
        text.push_str("exit status 2\n");
        machine.complain(&text);
    }
}

impl Outcome {
    /// Who is left with this part.
    pub(crate) fn of(&self, fate: Fate) -> impl Iterator<Item = &Left> {
        self.left.iter().filter(move |left| left.fate == fate)
    }
}
