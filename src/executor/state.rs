//! What a task says of its own state, so that it can be proven that it goes on for ever.
//!
//! A future keeps its counters where the trace does not see them, so of two rounds of a loop that look alike from outside
//! nobody knows whether they are. A program that says what its next step depends on makes the proof possible; of one that
//! says nothing it stays *unproven*.

use crate::executor::context::record;
use crate::trace::event::{Event, ObjectId};

/// An object of the trace at which a task can look without waiting for it.
pub trait Named {
    /// Its id.
    fn object(&self) -> ObjectId;
}

/// Says that what the running task does next depends on nothing but `words`, what it waits for, what it holds, and the
/// run's inputs. It holds until the task's next poll, so a loop says it in each round.
///
/// ```
/// use pileup::executor::{spawn::go, state};
/// use pileup::executor::engine::{Config, Engine};
/// use pileup::sync::time::{Duration, sleep};
///
/// async fn three_rounds() {
///     for left in (0..3).rev() {
///         state::declare(&[left]); // without it, two rounds would look alike
///         sleep(Duration::from_secs(1)).await;
///     }
/// }
///
/// let mut engine = Engine::new(Config::default());
/// engine.start(|| { go(three_rounds, ()); });
/// engine.run_until_idle();
/// ```
pub fn declare(words: &[u32]) {
    declare_with(&[], words);
}

/// The same for a task that also looks at objects without waiting for them: `ctx.err()`, `mu.try_lock()`, a `select` with
/// `default`.
///
/// More than 65,535 words, or objects, are not declared: the trace counts them in half a word.
pub fn declare_with(looks: &[&dyn Named], words: &[u32]) {
    if looks.len().max(words.len()) > usize::from(u16::MAX) {
        return;
    }
    let looks: Vec<u32> = looks.iter().map(|named| named.object().0).collect();
    record(Event::State { looks: &looks, words });
}
