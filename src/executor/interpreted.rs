//! What an interpreter asks of the engine beside what every task does: its tasks stand in a source of their own.

use crate::executor::config::Order;
use crate::executor::core;
use crate::executor::standing::Standing;
use crate::executor::stop::Raised;
use crate::executor::timers::TimerKey;
use crate::trace::columns::Place;
use crate::trace::event::{Panic, PlaceId, ScopeId};

/// What decides the run beside its program, its knobs and its inputs.
pub(crate) fn seed_and_order() -> (u32, Order) {
    core::with(|core| (core.seed, core.ready.order())).unwrap_or((0, Order::Fifo))
}

/// Raises a panic with a text of the program's own: see [`crate::executor::context::panic`].
pub(crate) fn raise(text: String) {
    core::with(|core| core.raise(Raised::Panic(Panic::Value, text)));
}

/// Whether nobody but the running task could run now.
pub(crate) fn is_nobody_ready() -> bool {
    core::with(|core| core.ready_len() == 0).unwrap_or(false)
}

/// Opens a scope: a request of the running task's.
pub(crate) fn open_scope() -> ScopeId {
    core::with(|core| core.open_scope()).unwrap_or(ScopeId::ROOT)
}

/// Takes something from the clock's agenda, where it is still on it.
pub(crate) fn disarm(key: Option<TimerKey>) {
    drop(key.and_then(|key| core::with(|core| core.timers.disarm(key)).flatten()));
}

/// The number of a line of a source that is interpreted; none outside of an engine, and where there are too many.
pub(crate) fn add_place(place: Place) -> Option<PlaceId> {
    core::with(|core| core.trace.add_place(place)).flatten()
}

/// Says where the running task stands from now on: its waits and spawns are recorded there.
pub(crate) fn stand(standing: Option<Standing>) {
    core::with(|core| core.standing = standing);
}
