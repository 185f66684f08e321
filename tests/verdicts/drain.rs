//! The drain test obeys the same rule: whoever it calls a leak never goes on.

use std::future::pending;

use expect_test::{Expect, expect};
use futures::channel::oneshot;
use pileup::executor::context::now;
use pileup::executor::input;
use pileup::executor::spawn::{go, request};
use pileup::executor::state::declare;
use pileup::executor::timers::Instant;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::context::{CancelFunc, Context, background, with_cancel};
use pileup::sync::time::{Duration, sleep};

use crate::play::{PERIOD, Run, SECOND};

/// Plays a program for a second, drains it, and compares who was there, the verdict, and who is there then.
fn check(program: impl FnOnce(), expect: &Expect) {
    let mut run = Run::new(program);
    run.play_to(1_000_000);
    let before = run.text();
    let drained = run.drain();
    expect.assert_eq(&format!("{before}; {drained}; {}", run.text()));
}

async fn receives(rx: Receiver<u32>) {
    rx.receive().await;
}

#[test]
fn who_ends_by_itself_leaves_a_clean_run() {
    check(|| _ = request(async || sleep(10 * SECOND).await, ()), &expect!["t1 parent working; clean; nobody"]);
    check(
        || {
            _ = request(
                async || {
                    while !input::is_draining() {
                        sleep(SECOND).await
                    }
                },
                (),
            )
        },
        &expect!["t1 parent working; clean; nobody"],
    );
}

#[test]
fn who_is_stranded_is_a_leak_and_so_is_whoever_calls_the_outside_world() {
    async fn parent() {
        let (_tx, rx) = make(0);
        go(receives, (rx,));
        input::never().await;
    }
    check(
        || _ = request(parent, ()),
        &expect![
            "t1 parent working, t2 child working; 2 stranded, 0 runaway, 0 held up; t1 parent stranded, t2 child stranded"
        ],
    );
}

#[test]
fn who_wakes_for_ever_and_says_so_is_a_leak_and_so_is_whoever_it_never_answers() {
    async fn wakes(tx: Sender<u32>) {
        while !tx.is_nil() {
            declare(&[]);
            sleep(PERIOD).await;
        }
    }
    async fn receives_once(rx: Receiver<u32>) {
        declare(&[]);
        rx.receive().await;
    }
    async fn parent() {
        let (tx, rx) = make(0);
        go(receives_once, (rx,));
        go(wakes, (tx,));
    }
    check(
        || _ = request(parent, ()),
        &expect![
            "t2 child stopping, t3 child runaway; 0 stranded, 1 runaway, 1 held up; t2 child stopping, t3 child runaway"
        ],
    );
}

/// Each round of the circle begins with equal tasks at equal places, but they are others: each gets its turn.
#[test]
fn who_waits_its_turn_in_a_circle_is_not_held_up() {
    async fn sleeps() {
        declare(&[]);
        sleep(3 * PERIOD).await;
        declare(&[]);
    }
    async fn spawns_sleepers() {
        loop {
            declare(&[]);
            go(sleeps, ());
            sleep(PERIOD).await;
        }
    }
    check(
        || _ = request(spawns_sleepers, ()),
        &expect![
            "t1 parent working, t100 child working, t101 child working, t102 child working; 0 stranded, 1 runaway, 0 held up; t1 parent runaway, t6101 child stopping, t6102 child stopping, t6103 child stopping"
        ],
    );
    async fn receives_once(rx: Receiver<u32>) {
        declare(&[]);
        rx.receive().await;
        declare(&[]);
    }
    async fn spawns_receivers() {
        let (tx, rx) = make(0);
        go(receives_once, (&rx,));
        go(receives_once, (&rx,));
        loop {
            declare(&[]);
            go(receives_once, (&rx,));
            sleep(PERIOD).await;
            declare(&[]);
            tx.send(1).await;
        }
    }
    check(
        || _ = request(spawns_receivers, ()),
        &expect![
            "t1 parent working, t102 child working, t103 child working, t104 child working; 0 stranded, 1 runaway, 0 held up; t1 parent runaway, t6103 child stopping, t6104 child stopping, t6105 child stopping"
        ],
    );
}

#[test]
fn who_wakes_for_an_hour_and_says_nothing_is_waited_for() {
    async fn wakes() {
        while now() < Instant::from_secs(3_600) {
            sleep(20 * SECOND).await;
        }
    }
    check(|| _ = request(wakes, ()), &expect!["t1 parent working; clean; nobody"]);
}

#[test]
fn who_wakes_for_longer_than_the_drain_and_says_nothing_is_unproven() {
    async fn wakes() {
        while now() < Instant::from_secs(10_000) {
            sleep(20 * SECOND).await;
        }
    }
    check(
        || {
            request(wakes, ());
            request(pending::<()>, ());
        },
        &expect!["t1 parent working, t2 parent stranded; 1 leaked, 1 unproven; t1 parent unproven, t2 parent stranded"],
    );
}

#[test]
fn who_sleeps_for_longer_than_the_drain_is_unproven() {
    check(
        || _ = request(async || sleep(Duration::from_secs(10_000)).await, ()),
        &expect!["t1 parent working; 0 leaked, 1 unproven; t1 parent stopping"],
    );
}

#[test]
fn who_waits_for_a_server_that_stops_at_the_drain_is_answered() {
    async fn server(cancel: CancelFunc) {
        while !input::is_draining() {
            input::changed().await;
        }
        cancel.cancel();
    }
    async fn listens(ctx: Context) {
        ctx.done().await;
    }
    check(
        || {
            let (ctx, cancel) = with_cancel(&background());
            go(server, (cancel,));
            request(listens, (ctx,));
        },
        &expect!["t2 parent working; clean; nobody"],
    );
}

#[test]
fn who_waits_for_something_that_the_trace_cannot_see_is_unproven_for_good() {
    async fn parent() {
        let (tx, rx) = make::<u32>(0);
        go(receives, (rx,));
        go(
            async move || {
                pending::<()>().await;
                drop(tx);
            },
            (),
        );
        let (tx, rx) = oneshot::channel::<()>();
        go(async move || assert!(rx.await.is_err()), ());
        pending::<()>().await;
        drop(tx);
    }
    check(
        || _ = request(parent, ()),
        &expect![
            "t1 parent stranded, t2 child unproven, t3 child stranded, t4 child unproven; 2 leaked, 2 unproven; t1 parent stranded, t2 child unproven, t3 child stranded, t4 child unproven"
        ],
    );
}
