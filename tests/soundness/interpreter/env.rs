//! What a task of a script has, and what a message carries.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use pileup::executor::context::now;
use pileup::executor::hand_over::HandOver;
use pileup::executor::holder::Holder;
use pileup::executor::spawn::Spawned;
use pileup::executor::state::{self, Named};
use pileup::sync::chan::{Receiver, Sender};
use pileup::sync::cond::Cond;
use pileup::sync::context::{CancelFunc, Context};
use pileup::sync::errgroup;
use pileup::sync::mutex::Mutex;
use pileup::sync::once::Once;
use pileup::sync::rw_mutex::RwMutex;
use pileup::sync::semaphore::Weighted;
use pileup::sync::time::Timer;
use pileup::sync::wait_group::WaitGroup;

use super::dropping::{Handles, Parcel};

/// How many handles a task collects: a loop must not make its state longer in each round.
pub(super) const HANDLES_MAX: usize = 40;

/// What a message carries.
pub(super) enum Message {
    Number,
    Sender(Sender<Message>),
    Receiver(Receiver<Message>),
    Mutex(Mutex),
    Group(WaitGroup),
    Cancel(CancelFunc),
    Timer(Timer),
    Spawned(Spawned),
    Rust(Parcel),
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
            Message::Rust(parcel) => parcel.hand_over(to),
            Message::Several(handles) => handles.hand_over(to),
        }
    }
}

/// What a task has.
#[derive(Default)]
pub(super) struct Env {
    pub(super) senders: Vec<Sender<Message>>,
    pub(super) receivers: Vec<Receiver<Message>>,
    pub(super) mutexes: Vec<Mutex>,
    pub(super) locks: Vec<RwMutex>,
    pub(super) groups: Vec<WaitGroup>,
    pub(super) contexts: Vec<Context>,
    pub(super) cancels: Vec<CancelFunc>,
    pub(super) timers: Vec<Timer>,
    pub(super) conds: Vec<Cond>,
    /// These have no name, and a task that declares its state leaves them alone.
    pub(super) onces: Vec<Once>,
    pub(super) semaphores: Vec<Weighted>,
    pub(super) errgroups: Vec<errgroup::Group>,
    pub(super) spawned: Vec<Spawned>,
    pub(super) rust: Handles,
    pub(super) shared: Option<Rc<Shared>>,
    /// Read and write locks that this task holds.
    pub(super) reads: Vec<usize>,
    pub(super) writes: Vec<usize>,
    pub(super) counter: u32,
    /// Whether the time decides what comes next.
    pub(super) looks_at_the_clock: bool,
}

/// Memory that tasks share behind the trace's back.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) flag: Cell<bool>,
    pub(super) senders: RefCell<Vec<Sender<Message>>>,
    pub(super) timers: RefCell<Vec<Rc<Timer>>>,
    pub(super) groups: RefCell<Vec<WaitGroup>>,
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
        self.onces.hand_over(to);
        self.semaphores.hand_over(to);
        self.errgroups.hand_over(to);
        self.spawned.hand_over(to);
        self.rust.hand_over(to);
        assert!(self.shared.is_none(), "shared memory travels in closures");
    }
}

impl Env {
    /// A part of what this task has, for another one; the bits of `mask` say which part.
    pub(super) fn part(&self, mask: u8) -> Env {
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
            onces: some(&self.onces, mask & 1 != 0),
            semaphores: some(&self.semaphores, mask & 8 != 0),
            errgroups: some(&self.errgroups, mask & 8 == 0),
            rust: self.rust.part(mask),
            ..Env::default()
        }
    }

    /// Everything that it can look at, always in the same order.
    pub(super) fn looks(&self) -> Vec<&dyn Named> {
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
        looks.extend(self.rust.looks());
        looks
    }

    /// All of its own state: where it stands, what it counts, and how much it has.
    pub(super) fn declare(&self, place: usize, round: u32) {
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
        words.extend(self.rust.shape());
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
    pub(super) fn tells_time(&self) -> bool {
        self.looks_at_the_clock || self.shared.is_some() || !self.spawned.is_empty() || self.rust.has_tasks()
    }

    pub(super) fn handles(&self) -> usize {
        let unnamed = self.onces.len() + self.semaphores.len() + self.errgroups.len();
        self.looks().len() + self.cancels.len() + self.spawned.len() + self.rust.count() + unnamed
    }

    pub(super) fn keep(&mut self, message: Message) {
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
            Message::Rust(parcel) => self.rust.keep(parcel),
            Message::Several(handles) => handles.into_iter().for_each(|handle| self.keep(handle)),
        }
    }

    /// A message with a handle in it.
    pub(super) fn parcel(&mut self, kind: u8) -> Message {
        match kind % 10 {
            0 => pick(&self.senders, kind).cloned().map_or(Message::Number, Message::Sender),
            1 => pick(&self.receivers, kind).cloned().map_or(Message::Number, Message::Receiver),
            2 => pick(&self.mutexes, kind).cloned().map_or(Message::Number, Message::Mutex),
            3 => pick(&self.groups, kind).cloned().map_or(Message::Number, Message::Group),
            4 => self.cancels.pop().map_or(Message::Number, Message::Cancel),
            5 => self.timers.pop().map_or(Message::Number, Message::Timer),
            6 => self.spawned.pop().map_or(Message::Number, Message::Spawned),
            8 | 9 => self.rust.parcel(kind / 2).map_or(Message::Number, Message::Rust),
            _ => Message::Several(vec![self.parcel(0), self.parcel(4)]),
        }
    }
}

pub(super) fn pick<T>(from: &[T], number: u8) -> Option<&T> {
    if from.is_empty() { None } else { from.get(usize::from(number) % from.len()) }
}
