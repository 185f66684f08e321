//! The code panel: which lines are shown, how, and how many wait there.

use expect_test::{Expect, expect};

use crate::lessons::listing::CodeLanguage;
use crate::session::action::Action;
use crate::session::listing::Look;
use crate::session::tests::{Event, act, page, pass};

/// The visible lines: where the panel scrolls to, number, look, how many wait (of them leaked).
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
        let first = if line.is_first { '>' } else { ' ' };
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
fn a_line_that_was_taken_away_stays_while_somebody_waits_there() {
    check(
        "?at=20000&seed=3",
        [act(Action::Flip)],
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
             - 42 		<-call()  ⟵ 30 (29 leaked)
            >+ 43 		select {
             + 44 		case <-ctx.Done():
             + 45 			return
             + 46 		case <-call():
             + 47 		}
               48 	}
               49 }
        "#]],
    );
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
