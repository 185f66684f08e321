//! The way back: what is shown of a moment that the run has left behind is what was shown there, and nothing runs for it.

use crate::link::message::Step;
use crate::link::tests::Draw;
use crate::property::{Case, seeds};
use crate::session::action::Action;
use crate::session::tests::{Event, Tester, act, frame, message, page, pass};
use crate::trace::event::TaskId;
use crate::verdict::model::Counts;

/// The leaked tasks of a run that was played for a minute of virtual time, and is shown at this moment of it.
fn looks_back_at(at_ms: u64) -> Tester {
    let mut tester = page("?at=60000");
    tester.perform(pass(400));
    tester.perform(act(Action::Seek(at_ms)));
    tester.perform(Event::Frame);
    assert!(!tester.session.playback.is_seeking(), "one frame is enough");
    tester
}

fn polls(tester: &Tester) -> u64 {
    tester.session.playback.player().ledger().counts().polls
}

/// What a step shows. Events of which nothing is seen may lie on either side of it.
fn counts(tester: &Tester) -> Counts {
    Counts { events: 0, ..tester.session.snapshot.counts }
}

/// What stands on the page.
fn shown(tester: &Tester) -> String {
    let snapshot = &tester.session.snapshot;
    format!("{} ms, {:?}, {:?}", snapshot.time_ms, snapshot.counts, snapshot.values)
}

/// All that a reader can see of a moment: counts, table, inspector, sentence, code, stage and plot.
fn everything(tester: &mut Tester) -> String {
    tester.perform(Event::Frame);
    tester.session.note_render();
    let session = &mut tester.session;
    let plot = session.take_plot().expect("the page was rendered");
    let mut text = shown(tester);
    let session = &tester.session;
    let snapshot = &session.snapshot;
    text += &format!("\n{:?}\n{} {:?}\n", snapshot.rows, snapshot.rows_left, snapshot.ended);
    text += &format!("{:?}\n{}\n{}\n", snapshot.selected, session.now(), session.switch_means());
    text += &format!("{:?} {}\n", snapshot.waits, session.listing.is_turned);
    text += &format!("{:?}\n{:?}\n", session.scene.stage().shapes(), session.scene.labels().collect::<Vec<_>>());
    text += &format!("{:?} {} {} {:?}", plot.samples, plot.most, plot.step, plot.marks_ms);
    text
}

#[test]
fn a_moment_that_was_left_behind_is_shown_as_it_was() {
    for at_ms in [0, 1, 5_000, 31_415, 59_999] {
        let mut looking_back = looks_back_at(at_ms);
        let mut fresh = page(&format!("?at={at_ms}"));
        looking_back.perform(pass(100));
        fresh.perform(pass(400));
        assert_eq!(shown(&looking_back), shown(&fresh));
        assert_eq!(polls(&looking_back), polls(&fresh));
        let curves = [&looking_back, &fresh].map(|tester| tester.session.playback.player().curve().samples().to_vec());
        assert_eq!(curves[0], curves[1]);
    }
}

/// The page of this query, played for a minute of virtual time and taken back to a moment, with a task selected or none, shows
/// what the page shows that was opened at that moment.
fn is_shown_as_it_was(query: &str, at_ms: u64, selected: Option<TaskId>) {
    let mut looking_back = page(&format!("{query}&at=60000"));
    looking_back.perform(pass(600));
    let mut fresh = page(&format!("{query}&at={at_ms}"));
    fresh.perform(pass(600));
    looking_back.perform(act(Action::Seek(at_ms)));
    looking_back.perform(pass(1_200));
    for tester in [&mut looking_back, &mut fresh] {
        tester.perform(act(Action::Select(selected)));
        tester.perform(pass(1_200));
    }
    let [looking_back, fresh] = [&mut looking_back, &mut fresh].map(everything);
    for (looking_back, fresh) in looking_back.lines().zip(fresh.lines()) {
        assert_eq!(looking_back, fresh);
    }
}

