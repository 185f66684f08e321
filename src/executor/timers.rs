//! The virtual clock's agenda: what is due when.
//!
//! A timer that is dropped leaves the agenda at once, so the clock never moves to a moment that nobody waits for.
//!
//! The agenda is a binary heap whose entries know where they are. An ordered map would do as well, and its code is eight
//! times as long.

use std::time::Duration;

use crate::executor::wake::Wake;

/// A moment of virtual time. Go's clock counts nanoseconds, and so does this one: it ends after 584 years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    ns: u64,
}

impl Instant {
    /// The beginning of a run.
    pub const START: Instant = Instant { ns: 0 };

    /// So many nanoseconds after the run began.
    pub const fn from_nanos(ns: u64) -> Instant {
        Instant { ns }
    }

    /// So many microseconds after the run began.
    pub const fn from_micros(us: u64) -> Instant {
        Instant { ns: us.saturating_mul(1_000) }
    }

    /// So many seconds after the run began.
    pub const fn from_secs(seconds: u64) -> Instant {
        Instant { ns: seconds.saturating_mul(1_000_000_000) }
    }

    /// Nanoseconds since the run began.
    pub const fn as_nanos(self) -> u64 {
        self.ns
    }

    /// Whole microseconds since the run began, rounded down.
    pub const fn as_micros(self) -> u64 {
        self.ns / 1_000
    }

    /// The moment so many nanoseconds later, at most the last one.
    pub const fn after(self, ns: u64) -> Instant {
        Instant { ns: self.ns.saturating_add(ns) }
    }

    /// Nanoseconds from an earlier moment to this one; 0 when it is not earlier.
    pub const fn since(self, earlier: Instant) -> u64 {
        self.ns.saturating_sub(earlier.ns)
    }
}

/// The nanoseconds of a duration, at most as many as the clock can count.
pub fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// What happens when a timer is due.
pub(crate) enum Due {
    /// A sleeping task is woken.
    Wake(Wake),
    /// A primitive is operated by the clock: a timer's channel gets its message, a context its deadline.
    Call(Box<dyn FnOnce()>),
}

impl Due {
    fn bytes(&self) -> usize {
        match self {
            Due::Wake(_) => 0,
            Due::Call(call) => size_of_val(&**call),
        }
    }
}

/// Which timer: its number, and the row that says where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    number: u64,
    row: u32,
}

/// An armed timer. Timers due at the same instant fire in the order in which they were armed.
#[derive(Clone, Copy)]
struct Armed {
    due: Instant,
    key: TimerKey,
}

impl Armed {
    fn is_before(&self, other: &Armed) -> bool {
        self.order() < other.order()
    }

    /// Its time, then its number, as one value.
    fn order(&self) -> u128 {
        u128::from(self.due.ns) << 64 | u128::from(self.key.number)
    }
}

/// What is kept of a timer where it never moves.
struct Row {
    /// Its index in the agenda.
    at: u32,
    /// What happens when it is due; none when it is gone.
    what: Option<Due>,
}

#[derive(Default)]
pub(crate) struct Timers {
    /// A heap: who stands at `n` fires before those at `2n + 1` and `2n + 2`. Only what orders it moves about.
    agenda: Vec<Armed>,
    /// By a key's row. Of a timer that is gone the row is used again, its number is not.
    rows: Vec<Row>,
    free: Vec<u32>,
    armed: u64,
    /// How large the closures of all armed timers are.
    calls_bytes: usize,
}

impl Timers {
    pub(crate) fn arm(&mut self, due: Instant, what: Due) -> TimerKey {
        self.calls_bytes += what.bytes();
        let row = self.free.pop().unwrap_or_else(|| {
            self.rows.push(Row { at: 0, what: None });
            self.rows.len() as u32 - 1
        });
        self.rows[row as usize].what = Some(what);
        let armed = Armed { due, key: TimerKey { number: self.armed, row } };
        self.armed += 1;
        self.agenda.push(armed);
        self.settle(self.agenda.len() - 1, armed);
        armed.key
    }

