//! What the line under the headline says once the switch was flipped.

use expect_test::{Expect, expect};

use super::{Event, Tester, act, host, page, pass};
use crate::session::action::Action;
use crate::session::host::Host;
use crate::session::selection::Direction;
use crate::stage::motion::Motion;
use crate::text::Language;

const DEAF: &str = "It began to wait before the switch was on.";

#[track_caller]
fn check(events: &[Event], expect: &Expect) {
    let mut tester = page("?seed=1&lang=en");
    for event in events {
        tester.perform(event.clone());
    }
    expect.assert_eq(&tester.session.now());
}

#[test]
fn what_leaks_after_the_flip_is_told_by_when_it_started() {
    let flipped = [act(Action::Play), act(Action::SetSpeed(1_000)), pass(1_500), act(Action::Flip)];
    check(
        &flipped,
        &expect!["None has leaked since 0:14.0. Whoever begins to wait now listens; those already waiting do not."],
    );
    check(
        &[&flipped[..], &[pass(100)]].concat(),
        &expect!["2 leaked since 0:14.0, and all had started before. Of those that started after, none."],
    );
    check(
        &[&flipped[..], &[pass(2_000)]].concat(),
        &expect!["3 leaked since 0:14.0, and all had started before. Of those that started after, none."],
    );
}

#[test]
fn a_run_taken_back_before_the_flip_tells_the_same_when_it_is_there_again() {
    let flipped = [act(Action::Play), act(Action::SetSpeed(1_000)), pass(1_500), act(Action::Flip)];
    let there = [act(Action::Seek(34_000)), pass(500), act(Action::Pause)];
    let back = [act(Action::Seek(8_000)), pass(500)];
    let said = |events: &[&[Event]]| {
        let mut tester = page("?seed=1&lang=en");
        events.concat().into_iter().for_each(|event| _ = tester.perform(event));
        tester.session.now()
    };
    assert_eq!(said(&[&flipped, &there, &back, &there]), said(&[&flipped, &there]));
    assert!(said(&[&flipped, &there]).contains("had started before"));
}

#[test]
fn whoever_opens_a_link_to_the_run_reads_the_same() {
    let mut tester = page("?lang=en&in=14000:listen:on&at=34000");
    tester.perform(pass(2_000));
    expect!["3 leaked since 0:14.0, and all had started before. Of those that started after, none."]
        .assert_eq(&tester.session.now());
}

/// Turned before anything had leaked, the switch has not failed when those leak that were waiting already.
#[test]
fn what_began_before_an_early_flip_does_not_speak_against_the_switch() {
    check(
        &[act(Action::Play), act(Action::SetSpeed(1_000)), pass(200), act(Action::Flip), pass(100)],
        &expect!["One leaked since 0:01.0, and it had started before. Of those that started after, none."],
    );
    check(
        &[act(Action::Play), act(Action::SetSpeed(1_000)), pass(200), act(Action::Flip), pass(800)],
        &expect!["2 leaked since 0:01.0, and all had started before. Of those that started after, none."],
    );
}

#[test]
fn a_flip_is_said_to_listeners_with_what_it_comes_to() {
    let mut tester = page("?seed=3&at=20000");
    tester.perform(pass(300));
    tester.perform(act(Action::Flip));
    expect![
        "Listen: on. None has leaked since 0:20.0. Whoever begins to wait now listens; those already waiting do not."
    ]
    .assert_eq(&tester.session.announcer.live);
    tester.perform(act(Action::Speak(Language::Korean)));
    tester.perform(act(Action::Flip));
    tester.perform(act(Action::Flip));
    expect!["취소 신호: 켬. 0:20.0부터 하나도 새지 않았어요. 이제 기다리기 시작하는 워커는 취소 신호를 듣고, 이미 기다리던 워커는 듣지 못해요."].assert_eq(&tester.session.announcer.live);
}

/// By the wait, not by the task: a worker that is still at work listens from its next wait on.
#[test]
fn who_waits_deaf_since_before_the_flip_says_so_and_nobody_else() {
    let said = |tester: &Tester| tester.session.snapshot.selected.as_ref().is_some_and(|it| it.why.contains(DEAF));
    let mut tester = page("?seed=3&at=20000&forgetful=100");
    tester.perform(pass(300));
    tester.perform(act(Action::SelectNeighbour(Direction::Next)));
    assert!(!said(&tester), "the switch is off");
    tester.perform(act(Action::Flip));
    assert!(said(&tester));
    tester.perform(act(Action::Seek(40_000)));
    tester.perform(pass(1_000));
    let found = |tester: &Tester| tester.session.playback.player().ledger().pile().collect::<Vec<_>>();
    let (mut before, mut after) = (0, 0);
    for task in found(&tester) {
        tester.perform(act(Action::Select(Some(task))));
        let task = tester.session.playback.player().ledger().task(task).expect("it leaked");
        let since_us = task.waits().next().expect("it waits").since_us;
        assert_eq!(said(&tester), since_us <= 20_000_000, "{since_us}");
        *(if said(&tester) { &mut before } else { &mut after }) += 1;
    }
    assert!(before > 10 && after > 10, "{before} before, {after} after");
}

/// What happens when the switch goes off is not what the pile says: nobody else has leaked yet.
#[test]
fn a_switch_that_goes_off_says_what_that_changes_until_one_more_leaks() {
    let mut tester = page("?seed=1&lang=en&listen=on");
    for event in [act(Action::Play), act(Action::SetSpeed(1_000)), pass(1_000), act(Action::Flip)] {
        tester.perform(event);
    }
    expect![
        "The switch is off since 0:09.0. Whoever begins to wait now does not listen; those already waiting still do."
    ]
    .assert_eq(&tester.session.now());
    assert!(tester.session.announcer.live.ends_with(&tester.session.now()));
    tester.perform(pass(1_500));
    expect!["26 stay for good: their requests are over, and nobody can ever wake them. Flip the switch and see who gets out."].assert_eq(&tester.session.now());
}

#[test]
fn whoever_prefers_less_motion_is_told_how_to_begin() {
    let motion = Motion::Reduced;
    let mut tester = Tester::new(Host { motion, ..host("?seed=1&lang=en") });
    tester.perform(pass(300));
    expect!["Nothing moves before you say so, as your system prefers less motion. Press play, or Space, to begin."]
        .assert_eq(&tester.session.now());
    tester.perform(act(Action::Play));
    tester.perform(pass(300));
    assert_ne!(tester.session.now(), tester.session.words.bar.begin);
    // A link to a moment is a picture of it, whatever is preferred.
    let mut tester = Tester::new(Host { motion, ..host("?seed=1&lang=en&at=9000") });
    tester.perform(pass(300));
    assert_ne!(tester.session.now(), tester.session.words.bar.begin);
}
