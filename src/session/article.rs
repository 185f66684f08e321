//! What an article's message asks for, as actions.

use crate::lessons::Lesson;
use crate::link::message::{Command, Setting};
use crate::session::action::{Action, Change};
use crate::session::branches::Way;

/// The actions of a command to a frame that shows `lesson`, in their order.
pub fn actions(command: Command, lesson: &Lesson) -> Vec<Action> {
    match command {
        Command::Set(setting) => set(setting, lesson),
        Command::Play => vec![Action::Play],
        Command::Pause => vec![Action::Pause],
        Command::Step(step) => vec![Action::Step(step)],
        Command::Seek { at_ms } => vec![Action::Seek(at_ms), Action::Pause],
        Command::Fork { at_ms, knobs } => {
            let mut actions = Vec::new();
            actions.extend(at_ms.map(Action::Seek));
            if knobs.is_empty() {
                actions.push(Action::Flip);
            }
            actions.extend(knobs.into_iter().map(|(knob, value)| Action::Set { knob, value }));
            actions
        }
        Command::Back(None) => vec![Action::Go(Way::Undo)],
        Command::Back(Some(number)) => vec![Action::GoToBranch(number)],
        Command::Compare(number) => vec![Action::Compare(number)],
        // A `state` follows whatever was asked.
        Command::State => Vec::new(),
        Command::Restart => vec![Action::Replay],
    }
}

fn set(setting: Setting, lesson: &Lesson) -> Vec<Action> {
    let begins_anew = setting.begins_anew(lesson);
    let Setting { preset, knobs, seed, order, language, theme, speed_percent } = setting;
    let mut actions = Vec::new();
    actions.extend(language.map(Action::Speak));
    actions.extend(theme.map(Action::SetTheme));
    actions.extend(speed_percent.map(Action::SetSpeed));
    if begins_anew {
        actions.push(Action::Begin(Change { preset, seed, order, knobs }));
    } else {
        actions.extend(knobs.into_iter().map(|(knob, value)| Action::Set { knob, value }));
    }
    actions
}
