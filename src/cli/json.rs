//! A run as data.
//!
//! Written by hand: numbers and names that need no escaping, and no library in the program for it.

use std::fmt::Write as _;

use crate::cli::report;
use crate::player::drain::Drained;
use crate::player::run::Player;
use crate::verdict::drain::{ByRole, Drain};

/// The facts of a run, as the inside of a JSON object.
pub fn run(player: &Player) -> String {
    let counts = player.ledger().counts();
    let mut json = String::new();
    let numbers = [
        ("spawned", u64::from(counts.spawned)),
        ("working", u64::from(counts.working)),
        ("stopping", u64::from(counts.stopping)),
        ("leaked", u64::from(counts.leaked)),
        ("finished", u64::from(counts.finished)),
        ("alive", u64::from(counts.alive)),
        ("parents_leaked", u64::from(counts.parents_leaked)),
        ("polls", counts.polls),
        ("events", counts.events),
        ("time_ms", player.now_us() / 1_000),
    ];
    for (name, number) in numbers {
        let _ = writeln!(json, "  \"{name}\": {number},");
    }
    let _ = writeln!(json, "  \"trace_hash\": \"{:016x}\",", player.trace().hash());
    let rows = report::waits(player).into_iter().map(|wait| {
        format!(
            "    {{ \"role\": \"{}\", \"reason\": \"{}\", \"point\": \"{}\", \"count\": {} }}",
            wait.role.as_str(),
            wait.reason.as_str(),
            wait.point,
            wait.alive
        )
    });
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() {
        json + "  \"by_wait\": [],\n"
    } else {
        json + &format!("  \"by_wait\": [\n{}\n  ],\n", rows.join(",\n"))
    }
}

/// The whole object: the facts, and the verdict of the drain test.
pub fn with_drain(facts: &str, drained: &Drained) -> String {
    let verdict = match drained {
        Drained::Stopped(_) => "\"verdict\": \"stopped\"".to_owned(),
        Drained::Judged(Drain::Clean { at_us }) => {
            format!("\"verdict\": \"clean\", \"leaked\": 0, \"time_ms\": {}", at_us / 1_000)
        }
        Drained::Judged(Drain::Leaks { at_us, stranded, runaway, held_up }) => format!(
            "\"verdict\": \"leaks\", \"leaked\": {}, \"stranded\": {}, \"runaway\": {}, \"held_up\": {}, \
             \"parents\": {}, \"time_ms\": {}",
            [stranded, runaway, held_up].map(|count| count.total()).iter().sum::<u32>(),
            stranded.total(),
            runaway.total(),
            held_up.total(),
            [stranded, runaway, held_up].map(|count: &ByRole| count.parents).iter().sum::<u32>(),
            at_us / 1_000
        ),
        Drained::Judged(Drain::Unproven { leaked, alive, horizon_us }) => format!(
            "\"verdict\": \"unproven\", \"leaked\": {leaked}, \"running\": {alive}, \"time_ms\": {}",
            horizon_us / 1_000
        ),
    };
    format!("{{\n{facts}  \"drain\": {{ {verdict} }}\n}}\n")
}
