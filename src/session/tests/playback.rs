//! Time and knobs: play, pause, step, seek, and what begins anew.

use expect_test::expect;

use crate::executor::engine::Order;
use crate::link::message::Step;
use crate::session::action::{Action, Change};
use crate::session::tests::{Event, act, check, message, page, pass};

#[test]
fn a_page_plays_and_shows_moments_at_rest() {
    check(
        page("?seed=3"),
        [pass(2_000), act(Action::Pause), pass(1_000), act(Action::Play), pass(500)],
        expect![[r#"
            2000 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3
            pause → render
            1000 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3&at=1900
            play → render
            500 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3
            2400 ms, playing: 4 working, 0 stopping, 3 leaked; "Playing.""#]],
    );
}

#[test]
fn a_link_to_a_moment_rests_there() {
    check(
        page("?at=12500"),
        [pass(200)],
        expect![[r#"
            200 ms pass
            12500 ms, resting: 12 working, 0 stopping, 24 leaked; """#]],
    );
}

#[test]
fn a_step_rests_and_says_what_happened() {
    check(
        page("?seed=3"),
        [pass(100), act(Action::Step(Step::Poll)), act(Action::Step(Step::Event)), act(Action::Step(Step::Event))],
        expect![[r#"
            100 ms pass
            step Poll → render
            step Event → scroll to the lit line, render
            step Event → scroll to the lit line, render
            48 ms, resting: 6 working, 0 stopping, 0 leaked; "The load generator: its wait is over.""#]],
    );
}

#[test]
fn what_comes_while_the_run_is_under_way_is_meant_for_the_moment_and_waits() {
    let under_way = [act(Action::Seek(20_000)), act(Action::Flip), act(Action::Step(Step::Poll))];
    let mut tester = check(
        page("?seed=3"),
        under_way,
        expect![[r#"
            seek 20000 → render
            flip → render
            step Poll → render
            0 ms, under way: 0 working, 0 stopping, 0 leaked; """#]],
    );
    assert!(tester.session.playback.knob_changes().is_empty());
    tester.perform(pass(200));
    let turns: Vec<_> = tester.session.playback.knob_changes().iter().map(|turn| (turn.at_ms, turn.value)).collect();
    assert_eq!(turns, [(20_000, 1)]);
}

#[test]
fn a_live_knob_is_an_input_and_another_one_begins_anew() {
    let knob = |name: &str| page("").session.link.lesson.knob(name).expect(name);
    let tester = check(
        page("?seed=3"),
        [
            pass(1_000),
            act(Action::Set { knob: knob("traffic"), value: 60 }),
            pass(1_000),
            act(Action::Set { knob: knob("workers"), value: 2 }),
            pass(400),
        ],
        expect![[r#"
            1000 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3
            set knob 12 to 60 → render
            1000 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3&in=900:traffic:60
            set knob 4 to 2 → render
            400 ms pass → address ?v=1&lesson=leak&preset=the-leak&workers=2&traffic=60&seed=3
            300 ms, playing: 9 working, 0 stopping, 0 leaked; "Workers: 2.""#]],
    );
    assert!(tester.session.playback.knob_changes().is_empty());
}

#[test]
fn a_value_that_a_knob_does_not_take_changes_nothing() {
    let traffic = page("").session.link.lesson.knob("traffic").expect("it is there");
    let tester = check(
        page("?at=3000"),
        [pass(200), act(Action::Set { knob: traffic, value: u32::MAX })],
        expect![[r#"
            200 ms pass
            set knob 12 to 4294967295 → render
            3000 ms, resting: 4 working, 0 stopping, 2 leaked; """#]],
    );
    assert!(tester.session.playback.knob_changes().is_empty());
}

#[test]
fn begun_anew_by_hand_it_plays_and_by_the_article_only_if_it_played() {
    let seed = |seed: u32| act(Action::Begin(Change { seed: Some(seed), ..Change::default() }));
    check(
        page("?at=3000"),
        [pass(200), seed(7), pass(500)],
        expect![[r#"
            200 ms pass
            begin → render
            500 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=7
            400 ms, playing: 6 working, 0 stopping, 0 leaked; """#]],
    );
    check(
        page("?at=3000"),
        [pass(200), message("pileup/1 set seed=7"), pass(500)],
        expect![[r#"
            200 ms pass
            pileup/1 set seed=7 → render
            500 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=7&at=0
            0 ms, resting: 6 working, 0 stopping, 0 leaked; """#]],
    );
}

#[test]
fn another_run_keeps_the_order_until_another_order_is_asked_for() {
    let begin = |change: Change| act(Action::Begin(change));
    let other_preset = begin(Change { preset: Some(1), ..Change::default() });
    let other_order = begin(Change { order: Some(Order::Fifo), ..Change::default() });
    let workers = page("").session.link.lesson.knob("workers").expect("it is there");
    let tester = check(
        page("?seed=3&order=go"),
        [
            pass(500),
            other_preset,
            pass(500),
            act(Action::Set { knob: workers, value: 2 }),
            pass(500),
            act(Action::Replay),
            pass(500),
            other_order,
            pass(500),
        ],
        expect![[r#"
            500 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3&order=go
            begin → address ?v=1&lesson=leak&preset=the-leak&seed=3&order=go&at=400, scroll the listing, step to ?v=1&lesson=leak&preset=as-posted&traffic=70&jitter=80&seed=3&order=go&speed=400, render
            500 ms pass
            set knob 4 to 2 → render
            500 ms pass → address ?v=1&lesson=leak&preset=as-posted&workers=2&traffic=70&jitter=80&seed=3&order=go&speed=400
            replay → render
            500 ms pass
            begin → render
            500 ms pass → address ?v=1&lesson=leak&preset=as-posted&workers=2&traffic=70&jitter=80&seed=3&speed=400
            1600 ms, playing: 7 working, 0 stopping, 0 leaked; "Workers: 2.""#]],
    );
    assert_eq!(tester.session.playback.player().spec().order, Order::Fifo);
}

#[test]
fn the_same_run_again_has_the_knobs_of_its_start_and_another_one_those_of_now() {
    let flipped = || [pass(3_000), act(Action::Flip), pass(1_000)].into_iter();
    let replayed = check(
        page("?seed=3"),
        flipped().chain([act(Action::Replay)]),
        expect![[r#"
            3000 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3
            flip → scroll to the change, render
            1000 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3&in=2900:listen:on
            replay → render
            0 ms, playing: 0 working, 0 stopping, 0 leaked; "5 more leaked. At 0:03.9: 14 working, 0 told to stop, 5 leaked.""#]],
    );
    assert_eq!(replayed.session.link.knobs[0], 0);
    let begun = check(
        page("?seed=3"),
        flipped().chain([act(Action::Begin(Change::default()))]),
        expect![[r#"
            3000 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3
            flip → scroll to the change, render
            1000 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3&in=2900:listen:on
            begin → render
            0 ms, playing: 0 working, 0 stopping, 0 leaked; "5 more leaked. At 0:03.9: 14 working, 0 told to stop, 5 leaked.""#]],
    );
    assert_eq!(begun.session.link.knobs[0], 1);
}

#[test]
fn a_frame_that_comes_late_counts_for_a_tenth_of_a_second() {
    let mut tester = page("?seed=3");
    tester.perform(pass(1_000));
    tester.clock_ms += 60_000;
    check(
        tester,
        [Event::Frame, pass(100)],
        expect![[r#"
            a frame
            100 ms pass
            1100 ms, playing: 12 working, 0 stopping, 0 leaked; """#]],
    );
}

#[test]
fn the_end_of_the_time_axis_grows_in_steps() {
    let span_ms = |query: &str| {
        let mut tester = page(query);
        tester.perform(pass(100));
        tester.session.playback.span_ms()
    };
    assert_eq!(["?at=0", "?at=30000", "?at=30001", "?at=200000"].map(span_ms), [30_000, 30_000, 60_000, 240_000]);
}
