//! [`Session::update`]: what becomes of each action, and what the browser must do for it.

use crate::link::message::{self, Clock, Command, Report, State};
use crate::link::paste::Form;
use crate::link::{Allowed, Complaint, Link, Place, Theme, write};
use crate::session::action::{Action, Asker, Learning, Surroundings};
use crate::session::doing::Telling;
use crate::session::drain::DrainState;
use crate::session::effect::{Effect, Schedule};
use crate::session::export::Format;
use crate::session::playback::Sight;
use crate::session::reporter::Reporter;
use crate::session::sharing::{CopyOutcome, Dialog};
use crate::session::snapshot::Snapshot;
use crate::session::{Session, appearance, article, complaint, export, selection};
use crate::stage::draw::Hit;
use crate::text::{Language, fill};
use crate::trace::event::TaskId;

/// Ticks between two sentences about the run.
const LIVE_TICKS: u32 = 40;
/// Ticks between two writes of the address.
const ADDRESS_TICKS: u32 = 4;
/// Renders between two ticks that messages can bring about; what they change besides is rendered with the tick.
pub(super) const MESSAGE_RENDERS_MAX: u32 = 8;

impl Session {
    /// Does what is asked, or keeps it for the moment that it is meant for; what the browser must do now.
    pub fn update(&mut self, action: Action) -> Vec<Effect> {
        self.catch_up();
        let telling = if matches!(action, Action::Tick(_)) { Telling::Alone } else { Telling::AfterAnswer };
        match action {
            Action::Mounted => self.mounted(),
            Action::Tick(surroundings) => self.tick(surroundings),
            Action::Rendered { height_px } => self.report(height_px),
            Action::Resize { width_px, height_px, scale_permille } => {
                self.scene.resize(width_px, height_px, scale_permille);
                self.emit(Effect::Render);
            }
            Action::Message(text) => self.receive(&text),
            // The stage alone follows it: the next frame draws.
            Action::Point { x, y } => self.scene.point_at(Some((x, y))),
            Action::Unpoint => self.scene.point_at(None),
            action => {
                self.act(action, Asker::Reader);
                self.request_state();
                self.emit(Effect::Render);
            }
        }
        if self.follow_deed(telling) {
            self.emit(Effect::Render);
        }
        self.keep_time();
        std::mem::take(&mut self.effects)
    }

    fn act(&mut self, action: Action, asker: Asker) {
        match action {
            Action::Mounted | Action::Tick(_) | Action::Rendered { .. } | Action::Resize { .. } => {}
            Action::Message(_) | Action::Point { .. } | Action::Unpoint => {}
            Action::See(sight) => self.set_sight(sight),
            Action::Play => self.play(asker),
            Action::Pause => self.pause(asker),
            Action::Step(step) => self.step(step, asker),
            Action::StepRecord => self.step_record(),
            Action::Seek(at_ms) => self.seek(at_ms),
            Action::SetSpeed(percent) => {
                self.playback.set_speed(percent);
                self.link.speed_percent = Some(percent).filter(|percent| *percent != 100);
            }
            Action::Replay => self.replay(),
            Action::Begin(change) => self.begin(change, asker),
            Action::Visit(query) => self.visit(query),
            Action::OpenDeed(number) => self.open_deed(number),
            Action::OpenLesson(lesson) => self.open_lesson(&lesson),
            Action::Flip => self.flip(asker),
            Action::Set { knob, value } => self.set(knob, value, asker),
            Action::Go(way) => self.go(way),
            Action::GoToBranch(number) => self.go_to_branch(number),
            Action::Compare(number) => self.compare(number),
            Action::Rename(number, name) => self.rename_branch(number, &name),
            Action::Delete(number) => self.delete_branch(number),
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
            Action::ShowListing(language) => {
                self.listing.show(&self.link.lesson, language);
                self.refresh();
            }
            Action::ToggleGhosts => self.listing.has_ghosts = !self.listing.has_ghosts,
            Action::Speak(language) => self.speak(language),
            Action::Learned(language, learning) => self.follow_learning(language, learning),
            Action::SetTheme(choice) => self.set_theme(choice, asker),
            Action::OpenDialog(dialog) => self.open_dialog(dialog),
            Action::CloseDialog => self.close_dialog(),
            Action::ChooseEmbed(choice) => {
                self.sharing.choose(choice);
                self.learn(self.sharing.language);
            }
            Action::Copy(field) => {
                let text = self.text_to_copy(field);
                self.emit(Effect::Copy { field, text });
            }
            Action::Copied(field, outcome) => self.copied(field, outcome),
            Action::Save(format) => self.save(format),
            Action::Saved(name) => self.announcer.say(fill(self.words.live.saved, &[&name])),
            Action::DismissComplaints => self.complaints.clear(),
            Action::Drain => self.drain = DrainState::ask(self.playback.player()),
        }
    }
}

