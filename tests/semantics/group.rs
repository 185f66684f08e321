//! `tests/go/semantics/group.go`, function by function: golang.org/x/sync.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use pileup::executor::context::now;
use pileup::sync::atomic::AtomicU32;
use pileup::sync::chan::{Receiver, make};
use pileup::sync::context::{Context, Error, background, cause, with_cancel, with_timeout};
use pileup::sync::errgroup::{Group, Outcome, with_context};
use pileup::sync::failure::Failure;
use pileup::sync::semaphore::Weighted;
use pileup::sync::time::{Duration, sleep};

use crate::harness::{NotMirrored, Rules, Started, check, rule, run, settle, since, start};

const NOT_MIRRORED: &[NotMirrored] =
    &[("SetLimit while two run", "panics, and does not say how many run: a panic's text is fixed")];

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn groups_and_semaphores_behave_as_gos_do() {
    let rules = Rules::default();
    run(&rules, groups);
    run(&rules, contexts);
    run(&rules, limits);
    run(&rules, weights);
    run(&rules, queues);
    run(&rules, cancels);
    run(&rules, misuse);
    check(include_str!("../go/semantics/group.txt"), NOT_MIRRORED, &rules);
}

/// Sleeps, and fails.
async fn fails(after: Duration, failure: Failure) -> Outcome {
    sleep(after).await;
    Err(failure)
}

async fn adds(to: AtomicU32) -> Outcome {
    to.add(1);
    Ok(())
}

async fn groups(rules: Rules) {
    let (first, second) = (Failure::from("first"), Failure::from("second"));
    let group = Group::new();
    rule!(rules, "Wait of an empty group", outcome(group.wait().await));
    let ran = AtomicU32::default();
    for _ in 0..3 {
        group.go(adds, (&ran,)).await;
    }
    rule!(rules, "Go returns before its function runs", ran.load());
    rule!(rules, "Wait without an error", outcome(group.wait().await));
    rule!(rules, "all have run", ran.load());
    let group = Group::new();
    group.go(fails, (2 * SECOND, second.clone())).await;
    group.go(fails, (SECOND, first.clone())).await;
    let late = async |ran: AtomicU32| {
        sleep(3 * SECOND).await;
        ran.store(100);
        Ok(())
    };
    group.go(late, (&ran,)).await;
    let begin = now();
    let failed = group.wait().await;
    rule!(rules, "Wait gives the first error", outcome(failed));
    rule!(rules, "Wait waits for all, with an error too", ran.load(), since(begin));
    rule!(rules, "Wait again gives the same", outcome(group.wait().await));
    group.go(fails, (Duration::ZERO, second)).await;
    rule!(rules, "Wait after another Go gives the first error still", outcome(group.wait().await));
    let other = Group::new();
    let (hold, held) = make::<i64>(0);
    let holds = async |held: Receiver<i64>| {
        held.receive().await;
        Ok(())
    };
    other.go(holds, (&held,)).await;
    let waits = other.clone();
    let waiter = start(async move {
        waits.wait().await.expect("it does not fail");
    });
    rule!(rules, "Wait while one runs", waiter.state().await);
    hold.send(1).await;
    rule!(rules, "Wait after it returned", waiter.state().await);
    let inside = Group::new();
    let nested = async |group: Group, failure: Failure| {
        group.go(fails, (Duration::ZERO, failure)).await;
        Ok(())
    };
    inside.go(nested, (&inside, first)).await;
    rule!(rules, "Go inside of Go, Wait gives", outcome(inside.wait().await));
}

async fn contexts(rules: Rules) {
    let first = Failure::from("first");
    let hears = async |ctx: Context| {
        ctx.done().await;
        ctx.err().map_or(Ok(()), |error| Err(error.into()))
    };
    let (group, ctx) = with_context(&background());
    group.go(fails, (SECOND, first.clone())).await;
    let begin = now();
    let heard = Rc::new(RefCell::new(String::new()));
    let (says, listens) = (heard.clone(), ctx.clone());
    let other = async move || {
        listens.done().await;
        says.replace(since(begin));
        Ok(())
    };
    group.go(other, ()).await;
    rule!(rules, "WithContext, live Err", err(&ctx));
    rule!(rules, "WithContext, Wait gives", outcome(group.wait().await));
    rule!(rules, "WithContext, the other heard it at", heard.borrow());
    rule!(rules, "WithContext, Err and Cause", err(&ctx), why(&ctx));
    let (group, ctx) = with_context(&background());
    group.go(async || Ok(()), ()).await;
    rule!(rules, "WithContext without an error, Wait gives", outcome(group.wait().await));
    rule!(rules, "WithContext without an error, Err and Cause after Wait", err(&ctx), why(&ctx));
    let (parent, cancel) = with_cancel(&background());
    let (group, ctx) = with_context(&parent);
    group.go(hears, (&ctx,)).await;
    cancel.cancel();
    let name = "WithContext of a parent that is cancelled, Wait gives";
    rule!(rules, name, outcome(group.wait().await));
    let (group, ctx) = with_context(&background());
    group.go(fails, (Duration::ZERO, first)).await;
    settle().await;
    rule!(rules, "WithContext, an error cancels before Wait", err(&ctx), why(&ctx));
}

