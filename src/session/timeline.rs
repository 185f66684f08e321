//! The timeline: what stands on the axis of time, as far as the run was played, whatever moment of it is shown.
//!
//! Few marks are named, and each of them is a fact: a knob that was turned, the first leak, the end of a run that cannot go
//! on. Cancels are many: they are ticks. Deliberately absent: the words, and how it is drawn.

use crate::link::KnobChange;
use crate::player::run::Player;

/// Ticks that an axis has room for: of two that lie closer than this part of it, one is seen.
const TICKS_MAX: u64 = 300;

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A knob was turned.
    Turned(KnobChange),
    /// A task was proven to be leaked for the first time.
    FirstLeak,
    /// The run cannot go on: a bound was hit, or it panicked.
    End,
}

/// A named moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When, in milliseconds of virtual time.
    pub at_ms: u64,
    /// What happened.
    pub kind: MarkKind,
}

/// The first leak and the end of a run, as far as it was played.
pub fn marks(player: &Player, changes: &[KnobChange]) -> Vec<Mark> {
    let (ledger, _) = player.known();
    let mut marks: Vec<Mark> =
        changes.iter().map(|change| Mark { at_ms: change.at_ms, kind: MarkKind::Turned(*change) }).collect();
    let first = ledger.leak(0).and_then(|task| ledger.task(task)?.leaked_us());
    marks.extend(first.map(|at_us| Mark { at_ms: at_us / 1_000, kind: MarkKind::FirstLeak }));
    let is_over = ledger.limit().is_some() || ledger.panic().is_some();
    marks.extend(is_over.then(|| Mark { at_ms: player.head_us() / 1_000, kind: MarkKind::End }));
    marks.sort_by_key(|mark| mark.at_ms);
    marks
}

/// When tasks were told to stop, in microseconds, as close as the curve's grid and the axis let it be seen.
pub fn cancels_us(player: &Player, span_ms: u64) -> Vec<u64> {
    let apart_us = span_ms * 1_000 / TICKS_MAX;
    let (mut told, mut ticks) = (0, Vec::new());
    for sample in player.known().1.samples() {
        let is_apart = ticks.last().is_none_or(|last| sample.at_us >= last + apart_us);
        if sample.told > told && is_apart {
            ticks.push(sample.at_us);
        }
        told = sample.told;
    }
    ticks
}
