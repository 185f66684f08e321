//! The engine's inside: what a poll can reach, kept where the tasks on this thread find it.

use std::cell::RefCell;
use std::panic::Location;
use std::sync::Arc;
use std::task::{Wake as StdWake, Waker};

use futures::task::LocalFutureObj;

use crate::executor::config::{Config, Order};
use crate::executor::heap;
use crate::executor::limits::{Limits, OPERATIONS_PER_POLL, OPERATIONS_PER_SPAWN};
use crate::executor::listeners::Listeners;
use crate::executor::process::Process;
use crate::executor::ready::Ready;
use crate::executor::rng::{Rng, Stream};
use crate::executor::standing::Standing;
use crate::executor::stop::{Permit, Raised, Stop};
use crate::executor::tasks::{Abort, Exposure, NewTask, OpenWaits, Queue, Slot, Tasks};
use crate::executor::timers::{Due, Instant, TimerKey, Timers};
use crate::executor::wake::{TaskWaker, Wake};
use crate::trace::columns::{Place, Trace, TurnOrder};
use crate::trace::event::{
    Event, Limit, ObjectId, ObjectKind, Panic, PlaceId, Right, Role, ScopeId, TaskId, WaitHead, WaitReason,
};

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
pub(crate) fn enter(mut core: Box<Core>) {
    heap::exchange(std::mem::take(&mut core.heap_bytes));
    ENTERED.with(|entered| {
        let before = entered.borrow_mut().replace(core);
        assert!(before.is_none(), "an engine is entered inside of another engine's poll");
    });
}

/// Gives back what [`enter`] entered.
pub(crate) fn leave() -> Option<Box<Core>> {
    let mut core = ENTERED.with(|entered| entered.borrow_mut().take())?;
    core.heap_bytes = heap::exchange(0);
    Some(core)
}

/// Wakes a task or a foreign waker. Called outside of [`with`].
pub(crate) fn wake(wake: Wake) {
    match wake {
        Wake::Task { slot, task } => {
            with(|core| core.wake(slot, task));
        }
        Wake::Foreign(waker) => waker.wake(),
    }
}

/// Does what was due. Called outside of [`with`].
pub(crate) fn fire(due: Due) {
    match due {
        Due::Wake(whom) => wake(whom),
        Due::Call(call) => call(),
    }
}

impl StdWake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        with(|core| core.wake(self.slot, self.task));
    }
}

/// A task that was taken out of its slot for one poll.
pub(crate) struct PolledTask {
    pub(crate) task: TaskId,
    pub(crate) slot: u32,
    pub(crate) future: LocalFutureObj<'static, ()>,
    pub(crate) waker: Waker,
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
    pub(crate) tasks: Tasks,
    pub(super) ready: Ready,
    pub(crate) process: Process,
    /// While what a process leaves behind is dropped, which is no part of the run: the ids that come next.
    pub(super) restarting: Option<NextIds>,
    pub(super) raised: Option<Raised>,
    /// How many bodies that panicked are being dropped: what they deferred runs, whatever it raises.
    pub(super) unwinding: u32,
    /// Whether nothing happens any more: see [`Core::is_halted`].
    pub(super) is_halted: bool,
    pub(super) now: Instant,
    polls_at_now: u64,
    operations_at_now: u64,
    /// Operations of the present poll.
    operations: u64,
    polls: u64,
    running: Running,
    /// The task whose program is being called: handles that it makes are the new task's.
    beginning: Option<TaskId>,
    /// Tasks that are announced and have no slot yet, and those of them that get something that may hide handles.
    pub(super) spawning: Vec<(TaskId, ScopeId)>,
    pub(super) spawning_exposed: Vec<TaskId>,
    /// Whether handles were seen to travel where the trace cannot see them.
    everybody: Exposure,
    /// Whether the root shares memory with others. Of the root that is no fact: whatever it holds can be used anyway.
    root_exposure: Exposure,
    /// Operations that were tried in this poll after the task had panicked or the run had stopped.
    pub(super) operations_after_halt: u64,
    /// Tasks spawned in this poll, each with the task that may abort it and has not forgotten it yet.
    pub(super) fresh: Vec<(u32, TaskId, TaskId)>,
    pub(super) next: NextIds,
    places: Vec<(&'static Location<'static>, PlaceId)>,
    /// Which of them was asked for last.
    last_place: usize,
    /// Where the running task stands, if it is an interpreted one.
    pub(super) standing: Option<Standing>,
    limits: Limits,
    /// What primitives keep on the heap; in the thread's account while the engine is entered.
    heap_bytes: usize,
}

