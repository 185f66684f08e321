//! When a request is over, and when its tasks are told: by the context that the program declares, and by no other.

use expect_test::expect;
use pileup::executor::spawn::{go, request};
use pileup::sync::context::{background, of_request, with_cancel, with_timeout};
use pileup::sync::time::{Duration, sleep};

use crate::play::{SECOND, check};

/// A call with a deadline of its own, which passes.
async fn calls() {
    let (ctx, cancel) = with_timeout(&background(), Duration::from_millis(100));
    let _cancels = cancel.defer();
    ctx.done().await;
}

async fn calls_again_and_again() {
    for _ in 0..20 {
        calls().await;
    }
}

#[test]
fn a_helper_with_a_deadline_in_a_loop_of_an_open_request_tells_nobody() {
    check(
        || _ = request(calls_again_and_again, ()),
        &[550, 1_550, 2_550],
        &expect![[r#"
         550 ms: t1 parent working
        1550 ms: t1 parent working
        2550 ms: nobody
        at last: nobody
    "#]],
    );
}

async fn is_deaf() {
    sleep(3 * SECOND).await;
}

#[test]
fn the_declared_context_tells_and_ends_a_request() {
    async fn parent() {
        calls().await;
        let (ctx, cancel) = with_cancel(&background());
        of_request(&ctx);
        go(is_deaf, ());
        sleep(SECOND).await;
        cancel.cancel();
        sleep(SECOND).await;
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500, 2_500],
        &expect![[r#"
         500 ms: t1 parent working, t2 child working
        1500 ms: t1 parent stopping, t2 child stopping, 2 told
        2500 ms: t2 child stopping, 2 told
        at last: 2 told
    "#]],
    );
}

#[test]
fn a_context_that_is_not_declared_tells_nobody() {
    async fn parent() {
        let (_ctx, cancel) = with_cancel(&background());
        go(is_deaf, ());
        sleep(SECOND).await;
        cancel.cancel();
        sleep(SECOND).await;
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500, 2_500],
        &expect![[r#"
         500 ms: t1 parent working, t2 child working
        1500 ms: t1 parent working, t2 child working
        2500 ms: t2 child stopping
        at last: nobody
    "#]],
    );
}

#[test]
fn a_declared_context_is_cancelled_with_the_one_that_it_was_derived_from() {
    async fn parent() {
        let (server, stop) = with_cancel(&background());
        let (ctx, _cancel) = with_cancel(&server);
        of_request(&ctx);
        go(is_deaf, ());
        sleep(SECOND).await;
        stop.cancel();
        sleep(SECOND).await;
    }
    check(
        || _ = request(parent, ()),
        &[500, 1_500],
        &expect![[r#"
         500 ms: t1 parent working, t2 child working
        1500 ms: t1 parent stopping, t2 child stopping, 2 told
        at last: 2 told
    "#]],
    );
}

#[test]
fn a_request_without_a_context_is_over_when_its_parent_returns_and_nobody_is_told() {
    async fn parent() {
        go(is_deaf, ());
        go(calls_again_and_again, ());
    }
    check(
        || _ = request(parent, ()),
        &[500, 2_500],
        &expect![[r#"
         500 ms: t2 child stopping, t3 child stopping
        2500 ms: t2 child stopping
        at last: nobody
    "#]],
    );
}
