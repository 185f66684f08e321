//! Deeds: what a session opens for one, and when it ticks it.

use crate::link::Place;
use crate::link::message::Report;
use crate::session::Session;
use crate::session::deeds::{Doings, Says};
use crate::session::effect::Effect;
use crate::session::now::Turn;
use crate::text::lesson::DeedWords;
use crate::text::{fill, measure, number};
use crate::trace::event::GOROUTINE_BYTES;

/// How a deed that was just done is told to whoever listens to the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// Behind the answer to what the reader did.
    AfterAnswer,
    /// By itself: the run brought it about.
    Alone,
}

impl Session {
    /// The words of the open deed.
    pub fn deed_words(&self) -> Option<&DeedWords> {
        let deed = self.link.lesson.deeds.get(self.link.deed?)?;
        self.lesson_words().deed(&deed.name)
    }

    /// What was learned from the deed of this number, if it is done.
    #[inline(never)]
    pub fn learned(&self, number: usize) -> Option<String> {
        let lesson = &self.link.lesson;
        let leaked = u64::from(self.deeds.leaked_at(lesson, number)?);
        let said = self.lesson_words().deed(&lesson.deeds.get(number)?.name)?;
        let size = measure::size(leaked * GOROUTINE_BYTES, self.words);
        Some(fill(&said.learned, &[&number::grouped(leaked), &size]))
    }

    /// Whether the open deed is done.
    pub fn is_deed_done(&self) -> bool {
        self.link.deed.is_some_and(|number| self.deeds.leaked_at(&self.link.lesson, number).is_some())
    }

    /// What the line under the headline says about the open deed. A frame has a place of its own for it.
    pub(super) fn deed_text(&self) -> Option<String> {
        self.deed_says().filter(|_| self.link.place == Place::Own)
    }

    fn deed_says(&self) -> Option<String> {
        match self.deeds.says {
            Says::Nothing => None,
            Says::How => self.deed_words().map(|said| said.how.to_string()),
            Says::Learned => self.learned(self.link.deed?),
        }
    }

    /// Opens the run in which a deed can be done, a moment before it can.
    pub(super) fn open_deed(&mut self, number: usize) {
        let lesson = self.link.lesson.clone();
        let Some(deed) = lesson.deeds.get(number) else { return };
        self.leave();
        self.remember();
        self.branches.clear();
        self.link.open_deed(number);
        self.link.inputs.clear();
        self.start_run(true);
        if deed.at_ms > 0 {
            self.playback.seek(deed.at_ms);
        }
        self.arrive();
        self.deeds.says = Says::How;
        self.emit(Effect::ScrollListing);
        let said = self.deed_words().map(|said| [&*said.title, " ", &said.how].concat());
        self.announcer.say(said.unwrap_or_default());
    }

    /// Ticks the open deed as soon as all its facts hold at a moment that is shown; whether there is news.
    pub(super) fn follow_deed(&mut self, telling: Telling) -> bool {
        let lesson = self.link.lesson.clone();
        let open = self.link.deed.and_then(|number| Some((number, lesson.deeds.get(number)?)));
        let Some((number, deed)) = open.filter(|_| !self.is_deed_done()) else {
            return false;
        };
        if self.playback.is_seeking() || !self.is_current() {
            return false;
        }
        let changes = self.playback.knob_changes();
        let doings = Doings {
            lesson: &lesson,
            ledger: self.playback.player().ledger(),
            changes: &changes,
            switched_on: self.turn.filter(Turn::is_on),
            selected: self.selection.task,
            drain: &self.drain,
        };
        if !deed.facts.iter().all(|fact| doings.hold(fact)) {
            return false;
        }
        self.deeds.tick(&lesson, number, self.snapshot.counts.leaked);
        let mut said = match telling {
            Telling::AfterAnswer => [&self.announcer.live, " "].concat(),
            Telling::Alone => String::new(),
        };
        said.push_str(&self.learned(number).unwrap_or_default());
        self.announcer.say(said);
        self.post(Report::Deed { name: deed.name.to_string(), time_ms: self.snapshot.time_ms });
        true
    }
}
