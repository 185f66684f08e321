//! What the known detectors would have said of a run: watches it from its start to the moment that is asked about, and then the
//! drain test, which stands for the end of a test.
//!
//! Detectors that look at a run that goes on look at it at [`next_look_us`] and at the moment that is asked about. What a
//! process said before it was started anew is forgotten with it. Deliberately absent: the rules (see
//! [`crate::verdict::detectors`]), and what drives the run (see `drain`).

use crate::trace::event::TaskId;
use crate::verdict::detectors::{
    Detector, Finding, Findings, GOLEAK_RETRIES_US, Growth, Rating, Synctest, Why, everybody, rate, synctest,
};
use crate::verdict::ledger::Ledger;

/// When a run is looked at after a look at this moment: each second at first, and later after a 64th of the time gone by, so
/// that a month takes 750 looks.
pub fn next_look_us(now_us: u64) -> u64 {
    now_us + (now_us / 64 / 1_000_000).max(1) * 1_000_000
}

/// What one detector has said.
#[derive(Default)]
struct Said {
    first_us: Option<u64>,
    /// Whom it reports at the moment that is asked about, or at the end of the test.
    reported: Vec<TaskId>,
    why_silent: Option<Why>,
}

/// Watches a run.
pub(super) struct Watch {
    next_us: u64,
    growth: Growth,
    restarts: u32,
    /// In the order of [`Detector::ALL`].
    said: [Said; Detector::ALL.len()],
    /// When the test ended.
    end_us: u64,
    /// How many were leaked then.
    leaked: u32,
    has_goleak_looked: bool,
    has_synctest_ended: bool,
}

impl Watch {
    pub(super) fn new() -> Watch {
        Watch {
            next_us: 0,
            growth: Growth::default(),
            restarts: 0,
            said: Default::default(),
            end_us: 0,
            leaked: 0,
            has_goleak_looked: false,
            has_synctest_ended: false,
        }
    }

    /// When it wants to look again.
    pub(super) fn next_us(&self) -> u64 {
        self.next_us
    }

    /// Looks at a run that goes on.
    pub(super) fn look(&mut self, ledger: &Ledger, now_us: u64) {
        self.next_us = next_look_us(now_us);
        let counts = ledger.counts();
        if self.restarts != counts.deploys + counts.ooms {
            self.restarts = counts.deploys + counts.ooms;
            *self = Watch { next_us: self.next_us, restarts: self.restarts, ..Watch::new() };
        }
        let is_growing = self.growth.look(counts.alive, now_us);
        for (detector, said) in Detector::ALL.into_iter().zip(&mut self.said) {
            let reports = || detector == Detector::Growing && is_growing || !detector.reported(ledger).is_empty();
            if said.first_us.is_none() && reports() {
                said.first_us = Some(now_us);
            }
        }
    }

    /// The test ends at this moment, the last one that was looked at.
    pub(super) fn end(&mut self, ledger: &Ledger, now_us: u64) {
        (self.end_us, self.leaked) = (now_us, ledger.counts().leaked);
        for (detector, said) in Detector::ALL.into_iter().zip(&mut self.said) {
            // Who has rung for a count that grows does not take it back.
            let has_rung = detector == Detector::Growing && said.first_us.is_some();
            said.reported = if has_rung { everybody(ledger) } else { detector.reported(ledger) };
            said.why_silent = Some(detector.why_silent(ledger));
        }
    }

    /// Looks at the drain test, before the clock goes on to `next_us`.
    pub(super) fn look_at_end(&mut self, ledger: &Ledger, now_us: u64, next_us: u64) {
        let due_us = self.end_us + GOLEAK_RETRIES_US;
        if !self.has_goleak_looked && next_us > due_us {
            self.has_goleak_looked = true;
            self.note(Detector::Goleak, everybody(ledger), due_us);
        }
        if !self.has_synctest_ended {
            let is_deadlock = match synctest(ledger) {
                Synctest::GoesOn => return,
                Synctest::Passes | Synctest::Hangs => false,
                Synctest::Panics { .. } => true,
            };
            self.has_synctest_ended = true;
            if is_deadlock {
                self.note(Detector::Synctest, everybody(ledger), now_us);
            }
        }
    }

    fn note(&mut self, detector: Detector, reported: Vec<TaskId>, at_us: u64) {
        let said = Detector::ALL.into_iter().zip(&mut self.said).find(|(other, _)| *other == detector);
        if let Some((_, said)) = said.filter(|_| !reported.is_empty()) {
            (said.first_us, said.reported) = (Some(at_us), reported);
        }
    }

