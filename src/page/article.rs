//! The article around the page, when it stands in a frame: what it asks for, and what it is told.
//!
//! The protocol is specified in [`crate::link::message`]; here is who is told what, when. A `state` is sent after Yew has
//! rendered, from the very facts that were rendered: so it says what the frame shows.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Window};

use crate::lessons::When;
use crate::link::message::{self, Clock, Command, Hearing, Report, Setting, State, Step};
use crate::link::{Autoplay, Link, Place, write};
use crate::page::app::{App, Msg};
use crate::page::browser::{self, Choice};
use crate::page::listen::Listener;
use crate::page::view;

/// Renders between two reports that nobody asked for.
const REPORT_RENDERS: u32 = 2;

/// See the module.
pub(crate) struct Article {
    parent: Window,
    height_px: Option<u32>,
    told: Option<(u64, Clock)>,
    told_leaked: u64,
    /// Whether something was done that a `state` has to follow.
    owes_state: bool,
    renders: u32,
}

impl Article {
    /// None: the page has its window for itself.
    pub(crate) fn around(window: &Window) -> Option<Article> {
        let parent = window.parent().ok().flatten().filter(|parent| JsValue::from(parent) != JsValue::from(window))?;
        Some(Article { parent, height_px: None, told: None, told_leaked: 0, owes_state: true, renders: 0 })
    }

    /// Hears the texts that come from the article's own window, and from no other.
    pub(crate) fn listen(&self, window: &Window, mut heard: impl FnMut(String) + 'static) -> Listener {
        let parent = JsValue::from(&self.parent);
        Listener::new(window, "message", move |event| {
            let Ok(event) = event.dyn_into::<MessageEvent>() else { return };
            if event.source().is_some_and(|source| JsValue::from(source) == parent)
                && let Some(text) = event.data().as_string()
            {
                heard(text);
            }
        })
    }

    fn tell(&self, report: &Report) {
        // Fails for what cannot be copied; a text can.
        self.parent.post_message(&JsValue::from_str(&report.text()), "*").ok();
    }

    /// The first report, and one for each change by more than a pixel.
    fn tell_height(&mut self, height_px: u32) {
        match self.height_px {
            None => self.tell(&Report::Ready { height_px }),
            Some(told_px) if told_px.abs_diff(height_px) > 1 => self.tell(&Report::Height { height_px }),
            Some(_) => return,
        }
        self.height_px = Some(height_px);
    }

    fn tell_state(&mut self, state: State) {
        let State { leaked, time_ms, clock, .. } = state;
        self.owes_state = false;
        self.told = Some((time_ms, clock));
        self.tell(&Report::State(state));
        if leaked > self.told_leaked {
            self.tell(&Report::Leak { leaked, time_ms });
        }
        self.told_leaked = leaked;
    }

    /// A `state` will follow, once the run rests at what was asked for.
    pub(crate) fn owe_state(&mut self) {
        self.owes_state = true;
    }
}

impl App {
    /// A message from the article.
    pub(crate) fn hear(&mut self, text: &str) {
        let Some(Hearing { command, complaints }) = message::parse(text, &self.link.lesson) else { return };
        if let Some(article) = &self.article {
            for complaint in &complaints {
                let (about, value) = (complaint.name.clone(), complaint.value.clone());
                article.tell(&Report::Sorry { about, value, say: view::complain(self.words, complaint) });
            }
        }
        match command {
            None => {}
            Some(Command::Set(setting)) => self.apply(&setting),
            Some(Command::Play) => self.play(),
            Some(Command::Pause) => self.scene.borrow_mut().run.is_playing = false,
            Some(Command::Step(Step::Poll)) => self.step_poll(),
            Some(Command::Step(Step::Event)) => self.step_event(),
            Some(Command::Seek { at_ms }) => self.seek_and_rest(at_ms),
            Some(Command::State) => {}
            Some(Command::Restart) => {
                let is_playing = self.scene.borrow().run.is_playing;
                self.link.inputs.clear();
                self.begin(is_playing);
            }
        }
        self.has_begun = true;
    }

    fn apply(&mut self, setting: &Setting) {
        if let Some(language) = setting.language {
            self.speak(language);
        }
        if let Some(theme) = setting.theme {
            self.wear(Choice::of(theme));
        }
        if let Some(speed_percent) = setting.speed_percent {
            self.set_speed(speed_percent);
        }
        let is_playing = self.scene.borrow().run.is_playing;
        if setting.begins_anew(&self.link.lesson) {
            let (lesson, preset) = (&self.link.lesson, self.link.preset);
            let mut knobs = setting.preset.map_or_else(|| self.values.clone(), |preset| lesson.values_of(preset));
            for &(knob, value) in &setting.knobs {
                knobs[knob] = value;
            }
            self.link.preset = setting.preset.unwrap_or(preset);
            self.link.seed = setting.seed.unwrap_or(self.link.seed);
            self.link.knobs = knobs;
            self.link.inputs.clear();
            self.begin(is_playing);
            return;
        }
        for &(knob, value) in &setting.knobs {
            debug_assert!(self.link.lesson.knobs[knob].when == When::Live);
            self.set(knob, value, is_playing);
        }
    }

    /// Tells the article what it has to know. Called after each render.
    pub(crate) fn report(&mut self) {
        // Taken out meanwhile: what it is told is read from the rest of the app.
        let Some(mut article) = self.article.take() else { return };
        if let Some(body) = browser::document().and_then(|document| document.body()) {
            article.tell_height(body.offset_height().max(0) as u32);
        }
        if let Some(clock) = self.clock_to_report(&mut article) {
            article.tell_state(self.state(clock));
        }
        self.article = Some(article);
    }

    /// The clock of a `state` that is due now.
    fn clock_to_report(&self, article: &mut Article) -> Option<Clock> {
        article.renders = article.renders.wrapping_add(1);
        let run = &self.scene.borrow().run;
        let clock = if run.is_playing && run.is_seen { Clock::Running } else { Clock::Resting };
        // At rest the facts are those of this moment, or will be at the next tick.
        if run.is_seeking() || clock == Clock::Resting && !self.is_current() {
            return None;
        }
        let is_other = article.told.is_none_or(|(_, told)| told != clock);
        let is_news = article.told.is_none_or(|(told_ms, _)| told_ms != self.facts.time_ms);
        let is_due = is_news && clock == Clock::Running && article.renders.is_multiple_of(REPORT_RENDERS);
        (article.owes_state || is_other || is_due).then_some(clock)
    }

    fn state(&self, clock: Clock) -> State {
        let counts = &self.facts.counts;
        State {
            time_ms: self.facts.time_ms,
            clock,
            spawned: u64::from(counts.spawned),
            working: u64::from(counts.working),
            stopping: u64::from(counts.stopping),
            leaked: u64::from(counts.leaked),
            finished: u64::from(counts.finished),
            alive: u64::from(counts.alive),
            link: write::query(&self.moment_link()),
        }
    }

    /// The link that opens this run at the moment that is shown, in a window of its own.
    pub(crate) fn moment_link(&self) -> Link {
        let link = self.present_link();
        Link { at_ms: Some(self.facts.time_ms), place: Place::Own, controls: None, autoplay: Autoplay::No, ..link }
    }
}

/// What waits while the run is being brought to a moment: it was meant for that moment.
pub(crate) fn waits(msg: &Msg) -> bool {
    matches!(msg, Msg::Flip | Msg::Set(..) | Msg::StepPoll | Msg::StepEvent | Msg::Heard(_))
}
