//! `tests/go/semantics/context.go`, function by function.

use std::cell::RefCell;
use std::rc::Rc;

use pileup::executor::context::now;
use pileup::executor::spawn::{Plain, go};
use pileup::select;
use pileup::sync::atomic::AtomicU32;
use pileup::sync::chan::make;
use pileup::sync::context::{
    CancelFunc, Context, Error, after_func, background, cause, with_cancel, with_cancel_cause, with_deadline,
    with_deadline_cause, with_timeout, with_timeout_cause, with_value, without_cancel,
};
use pileup::sync::failure::Failure;
use pileup::sync::time::{Duration, sleep};

use crate::harness::{NotMirrored, Rules, Started, check, duration, rule, run, settle, since, start, states};

const PRINT: &str = "contexts are not printed";

const NOT_MIRRORED: &[NotMirrored] = &[
    ("Background prints as", PRINT),
    ("TODO Done is nil", "context.TODO is Background under another name"),
    ("TODO prints as", PRINT),
    ("WithCancel of nil", "a reference is never nil"),
    ("WithTimeout of nil", "a reference is never nil"),
    ("WithCancel prints as", PRINT),
    ("DeadlineExceeded is a time-out", "an error is matched by its variant"),
    ("WithTimeout of -1s is born with", "a duration is never negative"),
    ("WithValue with a nil key", "a key is never nil"),
];

/// Go's `type key string`.
#[derive(PartialEq)]
struct Key(String);

impl Plain for Key {}

fn key(name: impl ToString) -> Key {
    Key(name.to_string())
}

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
    run(&rules, causes);
    run(&rules, values);
    run(&rules, functions);
    run(&rules, more_causes);
    run(&rules, more_values);
    run(&rules, more_functions);
    check(include_str!("../go/semantics/context.txt"), NOT_MIRRORED, &rules);
}

async fn roots(rules: Rules) {
    let ctx = background();
    rule!(rules, "Background Done is nil", ctx.done_channel().is_nil());
    rule!(rules, "Background Err", err(&ctx));
    rule!(rules, "Background Cause", why(&ctx));
    rule!(rules, "Background has a deadline", ctx.deadline().is_some());
    rule!(rules, "receive from Done of Background", start_done(&ctx).state().await);
}

async fn cancelling(rules: Rules) {
    let (ctx, cancel) = with_cancel(&background());
    rule!(rules, "live Err", err(&ctx));
    rule!(rules, "live Done", closed(&ctx).await);
    let same = ctx.done_channel().same_channel(ctx.clone().done_channel());
    rule!(rules, "Done is the same channel each time", same);
    let waiters = [start_done(&ctx), start_done(&ctx), start_done(&ctx)];
    rule!(rules, "three who wait on Done", states(&waiters).await);
    cancel.cancel();
    rule!(rules, "Err right after cancel", err(&ctx));
    rule!(rules, "Done right after cancel", closed(&ctx).await);
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
    rule!(rules, "child of a cancelled parent is born with", err(&born), closed(&born).await);
    let (limited, _cancel) = with_timeout(&parent, HOUR);
    rule!(rules, "WithTimeout of a cancelled parent is born with", err(&limited), closed(&limited).await);

    let (parent, cancel_parent) = with_cancel(&background());
    let mut chain = parent;
    for _ in 0..100 {
        chain = with_cancel(&chain).0;
    }
    cancel_parent.cancel();
    rule!(rules, "100 generations down, Err right after cancel", err(&chain));
    rule!(rules, "100 generations down, Done right after cancel", closed(&chain).await);

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
    rule!(rules, "WithTimeout 1ns before", err(&ctx), closed(&ctx).await);
    sleep(TICK).await;
    settle().await;
    rule!(rules, "WithTimeout at its time", err(&ctx), closed(&ctx).await);
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
    rule!(rules, "WithTimeout of 0 is born with", err(&ctx), closed(&ctx).await);
    let (ctx, _cancel) = with_deadline(&background(), now());
    rule!(rules, "WithDeadline of now is born with", err(&ctx), closed(&ctx).await);
}

