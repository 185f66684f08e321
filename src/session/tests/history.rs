//! What becomes a step of the browser's history, and where Back leads.

use expect_test::expect;

use super::{act, check, frame, page, pass};
use crate::session::action::{Action, Change};

fn preset(number: usize) -> Action {
    Action::Begin(Change { preset: Some(number), ..Change::default() })
}

/// The moment that is left is written before the step, so that Back returns to it.
#[test]
fn another_preset_and_a_deed_are_steps_and_back_returns_to_the_moment_that_was_left() {
    let mut left = String::new();
    let tester = page("?seed=1&lang=en&speed=200");
    let mut tester = check(
        tester,
        [pass(600), act(preset(1)), pass(600), act(Action::OpenDeed(4)), pass(300)],
        expect![[r#"
            600 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=1&speed=200&lang=en
            begin → address ?v=1&lesson=leak&preset=the-leak&seed=1&at=1000&speed=200&lang=en, scroll the listing, step to ?v=1&lesson=leak&preset=as-posted&traffic=70&jitter=80&seed=1&speed=400&lang=en, render
            600 ms pass
            open deed 4 → address ?v=1&lesson=leak&preset=as-posted&traffic=70&jitter=80&seed=1&at=14000&speed=400&lang=en, step to ?v=1&lesson=leak&preset=the-posts-fix&deed=the-posts-fix&listen=off&traffic=70&jitter=80&seed=1&speed=400&lang=en, scroll the listing, render
            300 ms pass
            20800 ms, playing: 18 working, 0 stopping, 10 leaked; "The fix that changes nothing. Turn the switch on: from then on each worker looks at ctx.Done() before its work. Watch the pile.""#]],
    );
    for effect in tester.perform(act(preset(2))) {
        if let Some(query) = effect.strip_prefix("address ") {
            left = query.to_owned();
        }
    }
    let (deed, time_ms) = (tester.session.link.deed, tester.session.snapshot.time_ms);
    assert_eq!(deed, None);
    tester.perform(act(Action::Visit(left)));
    tester.perform(pass(300));
    assert_eq!(tester.session.link.deed, Some(4));
    assert!(tester.session.snapshot.time_ms > time_ms && !tester.session.playback.is_playing());
}

#[test]
fn a_knob_a_flip_and_the_language_are_no_steps_and_a_frame_makes_none() {
    let knob = crate::lessons::first().knob("workers").expect("it is there");
    check(
        page("?seed=1&lang=en&at=3000"),
        [pass(600), act(Action::Flip), pass(600), act(Action::Set { knob, value: 3 }), pass(600)],
        expect![[r#"
            600 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=1&at=3000&lang=en
            flip → scroll to the change, render
            600 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=1&in=3000:listen:on&at=3000&lang=en
            set knob 4 to 3 → render
            600 ms pass → address ?v=1&lesson=leak&preset=the-leak&listen=on&workers=3&seed=1&lang=en
            500 ms, playing: 4 working, 0 stopping, 0 leaked; "Workers: 3.""#]],
    );
    check(
        frame("?embed=1&seed=1&lang=en&controls=preset"),
        [pass(300), act(preset(1)), pass(300)],
        expect![[r#"
        300 ms pass → post state at 0 ms, Resting, 0 leaked
        begin → scroll the listing, render
        300 ms pass → post state at 12000 ms, Running, 2 leaked, post leak, 2 at 12000 ms, post state at 12800 ms, Running, 2 leaked
        12800 ms, playing: 13 working, 0 stopping, 2 leaked; """#]],
    );
}

/// Browsers tell of a step also where only the part behind `#` is another.
#[test]
fn a_visit_to_what_is_shown_changes_nothing() {
    let mut tester = page("?seed=1&lang=en");
    let written: Vec<String> = tester.perform(pass(600));
    let query = written.iter().find_map(|effect| effect.strip_prefix("address ")).expect("it was written").to_owned();
    let time_ms = tester.session.snapshot.time_ms;
    tester.perform(act(Action::Visit(query)));
    assert!(tester.session.playback.is_playing() && tester.session.snapshot.time_ms == time_ms);
}