    /// What each of them has said, once the drain test has said how many are left for ever, or could not say it.
    pub(super) fn findings(&mut self, ledger: &Ledger, left: Option<u32>) -> Findings {
        self.look_at_end(ledger, ledger.now_us(), u64::MAX);
        let is_unproven = left.is_none();
        let left = left.unwrap_or(ledger.counts().leaked);
        let is_leak =
            |id: &&TaskId| ledger.task(**id).is_some_and(|task| task.verdict.is_leaked() || !is_unproven && left > 0);
        let mut findings = Vec::new();
        for (detector, said) in Detector::ALL.into_iter().zip(&self.said) {
            let right = said.reported.iter().filter(is_leak).count() as u32;
            // Of a run that goes on nobody can know who will leak once it ends.
            let leaked = if detector.looks_at_end() { left } else { self.leaked };
            let rating = rate(said.first_us.is_some(), right, leaked, is_unproven);
            let why = match rating {
                Rating::Missed if detector.looks_at_end() => Some(detector.why_silent(ledger)),
                Rating::Missed => said.why_silent,
                Rating::FalseAlarm => Some(Why::Ends),
                Rating::Seen | Rating::RightlySilent | Rating::Unproven => None,
            };
            let reported = said.reported.len() as u32;
            findings.push(Finding { detector, first_us: said.first_us, reported, right, rating, why });
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::rc::Rc;

    use expect_test::expect;

    use super::*;
    use crate::executor::rng::{Rng, Stream};
    use crate::lessons::{self, Lesson, Values};
    use crate::player::drain::DrainRun;
    use crate::player::run::{Player, Spec};
    use crate::property::{Case, seeds};

    fn findings(player: &Player) -> Findings {
        let mut drain = DrainRun::fork(player).within(20_000);
        let drained = std::iter::repeat_with(|| drain.advance(10_000)).flatten().next().expect("it goes on");
        drain.findings(&drained).expect("it was watched")
    }

    fn played(spec: Spec, until_us: u64) -> Player {
        let mut player = Player::new(spec);
        player.play_to(until_us, u64::MAX);
        player
    }

    #[test]
    fn what_each_detector_says_of_each_preset_after_a_minute() {
        let mut table = String::new();
        for lesson in lessons::all() {
            for (number, preset) in lesson.presets.iter().enumerate() {
                let spec = Spec { knobs: lesson.values_of(number), ..Spec::new(&lesson) };
                let _ = writeln!(table, "{} {}", lesson.name, preset.name);
                for finding in findings(&played(spec, 60_000_000)) {
                    let first = finding.first_us.map_or("-".to_owned(), |us| format!("{}ms", us / 1_000));
                    let why = finding.why.map_or(String::new(), |why| format!("  {why:?}"));
                    let (name, rating) = (finding.detector.name(), finding.rating.as_str());
                    let counts = format!("{}/{}", finding.right, finding.reported);
                    let _ = writeln!(table, "  {name:<14} {rating:<14} {first:>9} {counts:>9}{why}");
                }
            }
        }
        expect![[r#"
            leak the-leak
              goleak         seen             60430ms   138/146
              synctest       missed                 -       0/0  NotDurable
              LeakProf       missed                 -       0/0  Below(138)
              goroutineleak  missed                 -       0/0  OutsideCall
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  WakerKept
              older-than-30s seen             31000ms     67/67
              keeps-growing  seen             60000ms   138/147
            leak as-posted
              goleak         seen             60430ms   138/143
              synctest       seen             69893ms   138/138
              LeakProf       missed                 -       0/0  Below(138)
              goroutineleak  seen             10000ms   113/113
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  WakerKept
              older-than-30s seen             31000ms     67/67
              keeps-growing  seen             60000ms   138/143
            leak the-posts-fix
              goleak         seen             60430ms   138/143
              synctest       seen             69893ms   138/138
              LeakProf       missed                 -       0/0  Below(138)
              goroutineleak  seen             10000ms   113/113
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  WakerKept
              older-than-30s seen             31000ms     67/67
              keeps-growing  seen             60000ms   138/143
            leak listening-everywhere
              goleak         false-alarm      60430ms      0/12  Ends
              synctest       rightly-silent         -       0/0
              LeakProf       rightly-silent         -       0/0
              goroutineleak  rightly-silent         -       0/0
              deadlock       rightly-silent         -       0/0
              tokio-console  rightly-silent         -       0/0
              older-than-30s rightly-silent         -       0/0
              keeps-growing  rightly-silent         -       0/0
            leak heard-and-leaked
              goleak         seen             60430ms   690/694
              synctest       seen             62143ms   690/690
              LeakProf       missed                 -       0/0  Below(660)
              goroutineleak  seen              3000ms   660/660
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  WakerKept
              older-than-30s seen             31000ms   335/335
              keeps-growing  seen             60000ms   690/695
            leak late-not-leaked
              goleak         false-alarm      60430ms      0/64  Ends
              synctest       rightly-silent         -       0/0
              LeakProf       rightly-silent         -       0/0
              goroutineleak  rightly-silent         -       0/0
              deadlock       rightly-silent         -       0/0
              tokio-console  rightly-silent         -       0/0
              older-than-30s rightly-silent         -       0/0
              keeps-growing  rightly-silent         -       0/0
            leak never-starts
              goleak         false-alarm      60430ms      0/57  Ends
              synctest       rightly-silent         -       0/0
              LeakProf       rightly-silent         -       0/0
              goroutineleak  rightly-silent         -       0/0
              deadlock       rightly-silent         -       0/0
              tokio-console  rightly-silent         -       0/0
              older-than-30s rightly-silent         -       0/0
              keeps-growing  rightly-silent         -       0/0
            leak joins
              goleak         false-alarm      60430ms      0/53  Ends
              synctest       rightly-silent         -       0/0
              LeakProf       rightly-silent         -       0/0
              goroutineleak  rightly-silent         -       0/0
              deadlock       rightly-silent         -       0/0
              tokio-console  rightly-silent         -       0/0
              older-than-30s rightly-silent         -       0/0
              keeps-growing  rightly-silent         -       0/0
            leak a-runaway
              goleak         seen             60430ms   100/101
              synctest       missed                 -       0/0  Runs
              LeakProf       missed                 -       0/0  Runs
              goroutineleak  missed                 -       0/0  Runs
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  Runs
              older-than-30s seen             31000ms     48/48
              keeps-growing  seen             60000ms   100/101
            leak quiet-month
              goleak         seen             60430ms     10/10
              synctest       missed                 -       0/0  NotDurable
              LeakProf       missed                 -       0/0  Below(10)
              goroutineleak  missed                 -       0/0  OutsideCall
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  WakerKept
              older-than-30s missed                 -       0/0  Young
              keeps-growing  missed                 -       0/0  Level
            leak sale-day
              goleak         seen             60430ms 60380/61329
              synctest       missed                 -       0/0  NotDurable
              LeakProf       seen             10000ms 60380/60380
              goroutineleak  missed                 -       0/0  OutsideCall
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  WakerKept
              older-than-30s seen             31000ms 29930/29930
              keeps-growing  seen             60000ms 60380/61372
            dropped let-go
              goleak         seen             60430ms   138/146
              synctest       missed                 -       0/0  NotDurable
              LeakProf       missed                 -       0/0  Below(138)
              goroutineleak  missed                 -       0/0  OutsideCall
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  WakerKept
              older-than-30s seen             31000ms     67/67
              keeps-growing  seen             60000ms   138/147
            dropped a-look
              goleak         seen             60430ms   138/146
              synctest       missed                 -       0/0  NotDurable
              LeakProf       missed                 -       0/0  Below(138)
              goroutineleak  missed                 -       0/0  OutsideCall
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  WakerKept
              older-than-30s seen             31000ms     67/67
              keeps-growing  seen             60000ms   138/147
            dropped asked
              goleak         false-alarm      60430ms      0/12  Ends
              synctest       rightly-silent         -       0/0
              LeakProf       rightly-silent         -       0/0
              goroutineleak  rightly-silent         -       0/0
              deadlock       rightly-silent         -       0/0
              tokio-console  rightly-silent         -       0/0
              older-than-30s rightly-silent         -       0/0
              keeps-growing  rightly-silent         -       0/0
            dropped dropped
              goleak         false-alarm      60430ms      0/12  Ends
              synctest       rightly-silent         -       0/0
              LeakProf       rightly-silent         -       0/0
              goroutineleak  rightly-silent         -       0/0
              deadlock       rightly-silent         -       0/0
              tokio-console  rightly-silent         -       0/0
              older-than-30s rightly-silent         -       0/0
              keeps-growing  rightly-silent         -       0/0
            dropped half-done
              goleak         false-alarm      60430ms      0/24  Ends
              synctest       rightly-silent         -       0/0
              LeakProf       rightly-silent         -       0/0
              goroutineleak  rightly-silent         -       0/0
              deadlock       rightly-silent         -       0/0
              tokio-console  rightly-silent         -       0/0
              older-than-30s rightly-silent         -       0/0
              keeps-growing  rightly-silent         -       0/0
            dropped structured
              goleak         false-alarm      60430ms      0/12  Ends
              synctest       rightly-silent         -       0/0
              LeakProf       rightly-silent         -       0/0
              goroutineleak  rightly-silent         -       0/0
              deadlock       rightly-silent         -       0/0
              tokio-console  rightly-silent         -       0/0
              older-than-30s rightly-silent         -       0/0
              keeps-growing  rightly-silent         -       0/0
            dropped hang-up
              goleak         seen             60430ms     59/64
              synctest       missed                 -       0/0  NotDurable
              LeakProf       missed                 -       0/0  Below(64)
              goroutineleak  missed                 -       0/0  OutsideCall
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  WakerKept
              older-than-30s seen             31000ms     27/27
              keeps-growing  missed                 -       0/0  Level
            dropped locked
              goleak         seen             60430ms   409/416
              synctest       missed                 -       0/0  NotDurable
              LeakProf       missed                 -       0/0  Below(135)
              goroutineleak  missed                 -       0/0  OutsideCall
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  WakerKept
              older-than-30s seen             31000ms   206/206
              keeps-growing  seen             60000ms   409/419
            dropped own-sender
              goleak         seen             60430ms   138/146
              synctest       seen             61893ms   138/138
              LeakProf       missed                 -       0/0  Below(137)
              goroutineleak  seen              2000ms   133/133
              deadlock       missed                 -       0/0  SomebodyRuns
              tokio-console  missed                 -       0/0  WakerKept
              older-than-30s seen             31000ms     67/67
              keeps-growing  seen             60000ms   138/147
        "#]]
        .assert_eq(&table);
    }

    fn some_spec(lesson: &Rc<Lesson>, draws: &mut Rng) -> Spec {
        let mut spec = Spec { seed: draws.below(1_000), ..Spec::new(lesson) };
        for (knob, value) in lesson.knobs.iter().zip(&mut spec.knobs) {
            if draws.below(2) == 0 {
                *value = match &knob.values {
                    Values::Words(words) => draws.below(words.len() as u32),
                    Values::Range { min, .. } => (*min).max(draws.below(1 + 2 * knob.default.max(2))),
                };
            }
        }
        spec
    }

    /// Each moment is asked about anew, of a run that was played up to there.
    fn says_what_its_definition_says(seed: u32) -> usize {
        let mut draws = Rng::new(seed, Stream::Program(5));
        let lessons = lessons::all();
        let lesson = &lessons[draws.below(lessons.len() as u32) as usize];
        let until_us = 1_000 * u64::from(draws.below(45_000));
        let player = played(some_spec(lesson, &mut draws), until_us);
        if player.stop().is_some() || player.ledger().last_restart().is_some() {
            return 0;
        }
        let found = findings(&player);
        let mut fresh = Player::new(player.spec().clone());
        let (mut firsts, mut growth) = ([None; Detector::ALL.len()], Growth::default());
        let mut look_us = 0;
        loop {
            let at_us = look_us.min(until_us);
            fresh.play_to(at_us, u64::MAX);
            let is_growing = growth.look(fresh.ledger().counts().alive, at_us);
            for (detector, first) in Detector::ALL.into_iter().zip(&mut firsts) {
                let reports = !detector.reported(fresh.ledger()).is_empty();
                *first = first.or((reports || detector == Detector::Growing && is_growing).then_some(at_us));
            }
            if at_us == until_us {
                break;
            }
            look_us = next_look_us(look_us);
        }
        for (finding, first_us) in found.iter().zip(firsts) {
            let detector = finding.detector;
            assert!(finding.right <= finding.reported, "{finding:?}");
            assert_eq!(finding.why.is_some(), [Rating::Missed, Rating::FalseAlarm].contains(&finding.rating));
            if detector.looks_at_end() {
                assert!(finding.first_us.is_none_or(|first_us| first_us >= until_us), "{finding:?}");
                continue;
            }
            assert_eq!(finding.first_us, first_us, "{detector:?}");
            if detector != Detector::Growing {
                assert_eq!(finding.reported as usize, detector.reported(fresh.ledger()).len(), "{detector:?}");
            }
            if detector == Detector::GoroutineLeak {
                assert_eq!(finding.right, finding.reported, "Go's profile is sound");
            }
        }
        found.iter().filter(|finding| finding.rating == Rating::Seen).count()
    }

    #[test]
    fn a_finding_is_what_the_definition_says_at_that_moment() {
        let mut seen = 0;
        for seed in seeds(30) {
            let _case = Case(|| format!("says_what_its_definition_says({seed});"));
            seen += says_what_its_definition_says(seed);
        }
        assert!(seen > 0);
    }
}
