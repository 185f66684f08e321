//! The counts over time, on a grid of virtual time. There are at most [`SAMPLES_MAX`] samples, so the grid widens as a run
//! grows.

use crate::verdict::model::Counts;

/// The most samples that are kept: at this many every second one is dropped, and the distance between them doubles.
pub const SAMPLES_MAX: usize = 1_024;
/// The first grid, in microseconds of virtual time.
const GRID_US_FIRST: u64 = 50_000;

/// The counts at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When, in microseconds of virtual time.
    pub at_us: u64,
    /// Tasks that are not finished and whose scope is open.
    pub working: u32,
    /// Tasks whose scope is over and that are neither finished nor proven to be leaked.
    pub stopping: u32,
    /// Tasks that are proven to be leaked.
    pub leaked: u32,
    /// Tasks that have returned.
    pub finished: u32,
    /// Children that were ever told to stop.
    pub told: u32,
}

/// The samples before `now`, and `now` itself, which need not lie on their grid.
pub fn up_to(samples: &[Sample], now: Sample) -> Vec<Sample> {
    let before = samples.iter().take_while(|sample| sample.at_us < now.at_us).count();
    let mut shown = samples[..before].to_vec();
    shown.push(now);
    shown
}

impl Sample {
    /// The counts as a sample.
    pub fn of(counts: &Counts, at_us: u64) -> Sample {
        let Counts { working, stopping, leaked, finished, children_told: told, .. } = *counts;
        Sample { at_us, working, stopping, leaked, finished, told }
    }

    /// How many tasks are not finished.
    pub fn alive(&self) -> u32 {
        self.working + self.stopping + self.leaked
    }
}

/// The samples of a run.
#[derive(Clone, Debug)]
pub struct Curve {
    samples: Vec<Sample>,
    grid_us: u64,
}

impl Default for Curve {
    fn default() -> Self {
        Curve { samples: Vec::new(), grid_us: GRID_US_FIRST }
    }
}

impl Curve {
    /// The samples, oldest first, evenly spaced from time 0.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// The distance between two samples in microseconds of virtual time.
    pub fn grid_us(&self) -> u64 {
        self.grid_us
    }

    /// Heap bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.samples.capacity() * size_of::<Sample>()
    }

    /// The moment of the next sample.
    pub(crate) fn next_us(&self) -> u64 {
        self.samples.len() as u64 * self.grid_us
    }

    /// Adds the sample at [`Curve::next_us`].
    pub(crate) fn record(&mut self, counts: &Counts) {
        let at_us = self.next_us();
        self.samples.push(Sample::of(counts, at_us));
        if self.samples.len() >= SAMPLES_MAX {
            let mut index = 0;
            self.samples.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.grid_us *= 2;
        }
    }
}