    pub(crate) fn disarm(&mut self, key: TimerKey) -> Option<Due> {
        self.find(key).and_then(|at| self.remove(at))
    }

    /// Sets which task is woken by a sleep that is polled again.
    pub(crate) fn set_wake(&mut self, key: TimerKey, wake: Wake) {
        if self.find(key).is_some() {
            let before = self.rows[key.row as usize].what.replace(Due::Wake(wake));
            self.calls_bytes -= before.map_or(0, |due| due.bytes());
        }
    }

    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.agenda.first().map(|first| first.due)
    }

    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<Due> {
        if self.next_due()? <= now { self.remove(0) } else { None }
    }

    pub(crate) fn len(&self) -> usize {
        self.agenda.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        let agenda = self.agenda.capacity() * size_of::<Armed>();
        agenda + self.rows.capacity() * size_of::<Row>() + 4 * self.free.capacity() + self.calls_bytes
    }

    fn find(&self, key: TimerKey) -> Option<usize> {
        let at = self.rows[key.row as usize].at as usize;
        self.agenda.get(at).is_some_and(|armed| armed.key == key).then_some(at)
    }

    fn remove(&mut self, at: usize) -> Option<Due> {
        let row = self.agenda[at].key.row;
        let last = self.agenda.pop()?;
        if at < self.agenda.len() {
            self.settle(at, last);
        }
        self.free.push(row);
        let what = self.rows[row as usize].what.take()?;
        self.calls_bytes -= what.bytes();
        Some(what)
    }

    /// Finds the place for a timer, where nobody stands at `at`: those that fire sooner than others move up, and from the
    /// end that is left free it moves up itself. It came from the end, and seldom gets far from there.
    fn settle(&mut self, mut at: usize, armed: Armed) {
        while let Some(left) = self.agenda.get(2 * at + 1) {
            let (mut first, mut below) = (*left, 2 * at + 1);
            if let Some(right) = self.agenda.get(below + 1)
                && right.is_before(&first)
            {
                (first, below) = (*right, below + 1);
            }
            self.put(at, first);
            at = below;
        }
        while at > 0 {
            let above = self.agenda[(at - 1) / 2];
            if above.is_before(&armed) {
                break;
            }
            self.put(at, above);
            at = (at - 1) / 2;
        }
        self.put(at, armed);
    }

    fn put(&mut self, at: usize, armed: Armed) {
        self.agenda[at] = armed;
        self.rows[armed.key.row as usize].at = at as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executor::rng::{Rng, Stream};

    fn nothing() -> Due {
        Due::Call(Box::new(|| ()))
    }

    #[test]
    fn the_agenda_is_in_order_of_time_then_of_arming_whoever_leaves_it() {
        let mut random = Rng::new(7, Stream::Order);
        let mut timers = Timers::default();
        let mut expected: Vec<(Instant, TimerKey)> = Vec::new();
        let mut most = 0;
        for _ in 0..3000 {
            match random.below(3) {
                0 if !expected.is_empty() => {
                    let (_, key) = expected.remove(random.below(expected.len() as u32) as usize);
                    assert!(timers.disarm(key).is_some() && timers.disarm(key).is_none());
                }
                1 if !expected.is_empty() => {
                    expected.sort_by_key(|(due, key)| (*due, key.number));
                    let (due, key) = expected.remove(0);
                    assert_eq!((timers.next_due(), timers.agenda[0].key), (Some(due), key));
                    assert!(timers.pop_due(Instant::from_nanos(due.as_nanos() - 1)).is_none());
                    assert!(timers.pop_due(due).is_some());
                }
                _ => {
                    let due = Instant::from_nanos(u64::from(random.below(50)) + 1);
                    expected.push((due, timers.arm(due, nothing())));
                }
            }
            assert_eq!(timers.len(), expected.len());
            most = most.max(expected.len());
        }
        assert_eq!(timers.rows.len(), most, "rows are used again");
    }
}
