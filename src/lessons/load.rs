//! What the lessons' programs share: when requests come, which of their calls hang, and how long work takes.
//!
//! Deliberately absent: any program, and any knob's number; a lesson says which of its knobs is meant.

use futures::future::{self, Either};

use crate::executor::context::{now, rng};
use crate::executor::input;
use crate::executor::rng::{Rng, Stream};
use crate::executor::spawn::go;
use crate::sync::time::{Duration, sleep};

/// The knobs of a load, by their numbers.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Requests a minute.
    pub traffic: usize,
    /// How many requests arrive in all; 0: no end.
    pub requests: usize,
}

impl Load {
    /// Starts the load generator, which is the root's only task. `begin` opens a request, which has draws of its own.
    pub fn start(self, begin: fn(Rng)) {
        go(async move || self.arrivals(begin).await, ());
    }

    /// Lets requests arrive by a seeded Poisson process, at a rate that a reader may change while it runs. The first one
    /// comes at time 0.
    ///
    /// The gap between two arrivals is an exponential draw of *work*, and the traffic is the rate at which it is worked off.
    /// So a change of the traffic in between keeps the draw, and the process is Poisson at each rate.
    async fn arrivals(self, begin: fn(Rng)) {
        let mut draws = rng(Stream::Arrivals);
        let mut number = 0;
        let limit = input::value(self.requests);
        while input::value(self.traffic) == 0 && !input::is_draining() {
            input::changed().await;
        }
        while !input::is_draining() {
            begin(rng(Stream::Program(u64::from(number))));
            number += 1;
            if limit > 0 && number >= limit {
                return;
            }
            self.next_arrival(&mut draws).await;
        }
    }

    /// Waits until one exponential draw is worked off.
    async fn next_arrival(self, draws: &mut Rng) {
        // In units of 2⁻²⁰ mean intervals, times one minute: dividing by requests a minute gives microseconds.
        let mut left = draws.exponential_q20() * MINUTE_US;
        while left > 0 && !input::is_draining() {
            let traffic = input::value(self.traffic);
            if traffic == 0 {
                input::changed().await;
                continue;
            }
            let per_us = u64::from(traffic) << 20;
            let wait_us = left.div_ceil(per_us);
            let began = now();
            let nap = sleep(Duration::from_micros(wait_us));
            match future::select(nap, input::changed()).await {
                Either::Left(_) => return,
                Either::Right(_) => {
                    let waited_us = now().since(began) / 1_000;
                    left = left.saturating_sub(waited_us.saturating_mul(per_us));
                }
            }
        }
    }
}

/// One minute in microseconds.
const MINUTE_US: u64 = 60_000_000;

/// Which calls of a request hang: so many per cent of them.
///
/// By systematic sampling there is one draw for the request, and then a call at every fixed distance. So ten per cent of ten
/// workers is exactly one of them in each request, not one on average. Drawn one by one it is what happens to calls in life:
/// most requests are whole, and some lose more than one worker.
#[derive(Clone, Debug)]
pub struct Hangs {
    percent: u32,
    is_drawn: bool,
    level: u32,
}

impl Hangs {
    /// So many per cent; drawn one by one, or evenly spread.
    pub fn new(draws: &mut Rng, percent: u32, is_drawn: bool) -> Hangs {
        Hangs { percent, is_drawn, level: draws.below(100) }
    }

    /// Whether the next call hangs.
    pub fn next(&mut self, draws: &mut Rng) -> bool {
        if self.is_drawn {
            return draws.below(100) < self.percent;
        }
        self.level += self.percent;
        let hangs = self.level >= 100;
        self.level %= 100;
        hangs
    }
}

/// How long one worker works, in microseconds: `work_ms` on average, of which `jitter` per cent are drawn.
///
/// That part is drawn from an exponential distribution, so that most are quicker than the average and a few take several
/// times as long. Without jitter nothing is drawn, and a run is what it was before there was any.
pub fn work_us(draws: &mut Rng, work_ms: u32, jitter: u32) -> u64 {
    let work_us = u64::from(work_ms) * 1_000;
    let jitter = u64::from(jitter);
    if jitter == 0 {
        return work_us;
    }
    let drawn_us = (work_us * jitter / 100 * draws.exponential_q20()) >> 20;
    work_us * (100 - jitter) / 100 + drawn_us
}
