//! How a server's process lives: a deploy starts it anew, and so does whoever kills it when its memory is full. That is how
//! a leak is met in real life.
//!
//! Everything that ran is gone then, at once and without a last word: a killed process runs no `defer`, and what its
//! destructors do in Rust is no part of the run. The virtual clock goes on, and so do the numbers of tasks, requests and
//! objects. Draws begin anew, from another seed each time: no day is like the day before. Deliberately absent: the program,
//! which the engine calls.

use crate::executor::timers::Instant;
use crate::trace::event::{GOROUTINE_BYTES, Restart};

/// The numbers of the inputs that say what ends the process. Where there is none of a kind, nothing of that kind does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProcessInputs {
    /// How much memory there is, in MiB, at [`GOROUTINE_BYTES`] a live task of a request; 0 is without a limit.
    pub memory: Option<usize>,
    /// How often a deploy starts the process anew, in minutes of virtual time; 0 is never.
    pub deploy: Option<usize>,
    /// Whether the third week is without deploys: 1 is yes.
    pub freeze: Option<usize>,
}

/// A minute and a day of virtual time, in nanoseconds.
const MINUTE_NS: u64 = 60_000_000_000;
const DAY_NS: u64 = 1_440 * MINUTE_NS;
/// The third week.
const FREEZE_NS: std::ops::Range<u64> = 14 * DAY_NS..21 * DAY_NS;

/// The life of a process.
#[derive(Default)]
pub(crate) struct Process {
    inputs: ProcessInputs,
    /// How often it was started anew.
    restarts: u32,
    /// When the last deploy was.
    deployed: Instant,
}

impl Process {
    pub(crate) fn new(inputs: ProcessInputs) -> Process {
        Process { inputs, ..Process::default() }
    }

    /// How many live tasks of requests fill the memory under these inputs.
    pub(crate) fn tasks_max(&self, inputs: &[u32]) -> Option<usize> {
        let limit_bytes = u64::from(value(inputs, self.inputs.memory)?) << 20;
        usize::try_from(limit_bytes.div_ceil(GOROUTINE_BYTES)).ok()
    }

    /// When the next deploy is, from `now` on.
    pub(crate) fn next_deploy(&self, now: Instant, inputs: &[u32]) -> Option<Instant> {
        let every_ns = u64::from(value(inputs, self.inputs.deploy)?) * MINUTE_NS;
        let from_ns = now.as_nanos().max(self.deployed.as_nanos() + 1);
        let next_ns = from_ns.div_ceil(every_ns) * every_ns;
        let is_frozen = value(inputs, self.inputs.freeze).is_some() && FREEZE_NS.contains(&next_ns);
        Some(Instant::from_nanos(if is_frozen { FREEZE_NS.end.div_ceil(every_ns) * every_ns } else { next_ns }))
    }

    /// The seed of this process's draws, in a run with this one.
    pub(crate) fn seed(&self, seed: u32) -> u32 {
        // The golden ratio's 32 bits: so many processes have seeds that are far from each other.
        seed.wrapping_add(self.restarts.wrapping_mul(0x9e37_79b9))
    }

    /// Notes that the process is started anew, and why.
    pub(crate) fn note_restart(&mut self, restart: Restart, now: Instant) {
        self.restarts += 1;
        if restart == Restart::Deploy {
            self.deployed = now;
        }
    }
}

/// The value of an input, unless it is 0.
fn value(inputs: &[u32], number: Option<usize>) -> Option<u32> {
    number.and_then(|number| inputs.get(number)).copied().filter(|value| *value > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUTS: ProcessInputs = ProcessInputs { memory: Some(0), deploy: Some(1), freeze: Some(2) };
    const DAILY: u32 = 1_440;

    fn days(process: &Process, from_day: u64, inputs: &[u32]) -> Option<u64> {
        let next = process.next_deploy(Instant::from_nanos(from_day * DAY_NS + 1), inputs);
        next.map(|next| next.as_nanos() / DAY_NS)
    }

    #[test]
    fn a_deploy_comes_at_each_multiple_of_its_interval_but_not_in_a_frozen_week() {
        let mut process = Process::new(INPUTS);
        assert_eq!(days(&process, 0, &[0, 0, 0]), None);
        assert_eq!(days(&process, 0, &[0, DAILY, 0]), Some(1));
        assert_eq!([12, 13, 17, 20].map(|day| days(&process, day, &[0, DAILY, 1])), [13, 21, 21, 21].map(Some));
        assert_eq!(days(&process, 13, &[0, DAILY, 0]), Some(14));
        let noon = Instant::from_nanos(DAY_NS);
        assert_eq!(process.next_deploy(noon, &[0, DAILY, 0]), Some(noon));
        process.note_restart(Restart::Deploy, noon);
        assert_eq!(process.next_deploy(noon, &[0, DAILY, 0]).map(|next| next.as_nanos() / DAY_NS), Some(2));
    }

    #[test]
    fn memory_is_full_with_as_many_tasks_as_fill_it() {
        let process = Process::new(INPUTS);
        assert_eq!(process.tasks_max(&[0, 0, 0]), None);
        assert_eq!(process.tasks_max(&[1, 0, 0]), Some(375));
        assert_eq!(Process::default().tasks_max(&[1, 0, 0]), None);
    }
}
