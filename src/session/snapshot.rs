//! What the page says about one moment at rest: counts, where tasks wait, the table, the selected task.
//!
//! Everything here is copied out of the ledger a few times a second, so that a render never meets a run that is under way.

use crate::session::inspect::{Inspected, inspect};
use crate::session::playback::Playback;
use crate::session::selection::Selection;
use crate::session::tasks::{self, Row};
use crate::text::{Messages, fill};
use crate::trace::columns::Trace;
use crate::trace::event::Role;
use crate::verdict::ledger::{Counts, Ledger};

/// What one leaked goroutine takes from the system (TRUTH.md, section 2).
pub const GOROUTINE_BYTES: u64 = 2_800;

/// One moment at rest.
#[derive(Clone, Default)]
pub struct Snapshot {
    /// When, in milliseconds of virtual time.
    pub time_ms: u64,
    /// How many tasks there are of each kind.
    pub counts: Counts,
    /// The value of each knob.
    pub values: Vec<u32>,
    /// Bytes that the run holds on this machine.
    pub held_bytes: u64,
    /// Where tasks wait, by the line.
    pub waits: Vec<LineWait>,
    /// The rows of the table.
    pub rows: Vec<Row>,
    /// How many tasks are not in the table.
    pub rows_left: u64,
    /// The selected task.
    pub selected: Option<Inspected>,
    /// Why the run has ended, if it has.
    pub ended: Option<String>,
}

/// How many tasks wait on a line of the program that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineWait {
    /// Its number in the file that is compiled.
    pub line: u32,
    /// All of them.
    pub alive: u32,
    /// Those that have leaked.
    pub leaked: u32,
    /// Those that were told to stop.
    pub stopping: u32,
}

impl Snapshot {
    /// Copies what is shown out of a run at rest.
    pub fn of(
        playback: &Playback,
        time_ms: u64,
        selection: &Selection,
        before: &Snapshot,
        words: &'static Messages,
    ) -> Snapshot {
        let player = playback.player();
        let ledger = player.ledger();
        let trace = player.trace();
        let counts = ledger.counts();
        let (rows, rows_left) = tasks::rows(ledger, trace, selection.filter, words);
        Snapshot {
            time_ms,
            counts,
            values: player.knobs().to_vec(),
            held_bytes: player.held_bytes(),
            waits: waits_by_line(ledger, trace),
            rows,
            rows_left,
            selected: selection.task.map(|task| inspect(ledger, trace, task, before.selected.as_ref(), words)),
            ended: ended(ledger, words),
        }
    }

    /// What the tasks that are alive would hold as goroutines.
    pub fn goroutine_bytes(&self) -> u64 {
        u64::from(self.counts.alive) * GOROUTINE_BYTES
    }
}

fn ended(ledger: &Ledger, words: &Messages) -> Option<String> {
    if let Some((_, panic)) = ledger.panic() {
        return Some(fill(words.panicked, &[panic.as_str()]));
    }
    ledger.limit().map(|limit| words.limits[limit as usize].to_owned())
}

fn waits_by_line(ledger: &Ledger, trace: &Trace) -> Vec<LineWait> {
    let mut lines: Vec<LineWait> = Vec::new();
    for wait in ledger.waits().filter(|wait| wait.role != Role::Root) {
        let line = trace.place(wait.place).line;
        let (alive, leaked, stopping) = (wait.alive, wait.leaked, wait.stopping);
        match lines.iter_mut().find(|known| known.line == line) {
            Some(known) => {
                known.alive += alive;
                known.leaked += leaked;
                known.stopping += stopping;
            }
            None => lines.push(LineWait { line, alive, leaked, stopping }),
        }
    }
    lines
}
