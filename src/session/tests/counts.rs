//! Every number that is shown twice is of one moment, in every frame.

use super::{Event, Tester, act, message, page, pass};
use crate::session::action::Action;
use crate::stage::draw::LabelKind;

/// What the pile's label says.
fn on_the_pile(tester: &Tester) -> u32 {
    let pile = tester.session.scene.labels().find_map(|label| match label.kind {
        LabelKind::Pile { tasks, .. } => Some(tasks),
        _ => None,
    });
    pile.expect("the pile has a label")
}

#[test]
fn between_two_looks_the_pile_says_what_stands_beside_it() {
    let mut tester = page("?seed=3&speed=1000");
    tester.perform(pass(1_000));
    let shown = tester.session.snapshot.counts.leaked;
    for _ in 0..10 {
        tester.perform(Event::Frame);
        assert_eq!(on_the_pile(&tester), shown);
    }
    assert!(tester.session.playback.player().ledger().counts().leaked > shown, "the run went on");
    tester.perform(pass(100));
    tester.perform(Event::Frame);
    assert!(on_the_pile(&tester) > shown);
}

/// The curves end at what the page was rendered with, however far the run has come by the frame that draws them.
#[test]
fn the_curves_are_drawn_once_for_each_render_up_to_its_moment() {
    let mut tester = page("?seed=3&speed=1000");
    tester.perform(pass(1_000));
    let (leaked, at_us) = (tester.session.snapshot.counts.leaked, tester.session.snapshot.time_ms * 1000);
    (0..5).for_each(|_| drop(tester.perform(Event::Frame)));
    let plot = tester.session.take_plot().expect("the page was rendered");
    let last = plot.samples.last().expect("it has an end");
    assert_eq!((last.leaked, last.at_us), (leaked, at_us));
    assert!(tester.session.playback.player().now_us() > at_us, "the run went on");
    assert!(tester.session.take_plot().is_none(), "it is drawn");
}

/// A render may be put off to the next tick; the stage waits for it as well.
#[test]
fn what_was_not_rendered_yet_is_not_on_the_stage_either() {
    let mut tester = super::frame("?embed=1&seed=3");
    tester.perform(pass(100));
    tester.perform(message("pileup/1 seek at=20000"));
    let mut rendered = 0;
    for _ in 0..20 {
        tester.perform(message("pileup/1 set traffic=60"));
        tester.perform(message("pileup/1 set traffic=600"));
        tester.perform(Event::Frame);
        let leaked = on_the_pile(&tester);
        assert!(leaked == rendered || leaked == tester.session.snapshot.counts.leaked);
        rendered = leaked;
    }
    tester.perform(pass(200));
    assert_eq!(on_the_pile(&tester), tester.session.snapshot.counts.leaked);
    assert!(on_the_pile(&tester) > 0);
}

#[test]
fn a_flip_a_step_and_a_seek_leave_no_number_behind() {
    let mut tester = page("?seed=3&at=20000");
    tester.perform(pass(300));
    for action in [Action::Flip, Action::StepRecord, Action::Seek(5_000), Action::Replay] {
        tester.perform(act(action));
        tester.perform(pass(300));
        tester.perform(Event::Frame);
        assert_eq!(on_the_pile(&tester), tester.session.snapshot.counts.leaked);
    }
}
