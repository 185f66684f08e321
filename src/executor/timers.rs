//! The virtual clock's agenda: what is due when.
//!
//! A timer that is dropped leaves the agenda at once, so the clock never moves to a moment that nobody waits for.

use std::collections::BTreeMap;
use std::task::Waker;

/// A moment of virtual time, in microseconds since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub u64);

/// What happens when a timer is due.
pub(crate) enum Due {
    /// A sleeping task is woken.
    Wake(Waker),
    /// A primitive is operated by the clock: a timer's channel gets its message, a context its deadline.
    Call(Box<dyn FnOnce()>),
}

/// A timer's place on the agenda. Timers due at the same instant fire in the order in which they were armed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerKey {
    due: Instant,
    number: u64,
}

#[derive(Default)]
pub(crate) struct Timers {
    agenda: BTreeMap<TimerKey, Due>,
    armed: u64,
}

impl Timers {
    pub(crate) fn arm(&mut self, due: Instant, what: Due) -> TimerKey {
        let key = TimerKey { due, number: self.armed };
        self.armed += 1;
        self.agenda.insert(key, what);
        key
    }

    pub(crate) fn disarm(&mut self, key: TimerKey) -> Option<Due> {
        self.agenda.remove(&key)
    }

    /// Renews who is woken by a sleep that is polled again.
    pub(crate) fn rewake(&mut self, key: TimerKey, waker: &Waker) {
        if let Some(Due::Wake(old)) = self.agenda.get_mut(&key) {
            old.clone_from(waker);
        }
    }

    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.agenda.first_key_value().map(|(key, _)| key.due)
    }

    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<Due> {
        let first = self.agenda.first_entry()?;
        (first.key().due <= now).then(|| first.remove())
    }

    pub(crate) fn len(&self) -> usize {
        self.agenda.len()
    }
}

impl Due {
    /// Does it. Called outside of the engine's inside, which waking enters.
    pub(crate) fn happen(self) {
        match self {
            Due::Wake(waker) => waker.wake(),
            Due::Call(call) => call(),
        }
    }
}
