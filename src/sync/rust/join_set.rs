//! `tokio::task::JoinSet`: tasks that live in their owner, and are dropped with it.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;

use crate::executor::context as engine;
use crate::executor::hand_over::HandOver;
use crate::executor::heap::InHeap;
use crate::executor::holder::Holder;
use crate::executor::spawn::{BegunTask, Spawned, spawn_here};
use crate::sync::deferred_drop::drop_deferred;
use crate::sync::line::Line;
use crate::sync::operation::{CaseNumber, Operation, Single, WaitQueue, Waiter, WaitingTask};
use crate::sync::rust::task::{Ended, Ending, Told};
use crate::sync::work::Work;
use crate::trace::event::{Event, ObjectId, ObjectKind, Right, TaskId, WaitCase, WaitReason};

/// Tasks of one owner. When the set is dropped, each that has not ended is dropped where it waits.
///
/// ```
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::executor::input::never;
/// use pileup::executor::spawn::go;
/// use pileup::sync::rust::join_set::JoinSet;
///
/// async fn child() {
///     never().await;
/// }
///
/// async fn parent() {
///     let mut children = JoinSet::new();
///     children.spawn(child, ());
/// } // and its children go with it
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| {
///     go(parent, ());
/// });
/// engine.run_until_idle();
/// assert_eq!(engine.tasks_alive(), 0);
/// ```
#[derive(Debug)]
pub struct JoinSet {
    children: Line<Spawned>,
    set: Rc<Set>,
}

#[derive(Debug)]
struct Set {
    object: ObjectId,
    /// Who has ended and was not asked for yet.
    ended: RefCell<Line<(TaskId, Ended)>>,
    waiters: RefCell<WaitQueue<()>>,
    _in_heap: InHeap<Set>,
}

impl Default for JoinSet {
    fn default() -> Self {
        JoinSet::new()
    }
}

impl JoinSet {
    /// An empty set.
    pub fn new() -> JoinSet {
        let object = engine::make(ObjectKind::WaitGroup, 0, ObjectId::OUTSIDE);
        let set = Set { object, ended: RefCell::default(), waiters: RefCell::default(), _in_heap: InHeap::new() };
        JoinSet { children: Line::default(), set: Rc::new(set) }
    }

    /// Spawns a task of this set, in the running task's scope. tokio's `set.spawn(child(a, b))` is `set.spawn(child, (a, b))`.
    ///
    /// # Panics
    /// Outside of an engine.
    #[track_caller]
    pub fn spawn<A, W: Work<A, ()>>(&mut self, program: W, arguments: A) {
        let set = &self.set;
        let spawned = spawn_here(Location::caller(), |task| {
            let ending = Ending::new(set, set.object, task);
            BegunTask::new(ending.around(program.begin(arguments, task)))
        });
        self.children.push_back(spawned);
    }

    /// Waits until one of its tasks has ended, and says how; `None` when none is left.
    #[track_caller]
    pub fn join_next(&mut self) -> Single<JoinNext<'_>> {
        Single::new(JoinNext { of: self, waiter: None }, Location::caller())
    }

    /// Drops each task that has not ended.
    pub fn abort_all(&mut self) {
        if engine::operate_at_once() {
            self.children.iter().for_each(Spawned::abort);
        }
    }

    /// How many tasks have not been asked for.
    pub fn len(&self) -> usize {
        engine::look();
        self.children.len()
    }

    /// Whether every task was asked for.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the first that has ended.
    fn take(&mut self) -> Option<Ended> {
        let (task, ended) = self.set.ended.borrow_mut().pop_front()?;
        self.set.record_level();
        self.children.retain(|child| child.task != task);
        Some(ended)
    }
}

/// A child with a set of its own lets go of it when it is dropped: not one inside of the other, however deep that goes.
impl Drop for JoinSet {
    fn drop(&mut self) {
        self.children.iter().for_each(Spawned::take_over);
        drop_deferred(self.children.take().into_iter().map(Orphan).collect());
    }
}

/// A task that is dropped with its owner.
struct Orphan(Spawned);

impl Drop for Orphan {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Its destructor drops tasks: whoever lets go of a message with a set in it does that.
impl HandOver for JoinSet {
    fn hand_over(&self, to: Holder) {
        self.children.iter().for_each(|child| child.hand_over(to.of_destructor()));
    }
}

impl Set {
    fn record_level(&self) {
        engine::record(Event::Level { object: self.object, level: self.ended.borrow().len() as u32 });
    }
}

impl Told for Set {
    fn tell(&self, task: TaskId, ended: Ended) {
        self.ended.borrow_mut().push_back((task, ended));
        self.record_level();
        self.waiters.borrow_mut().complete_all();
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        engine::record(Event::Gone { object: self.object });
    }
}

/// The operation behind [`JoinSet::join_next`].
#[derive(Debug)]
pub struct JoinNext<'s> {
    of: &'s mut JoinSet,
    waiter: Option<Rc<Waiter<()>>>,
}

impl Operation for JoinNext<'_> {
    type Output = Option<Ended>;

    fn is_ready(&self) -> bool {
        self.of.children.is_empty() || !self.of.set.ended.borrow().is_empty()
    }

    fn proceed(&mut self) -> Option<Option<Ended>> {
        Some(self.of.take())
    }

    fn enqueue(&mut self, waiting_task: &Rc<WaitingTask>, case: CaseNumber) {
        let waiter = Waiter::new(waiting_task, case, None);
        self.of.set.waiters.borrow_mut().push(waiter.clone());
        self.waiter = Some(waiter);
    }

    fn dequeue(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.of.set.waiters.borrow_mut().remove(&waiter);
        }
    }

    fn completed(&mut self) -> Option<Option<Ended>> {
        self.waiter = None;
        Some(self.of.take())
    }

    fn wait_case(&self) -> Option<WaitCase> {
        Some(WaitCase::new(self.of.set.object, Right::Send))
    }

    fn reason(&self) -> WaitReason {
        WaitReason::WaitGroupWait
    }
}
