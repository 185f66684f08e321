//! What a wait leaves behind: nothing, however it ends. And what it costs: one poll to begin, one to go on, one wake.
//!
//! A wait ends in three ways: it is completed, its task is aborted, or the future that waits is dropped by a task that
//! lives on (the loser of a `select`). After each of them no queue may hold a trace of it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;

use futures::future::{Either, select};
use pileup::executor::engine::{Config, Engine};
use pileup::executor::input;
use pileup::executor::spawn::{Spawned, go};
use pileup::executor::timers::Instant;
use pileup::select;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::cond::Cond;
use pileup::sync::context::{Context, background, with_cancel, with_timeout};
use pileup::sync::mutex::Mutex;
use pileup::sync::once::Once;
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::semaphore::Weighted;
use pileup::sync::time::{Duration, Ticker, after, sleep};
use pileup::sync::wait_group::WaitGroup;
use pileup::trace::columns::Reader;
use pileup::trace::event::{Event, TaskId};

const SECOND: Duration = Duration::from_secs(1);

/// A run to look into between its steps.
struct Run {
    engine: Engine,
}

impl Run {
    fn new() -> Run {
        Run { engine: Engine::new(Config::default()) }
    }

    /// Does something as the root.
    fn root<R>(&mut self, program: impl FnOnce() -> R) -> R {
        let mut result = None;
        self.engine.start(|| result = Some(program()));
        result.expect("the root ran")
    }

    /// Spawns a task and lets everyone go as far as they can.
    fn start(&mut self, task: impl Future<Output = ()> + 'static) -> Spawned {
        let spawned = self.ready(task);
        self.engine.run_until_idle();
        spawned
    }

    /// Spawns a task and polls nobody.
    fn ready(&mut self, task: impl Future<Output = ()> + 'static) -> Spawned {
        self.root(|| go(|| task, ()))
    }

    fn abort(&mut self, spawned: &Spawned) {
        self.root(|| spawned.abort());
        self.engine.run_until_idle();
    }

    fn sleep(&mut self, duration: Duration) {
        let until = self.engine.played().as_micros() + duration.as_micros() as u64;
        self.engine.run_to(Instant::from_micros(until), u64::MAX);
    }

