//! The one component with state.
//!
//! A reader's doings come in as [`Msg`]; the run is moved by the frame loop, which touches no Yew state; a slow tick
//! copies the latest moment at rest into [`Facts`], and that is what is rendered.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlDialogElement, HtmlElement, KeyboardEvent};
use yew::{Component, Context, Html, NodeRef};

use crate::lessons::When;
use crate::lessons::listing::CodeLanguage;
use crate::link::controls::Controls;
use crate::link::read::Reading;
use crate::link::{Allowed, Autoplay, Complaint, INPUTS_MAX, Link, Place, read};
use crate::page::article::{self, Article};
use crate::page::asked::Asked;
use crate::page::browser::{self, Choice};
use crate::page::facts::{Facts, Filter};
use crate::page::frames::Running;
use crate::page::listen::{Listener, OnScreen};
use crate::page::listing::{self, Shown};
use crate::page::plot::{self, Plot};
use crate::page::run::Run;
use crate::page::save::Format;
use crate::page::scene::Scene;
use crate::page::share::{Sharing, Wish};
use crate::page::ticks::Moment;
use crate::page::view;
use crate::player::curve::Sample;
use crate::stage::palette;
use crate::text::lesson::LessonWords;
use crate::text::{Language, Messages, fill, number};
use crate::trace::event::TaskId;

/// What a reader does, and what the page's own clocks do.
#[derive(Clone)]
pub(crate) enum Msg {
    Tick,
    Flip,
    Set(usize, u32),
    SetSeed(u32),
    Choose(usize),
    PlayPause,
    Restart,
    StepPoll,
    StepEvent,
    SetSpeed(u32),
    Seek(u64),
    Seen(bool),
    Click(f32, f32),
    Select(Option<TaskId>),
    SelectAt(usize),
    Neighbour(Direction),
    Show(Filter),
    Speak(Language),
    NextTheme,
    Tab(CodeLanguage),
    Ghosts,
    Ask(Dialog),
    Close,
    Wish(Wish),
    Copy(&'static str),
    Copied(&'static str, bool),
    Save(Format),
    Saved,
    Dismiss,
    Drain,
    Key(KeyboardEvent),
    Heard(String),
}

/// Where to look for another task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Previous,
    Next,
}

/// What can lie over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    Keys,
    Share,
    Embed,
}

/// A knob that was turned: which, when, and how many had leaked then.
pub(crate) struct SwitchedOn {
    pub(crate) at_ms: u64,
    pub(crate) leaked: u32,
}

/// Elements that the page reaches for.
#[derive(Default)]
pub(crate) struct Nodes {
    pub(crate) root: NodeRef,
    pub(crate) pile: NodeRef,
    pub(crate) shapes: NodeRef,
    pub(crate) plot: NodeRef,
    pub(crate) lines: NodeRef,
    pub(crate) dialog: NodeRef,
}

/// See the module.
pub(crate) struct App {
    pub(crate) words: &'static Messages,
    pub(crate) link: Link,
    pub(crate) complaints: Vec<Complaint>,
    pub(crate) scene: Rc<RefCell<Scene>>,
    pub(crate) facts: Facts,
    /// The present value of each knob.
    pub(crate) values: Vec<u32>,
    pub(crate) theme: Choice,
    pub(crate) code: CodeLanguage,
    pub(crate) shown: Vec<Shown>,
    pub(crate) has_ghosts: bool,
    pub(crate) filter: Filter,
    pub(crate) selected: Option<TaskId>,
    pub(crate) dialog: Option<Dialog>,
    pub(crate) sharing: Sharing,
    pub(crate) asked: Asked,
    pub(crate) live: String,
    pub(crate) switched_on: Option<SwitchedOn>,
    pub(crate) nodes: Nodes,
    /// Whether the clock ever ran or was moved: before that a frame is a picture with a play button.
    pub(crate) has_begun: bool,
    /// What the reader has to know about the pause behind her.
    pub(crate) note: Option<String>,
    pub(crate) article: Option<Article>,
    pub(crate) note_ticks: u32,
    pub(crate) told_leaked: u32,
    pub(crate) ticks: u32,
    pub(crate) written: String,
    /// What was meant for the moment that the run is being brought to.
    pub(crate) waiting: Vec<Msg>,
    pub(crate) last: Option<Moment>,
    pub(crate) frames: Option<Running>,
    pub(crate) ticking: Option<Interval>,
    guards: Vec<Guard>,
}

