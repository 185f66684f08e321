//! The way back: what is shown of a moment that the run has left behind is what was shown there, and nothing runs for it.

use crate::link::message::Step;
use crate::session::action::Action;
use crate::session::tests::{Event, Tester, act, page, pass};
use crate::verdict::model::Counts;

/// The leaked tasks of a run that was played for a minute of virtual time, and is shown at this moment of it.
fn looks_back_at(at_ms: u64) -> Tester {
    let mut tester = page("?at=60000");
    tester.perform(pass(400));
    tester.perform(act(Action::Seek(at_ms)));
    tester.perform(Event::Frame);
    assert!(!tester.session.playback.is_seeking(), "one frame is enough");
    tester
}

fn polls(tester: &Tester) -> u64 {
    tester.session.playback.player().ledger().counts().polls
}

/// What a step shows. Events of which nothing is seen may lie on either side of it.
fn counts(tester: &Tester) -> Counts {
    Counts { events: 0, ..tester.session.snapshot.counts }
}

/// What stands on the page.
fn shown(tester: &Tester) -> String {
    let snapshot = &tester.session.snapshot;
    format!("{} ms, {:?}, {:?}", snapshot.time_ms, snapshot.counts, snapshot.values)
}

#[test]
fn a_moment_that_was_left_behind_is_shown_as_it_was() {
    for at_ms in [0, 1, 5_000, 31_415, 59_999] {
        let mut looking_back = looks_back_at(at_ms);
        let mut fresh = page(&format!("?at={at_ms}"));
        looking_back.perform(pass(100));
        fresh.perform(pass(400));
        assert_eq!(shown(&looking_back), shown(&fresh));
        assert_eq!(polls(&looking_back), polls(&fresh));
        let curves = [&looking_back, &fresh].map(|tester| tester.session.playback.player().curve().samples().to_vec());
        assert_eq!(curves[0], curves[1]);
    }
}

#[test]
fn playing_on_from_the_past_comes_to_the_same_present_and_beyond_it() {
    let mut tester = looks_back_at(30_000);
    tester.perform(act(Action::SetSpeed(100_000)));
    tester.perform(act(Action::Play));
    tester.perform(pass(700));
    let time_ms = tester.session.snapshot.time_ms;
    assert!(time_ms > 60_000 && !tester.session.playback.player().is_looking_back(), "{time_ms}");
    let mut fresh = page(&format!("?at={time_ms}"));
    fresh.perform(pass(900));
    assert_eq!(polls(&tester), polls(&fresh));
}

#[test]
fn a_step_that_is_undone_leaves_what_was_shown_before_it() {
    for step in [Step::Poll, Step::Event] {
        // In the past, at the end of what was played, and beyond it.
        for mut tester in [looks_back_at(5_000), looks_back_at(59_999), page("?at=5000")] {
            tester.perform(pass(400));
            let mut steps = Vec::new();
            for _ in 0..60 {
                tester.perform(act(Action::Step(step)));
                steps.push(counts(&tester));
            }
            for expected in steps.iter().rev().skip(1) {
                tester.perform(act(Action::StepBack(step)));
                assert_eq!(&counts(&tester), expected);
            }
        }
    }
}

#[test]
fn nothing_lies_before_the_first_step() {
    let mut tester = page("?at=0");
    tester.perform(pass(200));
    for _ in 0..40 {
        tester.perform(act(Action::StepBack(Step::Event)));
    }
    assert_eq!((tester.session.snapshot.time_ms, polls(&tester)), (0, 0));
    tester.perform(act(Action::Step(Step::Poll)));
    assert_eq!(polls(&tester), 1);
}

/// The run has left the moment behind, so it runs again up to there; the knob is turned then, and what came after is another
/// future.
#[test]
fn a_flip_in_the_past_takes_effect_there() {
    let mut tester = looks_back_at(20_000);
    tester.perform(act(Action::Flip));
    assert!(tester.session.playback.is_seeking(), "it runs again");
    tester.perform(pass(400));
    assert_eq!(tester.session.snapshot.time_ms, 20_000);
    let query = tester.session.shared_address();
    assert!(query.contains("in=20000:listen:on"), "{query}");
    tester.perform(act(Action::Seek(60_000)));
    tester.perform(pass(900));
    let mut fresh = page("?in=20000:listen:on&at=60000");
    fresh.perform(pass(900));
    assert_eq!((shown(&tester), polls(&tester)), (shown(&fresh), polls(&fresh)));
}
