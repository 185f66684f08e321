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
    /// Held by the writer that writes or is next.
    writers: mutex::Lock,
    /// Who reads or waits to read; less [`PENDING`] while a writer writes or is next (`readerCount`).
    readers: Cell<i64>,
    /// How many readers the next writer still waits for (`readerWait`).
    departing: Cell<i64>,
    /// Whether a writer writes, which the counts alone do not say.
    writing: Cell<Writing>,
    waiting_writer: RefCell<WaitQueue<()>>,
    waiting_readers: RefCell<WaitQueue<()>>,
    /// Readers let in by the `Unlock` of a stranger before they ask (`readerSem`).
    spare: Cell<i64>,
    /// How many states were recorded that have no number of their own.
    unnumbered: Cell<u32>,
    _in_heap: InHeap<Lock>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    No,
    Yes,
}

/// `rwmutexMaxReaders`
const PENDING: i64 = 1 << 30;

/// The level of a state that has no number of its own: this bit, and how many there were before.
const UNNUMBERED: u32 = 1 << 31;

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
            readers: Cell::new(0),
            departing: Cell::new(0),
            writing: Cell::new(Writing::No),
            waiting_writer: RefCell::default(),
            waiting_readers: RefCell::default(),
            spare: Cell::new(0),
            unnumbered: Cell::new(0),
            _in_heap: InHeap::new(),
        };
        RwMutex { lock: Rc::new(lock), grant: Grant::new(object, Right::Send) }
    }

    /// The same without a holder: whoever makes it records who can reach it.
    #[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
    pub(crate) fn unheld() -> RwMutex {
        RwMutex { grant: Grant::nothing(), ..RwMutex::new() }
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
            self.lock.readers.set(-PENDING);
            self.lock.write();
        }
        is_free
    }

    /// `rw.Unlock()`: first every waiting reader goes, then the next writer may ask.
    ///
    /// Ends the program when no writer holds it or waits. While one waits, anybody's `Unlock` passes for its own, as in Go:
    /// that writer waits for ever then, and so does each after it that finds readers.
    pub fn unlock(&self) {
        self.grant.operate();
        if !engine::operate_at_once() {
            return;
        }
        if self.lock.readers.get() >= 0 {
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
        let is_free = engine::operate_at_once() && self.lock.readers.get() >= 0;
        if is_free {
            self.lock.add_readers(1);
            self.lock.record_level();
        }
        is_free
    }

    /// `rw.RUnlock()`: the last one lets the writer in that waits. Ends the program when nobody reads.
    pub fn read_unlock(&self) {
        self.grant.operate();
        if !engine::operate_at_once() {
            return;
        }
        if self.lock.is_without_readers() {
            engine::panic(Panic::RUnlockOfUnlocked);
            return;
        }
        self.lock.end_reader();
    }

    /// How many wait for it: writers, and readers.
    pub fn waiters(&self) -> (usize, usize) {
        engine::look();
        let next = self.lock.waiting_writer.borrow().len();
        (next + self.lock.writers.waiters(), self.lock.waiting_readers.borrow().len())
    }
}

impl Lock {
    /// What a look at the lock can show: every count. A state whose counts are too large for a number is recorded as one
    /// that has never been.
    fn record_level(&self) {
        let level = self.numbered().unwrap_or_else(|| {
            self.unnumbered.set(self.unnumbered.get().wrapping_add(1));
            UNNUMBERED | self.unnumbered.get()
        });
        engine::record(Event::Level { object: self.object, level });
    }

    fn numbered(&self) -> Option<u32> {
        let is_pending = self.readers.get() < 0;
        let readers = if is_pending { self.readers.get() + PENDING } else { self.readers.get() };
        let phase = u32::from(is_pending) + u32::from(self.writing.get() == Writing::Yes);
        let counts = [(readers, 12), (self.departing.get(), 12), (self.spare.get(), 5)];
        counts.into_iter().try_fold(phase, |level, (count, bits)| {
            let count = u32::try_from(count).ok().filter(|count| *count < 1 << bits)?;
            Some(level << bits | count)
        })
    }

    fn add_readers(&self, count: i64) {
        let readers = self.readers.get() + count;
        debug_assert!((-PENDING..PENDING).contains(&readers), "{readers} readers");
        self.readers.set(readers);
    }

    /// Whether nobody reads and nobody waits to read, whatever the writers do.
    fn is_without_readers(&self) -> bool {
        [0, -PENDING].contains(&self.readers.get())
    }

    /// A writer is next: whoever reads now is waited for, and whoever asks to read from now on waits.
    fn announce_writer(&self) {
        self.departing.set(self.departing.get() + self.readers.get());
        self.add_readers(-PENDING);
    }

