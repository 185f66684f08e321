//! The engine: who is polled when, what the clock does, and what the trace says of it.

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::task::Poll;

use expect_test::{Expect, expect};
use futures::task::LocalSpawnExt as _;
use pileup::executor::context::now;
use pileup::executor::engine::{Config, Engine, Order, Progress, Stop};
use pileup::executor::input;
use pileup::executor::limits::Limits;
use pileup::executor::spawn::{Spawner, go, request};
use pileup::executor::timers::Instant;
use pileup::select;
use pileup::sync::chan::{self, Receiver, Sender};
use pileup::sync::context::{self, Context};
use pileup::sync::time::{Duration, after, sleep};
use pileup::trace::columns::{Reader, Trace};
use pileup::trace::event::{Event, Limit, Panic, TaskId};
use pileup::trace::timeline;

/// Runs a program for ten seconds of virtual time and compares the drawing of its trace.
fn check(program: impl FnOnce(), expect: &Expect) {
    let mut engine = Engine::new(Config::default());
    engine.start(program);
    engine.run_to(Instant::from_micros(10_000_000), u64::MAX);
    expect.assert_eq(&timeline::draw(engine.trace()));
}

fn count(trace: &Trace, of: impl Fn(&Event<'_>) -> bool) -> usize {
    let mut reader = Reader::new();
    std::iter::from_fn(|| reader.next(trace).map(|event| of(&event))).filter(|counted| *counted).count()
}

#[test]
fn tasks_run_in_the_order_in_which_they_became_ready() {
    check(
        || {
            go(async || sleep(Duration::from_millis(20)).await, ());
            go(async || sleep(Duration::from_millis(10)).await, ());
            go(async || sleep(Duration::from_millis(20)).await, ());
        },
        &expect![[r#"
            ms      0  10 20
            1 root  #-----.
            2 root  +#-.
            3 root  ++#---+.
        "#]],
    );
}

#[test]
fn a_rendezvous_wakes_each_side_once() {
    check(
        || {
            let (tx, rx) = chan::make(0);
            go(async |tx: Sender<u32>| tx.send(1).await, (&tx,));
            go(async |rx: Receiver<u32>| assert_eq!(rx.receive().await, Some(1)), (&rx,));
        },
        &expect![[r#"
            ms      0
            1 root  #+.
            2 root  +.
        "#]],
    );
}

#[test]
fn who_hears_the_cancel_is_drawn_apart_from_who_does_not() {
    async fn listens(ctx: Context) {
        ctx.done().await;
    }
    async fn is_deaf(_: Context) {
        sleep(Duration::from_millis(300)).await;
    }
    async fn parent() {
        let (ctx, cancel) = context::with_cancel(&context::background());
        go(listens, (&ctx,));
        go(is_deaf, (&ctx,));
        sleep(Duration::from_millis(100)).await;
        cancel.cancel();
    }
    check(
        || _ = request(parent, ()),
        &expect![[r#"
        ms        0  100 300
        1 parent  #--c
        2 child   +#-+h
        3 child   ++#----.
    "#]],
    );
}

#[test]
fn every_poll_is_one_step() {
    let mut engine = Engine::new(Config::default());
    engine.start(|| {
        go(async || sleep(Duration::from_millis(1)).await, ());
        go(async || {}, ());
    });
    assert_eq!((engine.ready_len(), engine.tasks_alive(), engine.polls()), (2, 2, 0));
    assert_eq!(engine.poll_one(), Some(TaskId(1)));
    assert_eq!((engine.ready_len(), engine.tasks_alive(), engine.timers_armed()), (1, 2, 1));
    assert_eq!(engine.poll_one(), Some(TaskId(2)));
    assert_eq!((engine.ready_len(), engine.tasks_alive(), engine.polls()), (0, 1, 2));
    assert_eq!(engine.poll_one(), None);
    assert_eq!(engine.fire_next(Instant::from_micros(999)), None);
    assert_eq!(engine.fire_next(Instant::from_micros(1_000)), Some(Instant::from_micros(1_000)));
    assert_eq!((engine.ready_len(), engine.timers_armed()), (1, 0));
    assert_eq!(engine.poll_one(), Some(TaskId(1)));
    assert_eq!((engine.tasks_alive(), engine.polls()), (0, 3));
}

#[test]
fn a_task_that_wakes_itself_waits_for_its_turn() {
    let mut engine = Engine::new(Config::default());
    let log = Rc::new(RefCell::new(Vec::new()));
    engine.start(|| {
        for name in ["a", "b"] {
            let log = log.clone();
            let mut left = 2;
            let yields = std::future::poll_fn(move |cx| {
                log.borrow_mut().push(name);
                if left == 0 {
                    return Poll::Ready(());
                }
                left -= 1;
                // Twice: it stands in the queue once all the same.
                cx.waker().wake_by_ref();
                cx.waker().wake_by_ref();
                Poll::Pending
            });
            Spawner.spawn_local(yields).unwrap();
        }
    });
    assert_eq!(engine.run_until_idle(), 6);
    assert_eq!(log.borrow().join(""), "ababab");
}

#[test]
fn the_clock_moves_only_when_nobody_is_ready_and_never_beyond_what_was_asked() {
    let mut engine = Engine::new(Config::default());
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = seen.clone();
    engine.start(move || {
        let sleeper = async move {
            for ms in [5, 0, 7] {
                sleep(Duration::from_millis(ms)).await;
                log.borrow_mut().push(now().as_micros());
            }
        };
        Spawner.spawn_local(sleeper).unwrap();
    });
    assert_eq!(engine.run_to(Instant::from_micros(11_999), u64::MAX), Progress::Reached);
    assert_eq!(*seen.borrow(), [5_000, 5_000]);
    assert_eq!(engine.played(), Instant::from_micros(11_999));
    assert_eq!(engine.run_to(Instant::from_micros(12_000), u64::MAX), Progress::Reached);
    assert_eq!(*seen.borrow(), [5_000, 5_000, 12_000]);
}

#[test]
fn how_far_a_run_was_played_in_one_go_is_not_in_its_trace() {
    let play = |pieces: u64| {
        let mut engine = Engine::new(Config::default());
        engine.start(|| _ = go(async || loop_forever().await, ()));
        for piece in 1..=pieces {
            engine.run_to(Instant::from_micros(1_000_000 * piece / pieces), u64::MAX);
        }
        (engine.trace().len(), engine.trace().hash())
    };
    async fn loop_forever() {
        loop {
            sleep(Duration::from_micros(333)).await;
        }
    }
    assert_eq!(play(1), play(60));
    assert_eq!(play(1), play(7));
}

#[test]
fn an_input_has_a_moment_and_wakes_who_listens() {
    let mut engine = Engine::new(Config { inputs: vec![3], ..Config::default() });
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = seen.clone();
    engine.start(move || {
        let listener = async move {
            loop {
                log.borrow_mut().push((now().as_micros(), input::value(0)));
                input::changed().await;
            }
        };
        Spawner.spawn_local(listener).unwrap();
    });
    engine.run_to(Instant::from_micros(2_000), u64::MAX);
    engine.input(0, 4);
    engine.run_to(Instant::from_micros(9_000), u64::MAX);
    assert_eq!(*seen.borrow(), [(0, 3), (2_000, 4)]);
    assert_eq!(count(engine.trace(), |event| *event == Event::Input { knob: 0, value: 4 }), 1);
}

#[test]
fn a_drawn_order_is_a_function_of_the_seed() {
    let play = |order, seed| {
        let mut engine = Engine::new(Config { seed, order, ..Config::default() });
        let log = Rc::new(RefCell::new(String::new()));
        let names = log.clone();
        engine.start(move || {
            for name in 'a'..='j' {
                let log = names.clone();
                Spawner.spawn_local(async move { log.borrow_mut().push(name) }).unwrap();
            }
        });
        engine.run_until_idle();
        log.take()
    };
    assert_eq!(play(Order::Fifo, 1), "abcdefghij");
    assert_eq!(play(Order::Seeded, 1), play(Order::Seeded, 1));
    assert_ne!(play(Order::Seeded, 1), play(Order::Seeded, 2));
}

#[test]
fn a_program_that_never_lets_the_clock_move_is_stopped_by_a_bound_and_says_so() {
    let limits = Limits { polls_per_instant_max: 1_000, ..Limits::default() };
    let mut engine = Engine::new(Config { limits, ..Config::default() });
    engine.start(|| {
        let spins = std::future::poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        });
        Spawner.spawn_local(spins).unwrap();
    });
    assert_eq!(engine.run_to(Instant::from_micros(1), u64::MAX), Progress::Stopped);
    assert_eq!(engine.stop(), Some(Stop::Limit(Limit::PollsPerInstant)));
    let hits = count(engine.trace(), |event| matches!(event, Event::LimitHit { .. }));
    assert_eq!((engine.polls(), hits), (1_000, 1));
}

#[test]
fn more_tasks_than_allowed_are_a_bound_too() {
    let limits = Limits { tasks_alive_max: 10, ..Limits::default() };
    let mut engine = Engine::new(Config { limits, ..Config::default() });
    engine.start(|| (0..20).for_each(|_| _ = go(pending::<()>, ())));
    assert_eq!(engine.stop(), Some(Stop::Limit(Limit::TasksAlive)));
}

#[test]
fn a_panic_ends_the_program_and_the_trace() {
    let mut engine = Engine::new(Config::default());
    engine.start(|| {
        let (tx, _rx) = chan::make::<u32>(0);
        go(
            async |tx: Sender<u32>| {
                tx.close();
                tx.close();
                sleep(Duration::from_millis(1)).await;
            },
            (&tx,),
        );
        go(pending::<()>, ());
    });
    assert_eq!(engine.run_to(Instant::from_micros(1_000_000), u64::MAX), Progress::Stopped);
    assert_eq!(engine.stop(), Some(Stop::Panicked(TaskId(1), Panic::CloseOfClosed)));
    assert_eq!(engine.polls(), 1, "nothing runs after a panic");
}

#[test]
fn an_aborted_task_is_dropped_where_it_waits_and_what_it_held_is_given_up() {
    let mut engine = Engine::new(Config::default());
    let spawned = Rc::new(RefCell::new(None));
    let kept = spawned.clone();
    let (sent, armed) = (Rc::new(RefCell::new(None)), after_ten_seconds);
    let sender = sent.clone();
    engine.start(move || {
        let (tx, rx) = chan::make::<u32>(0);
        *sender.borrow_mut() = Some(tx);
        *kept.borrow_mut() = Some(go(armed, (rx,)));
    });
    engine.run_until_idle();
    assert_eq!((engine.tasks_alive(), engine.timers_armed()), (1, 1));
    engine.start(|| spawned.borrow().as_ref().expect("it was spawned").abort());
    assert_eq!((engine.tasks_alive(), engine.timers_armed()), (0, 0));
    assert_eq!(sent.borrow().as_ref().map(Sender::waiters), Some((0, 0)));
    let aborted = count(engine.trace(), |event| *event == Event::Aborted { task: TaskId(1) });
    assert_eq!(aborted, 1);
    engine.start(|| spawned.borrow().as_ref().expect("it was spawned").abort());
    assert_eq!(engine.run_until_idle(), 0, "a second abort does nothing");

    async fn after_ten_seconds(rx: Receiver<u32>) {
        let timer = after(Duration::from_secs(10));
        select! {
            _ = rx.receive() => {},
            _ = timer.receive() => {},
        }
    }
}

#[test]
fn an_engine_that_is_dropped_with_tasks_in_it_leaves_no_trace_in_the_next_one() {
    let mut first = Engine::new(Config::default());
    first.start(|| {
        let (tx, _rx) = chan::make::<u32>(0);
        go(async |tx: Sender<u32>| tx.send(1).await, (&tx,));
    });
    first.run_until_idle();
    let mut second = Engine::new(Config::default());
    second.start(move || _ = go(pending::<()>, ()));
    drop(first);
    second.run_until_idle();
    assert_eq!(count(second.trace(), |event| matches!(event, Event::Revoked { .. })), 0);
}
