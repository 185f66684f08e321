//! The line under the headline: what to look at now, by what the facts of this moment say.

use crate::link::KnobChange;
use crate::session::snapshot::Snapshot;
use crate::text::lesson::{NowWords, SwitchWords};
use crate::text::{Messages, Plural, fill, measure, number};
use crate::trace::event::Restart;
use crate::verdict::ledger::Ledger;
use crate::verdict::model::{LastRestart, Task};

/// When the switch was turned over last during the run, which way, and what has leaked since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// In milliseconds of virtual time.
    pub at_ms: u64,
    /// The switch's value since then.
    pub value: u32,
    /// Leaks found until then, and until the last look.
    found_then: u32,
    found: u32,
    /// Those found since of tasks that had started before: nobody had told them to listen.
    started_before: u32,
    /// How often the process had been started anew at the last look: each has its own leaks.
    restarts: u32,
}

impl Turn {
    /// The switch was turned at this moment of the run. None at its very start: then nobody had started before.
    pub fn at(KnobChange { at_ms, value, .. }: KnobChange, ledger: &Ledger) -> Option<Turn> {
        let is_later = |task: &Task| task.leaked_us().is_some_and(|leaked_us| leaked_us > at_ms * 1000);
        let is_earlier = |number: &u32| !ledger.leak(*number).and_then(|id| ledger.task(id)).is_some_and(is_later);
        let found = (0..ledger.leaks_found()).take_while(is_earlier).count() as u32;
        (at_ms > 0).then_some(Turn {
            at_ms,
            value,
            found_then: found,
            found,
            started_before: 0,
            restarts: restarts(ledger),
        })
    }

    /// Whether it was turned on.
    pub fn is_on(&self) -> bool {
        self.value == 1
    }

    /// Looks at what has leaked since the last look.
    pub fn look(&mut self, ledger: &Ledger) {
        let found = ledger.leaks_found();
        if restarts(ledger) > self.restarts {
            *self = Turn { found_then: 0, found: 0, started_before: 0, restarts: restarts(ledger), ..*self };
        }
        if found < self.found {
            // The run was taken back, maybe to before the switch was turned.
            (self.found, self.started_before) = (self.found_then, 0);
        }
        for number in self.found..found {
            let task = ledger.leak(number).and_then(|id| ledger.task(id));
            self.started_before += u32::from(task.is_some_and(|task| task.spawned_us <= self.at_ms * 1000));
        }
        self.found = self.found.max(found);
    }

    /// How many leaked since that started afterwards.
    pub fn started_since(&self) -> u32 {
        self.since()[1]
    }

    /// How many leaked since that had started before, and how many that started afterwards.
    fn since(&self) -> [u32; 2] {
        [self.started_before, self.found.saturating_sub(self.found_then + self.started_before)]
    }
}

fn restarts(ledger: &Ledger) -> u32 {
    let counts = ledger.counts();
    counts.deploys + counts.ooms
}

/// For how long it is said that the process was started anew, in milliseconds of the reader's time.
const RESTART_SAID_MS: u64 = 4_000;

/// That the process was started anew, as long as that is news at this speed.
pub fn restarted(snapshot: &Snapshot, speed_percent: u32, words: &Messages) -> Option<String> {
    let LastRestart { why, at_us, killed } = snapshot.restart?;
    let since_ms = snapshot.time_ms.saturating_sub(at_us / 1_000);
    if since_ms * 100 > RESTART_SAID_MS * u64::from(speed_percent) {
        return None;
    }
    let say = match why {
        Restart::Deploy => words.restarted.deploy,
        Restart::OutOfMemory => words.restarted.memory,
    };
    Some(say.of(u64::from(killed), &[&measure::duration(at_us / 1_000, words)]))
}

/// How the switch stands.
#[derive(Clone, Copy)]
pub enum Standing {
    /// On, since it was turned there if it was.
    On(Option<Turn>),
    /// Off, since it was turned there if it was.
    Off(Option<Turn>),
}

/// What to look at now; `switch` is what is said about the switch, if there is one, and how it stands.
pub fn line(snapshot: &Snapshot, switch: Option<(&SwitchWords, Standing)>, say: &NowWords) -> String {
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
    match switch {
        Some((on, Standing::On(Some(switched)))) => {
            let since = number::moment(switched.at_ms);
            match switched.since() {
                [0, 0] => fill(on.on_none, &[&since]),
                [before, 0] => of(on.on_before, before, &[&since]),
                [_, more] => of(on.on_since, more, &[&since]),
            }
        }
        Some((off, Standing::Off(Some(turn)))) if turn.since() == [0, 0] => {
            fill(off.off_none, &[&number::moment(turn.at_ms)])
        }
        Some((on, Standing::On(None))) if counts.leaked > 0 => of(on.on_leaks, counts.leaked, &[]),
        Some((on, Standing::On(None))) if counts.heard > 0 => on.on_clean.to_owned(),
        Some((on, Standing::On(None))) => on.on_start.to_owned(),
        _ if counts.leaked > 0 => of(say.leaks, counts.leaked, &[]),
        _ if counts.stopping > 0 && counts.told > counts.stopping => of(say.late, counts.stopping, &[]),
        _ if counts.stopping > 0 => of(say.told, counts.stopping, &[]),
        _ if counts.spawned > 0 => say.open.to_owned(),
        _ => say.start.to_owned(),
    }
}
