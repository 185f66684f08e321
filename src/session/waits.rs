//! Where tasks wait: lines of files, as the trace names them, and how many tasks wait there.

use crate::text::Text;
use crate::trace::columns::{Place, Trace};
use crate::trace::event::{Role, TaskId};
use crate::verdict::ledger::Ledger;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The file, as the trace names it.
    pub file: Text,
    /// The line's number in it.
    pub line: u32,
}

impl Spot {
    /// Whether a place of the trace is on it.
    pub fn holds(&self, file: &str, line: u32) -> bool {
        self.line == line && self.file == file
    }
}

/// The line that a task waits on, if it waits.
#[inline(never)]
pub fn spot_of(ledger: &Ledger, trace: &Trace, task: TaskId) -> Option<Spot> {
    let Place { file, line, .. } = trace.place(ledger.task(task)?.waits().next()?.head.place);
    Some(Spot { file: file.clone(), line: *line })
}

/// How many tasks wait on a line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineWait {
    /// The file, as the trace names it.
    pub file: Text,
    /// Its number in the file.
    pub line: u32,
    /// All of them.
    pub alive: u32,
    /// Those that have leaked.
    pub leaked: u32,
    /// Those that were told to stop.
    pub stopping: u32,
}

/// How many tasks wait on each line, the tasks outside of requests left out.
pub fn by_line(ledger: &Ledger, trace: &Trace) -> Vec<LineWait> {
    let mut lines: Vec<LineWait> = Vec::new();
    for wait in ledger.waits().filter(|wait| wait.role != Role::Root) {
        let Place { file, line, .. } = trace.place(wait.place);
        let (alive, leaked, stopping) = (wait.alive, wait.leaked, wait.stopping);
        match lines.iter_mut().find(|known| known.line == *line && known.file == *file) {
            Some(known) => {
                known.alive += alive;
                known.leaked += leaked;
                known.stopping += stopping;
            }
            None => lines.push(LineWait { file: file.clone(), line: *line, alive, leaked, stopping }),
        }
    }
    lines
}
