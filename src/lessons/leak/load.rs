//! The load: requests arrive by a seeded Poisson process, at a rate that a reader may change while it runs.

use futures::future::{self, Either};

use crate::executor::context::{now, rng};
use crate::executor::input;
use crate::executor::rng::{Rng, Stream};
use crate::executor::spawn::{go, request};
use crate::lessons::leak::behaviour::Request;
use crate::lessons::leak::knob;
use crate::lessons::leak::program;
use crate::sync::time::{Duration, sleep};

/// Starts the load generator, which is the root's only task.
pub fn start() {
    go(arrivals, ());
}

/// One minute in microseconds.
const MINUTE_US: u64 = 60_000_000;

/// Lets requests arrive. The first one comes at time 0.
///
/// The gap between two arrivals is an exponential draw of *work*, and the traffic is the rate at which it is worked off.
/// So a change of the traffic in between keeps the draw, and the process is Poisson at each rate.
async fn arrivals() {
    let mut draws = rng(Stream::Arrivals);
    let mut number = 0;
    let limit = input::value(knob::REQUESTS);
    while input::value(knob::TRAFFIC) == 0 && !input::is_draining() {
        input::changed().await;
    }
    while !input::is_draining() {
        let request_draws = rng(Stream::Program(u64::from(number)));
        request(program::parent, (Request::new(request_draws),));
        number += 1;
        if limit > 0 && number >= limit {
            return;
        }
        next_arrival(&mut draws).await;
    }
}

/// Waits until one exponential draw is worked off.
async fn next_arrival(draws: &mut Rng) {
    // In units of 2⁻²⁰ mean intervals, times one minute: dividing by requests a minute gives microseconds.
    let mut left = draws.exponential_q20() * MINUTE_US;
    while left > 0 && !input::is_draining() {
        let traffic = input::value(knob::TRAFFIC);
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
