//! SESSION: what a reader does with the playground, and what the page shows of it. No browser: native, and tested there.
//!
//! - [`action`]: everything that can be asked, by hand, key, link or article; [`effect`]: what the browser must do;
//! - [`keys`], [`article`]: which action a key or an article's message asks for;
//! - [`Session`]: takes actions, gives effects; its state is in owners of their own:
//!   - [`playback`]: the run, and how it is played; [`scene`]: the stage it is drawn on; [`drain`]: the drain test;
//!   - [`snapshot`]: one moment at rest as it is shown; [`tasks`], [`inspect`]: its table, its selected task;
//!   - [`selection`]: which task; [`listing`], [`highlight`]: the code panel; [`appearance`]: the theme;
//!   - [`announcer`]: what is said to listeners; [`reporter`]: what the article is told;
//!   - [`sharing`], [`export`], [`address`]: what hands a run on;
//! - [`now`], [`complaint`], [`knobs`], [`plot`]: what a view says and draws, worked out;
//! - [`host`]: what is found where the page is opened.
//!
//! An owner knows the run and the words that it is given, and never the session. Deliberately absent: the DOM, the
//! machine's clock (a frame brings it along), and anything that waits: whoever performs the effects answers with actions.

pub mod action;
pub mod address;
pub mod announcer;
pub mod appearance;
pub mod article;
pub mod complaint;
pub mod drain;
pub mod effect;
pub mod export;
pub mod highlight;
pub mod host;
pub mod inspect;
pub mod keys;
pub mod knobs;
pub mod listing;
pub mod now;
pub mod playback;
pub mod plot;
pub mod reporter;
pub mod scene;
pub mod selection;
pub mod sharing;
pub mod snapshot;
pub mod tasks;

use crate::lessons::listing::Language as CodeLanguage;
use crate::lessons::{Lesson, When};
use crate::link::controls::Controls;
use crate::link::message::{self, Clock, Report, State, Step};
use crate::link::paste::{Form, Paste};
use crate::link::read::{self, Reading};
use crate::link::{Allowed, Autoplay, Complaint, INPUTS_MAX, Link, Place, Theme};
use crate::player::curve::Sample;
use crate::session::action::{Action, Change, Surroundings};
use crate::session::address::Address;
use crate::session::announcer::Announcer;
use crate::session::appearance::Appearance;
use crate::session::drain::DrainState;
use crate::session::effect::{Effect, Schedule};
use crate::session::host::Host;
use crate::session::keys::KeyPress;
use crate::session::listing::Listing;
use crate::session::now::SwitchedOn;
use crate::session::playback::{Moment, Playback, Sight};
use crate::session::plot::Plot;
use crate::session::reporter::Reporter;
use crate::session::scene::{Frame, Scene};
use crate::session::selection::Selection;
use crate::session::sharing::{CopyOutcome, Dialog, Sharing, WIDTHS_PX};
use crate::session::snapshot::Snapshot;
use crate::stage::draw::Hit;
use crate::stage::palette;
use crate::text::{Language, LessonText, Messages, fill, number};
use crate::trace::event::TaskId;

/// Ticks between two sentences about the run.
const LIVE_TICKS: u32 = 40;
/// Ticks between two writes of the address.
const ADDRESS_TICKS: u32 = 4;

/// A reader at the playground. Whoever shows it reads the owners; they change by [`Session::update`] and by
/// [`Session::frame`] alone.
pub struct Session {
    /// The language that is spoken.
    pub words: &'static Messages,
    /// What decides the run, and where the page stands. Inputs and moment are the run's: see [`Session::present_link`].
    pub link: Link,
    /// What could not be read of the link, or done.
    pub complaints: Vec<Complaint>,
    /// The run.
    pub playback: Playback,
    /// The stage.
    pub scene: Scene,
    /// The moment that is shown.
    pub snapshot: Snapshot,
    /// The selected task.
    pub selection: Selection,
    /// The code panel.
    pub listing: Listing,
    /// The colours.
    pub appearance: Appearance,
    /// The drain test.
    pub drain: DrainState,
    /// What hands the run on.
    pub sharing: Sharing,
    /// The page's address.
    pub address: Address,
    /// What is said to listeners.
    pub announcer: Announcer,
    /// What the article is told, if there is one.
    pub reporter: Option<Reporter>,
    /// When the switch was turned on, if it was.
    pub switched_on: Option<SwitchedOn>,
    /// Whether the clock ever ran or was moved: before that a frame is a picture with a play button.
    pub has_begun: bool,
    /// What was meant for the moment that the run is being brought to.
    waiting: Vec<Action>,
    /// The moment of the run that the snapshot was taken of.
    seen: Option<Moment>,
    ticks: u32,
    schedule: Schedule,
    effects: Vec<Effect>,
}