/// What the page's own clocks do.
impl Session {
    fn mounted(&mut self) {
        self.wanted_language = self.link.language;
        self.learn(self.link.language);
        self.emit(Effect::SetDocument { language: self.words.language, title: self.words.title });
        self.emit(Effect::ScrollListing);
    }

    /// Renders when anything has changed.
    fn tick(&mut self, surroundings: Surroundings) {
        self.ticks = self.ticks.wrapping_add(1);
        self.message_renders = 0;
        let mut is_stale = std::mem::take(&mut self.is_render_due);
        is_stale |= self.drain.advance() | self.announcer.tick() | self.follow(surroundings);
        self.tick_playback();
        if !self.is_current() {
            self.shown_moment = Some(self.playback.moment());
            self.refresh();
            is_stale = true;
        }
        if let Some(unsaid) = self.reporter.as_mut().and_then(Reporter::take_unsaid) {
            self.post_rejected(&Complaint::of_more(unsaid));
        }
        is_stale |= self.reporter.as_ref().is_some_and(|reporter| reporter.owes(self.playback.is_seeking()));
        if self.ticks.is_multiple_of(ADDRESS_TICKS) {
            self.write_address();
        }
        if self.ticks.is_multiple_of(LIVE_TICKS) && self.playback.is_playing() {
            let Snapshot { counts, time_ms, .. } = &self.snapshot;
            is_stale |= self.announcer.sum_up(counts, *time_ms, self.words);
        }
        if is_stale {
            self.emit(Effect::Render);
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

    /// Whoever cannot see it is told when a seek turns out to take its time, and when the clock falls behind.
    fn tick_playback(&mut self) {
        self.playback.tick();
        let delay = self.under_way_text().or_else(|| self.slow_text());
        let is_told = std::mem::replace(&mut self.is_delay_told, delay.is_some());
        if let Some(sentence) = delay.filter(|_| !is_told) {
            self.announcer.say(sentence);
        }
    }

    fn write_address(&mut self) {
        if self.playback.is_seeking() || self.link.place == Place::Embedded {
            return;
        }
        let link = self.present_link();
        if let Some(query) = self.address.change(&link) {
            self.emit(Effect::SetQuery(query));
        }
    }

    /// Frames come as long as somebody looks; ticks also until what was begun is done and told.
    fn keep_time(&mut self) {
        let is_at_rest = self.playback.rest_ms().is_some() && !self.playback.is_seeking();
        let is_settled = is_at_rest && self.waiting.is_empty() && !self.drain.is_running() && self.is_current();
        let is_settled = is_settled && !self.is_render_due && self.reporter.as_ref().is_none_or(Reporter::is_settled);
        let is_seen = self.playback.is_seen();
        let schedule = Schedule { frames: is_seen, ticks: is_seen || !is_settled };
        if schedule != self.schedule {
            self.schedule = schedule;
            self.emit(Effect::Schedule(schedule));
        }
    }

    /// The page has come into view, or gone out of it. What plays rests meanwhile, and says so afterwards.
    fn set_sight(&mut self, sight: Sight) {
        let before = self.playback.set_sight(sight);
        if (before, sight) == (Sight::OutOfSight, Sight::Seen) && self.playback.is_playing() && self.has_begun {
            self.announcer.note_rest(self.snapshot.time_ms, self.words);
        }
    }
}

/// What is shown, and how.
impl Session {
    /// What a click finds: a task, or the parent of the request whose frame it hit.
    fn task_at(&self, x: f32, y: f32) -> Option<TaskId> {
        match self.scene.stage().hit(x, y)? {
            Hit::Task(task) => Some(task),
            Hit::Scope(scope) => self.playback.player().ledger().scope(scope)?.parent,
        }
    }

    /// Asks for the words of a language that is not known yet.
    fn learn(&mut self, language: Option<Language>) {
        if let Some(language) = language.filter(|language| !language.is_known()) {
            self.emit(Effect::Learn(language));
        }
    }

    fn follow_learning(&mut self, language: Language, learning: Learning) {
        let is_wanted = self.wanted_language == Some(language);
        match learning {
            Learning::Known if is_wanted => self.speak(language),
            Learning::Known => {}
            Learning::Missing => {
                let value = language.own_name().to_owned();
                self.complaints.add(Complaint { name: "lang".to_owned(), value, allowed: Allowed::Reachable });
            }
        }
    }

    fn speak(&mut self, language: Language) {
        self.wanted_language = Some(language);
        if !language.is_known() {
            self.learn(Some(language));
            return;
        }
        self.link.language = Some(language);
        self.words = language.messages();
        self.scene.mark_stale();
        self.announcer.say("");
        self.snapshot.selected = None;
        self.emit(Effect::SetDocument { language, title: self.words.title });
        self.refresh();
    }

    fn set_theme(&mut self, choice: Theme, asker: Asker) {
        self.appearance.choice = choice;
        self.scene.set_theme(self.appearance.theme());
        self.emit(Effect::ApplyTheme(appearance::word(choice)));
        if asker == Asker::Reader {
            self.emit(Effect::RememberTheme(appearance::word(choice)));
        }
    }
}

/// What hands a run on.
impl Session {
    fn open_dialog(&mut self, dialog: Dialog) {
        self.sharing.dialog = Some(dialog);
        // A link carries a run that plays from its start, whatever moment is shown; a frame may begin at this one.
        if dialog == Dialog::Embed {
            self.sharing.rest((!self.playback.is_playing()).then_some(self.snapshot.time_ms));
            self.playback.pause();
        }
    }

    fn close_dialog(&mut self) {
        self.emit(Effect::DropFile);
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
                self.emit(Effect::SelectField(field));
            }
        }
    }