/// The ids that the next task, scope and object get.
#[derive(Clone, Copy)]
pub(super) struct NextIds {
    task: u32,
    scope: u32,
    object: u32,
}

/// Whose poll it is.
struct Running {
    task: TaskId,
    scope: ScopeId,
    slot: u32,
    /// Tells the task's own waker from any other.
    waker: *const (),
    exposure: Exposure,
}

impl Running {
    const ROOT: Running = Running {
        task: TaskId::ROOT,
        scope: ScopeId::ROOT,
        slot: u32::MAX,
        waker: std::ptr::null(),
        exposure: Exposure::None,
    };
}

/// The largest id of a task: its highest bit tells a channel from a task where either can hold something.
const TASK_MAX: u32 = (1 << 31) - 1;

/// Operations that a task may try in one poll after its run has stopped: then it never waits, and is cut off.
const OPERATIONS_AFTER_STOP: u64 = 100_000;

impl Core {
    pub(crate) fn new(config: Config) -> Core {
        let mut trace = Trace::new();
        trace.set_turns(if config.order == Order::Fifo { TurnOrder::InOrder } else { TurnOrder::Otherwise });
        Core {
            trace,
            timers: Timers::default(),
            select: Rng::new(config.seed, Stream::Select),
            seed: config.seed,
            inputs: config.inputs,
            listeners: Listeners::default(),
            draining: false,
            aborting: 0,
            stop: None,
            tasks: Tasks::default(),
            ready: Ready::new(config.order, config.seed),
            process: Process::default(),
            restarting: None,
            raised: None,
            unwinding: 0,
            is_halted: false,
            now: Instant::START,
            polls_at_now: 0,
            operations_at_now: 0,
            operations: 0,
            polls: 0,
            running: Running::ROOT,
            beginning: None,
            spawning: Vec::new(),
            spawning_exposed: Vec::new(),
            everybody: Exposure::None,
            root_exposure: Exposure::None,
            operations_after_halt: 0,
            fresh: Vec::new(),
            next: NextIds { task: 1, scope: 1, object: 1 },
            places: Vec::new(),
            last_place: 0,
            standing: None,
            limits: config.limits,
            heap_bytes: 0,
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.now
    }

    pub(crate) fn polls(&self) -> u64 {
        self.polls
    }

    pub(crate) fn running(&self) -> TaskId {
        self.running.task
    }

    /// The scope of the running task, or of a task whose program is just being called.
    pub(crate) fn running_scope(&self) -> ScopeId {
        let begun = self.spawning.iter().rev().find(|(task, _)| self.beginning == Some(*task));
        begun.map_or(self.running.scope, |(_, scope)| *scope)
    }

    /// Whose a handle is that is made now.
    pub(crate) fn maker(&self) -> TaskId {
        self.beginning.unwrap_or(self.running.task)
    }

    pub(crate) fn ready_len(&self) -> usize {
        self.ready.len()
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Records a fact, unless the run has stopped. After a panic, too: operations are refused then ([`Core::operate`]), but
    /// whatever is made, moved or dropped up to the end of the poll is so if the task recovers.
    #[inline]
    pub(crate) fn record(&mut self, event: Event<'_>) {
        if self.is_halted && self.is_silent() {
            return;
        }
        self.trace.record(event);
        self.check_events();
    }

    /// The same for the events that every poll has: see [`Trace::record_known`].
    #[inline(always)]
    pub(crate) fn record_known(&mut self, event: Event<'_>) {
        if self.is_halted && self.is_silent() {
            return;
        }
        self.trace.record_known(event);
        self.check_events();
    }

    /// Whether nothing is recorded: the run has stopped, or what an ended process leaves behind is dropped.
    fn is_silent(&self) -> bool {
        self.stop.is_some() || self.restarting.is_some()
    }

    #[inline]
    fn check_events(&mut self) {
        if self.trace.len() >= self.limits.events_max {
            self.hit(Limit::Events);
        }
    }

    #[cold]
    pub(crate) fn hit(&mut self, limit: Limit) {
        if self.stop.is_none() {
            self.trace.record(Event::LimitHit { limit });
            self.stop = Some(Stop::Limit(limit));
            self.note_halt();
        }
    }

    /// Counts an operation of the running task.
    #[inline]
    pub(crate) fn operate(&mut self) -> Permit {
        self.operations += 1;
        self.operations_at_now += 1;
        if self.operations < OPERATIONS_PER_POLL && !self.is_halted {
            return Permit::Granted;
        }
        self.operate_late()
    }

    #[cold]
    fn operate_late(&mut self) -> Permit {
        if self.operations_at_now >= self.limits.operations_per_instant_max {
            self.hit(Limit::OperationsPerInstant);
        }
        if self.is_halted {
            // A halted task waits at its next await; one that never awaits is cut off after a while.
            self.operations_after_halt += 1;
            let goes_on = self.operations_after_halt > OPERATIONS_AFTER_STOP;
            return if goes_on { Permit::Cut } else { Permit::Halted };
        }
        let polls = self.running.task != TaskId::ROOT;
        if polls && self.operations >= OPERATIONS_PER_POLL { Permit::GiveWay } else { Permit::Granted }
    }

    /// Lets the running task go to the end of the ready queue before it goes on.
    pub(crate) fn give_way(&mut self) {
        let (slot, task) = (self.running.slot, self.running.task);
        if let Some(room) = self.tasks.get(slot, task)
            && room.queue == Queue::Out
            && self.stop.is_none()
        {
            room.queue = Queue::In;
            self.ready.push_last((slot, task));
            self.record(Event::Woken { task });
        }
    }

    /// Whether nothing that the running task does counts: it has panicked, or the run has stopped.
    #[inline]
    pub(crate) fn is_halted(&self) -> bool {
        self.is_halted
    }

    /// To be called after every change of what it looks at.
    pub(super) fn note_halt(&mut self) {
        self.is_halted = self.is_silent() || self.raised.is_some() && self.unwinding == 0;
    }

    /// Raises a panic of the running task: see [`Raised`]. Outside of any poll the run ends at once.
    #[cold]
    pub(crate) fn raise(&mut self, raised: Raised) {
        if self.is_halted() {
            return;
        }
        self.raised = Some(raised);
        self.note_halt();
        if self.running.task == TaskId::ROOT {
            self.end_raised();
        }
    }

    /// Ends the program for what the running task raised and did not recover from. `false`: it raised no panic.
    fn end_raised(&mut self) -> bool {
        let raised = self.raised.take();
        self.note_halt();
        let Some(Raised::Panic(panic, text)) = raised else { return false };
        self.record(Event::Panicked { panic });
        self.trace.set_panic_text(text);
        self.stop.get_or_insert(Stop::Panicked(self.running.task, panic));
        self.note_halt();
        true
    }

    /// The number of a source line. Found by address first; a line that the compiler put down twice is still one place.
    #[inline]
    pub(crate) fn place(&mut self, at: &'static Location<'static>) -> PlaceId {
        let is_it = |(known, _): &(&'static Location<'static>, PlaceId)| std::ptr::eq(*known, at);
        if !self.places.get(self.last_place).is_some_and(is_it) {
            let Some(found) = self.places.iter().position(is_it) else { return self.new_place(at) };
            self.last_place = found;
        }
        self.places[self.last_place].1
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

    fn next_object(&mut self) -> ObjectId {
        let object = ObjectId(self.next.object);
        if object.0 >= ObjectId::MAX {
            self.hit(Limit::Objects);
        } else {
            self.next.object += 1;
        }
        object
    }

    pub(crate) fn make(&mut self, kind: ObjectKind, capacity: u32, from: ObjectId) -> ObjectId {
        let object = self.next_object();
        self.record(Event::Made { object, kind, capacity, from });
        object
    }

    pub(crate) fn open_scope(&mut self) -> ScopeId {
        let scope = ScopeId(self.next.scope);
        self.next.scope += 1;
        self.record(Event::ScopeOpened { scope });
        scope
    }

    /// Announces a task that is about to be spawned, so that its arguments can be handed over to it.
    pub(crate) fn announce(&mut self, scope: ScopeId, role: Role, at: &'static Location<'static>) -> TaskId {
        let task = TaskId(self.next.task);
        if task.0 >= TASK_MAX {
            self.hit(Limit::Objects);
        } else {
            self.next.task += 1;
        }
        let place = self.standing.map_or_else(|| self.place(at), |standing| standing.place);
        self.operations += OPERATIONS_PER_SPAWN - 1;
        self.operations_at_now += OPERATIONS_PER_SPAWN - 1;
        self.record(Event::Spawned { task, parent: self.running.task, scope, role, place });
        self.spawning.push((task, scope));
        task
    }

    /// The program of an announced task is called now: what it makes is the task's. Gives back what was before.
    pub(crate) fn begin_program(&mut self, task: Option<TaskId>) -> Option<TaskId> {
        std::mem::replace(&mut self.beginning, task)
    }

    /// Puts an announced task into a slot and into the ready queue.
    pub(crate) fn install(&mut self, task: TaskId, scope: ScopeId, made: NewTask) -> u32 {
        if self.tasks.alive() >= self.limits.tasks_alive_max as usize {
            self.hit(Limit::TasksAlive);
        }
        if self.tasks.alive().is_multiple_of(1024) && self.held_bytes() + heap::bytes() as u64 > self.limits.bytes_max {
            self.hit(Limit::Bytes);
        }
        let number = self.tasks.next_slot();
        let wakes = Arc::new(TaskWaker { slot: number, task });
        self.spawning.pop();
        let is_exposed = self.spawning_exposed.iter().position(|exposed| *exposed == task);
        let exposure = is_exposed.map_or(Exposure::None, |at| {
            self.spawning_exposed.remove(at);
            Exposure::Recorded
        });
        self.tasks.insert(Slot {
            future: Some(made.future),
            wakers: Arc::downgrade(&wakes),
            waker: Some(Waker::from(wakes)),
            task,
            scope,
            queue: Queue::In,
            exposure,
            abort: Abort::Spawner,
            bytes: u32::try_from(made.bytes).unwrap_or(u32::MAX),
            waits: OpenWaits::default(),
        });
        let maker = self.maker();
        self.fresh.push((number, task, maker));
        self.ready.push((number, task));
        number
    }

    /// Notes that the running task, and the one that gets something from it, share memory into which the trace does not see.
    pub(crate) fn expose(&mut self, to: Option<TaskId>) {
        if self.running.task == TaskId::ROOT {
            self.root_exposure = Exposure::Recorded;
        } else if self.running.exposure == Exposure::None {
            self.running.exposure = Exposure::Recorded;
            self.record(Event::Exposed { task: self.running.task });
        }
        if let Some(task) = to.filter(|task| *task != self.running.task && *task != TaskId::ROOT) {
            if !self.spawning_exposed.contains(&task) {
                self.record(Event::Exposed { task });
            }
            if self.spawning.iter().any(|(announced, _)| *announced == task) {
                self.spawning_exposed.push(task);
            }
        }
    }

    /// Notes that the running task uses a handle that it was never given. Tasks that share memory do; anybody else has
    /// found a way that the trace does not know, and then whatever anybody holds may be in anybody's hands.
    #[cold]
    pub(crate) fn note_untracked_use(&mut self) {
        let exposure = if self.running.task == TaskId::ROOT { self.root_exposure } else { self.running.exposure };
        let expected = exposure == Exposure::Recorded || self.aborting > 0;
        if !expected && self.everybody == Exposure::None {
            self.everybody = Exposure::Recorded;
            self.record(Event::Exposed { task: TaskId::ROOT });
        }
    }

    #[inline]
    pub(crate) fn wake(&mut self, slot: u32, task: TaskId) {
        let Some(room) = self.tasks.get(slot, task) else { return };
        if room.queue == Queue::In || self.stop.is_some() {
            return;
        }
        room.queue = Queue::In;
        if task == self.running.task && self.ready.yields_by_waking() {
            self.ready.push_last((slot, task));
        } else {
            self.ready.push((slot, task));
        }
        self.record_known(Event::Woken { task });
    }

    /// Whether a close makes the last waiter ready first.
    pub(crate) fn closes_backwards(&self) -> bool {
        self.ready.closes_backwards()
    }

    /// What to wake for a task that polls with this waker.
    #[inline]
    pub(crate) fn wake_of(&self, waker: &Waker) -> Wake {
        if waker.data() == self.running.waker {
            return Wake::Task { slot: self.running.slot, task: self.running.task };
        }
        Wake::Foreign(waker.clone())
    }

    /// Takes the next ready task out of its slot.
    #[inline]
    pub(crate) fn begin_poll(&mut self) -> Option<PolledTask> {
        if self.stop.is_some() {
            return None;
        }
        if self.polls_at_now >= self.limits.polls_per_instant_max {
            self.hit(Limit::PollsPerInstant);
            return None;
        }
        loop {
            let (number, task) = self.ready.pop()?;
            // A task that woke itself and returned, or was aborted, may still stand in the queue.
            let Some(slot) = self.tasks.get(number, task) else { continue };
            let (Some(future), Some(waker)) = (slot.future.take(), slot.waker.take()) else { continue };
            slot.queue = Queue::Out;
            let exposure = slot.exposure;
            self.running = Running { task, scope: slot.scope, slot: number, waker: waker.data(), exposure };
            self.operations = 0;
            self.operations_after_halt = 0;
            self.polls += 1;
            self.polls_at_now += 1;
            self.record_known(Event::Polled { task });
            return Some(PolledTask { task, slot: number, future, waker });
        }
    }

    /// Puts a task that is not finished back into its slot. Gives its future back when it is finished all the same, because
    /// it panicked or exited: the caller drops that, and then calls [`Core::finish`].
    #[inline]
    pub(crate) fn end_poll(&mut self, polled: PolledTask) -> Option<LocalFutureObj<'static, ()>> {
        if self.is_halted && self.raised.is_some() {
            return self.end_poll_raised(polled);
        }
        if !self.fresh.is_empty() {
            self.settle_spawned();
        }
        let slot = self.tasks.slot(polled.slot);
        slot.future = Some(polled.future);
        slot.waker = Some(polled.waker);
        slot.exposure = self.running.exposure;
        if slot.wakers.strong_count() > 1 {
            self.record(Event::WakerKept);
        }
        self.record_known(Event::Pending);
        self.running = Running::ROOT;
        None
    }

    #[cold]
    fn end_poll_raised(&mut self, polled: PolledTask) -> Option<LocalFutureObj<'static, ()>> {
        if self.end_raised() {
            // A program that panicked never goes on; what it leaves behind goes with the run.
            if let Some(slot) = self.tasks.get(polled.slot, self.running.task) {
                slot.future = Some(polled.future);
            }
            self.running = Running::ROOT;
            return None;
        }
        // It exited: what it deferred still runs, and counts.
        Some(polled.future)
    }

    /// Clears the slot of a task that returned; its future is dropped already, as the task's own last deed.
    pub(crate) fn finish(&mut self) {
        if self.end_raised() {
            self.running = Running::ROOT;
            return;
        }
        self.settle_spawned();
        self.vacate(self.running.slot);
        self.record(Event::Returned);
        self.running = Running::ROOT;
    }

    /// A panic of the task's own Rust code ends the run.
    pub(crate) fn finish_by_rust_panic(&mut self, text: String) {
        self.raised = None;
        self.note_halt();
        self.raise(Raised::Panic(Panic::Rust, text));
        self.end_raised();
        self.running = Running::ROOT;
    }

    fn vacate(&mut self, number: u32) {
        if let Abort::Recorded(object) | Abort::Shared(object) = self.tasks.vacate(number) {
            self.record(Event::Gone { object });
        }
    }

    /// A task that spawned another in this poll and still has it when the poll ends may abort it later.
    pub(crate) fn settle_spawned(&mut self) {
        while let Some((slot, task, maker)) = self.fresh.pop() {
            let kept = self.tasks.get(slot, task).is_some_and(|slot| slot.abort == Abort::Spawner);
            if kept {
                self.record_abortable(slot, task, maker);
            }
        }
    }

    fn record_abortable(&mut self, slot: u32, task: TaskId, by: TaskId) {
        let object = self.next_object();
        self.record(Event::Abortable { task, object });
        self.record(Event::Granted { task: by, object, right: Right::Send });
        if let Some(slot) = self.tasks.get(slot, task) {
            slot.abort = Abort::Recorded(object);
        }
    }

    /// The task that could abort another has forgotten it.
    pub(crate) fn forget_spawned(&mut self, number: u32, task: TaskId) {
        self.fresh.pop_if(|(slot, fresh, _)| (*slot, *fresh) == (number, task));
        let Some(slot) = self.tasks.get(number, task) else { return };
        if matches!(slot.abort, Abort::Shared(_)) {
            return;
        }
        if let Abort::Recorded(object) = std::mem::replace(&mut slot.abort, Abort::Nobody) {
            self.record(Event::Gone { object });
        }
    }

    /// More than one may abort this task.
    pub(crate) fn share_spawned(&mut self, number: u32, task: TaskId) {
        if let Some(slot) = self.tasks.get(number, task)
            && let Abort::Recorded(object) = slot.abort
        {
            slot.abort = Abort::Shared(object);
        }
    }

    /// The object that stands for the right to abort a task, so that this right can be handed on. None: it has
    /// finished, or several may already, and then the trace says so until it ends.
    pub(crate) fn abort_object(&mut self, number: u32, task: TaskId, by: TaskId) -> Option<ObjectId> {
        if self.tasks.get(number, task)?.abort == Abort::Spawner {
            self.record_abortable(number, task, by);
        }
        match self.tasks.get(number, task)?.abort {
            Abort::Recorded(object) => Some(object),
            Abort::Nobody | Abort::Spawner | Abort::Shared(_) => None,
        }
    }

    /// Takes a task that is not running out of the run. The caller drops the future outside of [`with`], and then calls
    /// [`Core::finish_abort`].
    pub(crate) fn abort(&mut self, number: u32, task: TaskId) -> Option<LocalFutureObj<'static, ()>> {
        let future = self.tasks.get(number, task)?.future.take()?;
        self.vacate(number);
        self.aborting += 1;
        Some(future)
    }

