//! `sync.RWMutex`: many readers or one writer, and a writer who waits goes first.
//!
//! Built as Go builds it, since the wait reasons show it: writers settle among themselves by a `Mutex`, and the one that
//! holds that waits for the readers that came before. So a second writer waits in `sync.Mutex.Lock`.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use crate::executor::context as engine;
use crate::executor::grant::Grant;
use crate::executor::hand_over::{HandOver, Share, share_handles};
use crate::executor::heap::InHeap;
use crate::executor::holder::Holder;
use crate::executor::state::Named;
use crate::sync::mutex::{self, Acquire};
use crate::sync::operation::{CaseNumber, Operation, Single, WaitQueue, Waiter, WaitingTask};
use crate::trace::event::{Event, ObjectId, ObjectKind, Panic, Right, TaskId, WaitCase, WaitReason};

/// A lock for readers and writers. Not bound to the task that locked it: any task may unlock it.
///
/// A writer who waits keeps new readers out (package `sync`: "a blocked Lock call excludes new readers from acquiring the
/// lock"), so a task that reads recursively can wait for a writer that waits for it.
///
/// ```
/// use pileup::executor::config::Config;
/// use pileup::executor::engine::Engine;
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
#[derive(Debug)]
pub struct RwMutex {
    lock: Rc<Lock>,
    /// Every task that can name a lock can unlock it.
    grant: Grant,
}

#[derive(Debug)]
struct Lock {
    object: ObjectId,
    /// Grant by the writer that writes or is next.
    writers: mutex::Lock,
    writer: Cell<Writer>,
    readers: Cell<usize>,
    waiting_writer: RefCell<WaitQueue<()>>,
    waiting_readers: RefCell<WaitQueue<()>>,
    _in_heap: InHeap<Lock>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writer {
    /// Readers come and go.
    Nobody,
    /// Waits until the present readers have unlocked; a reader that comes now is behind it.
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
        let object = engine::make(ObjectKind::RwMutex, 0, ObjectId::OUTSIDE);
        let lock = Lock {
            object,
            writers: mutex::Lock::new(object),
            writer: Cell::new(Writer::Nobody),
            readers: Cell::new(0),
            waiting_writer: RefCell::default(),
            waiting_readers: RefCell::default(),
            _in_heap: InHeap::new(),
        };
        RwMutex { lock: Rc::new(lock), grant: Grant::new(object, Right::Send) }
    }

    /// `rw.Lock()`: waits in `sync.Mutex.Lock` while another writer holds it or is next, then in `sync.RWMutex.Lock` for
    /// those who read.
    #[track_caller]
    pub fn lock(&self) -> Write<'_> {
        let at = Location::caller();
        self.grant.operate();
        Write { lock: &self.lock, stage: Stage::Writers(self.lock.writers.acquire_at(at)), at }
    }

    /// `rw.TryLock()`: whether nobody held it and no writer was next; then it is held now.
    pub fn try_lock(&self) -> bool {
        self.grant.operate();
        let is_free = engine::operate_at_once() && self.lock.readers.get() == 0 && self.lock.writers.try_acquire();
        if is_free {
            self.lock.write();
        }
        is_free
    }

    /// `rw.Unlock()`: first every waiting reader goes, then the next writer may ask.
    ///
    /// Ends the program when nobody holds it for writing.
    pub fn unlock(&self) {
        self.grant.operate();
        if !engine::operate_at_once() {
            return;
        }
        if self.lock.writer.get() != Writer::Writes {
            engine::panic(Panic::RwUnlockOfUnlocked);
            return;
        }
        self.lock.end_writer();
    }

    /// `rw.RLock()`: waits in `sync.RWMutex.RLock` while a writer holds it or is next.
    #[track_caller]
    pub fn read_lock(&self) -> Single<Read<'_>> {
        self.grant.operate();
        Single::new(Read { lock: &self.lock, waiter: None }, Location::caller())
    }

    /// `rw.TryRLock()`: whether no writer held it or was next; then it is held for reading now.
    pub fn try_read_lock(&self) -> bool {
        self.grant.operate();
        let is_free = engine::operate_at_once() && self.lock.writer.get() == Writer::Nobody;
        if is_free {
            self.lock.read();
        }
        is_free
    }

    /// `rw.RUnlock()`: the last one lets the writer in that waits. Ends the program when nobody reads.
    pub fn read_unlock(&self) {
        self.grant.operate();
        if !engine::operate_at_once() {
            return;
        }
        if self.lock.readers.get() == 0 {
            engine::panic(Panic::RUnlockOfUnlocked);
            return;
        }
        self.lock.end_reader();
    }

    /// How many wait for it: writers, and readers.
    pub fn waiters(&self) -> (usize, usize) {
        let next = self.lock.waiting_writer.borrow().len();
        (next + self.lock.writers.waiters(), self.lock.waiting_readers.borrow().len())
    }
}

impl Lock {
    /// What a look at the lock can show: how many read, and whether a writer holds it or is next.
    fn record_level(&self) {
        let writer = self.writer.get() as usize;
        let level = u32::try_from(self.readers.get() * 3 + writer).unwrap_or(u32::MAX);
        engine::record(Event::Level { object: self.object, level });
    }

    fn set_writer(&self, writer: Writer) {
        self.writer.set(writer);
        self.record_level();
    }

    fn write(&self) {
        self.set_writer(Writer::Writes);
    }

    fn read(&self) {
        self.readers.set(self.readers.get() + 1);
        self.record_level();
    }

    /// The last reader lets the writer in that waits. The lock is its own before it is polled: nobody can come between.
    fn end_reader(&self) {
        self.readers.set(self.readers.get() - 1);
        self.record_level();
        if self.readers.get() == 0 && self.waiting_writer.borrow_mut().complete_first(|_| ()).is_some() {
            self.write();
        }
    }

    /// Lets in every waiting reader, and then lets the next writer ask.
    fn end_writer(&self) {
        self.set_writer(Writer::Nobody);
        while self.waiting_readers.borrow_mut().complete_first(|_| ()).is_some() {
            self.read();
        }
        self.writers.pass_on();
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        engine::record(Event::Gone { object: self.object });
    }
}

impl Clone for RwMutex {
    fn clone(&self) -> Self {
        RwMutex { lock: self.lock.clone(), grant: self.grant.share_here() }
    }
}

impl HandOver for RwMutex {
    fn hand_over(&self, to: Holder) {
        self.grant.hand_over(to);
    }
}

impl Share for RwMutex {
    fn share(&self, task: TaskId) -> RwMutex {
        RwMutex { lock: self.lock.clone(), grant: self.grant.share(task) }
    }
}

share_handles! { () RwMutex; }

impl Named for RwMutex {
    fn object(&self) -> ObjectId {
        self.lock.object
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
    Writers(Single<Acquire<'l>>),
    Readers(Single<Drained<'l>>),
}

impl Future for Write<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (lock, at) = (self.lock, self.at);
        if let Stage::Writers(writers) = &mut self.stage {
            ready!(Pin::new(writers).poll(cx));
            self.stage = Stage::Readers(Single::new(Drained { lock, waiter: None }, at));
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
        self.lock.write();
        Some(())
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        self.lock.set_writer(Writer::Waits);
        let waiter = Waiter::new(waiting_task, case, None);
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
        self.waiter = None;
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
        self.lock.read();
        Some(())
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        let waiter = Waiter::new(waiting_task, case, None);
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
        self.waiter = None;
        self.lock.end_reader();
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.lock.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::RwMutexRLock
    }
}
