//! The code panel: which lines are shown, how, and how many wait there.

use expect_test::{Expect, expect};

use crate::lessons::listing::CodeLanguage;
use crate::session::action::Action;
use crate::session::listing::Look;
use crate::session::selection::Direction;
use crate::session::tests::{Event, act, page, pass};

/// The visible lines: where the panel scrolls to (`*` when the switch was turned), number, look, and how many wait (of them
/// leaked).
#[track_caller]
fn check(query: &str, events: impl IntoIterator<Item = Event>, expected: Expect) {
    let mut tester = page(query);
    tester.perform(pass(200));
    for event in events {
        tester.perform(event);
    }
    let snapshot = &tester.session.snapshot;
    let mut text = String::new();
    for line in tester.session.listing.visible(&snapshot.values, &snapshot.waits) {
        let look = match line.look {
            Look::Plain => ' ',
            Look::Added => '+',
            Look::Ghost => '?',
            Look::Taken => '-',
            Look::Off => 'x',
        };
        let first = match (line.is_change, line.is_first) {
            (true, _) => '*',
            (false, true) => '>',
            (false, false) => ' ',
        };
        let waits = match line.waits.alive {
            0 => String::new(),
            alive => format!("  ⟵ {alive} ({} leaked)", line.waits.leaked),
        };
        text.push_str(format!("{first}{look}{:3} {}{waits}", line.number, line.shown.line.text).trim_end());
        text.push('\n');
    }
    expected.assert_eq(&text);
}

