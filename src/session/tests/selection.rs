//! The table, the selected task, and what is known about it.

use expect_test::{Expect, expect};

use crate::session::action::Action;
use crate::session::selection::Direction;
use crate::session::tasks::Filter;
use crate::session::tests::{Event, Tester, act, page, pass};

/// The table, with the selected task marked, and what is known of it.
#[track_caller]
fn check(tester: &mut Tester, actions: impl IntoIterator<Item = Action>, expected: Expect) {
    for action in actions {
        tester.perform(act(action));
    }
    let snapshot = &tester.session.snapshot;
    let mut text = String::new();
    for row in &snapshot.rows {
        let mark = if tester.session.selection.task == Some(row.task) { "> " } else { "  " };
        text.push_str(&format!("{mark}{} | {:?} | {} | {}\n", row.name, row.verdict, row.waits, row.since));
    }
    text.push_str(&format!("and {} more\n", snapshot.rows_left));
    if let Some(task) = &snapshot.selected {
        text.push_str(&format!("{}: {}. {}\n", task.name, task.verdict, task.why));
        for (name, value) in &task.facts {
            text.push_str(&format!("  {name}: {value}\n"));
        }
    }
    expected.assert_eq(&text);
}

fn at_20_seconds() -> Tester {
    let mut tester = page("?at=20000&seed=3");
    tester.perform(pass(200));
    tester
}

