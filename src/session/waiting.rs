//! What waits for the moment that the run is on its way to: one queue, in the order in which it was asked, by hand or by
//! the article.
//!
//! While a seek is under way, what is asked is done as if the run were already there:
//!
//! | what is asked | what becomes of it | what it takes the place of |
//! |---|---|---|
//! | a turn of a live knob | waits | a turn of the same knob that waits, if no step stands behind that one |
//! | a step | waits | nothing |
//! | to play | the clock runs once the run is there; it waits only if a step does, which would make it rest | nothing |
//! | to pause | at once: the clock will rest there. A seek that is shown to be under way ends where it is | every wish to play; steps, too, where it ends a seek |
//! | a seek | at once | the seek under way, steps, wishes to play. Turns of knobs are now meant for the newer moment |
//! | the run again from its start | at once; it plays if it would have played | the seek and all that waits |
//! | another run | the same; its knobs are those that the run would have had | the seek and all that waits |
//! | language, colours, speed, a question | at once: nothing that waits can tell | nothing |
//!
//! The queue is emptied in the frame in which the run arrives, before its clock can move. So while nothing is under way
//! nothing waits, and whatever comes then is done at once: no command overtakes another.
//!
//! At most [`WAITING_MAX`] commands wait, each of the same few bytes: texts are read before they wait. What comes after is
//! left out, and that is said once until the queue is empty again.
//!
//! Deliberately absent: the run, and when it arrives (`super::playback`).

use crate::link::message::Step;
use crate::session::action::Asker;

/// Commands that wait at most.
pub const WAITING_MAX: usize = 64;

/// What can wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// A live knob gets a value that it takes.
    Turn {
        /// Which one, by its number in the lesson.
        knob: usize,
        /// Its value.
        value: u32,
    },
    /// One step, and then the clock rests.
    Step(Step),
    /// The clock runs.
    Play,
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It waits.
    Kept,
    /// It is the first for which there is no room.
    FirstLeftOut,
    /// It is one more of those.
    LeftOut,
}

/// The queue.
#[derive(Default)]
pub struct Waiting {
    commands: Vec<(Command, Asker)>,
    /// Whether it was said that there is no room.
    is_full_said: bool,
}

impl Waiting {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// How many commands wait.
    pub fn len(&self) -> usize {
        self.commands.len()
    }

    /// Puts a command behind those that wait.
    pub(super) fn push(&mut self, command: Command, asker: Asker) -> Place {
        if let Command::Turn { knob, .. } = command {
            for number in (0..self.commands.len()).rev() {
                match self.commands[number].0 {
                    Command::Turn { knob: earlier, .. } if earlier == knob => {
                        self.commands.remove(number);
                    }
                    Command::Turn { .. } => {}
                    Command::Step(_) | Command::Play => break,
                }
            }
        }
        if self.commands.len() < WAITING_MAX {
            self.commands.push((command, asker));
            return Place::Kept;
        }
        if std::mem::replace(&mut self.is_full_said, true) { Place::LeftOut } else { Place::FirstLeftOut }
    }

    /// A step waits, so that the clock will rest before anything that comes now.
    pub(super) fn has_steps(&self) -> bool {
        self.commands.iter().any(|(command, _)| matches!(command, Command::Step(_)))
    }

    /// Whether the clock will run when all is done, if it runs now or not.
    pub(super) fn plays(&self, plays_now: bool) -> bool {
        match self.commands.iter().rev().find(|(command, _)| !is_turn(command)) {
            Some((command, _)) => *command == Command::Play,
            None => plays_now,
        }
    }

    /// Knobs with these values will have those when all is done.
    pub(super) fn turn(&self, values: &mut [u32]) {
        for (command, _) in &self.commands {
            if let &Command::Turn { knob, value } = command
                && let Some(known) = values.get_mut(knob)
            {
                *known = value;
            }
        }
    }

    /// The clock is to rest: no wish to play waits any longer.
    pub(super) fn rest(&mut self) {
        self.keep(|command| *command != Command::Play);
    }

    /// The run goes elsewhere: only turns of knobs still wait.
    pub(super) fn keep_turns(&mut self) {
        self.keep(is_turn);
    }

    #[inline(never)]
    fn keep(&mut self, stays: fn(&Command) -> bool) {
        self.commands.retain(|(command, _)| stays(command));
    }

    /// All that waits, in its order; nothing waits any longer.
    pub(super) fn take(&mut self) -> Vec<(Command, Asker)> {
        std::mem::take(self).commands
    }
}

fn is_turn(command: &Command) -> bool {
    matches!(command, Command::Turn { .. })
}
