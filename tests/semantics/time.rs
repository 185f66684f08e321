//! `tests/go/semantics/time.go`, function by function. What Go says on the machine's clock is asked of the virtual one:
//! there is no other here.

use std::cell::RefCell;
use std::rc::Rc;

use pileup::executor::context::now;
use pileup::executor::timers::Instant;
use pileup::select;
use pileup::sync::time::{Duration, Ticker, Timer, after, sleep};

use crate::harness::{NotMirrored, Rules, Started, check, duration, rule, run, settle, since, slice, start};

const CHANNEL: &str = "a timer is its own channel, which has neither len nor cap";
const NEVER_MADE: &str = "a timer is made or there is none";
const FUNC: &str = "no time.AfterFunc: a task that sleeps says the same";
const NEGATIVE: &str = "a duration is never negative";
const TICK: &str = "no time.Tick: a ticker that nobody stops";

const NOT_MIRRORED: &[NotMirrored] = &[
    ("machine's clock, timer channel len and cap", CHANNEL),
    ("machine's clock, timer channel len when fired", CHANNEL),
    ("timer channel len and cap", CHANNEL),
    ("timer channel len when fired", CHANNEL),
    ("ticker channel len and cap", CHANNEL),
    ("Stop of a Timer never made", NEVER_MADE),
    ("Reset of a Timer never made", NEVER_MADE),
    ("Ticker.Reset of a Ticker never made", NEVER_MADE),
    ("Stop of a Ticker never made", NEVER_MADE),
    ("AfterFunc has no channel", FUNC),
    ("AfterFunc Stop before", FUNC),
    ("AfterFunc stopped ran", FUNC),
    ("AfterFunc Reset after Stop", FUNC),
    ("AfterFunc ran after Reset", FUNC),
    ("AfterFunc Stop after it ran", FUNC),
    ("AfterFunc Reset after it ran", FUNC),
    ("AfterFunc ran twice", FUNC),
    ("AfterFunc Stop while it runs", FUNC),
    ("NewTicker of -1s", NEGATIVE),
    ("After(-1s) fires at", NEGATIVE),
    ("NewTimer(-1s) fires at", NEGATIVE),
    ("Sleep(-1s) takes", NEGATIVE),
    ("Ticker.Reset to 0", "panics too, with NewTicker's text: the trace knows one panic for both"),
    ("Tick of 0 is nil", TICK),
    ("Tick of -1s is nil", TICK),
];

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
/// The clock's smallest step. Go's is a nanosecond, and the rules that say `1ns` mean the smallest.
const SMALLEST: Duration = Duration::from_micros(1);

#[test]
fn time_behaves_as_gos_does() {
    let rules = Rules::default();
    run(&rules, machines_clock);
    run(&rules, timers);
    run(&rules, resets);
    run(&rules, tickers);
    run(&rules, zero);
    run(&rules, order);
    check(include_str!("../go/semantics/time.txt"), NOT_MIRRORED, &rules);
}

async fn machines_clock(rules: Rules) {
    let (short, long) = (Duration::from_millis(1), Duration::from_millis(20));
    let timer = Timer::new(short);
    sleep(long).await;
    rule!(rules, "machine's clock, Stop after it fired, not received", timer.stop());
    rule!(rules, "machine's clock, no stale value after that Stop", poll(&timer, now()));
    let timer = Timer::new(short);
    sleep(long).await;
    rule!(rules, "machine's clock, Reset after it fired, not received", timer.reset(HOUR));
    rule!(rules, "machine's clock, no stale value after that Reset", poll(&timer, now()));
    let timer = Timer::new(short);
    timer.receive().await;
    rule!(rules, "machine's clock, Stop after it was received", timer.stop());
    rule!(rules, "machine's clock, Reset after it was received", timer.reset(HOUR));
    let timer = Timer::new(short);
    sleep(long).await;
    rule!(rules, "machine's clock, Stop after that look at len", timer.stop());
}