async fn limits(rules: Rules) {
    let group = Group::new();
    group.set_limit(Some(2));
    let (hold, held) = make::<i64>(0);
    let running = Rc::new(Cell::new(0));
    let work = || {
        let (held, running) = (held.clone(), running.clone());
        async move || {
            running.set(running.get() + 1);
            held.receive().await;
            running.set(running.get() - 1);
            Ok(())
        }
    };
    group.go(work(), ()).await;
    group.go(work(), ()).await;
    rule!(rules, "SetLimit(2), TryGo of a third", group.try_go(work(), ()).await);
    let (goes, third) = (group.clone(), work());
    let third = start(async move { goes.go(third, ()).await });
    rule!(rules, "SetLimit(2), Go of a third", third.state().await);
    rule!(rules, "SetLimit(2), running", running.get());
    hold.send(1).await;
    rule!(rules, "SetLimit(2), Go of a third when one has returned", third.state().await);
    rule!(rules, "SetLimit(2), running then", running.get());
    hold.send(1).await;
    settle().await;
    rule!(rules, "SetLimit(2), TryGo with room", group.try_go(work(), ()).await);
    hold.send(1).await;
    hold.send(1).await;
    rule!(rules, "SetLimit(2), Wait", outcome(group.wait().await));
    group.set_limit(Some(5));
    rule!(rules, "SetLimit when all have returned", "no panic");
    group.set_limit(Some(0));
    rule!(rules, "SetLimit(0), TryGo", group.try_go(work(), ()).await);
    let (goes, never) = (group.clone(), work());
    rule!(rules, "SetLimit(0), Go", start(async move { goes.go(never, ()).await }).state().await);
    let free = Group::new();
    free.set_limit(Some(1));
    free.set_limit(None);
    free.go(work(), ()).await;
    rule!(rules, "SetLimit(-1), TryGo of a second", free.try_go(work(), ()).await);
    hold.send(1).await;
    hold.send(1).await;
    free.wait().await.expect("nothing fails");
    let order = Group::new();
    order.set_limit(Some(1));
    let served = Rc::new(RefCell::new(Vec::new()));
    order.go(work(), ()).await;
    for number in 0..3 {
        let (group, served) = (order.clone(), served.clone());
        start(async move {
            let serves = async move || {
                served.borrow_mut().push(number);
                Ok(())
            };
            group.go(serves, ()).await;
        });
        settle().await;
    }
    hold.send(1).await;
    settle().await;
    let name = "SetLimit(1), who waited in Go is served in order of arrival";
    rule!(rules, name, crate::harness::slice(&served.borrow()));
}

async fn weights(rules: Rules) {
    let weighted = Weighted::new(3);
    let ctx = background();
    rule!(rules, "TryAcquire of 2 of 3", weighted.try_acquire(2));
    rule!(rules, "TryAcquire of 2 of 1", weighted.try_acquire(2));
    rule!(rules, "TryAcquire of 1 of 1", weighted.try_acquire(1));
    rule!(rules, "TryAcquire of 0 of 0", weighted.try_acquire(0));
    let waiter = start_acquire(&weighted, 1);
    rule!(rules, "Acquire when all is held", waiter.state().await);
    weighted.release(1);
    rule!(rules, "Acquire after a Release", waiter.state().await);
    weighted.release(3);
    rule!(rules, "Acquire with room gives", acquired(weighted.acquire(&ctx, 3).await));
    weighted.release(3);
    rule!(rules, "Acquire of more than there is", start_acquire(&weighted, 4).state().await);
    rule!(rules, "TryAcquire of more than there is", weighted.try_acquire(4));
    rule!(rules, "who wants more than there is blocks nobody", weighted.try_acquire(3));
    weighted.release(3);
    let (limited, _cancel) = with_timeout(&ctx, SECOND);
    let begin = now();
    let name = "Acquire of more than there is, with a deadline";
    rule!(rules, name, acquired(weighted.acquire(&limited, 4).await));
    rule!(rules, "it took", since(begin));
}