#[test]
fn one_walks_through_the_tasks_of_the_table_and_stops_at_its_ends() {
    use Direction::{Next, Previous};
    let tester = &mut at_20_seconds();
    check(
        tester,
        [Action::SelectNeighbour(Next)],
        expect![[r#"
            > Worker 4 of request 29 | Stranded | chan receive, line 36 | 2.4 s
              Worker 2 of request 28 | Stranded | chan receive, line 36 | 2.4 s
              Worker 4 of request 27 | Stranded | chan receive, line 36 | 2.6 s
              Worker 2 of request 26 | Stranded | chan receive, line 36 | 4 s
              Worker 4 of request 25 | Stranded | chan receive, line 36 | 4.6 s
              Worker 1 of request 24 | Stranded | chan receive, line 36 | 4.6 s
              Worker 5 of request 23 | Stranded | chan receive, line 36 | 6.4 s
              Worker 3 of request 22 | Stranded | chan receive, line 36 | 7.5 s
              Worker 4 of request 21 | Stranded | chan receive, line 36 | 8.6 s
              Worker 1 of request 20 | Stranded | chan receive, line 36 | 8.8 s
            and 19 more
            Worker 4 of request 29: stranded. It waits for the reply to a call that hangs. Its request is over, so none will come, and this wait does not listen for the cancel.
              spawned by: Parent of request 29, at 0:16.623
              request: over since 0:18.623, 469 ms ago
              told to stop: 0:18.623, 469 ms ago
              heard it: never
              waits in: chan receive, line 36
              polled: 1×, woken 0×
        "#]],
    );
    let first = tester.session.selection.task;
    check(
        tester,
        [Action::SelectNeighbour(Previous), Action::SelectNeighbour(Next)],
        expect![[r#"
              Worker 4 of request 29 | Stranded | chan receive, line 36 | 2.4 s
            > Worker 2 of request 28 | Stranded | chan receive, line 36 | 2.4 s
              Worker 4 of request 27 | Stranded | chan receive, line 36 | 2.6 s
              Worker 2 of request 26 | Stranded | chan receive, line 36 | 4 s
              Worker 4 of request 25 | Stranded | chan receive, line 36 | 4.6 s
              Worker 1 of request 24 | Stranded | chan receive, line 36 | 4.6 s
              Worker 5 of request 23 | Stranded | chan receive, line 36 | 6.4 s
              Worker 3 of request 22 | Stranded | chan receive, line 36 | 7.5 s
              Worker 4 of request 21 | Stranded | chan receive, line 36 | 8.6 s
              Worker 1 of request 20 | Stranded | chan receive, line 36 | 8.8 s
            and 19 more
            Worker 2 of request 28: stranded. It waits for the reply to a call that hangs. Its request is over, so none will come, and this wait does not listen for the cancel.
              spawned by: Parent of request 28, at 0:16.600
              request: over since 0:18.600, 493 ms ago
              told to stop: 0:18.600, 493 ms ago
              heard it: never
              waits in: chan receive, line 36
              polled: 1×, woken 0×
        "#]],
    );
    check(
        tester,
        [Action::SelectNeighbour(Previous), Action::SelectNeighbour(Previous)],
        expect![[r#"
            > Worker 4 of request 29 | Stranded | chan receive, line 36 | 2.4 s
              Worker 2 of request 28 | Stranded | chan receive, line 36 | 2.4 s
              Worker 4 of request 27 | Stranded | chan receive, line 36 | 2.6 s
              Worker 2 of request 26 | Stranded | chan receive, line 36 | 4 s
              Worker 4 of request 25 | Stranded | chan receive, line 36 | 4.6 s
              Worker 1 of request 24 | Stranded | chan receive, line 36 | 4.6 s
              Worker 5 of request 23 | Stranded | chan receive, line 36 | 6.4 s
              Worker 3 of request 22 | Stranded | chan receive, line 36 | 7.5 s
              Worker 4 of request 21 | Stranded | chan receive, line 36 | 8.6 s
              Worker 1 of request 20 | Stranded | chan receive, line 36 | 8.8 s
            and 19 more
            Worker 4 of request 29: stranded. It waits for the reply to a call that hangs. Its request is over, so none will come, and this wait does not listen for the cancel.
              spawned by: Parent of request 29, at 0:16.623
              request: over since 0:18.623, 469 ms ago
              told to stop: 0:18.623, 469 ms ago
              heard it: never
              waits in: chan receive, line 36
              polled: 1×, woken 0×
        "#]],
    );
    assert_eq!(tester.session.selection.task, first);
}

#[test]
fn a_filter_shows_other_tasks() {
    let tester = &mut at_20_seconds();
    check(
        tester,
        [Action::ShowTasks(Filter::Stopping)],
        expect![[r#"
        and 0 more
    "#]],
    );
    check(
        tester,
        [Action::ShowTasks(Filter::Alive)],
        expect![[r#"
              Parent of request 30 | Working | select, line 12 | 0 ms
              Worker 4 of request 30 | Working | chan receive, line 36 | 800 ms
              Worker 4 of request 29 | Stranded | chan receive, line 36 | 2.4 s
              Worker 2 of request 28 | Stranded | chan receive, line 36 | 2.4 s
              Worker 4 of request 27 | Stranded | chan receive, line 36 | 2.6 s
              Worker 2 of request 26 | Stranded | chan receive, line 36 | 4 s
              Worker 4 of request 25 | Stranded | chan receive, line 36 | 4.6 s
              Worker 1 of request 24 | Stranded | chan receive, line 36 | 4.6 s
              Worker 5 of request 23 | Stranded | chan receive, line 36 | 6.4 s
              Worker 3 of request 22 | Stranded | chan receive, line 36 | 7.5 s
            and 21 more
        "#]],
    );
}

#[test]
fn a_badge_selects_a_leaked_task_of_its_line() {
    let tester = &mut at_20_seconds();
    let snapshot = &tester.session.snapshot;
    let visible = tester.session.listing.visible(&snapshot.values, &snapshot.waits);
    let line = visible.iter().find(|line| line.waits.leaked > 0).expect("somebody leaked by now").index;
    check(
        tester,
        [Action::SelectWaiting(line)],
        expect![[r#"
            > Worker 4 of request 29 | Stranded | chan receive, line 36 | 2.4 s
              Worker 2 of request 28 | Stranded | chan receive, line 36 | 2.4 s
              Worker 4 of request 27 | Stranded | chan receive, line 36 | 2.6 s
              Worker 2 of request 26 | Stranded | chan receive, line 36 | 4 s
              Worker 4 of request 25 | Stranded | chan receive, line 36 | 4.6 s
              Worker 1 of request 24 | Stranded | chan receive, line 36 | 4.6 s
              Worker 5 of request 23 | Stranded | chan receive, line 36 | 6.4 s
              Worker 3 of request 22 | Stranded | chan receive, line 36 | 7.5 s
              Worker 4 of request 21 | Stranded | chan receive, line 36 | 8.6 s
              Worker 1 of request 20 | Stranded | chan receive, line 36 | 8.8 s
            and 19 more
            Worker 4 of request 29: stranded. It waits for the reply to a call that hangs. Its request is over, so none will come, and this wait does not listen for the cancel.
              spawned by: Parent of request 29, at 0:16.623
              request: over since 0:18.623, 469 ms ago
              told to stop: 0:18.623, 469 ms ago
              heard it: never
              waits in: chan receive, line 36
              polled: 1×, woken 0×
        "#]],
    );
}

#[test]
fn a_task_that_is_gone_keeps_what_was_known_of_it() {
    let tester = &mut page("?at=1000&seed=3&listen=on");
    tester.perform(pass(200));
    check(
        tester,
        [Action::ShowTasks(Filter::Alive), Action::SelectNeighbour(Direction::Next)],
        expect![[r#"
            > Parent of request 1 | Working | select, line 12 | 175 ms
              Worker 2 of request 1 | Working | select, line 43 | 975 ms
              Parent of request 2 | Working | select, line 12 | 126 ms
              Worker 1 of request 2 | Working | select, line 43 | 926 ms
              Parent of request 3 | Working | select, line 12 | 45 ms
              Worker 5 of request 3 | Working | select, line 43 | 845 ms
              Parent of request 4 | Working | select, line 12 | 400 ms
              Worker 1 of request 4 | Working | select, line 43 | 0 ms
              Worker 2 of request 4 | Working | select, line 43 | 0 ms
              Worker 3 of request 4 | Working | select, line 43 | 0 ms
            and 2 more
            Parent of request 1: working. Its request is still open.
              spawned by: The load generator, at 0:00.000
              request: open since 0:00.000
              told to stop: not yet
              heard it: not yet
              waits in: select, line 12
              polled: 2×, woken 1×
        "#]],
    );
    let events = [act(Action::Seek(20_000)), Event::Pass(300)];
    events.into_iter().for_each(|event| drop(tester.perform(event)));
    check(
        tester,
        [Action::ShowTasks(Filter::Stopping)],
        expect![[r#"
            and 0 more
            Parent of request 1: returned. It returned.
              spawned by: The load generator, at 0:00.000
              request: open since 0:00.000
              told to stop: not yet
              heard it: not yet
              waits in: select, line 12
              polled: 2×, woken 1×
        "#]],
    );
}

#[test]
fn a_click_finds_what_is_drawn_there() {
    let tester = &mut at_20_seconds();
    let task = tester.session.playback.player().ledger().pile().last().expect("somebody leaked by now");
    let (x, y) = tester.session.scene.stage().position_of(task).expect("it lies on the pile");
    tester.perform(act(Action::Click { x, y }));
    assert_eq!(tester.session.selection.task, Some(task));
    tester.perform(act(Action::Click { x: -100.0, y: -100.0 }));
    assert_eq!(tester.session.selection.task, None);
}

#[test]
fn another_run_has_nothing_selected() {
    let tester = &mut at_20_seconds();
    tester.perform(act(Action::SelectNeighbour(Direction::Next)));
    assert!(tester.session.selection.task.is_some());
    tester.perform(act(Action::Replay));
    assert_eq!(tester.session.selection.task, None);
    assert_eq!(tester.session.snapshot.selected, None);
}

/// By whatever way a task is selected, what is known of it is said, and the panel goes to its line.
#[test]
fn a_selected_task_is_told_where_it_stands_and_to_listeners() {
    let tester = &mut at_20_seconds();
    let task = tester.session.playback.player().ledger().pile().last().expect("somebody leaked by now");
    let (x, y) = tester.session.scene.stage().position_of(task).expect("it lies on the pile");
    let line = {
        let snapshot = &tester.session.snapshot;
        let visible = tester.session.listing.visible(&snapshot.values, &snapshot.waits);
        visible.iter().find(|line| line.waits.leaked > 0).expect("somebody leaked by now").index
    };
    let ways = [
        Action::Click { x, y },
        Action::Select(Some(task)),
        Action::SelectWaiting(line),
        Action::SelectNeighbour(Direction::Next),
        Action::SelectNeighbour(Direction::Previous),
    ];
    for way in ways {
        let name = super::action_name(&way);
        assert_eq!(tester.perform(act(way)), ["scroll to the selected task's line", "render"], "{name}");
        let session = &tester.session;
        let selected = session.snapshot.selected.as_ref().expect("it is selected");
        assert_eq!(session.announcer.live, selected.sentence(), "{name}");
        assert_eq!(session.callout, session.scene.stage().position_of(selected.task), "{name}");
        let spot = selected.spot.as_ref().expect("it waits");
        assert!(session.listing.places(line).contains(spot), "{name}");
    }
    expect!["Worker 4 of request 29: stranded."].assert_eq(&tester.session.announcer.live[..33]);
    tester.perform(act(Action::Click { x: -100.0, y: -100.0 }));
    assert_eq!(tester.session.callout, None);
}

#[test]
fn what_is_said_of_a_task_stays_where_it_stood_when_it_has_returned() {
    let tester = &mut page("?at=1000&seed=3&listen=on");
    tester.perform(pass(200));
    let task = tester.session.playback.player().ledger().shown_scopes().next().and_then(|(_, scope)| scope.parent);
    let (x, y) = tester.session.scene.stage().position_of(task.expect("it is open")).expect("it is drawn");
    tester.perform(act(Action::Click { x, y }));
    tester.perform(act(Action::Play));
    let mut stood = None;
    for _ in 0..100 {
        tester.perform(pass(100));
        let selected = tester.session.snapshot.selected.as_ref().expect("it is selected");
        assert!(tester.session.callout.is_some(), "{}", selected.verdict);
        if selected.is_gone() {
            assert_eq!(tester.session.callout, *stood.get_or_insert(tester.session.callout));
        }
    }
    assert!(stood.is_some(), "it has returned");
}

/// A pointer that moves costs no render: the stage alone follows it.
#[test]
fn the_stage_says_what_a_click_would_select() {
    let tester = &mut at_20_seconds();
    let task = tester.session.playback.player().ledger().pile().last().expect("somebody leaked by now");
    let (x, y) = tester.session.scene.stage().position_of(task).expect("it lies on the pile");
    for (action, is_over) in [
        (Action::Point { x, y }, true),
        (Action::Point { x: -100.0, y: -100.0 }, false),
        (Action::Point { x, y }, true),
        (Action::Unpoint, false),
    ] {
        assert_eq!(tester.perform(act(action)), [""; 0]);
        tester.perform(Event::Frame);
        assert_eq!(tester.session.scene.stage().is_over(), is_over);
    }
}
