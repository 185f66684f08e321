//! A bound on everything: a run can grow, it cannot run away with the machine.

/// What a run may use. A bound that is hit stops the run and is an event of the trace
/// ([`crate::trace::event::Limit`] has the sentences).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Polls at one instant of virtual time. A program that needs more never lets the clock move.
    pub polls_per_instant_max: u64,
    /// Tasks alive at once.
    pub tasks_alive_max: u32,
    /// Events of the trace.
    pub events_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { polls_per_instant_max: 4_000_000, tasks_alive_max: 4_000_000, events_max: 2_000_000_000 }
    }
}
