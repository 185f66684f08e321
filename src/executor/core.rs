//! The engine's inside: what a poll can reach, kept where the tasks on this thread find it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::Location;
use std::sync::Arc;
use std::task::{Wake, Waker};

use futures::task::LocalFutureObj;

use crate::executor::engine::{Config, Order};
use crate::executor::input::Listeners;
use crate::executor::limits::Limits;
use crate::executor::rng::{Rng, Stream};
use crate::executor::timers::{Due, Instant, TimerKey, Timers};
use crate::trace::columns::{Place, Trace};
use crate::trace::event::{Event, Limit, ObjectId, ObjectKind, Panic, PlaceId, Role, ScopeId, TaskId, WaitHead};

thread_local! {
    /// The engine that is entered on this thread, if any.
    static ENTERED: RefCell<Option<Box<Core>>> = const { RefCell::new(None) };
}

/// Runs `f` on the entered engine; `None` outside of any (a future on another executor, an engine being dropped).
///
/// `f` must not poll, drop or wake anything that could call back in here.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(&mut Core) -> R) -> Option<R> {
    ENTERED.with(|entered| entered.borrow_mut().as_deref_mut().map(f))
}

/// Enters an engine for as long as this lives; `leave` gives it back.
///
/// # Panics
/// When another engine is entered: runs are never nested.
pub(crate) fn enter(core: Box<Core>) {
    ENTERED.with(|entered| {
        let before = entered.borrow_mut().replace(core);
        assert!(before.is_none(), "an engine is entered inside of another engine's poll");
    });
}

/// Gives back what [`enter`] entered.
pub(crate) fn leave() -> Option<Box<Core>> {
    ENTERED.with(|entered| entered.borrow_mut().take())
}

/// Wakes one task. Two numbers, so that it is `Send` without being able to do harm: on another thread no engine is
/// entered, and the wake goes nowhere.
struct TaskWaker {
    slot: u32,
    task: TaskId,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        with(|core| core.wake(self.slot, self.task));
    }
}

/// The room of one live task. Reused when the task has finished.
struct Slot {
    /// `None` while the task is being polled, and once it has finished.
    future: Option<LocalFutureObj<'static, ()>>,
    waker: Waker,
    task: TaskId,
    scope: ScopeId,
    queue: Queue,
    /// How large the future is.
    bytes: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Queue {
    Out,
    In,
}

/// A task that was taken out of its room for one poll.
pub(crate) struct Turn {
    pub(crate) slot: u32,
    pub(crate) future: LocalFutureObj<'static, ()>,
    pub(crate) waker: Waker,
}

/// A future that is about to get a room, and how large it is (0 when whoever made it did not say).
pub(crate) struct Made {
    pub(crate) future: LocalFutureObj<'static, ()>,
    pub(crate) bytes: usize,
}

/// Why a run cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A task panicked, which ends a Go program.
    Panicked(TaskId, Panic),
    /// A bound was hit.
    Limit(Limit),
}

pub(crate) struct Core {
    pub(crate) trace: Trace,
    pub(crate) timers: Timers,
    pub(crate) select: Rng,
    pub(crate) seed: u32,
    pub(crate) inputs: Vec<u32>,
    pub(crate) listeners: Listeners,
    pub(crate) draining: bool,
    /// How many tasks are being dropped where they wait, one inside of the other.
    pub(crate) aborting: u32,
    pub(crate) stop: Option<Stop>,
    slots: Vec<Slot>,
    free: Vec<u32>,
    ready: VecDeque<(u32, TaskId)>,
    order: Order,
    order_draws: Rng,
    now: Instant,
    polls_at_now: u64,
    polls: u64,
    running: TaskId,
    running_scope: ScopeId,
    running_slot: u32,
    next_task: u32,
    next_scope: u32,
    next_object: u32,
    places: Vec<(&'static Location<'static>, PlaceId)>,
    limits: Limits,
    /// How large the futures of all live tasks are.
    future_bytes: u64,
}

