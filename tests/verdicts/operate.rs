//! Who may operate what: any task that can name a lock may unlock it, whoever can close frees a sender, whoever can abort a
//! task can free who waits for what it defers.

use std::future::pending;

use expect_test::expect;
use pileup::executor::spawn::{Spawned, go, request};
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::cond::Cond;
use pileup::sync::context::{CancelFunc, Context, background, with_cancel, with_timeout};
use pileup::sync::mutex::Mutex;
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::time::sleep;
use pileup::sync::wait_group::WaitGroup;

use crate::play::{SECOND, check};

async fn locks(mutex: Mutex) {
    mutex.lock().await;
}

#[test]
fn a_lock_is_unlocked_later_by_a_task_that_never_locked_it() {
    async fn unlocks(mutex: Mutex) {
        sleep(SECOND).await;
        mutex.unlock();
    }
    check(
        || {
            let mutex = Mutex::new();
            request(locks, (&mutex,));
            request(unlocks, (&mutex,));
            request(locks, (mutex,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t2 parent working, t3 parent working
            1500 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn a_lock_that_only_its_lockers_can_name_strands_them() {
    async fn twice(mutex: Mutex) {
        mutex.lock().await;
        sleep(SECOND).await;
        mutex.lock().await;
    }
    check(
        || {
            let mutex = Mutex::new();
            request(twice, (&mutex,));
            request(locks, (mutex,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working
            1500 ms: t1 parent stranded, t2 parent stranded
            at last: t1 parent stranded, t2 parent stranded
        "#]],
    );
}

#[test]
fn a_reader_is_let_out_by_a_task_that_never_read() {
    async fn reads(lock: RwMutex) {
        lock.read_lock().await;
    }
    async fn unlocks(lock: RwMutex) {
        sleep(SECOND).await;
        lock.read_unlock();
    }
    async fn writes(lock: RwMutex) {
        lock.lock().await;
        lock.unlock();
    }
    check(
        || {
            let lock = RwMutex::new();
            request(reads, (&lock,));
            request(unlocks, (&lock,));
            request(writes, (&lock,));
            request(reads, (lock,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t2 parent working, t3 parent working, t4 parent working
            1500 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn a_reader_that_reads_again_with_a_writer_between_is_stranded() {
    async fn reads_twice(lock: RwMutex) {
        lock.read_lock().await;
        sleep(SECOND).await;
        lock.read_lock().await;
    }
    async fn writes(lock: RwMutex) {
        lock.lock().await;
    }
    check(
        || {
            let lock = RwMutex::new();
            request(reads_twice, (&lock,));
            request(writes, (lock,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working
            1500 ms: t1 parent stranded, t2 parent stranded
            at last: t1 parent stranded, t2 parent stranded
        "#]],
    );
}

async fn sends(tx: Sender<u32>) {
    tx.send(1).await;
}

#[test]
fn a_sender_is_freed_by_a_close_with_a_panic() {
    async fn closes(tx: Sender<u32>) {
        sleep(SECOND).await;
        tx.close();
    }
    check(
        || {
            let (tx, _) = make(0);
            request(sends, (&tx,));
            request(closes, (tx,));
        },
        &[500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working
            at last: t1: panic: send on closed channel
        "#]],
    );
}

#[test]
fn a_sender_whose_channel_nobody_else_can_name_is_stranded() {
    async fn only_sleeps(tx: Sender<u32>) {
        sleep(SECOND).await;
        drop(tx);
    }
    check(
        || {
            let (tx, _) = make(0);
            request(sends, (&tx,));
            request(only_sleeps, (tx,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working
            1500 ms: t1 parent stranded
            at last: t1 parent stranded
        "#]],
    );
}

async fn waits_for(group: WaitGroup) {
    group.wait().await;
}

/// Does its part of the group only when it is dropped.
async fn defers(group: WaitGroup) {
    let _done = group.defer_done();
    pending::<()>().await;
}

async fn aborts_later(task: Spawned) {
    sleep(SECOND).await;
    task.abort();
}

async fn has_a_deferring_child(group: WaitGroup) {
    let child = go(defers, (&group,));
    sleep(SECOND).await;
    child.abort();
}

/// A group of one, that is not done yet.
fn group_of_one() -> WaitGroup {
    let group = WaitGroup::new();
    group.add(1);
    group
}

#[test]
fn an_abort_by_a_living_task_frees_who_waits_for_what_the_aborted_one_defers() {
    check(
        || {
            let group = group_of_one();
            request(has_a_deferring_child, (&group,));
            request(waits_for, (group,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t3 child working
            1500 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn so_does_a_task_that_the_right_to_abort_was_handed_to() {
    async fn hands_over(group: WaitGroup) {
        go(aborts_later, (go(defers, (&group,)),));
        pending::<()>().await;
    }
    check(
        || {
            let group = group_of_one();
            request(hands_over, (&group,));
            request(waits_for, (group,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 parent working, t3 child working, t4 child working
            1500 ms: t1 parent stranded
            at last: t1 parent stranded
        "#]],
    );
}

#[test]
fn so_does_a_task_that_will_receive_it_in_a_message() {
    async fn sends_it(group: WaitGroup, tasks: Sender<Spawned>) {
        let child = go(defers, (&group,));
        tasks.send(child).await;
        pending::<()>().await;
    }
    async fn receives_it(tasks: Receiver<Spawned>) {
        sleep(SECOND).await;
        if let Some(task) = tasks.receive().await {
            task.abort();
        }
    }
    check(
        || {
            let (group, (tx, rx)) = (group_of_one(), make(1));
            request(sends_it, (&group, tx));
            request(receives_it, (rx,));
            request(waits_for, (group,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 parent working, t3 parent working, t4 child working
            1500 ms: t1 parent stranded
            at last: t1 parent stranded
        "#]],
    );
}

#[test]
fn so_does_one_of_two_who_may() {
    async fn two_may(group: WaitGroup) {
        let child = go(defers, (&group,));
        go(aborts_later, (child.clone(),));
        drop(child);
        pending::<()>().await;
    }
    check(
        || {
            let group = group_of_one();
            request(two_may, (&group,));
            request(waits_for, (group,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 parent unproven, t3 child unproven, t4 child working
            1500 ms: t1 parent stranded
            at last: t1 parent stranded
        "#]],
    );
}

#[test]
fn what_nobody_can_abort_strands_who_waits_for_it() {
    async fn forgets(group: WaitGroup) {
        go(defers, (&group,));
        sleep(SECOND).await;
    }
    check(
        || {
            let group = group_of_one();
            request(forgets, (&group,));
            request(waits_for, (group,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t3 child stranded
            1500 ms: t2 parent stranded, t3 child stranded
            at last: t2 parent stranded, t3 child stranded
        "#]],
    );
}

#[test]
fn what_only_a_stranded_task_could_abort_is_stranded_with_it() {
    async fn keeps(group: WaitGroup) {
        let child = go(defers, (&group,));
        pending::<()>().await;
        child.abort();
    }
    check(
        || {
            let group = group_of_one();
            request(keeps, (&group,));
            request(waits_for, (group,));
        },
        &[500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 parent stranded, t3 child stranded
            at last: t1 parent stranded, t2 parent stranded, t3 child stranded
        "#]],
    );
}

#[test]
fn a_signal_may_come_from_whoever_has_the_condition_and_from_nobody_else() {
    async fn waits(cond: Cond) {
        cond.lock().lock().await;
        cond.wait().await;
        cond.lock().unlock();
    }
    async fn signals(cond: Cond) {
        sleep(SECOND).await;
        cond.signal();
        sleep(SECOND).await;
    }
    check(
        || {
            let cond = Cond::new(&Mutex::new());
            request(waits, (&cond,));
            request(waits, (&cond,));
            request(signals, (cond,));
        },
        &[500, 1_500, 2_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t3 parent working
            1500 ms: t2 parent working, t3 parent working
            2500 ms: t2 parent stranded
            at last: t2 parent stranded
        "#]],
    );
}

async fn listens(ctx: Context) {
    ctx.done().await;
}

#[test]
fn a_context_ends_with_the_deadline_of_one_that_it_was_derived_from() {
    check(
        || {
            let (parent, _) = with_timeout(&background(), SECOND);
            let (child, _) = with_cancel(&parent);
            let (grandchild, _) = with_timeout(&child, 5 * SECOND);
            request(listens, (grandchild,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working
            1500 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn a_context_ends_with_one_that_somebody_can_cancel_and_not_with_one_that_nobody_can() {
    async fn cancels(cancel: CancelFunc) {
        sleep(SECOND).await;
        cancel.cancel();
    }
    check(
        || {
            let (parent, cancel) = with_cancel(&background());
            let (child, _) = with_cancel(&parent);
            request(listens, (child,));
            request(cancels, (cancel,));
            let (lost, _) = with_cancel(&background());
            let (child, _) = with_cancel(&lost);
            request(listens, (child,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t3 parent stranded
            1500 ms: t3 parent stranded
            at last: t3 parent stranded
        "#]],
    );
}
