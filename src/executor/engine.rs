//! One run: the engine with its tasks, moved forward one poll at a time or up to a moment of virtual time.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::FutureExt as _;
use futures::task::LocalFutureObj;

use crate::executor::context::Cut;
use crate::executor::core::{self, Core};
use crate::executor::limits::Limits;
use crate::executor::process::{Process, ProcessInputs};
use crate::executor::timers::Instant;
use crate::executor::wake::Wake;
use crate::trace::columns::Trace;
use crate::trace::event::{Event, Restart, TaskId};

pub use crate::executor::config::{Config, Order};
pub use crate::executor::stop::Stop;

/// How far a call of [`Engine::run_to`] got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// To the end that was asked for.
    Reached,
    /// The budget of polls was used up at a moment of rest before it; call again to go on.
    More,
    /// A panic or a bound stopped the run.
    Stopped,
}

/// A single-threaded executor on a virtual clock.
///
/// ```
/// use pileup::executor::config::Config;
/// use pileup::executor::engine::{Engine, Progress};
/// use pileup::executor::timers::Instant;
/// use pileup::sync::time::{Duration, sleep};
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     pileup::executor::spawn::go(async || sleep(Duration::from_secs(3600)).await, ());
/// });
/// assert_eq!(engine.tasks_alive(), 1);
/// assert_eq!(engine.run_to(Instant::from_secs(3600), u64::MAX), Progress::Reached);
/// assert_eq!(engine.tasks_alive(), 0); // an hour passed, in no time
/// ```
pub struct Engine {
    /// `None` only while it is entered.
    core: Option<Box<Core>>,
    /// How far the run was played: the last recorded fact may be earlier.
    played: Instant,
    /// What a process that ends is started anew with; none for a program that lives as long as its run.
    program: Option<Box<dyn Fn()>>,
}

/// Leaves the engine when it goes out of scope, also when a task's own code panics.
struct Entered<'e>(&'e mut Option<Box<Core>>);

impl<'e> Entered<'e> {
    fn new(core: &'e mut Option<Box<Core>>) -> Entered<'e> {
        core::enter(core.take().expect("an engine is entered once at a time"));
        Entered(core)
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        *self.0 = core::leave();
    }
}

impl Engine {
    /// An engine without any task, at time 0.
    pub fn new(config: Config) -> Engine {
        Engine { core: Some(Box::new(Core::new(config))), played: Instant::START, program: None }
    }

    /// Runs `program` as the root, outside of any poll: it spawns the first tasks.
    pub fn start(&mut self, program: impl FnOnce()) {
        let _entered = Entered::new(&mut self.core);
        call(program);
    }

    /// The same for the program of a process, which these inputs may end: then it is started anew with the same program.
    pub fn start_process(&mut self, inputs: ProcessInputs, program: impl Fn() + 'static) {
        let entered = Entered::new(&mut self.core);
        core::with(|core| core.process = Process::new(inputs));
        call(&program);
        drop(entered);
        self.program = Some(Box::new(program));
    }

    /// Polls the next ready task once; `None` when nobody is ready or the run has stopped.
    pub fn poll_one(&mut self) -> Option<TaskId> {
        let _entered = Entered::new(&mut self.core);
        poll_next()
    }

    /// Polls until nobody is ready. Returns the number of polls, which the limits bound.
    pub fn run_until_idle(&mut self) -> u64 {
        let _entered = Entered::new(&mut self.core);
        drain_ready()
    }

    /// Fires the timers of the next moment for which one is armed, if it is not after `until` and the run has not stopped.
    /// Call it only when nobody is ready.
    pub fn fire_next(&mut self, until: Instant) -> Option<Instant> {
        let entered = Entered::new(&mut self.core);
        let due = fire_due(self.program.as_deref(), until);
        drop(entered);
        self.played = self.played.max(due.unwrap_or_default());
        due
    }

