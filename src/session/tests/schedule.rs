//! Which of the page's own clocks run, and when the address is written.

use expect_test::expect;

use crate::session::Session;
use crate::session::action::Action;
use crate::session::playback::Sight;
use crate::session::tests::{Tester, act, check, frame, host, page, pass};

#[test]
fn what_is_out_of_sight_and_at_rest_does_nothing_at_all() {
    check(
        page("?at=5000"),
        [pass(200), act(Action::See(Sight::OutOfSight)), pass(1_000), act(Action::See(Sight::Seen))],
        expect![[r#"
            200 ms pass
            see OutOfSight → render, schedule frames=false ticks=false
            1000 ms pass
            see Seen → render, schedule frames=true ticks=true
            5000 ms, resting: 12 working, 0 stopping, 4 leaked; """#]],
    );
}

#[test]
fn out_of_sight_what_was_asked_for_is_done_before_the_ticks_end() {
    check(
        frame("?embed=1&at=5000"),
        [pass(200), act(Action::See(Sight::OutOfSight)), act(Action::Drain), pass(1_000)],
        expect![[r#"
            200 ms pass → post state at 5000 ms, Resting, 4 leaked, post leak, 4 at 5000 ms
            see OutOfSight → render, schedule frames=false ticks=false, post state at 5000 ms, Resting, 4 leaked
            drain → render, schedule frames=false ticks=true, post state at 5000 ms, Resting, 4 leaked
            1000 ms pass → schedule frames=false ticks=false
            5000 ms, resting: 12 working, 0 stopping, 4 leaked; """#]],
    );
}

#[test]
fn the_address_is_of_the_run_as_it_rests() {
    check(
        page("?seed=3&lang=en"),
        [pass(2_000), act(Action::Flip), act(Action::Pause), pass(400)],
        expect![[r#"
            2000 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3&lang=en
            flip → scroll to the change, render
            pause → render
            400 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3&in=1900:listen:on&at=1900&lang=en
            1900 ms, resting: 14 working, 0 stopping, 0 leaked; "Paused at 0:01.9.""#]],
    );
}

#[test]
fn a_mounted_page_names_itself() {
    let mut tester = Tester { session: Session::new(host("?lang=ko")), clock_ms: 0, schedule: Default::default() };
    expect![[r#"
        document ko "Pileup: 취소 신호를 듣지 않는 고루틴은 어떻게 될까요"
        scroll the listing
        schedule frames=true ticks=true"#]]
    .assert_eq(&tester.update(Action::Mounted).join("\n"));
}
