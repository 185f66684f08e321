//! Go's package `time` on the virtual clock: `sleep`, `after`, [`Timer`], [`Ticker`], `tick`, `after_func`.
//!
//! Since Go 1.23 a stopped or reset timer leaves no stale value in its channel, and a timer nobody can reach any more is
//! gone: so it is here. A ticker keeps the clock only while somebody waits for a tick, as Go's do: a task that looks
//! later is given the one tick that fits into the channel, and the next is the first one after that look.
//!
//! Timers and tickers are handles: a clone is the same timer, and `&timer` can be given to a task.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

use crate::executor::context::{self as engine, Proceed, Waiting, operate, wake_of};
use crate::executor::core;
use crate::executor::grant::Grant;
use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::heap::{Counted, InHeap};
use crate::executor::holder::Holder;
use crate::executor::state::Named;
use crate::executor::timers::{Due, Instant, TimerKey, nanos};
use crate::sync::operation::{CaseNumber, Operation, Single, WaitQueue, Waiter, WaitingTask};
use crate::sync::work;
use crate::trace::event::{
    Event, ObjectId, ObjectKind, Panic, Right, ScopeId, TaskId, WaitCase, WaitReason, sleep_words,
};

pub use std::time::Duration;

/// The moment that comes `by` after another.
pub(crate) fn later(than: Instant, by: Duration) -> Instant {
    than.after(nanos(by))
}

/// Puts something on the clock's agenda. `None` outside of an engine.
pub(crate) fn arm_at(due: Instant, what: Due) -> Option<TimerKey> {
    core::with(|core| core.arm(due.since(core.now()), what))
}

/// Records that the clock will operate an object.
pub(crate) fn record_armed(object: ObjectId, due: Instant) {
    engine::record(Event::Armed { object, in_ns: due.since(engine::now()) });
}

/// Takes something from the clock's agenda that is still on it.
pub(crate) fn disarm(object: ObjectId, key: &Cell<Option<TimerKey>>) -> Armed {
    let Some(key) = key.take() else { return Armed::No };
    drop(core::with(|core| core.timers.disarm(key)));
    engine::record(Event::Disarmed { object });
    Armed::Yes
}

/// Whether something was on the clock's agenda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Armed {
    Yes,
    No,
}

/// `time.Sleep(d)`
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    sleep_at(duration, None, Location::caller())
}

/// A sleep of a program that counts something of its own down, and remembers nothing else: the same as
/// [`state::declare`](crate::executor::state::declare) with what is left, and a sleep.
#[track_caller]
pub fn sleep_with_progress(duration: Duration, left: u32) -> Sleep {
    sleep_at(duration, Some(left), Location::caller())
}

fn sleep_at(duration: Duration, left: Option<u32>, at: &'static Location<'static>) -> Sleep {
    Sleep { at, duration, left, state: SleepState::New, waiting: Waiting::default() }
}

/// The future of [`sleep`].
#[derive(Debug)]
#[must_use = "a sleep does nothing unless it is awaited"]
pub struct Sleep {
    at: &'static Location<'static>,
    duration: Duration,
    /// What the program says is left of its own counting.
    left: Option<u32>,
    state: SleepState,
    waiting: Waiting,
}

#[derive(Clone, Copy, Debug)]
enum SleepState {
    New,
    Until(Instant, TimerKey),
    Over,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.state {
            SleepState::New if operate(cx.waker()) == Proceed::Later => return Poll::Pending,
            SleepState::New if self.duration.is_zero() => self.state = SleepState::Over,
            SleepState::New => {
                self.begin(cx);
                return Poll::Pending;
            }
            SleepState::Until(due, key) => {
                if engine::now() < due {
                    self.go_on(cx, key);
                    return Poll::Pending;
                }
                self.state = SleepState::Over;
            }
            SleepState::Over => {}
        }
        self.waiting = Waiting::default();
        Poll::Ready(())
    }
}

