//! Steps of the browser's history: another preset, deed or lesson is one, and Back returns to the moment that was left.
//!
//! Everything else that changes the address (the clock, a knob, the language) changes the step that it is in.

use crate::link::read::{self, Reading};
use crate::link::{Link, Place};
use crate::session::Session;
use crate::session::complaint::Complaints;
use crate::session::effect::Effect;

impl Session {
    /// The reader leaves this run for another one: Back will return to the moment that is shown.
    #[inline(never)]
    pub(super) fn leave(&mut self) {
        let link = Link { at_ms: Some(self.snapshot.time_ms), ..self.present_link() };
        if self.link.place == Place::Own
            && let Some(query) = self.address.change(&link)
        {
            self.emit(Effect::SetQuery(query));
        }
    }

    /// The other run is there.
    #[inline(never)]
    pub(super) fn arrive(&mut self) {
        let link = self.present_link();
        if self.link.place == Place::Own
            && let Some(query) = self.address.change(&link)
        {
            self.emit(Effect::PushQuery(query));
        }
    }

    /// The reader goes back or forth to another step: its run, in the language and the colours of now.
    pub(super) fn visit(&mut self, query: String) {
        if self.link.place != Place::Own || !self.address.note(&query) {
            return;
        }
        let Reading { link, complaints, begins_ms, .. } = read::page(&query, &self.lessons);
        let (language, theme) = (self.link.language, self.link.theme);
        let plays = link.at_ms.is_none();
        self.remember();
        self.branches.clear();
        self.link = Link { language, theme, ..link };
        self.complaints = Complaints::of_link(complaints);
        self.listing.show(&self.link.lesson, self.listing.wanted);
        self.start_run(plays);
        if let Some(at_ms) = begins_ms {
            self.playback.seek(at_ms);
        }
        self.emit(Effect::ScrollListing);
    }
}
