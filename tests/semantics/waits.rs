//! `tests/go/semantics/waits.go`: what each blocking operation waits for, as the trace says it.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use pileup::executor::engine::{Config, Engine};
use pileup::executor::spawn::Spawned;
use pileup::select;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::cond::Cond;
use pileup::sync::context::{background, with_cancel};
use pileup::sync::mutex::Mutex;
use pileup::sync::once::Once;
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::time::{Duration, Ticker, Timer, after, sleep};
use pileup::sync::wait_group::WaitGroup;

use crate::harness::{NotMirrored, Rules, check, rule, start, wait_reasons};

const NOT_MIRRORED: &[NotMirrored] = &[
    ("io.Pipe read", "no package io"),
    ("Gosched in a loop", "no Gosched: a task waits or is polled"),
    ("who asks for the dump", "nobody asks from inside"),
];

const HOUR: Duration = Duration::from_secs(3600);

/// Tasks that wait for ever (or for very long), with the name of the operation.
#[derive(Clone, Default)]
struct Operations(Rc<RefCell<Vec<(&'static str, Spawned)>>>);

impl Operations {
    fn waits(&self, operation: &'static str, task: impl Future<Output = ()> + 'static) {
        self.0.borrow_mut().push((operation, start(task).spawned));
    }
}

#[test]
fn waits_have_gos_reasons() {
    let mut engine = Engine::new(Config::default());
    let operations = Operations::default();
    for spawn in [channels, selects, contexts_and_time, locks] {
        engine.start(|| spawn(&operations));
        engine.run_until_idle();
    }
    assert_eq!(engine.stop(), None);
    let reasons = wait_reasons(&engine);
    let rules = Rules::default();
    for (operation, spawned) in operations.0.borrow().iter() {
        rule!(rules, *operation, reasons[&spawned.task].as_str());
    }
    check(include_str!("../go/semantics/waits.txt"), NOT_MIRRORED, &rules);
}

async fn full() -> (Sender<i64>, Receiver<i64>) {
    let (tx, rx) = make(1);
    tx.send(1).await;
    (tx, rx)
}

fn channels(operations: &Operations) {
    operations.waits("receive", async {
        make::<i64>(0).1.receive().await;
    });
    operations.waits("receive with ok", async { while make::<i64>(0).1.receive().await.is_some() {} });
    operations.waits("send", async { make::<i64>(0).0.send(1).await });
    operations.waits("send on a full channel", async { full().await.0.send(1).await });
    operations.waits("range over a channel", async {
        let (_tx, rx) = make::<i64>(0);
        while let Some(_value) = rx.receive().await {}
    });
    operations.waits("receive from nil", async {
        Receiver::<i64>::nil().receive().await;
    });
    operations.waits("send on nil", async { Sender::<i64>::nil().send(1).await });
    operations.waits("range over nil", async {
        let none = Receiver::<i64>::nil();
        while let Some(_value) = none.receive().await {}
    });
}

fn selects(operations: &Operations) {
    operations.waits("select {}", pileup::sync::select::forever());
    operations.waits("select of two receives", async {
        select! {
            _ = make::<i64>(0).1.receive() => {},
            _ = make::<i64>(0).1.receive() => {},
        }
    });
    operations.waits("select of a send and a receive", async {
        let (full, _full) = full().await;
        select! {
            _ = full.send(1) => {},
            _ = make::<i64>(0).1.receive() => {},
        }
    });
    operations.waits("select of two nil channels", async {
        select! {
            _ = Receiver::<i64>::nil().receive() => {},
            _ = Sender::<i64>::nil().send(1) => {},
        }
    });
    operations.waits("select of one receive", async {
        select! {
            _ = make::<i64>(0).1.receive() => {},
        }
    });
    operations.waits("select of one send", async {
        let (full, _full) = full().await;
        select! {
            _ = full.send(1) => {},
        }
    });
    operations.waits("select of one receive from nil", async {
        select! {
            _ = Receiver::<i64>::nil().receive() => {},
        }
    });
    operations.waits("select of one send on nil", async {
        select! {
            _ = Sender::<i64>::nil().send(1) => {},
        }
    });
    operations.waits("select of a nil channel and another", async {
        select! {
            _ = Receiver::<i64>::nil().receive() => {},
            _ = make::<i64>(0).1.receive() => {},
        }
    });
}

fn contexts_and_time(operations: &Operations) {
    let (ctx, _cancel) = with_cancel(&background());
    let listens = ctx.clone();
    operations.waits("context Done", async move {
        listens.done().await;
    });
    operations.waits("context Done of Background", async {
        background().done().await;
    });
    operations.waits("select of context Done and time.After", async move {
        select! {
            _ = ctx.done() => {},
            _ = after(HOUR).receive() => {},
        }
    });
    operations.waits("time.Sleep", sleep(HOUR));
    operations.waits("time.After", async {
        after(HOUR).receive().await;
    });
    operations.waits("Timer.C", async {
        Timer::new(HOUR).receive().await;
    });
    operations.waits("Ticker.C", async {
        Ticker::new(HOUR).receive().await;
    });
}

fn locks(operations: &Operations) {
    operations.waits("WaitGroup.Wait", async {
        let group = WaitGroup::new();
        group.add(1);
        group.wait().await;
    });
    operations.waits("Mutex.Lock", async {
        let lock = Mutex::new();
        lock.lock().await;
        lock.lock().await;
    });
    operations.waits("RWMutex.Lock while read", async {
        let lock = RwMutex::new();
        lock.read_lock().await;
        lock.lock().await;
    });
    operations.waits("RWMutex.Lock while written", async {
        let lock = RwMutex::new();
        lock.lock().await;
        lock.lock().await;
    });
    operations.waits("RWMutex.RLock while written", async {
        let lock = RwMutex::new();
        lock.lock().await;
        lock.read_lock().await;
    });
    let contended = RwMutex::new();
    assert!(contended.try_read_lock());
    let (first, reader, second) = (contended.clone(), contended.clone(), contended);
    // Spawned in this order, they come in this order: the ready queue is first in, first out.
    operations.waits("RWMutex.Lock while read, a reader comes next", async move { first.lock().await });
    operations.waits("RWMutex.RLock while a writer waits", async move { reader.read_lock().await });
    operations.waits("RWMutex.Lock while a writer waits", async move { second.lock().await });
    operations.waits("Cond.Wait", async {
        let cond = Cond::new(&Mutex::new());
        cond.lock().lock().await;
        cond.wait().await;
    });
    let signalled = Cond::new(&Mutex::new());
    let waits = signalled.clone();
    operations.waits("Cond.Wait signalled, its lock is held", async move {
        waits.lock().lock().await;
        waits.wait().await;
    });
    start(async move {
        signalled.lock().lock().await;
        signalled.signal();
    });
    operations.waits("Once.Do inside its own Do", async {
        let once = Once::new();
        once.call(async || once.call(async || {}).await).await;
    });
}
