//! The sweep: how long a leak takes to fill the memory, at each load.
//!
//! Each answer comes from the real program, run with that load and that seed until the tasks that are alive would fill the
//! memory as goroutines, or until the next deploy starts the process anew. Nothing is extrapolated: a point of the sweep is
//! a moment of the run that [`Plan::spec`] names. Deliberately absent: threads and frames; who asks says how many polls
//! a call may take.

use crate::executor::engine::{Config, Engine, Stop};
use crate::executor::limits::Limits;
use crate::executor::timers::Instant;
use crate::player::run::Spec;
use crate::trace::event::GOROUTINE_BYTES;

/// What a sweep asks.
#[derive(Clone)]
pub struct Plan {
    /// The run that is asked about; its traffic and its seed are replaced, and its inputs left out.
    pub base: Spec,
    /// The number of the knob that says how much traffic comes: [`crate::lessons::Lesson::traffic`].
    pub traffic: usize,
    /// How much memory there is, in bytes.
    pub limit_bytes: u64,
    /// How much virtual time there is until the next deploy, in microseconds.
    pub deploy_us: u64,
}

impl Plan {
    /// The run at this load with this seed.
    pub fn spec(&self, load: u32, seed: u32) -> Spec {
        let mut spec = Spec { seed, inputs: Vec::new(), ..self.base.clone() };
        spec.knobs[self.traffic] = load;
        // What would start the process anew is what is asked about.
        let process = spec.lesson.process();
        for knob in [process.memory, process.deploy].into_iter().flatten() {
            spec.knobs[knob] = 0;
        }
        spec
    }

    /// How many live tasks fill the memory.
    pub fn tasks_max(&self) -> usize {
        usize::try_from(self.limit_bytes.div_ceil(GOROUTINE_BYTES)).unwrap_or(usize::MAX)
    }
}

/// How one run of a sweep ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The memory was full at this moment of virtual time, in microseconds: the first at whose end so many tasks were alive.
    Full {
        /// When.
        at_us: u64,
    },
    /// The next deploy came first.
    Deployed,
    /// A panic or a bound stopped the run before either.
    Stopped(Stop),
}

/// One run of a sweep, under way. Nobody looks at it, so there is no ledger: the engine knows who is alive.
pub struct Search {
    engine: Engine,
    tasks_max: usize,
    deploy: Instant,
}

impl Search {
    /// The run of this plan at this load with this seed, at time 0.
    pub fn new(plan: &Plan, load: u32, seed: u32) -> Search {
        let Spec { lesson, knobs, seed, order, .. } = plan.spec(load, seed);
        let mut engine = Engine::new(Config { seed, inputs: knobs, order, limits: Limits::default() });
        engine.start(|| (lesson.start)());
        engine.run_until_idle();
        Search { engine, tasks_max: plan.tasks_max(), deploy: Instant::from_micros(plan.deploy_us) }
    }

    /// Continues for about `polls_max` polls. Returns the answer once there is one.
    pub fn advance(&mut self, polls_max: u64) -> Option<Answer> {
        let polls_before = self.engine.polls();
        while self.engine.polls() - polls_before < polls_max {
            if self.is_full() {
                return Some(Answer::Full { at_us: self.engine.played().as_nanos().div_ceil(1_000) });
            }
            if let Some(stop) = self.engine.stop() {
                return Some(Answer::Stopped(stop));
            }
            if self.engine.fire_next(self.deploy).is_none() {
                return Some(Answer::Deployed);
            }
            self.engine.run_until_idle();
            self.engine.trace_mut().release_all();
        }
        None
    }

    /// The root's own tasks are few, so they are counted only when they could matter.
    fn is_full(&self) -> bool {
        self.engine.tasks_alive() >= self.tasks_max && self.engine.request_tasks_alive() >= self.tasks_max
    }

    /// The answer, however long it takes.
    pub fn finish(mut self) -> Answer {
        loop {
            if let Some(answer) = self.advance(u64::MAX) {
                return answer;
            }
        }
    }
}

/// The answers at one load, one for each seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Requests a minute.
    pub load: u32,
    /// The answers, in the order of the seeds.
    pub answers: Vec<Answer>,
}

