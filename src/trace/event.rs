//! The facts a run can consist of, and the ids that name its parts.
//!
//! Ids are handed out in order from 0 and never reused, so that a reader of the trace can number tasks, scopes and
//! objects by counting. Task 0 is the *root*: the world outside of every request (the load generator lives there).

/// One task: a future that was spawned. Number 0 is the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u32);

/// One scope: a request, with every task that it spawned directly or through its tasks. Number 0 is the root's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub u32);

/// One thing that tasks can wait on. Number 0 is the outside world ([`ObjectId::OUTSIDE`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub u32);

/// One line of some source on which tasks are spawned or wait, by its number in [`Trace::places`].
///
/// [`Trace::places`]: crate::trace::columns::Trace::places
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(pub u16);

impl TaskId {
    /// The world outside of every request.
    pub const ROOT: TaskId = TaskId(0);
}

impl ScopeId {
    /// The root's own scope, which is never over.
    pub const ROOT: ScopeId = ScopeId(0);
}

impl ObjectId {
    /// The world outside of the program. A wait for [`Right::Send`] on it is a call that never returns; a wait for
    /// [`Right::Receive`] is for the reader's next input. A right that is stored in it is at large: somebody has it, and
    /// the trace cannot say who.
    pub const OUTSIDE: ObjectId = ObjectId(0);
    /// The largest id that fits beside a right in one word; a run that makes more stops at a limit.
    pub const MAX: u32 = (1 << 31) - 1;
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ObjectKind {
    /// A channel.
    Channel,
    /// The channel of a timer or ticker: the clock holds its sending end while it is armed.
    Timer,
    /// A context's `Done` channel.
    Context,
    /// A `sync.WaitGroup`.
    WaitGroup,
    /// A `sync.Mutex`.
    Mutex,
    /// A `sync.RWMutex`.
    RwMutex,
    /// A `sync.Cond`.
    Cond,
    /// The right to abort a task.
    Task,
}

impl ObjectKind {
    const ALL: [ObjectKind; 8] = [
        ObjectKind::Channel,
        ObjectKind::Timer,
        ObjectKind::Context,
        ObjectKind::WaitGroup,
        ObjectKind::Mutex,
        ObjectKind::RwMutex,
        ObjectKind::Cond,
        ObjectKind::Task,
    ];

    pub(crate) fn from_word(word: u32) -> ObjectKind {
        Self::ALL[word as usize]
    }
}

/// What a handle lets its holder do to an object, as far as it can end somebody's wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Right {
    /// Send on a channel or close it; cancel a context; reset a timer; call `Done`; unlock; signal; abort a task.
    /// A task that *receives* (or waits for a `Done`, a lock, a signal) can be freed by a holder of this. So can one
    /// that *sends*, since a close ends that wait too, with a panic.
    Send,
    /// Receive from a channel. A task that *sends* can be freed by a holder of this.
    Receive,
}

/// Why a task waits, spelled as Go spells it (the `waitReasonStrings` of Go's runtime).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum WaitReason {
    /// `<-ch`
    ChanReceive,
    /// `ch <- v`
    ChanSend,
    /// `<-ch` where `ch` is nil
    ChanReceiveNil,
    /// `ch <- v` where `ch` is nil
    ChanSendNil,
    /// `select` with at least one case
    Select,
    /// `select {}`
    SelectNoCases,
    /// `wg.Wait()`
    WaitGroupWait,
    /// `mu.Lock()`
    MutexLock,
    /// `rw.Lock()`
    RwMutexLock,
    /// `rw.RLock()`
    RwMutexRLock,
    /// `cond.Wait()`
    CondWait,
    /// `time.Sleep(d)`
    Sleep,
}

impl WaitReason {
    /// Every reason, in the order of its numbers.
    pub const ALL: [WaitReason; 12] = [
        WaitReason::ChanReceive,
        WaitReason::ChanSend,
        WaitReason::ChanReceiveNil,
        WaitReason::ChanSendNil,
        WaitReason::Select,
        WaitReason::SelectNoCases,
        WaitReason::WaitGroupWait,
        WaitReason::MutexLock,
        WaitReason::RwMutexLock,
        WaitReason::RwMutexRLock,
        WaitReason::CondWait,
        WaitReason::Sleep,
    ];