/// Who asks. A reader's action is answered with a sentence and lets the run play; an article's leaves the clock as it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asker {
    Reader,
    Article,
}

impl Session {
    /// Opens the page where `host` says.
    pub fn new(host: Host) -> Session {
        let Reading { link, complaints } = read::query(&host.query);
        let words = link.language.unwrap_or(host.language).messages();
        let is_embedded = link.place == Place::Embedded;
        let choice = link.theme.unwrap_or(if is_embedded { Theme::Auto } else { host.remembered_theme });
        let appearance = Appearance::new(choice, host.system_theme);
        let mut playback = Playback::new(&link);
        if let Some(at_ms) = link.at_ms {
            playback.seek(at_ms);
        }
        let plays = if is_embedded { link.autoplay == Autoplay::Yes } else { link.at_ms.is_none() };
        if plays && host.motion == crate::stage::motion::Motion::Full {
            playback.play();
        }
        Session {
            words,
            complaints,
            has_begun: playback.is_playing() || !is_embedded,
            playback,
            scene: Scene::new(appearance.theme(), host.motion),
            snapshot: Snapshot { values: link.knobs.clone(), ..Snapshot::default() },
            selection: Selection::new(),
            listing: Listing::new(link.lesson, CodeLanguage::Go),
            appearance,
            drain: DrainState::NotAsked,
            sharing: Sharing::new(&link),
            address: Address::new(host.address),
            announcer: Announcer::default(),
            reporter: host.is_framed.then(Reporter::new),
            switched_on: None,
            link,
            waiting: Vec::new(),
            seen: None,
            ticks: 0,
            schedule: Schedule::default(),
            effects: Vec::new(),
        }
    }

    /// Does what is asked, or keeps it for the moment that it is meant for; what the browser must do now.
    pub fn update(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Mounted => self.mounted(),
            Action::Tick(surroundings) => self.tick(surroundings),
            Action::Rendered { height_px } => self.report(height_px),
            Action::Resize { width_px, height_px, scale_permille } => {
                self.scene.resize(width_px, height_px, scale_permille);
                self.effects.push(Effect::Render);
            }
            action if action.waits_for_the_moment() && self.playback.is_seeking() => self.waiting.push(action),
            action => {
                self.act(action, Asker::Reader);
                self.owe_state();
                self.effects.push(Effect::Render);
            }
        }
        self.keep_time();
        std::mem::take(&mut self.effects)
    }

    /// One animation frame, at `time_ms` of the browser's clock; `clock_ms` says how much of it is used up.
    pub fn frame(&mut self, time_ms: f64, clock_ms: impl Fn() -> f64) -> Frame {
        self.scene.frame(&mut self.playback, time_ms, clock_ms)
    }

    /// What a key asks for now.
    pub fn key(&self, press: &KeyPress<'_>) -> Option<Action> {
        if self.sharing.dialog.is_some() {
            return None;
        }
        keys::action(press, &self.playback, self.snapshot.time_ms, self.link.place)
    }

    fn act(&mut self, action: Action, asker: Asker) {
        match action {
            Action::Mounted | Action::Tick(_) | Action::Rendered { .. } | Action::Resize { .. } => {}
            Action::See(sight) => self.see(sight),
            Action::Play => self.play(),
            Action::Pause => self.pause(asker),
            Action::Step(step) => self.step(step),
            Action::Seek(at_ms) => self.seek(at_ms),
            Action::SetSpeed(percent) => {
                self.playback.set_speed(percent);
                self.link.speed_percent = Some(percent).filter(|percent| *percent != 100);
            }
            Action::Replay => {
                self.link.inputs.clear();
                self.start_run(self.playback.is_playing());
            }
            Action::Begin(change) => self.begin(change, asker),
            Action::OpenLesson(lesson) => self.open_lesson(lesson),
            Action::Flip => self.set(0, 1 - self.snapshot.values[0].min(1), asker),
            Action::Set { knob, value } => self.set(knob, value, asker),
            Action::Click { x, y } => self.select(self.task_at(x, y)),
            Action::Select(task) => self.select(task),
            Action::SelectWaiting(line) => {
                self.select(selection::waiting_on(self.playback.player(), self.listing.places(line)));
            }
            Action::SelectNeighbour(direction) => {
                self.select(self.selection.neighbour(self.playback.player().ledger(), direction));
            }
            Action::ShowTasks(filter) => {
                self.selection.filter = filter;
                self.refresh();
            }
            Action::ShowListing(language) => self.listing.show(self.link.lesson, language),
            Action::ToggleGhosts => self.listing.has_ghosts = !self.listing.has_ghosts,
            Action::Speak(language) => self.speak(language),
            Action::SetTheme(choice) => self.set_theme(choice, asker),
            Action::OpenDialog(dialog) => self.open_dialog(dialog),
            Action::CloseDialog => self.close_dialog(),
            Action::ChooseEmbed(choice) => self.sharing.choose(choice),
            Action::Copy(field) => self.effects.push(Effect::Copy { field, text: self.text_to_copy(field) }),
            Action::Copied(field, outcome) => self.copied(field, outcome),
            Action::Save(format) => self.save(format),
            Action::Saved(name) => self.announcer.say(fill(self.words.live.saved, &[&name])),
            Action::DismissComplaints => self.complaints.clear(),
            Action::Drain => self.drain = DrainState::ask(self.playback.player()),
            Action::Message(text) => self.hear(&text),
        }
    }
}

