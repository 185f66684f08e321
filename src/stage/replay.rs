//! The polls that the run has made, shown in the reader's time: a poll takes no virtual time, so that at any moment of rest the
//! thread is idle, however much it did since the frame before.
//!
//! Each recorded poll that is taken in flies from its task's place into the lane, waits there for its turn, runs for a
//! moment, and flies home. One runs at a time, in the order in which they were made. What cannot be shown at a pace that
//! an eye can follow is left out and counted: the line never holds more than [`WAITING_MAX`], so what is shown is never
//! further behind the run than they take.
//!
//! Deliberately absent: where anything stands (`lane`), and any poll that was not recorded.

use crate::verdict::recent::Poll;

/// Polls that are on their way to their turn, or wait for it.
pub(crate) const WAITING_MAX: usize = 5;
/// How long one takes from its task's place into the lane, and back.
pub(crate) const ENTER_MS: u64 = 200;
pub(crate) const LEAVE_MS: u64 = 240;
/// How long one runs: at least while another waits behind it, and at most when none does.
pub(crate) const RUN_MS_LEAST: u64 = 100;
pub(crate) const RUN_MS_MOST: u64 = 300;

/// How far a poll is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leg {
    /// It is on its way into the lane, or waits there.
    Enters,
    /// It runs.
    Runs,
    /// It is on its way home.
    Leaves,
}

/// A poll that is being shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flight {
    pub(crate) poll: Poll,
    pub(crate) leg: Leg,
    /// Since when it is on this leg, on the frames' clock.
    pub(crate) since_ms: u64,
}

/// The polls that are being shown.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    /// In the order in which they were made: some leave, one runs, some enter.
    flights: Vec<Flight>,
    /// How many polls the run had made when it was looked at last.
    recorded: u64,
    shown: u64,
    left_out: u64,
}

impl Replay {
    /// The polls that are being shown, in the order in which they were made.
    pub(crate) fn flights(&self) -> &[Flight] {
        &self.flights
    }

    /// How many polls were shown to run.
    pub(crate) fn shown(&self) -> u64 {
        self.shown
    }

    /// The run has made so many polls by now; how many are new.
    pub(crate) fn note(&mut self, recorded: u64) -> u64 {
        let fresh = recorded.saturating_sub(self.recorded);
        self.recorded = recorded;
        self.left_out += fresh;
        fresh
    }

    /// How many more can wait.
    pub(crate) fn room(&self) -> usize {
        WAITING_MAX - self.waiting()
    }

    /// Takes in polls that were noted as new, no more than there is room for.
    pub(crate) fn admit(&mut self, polls: &[Poll], now_ms: u64) {
        self.left_out -= polls.len() as u64;
        self.flights.extend(polls.iter().map(|poll| Flight { poll: *poll, leg: Leg::Enters, since_ms: now_ms }));
    }

    /// Shows nothing any more.
    pub(crate) fn stop(&mut self) {
        self.left_out += self.waiting() as u64;
        self.flights.clear();
    }

    /// Lets each take its next leg, when it is due; how long one takes into the lane, and back.
    pub(crate) fn advance(&mut self, now_ms: u64, [enter_ms, leave_ms]: [u64; 2]) {
        let is_over = |flight: &Flight, lasts_ms: u64| now_ms >= flight.since_ms + lasts_ms;
        self.flights.retain(|flight| flight.leg != Leg::Leaves || !is_over(flight, leave_ms));
        let next = self.flights.iter().position(|flight| flight.leg == Leg::Enters && is_over(flight, enter_ms));
        let run_ms = if next.is_some() { RUN_MS_LEAST } else { RUN_MS_MOST };
        if let Some(runs) = self.flights.iter_mut().find(|flight| flight.leg == Leg::Runs) {
            if !is_over(runs, run_ms) {
                return;
            }
            (runs.leg, runs.since_ms) = (Leg::Leaves, now_ms);
        }
        if let Some(next) = next {
            let next = &mut self.flights[next];
            (next.leg, next.since_ms) = (Leg::Runs, now_ms);
            self.shown += 1;
        }
    }

