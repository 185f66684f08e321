//! Where an interpreted task stands: the Rust that runs it would name its own line.

use crate::trace::event::{PlaceId, WaitReason};

/// A place in the task's own source, and why the task is about to wait there, in the words of its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) place: PlaceId,
    pub(crate) reason: Option<WaitReason>,
}

impl Standing {
    /// The place and reason of a wait, of which the primitive says `reason` and `place`.
    #[inline]
    pub(crate) fn or(
        standing: Option<Standing>,
        reason: WaitReason,
        place: impl FnOnce() -> PlaceId,
    ) -> (PlaceId, WaitReason) {
        match standing {
            None => (place(), reason),
            Some(standing) => (standing.place, standing.reason.unwrap_or(reason)),
        }
    }
}
