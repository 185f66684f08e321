//! The tables of ratios: each row is measured in turns with what it is compared with, in one run.
//!
//! Absolute numbers mean little on a noisy machine; the ratio of two medians taken in turns means something. `cargo xtask
//! bench` runs this natively, and `wasm_ratios.rs` in a browser.

mod shared;

use std::any::Any;
use std::hint::black_box;
use std::time::{Duration, Instant};

use pileup::executor::engine::{Config, Engine};
use pileup::executor::limits::Limits;
use pileup::executor::timers::Instant as VirtualInstant;
use pileup::player::past::WayBack;
use pileup::player::run::{Keep, Player};

use crate::shared::{POLLS, TASKS, Yields, all_workers_hang, listening_player, player_with_pile};

/// Pairs of measured runs.
const ROUNDS: usize = 15;

fn main() {
    println!("\n{:<58}{:>14}{:>14}{:>8}{:>8}", "what", "ours", "against", "ratio", "reach");
    polls();
    steps();
    way_back();
    memory();
    growth();
}

fn ours() -> Duration {
    let mut engine = shared::engine();
    let began = Instant::now();
    black_box(engine.run_until_idle());
    began.elapsed()
}

fn local_pool() -> Duration {
    let mut pool = shared::local_pool();
    let began = Instant::now();
    pool.run();
    began.elapsed()
}

fn tokio() -> Duration {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let local = tokio::task::LocalSet::new();
    for _ in 0..TASKS {
        local.spawn_local(Yields::new());
    }
    let began = Instant::now();
    runtime.block_on(local);
    began.elapsed()
}