impl Sleep {
    fn begin(&mut self, cx: &Context<'_>) {
        let length_ns = nanos(self.duration);
        let begun = core::with(|core| {
            // Asking for the time counts, as everywhere else.
            core.operate();
            let due = core.now().after(length_ns);
            let wake = core.wake_of(cx.waker());
            self.state = SleepState::Until(due, core.timers.arm(due, Due::Wake(wake)));
            if let Some(left) = self.left {
                core.record_known(Event::State { looks: &[], words: &[left] });
            }
            let (words, count) = sleep_words(length_ns);
            self.waiting.begin_in(core, self.at, WaitReason::Sleep, &words[..count]);
        });
        begun.expect("virtual time passes only in an engine");
    }

    /// Somebody else polls a sleep that goes on: that is whom it wakes.
    fn go_on(&mut self, cx: &Context<'_>, key: TimerKey) {
        let wake = wake_of(cx.waker());
        core::with(|core| core.timers.set_wake(key, wake));
        let (words, count) = sleep_words(nanos(self.duration));
        let at = self.at;
        self.waiting.begin_words(at, WaitReason::Sleep, &words[..count]);
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let SleepState::Until(_, key) = self.state {
            drop(core::with(|core| core.timers.disarm(key)));
        }
    }
}

/// The channel of a timer or ticker, with its place on the clock's agenda. Its holder keeps it going.
#[derive(Debug)]
struct TimerState {
    object: ObjectId,
    kind: Kind,
    /// When it fires next, while it is going.
    due: Cell<Option<Instant>>,
    /// Its place on the agenda: a timer's while it is going, a ticker's while somebody waits as well.
    key: Cell<Option<TimerKey>>,
    /// The one value that the channel holds.
    unread: Cell<Option<Instant>>,
    receivers: RefCell<WaitQueue<Instant>>,
    _in_heap: InHeap<TimerState>,
}

#[derive(Debug)]
enum Kind {
    Timer,
    Ticker {
        period: Cell<Duration>,
    },
    /// `time.AfterFunc`: no channel.
    Function(Function),
}

/// What `time.AfterFunc` runs, and for which task.
struct Function {
    begin: Box<dyn Fn(ScopeId, &'static Location<'static>)>,
    scope: ScopeId,
    at: &'static Location<'static>,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function").field("scope", &self.scope).field("at", &self.at).finish_non_exhaustive()
    }
}

impl TimerState {
    fn new(kind: Kind) -> Rc<TimerState> {
        Rc::new(TimerState {
            object: engine::make(ObjectKind::Timer, 1, ObjectId::OUTSIDE),
            kind,
            due: Cell::new(None),
            key: Cell::new(None),
            unread: Cell::new(None),
            receivers: RefCell::default(),
            _in_heap: InHeap::new(),
        })
    }

    /// Begins anew: the next firing is `after` from now.
    fn start(self: &Rc<Self>, after: Duration) {
        let due = later(engine::now(), after);
        self.due.set(Some(due));
        match self.kind {
            // Ready at once, as in Go: nobody has to wait for a channel that was due when it was made.
            Kind::Timer if after.is_zero() => {
                self.due.set(None);
                self.deliver(due);
            }
            Kind::Timer | Kind::Function(_) => self.arm(due),
            Kind::Ticker { .. } => self.arm_if_awaited(),
        }
    }

    fn arm(self: &Rc<Self>, due: Instant) {
        let weak = Rc::downgrade(self);
        // A function runs though nobody holds its timer; a channel that nobody holds, nobody can receive from.
        let kept = matches!(self.kind, Kind::Function(_)).then(|| self.clone());
        let fire = move || {
            TimerState::fire(&weak);
            drop(kept);
        };
        self.key.set(arm_at(due, Due::Call(Box::new(fire))));
        record_armed(self.object, due);
    }

    /// Puts a ticker on the agenda if somebody waits for it and it is not there yet.
    fn arm_if_awaited(self: &Rc<Self>) {
        if self.key.get().is_none()
            && let Some(due) = self.due.get()
            && self.receivers.borrow_mut().has_waiter()
        {
            self.arm(due);
        }
    }

