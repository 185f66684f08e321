//! The one component with state.
//!
//! A reader's doings come in as [`Msg`]; the run is moved by the frame loop, which touches no Yew state; a slow tick
//! copies the latest moment at rest into [`Facts`], and that is what is rendered.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent};
use yew::{Component, Context, Html, NodeRef};

use crate::lessons::listing::Language as CodeLanguage;
use crate::lessons::{Preset, When};
use crate::link::read::Reading;
use crate::link::{Complaint, Link, Place, SPEEDS_PERCENT, read, write};
use crate::page::browser::{self, Choice};
use crate::page::facts::{self, Facts, Filter};
use crate::page::frames::{Frames, Running};
use crate::page::listen::{Listener, OnScreen};
use crate::page::listing::{self, Shown};
use crate::page::plot::{self, Plot};
use crate::page::run::Run;
use crate::page::scene::Scene;
use crate::page::view;
use crate::player::curve::Sample;
use crate::player::drain::{DrainRun, Drained};
use crate::stage::draw::Hit;
use crate::stage::palette;
use crate::text::{Language, LessonText, Messages, fill, number};
use crate::trace::event::TaskId;
use crate::verdict::detectors;
use crate::verdict::ledger::{Ledger, Task};

/// Milliseconds between two renders.
const TICK_MS: u32 = 125;
/// Ticks between two sentences of the live region.
const LIVE_TICKS: u32 = 40;
/// Ticks between two writes of the address.
const ADDRESS_TICKS: u32 = 4;
/// Polls that a tick makes for the drain test.
const DRAIN_POLLS: u64 = 60_000;

