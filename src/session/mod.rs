//! SESSION: what a reader does with the playground, and what the page shows of it. No browser: native, and tested there.
//!
//! - [`action`]: everything that can be asked, by hand, key, link or article; [`effect`]: what the browser must do;
//! - [`keys`], [`article`]: which action a key or an article's message asks for;
//! - [`Session`]: its state, in owners of their own; `update` takes actions and gives effects, `time` lets the run do what
//!   they ask of it:
//!   - [`playback`]: the run, and how it is played; [`pace`]: whether it keeps up; [`waiting`]: what waits until it is there;
//!     [`steps`]: what a step did;
//!   - [`branches`]: other futures of the run, and what can be undone; [`forks`]: how a reader comes into them and back;
//!   - [`scene`]: the stage it is drawn on; [`drain`]: the drain test;
//!   - [`snapshot`]: one moment at rest as it is shown; [`tasks`], [`inspect`]: its table, its selected task;
//!   - [`deeds`]: what there is to do, and when it is done; `doing` opens and ticks it;
//!   - [`selection`]: which task; [`listing`], [`highlight`], [`waits`]: the code panel; [`appearance`]: the theme;
//!   - [`announcer`]: what is said to listeners; [`reporter`]: what the article is told;
//!   - [`sharing`], [`export`], [`address`]: what hands a run on;
//! - [`now`], [`complaint`], [`knobs`], [`plot`], [`timeline`]: what a view says and draws, worked out;
//! - [`host`]: what is found where the page is opened; `history`: which of its addresses are steps of the browser's history.
//!
//! An owner knows the run and the words that it is given, and never the session. Deliberately absent: the DOM, the
//! machine's clock (a frame brings it along), and anything that waits: whoever performs the effects answers with actions.

pub mod action;
pub mod address;
pub mod announcer;
pub mod appearance;
pub mod article;
pub mod branches;
pub mod complaint;
pub mod deeds;
mod doing;
pub mod drain;
pub mod effect;
pub mod export;
pub mod forks;
pub mod highlight;
mod history;
pub mod host;
pub mod inspect;
pub mod keys;
pub mod knobs;
pub mod listing;
pub mod now;
pub mod pace;
pub mod playback;
pub mod plot;
pub mod reporter;
pub mod scene;
pub mod selection;
pub mod sharing;
pub mod snapshot;
pub mod steps;
pub mod tasks;
mod time;
pub mod timeline;
mod update;
pub mod waiting;
pub mod waits;

use std::rc::Rc;

use crate::lessons::Lesson;
use crate::lessons::listing::CodeLanguage;
use crate::lessons::preset::Count;
use crate::link::controls::Controls;
use crate::link::paste::{Form, Paste};
use crate::link::read::{self, Reading};
use crate::link::{Autoplay, KnobChange, Link, Place, Theme};
use crate::player::curve::Sample;
use crate::session::action::Action;
use crate::session::address::Address;
use crate::session::announcer::Announcer;
use crate::session::appearance::Appearance;
use crate::session::branches::{Branch, Branches};
use crate::session::complaint::Complaints;
use crate::session::deeds::{Deeds, Says};
use crate::session::drain::DrainState;
use crate::session::effect::{Effect, Schedule};
use crate::session::host::Host;
use crate::session::inspect::Inspected;
use crate::session::keys::KeyPress;
use crate::session::listing::Listing;
use crate::session::now::{Standing, Turn};
use crate::session::playback::{Moment, Playback};
use crate::session::plot::Plot;
use crate::session::reporter::Reporter;
use crate::session::scene::{Frame, Scene};
use crate::session::selection::Selection;
use crate::session::sharing::{Sharing, WIDTHS_PX};
use crate::session::snapshot::Snapshot;
use crate::session::steps::StepReport;
use crate::session::timeline::{Mark, MarkKind};
use crate::session::waiting::Waiting;
use crate::stage::motion::Motion;
use crate::stage::palette;
use crate::text::lesson::LessonWords;
use crate::text::{Language, Messages, Text, fill, number};

