//! The second lesson: its table of truths, and that its program does what its sentences say.
//!
//! What the parts do is tokio's, and held against tokio in `tests/dropped_like_tokio`; here they stand in one program.

#![expect(clippy::unwrap_used, reason = "a test's panic is its message, in its helpers too")]

use std::fmt::Write as _;
use std::rc::Rc;

use expect_test::{Expect, expect};
use pileup::lessons::{self, Lesson};
use pileup::player::drain::{DrainRun, Drained};
use pileup::player::run::{Input, Player, Spec};
use pileup::verdict::drain::Drain;
use pileup::verdict::model::Counts;

const TIMEOUT_MS: u64 = 1_000;

fn lesson() -> Rc<Lesson> {
    lessons::by_name("dropped").unwrap()
}

/// A run with these knobs over the defaults: `how=token where=lock`.
fn run(settings: &str, seed: u32, inputs: &[(u64, &str)]) -> Player {
    let lesson = lesson();
    let mut spec = Spec { seed, ..Spec::new(&lesson) };
    let set = |setting: &str| {
        let (name, value) = setting.split_once('=').unwrap();
        let knob = lesson.knob(name).unwrap();
        (knob, lesson.knobs[knob].parse(value).unwrap())
    };
    for setting in settings.split_whitespace() {
        let (knob, value) = set(setting);
        spec.knobs[knob] = value;
    }
    for (at_ms, setting) in inputs {
        let (knob, value) = set(setting);
        spec.inputs.push(Input { at_us: at_ms * 1_000, knob, value });
    }
    Player::new(spec)
}

/// One request of five tasks that gives up in the middle of their work; one of them waits for what never comes.
const ONE: &str = "requests=1 timeout=1000 work=1600 stuck=20";

fn end(settings: &str, seed: u32) -> Counts {
    let mut player = run(&format!("{ONE} {settings}"), seed, &[]);
    player.play_to(20 * TIMEOUT_MS * 1_000, u64::MAX);
    player.ledger().counts()
}

/// How the five tasks of one request ended.
fn said(counts: &Counts) -> String {
    let children = counts.finished - (1 - counts.parents_leaked);
    let asked = counts.children_heard;
    let numbers = [
        (children - counts.children_dropped - asked, "returned"),
        (asked, "asked"),
        (counts.children_dropped, "dropped"),
        (counts.leaked, "leaked"),
        (counts.alive - counts.leaked, "alive"),
    ];
    let said: Vec<String> =
        numbers.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
    let half_done = counts.half_done;
    said.join(", ") + &if half_done > 0 { format!("; {half_done} half done") } else { String::new() }
}

/// Every way of cancelling at every place, on several seeds: all of them must say the same.
fn check_table(rest: &str, expect: &Expect) {
    let mut table = String::new();
    for cancel in ["off", "looks", "token", "guard", "abort", "structured"] {
        for place in ["await", "between", "lock", "drain"] {
            let cancelling = match cancel {
                "off" => "cancel=off".to_owned(),
                // No switch needed.
                "structured" => "cancel=off how=structured".to_owned(),
                how => format!("cancel=on how={how}"),
            };
            let settings = format!("{cancelling} where={place} {rest}");
            let first = said(&end(&settings, 1));
            for seed in 2..6 {
                let other = end(&settings, seed);
                // Which one hangs is drawn, and with a lock it matters who comes before it.
                let agrees = said(&other) == first || place == "lock";
                assert!(agrees, "{settings} with the seed {seed}: {} and {first}", said(&other));
            }
            writeln!(table, "{cancel}, {place}: {first}").unwrap();
        }
    }
    expect.assert_eq(&table);
}

