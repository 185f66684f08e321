//! The line under the headline: what to look at now, by what the facts of this moment say.

use crate::session::snapshot::Snapshot;
use crate::text::lesson::{NowWords, SwitchWords};
use crate::text::{Plural, fill, number};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::Task;

/// When the switch was turned on during the run, and what has leaked since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwitchedOn {
    /// In milliseconds of virtual time.
    pub at_ms: u64,
    /// Leaks found until then, and until the last look.
    found_then: u32,
    found: u32,
    /// Those found since of tasks that had started before: nobody had told them to listen.
    started_before: u32,
}

impl SwitchedOn {
    /// The switch was turned on at this moment of the run. None at its very start: then nobody had started before.
    pub fn at(at_ms: u64, ledger: &Ledger) -> Option<SwitchedOn> {
        let is_later = |task: &Task| task.leaked_us().is_some_and(|leaked_us| leaked_us > at_ms * 1000);
        let is_earlier = |number: &u32| !ledger.leak(*number).and_then(|id| ledger.task(id)).is_some_and(is_later);
        let found = (0..ledger.leaks_found()).take_while(is_earlier).count() as u32;
        (at_ms > 0).then_some(SwitchedOn { at_ms, found_then: found, found, started_before: 0 })
    }

    /// Looks at what has leaked since the last look.
    pub fn look(&mut self, ledger: &Ledger) {
        let found = ledger.leaks_found();
        if found < self.found {
            // The run was taken back, maybe to before the switch was turned on.
            (self.found, self.started_before) = (self.found_then, 0);
        }
        for number in self.found..found {
            let task = ledger.leak(number).and_then(|id| ledger.task(id));
            self.started_before += u32::from(task.is_some_and(|task| task.spawned_us <= self.at_ms * 1000));
        }
        self.found = self.found.max(found);
    }

    /// How many leaked since that had started before, and how many that started afterwards.
    fn since(&self) -> [u32; 2] {
        [self.started_before, self.found.saturating_sub(self.found_then + self.started_before)]
    }
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
            match switched.since() {
                [0, 0] => fill(on.on_none, &[&since]),
                [before, 0] => of(on.on_before, before, &[&since]),
                [_, more] => of(on.on_since, more, &[&since]),
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
