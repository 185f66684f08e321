//! `sync.RWMutex`: many readers or one writer, and a writer who waits goes first.
//!
//! Built as Go builds it, since the wait reasons show it: writers settle among themselves by a [`Mutex`], and the one that
//! holds that waits for the readers that came before. So a second writer waits in `sync.Mutex.Lock`.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use crate::executor::context::{self as engine, Held};
use crate::executor::spawn::{Argument, HandOver};
use crate::sync::mutex::{Acquire, Mutex};
use crate::sync::operation::{Alone, Operation, Party, WaitQueue, Waiter};
use crate::trace::event::{ObjectId, ObjectKind, Panic, Right, TaskId, WaitCase, WaitReason};

/// A lock for readers and writers. Not bound to the task that locked it: any task may unlock it.
///
/// A writer who waits keeps new readers out (package `sync`: "a blocked Lock call excludes new readers from acquiring the
/// lock"), so a task that reads recursively can wait for a writer that waits for it.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::spawn::go;
/// use pileup::sync::rw_mutex::RwMutex;
///
/// async fn writer(lock: RwMutex) {
///     lock.lock().await;
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     let lock = RwMutex::new();
///     assert!(lock.try_read_lock());
///     go(writer, (&lock,));
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 1); // the writer waits for a reader that never unlocks
/// ```
#[derive(Clone, Debug)]
pub struct RwMutex {
    lock: Rc<Lock>,
}

#[derive(Debug)]
struct Lock {
    object: ObjectId,
    /// Held by the writer that writes or is next.
    writers: Mutex,
    writer: Cell<Writer>,
    readers: Cell<usize>,
    /// Who holds the lock, which is who can free the ones that wait for it.
    holders: RefCell<Vec<(TaskId, Held)>>,
    waiting_writer: RefCell<WaitQueue<()>>,
    waiting_readers: RefCell<WaitQueue<()>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writer {
    /// Readers come and go.
    Nobody,
    /// Waits until those who read have unlocked; who wants to read now comes after it.
    Waits,
    /// Holds the lock.
    Writes,
}

impl Default for RwMutex {
    fn default() -> Self {
        Self::new()
    }
}

impl RwMutex {
    /// `var rw sync.RWMutex`
    pub fn new() -> RwMutex {
        let lock = Lock {
            object: engine::make(ObjectKind::RwMutex, 0, ObjectId::OUTSIDE),
            writers: Mutex::new(),
            writer: Cell::new(Writer::Nobody),
            readers: Cell::new(0),
            holders: RefCell::default(),
            waiting_writer: RefCell::default(),
            waiting_readers: RefCell::default(),
        };
        RwMutex { lock: Rc::new(lock) }
    }

    /// `rw.Lock()`: waits in `sync.Mutex.Lock` while another writer holds it or is next, then in `sync.RWMutex.Lock` for
    /// those who read.
    #[track_caller]
    pub fn lock(&self) -> Write<'_> {
        let at = Location::caller();
        Write { lock: &self.lock, stage: Stage::Writers(self.lock.writers.lock_at(at)), at }
    }

    /// `rw.TryLock()`: whether nobody held it and no writer was next; then it is held now.
    pub fn try_lock(&self) -> bool {
        let free = self.lock.readers.get() == 0 && self.lock.writers.try_lock();
        if free {
            self.lock.write(engine::running());
        }
        free
    }

    /// `rw.Unlock()`: first everyone who waits to read goes, then the next writer may ask.
    ///
    /// Ends the program when nobody holds it for writing.
    pub fn unlock(&self) {
        if self.lock.writer.get() != Writer::Writes {
            engine::panic(Panic::RwUnlockOfUnlocked);
            return;
        }
        self.lock.let_go(engine::running());
        self.lock.end_writer();
    }

    /// `rw.RLock()`: waits in `sync.RWMutex.RLock` while a writer holds it or is next.
    #[track_caller]
    pub fn read_lock(&self) -> Alone<Read<'_>> {
        Alone::new(Read { lock: &self.lock, waiter: None }, Location::caller())
    }

    /// `rw.TryRLock()`: whether no writer held it or was next; then it is held for reading now.
    pub fn try_read_lock(&self) -> bool {
        let free = self.lock.writer.get() == Writer::Nobody;
        if free {
            self.lock.read(engine::running());
        }
        free
    }

    /// `rw.RUnlock()`: the last one lets the writer in that waits. Ends the program when nobody reads.
    pub fn read_unlock(&self) {
        if self.lock.readers.get() == 0 {
            engine::panic(Panic::RUnlockOfUnlocked);
            return;
        }
        self.lock.let_go(engine::running());
        self.lock.end_reader();
    }

    /// How many wait for it: writers, and readers.
    pub fn waiters(&self) -> (usize, usize) {
        let next = self.lock.waiting_writer.borrow().len();
        (next + self.lock.writers.waiters(), self.lock.waiting_readers.borrow().len())
    }
}

