//! In which colours the page stands: what the reader chose, or else what her system has.

use crate::link::Theme as Choice;
use crate::stage::palette::Theme;

/// The chosen theme, and the system's.
pub struct Appearance {
    /// What the reader, the link or the article chose.
    pub choice: Choice,
    system: Theme,
}

impl Appearance {
    /// A choice under a system's theme.
    pub fn new(choice: Choice, system: Theme) -> Appearance {
        Appearance { choice, system }
    }

    /// The theme that this comes to.
    pub fn theme(&self) -> Theme {
        match self.choice {
            Choice::Auto => self.system,
            Choice::Light => Theme::Light,
            Choice::Dark => Theme::Dark,
        }
    }

    /// The choice after this one, for a button that goes through all of them.
    pub fn next(&self) -> Choice {
        Choice::ALL[(self.choice as usize + 1) % Choice::ALL.len()]
    }

    /// Follows the system; whether the page looks otherwise now.
    pub fn follow(&mut self, system: Theme) -> bool {
        let before = self.theme();
        self.system = system;
        self.theme() != before
    }
}

/// What the style sheet and the browser's memory call a choice: nothing for the system's.
pub fn word(choice: Choice) -> &'static str {
    if choice == Choice::Auto { "" } else { choice.word() }
}

/// The choice that the browser remembers under this word.
pub fn of_word(remembered: &str) -> Choice {
    Choice::ALL.into_iter().find(|choice| word(*choice) == remembered).unwrap_or(Choice::Auto)
}