/// Ends what it names when it is dropped.
#[allow(dead_code, reason = "they are kept to be dropped")]
enum Guard {
    Listening(Listener),
    Screen(OnScreen),
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(_: &Context<Self>) -> Self {
        let Reading { link, complaints } = read::query(&browser::query());
        let language = link.language.unwrap_or_else(browser::language);
        let words = language.messages();
        let is_embedded = link.place == Place::Embedded;
        let theme = match link.theme {
            Some(theme) => Choice::of(theme),
            None if is_embedded => Choice::System,
            None => Choice::remembered(),
        };
        theme.apply();
        if is_embedded {
            browser::mark("embedded");
        }
        let has_little_motion = browser::media("(prefers-reduced-motion: reduce)");
        let mut run = Run::new(&link);
        if let Some(at_ms) = link.at_ms {
            run.seek(at_ms);
        }
        let plays = if is_embedded { link.autoplay == Autoplay::Yes } else { link.at_ms.is_none() };
        if plays && !has_little_motion {
            run.play();
        }
        let has_begun = run.is_playing || !is_embedded;
        let scene = Scene::new(run, words, theme.theme(), has_little_motion);
        App {
            words,
            values: link.knobs.clone(),
            sharing: Sharing::new(&link),
            shown: listing::read(&link.lesson, CodeLanguage::Go),
            link,
            complaints,
            scene: Rc::new(RefCell::new(scene)),
            facts: Facts::default(),
            theme,
            code: CodeLanguage::Go,
            has_ghosts: false,
            filter: Filter::Leaked,
            selected: None,
            dialog: None,
            asked: Asked::No,
            live: String::new(),
            switched_on: None,
            nodes: Nodes::default(),
            has_begun,
            note: None,
            article: browser::window().as_ref().and_then(Article::around),
            note_ticks: 0,
            told_leaked: 0,
            ticks: 0,
            written: String::new(),
            waiting: Vec::new(),
            last: None,
            frames: None,
            ticking: None,
            guards: Vec::new(),
        }
    }

    fn update(&mut self, context: &Context<Self>, msg: Msg) -> bool {
        let has_changed = match msg {
            Msg::Tick => self.tick(context),
            Msg::Key(event) => self.key(context, &event),
            msg if article::waits(&msg) && self.scene.borrow().run.is_seeking() => {
                self.waiting.push(msg);
                false
            }
            msg => {
                self.act(context, msg);
                if let Some(article) = &mut self.article {
                    article.owe_state();
                }
                true
            }
        };
        self.keep_time(context);
        has_changed
    }

    fn view(&self, context: &Context<Self>) -> Html {
        match self.link.place {
            Place::Own => view::page(self, context.link()),
            Place::Embedded => view::embedded::view(self, context.link()),
        }
    }

    fn rendered(&mut self, context: &Context<Self>, first_render: bool) {
        if first_render {
            self.start(context);
        }
        self.follow_dialog();
        self.draw_plot();
        self.report();
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.frames = None;
        self.ticking = None;
        self.sharing.end();
        self.guards.clear();
    }
}

impl App {
    /// What a reader does.
    pub(crate) fn act(&mut self, context: &Context<Self>, msg: Msg) {
        match msg {
            Msg::Tick | Msg::Key(_) => {}
            Msg::Flip => {
                if let Some(switch) = self.link.lesson.switch {
                    self.set(switch, u32::from(!self.is_on()), true);
                }
            }
            Msg::Set(knob, value) => self.set(knob, value, true),
            Msg::SetSeed(seed) => {
                self.link.seed = seed;
                self.run_anew(true);
            }
            Msg::Choose(preset) => self.open(Link::of(&self.link.lesson, preset)),
            Msg::PlayPause => self.play_or_pause(),
            Msg::Restart => self.run_anew(true),
            Msg::StepPoll => self.step_poll(),
            Msg::StepEvent => self.step_event(),
            Msg::SetSpeed(percent) => self.set_speed(percent),
            Msg::Seek(at_ms) => self.seek(at_ms),
            Msg::Seen(is_seen) => self.see(is_seen),
            Msg::Click(x, y) => self.click(x, y),
            Msg::Select(task) => self.select(task),
            Msg::SelectAt(line) => self.select_at(line),
            Msg::Neighbour(direction) => self.select_neighbour(direction),
            Msg::Show(filter) => {
                self.filter = filter;
                self.refresh();
            }
            Msg::Speak(language) => self.speak(language),
            Msg::NextTheme => {
                self.wear(self.theme.next());
                self.theme.remember();
            }
            Msg::Tab(language) => {
                self.code = language;
                self.shown = listing::read(&self.link.lesson, language);
            }
            Msg::Ghosts => self.has_ghosts = !self.has_ghosts,
            Msg::Ask(dialog) => self.lay_over(dialog),
            Msg::Close => self.lay_aside(),
            Msg::Wish(wish) => self.wish(wish),
            Msg::Copy(field) => self.copy(context, field),
            Msg::Copied(field, is_copied) => self.copied(field, is_copied),
            Msg::Save(format) => self.save(context, format),
            Msg::Saved => self.saved(),
            Msg::Dismiss => self.complaints.clear(),
            Msg::Drain => self.ask(),
            Msg::Heard(text) => self.hear(&text),
        }
    }

