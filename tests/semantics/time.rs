//! `tests/go/semantics/time.go`, function by function. What Go says on the machine's clock is asked of the virtual one:
//! there is no other here.

use std::cell::RefCell;
use std::rc::Rc;

use pileup::executor::context::now;
use pileup::executor::spawn::go;
use pileup::executor::timers::Instant;
use pileup::select;
use pileup::sync::atomic::{AtomicBool, AtomicU32};
use pileup::sync::chan::make;
use pileup::sync::context::{background, with_timeout};
use pileup::sync::time::{Duration, Ticker, Timer, after, after_func, sleep, tick};

use crate::harness::{NotMirrored, Rules, Started, check, duration, rule, run, settle, since, slice, start};

const CHANNEL: &str = "a timer is its own channel, which has neither len nor cap";
const NEVER_MADE: &str = "a timer is made or there is none";
const NEGATIVE: &str = "a duration is never negative";

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
    ("NewTicker of -1s", NEGATIVE),
    ("Tick of -1s is nil", NEGATIVE),
    ("After(-1s) fires at", NEGATIVE),
    ("NewTimer(-1s) fires at", NEGATIVE),
    ("Sleep(-1s) takes", NEGATIVE),
    ("machine's clock, After(-1s) is ready at once, of 1000", NEGATIVE),
    ("After(-1s) is ready at once", NEGATIVE),
];

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
/// The clock's smallest step.
const SMALLEST: Duration = Duration::from_nanos(1);

#[test]
fn time_behaves_as_gos_does() {
    let rules = Rules::default();
    run(&rules, machines_clock);
    run(&rules, machines_clock_at_once);
    run(&rules, timers);
    run(&rules, resets);
    run(&rules, funcs);
    run(&rules, tickers);
    run(&rules, zero);
    run(&rules, order);
    run(&rules, at_once);
    run(&rules, nanoseconds);
    run(&rules, ticks);
    run(&rules, unread);
    run(&rules, shared);
    check(include_str!("../go/semantics/time.txt"), NOT_MIRRORED, &rules);
}

