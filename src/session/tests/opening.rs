//! How a preset is opened: as a link has it, or as a page opens it for a reader.

use expect_test::expect;

use super::{Tester, act, frame, message, page, pass};
use crate::lessons::preset::Count;
use crate::link::write;
use crate::session::action::{Action, Change};
use crate::session::host::Host;

/// The knobs and the speed, as a link writes them; the moment, whether it plays, and what the head says.
fn shown(tester: &Tester) -> String {
    let session = &tester.session;
    let plays = if session.playback.is_playing() { "playing" } else { "at rest" };
    let link = write::query(&session.present_link());
    format!("{link}\n{} ms, {plays}: {}", session.snapshot.time_ms, session.headline())
}

fn choose(name: &str, tester: &mut Tester) {
    let preset = tester.session.link.lesson.preset(name);
    tester.perform(act(Action::Begin(Change { preset, ..Change::default() })));
}

/// A plain page: the other tests' helper gives every page a seed.
fn plain(query: &str) -> Tester {
    Tester::new(Host { query: query.to_owned(), ..super::host("") })
}

#[test]
fn a_page_that_is_told_nothing_about_a_run_opens_its_preset_with_pace() {
    let mut tester = plain("");
    tester.perform(pass(300));
    expect![[r#"
        ?v=1&lesson=leak&preset=the-leak&work=1000&stuck=3&timeout=4000&traffic=280&jitter=80&hangs=drawn&seed=1
        6700 ms, playing: cancel() asks. It stops nobody."#]]
    .assert_eq(&shown(&tester));
    let mut tester = plain("?preset=quiet-month&lang=en");
    tester.perform(pass(300));
    expect![[r#"
        ?v=1&lesson=leak&preset=quiet-month&memory=256&deploy=1440&freeze=on&seed=1&speed=5000000&lang=en
        10000000 ms, playing: A leak too slow to notice."#]]
    .assert_eq(&shown(&tester));
}

#[test]
fn a_link_that_says_anything_about_its_run_and_every_frame_open_what_they_always_did() {
    let links = ["?preset=the-leak&seed=1", "?traffic=60", "?in=500:listen:on", "?speed=100", "?at=2000"];
    for query in links {
        let mut tester = page(query);
        tester.perform(pass(200));
        let session = &tester.session;
        let mut values = session.link.lesson.values_of(0);
        if query == "?traffic=60" {
            values[session.link.lesson.knob("traffic").expect("a knob")] = 60;
        }
        assert_eq!(session.link.knobs, values, "{query}");
        let expected_ms = if query == "?at=2000" { 2_000 } else { 100 };
        assert_eq!(session.snapshot.time_ms, expected_ms, "{query}");
    }
    let mut tester = frame("?embed=1&preset=as-posted&autoplay=1");
    tester.perform(pass(200));
    let lesson = &tester.session.link.lesson;
    assert_eq!(tester.session.link.knobs, lesson.values_of(lesson.preset("as-posted").expect("a preset")));
    assert_eq!(tester.session.snapshot.time_ms, 100);
}

#[test]
fn a_preset_that_a_reader_chooses_opens_with_pace_and_one_of_the_article_does_not() {
    let mut tester = page("");
    choose("as-posted", &mut tester);
    tester.perform(pass(300));
    expect![[r#"
        ?v=1&lesson=leak&preset=as-posted&traffic=70&jitter=80&seed=1&speed=400
        12800 ms, playing: The parent's loop has no exit."#]]
    .assert_eq(&shown(&tester));
    let mut tester = frame("?embed=1");
    tester.perform(message("pileup/1 set preset=as-posted"));
    tester.perform(pass(300));
    expect![[r#"
        ?v=1&lesson=leak&preset=as-posted&seed=1&at=0&embed=1
        0 ms, at rest: The parent's loop has no exit."#]]
    .assert_eq(&shown(&tester));
}

#[test]
fn the_address_that_a_page_writes_opens_the_same_run() {
    let mut tester = page("");
    choose("heard-and-leaked", &mut tester);
    tester.perform(pass(3_000));
    tester.perform(act(Action::Pause));
    tester.perform(pass(300));
    let mut again = page(&write::query(&tester.session.present_link()));
    again.perform(pass(1_000));
    assert!(tester.session.snapshot.counts.heard > 0);
    assert_eq!(again.session.snapshot.counts, tester.session.snapshot.counts);
    assert_eq!(shown(&again), shown(&tester));
}

#[test]
fn a_preset_has_a_headline_and_a_count_of_its_own_until_its_run_is_another_one() {
    let mut tester = page("");
    choose("as-posted", &mut tester);
    assert_eq!(tester.session.headline(), "The parent's loop has no exit.");
    assert_eq!(tester.session.watched(), Some(Count::Leaked));
    tester.perform(act(Action::Flip));
    assert_eq!(tester.session.headline(), "The parent's loop has no exit.", "a flip leaves the parent's loop as it is");
    let parent = tester.session.link.lesson.knob("parent").expect("a knob");
    tester.perform(act(Action::Set { knob: parent, value: 1 }));
    assert_eq!(tester.session.headline(), &tester.session.lesson_words().headline);
}

#[test]
fn the_listing_is_scrolled_to_the_line_of_the_preset() {
    let mut tester = page("");
    choose("as-posted", &mut tester);
    tester.perform(pass(300));
    let session = &tester.session;
    let lines = session.listing.visible(&session.snapshot.values, &session.snapshot.waits);
    let first: Vec<&str> = lines.iter().filter(|line| line.is_first).map(|line| line.shown.line.text.trim()).collect();
    assert_eq!(first, ["select {"]);
    assert!(lines.iter().any(|line| line.is_first && line.waits.leaked > 0), "nobody waits on the line");
}
