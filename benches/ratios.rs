//! The tables of ratios: each line measured side by side with what it is compared with, in turns, in this one run.
//!
//! Absolute numbers mean little on a noisy machine; a ratio of two medians taken in turns does. `cargo xtask bench` runs
//! this natively, and its browser half in a page.

use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures::executor::LocalPool;
use futures::task::LocalSpawnExt as _;
use pileup::executor::engine::{Config, Engine, Order};
use pileup::executor::spawn::go;
use pileup::lessons;
use pileup::player::run::{Keep, Player, Spec};

/// Tasks, and polls of each, in one measured run of the poll benches.
const TASKS: usize = 1_000;
const POLLS: usize = 200;
/// Pairs of measured runs.
const ROUNDS: usize = 15;

fn main() {
    println!("\n{:<58}{:>14}{:>14}{:>8}{:>8}", "what", "ours", "against", "ratio", "reach");
    polls();
    steps();
    memory();
}

/// Wakes itself and yields, `left` times.
struct Yields {
    left: usize,
}

impl Future for Yields {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.left == 0 {
            return Poll::Ready(());
        }
        self.left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

fn ours(order: Order) -> Duration {
    let mut engine = Engine::new(Config { order, ..Config::default() });
    engine.start(|| {
        for _ in 0..TASKS {
            go(|| Yields { left: POLLS }, ());
        }
    });
    let began = Instant::now();
    black_box(engine.run_until_idle());
    began.elapsed()
}

fn local_pool() -> Duration {
    let mut pool = LocalPool::new();
    for _ in 0..TASKS {
        pool.spawner().spawn_local(Yields { left: POLLS }).expect("the pool is there");
    }
    let began = Instant::now();
    pool.run();
    began.elapsed()
}

fn tokio() -> Duration {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let local = tokio::task::LocalSet::new();
    for _ in 0..TASKS {
        local.spawn_local(Yields { left: POLLS });
    }
    let began = Instant::now();
    runtime.block_on(local);
    began.elapsed()
}

fn tokio_without_local_set() -> Duration {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let tasks: Vec<_> = (0..TASKS).map(|_| runtime.spawn(Yields { left: POLLS })).collect();
    let began = Instant::now();
    runtime.block_on(async {
        for task in tasks {
            task.await.expect("it yields and returns");
        }
    });
    began.elapsed()
}

fn polls() {
    let per_poll = |duration: Duration| duration.as_nanos() as f64 / (TASKS * POLLS) as f64;
    let line = |what: &str, reach: &str, against: fn() -> Duration| {
        let (ours, theirs) = in_turns(|| ours(Order::Fifo), against);
        row(
            what,
            &format!("{:.1} ns", per_poll(ours)),
            &format!("{:.1} ns", per_poll(theirs)),
            ratio(ours, theirs),
            reach,
        );
    };
    line("a poll with the full trace: LocalPool without any", "0.8", local_pool);
    line("the same: tokio current_thread, paused time, spawn", "1.0", tokio_without_local_set);
    line("the same: tokio current_thread, paused time, LocalSet", "1.0", tokio);
}

/// A run of the flagship in which everybody hangs, until `leaked` tasks are leaked.
fn piled(leaked: u32) -> Player {
    let lesson = lessons::by_name("leak").expect("the flagship");
    let mut spec = Spec::new(lesson);
    let mut set = |name: &str, value: u32| spec.knobs[lesson.knob(name).expect("a knob")] = value;
    set("workers", 50);
    set("stuck", 100);
    set("timeout", 100);
    set("traffic", if leaked == 0 { 0 } else { 60_000 });
    let mut player = Player::with(spec, Keep::Unread, pileup::executor::limits::Limits::default());
    let mut now_us = 0;
    while player.ledger().counts().leaked < leaked {
        now_us += 100_000;
        player.play_to(now_us, u64::MAX);
    }
    player.set(lesson.knob("traffic").expect("a knob"), 0);
    player.set(lesson.knob("stuck").expect("a knob"), 0);
    player.play_to(now_us + 1_000_000, u64::MAX);
    player.set(lesson.knob("traffic").expect("a knob"), 600);
    player
}

/// The cost of a poll, ledger and verdicts included, beside a pile and without one.
fn steps() {
    let mut with = piled(1_000_000);
    let mut without = piled(0);
    let per_poll = |player: &mut Player| {
        let polls = player.ledger().counts().polls;
        let until_us = player.now_us() + 2_000_000;
        let began = Instant::now();
        player.play_to(until_us, u64::MAX);
        let elapsed = began.elapsed();
        Duration::from_secs_f64(elapsed.as_secs_f64() / (player.ledger().counts().polls - polls) as f64)
    };
    let (ours, theirs) = in_turns(|| per_poll(&mut with), || per_poll(&mut without));
    let ns = |duration: Duration| format!("{} ns", duration.as_nanos());
    row("a step beside 1 000 000 leaked tasks: beside none", &ns(ours), &ns(theirs), ratio(ours, theirs), "1.1");
}

/// Bytes a leaked worker, its part of the trace included, against a leaked goroutine's 2.8 kB (TRUTH.md).
fn memory() {
    const GOROUTINE_BYTES: f64 = 2_800.0;
    let line = |what: &str, bytes: f64| {
        row(what, &format!("{bytes:.0} B"), "2800 B", bytes / GOROUTINE_BYTES, "0.143");
    };
    let (engine, leaked) = measured(engine_alone);
    line("a leaked worker, engine and whole trace: a goroutine", engine / leaked);
    let (player, leaked) = measured(|| Box::new(piled(200_000)));
    line("the same as the page keeps it, with ledger", player / leaked);
}

/// The engine with its whole trace, nobody reading.
fn engine_alone() -> Box<dyn std::any::Any> {
    let lesson = lessons::by_name("leak").expect("the flagship");
    let mut knobs = lesson.defaults();
    let mut set = |name: &str, value: u32| knobs[lesson.knob(name).expect("a knob")] = value;
    set("workers", 50);
    set("stuck", 100);
    set("timeout", 100);
    set("traffic", 60_000);
    set("requests", 4_000);
    let mut engine = Engine::new(Config { inputs: knobs, ..Config::default() });
    engine.start(lesson.start);
    engine.run_to(pileup::executor::timers::Instant(3_600_000_000), u64::MAX);
    assert_eq!(engine.tasks_alive(), 200_000);
    Box::new(engine)
}

/// Bytes that are kept by what `make` makes, and 200 000 leaked workers.
fn measured(make: impl FnOnce() -> Box<dyn std::any::Any>) -> (f64, f64)
where
{
    let mut kept: Option<Box<dyn std::any::Any>> = None;
    let info = allocation_counter::measure(|| kept = Some(make()));
    drop(kept);
    (info.bytes_current as f64, 200_000.0)
}

/// The medians of both, measured in turns.
fn in_turns(mut ours: impl FnMut() -> Duration, mut theirs: impl FnMut() -> Duration) -> (Duration, Duration) {
    let pairs: Vec<(Duration, Duration)> = (0..ROUNDS).map(|_| (ours(), theirs())).collect();
    (median(pairs.iter().map(|pair| pair.0)), median(pairs.iter().map(|pair| pair.1)))
}

fn median(durations: impl Iterator<Item = Duration>) -> Duration {
    let mut sorted: Vec<Duration> = durations.collect();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

fn ratio(ours: Duration, theirs: Duration) -> f64 {
    ours.as_secs_f64() / theirs.as_secs_f64()
}

fn row(what: &str, ours: &str, theirs: &str, ratio: f64, reach: &str) {
    println!("{what:<58}{ours:>14}{theirs:>14}{ratio:>8.3}{:>8}", format!("≤ {reach}"));
}
