//! What the line under the headline says once the switch was flipped.

use expect_test::{Expect, expect};

use super::{Event, act, page, pass};
use crate::session::action::Action;

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
        &expect![
            "Nothing has leaked since 0:14.0. The pile stays: those tasks were already waiting without listening, and a switch cannot change that."
        ],
    );
    check(
        &[&flipped[..], &[pass(100)]].concat(),
        &expect!["2 more leaked; all of them had started before 0:14.0. Nothing that started since then has leaked."],
    );
    check(
        &[&flipped[..], &[pass(2_000)]].concat(),
        &expect!["3 more leaked; all of them had started before 0:14.0. Nothing that started since then has leaked."],
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
    expect!["3 more leaked; all of them had started before 0:14.0. Nothing that started since then has leaked."]
        .assert_eq(&tester.session.now());
}
