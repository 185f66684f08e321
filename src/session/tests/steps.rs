//! What a step shows and says.

use expect_test::{Expect, expect};

use crate::link::message::Step;
use crate::session::action::Action;
use crate::session::steps::StepReport;
use crate::session::tasks::Filter;
use crate::session::tests::{Event, Tester, act, page, pass};
use crate::stage::thread::SteppedTask;
use crate::text::Language;
use crate::trace::event::Role;
use crate::verdict::recent::Poll;

/// What the page says after each action: the visible line, and in brackets the line of code that is lit. Listeners are
/// told the same.
#[track_caller]
fn check(mut tester: Tester, actions: impl IntoIterator<Item = Event>, expected: Expect) -> Tester {
    let mut lines = Vec::new();
    for action in actions {
        let is_step = matches!(action, Event::Act(Action::Step(_) | Action::StepRecord));
        tester.perform(action);
        lines.push(said(&tester));
        let live = &tester.session.announcer.live;
        assert!(!is_step || tester.session.step_text().as_ref() == Some(live), "listeners are told {live}");
    }
    expected.assert_eq(&lines.join("\n"));
    tester
}

fn said(tester: &Tester) -> String {
    let session = &tester.session;
    let Some(step) = session.step_text() else { return "no step".to_owned() };
    assert_eq!(step, session.now());
    let visible = session.listing.visible(&session.snapshot.values, &session.snapshot.waits);
    let spot = session.step.as_ref().and_then(|step| step.spot.as_ref());
    let is_lit = |spot| visible.iter().find(|line| line.shown.places.contains(spot));
    match spot.and_then(is_lit) {
        Some(line) => format!("{step} [{}]", line.shown.line.text.trim()),
        None => step,
    }
}

fn polls(count: usize) -> Vec<Event> {
    vec![act(Action::Step(Step::Poll)); count]
}

fn events(count: usize) -> Vec<Event> {
    vec![act(Action::Step(Step::Event)); count]
}