    /// The reason as a goroutine dump prints it.
    pub const fn as_str(self) -> &'static str {
        match self {
            WaitReason::ChanReceive => "chan receive",
            WaitReason::ChanSend => "chan send",
            WaitReason::ChanReceiveNil => "chan receive (nil chan)",
            WaitReason::ChanSendNil => "chan send (nil chan)",
            WaitReason::Select => "select",
            WaitReason::SelectNoCases => "select (no cases)",
            WaitReason::WaitGroupWait => "sync.WaitGroup.Wait",
            WaitReason::MutexLock => "sync.Mutex.Lock",
            WaitReason::RwMutexLock => "sync.RWMutex.Lock",
            WaitReason::RwMutexRLock => "sync.RWMutex.RLock",
            WaitReason::CondWait => "sync.Cond.Wait",
            WaitReason::Sleep => "sleep",
        }
    }
}

/// A run-time panic or fatal error of Go's. It ends the whole program, as in Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Panic {
    /// A send on a closed channel.
    SendOnClosed,
    /// A second `close`.
    CloseOfClosed,
    /// `close(nil)`
    CloseOfNil,
    /// `wg.Done()` more often than `wg.Add`.
    NegativeWaitGroup,
    /// `mu.Unlock()` of a mutex nobody holds.
    UnlockOfUnlocked,
    /// `rw.Unlock()` of an RWMutex no writer holds.
    RwUnlockOfUnlocked,
    /// `rw.RUnlock()` of an RWMutex no reader holds.
    RUnlockOfUnlocked,
    /// `time.NewTicker` with a period that is not positive.
    TickerPeriod,
    /// A task's own Rust code panicked. What it said is in [`Trace::panic_text`].
    ///
    /// [`Trace::panic_text`]: crate::trace::columns::Trace::panic_text
    Rust,
    /// `panic(v)` with a text of the program's own, which is in [`Trace::panic_text`].
    ///
    /// [`Trace::panic_text`]: crate::trace::columns::Trace::panic_text
    Value,
    /// `t.Reset` of a ticker with a period that is not positive.
    TickerReset,
    /// `wg.Add` between the moment at which `wg.Wait` was answered and its return.
    WaitGroupReused,
    /// `sem.Release` of more than is held.
    SemaphoreReleased,
    /// `group.SetLimit` while tasks of the group run.
    GroupLimit,
}

impl Panic {
    const ALL: [Panic; 14] = [
        Panic::SendOnClosed,
        Panic::CloseOfClosed,
        Panic::CloseOfNil,
        Panic::NegativeWaitGroup,
        Panic::UnlockOfUnlocked,
        Panic::RwUnlockOfUnlocked,
        Panic::RUnlockOfUnlocked,
        Panic::TickerPeriod,
        Panic::Rust,
        Panic::Value,
        Panic::TickerReset,
        Panic::WaitGroupReused,
        Panic::SemaphoreReleased,
        Panic::GroupLimit,
    ];

    pub(crate) fn from_word(word: u32) -> Panic {
        Self::ALL[word as usize]
    }

    /// Whether `recover` stops it: Go's fatal errors, and a bug in a task's own code, end the program whatever is deferred.
    pub const fn is_recoverable(self) -> bool {
        !matches!(self, Panic::UnlockOfUnlocked | Panic::RwUnlockOfUnlocked | Panic::RUnlockOfUnlocked | Panic::Rust)
    }

    /// The first line that Go prints.
    pub const fn as_str(self) -> &'static str {
        match self {
            Panic::SendOnClosed => "panic: send on closed channel",
            Panic::CloseOfClosed => "panic: close of closed channel",
            Panic::CloseOfNil => "panic: close of nil channel",
            Panic::NegativeWaitGroup => "panic: sync: negative WaitGroup counter",
            Panic::UnlockOfUnlocked => "fatal error: sync: unlock of unlocked mutex",
            Panic::RwUnlockOfUnlocked => "fatal error: sync: Unlock of unlocked RWMutex",
            Panic::RUnlockOfUnlocked => "fatal error: sync: RUnlock of unlocked RWMutex",
            Panic::TickerPeriod => "panic: non-positive interval for NewTicker",
            Panic::Rust => "a task's own code panicked",
            Panic::Value => "panic",
            Panic::TickerReset => "panic: non-positive interval for Ticker.Reset",
            Panic::WaitGroupReused => "panic: sync: WaitGroup is reused before previous Wait has returned",
            Panic::SemaphoreReleased => "panic: semaphore: released more than held",
            // Go says how many, which the trace does not know.
            Panic::GroupLimit => "panic: errgroup: modify limit while goroutines in the group are still active",
        }
    }
}