fn tokio_without_local_set() -> Duration {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let tasks: Vec<_> = (0..TASKS).map(|_| runtime.spawn(Yields::new())).collect();
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
        let (ours, theirs) = medians_in_turns(ours, against);
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

/// The cost of a poll, ledger and verdicts included, beside a pile and without one.
fn steps() {
    let mut with = player_with_pile(1_000_000, 600);
    let mut without = player_with_pile(0, 600);
    let per_poll = |player: &mut Player| {
        let polls = player.ledger().counts().polls;
        let until_us = player.now_us() + 2_000_000;
        let began = Instant::now();
        player.play_to(until_us, u64::MAX);
        let elapsed = began.elapsed();
        Duration::from_secs_f64(elapsed.as_secs_f64() / (player.ledger().counts().polls - polls) as f64)
    };
    let (ours, theirs) = medians_in_turns(|| per_poll(&mut with), || per_poll(&mut without));
    let ns = |duration: Duration| format!("{} ns", duration.as_nanos());
    row("a step beside 1 000 000 leaked tasks: beside none", &ns(ours), &ns(theirs), ratio(ours, theirs), "1.1");
}

/// Bytes for each leaked worker, its part of the trace included, against a leaked goroutine's 2.8 kB (docs/definitions.md).
fn memory() {
    const GOROUTINE_BYTES: f64 = 2_800.0;
    let line = |what: &str, bytes: f64| {
        row(what, &format!("{bytes:.0} B"), "2800 B", bytes / GOROUTINE_BYTES, "0.143");
    };
    line("a leaked worker, engine and whole trace: a goroutine", bytes_per_leak(engine_alone));
    line(
        "the same as the page keeps it, with ledger",
        bytes_per_leak(|| {
            let player = player_with_pile(200_000, 0);
            let leaked = player.ledger().counts().leaked;
            (Box::new(player), leaked)
        }),
    );
}

/// Bytes that stay allocated for a run of which the page keeps no past, with the switch on: late in a day of virtual time, and
/// after its first hour. A day is 864,000 requests, of five workers each.
fn growth() {
    const HOUR_US: u64 = 3_600_000_000;
    let mut player = None;
    let hour = allocation_counter::measure(|| player = Some(listening_player(HOUR_US)));
    let mut player = player.expect("it was made");
    let (held_after_hour, began) = (player.held_bytes(), Instant::now());
    let day = allocation_counter::measure(|| {
        player.play_to(24 * HOUR_US, u64::MAX);
    });
    let (after_hour, after_day) = (hour.bytes_current, hour.bytes_current + day.bytes_current);
    let bytes = |bytes: i64| format!("{bytes} B");
    let what = "a listening run after 24 h: after 1 h, by the allocator";
    row(what, &bytes(after_day), &bytes(after_hour), after_day as f64 / after_hour as f64, "1.2");
    let (ours, theirs) = (player.held_bytes(), held_after_hour);
    let ratio = ours as f64 / theirs as f64;
    row("the same, by the run's own account", &format!("{ours} B"), &format!("{theirs} B"), ratio, "1.2");
    println!("{} tasks in {:.0} s", player.ledger().counts().spawned, began.elapsed().as_secs_f64());
}

/// The way to moments of a run of a million events that the run has left behind, against running again up to there; and what
/// the way back takes for each event.
fn way_back() {
    const EVENTS: u64 = 1_000_000;
    let mut player = shared::leaking_player(Keep::WayBack(WayBack::PAGE), EVENTS);
    let (events, end_us) = (player.ledger().counts().events, player.now_us());
    let without = shared::leaking_player(Keep::Unread, EVENTS).held_bytes();
    let per_event = (player.held_bytes() - without) as f64 / events as f64;
    let mut spec = player.spec().clone();
    spec.inputs.clear();
    let moments = (1..ROUNDS as u64).map(|number| end_us * number / ROUNDS as u64);
    let (mut back, mut again) = (Vec::new(), Vec::new());
    for at_us in moments {
        back.push(timed(|| {
            player.seek(at_us);
            player.play_to(at_us, u64::MAX);
        }));
        let mut fresh = Player::with(spec.clone(), Keep::Unread, Limits::default());
        again.push(timed(|| _ = fresh.play_to(at_us, u64::MAX)));
        assert_eq!(player.ledger().counts(), fresh.ledger().counts());
    }
    let longest = back.iter().max().copied().unwrap_or_default();
    let [ours, theirs]: [Duration; 2] = [back, again].map(|times| times.into_iter().sum());
    let what = "14 moments back in 1 000 000 events: running again";
    row(what, &format!("{ours:.1?}"), &format!("{theirs:.1?}"), ratio(ours, theirs), "0.05");
    let longest_ms = longest.as_secs_f64() * 1e3;
    row("the longest of them: 8 ms", &format!("{longest:.2?}"), "8 ms", longest_ms / 8.0, "1");
    row("bytes an event for the way back: 32", &format!("{per_event:.1} B"), "32 B", per_event / 32.0, "1");
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

/// The engine with its whole trace and without a ledger, and how many tasks are leaked in it.
fn engine_alone() -> (Box<dyn Any>, u32) {
    const REQUESTS: u32 = 4_000;
    let mut spec = all_workers_hang();
    spec.knobs[spec.lesson.knob("requests").expect("a knob")] = REQUESTS;
    let mut engine = Engine::new(Config { inputs: spec.knobs, ..Config::default() });
    engine.start(|| (spec.lesson.start)());
    engine.run_to(VirtualInstant::from_secs(3_600), u64::MAX);
    assert_eq!(engine.tasks_alive(), 50 * REQUESTS as usize, "every worker hangs, and nobody else is left");
    (Box::new(engine), 50 * REQUESTS)
}

/// The bytes that stay allocated for what `make` returns, divided by the number of leaks in it.
fn bytes_per_leak(make: impl FnOnce() -> (Box<dyn Any>, u32)) -> f64 {
    let mut made = None;
    let info = allocation_counter::measure(|| made = Some(make()));
    let (_kept, leaked) = made.expect("it was made");
    info.bytes_current as f64 / f64::from(leaked)
}

/// The medians of both, measured in turns.
fn medians_in_turns(mut ours: impl FnMut() -> Duration, mut theirs: impl FnMut() -> Duration) -> (Duration, Duration) {
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
