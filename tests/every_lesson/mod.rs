//! What must hold of every lesson, in the registry or not: nothing is missing in it, both languages say the same things,
//! it runs the same each time, its waits stand in its listing, and its links open again.

use std::rc::Rc;

use pileup::caption::{CaptionSubject, caption};
use pileup::executor::limits::Limits;
use pileup::lessons::check::problems;
use pileup::lessons::listing::Listing;
use pileup::lessons::{Lesson, When};
use pileup::link::controls::Control;
use pileup::link::{KnobChange, Link, read, write};
use pileup::player::run::{Keep, Player, Spec};
use pileup::text::Language;
use pileup::text::lesson::LessonWords;
use pileup::trace::event::Role;

/// How long each preset is played, in microseconds of virtual time.
const PLAYED_US: u64 = 15_000_000;

/// Fails with the first thing that does not hold.
pub(crate) fn check(lesson: &Rc<Lesson>) {
    assert_eq!(problems(lesson), Vec::<String>::new(), "{}", lesson.name);
    let [korean, english] = [Language::Korean, Language::English].map(|language| strings(lesson.words(language)));
    both_say_the_same(&english, &korean);
    sentences_are_in_good_form(&english, &korean);
    for knob in lesson.knobs.iter() {
        assert!(read::is_free(&knob.name), "links need the name {}", knob.name);
    }
    for preset in 0..lesson.presets.len().max(1) {
        runs_the_same_each_time(lesson, preset);
        its_links_open_again(lesson, preset);
        its_captions_name_it(lesson, preset);
    }
    the_switch_speaks(lesson);
}

/// The quoted strings of a `Debug` print, in order.
fn strings(words: &LessonWords) -> Vec<String> {
    let print = format!("{words:?}").replace("\\\"", "'");
    print.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What stands in braces, each once.
fn blanks(text: &str) -> Vec<&str> {
    let mut found: Vec<_> =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn both_say_the_same(english: &[String], korean: &[String]) {
    assert_eq!(english.len(), korean.len(), "one language says more than the other");
    for (english, korean) in english.iter().zip(korean) {
        // A singular may say "one" without its number.
        let (ours, theirs) = (blanks(english), blanks(korean));
        assert!(ours.iter().all(|blank| theirs.contains(blank)), "{english} / {korean}");
        assert!(theirs.iter().all(|blank| ours.contains(blank) || *blank == "0"), "{english} / {korean}");
    }
}

fn sentences_are_in_good_form(english: &[String], korean: &[String]) {
    for text in english.iter().chain(korean) {
        assert!(!text.trim().is_empty(), "an empty sentence");
        let is_condition = text.contains("!=");
        assert!(is_condition || !text.contains('!'), "it shouts: {text}");
    }
    for sentence in korean.iter().flat_map(|text| text.split_inclusive(". ")).map(str::trim_end) {
        if sentence.ends_with('.') {
            assert!(sentence.ends_with("요.") || sentence == "네.", "not polite: {sentence}");
        }
    }
}

fn played(lesson: &Rc<Lesson>, preset: usize) -> Player {
    let spec = Spec { knobs: lesson.values_of(preset), seed: 7, ..Spec::new(lesson) };
    let mut player = Player::with(spec, Keep::All, Limits::default());
    player.play_to(PLAYED_US, u64::MAX);
    player
}

fn runs_the_same_each_time(lesson: &Rc<Lesson>, preset: usize) {
    let (player, again) = (played(lesson, preset), played(lesson, preset));
    let name = lesson.preset_name(preset);
    assert!(player.ledger().counts().spawned > 0, "{name} spawns no task");
    assert_eq!(player.trace().hash(), again.trace().hash(), "{name} runs differently each time");
    let running = lesson.running_listing().expect("checked before");
    for wait in player.ledger().waits().filter(|wait| wait.role != Role::Root) {
        let place = player.trace().place(wait.place);
        assert!(is_wait_point(running, &place.file, place.line), "{name}: {}:{} has no name", place.file, place.line);
    }
}

/// Whether the listing names a wait point on this line.
fn is_wait_point(listing: &Listing, file: &str, line: u32) -> bool {
    listing.file == file && !listing.points_at(line).is_empty()
}

fn its_links_open_again(lesson: &Rc<Lesson>, preset: usize) {
    let mut link = Link::of(lesson, preset);
    for (knob, value) in lesson.knobs.iter().zip(&mut link.knobs) {
        // Another value than the preset's, where there is one.
        *value = (0..=*value + 1).rev().find(|other| knob.takes(*other) && other != value).unwrap_or(*value);
    }
    let live = (0..lesson.knobs.len()).filter(|knob| lesson.knobs[*knob].when == When::Live);
    link.inputs = live.map(|knob| KnobChange { at_ms: 100, knob, value: lesson.knobs[knob].default }).collect();
    link.controls = Some(Control::all(lesson).fold(Default::default(), pileup::link::controls::Controls::with));
    let text = write::query(&link);
    let reading = read::query_among(&text, std::slice::from_ref(lesson));
    assert_eq!(reading.complaints, [], "{text}");
    assert_eq!(reading.link, link, "{text}");
}

fn its_captions_name_it(lesson: &Rc<Lesson>, preset: usize) {
    let counts = Default::default();
    for language in Language::ALL {
        let values = &lesson.values_of(preset);
        let of =
            CaptionSubject { lesson, preset, is_changed: false, seed: 7, at_ms: 0, values, counts: &counts, link: "" };
        let said = caption(&of, language.messages());
        let (headline, title) = (said.title, &said.entries[0]);
        let words = lesson.words(language);
        assert!(title.starts_with(&*words.title), "{title}");
        if let Some(said) = words.preset(lesson.preset_name(preset)) {
            assert!(title.ends_with(&*said.title), "{title}");
            assert_eq!(headline, said.lead);
        }
    }
}

/// Whatever the knobs are set to, a switch says what it means then, and no blank is left open.
fn the_switch_speaks(lesson: &Lesson) {
    for language in Language::ALL {
        for preset in 0..lesson.presets.len() {
            let mut values = lesson.values_of(preset);
            for on in [0, 1] {
                if let Some(switch) = lesson.switch {
                    values[switch] = on;
                }
                let means = lesson.switch_meaning(language, &values);
                assert_eq!(means.is_empty(), lesson.switch.is_none(), "{means}");
                assert_eq!(blanks(&means), Vec::<&str>::new(), "{means}");
            }
        }
    }
}
