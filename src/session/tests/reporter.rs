//! What an article is told, and that it is the frame's own.

use expect_test::expect;

use crate::executor::engine::Order;
use crate::link::message::Report;
use crate::session::Session;
use crate::session::action::Action;
use crate::session::effect::Effect;
use crate::session::host::Host;
use crate::session::playback::Sight;
use crate::session::tests::{Tester, act, check, frame, host, message, page, pass};

#[test]
fn ready_is_said_once_with_the_first_height() {
    let rendered = || Action::Rendered { height_px: 640 };
    let mut tester = Tester { session: Session::new(Host { is_framed: true, ..host("?embed=1&at=5000") }), ..page("") };
    assert_eq!(tester.update(rendered()), ["post ready, 640 px", "schedule frames=true ticks=true"]);
    assert_eq!(tester.update(rendered()), [""; 0]);
}

#[test]
fn the_link_of_a_state_opens_its_moment_in_a_window_of_its_own() {
    let mut tester = frame("?embed=1&at=5000&seed=3&controls=speed&autoplay=1");
    tester.perform(pass(200));
    let effects = tester.session.update(Action::Message("pileup/1 state".to_owned()));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Render)));
    let effects = tester.session.update(Action::Rendered { height_px: 640 });
    let Some(Effect::Post(Report::State(state))) = effects.first() else { panic!("there is no state") };
    expect!["?v=1&lesson=leak&preset=the-leak&seed=3&at=5100"].assert_eq(&state.link);
}