/// What a reader does, and what the page's own clocks do.
pub(crate) enum Msg {
    Tick,
    Flip,
    Set(usize, u32),
    SetSeed(u32),
    Choose(&'static Preset),
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
    Copy,
    Copied(bool),
    Dismiss,
    Drain,
    Key(KeyboardEvent),
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

/// What became of the drain test.
pub(crate) enum Asked {
    No,
    Running(Box<DrainRun>, Detectors),
    Answered(Drained, Detectors),
}

/// How many tasks each known detector would have reported when the question was asked.
#[derive(Clone, Copy)]
pub(crate) struct Detectors {
    pub(crate) at_ms: u64,
    pub(crate) leakprof: u32,
    pub(crate) goroutineleak: u32,
    pub(crate) deadlock: u32,
    pub(crate) synctest: u32,
}

impl Detectors {
    fn ask(ledger: &Ledger, at_ms: u64) -> Detectors {
        let suspects = detectors::leakprof(ledger, detectors::LEAKPROF_THRESHOLD);
        Detectors {
            at_ms,
            leakprof: suspects.iter().map(|suspect| suspect.blocked).sum(),
            goroutineleak: detectors::goroutineleak_profile(ledger).len() as u32,
            deadlock: match detectors::all_asleep(ledger) {
                detectors::Asleep::Deadlock => ledger.counts().alive,
                detectors::Asleep::Silent => 0,
            },
            synctest: match detectors::synctest(ledger) {
                detectors::Synctest::Panics { blocked } => blocked,
                _ => 0,
            },
        }
    }
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
    pub(crate) link: NodeRef,
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
    pub(crate) was_copied: bool,
    pub(crate) asked: Asked,
    pub(crate) live: String,
    pub(crate) switched_on: Option<SwitchedOn>,
    pub(crate) nodes: Nodes,
    told_leaked: u32,
    ticks: u32,
    written: String,
    guards: Vec<Guard>,
}

/// Ends what it names when it is dropped.
#[allow(dead_code, reason = "they are kept to be dropped")]
enum Guard {
    Frames(Running),
    Ticks(Interval),
    Keys(Listener),
    Screen(OnScreen),
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(_: &Context<Self>) -> Self {
        let Reading { link, complaints } = read::query(&browser::query());
        let language = link.language.unwrap_or_else(browser::language);
        let words = language.messages();
        let theme = Choice::remembered();
        theme.apply();
        let has_little_motion = browser::media("(prefers-reduced-motion: reduce)");
        let mut run = Run::new(&link);
        match link.at_ms {
            Some(at_ms) => run.seek(at_ms),
            None if has_little_motion => {}
            None => run.play(),
        }
        let scene = Scene::new(run, words, theme.theme(), has_little_motion);
        App {
            words,
            values: link.knobs.clone(),
            shown: listing::read(link.lesson, CodeLanguage::Go),
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
            was_copied: false,
            asked: Asked::No,
            live: String::new(),
            switched_on: None,
            nodes: Nodes::default(),
            told_leaked: 0,
            ticks: 0,
            written: String::new(),
            guards: Vec::new(),
        }
    }

    fn update(&mut self, context: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Tick => return self.tick(),
            Msg::Flip => self.set(0, 1 - self.values[0].min(1)),
            Msg::Set(knob, value) => self.set(knob, value),
            Msg::SetSeed(seed) => {
                self.link.seed = seed;
                self.run_anew();
            }
            Msg::Choose(preset) => self.open(Link::of(self.link.lesson, preset)),
            Msg::PlayPause => self.play_or_pause(),
            Msg::Restart => self.run_anew(),
            Msg::StepPoll => {
                self.scene.borrow_mut().run.step_poll();
                self.stepped(None);
            }
            Msg::StepEvent => {
                let kind = self.scene.borrow_mut().run.step_event();
                self.stepped(kind);
            }
            Msg::SetSpeed(percent) => {
                self.scene.borrow_mut().run.speed_percent = percent;
                self.link.speed_percent = Some(percent).filter(|percent| *percent != 100);
            }
            Msg::Seek(at_ms) => self.scene.borrow_mut().run.seek(at_ms),
            Msg::Seen(is_seen) => self.scene.borrow_mut().run.is_seen = is_seen,
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
                self.theme = self.theme.next();
                self.theme.apply();
                self.scene.borrow_mut().set_theme(self.theme.theme());
            }
            Msg::Tab(language) => {
                self.code = language;
                self.shown = listing::read(self.link.lesson, language);
            }
            Msg::Ghosts => self.has_ghosts = !self.has_ghosts,
            Msg::Ask(dialog) => self.dialog = Some(dialog),
            Msg::Close => {
                self.dialog = None;
                self.was_copied = false;
            }
            Msg::Copy => self.copy(context),
            Msg::Copied(is_copied) => self.copied(is_copied),
            Msg::Dismiss => self.complaints.clear(),
            Msg::Drain => self.ask(),
            Msg::Key(event) => return self.key(context, &event),
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        view::page(self, context.link())
    }

    fn rendered(&mut self, context: &Context<Self>, first_render: bool) {
        if first_render {
            self.start(context);
        }
        self.follow_dialog();
        self.draw_plot();
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.guards.clear();
    }
}

impl App {
    /// What is said about the lesson.
    pub(crate) fn lesson_text(&self) -> &'static LessonText {
        self.words.lesson_text(self.link.lesson.name).unwrap_or(&self.words.lessons[0])
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
        let (scene, frames) = (self.scene.clone(), Frames::new(window.clone()));
        self.guards.push(Guard::Frames(Running::start(async move {
            loop {
                let time_ms = frames.next().await;
                scene.borrow_mut().frame(time_ms, browser::clock_ms);
            }
        })));
        let tick = scope.clone();
        self.guards.push(Guard::Ticks(Interval::new(TICK_MS, move || tick.send_message(Msg::Tick))));
        let keys = scope.clone();
        self.guards.push(Guard::Keys(Listener::new(&window, "keydown", move |event| {
            if let Ok(event) = event.dyn_into() {
                keys.send_message(Msg::Key(event));
            }
        })));
        if let Some(root) = self.nodes.root.cast::<HtmlElement>() {
            let seen = scope.clone();
            self.guards.push(Guard::Screen(OnScreen::new(&root, move |is_seen| seen.send_message(Msg::Seen(is_seen)))));
        }
        if self.link.place == Place::Embedded
            && let Some(root) = browser::root()
        {
            root.class_list().add_1("embedded").ok();
        }
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

    fn fit(&self) {
        let canvases = (self.nodes.pile.cast::<HtmlCanvasElement>(), self.nodes.shapes.cast::<HtmlCanvasElement>());
        if let (Some(pile), Some(shapes)) = canvases {
            self.scene.borrow_mut().fit(&pile, &shapes, browser::pixel_ratio());
        }
    }

    fn tick(&mut self) -> bool {
        self.ticks = self.ticks.wrapping_add(1);
        self.fit();
        let theme = self.theme.theme();
        if self.scene.borrow().theme() != theme {
            self.scene.borrow_mut().set_theme(theme);
        }
        self.advance_drain();
        self.refresh();
        if self.ticks.is_multiple_of(ADDRESS_TICKS) {
            self.write_address();
        }
        if self.ticks.is_multiple_of(LIVE_TICKS) {
            self.say_what_happened();
        }
        true
    }

    /// Copies the moment at rest, if there is one.
    fn refresh(&mut self) {
        let scene = self.scene.borrow();
        let run = &scene.run;
        if let Some(time_ms) = run.rest_ms() {
            self.values = run.player.knobs().to_vec();
            self.facts = Facts::of(run, time_ms, self.filter, self.selected, &self.facts, self.words);
        }
    }

