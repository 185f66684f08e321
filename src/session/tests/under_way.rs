//! Work under way is seen: a seek that takes its time, and a clock that cannot keep up.

use std::cell::Cell;

use expect_test::expect;

use crate::link::message::{Report, State};
use crate::session::action::{Action, Surroundings};
use crate::session::effect::Effect;
use crate::session::keys::{Focus, KeyPress};
use crate::session::playback::UnderWay;
use crate::session::scene::Frame;
use crate::session::tests::{Tester, frame, page};
use crate::stage::palette::Theme;

/// Frames of so many slices of a hundred polls, each followed by a tick, as text.
fn work(tester: &mut Tester, frames: u32, slices: u32) -> Vec<String> {
    tester.session.playback.set_slice_polls(100);
    let mut said = Vec::new();
    for _ in 0..frames {
        let looks = Cell::new(0);
        tester.clock_ms += 100;
        tester.session.frame(tester.clock_ms as f64, || {
            looks.set(looks.get() + 1);
            if looks.get() > slices { 100.0 } else { 0.0 }
        });
        said.extend(tester.update(Action::Tick(Surroundings { system_theme: Theme::Light, preview_height_px: None })));
    }
    said.retain(|said| said != "render");
    said
}

fn say(tester: &mut Tester, text: &str) -> Vec<String> {
    tester.update(Action::Message(format!("pileup/1 {text}")))
}

/// The last state that the article was told of its own asking.
fn state(tester: &mut Tester) -> State {
    let mut reports = tester.session.update(Action::Message("pileup/1 state".to_owned()));
    reports.extend(tester.session.update(Action::Rendered { height_px: 640 }));
    let mut states = reports.into_iter().filter_map(|effect| match effect {
        Effect::Post(Report::State(state)) => Some(state),
        _ => None,
    });
    states.next_back().expect("it was asked for")
}

#[test]
fn a_seek_that_takes_its_time_shows_how_far_it_is_with_the_counts_of_that_moment() {
    let mut tester = page("?traffic=6000&at=60000&lang=en");
    work(&mut tester, 3, 1);
    assert_eq!(tester.session.playback.under_way(), None, "a short one is not worth a word");
    work(&mut tester, 9, 1);
    let session = &tester.session;
    let UnderWay { reached_ms, asked_ms } = session.playback.under_way().expect("it takes its time");
    assert_eq!((reached_ms, asked_ms), (session.snapshot.time_ms, 60_000));
    assert_eq!(session.snapshot.counts, session.playback.player().ledger().counts());
    let counts = session.snapshot.counts;
    assert!(counts.spawned > 100, "{counts:?}");
    assert_eq!(counts.working + counts.stopping + counts.unproven + counts.leaked, counts.alive);
    expect!["Running up to 1:00.0. It has come to 0:00.6."].assert_eq(&session.now());
    expect!["Running up to 1:00.0. It has come to 0:00.2."].assert_eq(&session.announcer.live);
}

