//! The way back: moments of a run that were kept, and how one is brought to any moment after it.
//!
//! A future cannot be copied, but what a page shows is folded from the trace. So of a run that goes on, the trace is kept and,
//! now and then, what had been folded from it. A past moment is the last one that was kept before it, and the events since
//! then: no task runs for it, and the run itself stays where it is.
//!
//! How much is kept is a [`WayBack`]. Beyond it the oldest moments are given up with their part of the trace, and whoever asks
//! for one of those has the run played again.
//!
//! Deliberately absent: the engine. To change something in the past is to run again up to there.

use crate::player::moment::{Back, Moment};
use crate::trace::columns::Trace;

/// How much of the past is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WayBack {
    /// Events between two kept moments, at least.
    pub events_min: u64,
    /// Bytes that a kept moment may cost for each event since the one before.
    pub moment_bytes_per_event: u64,
    /// A moment with more bytes than this is not kept: to copy it would take longer than a frame has.
    pub moment_bytes_max: u64,
    /// Bytes that all of it may take, the trace included.
    pub bytes_max: u64,
}

impl WayBack {
    /// What a page keeps: about 22 bytes an event, and a million events of them.
    pub const PAGE: WayBack =
        WayBack { events_min: 16 * 1024, moment_bytes_per_event: 16, moment_bytes_max: 4 << 20, bytes_max: 24 << 20 };
}

/// The moments that are kept, oldest first.
pub(super) struct Past {
    way_back: WayBack,
    kept: Vec<Moment>,
    bytes: u64,
    /// Up to how many events nothing has to be looked at.
    next_look: u64,
}

impl Past {
    /// Of a run that is here, before its first event.
    pub(super) fn new(way_back: WayBack, first: Moment) -> Past {
        Past { way_back, bytes: first.bytes(), kept: vec![first], next_look: 0 }
    }

    /// Bytes that the moments take.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Keeps the moment that the run has come to, if it is time for one, and gives up what is too much.
    pub(super) fn follow(&mut self, now: &Moment, trace: &mut Trace) {
        if now.position() < self.next_look {
            return;
        }
        self.next_look = now.position() + self.way_back.events_min / 8;
        let since = self.kept.last().map_or(u64::MAX, |last| now.position() - last.position());
        let WayBack { events_min, moment_bytes_per_event, moment_bytes_max, .. } = self.way_back;
        let bytes = now.bytes();
        if since >= events_min.max(bytes / moment_bytes_per_event) && bytes <= moment_bytes_max {
            self.kept.push(now.clone());
            self.bytes += bytes;
        }
        self.trim(now, trace);
    }

    fn trim(&mut self, now: &Moment, trace: &mut Trace) {
        if self.bytes + trace.bytes_kept() <= self.way_back.bytes_max && !self.kept.is_empty() {
            return;
        }
        let first = self.kept.first().map_or(0, Moment::position);
        let events_kept = (now.position() - first).max(1);
        let is_too_much = |bytes: u64, moment: &Moment| {
            let trace_bytes = trace.bytes_kept() * (now.position() - moment.position()) / events_kept;
            bytes + trace_bytes > self.way_back.bytes_max / 4 * 3
        };
        let mut given_up = 0;
        while let Some(moment) = self.kept.get(given_up).filter(|moment| is_too_much(self.bytes, moment)) {
            self.bytes -= moment.bytes();
            given_up += 1;
        }
        self.kept.drain(..given_up);
        trace.release_before(self.kept.first().unwrap_or(now).ledger.reader());
    }

    /// The last kept moment that is not after this one.
    pub(super) fn before(&self, target_us: u64) -> Option<&Moment> {
        self.kept[..self.kept.partition_point(|moment| moment.now_us <= target_us)].last()
    }

    /// A moment one step before the one with so many events before it; none where the way back does not reach.
    pub(super) fn back_from(&self, trace: &Trace, from: u64, back: (Back<'_>, Option<u64>)) -> Option<Moment> {
        let end = self.kept.partition_point(|moment| moment.position() < from);
        let found = self.kept[..end].iter().rev();
        let (kept, position) =
            found.filter_map(|kept| Some((kept, kept.position_before(trace, from, back)?))).next()?;
        let mut moment = kept.clone();
        moment.fold_to_position(trace, position);
        moment.judge_if_over(trace);
        Some(moment)
    }
}
