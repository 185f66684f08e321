//! What goes with a dropped task: its guard, its sender, its children. Who waits for one of those is free as long as somebody
//! can drop its holder, and stranded when nobody can.

use std::future::pending;

use expect_test::expect;
use pileup::executor::engine::{Config, Engine};
use pileup::executor::input::never;
use pileup::executor::spawn::{Spawned, go, request};
use pileup::executor::timers::Instant;
use pileup::sync::chan::{Receiver as GoReceiver, make};
use pileup::sync::rust::cancellation::CancellationToken;
use pileup::sync::rust::join_set::JoinSet;
use pileup::sync::rust::mpsc::{self, Receiver, Sender};
use pileup::sync::rust::mutex::Mutex;
use pileup::sync::rust::race::{select, timeout};
use pileup::sync::rust::task::{JoinHandle, spawn};
use pileup::sync::time::sleep;

use crate::play::{SECOND, check};

async fn holds(mutex: Mutex<u32>) {
    let _guard = mutex.lock().await;
    pending().await
}

async fn wants(mutex: Mutex<u32>) {
    *mutex.lock().await += 1;
}

/// Begins a second later, so that somebody holds it.
async fn wants_later(mutex: Mutex<u32>) {
    sleep(SECOND / 10).await;
    *mutex.lock().await += 1;
}