/// A reader at the playground. Whoever shows it reads the owners; they change by [`Session::update`] and by
/// [`Session::frame`] alone.
pub struct Session {
    /// The language that is spoken.
    pub words: &'static Messages,
    /// The lessons that the page offers, in their order.
    pub lessons: Vec<Rc<Lesson>>,
    /// What decides the run, and where the page stands. Inputs and moment are the run's: see [`Session::present_link`].
    pub link: Link,
    /// What could not be read of the link, or done.
    pub complaints: Complaints,
    /// The run.
    pub playback: Playback,
    /// Its other futures.
    pub branches: Branches,
    /// The stage.
    pub scene: Scene,
    /// The moment that is shown.
    pub snapshot: Snapshot,
    /// The selected task.
    pub selection: Selection,
    /// Where on the stage the selected task is told of, in CSS pixels.
    pub callout: Option<(f32, f32)>,
    /// The code panel.
    pub listing: Listing,
    /// The colours.
    pub appearance: Appearance,
    /// The drain test.
    pub drain: DrainState,
    /// What there is to do.
    pub deeds: Deeds,
    /// What hands the run on.
    pub sharing: Sharing,
    /// The page's address.
    pub address: Address,
    /// What is said to listeners.
    pub announcer: Announcer,
    /// What the article is told, if there is one.
    pub reporter: Option<Reporter>,
    /// When the switch was turned over last, if it was.
    pub turn: Option<Turn>,
    /// Whether the clock ever ran or was moved: before that a frame is a picture with a play button, and the page of a reader who
    /// prefers less motion says how to begin.
    pub has_begun: bool,
    /// What is meant for the moment that the run is being brought to.
    pub waiting: Waiting,
    /// What the last step did, until anything else moves the run.
    pub step: Option<StepReport>,
    /// The counts that the page was rendered with, as long as no frame has drawn the curves up to them.
    undrawn: Option<Sample>,
    /// The moment of the run that the snapshot was taken of.
    shown_moment: Option<Moment>,
    ticks: u32,
    /// Renders that messages have asked for since the last tick, and whether one more has to come with the next.
    message_renders: u32,
    is_render_due: bool,
    /// Whether listeners were told of a seek that takes its time, or of a clock that cannot keep up.
    is_delay_told: bool,
    schedule: Schedule,
    /// The language that was asked for last, known or not.
    wanted_language: Option<Language>,
    effects: Vec<Effect>,
}

impl Session {
    /// Opens the page where `host` says.
    pub fn new(host: Host) -> Session {
        let Reading { link, complaints, begins_ms, .. } = read::page(&host.query, &host.lessons);
        let words = link.language.unwrap_or(host.language).messages();
        let is_embedded = link.place == Place::Embedded;
        let choice = link.theme.unwrap_or(if is_embedded { Theme::Auto } else { host.remembered_theme });
        let appearance = Appearance::new(choice, host.system_theme);
        let mut playback = Playback::new(&link);
        let branches = Branches::of_link(&link);
        playback.reach_ms(branches.end_ms());
        if let Some(at_ms) = begins_ms {
            playback.seek(at_ms);
        }
        let plays = if is_embedded { link.autoplay == Autoplay::Yes } else { link.at_ms.is_none() };
        let has_little_motion = host.motion != Motion::Full;
        if plays && !has_little_motion {
            playback.play();
        }
        let mut listing = Listing::new(&link.lesson, CodeLanguage::Go);
        listing.point = link.lesson.opening(link.preset).point.clone();
        Session {
            words,
            lessons: host.lessons,
            complaints: Complaints::of_link(complaints),
            has_begun: playback.is_playing() || !(is_embedded || plays && has_little_motion),
            playback,
            branches,
            scene: Scene::new(appearance.theme(), host.motion),
            snapshot: Snapshot { values: link.knobs.clone(), ..Snapshot::default() },
            selection: Selection::new(),
            callout: None,
            listing,
            appearance,
            drain: DrainState::NotAsked,
            deeds: Deeds::of_page(&link),
            sharing: Sharing::new(&link),
            address: Address::new(host.address),
            announcer: Announcer::default(),
            reporter: host.is_framed.then(Reporter::new),
            turn: None,
            link,
            wanted_language: None,
            waiting: Waiting::default(),
            step: None,
            undrawn: None,
            shown_moment: None,
            ticks: 0,
            message_renders: 0,
            is_render_due: false,
            is_delay_told: false,
            schedule: Schedule::default(),
            effects: Vec::new(),
        }
    }

    /// One animation frame, at `time_ms` of the browser's clock; `clock_ms` says how much of it is used up.
    pub fn frame(&mut self, time_ms: f64, clock_ms: impl Fn() -> f64) -> Frame {
        let frame = self.scene.frame(&mut self.playback, time_ms, &clock_ms);
        self.catch_up();
        if !self.playback.is_seeking() {
            self.is_render_due |= self.branches.fill(&self.link, &clock_ms);
        }
        frame
    }

