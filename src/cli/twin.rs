//! `pileup twin`: two runs that differ in one knob, side by side.

use serde_json::json;

use crate::cli::arguments::{Format, TwinArguments};
use crate::cli::play::{drain, play_to_end};
use crate::cli::{json, report};
use crate::player::run::Player;
use crate::player::twin::{Vary, second};

/// Plays both and says what is to be printed.
pub(super) fn run(twin: &TwinArguments) -> String {
    let first = twin.run.spec();
    let [first, second] = [first.clone(), second(&first, twin.vary)].map(|spec| play_to_end(spec, &twin.run));
    if twin.run.format == Format::Json {
        let [a, b] = [first, second].map(|player| json::with_drain(json::run(&player), &drain(player, &twin.run)));
        return format!("{:#}\n", json!({ "a": a, "b": b }));
    }
    let difference = difference(&first, &second, twin.vary);
    let [a, b] = [first, second].map(|player| report::run(&player) + &report::drain(&drain(player, &twin.run)));
    [a, b, difference].join("\n")
}

fn difference(first: &Player, second: &Player, vary: Vary) -> String {
    let knob = &first.spec().lesson.knobs[vary.knob];
    let said = |player: &Player| {
        format!(
            "{} leaked with {}={}",
            player.ledger().counts().leaked,
            knob.name,
            knob.format(player.knobs()[vary.knob])
        )
    };
    format!("after {}: {}, {}\n", report::time(first.now_us()), said(first), said(second))
}