#[test]
fn go_shows_what_is_in_effect_and_where_tasks_wait() {
    check(
        "?at=20000&seed=3",
        [],
        expect![[r#"
                1 // Starts a request's workers, gathers their results, and gives up at the time-out.
                2 func parent(capacity, workers int, timeout time.Duration) {
                3 	ctx, cancel := context.WithCancel(context.Background())
                4 	defer cancel()
                5 	rc := make(chan bool, capacity)
                6 	for range workers {
                7 		go child(ctx, rc)
                8 	}
                9 	gathered := 0
               10 	timer := time.After(timeout)
               11 	for {
               12 		select {  ⟵ 1 (0 leaked)
               13 		case <-rc:
               14 			if gathered++; gathered == workers {
               15 				return
               16 			}
               17 		case <-timer:
               18 			cancel()
               19 			return
               20 		}
               21 	}
               22 }
               23
               24 // Works, and reports on rc.
               25 func child(ctx context.Context, rc chan<- bool) {
               26 	for {
               27 		work(ctx)
               28 		rc <- true
               29 		return
               30 	}
               31 }
               32
               33 // Does eight equal steps; a call may hang. Who hears the cancel ends early.
               34 func work(ctx context.Context) {
               35 	for range 8 {
            >  36 		<-call()  ⟵ 30 (29 leaked)
               37 	}
               38 }
        "#]],
    );
}

#[test]
fn a_turn_of_the_switch_is_a_diff_and_who_waits_on_either_side_stands_there() {
    check(
        "?at=20000&seed=3",
        [act(Action::Flip), act(Action::Seek(21_500)), pass(300)],
        expect![[r#"
                1 // Starts a request's workers, gathers their results, and gives up at the time-out.
                2 func parent(capacity, workers int, timeout time.Duration) {
                3 	ctx, cancel := context.WithCancel(context.Background())
                4 	defer cancel()
                5 	rc := make(chan bool, capacity)
                6 	for range workers {
                7 		go child(ctx, rc)
                8 	}
                9 	gathered := 0
               10 	timer := time.After(timeout)
               11 	for {
               12 		select {  ⟵ 1 (0 leaked)
               13 		case <-rc:
               14 			if gathered++; gathered == workers {
               15 				return
               16 			}
               17 		case <-timer:
               18 			cancel()
               19 			return
               20 		}
               21 	}
               22 }
               23
               24 // Works, and reports on rc.
               25 func child(ctx context.Context, rc chan<- bool) {
               26 	for {
             + 27 		if ctx.Err() != nil {
             + 28 			return
             + 29 		}
               30 		work(ctx)
             - 30 		rc <- true
             + 31 		select {
             + 32 		case <-ctx.Done():
             + 33 			return
             + 34 		case rc <- true:
             + 35 		}
               36 		return
               37 	}
               38 }
               39
               40 // Does eight equal steps; a call may hang. Who hears the cancel ends early.
               41 func work(ctx context.Context) {
               42 	for range 8 {
            *- 42 		<-call()  ⟵ 30 (30 leaked)
            >+ 43 		select {  ⟵ 1 (0 leaked)
             + 44 		case <-ctx.Done():
             + 45 			return
             + 46 		case <-call():
             + 47 		}
               48 	}
               49 }
        "#]],
    );
}

/// Turned off again, the switch takes away what it had added.
#[test]
fn a_turn_back_is_a_diff_the_other_way_round() {
    check(
        "?at=3000&seed=3",
        [
            act(Action::Flip),
            act(Action::Seek(6_000)),
            pass(300),
            act(Action::Flip),
            act(Action::Seek(6_500)),
            pass(300),
        ],
        expect![[r#"
                1 // Starts a request's workers, gathers their results, and gives up at the time-out.
                2 func parent(capacity, workers int, timeout time.Duration) {
                3 	ctx, cancel := context.WithCancel(context.Background())
                4 	defer cancel()
                5 	rc := make(chan bool, capacity)
                6 	for range workers {
                7 		go child(ctx, rc)
                8 	}
                9 	gathered := 0
               10 	timer := time.After(timeout)
               11 	for {
               12 		select {  ⟵ 3 (0 leaked)
               13 		case <-rc:
               14 			if gathered++; gathered == workers {
               15 				return
               16 			}
               17 		case <-timer:
               18 			cancel()
               19 			return
               20 		}
               21 	}
               22 }
               23
               24 // Works, and reports on rc.
               25 func child(ctx context.Context, rc chan<- bool) {
               26 	for {
             - 26 		if ctx.Err() != nil {
             - 26 			return
             - 26 		}
               27 		work(ctx)
             + 28 		rc <- true
             - 28 		select {
             - 28 		case <-ctx.Done():
             - 28 			return
             - 28 		case rc <- true:
             - 28 		}
               29 		return
               30 	}
               31 }
               32
               33 // Does eight equal steps; a call may hang. Who hears the cancel ends early.
               34 func work(ctx context.Context) {
               35 	for range 8 {
            >+ 36 		<-call()  ⟵ 15 (6 leaked)
            *- 36 		select {  ⟵ 2 (0 leaked)
             - 36 		case <-ctx.Done():
             - 36 			return
             - 36 		case <-call():
             - 36 		}
               37 	}
               38 }
        "#]],
    );
}

/// Whoever opens a link reads the same as whoever turned the switch; before that moment there is nothing to compare.
#[test]
fn the_diff_follows_from_the_run_and_not_from_a_click() {
    let visible = |query: &str, events: &[Event]| {
        let mut tester = page(query);
        tester.perform(pass(300));
        events.iter().for_each(|event| drop(tester.perform(event.clone())));
        let snapshot = &tester.session.snapshot;
        let visible = tester.session.listing.visible(&snapshot.values, &snapshot.waits);
        visible.iter().map(|line| (line.index, line.look, line.is_change)).collect::<Vec<_>>()
    };
    let turned = visible("?at=20000&seed=3", &[act(Action::Flip)]);
    assert!(turned.iter().any(|(_, look, _)| *look == Look::Taken));
    assert_eq!(turned.iter().filter(|(_, _, is_change)| *is_change).count(), 1);
    assert_eq!(visible("?at=20000&seed=3&in=20000:listen:on", &[]), turned);
    let back = visible("?at=20000&seed=3", &[act(Action::Flip), act(Action::Seek(12_000)), pass(500)]);
    assert_eq!(back, visible("?at=12000&seed=3", &[]));
    assert!(back.iter().all(|(_, look, is_change)| *look == Look::Plain && !is_change));
}

#[test]
fn a_turn_of_the_switch_scrolls_to_what_it_changed() {
    let mut tester = page("?at=20000&seed=3");
    tester.perform(pass(300));
    assert_eq!(tester.perform(act(Action::Flip)), ["scroll to the change", "render"]);
    assert_eq!(tester.perform(act(Action::Set { knob: crate::lessons::leak::knob::TRAFFIC, value: 60 })), ["render"]);
}

#[test]
fn ghosts_are_what_the_switch_would_add() {
    check(
        "?at=0",
        [act(Action::ToggleGhosts)],
        expect![[r#"
                1 // Starts a request's workers, gathers their results, and gives up at the time-out.
                2 func parent(capacity, workers int, timeout time.Duration) {
                3 	ctx, cancel := context.WithCancel(context.Background())
                4 	defer cancel()
                5 	rc := make(chan bool, capacity)
                6 	for range workers {
                7 		go child(ctx, rc)
                8 	}
                9 	gathered := 0
               10 	timer := time.After(timeout)
               11 	for {
               12 		select {  ⟵ 1 (0 leaked)
               13 		case <-rc:
               14 			if gathered++; gathered == workers {
               15 				return
               16 			}
               17 		case <-timer:
               18 			cancel()
               19 			return
               20 		}
               21 	}
               22 }
               23
               24 // Works, and reports on rc.
               25 func child(ctx context.Context, rc chan<- bool) {
               26 	for {
             ? 26 		if ctx.Err() != nil {
             ? 26 			return
             ? 26 		}
               27 		work(ctx)
               28 		rc <- true
             ? 28 		select {
             ? 28 		case <-ctx.Done():
             ? 28 			return
             ? 28 		case rc <- true:
             ? 28 		}
               29 		return
               30 	}
               31 }
               32
               33 // Does eight equal steps; a call may hang. Who hears the cancel ends early.
               34 func work(ctx context.Context) {
               35 	for range 8 {
            >  36 		<-call()  ⟵ 5 (0 leaked)
             ? 36 		select {
             ? 36 		case <-ctx.Done():
             ? 36 			return
             ? 36 		case <-call():
             ? 36 		}
               37 	}
               38 }
        "#]],
    );
}

#[test]
fn rust_is_the_whole_file_with_its_own_line_numbers() {
    let mut tester = page("?at=20000&seed=3");
    tester.perform(pass(200));
    tester.perform(act(Action::ShowListing(CodeLanguage::Rust)));
    let snapshot = &tester.session.snapshot;
    let visible = tester.session.listing.visible(&snapshot.values, &snapshot.waits);
    assert!(visible.iter().all(|line| line.number == line.shown.line.number));
    assert!(visible.windows(2).all(|pair| pair[0].index + 1 == pair[1].index), "no line is left out");
    assert!(visible.iter().any(|line| line.look == Look::Off), "not even one that is not in effect");
}

/// The row, the inspector, the table and the step name one place by one number, in either language of the listing.
#[test]
fn a_place_has_one_number_wherever_it_is_named() {
    for language in [CodeLanguage::Go, CodeLanguage::Rust] {
        let mut tester = page("?seed=3&at=20000&lang=en");
        tester.perform(pass(300));
        tester.perform(act(Action::ShowListing(language)));
        tester.perform(act(Action::SelectNeighbour(Direction::Next)));
        let session = &tester.session;
        let shown = session.listing.visible(&session.snapshot.values, &session.snapshot.waits);
        let spot = session.snapshot.selected.as_ref().and_then(|task| task.spot.clone()).expect("it waits");
        let row = shown.iter().find(|line| line.shown.places.contains(&spot)).expect("its line is shown");
        let said = format!("chan receive, line {}", row.number);
        let selected = session.snapshot.selected.as_ref().expect("it is selected");
        assert!(selected.facts.iter().any(|(_, fact)| *fact == said), "{said}: {:?}", selected.facts);
        assert_eq!(session.snapshot.rows[0].waits, said);
        assert_eq!(
            session.listing.line_of(Some(&spot), &session.snapshot.values, &session.snapshot.waits),
            Some(row.number)
        );
    }
}