    fn fire(weak: &Weak<TimerState>) {
        let Some(state) = weak.upgrade() else { return };
        state.key.set(None);
        engine::record(Event::Disarmed { object: state.object });
        match &state.kind {
            Kind::Timer => state.due.take().into_iter().for_each(|due| state.deliver(due)),
            Kind::Ticker { .. } => {
                state.catch_up();
                state.arm_if_awaited();
            }
            Kind::Function(function) => {
                state.due.set(None);
                (function.begin)(function.scope, function.at);
            }
        }
    }

    /// Gives a value to the task that waits longest, or keeps it if nothing is kept.
    fn deliver(&self, value: Instant) {
        let given = self.receivers.borrow_mut().complete_first(|receiver| *receiver.value.borrow_mut() = Some(value));
        if given.is_none() && self.unread.get().is_none() {
            self.unread.set(Some(value));
            self.record_level(1);
        }
    }

    /// Does what a ticker would have done by now, had it kept the clock: the first tick that was missed is in the
    /// channel, and all others are lost.
    fn catch_up(&self) {
        if let (Kind::Ticker { period }, Some(due)) = (&self.kind, self.due.get()) {
            let now = engine::now();
            if due <= now {
                let period_ns = nanos(period.get()).max(1);
                let missed = now.since(due) / period_ns;
                self.due.set(Some(due.after((missed + 1).saturating_mul(period_ns))));
                self.deliver(due);
            }
        }
    }

    /// Whether a value can be received now.
    fn is_ready(&self) -> bool {
        let ticked = matches!(self.kind, Kind::Ticker { .. }) && self.due.get().is_some_and(|due| due <= engine::now());
        self.unread.get().is_some() || ticked
    }

    fn receive_now(&self) -> Option<Instant> {
        self.catch_up();
        let value = self.unread.take();
        if value.is_some() {
            self.record_level(0);
        }
        value
    }

    /// Stops it, and throws away what nobody has received. Says whether it was still to come, or to be received.
    fn stop(&self) -> Armed {
        self.catch_up();
        let unread = self.unread.take().is_some();
        if unread {
            self.record_level(0);
        }
        let going = self.due.take().is_some();
        disarm(self.object, &self.key);
        if unread || going { Armed::Yes } else { Armed::No }
    }

    /// A ticker that nobody waits for any more leaves the agenda, and goes on.
    fn disarm_unless_awaited(&self) {
        if matches!(self.kind, Kind::Ticker { .. }) && !self.receivers.borrow_mut().has_waiter() {
            disarm(self.object, &self.key);
        }
    }

    fn record_level(&self, level: u32) {
        engine::record(Event::Level { object: self.object, level });
    }
}

impl Drop for TimerState {
    fn drop(&mut self) {
        disarm(self.object, &self.key);
        engine::record(Event::Gone { object: self.object });
    }
}

/// `time.Timer`: its channel gets the time once.
#[derive(Debug)]
pub struct Timer {
    state: Rc<TimerState>,
    /// Every task that can name it can reset it.
    grant: Grant,
}

impl Timer {
    /// `time.NewTimer(d)`. A duration of 0 is ready at once.
    pub fn new(duration: Duration) -> Timer {
        let state = TimerState::new(Kind::Timer);
        let timer = Timer::of(state);
        timer.state.start(duration);
        timer
    }

    fn of(state: Rc<TimerState>) -> Timer {
        let grant = Grant::implied(state.object, Right::Send);
        Timer { state, grant }
    }