#[test]
fn the_article_is_told_how_far_a_seek_is_and_once_more_when_it_is_there() {
    let mut tester = frame("?embed=1&traffic=6000");
    work(&mut tester, 3, u32::MAX);
    assert_eq!(say(&mut tester, "seek at=3000"), ["render"]);
    let early = state(&mut tester);
    assert_eq!((early.seeking_ms, early.time_ms), (Some(3_000), 0), "asked, it answers at once");
    let told = work(&mut tester, 12, 1);
    expect![[r#"
        post state at 339 ms, Resting, 0 leaked
        post state at 428 ms, Resting, 0 leaked
        post state at 504 ms, Resting, 0 leaked
        post state at 573 ms, Resting, 0 leaked
        post state at 639 ms, Resting, 0 leaked"#]]
    .assert_eq(&told.join("\n"));
    let told = work(&mut tester, 2, u32::MAX);
    expect![[r#"
        post state at 3000 ms, Resting, 113 leaked
        post leak, 113 at 3000 ms"#]]
    .assert_eq(&told.join("\n"));
    assert_eq!(state(&mut tester).seeking_ms, None);
}

#[test]
fn a_state_is_told_of_a_seek_to_the_very_moment_that_is_shown() {
    let mut tester = frame("?embed=1&at=3000");
    work(&mut tester, 3, u32::MAX);
    say(&mut tester, "seek at=3000");
    assert_eq!(work(&mut tester, 1, u32::MAX), ["post state at 3000 ms, Resting, 2 leaked"]);
}

#[test]
fn a_pause_ends_a_seek_that_is_shown_where_it_is_and_one_behind_a_seek_belongs_to_it() {
    let mut tester = frame("?embed=1&traffic=6000");
    work(&mut tester, 3, u32::MAX);
    say(&mut tester, "seek at=3000");
    say(&mut tester, "pause");
    work(&mut tester, 1, u32::MAX);
    assert_eq!(tester.session.playback.rest_ms(), Some(3_000));
    say(&mut tester, "seek at=31622400000");
    say(&mut tester, "set listen=on");
    work(&mut tester, 6, 3);
    say(&mut tester, "pause");
    work(&mut tester, 1, u32::MAX);
    let rest_ms = tester.session.playback.rest_ms().expect("it rests");
    assert!((3_000..10_000).contains(&rest_ms), "{rest_ms}");
    let turns: Vec<_> = tester.session.playback.knob_changes().iter().map(|turn| (turn.at_ms, turn.value)).collect();
    assert_eq!(turns, [(rest_ms, 1)], "what waited is done there");
}

#[test]
fn a_restart_and_a_newer_seek_are_done_at_once_on_the_way_to_a_year() {
    let mut tester = frame("?embed=1&traffic=6000");
    work(&mut tester, 3, u32::MAX);
    say(&mut tester, "seek at=31622400000");
    work(&mut tester, 8, 3);
    say(&mut tester, "seek at=100");
    work(&mut tester, 2, u32::MAX);
    assert_eq!(tester.session.playback.rest_ms(), Some(100));
    say(&mut tester, "seek at=31622400000");
    work(&mut tester, 8, 3);
    say(&mut tester, "restart");
    work(&mut tester, 1, u32::MAX);
    assert_eq!((tester.session.playback.rest_ms(), state(&mut tester).time_ms), (Some(0), 0));
}

#[test]
fn by_hand_the_way_to_play_is_the_way_to_stop_while_a_seek_takes_its_time() {
    let space = KeyPress { key: " ", has_shift: false, has_modifier: false, element: "BODY", focus: Focus::Keyboard };
    let mut tester = page("?traffic=6000&at=31622400000");
    work(&mut tester, 3, 1);
    assert!(matches!(tester.session.key(&space), Some(Action::Play)));
    work(&mut tester, 3, 1);
    let Some(action) = tester.session.key(&space) else { panic!("the key does something") };
    assert!(matches!(action, Action::Pause));
    tester.update(action);
    work(&mut tester, 2, u32::MAX);
    assert!(!tester.session.playback.is_seeking() && !tester.session.playback.is_playing());
    assert!(tester.session.playback.rest_ms().is_some_and(|rest_ms| rest_ms > 0));
}

#[test]
fn the_switch_stands_as_it_was_turned_although_it_waits() {
    let mut tester = page("?traffic=6000&at=60000");
    work(&mut tester, 6, 1);
    assert!(!tester.session.is_on());
    tester.update(Action::Flip);
    assert!(tester.session.is_on());
    work(&mut tester, 6, 1);
    assert!(tester.session.is_on() && tester.session.playback.knob_changes().is_empty());
    tester.update(Action::Flip);
    tester.update(Action::Flip);
    work(&mut tester, 1, u32::MAX);
    let turns: Vec<_> = tester.session.playback.knob_changes().iter().map(|turn| (turn.at_ms, turn.value)).collect();
    assert_eq!(turns, [(60_000, 1)]);
}

#[test]
fn a_clock_that_cannot_keep_up_says_how_fast_it_goes_until_it_can() {
    let mut tester = page("?traffic=60000&lang=en");
    work(&mut tester, 60, 4);
    let slow = tester.session.playback.slow_percent();
    assert!(slow.is_some_and(|percent| (5..90).contains(&percent)), "{slow:?}");
    let sentence = tester.session.slow_text().expect("it is said");
    assert!(sentence.starts_with("This browser cannot keep up with the speed. The clock runs at 0."), "{sentence}");
    work(&mut tester, 25, u32::MAX);
    assert_eq!(tester.session.playback.slow_percent(), None);
    work(&mut tester, 40, 4);
    assert!(tester.session.playback.slow_percent().is_some());
    tester.update(Action::Pause);
    work(&mut tester, 2, u32::MAX);
    assert_eq!(tester.session.playback.slow_percent(), None, "at rest nothing is slow");
}

#[test]
fn the_stage_shows_the_moment_whose_counts_are_shown() {
    let mut tester = page("?traffic=6000&at=60000");
    work(&mut tester, 6, 1);
    let counts = tester.session.playback.player().ledger().counts();
    assert_eq!(tester.session.snapshot.counts, counts);
    let mut frame = || {
        tester.clock_ms += 16;
        let looks = Cell::new(0);
        let drawn = tester.session.frame(tester.clock_ms as f64, || f64::from(looks.replace(100)));
        (drawn, tester.session.playback.player().ledger().counts() == counts)
    };
    assert_eq!(frame(), (Frame::Drawn, false), "it is drawn before the frame's work is done");
    assert_eq!(frame(), (Frame::Same, false), "and not again before the next snapshot");
}
