//! The operations of Rust's vocabulary: tasks that are dropped where they wait, and whatever goes with them.

use pileup::executor::hand_over::HandOver;
use pileup::executor::holder::Holder;
use pileup::executor::input;
use pileup::executor::state::Named;
use pileup::sync::rust::cancellation::CancellationToken;
use pileup::sync::rust::join_set::JoinSet;
use pileup::sync::rust::mpsc;
use pileup::sync::rust::mutex::Mutex;
use pileup::sync::rust::race::{select, timeout};
use pileup::sync::rust::task::{JoinHandle, spawn};
use pileup::sync::rust::unfinished::Unfinished;
use pileup::sync::select::forever;
use pileup::sync::time::{Duration, sleep};

use super::env::{Env, HANDLES_MAX, Message, pick};
use super::{Declares, body_count, task};
use crate::program::Verb;

/// What a task has of it.
#[derive(Default)]
pub(super) struct Handles {
    mutexes: Vec<Mutex<u32>>,
    senders: Vec<mpsc::Sender<Message>>,
    receivers: Vec<mpsc::Receiver<Message>>,
    tokens: Vec<CancellationToken>,
    tasks: Vec<JoinHandle>,
    set: Option<JoinSet>,
}

/// What a message carries of it.
pub(super) enum Parcel {
    Sender(mpsc::Sender<Message>),
    Receiver(mpsc::Receiver<Message>),
    Task(JoinHandle),
    Set(JoinSet),
}

impl HandOver for Parcel {
    fn hand_over(&self, to: Holder) {
        match self {
            Parcel::Sender(handle) => handle.hand_over(to),
            Parcel::Receiver(handle) => handle.hand_over(to),
            Parcel::Task(handle) => handle.hand_over(to),
            Parcel::Set(handle) => handle.hand_over(to),
        }
    }
}

impl HandOver for Handles {
    fn hand_over(&self, to: Holder) {
        self.mutexes.hand_over(to);
        self.senders.hand_over(to);
        self.receivers.hand_over(to);
        self.tokens.hand_over(to);
        self.tasks.hand_over(to);
        self.set.hand_over(to);
    }
}

impl Handles {
    /// A part of it for another task; what cannot be shared stays.
    pub(super) fn part(&self, mask: u8) -> Handles {
        Handles {
            mutexes: if mask & 1 == 0 { self.mutexes.clone() } else { Vec::new() },
            senders: if mask & 2 == 0 { self.senders.clone() } else { Vec::new() },
            tokens: if mask & 4 == 0 { self.tokens.clone() } else { Vec::new() },
            ..Handles::default()
        }
    }

    pub(super) fn looks(&self) -> impl Iterator<Item = &dyn Named> {
        let mutexes = self.mutexes.iter().map(|one| one as &dyn Named);
        let senders = self.senders.iter().map(|one| one as &dyn Named);
        let receivers = self.receivers.iter().map(|one| one as &dyn Named);
        mutexes.chain(senders).chain(receivers).chain(self.tokens.iter().map(|one| one as &dyn Named))
    }

    pub(super) fn shape(&self) -> [u32; 4] {
        [self.mutexes.len(), self.senders.len(), self.receivers.len(), self.tokens.len()].map(|count| count as u32)
    }

    /// Whether it has tasks, whose state nobody can declare.
    pub(super) fn has_tasks(&self) -> bool {
        !self.tasks.is_empty() || self.set.is_some()
    }

    pub(super) fn count(&self) -> usize {
        self.tasks.len() + self.set.as_ref().map_or(0, JoinSet::len)
    }

    pub(super) fn keep(&mut self, parcel: Parcel) {
        match parcel {
            Parcel::Sender(handle) => self.senders.push(handle),
            Parcel::Receiver(handle) => self.receivers.push(handle),
            Parcel::Task(handle) => self.tasks.push(handle),
            Parcel::Set(set) => self.set = Some(set),
        }
    }

    pub(super) fn parcel(&mut self, kind: u8) -> Option<Parcel> {
        match kind % 4 {
            0 => pick(&self.senders, kind).cloned().map(Parcel::Sender),
            1 => self.receivers.pop().map(Parcel::Receiver),
            2 => self.tasks.pop().map(Parcel::Task),
            _ => self.set.take().map(Parcel::Set),
        }
    }
}

