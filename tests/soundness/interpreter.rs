//! Tasks that do what a script says, with real handles on the real engine.
//!
//! A task finds its script in a thread-local, which holds no handle. Everything else comes to it in ways that the trace
//! sees, or in ways that it does not see and says so: closures, shared memory.

mod dropping;
mod env;
mod library;
mod waits;

use std::cell::RefCell;
use std::rc::Rc;

use pileup::executor::context::now;
use pileup::executor::spawn::{go, request};
use pileup::sync::chan;
use pileup::sync::cond::Cond;
use pileup::sync::context;
use pileup::sync::mutex::Mutex;
use pileup::sync::panics::{goexit, recover};
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::time::{Duration, Timer, sleep};
use pileup::sync::wait_group::WaitGroup;

use self::dropping::dropping;
use self::env::{Env, HANDLES_MAX, pick};
use self::library::library;
use self::waits::{channels, groups, locks, others, several, times};
use crate::program::{Body, End, Op, Script, Verb};

thread_local! {
    static SCRIPT: RefCell<Rc<Script>> = RefCell::new(Rc::new(Script { bodies: Vec::new() }));
}

/// Starts a script as the root of the engine that is entered.
pub(crate) fn start(script: &Script) {
    SCRIPT.with(|cell| *cell.borrow_mut() = Rc::new(script.clone()));
    go(task, (Env::default(), 0_usize));
}

fn body(number: usize) -> Body {
    SCRIPT.with(|script| script.borrow().bodies[number].clone())
}

fn body_count() -> usize {
    SCRIPT.with(|script| script.borrow().bodies.len())
}

/// Whether a task says what it depends on. What it then receives it does not look at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Declares {
    Nothing,
    Everything,
}

