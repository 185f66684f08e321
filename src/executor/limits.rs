//! A bound on everything: a run can grow, it cannot run away with the machine.
//!
//! | bound | default | what it stops | the sentence |
//! |---|---|---|---|
//! | [`Limits::polls_per_instant_max`] | 4 000 000 | tasks that wake each other for ever | [`Limit::PollsPerInstant`]: too many polls at one instant: the clock could not move any more |
//! | [`Limits::operations_per_instant_max`] | 8 000 000 | a task that goes on without waiting | [`Limit::OperationsPerInstant`]: too many operations at one instant: a task goes on and never waits |
//! | [`Limits::tasks_alive_max`] | 4 000 000 | a leak that nobody stops | [`Limit::TasksAlive`]: too many tasks alive at once |
//! | [`Limits::bytes_max`] | 2 147 483 648 (2 GiB) | the same, with large futures | [`Limit::Bytes`]: the tasks take as much memory as there is for them |
//! | [`Limits::events_max`] | 2 000 000 000 | a run that goes on for days | [`Limit::Events`]: the run recorded as many events as fit |
//! | [`ObjectId::MAX`] | 2 147 483 647 | ids | [`Limit::Objects`]: the run made as many channels and contexts as fit |
//! | `u16::MAX` | 65 535 | source lines | [`Limit::Places`]: more source lines than the trace can name |
//! | `CASES_MAX` | 65 535 | cases of one select | none: the select panics |
//! | [`OPERATIONS_PER_POLL`] | 10 000 | nothing: the task gives way ([`Event::Preempted`]) | none |
//!
//! A bound that is hit stops the run, is an event of the trace, and [`Limit::as_str`] says it in a sentence.
//!
//! What comes to a page by its link or from the article around it is bounded, too. The sentences are fields of
//! `crate::text::messages::LinkText`, in every language:
//!
//! | of a page | at most | what it stops | the sentence |
//! |---|---|---|---|
//! | inputs of a run: `link::INPUTS_MAX` | 1 000 | a run that no link can open | `inputs_full`, to the reader and to the article |
//! | bytes of a query: `link::BYTES_MAX` | 65 536 | a link or a message without end | `too_long` |
//! | settings of a message: `message::SETTINGS_MAX` | 64 | the same | `too_many` |
//! | parts of one message that are named: `message::COMPLAINTS_MAX` | 8 | answers without end | `more` |
//! | parts that are named between two ticks: `reporter::REJECTIONS_MAX` | 64 | a flood of wrong messages | `more` |
//! | commands that wait for a seek: `waiting::WAITING_MAX` | 64 | a queue without end | `waiting_full`, once |
//! | complaints that the page shows: `complaint::SHOWN_MAX` | 8 | a page full of them | `more` |
//! | renders that messages cause between two ticks: `update::MESSAGE_RENDERS_MAX` | 8 | a page that only renders | none: the next tick renders |
//!
//! [`Event::Preempted`]: crate::trace::event::Event::Preempted
//! [`Limit::as_str`]: crate::trace::event::Limit::as_str
//! [`Limit::Bytes`]: crate::trace::event::Limit::Bytes
//! [`Limit::Events`]: crate::trace::event::Limit::Events
//! [`Limit::Objects`]: crate::trace::event::Limit::Objects
//! [`Limit::OperationsPerInstant`]: crate::trace::event::Limit::OperationsPerInstant
//! [`Limit::Places`]: crate::trace::event::Limit::Places
//! [`Limit::PollsPerInstant`]: crate::trace::event::Limit::PollsPerInstant
//! [`Limit::TasksAlive`]: crate::trace::event::Limit::TasksAlive
//! [`ObjectId::MAX`]: crate::trace::event::ObjectId::MAX

/// Operations (sends, receives, locks, spawns, …) that a task does in one poll before it gives way to others.
pub const OPERATIONS_PER_POLL: u64 = 10_000;

/// How many operations a spawn counts for: it takes memory, too.
pub(crate) const OPERATIONS_PER_SPAWN: u64 = 4;

/// What a run may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Polls at one instant of virtual time. A program that needs more never lets the clock move.
    pub polls_per_instant_max: u64,
    /// Operations at one instant of virtual time.
    pub operations_per_instant_max: u64,
    /// Tasks alive at once.
    pub tasks_alive_max: u32,
    /// Bytes of the tasks' futures, of what primitives keep for them, and of the engine's tables.
    pub bytes_max: u64,
    /// Events of the trace.
    pub events_max: u64,
}

impl Limits {
    /// What a run gets when nothing else is said: see the table of the module.
    pub const DEFAULT: Limits = Limits {
        polls_per_instant_max: 4_000_000,
        operations_per_instant_max: 8_000_000,
        tasks_alive_max: 4_000_000,
        bytes_max: 2 << 30,
        events_max: 2_000_000_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Limits::DEFAULT
    }
}