    /// What is said about the lesson.
    pub(crate) fn lesson_text(&self) -> &LessonWords {
        self.link.lesson.words(self.words.language)
    }

    /// Whether the switch is on.
    pub(crate) fn is_on(&self) -> bool {
        self.link.lesson.is_on(&self.values)
    }

    /// What a frame offers.
    pub(crate) fn controls(&self) -> Controls {
        self.link.controls.unwrap_or(Controls::USUAL)
    }

    /// The end of the time axis in milliseconds: it grows in steps, so that it does not creep.
    pub(crate) fn span_ms(&self) -> u64 {
        let furthest_ms = self.scene.borrow().run.furthest_ms();
        let mut span_ms = 30_000;
        while span_ms < furthest_ms {
            span_ms *= 2;
        }
        span_ms
    }

    fn start(&mut self, context: &Context<Self>) {
        let Some(window) = browser::window() else { return };
        let scope = context.link();
        self.fit();
        let keys = scope.clone();
        self.guards.push(Guard::Listening(Listener::new(&window, "keydown", move |event| {
            if let Ok(event) = event.dyn_into() {
                keys.send_message(Msg::Key(event));
            }
        })));
        if let Some(article) = &self.article {
            let heard = scope.clone();
            let listener = article.listen(&window, move |text| heard.send_message(Msg::Heard(text)));
            self.guards.push(Guard::Listening(listener));
        }
        if let Some(root) = self.nodes.root.cast::<HtmlElement>() {
            let seen = scope.clone();
            self.guards.push(Guard::Screen(OnScreen::new(&root, move |is_seen| seen.send_message(Msg::Seen(is_seen)))));
        }
        self.keep_time(context);
        browser::announce(self.words.language, self.words.title);
        self.show_the_switchs_lines();
    }

    /// Scrolls the listing to the first line that the switch changes.
    fn show_the_switchs_lines(&self) {
        let Some(lines) = self.nodes.lines.cast::<HtmlElement>() else { return };
        if let Ok(Some(first)) = lines.query_selector("[data-first]")
            && let Ok(first) = first.dyn_into::<HtmlElement>()
        {
            lines.set_scroll_top(first.offset_top() - lines.offset_top() - 4);
        }
    }

    /// Whether the canvases have another size than before.
    pub(crate) fn fit(&self) -> bool {
        let canvases = (self.nodes.pile.cast::<HtmlCanvasElement>(), self.nodes.shapes.cast::<HtmlCanvasElement>());
        let (Some(pile), Some(shapes)) = canvases else { return false };
        self.scene.borrow_mut().fit(&pile, &shapes, browser::pixel_ratio())
    }

    /// Copies the moment at rest, if there is one.
    pub(crate) fn refresh(&mut self) {
        let scene = self.scene.borrow();
        let run = &scene.run;
        if let Some(time_ms) = run.rest_ms() {
            self.values = run.player.knobs().to_vec();
            self.facts = Facts::of(run, time_ms, self.filter, self.selected, &self.facts, self.words);
        }
    }

    /// Another run, from time 0, with the knobs as they are; it plays or not.
    fn run_anew(&mut self, plays: bool) {
        self.link.knobs.clone_from(&self.values);
        self.link.inputs.clear();
        self.begin(plays);
    }

    fn open(&mut self, link: Link) {
        let (seed, language, speed_percent) = (self.link.seed, self.link.language, self.link.speed_percent);
        let place = self.link.place;
        let is_other = link.lesson.name != self.link.lesson.name;
        let (theme, controls) = (self.link.theme, self.link.controls);
        self.link = Link { seed, language, speed_percent, place, theme, controls, ..link };
        if is_other {
            self.shown = listing::read(&self.link.lesson, self.code);
        }
        self.begin(true);
    }

    /// The run of the link, from time 0.
    pub(crate) fn begin(&mut self, plays: bool) {
        self.has_begun = true;
        self.link.at_ms = None;
        self.values.clone_from(&self.link.knobs);
        let mut run = Run::new(&self.link);
        run.is_seen = self.scene.borrow().run.is_seen;
        if plays {
            run.play();
        }
        self.waiting.clear();
        self.last = None;
        self.scene.borrow_mut().replace(run);
        self.select(None);
        self.facts = Facts::default();
        self.asked = Asked::No;
        self.switched_on = None;
        self.told_leaked = 0;
    }

