//! `tests/go/semantics/sync.go`, function by function.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use pileup::sync::atomic::AtomicU32;
use pileup::sync::chan::{Receiver, make};
use pileup::sync::cond::Cond;
use pileup::sync::locker::Locker;
use pileup::sync::mutex::Mutex;
use pileup::sync::once::{Once, once_func, once_value};
use pileup::sync::panics::{goexit, panic};
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::wait_group::WaitGroup;

use crate::harness::{
    NotMirrored, Rules, Started, caught, caught_here, check, count, rule, run, settle, slice, start, states,
};

const NOT_MIRRORED: &[NotMirrored] = &[
    (
        "Mutex the unlocker may lock again before a waiter that was just woken (observed, not promised)",
        "a mutex is handed over in order, which is Go's starvation mode",
    ),
    ("Cond copied", "a clone is another handle of the same condition"),
    (
        "WaitGroup Go before who waited has run",
        "who is spawned runs after who was woken before, and that finds it reused",
    ),
];

#[test]
fn package_sync_behaves_as_gos_does() {
    let rules = Rules::default();
    run(&rules, wait_group);
    run(&rules, mutex);
    run(&rules, rw_mutex);
    run(&rules, cond);
    run(&rules, once);
    run(&rules, reuse);
    run(&rules, limits);
    run(&rules, strangers);
    run(&rules, lockers);
    run(&rules, functions);
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

    let (tx, hold) = make::<i64>(0);
    let ran = AtomicU32::default();
    let runs = async |hold: Receiver<i64>, ran: AtomicU32| {
        hold.receive().await;
        ran.add(1);
    };
    group.go(runs, (&hold, &ran));
    let waiter = wait();
    rule!(rules, "WaitGroup Go, waiter while it runs", waiter.state().await);
    tx.send(1).await;
    rule!(rules, "WaitGroup Go, waiter after it", waiter.state().await);
    rule!(rules, "WaitGroup Go ran", ran.load());
    group.go(async || match goexit().await {}, ());
    rule!(rules, "WaitGroup Go, waiter after Goexit", wait().state().await);
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
    let locker = RwMutex::new();
    locker.locker().acquire().await;
    rule!(rules, "RWMutex RLocker reads", locker.try_read_lock(), locker.try_lock());
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
    let broken = Once::new();
    let panics = async |text| match panic(text).await {};
    rule!(rules, "Once first Do panics", caught_here(broken.call(async || panics("first").await)).await);
    let runs = ran.clone();
    let second = broken.call(async || {
        runs.set(1_000);
        panics("second").await
    });
    rule!(rules, "Once second Do after a panic", caught_here(second).await);
    rule!(rules, "Once that function did not run", ran.get());
    let own = start(async {
        let own = Once::new();
        own.call(async || own.call(async || {}).await).await;
    });
    rule!(rules, "Once Do inside its own Do", own.state().await);
    let calls = Cell::new(0);
    let broken = once_func(async || {
        calls.set(calls.get() + 1);
        panics("broken").await
    });
    rule!(rules, "OnceFunc first call", caught_here(broken.call()).await);
    rule!(rules, "OnceFunc second call panics the same", caught_here(broken.call()).await);
    rule!(rules, "OnceFunc ran", calls.get());
    let value = once_value(async || calls.replace(calls.get() + 1) + 1);
    rule!(rules, "OnceValue twice", value.call().await, value.call().await);
}