#[test]
fn all_that_is_seen_of_a_past_moment_is_what_was_seen_of_it() {
    for seed in seeds(6) {
        let mut draw = Draw::of_seed(seed);
        let queries = [
            "?seed=1",
            "?seed=2&in=20000:listen:on",
            "?traffic=600&stuck=30",
            "?preset=as-posted",
            "?in=5000:traffic:300,30000:listen:on",
        ];
        let (query, at_ms) = (draw.of(&queries), draw.below(60_000));
        let selected = Some(TaskId(1 + draw.below(300) as u32)).filter(|_| draw.below(2) == 0);
        let _case = Case(|| format!("is_shown_as_it_was({query:?}, {at_ms}, {selected:?});"));
        is_shown_as_it_was(query, at_ms, selected);
    }
}

/// What happens to a task one after the other: each can be undone and done again, and all of it in turn.
#[test]
fn what_happens_to_a_task_can_be_walked_through_to_and_fro() {
    let (mut told, mut walked) = (0, 0);
    for seed in seeds(20) {
        let mut draw = Draw::of_seed(seed);
        let mut tester = page(&format!("?seed={seed}&at={}", 200 + draw.below(9_000)));
        tester.perform(pass(400));
        let alive: Vec<TaskId> = tester.session.playback.player().ledger().tasks().map(|task| task.id).collect();
        tester.perform(act(Action::Select(Some(draw.of(&alive)))));
        let mut seen = Vec::new();
        for _ in 0..12 {
            if !tester.session.can_step_task() {
                break;
            }
            let was_told = tester.session.snapshot.selected.as_ref().map(|task| task.facts[2].clone());
            tester.perform(act(Action::Step(Step::TaskNext)));
            let here = tester.session.snapshot.counts;
            seen.push(here);
            told +=
                usize::from(was_told != tester.session.snapshot.selected.as_ref().map(|task| task.facts[2].clone()));
            if tester.session.step_text().is_some_and(|text| text.contains("nothing has happened")) {
                seen.pop();
                break;
            }
            tester.perform(act(Action::Step(Step::TaskBack)));
            tester.perform(act(Action::Step(Step::TaskNext)));
            assert_eq!(tester.session.snapshot.counts, here, "seed {seed}");
            walked += 1;
        }
        // Each of them lies between two positions that the way back stops at.
        for pair in seen.windows(2).rev() {
            tester.perform(act(Action::Step(Step::TaskBack)));
            let events = tester.session.snapshot.counts.events;
            assert!((pair[0].events..pair[1].events).contains(&events), "seed {seed}: {events}");
        }
    }
    assert!(walked > 20 && told > 2, "{walked} walked, {told} told");
}

/// A task that is not there yet has not returned.
#[test]
fn a_task_that_starts_later_is_not_said_to_have_returned() {
    let mut tester = page("?at=20000");
    tester.perform(pass(400));
    let newest = tester.session.playback.player().ledger().tasks().map(|task| task.id).max_by_key(|task| task.0);
    tester.perform(act(Action::Select(newest)));
    tester.perform(act(Action::Seek(19_000)));
    tester.perform(pass(200));
    let selected = tester.session.snapshot.selected.as_ref().expect("it stays selected");
    assert_eq!((selected.verdict, selected.why.as_str()), ("not started yet", "It has not been started yet."));
    tester.perform(act(Action::Step(Step::TaskNext)));
    assert_eq!(tester.session.snapshot.selected.as_ref().map(|task| task.verdict), Some("working"));
}

#[test]
fn playing_on_from_the_past_comes_to_the_same_present_and_beyond_it() {
    let mut tester = looks_back_at(30_000);
    tester.perform(act(Action::SetSpeed(100_000)));
    tester.perform(act(Action::Play));
    tester.perform(pass(700));
    let time_ms = tester.session.snapshot.time_ms;
    assert!(time_ms > 60_000 && !tester.session.playback.player().is_looking_back(), "{time_ms}");
    let mut fresh = page(&format!("?at={time_ms}"));
    fresh.perform(pass(900));
    assert_eq!(polls(&tester), polls(&fresh));
}