    /// Another run, from time 0, with the knobs as they are.
    fn run_anew(&mut self) {
        self.link.knobs.clone_from(&self.values);
        self.link.inputs.clear();
        self.begin();
    }

    fn open(&mut self, link: Link) {
        let (seed, language, speed_percent) = (self.link.seed, self.link.language, self.link.speed_percent);
        let place = self.link.place;
        let is_other = link.lesson.name != self.link.lesson.name;
        self.link = Link { seed, language, speed_percent, place, ..link };
        if is_other {
            self.shown = listing::read(self.link.lesson, self.code);
        }
        self.begin();
    }

    fn begin(&mut self) {
        self.link.at_ms = None;
        self.values.clone_from(&self.link.knobs);
        let mut run = Run::new(&self.link);
        run.is_seen = self.scene.borrow().run.is_seen;
        run.play();
        self.scene.borrow_mut().replace(run);
        self.select(None);
        self.facts = Facts::default();
        self.asked = Asked::No;
        self.switched_on = None;
        self.told_leaked = 0;
    }

    fn set(&mut self, knob: usize, value: u32) {
        let Some(known) = self.link.lesson.knobs.get(knob).filter(|known| known.takes(value)) else { return };
        if self.values[knob] == value {
            return;
        }
        let has_ended = self.scene.borrow().run.player.stop().is_some();
        if known.when == When::AtStart || has_ended {
            self.values[knob] = value;
            self.run_anew();
        } else {
            self.scene.borrow_mut().run.set(knob, value);
            self.scene.borrow_mut().touch();
            self.refresh();
            self.note_switch(knob, value);
        }
        let name = self.lesson_text().knob(known.name).map_or(known.name, |said| said.label);
        self.live = fill(self.words.live.set, &[name, &view::knobs::value_text(self, knob, value)]);
    }

    fn note_switch(&mut self, knob: usize, value: u32) {
        if knob == 0 {
            let (at_ms, leaked) = (self.facts.time_ms, self.facts.counts.leaked);
            self.switched_on = (value == 1 && leaked > 0).then_some(SwitchedOn { at_ms, leaked });
        }
    }

    fn play_or_pause(&mut self) {
        let mut scene = self.scene.borrow_mut();
        if scene.run.is_playing {
            scene.run.is_playing = false;
            self.live = fill(self.words.live.paused, &[&number::moment(self.facts.time_ms)]);
        } else {
            scene.run.play();
            self.live = self.words.live.playing.to_owned();
        }
    }

    fn stepped(&mut self, kind: Option<&str>) {
        self.scene.borrow_mut().touch();
        self.refresh();
        let at = number::exact_moment(self.facts.time_ms);
        self.live = fill(self.words.live.stepped, &[&at]);
        if let Some(kind) = kind {
            self.live.push_str(" · ");
            self.live.push_str(kind);
        }
    }

    fn select(&mut self, task: Option<TaskId>) {
        self.selected = task;
        self.scene.borrow_mut().select(task);
        self.refresh();
    }

    fn click(&mut self, x: f32, y: f32) {
        let task = {
            let scene = self.scene.borrow();
            match scene.stage().hit(x, y) {
                Some(Hit::Task(task)) => Some(task),
                Some(Hit::Scope(scope)) => scene.run.player.ledger().scope(scope).and_then(|scope| scope.parent),
                None => None,
            }
        };
        self.select(task);
    }

    /// Selects a task that waits on this line of the listing: a leaked one, if there is one.
    fn select_at(&mut self, index: usize) {
        let Some(places) = self.shown.get(index).map(|shown| shown.places.clone()) else { return };
        let task = {
            let scene = self.scene.borrow();
            let (ledger, trace) = (scene.run.player.ledger(), scene.run.player.trace());
            let waits_here =
                |task: &&Task| task.waits().any(|wait| places.contains(&trace.place(wait.head.place).line));
            let leaked = facts::tasks(ledger, Filter::Leaked).find(waits_here);
            let stopping = || facts::tasks(ledger, Filter::Stopping).find(waits_here);
            let alive = || facts::tasks(ledger, Filter::Alive).find(waits_here);
            leaked.or_else(stopping).or_else(alive).map(|task| task.id)
        };
        self.select(task);
    }

