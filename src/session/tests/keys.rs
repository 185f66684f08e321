//! Which key asks for what.

use expect_test::expect;

use crate::session::action::Action;
use crate::session::keys::{Focus, KeyPress};
use crate::session::selection::Direction;
use crate::session::sharing::Dialog;
use crate::session::tests::{Tester, act, action_name, frame, page, pass};

const PRESS: KeyPress<'_> =
    KeyPress { key: "", has_shift: false, has_modifier: false, element: "BODY", focus: Focus::Keyboard };

fn name(action: Option<Action>) -> String {
    action.as_ref().map_or_else(|| "nothing".to_owned(), action_name)
}

fn table(tester: &Tester) -> String {
    let keys = [" ", "ArrowRight", ".", "ArrowLeft", "+", "=", "-", "?", "a"];
    let row = |key| format!("{key:?}: {}", name(tester.session.key(&KeyPress { key, ..PRESS })));
    keys.map(row).join("\n")
}

#[test]
fn each_key_has_one_meaning() {
    let mut tester = page("?at=5000");
    tester.perform(pass(200));
    expect![[r#"
        " ": play
        "ArrowRight": step Poll
        ".": step record
        "ArrowLeft": seek 4000
        "+": speed 200
        "=": speed 200
        "-": speed 50
        "?": open Keys
        "a": nothing"#]]
    .assert_eq(&table(&tester));
    let event = tester.session.key(&KeyPress { key: "ArrowRight", has_shift: true, ..PRESS });
    assert_eq!(name(event), "step Event");
}

#[test]
fn a_frame_has_no_help_and_what_plays_can_be_paused() {
    let mut tester = frame("?embed=1&autoplay=1&speed=10000");
    tester.perform(pass(200));
    expect![[r#"
        " ": pause
        "ArrowRight": step Poll
        ".": step record
        "ArrowLeft": seek 9000
        "+": speed 100000
        "=": speed 100000
        "-": speed 5000
        "?": nothing
        "a": nothing"#]]
    .assert_eq(&table(&tester));
}

#[test]
fn whoever_has_a_use_for_a_key_keeps_it() {
    let mut tester = page("?at=5000");
    let asks = |tester: &Tester, press: KeyPress<'_>| tester.session.key(&press).is_some();
    for (element, key) in [("INPUT", "-"), ("SELECT", "ArrowLeft"), ("DIV", "ArrowLeft"), ("BUTTON", " "), ("A", " ")] {
        assert!(!asks(&tester, KeyPress { key, element, ..PRESS }), "{element} {key}");
        assert!(asks(&tester, KeyPress { key, ..PRESS }), "{key}");
    }
    assert!(asks(&tester, KeyPress { key: "ArrowLeft", element: "BUTTON", ..PRESS }));
    assert!(!asks(&tester, KeyPress { key: " ", has_modifier: true, ..PRESS }));
    tester.perform(act(Action::OpenDialog(Dialog::Keys)));
    assert!(!asks(&tester, KeyPress { key: " ", ..PRESS }), "a dialog has its own");
}

/// A click needs no focus, and leaves it on what was clicked all the same.
#[test]
fn space_behind_a_click_on_the_switch_pauses_and_by_the_keyboard_flips() {
    let mut tester = page("");
    tester.perform(pass(500));
    let press = KeyPress { key: " ", element: "BUTTON", ..PRESS };
    assert_eq!(name(tester.session.key(&KeyPress { focus: Focus::Pointer, ..press })), "pause");
    assert_eq!(name(tester.session.key(&press)), "nothing", "the button has it");
    let field = KeyPress { element: "INPUT", focus: Focus::Pointer, ..press };
    assert_eq!(name(tester.session.key(&field)), "nothing", "whoever clicks a field types into it");
}

#[test]
fn four_times_one_second_back_is_four_seconds_back() {
    let mut tester = page("?at=9000");
    tester.perform(pass(300));
    for _ in 0..4 {
        let action = tester.session.key(&KeyPress { key: "ArrowLeft", ..PRESS }).expect("it goes back");
        tester.perform(act(action));
    }
    tester.perform(pass(300));
    assert_eq!(tester.session.snapshot.time_ms, 5_000);
}

#[test]
fn escape_selects_nobody() {
    let mut tester = page("?seed=3&at=20000");
    tester.perform(pass(300));
    tester.perform(act(Action::SelectNeighbour(Direction::Next)));
    assert!(tester.session.snapshot.selected.is_some());
    let action = tester.session.key(&KeyPress { key: "Escape", ..PRESS }).expect("it is asked for");
    tester.perform(act(action));
    assert!(tester.session.snapshot.selected.is_none());
}