async fn machines_clock(rules: Rules) {
    let (short, long) = (Duration::from_millis(1), Duration::from_millis(20));
    let timer = Timer::new(short);
    sleep(long).await;
    rule!(rules, "machine's clock, Stop after it fired, not received", timer.stop());
    rule!(rules, "machine's clock, no stale value after that Stop", poll(&timer, now()).await);
    let timer = Timer::new(short);
    sleep(long).await;
    rule!(rules, "machine's clock, Reset after it fired, not received", timer.reset(HOUR));
    rule!(rules, "machine's clock, no stale value after that Reset", poll(&timer, now()).await);
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
    rule!(rules, "timer 1ns before", poll(&timer, begin).await);
    sleep(SMALLEST).await;
    settle().await;
    rule!(rules, "timer at its time", poll(&timer, begin).await);
    rule!(rules, "timer has one value only", poll(&timer, begin).await);
    rule!(rules, "Stop after it fired and was received", timer.stop());

    let begin = now();
    let fired = after(SECOND).receive().await;
    rule!(rules, "After gives the time it fired", at(begin, fired), since(begin));

    let begin = now();
    let timer = Timer::new(SECOND);
    sleep(3 * SECOND).await;
    rule!(rules, "a value received late carries the time it was due", poll(&timer, begin).await);

    let timer = Timer::new(SECOND);
    rule!(rules, "Stop before it fires", timer.stop());
    rule!(rules, "Stop again", timer.stop());
    sleep(2 * SECOND).await;
    rule!(rules, "stopped timer after its time", poll(&timer, begin).await);
    rule!(rules, "receive from a stopped timer", start_receive(&timer).state().await);

    let timer = Timer::new(SECOND);
    sleep(2 * SECOND).await;
    settle().await;
    rule!(rules, "Stop after it fired, not received", timer.stop());
    rule!(rules, "no stale value after that Stop", poll(&timer, begin).await);

    let timer = Timer::new(SECOND);
    let waiter = start_receive(&timer);
    rule!(rules, "who waits for a timer", waiter.state().await);
    rule!(rules, "Stop while someone waits", timer.stop());
    sleep(2 * SECOND).await;
    rule!(rules, "who waited for it after its time", waiter.state().await);

    let timer = Timer::new(SECOND);
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
    rule!(rules, "reset timer after the old time", poll(&timer, begin).await);
    sleep(4 * SECOND).await;
    rule!(rules, "reset timer after the new time", poll(&timer, begin).await);
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
    rule!(rules, "no stale value after that Reset", poll(&timer, begin).await);
    rule!(rules, "the value that comes instead", at(begin, timer.receive().await));

    let timer = Timer::new(HOUR);
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

async fn funcs(rules: Rules) {
    let ran = AtomicU32::default();
    let runs = ran.clone();
    let timer = after_func(SECOND, async move || {
        runs.add(1);
    });
    rule!(rules, "AfterFunc has no channel", start_receive(&timer).state().await == "blocked");
    rule!(rules, "AfterFunc Stop before", timer.stop());
    sleep(2 * SECOND).await;
    rule!(rules, "AfterFunc stopped ran", ran.load());
    rule!(rules, "AfterFunc Reset after Stop", timer.reset(SECOND));
    sleep(2 * SECOND).await;
    settle().await;
    rule!(rules, "AfterFunc ran after Reset", ran.load());
    rule!(rules, "AfterFunc Stop after it ran", timer.stop());
    rule!(rules, "AfterFunc Reset after it ran", timer.reset(SECOND));
    sleep(2 * SECOND).await;
    settle().await;
    rule!(rules, "AfterFunc ran twice", ran.load());
    let (hold, held) = make::<i64>(0);
    let timer = after_func(SECOND, async move || {
        held.receive().await;
    });
    sleep(2 * SECOND).await;
    rule!(rules, "AfterFunc Stop while it runs", timer.stop());
    hold.send(1).await;
}

async fn tickers(rules: Rules) {
    let begin = now();
    let ticker = Ticker::new(SECOND);
    let next = async |ticker: &Ticker, begin| at(begin, ticker.receive().await);
    let ticks = [next(&ticker, begin).await, next(&ticker, begin).await, next(&ticker, begin).await];
    rule!(rules, "ticks at", ticks.join(" "));
    sleep(Duration::from_millis(3_500)).await;
    rule!(rules, "a receiver 3.5 periods late gets the tick of", poll_ticker(&ticker, begin).await);
    rule!(rules, "a second one at once", poll_ticker(&ticker, begin).await);
    rule!(rules, "and then the tick of", next(&ticker, begin).await, since(begin));

    ticker.stop();
    sleep(5 * SECOND).await;
    rule!(rules, "stopped ticker", poll_ticker(&ticker, begin).await);
    rule!(rules, "receive from a stopped ticker", start_tick(&ticker).state().await);
    rules.caught("Stop twice", async || {
        let ticker = Ticker::new(SECOND);
        ticker.stop();
        ticker.stop();
    });

    let ticker = Ticker::new(SECOND);
    sleep(Duration::from_millis(1_500)).await;
    settle().await;
    ticker.stop();
    rule!(rules, "no stale tick after Stop", poll_ticker(&ticker, begin).await);
    let begin = Instant::from_nanos(now().as_nanos() - 1_500_000_000);
    ticker.reset(2 * SECOND);
    let name = "Reset of a stopped ticker, ticks at";
    rule!(rules, name, next(&ticker, begin).await, next(&ticker, begin).await);
    ticker.stop();

    let begin = now();
    let ticker = Ticker::new(SECOND);
    sleep(Duration::from_millis(1_500)).await;
    settle().await;
    ticker.reset(2 * SECOND);
    rule!(rules, "no stale tick after Reset", poll_ticker(&ticker, begin).await);
    let name = "Reset counts from its own moment, ticks at";
    rule!(rules, name, next(&ticker, begin).await, next(&ticker, begin).await);
    ticker.stop();

    rules.caught("NewTicker of 0", async || {
        Ticker::new(Duration::ZERO);
    });
    rules.caught("Ticker.Reset to 0", async || Ticker::new(SMALLEST).reset(Duration::ZERO));
    rule!(rules, "Tick of 0 is nil", tick(Duration::ZERO).is_nil());
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
    rule!(rules, name, poll(&timer, begin).await);
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

/// Ready at once: a channel of no time has its value before anybody could wait.
async fn machines_clock_at_once(rules: Rules) {
    let mut ready = [0, 0];
    for _ in 0..1_000 {
        ready[0] += usize::from(poll(&Timer::new(Duration::ZERO), now()).await != "nothing");
        ready[1] += usize::from(poll(&after(Duration::ZERO), now()).await != "nothing");
    }
    rule!(rules, "machine's clock, NewTimer(0) is ready at once, of 1000", ready[0]);
    rule!(rules, "machine's clock, After(0) is ready at once, of 1000", ready[1]);
}

async fn nanoseconds(rules: Rules) {
    let begin = now();
    let (late, soon) = (after(Duration::from_nanos(900)), after(Duration::from_nanos(100)));
    let first = select! {
        fired = late.receive() => fired,
        fired = soon.receive() => fired,
    };
    rule!(rules, "timers of 900ns and 100ns, the first is that of", at(begin, first));
    rule!(rules, "and it is", since(begin));
    rule!(rules, "the other fires at", at(begin, late.receive().await));
    let begin = now();
    for _ in 0..1_000 {
        sleep(SMALLEST).await;
    }
    rule!(rules, "a thousand sleeps of 1ns take", since(begin));
    let begin = now();
    let (ctx, _cancel) = with_timeout(&background(), Duration::from_nanos(1_500));
    ctx.done().await;
    rule!(rules, "WithTimeout(1.5µs) is done after", since(begin));
    let begin = now();
    let ticker = Ticker::new(Duration::from_nanos(300));
    let mut ticks = Vec::new();
    for _ in 0..4 {
        ticks.push(at(begin, ticker.receive().await));
    }
    rule!(rules, "a ticker of 300ns ticks at", ticks.join(" "));
    ticker.stop();
    let woken = Rc::new(RefCell::new(Vec::new()));
    for wait in [5, 1, 4, 2, 3] {
        let woken = woken.clone();
        start(async move {
            sleep(wait * SMALLEST).await;
            woken.borrow_mut().push(i64::from(wait));
        });
    }
    sleep(6 * SMALLEST).await;
    rule!(rules, "sleeps of 5ns, 1ns, 4ns, 2ns, 3ns wake in the order", slice(&woken.borrow()));
}

async fn at_once(rules: Rules) {
    let begin = now();
    rule!(rules, "NewTimer(0) is ready at once", poll(&Timer::new(Duration::ZERO), begin).await);
    rule!(rules, "After(0) is ready at once", poll(&after(Duration::ZERO), begin).await);
    let timer = Timer::new(HOUR);
    timer.reset(Duration::ZERO);
    rule!(rules, "Reset(0) is ready at once", poll(&timer, begin).await);
    rule!(rules, "After(1ns) is ready at once", poll(&after(SMALLEST), begin).await);
    let (fill, ready) = make::<i64>(1);
    let mut chosen = 0;
    for _ in 0..1_000 {
        fill.send(1).await;
        select! {
            _ = after(Duration::ZERO).receive() => {
                chosen += 1;
                ready.receive().await;
            },
            _ = ready.receive() => {},
        }
    }
    let name = "After(0) beside a ready case, chosen of 1000 is between 400 and 600";
    rule!(rules, name, 400 < chosen && chosen < 600);
    let timer = Timer::new(Duration::ZERO);
    rule!(rules, "Stop of NewTimer(0), not received", timer.stop());
    rule!(rules, "no stale value after that Stop of NewTimer(0)", poll(&timer, begin).await);
    let timer = Timer::new(Duration::ZERO);
    timer.receive().await;
    rule!(rules, "Stop of NewTimer(0), received", timer.stop());
    let ran = AtomicBool::default();
    let runs = ran.clone();
    let timer = after_func(Duration::ZERO, async move || runs.store(true));
    rule!(rules, "AfterFunc(0) has run at once", ran.load());
    settle().await;
    // The clock looks at what is due once nobody is ready.
    sleep(SMALLEST).await;
    rule!(rules, "AfterFunc(0) has run once everyone has gone as far as they can", ran.load());
    rule!(rules, "AfterFunc(0) Stop after it ran", timer.stop());
}

async fn ticks(rules: Rules) {
    let begin = now();
    let ticks = tick(SECOND);
    let next = async || at(begin, ticks.receive().await);
    rule!(rules, "Tick ticks at", next().await, next().await);
    sleep(Duration::from_millis(2_500)).await;
    rule!(rules, "Tick, a receiver 2.5 periods late gets the tick of", poll_ticker(&ticks, begin).await);
    rule!(rules, "Tick, a second one at once", poll_ticker(&ticks, begin).await);
    let nil = start(async {
        tick(Duration::ZERO).receive().await;
    });
    rule!(rules, "receive from Tick of 0", nil.state().await);
}

/// A tick that nobody received stays in the channel, and the ones after it are lost: the receiver sees the first.
async fn unread(rules: Rules) {
    let begin = now();
    let ticker = Ticker::new(SECOND);
    let next = async |ticker: &Ticker| at(begin, ticker.receive().await);
    sleep(Duration::from_millis(10_500)).await;
    rule!(rules, "nobody looked for 10.5 periods, the tick is that of", poll_ticker(&ticker, begin).await);
    rule!(rules, "nobody looked for 10.5 periods, a second one at once", poll_ticker(&ticker, begin).await);
    rule!(rules, "nobody looked for 10.5 periods, the next is that of", next(&ticker).await);
    rule!(rules, "and the next of", next(&ticker).await);
    sleep(SECOND).await;
    rule!(rules, "looked exactly at a tick", poll_ticker(&ticker, begin).await);
    sleep(Duration::from_millis(5_500)).await;
    ticker.reset(2 * SECOND);
    rule!(rules, "Reset while a tick is unread, ticks at", next(&ticker).await, next(&ticker).await);
    ticker.reset(SECOND);
    let waiter = start_tick(&ticker);
    settle().await;
    sleep(Duration::from_millis(10_500)).await;
    rule!(rules, "one waited and nobody after, it", waiter.state().await);
    rule!(rules, "one waited and nobody after, the tick is that of", poll_ticker(&ticker, begin).await);
    ticker.stop();

    let begin = now();
    let ticker = Ticker::new(SECOND);
    sleep(Duration::from_millis(1_500)).await;
    let (tells, other) = make::<i64>(0);
    start(async move {
        sleep(3 * SECOND).await;
        tells.send(1).await;
    });
    let mut got = String::new();
    for _ in 0..3 {
        let text = select! {
            ticked = ticker.receive() => at(begin, ticked),
            _ = other.receive() => "other".into(),
        };
        got += &format!("{text} ");
    }
    rule!(rules, "select with a tick waiting, then two more", got);
    ticker.stop();
}

async fn shared(rules: Rules) {
    let begin = now();
    let timer = Timer::new(HOUR);
    let waiter = start_receive(&timer);
    settle().await;
    go(async |timer: Timer| assert!(timer.reset(SECOND)), (&timer,));
    settle().await;
    sleep(SECOND).await;
    rule!(rules, "another goroutine resets the timer, who waits", waiter.state().await);
    let ticker = Ticker::new(SECOND);
    let (first, second) = (start_tick(&ticker), start_tick(&ticker));
    settle().await;
    sleep(SECOND).await;
    let one = first.state().await != second.state().await;
    rule!(rules, "two wait for one ticker, one is served by the first tick", one);
    sleep(SECOND).await;
    rule!(rules, "and the other by the second", first.state().await, second.state().await);
    go(async |ticker: Ticker| ticker.stop(), (&ticker,));
    settle().await;
    rule!(rules, "another goroutine stops the ticker", start_tick(&ticker).state().await);
    rule!(rules, "that all took", since(begin));
}

async fn poll(timer: &Timer, begin: Instant) -> String {
    select! {
        fired = timer.receive() => at(begin, fired),
        default => "nothing".into(),
    }
}

async fn poll_ticker(ticker: &Ticker, begin: Instant) -> String {
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
fn start_receive(timer: &Timer) -> Started {
    let timer = timer.clone();
    start(async move {
        timer.receive().await;
    })
}

/// `go func() { <-ticker.C }()`
fn start_tick(ticker: &Ticker) -> Started {
    let ticker = ticker.clone();
    start(async move {
        ticker.receive().await;
    })
}