    fn waiting(&self) -> usize {
        self.flights.iter().filter(|flight| flight.leg == Leg::Enters).count()
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::trace::event::{Role, ScopeId, TaskId};
    use crate::verdict::model::Verdict;

    /// The polls of these tasks are made by these milliseconds; what stands in the lane whenever that changes, looked at
    /// in frames of 20 ms: `(who enters)`, `[who runs]`, `who leaves`.
    #[track_caller]
    fn check(made: &[(u64, &[u32])], until_ms: u64, expected: Expect) -> Replay {
        let mut replay = Replay::default();
        let (mut recorded, mut lines, mut before) = (0, String::new(), String::new());
        for now_ms in (0..=until_ms).step_by(20) {
            let tasks: Vec<u32> = made
                .iter()
                .filter(|(at_ms, _)| *at_ms + 20 > now_ms && *at_ms <= now_ms)
                .flat_map(|(_, tasks)| tasks.iter().copied())
                .collect();
            frame(&mut replay, &mut recorded, &tasks, now_ms);
            let lane = match lane(&replay) {
                lane if lane.is_empty() => "nobody".to_owned(),
                lane => lane,
            };
            if lane != before {
                lines += &format!("{now_ms} ms: {lane}\n");
                before = lane;
            }
        }
        lines += &format!("{} shown, {} left out", replay.shown, replay.left_out);
        expected.assert_eq(&lines);
        replay
    }

    /// What the stage does in a frame.
    fn frame(replay: &mut Replay, recorded: &mut u64, tasks: &[u32], now_ms: u64) {
        *recorded += tasks.len() as u64;
        let fresh = replay.note(*recorded);
        let take = replay.room().min(fresh as usize);
        let polls: Vec<Poll> = tasks.iter().map(|task| poll(*task)).collect();
        replay.admit(&polls[polls.len() - take..], now_ms);
        replay.advance(now_ms, [ENTER_MS, LEAVE_MS]);
        assert_eq!(replay.shown + replay.left_out + replay.waiting() as u64, *recorded, "none is lost, none invented");
        let runs = replay.flights().iter().filter(|flight| flight.leg == Leg::Runs).count();
        assert!(runs <= 1 && replay.waiting() <= WAITING_MAX, "{runs} run, {} wait", replay.waiting());
    }

    fn poll(task: u32) -> Poll {
        Poll { task: TaskId(task), scope: ScopeId(1), role: Role::Child, number: task, verdict: Verdict::Working }
    }

    fn lane(replay: &Replay) -> String {
        let name = |flight: &Flight| match flight.leg {
            Leg::Enters => format!("({})", flight.poll.task.0),
            Leg::Runs => format!("[{}]", flight.poll.task.0),
            Leg::Leaves => flight.poll.task.0.to_string(),
        };
        replay.flights().iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_poll_enters_the_lane_runs_and_goes_home() {
        check(
            &[(100, &[7])],
            2_000,
            expect![[r#"
            0 ms: nobody
            100 ms: (7)
            300 ms: [7]
            600 ms: 7
            840 ms: nobody
            1 shown, 0 left out"#]],
        );
    }

    #[test]
    fn those_of_one_batch_run_one_after_the_other_in_their_order() {
        check(
            &[(0, &[1, 2, 3]), (2_000, &[2])],
            4_000,
            expect![[r#"
            0 ms: (1) (2) (3)
            200 ms: [1] (2) (3)
            300 ms: 1 [2] (3)
            400 ms: 1 2 [3]
            540 ms: 2 [3]
            640 ms: [3]
            700 ms: 3
            940 ms: nobody
            2000 ms: (2)
            2200 ms: [2]
            2500 ms: 2
            2740 ms: nobody
            4 shown, 0 left out"#]],
        );
    }

    #[test]
    fn of_a_batch_that_no_eye_could_follow_the_newest_are_shown() {
        check(
            &[(0, &[1, 2, 3, 4, 5, 6, 7, 8, 9])],
            2_000,
            expect![[r#"
            0 ms: (5) (6) (7) (8) (9)
            200 ms: [5] (6) (7) (8) (9)
            300 ms: 5 [6] (7) (8) (9)
            400 ms: 5 6 [7] (8) (9)
            500 ms: 5 6 7 [8] (9)
            540 ms: 6 7 [8] (9)
            600 ms: 6 7 8 [9]
            640 ms: 7 8 [9]
            740 ms: 8 [9]
            840 ms: [9]
            900 ms: 9
            1140 ms: nobody
            5 shown, 4 left out"#]],
        );
    }

    #[test]
    fn however_many_polls_come_what_is_shown_is_never_further_behind_than_a_second() {
        let (mut replay, mut recorded) = (Replay::default(), 0);
        for now_ms in (0..60_000).step_by(16) {
            let tasks = [now_ms as u32, now_ms as u32, now_ms as u32];
            frame(&mut replay, &mut recorded, &tasks, now_ms);
            let behind = |flight: &Flight| now_ms - u64::from(flight.poll.task.0);
            let waits = replay.flights().iter().filter(|flight| flight.leg != Leg::Leaves);
            assert!(waits.map(behind).max().is_none_or(|behind| behind < 1_000));
        }
        assert!(replay.shown > 60 * 7, "{} in a minute", replay.shown);
    }

    #[test]
    fn what_is_stopped_shows_nothing_and_counts_what_it_did_not_show() {
        let (mut replay, mut recorded) = (Replay::default(), 0);
        frame(&mut replay, &mut recorded, &[1, 2, 3], 0);
        frame(&mut replay, &mut recorded, &[], 220);
        replay.stop();
        assert_eq!((lane(&replay).as_str(), replay.shown, replay.left_out), ("", 1, 2));
    }
}