/// What the page's own clocks do.
impl Session {
    fn mounted(&mut self) {
        self.effects.push(Effect::SetDocument { language: self.words.language, title: self.words.title });
        self.effects.push(Effect::ScrollToSwitched);
    }

    /// Renders when anything has changed.
    fn tick(&mut self, surroundings: Surroundings) {
        self.ticks = self.ticks.wrapping_add(1);
        let mut is_stale = self.drain.advance() | self.announcer.tick() | self.follow(surroundings);
        if !self.is_current() {
            self.seen = Some(self.playback.moment());
            self.refresh();
            is_stale = true;
        }
        is_stale |= self.catch_up();
        if self.ticks.is_multiple_of(ADDRESS_TICKS) {
            self.write_address();
        }
        if self.ticks.is_multiple_of(LIVE_TICKS) && self.playback.is_playing() {
            let Snapshot { counts, time_ms, .. } = &self.snapshot;
            is_stale |= self.announcer.sum_up(counts, *time_ms, self.words);
        }
        if is_stale {
            self.effects.push(Effect::Render);
        }
    }

    fn follow(&mut self, surroundings: Surroundings) -> bool {
        let has_theme_changed = self.appearance.follow(surroundings.system_theme);
        if has_theme_changed {
            self.scene.set_theme(self.appearance.theme());
        }
        let preview_px = surroundings.preview_height_px;
        has_theme_changed | preview_px.is_some_and(|height_px| self.sharing.follow_preview(height_px))
    }

    /// Does what has waited, as far as it need not wait again; whether there was anything.
    fn catch_up(&mut self) -> bool {
        let mut waiting = std::mem::take(&mut self.waiting).into_iter();
        let count = waiting.len();
        while !self.playback.is_seeking()
            && let Some(action) = waiting.next()
        {
            self.act(action, Asker::Reader);
        }
        self.waiting.extend(waiting);
        let has_done_something = count > self.waiting.len();
        if has_done_something {
            self.owe_state();
        }
        has_done_something
    }

    fn write_address(&mut self) {
        if self.playback.is_seeking() || self.link.place == Place::Embedded {
            return;
        }
        let link = self.present_link();
        self.effects.extend(self.address.change(&link).map(Effect::SetQuery));
    }

    /// Frames come as long as somebody looks; ticks also until what was begun is done and told.
    fn keep_time(&mut self) {
        let is_at_rest = self.playback.rest_ms().is_some() && !self.playback.is_seeking();
        let is_settled = is_at_rest && self.waiting.is_empty() && !self.drain.is_running() && self.is_current();
        let is_seen = self.playback.is_seen();
        let schedule = Schedule { frames: is_seen, ticks: is_seen || !is_settled };
        if schedule != self.schedule {
            self.schedule = schedule;
            self.effects.push(Effect::Schedule(schedule));
        }
    }