    /// The page is rendered as it is now: what the next frame writes on the stage and draws as curves agrees with it.
    pub fn note_render(&mut self) {
        self.scene.write_leaked(self.snapshot.counts.leaked);
        self.undrawn = Some(Sample::of(&self.snapshot.counts, self.snapshot.time_ms * 1000));
        let selected = self.snapshot.selected.as_ref();
        // Who is gone has no place any more: what is said of it stays where it stood.
        let last = self.callout.filter(|_| selected.is_some_and(Inspected::is_gone));
        self.callout = self.scene.stage().selected_position().filter(|_| selected.is_some()).or(last);
    }

    /// What a key asks for now.
    pub fn key(&self, press: &KeyPress<'_>) -> Option<Action> {
        if self.sharing.dialog.is_some() {
            return None;
        }
        // Several seconds back are several presses, also while the first of them is under way.
        let time_ms = self.playback.asked_ms().or(self.playback.rest_ms()).unwrap_or(self.snapshot.time_ms);
        keys::action(press, &self.playback, time_ms, self.link.place)
    }
}

/// What views ask.
impl Session {
    /// What is said about the lesson.
    pub fn lesson_words(&self) -> &LessonWords {
        self.link.lesson.words(self.words.language)
    }

    /// The headline: what there is to do; or else the preset's own, as long as the run began as the preset has it.
    pub fn headline(&self) -> &Text {
        if let Some(deed) = self.deed_words() {
            return &deed.title;
        }
        let (lesson, words) = (&self.link.lesson, self.lesson_words());
        let is_changed = lesson.is_changed(self.link.preset, &self.link.knobs);
        let preset = words.preset(lesson.preset_name(self.link.preset)).filter(|_| !is_changed);
        preset.map_or(&words.headline, |said| &said.lead)
    }

    /// The count to watch.
    pub fn watched(&self) -> Option<Count> {
        self.link.lesson.opening(self.link.preset).watch
    }

    /// Whether the switch is on.
    pub fn is_on(&self) -> bool {
        self.link.lesson.is_on(&self.snapshot.values)
    }

    /// What a frame offers.
    pub fn controls(&self) -> Controls {
        self.link.controls.unwrap_or(Controls::USUAL)
    }

    /// What the last step did, in words.
    #[inline(never)]
    pub fn step_text(&self) -> Option<String> {
        let step = self.step.as_ref()?;
        let line = self.listing.line_of(step.spot.as_ref(), &self.snapshot.values, &self.snapshot.waits);
        Some(step.sentence(line, self.words, &self.lesson_words().tasks))
    }

    /// What to look at now, what the last step did, or what is said about the open deed.
    pub fn now(&self) -> String {
        if let Some(under_way) = self.under_way_text() {
            return under_way;
        }
        if let Some(step) = self.step_text() {
            return step;
        }
        if let Some(deed) = self.deed_text() {
            return deed;
        }
        if let Some(restarted) = now::restarted(&self.snapshot, self.playback.speed_percent(), self.words) {
            return restarted;
        }
        if !self.has_begun && self.link.place == Place::Own {
            return self.words.bar.begin.to_owned();
        }
        let standing = if self.is_on() { Standing::On(self.turn) } else { Standing::Off(self.turn) };
        let switch = self.lesson_words().switch.as_ref().map(|words| (words, standing));
        now::line(&self.snapshot, switch, &self.lesson_words().now)
    }

    /// Whether the line under the headline answers the reader, and is not about the run: what a step did, or a deed.
    pub fn answers(&self) -> bool {
        self.step.is_some() || self.link.place == Place::Own && self.deeds.says != Says::Nothing
    }

    /// How much memory there is, if there is a limit, in words.
    pub fn memory_limit_text(&self) -> Option<String> {
        let knob = self.link.lesson.process().memory?;
        let value = self.snapshot.values.get(knob).copied().filter(|value| *value > 0)?;
        Some(fill(self.words.of_memory, &[&self.value_text(knob, value)]))
    }

    /// How often the process was started anew, and why, if it ever was.
    pub fn restarts_text(&self) -> Option<String> {
        let counts = &self.snapshot.counts;
        let said = [counts.deploys, counts.ooms].map(|count| number::grouped(u64::from(count)));
        (counts.deploys + counts.ooms > 0).then(|| fill(self.words.restarts, &[&said[0], &said[1]]))
    }

    /// How far a seek has come that takes its time, in words.
    #[inline(never)]
    pub fn under_way_text(&self) -> Option<String> {
        let asked_ms = self.playback.under_way()?.asked_ms;
        let moments = [self.snapshot.time_ms, asked_ms].map(number::moment);
        Some(fill(self.words.bar.seeking, &[&moments[0], &moments[1]]))
    }