#[test]
fn who_returns_who_is_asked_who_is_dropped_and_who_stays() {
    check_table(
        "",
        &expect![[r#"
        off, await: 4 returned, 1 leaked
        off, between: 4 returned, 1 leaked
        off, lock: 1 returned, 4 leaked
        off, drain: 4 returned, 1 leaked
        looks, await: 4 asked, 1 leaked
        looks, between: 4 returned, 1 leaked
        looks, lock: 5 asked
        looks, drain: 4 returned, 1 leaked
        token, await: 5 asked; 5 half done
        token, between: 5 asked
        token, lock: 5 asked; 1 half done
        token, drain: 5 asked; 5 half done
        guard, await: 5 asked; 5 half done
        guard, between: 5 asked
        guard, lock: 5 asked; 1 half done
        guard, drain: 5 asked; 5 half done
        abort, await: 5 dropped; 5 half done
        abort, between: 5 dropped
        abort, lock: 5 dropped; 1 half done
        abort, drain: 5 dropped; 5 half done
        structured, await: 5 dropped; 5 half done
        structured, between: 5 dropped
        structured, lock: 5 dropped; 1 half done
        structured, drain: 5 dropped; 5 half done
    "#]],
    );
}

/// The request itself is dropped at its await, before its time is up: what stands below that await never runs.
#[test]
fn a_client_that_hangs_up_drops_its_request_and_only_guards_and_sets_go_with_it() {
    check_table(
        "hangup=100",
        &expect![[r#"
        off, await: 4 returned, 1 leaked
        off, between: 4 returned, 1 leaked
        off, lock: 1 returned, 4 leaked
        off, drain: 4 returned, 1 leaked
        looks, await: 4 returned, 1 leaked
        looks, between: 4 returned, 1 leaked
        looks, lock: 1 returned, 4 leaked
        looks, drain: 4 returned, 1 leaked
        token, await: 4 returned, 1 leaked
        token, between: 4 returned, 1 leaked
        token, lock: 1 returned, 4 leaked
        token, drain: 4 returned, 1 leaked
        guard, await: 5 asked; 5 half done
        guard, between: 5 asked
        guard, lock: 5 asked; 1 half done
        guard, drain: 5 asked; 5 half done
        abort, await: 4 returned, 1 leaked
        abort, between: 4 returned, 1 leaked
        abort, lock: 1 returned, 4 leaked
        abort, drain: 4 returned, 1 leaked
        structured, await: 5 dropped; 5 half done
        structured, between: 5 dropped
        structured, lock: 5 dropped; 1 half done
        structured, drain: 5 dropped; 5 half done
    "#]],
    );
}

#[test]
fn work_without_an_await_in_it_is_never_left_half_done() {
    for how in ["looks", "token", "guard", "abort", "structured"] {
        for seed in 1..20 {
            let settings = format!("{ONE} cancel=on how={how} where=between jitter=90 requests=20 traffic=6000");
            let mut player = run(&settings, seed, &[]);
            player.play_to(60_000_000, u64::MAX);
            assert_eq!(player.ledger().counts().half_done, 0, "{how} with the seed {seed}");
        }
    }
}

/// Who is asked at a look can put away what it began.
#[test]
fn who_looks_leaves_nothing_half_done_and_who_is_raced_or_dropped_does() {
    let half_done = |how: &str| end(&format!("cancel=on how={how} stuck=0"), 1).half_done;
    assert_eq!(
        ["looks", "token", "guard", "abort", "structured"].map(half_done),
        [0, 5, 5, 5, 5],
        "all five are in the middle of their work"
    );
}

/// A turn of the switch in the middle of a request: abort needs no listener, a token does.
#[test]
fn abort_reaches_who_began_before_the_switch_and_a_token_does_not() {
    let leaked = |how: &str| {
        let mut player = run(&format!("{ONE} how={how}"), 1, &[(500, "cancel=on")]);
        player.play_to(20_000_000, u64::MAX);
        player.ledger().counts().leaked
    };
    assert_eq!(["looks", "token", "guard", "abort", "structured"].map(leaked), [1, 1, 1, 0, 0]);
}

/// The lock goes with the guard of who is dropped, and the next one gets it: nobody is left in line.
#[test]
fn a_lock_is_given_back_by_who_is_dropped() {
    for seed in 1..20 {
        for how in ["token", "guard", "abort", "structured"] {
            let counts = end(&format!("cancel=on how={how} where=lock"), seed);
            assert_eq!((counts.leaked, counts.alive), (0, 0), "{how} with the seed {seed}");
        }
    }
}

/// The drain test agrees with what is shown, and nothing is left unproven.
#[test]
fn every_verdict_is_proven_and_the_drain_test_says_the_same() {
    for how in ["looks", "token", "guard", "abort", "structured"] {
        for place in ["await", "between", "lock", "drain"] {
            for cancel in ["off", "on"] {
                let settings = format!("how={how} where={place} cancel={cancel} hangup=30 traffic=300 jitter=60");
                let mut player = run(&settings, 3, &[]);
                for second in 1..20 {
                    player.play_to(second * 1_000_000, u64::MAX);
                    assert_eq!(player.ledger().counts().unproven, 0, "{settings} at {second} s");
                    assert_eq!(player.ledger().contradictions(), 0, "{settings} at {second} s");
                }
                let counts = player.ledger().counts();
                match DrainRun::new(player).advance(u64::MAX) {
                    Some(Drained::Judged(Drain::Clean { .. })) => assert_eq!(counts.leaked, 0, "{settings}"),
                    Some(Drained::Judged(Drain::Leaks { stranded, runaway, .. })) => {
                        assert!(stranded.total() >= counts.leaked, "{settings}");
                        assert_eq!(runaway.total(), 0, "{settings}");
                    }
                    other => panic!("{settings}: {other:?}"),
                }
            }
        }
    }
}
