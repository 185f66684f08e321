//! What a session does, as data: actions in, effects and what is shown out.
//!
//! One file for each owner. [`check`] prints what the browser must do for each event, and at the end what is shown.

mod announcer;
mod counts;
mod deeds;
mod deeds_dropped;
mod flood;
mod forks;
mod history;
mod keys;
mod knobs;
mod lesson;
mod listing;
mod now;
mod opening;
mod order;
mod playback;
mod plot;
mod reporter;
mod schedule;
mod selection;
mod sharing;
mod steps;
mod under_way;
mod way_back;

use expect_test::Expect;

use crate::lessons;
use crate::link::Theme as Choice;
use crate::link::message::Report;
use crate::session::Session;
use crate::session::action::{Action, Surroundings};
use crate::session::effect::{Effect, Schedule};
use crate::session::host::Host;
use crate::stage::motion::Motion;
use crate::stage::palette::Theme;
use crate::text::Language;

/// Milliseconds of a test's browser between two frames; each is followed by a tick.
const FRAME_MS: u64 = 100;

/// What happens to a session.
#[derive(Clone)]
enum Event {
    Act(Action),
    /// A text comes from the article.
    Message(&'static str),
    /// So many milliseconds of the browser's clock go by, in frames and ticks.
    Pass(u64),
    /// One frame, without a tick.
    Frame,
}

fn act(action: Action) -> Event {
    Event::Act(action)
}

fn pass(ms: u64) -> Event {
    Event::Pass(ms)
}

fn message(text: &'static str) -> Event {
    Event::Message(text)
}

/// Without a query it is the run that a link without settings opens, from its start: a plain page opens its preset.
fn host(query: &str) -> Host {
    let query = if query.is_empty() { "?seed=1" } else { query };
    Host {
        lessons: lessons::all(),
        address: "https://example.org/".to_owned(),
        query: query.to_owned(),
        language: Language::English,
        system_theme: Theme::Light,
        remembered_theme: Choice::Auto,
        motion: Motion::Full,
        is_framed: false,
    }
}

/// The page of this query in a window of its own.
fn page(query: &str) -> Tester {
    Tester::new(host(query))
}

/// The page of this query in a frame.
fn frame(query: &str) -> Tester {
    Tester::new(Host { is_framed: true, ..host(query) })
}

/// A session in a browser that does what it must.
struct Tester {
    session: Session,
    clock_ms: u64,
    schedule: Schedule,
}

impl Tester {
    fn new(host: Host) -> Tester {
        let mut tester = Tester { session: Session::new(host), clock_ms: 0, schedule: Schedule::default() };
        tester.perform(act(Action::Resize { width_px: 760, height_px: 460, scale_permille: 1000 }));
        tester.perform(act(Action::Mounted));
        tester
    }

    /// The effects as text.
    fn perform(&mut self, event: Event) -> Vec<String> {
        match event {
            Event::Act(action) => self.update(action),
            Event::Message(text) => self.update(Action::Message(text.to_owned())),
            Event::Pass(ms) => (0..ms / FRAME_MS).flat_map(|_| self.frame_and_tick()).collect(),
            Event::Frame => {
                self.frame();
                Vec::new()
            }
        }
    }

    fn frame(&mut self) {
        self.clock_ms += FRAME_MS;
        if self.schedule.frames || !self.session.playback.is_seen() {
            self.session.frame(self.clock_ms as f64, || 0.0);
        }
    }

    fn frame_and_tick(&mut self) -> Vec<String> {
        self.frame();
        if !self.schedule.ticks {
            return Vec::new();
        }
        let mut said = self.update(Action::Tick(Surroundings { system_theme: Theme::Light, preview_height_px: None }));
        said.retain(|effect| effect != "render");
        said
    }

    /// Performs the effects; a render is told, as the page tells it.
    fn update(&mut self, action: Action) -> Vec<String> {
        let effects = self.session.update(action);
        let mut said: Vec<String> = effects.iter().map(text).collect();
        for effect in effects {
            match effect {
                Effect::Render => {
                    self.session.note_render();
                    said.extend(self.update(Action::Rendered { height_px: 640 }));
                }
                Effect::Schedule(schedule) => self.schedule = schedule,
                _ => {}
            }
        }
        said
    }