#[test]
fn each_poll_says_whose_it_was_what_came_and_where_it_waits_now() {
    check(
        page("?at=0"),
        [vec![pass(200)], polls(24)].concat(),
        expect![[r#"
            no step
            The clock goes on to 0:00.100; 4 tasks are ready.
            Worker 1 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 2 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 3 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 4 of request 1: its time was up; it waits again, line 36. [<-call()]
            The clock goes on to 0:00.200; 4 tasks are ready.
            Worker 1 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 2 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 3 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 4 of request 1: its time was up; it waits again, line 36. [<-call()]
            The clock goes on to 0:00.300; 4 tasks are ready.
            Worker 1 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 2 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 3 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 4 of request 1: its time was up; it waits again, line 36. [<-call()]
            The clock goes on to 0:00.400; 4 tasks are ready.
            Worker 1 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 2 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 3 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 4 of request 1: its time was up; it waits again, line 36. [<-call()]
            The clock goes on to 0:00.500; 4 tasks are ready.
            Worker 1 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 2 of request 1: its time was up; it waits again, line 36. [<-call()]
            Worker 3 of request 1: its time was up; it waits again, line 36. [<-call()]"#]],
    );
}

#[test]
fn korean_says_the_same() {
    check(
        page("?at=0&lang=ko"),
        [vec![pass(200)], polls(12)].concat(),
        expect![[r#"
            no step
            시계가 0:00.100까지 갔어요. 고루틴 4개가 실행을 기다려요.
            요청 1의 워커 1번: 기다리던 시간이 지났어요. 36번째 줄에서 다시 기다려요. [<-call()]
            요청 1의 워커 2번: 기다리던 시간이 지났어요. 36번째 줄에서 다시 기다려요. [<-call()]
            요청 1의 워커 3번: 기다리던 시간이 지났어요. 36번째 줄에서 다시 기다려요. [<-call()]
            요청 1의 워커 4번: 기다리던 시간이 지났어요. 36번째 줄에서 다시 기다려요. [<-call()]
            시계가 0:00.200까지 갔어요. 고루틴 4개가 실행을 기다려요.
            요청 1의 워커 1번: 기다리던 시간이 지났어요. 36번째 줄에서 다시 기다려요. [<-call()]
            요청 1의 워커 2번: 기다리던 시간이 지났어요. 36번째 줄에서 다시 기다려요. [<-call()]
            요청 1의 워커 3번: 기다리던 시간이 지났어요. 36번째 줄에서 다시 기다려요. [<-call()]
            요청 1의 워커 4번: 기다리던 시간이 지났어요. 36번째 줄에서 다시 기다려요. [<-call()]
            시계가 0:00.300까지 갔어요. 고루틴 4개가 실행을 기다려요.
            요청 1의 워커 1번: 기다리던 시간이 지났어요. 36번째 줄에서 다시 기다려요. [<-call()]"#]],
    );
}

#[test]
fn a_request_that_is_over_is_told_poll_by_poll() {
    check(
        page("?at=1995&listen=on&stuck=60"),
        [vec![pass(200)], polls(16)].concat(),
        expect![[r#"
            no step
            The clock goes on to 0:02.000; one task is ready.
            Parent of request 1: a case of its select was ready; it called cancel(); it returned.
            Worker 2 of request 1: a case of its select was ready; it heard the cancel; it returned.
            Worker 4 of request 1: a case of its select was ready; it heard the cancel; it returned.
            Worker 5 of request 1: a case of its select was ready; it heard the cancel; it returned.
            The clock goes on to 0:02.034; one task is ready.
            The load generator: its time was up; it opened a request; it waits again.
            Parent of request 4: it runs for the first time; it started 5 tasks; it waits, line 12. [select {]
            Worker 1 of request 4: it runs for the first time; it waits, line 43. [select {]
            Worker 2 of request 4: it runs for the first time; it waits, line 43. [select {]
            Worker 3 of request 4: it runs for the first time; it waits, line 43. [select {]
            Worker 4 of request 4: it runs for the first time; it waits, line 43. [select {]
            Worker 5 of request 4: it runs for the first time; it waits, line 43. [select {]
            The clock goes on to 0:02.092; 2 tasks are ready.
            Worker 1 of request 3: a case of its select was ready; it waits again, line 43. [select {]
            Worker 4 of request 3: a case of its select was ready; it waits again, line 43. [select {]"#]],
    );
}

#[test]
fn an_event_step_passes_over_what_nobody_sees() {
    check(
        page("?at=1000"),
        [vec![pass(200)], events(14)].concat(),
        expect![[r#"
            no step
            The clock goes on to 0:01.030.
            Worker 2 of request 2: it was woken and is ready. [<-call()]
            Worker 3 of request 2: it was woken and is ready. [<-call()]
            Worker 4 of request 2: it was woken and is ready. [<-call()]
            Worker 5 of request 2: it was woken and is ready. [<-call()]
            Worker 2 of request 2: its turn has come. [<-call()]
            Worker 2 of request 2: its wait is over. [<-call()]
            Worker 2 of request 2: it waits, line 36. [<-call()]
            Worker 2 of request 2: it gives the thread back. [<-call()]
            Worker 3 of request 2: its turn has come. [<-call()]
            Worker 3 of request 2: its wait is over. [<-call()]
            Worker 3 of request 2: it waits, line 36. [<-call()]
            Worker 3 of request 2: it gives the thread back. [<-call()]
            Worker 4 of request 2: its turn has come. [<-call()]"#]],
    );
}

#[test]
fn each_event_has_words_of_its_own_where_all_are_asked_for() {
    check(
        page("?at=1000"),
        [vec![pass(200)], vec![act(Action::StepRecord); 24]].concat(),
        expect![[r#"
            no step
            The clock goes on to 0:01.030.
            Worker 2 of request 2: it was woken and is ready. [<-call()]
            Worker 3 of request 2: it was woken and is ready. [<-call()]
            Worker 4 of request 2: it was woken and is ready. [<-call()]
            Worker 5 of request 2: it was woken and is ready. [<-call()]
            Worker 2 of request 2: its turn has come. [<-call()]
            Worker 2 of request 2: its wait is over. [<-call()]
            Something was noted for the proofs.
            Worker 2 of request 2: it waits, line 36. [<-call()]
            Worker 2 of request 2: it gives the thread back. [<-call()]
            Worker 3 of request 2: its turn has come. [<-call()]
            Worker 3 of request 2: its wait is over. [<-call()]
            Something was noted for the proofs.
            Worker 3 of request 2: it waits, line 36. [<-call()]
            Worker 3 of request 2: it gives the thread back. [<-call()]
            Worker 4 of request 2: its turn has come. [<-call()]
            Worker 4 of request 2: its wait is over. [<-call()]
            Something was noted for the proofs.
            Worker 4 of request 2: it waits, line 36. [<-call()]
            Worker 4 of request 2: it gives the thread back. [<-call()]
            Worker 5 of request 2: its turn has come. [<-call()]
            Worker 5 of request 2: its wait is over. [<-call()]
            Something was noted for the proofs.
            Worker 5 of request 2: it waits, line 36. [<-call()]"#]],
    );
}

#[test]
fn the_words_of_a_step_follow_the_language_and_the_listing() {
    use crate::lessons::listing::CodeLanguage;
    check(
        page("?at=1000"),
        [
            pass(200),
            act(Action::Step(Step::Poll)),
            act(Action::Step(Step::Poll)),
            act(Action::ShowListing(CodeLanguage::Rust)),
            act(Action::ShowListing(CodeLanguage::Go)),
        ],
        expect![[r#"
            no step
            The clock goes on to 0:01.030; 4 tasks are ready.
            Worker 2 of request 2: its time was up; it waits again, line 36. [<-call()]
            Worker 2 of request 2: its time was up; it waits again, line 101. [(Works, Deaf) => sleep_with_progress(worker.step, left).await,]
            Worker 2 of request 2: its time was up; it waits again, line 36. [<-call()]"#]],
    );
    let mut tester = page("?at=1000");
    [pass(200), act(Action::Step(Step::Poll)), act(Action::Speak(Language::Korean))]
        .into_iter()
        .for_each(|event| _ = tester.perform(event));
    expect!["시계가 0:01.030까지 갔어요. 고루틴 4개가 실행을 기다려요."].assert_eq(&tester.session.now());
}

#[test]
fn whatever_else_moves_the_run_ends_the_step() {
    for action in [Action::Play, Action::Seek(500), Action::Flip, Action::Replay] {
        let mut tester = page("?at=1000");
        [pass(200), act(Action::Step(Step::Poll))].into_iter().for_each(|event| _ = tester.perform(event));
        assert_ne!(said(&tester), "no step");
        tester.perform(act(action));
        assert_eq!(said(&tester), "no step");
    }
}

#[test]
fn a_run_that_has_ended_says_so() {
    check(
        page("?at=60000&requests=1&stuck=0"),
        [vec![pass(400)], polls(2)].concat(),
        expect![[r#"
        no step
        Nothing is left to happen.
        Nothing is left to happen."#]],
    );
}

/// Names such as `wait-over` are for a terminal.
#[test]
fn no_event_of_any_preset_shows_its_bare_name() {
    let presets = page("").session.link.lesson.presets.len();
    let mut seen = 0;
    for preset in 0..presets {
        let name = page("").session.link.lesson.preset_name(preset).to_owned();
        let query = format!("?preset={name}&at=9000&traffic=60");
        let mut tester = page(&query);
        tester.perform(pass(400));
        for _ in 0..400 {
            tester.perform(act(Action::StepRecord));
            let said = tester.session.now();
            assert!(!said.contains("wait-over") && !said.contains('{') && !said.contains("scope"), "{said}");
            seen += usize::from(said.ends_with('.'));
        }
    }
    assert_eq!(seen, 400 * presets);
}

/// What an event step passes over is what an eye would not miss: the stage, the counts and the waits are as before.
#[test]
fn what_is_passed_over_changes_nothing_that_is_shown() {
    let mut tester = page("?at=1990");
    tester.perform(pass(200));
    let picture = |tester: &Tester| {
        let ledger = tester.session.playback.player().ledger();
        let counts = ledger.counts();
        let shown = (counts.working, counts.stopping, counts.leaked, counts.finished, counts.heard, counts.ready);
        let waits: Vec<_> = ledger.waits().map(|wait| (wait.place.0, wait.alive, wait.leaked)).collect();
        (ledger.now_us(), ledger.running(), shown, waits)
    };
    let mut passed_over = 0;
    for _ in 0..1_000 {
        let before = picture(&tester);
        tester.perform(act(Action::StepRecord));
        if tester.session.step.as_ref().is_some_and(|step| step.is_unseen()) {
            assert!(picture(&tester) == before, "{}", said(&tester));
            passed_over += 1;
        }
    }
    assert!(passed_over > 100, "{passed_over}");
}

/// By its number within its request, in the step, in the inspector and in the table alike.
#[test]
fn a_task_has_one_name_wherever_it_is_named() {
    for language in ["en", "ko"] {
        let mut tester = page(&format!("?seed=3&at=2500&lang={language}"));
        tester.perform(pass(300));
        tester.perform(act(Action::ShowTasks(Filter::Alive)));
        let mut named = 0;
        for _ in 0..60 {
            tester.perform(act(Action::Step(Step::Poll)));
            let stepped = tester.session.step.as_ref().and_then(StepReport::stepped);
            let Some(SteppedTask { task: Poll { task, role: Role::Child, number, scope, .. }, .. }) = stepped else {
                continue;
            };
            tester.perform(act(Action::Select(Some(task))));
            if tester.session.playback.player().ledger().task(task).is_none() {
                continue;
            }
            let name =
                tester.session.snapshot.selected.as_ref().map(|selected| selected.name.clone()).unwrap_or_default();
            let said = tester.session.step_text().unwrap_or_default();
            assert!(said.starts_with(&format!("{name}: ")), "{said}, but {name}");
            for row in tester.session.snapshot.rows.iter().filter(|row| row.task == task) {
                assert_eq!(row.name, name);
            }
            // A request of the flagship has five workers.
            assert!((1..=5).contains(&number) && name.contains(&number.to_string()), "{name}");
            assert!(name.contains(&scope.0.to_string()), "{name}");
            named += 1;
        }
        assert!(named > 5, "{named} steps of workers");
    }
}