    /// `<-t.C`. The timer of [`after_func`] has no channel, which is nil.
    #[track_caller]
    pub fn receive(&self) -> Single<Tick<'_>> {
        let channel = (!matches!(self.state.kind, Kind::Function(_))).then_some(&self.state);
        Single::new(Tick { channel, waiter: None }, Location::caller())
    }

    /// `t.Stop()`: whether the call stops it; `false` when it had expired or been stopped. No stale value is left, and a
    /// timer whose value nobody received yet counts as not expired (Go 1.23).
    pub fn stop(&self) -> bool {
        self.grant.operate();
        engine::operate_at_once() && self.state.stop() == Armed::Yes
    }

    /// `t.Reset(d)`: whether it had been active.
    pub fn reset(&self, duration: Duration) -> bool {
        self.grant.operate();
        if !engine::operate_at_once() {
            return false;
        }
        let was_active = self.state.stop() == Armed::Yes;
        self.state.start(duration);
        was_active
    }
}

/// `time.After(d)`: a timer, only the channel of which is kept. `after(d).receive().await` is `<-time.After(d)`.
pub fn after(duration: Duration) -> Timer {
    Timer::new(duration)
}

/// `time.AfterFunc(d, f)`: runs `f` as a task of its own, in the scope of the caller, whichever task holds the timer
/// then. [`Timer::stop`] says whether it will not run any more; it does not stop one that runs. [`Timer::reset`] makes
/// it run (again).
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::timers::Instant;
/// use pileup::sync::time::{Duration, after_func};
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     after_func(Duration::from_secs(1), async || println!("a second later"));
///     let never = after_func(Duration::from_secs(1), async || unreachable!());
///     assert!(never.stop());
/// });
/// assert_eq!(engine.tasks_alive(), 0); // nothing runs until its time
/// engine.fire_next(Instant::from_nanos(u64::MAX));
/// assert_eq!(engine.tasks_alive(), 1);
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
#[track_caller]
pub fn after_func<F: AsyncFn() + 'static>(duration: Duration, f: F) -> Timer {
    work::expose_maker::<F>();
    let f = Rc::new(Counted::new(f));
    let begin = Box::new(move |scope: ScopeId, at: &'static Location<'static>| {
        let f = f.clone();
        work::spawn(scope, at, |task| {
            work::expose_task::<F>(task);
            async move { f().await }
        });
    });
    let function = Function { begin, scope: work::running_scope(), at: Location::caller() };
    let timer = Timer::of(TimerState::new(Kind::Function(function)));
    timer.state.start(duration);
    timer
}

/// `time.Ticker`: its channel gets the time at each period; a slow receiver misses ticks.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::executor::timers::Instant;
/// use pileup::sync::time::{Duration, Ticker};
///
/// async fn listens(ticker: Ticker) {
///     ticker.receive().await;
///     ticker.stop();
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     let ticker = Ticker::new(Duration::from_secs(1));
///     go(listens, (&ticker,));
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.timers_armed(), 1); // while somebody waits
/// engine.fire_next(Instant::from_nanos(u64::MAX));
/// engine.run_until_idle();
/// assert_eq!((engine.tasks_alive(), engine.timers_armed()), (0, 0));
/// ```
#[derive(Debug)]
pub struct Ticker {
    /// `None` is what `time.Tick` gives for a period that is not positive: nil.
    state: Option<Rc<TimerState>>,
    /// Every task that can name it can reset it.
    grant: Grant,
}

impl Ticker {
    /// `time.NewTicker(d)`. Panics, as Go does, when the period is 0.
    pub fn new(period: Duration) -> Ticker {
        let state = TimerState::new(Kind::Ticker { period: Cell::new(period) });
        if period.is_zero() {
            engine::panic(Panic::TickerPeriod);
        } else {
            state.start(period);
        }
        let grant = Grant::implied(state.object, Right::Send);
        Ticker { state: Some(state), grant }
    }

