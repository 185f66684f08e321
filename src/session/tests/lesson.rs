//! Another lesson, also one that has no switch.

use std::rc::Rc;

use expect_test::expect;

use crate::lessons::listing::CodeLanguage;
use crate::lessons::{self, Lesson};
use crate::session::action::Action;
use crate::session::host::Host;
use crate::session::listing::Look;
use crate::session::tests::{Tester, act, check, host, pass};

/// The flagship as another lesson, its switch a knob like all the others.
fn without_a_switch() -> Rc<Lesson> {
    let first = lessons::first();
    let same = first.clone();
    Rc::new(Lesson {
        name: "other".into(),
        knobs: first.knobs.clone(),
        switch: None,
        quick: Vec::new(),
        presets: first.presets[..2].to_vec(),
        deeds: Vec::new(),
        listings: first.listings.clone(),
        running_listing: first.running_listing,
        translations: first.translations.clone(),
        start: Box::new(move || (same.start)()),
    })
}

fn two_lessons(query: &str) -> Tester {
    let lessons = vec![lessons::first(), without_a_switch()];
    Tester::new(Host { lessons, ..host(query) })
}

#[test]
fn a_reader_chooses_a_lesson_and_keeps_seed_order_speed_and_language() {
    let tester = two_lessons("?seed=3&order=seeded&speed=200&lang=en&preset=as-posted&at=5000&controls=traffic");
    let other = tester.session.lessons[1].clone();
    check(
        tester,
        [pass(200), act(Action::Flip), act(Action::OpenLesson(other)), pass(600)],
        expect![[r#"
            200 ms pass
            flip → scroll to the change, render
            open a lesson → address ?v=1&lesson=leak&preset=as-posted&seed=3&order=seeded&in=5000:listen:on&at=5000&speed=200&lang=en&controls=traffic, step to ?v=1&lesson=other&preset=the-leak&seed=3&order=seeded&speed=200&lang=en, scroll the listing, render
            600 ms pass
            1000 ms, playing: 12 working, 0 stopping, 0 leaked; "Listen: on. None has leaked since 0:05.0. Whoever begins to wait now listens; those already waiting do not.""#]],
    );
}

#[test]
fn a_link_names_any_lesson_that_the_page_offers() {
    let tester = two_lessons("?lesson=other");
    assert_eq!(tester.session.link.lesson.name, "other");
    assert!(tester.session.complaints.named().is_empty());
}

#[test]
fn a_lesson_without_a_switch_is_never_on_and_its_listing_has_no_changes() {
    let mut tester = two_lessons("?lesson=other&at=5000&listen=on");
    tester.perform(pass(200));
    let before = tester.session.snapshot.values.clone();
    tester.perform(act(Action::Flip));
    let session = &tester.session;
    assert_eq!((session.is_on(), &session.snapshot.values), (false, &before));
    let lines = session.listing.visible(&session.snapshot.values, &session.snapshot.waits);
    assert!(!lines.is_empty() && lines.iter().all(|line| matches!(line.look, Look::Plain | Look::Off)));
    expect![
        "Each frame is a request. When its time is up it turns amber: its workers are told to stop. Watch who does."
    ]
    .assert_eq(&session.now());
}

/// A lesson that is written in one language shows it to everybody, and a reader's own choice is kept for the others.
#[test]
fn a_lesson_that_is_not_written_in_the_wanted_language_is_shown_in_its_own() {
    let mut tester = Tester::new(Host { lessons: lessons::all(), ..host("?lang=en") });
    let [first, rust] = [lessons::first(), lessons::by_name("dropped").expect("it is registered")];
    let shown = |tester: &Tester| {
        let session = &tester.session;
        let lines = session.listing.visible(&session.snapshot.values, &session.snapshot.waits);
        (session.listing.language, lines.is_empty())
    };
    assert_eq!(shown(&tester), (CodeLanguage::Go, false));
    tester.perform(act(Action::OpenLesson(rust)));
    assert_eq!(shown(&tester), (CodeLanguage::Rust, false));
    tester.perform(act(Action::OpenLesson(first)));
    assert_eq!(shown(&tester), (CodeLanguage::Go, false));
}