    fn write(&self) {
        self.writing.set(Writing::Yes);
        self.record_level();
    }

    /// A reader leaves. The last one that the next writer waits for lets it in: the lock is its own before it is polled, so
    /// nobody can come between.
    fn end_reader(&self) {
        self.add_readers(-1);
        if self.readers.get() < 0 {
            self.departing.set(self.departing.get() - 1);
            if self.departing.get() == 0 && self.waiting_writer.borrow_mut().complete_first(|_| ()).is_some() {
                self.writing.set(Writing::Yes);
            }
        }
        self.record_level();
    }

    /// Lets in every waiting reader, and then lets the next writer ask.
    fn end_writer(&self) {
        self.writing.set(Writing::No);
        self.add_readers(PENDING);
        for _ in 0..self.readers.get() {
            if self.waiting_readers.borrow_mut().complete_first(|_| ()).is_none() {
                // That one reads already: a stranger unlocked.
                self.spare.set(self.spare.get() + 1);
            }
        }
        self.record_level();
        self.writers.pass_on();
    }

    /// A reader no longer waits. A stranger may have unlocked in its place: then it is not counted any more.
    fn withdraw_reader(&self) {
        if !self.is_without_readers() {
            self.add_readers(-1);
            self.record_level();
        }
    }

    /// The writer that was next no longer waits.
    fn withdraw_writer(&self) {
        if self.readers.get() < 0 && self.writing.get() == Writing::No {
            let spare = self.spare.get();
            self.departing.set(0);
            self.end_writer();
            self.spare.set(spare);
            self.record_level();
        }
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
        let readers = self.lock.readers.get();
        readers == 0 || self.lock.departing.get() + readers == 0
    }

    fn proceed(&mut self) -> Option<()> {
        self.lock.announce_writer();
        self.lock.write();
        Some(())
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        self.lock.announce_writer();
        self.lock.record_level();
        let waiter = Waiter::new(waiting_task, case, None);
        self.lock.waiting_writer.borrow_mut().push(waiter.clone());
        self.waiter = Some(waiter);
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.lock.waiting_writer.borrow_mut().remove(&waiter);
            self.lock.withdraw_writer();
        }
    }

    fn completed(&mut self) -> Option<()> {
        self.waiter = None;
        Some(())
    }

    fn abandoned(&mut self) {
        self.waiter = None;
        if self.lock.writing.get() == Writing::Yes {
            self.lock.end_writer();
        }
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
        self.lock.readers.get() >= 0 || self.lock.spare.get() > 0
    }

    fn proceed(&mut self) -> Option<()> {
        if self.lock.readers.get() < 0 {
            self.lock.spare.set(self.lock.spare.get() - 1);
        }
        self.lock.add_readers(1);
        self.lock.record_level();
        Some(())
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        self.lock.add_readers(1);
        self.lock.record_level();
        let waiter = Waiter::new(waiting_task, case, None);
        self.lock.waiting_readers.borrow_mut().push(waiter.clone());
        self.waiter = Some(waiter);
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.lock.waiting_readers.borrow_mut().remove(&waiter);
            self.lock.withdraw_reader();
        }
    }

    fn completed(&mut self) -> Option<()> {
        self.waiter = None;
        Some(())
    }

    fn abandoned(&mut self) {
        self.waiter = None;
        if !self.lock.is_without_readers() {
            self.lock.end_reader();
        }
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.lock.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::RwMutexRLock
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(readers: i64, departing: i64, writing: Writing, spare: i64) -> Option<u32> {
        let RwMutex { lock, .. } = RwMutex::new();
        lock.readers.set(readers);
        lock.departing.set(departing);
        lock.writing.set(writing);
        lock.spare.set(spare);
        lock.numbered()
    }

    #[test]
    fn states_with_other_counts_have_other_levels() {
        let mut levels = Vec::new();
        for (phase, writing) in [(0, Writing::No), (-PENDING, Writing::No), (-PENDING, Writing::Yes)] {
            for counts in 0..4 * 4 * 4 {
                let level = numbered(phase + counts % 4, counts / 4 % 4, writing, counts / 16);
                levels.push(level.expect("small counts have a number"));
            }
        }
        levels.sort_unstable();
        levels.dedup();
        assert_eq!(levels.len(), 3 * 64);
        assert!(levels.iter().all(|level| *level < UNNUMBERED));
    }

    #[test]
    fn counts_that_fit_into_no_number_have_none() {
        assert_eq!(numbered(1 << 12, 0, Writing::No, 0), None);
        assert_eq!(numbered(-PENDING, -1, Writing::No, 0), None);
        assert_eq!(numbered(0, 0, Writing::No, 1 << 5), None);
    }
}