/// Whoever was woken runs once the waker waits.
async fn reuse(rules: Rules) {
    fn reused(rules: &Rules, name: &'static str, waiters: usize, again: impl AsyncFnOnce(&WaitGroup) + 'static) {
        rules.caught(name, async move || {
            let group = Rc::new(WaitGroup::new());
            group.add(1);
            for _ in 0..waiters {
                let waits = group.clone();
                start(async move { waits.wait().await });
            }
            settle().await;
            group.done();
            again(&group).await;
            settle().await;
        });
    }
    reused(&rules, "WaitGroup Add before who waited has run", 1, async |group| group.add(1));
    reused(&rules, "WaitGroup Add and Done before who waited has run", 1, async |group| {
        group.add(1);
        group.done();
    });
    reused(&rules, "WaitGroup Add after who waited has run", 1, async |group| {
        settle().await;
        group.add(1);
    });
    rules.outside("WaitGroup Add before three who waited have run, panics", || {
        let text = caught(async || {
            let group = Rc::new(WaitGroup::new());
            group.add(1);
            for _ in 0..3 {
                let waits = group.clone();
                start(async move { waits.wait().await });
            }
            settle().await;
            group.done();
            group.add(1);
            settle().await;
        });
        (text != "no panic").to_string()
    });
}

async fn limits(rules: Rules) {
    let most = (1 << 31) - 1;
    rules.caught("WaitGroup Add(1<<31 - 1)", async move || WaitGroup::new().add(most));
    rules.caught("WaitGroup and one more", async move || {
        let group = WaitGroup::new();
        group.add(most);
        group.add(1);
    });
    rules.caught("WaitGroup Add(1<<31)", async || WaitGroup::new().add(1 << 31));
    rules.caught("WaitGroup Add(1<<32 - 1)", async || WaitGroup::new().add((1 << 32) - 1));
    rules.caught("WaitGroup Add(1<<32)", async || WaitGroup::new().add(1 << 32));
    let group = WaitGroup::new();
    group.add(1 << 32);
    rule!(rules, "WaitGroup Wait after Add(1<<32)", start(async move { group.wait().await }).state().await);
    rules.caught("WaitGroup Add(-1<<31)", async || WaitGroup::new().add(-1 << 31));
    let group = WaitGroup::new();
    caught_here(async { group.done() }).await;
    let waits = group.clone();
    let waiter = start(async move { waits.wait().await });
    rule!(rules, "WaitGroup Wait after a recovered negative counter", waiter.state().await);
    let add = caught_here(async { group.add(1) }).await;
    rule!(rules, "WaitGroup Add(1) to a recovered negative counter", add);
    rule!(rules, "WaitGroup who waited at a negative counter", waiter.state().await);
}

/// A stranger's Unlock takes the place of the writer's that waits: what happens is what the counts say.
async fn strangers(rules: Rules) {
    let lock = RwMutex::new();
    lock.read_lock().await;
    let writer = start_write(&lock);
    settle().await;
    let late = start_read(&lock);
    settle().await;
    lock.unlock();
    rule!(rules, "RWMutex Unlock by a stranger while a writer waits", "no panic");
    rule!(rules, "RWMutex after it, writer and late reader", writer.state().await, late.state().await);
    rule!(rules, "RWMutex after it, TryRLock", lock.try_read_lock());
    rule!(rules, "RWMutex after it, TryLock", lock.try_lock());
    let newcomer = start_write(&lock);
    rule!(rules, "RWMutex after it, another writer", newcomer.state().await);
    rule!(rules, "RWMutex after it, TryRLock while both writers wait", lock.try_read_lock());
    for unlocks in ["one RUnlock", "two RUnlocks", "three RUnlocks"] {
        lock.read_unlock();
        let name = format!("RWMutex after it and {unlocks}, writer, another writer");
        rule!(rules, name, writer.state().await, newcomer.state().await);
    }

    let written = RwMutex::new();
    written.lock().await;
    let unlocks = written.clone();
    let name = "RWMutex written, unlocked by another goroutine";
    rule!(rules, name, start(async move { unlocks.unlock() }).state().await);
    rule!(rules, "RWMutex TryLock after that", written.try_lock());
    let read = RwMutex::new();
    read.read_lock().await;
    let unlocks = read.clone();
    let name = "RWMutex read, unlocked by another goroutine";
    rule!(rules, name, start(async move { unlocks.read_unlock() }).state().await);
    rule!(rules, "RWMutex TryLock after that RUnlock", read.try_lock());
}