    /// Whether the snapshot is of the run as it stands.
    fn is_current(&self) -> bool {
        self.seen == Some(self.playback.moment())
    }

    /// Takes a snapshot of the moment at rest, if there is one.
    fn refresh(&mut self) {
        if let Some(time_ms) = self.playback.rest_ms() {
            self.snapshot = Snapshot::of(&self.playback, time_ms, &self.selection, &self.snapshot, self.words);
        }
    }

    /// The page has come into view, or gone out of it. What plays rests meanwhile, and says so afterwards.
    fn see(&mut self, sight: Sight) {
        let before = self.playback.set_sight(sight);
        if (before, sight) == (Sight::OutOfSight, Sight::Seen) && self.playback.is_playing() && self.has_begun {
            self.announcer.note_rest(self.snapshot.time_ms, self.words);
        }
    }
}

/// Time and knobs.
impl Session {
    fn play(&mut self) {
        self.has_begun = true;
        self.playback.play();
        self.announcer.say(self.words.live.playing);
    }

    fn pause(&mut self, asker: Asker) {
        self.playback.pause();
        if asker == Asker::Reader {
            self.announcer.say(fill(self.words.live.paused, &[&number::moment(self.snapshot.time_ms)]));
        }
    }

    fn step(&mut self, step: Step) {
        let kind = match step {
            Step::Poll => {
                self.playback.step_poll();
                None
            }
            Step::Event => self.playback.step_event(),
        };
        self.has_begun = true;
        self.scene.mark_stale();
        self.refresh();
        self.announcer.say_step(self.snapshot.time_ms, kind, self.words);
    }

    fn seek(&mut self, at_ms: u64) {
        self.has_begun = true;
        self.playback.seek(at_ms);
    }

    fn begin(&mut self, change: Change, asker: Asker) {
        let plays = asker == Asker::Reader || self.playback.is_playing();
        let values = |preset| self.link.lesson.values_of(preset);
        let mut knobs = change.preset.map_or_else(|| self.snapshot.values.clone(), values);
        for (knob, value) in change.knobs {
            knobs[knob] = value;
        }
        self.link.preset = change.preset.unwrap_or(self.link.preset);
        self.link.seed = change.seed.unwrap_or(self.link.seed);
        self.link.knobs = knobs;
        self.link.inputs.clear();
        self.start_run(plays);
    }

    fn open_lesson(&mut self, lesson: &'static Lesson) {
        let preset = &lesson.presets[0];
        self.link = Link { lesson, preset, knobs: lesson.values_of(preset), controls: None, ..self.link.clone() };
        self.link.inputs.clear();
        self.listing.show(lesson, self.listing.language);
        self.start_run(true);
        self.effects.push(Effect::ScrollToSwitched);
    }

    /// The run of the link, from time 0.
    fn start_run(&mut self, plays: bool) {
        self.has_begun = true;
        self.link.at_ms = None;
        let sight = self.playback.sight();
        self.playback = Playback::new(&self.link);
        self.playback.set_sight(sight);
        if plays {
            self.playback.play();
        }
        self.waiting.clear();
        self.seen = None;
        self.scene.reset();
        self.select(None);
        self.snapshot = Snapshot { values: self.link.knobs.clone(), ..Snapshot::default() };
        self.drain = DrainState::NotAsked;
        self.switched_on = None;
        self.announcer.forget_leaks();
    }

    fn set(&mut self, knob: usize, value: u32, asker: Asker) {
        let Some(known) = self.link.lesson.knobs.get(knob).filter(|known| known.takes(value)) else { return };
        if self.snapshot.values[knob] == value {
            return;
        }
        if known.when == When::Live && self.playback.is_full() {
            // Turned all the same, it would be a run that no link can open again.
            let (name, value) = (known.name.to_owned(), known.format(value));
            self.complaints.push(Complaint { name, value, allowed: Allowed::AtMost(INPUTS_MAX as u64) });
            return;
        }
        let has_ended = self.playback.player().stop().is_some();
        if known.when == When::AtStart || has_ended {
            self.begin(Change { knobs: vec![(knob, value)], ..Change::default() }, asker);
        } else {
            self.playback.set(knob, value);
            self.scene.mark_stale();
            self.refresh();
            self.note_switch(knob, value);
        }
        let label = self.lesson_text().knob(known.name).map_or(known.name, |said| said.label);
        self.announcer.say(fill(self.words.live.set, &[label, &self.value_text(knob, value)]));
    }