    /// How fast the clock goes while it cannot keep up with the speed, in words.
    #[inline(never)]
    pub fn slow_text(&self) -> Option<String> {
        let percent = self.playback.slow_percent()?;
        Some(fill(self.words.bar.slow, &[&number::times(percent)]))
    }

    /// What the switch means now.
    pub fn switch_means(&self) -> String {
        self.link.lesson.switch_meaning(self.words.language, &self.snapshot.values)
    }

    /// The value of a knob, in words.
    pub fn value_text(&self, knob: usize, value: u32) -> String {
        knobs::value_text(&self.link.lesson.knobs[knob], value, self.lesson_words(), self.words)
    }

    /// The theme that the page stands in.
    pub fn theme(&self) -> palette::Theme {
        self.appearance.theme()
    }

    /// The curves up to the moment that the page was rendered with last, if they were not drawn yet.
    pub fn take_plot(&mut self) -> Option<Plot> {
        let now = self.undrawn.take()?;
        let samples = self.playback.player().curve().samples();
        let marks_ms = self.playback.knob_changes().iter().map(|change| change.at_ms).collect();
        let span_ms = self.playback.span_ms();
        let cancels_us = timeline::cancels_us(self.playback.player(), span_ms);
        let mut plot = Plot::of(samples, now, span_ms, marks_ms);
        plot.cancels_us = cancels_us;
        if let Some(Branch { link, curve }) = self.branches.compared() {
            plot.show_ghost(curve.clone(), link.leaves_ms(&self.playback.knob_changes()));
        }
        Some(plot)
    }

    /// What was turned, to what and when, in words.
    pub fn change_text(&self, change: KnobChange) -> String {
        let known = &self.link.lesson.knobs[change.knob].name;
        let name: &str = self.lesson_words().knob(known).map_or(known, |said| &said.label).as_ref();
        let value = self.value_text(change.knob, change.value);
        fill(self.words.bar.mark, &[name, &value, &number::moment(change.at_ms)])
    }

    /// What a mark on the timeline stands for, in words.
    #[inline(never)]
    pub fn mark_text(&self, mark: Mark) -> String {
        let (say, at) = (&self.words.bar, number::moment(mark.at_ms));
        match mark.kind {
            MarkKind::Turned(change) => self.change_text(change),
            MarkKind::FirstLeak => fill(say.first_leak, &[&at]),
            MarkKind::End => fill(say.end, &[&at]),
        }
    }

    /// The link to this run as it is now.
    pub fn present_link(&self) -> Link {
        let rests = !self.playback.is_playing() && !self.playback.is_seeking();
        let at_ms = self.playback.rest_ms().filter(|_| rests);
        Link { inputs: self.playback.knob_changes(), branches: self.branches.links(), at_ms, ..self.link.clone() }
    }

    /// The link that opens this run at the moment that is shown, in a window of its own.
    pub fn moment_link(&self) -> Link {
        let at_ms = Some(self.snapshot.time_ms);
        Link { at_ms, place: Place::Own, controls: None, autoplay: Autoplay::No, ..self.present_link() }
    }

    /// The run in a frame, as it was chosen.
    pub fn frame_link(&self) -> Link {
        self.sharing.frame_link(self.present_link(), self.snapshot.time_ms)
    }

    /// The address of this run: where it rests, at its moment.
    pub fn shared_address(&self) -> String {
        self.address.of(&Link { language: Some(self.words.language), ..self.present_link() })
    }

    /// The address that opens the moment that is shown, for a reader of the language that is spoken.
    pub fn full_address(&self) -> String {
        self.address.of(&Link { language: Some(self.words.language), ..self.moment_link() })
    }

    /// What an author pastes, as it was chosen.
    pub fn pasted(&self, form: Form) -> String {
        let link = self.frame_link();
        let words = link.language.unwrap_or(self.words.language).messages();
        let lesson = link.lesson.words(words.language);
        let preset = link.lesson.preset_name(link.preset);
        let preset = lesson.preset(preset).map_or(preset, |said| &said.title);
        let paste = Paste {
            address: self.address.page(),
            link: &link,
            width_px: self.frame_width_px(),
            height_px: self.sharing.height_px,
            title: &["Pileup: ", preset].concat(),
            alt: &lesson.picture,
        };
        paste.text(form)
    }

    /// How wide the frame may become, in CSS pixels; none: as wide as the article.
    pub fn frame_width_px(&self) -> Option<u32> {
        WIDTHS_PX.get(self.sharing.width).copied()
    }
}

#[cfg(test)]
mod tests;
