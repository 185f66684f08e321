//! What a run says that it holds is what it holds, and what it holds follows who is alive.
//!
//! Bytes are counted at the allocator, on this thread, so tests that run beside these do not matter.

use futures::future::join4;
use pileup::executor::engine::{Config, Engine};
use pileup::executor::limits::Limits;
use pileup::executor::spawn::{Plain, go};
use pileup::lessons;
use pileup::player::run::{Keep, Player, Spec};
use pileup::select;
use pileup::sync::atomic::AtomicI64;
use pileup::sync::chan::{self, Sender};
use pileup::sync::cond::Cond;
use pileup::sync::context::{self, Context, background};
use pileup::sync::mutex::Mutex;
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::semaphore::Weighted;
use pileup::sync::time::{self, Duration, Ticker};
use pileup::sync::wait_group::WaitGroup;

const MINUTE_US: u64 = 60_000_000;

fn spec(settings: &[(&str, u32)]) -> Spec {
    let lesson = lessons::by_name("leak").expect("the flagship");
    let mut spec = Spec::new(&lesson);
    for (name, value) in settings {
        spec.knobs[lesson.knob(name).expect("a knob")] = *value;
    }
    spec
}

fn played(settings: &[(&str, u32)], until_us: u64) -> Player {
    let mut player = Player::with(spec(settings), Keep::Unread, Limits::default());
    player.play_to(until_us, u64::MAX);
    player
}

/// What `make` keeps allocated, and what it made.
fn allocated<T>(make: impl FnOnce() -> T) -> (u64, T) {
    let mut made = None;
    let info = allocation_counter::measure(|| made = Some(make()));
    (u64::try_from(info.bytes_current).expect("a run holds something"), made.expect("it was made"))
}

/// Plays, and compares what the run says with what the allocator says: exactly, but for the player itself, which stands on
/// the stack here.
#[track_caller]
fn check(settings: &[(&str, u32)], until_us: u64) -> Player {
    // What a thread's first run makes once and for all is no run's.
    drop(played(settings, 100_000));
    let (allocated, player) = allocated(|| played(settings, until_us));
    let held = player.held_bytes();
    assert!(held.abs_diff(allocated) <= size_of::<Player>() as u64, "{settings:?}: says {held}, takes {allocated}");
    player
}

#[test]
fn a_run_whose_calls_hang_says_what_it_holds() {
    let player = check(&[("workers", 5), ("stuck", 20), ("traffic", 6_000)], 10_000_000);
    assert!(player.ledger().counts().leaked > 500);
}

#[test]
fn a_run_whose_senders_stand_in_queues_says_what_it_holds() {
    let late = [("capacity", 0), ("send", 0), ("stuck", 0), ("work", 4_000), ("timeout", 1_000), ("traffic", 6_000)];
    let player = check(&late, 8_000_000);
    assert!(player.ledger().counts().leaked > 500);
}

#[test]
fn a_run_with_buffers_and_groups_says_what_it_holds() {
    let settings = [("capacity", 10), ("workers", 10), ("stuck", 20), ("parent", 3), ("traffic", 6_000)];
    assert!(check(&settings, 5_000_000).ledger().counts().alive > 1_000);
}

#[test]
fn a_run_that_leaks_nothing_says_what_it_holds() {
    let player = check(&[("listen", 1), ("traffic", 6_000)], 10_000_000);
    assert_eq!(player.ledger().counts().leaked, 0);
}

#[test]
fn a_run_in_which_every_worker_hangs_says_what_it_holds() {
    let player = check(&[("workers", 50), ("stuck", 100), ("timeout", 100), ("traffic", 60_000)], 800_000);
    assert!(player.ledger().counts().leaked > 10_000);
}

#[test]
fn a_run_that_loops_says_what_it_holds() {
    let player = check(&[("shape", 1), ("stuck", 0), ("work", 80), ("timeout", 100)], 10_000_000);
    assert!(player.ledger().counts().leaked > 50);
}

