//! The words of the one thread: what its meter says, and what a step did.

use crate::text::template::Plural;

/// What is said of the thread.
#[derive(Debug)]
pub struct ThreadText {
    /// On the stage, while the clock runs: `{0}` polls in a second.
    pub polls: Plural,
}

/// In English.
pub(super) const ENGLISH: ThreadText = ThreadText { polls: Plural { one: "{0} poll/s", many: "{0} polls/s" } };

/// In Korean.
pub(super) const KOREAN: ThreadText = ThreadText { polls: any("초당 poll {0}번") };

/// Korean does not tell one from many.
const fn any(text: &'static str) -> Plural {
    Plural { one: text, many: text }
}
