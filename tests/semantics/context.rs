//! `tests/go/semantics/context.go`, function by function.

use pileup::executor::context::now;
use pileup::executor::spawn::go;
use pileup::select;
use pileup::sync::context::{
    CancelFunc, Context, Error, background, with_cancel, with_deadline, with_timeout, without_cancel,
};
use pileup::sync::time::{Duration, sleep};

use crate::harness::{NotMirrored, Rules, Started, check, duration, rule, run, settle, start, states};

const CAUSE: &str = "no causes: nobody is told more than `Err`";
const VALUE: &str = "contexts carry no values";
const AFTER: &str = "no context.AfterFunc: a task that waits on Done says the same";
const PRINT: &str = "contexts are not printed";

const NOT_MIRRORED: &[NotMirrored] = &[
    ("Background Cause", CAUSE),
    ("Background prints as", PRINT),
    ("TODO Done is nil", "context.TODO is Background under another name"),
    ("TODO prints as", PRINT),
    ("WithCancel of nil", "a reference is never nil"),
    ("WithTimeout of nil", "a reference is never nil"),
    ("WithCancel prints as", PRINT),
    ("DeadlineExceeded is a time-out", "an error is matched by its variant"),
    ("WithTimeout of -1s is born with", "a duration is never negative"),
    ("Cause while live", CAUSE),
    ("WithCancelCause Err and Cause", CAUSE),
    ("its child's Err and Cause", CAUSE),
    ("the first cause stays", CAUSE),
    ("cause nil", CAUSE),
    ("Cause of a plain cancel", CAUSE),
    ("WithTimeoutCause Err and Cause", CAUSE),
    ("WithTimeoutCause cancelled before, Err and Cause", CAUSE),
    ("Cause of a plain time-out", CAUSE),
    ("values from a child", VALUE),
    ("values from the parent", VALUE),
    ("WithValue shares its parent's Done", VALUE),
    ("WithValue Err after cancel of the parent", VALUE),
    ("AfterFunc stopped before", AFTER),
    ("AfterFunc ran", AFTER),
    ("AfterFunc stopped after", AFTER),
    ("AfterFunc on a cancelled context ran", AFTER),
];

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
/// The clock's smallest step. Go's is a nanosecond, and the rules that say `1ns` mean the smallest.
const TICK: Duration = Duration::from_micros(1);

#[test]
fn contexts_behave_as_gos_do() {
    let rules = Rules::default();
    run(&rules, roots);
    run(&rules, cancelling);
    run(&rules, tree);
    run(&rules, deadlines);
    check(include_str!("../go/semantics/context.txt"), NOT_MIRRORED, &rules);
}

async fn roots(rules: Rules) {
    let ctx = background();
    rule!(rules, "Background Done is nil", ctx.done_channel().is_nil());
    rule!(rules, "Background Err", err(&ctx));
    rule!(rules, "Background has a deadline", ctx.deadline().is_some());
    rule!(rules, "receive from Done of Background", start_done(&ctx).state().await);
}

async fn cancelling(rules: Rules) {
    let (ctx, cancel) = with_cancel(&background());
    rule!(rules, "live Err", err(&ctx));
    rule!(rules, "live Done", closed(&ctx));
    let same = ctx.done_channel().same_channel(ctx.clone().done_channel());
    rule!(rules, "Done is the same channel each time", same);
    let waiters = [start_done(&ctx), start_done(&ctx), start_done(&ctx)];
    rule!(rules, "three who wait on Done", states(&waiters).await);
    cancel.cancel();
    rule!(rules, "Err right after cancel", err(&ctx));
    rule!(rules, "Done right after cancel", closed(&ctx));
    rule!(rules, "three who waited on Done", states(&waiters).await);
    cancel.cancel();
    rule!(rules, "Err after a second cancel", err(&ctx));
    let is_canceled = ctx.err() == Some(Error::Canceled);
    rule!(rules, "Err is context.Canceled", is_canceled, is_canceled);
    rule!(rules, "receive from closed Done", ctx.done().await.is_some());

    let (ctx, cancel) = with_cancel(&background());
    let waiter = start_done(&ctx);
    for _ in 0..5 {
        go(async |cancel: CancelFunc| cancel.cancel(), (&cancel,));
    }
    rule!(rules, "five cancels at once, who waited on Done", waiter.state().await);
    rule!(rules, "five cancels at once, Err", err(&ctx));
}