impl Lock {
    fn hold(&self, task: TaskId) {
        self.holders.borrow_mut().push((task, Held::by(self.object, Right::Send, task)));
    }

    /// Takes `task` from the holders, or the first of them, when another task unlocks than locked.
    fn let_go(&self, task: TaskId) {
        let mut holders = self.holders.borrow_mut();
        let index = holders.iter().position(|(holder, _)| *holder == task).unwrap_or(0);
        holders.remove(index);
    }

    fn write(&self, task: TaskId) {
        self.writer.set(Writer::Writes);
        self.hold(task);
    }

    fn read(&self, task: TaskId) {
        self.readers.set(self.readers.get() + 1);
        self.hold(task);
    }

    /// The last reader lets the writer in that waits. The lock is its own before it is polled: nobody can come between.
    fn end_reader(&self) {
        self.readers.set(self.readers.get() - 1);
        if self.readers.get() == 0 {
            let next = self.waiting_writer.borrow_mut().complete_first(|waiter| waiter.task());
            next.into_iter().for_each(|task| self.write(task));
        }
    }

    /// Lets in everyone who waits to read, and then the next writer ask.
    fn end_writer(&self) {
        self.writer.set(Writer::Nobody);
        loop {
            let next = self.waiting_readers.borrow_mut().complete_first(|waiter| waiter.task());
            let Some(task) = next else { break };
            self.read(task);
        }
        self.writers.unlock();
    }
}

impl HandOver for RwMutex {
    fn hand_over(&self, _: TaskId) {}
}

impl Argument for &RwMutex {
    type Given = RwMutex;

    fn give(self, _: TaskId) -> RwMutex {
        self.clone()
    }
}

/// The future of [`RwMutex::lock`].
#[derive(Debug)]
#[must_use = "a lock is not taken unless it is awaited"]
pub struct Write<'l> {
    lock: &'l Rc<Lock>,
    stage: Stage<'l>,
    at: &'static Location<'static>,
}

#[derive(Debug)]
enum Stage<'l> {
    Writers(Alone<Acquire<'l>>),
    Readers(Alone<Drained<'l>>),
}

impl Future for Write<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (lock, at) = (self.lock, self.at);
        if let Stage::Writers(writers) = &mut self.stage {
            ready!(Pin::new(writers).poll(cx));
            self.stage = Stage::Readers(Alone::new(Drained { lock, waiter: None }, at));
        }
        match &mut self.stage {
            Stage::Readers(readers) => Pin::new(readers).poll(cx),
            Stage::Writers(_) => Poll::Pending,
        }
    }
}

/// Waiting until those who read have unlocked, which keeps new ones out.
#[derive(Debug)]
struct Drained<'l> {
    lock: &'l Rc<Lock>,
    waiter: Option<Rc<Waiter<()>>>,
}

impl Operation for Drained<'_> {
    type Output = ();

    fn is_ready(&self) -> bool {
        self.lock.readers.get() == 0
    }

    fn proceed(&mut self) -> Option<()> {
        self.lock.write(engine::running());
        Some(())
    }

    fn enqueue(&mut self, party: &Rc<Party>, case: u8) {
        self.lock.writer.set(Writer::Waits);
        let waiter = Waiter::new(party, case, None);
        self.lock.waiting_writer.borrow_mut().push(waiter.clone());
        self.waiter = Some(waiter);
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.lock.waiting_writer.borrow_mut().remove(&waiter);
            self.lock.end_writer();
        }
    }

    fn completed(&mut self) -> Option<()> {
        self.waiter = None;
        Some(())
    }

    fn abandoned(&mut self) {
        let waiter = self.waiter.take().expect("a completed writer stood in the queue");
        self.lock.let_go(waiter.task());
        self.lock.end_writer();
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.lock.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::RwMutexLock
    }
}

/// The operation behind [`RwMutex::read_lock`].
#[derive(Debug)]
pub struct Read<'l> {
    lock: &'l Rc<Lock>,
    waiter: Option<Rc<Waiter<()>>>,
}

impl Operation for Read<'_> {
    type Output = ();

    fn is_ready(&self) -> bool {
        self.lock.writer.get() == Writer::Nobody
    }

    fn proceed(&mut self) -> Option<()> {
        self.lock.read(engine::running());
        Some(())
    }

    fn enqueue(&mut self, party: &Rc<Party>, case: u8) {
        let waiter = Waiter::new(party, case, None);
        self.lock.waiting_readers.borrow_mut().push(waiter.clone());
        self.waiter = Some(waiter);
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.lock.waiting_readers.borrow_mut().remove(&waiter);
        }
    }

    fn completed(&mut self) -> Option<()> {
        self.waiter = None;
        Some(())
    }

    fn abandoned(&mut self) {
        let waiter = self.waiter.take().expect("a completed reader stood in the queue");
        self.lock.let_go(waiter.task());
        self.lock.end_reader();
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.lock.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::RwMutexRLock
    }
}
