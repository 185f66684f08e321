//! The operations on what has been in the vocabulary from the beginning: channels, locks, groups, contexts, timers.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use futures::future;
use pileup::executor::input;
use pileup::select;
use pileup::sync::chan::Receiver;
use pileup::sync::cond::Cond;
use pileup::sync::context::{self, CancelFunc, Context};
use pileup::sync::mutex::Mutex;
use pileup::sync::panics::recover;
use pileup::sync::select::forever;
use pileup::sync::time::{Duration, Timer, after, sleep};

use super::Declares;
use super::env::{Env, Message, pick};
use crate::program::Verb;

pub(super) async fn channels(env: &mut Env, verb: Verb, a: u8, b: u8, declares: Declares) {
    match verb {
        Verb::Send | Verb::SendHandle => {
            let message = if verb == Verb::Send { Message::Number } else { env.parcel(b) };
            if let Some(sender) = pick(&env.senders, a) {
                let _ = recover(sender.send(message)).await;
            }
        }
        Verb::Receive => {
            let received = match pick(&env.receivers, a) {
                Some(receiver) => receiver.receive().await,
                None => None,
            };
            if let Some(message) = received.filter(|_| declares == Declares::Nothing) {
                env.keep(message);
            }
        }
        Verb::Close => {
            if let Some(sender) = pick(&env.senders, a) {
                let _ = recover(async {
                    sender.close();
                    sleep(Duration::ZERO).await;
                })
                .await;
            }
        }
        Verb::Forget => {
            if b.is_multiple_of(2) {
                env.senders.pop();
            } else {
                env.receivers.pop();
            }
        }
        Verb::Put => {
            if let Some(shared) = &env.shared {
                shared.senders.borrow_mut().extend(env.senders.pop());
                shared.groups.borrow_mut().extend(env.groups.pop());
                shared.timers.borrow_mut().extend(env.timers.pop().map(Rc::new));
            }
        }
        _ => {
            if let Some(shared) = env.shared.clone() {
                env.senders.extend(shared.senders.borrow().first().cloned());
                env.groups.extend(shared.groups.borrow().first().cloned());
                if let Some(timer) = shared.timers.borrow().first() {
                    timer.reset(Duration::from_millis(3));
                }
                let timer = shared.timers.borrow().last().cloned();
                if let Some(timer) = timer.filter(|_| b.is_multiple_of(3)) {
                    timer.receive().await;
                }
            }
        }
    }
}

pub(super) async fn locks(env: &mut Env, verb: Verb, a: u8) {
    let index = usize::from(a) % env.locks.len().max(1);
    let mutex = pick(&env.mutexes, a);
    let lock = env.locks.get(index);
    let cond = pick(&env.conds, a);
    match verb {
        Verb::Lock => {
            if let Some(mutex) = mutex {
                mutex.lock().await;
            }
        }
        // Whoever holds it: an unlock by another task is legal.
        Verb::Unlock => {
            if let Some(mutex) = mutex {
                mutex.try_lock();
                mutex.unlock();
            }
        }
        Verb::TryLock => {
            let _ = mutex.is_some_and(Mutex::try_lock);
        }
        Verb::WriteLock => {
            if let Some(lock) = lock {
                lock.lock().await;
                env.writes.push(index);
            }
        }
        // A stranger's, which passes for that of the writer who waits.
        Verb::WriteUnlock if a > 8 => {
            if let Some(lock) = lock.filter(|lock| lock.waiters().0 > 0) {
                lock.unlock();
            }
        }
        Verb::WriteUnlock => {
            if let Some(index) = env.writes.pop() {
                env.locks[index].unlock();
            }
        }
        Verb::ReadLock => {
            if let Some(lock) = lock {
                lock.read_lock().await;
                env.reads.push(index);
            }
        }
        Verb::ReadUnlock => {
            if let Some(index) = env.reads.pop() {
                env.locks[index].read_unlock();
            }
        }
        Verb::CondWait => {
            if let Some(cond) = cond {
                cond.lock().try_lock();
                cond.wait().await;
            }
        }
        Verb::Signal => cond.into_iter().for_each(Cond::signal),
        _ => cond.into_iter().for_each(Cond::broadcast),
    }
}