async fn tree(rules: Rules) {
    let (parent, cancel_parent) = with_cancel(&background());
    let (first, cancel_first) = with_cancel(&parent);
    let (second, cancel_second) = with_cancel(&parent);
    let (grandchild, cancel_grandchild) = with_cancel(&second);
    let errs = || {
        let (parent, first, second) = (err(&parent), err(&first), err(&second));
        format!("parent {parent}, first {first}, second {second}, grandchild {}", err(&grandchild))
    };
    cancel_first.cancel();
    rule!(rules, "cancel of the first child", errs());
    cancel_second.cancel();
    rule!(rules, "cancel of the second child", errs());
    cancel_parent.cancel();
    rule!(rules, "cancel of the parent", errs());
    cancel_grandchild.cancel();
    rule!(rules, "cancel of the grandchild after all that", errs());

    let (born, _cancel) = with_cancel(&parent);
    rule!(rules, "child of a cancelled parent is born with", err(&born), closed(&born));
    let (limited, _cancel) = with_timeout(&parent, HOUR);
    rule!(rules, "WithTimeout of a cancelled parent is born with", err(&limited), closed(&limited));

    let (parent, cancel_parent) = with_cancel(&background());
    let mut chain = parent;
    for _ in 0..100 {
        chain = with_cancel(&chain).0;
    }
    cancel_parent.cancel();
    rule!(rules, "100 generations down, Err right after cancel", err(&chain));
    rule!(rules, "100 generations down, Done right after cancel", closed(&chain));

    let (parent, cancel_parent) = with_cancel(&background());
    let free = without_cancel(&parent);
    cancel_parent.cancel();
    rule!(rules, "WithoutCancel after cancel of the parent", err(&free), free.done_channel().is_nil());

    let (outer, _cancel_outer) = with_timeout(&background(), SECOND);
    let (inner, _cancel_inner) = with_cancel(&outer);
    sleep(SECOND).await;
    settle().await;
    rule!(rules, "child of a parent that timed out", err(&inner));
    let (outer, cancel_outer) = with_cancel(&background());
    let (inner, _cancel_inner) = with_timeout(&outer, SECOND);
    cancel_outer.cancel();
    rule!(rules, "WithTimeout under a cancelled parent", err(&inner));
    sleep(2 * SECOND).await;
    rule!(rules, "the same after its own time", err(&inner));
}

async fn deadlines(rules: Rules) {
    let (ctx, cancel) = with_timeout(&background(), SECOND);
    sleep(SECOND - TICK).await;
    settle().await;
    rule!(rules, "WithTimeout 1ns before", err(&ctx), closed(&ctx));
    sleep(TICK).await;
    settle().await;
    rule!(rules, "WithTimeout at its time", err(&ctx), closed(&ctx));
    cancel.cancel();
    rule!(rules, "cancel after it", err(&ctx));
    rule!(rules, "Err is context.DeadlineExceeded", ctx.err() == Some(Error::DeadlineExceeded));

    let (ctx, cancel) = with_timeout(&background(), SECOND);
    cancel.cancel();
    rule!(rules, "cancel before the time", err(&ctx));
    sleep(2 * SECOND).await;
    rule!(rules, "the same after the time", err(&ctx));

    let (parent, _cancel_parent) = with_timeout(&background(), SECOND);
    let (later, _cancel_later) = with_timeout(&parent, HOUR);
    let (sooner, _cancel_sooner) = with_timeout(&parent, Duration::from_millis(1));
    let begin = now();
    let limit = |ctx: &Context| duration(begin, ctx.deadline().expect("it has one"));
    rule!(rules, "Deadline of the parent", limit(&parent));
    rule!(rules, "Deadline of a child with a later one", limit(&later));
    rule!(rules, "Deadline of a child with a sooner one", limit(&sooner));
    let errs = || format!("{}, {}, {}", err(&parent), err(&later), err(&sooner));
    sleep(Duration::from_millis(1)).await;
    settle().await;
    rule!(rules, "at the sooner deadline, parent, later child, sooner child", errs());
    sleep(SECOND - Duration::from_millis(1)).await;
    settle().await;
    rule!(rules, "at the parent's deadline, parent, later child, sooner child", errs());

    let (ctx, _cancel) = with_timeout(&background(), Duration::ZERO);
    rule!(rules, "WithTimeout of 0 is born with", err(&ctx), closed(&ctx));
    let (ctx, _cancel) = with_deadline(&background(), now());
    rule!(rules, "WithDeadline of now is born with", err(&ctx), closed(&ctx));
}

fn err(ctx: &Context) -> String {
    ctx.err().map_or("<nil>".into(), |error| error.to_string())
}

fn closed(ctx: &Context) -> &'static str {
    select! {
        _ = ctx.done() => "closed",
        default => "open",
    }
}

/// `go func() { <-ctx.Done() }()`
fn start_done(ctx: &Context) -> Started {
    let ctx = ctx.clone();
    start(async move {
        ctx.done().await;
    })
}
