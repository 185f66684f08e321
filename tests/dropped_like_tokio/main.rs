//! Who is dropped, who stays, how far each got, and when: as tokio says, on its clock that is paused.
//!
//! One text (`program.rs`) is a request whose parent gives up, in every way of cancelling and at every place at which a child
//! can be. It is compiled twice, once in the playground's words and once in tokio's, and both write the same lines.

#![expect(clippy::unwrap_used, reason = "a test's panic is its message, in its helpers too")]
#![expect(clippy::duplicate_mod, reason = "one text in two vocabularies")]

mod case;
mod ours;
mod theirs;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use expect_test::expect;

use crate::case::{Case, Fate, Line, PARENT, Place, Way};

fn cases() -> impl Iterator<Item = Case> {
    let ways = Way::ALL.iter().flat_map(|way| Place::ALL.iter().map(move |place| (*way, *place)));
    let fates = ways.flat_map(|(way, place)| Fate::ALL.iter().map(move |fate| (way, place, *fate)));
    // At once; in the middle of the work; when all of them are done.
    fates.flat_map(|(way, place, fate)| {
        [50, 450, 5_050].into_iter().map(move |patience_ms| Case { way, place, fate, patience_ms })
    })
}

fn print(lines: &[Line]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        writeln!(text, "{line}").unwrap();
        text
    })
}

#[test]
fn who_is_dropped_how_far_each_got_and_when_is_as_in_tokio() {
    let mut compared = 0;
    for case in cases() {
        assert_eq!(print(&ours::play(case)), print(&theirs::play(case)), "{case:?}");
        compared += 1;
    }
    assert_eq!(compared, 360);
}

/// How each child ended: so many of them in each way.
fn ends(lines: &[Line]) -> String {
    let mut ends: BTreeMap<u32, &str> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.who != PARENT) {
        let how = match line.what.as_str() {
            "hears it" => "asked",
            what if what.starts_with("is dropped after 0") => "dropped",
            what if what.starts_with("is dropped after 8") => "dropped",
            what if what.starts_with("is dropped") => "half done",
            what if what.starts_with("ends") => "returned",
            _ => continue,
        };
        ends.entry(line.who).or_insert(how);
    }
    let mut words: Vec<String> = Vec::new();
    for how in ["returned", "asked", "dropped", "half done"] {
        let count = ends.values().filter(|end| **end == how).count();
        if count > 0 {
            words.push(format!("{count} {how}"));
        }
    }
    if ends.len() < case::CHILDREN {
        words.push(format!("{} stay", case::CHILDREN - ends.len()));
    }
    words.join(", ")
}

/// The lesson's table of truths: a parent gives up in the middle of the work, and one child makes a call that hangs.
#[test]
fn dropping_cancels_at_an_await_a_dropped_handle_detaches_and_what_is_dropped_may_be_half_done() {
    let mut table = String::new();
    for way in Way::ALL {
        for place in Place::ALL {
            let case = Case { way: *way, place: *place, fate: Fate::OneHangs, patience_ms: 450 };
            writeln!(table, "{way:?}, {place:?}: {}", ends(&ours::play(case))).unwrap();
        }
    }
    expect![[r#"
        Detached, AtAwait: 2 returned, 1 stay
        Detached, Between: 2 returned, 1 stay
        Detached, Lock: 1 returned, 2 stay
        Detached, Drains: 2 returned, 1 stay
        Kept, AtAwait: 2 returned, 1 stay
        Kept, Between: 2 returned, 1 stay
        Kept, Lock: 1 returned, 2 stay
        Kept, Drains: 2 returned, 1 stay
        Looked, AtAwait: 2 asked, 1 stay
        Looked, Between: 2 asked, 1 stay
        Looked, Lock: 3 asked
        Looked, Drains: 2 asked, 1 stay
        Awaited, AtAwait: 3 asked
        Awaited, Between: 3 asked
        Awaited, Lock: 3 asked
        Awaited, Drains: 3 asked
        Guard, AtAwait: 3 asked
        Guard, Between: 3 asked
        Guard, Lock: 3 asked
        Guard, Drains: 3 asked
        Abort, AtAwait: 1 dropped, 2 half done
        Abort, Between: 3 dropped
        Abort, Lock: 2 dropped, 1 half done
        Abort, Drains: 3 half done
        AbortAndJoin, AtAwait: 1 dropped, 2 half done
        AbortAndJoin, Between: 3 dropped
        AbortAndJoin, Lock: 2 dropped, 1 half done
        AbortAndJoin, Drains: 3 half done
        Set, AtAwait: 1 dropped, 2 half done
        Set, Between: 3 dropped
        Set, Lock: 2 dropped, 1 half done
        Set, Drains: 3 half done
        Own, AtAwait: 1 dropped, 2 half done
        Own, Between: 3 dropped
        Own, Lock: 2 dropped, 1 half done
        Own, Drains: 3 half done
        Race, AtAwait: 1 dropped, 2 half done
        Race, Between: 3 dropped
        Race, Lock: 2 dropped, 1 half done
        Race, Drains: 3 half done
    "#]]
    .assert_eq(&table);
}