    fn shown(&self) -> String {
        let Session { snapshot, playback, announcer, .. } = &self.session;
        let counts = &snapshot.counts;
        let clock = match (playback.is_seeking(), playback.is_playing()) {
            (true, _) => "under way",
            (_, true) => "playing",
            (_, false) => "resting",
        };
        format!(
            "{} ms, {clock}: {} working, {} stopping, {} leaked; \"{}\"",
            snapshot.time_ms, counts.working, counts.stopping, counts.leaked, announcer.live
        )
    }
}

/// What an event is called in a list of them.
fn event_name(event: &Event) -> String {
    match event {
        Event::Act(action) => action_name(action),
        Event::Message(text) => (*text).to_owned(),
        Event::Pass(ms) => format!("{ms} ms pass"),
        Event::Frame => "a frame".to_owned(),
    }
}

fn action_name(action: &Action) -> String {
    match action {
        Action::Mounted => "mounted".to_owned(),
        Action::Tick(_) => "tick".to_owned(),
        Action::Rendered { height_px } => format!("rendered, {height_px} px"),
        Action::Resize { .. } => "resize".to_owned(),
        Action::See(sight) => format!("see {sight:?}"),
        Action::Play => "play".to_owned(),
        Action::Pause => "pause".to_owned(),
        Action::Step(step) => format!("step {step:?}"),
        Action::StepRecord => "step record".to_owned(),
        Action::Seek(at_ms) => format!("seek {at_ms}"),
        Action::SetSpeed(percent) => format!("speed {percent}"),
        Action::Replay => "replay".to_owned(),
        Action::Begin(_) => "begin".to_owned(),
        Action::Visit(query) => format!("visit {query}"),
        Action::OpenDeed(number) => format!("open deed {number}"),
        Action::OpenLesson(_) => "open a lesson".to_owned(),
        Action::Flip => "flip".to_owned(),
        Action::Set { knob, value } => format!("set knob {knob} to {value}"),
        Action::Go(way) => format!("{way:?}"),
        Action::GoToBranch(number) => format!("go to {number}"),
        Action::Compare(number) => format!("compare {number:?}"),
        Action::Rename(number, name) => format!("call {number} {name}"),
        Action::Delete(number) => format!("delete {number}"),
        Action::Point { .. } | Action::Unpoint => "point".to_owned(),
        Action::Click { .. } => "click".to_owned(),
        Action::Select(_) | Action::SelectWaiting(_) | Action::SelectNeighbour(_) => "select".to_owned(),
        Action::ShowTasks(filter) => format!("show tasks {filter:?}"),
        Action::ShowListing(language) => format!("show listing {language:?}"),
        Action::ToggleGhosts => "ghosts".to_owned(),
        Action::Speak(language) => format!("speak {language:?}"),
        Action::Learned(language, learning) => format!("{language:?} {learning:?}"),
        Action::SetTheme(theme) => format!("theme {theme:?}"),
        Action::OpenDialog(dialog) => format!("open {dialog:?}"),
        Action::CloseDialog => "close".to_owned(),
        Action::ChooseEmbed(_) => "choose".to_owned(),
        Action::Copy(field) => format!("copy {field:?}"),
        Action::Copied(field, outcome) => format!("{field:?} {outcome:?}"),
        Action::Save(format) => format!("save {format:?}"),
        Action::Saved(name) => format!("saved {name}"),
        Action::DismissComplaints => "dismiss".to_owned(),
        Action::Drain => "drain".to_owned(),
        Action::Message(text) => text.clone(),
    }
}

fn text(effect: &Effect) -> String {
    match effect {
        Effect::Render => "render".to_owned(),
        Effect::Schedule(Schedule { frames, ticks }) => format!("schedule frames={frames} ticks={ticks}"),
        Effect::SetDocument { language, title } => format!("document {} \"{title}\"", language.tag()),
        Effect::Learn(language) => format!("learn {language:?}"),
        Effect::ScrollListing => "scroll the listing".to_owned(),
        Effect::ScrollToChange => "scroll to the change".to_owned(),
        Effect::ScrollToSelected => "scroll to the selected task's line".to_owned(),
        Effect::ScrollToLit => "scroll to the lit line".to_owned(),
        Effect::ApplyTheme(word) => format!("apply theme \"{word}\""),
        Effect::RememberTheme(word) => format!("remember theme \"{word}\""),
        Effect::PushQuery(query) => format!("step to {query}"),
        Effect::SetQuery(query) => format!("address {query}"),
        Effect::Post(report) => format!("post {}", posted(report)),
        Effect::Copy { field, text } => format!("copy {field:?}: {text}"),
        Effect::SelectField(field) => format!("select {field:?}"),
        Effect::Save(file) => format!("save {} ({} lines)", file.name, file.text.lines().count()),
        Effect::DropFile => "drop the file".to_owned(),
    }
}

/// A message to the article, in short: [`crate::link::message`] has tests of the whole text.
fn posted(report: &Report) -> String {
    match report {
        Report::Ready { height_px } => format!("ready, {height_px} px"),
        Report::Height { height_px } => format!("height, {height_px} px"),
        Report::State(state) => format!("state at {} ms, {:?}, {} leaked", state.time_ms, state.clock, state.leaked),
        Report::Leak { leaked, time_ms } => format!("leak, {leaked} at {time_ms} ms"),
        Report::Deed { name, time_ms } => format!("deed {name} at {time_ms} ms"),
        Report::Rejected { about, value, .. } => format!("sorry about {about}={value}"),
    }
}

/// One line for each event, and what is shown at the end.
#[track_caller]
fn check(mut tester: Tester, events: impl IntoIterator<Item = Event>, expected: Expect) -> Tester {
    let mut lines = Vec::new();
    for event in events {
        let name = event_name(&event);
        let said = tester.perform(event);
        lines.push(if said.is_empty() { name } else { format!("{name} → {}", said.join(", ")) });
    }
    lines.push(tester.shown());
    expected.assert_eq(&lines.join("\n"));
    tester
}
