//! A run as data.

use serde_json::{Value, json};

use crate::cli::report;
use crate::player::drain::Drained;
use crate::player::run::Player;
use crate::verdict::detectors::{Finding, Findings, Why};
use crate::verdict::drain::{ByRole, Drain};

/// The facts of a run, an object.
pub fn run(player: &Player) -> Value {
    let counts = player.ledger().counts();
    let by_wait: Vec<Value> = report::waits(player)
        .into_iter()
        .map(|wait| {
            json!({
                "role": wait.role.as_str(),
                "reason": wait.reason.as_str(),
                "point": wait.point,
                "count": wait.alive,
            })
        })
        .collect();
    json!({
        "spawned": counts.spawned,
        "working": counts.working,
        "stopping": counts.stopping,
        "unproven": counts.unproven,
        "leaked": counts.leaked,
        "finished": counts.finished,
        "dropped": counts.children_dropped,
        "half_done": counts.half_done,
        "alive": counts.alive,
        "killed": counts.killed,
        "deploys": counts.deploys,
        "ooms": counts.ooms,
        "parents_leaked": counts.parents_leaked,
        "polls": counts.polls,
        "events": counts.events,
        "time_ms": player.now_us() / 1_000,
        // A number of JSON has not 64 bits everywhere.
        "trace_hash": format!("{:016x}", player.trace().hash()),
        "by_wait": by_wait,
    })
}

/// The facts, and with them the verdict of the drain test, and what the known detectors would have said.
pub fn with_drain(mut facts: Value, (drained, findings): &(Drained, Option<Findings>)) -> Value {
    if let Some(findings) = findings {
        facts["detectors"] = findings.iter().map(detector).collect();
    }
    facts["drain"] = match drained {
        Drained::Stopped(_) => json!({ "verdict": "stopped" }),
        Drained::Judged(Drain::Clean { at_us }) => {
            json!({ "verdict": "clean", "leaked": 0, "time_ms": at_us / 1_000 })
        }
        Drained::Judged(Drain::Leaks { at_us, stranded, runaway, held_up }) => {
            let all = [stranded, runaway, held_up];
            json!({
                "verdict": "leaks",
                "leaked": all.map(|count| count.total()).iter().sum::<u32>(),
                "stranded": stranded.total(),
                "runaway": runaway.total(),
                "held_up": held_up.total(),
                "parents": all.map(|count: &ByRole| count.parents).iter().sum::<u32>(),
                "time_ms": at_us / 1_000,
            })
        }
        Drained::Judged(Drain::Unproven { leaked, alive, horizon_us }) => {
            json!({ "verdict": "unproven", "leaked": leaked, "running": alive, "time_ms": horizon_us / 1_000 })
        }
    };
    facts
}

fn detector(finding: &Finding) -> Value {
    json!({
        "name": finding.detector.name(),
        "rating": finding.rating.as_str(),
        "first_ms": finding.first_us.map(|first_us| first_us / 1_000),
        "reported": finding.reported,
        "leaks": finding.right,
        "why": finding.why.map(Why::as_str),
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::executor::engine::Stop;
    use crate::lessons;
    use crate::player::run::Spec;
    use crate::trace::event::Limit;

    fn check(drained: Drained, expected: &Expect) {
        expected.assert_eq(&format!("{:#}\n", with_drain(json!({}), &(drained, None))));
    }

    #[test]
    fn a_run_is_printed_in_the_order_in_which_people_read_it() {
        let mut player = Player::new(Spec::new(&lessons::first()));
        player.play_to(5_000_000, u64::MAX);
        let facts = with_drain(run(&player), &(Drained::Judged(Drain::Clean { at_us: 6_000_500 }), None));
        let printed = format!("{facts:#}\n");
        expect![[r#"
            {
              "spawned": 36,
              "working": 12,
              "stopping": 0,
              "unproven": 0,
              "leaked": 4,
              "finished": 20,
              "dropped": 0,
              "half_done": 0,
              "alive": 16,
              "killed": 0,
              "deploys": 0,
              "ooms": 0,
              "parents_leaked": 0,
              "polls": 206,
              "events": 1382,
              "time_ms": 5000,
              "trace_hash": "06c8673b6bb9ed51",
              "by_wait": [
                {
                  "role": "parent",
                  "reason": "select",
                  "point": "gather",
                  "count": 2
                },
                {
                  "role": "child",
                  "reason": "chan receive",
                  "point": "call",
                  "count": 6
                },
                {
                  "role": "child",
                  "reason": "sleep",
                  "point": "work",
                  "count": 8
                }
              ],
              "drain": {
                "verdict": "clean",
                "leaked": 0,
                "time_ms": 6000
              }
            }
        "#]]
        .assert_eq(&printed);
    }

    #[test]
    fn every_end_of_the_drain_test_has_its_own_numbers() {
        check(
            Drained::Stopped(Stop::Limit(Limit::Events)),
            &expect![[r#"
            {
              "drain": {
                "verdict": "stopped"
              }
            }
        "#]],
        );
        let [stranded, runaway, held_up] =
            [(1, 20), (3, 40), (5, 60)].map(|(parents, children)| ByRole { parents, children });
        check(
            Drained::Judged(Drain::Leaks { at_us: 7_000_999, stranded, runaway, held_up }),
            &expect![[r#"
            {
              "drain": {
                "verdict": "leaks",
                "leaked": 129,
                "stranded": 21,
                "runaway": 43,
                "held_up": 65,
                "parents": 9,
                "time_ms": 7000
              }
            }
        "#]],
        );
        check(
            Drained::Judged(Drain::Unproven { leaked: 1, alive: 2, horizon_us: 3_000 }),
            &expect![[r#"
            {
              "drain": {
                "verdict": "unproven",
                "leaked": 1,
                "running": 2,
                "time_ms": 3
              }
            }
        "#]],
        );
    }
}
