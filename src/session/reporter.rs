//! What the article around a frame is told, and when.
//!
//! The protocol is specified in [`crate::link::message`]. A `state` is told after a render, from the very facts that were
//! rendered: so it says what the frame shows. While a seek is under way a state is told when it is asked for, and a few times
//! a second once the seek is shown to be; another one follows when the run has arrived. Between two ticks no more than
//! [`REJECTIONS_MAX`] parts of messages are named: of the rest it is said how many there were.

use crate::link::message::{Clock, Report, State};

/// Renders between two reports that nobody asked for.
const REPORT_RENDERS: u32 = 2;
/// Parts of messages that are named between two ticks.
pub const REJECTIONS_MAX: u32 = 64;

/// What the article knows already.
pub struct Reporter {
    height_px: Option<u32>,
    last: Option<(u64, Clock)>,
    last_leaked: u64,
    /// Whether something was done that a `state` has to follow.
    is_state_due: bool,
    /// Whether it was asked for, and so cannot wait until the run has arrived.
    is_state_asked: bool,
    renders: u32,
    rejections: u32,
    /// What was left out and is not named.
    unsaid: u64,
}

impl Reporter {
    /// The article knows nothing yet, and is owed a `state`.
    pub fn new() -> Reporter {
        Reporter {
            height_px: None,
            last: None,
            last_leaked: 0,
            is_state_due: true,
            is_state_asked: false,
            renders: 0,
            rejections: 0,
            unsaid: 0,
        }
    }

    /// One more part of a message was left out; whether it is named.
    pub fn may_reject(&mut self) -> bool {
        let may = self.rejections < REJECTIONS_MAX;
        self.rejections += u32::from(may);
        self.unsaid += u64::from(!may);
        may
    }

    /// A tick passes; how many parts were left out since the last one and are not named, if there are any.
    pub fn take_unsaid(&mut self) -> Option<u64> {
        self.rejections = 0;
        Some(std::mem::take(&mut self.unsaid)).filter(|unsaid| *unsaid > 0)
    }

    /// Whether nothing is left that the next tick has to say.
    pub fn is_settled(&self) -> bool {
        self.unsaid == 0
    }

    /// Whether a state has to be told that can be, while a seek is under way or not.
    pub fn owes(&self, is_seeking: bool) -> bool {
        if is_seeking { self.is_state_asked } else { self.is_state_due }
    }

    /// A `state` will follow at once.
    pub fn ask_state(&mut self) {
        self.is_state_asked = true;
        self.is_state_due = true;
    }

    /// A `state` will follow, once the run rests at what was asked for.
    pub fn request_state(&mut self) {
        self.is_state_due = true;
    }

    /// The first report, and one for each change by more than a pixel.
    pub fn height(&mut self, height_px: u32) -> Option<Report> {
        let report = match self.height_px {
            None => Report::Ready { height_px },
            Some(last_px) if last_px.abs_diff(height_px) > 1 => Report::Height { height_px },
            Some(_) => return None,
        };
        self.height_px = Some(height_px);
        Some(report)
    }

    /// Whether a `state` is due, now that the page shows this moment.
    pub fn is_due(&self, time_ms: u64, clock: Clock) -> bool {
        let is_other = self.last.is_none_or(|(_, last)| last != clock);
        let is_news = self.last.is_none_or(|(last_ms, _)| last_ms != time_ms);
        let is_time = is_news && clock == Clock::Running && self.renders.is_multiple_of(REPORT_RENDERS);
        self.is_state_due || is_other || is_time
    }

    /// Whether a `state` is due while a seek is under way, or shown to be.
    pub fn is_progress_due(&self, time_ms: u64, is_shown: bool) -> bool {
        let is_news = self.last.is_none_or(|(last_ms, _)| last_ms != time_ms);
        self.is_state_asked || is_shown && is_news && self.renders.is_multiple_of(REPORT_RENDERS)
    }

    /// The page was rendered.
    pub fn count_render(&mut self) {
        self.renders = self.renders.wrapping_add(1);
    }

    /// The state, and the news of a leak if there are more than before.
    pub fn report_state(&mut self, state: State) -> (Report, Option<Report>) {
        let State { leaked, time_ms, clock, .. } = state;
        self.is_state_asked = false;
        self.is_state_due = state.seeking_ms.is_some();
        self.last = Some((time_ms, clock));
        if self.is_state_due {
            return (Report::State(state), None);
        }
        let leak = (leaked > self.last_leaked).then_some(Report::Leak { leaked, time_ms });
        self.last_leaked = leaked;
        (Report::State(state), leak)
    }
}

impl Default for Reporter {
    fn default() -> Reporter {
        Reporter::new()
    }
}