#[test]
fn a_short_run_says_what_it_holds() {
    assert!(check(&[], 2_000_000).ledger().counts().alive > 0);
}

#[test]
fn memory_follows_who_is_alive_and_not_who_ever_was() {
    // Every call hangs until it hears: few polls for each task.
    let settings = [("listen", 1), ("workers", 1), ("stuck", 100), ("timeout", 100), ("traffic", 60)];
    let mut run = None;
    let early = allocation_counter::measure(|| run = Some(played(&settings, 20 * MINUTE_US)));
    let mut player = run.expect("it was made");
    let since = allocation_counter::measure(|| {
        player.play_to(240 * MINUTE_US, u64::MAX);
    });
    let (early, late) = (early.bytes_current, early.bytes_current + since.bytes_current);
    assert!(player.ledger().counts().spawned > 25_000);
    assert!(late * 10 <= early * 12, "{early} bytes after 20 minutes, {late} after 4 hours");
}

/// Tasks that wait in every primitive there is, for ever.
async fn waits_everywhere() {
    let (ctx, _cancel) = context::with_timeout(&background(), Duration::from_secs(3_600));
    let ctx = context::with_value(&ctx, 1_u32, 2_u32);
    let (group, lock, rw) = (WaitGroup::new(), Mutex::new(), RwMutex::new());
    let (cond, semaphore) = (Cond::new(&lock), Weighted::new(1));
    group.add(1);
    go(async |group: WaitGroup| group.wait().await, (&group,));
    go(async |cond: Cond| cond.wait().await, (&cond,));
    go(async |rw: RwMutex| rw.lock().await, (&rw,));
    go(async |rw: RwMutex| rw.read_lock().await, (&rw,));
    go(async |all: Weighted, ctx: Context| all.acquire(&ctx, 1).await.unwrap_or_default(), (&semaphore, &ctx));
    let _kept = context::after_func(&ctx, async || ());
    let _later = time::after_func(Duration::from_secs(3_600), async || ());
    let ticker = Ticker::new(Duration::from_secs(3_600));
    let (large, inbox) = chan::make::<Large>(0);
    let (full, _nobody) = chan::make::<Large>(3);
    let counter = AtomicI64::new(1);
    go(async |large: Sender<Large>| large.send(Large::default()).await, (&large,));
    for _ in 0..3 {
        full.send(Large::default()).await;
    }
    let (_sends, nothing) = chan::make::<()>(0);
    let either = async {
        select! {
            _ = ctx.done() => {},
            _ = ticker.receive() => {},
            _ = nothing.receive() => {},
        }
    };
    join4(nothing.receive(), nothing.receive(), ctx.done(), either).await;
    drop((inbox, counter));
}

/// A message of 400 bytes.
#[derive(Default)]
struct Large {
    _words: [[u64; 10]; 5],
}

impl Plain for Large {}

/// Compares within a fiftieth: what the test itself keeps is allocated, too.
#[track_caller]
fn check_engine(engine: &Engine, allocated: i64) {
    let held = engine.held_bytes() as i64;
    assert!((held - allocated).abs() * 50 < allocated, "says {held}, takes {allocated}");
}

#[test]
fn whatever_primitive_a_program_waits_in_says_what_it_holds() {
    let (mut engine, mut spawned) = (Engine::new(Config::default()), Vec::new());
    let waiting = allocation_counter::measure(|| {
        engine.start(|| spawned.extend((0..500).map(|_| go(waits_everywhere, ()))));
        engine.run_until_idle();
    });
    assert!(engine.tasks_alive() >= 500 * 7);
    check_engine(&engine, waiting.bytes_current);

    let aborting = allocation_counter::measure(|| {
        engine.start(|| spawned.drain(..).for_each(|task| task.abort()));
        engine.run_until_idle();
    });
    assert!(aborting.bytes_current < 0, "whoever is aborted gives back what it held");
    check_engine(&engine, waiting.bytes_current + aborting.bytes_current);
}
