//! What the article around a frame is told, and when.
//!
//! The protocol is specified in [`crate::link::message`]. A `state` is told after a render, from the very facts that were
//! rendered: so it says what the frame shows.

use crate::link::message::{Clock, Report, State};

/// Renders between two reports that nobody asked for.
const REPORT_RENDERS: u32 = 2;

/// What the article knows already.
pub struct Reporter {
    height_px: Option<u32>,
    last: Option<(u64, Clock)>,
    last_leaked: u64,
    /// Whether something was done that a `state` has to follow.
    is_state_due: bool,
    renders: u32,
}

impl Reporter {
    /// The article knows nothing yet, and is owed a `state`.
    pub fn new() -> Reporter {
        Reporter { height_px: None, last: None, last_leaked: 0, is_state_due: true, renders: 0 }
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

    /// The page was rendered.
    pub fn count_render(&mut self) {
        self.renders = self.renders.wrapping_add(1);
    }

    /// The state, and the news of a leak if there are more than before.
    pub fn report_state(&mut self, state: State) -> (Report, Option<Report>) {
        let State { leaked, time_ms, clock, .. } = state;
        self.is_state_due = false;
        self.last = Some((time_ms, clock));
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