/// When the memory was full, over several seeds, in microseconds of virtual time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// The earliest.
    pub min_us: u64,
    /// The middle one; of two, the earlier.
    pub median_us: u64,
    /// The latest.
    pub max_us: u64,
}

impl Point {
    /// When the memory was full, of the seeds with which it ever was; none where it was with none.
    pub fn full(&self) -> Option<Spread> {
        let mut times: Vec<u64> = self.answers.iter().filter_map(Answer::full_us).collect();
        times.sort_unstable();
        let (min_us, max_us) = (*times.first()?, *times.last()?);
        Some(Spread { min_us, median_us: times[(times.len() - 1) / 2], max_us })
    }

    /// With how many seeds the memory was ever full.
    pub fn full_count(&self) -> usize {
        self.answers.iter().filter_map(Answer::full_us).count()
    }

    /// Why a run ended before there was an answer, if one did.
    pub fn stopped(&self) -> Option<Stop> {
        self.answers.iter().find_map(|answer| match answer {
            Answer::Stopped(stop) => Some(*stop),
            Answer::Full { .. } | Answer::Deployed => None,
        })
    }
}

impl Answer {
    /// When the memory was full, if it was.
    pub fn full_us(&self) -> Option<u64> {
        match self {
            Answer::Full { at_us } => Some(*at_us),
            Answer::Deployed | Answer::Stopped(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons;
    use crate::player::run::Player;

    /// The flagship in three hours of virtual time.
    fn plan(limit_bytes: u64) -> Plan {
        let base = Spec::new(&lessons::first());
        let traffic = base.lesson.traffic().expect("the flagship has traffic");
        Plan { base, traffic, limit_bytes, deploy_us: 10_800_000_000 }
    }

    /// Whether the memory is full in the run that a point opens, at the end of this moment.
    fn is_full(plan: &Plan, load: u32, seed: u32, at_us: u64) -> bool {
        let mut opened = Player::new(plan.spec(load, seed));
        opened.play_to(at_us, u64::MAX);
        opened.ledger().counts().goroutine_bytes() >= plan.limit_bytes
    }

    #[test]
    fn a_point_is_a_moment_of_the_run_that_it_opens() {
        for (limit_bytes, load, seed) in [(1, 120, 1), (100_000, 12, 3), (400_000, 600, 7), (1_000_000, 60_000, 2)] {
            let plan = plan(limit_bytes);
            let Answer::Full { at_us } = Search::new(&plan, load, seed).finish() else {
                panic!("{load} a minute fill {limit_bytes} bytes in three hours")
            };
            assert!(is_full(&plan, load, seed, at_us), "{load} a minute, seed {seed}: not full at {at_us} us");
            let before = at_us.checked_sub(1).is_some_and(|before_us| is_full(&plan, load, seed, before_us));
            assert!(!before, "{load} a minute, seed {seed}: full before {at_us} us");
        }
    }

    #[test]
    fn how_often_a_search_is_interrupted_changes_nothing() {
        let plan = plan(100_000);
        let whole = Search::new(&plan, 90, 4).finish();
        let mut slices = Search::new(&plan, 90, 4);
        let sliced = std::iter::repeat_with(|| slices.advance(7)).flatten().next();
        assert_eq!(sliced, Some(whole));
    }

    #[test]
    fn a_deploy_comes_first_where_little_leaks() {
        let plan = plan(1 << 20);
        assert_eq!(Search::new(&plan, 1, 1).finish(), Answer::Deployed);
        assert_eq!(Search::new(&plan, 0, 1).finish(), Answer::Deployed);
    }

    #[test]
    fn the_spread_is_that_of_the_seeds_with_which_the_memory_was_full() {
        let answers = [9, 3, 5, 4].map(|at_us| Answer::Full { at_us });
        let full = Point { load: 1, answers: answers.to_vec() };
        assert_eq!(full.full(), Some(Spread { min_us: 3, median_us: 4, max_us: 9 }));
        let mixed = Point { load: 1, answers: vec![Answer::Deployed, answers[1]] };
        assert_eq!((mixed.full_count(), mixed.full().map(|full| full.max_us)), (1, Some(3)));
        assert_eq!(Point { load: 1, answers: vec![Answer::Deployed] }.full(), None);
    }
}