    /// Turns a knob: of the running program where it listens, or else of another run, which plays or not.
    pub(crate) fn set(&mut self, knob: usize, value: u32, plays: bool) {
        let lesson = self.link.lesson.clone();
        let Some(known) = lesson.knobs.get(knob).filter(|known| known.takes(value)) else { return };
        if self.values[knob] == value {
            return;
        }
        if known.when == When::Live && self.scene.borrow().run.is_full() {
            // Turned all the same, it would be a run that no link can open again.
            let (name, value) = (known.name.clone().into_owned(), known.format(value));
            self.complaints.push(Complaint { name, value, allowed: Allowed::AtMost(INPUTS_MAX as u64) });
            return;
        }
        let has_ended = self.scene.borrow().run.player.stop().is_some();
        if known.when == When::AtStart || has_ended {
            self.values[knob] = value;
            self.run_anew(plays);
        } else {
            self.scene.borrow_mut().run.set(knob, value);
            self.scene.borrow_mut().touch();
            self.refresh();
            self.note_switch(knob, value);
        }
        let name = self.lesson_text().knob(&known.name).map_or(&known.name, |said| &said.label);
        self.live = fill(self.words.live.set, &[name, &view::knobs::value_text(self, knob, value)]);
    }

    fn note_switch(&mut self, knob: usize, value: u32) {
        if self.link.lesson.switch == Some(knob) {
            let (at_ms, leaked) = (self.facts.time_ms, self.facts.counts.leaked);
            self.switched_on = (value == 1 && leaked > 0).then_some(SwitchedOn { at_ms, leaked });
        }
    }

    fn play_or_pause(&mut self) {
        if self.scene.borrow().run.is_playing {
            self.scene.borrow_mut().run.is_playing = false;
            self.live = fill(self.words.live.paused, &[&number::moment(self.facts.time_ms)]);
        } else {
            self.play();
        }
    }

    pub(crate) fn play(&mut self) {
        self.has_begun = true;
        self.scene.borrow_mut().run.play();
        self.live = self.words.live.playing.to_owned();
    }

    pub(crate) fn set_speed(&mut self, percent: u32) {
        self.scene.borrow_mut().run.speed_percent = percent;
        self.link.speed_percent = Some(percent).filter(|percent| *percent != 100);
    }

    pub(crate) fn seek(&mut self, at_ms: u64) {
        self.has_begun = true;
        self.scene.borrow_mut().run.seek(at_ms);
    }

    pub(crate) fn seek_and_rest(&mut self, at_ms: u64) {
        self.seek(at_ms);
        self.scene.borrow_mut().run.is_playing = false;
    }

    /// Puts a theme on the page.
    pub(crate) fn wear(&mut self, theme: Choice) {
        self.theme = theme;
        self.theme.apply();
        self.scene.borrow_mut().set_theme(self.theme.theme());
    }

    pub(crate) fn step_poll(&mut self) {
        self.scene.borrow_mut().run.step_poll();
        self.stepped(None);
    }

    pub(crate) fn step_event(&mut self) {
        let kind = self.scene.borrow_mut().run.step_event();
        self.stepped(kind);
    }

    fn stepped(&mut self, kind: Option<&str>) {
        self.has_begun = true;
        self.scene.borrow_mut().touch();
        self.refresh();
        let at = number::exact_moment(self.facts.time_ms);
        self.live = fill(self.words.live.stepped, &[&at]);
        if let Some(kind) = kind {
            self.live.push_str(" · ");
            self.live.push_str(kind);
        }
    }

    pub(crate) fn speak(&mut self, language: Language) {
        self.link.language = Some(language);
        self.words = language.messages();
        self.scene.borrow_mut().set_words(self.words);
        self.live.clear();
        self.facts.selected = None;
        browser::announce(language, self.words.title);
        self.refresh();
    }

    /// The link to this run as it is now.
    pub(crate) fn present_link(&self) -> Link {
        let scene = self.scene.borrow();
        let mut link = self.link.clone();
        link.inputs = scene.run.turns();
        link.at_ms = scene.run.rest_ms().filter(|_| !scene.run.is_playing && !scene.run.is_seeking());
        link
    }

    fn follow_dialog(&self) {
        let Some(dialog) = self.nodes.dialog.cast::<HtmlDialogElement>() else { return };
        if self.dialog.is_some() && !dialog.open() {
            dialog.show_modal().ok();
        } else if self.dialog.is_none() && dialog.open() {
            dialog.close();
        }
    }

    fn draw_plot(&self) {
        let Some(canvas) = self.nodes.plot.cast::<HtmlCanvasElement>() else { return };
        let scene = self.scene.borrow();
        let now = Sample::of(&self.facts.counts, self.facts.time_ms * 1000);
        let plot = Plot {
            samples: scene.run.player.curve().samples(),
            now,
            span_ms: self.span_ms(),
            marks_ms: scene.run.turns().iter().map(|turn| turn.at_ms).collect(),
            palette: palette::of(self.theme.theme()),
            words: self.words,
        };
        plot::draw(&canvas, browser::pixel_ratio(), &plot);
    }
}