#[test]
fn a_step_that_is_undone_leaves_what_was_shown_before_it() {
    for (step, back) in [(Step::Poll, Step::PollBack), (Step::Event, Step::EventBack)] {
        // In the past, at the end of what was played, and beyond it.
        for mut tester in [looks_back_at(5_000), looks_back_at(59_999), page("?at=5000")] {
            tester.perform(pass(400));
            let mut steps = Vec::new();
            for _ in 0..60 {
                tester.perform(act(Action::Step(step)));
                steps.push(counts(&tester));
            }
            for expected in steps.iter().rev().skip(1) {
                tester.perform(act(Action::Step(back)));
                assert_eq!(&counts(&tester), expected);
            }
        }
    }
}

#[test]
fn nothing_lies_before_the_first_step() {
    let mut tester = page("?at=0");
    tester.perform(pass(200));
    for _ in 0..40 {
        tester.perform(act(Action::Step(Step::EventBack)));
    }
    assert_eq!((tester.session.snapshot.time_ms, polls(&tester)), (0, 0));
    tester.perform(act(Action::Step(Step::Poll)));
    assert_eq!(polls(&tester), 1);
}

/// What an article or a reader may ask for.
const ASKED: [&str; 18] = [
    "seek at=0",
    "seek at=700",
    "seek at=1500",
    "seek at=2001",
    "step by=poll",
    "step by=event",
    "step by=poll-back",
    "step by=poll-back",
    "step by=event-back",
    "step by=event-back",
    "set listen=on",
    "set listen=off",
    "set traffic=300",
    "set traffic=600",
    "play",
    "pause",
    "restart",
    "set seed=2",
];

/// Whatever was asked for, to and fro: the run that is shown at the end is the one that its link opens.
fn is_what_its_link_opens(asked: &[&'static str], passing_ms: u64) {
    let mut tester = frame("?embed=1&traffic=120&stuck=30");
    tester.perform(pass(200));
    for text in asked {
        tester.perform(message(text));
        tester.perform(pass(passing_ms));
    }
    tester.perform(message("pileup/1 pause"));
    let at_ms = tester.session.playback.player().now_us() / 1_000;
    tester.perform(act(Action::Seek(at_ms)));
    tester.perform(pass(400));
    assert!(tester.session.waiting.is_empty() && !tester.session.playback.is_seeking());
    let address = tester.session.full_address();
    let (_, query) = address.split_once('?').expect("it has a query");
    let mut fresh = page(&format!("?{query}"));
    fresh.perform(pass(400));
    assert_eq!(shown(&tester), shown(&fresh), "{query}");
    let hashes = [&tester, &fresh].map(|tester| tester.session.playback.player().curve().samples().to_vec());
    assert_eq!(hashes[0], hashes[1], "{query}");
}

#[test]
fn whatever_was_undone_and_changed_the_link_opens_what_is_shown() {
    for seed in seeds(400) {
        let mut draw = Draw::of_seed(seed);
        let texts: Vec<String> = (0..3 + draw.below(12)).map(|_| format!("pileup/1 {}", draw.of(&ASKED))).collect();
        let asked: Vec<&'static str> = texts.into_iter().map(|text| &*text.leak()).collect();
        let passing_ms = 100 * draw.below(4);
        let _case = Case(|| format!("is_what_its_link_opens(&{asked:?}, {passing_ms});"));
        is_what_its_link_opens(&asked, passing_ms);
    }
}

/// The run has left the moment behind, so it runs again up to there; the knob is turned then, and what came after is another
/// future.
#[test]
fn a_flip_in_the_past_takes_effect_there() {
    let mut tester = looks_back_at(20_000);
    tester.perform(act(Action::Flip));
    assert!(tester.session.playback.is_seeking(), "it runs again");
    tester.perform(pass(400));
    assert_eq!(tester.session.snapshot.time_ms, 20_000);
    let query = tester.session.shared_address();
    assert!(query.contains("in=20000:listen:on"), "{query}");
    tester.perform(act(Action::Seek(60_000)));
    tester.perform(pass(900));
    let mut fresh = page("?in=20000:listen:on&at=60000");
    fresh.perform(pass(900));
    assert_eq!((shown(&tester), polls(&tester)), (shown(&fresh), polls(&fresh)));
}