    fn note_switch(&mut self, knob: usize, value: u32) {
        if knob == 0 {
            let (at_ms, leaked) = (self.snapshot.time_ms, self.snapshot.counts.leaked);
            self.switched_on = (value == 1 && leaked > 0).then_some(SwitchedOn { at_ms, leaked });
        }
    }
}

/// What is shown, and how.
impl Session {
    fn select(&mut self, task: Option<TaskId>) {
        self.selection.task = task;
        self.scene.select(task);
        self.refresh();
    }

    /// What a click finds: a task, or the parent of the request whose frame it hit.
    fn task_at(&self, x: f32, y: f32) -> Option<TaskId> {
        match self.scene.stage().hit(x, y)? {
            Hit::Task(task) => Some(task),
            Hit::Scope(scope) => self.playback.player().ledger().scope(scope)?.parent,
        }
    }

    fn speak(&mut self, language: Language) {
        self.link.language = Some(language);
        self.words = language.messages();
        self.scene.mark_stale();
        self.announcer.say("");
        self.snapshot.selected = None;
        self.effects.push(Effect::SetDocument { language, title: self.words.title });
        self.refresh();
    }

    fn set_theme(&mut self, choice: Theme, asker: Asker) {
        self.appearance.choice = choice;
        self.scene.set_theme(self.appearance.theme());
        self.effects.push(Effect::ApplyTheme(appearance::word(choice)));
        if asker == Asker::Reader {
            self.effects.push(Effect::RememberTheme(appearance::word(choice)));
        }
    }
}

/// What hands a run on.
impl Session {
    fn open_dialog(&mut self, dialog: Dialog) {
        self.sharing.dialog = Some(dialog);
        if dialog != Dialog::Keys {
            self.sharing.rest((!self.playback.is_playing()).then_some(self.snapshot.time_ms));
            self.playback.pause();
        }
    }

    fn close_dialog(&mut self) {
        self.effects.push(Effect::DropFile);
        if self.sharing.close() {
            self.playback.play();
        }
    }

    fn text_to_copy(&self, field: Form) -> String {
        if self.sharing.dialog == Some(Dialog::Embed) { self.pasted(field) } else { self.shared_address() }
    }

    fn copied(&mut self, field: Form, outcome: CopyOutcome) {
        let live = &self.words.live;
        match outcome {
            CopyOutcome::Copied => {
                self.sharing.copied = Some(field);
                self.announcer.say(live.copied);
            }
            CopyOutcome::Refused => {
                self.sharing.copied = None;
                self.announcer.say(live.not_copied);
                self.effects.push(Effect::SelectField(field));
            }
        }
    }

    fn save(&mut self, format: export::Format) {
        let link = Link { at_ms: self.playback.rest_ms(), ..self.moment_link() };
        let link = Link { language: Some(self.words.language), ..link };
        let address = self.address.of(&link);
        let file = export::file(format, &self.playback, (&link, &address), self.appearance.theme(), self.words);
        self.effects.extend(file.map(Effect::Save));
    }
}

/// The article around a frame.
impl Session {
    fn hear(&mut self, text: &str) {
        let Some(heard) = message::parse(text, self.link.lesson) else { return };
        for complaint in heard.complaints {
            let say = complaint::sentence(self.words, &complaint);
            self.post(Report::Sorry { about: complaint.name, value: complaint.value, say });
        }
        for action in heard.command.into_iter().flat_map(|command| article::actions(command, self.link.lesson)) {
            self.act(action, Asker::Article);
        }
        self.has_begun = true;
    }

    fn post(&mut self, report: Report) {
        if self.reporter.is_some() {
            self.effects.push(Effect::Post(report));
        }
    }

    fn owe_state(&mut self) {
        if let Some(reporter) = &mut self.reporter {
            reporter.owe_state();
        }
    }