    /// Gives up what an aborted task held.
    pub(crate) fn finish_abort(&mut self, task: TaskId) {
        self.aborting -= 1;
        self.record(Event::Aborted { task });
    }

    /// Records that the running task begins to wait; says how its end will be recorded.
    #[inline]
    pub(crate) fn begin_wait(
        &mut self,
        at: &'static Location<'static>,
        reason: WaitReason,
        words: &[u32],
    ) -> (WaitHead, u32) {
        let cases = u16::try_from(words.len()).expect("a wait has at most 65,535 cases");
        let (place, reason) = Standing::or(self.standing, reason, || self.place(at));
        let head = WaitHead { place, reason, cases };
        let nth = self.tasks.get(self.running.slot, self.running.task).map_or(0, |slot| slot.waits.begin(head));
        self.record_known(Event::Waits { head, nth, cases: words });
        (head, nth)
    }

    /// Records that the running task's wait is over. The waits of an aborted task are not the running one's: they ended
    /// with it.
    #[inline]
    pub(crate) fn end_wait(&mut self, head: WaitHead, nth: u32) {
        if self.aborting > 0 {
            return;
        }
        if let Some(slot) = self.tasks.get(self.running.slot, self.running.task) {
            slot.waits.end(head, nth);
        }
        self.record_known(Event::WaitOver { head, nth });
    }

