//! `tests/go/semantics/sync.go`, function by function.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use pileup::sync::chan::make;
use pileup::sync::cond::Cond;
use pileup::sync::mutex::Mutex;
use pileup::sync::once::Once;
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::wait_group::WaitGroup;

use crate::harness::{NotMirrored, Rules, Started, check, count, rule, run, settle, slice, start, states};

const RECOVER: &str = "no recover: a panic ends the program";
const GO: &str = "no WaitGroup.Go: spawn::go and defer_done say the same";

const NOT_MIRRORED: &[NotMirrored] = &[
    ("WaitGroup Go, waiter while it runs", GO),
    ("WaitGroup Go, waiter after it", GO),
    ("WaitGroup Go ran", GO),
    ("WaitGroup Go, waiter after Goexit", "no Goexit"),
    (
        "Mutex the unlocker may lock again before a waiter that was just woken (observed, not promised)",
        "a mutex is handed over in order, which is Go's starvation mode",
    ),
    ("RWMutex RLocker reads", "no Locker: a condition's lock is a Mutex"),
    ("Cond copied", "a clone is another handle of the same condition"),
    ("Once first Do panics", RECOVER),
    ("Once second Do after a panic", RECOVER),
    ("Once that function did not run", RECOVER),
    ("OnceFunc first call", RECOVER),
    ("OnceFunc second call panics the same", RECOVER),
    ("OnceFunc ran", RECOVER),
    ("OnceValue twice", "no OnceValue"),
];

#[test]
fn package_sync_behaves_as_gos_does() {
    let rules = Rules::default();
    run(&rules, wait_group);
    run(&rules, mutex);
    run(&rules, rw_mutex);
    run(&rules, cond);
    run(&rules, once);
    check(include_str!("../go/semantics/sync.txt"), NOT_MIRRORED, &rules);
}

async fn wait_group(rules: Rules) {
    let group = Rc::new(WaitGroup::new());
    let wait = || {
        let group = group.clone();
        start(async move { group.wait().await })
    };
    rule!(rules, "WaitGroup Wait at zero", wait().state().await);
    group.add(2);
    let waiters = [wait(), wait(), wait()];
    rule!(rules, "WaitGroup three waiters at two", states(&waiters).await);
    group.done();
    rule!(rules, "WaitGroup three waiters at one", states(&waiters).await);
    group.done();
    rule!(rules, "WaitGroup three waiters at zero", states(&waiters).await);

    group.add(1);
    let waiter = wait();
    rule!(rules, "WaitGroup used again, waiter at one", waiter.state().await);
    group.add(-1);
    rule!(rules, "WaitGroup used again, waiter at zero", waiter.state().await);

    rules.caught("WaitGroup Done at zero", async || WaitGroup::new().done());
    rules.caught("WaitGroup Add(-1) at zero", async || WaitGroup::new().add(-1));
    rules.caught("WaitGroup Add(-2) at one", async || {
        let below = WaitGroup::new();
        below.add(1);
        below.add(-2);
    });
    rules.caught("WaitGroup Add(0) at zero", async || WaitGroup::new().add(0));
}

async fn mutex(rules: Rules) {
    let lock = Mutex::new();
    rule!(rules, "Mutex TryLock when free", lock.try_lock());
    rule!(rules, "Mutex TryLock when held", lock.try_lock());
    let locks = lock.clone();
    let second = start(async move {
        locks.lock().await;
        locks.unlock();
    });
    rule!(rules, "Mutex Lock when held", second.state().await);
    lock.unlock();
    rule!(rules, "Mutex that Lock after Unlock", second.state().await);
    lock.lock().await;
    let unlocks = lock.clone();
    rule!(rules, "Mutex unlocked by another goroutine", start(async move { unlocks.unlock() }).state().await);
    rule!(rules, "Mutex TryLock after that", lock.try_lock());
    let own = start(async {
        let own = Mutex::new();
        own.lock().await;
        own.lock().await;
    });
    rule!(rules, "Mutex Lock by its own holder", own.state().await);

    let mut in_order = 0;
    for _ in 0..20 {
        let lock = Mutex::new();
        lock.lock().await;
        let order = Rc::new(RefCell::new(Vec::new()));
        for i in 0..5 {
            let (lock, order) = (lock.clone(), order.clone());
            start(async move {
                lock.lock().await;
                order.borrow_mut().push(i);
                lock.unlock();
            });
            settle().await;
        }
        lock.unlock();
        settle().await;
        assert_eq!(order.borrow().len(), 5);
        in_order += count(1, |_| order.borrow().is_sorted());
    }
    let name = "Mutex five waiters and no newcomer, served in order of arrival (observed, not promised), of 20";
    rule!(rules, name, in_order);
}

