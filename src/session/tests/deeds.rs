//! What there is to do: each deed opens a run in which it is not done, is ticked by doing it, and by nothing near it.

use std::ops::ControlFlow;

use expect_test::{Expect, expect};

use super::{Event, FRAME_MS, Tester, act, frame, page, pass};
use crate::lessons;
use crate::session::action::{Action, Change};
use crate::session::selection::Direction;
use crate::session::tasks::{Filter, visit};
use crate::text::Language;
use crate::trace::event::Role;
use crate::verdict::model::{Task, Verdict};

fn number(name: &str) -> usize {
    lessons::first().deed(name).expect("the lesson has it")
}

/// The page on which a reader has opened this deed and waited until its moment was there.
fn opened(name: &str) -> Tester {
    let mut tester = page("?seed=1&lang=en");
    tester.perform(act(Action::OpenDeed(number(name))));
    tester.perform(pass(300));
    tester
}

fn is_done(tester: &Tester) -> bool {
    tester.session.is_deed_done()
}

/// The click on the first task of which this is so.
#[track_caller]
pub(super) fn found(tester: &Tester, is_it: impl Fn(&Task) -> bool) -> Event {
    let mut found = None;
    let _ = visit(tester.session.playback.player().ledger(), Filter::Alive, &mut |task| {
        if is_it(task) {
            found = Some(task.id);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    assert!(found.is_some(), "there is no such task");
    act(Action::Select(found))
}

fn leaked(tester: &Tester) -> Event {
    found(tester, |task| task.verdict.is_leaked())
}

fn turn(name: &str, value: u32) -> Event {
    let knob = lessons::first().knob(name).expect("the lesson has it");
    act(Action::Set { knob, value })
}

/// Nothing of it is done after these; what stands under the headline.
#[track_caller]
pub(super) fn check_near(tester: &mut Tester, events: impl IntoIterator<Item = Event>) {
    for event in events {
        tester.perform(event);
        assert!(!is_done(tester), "{}", tester.shown());
    }
}

/// It is done with this, or at some moment while so much time passes; the line under the headline says what was learned,
/// and the live region too.
#[track_caller]
pub(super) fn check_done(tester: &mut Tester, event: Event, expected: &Expect) {
    let mut left_ms = if let Event::Pass(ms) = event { ms } else { 0 };
    tester.perform(if left_ms > 0 { pass(FRAME_MS) } else { event });
    while left_ms > FRAME_MS && !is_done(tester) {
        left_ms -= FRAME_MS;
        tester.perform(pass(FRAME_MS));
    }
    assert!(is_done(tester), "{}", tester.shown());
    let session = &tester.session;
    expected.assert_eq(&format!("{} {}", session.headline(), session.now()));
    assert!(session.announcer.live.ends_with(&session.now()), "{}", session.announcer.live);
}

#[test]
fn none_is_done_at_its_start_and_none_by_time_alone() {
    let lessons = lessons::all();
    for (lesson, number, deed) in lessons
        .iter()
        .flat_map(|lesson| lesson.deeds.iter().enumerate().map(move |(number, deed)| (lesson, number, deed)))
    {
        // A month with fewer workers, so that a test may play it.
        let fewer = if deed.at_ms > 86_400_000 { "&workers=1" } else { "" };
        let mut tester = page(&["?lang=en&seed=1&lesson=", &lesson.name, "&deed=", &deed.name, fewer].concat());
        tester.perform(pass(300));
        assert_eq!(tester.session.link.deed, Some(number));
        let said = tester.session.deed_words().expect("it has words");
        assert_eq!(
            (tester.session.headline(), tester.session.now()),
            (&said.title, said.how.to_string()),
            "{}",
            deed.name
        );
        check_near(&mut tester, [pass(10_000)]);
    }
}

#[test]
fn a_leak_is_made_by_letting_a_request_come_and_run_out_of_time() {
    let mut tester = opened("make-a-leak");
    assert_eq!(tester.session.snapshot.counts.spawned, 0);
    check_near(&mut tester, [turn("stuck", 100), turn("forgetful", 5), pass(5_000), turn("traffic", 30), pass(1_500)]);
    check_done(
        &mut tester,
        pass(700),
        &expect![
            "Make one leak. Its request is over, and the call it waits for hangs: nobody is left who could wake it. That is a leak."
        ],
    );
}

#[test]
fn the_switch_is_flipped_once_somebody_has_heard() {
    let mut tester = opened("flip-the-switch");
    check_near(&mut tester, [turn("traffic", 300), act(Action::Flip), act(Action::Flip), pass(5_000)]);
    check_near(&mut tester, [act(Action::Flip), pass(300)]);
    check_done(
        &mut tester,
        pass(8_000),
        &expect![
            "Flip the switch: who gets out? Those that began to wait after the flip hear the cancel and return. Those on the pile stay: a fix frees nobody."
        ],
    );
}

#[test]
fn what_one_waits_for_is_read_where_it_is_clicked() {
    let mut tester = opened("what-it-waits-for");
    tester.perform(act(Action::Pause));
    let working = found(&tester, |task| task.verdict == Verdict::Working);
    check_near(&mut tester, [working, act(Action::Select(None)), act(Action::Drain), pass(500)]);
    check_done(
        &mut tester,
        act(Action::SelectNeighbour(Direction::Next)),
        &expect![
            "What does a leaked one wait for? It is a leak because nobody left could ever end its wait, not because it has waited for long."
        ],
    );
}

#[test]
fn as_posted_it_is_the_parents_who_are_on_the_pile() {
    let mut tester = opened("as-posted");
    tester.perform(act(Action::Pause));
    let working = found(&tester, |task| task.role == Role::Parent && !task.verdict.is_leaked());
    let child = found(&tester, |task| task.role == Role::Child);
    check_near(&mut tester, [working, child]);
    let parent = found(&tester, |task| task.role == Role::Parent && task.verdict.is_leaked());
    check_done(
        &mut tester,
        parent,
        &expect!["As posted: who is on the pile? A parent. Its own loop has no exit, however well its workers behave."],
    );
    // A worker that leaked is nobody of those.
    let mut tester = page("?lang=en&preset=the-leak&deed=as-posted&seed=1&at=20000");
    tester.perform(pass(500));
    let on_pile = leaked(&tester);
    check_near(&mut tester, [on_pile, pass(500)]);
}

#[test]
fn the_posts_fix_has_changed_nothing_once_one_leaks_that_started_after_it() {
    let mut tester = opened("the-posts-fix");
    check_near(&mut tester, [pass(3_000), act(Action::Flip), pass(2_000)]);
    assert!(tester.session.snapshot.counts.leaked > 10, "those that leak had started before");
    check_done(
        &mut tester,
        pass(3_000),
        &expect![
            "The fix that changes nothing. What leaks now started after the fix. The fix is in a function that had no leak: those on the pile are parents."
        ],
    );
}

#[test]
fn late_is_not_leaked_says_the_drain_test() {
    let mut tester = opened("late-not-leaked");
    check_near(&mut tester, [act(Action::Flip), act(Action::SelectNeighbour(Direction::Next))]);
    check_near(&mut tester, [act(Action::Drain)]);
    check_done(
        &mut tester,
        pass(500),
        &expect![
            "Late, not leaked: ramp or plateau? Nobody stays: all of them return by themselves. Late work makes a plateau; a leak is a ramp."
        ],
    );
    // Clean while nobody was late proves nothing.
    let mut tester = page("?lang=en&preset=late-not-leaked&deed=late-not-leaked&seed=1&at=1000");
    check_near(&mut tester, [pass(500), act(Action::Drain), pass(500)]);
}

#[test]
fn who_heard_and_leaked_all_the_same_is_found_on_the_pile() {
    let mut tester = opened("heard-and-leaked");
    tester.perform(act(Action::Pause));
    let late = found(&tester, |task| task.verdict == Verdict::Stopping);
    check_near(&mut tester, [late, act(Action::Drain), pass(500)]);
    let on_pile = leaked(&tester);
    check_done(
        &mut tester,
        on_pile,
        &expect![
            "It heard, and leaked all the same. It heard the cancel, stopped its work, and sent its result to nobody. Whoever listens has to listen in the send as well."
        ],
    );
    let mut tester = page("?lang=en&preset=the-leak&deed=heard-and-leaked&seed=1&at=20000");
    tester.perform(pass(500));
    let on_pile = leaked(&tester);
    check_near(&mut tester, [on_pile, pass(500)]);
}

#[test]
fn a_runaway_is_seen_by_the_drain_test_and_not_by_a_click() {
    let mut tester = opened("a-runaway");
    let on_pile = leaked(&tester);
    check_near(&mut tester, [on_pile, act(Action::Drain)]);
    check_done(
        &mut tester,
        pass(500),
        &expect![
            "A runaway: which tools see it? It is never blocked for good, so LeakProf, Go’s profile, the runtime and synctest are silent. goleak, which counts who is left, sees it."
        ],
    );
    let mut tester = page("?lang=en&preset=the-leak&deed=a-runaway&seed=1&at=20000");
    check_near(&mut tester, [pass(500), act(Action::Drain), pass(500)]);
}

#[test]
fn a_parent_that_joins_is_found_while_it_waits_for_its_workers() {
    let mut tester = opened("joins");
    tester.perform(act(Action::Pause));
    let child = found(&tester, |task| task.role == Role::Child);
    let gathers = found(&tester, |task| task.role == Role::Parent && !waits_for_children(task));
    check_near(&mut tester, [child, gathers, act(Action::Drain), pass(500)]);
    let joins = found(&tester, waits_for_children);
    check_done(
        &mut tester,
        joins,
        &expect![
            "Join: why wait after cancel()? cancel() returns at once, and the workers have not. Who waits for the last one leaves nobody behind."
        ],
    );
}

fn waits_for_children(task: &Task) -> bool {
    task.waits().any(|wait| wait.head.reason.as_str() == "sync.WaitGroup.Wait")
}

/// With one worker a request, so that a test may play a month.
#[test]
fn a_month_has_gone_by_when_a_leak_is_looked_at_behind_its_end() {
    let mut tester = page("?lang=en&deed=a-month&workers=1&seed=1");
    assert!(tester.session.playback.is_playing());
    check_near(&mut tester, [pass(300), act(Action::SelectNeighbour(Direction::Next)), act(Action::Select(None))]);
    check_near(&mut tester, [pass(8_000)]);
    check_done(
        &mut tester,
        act(Action::SelectNeighbour(Direction::Next)),
        &expect![
            "Let a month go by. 43,353 stay, which as goroutines is 121 MB. A restart every day would have hidden it."
        ],
    );
}

#[test]
fn what_was_learned_stands_there_until_the_reader_goes_on() {
    let mut tester = opened("what-it-waits-for");
    let on_pile = leaked(&tester);
    tester.perform(on_pile);
    let learned = tester.session.now();
    tester.perform(pass(2_000));
    tester.perform(act(Action::Select(None)));
    assert_eq!(tester.session.now(), learned);
    tester.perform(act(Action::Speak(Language::Korean)));
    assert_ne!(tester.session.now(), learned);
    tester.perform(act(Action::Flip));
    assert!(
        tester.session.now().contains("스위치") || tester.session.now().contains("새지"),
        "{}",
        tester.session.now()
    );
}

#[test]
fn a_preset_or_another_lesson_closes_a_deed_and_a_run_from_its_start_does_not() {
    let mut tester = opened("as-posted");
    tester.perform(act(Action::Begin(Change { seed: Some(5), ..Change::default() })));
    assert_eq!(tester.session.link.deed, Some(number("as-posted")));
    tester.perform(act(Action::Begin(Change { preset: Some(0), ..Change::default() })));
    assert_eq!(tester.session.link.deed, None);
    tester.perform(act(Action::OpenDeed(number("joins"))));
    tester.perform(act(Action::OpenLesson(lessons::first())));
    assert_eq!(tester.session.link.deed, None);
}

#[test]
fn what_is_done_is_counted_once() {
    let mut tester = opened("what-it-waits-for");
    let on_pile = leaked(&tester);
    tester.perform(on_pile);
    tester.perform(act(Action::OpenDeed(number("what-it-waits-for"))));
    tester.perform(pass(300));
    assert!(is_done(&tester));
    let on_pile = leaked(&tester);
    tester.perform(on_pile);
    assert_eq!(tester.session.deeds.count(&tester.session.link.lesson), 1);
}

/// A link that names a deed alone opens it; one that names a preset as well is a run in which it is open.
#[test]
fn a_frame_carries_a_deed_and_tells_the_article_when_it_is_done() {
    let mut tester = frame("?embed=1&deed=what-it-waits-for&lang=en");
    assert!(!tester.session.has_begun && !tester.session.playback.is_playing());
    let posted: Vec<String> = [pass(300), act(Action::SelectNeighbour(Direction::Next)), pass(300)]
        .into_iter()
        .flat_map(|event| tester.perform(event))
        .filter(|effect| effect.starts_with("post deed"))
        .collect();
    expect!["post deed what-it-waits-for at 20000 ms"].assert_eq(&posted.join("\n"));
    let link = crate::link::write::query(&tester.session.frame_link());
    expect!["?v=1&lesson=leak&preset=the-leak&deed=what-it-waits-for&work=1000&stuck=3&timeout=4000&traffic=280&jitter=80&hangs=drawn&seed=1&lang=en&embed=1"].assert_eq(&link);
}
