//! The line under the headline: what to look at now, by what the facts of this moment say.

use crate::session::snapshot::Snapshot;
use crate::text::lesson::{NowWords, SwitchWords};
use crate::text::{Plural, fill, number};

/// When the switch was turned on during the run, and how many had leaked then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwitchedOn {
    /// In milliseconds of virtual time.
    pub at_ms: u64,
    /// How many.
    pub leaked: u32,
}

/// What to look at now; `on` is what is said about the switch, and since when it is on, if it is.
pub fn line(snapshot: &Snapshot, on: Option<(&SwitchWords, Option<SwitchedOn>)>, say: &NowWords) -> String {
    let counts = &snapshot.counts;
    if let Some(ended) = &snapshot.ended {
        return ended.clone();
    }
    let of = |plural: Plural, count: u32, rest: &[&str]| plural.of(u64::from(count), rest);
    if counts.runaway > 0 {
        return of(say.runaways, counts.runaway, &[]);
    }
    if counts.leaked > 0 && counts.parents_leaked == counts.leaked {
        return of(say.parents, counts.leaked, &[]);
    }
    match on {
        Some((on, Some(switched))) => {
            let since = number::moment(switched.at_ms);
            match counts.leaked.saturating_sub(switched.leaked) {
                0 => fill(on.on_none, &[&since]),
                more => of(on.on_since, more, &[&since]),
            }
        }
        Some((on, None)) if counts.leaked > 0 => of(on.on_leaks, counts.leaked, &[]),
        Some((on, None)) if counts.heard > 0 => on.on_clean.to_owned(),
        Some((on, None)) => on.on_start.to_owned(),
        None if counts.leaked > 0 => of(say.leaks, counts.leaked, &[]),
        None if counts.stopping > 0 && counts.told > counts.stopping => of(say.late, counts.stopping, &[]),
        None if counts.stopping > 0 => of(say.told, counts.stopping, &[]),
        None if counts.spawned > 0 => say.open.to_owned(),
        None => say.start.to_owned(),
    }
}