    /// `<-t.C`
    #[track_caller]
    pub fn receive(&self) -> Single<Tick<'_>> {
        Single::new(Tick { channel: self.state.as_ref(), waiter: None }, Location::caller())
    }

    /// `t.Stop()`: no tick comes any more; the channel is not closed.
    pub fn stop(&self) {
        self.grant.operate();
        if !engine::operate_at_once() {
            return;
        }
        self.state.iter().for_each(|state| {
            state.stop();
        });
    }

    /// `t.Reset(d)`: the next tick comes after the new period. Panics, as Go does, when that is 0.
    pub fn reset(&self, new_period: Duration) {
        self.grant.operate();
        let Some(state) = self.state.as_ref().filter(|_| engine::operate_at_once()) else { return };
        if new_period.is_zero() {
            engine::panic(Panic::TickerReset);
            return;
        }
        state.stop();
        if let Kind::Ticker { period } = &state.kind {
            period.set(new_period);
        }
        state.start(new_period);
    }

    /// Whether it is the nil that [`tick`] gives for a period of 0.
    pub fn is_nil(&self) -> bool {
        engine::look();
        self.state.is_none()
    }
}

/// `time.Tick(d)`: a ticker, only the channel of which is kept; nil, on which a receive waits for ever, when the period
/// is 0.
pub fn tick(period: Duration) -> Ticker {
    if period.is_zero() { Ticker { state: None, grant: Grant::nothing() } } else { Ticker::new(period) }
}

impl Clone for Timer {
    fn clone(&self) -> Self {
        Timer { state: self.state.clone(), grant: self.grant.share_here() }
    }
}

impl Clone for Ticker {
    fn clone(&self) -> Self {
        Ticker { state: self.state.clone(), grant: self.grant.share_here() }
    }
}

/// The last handle goes with the timer: that the timer is gone says so.
impl Drop for Timer {
    fn drop(&mut self) {
        if Rc::strong_count(&self.state) == 1 {
            self.grant.end_with_object();
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        if self.state.as_ref().is_some_and(|state| Rc::strong_count(state) == 1) {
            self.grant.end_with_object();
        }
    }
}

impl HandOver for Timer {
    fn hand_over(&self, to: Holder) {
        self.grant.hand_over(to);
    }
}

impl HandOver for Ticker {
    fn hand_over(&self, to: Holder) {
        self.grant.hand_over(to);
    }
}

impl Share for Timer {
    fn share(&self, task: TaskId) -> Timer {
        Timer { state: self.state.clone(), grant: self.grant.share(task) }
    }
}

impl Share for Ticker {
    fn share(&self, task: TaskId) -> Ticker {
        Ticker { state: self.state.clone(), grant: self.grant.share(task) }
    }
}

share_handles! { () Timer; () Ticker; }

impl Named for Timer {
    fn object(&self) -> ObjectId {
        self.state.object
    }
}

/// A receive from a timer's or ticker's channel: the operation behind [`Timer::receive`] and [`Ticker::receive`]. It
/// always gives a time: the channel is never closed.
#[derive(Debug)]
pub struct Tick<'t> {
    /// `None` is a nil channel.
    channel: Option<&'t Rc<TimerState>>,
    waiter: Option<Rc<Waiter<Instant>>>,
}

impl Operation for Tick<'_> {
    type Output = Option<Instant>;

    fn is_ready(&self) -> bool {
        self.channel.is_some_and(|state| state.is_ready())
    }

    fn proceed(&mut self) -> Option<Option<Instant>> {
        Some(self.channel?.receive_now())
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        if let Some(state) = self.channel {
            let waiter = Waiter::new(waiting_task, case, None);
            state.receivers.borrow_mut().push(waiter.clone());
            self.waiter = Some(waiter);
            if let Kind::Ticker { .. } = state.kind {
                state.arm_if_awaited();
            }
        }
    }

    fn dequeue(&mut self) {
        if let (Some(state), Some(waiter)) = (self.channel, self.waiter.take()) {
            state.receivers.borrow_mut().remove(&waiter);
            state.disarm_unless_awaited();
        }
    }

    fn completed(&mut self) -> Option<Option<Instant>> {
        let waiter = self.waiter.take().expect("a completed receiver stood in the queue");
        Some(waiter.value.take())
    }

    fn wait_case(&self) -> Option<WaitCase> {
        self.channel.map(|state| WaitCase::new(state.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        if self.channel.is_some() { WaitReason::ChanReceive } else { WaitReason::ChanReceiveNil }
    }
}