/// A bound of the engine that was hit. The run stops there, and says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Limit {
    /// More polls at one instant of virtual time than allowed: the clock could never move again.
    PollsPerInstant,
    /// More tasks alive than allowed.
    TasksAlive,
    /// More events than allowed.
    Events,
    /// More objects made than an id can name.
    Objects,
    /// More different source lines than an id can name.
    Places,
    /// More operations at one instant of virtual time than allowed: the tasks go on and on without waiting.
    OperationsPerInstant,
    /// More memory for the tasks than allowed.
    Bytes,
}

impl Limit {
    const ALL: [Limit; 7] = [
        Limit::PollsPerInstant,
        Limit::TasksAlive,
        Limit::Events,
        Limit::Objects,
        Limit::Places,
        Limit::OperationsPerInstant,
        Limit::Bytes,
    ];

    pub(crate) fn from_word(word: u32) -> Limit {
        Self::ALL[word as usize]
    }

    /// What happened, for a person.
    pub const fn as_str(self) -> &'static str {
        match self {
            Limit::PollsPerInstant => "too many polls at one instant: the clock could not move any more",
            Limit::TasksAlive => "too many tasks alive at once",
            Limit::Events => "the run recorded as many events as fit",
            Limit::Objects => "the run made as many channels and contexts as fit",
            Limit::Places => "more source lines than the trace can name",
            Limit::OperationsPerInstant => "too many operations at one instant: a task goes on and never waits",
            Limit::Bytes => "the tasks take as much memory as there is for them",
        }
    }
}

/// Which part a task plays in its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// The load generator and whatever else stands outside of every request.
    Root,
    /// The task that a scope was opened for.
    Parent,
    /// A task that a task of a scope spawned.
    Child,
}

impl Role {
    /// `root`, `parent` or `child`, as the command line prints it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Root => "root",
            Role::Parent => "parent",
            Role::Child => "child",
        }
    }

    pub(crate) fn from_word(word: u32) -> Role {
        [Role::Root, Role::Parent, Role::Child][word as usize]
    }
}

/// The head of a wait: where, why, and how many words of detail follow it.
///
/// A task may have several waits at once (a join of futures), also with the same head: each event carries the number that
/// tells those apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WaitHead {
    /// The source line of the call that waits.
    pub place: PlaceId,
    /// Why, in Go's words.
    pub reason: WaitReason,
    /// How many words follow: cases, or for a sleep its length (see [`sleep_ns`]).
    pub cases: u16,
}

impl WaitHead {
    /// The head in one word; of the number of cases the lowest eight bits.
    pub(crate) fn to_word(self) -> u32 {
        u32::from(self.place.0) << 16 | (self.reason as u32) << 8 | u32::from(self.cases & 0xff)
    }

    pub(crate) fn from_word(word: u32) -> WaitHead {
        WaitHead {
            place: PlaceId((word >> 16) as u16),
            reason: WaitReason::ALL[(word >> 8 & 0xff) as usize],
            cases: (word & 0xff) as u16,
        }
    }
}

/// The words of a sleep: its length in microseconds, or in two words of nanoseconds where that does not fit.
pub fn sleep_words(length_ns: u64) -> ([u32; 2], usize) {
    match whole_us(length_ns) {
        Some(us) => ([us, 0], 1),
        None => ([length_ns as u32, (length_ns >> 32) as u32], 2),
    }
}

/// The length of a sleep in nanoseconds, from the words that [`sleep_words`] made.
pub fn sleep_ns(words: &[u32]) -> u64 {
    match words {
        [us] => u64::from(*us) * 1_000,
        [low, high, ..] => u64::from(*high) << 32 | u64::from(*low),
        [] => 0,
    }
}

/// Nanoseconds as microseconds, where nothing is lost by it: most durations of a program are such, and take one word.
pub(crate) fn whole_us(ns: u64) -> Option<u32> {
    if ns.is_multiple_of(1_000) { u32::try_from(ns / 1_000).ok() } else { None }
}

/// One thing that a task waits for: that somebody uses `freed_by` on `object`.
///
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WaitCase(pub u32);

impl WaitCase {
    /// Waits until somebody uses `freed_by` on `object`.
    pub fn new(object: ObjectId, freed_by: Right) -> WaitCase {
        WaitCase(object.0 << 1 | freed_by as u32)
    }

    /// What is waited on.
    pub fn object(self) -> ObjectId {
        ObjectId(self.0 >> 1)
    }

