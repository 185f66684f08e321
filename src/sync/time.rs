//! Go's package `time` on the virtual clock: `sleep`, `after`, [`Timer`], [`Ticker`].
//!
//! Since Go 1.23 a stopped or reset timer leaves no stale value in its channel, and a timer nobody can reach any more is
//! gone: so it is here.

use std::cell::Cell;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

use crate::executor::context::{self as engine, Turn, Waiting, operate, wake_of};
use crate::executor::core;
use crate::executor::hand_over::HandOver;
use crate::executor::held::{Held, Holder};
use crate::executor::state::Named;
use crate::executor::timers::{Due, Instant, TimerKey, nanos};
use crate::sync::chan::{Chan, Receive, Receiver};
use crate::sync::operation::Alone;
use crate::trace::event::{Event, ObjectId, ObjectKind, Panic, Right, WaitReason, sleep_words};

pub use std::time::Duration;

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
    Sleep { at, ns: nanos(duration), left, state: SleepState::New, waiting: Waiting::default() }
}

/// The future of [`sleep`].
#[derive(Debug)]
#[must_use = "a sleep does nothing unless it is awaited"]
pub struct Sleep {
    at: &'static Location<'static>,
    ns: u64,
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
            SleepState::New if operate(cx.waker()) == Turn::Later => return Poll::Pending,
            SleepState::New if self.ns == 0 => self.state = SleepState::Over,
            SleepState::New => {
                self.begin(cx);
                return Poll::Pending;
            }
            SleepState::Until(due, key) => {
                if engine::now() < due {
                    let wake = wake_of(cx.waker());
                    core::with(|core| core.timers.set_wake(key, wake));
                    self.begin_wait();
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
        let (after_ns, wake) = (self.ns, wake_of(cx.waker()));
        let armed = core::with(|core| (core.now().after(after_ns), core.arm(after_ns, Due::Wake(wake))));
        let (due, key) = armed.expect("virtual time passes only in an engine");
        self.state = SleepState::Until(due, key);
        if let Some(left) = self.left {
            engine::record(Event::State { looks: &[], words: &[left] });
        }
        self.begin_wait();
    }

    fn begin_wait(&mut self) {
        let (words, count) = sleep_words(self.ns);
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

/// The channel of a timer, with its place on the clock's agenda. Whoever holds it keeps the timer armed.
#[derive(Debug)]
struct Clockwork {
    chan: Rc<Chan<Instant>>,
    key: Cell<Option<TimerKey>>,
    period_ns: Cell<u64>,
}

impl Clockwork {
    fn new() -> Rc<Clockwork> {
        let object = engine::make(ObjectKind::Timer, 1, ObjectId::OUTSIDE);
        let chan = Rc::new(Chan::new(object, 1));
        Rc::new(Clockwork { chan, key: Cell::new(None), period_ns: Cell::new(0) })
    }

    fn arm(self: &Rc<Self>, after_ns: u64) {
        let weak = Rc::downgrade(self);
        let key = core::with(|core| core.arm(after_ns, Due::Call(Box::new(move || Clockwork::fire(&weak)))));
        self.key.set(key);
        engine::record(Event::Armed { object: self.chan.object, in_ns: after_ns });
    }

    fn fire(weak: &Weak<Clockwork>) {
        let Some(clockwork) = weak.upgrade() else { return };
        clockwork.key.set(None);
        match clockwork.period_ns.get() {
            0 => engine::record(Event::Disarmed { object: clockwork.chan.object }),
            period_ns => clockwork.arm(period_ns),
        }
        // A slow receiver of a ticker misses ticks: the channel holds one.
        let _ = clockwork.chan.try_send(engine::now());
    }

    /// Whether it was armed.
    fn disarm(&self) -> bool {
        let Some(key) = self.key.take() else { return false };
        drop(core::with(|core| core.timers.disarm(key)));
        engine::record(Event::Disarmed { object: self.chan.object });
        true
    }
}

impl Drop for Clockwork {
    fn drop(&mut self) {
        self.disarm();
    }
}

/// `time.Timer`: its channel gets the time once.
#[derive(Debug)]
pub struct Timer {
    clockwork: Rc<Clockwork>,
    receiver: Receiver<Instant>,
    /// Whoever can name it can reset it.
    held: Held,
}

impl Timer {
    /// `time.NewTimer(d)`. A duration of 0 fires at once.
    pub fn new(duration: Duration) -> Timer {
        let clockwork = Clockwork::new();
        clockwork.arm(nanos(duration));
        let receiver = Receiver::bare(&clockwork.chan);
        let held = Held::implied(clockwork.chan.object, Right::Send);
        Timer { clockwork, receiver, held }
    }

    /// `<-t.C`
    #[track_caller]
    pub fn receive(&self) -> Alone<Receive<'_, Instant>> {
        self.receiver.receive()
    }

    /// `t.Stop()`: whether the call stops it; `false` when it had expired or been stopped. No stale value is left, and a
    /// timer whose value nobody received yet counts as not expired (Go 1.23).
    pub fn stop(&self) -> bool {
        let unreceived = !self.receiver.is_empty();
        self.clockwork.chan.clear();
        self.clockwork.disarm() || unreceived
    }

    /// `t.Reset(d)`: whether it had been active.
    pub fn reset(&self, duration: Duration) -> bool {
        let was_active = self.stop();
        self.clockwork.arm(nanos(duration));
        was_active
    }
}

/// `time.After(d)`: a timer of which only the channel is kept. `after(d).receive().await` is `<-time.After(d)`.
pub fn after(duration: Duration) -> Timer {
    Timer::new(duration)
}

/// `time.Ticker`: its channel gets the time at each period; a slow receiver misses ticks.
#[derive(Debug)]
pub struct Ticker {
    clockwork: Rc<Clockwork>,
    receiver: Receiver<Instant>,
    /// Whoever can name it can reset it.
    held: Held,
}

impl Ticker {
    /// `time.NewTicker(d)`. Panics, as Go does, when the period is 0.
    pub fn new(period: Duration) -> Ticker {
        let clockwork = Clockwork::new();
        let held = Held::implied(clockwork.chan.object, Right::Send);
        let ticker = Ticker { receiver: Receiver::bare(&clockwork.chan), clockwork, held };
        ticker.start(period);
        ticker
    }

    fn start(&self, period: Duration) {
        if period.is_zero() {
            engine::panic(Panic::TickerPeriod);
            return;
        }
        self.clockwork.period_ns.set(nanos(period));
        self.clockwork.arm(nanos(period));
    }

    /// `<-t.C`
    #[track_caller]
    pub fn receive(&self) -> Alone<Receive<'_, Instant>> {
        self.receiver.receive()
    }

    /// `t.Stop()`: no tick comes any more; the channel is not closed.
    pub fn stop(&self) {
        self.clockwork.disarm();
        self.clockwork.chan.clear();
    }

    /// `t.Reset(d)`: the next tick comes after the new period.
    pub fn reset(&self, period: Duration) {
        self.stop();
        self.start(period);
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if Rc::strong_count(&self.clockwork) == 1 {
            self.held.end_with_object();
        }
    }
}

impl Named for Timer {
    fn object(&self) -> ObjectId {
        self.clockwork.chan.object
    }
}

impl HandOver for Timer {
    fn hand_over(&self, to: Holder) {
        self.held.hand_over(to);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        if Rc::strong_count(&self.clockwork) == 1 {
            self.held.end_with_object();
        }
    }
}

impl HandOver for Ticker {
    fn hand_over(&self, to: Holder) {
        self.held.hand_over(to);
    }
}