async fn rw_mutex(rules: Rules) {
    let lock = RwMutex::new();
    rule!(rules, "RWMutex first RLock", start_read(&lock).state().await);
    rule!(rules, "RWMutex second RLock", start_read(&lock).state().await);
    rule!(rules, "RWMutex TryLock while read", lock.try_lock());
    rule!(rules, "RWMutex TryRLock while read", lock.try_read_lock());
    lock.read_unlock();
    let writer = start_write(&lock);
    rule!(rules, "RWMutex Lock while two read", writer.state().await);
    rule!(rules, "RWMutex TryRLock while a writer waits", lock.try_read_lock());
    let late = start_read(&lock);
    rule!(rules, "RWMutex RLock while a writer waits", late.state().await);
    lock.read_unlock();
    rule!(rules, "RWMutex writer while one still reads", writer.state().await);
    lock.read_unlock();
    rule!(rules, "RWMutex writer after the last RUnlock", writer.state().await);
    rule!(rules, "RWMutex late reader while the writer holds", late.state().await);
    let another = start_read(&lock);
    let second_writer = start_write(&lock);
    let name = "RWMutex another reader, second writer";
    rule!(rules, name, another.state().await, second_writer.state().await);
    rule!(rules, "RWMutex TryLock while written", lock.try_lock());
    rule!(rules, "RWMutex TryRLock while written", lock.try_read_lock());
    lock.unlock();
    let name = "RWMutex after Unlock, late reader, another reader, second writer";
    rule!(rules, name, late.state().await, another.state().await, second_writer.state().await);
    lock.read_unlock();
    lock.read_unlock();
    rule!(rules, "RWMutex second writer after both readers", second_writer.state().await);
    lock.unlock();

    let recursive = RwMutex::new();
    let (tx, between) = make::<i64>(0);
    let reads = recursive.clone();
    let reader = start(async move {
        reads.read_lock().await;
        between.receive().await;
        reads.read_lock().await;
    });
    rule!(rules, "RWMutex recursive reader, held once", reader.state().await);
    let blocker = start_write(&recursive);
    rule!(rules, "RWMutex a writer comes between", blocker.state().await);
    tx.send(1).await;
    rule!(rules, "RWMutex recursive reader and the writer", reader.state().await, blocker.state().await);
    let own = start(async {
        let own = RwMutex::new();
        own.read_lock().await;
        own.lock().await;
    });
    rule!(rules, "RWMutex Lock by its own reader", own.state().await);
}

async fn cond(rules: Rules) {
    let lock = Mutex::new();
    let cond = Cond::new(&lock);
    cond.signal();
    cond.broadcast();
    let order = Rc::new(RefCell::new(Vec::new()));
    let wait = async |i| {
        let (cond, order) = (cond.clone(), order.clone());
        let waiter = start(async move {
            cond.lock().lock().await;
            cond.wait().await;
            order.borrow_mut().push(i);
            cond.lock().unlock();
        });
        settle().await;
        waiter
    };
    let waiters = [wait(1).await, wait(2).await, wait(3).await];
    rule!(rules, "Cond a Signal and a Broadcast before anybody waits are lost", states(&waiters).await);
    rule!(rules, "Cond Wait unlocks", lock.try_lock());
    cond.signal();
    rule!(rules, "Cond Signal while the lock is held", states(&waiters).await);
    lock.unlock();
    rule!(rules, "Cond after Unlock", states(&waiters).await);
    cond.signal();
    rule!(rules, "Cond second Signal", states(&waiters).await);
    cond.signal();
    rule!(rules, "Cond third Signal", states(&waiters).await);
    let name = "Cond Signal wakes in order of arrival (observed, not promised)";
    rule!(rules, name, slice(&order.take()));
    let waiters = [wait(1).await, wait(2).await, wait(3).await];
    lock.lock().await;
    cond.broadcast();
    lock.unlock();
    rule!(rules, "Cond Broadcast", states(&waiters).await);
    rule!(rules, "Cond Broadcast wakes all", slice(&order.take()));
    let first = wait(1).await;
    cond.signal();
    cond.signal();
    settle().await;
    let newcomer = wait(2).await;
    let name = "Cond two Signals for one waiter, then a newcomer";
    rule!(rules, name, states(&[first, newcomer]).await);
}

async fn once(rules: Rules) {
    let once = Once::new();
    let ran = Rc::new(Cell::new(0));
    let run = |more| {
        let ran = ran.clone();
        async move || ran.set(ran.get() + more)
    };
    once.call(run(1)).await;
    once.call(run(10)).await;
    rule!(rules, "Once ran", ran.get());
    let once = Once::new();
    let (tx, hold) = make::<i64>(0);
    let calls = once.clone();
    let first = start(async move {
        let held = async || {
            hold.receive().await;
        };
        calls.call(held).await;
    });
    rule!(rules, "Once first caller", first.state().await);
    let (calls, never) = (once.clone(), run(100));
    let second = start(async move { calls.call(never).await });
    rule!(rules, "Once second caller while the first runs", second.state().await);
    tx.send(1).await;
    rule!(rules, "Once both after the first returned", first.state().await, second.state().await);
    rule!(rules, "Once the second's function did not run", ran.get());
    let own = start(async {
        let own = Once::new();
        own.call(async || own.call(async || {}).await).await;
    });
    rule!(rules, "Once Do inside its own Do", own.state().await);
}

/// `go rw.RLock()`
fn start_read(lock: &RwMutex) -> Started {
    let lock = lock.clone();
    start(async move { lock.read_lock().await })
}

/// `go rw.Lock()`
fn start_write(lock: &RwMutex) -> Started {
    let lock = lock.clone();
    start(async move { lock.lock().await })
}