    /// What somebody else must do to it.
    pub fn freed_by(self) -> Right {
        if self.0 & 1 == 0 { Right::Send } else { Right::Receive }
    }
}

/// What one parked goroutine takes from the system, in bytes (docs/definitions.md): the measure of a process's memory.
pub const GOROUTINE_BYTES: u64 = 2_800;

/// Why a process was started anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Restart {
    /// A new version was put into service.
    Deploy,
    /// Its memory was full, and it was killed.
    OutOfMemory,
}

impl Restart {
    pub(crate) fn from_word(word: u32) -> Restart {
        if word == Restart::Deploy as u32 { Restart::Deploy } else { Restart::OutOfMemory }
    }
}

/// One fact. "The running task" is the one of the last [`Event::Polled`] that has not ended yet, or the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'t> {
    /// The virtual clock moved forward.
    Advanced {
        /// By how many nanoseconds.
        by_ns: u64,
    },
    /// The running task opened a scope.
    ScopeOpened {
        /// Its id: the next one.
        scope: ScopeId,
    },
    /// The engine closed a scope from outside (the drain test): nobody will answer its calls any more.
    ScopeClosed {
        /// Which one.
        scope: ScopeId,
    },
    /// The running task spawned a task, which enters the ready queue.
    Spawned {
        /// Its id: the next one.
        task: TaskId,
        /// The task that spawned it: the running one.
        parent: TaskId,
        /// The scope it belongs to.
        scope: ScopeId,
        /// Its part in that scope.
        role: Role,
        /// The line of the call that spawned it.
        place: PlaceId,
    },
    /// A waiting task was woken and entered the ready queue, by the running task or, outside of any poll, by the clock.
    Woken {
        /// The task that was woken.
        task: TaskId,
    },
    /// A task left the ready queue; its poll begins.
    Polled {
        /// Whose poll.
        task: TaskId,
    },
    /// The poll of the running task ended, and it is not finished.
    Pending,
    /// The running task went on for so long without waiting that it had to give way. It stands in the ready queue again.
    Preempted,
    /// Somebody whom the trace does not know keeps the running task's waker: it can be woken by other means than the waits
    /// that are recorded. Holds until its next poll.
    WakerKept,
    /// The poll of the running task ended, and it has returned.
    Returned,
    /// The running task panicked, which ends the program.
    Panicked {
        /// What Go prints.
        panic: Panic,
    },
    /// The running task panicked and recovered: the program goes on.
    Recovered {
        /// What it recovered from.
        panic: Panic,
    },
    /// What the running task does next depends on nothing but these words, what it waits for, what it holds, and the state
    /// of the objects that it looks at. Holds until its next poll. The program says so of itself; of a task that says
    /// nothing it is not known, and so it is never proven that it goes on for ever.
    State {
        /// Ids of objects at which the task looks without waiting for them.
        looks: &'t [u32],
        /// Its own state: counters, and whatever else it remembers.
        words: &'t [u32],
    },
    /// This task shares memory with others, into which the trace does not see: whatever it holds, now or later, may be in
    /// anybody's hands. For the root: so may whatever anybody holds.
    Exposed {
        /// Which one.
        task: TaskId,
    },
    /// Every holder of [`Right::Send`] on `object` may abort this task.
    Abortable {
        /// Which task.
        task: TaskId,
        /// The object that stands for it: the next one, of kind [`ObjectKind::Task`].
        object: ObjectId,
    },
    /// The program says which context is a request's: when it is cancelled, the request's tasks are told to stop.
    ScopeContext {
        /// Which request.
        scope: ScopeId,
        /// Its context.
        object: ObjectId,
    },
    /// A task was dropped before it had returned.
    Aborted {
        /// Which one.
        task: TaskId,
    },
    /// Work that a task had begun was dropped before it was whole: what it had done stays, half done.
    HalfDone {
        /// Whose work.
        task: TaskId,
    },
    /// The running task began to wait.
    Waits {
        /// Where and why.
        head: WaitHead,
        /// Tells waits of one task with the same head apart: a number that no other of them has.
        nth: u32,
        /// For what: any of these [`WaitCase`]s ends it; for a sleep its length ([`sleep_ns`]).
        cases: &'t [u32],
    },
    /// The running task's wait with this head and number is over: it was answered, or given up.
    WaitOver {
        /// Which wait.
        head: WaitHead,
        /// Which of those with this head.
        nth: u32,
    },
    /// The running task made an object. Of a timer it holds [`Right::Send`] from then on.
    Made {
        /// Its id: the next one.
        object: ObjectId,
        /// What it is.
        kind: ObjectKind,
        /// A channel's capacity in messages; 0 for everything else.
        capacity: u32,
        /// For a context: the context it was derived from ([`ObjectId::OUTSIDE`] for a first one).
        from: ObjectId,
    },
    /// From now on a task holds a right on an object.
    Granted {
        /// The task.
        task: TaskId,
        /// On what.
        object: ObjectId,
        /// To do what.
        right: Right,
    },
    /// A task gave up one grant of a right on an object.
    Revoked {
        /// The task.
        task: TaskId,
        /// On what.
        object: ObjectId,
        /// To do what.
        right: Right,
    },
    /// A message in a channel, or of a sender that waits there, carries a right: it is whose who receives it. With
    /// [`ObjectId::OUTSIDE`] for the channel the right is at large.
    Stored {
        /// The channel.
        channel: ObjectId,
        /// On what.
        object: ObjectId,
        /// To do what.
        right: Right,
    },
    /// A right that was stored is not there any more: it was received, or went with its message.
    Unstored {
        /// The channel.
        channel: ObjectId,
        /// On what.
        object: ObjectId,
        /// To do what.
        right: Right,
    },
    /// Nothing in the program names this object any more; whatever right on it was not revoked is gone with it.
    Gone {
        /// Which one.
        object: ObjectId,
    },
    /// The clock will operate this object: a timer is armed.
    Armed {
        /// The timer's or context's object.
        object: ObjectId,
        /// In how many nanoseconds.
        in_ns: u64,
    },
    /// The clock will not operate this object any more: its timer fired or was stopped.
    Disarmed {
        /// The timer's or context's object.
        object: ObjectId,
    },
    /// How many messages a channel holds now (a wait group's counter, a lock's holders).
    Level {
        /// Which object.
        object: ObjectId,
        /// How many.
        level: u32,
    },
    /// A channel was closed.
    Closed {
        /// Which one.
        object: ObjectId,
    },
    /// A context was cancelled: every task that holds it is *told to stop*.
    Cancelled {
        /// Which one.
        object: ObjectId,
    },
    /// The running task saw that its context is cancelled: it *heard it*.
    Heard,
    /// A `select` had several ready cases and drew one by the seed.
    Drew,
    /// An input from outside of the run arrived: knob number `knob` was set.
    Input {
        /// The knob's number in its lesson.
        knob: u16,
        /// Its new value.
        value: u32,
    },
    /// The process ended and was started anew: every task, request and object of it is gone, and the root begins again.
    Restarted {
        /// Why.
        why: Restart,
    },
    /// A bound was hit; the run stops here.
    LimitHit {
        /// Which one.
        limit: Limit,
    },
}

