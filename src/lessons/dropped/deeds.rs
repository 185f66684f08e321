//! What there is to do in `dropped`: each opens a moment at which it can be done, and says which facts show that it was.

use std::borrow::Cow::Borrowed as said;

use crate::lessons::deed::{Deed, Fact, Who};
use crate::text::Text;
use crate::trace::event::WaitReason;

const fn deed(name: &'static str, preset: &'static str, knobs: &'static [(Text, u32)], facts: &'static [Fact]) -> Deed {
    let (name, preset, knobs, facts) = (said(name), said(preset), said(knobs), said(facts));
    Deed { name, preset, knobs, speed_percent: 100, at_ms: 15_000, facts }
}

/// In the order in which the page offers them.
pub const DEEDS: [Deed; 7] = [
    deed("let-go", "let-go", &[], &[Fact::Selected(Who::Leaked)]),
    deed("flip-the-switch", "let-go", &[], &[Fact::SwitchedOn, Fact::Dropped]),
    deed("look-or-wait", "a-look", &[], &[Fact::TurnedTo(said("how"), 1), Fact::HalfDone]),
    deed("half-done", "half-done", &[(said("cancel"), 0)], &[Fact::SwitchedOn, Fact::HalfDone]),
    deed("hang-up", "hang-up", &[], &[Fact::TurnedTo(said("how"), 4), Fact::Dropped]),
    deed("locked", "locked", &[], &[Fact::Selected(Who::LeakedIn(WaitReason::MutexLock))]),
    deed("own-sender", "own-sender", &[], &[Fact::Selected(Who::LeakedIn(WaitReason::ChanReceive))]),
];
