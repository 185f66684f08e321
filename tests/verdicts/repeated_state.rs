//! Whoever wakes again and again since its request ended is a runaway only when everything that decides its next step is
//! known: what it says of itself, what it holds, and what it looks at.

use std::cell::Cell;
use std::rc::Rc;

use expect_test::expect;
use pileup::executor::context::{now, rng};
use pileup::executor::engine::{Config, Order};
use pileup::executor::input;
use pileup::executor::rng::Stream;
use pileup::executor::spawn::{go, request};
use pileup::executor::state::{declare, declare_with};
use pileup::executor::timers::Instant;
use pileup::select;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::context::{CancelFunc, Context, background, with_cancel, with_timeout};
use pileup::sync::mutex::Mutex;
use pileup::sync::time::{Duration, after, sleep, sleep_with_progress};
use pileup::trace::event::sleep_ns;

use crate::play::{PERIOD, Run, SECOND, check};

/// Looks at a context that is not its request's.
async fn polls_context(ctx: Context) {
    while ctx.err().is_none() {
        sleep(PERIOD).await;
    }
}

async fn cancels_later(cancel: CancelFunc) {
    sleep(3 * SECOND).await;
    cancel.cancel();
}

#[test]
fn who_polls_a_servers_context_ends_when_it_is_cancelled() {
    check(
        || {
            let (ctx, cancel) = with_cancel(&background());
            go(cancels_later, (cancel,));
            request(async |ctx: Context| _ = go(polls_context, (ctx,)), (ctx,));
        },
        &[1_000, 2_900, 3_100],
        &expect![[r#"
            1000 ms: t3 child unproven
            2900 ms: t3 child unproven
            3100 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn who_says_that_it_only_looks_at_a_context_is_a_runaway_once_nobody_can_cancel_it() {
    async fn looks(ctx: Context) {
        while ctx.err().is_none() {
            declare_with(&[&ctx], &[]);
            sleep(PERIOD).await;
        }
    }
    async fn parent(ctx: Context) {
        go(looks, (ctx,));
    }
    check(
        || {
            let (ctx, cancel) = with_cancel(&background());
            go(cancels_later, (cancel,));
            request(parent, (ctx,));
        },
        &[1_000, 2_900, 3_100],
        &expect![[r#"
            1000 ms: t3 child unproven
            2900 ms: t3 child unproven
            3100 ms: nobody
            at last: nobody
        "#]],
    );
    check(
        || {
            let (ctx, _) = with_cancel(&background());
            request(parent, (ctx,));
        },
        &[1_000],
        &expect![[r#"
            1000 ms: t2 child runaway
            at last: t2 child runaway
        "#]],
    );
}

#[test]
fn who_polls_a_timer_ends_when_it_fires() {
    async fn polls() {
        let timer = after(5 * SECOND);
        loop {
            select! {
                _ = timer.receive() => return,
                default => {},
            }
            sleep(PERIOD).await;
        }
    }
    check(
        || _ = request(async || _ = go(polls, ()), ()),
        &[1_000, 4_900, 5_100],
        &expect![[r#"
        1000 ms: t2 child stopping
        4900 ms: t2 child stopping
        5100 ms: nobody
        at last: nobody
    "#]],
    );
}

#[test]
fn who_polls_its_own_deadline_ends_at_it() {
    async fn polls() {
        let (ctx, cancel) = with_timeout(&background(), 5 * SECOND);
        let _cancels = cancel.defer();
        polls_context(ctx).await;
    }
    check(
        || _ = request(async || _ = go(polls, ()), ()),
        &[1_000, 4_900, 5_100],
        &expect![[r#"
        1000 ms: t2 child stopping
        4900 ms: t2 child stopping
        5100 ms: nobody
        at last: nobody
    "#]],
    );
}

#[test]
fn who_tries_a_lock_ends_when_it_is_free() {
    async fn tries(mutex: Mutex) {
        while !mutex.try_lock() {
            sleep(PERIOD).await;
        }
    }
    async fn holds(mutex: Mutex) {
        mutex.lock().await;
        sleep(5 * SECOND).await;
        mutex.unlock();
    }
    check(
        || {
            let mutex = Mutex::new();
            go(holds, (&mutex,));
            request(async |mutex: Mutex| _ = go(tries, (mutex,)), (mutex,));
        },
        &[1_000, 4_900, 5_100],
        &expect![[r#"
            1000 ms: t3 child unproven
            4900 ms: t3 child unproven
            5100 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn who_counts_ends() {
    async fn counts() {
        for _ in 0..300 {
            sleep(PERIOD).await;
        }
    }
    check(
        || _ = request(async || _ = go(counts, ()), ()),
        &[1_000, 2_900, 3_100],
        &expect![[r#"
        1000 ms: t2 child unproven
        2900 ms: t2 child unproven
        3100 ms: nobody
        at last: nobody
    "#]],
    );
}

#[test]
fn who_declares_what_it_counts_never_repeats() {
    async fn counts() {
        for left in (0..300).rev() {
            declare(&[left]);
            sleep(PERIOD).await;
        }
        for left in (0..300).rev() {
            sleep_with_progress(PERIOD, left).await;
        }
    }
    check(
        || _ = request(async || _ = go(counts, ()), ()),
        &[1_000, 4_000, 5_900, 6_100],
        &expect![[r#"
        1000 ms: t2 child stopping
        4000 ms: t2 child stopping
        5900 ms: t2 child stopping
        6100 ms: nobody
        at last: nobody
    "#]],
    );
}

#[test]
fn who_looks_at_the_clock_ends() {
    async fn waits_for_three() {
        while now() < Instant::from_secs(3) {
            sleep(PERIOD).await;
        }
    }
    check(
        || _ = request(async || _ = go(waits_for_three, ()), ()),
        &[1_000, 2_900, 3_100],
        &expect![[r#"
        1000 ms: t2 child unproven
        2900 ms: t2 child unproven
        3100 ms: nobody
        at last: nobody
    "#]],
    );
}

#[test]
fn who_draws_lots_ends() {
    async fn draws() {
        let mut lots = rng(Stream::Program(1));
        while lots.below(300) != 0 {
            sleep(PERIOD).await;
        }
    }
    check(
        || _ = request(async || _ = go(draws, ()), ()),
        &[100],
        &expect![[r#"
         100 ms: t2 child unproven
        at last: nobody
    "#]],
    );
}

#[test]
fn who_keeps_its_count_in_a_channel_ends() {
    async fn counts_down() {
        let (tx, rx) = make(1);
        tx.send(300).await;
        while let Some(left @ 1..) = rx.receive().await {
            tx.send(left - 1).await;
            // What it says of itself is true, and its message says more.
            declare(&[]);
            sleep(PERIOD).await;
        }
    }
    check(
        || _ = request(async || _ = go(counts_down, ()), ()),
        &[1_000, 2_900, 3_100],
        &expect![[r#"
        1000 ms: t2 child unproven
        2900 ms: t2 child unproven
        3100 ms: nobody
        at last: nobody
    "#]],
    );
}

#[test]
fn who_looks_at_a_shared_flag_ends_when_it_is_set() {
    async fn looks(flag: Rc<Cell<bool>>) {
        while !flag.get() {
            sleep(PERIOD).await;
        }
    }
    async fn sets(flag: Rc<Cell<bool>>) {
        sleep(3 * SECOND).await;
        flag.set(true);
    }
    check(
        || {
            let flag = Rc::new(Cell::new(false));
            go(sets, (flag.clone(),));
            request(async |flag: Rc<Cell<bool>>| _ = go(looks, (flag,)), (flag,));
        },
        &[1_000, 2_900, 3_100],
        &expect![[r#"
            1000 ms: t3 child unproven
            2900 ms: t3 child unproven
            3100 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn who_looks_at_the_length_of_somebodys_queue_ends_when_it_grows() {
    async fn looks(queue: Receiver<u32>) {
        while queue.is_empty() {
            sleep(PERIOD).await;
        }
    }
    async fn declares(queue: Receiver<u32>) {
        while queue.is_empty() {
            declare_with(&[&queue], &[]);
            sleep(PERIOD).await;
        }
    }
    async fn sends(queue: Sender<u32>) {
        sleep(3 * SECOND).await;
        queue.send(1).await;
    }
    check(
        || {
            let (tx, rx) = make(1);
            request(async |queue: Receiver<u32>| _ = go(looks, (queue,)), (&rx,));
            request(async |queue: Receiver<u32>| _ = go(declares, (queue,)), (rx,));
            go(sends, (tx,));
        },
        &[1_000, 2_900, 3_100],
        &expect![[r#"
            1000 ms: t4 child unproven, t5 child unproven
            2900 ms: t4 child unproven, t5 child unproven
            3100 ms: nobody
            at last: nobody
        "#]],
    );
}

async fn wakes_for_ever() {
    loop {
        declare(&[]);
        sleep(PERIOD).await;
    }
}

#[test]
fn who_says_that_nothing_decides_its_next_step_is_a_runaway() {
    check(
        || _ = request(async || _ = go(wakes_for_ever, ()), ()),
        &[5, 1_000],
        &expect![[r#"
           5 ms: t2 child stopping
        1000 ms: t2 child runaway
        at last: t2 child runaway
    "#]],
    );
}

#[test]
fn the_same_in_an_open_request_works() {
    async fn parent() {
        go(wakes_for_ever, ());
        sleep(3 * SECOND).await;
    }
    check(
        || _ = request(parent, ()),
        &[1_000, 4_000],
        &expect![[r#"
        1000 ms: t1 parent working, t2 child working
        4000 ms: t2 child runaway
        at last: t2 child runaway
    "#]],
    );
}

#[test]
fn two_that_say_so_and_answer_each_other_are_runaways() {
    async fn serves(tx: Sender<()>, rx: Receiver<()>) {
        loop {
            declare(&[1]);
            tx.send(()).await;
            declare(&[2]);
            rx.receive().await;
            declare(&[3]);
            sleep(PERIOD).await;
        }
    }
    async fn returns(tx: Sender<()>, rx: Receiver<()>) {
        loop {
            declare(&[1]);
            rx.receive().await;
            declare(&[2]);
            tx.send(()).await;
        }
    }
    async fn parent() {
        let ((tx, rx), (back_tx, back_rx)) = (make(0), make(0));
        go(serves, (tx, back_rx));
        go(returns, (back_tx, rx));
    }
    check(
        || _ = request(parent, ()),
        &[1_000],
        &expect![[r#"
        1000 ms: t2 child runaway, t3 child runaway
        at last: t2 child runaway, t3 child runaway
    "#]],
    );
}

/// Holds a lock in every second period.
async fn locks_now_and_then(mutex: Mutex) {
    loop {
        declare(&[1]);
        sleep(PERIOD).await;
        mutex.lock().await;
        declare(&[2]);
        sleep(PERIOD).await;
        mutex.unlock();
    }
}

/// Looks at the lock just when the other one gives it back, and ends when it comes first.
async fn ends_when_first(mutex: Mutex) {
    loop {
        declare_with(&[&mutex], &[1]);
        sleep(2 * PERIOD).await;
        if !mutex.try_lock() {
            return;
        }
        mutex.unlock();
    }
}

/// The looker is made ready first, and `go` polls whoever was made ready last.
async fn two_at_once() {
    let mutex = Mutex::new();
    go(ends_when_first, (&mutex,));
    go(locks_now_and_then, (mutex,));
}

#[test]
fn who_is_polled_first_of_two_is_not_in_their_state_when_it_is_drawn() {
    for seed in 0..20 {
        let config = Config { order: Order::Seeded, seed, ..Config::default() };
        let mut run = Run::with(config, || _ = request(two_at_once, ()));
        run.play_to(10_000_000);
        assert_eq!(run.text(), "t3 child runaway", "seed {seed}: the one that is left");
    }
}

#[test]
fn who_is_polled_first_of_two_is_not_in_their_state_when_it_depends_on_who_else_is_ready() {
    /// Becomes ready after the other two, at one of the moments at which both do.
    async fn comes_between() {
        sleep(Duration::from_millis(995)).await;
        sleep(Duration::from_millis(5)).await;
    }
    let config = Config { order: Order::Go, ..Config::default() };
    let mut run = Run::with(config, || {
        request(two_at_once, ());
        go(comes_between, ());
    });
    run.play_to(900_000);
    assert_eq!(run.text(), "t3 child unproven, t4 child unproven");
    run.play_to(2_000_000);
    assert_eq!(run.text(), "t4 child runaway", "the looker came first once, and the other one is alone");
}

#[test]
fn in_the_order_in_which_they_became_ready_the_same_two_are_proven() {
    async fn the_other_way_round() {
        let mutex = Mutex::new();
        go(locks_now_and_then, (&mutex,));
        go(ends_when_first, (mutex,));
    }
    for (parent, left) in [(false, "t3 child runaway"), (true, "t2 child runaway")] {
        let mut run = Run::new(|| _ = if parent { request(the_other_way_round, ()) } else { request(two_at_once, ()) });
        run.play_to(10_000_000);
        assert_eq!(run.text(), left);
    }
}

#[test]
fn what_a_reader_can_still_change_is_proven_for_the_inputs_so_far() {
    async fn reads() {
        while input::value(0) == 0 {
            declare(&[]);
            sleep(PERIOD).await;
        }
    }
    let mut run = Run::new(|| _ = request(async || _ = go(reads, ()), ()));
    run.play_to(1_000_000);
    let before = run.text();
    run.input(7);
    run.play_to(2_000_000);
    expect![[r#"
        t2 child runaway
        nobody"#]]
    .assert_eq(&format!("{before}\n{}", run.text()));
}

const HOUR_US: u64 = 3_600_000_000;

/// What is left of the only sleep of task 2, in seconds.
fn left_secs(run: &Run) -> Option<u64> {
    let task = run.ledger.tasks().find(|task| task.id.0 == 2)?;
    let sleep = task.waits().next()?;
    let end_us = sleep.since_us + sleep_ns(sleep.cases) / 1_000;
    Some((end_us - run.engine.played().as_micros()) / 1_000_000)
}

#[test]
fn a_sleep_of_two_hours_is_two_hours_long() {
    async fn sleeps() {
        sleep(Duration::from_secs(7_200)).await;
    }
    let mut run = Run::new(|| _ = request(async || _ = go(sleeps, ()), ()));
    run.play_to(HOUR_US / 2);
    assert_eq!((run.text().as_str(), left_secs(&run)), ("t2 child stopping", Some(5_400)));
    // Longer than u32 microseconds.
    run.play_to(3 * HOUR_US / 2);
    assert_eq!((run.text().as_str(), left_secs(&run)), ("t2 child stopping", Some(1_800)));
    run.play_to(2 * HOUR_US - 1);
    assert_eq!(run.text(), "t2 child stopping");
    run.play_to(2 * HOUR_US);
    assert_eq!(run.text(), "nobody");
}

#[test]
fn two_sleeps_that_differ_only_beyond_an_hour_are_two_states() {
    /// Sleeps two hours, beside a timer that was armed at another time in each round.
    async fn sleeps() {
        let timer = after(Duration::from_secs(9 * 3_600));
        loop {
            declare_with(&[], &[]);
            select! {
                _ = timer.receive() => return,
                _ = after(Duration::from_secs(2 * 3_600)).receive() => {},
            }
        }
    }
    let mut run = Run::new(|| _ = request(async || _ = go(sleeps, ()), ()));
    for hours in 1..9 {
        run.play_to(hours * HOUR_US);
        assert!(!run.text().contains("runaway"), "after {hours} hours: {}", run.text());
    }
    run.play_to(9 * HOUR_US);
    assert_eq!(run.text(), "nobody");
}

#[test]
fn a_round_of_two_hours_that_is_declared_is_proven() {
    async fn sleeps() {
        loop {
            declare(&[]);
            sleep(Duration::from_secs(7_200)).await;
        }
    }
    let mut run = Run::new(|| _ = request(async || _ = go(sleeps, ()), ()));
    run.play_to(HOUR_US);
    assert_eq!(run.text(), "t2 child stopping");
    run.play_to(5 * HOUR_US);
    assert_eq!(run.text(), "t2 child runaway");
}