/// A condition's lock is any locker: a wait unlocks it, and locks it again after.
async fn lockers(rules: Rules) {
    let lock = RwMutex::new();
    let writes = Cond::new(&lock);
    let waiter = start_wait(&writes);
    rule!(rules, "Cond on an RWMutex, Wait", waiter.state().await);
    rule!(rules, "Cond on an RWMutex, Wait unlocks", lock.try_lock());
    writes.signal();
    rule!(rules, "Cond on an RWMutex, signalled while it is held", waiter.state().await);
    lock.unlock();
    rule!(rules, "Cond on an RWMutex, after Unlock", waiter.state().await);
    let reads = Cond::new(&lock.locker());
    let waiters = [start_wait(&reads), start_wait(&reads)];
    settle().await;
    rule!(rules, "Cond on an RLocker, Wait unlocks", lock.try_lock());
    reads.broadcast();
    rule!(rules, "Cond on an RLocker, a broadcast while it is written", states(&waiters).await);
    lock.unlock();
    rule!(rules, "Cond on an RLocker, after Unlock", states(&waiters).await);
    lock.read_lock().await;
    let waiters = [start_wait(&reads)];
    settle().await;
    reads.signal();
    rule!(rules, "Cond on an RLocker, signalled while it is read", states(&waiters).await);
    lock.read_unlock();
    rule!(rules, "Cond on an RLocker, all unlocked", lock.try_lock());
}

async fn functions(rules: Rules) {
    let order = Rc::new(RefCell::new(Vec::new()));
    let said = || format!("[{}]", order.borrow().join(" "));
    let group = WaitGroup::new();
    let says = order.clone();
    group.go(async move || says.borrow_mut().push("task"), ());
    order.borrow_mut().push("caller");
    group.wait().await;
    rule!(rules, "WaitGroup Go returns before its function runs", said());
    let says = order.clone();
    let nested = start(async move {
        let group = WaitGroup::new();
        let inner = says.clone();
        let outer = async move |group: WaitGroup| {
            group.go(async move || inner.borrow_mut().push("inner"), ());
        };
        group.go(outer, (&group,));
        group.wait().await;
        says.borrow_mut().push("waited");
    });
    rule!(rules, "WaitGroup Go inside of Go", nested.state().await);
    rule!(rules, "WaitGroup Go inside of Go, in order", said());

    let calls = AtomicU32::default();
    let once = once_func(async || {
        calls.add(1);
    });
    once.call().await;
    once.call().await;
    rule!(rules, "OnceFunc called twice, ran", calls.load());
    let (tx, hold) = make::<i64>(0);
    let held = once_func(async move || {
        hold.receive().await;
    });
    let call = || {
        let held = held.clone();
        start(async move { held.call().await })
    };
    let (first, second) = (call(), call());
    rule!(rules, "OnceFunc, second caller while the first runs", second.state().await);
    tx.send(1).await;
    rule!(rules, "OnceFunc, both after it returned", first.state().await, second.state().await);
    let answer = once_value(async || format!("answer {}", calls.add(1)));
    let name = "OnceValue gives the first answer each time";
    rule!(rules, name, answer.call().await, answer.call().await);
    let broken = once_value(async || {
        let text = format!("broken {}", calls.add(1));
        match panic(&text).await {}
    });
    for name in ["OnceValue that panics", "OnceValue that panics, once more"] {
        rule!(rules, name, caught_here(async { broken.call().await }).await);
    }
    let both = once_value(async || {
        let call = calls.add(1) as i32;
        (call, -call)
    });
    let (a, b) = both.call().await;
    rule!(rules, "OnceValues", a, b);
}

/// `go func() { cond.L.Lock(); cond.Wait(); cond.L.Unlock() }()`
fn start_wait<L: Locker>(cond: &Cond<L>) -> Started {
    let cond = cond.clone();
    start(async move {
        cond.lock().acquire().await;
        cond.wait().await;
        cond.lock().release();
    })
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