async fn timers(rules: Rules) {
    let begin = now();
    let timer = Timer::new(SECOND);
    sleep(SECOND - SMALLEST).await;
    settle().await;
    rule!(rules, "timer 1ns before", poll(&timer, begin));
    sleep(SMALLEST).await;
    settle().await;
    rule!(rules, "timer at its time", poll(&timer, begin));
    rule!(rules, "timer has one value only", poll(&timer, begin));
    rule!(rules, "Stop after it fired and was received", timer.stop());

    let begin = now();
    let fired = after(SECOND).receive().await;
    rule!(rules, "After gives the time it fired", at(begin, fired), since(begin));

    let begin = now();
    let timer = Timer::new(SECOND);
    sleep(3 * SECOND).await;
    rule!(rules, "a value received late carries the time it was due", poll(&timer, begin));

    let timer = Rc::new(Timer::new(SECOND));
    rule!(rules, "Stop before it fires", timer.stop());
    rule!(rules, "Stop again", timer.stop());
    sleep(2 * SECOND).await;
    rule!(rules, "stopped timer after its time", poll(&timer, begin));
    rule!(rules, "receive from a stopped timer", start_receive(&timer).state().await);

    let timer = Timer::new(SECOND);
    sleep(2 * SECOND).await;
    settle().await;
    rule!(rules, "Stop after it fired, not received", timer.stop());
    rule!(rules, "no stale value after that Stop", poll(&timer, begin));

    let timer = Rc::new(Timer::new(SECOND));
    let waiter = start_receive(&timer);
    rule!(rules, "who waits for a timer", waiter.state().await);
    rule!(rules, "Stop while someone waits", timer.stop());
    sleep(2 * SECOND).await;
    rule!(rules, "who waited for it after its time", waiter.state().await);

    let timer = Rc::new(Timer::new(SECOND));
    let first = start_receive(&timer);
    settle().await;
    let second = start_receive(&timer);
    settle().await;
    sleep(2 * SECOND).await;
    rule!(rules, "two wait for one timer, who came first", first.state().await);
    rule!(rules, "two wait for one timer, who came second", second.state().await);
}

async fn resets(rules: Rules) {
    let begin = now();
    let timer = Timer::new(SECOND);
    rule!(rules, "Reset before it fires", timer.reset(5 * SECOND));
    sleep(2 * SECOND).await;
    rule!(rules, "reset timer after the old time", poll(&timer, begin));
    sleep(4 * SECOND).await;
    rule!(rules, "reset timer after the new time", poll(&timer, begin));
    rule!(rules, "Reset after it fired and was received", timer.reset(SECOND));
    rule!(rules, "that Reset starts it again, fires at", at(begin, timer.receive().await));

    let begin = now();
    let timer = Timer::new(SECOND);
    timer.stop();
    rule!(rules, "Reset after Stop", timer.reset(SECOND));
    rule!(rules, "it fires at", at(begin, timer.receive().await));

    let begin = now();
    let timer = Timer::new(SECOND);
    sleep(2 * SECOND).await;
    settle().await;
    rule!(rules, "Reset after it fired, not received", timer.reset(5 * SECOND));
    rule!(rules, "no stale value after that Reset", poll(&timer, begin));
    rule!(rules, "the value that comes instead", at(begin, timer.receive().await));

    let timer = Rc::new(Timer::new(HOUR));
    let waiter = start_receive(&timer);
    settle().await;
    timer.reset(SECOND);
    sleep(SECOND).await;
    rule!(rules, "Reset to sooner frees who waits", waiter.state().await);
    let timer = Timer::new(SECOND);
    rule!(rules, "Reset to 0", timer.reset(Duration::ZERO));
    let begin = now();
    rule!(rules, "after that it fires at", at(begin, timer.receive().await));
}

