//! JUDGEMENT: what the facts of a trace mean.
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | working | not finished, its scope still open |
//! | stopping | its scope is over, and it is still here; not a leak |
//! | stranded | a proven leak: it waits, and no task that can still run could ever end that wait |
//! | runaway | a proven leak: its scope is over, it wakes again and again and never returns |
//! | unproven | the facts suffice neither to call it a leak nor to say that it is none |
//!
//! A scope is *over* when its parent task has ended, its declared context was cancelled, or it was closed from outside. It
//! is *told* when its context was cancelled.
//!
//! A verdict is sound, or it is silent: no program, however it is written, sees a *stranded* or a *runaway* contradicted
//! by its own run. The one premise is that handles are not kept in statics or thread-locals that the program does not
//! announce; a run that shows otherwise is never stopped by it ([`ledger::Ledger::contradictions`]).
//!
//! # Stranded
//!
//! The world is closed: one thread, and a clock that moves only at rest. **L** is the least set of tasks that holds
//!
//! 1. the root, and every task that is ready or running;
//! 2. every task that sleeps;
//! 3. every task that waits for a call to the outside world while its scope is open (the root's own tasks: always);
//! 4. every task that waits for the reader's next input;
//! 5. every task that waits for what the clock will operate: an armed timer, a context with a deadline;
//! 6. every task that waits for something that a member of L can do.
//!
//! What a member can do is a matter of the rights it holds. [`Right::Send`] ends the wait for it: of a
//! receiver (also by a close), and of a task that waits for `Done`, a lock, a signal, a timer. It ends a sender's wait,
//! too, by a close. [`Right::Receive`] ends the wait of a sender. A context can be cancelled by every task that can
//! cancel one that it was derived from. A task that may be aborted waits, beside everything else, for the holders of
//! the right to abort it. A message in a channel holds what it carries: its rights are those of every task that can
//! receive from the channel.
//!
//! A right is *at large* when the trace cannot name who has it: it was given away to nobody in particular, or it was still
//! there when its holder ended, or its holder shares memory into which the trace does not see (such a holder has the
//! right, too). L does not count on those; nor on a foreign holder of a waker, which the trace does not know. Let P be
//! what L would be if it did. Then a waiting task is
//!
//! - in L: working or stopping;
//! - not in L, but in P: *unproven*, until it is woken or its support is certain again;
//! - in neither: *stranded*, for ever.
//!
//! # Runaway
//!
//! See [`runaway`] for the proof. Where what is visible of an ended scope repeats and there is no proof, every task
//! that ran in between is *unproven* until it ends, a proof is found, or an input arrives.
//!
//! # Code map
//!
//! Data, each file importing only those before it: `slab` and `table` (rows without copying, found by id), `queue`, `waits`
//! (what one task waits for), [`model`] (a task, a scope, the counts), `tally` (how many wait where), `pile` (the tasks
//! that were found leaked), `graph` (objects, their holders and their waiters), `run_state` (all of it, and what
//! changed). What an event does: `members`, `verdicts`, `scopes`, `fold`. Judges, which read the data and return what
//! they found: `liveness`, `snapshot` and `runaway`; `definition` is the plain oracle of `liveness`. On top: [`ledger`]
//! (the fold and the judges together), [`drain`] (the final verdict of a run whose traffic was stopped), [`detectors`]
//! (what each known leak detector would say of the same state), `verify` (what must always hold).
//!
//! Deliberately absent: any guess (there is no time-out after which a task counts as leaked), any sentence for a reader
//! (see `text`), any floating point, and any import but of [`crate::trace`]: a verdict is a function of the
//! facts, so anyone with the trace can check it.
//!
//! [`Right::Send`]: crate::trace::event::Right::Send
//! [`Right::Receive`]: crate::trace::event::Right::Receive

mod definition;
pub mod detectors;
pub mod drain;
mod fold;
mod graph;
pub mod ledger;
mod liveness;
#[cfg(test)]
mod machines;
mod members;
pub mod model;
mod pile;
mod queue;
pub mod recent;
mod run_state;
pub mod runaway;
mod scopes;
mod slab;
mod snapshot;
#[cfg(test)]
mod soundness;
mod table;
mod tally;
#[cfg(test)]
mod testing;
mod verdicts;
mod verify;
pub mod waits;
#[cfg(test)]
mod worlds;