    /// Moves the clock, which happens only when nothing is ready.
    pub(crate) fn advance(&mut self, to: Instant) {
        let by_ns = to.since(self.now);
        debug_assert!(by_ns == 0 || self.ready.is_empty() || self.stop.is_some(), "the clock moves only at rest");
        if by_ns > 0 {
            self.record(Event::Advanced { by_ns });
            self.polls_at_now = 0;
            self.operations_at_now = 0;
            self.now = to;
        }
    }

    pub(crate) fn arm(&mut self, after_ns: u64, what: Due) -> TimerKey {
        self.timers.arm(self.now.after(after_ns), what)
    }

    /// How many bytes live tasks hold: their futures, what the engine keeps of them, and, while it is left, what primitives
    /// keep on the heap.
    pub(crate) fn held_bytes(&self) -> u64 {
        let lists = self.inputs.capacity() * size_of::<u32>()
            + self.fresh.capacity() * size_of::<(u32, TaskId, TaskId)>()
            + self.spawning.capacity() * size_of::<(TaskId, ScopeId)>()
            + self.spawning_exposed.capacity() * size_of::<TaskId>()
            + self.places.capacity() * size_of::<(&Location<'_>, PlaceId)>();
        let tables = self.ready.bytes() + self.timers.bytes() + self.listeners.bytes();
        self.tasks.held_bytes() + (size_of::<Core>() + lists + tables + self.heap_bytes) as u64
    }
}