#[test]
fn a_frame_is_a_picture_until_it_is_played() {
    let tester = check(
        frame("?embed=1"),
        [pass(1_000), message("pileup/1 play"), pass(300)],
        expect![[r#"
            1000 ms pass → post state at 0 ms, Resting, 0 leaked
            pileup/1 play → render, post state at 0 ms, Running, 0 leaked
            300 ms pass → post state at 100 ms, Running, 0 leaked, post state at 300 ms, Running, 0 leaked
            300 ms, playing: 6 working, 0 stopping, 0 leaked; "Playing.""#]],
    );
    assert!(tester.session.has_begun);
}

#[test]
fn a_state_follows_whatever_was_done_by_the_article_or_by_hand() {
    check(
        frame("?embed=1&at=5000"),
        [
            pass(200),
            message("pileup/1 state"),
            message("pileup/1 set traffic=60"),
            act(Action::Flip),
            message("pileup/1 step by=event"),
            message("pileup/1 seek at=2000"),
            pass(100),
        ],
        expect![[r#"
            200 ms pass → post state at 5000 ms, Resting, 4 leaked, post leak, 4 at 5000 ms
            pileup/1 state → render, post state at 5000 ms, Resting, 4 leaked
            pileup/1 set traffic=60 → render, post state at 5000 ms, Resting, 4 leaked
            flip → scroll to the change, render, post state at 5000 ms, Resting, 4 leaked
            pileup/1 step by=event → render, post state at 5001 ms, Resting, 4 leaked
            pileup/1 seek at=2000 → render
            100 ms pass → post state at 2000 ms, Resting, 1 leaked
            2000 ms, resting: 8 working, 0 stopping, 1 leaked; "The clock goes on to 0:05.001.""#]],
    );
}

#[test]
fn what_was_left_out_of_a_message_is_named() {
    check(
        frame("?embed=1&at=5000"),
        [pass(200), message("pileup/1 set traffic=many&colour=red&seed=9"), message("pileup/2 play"), message("hello")],
        expect![[r#"
            200 ms pass → post state at 5000 ms, Resting, 4 leaked, post leak, 4 at 5000 ms
            pileup/1 set traffic=many&colour=red&seed=9 → post sorry about traffic=many, post sorry about colour=red, render
            pileup/2 play → post sorry about v=2, render, post state at 0 ms, Running, 0 leaked
            hello
            0 ms, playing: 0 working, 0 stopping, 0 leaked; "Playing.""#]],
    );
}

#[test]
fn an_order_set_by_the_article_begins_the_run_anew() {
    let tester = check(
        frame("?embed=1&at=5000"),
        [
            pass(200),
            message("pileup/1 set order=lifo"),
            message("pileup/1 set order=go"),
            message("pileup/1 seek at=5000"),
            pass(100),
        ],
        expect![[r#"
            200 ms pass → post state at 5000 ms, Resting, 4 leaked, post leak, 4 at 5000 ms
            pileup/1 set order=lifo → post sorry about order=lifo, render, post state at 5000 ms, Resting, 4 leaked
            pileup/1 set order=go → render
            pileup/1 seek at=5000 → render
            100 ms pass → post state at 5000 ms, Resting, 4 leaked
            5000 ms, resting: 12 working, 0 stopping, 4 leaked; """#]],
    );
    assert_eq!(tester.session.playback.player().spec().order, Order::Go);
}

#[test]
fn an_article_leaves_the_clock_as_it_is_and_nothing_is_remembered_for_it() {
    check(
        frame("?embed=1&at=5000"),
        [pass(200), message("pileup/1 set theme=dark&lang=ko&speed=200"), message("pileup/1 pause")],
        expect![[r#"
            200 ms pass → post state at 5000 ms, Resting, 4 leaked, post leak, 4 at 5000 ms
            pileup/1 set theme=dark&lang=ko&speed=200 → document ko "Pileup: 취소 신호를 듣지 않는 고루틴은 어떻게 될까요", apply theme "dark", render, post state at 5000 ms, Resting, 4 leaked
            pileup/1 pause → render, post state at 5000 ms, Resting, 4 leaked
            5000 ms, resting: 12 working, 0 stopping, 4 leaked; """#]],
    );
}

#[test]
fn leaks_are_news_only_when_there_are_more() {
    check(
        frame("?embed=1&at=30000&speed=1000"),
        [pass(200), message("pileup/1 play"), pass(600), message("pileup/1 pause"), pass(400)],
        expect![[r#"
            200 ms pass → post state at 30000 ms, Resting, 63 leaked, post leak, 63 at 30000 ms
            pileup/1 play → render, post state at 30000 ms, Running, 63 leaked
            600 ms pass → post state at 31000 ms, Running, 66 leaked, post leak, 66 at 31000 ms, post state at 33000 ms, Running, 69 leaked, post leak, 69 at 33000 ms, post state at 35000 ms, Running, 76 leaked, post leak, 76 at 35000 ms
            pileup/1 pause → render
            400 ms pass → post state at 36000 ms, Resting, 77 leaked, post leak, 77 at 36000 ms
            36000 ms, resting: 14 working, 0 stopping, 77 leaked; "Playing.""#]],
    );
}

#[test]
fn the_height_is_told_when_it_changes_by_more_than_a_pixel() {
    let heights = [641, 642, 700].map(|height_px| act(Action::Rendered { height_px }));
    check(
        frame("?embed=1&at=5000"),
        [pass(200)].into_iter().chain(heights),
        expect![[r#"
            200 ms pass → post state at 5000 ms, Resting, 4 leaked, post leak, 4 at 5000 ms
            rendered, 641 px
            rendered, 642 px → post height, 642 px
            rendered, 700 px → post height, 700 px
            5000 ms, resting: 12 working, 0 stopping, 4 leaked; """#]],
    );
}

#[test]
fn a_page_of_its_own_tells_nobody() {
    check(
        page("?at=5000"),
        [pass(200), act(Action::Flip), message("pileup/1 state")],
        expect![[r#"
            200 ms pass
            flip → scroll to the change, render
            pileup/1 state → render
            5000 ms, resting: 12 working, 0 stopping, 4 leaked; "Listen: on. None has leaked since 0:05.0. Whoever begins to wait now listens; those already waiting do not.""#]],
    );
}

#[test]
fn out_of_sight_the_clock_rests_and_says_so_afterwards() {
    let tester = check(
        frame("?embed=1&autoplay=1"),
        [pass(1_000), act(Action::See(Sight::OutOfSight)), pass(3_000), act(Action::See(Sight::Seen)), pass(200)],
        expect![[r#"
            1000 ms pass → post state at 200 ms, Running, 0 leaked, post state at 400 ms, Running, 0 leaked, post state at 600 ms, Running, 0 leaked, post state at 800 ms, Running, 0 leaked
            see OutOfSight → render, schedule frames=false ticks=false, post state at 900 ms, Resting, 0 leaked
            3000 ms pass
            see Seen → render, schedule frames=true ticks=true, post state at 900 ms, Running, 0 leaked
            200 ms pass → post state at 1000 ms, Running, 0 leaked
            1100 ms, playing: 8 working, 0 stopping, 0 leaked; "It rested at 0:00.9 while it was out of sight, and goes on.""#]],
    );
    let note = tester.session.announcer.note.as_ref();
    assert_eq!(note, Some(&tester.session.announcer.live), "and leaves it standing");
}
