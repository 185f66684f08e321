//! What the page says about one moment at rest: counts, where tasks wait, the table, the selected task.
//!
//! Everything here is copied out of the ledger a few times a second, so that a render never meets a run that is under way.

use crate::session::inspect::{Inspected, inspect};
use crate::session::listing::Listing;
use crate::session::playback::Playback;
use crate::session::selection::Selection;
use crate::session::tasks::{self, Row};
use crate::session::waits::{self, LineWait};
use crate::text::{Messages, fill};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::{Counts, LastRestart};

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
    /// When the process was last started anew.
    pub restart: Option<LastRestart>,
    /// Why the run has ended, if it has.
    pub ended: Option<String>,
}

impl Snapshot {
    /// Copies what is shown out of a run at rest.
    pub fn of(
        playback: &Playback,
        time_ms: u64,
        selection: &Selection,
        listing: &Listing,
        before: &Snapshot,
        words: &'static Messages,
    ) -> Snapshot {
        let player = playback.player();
        let ledger = player.ledger();
        let trace = player.trace();
        let counts = ledger.counts();
        let words_of_tasks = &player.spec().lesson.words(words.language).tasks;
        let waits = waits::by_line(ledger, trace);
        let lines = listing.numbers(player.knobs(), &waits);
        let said = (words, words_of_tasks);
        let (rows, rows_left) = tasks::rows(ledger, trace, selection.filter, &lines, said);
        let inspected = |task| inspect(ledger, trace, task, before.selected.as_ref(), &lines, said);
        Snapshot {
            time_ms,
            counts,
            values: player.knobs().to_vec(),
            held_bytes: player.held_bytes(),
            waits,
            rows,
            rows_left,
            selected: selection.task.map(inspected),
            restart: ledger.last_restart(),
            ended: ended(ledger, words),
        }
    }
}

fn ended(ledger: &Ledger, words: &Messages) -> Option<String> {
    if let Some((_, panic)) = ledger.panic() {
        return Some(fill(words.panicked, &[panic.as_str()]));
    }
    ledger.limit().map(|limit| words.limits[limit as usize].to_owned())
}