async fn causes(rules: Rules) {
    let reason = Failure::from("the disk is full");
    let (parent, cancel_parent) = with_cancel_cause(&background());
    let (child, _cancel_child) = with_cancel(&parent);
    rule!(rules, "Cause while live", why(&parent));
    cancel_parent.cancel(Some(reason.clone()));
    rule!(rules, "WithCancelCause Err and Cause", err_and_cause(&parent));
    rule!(rules, "its child's Err and Cause", err_and_cause(&child));
    cancel_parent.cancel(Some("a later one".into()));
    rule!(rules, "the first cause stays", why(&parent));

    let (ctx, cancel) = with_cancel_cause(&background());
    cancel.cancel(None);
    rule!(rules, "cause nil", why(&ctx));
    let (ctx, cancel) = with_cancel(&background());
    cancel.cancel();
    rule!(rules, "Cause of a plain cancel", why(&ctx));
    let (ctx, _cancel) = with_timeout_cause(&background(), SECOND, reason.clone());
    sleep(SECOND).await;
    settle().await;
    rule!(rules, "WithTimeoutCause Err and Cause", err_and_cause(&ctx));
    let (ctx, cancel) = with_timeout_cause(&background(), SECOND, reason);
    cancel.cancel();
    rule!(rules, "WithTimeoutCause cancelled before, Err and Cause", err_and_cause(&ctx));
    let (ctx, _cancel) = with_timeout(&background(), SECOND);
    sleep(SECOND).await;
    settle().await;
    rule!(rules, "Cause of a plain time-out", why(&ctx));
}

async fn values(rules: Rules) {
    let (parent, cancel) = with_cancel(&with_value(&background(), key("a"), 1));
    let child = with_value(&parent, key("b"), 2);
    let (a, b, c) = (value(&child, "a"), value(&child, "b"), value(&child, "c"));
    rule!(rules, "values from a child", a, b, c);
    rule!(rules, "values from the parent", value(&parent, "a"), value(&parent, "b"));
    let same = child.done_channel().same_channel(parent.done_channel());
    rule!(rules, "WithValue shares its parent's Done", same);
    cancel.cancel();
    rule!(rules, "WithValue Err after cancel of the parent", err(&child));
}

async fn functions(rules: Rules) {
    let (ctx, cancel) = with_cancel(&background());
    let ran = AtomicU32::default();
    let stop = after_func(&ctx, adds(&ran, 1));
    let stopped = after_func(&ctx, adds(&ran, 100));
    rule!(rules, "AfterFunc stopped before", stopped.stop());
    cancel.cancel();
    settle().await;
    rule!(rules, "AfterFunc ran", ran.load());
    rule!(rules, "AfterFunc stopped after", stop.stop());
    after_func(&ctx, adds(&ran, 1));
    settle().await;
    rule!(rules, "AfterFunc on a cancelled context ran", ran.load());
}

async fn more_causes(rules: Rules) {
    let (reason, other) = (Failure::from("the disk is full"), Failure::from("the cat is asleep"));
    let (parent, cancel_parent) = with_cancel_cause(&background());
    let (child, cancel_child) = with_cancel_cause(&parent);
    cancel_child.cancel(Some(other.clone()));
    rule!(rules, "a child's own cause, child and parent", why(&child), why(&parent));
    cancel_parent.cancel(Some(reason.clone()));
    let name = "a child's own cause stays when the parent is cancelled";
    rule!(rules, name, why(&child), why(&parent));
    let (born, cancel_born) = with_cancel_cause(&parent);
    rule!(rules, "child of a cancelled parent is born with the cause", why(&born));
    cancel_born.cancel(Some(other.clone()));
    rule!(rules, "and keeps it", why(&born));
    let (limited, _cancel) = with_timeout_cause(&parent, Duration::ZERO, other.clone());
    rule!(rules, "WithTimeoutCause of 0 under a cancelled parent", err(&limited), why(&limited));

    let (late, _cancel) = with_deadline_cause(&background(), now(), reason.clone());
    rule!(rules, "WithDeadlineCause of now is born with", err(&late), why(&late));
    let (outer, _cancel) = with_timeout_cause(&background(), SECOND, reason.clone());
    let (inner, _cancel) = with_timeout_cause(&outer, HOUR, other.clone());
    sleep(SECOND).await;
    settle().await;
    rule!(rules, "the parent's deadline comes first, the child's cause", err(&inner), why(&inner));
    let (outer, _cancel) = with_timeout_cause(&background(), HOUR, reason.clone());
    let (inner, _cancel) = with_timeout_cause(&outer, SECOND, other);
    sleep(SECOND).await;
    settle().await;
    rule!(rules, "the child's deadline comes first, both causes", why(&inner), why(&outer));
    let (plain, cancel_plain) = with_cancel(&background());
    let (below, _cancel) = with_cancel_cause(&plain);
    cancel_plain.cancel();
    rule!(rules, "Cause below a plain cancel", why(&below));
    rule!(rules, "Cause of a value's context", why(&with_value(&parent, key("key"), 1)));
    rule!(rules, "Cause of WithoutCancel", why(&without_cancel(&parent)));
    let (ctx, cancel) = with_cancel_cause(&background());
    cancel.cancel(Some(Error::DeadlineExceeded.into()));
    rule!(rules, "an Err given as a cause", err_and_cause(&ctx));
}