    /// Runs everything that happens up to and at `until`, and stops at rest.
    ///
    /// `polls_max` is a budget, not a bound: it is looked at between two moments of virtual time only, so that a run is
    /// never seen in the middle of a moment.
    pub fn run_to(&mut self, until: Instant, polls_max: u64) -> Progress {
        let _entered = Entered::new(&mut self.core);
        let mut polls = 0;
        loop {
            polls += drain_ready();
            let is_stopped = core::with(|core| core.stop.is_some()).unwrap_or(true);
            if is_stopped || polls >= polls_max {
                self.played = self.played.max(core::with(|core| core.now()).unwrap_or_default());
                return if is_stopped { Progress::Stopped } else { Progress::More };
            }
            if fire_due(self.program.as_deref(), until).is_none() {
                self.played = self.played.max(until);
                return Progress::Reached;
            }
        }
    }

    /// How far the run was played.
    pub fn played(&self) -> Instant {
        self.played
    }

    /// Sets an input at the moment up to which the run was played, and wakes the tasks that wait for outside input.
    pub fn input(&mut self, number: usize, value: u32) {
        let at = self.played;
        let _entered = Entered::new(&mut self.core);
        let wakers = core::with(|core| {
            core.advance(at);
            core.record(Event::Input { knob: number as u16, value });
            if let Some(input) = core.inputs.get_mut(number) {
                *input = value;
            }
            core.listeners.change()
        });
        wake_all(wakers.unwrap_or_default());
    }

    /// Begins a drain: a task that makes new work stops, and every scope is closed, which means that the outside world
    /// answers none of its calls any more. Scopes are told nothing by it: a task that has no way to end gets none.
    pub fn drain(&mut self) {
        let at = self.played;
        let _entered = Entered::new(&mut self.core);
        let wakers = core::with(|core| {
            core.advance(at);
            core.draining = true;
            for scope in core.tasks.scopes() {
                core.record(Event::ScopeClosed { scope });
            }
            core.listeners.change()
        });
        wake_all(wakers.unwrap_or_default());
    }

    /// Everything recorded so far.
    pub fn trace(&self) -> &Trace {
        &self.inside().trace
    }

    /// The same, for a reader that releases what it has read.
    pub fn trace_mut(&mut self) -> &mut Trace {
        &mut self.core.as_mut().expect("an engine is left before it is asked").trace
    }

    /// Why the run has stopped, if it has.
    pub fn stop(&self) -> Option<Stop> {
        self.inside().stop
    }

    /// How many tasks stand in the ready queue.
    pub fn ready_len(&self) -> usize {
        self.inside().ready_len()
    }

    /// How many tasks are alive, the root's included.
    pub fn tasks_alive(&self) -> usize {
        self.inside().tasks.alive()
    }

    /// How many tasks are alive that belong to a request. Takes a pass over all tasks.
    pub fn request_tasks_alive(&self) -> usize {
        self.inside().tasks.alive_in_scopes()
    }

    /// How many timers are armed.
    pub fn timers_armed(&self) -> usize {
        self.inside().timers.len()
    }

    /// When the next armed timer is due, or the process ends if that is sooner. To be asked while nobody is ready.
    pub fn next_due(&self) -> Option<Instant> {
        let core = self.inside();
        let restart = core.next_restart().map(|(at, _)| at);
        core.timers.next_due().into_iter().chain(restart).min()
    }

    /// How many polls were made.
    pub fn polls(&self) -> u64 {
        self.inside().polls()
    }

    /// How many bytes the run holds: the futures as the compiler laid them out, what primitives keep behind pointers (a
    /// channel, its queues, who waits in them), the engine's tables, and the trace that is kept. What a program's own types
    /// allocate is not in it.
    pub fn held_bytes(&self) -> u64 {
        self.inside().held_bytes() + self.trace().bytes_kept()
    }

    /// The bounds it runs under.
    pub fn limits(&self) -> Limits {
        self.inside().limits()
    }