async fn tickers(rules: Rules) {
    let begin = now();
    let ticker = Ticker::new(SECOND);
    let tick = async |ticker: &Ticker, begin| at(begin, ticker.receive().await);
    let ticks = [tick(&ticker, begin).await, tick(&ticker, begin).await, tick(&ticker, begin).await];
    rule!(rules, "ticks at", ticks.join(" "));
    sleep(Duration::from_millis(3_500)).await;
    rule!(rules, "a receiver 3.5 periods late gets the tick of", poll_ticker(&ticker, begin));
    rule!(rules, "a second one at once", poll_ticker(&ticker, begin));
    rule!(rules, "and then the tick of", tick(&ticker, begin).await, since(begin));

    ticker.stop();
    sleep(5 * SECOND).await;
    rule!(rules, "stopped ticker", poll_ticker(&ticker, begin));
    let ticker = Rc::new(ticker);
    let receives = ticker.clone();
    let receiver = start(async move {
        receives.receive().await;
    });
    rule!(rules, "receive from a stopped ticker", receiver.state().await);
    rules.caught("Stop twice", async || {
        let ticker = Ticker::new(SECOND);
        ticker.stop();
        ticker.stop();
    });

    let ticker = Ticker::new(SECOND);
    sleep(Duration::from_millis(1_500)).await;
    settle().await;
    ticker.stop();
    rule!(rules, "no stale tick after Stop", poll_ticker(&ticker, begin));
    let begin = Instant::from_nanos(now().as_nanos() - 1_500_000_000);
    ticker.reset(2 * SECOND);
    let name = "Reset of a stopped ticker, ticks at";
    rule!(rules, name, tick(&ticker, begin).await, tick(&ticker, begin).await);
    ticker.stop();

    let begin = now();
    let ticker = Ticker::new(SECOND);
    sleep(Duration::from_millis(1_500)).await;
    settle().await;
    ticker.reset(2 * SECOND);
    rule!(rules, "no stale tick after Reset", poll_ticker(&ticker, begin));
    let name = "Reset counts from its own moment, ticks at";
    rule!(rules, name, tick(&ticker, begin).await, tick(&ticker, begin).await);
    ticker.stop();

    rules.caught("NewTicker of 0", async || {
        Ticker::new(Duration::ZERO);
    });
}

async fn zero(rules: Rules) {
    let begin = now();
    rule!(rules, "After(0s) fires at", at(begin, after(Duration::ZERO).receive().await));
    rule!(rules, "NewTimer(0s) fires at", at(begin, Timer::new(Duration::ZERO).receive().await));
    sleep(Duration::ZERO).await;
    rule!(rules, "Sleep(0s) takes", since(begin));
    let timer = Timer::new(Duration::ZERO);
    settle().await;
    let name = "NewTimer(0) is ready once everyone has gone as far as they can";
    rule!(rules, name, poll(&timer, begin));
    let timer = Timer::new(HOUR);
    rule!(rules, "Stop of a timer, then Reset(0)", timer.stop(), timer.reset(Duration::ZERO));
}

async fn order(rules: Rules) {
    let woken = Rc::new(RefCell::new(Vec::new()));
    for (i, wait) in [3, 1, 2].into_iter().enumerate() {
        let woken = woken.clone();
        start(async move {
            sleep(wait * SECOND).await;
            woken.borrow_mut().push(i as i64);
        });
    }
    sleep(4 * SECOND).await;
    rule!(rules, "sleeps of 3s, 1s, 2s wake in the order", slice(&woken.borrow()));
    let begin = now();
    sleep(Duration::from_millis(1)).await;
    sleep(Duration::from_millis(999)).await;
    rule!(rules, "sleeps add up exactly in virtual time", since(begin));
    let begin = now();
    for _ in 0..1_000 {
        std::hint::black_box(begin);
    }
    rule!(rules, "work between waits takes virtual time", since(begin));
}

fn poll(timer: &Timer, begin: Instant) -> String {
    select! {
        fired = timer.receive() => at(begin, fired),
        default => "nothing".into(),
    }
}

fn poll_ticker(ticker: &Ticker, begin: Instant) -> String {
    select! {
        fired = ticker.receive() => at(begin, fired),
        default => "nothing".into(),
    }
}

/// `(<-timer.C).Sub(begin)`
fn at(begin: Instant, fired: Option<Instant>) -> String {
    duration(begin, fired.expect("a timer's channel is never closed"))
}

/// `go func() { <-timer.C }()`
fn start_receive(timer: &Rc<Timer>) -> Started {
    let timer = timer.clone();
    start(async move {
        timer.receive().await;
    })
}