async fn task(mut env: Env, number: usize) {
    let body = body(number);
    let (rounds, declares) = match body.end {
        End::Return => (1, Declares::Nothing),
        End::Rounds(rounds) => (u32::from(rounds), Declares::Nothing),
        End::Loop => (u32::MAX, Declares::Nothing),
        End::DeclaredLoop => (u32::MAX, Declares::Everything),
        End::DeclaredRounds(rounds) => (u32::from(rounds), Declares::Everything),
    };
    env.looks_at_the_clock = body.ops.iter().any(|op| op.verb == Verb::UntilTime);
    let mut round = 0;
    while round < rounds {
        for (place, op) in body.ops.iter().enumerate() {
            if declares == Declares::Everything {
                // A loop without an end does not count its rounds.
                env.declare(place, if rounds == u32::MAX { 0 } else { round });
            }
            if step(&mut env, *op, declares).await == Step::Return {
                return;
            }
        }
        if rounds > 1 {
            if declares == Declares::Everything {
                env.declare(body.ops.len(), if rounds == u32::MAX { 0 } else { round });
            }
            let pause = u64::from(!body.ops.len().is_multiple_of(4));
            sleep(Duration::from_millis(pause)).await;
        }
        round = round.saturating_add(1);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Next,
    Return,
}

async fn step(env: &mut Env, Op { verb, a, b }: Op, declares: Declares) -> Step {
    match verb {
        Verb::MakeChannel
        | Verb::MakeMutex
        | Verb::MakeRwMutex
        | Verb::MakeGroup
        | Verb::MakeContext
        | Verb::MakeTimeout
        | Verb::MakeTimer
        | Verb::MakeCond => make(env, verb, a, b),
        Verb::Go
        | Verb::GoClosure
        | Verb::GoShared
        | Verb::Request
        | Verb::RequestContext
        | Verb::KeepSpawned
        | Verb::Abort
        | Verb::GiveSpawned => spawn(env, verb, a, b),
        Verb::Count | Verb::UntilTime | Verb::WhileLength | Verb::Flag | Verb::UntilFlag => {
            return decide(env, verb, a);
        }
        Verb::Exit if a < 2 => match goexit().await {},
        Verb::Exit => return Step::Return,
        Verb::Recover => {
            let group = pick(&env.groups, a).cloned();
            let _ = recover(async move {
                if let Some(group) = group {
                    group.add(-1_000);
                    sleep(Duration::ZERO).await;
                }
            })
            .await;
        }
        _ => operate(env, verb, a, b, declares).await,
    }
    Step::Next
}

fn make(env: &mut Env, verb: Verb, a: u8, b: u8) {
    if env.handles() >= HANDLES_MAX {
        return;
    }
    match verb {
        Verb::MakeChannel => {
            let (sender, receiver) = chan::make(usize::from(a % 3));
            env.senders.push(sender);
            env.receivers.push(receiver);
        }
        Verb::MakeMutex => env.mutexes.push(Mutex::new()),
        Verb::MakeRwMutex => env.locks.push(RwMutex::new()),
        Verb::MakeGroup => {
            let group = WaitGroup::new();
            group.add(i64::from(b % 3));
            env.groups.push(group);
        }
        Verb::MakeContext | Verb::MakeTimeout => {
            let parent = pick(&env.contexts, a).cloned().unwrap_or_else(context::background);
            let (ctx, cancel) = if verb == Verb::MakeContext {
                context::with_cancel(&parent)
            } else {
                context::with_timeout(&parent, Duration::from_millis(u64::from(b) * 7))
            };
            env.contexts.push(ctx);
            env.cancels.push(cancel);
        }
        Verb::MakeTimer => env.timers.push(Timer::new(Duration::from_millis(u64::from(a) * 5))),
        _ => {
            let mutex = pick(&env.mutexes, a).cloned().unwrap_or_default();
            env.conds.push(Cond::new(&mutex));
        }
    }
}

fn spawn(env: &mut Env, verb: Verb, a: u8, b: u8) {
    let number = 1 + usize::from(a) % (body_count() - 1).max(1);
    if number >= body_count() || env.handles() >= HANDLES_MAX {
        return;
    }
    match verb {
        Verb::Go => drop(go(task, (env.part(b), number))),
        Verb::KeepSpawned => env.spawned.push(go(task, (env.part(b), number))),
        Verb::GoClosure => {
            let part = env.part(b);
            go(move || task(part, number), ());
        }
        Verb::GoShared => {
            let shared = env.shared.get_or_insert_default().clone();
            let part = env.part(b);
            go(move || task(Env { shared: Some(shared), ..part }, number), ());
        }
        Verb::Request => drop(request(task, (env.part(b), number))),
        Verb::RequestContext => {
            let part = env.part(b);
            request(with_context, (part, number));
        }
        Verb::Abort => {
            if let Some(spawned) = env.spawned.pop() {
                spawned.abort();
            }
        }
        _ => {
            let given = env.spawned.pop();
            let part = Env { spawned: given.into_iter().collect(), ..env.part(b) };
            go(task, (part, number));
        }
    }
}

/// A request with a context of its own.
async fn with_context(mut env: Env, number: usize) {
    let (ctx, cancel) = context::with_timeout(&context::background(), Duration::from_millis(20));
    context::of_request(&ctx);
    env.contexts.insert(0, ctx);
    env.cancels.push(cancel);
    Box::pin(task(env, number)).await;
}

fn decide(env: &mut Env, verb: Verb, a: u8) -> Step {
    let goes_on = match verb {
        Verb::Count => {
            env.counter += 1;
            env.counter < u32::from(a) * 3
        }
        Verb::UntilTime => now().as_micros() < u64::from(a) * 9_000 || a == 0,
        Verb::WhileLength => pick(&env.senders, a).is_none_or(|sender| !sender.is_empty() || a > 6),
        Verb::Flag => {
            if let Some(shared) = &env.shared {
                shared.flag.set(!shared.flag.get());
            }
            true
        }
        _ => env.shared.as_ref().is_none_or(|shared| !shared.flag.get()),
    };
    if goes_on { Step::Next } else { Step::Return }
}

/// Everything that may wait, or that ends somebody's wait.
async fn operate(env: &mut Env, verb: Verb, a: u8, b: u8, declares: Declares) {
    match verb {
        Verb::Send | Verb::SendHandle | Verb::Receive | Verb::Close | Verb::Forget | Verb::Put | Verb::Take => {
            channels(env, verb, a, b, declares).await;
        }
        Verb::Lock
        | Verb::Unlock
        | Verb::TryLock
        | Verb::WriteLock
        | Verb::WriteUnlock
        | Verb::ReadLock
        | Verb::ReadUnlock
        | Verb::CondWait
        | Verb::Signal
        | Verb::Broadcast => locks(env, verb, a).await,
        Verb::Add | Verb::Done | Verb::Wait | Verb::DeferDone => groups(env, verb, a, b).await,
        Verb::Cancel
        | Verb::AwaitDone
        | Verb::Look
        | Verb::AwaitTimer
        | Verb::ResetTimer
        | Verb::StopTimer
        | Verb::After
        | Verb::Sleep
        | Verb::SleepLong
        | Verb::SleepZero => times(env, verb, a, b).await,
        Verb::SelectTwo
        | Verb::SelectSend
        | Verb::SelectDone
        | Verb::SelectDefault
        | Verb::JoinTwo
        | Verb::JoinMany => {
            several(env, verb, a, b, declares).await;
        }
        Verb::SelectAny | Verb::AfterFunc | Verb::ContextAfterFunc | Verb::Once | Verb::Semaphore | Verb::Errgroup => {
            library(env, verb, a, b, declares).await
        }
        Verb::Yield | Verb::Foreign | Verb::Pending | Verb::Call | Verb::Input | Verb::Nothing | Verb::NilReceive => {
            others(verb, a).await;
        }
        _ => dropping(env, verb, a, b, declares).await,
    }
}