    fn select_neighbour(&mut self, direction: Direction) {
        let task = {
            let scene = self.scene.borrow();
            let mut before = None;
            let mut found = None;
            let mut tasks = facts::tasks(scene.run.player.ledger(), self.filter).map(|task| task.id);
            for task in tasks.by_ref() {
                if self.selected.is_none_or(|selected| selected == task) {
                    found = Some(task);
                    break;
                }
                before = Some(task);
            }
            match (found, direction) {
                (found, _) if self.selected.is_none() => found,
                (None, _) => None,
                (Some(here), Direction::Next) => Some(tasks.next().unwrap_or(here)),
                (Some(here), Direction::Previous) => Some(before.unwrap_or(here)),
            }
        };
        self.select(task);
    }

    fn speak(&mut self, language: Language) {
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

    fn write_address(&mut self) {
        if self.scene.borrow().run.is_seeking() {
            return;
        }
        let query = write::query(&self.present_link());
        if query != self.written {
            browser::set_query(&query);
            self.written = query;
        }
    }

    fn say_what_happened(&mut self) {
        let counts = &self.facts.counts;
        if !self.scene.borrow().run.is_playing || counts.leaked == self.told_leaked {
            return;
        }
        let more = counts.leaked.saturating_sub(self.told_leaked);
        self.told_leaked = counts.leaked;
        let numbers = [counts.working, counts.stopping, counts.leaked].map(|count| number::grouped(u64::from(count)));
        let [working, stopping, leaked] = &numbers;
        let at = number::moment(self.facts.time_ms);
        self.live = self.words.live.leaked.of(u64::from(more), &[]);
        self.live.push(' ');
        self.live.push_str(&fill(self.words.live.counts, &[&at, working, stopping, leaked]));
    }

    fn copy(&mut self, context: &Context<Self>) {
        if let Some(field) = self.nodes.link.cast::<HtmlInputElement>() {
            // The whole text is selected for who must copy by hand.
            field.select();
            let (text, scope) = (field.value(), context.link().clone());
            let task = async move { scope.send_message(Msg::Copied(browser::copy(text).await)) };
            wasm_bindgen_futures::spawn_local(task);
        }
    }

    fn copied(&mut self, is_copied: bool) {
        self.was_copied = is_copied;
        let live = &self.words.live;
        self.live = if is_copied { live.copied } else { live.not_copied }.to_owned();
    }

    fn ask(&mut self) {
        let scene = self.scene.borrow();
        let player = &scene.run.player;
        let detectors = Detectors::ask(player.ledger(), player.now_us() / 1000);
        self.asked = Asked::Running(Box::new(DrainRun::fork(player)), detectors);
    }

    fn advance_drain(&mut self) {
        if let Asked::Running(drain, detectors) = &mut self.asked
            && let Some(drained) = drain.advance(DRAIN_POLLS)
        {
            self.asked = Asked::Answered(drained, *detectors);
        }
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
        let counts = &self.facts.counts;
        let now = Sample {
            at_us: self.facts.time_ms * 1000,
            working: counts.working,
            stopping: counts.stopping,
            leaked: counts.leaked,
            finished: counts.finished,
        };
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

    /// Shortcuts. Whatever has its own use for a key keeps it: fields, and what scrolls (the only `div` that takes focus).
    fn key(&mut self, context: &Context<Self>, event: &KeyboardEvent) -> bool {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || self.dialog.is_some() {
            return false;
        }
        let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let name = target.map(|target| target.tag_name()).unwrap_or_default();
        let key = event.key();
        let is_field = matches!(name.as_str(), "INPUT" | "SELECT" | "TEXTAREA" | "DIV");
        if is_field || key == " " && matches!(name.as_str(), "BUTTON" | "A" | "SUMMARY") {
            return false;
        }
        let msg = match (key.as_str(), event.shift_key()) {
            (" ", _) => Msg::PlayPause,
            ("ArrowRight", true) => Msg::StepEvent,
            ("ArrowRight", false) => Msg::StepPoll,
            ("ArrowLeft", _) => Msg::Seek(self.facts.time_ms.saturating_sub(1_000)),
            ("+" | "=", _) => Msg::SetSpeed(self.next_speed(Direction::Next)),
            ("-", _) => Msg::SetSpeed(self.next_speed(Direction::Previous)),
            ("?", _) => Msg::Ask(Dialog::Keys),
            _ => return false,
        };
        event.prevent_default();
        context.link().send_message(msg);
        false
    }

    fn next_speed(&self, direction: Direction) -> u32 {
        let now = self.scene.borrow().run.speed_percent;
        let number = SPEEDS_PERCENT.iter().position(|speed| *speed == now).unwrap_or(0);
        let next = match direction {
            Direction::Previous => number.saturating_sub(1),
            Direction::Next => (number + 1).min(SPEEDS_PERCENT.len() - 1),
        };
        SPEEDS_PERCENT[next]
    }
}
