//! Tasks that do what a script says, with real handles on the real engine.
//!
//! A task finds its script in a thread-local, which holds no handle. Everything else comes to it in ways that the trace
//! sees, or in ways that it does not see and says so: closures, shared memory.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use futures::future;
use pileup::executor::context::now;
use pileup::executor::hand_over::HandOver;
use pileup::executor::holder::Holder;
use pileup::executor::input;
use pileup::executor::spawn::{Spawned, go, request};
use pileup::executor::state::{self, Named};
use pileup::select;
use pileup::sync::chan::{self, Receiver, Sender};
use pileup::sync::cond::Cond;
use pileup::sync::context::{self, CancelFunc, Context};
use pileup::sync::mutex::Mutex;
use pileup::sync::panics::{goexit, recover};
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::select::forever;
use pileup::sync::time::{Duration, Timer, after, sleep};
use pileup::sync::wait_group::WaitGroup;

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

/// What a message carries.
enum Message {
    Number,
    Sender(Sender<Message>),
    Receiver(Receiver<Message>),
    Mutex(Mutex),
    Group(WaitGroup),
    Cancel(CancelFunc),
    Timer(Timer),
    Spawned(Spawned),
    Several(Vec<Message>),
}

impl HandOver for Message {
    fn hand_over(&self, to: Holder) {
        match self {
            Message::Number => {}
            Message::Sender(handle) => handle.hand_over(to),
            Message::Receiver(handle) => handle.hand_over(to),
            Message::Mutex(handle) => handle.hand_over(to),
            Message::Group(handle) => handle.hand_over(to),
            Message::Cancel(handle) => handle.hand_over(to),
            Message::Timer(handle) => handle.hand_over(to),
            Message::Spawned(handle) => handle.hand_over(to),
            Message::Several(handles) => handles.hand_over(to),
        }
    }
}

/// What a task has.
#[derive(Default)]
struct Env {
    senders: Vec<Sender<Message>>,
    receivers: Vec<Receiver<Message>>,
    mutexes: Vec<Mutex>,
    locks: Vec<RwMutex>,
    groups: Vec<WaitGroup>,
    contexts: Vec<Context>,
    cancels: Vec<CancelFunc>,
    timers: Vec<Timer>,
    conds: Vec<Cond>,
    spawned: Vec<Spawned>,
    shared: Option<Rc<Shared>>,
    /// Read and write locks that this task holds.
    reads: Vec<usize>,
    writes: Vec<usize>,
    counter: u32,
    /// Whether the time decides what comes next.
    looks_at_the_clock: bool,
}

/// Memory that tasks share behind the trace's back.
#[derive(Default)]
struct Shared {
    flag: Cell<bool>,
    senders: RefCell<Vec<Sender<Message>>>,
    timers: RefCell<Vec<Rc<Timer>>>,
    groups: RefCell<Vec<WaitGroup>>,
}

impl HandOver for Env {
    fn hand_over(&self, to: Holder) {
        self.senders.hand_over(to);
        self.receivers.hand_over(to);
        self.mutexes.hand_over(to);
        self.locks.hand_over(to);
        self.groups.hand_over(to);
        self.contexts.hand_over(to);
        self.cancels.hand_over(to);
        self.timers.hand_over(to);
        self.conds.hand_over(to);
        self.spawned.hand_over(to);
        assert!(self.shared.is_none(), "shared memory travels in closures");
    }
}

impl Env {
    /// A part of what this task has, for another one; the bits of `mask` say which part.
    fn part(&self, mask: u8) -> Env {
        fn some<T: Clone>(all: &[T], is_in: bool) -> Vec<T> {
            if is_in { all.to_vec() } else { Vec::new() }
        }
        Env {
            senders: some(&self.senders, mask & 1 != 0),
            receivers: some(&self.receivers, mask & 2 != 0),
            mutexes: some(&self.mutexes, mask & 1 == 0),
            locks: some(&self.locks, mask & 2 == 0),
            groups: some(&self.groups, mask & 4 == 0),
            contexts: some(&self.contexts, mask & 8 == 0),
            conds: some(&self.conds, mask & 4 != 0),
            ..Env::default()
        }
    }

    /// Everything that it can look at, always in the same order.
    fn looks(&self) -> Vec<&dyn Named> {
        fn named<T: Named>(all: &[T]) -> impl Iterator<Item = &dyn Named> {
            all.iter().map(|one| one as &dyn Named)
        }
        let mut looks: Vec<&dyn Named> = Vec::new();
        looks.extend(named(&self.senders));
        looks.extend(named(&self.receivers));
        looks.extend(named(&self.mutexes));
        looks.extend(named(&self.locks));
        looks.extend(named(&self.groups));
        looks.extend(named(&self.contexts));
        looks.extend(named(&self.timers));
        looks.extend(named(&self.conds));
        looks
    }