    fn count(&self, of: impl Fn(&Event<'_>, TaskId) -> bool) -> usize {
        let mut reader = Reader::new();
        let mut count = 0;
        while let Some(event) = reader.next(self.engine.trace()) {
            count += usize::from(of(&event, reader.running()));
        }
        count
    }

    fn polls(&self, task: &Spawned) -> usize {
        self.count(|event, _| *event == Event::Polled { task: task.task })
    }

    fn wakes(&self, task: &Spawned) -> usize {
        self.count(|event, _| *event == Event::Woken { task: task.task })
    }

    /// How many waits the trace knows of that have begun and not ended, of tasks that live.
    fn waits_open(&self) -> usize {
        let mut open: Vec<(TaskId, u32)> = Vec::new();
        let mut reader = Reader::new();
        while let Some(event) = reader.next(self.engine.trace()) {
            let running = reader.running();
            match event {
                Event::Waits { head, .. } => open.push((running, u32::from(head.place.0))),
                Event::WaitOver { head, .. } => {
                    let wait = (running, u32::from(head.place.0));
                    let index = open.iter().position(|known| *known == wait).expect("its own wait is over");
                    open.swap_remove(index);
                }
                Event::Aborted { task } => open.retain(|(waits, _)| *waits != task),
                _ => {}
            }
        }
        open.len()
    }
}

async fn send(tx: Sender<i64>) {
    tx.send(1).await;
}

async fn receive(rx: Receiver<i64>) {
    rx.receive().await;
}

// WHAT AN ABORTED TASK LEAVES

#[test]
fn an_aborted_task_leaves_its_channels() {
    let mut run = Run::new();
    let (tx, rx) = run.root(|| make::<i64>(0));
    let senders = [run.start(send(tx.clone())), run.start(send(tx.clone())), run.start(send(tx.clone()))];
    assert_eq!(tx.waiters(), (3, 0));
    run.abort(&senders[1]);
    assert_eq!(tx.waiters(), (2, 0));
    run.abort(&senders[0]);
    run.abort(&senders[2]);
    assert_eq!(tx.waiters(), (0, 0));
    let receiver = run.start(receive(rx.clone()));
    assert_eq!(rx.waiters(), (0, 1));
    run.abort(&receiver);
    assert_eq!(rx.waiters(), (0, 0));
    assert_eq!((run.engine.tasks_alive(), run.waits_open()), (0, 0));
}

#[test]
fn an_aborted_select_leaves_all_its_channels() {
    let mut run = Run::new();
    let ((tx_a, a), (b, rx_b)) = run.root(|| (make::<i64>(0), make::<i64>(0)));
    let (ctx, cancel) = run.root(|| with_cancel(&background()));
    let (listens, sends) = (ctx.clone(), b.clone());
    let task = run.start(async move {
        select! {
            _ = a.receive() => {},
            _ = sends.send(1) => {},
            _ = listens.done() => {},
            _ = after(SECOND).receive() => {},
        }
    });
    assert_eq!((tx_a.waiters(), rx_b.waiters(), ctx.done_channel().waiters()), ((0, 1), (1, 0), (0, 1)));
    assert_eq!(run.engine.timers_armed(), 1);
    run.abort(&task);
    assert_eq!((tx_a.waiters(), rx_b.waiters(), ctx.done_channel().waiters()), ((0, 0), (0, 0), (0, 0)));
    assert_eq!((run.engine.timers_armed(), run.waits_open()), (0, 0));
    drop(cancel);
}

#[test]
fn an_aborted_sleep_and_an_aborted_ticker_disarm_the_clock() {
    let mut run = Run::new();
    let sleeper = run.start(sleep(SECOND));
    let ticks = run.start(async {
        let ticker = Ticker::new(SECOND);
        loop {
            ticker.receive().await;
        }
    });
    assert_eq!(run.engine.timers_armed(), 2);
    run.abort(&sleeper);
    assert_eq!(run.engine.timers_armed(), 1);
    run.abort(&ticks);
    assert_eq!((run.engine.timers_armed(), run.engine.next_due()), (0, None));
}

#[test]
fn a_dropped_context_leaves_its_parent_and_the_clock() {
    let mut run = Run::new();
    let (parent, _cancel) = run.root(|| with_cancel(&background()));
    let of = parent.clone();
    let task = run.start(async move {
        let (child, _cancel_child) = with_timeout(&of, SECOND);
        let (grandchild, _cancel_grandchild) = with_cancel(&child);
        grandchild.done().await;
    });
    assert_eq!((parent.children(), run.engine.timers_armed()), (1, 1));
    run.abort(&task);
    assert_eq!((parent.children(), run.engine.timers_armed()), (0, 0));
}

#[test]
fn a_cancelled_context_leaves_its_parent_though_it_is_still_held() {
    let mut run = Run::new();
    let (parent, _cancel) = run.root(|| with_cancel(&background()));
    let children: Vec<_> = run.root(|| (0..10).map(|_| with_timeout(&parent, SECOND)).collect());
    assert_eq!((parent.children(), run.engine.timers_armed()), (10, 10));
    run.root(|| children[3].1.cancel());
    assert_eq!((parent.children(), run.engine.timers_armed()), (9, 9));
    run.sleep(SECOND);
    assert_eq!((parent.children(), run.engine.timers_armed()), (0, 0));
}

#[test]
fn an_aborted_task_leaves_the_queues_of_package_sync() {
    let mut run = Run::new();
    let (lock, rw, group) = run.root(|| (Mutex::new(), RwMutex::new(), Rc::new(WaitGroup::new())));
    let cond = run.root(|| Cond::new(&Mutex::new()));
    run.root(|| {
        assert!(lock.try_lock() && rw.try_lock());
        group.add(1);
    });
    let (a, b, c, d, e) = (lock.clone(), rw.clone(), rw.clone(), group.clone(), cond.clone());
    let tasks = [
        run.start(async move { a.lock().await }),
        run.start(async move { b.lock().await }),
        run.start(async move { c.read_lock().await }),
        run.start(async move { d.wait().await }),
        run.start(async move {
            e.lock().lock().await;
            e.wait().await;
        }),
    ];
    assert_eq!((lock.waiters(), rw.waiters(), group.waiters(), cond.waiters()), (1, (1, 1), 1, 1));
    tasks.into_iter().for_each(|task| run.abort(&task));
    assert_eq!((lock.waiters(), rw.waiters(), group.waiters(), cond.waiters()), (0, (0, 0), 0, 0));
    assert_eq!((run.engine.tasks_alive(), run.waits_open()), (0, 0));
}

#[test]
fn a_dropped_wait_for_an_input_is_not_woken_by_it() {
    let mut run = Run::new();
    let task = run.start(async {
        {
            let gone = pin!(input::changed());
            assert!(matches!(select(gone, pin!(sleep(SECOND))).await, Either::Right(_)));
        }
        sleep(SECOND).await;
    });
    run.sleep(SECOND);
    let before = run.polls(&task);
    run.engine.input(0, 1);
    run.engine.run_until_idle();
    assert_eq!(run.polls(&task), before, "nobody listens any more");
}

#[test]
fn an_aborted_task_ends_no_wait_of_who_aborts_it() {
    // Both wait on one line, so that the trace spells their waits alike.
    async fn waits(rx: Receiver<i64>) {
        rx.receive().await;
    }
    let mut run = Run::new();
    let (tx, rx) = run.root(|| make::<i64>(0));
    let victim = run.start(waits(rx.clone()));
    run.start(async move {
        let aborts = async {
            sleep(SECOND).await;
            victim.abort();
        };
        futures::future::join(waits(rx), aborts).await;
    });
    run.sleep(SECOND);
    assert_eq!(tx.waiters(), (0, 1), "who aborts still waits");
    assert_eq!(run.waits_open(), 1, "and the trace says so");
}

// WHAT THE LOSER OF A SELECT LEAVES

#[test]
fn a_receive_that_lost_against_the_clock_leaves_the_channel() {
    let mut run = Run::new();
    let (tx, rx) = run.root(|| make::<i64>(0));
    let task = run.start(async move {
        for _ in 0..10 {
            let lost = select(rx.receive(), sleep(SECOND)).await;
            assert!(matches!(lost, Either::Right(_)));
        }
        sleep(SECOND).await;
    });
    assert_eq!((tx.waiters(), run.engine.timers_armed()), ((0, 1), 1));
    run.sleep(10 * SECOND);
    assert_eq!((tx.waiters(), run.engine.timers_armed(), run.waits_open()), ((0, 0), 1, 1));
    assert_eq!(run.polls(&task), 11, "one to begin, one for each time the clock won");
}

#[test]
fn a_sleep_that_lost_against_a_message_disarms_the_clock() {
    let mut run = Run::new();
    let (tx, rx) = run.root(|| make::<i64>(0));
    run.start(async move {
        let won = select(rx.receive(), sleep(SECOND)).await;
        assert!(matches!(won, Either::Left((Some(1), _))));
        // The answer holds the loser.
        drop(won);
        std::future::pending::<()>().await;
    });
    run.start(send(tx.clone()));
    assert_eq!((tx.waiters(), run.engine.timers_armed(), run.waits_open()), ((0, 0), 0, 0));
}

#[test]
fn a_select_that_timed_out_leaves_its_channels_and_its_context() {
    let mut run = Run::new();
    let (tx, rx) = run.root(|| make::<i64>(0));
    let (ctx, _cancel) = run.root(|| with_cancel(&background()));
    let listens = ctx.clone();
    let timed_out = Rc::new(Cell::new(0));
    let counts = timed_out.clone();
    run.start(async move {
        for _ in 0..10 {
            select! {
                _ = rx.receive() => {},
                _ = listens.done() => {},
                _ = after(SECOND).receive() => counts.set(counts.get() + 1),
            }
        }
        std::future::pending::<()>().await;
    });
    run.sleep(10 * SECOND);
    assert_eq!(timed_out.get(), 10);
    assert_eq!((tx.waiters(), ctx.done_channel().waiters(), run.engine.timers_armed()), ((0, 0), (0, 0), 0));
}

// WHAT A DROPPED WAIT PASSES ON

#[test]
fn a_lock_granted_to_a_task_that_is_aborted_goes_to_the_next() {
    let mut run = Run::new();
    let lock = run.root(Mutex::new);
    run.root(|| assert!(lock.try_lock()));
    let lock_of = |lock: &Mutex| {
        let lock = lock.clone();
        async move { lock.lock().await }
    };
    let first = run.start(lock_of(&lock));
    let second = run.start(lock_of(&lock));
    run.root(|| {
        lock.unlock();
        first.abort();
    });
    run.engine.run_until_idle();
    assert_eq!((run.wakes(&second), run.engine.tasks_alive(), lock.waiters()), (1, 0, 0));
    run.root(|| {
        assert!(!lock.try_lock(), "the second one has it");
        lock.unlock();
        assert!(lock.try_lock());
    });
}

#[test]
fn a_lock_granted_to_the_loser_of_a_select_is_free_again() {
    let mut run = Run::new();
    let lock = run.root(Mutex::new);
    run.root(|| assert!(lock.try_lock()));
    let (locks, unlocks) = (lock.clone(), lock.clone());
    // Both wake at one moment, the first one first: so the lock is granted before the clock is seen to have won.
    run.ready(async move {
        sleep(SECOND).await;
        unlocks.unlock();
    });
    run.ready(async move {
        let lost = select(sleep(SECOND), locks.lock()).await;
        assert!(matches!(lost, Either::Left(_)));
    });
    run.engine.run_until_idle();
    assert_eq!(lock.waiters(), 1);
    run.sleep(SECOND);
    assert_eq!((run.engine.tasks_alive(), lock.waiters()), (0, 0));
    run.root(|| assert!(lock.try_lock()));
}

#[test]
fn a_lock_granted_to_a_select_that_is_aborted_goes_to_the_next() {
    let mut run = Run::new();
    let lock = run.root(Mutex::new);
    let (tx, rx) = run.root(|| make::<i64>(0));
    run.root(|| assert!(lock.try_lock()));
    let (locks, next) = (lock.clone(), lock.clone());
    let selecting = run.start(async move {
        select! {
            _ = rx.receive() => {},
            _ = locks.lock() => {},
        }
    });
    let second = run.start(async move { next.lock().await });
    run.root(|| {
        lock.unlock();
        selecting.abort();
    });
    run.engine.run_until_idle();
    assert_eq!((run.wakes(&second), run.engine.tasks_alive(), lock.waiters(), tx.waiters()), (1, 0, 0, (0, 0)));
}

#[test]
fn a_waiting_writer_that_is_aborted_lets_readers_and_the_next_writer_in() {
    let mut run = Run::new();
    let lock = run.root(RwMutex::new);
    run.root(|| assert!(lock.try_read_lock()));
    let (writes, reads, next) = (lock.clone(), lock.clone(), lock.clone());
    let writer = run.start(async move { writes.lock().await });
    let reader = run.start(async move { reads.read_lock().await });
    let second = run.start(async move { next.lock().await });
    assert_eq!(lock.waiters(), (2, 1));
    run.abort(&writer);
    // The reader that waited reads; the second writer is the one that waits for both readers now.
    assert_eq!(lock.waiters(), (1, 0));
    assert_eq!((run.polls(&reader), run.wakes(&reader)), (2, 1));
    run.root(|| {
        assert!(!lock.try_read_lock(), "the next writer is announced");
        lock.read_unlock();
        lock.read_unlock();
    });
    run.engine.run_until_idle();
    assert_eq!((run.polls(&second), run.wakes(&second), run.engine.tasks_alive()), (3, 2, 0));
    run.root(|| assert!(!lock.try_read_lock(), "it writes"));
}

#[test]
fn an_rw_lock_granted_to_a_task_that_is_aborted_is_given_back() {
    let mut run = Run::new();
    let lock = run.root(RwMutex::new);
    run.root(|| assert!(lock.try_read_lock()));
    let writes = lock.clone();
    let writer = run.start(async move { writes.lock().await });
    run.root(|| {
        lock.read_unlock();
        writer.abort();
        assert!(lock.try_lock(), "the writer it was granted to is gone");
    });
    let reads = lock.clone();
    let reader = run.start(async move { reads.read_lock().await });
    run.root(|| {
        lock.unlock();
        reader.abort();
        assert!(lock.try_lock(), "the reader it was granted to is gone");
    });
    assert_eq!(run.waits_open(), 0);
}

#[test]
fn a_signal_to_a_task_that_is_aborted_goes_to_the_next() {
    let mut run = Run::new();
    let cond = run.root(|| Cond::new(&Mutex::new()));
    let wait = |cond: &Cond| {
        let cond = cond.clone();
        async move {
            cond.lock().lock().await;
            cond.wait().await;
            cond.lock().unlock();
        }
    };
    let first = run.start(wait(&cond));
    run.start(wait(&cond));
    run.root(|| {
        cond.signal();
        first.abort();
    });
    run.engine.run_until_idle();
    assert_eq!((cond.waiters(), run.engine.tasks_alive()), (0, 0));
}

#[test]
fn a_once_whose_function_is_dropped_counts_as_done() {
    let mut run = Run::new();
    let once = run.root(Once::new);
    let (calls, waits) = (once.clone(), once.clone());
    let ran = Rc::new(Cell::new(0));
    let runs = ran.clone();
    let first = run.start(async move { calls.call(async || std::future::pending().await).await });
    run.start(async move { waits.call(async || runs.set(1)).await });
    assert_eq!((run.engine.tasks_alive(), once.is_done()), (2, false));
    run.abort(&first);
    assert_eq!((run.engine.tasks_alive(), once.is_done(), ran.get()), (0, true, 0));
}

#[test]
fn a_message_given_to_a_task_that_is_aborted_goes_with_it() {
    let mut run = Run::new();
    let (tx, rx) = run.root(|| make::<i64>(1));
    let receiver = run.start(receive(rx.clone()));
    let sender = run.ready(send(tx.clone()));
    assert_eq!(run.engine.poll_one(), Some(sender.task));
    // The rendezvous is over: the sender has returned, and the receiver has the message though it was not polled yet.
    run.abort(&receiver);
    assert_eq!((tx.len(), tx.waiters(), run.engine.tasks_alive()), (0, (0, 0), 0));
}

#[test]
fn an_engine_can_be_dropped_with_everyone_waiting() {
    let mut run = Run::new();
    let (tx, rx) = run.root(|| make::<i64>(0));
    let (ctx, _cancel) = run.root(|| with_timeout(&background(), SECOND));
    run.start(send(tx.clone()));
    run.start(async move {
        let _own = (tx, rx);
        select! {
            _ = ctx.done() => {},
            _ = after(SECOND).receive() => {},
        }
    });
    run.start(sleep(SECOND));
    drop(run);
}

// WHAT A WAIT COSTS

#[test]
fn each_wait_of_a_channel_is_two_polls_and_one_wake() {
    let mut run = Run::new();
    let (tx, rx) = run.root(|| make::<i64>(0));
    let receivers: Vec<Spawned> = (0..100).map(|_| run.start(receive(rx.clone()))).collect();
    let senders: Vec<Spawned> = (0..100).map(|_| run.start(send(tx.clone()))).collect();
    assert_eq!(run.engine.tasks_alive(), 0);
    for task in receivers {
        assert_eq!((run.polls(&task), run.wakes(&task)), (2, 1));
    }
    for task in senders {
        assert_eq!((run.polls(&task), run.wakes(&task)), (1, 0), "a receiver waits already");
    }
    assert_eq!(run.engine.polls(), 300);
}

#[test]
fn nobody_is_polled_to_look_again() {
    let mut run = Run::new();
    let (tx, rx) = run.root(|| make::<i64>(1));
    run.start(send(tx.clone()));
    let senders: Vec<Spawned> = (0..100).map(|_| run.start(send(tx.clone()))).collect();
    assert_eq!(run.engine.polls(), 101);
    for served in 1..=100 {
        run.start(receive(rx.clone()));
        // The receiver, and the one sender whose message moved in.
        assert_eq!(run.engine.polls(), 101 + 2 * served);
        assert_eq!(tx.waiters(), (100 - served as usize, 0));
    }
    for task in senders {
        assert_eq!((run.polls(&task), run.wakes(&task)), (2, 1));
    }
}

#[test]
fn a_close_wakes_each_receiver_once() {
    let mut run = Run::new();
    let (tx, rx) = run.root(|| make::<i64>(0));
    let tasks: Vec<Spawned> = (0..50).map(|_| run.start(receive(rx.clone()))).collect();
    run.root(|| tx.close());
    assert_eq!(run.engine.ready_len(), 50);
    assert_eq!(run.engine.run_until_idle(), 50);
    tasks.into_iter().for_each(|task| assert_eq!((run.polls(&task), run.wakes(&task)), (2, 1)));
}

#[test]
fn a_cancel_wakes_each_listener_once_however_often_it_is_called() {
    let mut run = Run::new();
    let (ctx, cancel) = run.root(|| with_cancel(&background()));
    let listen = |ctx: &Context| {
        let ctx = ctx.clone();
        async move {
            ctx.done().await;
        }
    };
    let tasks: Vec<Spawned> = (0..50).map(|_| run.start(listen(&ctx))).collect();
    run.root(|| (0..5).for_each(|_| cancel.cancel()));
    assert_eq!(run.engine.run_until_idle(), 50);
    tasks.into_iter().for_each(|task| assert_eq!((run.polls(&task), run.wakes(&task)), (2, 1)));
    assert_eq!(run.count(|event, _| matches!(event, Event::Cancelled { .. })), 1);
}

#[test]
fn a_select_is_woken_once_though_all_its_cases_become_ready() {
    let mut run = Run::new();
    let ((to_a, a), (to_b, b)) = run.root(|| (make::<i64>(0), make::<i64>(0)));
    let (ctx, cancel) = run.root(|| with_cancel(&background()));
    let taken = Rc::new(RefCell::new(String::new()));
    let takes = taken.clone();
    let task = run.start(async move {
        let case = select! {
            _ = a.receive() => "a",
            _ = b.receive() => "b",
            _ = ctx.done() => "done",
        };
        takes.borrow_mut().push_str(case);
    });
    let (tx_a, tx_b) = (to_a.clone(), to_b.clone());
    let senders = [run.ready(send(tx_b)), run.ready(send(tx_a))];
    assert!(run.engine.poll_one().is_some() && run.engine.poll_one().is_some());
    run.root(|| cancel.cancel());
    assert_eq!(run.engine.ready_len(), 1, "the select, once; who sends on a too late waits");
    run.engine.run_until_idle();
    assert_eq!((taken.borrow().as_str(), run.polls(&task), run.wakes(&task)), ("b", 2, 1));
    assert_eq!(senders.map(|sender| run.polls(&sender)), [1, 1]);
    assert_eq!((to_a.waiters(), to_b.waiters()), ((1, 0), (0, 0)));
}

#[test]
fn a_contended_mutex_is_one_poll_for_each_turn() {
    let mut run = Run::new();
    let lock = run.root(Mutex::new);
    let tasks: Vec<Spawned> = (0..100)
        .map(|_| {
            let lock = lock.clone();
            run.ready(async move {
                lock.lock().await;
                sleep(Duration::from_millis(1)).await;
                lock.unlock();
            })
        })
        .collect();
    run.sleep(SECOND);
    assert_eq!(run.engine.tasks_alive(), 0);
    // The first one begins and wakes from its sleep; all others begin, get the lock, and wake from their sleep.
    assert_eq!(run.polls(&tasks[0]), 2);
    tasks[1..].iter().for_each(|task| assert_eq!((run.polls(task), run.wakes(task)), (3, 2)));
}

#[test]
fn a_wait_group_wakes_its_waiters_once_at_zero() {
    let mut run = Run::new();
    let group = run.root(|| Rc::new(WaitGroup::new()));
    run.root(|| group.add(100));
    let waits = group.clone();
    let waiter = run.start(async move { waits.wait().await });
    run.root(|| (0..99).for_each(|_| group.done()));
    assert_eq!((run.engine.ready_len(), group.waiters()), (0, 1));
    run.root(|| group.done());
    assert_eq!((run.engine.run_until_idle(), run.polls(&waiter), run.wakes(&waiter)), (1, 2, 1));
}

#[test]
fn a_wait_that_is_polled_for_another_reason_stands_in_its_queue_once() {
    let mut run = Run::new();
    let ((tx, rx), (ping, pings)) = run.root(|| (make::<i64>(0), make::<i64>(0)));
    let task = run.start(async move {
        let counts = async {
            for _ in 0..10 {
                pings.receive().await;
            }
        };
        futures::future::join(rx.receive(), counts).await;
    });
    for round in 1..=10 {
        run.start(send(ping.clone()));
        assert_eq!((tx.waiters(), run.polls(&task)), ((0, 1), 1 + round));
    }
    run.start(send(tx.clone()));
    assert_eq!((tx.waiters(), run.polls(&task), run.engine.tasks_alive()), ((0, 0), 12, 0));
}

/// What a task was given and never came to have, because it was aborted first, is given back. A stranger may have given
/// it back by then: that counts once.
#[test]
fn what_a_stranger_released_is_not_given_back_again() {
    let mut run = Run::new();
    let semaphore = run.root(|| Weighted::new(2));
    let waiting = semaphore.clone();
    assert!(run.root(|| semaphore.try_acquire(2)));
    let waiter =
        run.start(async move { waiting.acquire(&background(), 2).await.expect("the background is never done") });
    run.root(|| semaphore.release(2));
    run.root(|| semaphore.release(2));
    run.abort(&waiter);
    assert!(run.root(|| semaphore.try_acquire(2)));
    assert!(!run.root(|| semaphore.try_acquire(1)));
}

#[test]
fn a_reader_whose_lock_a_stranger_unlocked_does_not_unlock_it_again() {
    for unlocks in [["write", "read"], ["read", "write"]] {
        let mut run = Run::new();
        let lock = run.root(RwMutex::new);
        let waiting = lock.clone();
        assert!(run.root(|| lock.try_lock()));
        let reader = run.start(async move { waiting.read_lock().await });
        for unlock in unlocks {
            run.root(|| if unlock == "read" { lock.read_unlock() } else { lock.unlock() });
        }
        run.abort(&reader);
        assert!(run.root(|| lock.try_lock()), "{unlocks:?}");
        assert!(!run.root(|| lock.try_read_lock()), "{unlocks:?}");
        run.root(|| lock.unlock());
        assert!(run.root(|| lock.try_read_lock()), "{unlocks:?}");
    }
}