async fn more_values(rules: Rules) {
    let parent = with_value(&background(), key("a"), 1);
    let hidden = with_value(&parent, key("a"), 2);
    rule!(rules, "a value hides the parent's of the same key", value(&hidden, "a"), value(&parent, "a"));
    let other_type = parent.value::<i32>(&"a").map_or("<nil>".into(), i32::to_string);
    rule!(rules, "a key of another type is another key", other_type);
    let (ctx, cancel) = with_timeout(&hidden, SECOND);
    let free = without_cancel(&ctx);
    cancel.cancel();
    rule!(rules, "WithoutCancel keeps the values", value(&free, "a"));
    rule!(rules, "WithoutCancel has a deadline", free.deadline().is_some());
    let (below, cancel_below) = with_cancel(&free);
    rule!(rules, "below WithoutCancel, value and Err", value(&below, "a"), err(&below));
    cancel_below.cancel();
    rule!(rules, "below WithoutCancel after its own cancel", err(&below), err(&free));
    rule!(rules, "WithValue of Background, Done is nil", parent.done_channel().is_nil());
    let (valued, _cancel) = with_timeout(&background(), SECOND);
    let limited = with_value(&valued, key("a"), 1).deadline().is_some();
    rule!(rules, "WithValue has its parent's deadline", limited);
    let (deep, cancel_deep) = with_cancel(&background());
    let chain = (0..100).fold(deep, |chain, i| with_value(&chain, key(i), i));
    let (child, _cancel) = with_cancel(&chain);
    rule!(rules, "a value 100 below, the first and the last", value(&chain, "0"), value(&chain, "99"));
    cancel_deep.cancel();
    rule!(rules, "a child below 100 values hears the cancel", err(&child));
}

async fn more_functions(rules: Rules) {
    let (ctx, cancel) = with_cancel(&background());
    let order = Rc::new(RefCell::new(Vec::new()));
    let runs = order.clone();
    let stop = after_func(&ctx, async move || runs.borrow_mut().push("function"));
    cancel.cancel();
    order.borrow_mut().push("caller");
    rule!(rules, "AfterFunc Stop right after the cancel", stop.stop());
    settle().await;
    let name = "AfterFunc runs in a goroutine of its own, after the caller of cancel";
    rule!(rules, name, format!("[{}]", order.borrow().join(" ")));

    let (parent, cancel_parent) = with_cancel(&background());
    let (child, cancel_child) = with_cancel(&parent);
    let ran = AtomicU32::default();
    after_func(&child, adds(&ran, 1));
    cancel_parent.cancel();
    settle().await;
    rule!(rules, "AfterFunc of a child whose parent is cancelled ran", ran.load());
    cancel_child.cancel();
    settle().await;
    rule!(rules, "AfterFunc runs once", ran.load());

    let (ctx, _cancel) = with_timeout(&background(), SECOND);
    let begin = now();
    let at = Rc::new(RefCell::new(String::new()));
    let runs = at.clone();
    after_func(&ctx, async move || {
        runs.replace(since(begin));
    });
    sleep(2 * SECOND).await;
    rule!(rules, "AfterFunc of a deadline runs at", at.borrow());
    let (ctx, _cancel) = with_cancel(&background());
    let stop = after_func(&ctx, async || {});
    rule!(rules, "AfterFunc stopped, and stopped again", stop.stop(), stop.stop());
    let stop = after_func(&background(), adds(&ran, 100));
    settle().await;
    rule!(rules, "AfterFunc of Background ran", ran.load() >= 100);
    rule!(rules, "AfterFunc of Background stopped", stop.stop());
    let (hold, held) = make::<i64>(0);
    let (ctx, cancel) = with_cancel(&background());
    let stop = after_func(&ctx, async move || {
        held.receive().await;
    });
    cancel.cancel();
    settle().await;
    rule!(rules, "AfterFunc stop while it runs", stop.stop());
    hold.send(1).await;
}

/// `func() { ran += more }`
fn adds(ran: &AtomicU32, more: u32) -> impl AsyncFnOnce() + 'static + use<> {
    let ran = ran.clone();
    async move || {
        ran.add(more);
    }
}

/// `ctx.Value(key(name))`
fn value(ctx: &Context, name: &str) -> String {
    ctx.value::<i32>(&key(name)).map_or("<nil>".into(), i32::to_string)
}

/// `context.Cause(ctx)`
fn why(ctx: &Context) -> String {
    cause(ctx).map_or("<nil>".into(), |cause| cause.to_string())
}

fn err_and_cause(ctx: &Context) -> String {
    format!("{}, {}", err(ctx), why(ctx))
}

fn err(ctx: &Context) -> String {
    ctx.err().map_or("<nil>".into(), |error| error.to_string())
}

async fn closed(ctx: &Context) -> &'static str {
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