    /// All of its own state: where it stands, what it counts, and how much it has.
    fn declare(&self, place: usize, round: u32) {
        let shape = [
            self.senders.len(),
            self.receivers.len(),
            self.mutexes.len(),
            self.locks.len(),
            self.groups.len(),
            self.contexts.len(),
            self.cancels.len(),
            self.timers.len(),
            self.conds.len(),
            self.spawned.len(),
            self.reads.len(),
            self.writes.len(),
        ];
        let flag = self.shared.as_ref().map_or(2, |shared| u32::from(shared.flag.get()));
        let mut words: Vec<u32> = shape.iter().map(|count| *count as u32).collect();
        words.extend([
            place as u32,
            round,
            self.counter,
            flag,
            now().as_nanos() as u32,
            (now().as_nanos() >> 32) as u32,
        ]);
        if !self.tells_time() {
            words.truncate(words.len() - 2);
        }
        words.extend(self.reads.iter().chain(&self.writes).map(|index| *index as u32));
        state::declare_with(&self.looks(), &words);
    }

    /// Whether shared memory or the time may decide what comes next; then no two moments are declared alike.
    fn tells_time(&self) -> bool {
        self.looks_at_the_clock || self.shared.is_some() || !self.spawned.is_empty()
    }

    fn handles(&self) -> usize {
        self.looks().len() + self.cancels.len() + self.spawned.len()
    }

    fn keep(&mut self, message: Message) {
        if self.handles() >= HANDLES_MAX {
            return;
        }
        match message {
            Message::Number => {}
            Message::Sender(handle) => self.senders.push(handle),
            Message::Receiver(handle) => self.receivers.push(handle),
            Message::Mutex(handle) => self.mutexes.push(handle),
            Message::Group(handle) => self.groups.push(handle),
            Message::Cancel(handle) => self.cancels.push(handle),
            Message::Timer(handle) => self.timers.push(handle),
            Message::Spawned(handle) => self.spawned.push(handle),
            Message::Several(handles) => handles.into_iter().for_each(|handle| self.keep(handle)),
        }
    }

    /// A message with a handle in it.
    fn parcel(&mut self, kind: u8) -> Message {
        match kind % 8 {
            0 => pick(&self.senders, kind).cloned().map_or(Message::Number, Message::Sender),
            1 => pick(&self.receivers, kind).cloned().map_or(Message::Number, Message::Receiver),
            2 => pick(&self.mutexes, kind).cloned().map_or(Message::Number, Message::Mutex),
            3 => pick(&self.groups, kind).cloned().map_or(Message::Number, Message::Group),
            4 => self.cancels.pop().map_or(Message::Number, Message::Cancel),
            5 => self.timers.pop().map_or(Message::Number, Message::Timer),
            6 => self.spawned.pop().map_or(Message::Number, Message::Spawned),
            _ => Message::Several(vec![self.parcel(0), self.parcel(4)]),
        }
    }
}

fn pick<T>(from: &[T], number: u8) -> Option<&T> {
    if from.is_empty() { None } else { from.get(usize::from(number) % from.len()) }
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
            let pause = if body.ops.len() % 4 == 0 { 0 } else { 1 };
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

/// How many handles a task collects: a loop must not make its state longer in each round.
const HANDLES_MAX: usize = 40;

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
        _ => others(verb, a).await,
    }
}

async fn channels(env: &mut Env, verb: Verb, a: u8, b: u8, declares: Declares) {
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
            if b % 2 == 0 {
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
                if let Some(timer) = timer.filter(|_| b % 3 == 0) {
                    timer.receive().await;
                }
            }
        }
    }
}

async fn locks(env: &mut Env, verb: Verb, a: u8) {
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

async fn groups(env: &mut Env, verb: Verb, a: u8, b: u8) {
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
            if b % 2 == 0 {
                sleep(Duration::from_millis(u64::from(a))).await;
            } else {
                forever().await;
            }
        }
    }
}

async fn times(env: &mut Env, verb: Verb, a: u8, b: u8) {
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

async fn several(env: &mut Env, verb: Verb, a: u8, b: u8, declares: Declares) {
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

async fn others(verb: Verb, a: u8) {
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
