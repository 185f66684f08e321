//! The counts over virtual time as data for a plot: its samples, its scales, and the bands between its curves.

use crate::player::curve::{Sample, up_to};

/// What is drawn.
pub struct Plot {
    /// The samples up to the moment shown, oldest first, which is the last of them.
    pub samples: Vec<Sample>,
    /// The end of the axis of time, in milliseconds.
    pub span_ms: u64,
    /// When knobs were turned, in milliseconds.
    pub marks_ms: Vec<u64>,
    /// The end of the axis of counts.
    pub most: u64,
    /// The step of its scale.
    pub step: u64,
}

/// What lies between two curves. They are drawn in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// The topmost.
    Working,
    /// Those that were told to stop.
    Stopping,
    /// The lowest.
    Leaked,
}

impl Band {
    /// Every band.
    pub const ALL: [Band; 3] = [Band::Working, Band::Stopping, Band::Leaked];

    /// The counts between which it lies: upper and lower.
    pub fn counts(self, sample: &Sample) -> [u32; 2] {
        let below_working = sample.leaked + sample.stopping;
        match self {
            Band::Working => [sample.alive(), below_working],
            Band::Stopping => [below_working, sample.leaked],
            Band::Leaked => [sample.leaked, 0],
        }
    }
}

impl Plot {
    /// The plot of a run's samples up to `now`, which no sample may have met.
    pub fn of(samples: &[Sample], now: Sample, span_ms: u64, marks_ms: Vec<u64>) -> Plot {
        let most = samples.iter().fold(now.alive(), |most, sample| most.max(sample.alive()));
        let step = nice_step(u64::from(most));
        let most = (u64::from(most) / step + 1) * step;
        // A run on its way may be past the end of the timeline that it had.
        let span_ms = span_ms.max(now.at_us / 1000);
        Plot { samples: up_to(samples, now), span_ms, marks_ms, most, step }
    }
}

/// A step of 1, 2 or 5 times a power of ten with at most five of them up to `most`.
fn nice_step(most: u64) -> u64 {
    let (mut step, mut power) = (1, 1);
    loop {
        for factor in [2, 5, 10] {
            if most / step < 5 {
                return step;
            }
            step = power * factor;
        }
        power = step;
    }
}
