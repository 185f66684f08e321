//! The counts over virtual time as data for a plot: its samples, its scales, and the bands between its curves.

use std::rc::Rc;

use crate::player::curve::{Sample, up_to};

/// What is drawn.
pub struct Plot {
    /// The samples up to the moment shown, oldest first, which is the last of them.
    pub samples: Vec<Sample>,
    /// The end of the axis of time, in milliseconds.
    pub span_ms: u64,
    /// When knobs were turned, in milliseconds.
    pub marks_ms: Vec<u64>,
    /// When tasks were told to stop, in microseconds: ticks on the timeline.
    pub cancels_us: Vec<u64>,
    /// The end of the axis of counts.
    pub most: u64,
    /// The step of its scale.
    pub step: u64,
    /// The samples of another future that it is compared with, and where that leaves this one, in microseconds.
    pub ghost: Option<(Rc<Vec<Sample>>, u64)>,
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
        // A run on its way may be past the end of the timeline that it had.
        let span_ms = span_ms.max(now.at_us / 1000);
        let mut plot = Plot {
            samples: up_to(samples, now),
            span_ms,
            marks_ms,
            cancels_us: Vec::new(),
            most: 0,
            step: 1,
            ghost: None,
        };
        plot.scale(samples);
        plot.scale(&[now]);
        plot
    }

    /// Makes room for the counts of these samples.
    fn scale(&mut self, samples: &[Sample]) {
        let most = samples.iter().map(Sample::alive).max().map_or(0, u64::from);
        if most >= self.most {
            self.step = nice_step(most);
            self.most = (most / self.step + 1) * self.step;
        }
    }

    /// Draws another future as well, from the moment at which it leaves this one, in milliseconds.
    pub fn show_ghost(&mut self, curve: Rc<Vec<Sample>>, leaves_ms: u64) {
        self.scale(&curve);
        self.ghost = Some((curve, leaves_ms * 1_000));
    }

    /// A round step of the scale of time, in milliseconds, with at most so many of them to its end.
    pub fn time_step_ms(&self, steps_max: u64) -> u64 {
        let fits = |step_s: &u64| self.span_ms / (step_s * 1_000) <= steps_max.max(1);
        TIME_STEPS_S.into_iter().find(fits).unwrap_or(31_536_000) * 1_000
    }
}

/// Steps of a scale of time, in seconds: round to whoever reads a clock.
const TIME_STEPS_S: [u64; 22] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 172_800, 432_000,
    864_000, 2_592_000, 8_640_000,
];

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