#[test]
fn a_guard_is_given_back_by_who_holds_it_and_by_nobody_who_can_name_the_lock() {
    async fn names(_mutex: Mutex<u32>) {
        sleep(SECOND * 5).await;
    }
    check(
        || {
            let mutex = Mutex::new(0);
            request(holds, (&mutex,));
            request(wants, (&mutex,));
            request(names, (mutex,));
        },
        &[500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 parent stranded, t3 parent working
            at last: t1 parent stranded, t2 parent stranded
        "#]],
    );
}

#[test]
fn a_guard_that_is_held_across_an_await_that_ends_strands_nobody() {
    async fn holds_a_while(mutex: Mutex<u32>) {
        let _guard = mutex.lock().await;
        sleep(SECOND).await;
    }
    check(
        || {
            let mutex = Mutex::new(0);
            request(holds_a_while, (&mutex,));
            request(wants, (&mutex,));
            request(wants, (mutex,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t3 parent working
            1500 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn who_may_drop_the_holder_of_a_guard_frees_who_waits_for_it() {
    async fn drops(holder: Spawned) {
        sleep(SECOND).await;
        holder.abort();
    }
    check(
        || {
            let mutex = Mutex::new(0);
            go(drops, (request(holds, (&mutex,)),));
            request(wants_later, (mutex,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t3 parent working
            1500 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn a_guard_is_handed_over_with_its_right() {
    async fn holds_a_while(mutex: Mutex<u32>) {
        let _guard = mutex.lock().await;
        sleep(SECOND).await;
    }
    // Three in line: the second is handed the lock and holds it for a while, the third waits for the second.
    check(
        || {
            let mutex = Mutex::new(0);
            for _ in 0..3 {
                request(holds_a_while, (&mutex,));
            }
        },
        &[500, 1_500, 2_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t3 parent working
            1500 ms: t2 parent working, t3 parent working
            2500 ms: t3 parent working
            at last: nobody
        "#]],
    );
    // The second keeps it for ever.
    check(
        || {
            let mutex = Mutex::new(0);
            request(holds_a_while, (&mutex,));
            request(holds, (&mutex,));
            request(wants, (mutex,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t3 parent working
            1500 ms: t2 parent stranded, t3 parent stranded
            at last: t2 parent stranded, t3 parent stranded
        "#]],
    );
}

#[test]
fn who_locks_twice_waits_for_itself() {
    async fn twice(mutex: Mutex<u32>) {
        let _guard = mutex.lock().await;
        *mutex.lock().await += 1;
    }
    check(
        || {
            request(twice, (Mutex::new(0),));
        },
        &[500],
        &expect![[r#"
             500 ms: t1 parent stranded
            at last: t1 parent stranded
        "#]],
    );
}

async fn drains(mut queue: Receiver<u32>) {
    while queue.recv().await.is_some() {}
}

async fn keeps(_queue: Sender<u32>) {
    pending().await
}

#[test]
fn a_receiver_ends_with_the_last_sender_and_is_stranded_by_one_that_is_kept() {
    async fn keeps_a_while(_queue: Sender<u32>) {
        sleep(SECOND).await;
    }
    check(
        || {
            let (sender, receiver) = mpsc::channel(1);
            request(drains, (receiver,));
            request(keeps_a_while, (sender,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working
            1500 ms: nobody
            at last: nobody
        "#]],
    );
    check(
        || {
            let (sender, receiver) = mpsc::channel(1);
            request(drains, (receiver,));
            request(keeps, (sender,));
        },
        &[500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 parent stranded
            at last: t1 parent stranded, t2 parent stranded
        "#]],
    );
}

#[test]
fn a_receiver_that_keeps_a_sender_of_its_own_waits_for_itself() {
    async fn both(sender: Sender<u32>, mut queue: Receiver<u32>) {
        let _ = sender.send(1).await;
        while queue.recv().await.is_some() {}
    }
    check(
        || {
            let (sender, receiver) = mpsc::channel(1);
            request(both, (sender, receiver));
        },
        &[500],
        &expect![[r#"
             500 ms: t1 parent stranded
            at last: t1 parent stranded
        "#]],
    );
}

#[test]
fn a_sender_in_a_message_is_dropped_by_whoever_lets_go_of_the_message() {
    async fn lets_go(_messages: GoReceiver<Sender<u32>>) {
        sleep(SECOND).await;
    }
    check(
        || {
            let (sender, receiver) = mpsc::channel(1);
            request(drains, (receiver,));
            let (messages, kept) = make(1);
            go(
                async |messages: pileup::sync::chan::Sender<Sender<u32>>, sender: Sender<u32>| {
                    messages.send(sender).await
                },
                (messages, sender),
            );
            request(lets_go, (kept,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent unproven, t3 parent working
            1500 ms: nobody
            at last: nobody
        "#]],
    );
}

#[test]
fn a_sender_that_waits_is_freed_when_the_receiver_goes() {
    async fn sends(queue: Sender<u32>) {
        let _ = queue.send(1).await;
        let _ = queue.send(2).await;
    }
    async fn goes(_queue: Receiver<u32>) {
        sleep(SECOND).await;
    }
    async fn stays(_queue: Receiver<u32>) {
        pending().await
    }
    check(
        || {
            let (sender, receiver) = mpsc::channel(1);
            request(sends, (sender,));
            request(goes, (receiver,));
            let (sender, receiver) = mpsc::channel(1);
            request(sends, (sender,));
            request(stays, (receiver,));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t3 parent stranded, t4 parent stranded
            1500 ms: t3 parent stranded, t4 parent stranded
            at last: t3 parent stranded, t4 parent stranded
        "#]],
    );
}

async fn calls() {
    never().await;
}

#[test]
fn a_dropped_handle_detaches_and_a_kept_one_can_still_drop() {
    async fn detaches() {
        drop(spawn(calls, ()));
        sleep(SECOND).await;
    }
    async fn aborts() {
        let child = spawn(calls, ());
        sleep(SECOND).await;
        child.abort();
    }
    check(
        || {
            request(detaches, ());
            request(aborts, ());
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t3 child working, t4 child working
            1500 ms: t3 child stranded
            at last: t3 child stranded
        "#]],
    );
}

#[test]
fn children_of_a_set_go_with_it_however_its_owner_ends() {
    async fn gives_up() {
        let mut children = JoinSet::new();
        children.spawn(calls, ());
        let all = async { while children.join_next().await.is_some() {} };
        let _ = timeout(SECOND, all).await;
    }
    async fn waits() {
        let mut children = JoinSet::new();
        children.spawn(calls, ());
        while children.join_next().await.is_some() {}
    }
    async fn drops(owner: Spawned) {
        sleep(SECOND).await;
        owner.abort();
    }
    check(
        || {
            request(gives_up, ());
            go(drops, (request(waits, ()),));
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 parent working, t4 child working, t5 child working
            1500 ms: nobody
            at last: nobody
        "#]],
    );
}

/// Nested as deep as a program may: dropped one after the other, and not one inside of the other.
#[test]
fn a_chain_of_sets_is_dropped_whole() {
    async fn link(left: u32) {
        let mut children = JoinSet::new();
        if left > 0 {
            children.spawn(link, (left - 1,));
        }
        children.join_next().await;
        pending().await
    }
    let mut engine = Engine::new(Config::default());
    engine.start(|| {
        go(
            async || {
                let first = spawn(link, (50_000,));
                sleep(SECOND).await;
                first.abort();
            },
            (),
        );
    });
    engine.run_to(Instant::from_secs(1), u64::MAX);
    assert_eq!((engine.stop(), engine.tasks_alive()), (None, 0));
}

#[test]
fn who_joins_a_task_that_never_ends_is_stranded_with_it() {
    async fn joins() {
        let _ = spawn(async || pending().await, ()).await;
    }
    check(
        || {
            request(joins, ());
        },
        &[500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 child stranded
            at last: t1 parent stranded, t2 child stranded
        "#]],
    );
}

#[test]
fn who_joins_with_the_only_handle_can_drop_the_task_no_more() {
    async fn joins(mut handle: JoinHandle) {
        let _ = handle.join().await;
    }
    check(
        || {
            request(
                async || {
                    let child = spawn(async || pending().await, ());
                    drop(spawn(joins, (child,)));
                },
                (),
            );
        },
        &[500],
        &expect![[r#"
             500 ms: t2 child stranded, t3 child stranded
            at last: t2 child stranded, t3 child stranded
        "#]],
    );
}

#[test]
fn a_token_asks_and_whoever_waits_beside_it_is_let_go() {
    async fn listens(token: CancellationToken) {
        select! {
            biased;
            _ = token.cancelled() => {},
            _ = never() => {},
        }
    }
    async fn is_deaf(_token: CancellationToken) {
        never().await;
    }
    async fn parent() {
        let token = CancellationToken::new();
        token.is_of_request();
        drop(spawn(listens, (&token,)));
        drop(spawn(is_deaf, (&token,)));
        sleep(SECOND).await;
        token.cancel();
    }
    check(
        || {
            request(parent, ());
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent working, t2 child working, t3 child working
            1500 ms: t3 child stranded, 3 told
            at last: t3 child stranded, 3 told
        "#]],
    );
}
