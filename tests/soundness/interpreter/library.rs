//! The operations of what came later: selects of any length, functions of timers and contexts, `Once`, and golang.org/x/sync.

use pileup::sync::context::{self, Error};
use pileup::sync::errgroup::{self, Outcome};
use pileup::sync::failure::Failure;
use pileup::sync::once::Once;
use pileup::sync::panics::recover;
use pileup::sync::select::{Choice, any, forever};
use pileup::sync::semaphore::Weighted;
use pileup::sync::time::{Duration, after, after_func, sleep};

use super::env::{Env, HANDLES_MAX, Message, pick};
use super::{Declares, body_count, task};
use crate::program::Verb;

pub(super) async fn library(env: &mut Env, verb: Verb, a: u8, b: u8, declares: Declares) {
    match verb {
        Verb::SelectAny => select_any(env, a, b, declares).await,
        Verb::AfterFunc | Verb::ContextAfterFunc => functions(env, verb, a, b),
        _ if declares == Declares::Everything => {}
        Verb::Once => once(env, a, b).await,
        Verb::Semaphore => semaphores(env, a, b).await,
        _ => errgroups(env, a, b).await,
    }
}

/// A receive from each channel, and the rest by the bits of `b`.
async fn select_any(env: &mut Env, a: u8, b: u8, declares: Declares) {
    let (receivers, senders) = (env.receivers.clone(), env.senders.clone());
    let ctx = pick(&env.contexts, a).cloned().unwrap_or_else(context::background);
    let timer = after(Duration::from_millis(u64::from(a)));
    let mut cases: Vec<Choice<'_, Option<Message>>> =
        receivers.iter().map(|receiver| Choice::new(receiver.receive(), |message| message)).collect();
    if b & 1 != 0 {
        cases.extend(senders.iter().map(|sender| Choice::new(sender.send(Message::Number), |()| None)));
    }
    if b & 2 != 0 {
        cases.push(Choice::new(ctx.done(), |_| None));
    }
    if b & 4 != 0 {
        cases.push(Choice::new(timer.receive(), |_| None));
    }
    let taken = if b & 8 != 0 {
        recover(async { any(cases).or_default().await.and_then(|(_, message)| message) }).await
    } else {
        recover(async { any(cases).await.1 }).await
    };
    if let Some(message) = taken.unwrap_or(None).filter(|_| declares == Declares::Nothing) {
        env.keep(message);
    }
}

/// What runs a body when a timer fires, or when a context is done.
fn functions(env: &mut Env, verb: Verb, a: u8, b: u8) {
    let number = 1 + usize::from(a) % (body_count() - 1).max(1);
    if number >= body_count() || env.handles() >= HANDLES_MAX {
        return;
    }
    let part = env.part(b);
    if verb == Verb::AfterFunc {
        let timer = after_func(Duration::from_millis(u64::from(a)), async move || task(part.part(b), number).await);
        env.timers.push(timer);
        return;
    }
    let ctx = pick(&env.contexts, b).cloned().unwrap_or_else(context::background);
    let stop = context::after_func(&ctx, async move || task(part, number).await);
    if b % 4 == 3 {
        stop.stop();
    }
}

async fn once(env: &mut Env, a: u8, b: u8) {
    if env.onces.is_empty() || b == 0 && env.handles() < HANDLES_MAX {
        env.onces.push(Once::new());
    }
    let Some(once) = pick(&env.onces, a).cloned() else { return };
    let receiver = pick(&env.receivers, b).cloned();
    let function = async || match (receiver, a % 4) {
        (Some(receiver), 0 | 1) => drop(receiver.receive().await),
        (_, 2) => forever().await,
        _ => sleep(Duration::from_millis(u64::from(b))).await,
    };
    once.call(function).await;
}

async fn semaphores(env: &mut Env, a: u8, b: u8) {
    if env.semaphores.is_empty() || b == 0 && env.handles() < HANDLES_MAX {
        env.semaphores.push(Weighted::new(2));
    }
    let Some(semaphore) = pick(&env.semaphores, a).cloned() else { return };
    let weight = 1 + u64::from(b % 3);
    match a % 4 {
        0 | 1 => {
            let ctx = pick(&env.contexts, b).cloned().unwrap_or_else(context::background);
            let _ = semaphore.acquire(&ctx, weight).await;
        }
        2 => drop(semaphore.try_acquire(weight)),
        // Whoever acquired it: a release by another task is legal.
        _ => drop(recover(async { semaphore.release(weight) }).await),
    }
}

async fn errgroups(env: &mut Env, a: u8, b: u8) {
    if env.errgroups.is_empty() || b == 0 && env.handles() < HANDLES_MAX {
        let parent = pick(&env.contexts, b).cloned().unwrap_or_else(context::background);
        let (group, ctx) = errgroup::with_context(&parent);
        env.errgroups.push(group);
        env.contexts.push(ctx);
    }
    let Some(group) = pick(&env.errgroups, a).cloned() else { return };
    let number = 1 + usize::from(b) % (body_count() - 1).max(1);
    match a % 6 {
        0 => drop(group.wait().await),
        1 => drop(recover(async { group.set_limit(Some(1 + usize::from(b) % 2)) }).await),
        _ if number >= body_count() => {}
        2 => drop(group.try_go(member, (env.part(b), number)).await),
        _ => group.go(member, (env.part(b), number)).await,
    }
}

/// A body as a function of a group: some fail.
async fn member(env: Env, number: usize) -> Outcome {
    task(env, number).await;
    if number.is_multiple_of(2) { Ok(()) } else { Err(Failure::from(Error::Canceled)) }
}
