//! A task that goes on without waiting gives way, and waits with one head are told apart.

use std::cell::Cell;
use std::rc::Rc;

use expect_test::expect;
use futures::future::{join_all, select_all};
use futures::stream::{FuturesUnordered, StreamExt as _};
use pileup::executor::engine::Order;
use pileup::executor::engine::{Config, Engine};
use pileup::executor::limits::OPERATIONS_PER_POLL;
use pileup::executor::spawn::go;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::mutex::Mutex;
use pileup::sync::time::{Duration, sleep};
use pileup::trace::event::{Event, TaskId};

use crate::printer::{check, count, play};

async fn locks(mutex: Mutex, times: u64) {
    for _ in 0..times {
        mutex.lock().await;
        mutex.unlock();
    }
}

#[test]
fn a_task_that_goes_on_lets_another_run_in_between() {
    for order in Order::ALL {
        let mut engine = Engine::new(Config { order, ..Config::default() });
        engine.start(|| {
            go(locks, (Mutex::new(), 2 * OPERATIONS_PER_POLL));
            go(locks, (Mutex::new(), 1));
        });
        engine.run_until_idle();
        assert_eq!(engine.tasks_alive(), 0);
        let preempted = count(engine.trace(), |event| *event == Event::Preempted);
        let polled = count(engine.trace(), |event| *event == Event::Polled { task: TaskId(1) });
        assert_eq!((preempted, polled), (3, 4), "{order:?}: two operations a round");
    }
}

#[test]
fn a_slice_is_counted_anew_in_each_poll() {
    async fn rests() {
        let mutex = Mutex::new();
        for _ in 0..3 {
            for _ in 0..OPERATIONS_PER_POLL / 3 {
                mutex.lock().await;
                mutex.unlock();
            }
            sleep(Duration::from_millis(1)).await;
        }
    }
    let engine = play(|| _ = go(rests, ()));
    assert_eq!(count(engine.trace(), |event| *event == Event::Preempted), 0);
}

#[test]
fn whoever_gives_way_inside_of_a_combinator_with_its_own_wakers_is_polled_again() {
    async fn many(done: Rc<Cell<u32>>) {
        let locked: FuturesUnordered<_> = (0..3).map(|_| locks(Mutex::new(), OPERATIONS_PER_POLL)).collect();
        locked.for_each(async |()| done.set(done.get() + 1)).await;
    }
    let done = Rc::new(Cell::new(0));
    let engine = play(|| _ = go(many, (done.clone(),)));
    assert_eq!((engine.tasks_alive(), done.get()), (0, 3));
    assert!(count(engine.trace(), |event| *event == Event::Preempted) > 0);
}

#[test]
fn the_waits_of_one_line_have_numbers() {
    async fn all(channels: Vec<Receiver<u32>>) {
        join_all(channels.iter().map(Receiver::receive)).await;
    }
    async fn any(channels: Vec<Receiver<u32>>) {
        select_all(channels.iter().map(Receiver::receive)).await;
    }
    async fn sends(second: Sender<u32>) {
        second.send(1).await;
        sleep(Duration::from_secs(1)).await;
        second.close();
    }
    check(
        || {
            let ends: Vec<_> = (0..3).map(|_| make(0)).collect();
            let receivers = || ends.iter().map(|(_, rx)| rx.clone()).collect::<Vec<_>>();
            go(all, (receivers(),));
            go(sends, (&ends[1].0,));
            go(any, (receivers(),));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, makes c2, gains c2!, gains c2?, makes c3, gains c3!, gains c3?, gains c1?, gains c2?, gains c3?, spawns t1, t1 gains c1?, loses c1?, t1 gains c2?, loses c2?, t1 gains c3?, loses c3?, spawns t2, t2 gains c2!, gains c1?, gains c2?, gains c3?, spawns t3, t3 gains c1?, loses c1?, t3 gains c2?, loses c2?, t3 gains c3?, loses c3?, loses c1!, loses c1?, loses c2!, loses c2?, loses c3!, loses c3?
            t1: waits in chan receive c1!, waits #1 in chan receive c2!, waits #2 in chan receive c3!
            t2: waits in sleep
            t3: waits in chan receive c1!, waits #1 in chan receive c2!, waits #2 in chan receive c3!
            t1: wait #1 over
            t2: wait over, closes c2, loses c2!, returns
            t3: wait #1 over, wait over, wait #2 over, loses c1?, loses c2?, loses c3?, returns
        "#]],
    );
}

#[test]
fn a_waker_that_somebody_keeps_is_a_fact_of_each_poll() {
    let (tx, rx) = futures::channel::oneshot::channel();
    let waits = async move || {
        sleep(Duration::from_secs(1)).await;
        assert_eq!(rx.await, Ok(()));
    };
    let mut engine = play(|| _ = go(waits, ()));
    let kept = |engine: &Engine| count(engine.trace(), |event| *event == Event::WakerKept);
    assert_eq!((kept(&engine), engine.polls(), engine.tasks_alive()), (1, 2, 1));
    engine.start(|| tx.send(()).expect("somebody waits"));
    engine.run_until_idle();
    assert_eq!((kept(&engine), engine.polls(), engine.tasks_alive()), (1, 3, 0));
}
