//! `spawn`, as in `tokio::task`: a task that goes on when its handle is dropped, and is dropped when its handle says so.

use std::cell::{Cell, RefCell};
use std::future::{Future, IntoFuture};
use std::panic::Location;
use std::rc::Rc;

use crate::executor::context as engine;
use crate::executor::grant::Grant;
use crate::executor::hand_over::HandOver;
use crate::executor::heap::InHeap;
use crate::executor::holder::Holder;
use crate::executor::spawn::{BegunTask, Spawned, spawn_here};
use crate::sync::operation::{CaseNumber, Operation, Single, WaitQueue, Waiter, WaitingTask};
use crate::sync::work::Work;
use crate::trace::event::{Event, ObjectId, ObjectKind, Right, TaskId, WaitCase, WaitReason};

/// How a task ended that did not return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinError {
    /// It was dropped before it had returned.
    Cancelled,
}

/// What is told of a task's end, once.
pub(crate) type Ended = Result<(), JoinError>;

/// Who is told that a task has ended.
pub(crate) trait Told: 'static {
    /// The task has ended.
    fn tell(&self, task: TaskId, ended: Ended);
}

/// Lives in a task's future and tells of its end, however that comes.
pub(crate) struct Ending<T: Told> {
    told: Rc<T>,
    task: TaskId,
    ended: Cell<Ended>,
    /// A task that can still end can end the wait for its end.
    _grant: Grant,
}

impl<T: Told> Ending<T> {
    /// Of a task that is being made. `object` is what is waited on.
    pub(crate) fn new(told: &Rc<T>, object: ObjectId, task: TaskId) -> Ending<T> {
        let grant = Grant::by(object, Right::Send, task);
        Ending { told: told.clone(), task, ended: Cell::new(Err(JoinError::Cancelled)), _grant: grant }
    }

    /// Runs a task's own code, and notes that it returned.
    pub(crate) async fn around(self, running: impl Future<Output = ()>) {
        running.await;
        self.ended.set(Ok(()));
    }
}

impl<T: Told> Drop for Ending<T> {
    fn drop(&mut self) {
        self.told.tell(self.task, self.ended.get());
    }
}

/// Spawns a task in the running task's scope: tokio's `spawn(child(a, b))` is `spawn(child, (a, b))`, so that the trace
/// sees what it is given ([`crate::executor::spawn`]).
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::input::never;
/// use pileup::executor::spawn::go;
/// use pileup::sync::rust::task::spawn;
///
/// async fn child() {
///     never().await;
/// }
///
/// async fn parent() {
///     drop(spawn(child, ())); // goes on without its handle
///     spawn(child, ()).abort(); // is dropped where it waits
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(parent, ());
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 1);
/// ```
///
/// # Panics
/// Outside of an engine.
#[track_caller]
pub fn spawn<A, W: Work<A, ()>>(program: W, arguments: A) -> JoinHandle {
    let end = Rc::new(End::new());
    let spawned = spawn_here(Location::caller(), |task| {
        let ending = Ending::new(&end, end.object, task);
        BegunTask::new(ending.around(program.begin(arguments, task)))
    });
    JoinHandle { spawned, end }
}

/// A spawned task. Dropping the handle detaches the task: it goes on. Awaiting it waits for the task's end.
#[derive(Debug)]
pub struct JoinHandle {
    spawned: Spawned,
    end: Rc<End>,
}

impl JoinHandle {
    /// Drops the task where it waits: at an await, never inside of code that does not await. What has ended stays as it is.
    pub fn abort(&self) {
        if engine::operate_at_once() {
            self.spawned.abort();
        }
    }

    /// Whether the task has ended.
    pub fn is_finished(&self) -> bool {
        engine::look();
        self.end.ended.get().is_some()
    }

    /// Waits for the task's end: `(&mut handle).await`.
    #[track_caller]
    pub fn join(&mut self) -> Single<Join> {
        Single::new(Join { end: self.end.clone(), waiter: None }, Location::caller())
    }
}

/// `handle.await`
impl IntoFuture for JoinHandle {
    type Output = Ended;
    type IntoFuture = Single<Join>;

    #[track_caller]
    fn into_future(mut self) -> Single<Join> {
        self.join()
    }
}

impl HandOver for JoinHandle {
    fn hand_over(&self, to: Holder) {
        self.spawned.hand_over(to);
    }
}

/// A task's end, as its handle sees it.
#[derive(Debug)]
struct End {
    object: ObjectId,
    ended: Cell<Option<Ended>>,
    waiters: RefCell<WaitQueue<()>>,
    _in_heap: InHeap<End>,
}

impl End {
    fn new() -> End {
        let object = engine::make(ObjectKind::WaitGroup, 0, ObjectId::OUTSIDE);
        End { object, ended: Cell::new(None), waiters: RefCell::default(), _in_heap: InHeap::new() }
    }
}

impl Told for End {
    fn tell(&self, _: TaskId, ended: Ended) {
        self.ended.set(Some(ended));
        self.waiters.borrow_mut().complete_all();
    }
}

impl Drop for End {
    fn drop(&mut self) {
        engine::record(Event::Gone { object: self.object });
    }
}

/// The operation behind [`JoinHandle::join`].
#[derive(Debug)]
pub struct Join {
    end: Rc<End>,
    waiter: Option<Rc<Waiter<()>>>,
}

impl Operation for Join {
    type Output = Ended;

    fn is_ready(&self) -> bool {
        self.end.ended.get().is_some()
    }

    fn proceed(&mut self) -> Option<Ended> {
        self.end.ended.get()
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        let waiter = Waiter::new(waiting_task, case, None);
        self.end.waiters.borrow_mut().push(waiter.clone());
        self.waiter = Some(waiter);
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.end.waiters.borrow_mut().remove(&waiter);
        }
    }

    fn completed(&mut self) -> Option<Ended> {
        self.waiter = None;
        self.end.ended.get()
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.end.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::WaitGroupWait
    }
}