async fn queues(rules: Rules) {
    let order = Rc::new(RefCell::new(Vec::new()));
    let want = async |weighted: &Weighted, name: &'static str, weight: u64| {
        let (weighted, order) = (weighted.clone(), order.clone());
        let waiter = start(async move {
            weighted.acquire(&background(), weight).await.expect("nobody cancels");
            order.borrow_mut().push(name);
        });
        settle().await;
        waiter
    };
    let weighted = Weighted::new(10);
    assert!(weighted.try_acquire(9));
    let (big, small) = (want(&weighted, "big", 5).await, want(&weighted, "small", 1).await);
    let both = async || format!("{} {}", big.state().await, small.state().await);
    rule!(rules, "a big waiter, then a small one, though there is room for it", both().await);
    rule!(rules, "TryAcquire of 1 while a big one waits", weighted.try_acquire(1));
    weighted.release(3);
    rule!(rules, "too little is released for the big one", both().await);
    weighted.release(1);
    rule!(rules, "enough is released for the big one", both().await);
    weighted.release(1);
    rule!(rules, "and for the small one", both().await);
    rule!(rules, "they were served in the order", format!("[{}]", order.take().join(" ")));
    let weighted = Weighted::new(3);
    assert!(weighted.try_acquire(3));
    for (name, weight) in [("a", 1), ("b", 1), ("c", 2), ("d", 1)] {
        want(&weighted, name, weight).await;
    }
    weighted.release(3);
    settle().await;
    rule!(rules, "a Release of 3 serves of 1, 1, 2, 1", order.borrow().len());
    weighted.release(1);
    settle().await;
    rule!(rules, "a Release of 1 more serves", format!("[{}]", order.borrow()[2..].join(" ")));
    weighted.release(1);
    settle().await;
    rule!(rules, "another serves", format!("[{}]", order.borrow()[3..].join(" ")));
}

async fn cancels(rules: Rules) {
    let weighted = Weighted::new(2);
    let (ctx, cancel) = with_cancel(&background());
    assert!(weighted.try_acquire(2));
    let got = Rc::new(RefCell::new(String::new()));
    let start_with = |weighted: &Weighted, ctx: &Context, weight: u64| {
        let (weighted, ctx, got) = (weighted.clone(), ctx.clone(), got.clone());
        start(async move {
            let gave = acquired(weighted.acquire(&ctx, weight).await);
            got.replace(gave);
        })
    };
    let waiter = start_with(&weighted, &ctx, 2);
    settle().await;
    let small = start_acquire(&weighted, 1);
    settle().await;
    weighted.release(1);
    let both = async || format!("{} {}", waiter.state().await, small.state().await);
    rule!(rules, "a waiter for 2 and one for 1, one is free", both().await);
    cancel.cancel();
    rule!(rules, "the first one's context is cancelled", both().await);
    rule!(rules, "its Acquire gave", got.borrow());
    let name = "Acquire with room and a cancelled context gives";
    rule!(rules, name, acquired(Weighted::new(2).acquire(&ctx, 1).await));
    let full = Weighted::new(1);
    assert!(full.try_acquire(1));
    let name = "Acquire without room and with a cancelled context gives";
    rule!(rules, name, acquired(full.acquire(&ctx, 1).await));
    let (limited, _cancel) = with_timeout(&background(), SECOND);
    let begin = now();
    rule!(rules, "Acquire with a deadline gives", acquired(full.acquire(&limited, 1).await));
    rule!(rules, "at", since(begin));
    let (ctx, cancel) = with_cancel(&background());
    let waiter = start_with(&full, &ctx, 1);
    settle().await;
    full.release(1);
    cancel.cancel();
    rule!(rules, "released and cancelled at once", waiter.state().await);
    rule!(rules, "released and cancelled at once, its Acquire gave", got.borrow());
    rule!(rules, "released and cancelled at once, nothing is lost", full.try_acquire(1));
}

async fn misuse(rules: Rules) {
    rules.caught("Release more than held", async || Weighted::new(2).release(1));
    rules.caught("Release of 0", async || Weighted::new(2).release(0));
    rule!(rules, "TryAcquire of a semaphore of 0", Weighted::new(0).try_acquire(1));
    rule!(rules, "Acquire of a semaphore of 0", start_acquire(&Weighted::new(0), 1).state().await);
}

/// `go func() { weighted.Acquire(context.Background(), weight) }()`
fn start_acquire(weighted: &Weighted, weight: u64) -> Started {
    let weighted = weighted.clone();
    start(async move {
        weighted.acquire(&background(), weight).await.expect("nobody cancels");
    })
}

fn outcome(outcome: Outcome) -> String {
    outcome.err().map_or("<nil>".into(), |failure| failure.to_string())
}

fn acquired(acquired: Result<(), Error>) -> String {
    acquired.err().map_or("<nil>".into(), |error| error.to_string())
}

fn err(ctx: &Context) -> String {
    ctx.err().map_or("<nil>".into(), |error| error.to_string())
}

fn why(ctx: &Context) -> String {
    cause(ctx).map_or("<nil>".into(), |cause| cause.to_string())
}
