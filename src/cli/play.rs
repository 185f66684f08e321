//! A run at the moment that is asked for, and its drain test.

use crate::cli::arguments::{Format, RunArguments};
use crate::executor::engine::Progress;
use crate::executor::limits::Limits;
use crate::player::drain::{DrainRun, Drained};
use crate::player::run::{Keep, Player, Spec};
use crate::verdict::detectors::Findings;

/// The run of a spec at the moment that is asked for.
pub(super) fn play_to_end(spec: Spec, run: &RunArguments) -> Player {
    let mut player = Player::with(spec, kept(run.format), Limits::default());
    while player.play_to(run.for_us, u64::MAX) == Progress::More {}
    player
}

/// Only the timeline reads the trace again; of any other run the hash is all that is asked for, however long it is.
fn kept(format: Format) -> Keep {
    match format {
        Format::Timeline => Keep::All,
        Format::Text | Format::Json => Keep::Unread,
    }
}

/// What the drain test says of it, and where it is asked for what the known detectors would have said, for which it is run again.
pub(super) fn drain(player: Player, run: &RunArguments) -> (Drained, Option<Findings>) {
    let mut drain = if run.detectors { DrainRun::fork(&player) } else { DrainRun::new(player) };
    loop {
        if let Some(drained) = drain.advance(u64::MAX) {
            let findings = drain.findings(&drained);
            return (drained, findings);
        }
    }
}
