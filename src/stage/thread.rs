//! What the stage knows of the one thread: who runs and who is ready, the polls that are being shown, how many they are, and the
//! task of the last step.
//!
//! Deliberately absent: how the lane is drawn (`lane`).

use crate::stage::meter::Meter;
use crate::stage::replay::Replay;
use crate::stage::scene::LaneTask;
use crate::verdict::recent::Poll;

/// How the lane shows the thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LaneMode {
    /// The clock runs: the polls made since the frame before are shown one after the other.
    Replay,
    /// The clock rests: who runs and who is ready at this very moment, and nothing else.
    #[default]
    Moment,
}

/// What the last step did to a task, until the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// It ran.
    Ran,
    /// Something happened to it, and it did not run.
    Affected,
}

/// The task of the last step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SteppedTask {
    /// Which one, and what is known of it.
    pub task: Poll,
    /// What the step did.
    pub touch: Touch,
}

/// The thread, as far as the stage shows it.
#[derive(Debug, Default)]
pub(crate) struct Thread {
    pub(crate) mode: LaneMode,
    pub(crate) running: Option<LaneTask>,
    /// The head of the ready queue.
    pub(crate) ready: Vec<LaneTask>,
    pub(crate) replay: Replay,
    pub(crate) meter: Meter,
    pub(crate) stepped: Option<SteppedTask>,
    /// Room that is used again in each frame.
    pub(crate) polls: Vec<Poll>,
}

impl Thread {
    /// Another run, or an earlier moment of this one.
    pub(crate) fn reset(&mut self) {
        *self = Thread { mode: self.mode, ..Thread::default() };
    }
}