impl Core {
    pub(crate) fn new(config: Config) -> Core {
        Core {
            trace: Trace::new(),
            timers: Timers::default(),
            select: Rng::new(config.seed, Stream::Select),
            seed: config.seed,
            inputs: config.inputs,
            listeners: Listeners::default(),
            draining: false,
            aborting: 0,
            stop: None,
            slots: Vec::new(),
            free: Vec::new(),
            ready: VecDeque::new(),
            order: config.order,
            order_draws: Rng::new(config.seed, Stream::Order),
            now: Instant(0),
            polls_at_now: 0,
            polls: 0,
            running: TaskId::ROOT,
            running_scope: ScopeId::ROOT,
            running_slot: 0,
            next_task: 1,
            next_scope: 1,
            next_object: 1,
            places: Vec::new(),
            limits: config.limits,
            future_bytes: 0,
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.now
    }

    pub(crate) fn polls(&self) -> u64 {
        self.polls
    }

    pub(crate) fn running(&self) -> TaskId {
        self.running
    }

    pub(crate) fn running_scope(&self) -> ScopeId {
        self.running_scope
    }

    pub(crate) fn ready_len(&self) -> usize {
        self.ready.len()
    }

    pub(crate) fn tasks_alive(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// The scopes that have a live task, the root's left out, in order.
    pub(crate) fn live_scopes(&self) -> Vec<ScopeId> {
        let live = self.slots.iter().filter(|slot| slot.future.is_some() && slot.scope != ScopeId::ROOT);
        let mut scopes: Vec<ScopeId> = live.map(|slot| slot.scope).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// Records a fact, unless the run has stopped: then nothing happens any more.
    #[inline]
    pub(crate) fn record(&mut self, event: Event<'_>) {
        if self.stop.is_some() {
            return;
        }
        self.trace.record(event);
        if self.trace.len() >= self.limits.events_max {
            self.hit(Limit::Events);
        }
    }

    #[cold]
    pub(crate) fn hit(&mut self, limit: Limit) {
        if self.stop.is_none() {
            self.trace.record(Event::LimitHit { limit });
            self.stop = Some(Stop::Limit(limit));
        }
    }

    #[cold]
    pub(crate) fn panic(&mut self, panic: Panic) {
        self.record(Event::Panicked { panic });
        self.stop.get_or_insert(Stop::Panicked(self.running, panic));
    }

    /// The number of a source line. Found by address first; a line that the compiler put down twice is still one place.
    #[inline]
    pub(crate) fn place(&mut self, at: &'static Location<'static>) -> PlaceId {
        match self.places.iter().find(|(known, _)| std::ptr::eq(*known, at)) {
            Some((_, place)) => *place,
            None => self.new_place(at),
        }
    }

    #[cold]
    fn new_place(&mut self, at: &'static Location<'static>) -> PlaceId {
        let place = Place { file: at.file().into(), line: at.line(), column: at.column() };
        let Some(id) = self.trace.add_place(place) else {
            self.hit(Limit::Places);
            return PlaceId(u16::MAX);
        };
        self.places.push((at, id));
        id
    }

    pub(crate) fn make(&mut self, kind: ObjectKind, capacity: u32, from: ObjectId) -> ObjectId {
        let object = ObjectId(self.next_object);
        if object.0 >= ObjectId::MAX {
            self.hit(Limit::Objects);
        }
        self.next_object += 1;
        self.record(Event::Made { object, kind, capacity, from });
        object
    }

    pub(crate) fn open_scope(&mut self) -> ScopeId {
        let scope = ScopeId(self.next_scope);
        self.next_scope += 1;
        self.record(Event::ScopeOpened { scope });
        scope
    }

    /// Announces a task that is about to be spawned, so that its arguments can be handed over to it.
    pub(crate) fn announce(&mut self, scope: ScopeId, role: Role, at: &'static Location<'static>) -> TaskId {
        let task = TaskId(self.next_task);
        self.next_task += 1;
        let place = self.place(at);
        self.record(Event::Spawned { task, parent: self.running, scope, role, place });
        task
    }

    /// Puts an announced task into a room and at the end of the ready queue.
    pub(crate) fn install(&mut self, task: TaskId, scope: ScopeId, made: Made) -> u32 {
        if self.tasks_alive() >= self.limits.tasks_alive_max as usize {
            self.hit(Limit::TasksAlive);
        }
        let number = self.free.pop().unwrap_or(self.slots.len() as u32);
        let waker = Waker::from(Arc::new(TaskWaker { slot: number, task }));
        let bytes = u32::try_from(made.bytes).unwrap_or(u32::MAX);
        self.future_bytes += u64::from(bytes);
        let slot = Slot { future: Some(made.future), waker, task, scope, queue: Queue::In, bytes };
        match self.slots.get_mut(number as usize) {
            Some(old) => *old = slot,
            None => self.slots.push(slot),
        }
        self.ready.push_back((number, task));
        number
    }

    #[inline]
    fn wake(&mut self, slot: u32, task: TaskId) {
        let Some(room) = self.slots.get_mut(slot as usize) else { return };
        if room.task != task || room.queue == Queue::In || self.stop.is_some() {
            return;
        }
        room.queue = Queue::In;
        self.ready.push_back((slot, task));
        self.record(Event::Woken { task });
    }

    /// Takes the next ready task out of its room.
    #[inline]
    pub(crate) fn begin_poll(&mut self) -> Option<Turn> {
        if self.stop.is_some() {
            return None;
        }
        if self.polls_at_now >= self.limits.polls_per_instant_max {
            self.hit(Limit::PollsPerInstant);
            return None;
        }
        loop {
            let (number, task) = match self.order {
                Order::Fifo => self.ready.pop_front()?,
                Order::Seeded if self.ready.is_empty() => return None,
                Order::Seeded => {
                    let drawn = self.order_draws.below(self.ready.len() as u32);
                    self.ready.remove(drawn as usize)?
                }
            };
            let slot = &mut self.slots[number as usize];
            // A task that woke itself and returned, or was aborted, may still stand in the queue.
            if slot.task != task {
                continue;
            }
            let Some(future) = slot.future.take() else { continue };
            slot.queue = Queue::Out;
            let waker = std::mem::replace(&mut slot.waker, Waker::noop().clone());
            (self.running, self.running_scope, self.running_slot) = (task, slot.scope, number);
            self.polls += 1;
            self.polls_at_now += 1;
            self.record(Event::Polled { task });
            return Some(Turn { slot: number, future, waker });
        }
    }

    /// Puts a task that is not finished back into its room.
    #[inline]
    pub(crate) fn end_poll(&mut self, turn: Turn) {
        let slot = &mut self.slots[turn.slot as usize];
        slot.future = Some(turn.future);
        slot.waker = turn.waker;
        self.record(Event::Pending);
        self.at_root();
    }

    /// Clears the room of a task that returned; its future is dropped already, as the task's own last deed.
    pub(crate) fn finish(&mut self) {
        self.record(Event::Returned);
        self.vacate(self.running_slot);
        self.at_root();
    }

    /// Records that the running task's wait is over. The waits of an aborted task are not the running one's: they ended
    /// with it.
    pub(crate) fn end_wait(&mut self, head: WaitHead) {
        if self.aborting == 0 {
            self.record(Event::WaitOver { head });
        }
    }

    /// Takes a task that is not running out of the run. The caller drops the future outside of [`with`].
    pub(crate) fn abort(&mut self, number: u32, task: TaskId) -> Option<LocalFutureObj<'static, ()>> {
        let slot = self.slots.get_mut(number as usize).filter(|slot| slot.task == task)?;
        let future = slot.future.take()?;
        self.vacate(number);
        Some(future)
    }

    fn vacate(&mut self, number: u32) {
        let slot = &mut self.slots[number as usize];
        // Never the id of a task: the root has no room.
        slot.task = TaskId::ROOT;
        self.future_bytes -= u64::from(slot.bytes);
        slot.waker = Waker::noop().clone();
        self.free.push(number);
    }

    fn at_root(&mut self) {
        (self.running, self.running_scope) = (TaskId::ROOT, ScopeId::ROOT);
    }

    /// Moves the clock, which happens only when nothing is ready.
    pub(crate) fn advance(&mut self, to: Instant) {
        let mut by_us = to.0.saturating_sub(self.now.0);
        debug_assert!(by_us == 0 || self.ready.is_empty(), "the clock moves only when nobody is ready");
        while by_us > 0 {
            let step = u32::try_from(by_us).unwrap_or(u32::MAX);
            self.record(Event::Advanced { by_us: step });
            by_us -= u64::from(step);
            self.polls_at_now = 0;
        }
        self.now = self.now.max(to);
    }

    pub(crate) fn arm(&mut self, after_us: u64, what: Due) -> TimerKey {
        self.timers.arm(Instant(self.now.0.saturating_add(after_us)), what)
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// How many bytes live tasks hold: their futures and their rooms.
    pub(crate) fn held_bytes(&self) -> u64 {
        let tables = self.slots.capacity() * size_of::<Slot>()
            + self.ready.capacity() * size_of::<(u32, TaskId)>()
            + self.free.capacity() * size_of::<u32>();
        // An `Arc` keeps two counts beside what it holds.
        let wakers = self.tasks_alive() * (size_of::<TaskWaker>() + 2 * size_of::<usize>());
        self.future_bytes + (tables + wakers) as u64
    }
}
