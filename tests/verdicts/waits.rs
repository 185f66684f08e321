//! What a task waits for: all of its waits, however many stand on one line, and waits that the trace knows nothing of.

use std::future::pending;

use expect_test::expect;
use futures::FutureExt as _;
use futures::channel::oneshot;
use futures::future::{join, join_all, poll_immediate, select_all};
use futures::task::LocalSpawnExt as _;
use pileup::executor::input;
use pileup::executor::spawn::{Spawner, go, request};
use pileup::select;
use pileup::sync::chan::{Receiver, Sender, make};
use pileup::sync::context::{background, with_cancel};
use pileup::sync::select::{Choice, any as any_of};
use pileup::sync::time::sleep;

use crate::play::{Run, SECOND, check};

async fn sends(tx: Sender<u32>) {
    sleep(SECOND).await;
    tx.send(1).await;
}

async fn all(channels: Vec<Receiver<u32>>) {
    join_all(channels.iter().map(Receiver::receive)).await;
}

async fn any(channels: Vec<Receiver<u32>>) {
    select_all(channels.iter().map(Receiver::receive)).await;
}

/// So many channels to receive from; only number `living` gets a message, after a second.
fn channels(many: usize, living: Option<usize>) -> Vec<Receiver<u32>> {
    let ends = (0..many).map(|number| {
        let (tx, rx) = make(0);
        if living == Some(number) {
            go(sends, (tx,));
        }
        rx
    });
    ends.collect()
}

