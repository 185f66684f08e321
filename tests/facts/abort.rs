//! Who may abort a task: recorded once whoever spawned it keeps the right to.

use std::future::{Future, pending};

use expect_test::expect;
use pileup::executor::spawn::{Spawned, go};
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::time::{Duration, sleep};

use crate::printer::check;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_task_that_is_forgotten_at_once_is_nobodys_to_abort() {
    check(
        || _ = go(pending::<()>, ()),
        &expect![[r#"
        root: spawns t1
    "#]],
    );
}

#[test]
fn who_keeps_it_when_the_poll_ends_may_abort_it() {
    async fn keeps() {
        let child = go(pending::<()>, ());
        sleep(SECOND).await;
        child.abort();
        child.abort();
    }
    check(
        || _ = go(keeps, ()),
        &expect![[r#"
        root: spawns t1
        t1: spawns t2, waits in sleep, a1 is t2, gains a1!
        t1: wait over, a1 gone, t2 aborted, returns
    "#]],
    );
}

#[test]
fn who_lets_go_of_it_later_cannot_abort_it_any_more() {
    async fn lets_go() {
        let child = go(pending::<()>, ());
        sleep(SECOND).await;
        drop(child);
        sleep(SECOND).await;
    }
    check(
        || _ = go(lets_go, ()),
        &expect![[r#"
        root: spawns t1
        t1: spawns t2, waits in sleep, a1 is t2, gains a1!
        t1: wait over, a1 gone, waits in sleep
        t1: wait over, returns
    "#]],
    );
}

#[test]
fn it_is_handed_over_with_a_task_and_with_a_message() {
    async fn later(task: Spawned) {
        sleep(SECOND).await;
        task.abort();
    }
    async fn receives(tasks: Receiver<Spawned>) {
        if let Some(task) = tasks.receive().await {
            task.abort();
        }
    }
    check(
        || {
            go(later, (go(pending::<()>, ()),));
            let (tx, rx) = make(1);
            go(async |tx: Sender<Spawned>| tx.send(go(pending::<()>, ())).await, (tx,));
            go(receives, (rx,));
        },
        &expect![[r#"
            root: spawns t1, spawns t2, a1 is t1, gains a1!, t2 gains a1!, loses a1!, makes c2, gains c2!, gains c2?, spawns t3, t3 gains c2!, loses c2!, spawns t4, t4 gains c2?, loses c2?
            t2: waits in sleep
            t3: spawns t5, a3 is t5, gains a3!, c2 gains a3!, loses a3!, loses c2!, returns
            t4: gains a3!, c2 loses a3!, a3 gone, t5 aborted, c2 gone, loses c2?, returns
            t2: wait over, a1 gone, t1 aborted, returns
        "#]],
    );
}

#[test]
fn of_two_who_may_the_trace_says_only_that_somebody_may() {
    async fn two() {
        let child = go(async || sleep(2 * SECOND).await, ());
        go(async |other: Spawned| drop(other), (child.clone(),));
        sleep(SECOND).await;
        drop(child);
        sleep(2 * SECOND).await;
    }
    check(
        || _ = go(two, ()),
        &expect![[r#"
        root: spawns t1
        t1: spawns t2, a1 is t2, gains a1!, anybody gains a1!, loses a1!, spawns t3, waits in sleep
        t2: waits in sleep
        t3: returns
        t1: wait over, waits in sleep
        t2: wait over, a1 gone, returns
        t1: wait over, returns
    "#]],
    );
}

#[test]
fn what_a_program_spawns_before_its_future_runs_is_the_new_tasks_to_abort() {
    fn early() -> impl Future<Output = ()> {
        let child = go(pending::<()>, ());
        async move {
            sleep(SECOND).await;
            child.abort();
        }
    }
    check(
        || _ = go(early, ()),
        &expect![[r#"
        root: spawns t1, spawns t2, a1 is t2, t1 gains a1!
        t1: waits in sleep
        t1: wait over, a1 gone, t2 aborted, returns
    "#]],
    );
}

#[test]
fn what_an_aborted_task_held_is_given_up_and_its_waits_end_with_it() {
    async fn keeps(child: Spawned) {
        sleep(SECOND).await;
        child.abort();
        sleep(SECOND).await;
    }
    check(
        || {
            let (tx, rx) = make::<u32>(0);
            let child = go(async |tx: Sender<u32>| tx.send(1).await, (tx,));
            go(keeps, (child,));
            go(async |rx: Receiver<u32>| sleep(rx.capacity() as u32 * SECOND).await, (rx,));
        },
        &expect![[r#"
            root: makes c1, gains c1!, gains c1?, spawns t1, t1 gains c1!, loses c1!, spawns t2, a2 is t1, gains a2!, t2 gains a2!, loses a2!, spawns t3, t3 gains c1?, loses c1?
            t1: waits in chan send c1?
            t2: waits in sleep
            t3: loses c1?, returns
            t2: wait over, a2 gone, c1 gone, t1 loses c1!, t1 aborted, waits in sleep
            t2: wait over, returns
        "#]],
    );
}