pub(super) async fn dropping(env: &mut Env, verb: Verb, a: u8, b: u8, declares: Declares) {
    match verb {
        Verb::MakeGuarded | Verb::MakeQueue | Verb::MakeToken => make(env, verb, a),
        Verb::Spawn | Verb::SpawnGiven | Verb::SpawnInSet => spawn_one(env, verb, a, b),
        Verb::AbortTask => {
            pick(&env.rust.tasks, a).into_iter().for_each(JoinHandle::abort);
        }
        Verb::DropTask => {
            env.rust.tasks.pop();
        }
        Verb::DropSet => env.rust.set = None,
        Verb::JoinTask => {
            if let Some(task) = env.rust.tasks.last_mut() {
                let _ = task.join().await;
            }
        }
        Verb::JoinSet => {
            if let Some(set) = &mut env.rust.set {
                set.join_next().await;
            }
        }
        Verb::CancelToken => pick(&env.rust.tokens, a).into_iter().for_each(CancellationToken::cancel),
        Verb::LookAtToken => {
            let _ = pick(&env.rust.tokens, a).is_some_and(CancellationToken::is_cancelled);
        }
        Verb::GuardToken => {
            let _guard = pick(&env.rust.tokens, a).map(|token| token.clone().drop_guard());
            rest(env, b).await;
        }
        Verb::HoldGuard => hold(env, a, b).await,
        Verb::HoldTwo => {
            let first = pick(&env.rust.mutexes, a).cloned();
            let second = pick(&env.rust.mutexes, b).cloned();
            if let (Some(first), Some(second)) = (&first, &second) {
                let _outer = first.lock().await;
                sleep(Duration::ZERO).await;
                let _inner = second.lock().await;
            }
        }
        Verb::TryGuard => {
            let _guard = pick(&env.rust.mutexes, a).map(Mutex::try_lock);
        }
        Verb::QueueSend => {
            let message = env.parcel(b);
            if let Some(sender) = pick(&env.rust.senders, a) {
                let _ = sender.send(message).await;
            }
        }
        Verb::QueueReceive => {
            let number = usize::from(a) % env.rust.receivers.len().max(1);
            let received = match env.rust.receivers.get_mut(number) {
                Some(receiver) => receiver.recv().await,
                None => None,
            };
            if let Some(message) = received.filter(|_| declares == Declares::Nothing) {
                env.keep(message);
            }
        }
        Verb::DropQueue if a.is_multiple_of(2) => {
            env.rust.senders.pop();
        }
        Verb::DropQueue => {
            env.rust.receivers.pop();
        }
        Verb::Timeout => {
            let _ = timeout(Duration::from_millis(u64::from(a)), hold(env, a, b)).await;
        }
        _ => {
            let token = pick(&env.rust.tokens, a).cloned();
            if let Some(token) = token {
                select! {
                    biased;
                    _ = token.cancelled() => {},
                    () = hold(env, a, b) => {},
                }
            }
        }
    }
}

fn make(env: &mut Env, verb: Verb, a: u8) {
    if env.handles() >= HANDLES_MAX {
        return;
    }
    match verb {
        Verb::MakeGuarded => env.rust.mutexes.push(Mutex::new(0)),
        Verb::MakeQueue => {
            let (sender, receiver) = mpsc::channel(1 + usize::from(a % 3));
            env.rust.senders.push(sender);
            env.rust.receivers.push(receiver);
        }
        _ => {
            let token = pick(&env.rust.tokens, a).map(CancellationToken::child_token);
            env.rust.tokens.push(token.unwrap_or_default());
        }
    }
}

fn spawn_one(env: &mut Env, verb: Verb, a: u8, b: u8) {
    let number = 1 + usize::from(a) % (body_count() - 1).max(1);
    if number >= body_count() || env.handles() >= HANDLES_MAX {
        return;
    }
    let mut part = env.part(b);
    match verb {
        Verb::Spawn => env.rust.tasks.push(spawn(task, (part, number))),
        Verb::SpawnGiven => {
            // What cannot be shared goes along.
            part.rust.receivers.extend(env.rust.receivers.pop());
            part.rust.tasks.extend(env.rust.tasks.pop());
            part.rust.set = env.rust.set.take();
            env.rust.tasks.push(spawn(task, (part, number)));
        }
        _ => env.rust.set.get_or_insert_default().spawn(task, (part, number)),
    }
}

/// Holds a guard across an await.
async fn hold(env: &Env, a: u8, b: u8) {
    let Some(mutex) = pick(&env.rust.mutexes, a) else { return rest(env, b).await };
    let whole = Unfinished::begin();
    let mut guard = mutex.lock().await;
    *guard += 1;
    rest(env, b).await;
    drop(guard);
    whole.finish();
}

/// Waits in one of the ways in which a task can.
async fn rest(env: &Env, b: u8) {
    match b % 6 {
        0 => input::never().await,
        1 => forever().await,
        2 => {
            if let Some(receiver) = pick(&env.receivers, b) {
                receiver.receive().await;
            }
        }
        3 => {
            if let Some(token) = pick(&env.rust.tokens, b) {
                token.cancelled().await;
            }
        }
        _ => sleep(Duration::from_millis(u64::from(b))).await,
    }
}
