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
    /// Input from outside of the program: a reply of another machine, a reader's flip of a switch.
    pub const OUTSIDE: ObjectId = ObjectId(0);
    /// The largest id that fits beside a right in one word; a run that makes more stops at a limit.
    pub const MAX: u32 = (1 << 28) - 1;
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
}

impl ObjectKind {
    const ALL: [ObjectKind; 7] = [
        ObjectKind::Channel,
        ObjectKind::Timer,
        ObjectKind::Context,
        ObjectKind::WaitGroup,
        ObjectKind::Mutex,
        ObjectKind::RwMutex,
        ObjectKind::Cond,
    ];

    pub(crate) fn from_word(word: u32) -> ObjectKind {
        Self::ALL[word as usize]
    }
}

/// What a handle lets its holder do to an object, as far as it can end somebody's wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Right {
    /// Send on a channel or close it; cancel a context; call `Done`; unlock; signal.
    /// Whoever *receives* (or waits for a `Done`, a lock, a signal) can be freed by a holder of this.
    Send,
    /// Receive from a channel. Whoever *sends* can be freed by a holder of this.
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
    const ALL: [Panic; 12] = [
        Panic::SendOnClosed,
        Panic::CloseOfClosed,
        Panic::CloseOfNil,
        Panic::NegativeWaitGroup,
        Panic::UnlockOfUnlocked,
        Panic::RwUnlockOfUnlocked,
        Panic::RUnlockOfUnlocked,
        Panic::TickerPeriod,
        Panic::TickerReset,
        Panic::WaitGroupReused,
        Panic::SemaphoreReleased,
        Panic::GroupLimit,
    ];

    pub(crate) fn from_word(word: u32) -> Panic {
        Self::ALL[word as usize]
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
}

impl Limit {
    const ALL: [Limit; 5] = [Limit::PollsPerInstant, Limit::TasksAlive, Limit::Events, Limit::Objects, Limit::Places];

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
/// A task may have several waits at once (a join of two futures), at most one for each head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WaitHead {
    /// The source line of the call that waits.
    pub place: PlaceId,
    /// Why, in Go's words.
    pub reason: WaitReason,
    /// How many cases follow.
    pub cases: u8,
}

impl WaitHead {
    pub(crate) fn to_word(self) -> u32 {
        u32::from(self.place.0) << 16 | (self.reason as u32) << 8 | u32::from(self.cases)
    }

    pub(crate) fn from_word(word: u32) -> WaitHead {
        WaitHead {
            place: PlaceId((word >> 16) as u16),
            reason: WaitReason::ALL[(word >> 8 & 0xff) as usize],
            cases: (word & 0xff) as u8,
        }
    }
}

/// One thing that a task waits for: that somebody uses `freed_by` on `object`.
///
/// For [`WaitReason::Sleep`] there is one case, whose word is no object but the program's own progress (steps left),
/// so that two states that look alike and are not can be told apart; see [`crate::verdict`] on runaways.
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

/// One fact. "The running task" is the one of the last [`Event::Polled`] that has not ended yet, or the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'t> {
    /// The virtual clock moved forward. Units: microseconds.
    Advanced {
        /// By how much.
        by_us: u32,
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
        /// Who spawned it: the running task.
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
        /// Who was woken.
        task: TaskId,
    },
    /// A task left the ready queue; its poll begins.
    Polled {
        /// Whose poll.
        task: TaskId,
    },
    /// The poll of the running task ended, and it is not finished.
    Pending,
    /// The poll of the running task ended, and it has returned.
    Returned,
    /// The running task panicked, which ends the program.
    Panicked {
        /// What Go prints.
        panic: Panic,
    },
    /// A task was dropped before it had returned.
    Aborted {
        /// Which one.
        task: TaskId,
    },
    /// The running task began to wait.
    Waits {
        /// Where and why.
        head: WaitHead,
        /// For what: any of these ends it.
        cases: &'t [u32],
    },
    /// The running task's wait with this head is over: it was answered, or given up.
    WaitOver {
        /// Which wait.
        head: WaitHead,
    },
    /// The running task made an object.
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
        /// Who.
        task: TaskId,
        /// On what.
        object: ObjectId,
        /// To do what.
        right: Right,
    },
    /// A task gave up one grant of a right on an object.
    Revoked {
        /// Who.
        task: TaskId,
        /// On what.
        object: ObjectId,
        /// To do what.
        right: Right,
    },
    /// The clock will operate this object: a timer is armed.
    Armed {
        /// The timer's or context's object.
        object: ObjectId,
        /// In how many microseconds.
        in_us: u32,
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
    /// A context was cancelled: everyone who holds it is *asked to stop*.
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
    /// A bound was hit; the run stops here.
    LimitHit {
        /// Which one.
        limit: Limit,
    },
}