impl Event<'_> {
    /// The name of a kind of event, in lower case.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Event::Advanced { .. } => "advanced",
            Event::ScopeOpened { .. } => "scope-opened",
            Event::ScopeClosed { .. } => "scope-closed",
            Event::Spawned { .. } => "spawned",
            Event::Woken { .. } => "woken",
            Event::Polled { .. } => "polled",
            Event::Pending => "pending",
            Event::Returned => "returned",
            Event::Panicked { .. } => "panicked",
            Event::Aborted { .. } => "aborted",
            Event::Waits { .. } => "waits",
            Event::WaitOver { .. } => "wait-over",
            Event::Made { .. } => "made",
            Event::Granted { .. } => "granted",
            Event::Revoked { .. } => "revoked",
            Event::Armed { .. } => "armed",
            Event::Disarmed { .. } => "disarmed",
            Event::Level { .. } => "level",
            Event::Closed { .. } => "closed",
            Event::Cancelled { .. } => "cancelled",
            Event::Heard => "heard",
            Event::Drew => "drew",
            Event::Input { .. } => "input",
            Event::LimitHit { .. } => "limit-hit",
            Event::Restarted { .. } => "restarted",
            Event::Preempted => "preempted",
            Event::WakerKept => "waker-kept",
            Event::Recovered { .. } => "recovered",
            Event::State { .. } => "state",
            Event::Exposed { .. } => "exposed",
            Event::Abortable { .. } => "abortable",
            Event::ScopeContext { .. } => "scope-context",
            Event::Stored { .. } => "stored",
            Event::Unstored { .. } => "unstored",
            Event::Gone { .. } => "gone",
            Event::HalfDone { .. } => "half-done",
        }
    }
}