    fn inside(&self) -> &Core {
        self.core.as_deref().expect("an engine is left before it is asked")
    }
}

fn wake_all(wakes: Vec<Wake>) {
    wakes.into_iter().for_each(core::wake);
}

fn poll_next() -> Option<TaskId> {
    let mut polled = core::with(Core::begin_poll).flatten()?;
    let task = polled.task;
    let mut context = Context::from_waker(&polled.waker);
    // Natively a panic of the task's own code is caught, and ends the run as a fact. In wasm it ends everything.
    match catch_unwind(AssertUnwindSafe(|| poll(&mut polled.future, &mut context))) {
        Ok(Poll::Pending) => {
            if let Some(exited) = core::with(|core| core.end_poll(polled)).flatten() {
                finish(exited);
            }
        }
        Ok(Poll::Ready(())) => finish(polled.future),
        Err(payload) => finish_by_panic(polled.future, payload.as_ref()),
    }
    Some(task)
}

/// The task's own last deed: what it held is given up while it still runs.
fn finish(future: LocalFutureObj<'static, ()>) {
    match catch_unwind(AssertUnwindSafe(|| drop(future))) {
        Ok(()) => {
            core::with(Core::finish);
        }
        Err(payload) => end_by_panic(payload.as_ref()),
    }
}

#[cold]
fn finish_by_panic(future: LocalFutureObj<'static, ()>, payload: &(dyn Any + Send)) {
    end_by_panic(payload);
    // What its destructors do is no part of the run any more; if they panic as well, nothing is left to be said.
    drop(catch_unwind(AssertUnwindSafe(|| drop(future))));
}

fn end_by_panic(payload: &(dyn Any + Send)) {
    if payload.is::<Cut>() {
        core::with(Core::finish);
        return;
    }
    let text = payload.downcast_ref::<String>().cloned();
    let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    core::with(|core| core.finish_by_rust_panic(text.unwrap_or_default()));
}

fn poll(future: &mut LocalFutureObj<'static, ()>, context: &mut Context<'_>) -> Poll<()> {
    Pin::new(future).poll_unpin(context)
}

fn drain_ready() -> u64 {
    let mut polls = 0;
    while poll_next().is_some() {
        polls += 1;
    }
    polls
}

/// Calls a program as the root, outside of any poll.
fn call(program: impl FnOnce()) {
    let ended = catch_unwind(AssertUnwindSafe(program));
    core::with(Core::settle_spawned);
    if let Err(payload) = ended
        && !payload.is::<Cut>()
    {
        resume_unwind(payload);
    }
}

/// Moves the clock to the next armed timer, if that is not after `until`, and fires all that are due then. Where the process
/// ends at that moment or before, it is started anew, and its timers with it.
fn fire_due(program: Option<&dyn Fn()>, until: Instant) -> Option<Instant> {
    let next = |core: &mut Core| match core.stop {
        Some(_) => (None, None),
        None => (core.timers.next_due(), core.next_restart()),
    };
    let (due, restart) = core::with(next)?;
    if let Some((at, why)) = restart.filter(|(at, _)| due.is_none_or(|due| *at <= due)) {
        return (at <= until).then(|| restart_process(program, at, why));
    }
    let due = due.filter(|due| *due <= until)?;
    core::with(|core| core.advance(due));
    while let Some(what) = core::with(|core| core.timers.pop_due(due)).flatten() {
        core::fire(what);
    }
    Some(due)
}

/// Ends the process and starts it anew.
#[cold]
fn restart_process(program: Option<&dyn Fn()>, at: Instant, why: Restart) -> Instant {
    core::with(|core| {
        core.advance(at);
        core.begin_restart(why);
    });
    while let Some(future) = core::with(Core::take_any).flatten() {
        // What its destructors do is no part of the run; nor is it if they panic.
        drop(catch_unwind(AssertUnwindSafe(|| drop(future))));
    }
    drop(core::with(Core::end_restart));
    if let Some(program) = program {
        call(program);
    }
    at
}
