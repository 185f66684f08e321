//! What goes by itself: frames while somebody looks, and a tick a few times a second that renders what has changed.

use gloo_timers::callback::Interval;
use yew::Context;

use crate::link::{Place, write};
use crate::page::app::{App, Msg};
use crate::page::asked::Asked;
use crate::page::browser;
use crate::page::frames::{Frames, Running};
use crate::text::{fill, number};
use crate::verdict::model::Counts;

/// Milliseconds between two renders.
const TICK_MS: u32 = 125;
/// Ticks between two sentences of the live region.
const LIVE_TICKS: u32 = 40;
/// Ticks for which a note stays.
const NOTE_TICKS: u32 = 48;
/// Ticks between two writes of the address.
const ADDRESS_TICKS: u32 = 4;

/// What a tick compares: when it is as before, there is nothing to render.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    rest_ms: Option<u64>,
    counts: Counts,
    is_playing: bool,
    is_seeking: bool,
}

impl App {
    /// Frames and ticks are there as long as somebody looks; ticks also until what was begun is done and told.
    pub(crate) fn keep_time(&mut self, context: &Context<Self>) {
        let (is_seen, is_at_rest) = {
            let run = &self.scene.borrow().run;
            (run.is_seen, run.rest_ms().is_some() && !run.is_seeking())
        };
        if !is_seen {
            self.frames = None;
        } else if self.frames.is_none()
            && let Some(window) = browser::window()
        {
            let (scene, frames) = (self.scene.clone(), Frames::new(window));
            self.frames = Some(Running::start(async move {
                loop {
                    let time_ms = frames.next().await;
                    scene.borrow_mut().frame(time_ms, browser::clock_ms);
                }
            }));
        }
        let is_settled = is_at_rest && self.waiting.is_empty() && !matches!(self.asked, Asked::Running(..));
        if !is_seen && is_settled && self.is_current() {
            self.ticking = None;
        } else if self.ticking.is_none() {
            let tick = context.link().clone();
            self.ticking = Some(Interval::new(TICK_MS, move || tick.send_message(Msg::Tick)));
        }
    }

    /// A few times a second. Whether anything is to be rendered.
    pub(crate) fn tick(&mut self, context: &Context<Self>) -> bool {
        self.ticks = self.ticks.wrapping_add(1);
        let mut is_stale =
            self.fit() | self.advance_drain() | self.fade_note() | self.follow_theme() | self.follow_preview();
        if !self.scene.borrow().run.is_seen {
            // Nobody draws, so whatever was asked for is done here.
            self.scene.borrow_mut().frame(browser::clock_ms(), browser::clock_ms);
        }
        let moment = self.moment();
        if self.last != Some(moment) {
            self.last = Some(moment);
            self.refresh();
            is_stale = true;
        }
        is_stale |= self.catch_up(context);
        if self.ticks.is_multiple_of(ADDRESS_TICKS) {
            self.write_address();
        }
        is_stale | (self.ticks.is_multiple_of(LIVE_TICKS) && self.say_what_happened())
    }

    /// Does what has waited, as far as it need not wait again; whether there was anything.
    pub(crate) fn catch_up(&mut self, context: &Context<Self>) -> bool {
        let mut waiting = std::mem::take(&mut self.waiting).into_iter();
        let count = waiting.len();
        while !self.scene.borrow().run.is_seeking()
            && let Some(msg) = waiting.next()
        {
            self.act(context, msg);
        }
        self.waiting.extend(waiting);
        if let Some(article) = self.article.as_mut().filter(|_| count > self.waiting.len()) {
            article.owe_state();
        }
        count > self.waiting.len()
    }

    /// Whether the facts are those of the run as it stands.
    pub(crate) fn is_current(&self) -> bool {
        self.last == Some(self.moment())
    }

    pub(crate) fn moment(&self) -> Moment {
        let run = &self.scene.borrow().run;
        Moment {
            rest_ms: run.rest_ms(),
            counts: run.player.ledger().counts(),
            is_playing: run.is_playing,
            is_seeking: run.is_seeking(),
        }
    }

    /// Follows the system's theme; whether it has changed.
    pub(crate) fn follow_theme(&mut self) -> bool {
        let theme = self.theme.theme();
        let has_changed = self.scene.borrow().theme() != theme;
        if has_changed {
            self.scene.borrow_mut().set_theme(theme);
        }
        has_changed
    }

    pub(crate) fn fade_note(&mut self) -> bool {
        self.note_ticks = self.note_ticks.saturating_sub(1);
        self.note_ticks == 0 && self.note.take().is_some()
    }

    /// The page has come into view, or gone out of it. What plays rests meanwhile, and says so afterwards.
    pub(crate) fn see(&mut self, is_seen: bool) {
        let was_seen = std::mem::replace(&mut self.scene.borrow_mut().run.is_seen, is_seen);
        if is_seen && !was_seen && self.scene.borrow().run.is_playing && self.has_begun {
            let note = fill(self.words.bar.rested, &[&number::moment(self.facts.time_ms)]);
            self.live.clone_from(&note);
            self.note = Some(note);
            self.note_ticks = NOTE_TICKS;
        }
    }

    pub(crate) fn write_address(&mut self) {
        if self.scene.borrow().run.is_seeking() || self.link.place == Place::Embedded {
            return;
        }
        let query = write::query(&self.present_link());
        if query != self.written {
            browser::set_query(&query);
            self.written = query;
        }
    }

    /// Whether there was anything to say.
    pub(crate) fn say_what_happened(&mut self) -> bool {
        let counts = &self.facts.counts;
        if !self.scene.borrow().run.is_playing || counts.leaked == self.told_leaked {
            return false;
        }
        let more = counts.leaked.saturating_sub(self.told_leaked);
        self.told_leaked = counts.leaked;
        let numbers = [counts.working, counts.stopping, counts.leaked].map(|count| number::grouped(u64::from(count)));
        let [working, stopping, leaked] = &numbers;
        let at = number::moment(self.facts.time_ms);
        self.live = self.words.live.leaked.of(u64::from(more), &[]);
        self.live.push(' ');
        self.live.push_str(&fill(self.words.live.counts, &[&at, working, stopping, leaked]));
        true
    }
}