    fn save(&mut self, format: Format) {
        self.playback.come_to_rest();
        let link = Link { at_ms: self.playback.rest_ms(), ..self.moment_link() };
        let link = Link { language: Some(self.words.language), ..link };
        let address = self.address.of(&link);
        let file = export::file(format, &self.playback, (&link, &address), self.appearance.theme(), self.words);
        if let Some(file) = file {
            self.emit(Effect::Save(file));
        }
    }
}

/// The article around a frame.
impl Session {
    /// Reads a message at once, so that no text waits; what it asks for may.
    fn receive(&mut self, text: &str) {
        let Some(received) = message::parse(text, &self.link.lesson) else { return };
        for complaint in received.complaints {
            self.reject(&complaint);
        }
        if matches!(received.command, Some(Command::State | Command::Pause)) {
            self.ask_state();
        }
        if let Some(command) = received.command {
            for action in article::actions(command, &self.link.lesson) {
                self.act(action, Asker::Article);
            }
        }
        self.has_begun = true;
        self.request_state();
        self.message_renders += 1;
        if self.message_renders <= MESSAGE_RENDERS_MAX {
            self.emit(Effect::Render);
        } else {
            self.is_render_due = true;
        }
    }

    /// Tells the article what was left out; of very many that come at once only how many there were.
    #[inline(never)]
    pub(super) fn reject(&mut self, complaint: &Complaint) {
        if self.reporter.as_mut().is_some_and(Reporter::may_reject) {
            self.post_rejected(complaint);
        }
    }

    #[inline(never)]
    fn post_rejected(&mut self, complaint: &Complaint) {
        let say = complaint::sentence(self.words, complaint);
        self.post(Report::Rejected { about: complaint.name.clone(), value: complaint.value.clone(), say });
    }

    /// The article is told how far the run has come, whatever is under way.
    fn ask_state(&mut self) {
        if let Some(reporter) = &mut self.reporter {
            reporter.ask_state();
        }
    }

    /// Tells the article, if there is one.
    pub(super) fn post(&mut self, report: Report) {
        if self.reporter.is_some() {
            self.emit(Effect::Post(report));
        }
    }

    pub(super) fn request_state(&mut self) {
        if let Some(reporter) = &mut self.reporter {
            reporter.request_state();
        }
    }

    /// Tells the article what it has to know, now that the page was rendered.
    fn report(&mut self, height_px: u32) {
        let is_running = self.playback.is_playing() && self.playback.is_seen();
        let clock = if is_running { Clock::Running } else { Clock::Resting };
        // At rest the snapshot is of this moment, or will be at the next tick.
        let is_reportable = clock == Clock::Running || self.is_current();
        let (is_seeking, is_under_way) = (self.playback.is_seeking(), self.playback.under_way().is_some());
        let time_ms = self.snapshot.time_ms;
        let Some(reporter) = &mut self.reporter else { return };
        reporter.count_render();
        let is_due = match is_seeking {
            true => reporter.is_progress_due(time_ms, is_under_way),
            false => is_reportable && reporter.is_due(time_ms, clock),
        };
        if let Some(height) = reporter.height(height_px) {
            self.post(height);
        }
        if is_due {
            self.post_state(clock);
        }
    }

    fn post_state(&mut self, clock: Clock) {
        let state = self.state(clock);
        let Some(reporter) = &mut self.reporter else { return };
        let (state, leak) = reporter.report_state(state);
        self.post(state);
        if let Some(leak) = leak {
            self.post(leak);
        }
    }

    fn state(&self, clock: Clock) -> State {
        let counts = &self.snapshot.counts;
        State {
            time_ms: self.snapshot.time_ms,
            clock,
            seeking_ms: self.playback.asked_ms(),
            spawned: u64::from(counts.spawned),
            working: u64::from(counts.working),
            stopping: u64::from(counts.stopping),
            unproven: u64::from(counts.unproven),
            leaked: u64::from(counts.leaked),
            finished: u64::from(counts.finished),
            alive: u64::from(counts.alive),
            forks: self.branches.list().len() as u64,
            link: write::query(&self.moment_link()),
        }
    }
}