    /// Tells the article what it has to know, now that the page was rendered.
    fn report(&mut self, height_px: u32) {
        let is_running = self.playback.is_playing() && self.playback.is_seen();
        let clock = if is_running { Clock::Running } else { Clock::Resting };
        // At rest the snapshot is of this moment, or will be at the next tick.
        let is_true = !self.playback.is_seeking() && (clock == Clock::Running || self.is_current());
        let time_ms = self.snapshot.time_ms;
        let Some(reporter) = &mut self.reporter else { return };
        reporter.count_render();
        self.effects.extend(reporter.height(height_px).map(Effect::Post));
        if is_true && reporter.is_due(time_ms, clock) {
            let state = self.state(clock);
            if let Some(reporter) = &mut self.reporter {
                let (state, leak) = reporter.tell(state);
                self.effects.push(Effect::Post(state));
                self.effects.extend(leak.map(Effect::Post));
            }
        }
    }

    fn state(&self, clock: Clock) -> State {
        let counts = &self.snapshot.counts;
        State {
            time_ms: self.snapshot.time_ms,
            clock,
            spawned: u64::from(counts.spawned),
            working: u64::from(counts.working),
            stopping: u64::from(counts.stopping),
            leaked: u64::from(counts.leaked),
            finished: u64::from(counts.finished),
            alive: u64::from(counts.alive),
            link: crate::link::write::query(&self.moment_link()),
        }
    }
}

/// What views ask.
impl Session {
    /// What is said about the lesson.
    pub fn lesson_text(&self) -> &'static LessonText {
        self.words.lesson_text(self.link.lesson.name).unwrap_or(&self.words.lessons[0])
    }

    /// What a frame offers.
    pub fn controls(&self) -> Controls {
        self.link.controls.unwrap_or(Controls::USUAL)
    }

    /// What to look at now.
    pub fn now(&self) -> String {
        now::line(&self.snapshot, self.switched_on, self.words)
    }

    /// What the switch means now.
    pub fn switch_means(&self) -> String {
        now::switch_means(self.link.lesson, &self.snapshot.values, self.words)
    }

    /// The value of a knob, in words.
    pub fn value_text(&self, knob: usize, value: u32) -> String {
        knobs::value_text(&self.link.lesson.knobs[knob], value, self.lesson_text(), self.words)
    }

    /// The theme that the page stands in.
    pub fn theme(&self) -> palette::Theme {
        self.appearance.theme()
    }

    /// The plot of the moment that is shown.
    pub fn plot(&self) -> Plot {
        let samples = self.playback.player().curve().samples();
        let now = Sample::of(&self.snapshot.counts, self.snapshot.time_ms * 1000);
        let marks_ms = self.playback.turns().iter().map(|turn| turn.at_ms).collect();
        Plot::of(samples, now, self.playback.span_ms(), marks_ms)
    }

    /// The link to this run as it is now.
    pub fn present_link(&self) -> Link {
        let rests = !self.playback.is_playing() && !self.playback.is_seeking();
        let at_ms = self.playback.rest_ms().filter(|_| rests);
        Link { inputs: self.playback.turns(), at_ms, ..self.link.clone() }
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

    /// The address of this run: where it rested before the dialog was opened, at its moment.
    pub fn shared_address(&self) -> String {
        let link = self.present_link();
        let at_ms = link.at_ms.filter(|_| !self.sharing.was_playing());
        self.address.of(&Link { at_ms, language: Some(self.words.language), ..link })
    }

    /// The address that opens the moment that is shown, for a reader of the language that is spoken.
    pub fn full_address(&self) -> String {
        self.address.of(&Link { language: Some(self.words.language), ..self.moment_link() })
    }

    /// What an author pastes, as it was chosen.
    pub fn pasted(&self, form: Form) -> String {
        let link = self.frame_link();
        let words = link.language.unwrap_or(self.words.language).messages();
        let lesson = words.lesson_text(link.lesson.name);
        let preset = lesson.and_then(|text| text.preset(link.preset.name)).map_or(link.preset.name, |said| said.title);
        let paste = Paste {
            address: self.address.page(),
            link: &link,
            width_px: self.frame_width_px(),
            height_px: self.sharing.height_px,
            title: &["Pileup: ", preset].concat(),
            alt: words.embedding.alt,
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
