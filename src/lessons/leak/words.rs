//! What the languages' files say about `leak`: what those sentences keep to.

use std::fmt::Write as _;

use expect_test::expect;

use crate::lessons::leak::{knob, lesson};
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
    for settings in [[0, 3, 1, 20], [1, 3, 1, 0], [1, 2, 0, 0], [1, 1, 1, 20], [1, 0, 1, 0], [1, 0, 0, 5]] {
        let mut values = lesson.defaults();
        for (knob, value) in [knob::LISTEN, knob::HEARS, knob::SEND, knob::FORGETFUL].into_iter().zip(settings) {
            values[knob] = value;
        }
        writeln!(text, "{}", lesson.switch_meaning(Language::English, &values)).unwrap();
    }
    expect![[r#"
        No. They keep waiting, even after cancel().
        Yes. Every wait of the work also waits for ctx.Done().
        Before each step of the work, but not while a step waits. The send does not listen.
        Once: a look at ctx.Done() before the work, none during it. 20% of them forget to.
        Hardly. The work never looks at ctx.Done(). Only the send listens.
        Hardly. The work never looks at ctx.Done(). The send does not listen. 5% of them forget to.
    "#]]
    .assert_eq(&text);
}
