//! Floods of messages: what a frame keeps, what it says, and that it answers afterwards.

use allocation_counter::measure;

use crate::link::message::{COMPLAINTS_MAX, SETTINGS_MAX, TEXT_MAX};
use crate::link::{BYTES_MAX as QUERY_BYTES_MAX, INPUTS_MAX};
use crate::session::action::{Action, Surroundings};
use crate::session::complaint::SHOWN_MAX;
use crate::session::reporter::REJECTIONS_MAX;
use crate::session::tests::{Tester, frame, pass};
use crate::session::update::MESSAGE_RENDERS_MAX;
use crate::session::waiting::WAITING_MAX;
use crate::stage::palette::Theme;

/// What a frame may hold more than before, whatever was sent to it.
const BYTES_MAX: i64 = 1 << 20;

/// A frame on its way to a moment that is a year away.
fn under_way() -> Tester {
    let mut tester = frame("?embed=1");
    tester.perform(pass(200));
    tester.update(Action::Message("pileup/1 seek at=31622400000".to_owned()));
    tester
}

/// How much is said while such messages come, and how much more the frame holds after them.
fn flood(tester: &mut Tester, text: &str, count: u32) -> (usize, i64) {
    let mut said = 0;
    let held = measure(|| {
        for _ in 0..count {
            let effects = tester.session.update(Action::Message(text.to_owned()));
            said += effects.len();
        }
    });
    (said, held.bytes_current)
}

fn tick(tester: &mut Tester) -> Vec<String> {
    tester.update(Action::Tick(Surroundings { system_theme: Theme::Light, preview_height_px: None }))
}

/// The next tick answers whoever asks.
#[track_caller]
fn answers(tester: &mut Tester) {
    let mut said = tester.update(Action::Message("pileup/1 state".to_owned()));
    said.extend(tick(tester));
    assert!(said.iter().any(|said| said.starts_with("post state")), "{said:?}");
}

#[test]
fn twenty_thousand_long_texts_leave_nothing_behind() {
    for mut tester in [frame("?embed=1"), under_way()] {
        // The page brings over as much of a text as is read.
        let long = "y".repeat(TEXT_MAX as usize - 9);
        for (text, count) in [(format!("pileup/1 {long}"), 20_000), (format!("pileup/1 set listen=on&x={long}"), 500)] {
            let (said, bytes) = flood(&mut tester, &text, count);
            assert!(bytes < BYTES_MAX, "{bytes} bytes");
            assert!(said <= REJECTIONS_MAX as usize + 20, "{said} effects");
            answers(&mut tester);
        }
    }
}

#[test]
fn ten_thousand_messages_of_wrong_parts_are_answered_with_few_words() {
    for mut tester in [frame("?embed=1"), under_way()] {
        let wrong: Vec<_> = (0..64).map(|number| format!("x{number}=1")).collect();
        let (said, bytes) = flood(&mut tester, &format!("pileup/1 set {}", wrong.join("&")), 10_000);
        assert!(said <= REJECTIONS_MAX as usize + 20, "{said} effects");
        assert!(bytes < BYTES_MAX, "{bytes} bytes");
        let said = tick(&mut tester);
        let rest = 10_000 * 9 - u64::from(REJECTIONS_MAX);
        assert!(said.contains(&format!("post sorry about more={rest}")), "{said:?}");
        answers(&mut tester);
    }
}

#[test]
fn ten_thousand_seeks_end_at_the_last_one() {
    let mut tester = under_way();
    let mut said = 0;
    let held = measure(|| {
        for at_ms in 0..10_000 {
            said += tester.session.update(Action::Message(format!("pileup/1 seek at={}", 10_000 - at_ms))).len();
        }
    });
    assert!(held.bytes_current < BYTES_MAX, "{} bytes", held.bytes_current);
    assert!(said <= 20, "{said} effects");
    answers(&mut tester);
    tester.perform(pass(100));
    assert_eq!(tester.session.playback.rest_ms(), Some(1));
}

#[test]
fn whatever_is_asked_ten_thousand_times_behind_a_seek_waits_in_bounds() {
    for text in ["set listen=on", "set traffic=600&listen=off", "step by=event", "play", "pause", "state", "restart"] {
        let mut tester = under_way();
        let (said, bytes) = flood(&mut tester, &format!("pileup/1 {text}"), 10_000);
        assert!(said <= 20, "{text}: {said} effects");
        assert!(bytes < BYTES_MAX, "{text}: {bytes} bytes");
        answers(&mut tester);
    }
}

/// The article and the reader are told of an input that is one too many, and the complaints do not grow without bound.
#[test]
fn an_input_that_is_one_too_many_is_refused_in_words() {
    let mut tester = frame("?embed=1&at=100&lang=en");
    tester.perform(pass(200));
    let mut said = Vec::new();
    for number in 0..1_099 {
        let value = 61 + number % 100;
        said.extend(tester.update(Action::Message(format!("pileup/1 set traffic={value}"))));
        if number % 50 == 0 {
            said.extend(tick(&mut tester));
        }
    }
    let refused: Vec<_> = said.iter().filter(|said| said.contains("sorry about traffic")).collect();
    assert_eq!((tester.session.playback.knob_changes().len(), refused.len()), (1_000, 99));
    let sentences = tester.session.complaints.sentences(tester.session.words);
    assert_eq!(sentences.len(), 9);
    assert_eq!(sentences[0], "A run takes 1,000 changes of knobs. traffic was not set to “61”.");
    assert_eq!(sentences[8], "91 more were left out.");
}

#[test]
fn the_table_of_bounds_has_those_of_a_page() {
    let table = include_str!("../../executor/limits.rs");
    let bounds = [
        ("link::INPUTS_MAX", INPUTS_MAX),
        ("link::BYTES_MAX", QUERY_BYTES_MAX),
        ("message::SETTINGS_MAX", SETTINGS_MAX),
        ("message::COMPLAINTS_MAX", COMPLAINTS_MAX),
        ("reporter::REJECTIONS_MAX", REJECTIONS_MAX as usize),
        ("waiting::WAITING_MAX", WAITING_MAX),
        ("complaint::SHOWN_MAX", SHOWN_MAX),
        ("update::MESSAGE_RENDERS_MAX", MESSAGE_RENDERS_MAX as usize),
    ];
    for (name, most) in bounds {
        let row = table.lines().find(|line| line.contains(&format!("`{name}`"))).expect(name);
        assert!(row.replace(' ', "").contains(&format!("|{most}|")), "{row}");
    }
}