pub(super) async fn groups(env: &mut Env, verb: Verb, a: u8, b: u8) {
    let Some(group) = pick(&env.groups, a).cloned() else { return };
    match verb {
        Verb::Add => group.add(i64::from(b % 2)),
        Verb::Done => {
            let _ = recover(async {
                group.done();
                sleep(Duration::ZERO).await;
            })
            .await;
        }
        Verb::Wait => group.wait().await,
        _ => {
            group.add(1);
            let _done = group.defer_done();
            if b.is_multiple_of(2) {
                sleep(Duration::from_millis(u64::from(a))).await;
            } else {
                forever().await;
            }
        }
    }
}

pub(super) async fn times(env: &mut Env, verb: Verb, a: u8, b: u8) {
    match verb {
        Verb::Cancel => pick(&env.cancels, a).into_iter().for_each(CancelFunc::cancel),
        Verb::AwaitDone => {
            if let Some(ctx) = pick(&env.contexts, a) {
                ctx.done().await;
            }
        }
        Verb::Look => {
            pick(&env.contexts, a).and_then(Context::err);
        }
        Verb::AwaitTimer => {
            if let Some(timer) = pick(&env.timers, a) {
                timer.receive().await;
            }
        }
        Verb::ResetTimer => {
            pick(&env.timers, a).map(|timer| timer.reset(Duration::from_millis(u64::from(b))));
        }
        Verb::StopTimer => {
            pick(&env.timers, a).map(Timer::stop);
        }
        Verb::After => {
            after(Duration::from_micros(u64::from(a) * 700)).receive().await;
        }
        Verb::Sleep => sleep(Duration::from_millis(1 + u64::from(a))).await,
        Verb::SleepLong => sleep(Duration::from_secs(u64::from(a) * 1_800)).await,
        _ => sleep(Duration::ZERO).await,
    }
}

pub(super) async fn several(env: &mut Env, verb: Verb, a: u8, b: u8, declares: Declares) {
    let (Some(one), Some(two)) = (pick(&env.receivers, a).cloned(), pick(&env.receivers, b).cloned()) else { return };
    let received = match verb {
        Verb::SelectTwo => select! {
            message = one.receive() => message,
            message = two.receive() => message,
        },
        Verb::SelectSend => {
            let Some(sender) = pick(&env.senders, b) else { return };
            let either = recover(async {
                select! {
                    message = one.receive() => message,
                    _ = sender.send(Message::Number) => None,
                    _ = after(Duration::from_millis(u64::from(a) + 4)).receive() => None,
                }
            });
            either.await.unwrap_or(None)
        }
        Verb::SelectDone => {
            let ctx = pick(&env.contexts, b).cloned().unwrap_or_else(context::background);
            select! {
                message = one.receive() => message,
                _ = ctx.done() => None,
            }
        }
        Verb::SelectDefault => select! {
            message = one.receive() => message,
            default => None,
        },
        Verb::JoinTwo => future::join(one.receive(), two.receive()).await.0,
        _ => {
            let all = env.receivers.iter().map(|receiver| receiver.receive());
            let (message, _, _) = future::select_all(all).await;
            message
        }
    };
    if let Some(message) = received.filter(|_| declares == Declares::Nothing) {
        env.keep(message);
    }
}

pub(super) async fn others(verb: Verb, a: u8) {
    match verb {
        Verb::Yield => {
            let mut yielded = false;
            future::poll_fn(move |cx| {
                if std::mem::replace(&mut yielded, true) {
                    return std::task::Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                std::task::Poll::Pending
            })
            .await;
        }
        // A waker that somebody else keeps, and a combinator that polls with wakers of its own.
        Verb::Foreign => {
            let waits: Vec<Pin<Box<dyn Future<Output = ()>>>> = vec![
                Box::pin(sleep(Duration::from_millis(1 + u64::from(a)))),
                Box::pin(async { after(Duration::from_millis(2)).receive().await.map(drop).unwrap_or_default() }),
            ];
            let mut all: future::JoinAll<_> = future::join_all(waits);
            future::poll_fn(|cx| {
                let waker = std::task::Waker::from(std::sync::Arc::new(Forward(cx.waker().clone())));
                Pin::new(&mut all).poll(&mut std::task::Context::from_waker(&waker)).map(drop)
            })
            .await;
        }
        Verb::Pending => future::pending::<()>().await,
        Verb::Call => input::never().await,
        Verb::Input => input::changed().await,
        Verb::NilReceive => {
            Receiver::<Message>::nil().receive().await;
        }
        _ => forever().await,
    }
}

/// A waker around another one.
struct Forward(std::task::Waker);

impl std::task::Wake for Forward {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.wake_by_ref();
    }
}
