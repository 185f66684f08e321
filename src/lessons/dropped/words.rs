//! What the languages' files say about `dropped`: what those sentences keep to.

use std::fmt::Write as _;

use expect_test::expect;

use crate::lessons::dropped::{knob, lesson};
use crate::text::Language;

/// By letters, which is what 360 CSS pixels have room for: so nothing on a phone moves when another one is chosen.
#[test]
fn a_headline_of_a_preset_or_a_deed_is_one_line_of_a_phone() {
    let lesson = lesson();
    for (language, letters_max) in [(Language::English, 34), (Language::Korean, 24)] {
        let said = lesson.words(language);
        let headlines = said.presets.iter().map(|preset| &preset.lead).chain(said.deeds.iter().map(|deed| &deed.title));
        for headline in headlines {
            assert!(headline.chars().count() <= letters_max, "{headline}");
        }
    }
}

#[test]
fn the_switch_says_what_it_means_as_the_knobs_are_set() {
    let lesson = lesson();
    let mut text = String::new();
    for how in 0..5 {
        for (cancel, hangup) in [(0, 0), (1, 0), (1, 40)] {
            let mut values = lesson.defaults();
            for (knob, value) in [(knob::CANCEL, cancel), (knob::HOW, how), (knob::HANGUP, hangup)] {
                values[knob] = value;
            }
            writeln!(text, "{}", lesson.switch_meaning(Language::English, &values)).unwrap();
        }
    }
    expect![[r#"
        No. Their handles are dropped, and the tasks go on.
        They ask. A task looks before each step, not during one.
        They ask. A task looks before each step, not during one. Dropped themselves, they never get there.
        No. Their handles are dropped, and the tasks go on.
        They ask. A task waits for the token beside its work.
        They ask. A task waits for the token beside its work. Dropped themselves, they never get there.
        No. Their handles are dropped, and the tasks go on.
        They ask even when dropped: a guard cancels the token.
        They ask even when dropped: a guard cancels the token.
        No. Their handles are dropped, and the tasks go on.
        They drop them: abort() ends a task at its await.
        They drop them: abort() ends a task at its await. Dropped themselves, they never get there.
        No switch needed: they are dropped with their request.
        No switch needed: they are dropped with their request.
        No switch needed: they are dropped with their request.
    "#]]
    .assert_eq(&text);
}
