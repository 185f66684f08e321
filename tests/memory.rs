//! What a run says that it holds is what it holds, and what it holds follows who is alive.
//!
//! Bytes are counted at the allocator, on this thread, so tests that run beside these do not matter.

use pileup::executor::limits::Limits;
use pileup::lessons;
use pileup::player::run::{Keep, Player, Spec};

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

/// Plays, and compares what the run says with what the allocator says.
#[track_caller]
fn check(settings: &[(&str, u32)], until_us: u64) {
    // What a thread's first run makes once and for all is no run's.
    drop(played(settings, 100_000));
    let (allocated, player) = allocated(|| played(settings, until_us));
    let (held, alive) = (player.held_bytes(), player.ledger().counts().alive);
    println!("{settings:?}: says {held}, allocated {allocated}, alive {alive}");
    assert!(held.abs_diff(allocated) * 10 < allocated, "{settings:?}: {held} is not {allocated}");
}

#[test]
fn a_run_whose_calls_hang_says_what_it_holds() {
    check(&[("workers", 5), ("stuck", 20), ("traffic", 6_000)], MINUTE_US);
}

#[test]
fn a_run_whose_senders_stand_in_queues_says_what_it_holds() {
    check(&[("capacity", 0), ("send", 0), ("stuck", 0), ("traffic", 6_000)], MINUTE_US);
}

#[test]
fn a_run_with_buffers_says_what_it_holds() {
    check(&[("capacity", 10), ("workers", 10), ("stuck", 20), ("parent", 3), ("traffic", 6_000)], MINUTE_US / 2);
}

#[test]
fn a_run_that_leaks_nothing_says_what_it_holds() {
    check(&[("listen", 1), ("traffic", 6_000)], MINUTE_US);
}

#[test]
fn a_run_in_which_every_worker_hangs_says_what_it_holds() {
    check(&[("workers", 50), ("stuck", 100), ("timeout", 100), ("traffic", 60_000)], 3_000_000);
}

#[test]
fn a_short_run_says_what_it_holds() {
    check(&[], 2_000_000);
}
