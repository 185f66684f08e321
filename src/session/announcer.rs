//! What is said to whoever listens to the page, and the note about a pause behind the reader's back.
//!
//! What a reader does is answered at once; what the run does is summed up every few seconds.

use crate::text::{Messages, fill, number};
use crate::verdict::model::Counts;

/// Ticks for which a note stays.
const NOTE_TICKS: u32 = 48;

/// The live region and the note.
#[derive(Default)]
pub struct Announcer {
    /// The latest sentence.
    pub live: String,
    /// What the reader has to know about the pause behind her.
    pub note: Option<String>,
    note_ticks: u32,
    /// How many leaks were announced.
    announced_leaked: u32,
}

impl Announcer {
    /// Says a sentence.
    pub fn say(&mut self, sentence: impl Into<String>) {
        self.live = sentence.into();
    }

    /// Says since when the page has rested, and leaves it standing for a while.
    pub fn note_rest(&mut self, time_ms: u64, words: &Messages) {
        let note = fill(words.bar.rested, &[&number::moment(time_ms)]);
        self.live.clone_from(&note);
        self.note = Some(note);
        self.note_ticks = NOTE_TICKS;
    }

    /// One tick passes; whether the note is taken away.
    pub fn tick(&mut self) -> bool {
        self.note_ticks = self.note_ticks.saturating_sub(1);
        self.note_ticks == 0 && self.note.take().is_some()
    }

    /// Another run: nothing was announced of it.
    pub fn forget_leaks(&mut self) {
        self.announced_leaked = 0;
    }

    /// Sums up what has leaked since the last time; whether there was anything to say.
    pub fn sum_up(&mut self, counts: &Counts, time_ms: u64, words: &Messages) -> bool {
        if counts.leaked == self.announced_leaked {
            return false;
        }
        let more = counts.leaked.saturating_sub(self.announced_leaked);
        self.announced_leaked = counts.leaked;
        let numbers = [counts.working, counts.stopping, counts.leaked].map(|count| number::grouped(u64::from(count)));
        let [working, stopping, leaked] = &numbers;
        self.live = words.live.leaked.of(u64::from(more), &[]);
        self.live.push(' ');
        self.live.push_str(&fill(words.live.counts, &[&number::moment(time_ms), working, stopping, leaked]));
        true
    }
}