#[test]
fn of_several_waits_on_one_line_any_can_be_the_one_that_is_answered() {
    for living in 0..3 {
        check(
            || _ = request(any, (channels(3, Some(living)),)),
            &[500, 1_500],
            &expect![[r#"
                 500 ms: t2 parent working
                1500 ms: nobody
                at last: nobody
            "#]],
        );
    }
}

#[test]
fn a_join_on_one_line_goes_on_with_the_waits_that_are_left() {
    for living in 0..3 {
        check(
            || _ = request(all, (channels(3, Some(living)),)),
            &[500, 1_500],
            &expect![[r#"
                 500 ms: t2 parent working
                1500 ms: t2 parent stranded
                at last: t2 parent stranded
            "#]],
        );
    }
}

#[test]
fn several_waits_on_one_line_that_nobody_can_end_strand_their_task() {
    check(
        || {
            request(all, (channels(3, None),));
            request(any, (channels(3, None),));
        },
        &[500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 parent stranded
            at last: t1 parent stranded, t2 parent stranded
        "#]],
    );
}

#[test]
fn a_wait_for_any_of_nine_or_forty_ends_with_the_last_of_them() {
    for many in [9, 40] {
        check(
            || _ = request(any, (channels(many, Some(many - 1)),)),
            &[500, 1_500],
            &expect![[r#"
                 500 ms: t2 parent working
                1500 ms: nobody
                at last: nobody
            "#]],
        );
    }
    check(
        || _ = request(any, (channels(40, None),)),
        &[500],
        &expect![[r#"
         500 ms: t1 parent stranded
        at last: t1 parent stranded
    "#]],
    );
}

#[test]
fn a_select_of_nine_or_forty_cases_ends_with_the_last_of_them() {
    async fn selects(channels: Vec<Receiver<u32>>) {
        let cases = channels.iter().map(|rx| Choice::new(rx.receive(), |received| received));
        any_of(cases.collect()).await;
    }
    for many in [9, 40] {
        check(
            || _ = request(selects, (channels(many, Some(many - 1)),)),
            &[500, 1_500],
            &expect![[r#"
                 500 ms: t2 parent working
                1500 ms: nobody
                at last: nobody
            "#]],
        );
        check(
            || _ = request(selects, (channels(many, None),)),
            &[500],
            &expect![[r#"
                 500 ms: t1 parent stranded
                at last: t1 parent stranded
            "#]],
        );
    }
}

#[test]
fn a_combinator_that_keeps_wakers_makes_its_task_somebodys_to_wake() {
    check(
        || _ = request(all, (channels(40, None),)),
        &[500],
        &expect![[r#"
         500 ms: t1 parent unproven
        at last: t1 parent unproven
    "#]],
    );
    check(
        || _ = request(all, (channels(40, Some(7)),)),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t2 parent working
        1500 ms: t2 parent unproven
        at last: t2 parent unproven
    "#]],
    );
}

#[test]
fn a_foreign_future_may_be_completed_by_anybody() {
    async fn parent() {
        let (tx, rx) = oneshot::channel::<u32>();
        Spawner.spawn_local(async move { assert_eq!(rx.await, Ok(7)) }).unwrap();
        let answers = async move {
            sleep(SECOND).await;
            tx.send(7).unwrap();
        };
        Spawner.spawn_local(answers).unwrap();
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t2 child unproven, t3 child stopping
        1500 ms: nobody
        at last: nobody
    "#]],
    );
}

#[test]
fn a_foreign_future_beside_a_hopeless_wait_may_be_completed_by_anybody() {
    async fn parent() {
        let (tx, rx) = oneshot::channel::<u32>();
        let both = async move || {
            let (_sender, receiver) = make::<u32>(0);
            select_all([rx.map(|_| ()).boxed_local(), receiver.receive().map(|_| ()).boxed_local()]).await;
        };
        go(both, ());
        sleep(SECOND).await;
        tx.send(7).unwrap();
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t1 parent working, t2 child unproven
        1500 ms: nobody
        at last: nobody
    "#]],
    );
}

#[test]
fn a_future_that_two_tasks_share_is_completed_for_both() {
    async fn parent() {
        let (tx, rx) = make(0);
        let shared = async move { rx.receive().await }.boxed_local().shared();
        for _ in 0..2 {
            let shared = shared.clone();
            go(async move || assert_eq!(shared.await, Some(1)), ());
        }
        go(sends, (tx,));
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t2 child stopping, t3 child stopping, t4 child stopping
        1500 ms: nobody
        at last: nobody
    "#]],
    );
}

#[test]
fn a_future_that_nobody_will_complete_and_whose_waker_nobody_keeps_strands_its_task() {
    check(
        || {
            request(pending::<()>, ());
            request(async || _ = join(pending::<()>(), sleep(SECOND)).await, ());
        },
        &[500, 1_500],
        &expect![[r#"
             500 ms: t1 parent stranded, t2 parent working
            1500 ms: t1 parent stranded, t2 parent stranded
            at last: t1 parent stranded, t2 parent stranded
        "#]],
    );
}

#[test]
fn after_the_end_of_a_request_a_reader_may_turn_a_knob_and_the_outside_world_answers_no_more() {
    async fn parent() {
        go(async || input::changed().await, ());
        go(async || input::never().await, ());
        sleep(SECOND).await;
    }
    let mut run = Run::new(|| _ = request(parent, ()));
    let mut looks = String::new();
    for ms in [500, 1_500, 60_000] {
        run.play_to(ms * 1_000);
        looks += &format!("{}\n", run.text());
    }
    run.input(7);
    looks += &run.text();
    expect![[r#"
        t1 parent working, t2 child working, t3 child working
        t2 child stopping, t3 child stranded
        t2 child stopping, t3 child stranded
        t3 child stranded"#]]
    .assert_eq(&looks);
}

#[test]
fn a_select_that_a_living_canceller_can_end_is_not_stranded_and_without_one_it_is() {
    async fn parent() {
        let (ctx, cancel) = with_cancel(&background());
        let (_tx, rx) = make::<u32>(0);
        let listens = async |ctx: pileup::sync::context::Context, rx: Receiver<u32>| {
            select! {
                _ = ctx.done() => {},
                _ = rx.receive() => {},
            }
        };
        go(listens, (&ctx, &rx));
        let (lost, _) = with_cancel(&background());
        go(listens, (&lost, rx));
        sleep(SECOND).await;
        cancel.cancel();
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t1 parent working, t2 child working, t3 child working
        1500 ms: t3 child stranded
        at last: t3 child stranded
    "#]],
    );
}

/// Polls a future once, leaves it to a task of its own, and waits for ever.
async fn hands_on(future: impl Future<Output = ()> + 'static) {
    let mut future = Box::pin(future);
    assert!(poll_immediate(&mut future).await.is_none(), "it waits");
    go(async move || future.await, ());
    pending::<()>().await;
}

#[test]
fn a_future_that_one_task_began_is_the_wait_of_whoever_polls_it() {
    check(
        || _ = request(async || hands_on(sleep(SECOND)).await, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t1 parent working, t2 child working
        1500 ms: t1 parent working
        at last: t1 parent working
    "#]],
    );
    async fn parent() {
        let (tx, rx) = make(0);
        go(sends, (tx,));
        hands_on(async move { _ = rx.receive().await }).await;
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t1 parent working, t2 child working, t3 child working
        1500 ms: t1 parent stranded
        at last: t1 parent stranded
    "#]],
    );
    async fn selects() {
        let (tx, rx) = make(0);
        let (_kept, never) = make::<u32>(0);
        go(sends, (tx,));
        let both = async move {
            select! {
                _ = rx.receive() => {},
                _ = never.receive() => {},
            }
        };
        hands_on(both).await;
    }
    check(
        || _ = request(selects, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t1 parent working, t2 child working, t3 child working
        1500 ms: t1 parent unproven
        at last: t1 parent unproven
    "#]],
    );
    let mut run = Run::new(|| _ = request(async || hands_on(input::changed()).await, ()));
    run.play_to(1_000_000);
    let before = run.text();
    run.input(7);
    expect![[r#"
        t1 parent working, t2 child working
        t1 parent working"#]]
    .assert_eq(&format!("{before}\n{}", run.text()));
}
