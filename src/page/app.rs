//! The one component: it holds the session, passes actions on to it, and performs the effects.
//!
//! What a reader does is an [`Action`]; the run is moved by the frame loop, which touches no Yew state; a slow tick lets
//! the session look at the run again, and renders what has changed.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlDialogElement, HtmlElement, HtmlIFrameElement, HtmlInputElement, Window};
use yew::{Component, Context, Html, NodeRef};

use crate::link::Place;
use crate::link::paste::Form;
use crate::page::article::Article;
use crate::page::browser;
use crate::page::dispatch::{Dispatch, Nodes};
use crate::page::frames::Frames;
use crate::page::keys;
use crate::page::listen::{Listener, OnScreen};
use crate::page::paint::Painter;
use crate::page::plot::{self, Scales};
use crate::page::save::Saving;
use crate::page::view::{dialogs, embedded, whole};
use crate::page::words;
use crate::session::Session;
use crate::session::action::{Action, Learning, Surroundings};
use crate::session::appearance;
use crate::session::effect::{Effect, Schedule};
use crate::session::playback::Sight;
use crate::session::scene::Frame;
use crate::session::sharing::CopyOutcome;
use crate::stage::palette;
use crate::text::Language;

/// Milliseconds between two ticks.
const TICK_MS: u32 = 125;

/// What comes to the component.
pub(crate) enum Msg {
    Act(Action),
    Tick,
    /// The reader's program is another one.
    #[cfg(feature = "go")]
    Edited,
}

/// The page in a document.
pub(crate) struct App {
    shared: Shared,
    dispatch: Dispatch,
    article: Option<Article>,
    saving: Option<Saving>,
    frames: Option<Frames>,
    ticking: Option<Interval>,
    guards: Vec<Guard>,
    /// What the listing is to be scrolled to once it is rendered.
    scrolls_to: Option<ScrollGoal>,
}

/// A line of the listing.
#[derive(Clone, Copy)]
enum ScrollGoal {
    /// The preset's line; for a preset without one, the first that the switch changes.
    Point,
    /// The one that a turn of the switch is seen at.
    Change,
    /// The one that the selected task waits on.
    Selected,
    /// The one of the last step.
    Lit,
}

/// The session and what paints it: the frame loop has a share in both.
#[derive(Clone)]
struct Shared {
    session: Rc<RefCell<Session>>,
    painter: Rc<RefCell<Painter>>,
    /// The canvases of the curves: the strip above the stage, and the plot below it; and that of the timeline's ticks.
    plots: [NodeRef; 3],
}

impl Shared {
    /// One frame: time goes on, the stage is painted if it was drawn, and the curves follow what was rendered before.
    fn frame(&self, time_ms: f64) {
        let session = &mut *self.session.borrow_mut();
        if session.frame(time_ms, browser::clock_ms) == Frame::Drawn {
            self.painter.borrow_mut().paint(session);
        }
        self.draw_plots(session);
    }

    /// Not as soon as the page is rendered: whatever a reader sees together is of one frame.
    fn draw_plots(&self, session: &mut Session) {
        let Some(plot) = session.take_plot() else { return };
        let palette = palette::of(session.theme());
        for (node, scales) in self.plots.iter().zip([Scales::Highest, Scales::Around, Scales::Ticks]) {
            if let Some(canvas) = node.cast::<HtmlCanvasElement>() {
                plot::draw(&canvas, scales, &plot, palette, session.words);
            }
        }
    }
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

    fn create(context: &Context<Self>) -> Self {
        let window = browser::window();
        let article = window.as_ref().and_then(Article::around);
        let host = browser::host(article.is_some());
        #[cfg(feature = "go")]
        let host = crate::page::editor::open(host);
        let mut session = Session::new(host);
        if let (Some(window), Some(article)) = (&window, &article) {
            article.take_complaints(window, &mut session);
        }
        browser::apply_theme(appearance::word(session.appearance.choice));
        if session.link.place == Place::Embedded {
            browser::mark("embedded");
        }
        let nodes = Nodes::default();
        let plots = [nodes.strip.clone(), nodes.plot.clone(), nodes.ticks.clone()];
        App {
            shared: Shared { session: Rc::new(RefCell::new(session)), painter: Rc::default(), plots },
            dispatch: Dispatch { send: context.link().callback(Msg::Act), nodes },
            article,
            saving: None,
            frames: None,
            ticking: None,
            guards: Vec::new(),
            scrolls_to: None,
        }
    }

    fn update(&mut self, context: &Context<Self>, msg: Msg) -> bool {
        match msg {
            #[cfg(feature = "go")]
            Msg::Edited => true,
            Msg::Act(action) => {
                #[cfg(feature = "go")]
                self.offer(&action);
                self.act(context, action)
            }
            Msg::Tick => {
                let is_resized = self.fit(context);
                if !self.shared.session.borrow().playback.is_seen() {
                    // Nobody draws, so whatever was asked for is done here.
                    self.shared.frame(browser::clock_ms());
                }
                self.act(context, Action::Tick(self.surroundings())) || is_resized
            }
        }
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let session = &mut *self.shared.session.borrow_mut();
        session.note_render();
        match session.link.place {
            Place::Own => whole::view(session, &self.dispatch),
            Place::Embedded => embedded::view(session, &self.dispatch),
        }
    }

    fn rendered(&mut self, context: &Context<Self>, first_render: bool) {
        if first_render {
            self.start(context);
        }
        if let Some(goal) = self.scrolls_to.take() {
            self.scroll(goal);
        }
        self.follow_dialog();
        if self.article.is_some()
            && let Some(body) = browser::document().and_then(|document| document.body())
        {
            self.act(context, Action::Rendered { height_px: body.offset_height().max(0) as u32 });
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.frames = None;
        self.ticking = None;
        self.saving = None;
        self.guards.clear();
    }
}

impl App {
    /// The reader's program of the moment is the one lesson that there is.
    #[cfg(feature = "go")]
    fn offer(&self, action: &Action) {
        let offered = match action {
            Action::OpenLesson(lesson) if lesson.name == crate::written::NAME => Some(vec![lesson.clone()]),
            Action::Visit(query) => crate::page::editor::visit(query),
            _ => None,
        };
        if let Some(offered) = offered {
            self.shared.session.borrow_mut().lessons = offered;
        }
    }

    /// Whether there is anything to render.
    fn act(&mut self, context: &Context<Self>, action: Action) -> bool {
        let effects = self.shared.session.borrow_mut().update(action);
        let mut renders = false;
        for effect in effects {
            match effect {
                Effect::Render => renders = true,
                effect => self.perform(context, effect),
            }
        }
        renders
    }

    fn perform(&mut self, context: &Context<Self>, effect: Effect) {
        match effect {
            Effect::Render => {}
            Effect::Schedule(schedule) => self.schedule(context, schedule),
            Effect::SetDocument { language, title } => browser::announce(language, title),
            Effect::Learn(language) => self.learn(language),
            Effect::ScrollListing => self.scrolls_to = Some(ScrollGoal::Point),
            Effect::ScrollToChange => self.scrolls_to = Some(ScrollGoal::Change),
            Effect::ScrollToSelected => self.scrolls_to = Some(ScrollGoal::Selected),
            Effect::ScrollToLit => self.scrolls_to = Some(ScrollGoal::Lit),
            Effect::ApplyTheme(theme) => browser::apply_theme(theme),
            Effect::RememberTheme(theme) => browser::remember_theme(theme),
            Effect::SetQuery(query) => browser::set_query(&query),
            Effect::PushQuery(query) => browser::push_query(&query),
            Effect::Post(report) => {
                if let Some(article) = &self.article {
                    article.post(&report);
                }
            }
            Effect::Copy { field, text } => self.copy(field, text),
            Effect::SelectField(field) => self.select_field(field),
            Effect::Save(file) => {
                // The file before is let go first.
                self.saving = None;
                self.saving = Saving::start(file, &self.dispatch.send);
            }
            Effect::DropFile => self.saving = None,
        }
    }

    fn start(&mut self, context: &Context<Self>) {
        let Some(window) = browser::window() else { return };
        self.fit(context);
        self.listen(&window);
        #[cfg(feature = "go")]
        self.listen_to_editor(context, &window);
        self.act(context, Action::Mounted);
    }

    fn listen(&mut self, window: &Window) {
        let keys = keys::listen(window, &self.shared.session, &self.dispatch.send);
        self.guards.extend(keys.map(Guard::Listening));
        let send = self.dispatch.send.clone();
        let steps = Listener::new(window, "popstate", move |_| send.emit(Action::Visit(browser::query())));
        self.guards.push(Guard::Listening(steps));
        if let Some(article) = &self.article {
            let send = self.dispatch.send.clone();
            let listener = article.listen(window, move |text| send.emit(Action::Message(text)));
            self.guards.push(Guard::Listening(listener));
        }
        if let Some(root) = self.dispatch.nodes.root.cast::<HtmlElement>() {
            let send = self.dispatch.send.clone();
            let seen = move |sight: Sight| send.emit(Action::See(sight));
            self.guards.push(Guard::Screen(OnScreen::new(&root, seen)));
        }
    }

    #[cfg(feature = "go")]
    fn listen_to_editor(&mut self, context: &Context<Self>, window: &Window) {
        let edited = context.link().callback(|()| Msg::Edited);
        let editing = crate::page::editor::listen(window, &self.dispatch.send, &edited);
        self.guards.extend(editing.map(Guard::Listening));
        crate::page::editor::fill();
        crate::page::editor::style();
    }

    fn schedule(&mut self, context: &Context<Self>, wanted: Schedule) {
        if !wanted.frames {
            self.frames = None;
        } else if self.frames.is_none()
            && let Some(window) = browser::window()
        {
            let shared = self.shared.clone();
            self.frames = Some(Frames::start(window, move |time_ms| shared.frame(time_ms)));
        }
        if !wanted.ticks {
            self.ticking = None;
        } else if self.ticking.is_none() {
            let tick = context.link().clone();
            self.ticking = Some(Interval::new(TICK_MS, move || tick.send_message(Msg::Tick)));
        }
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings { system_theme: browser::system_theme(), preview_height_px: self.preview_height_px() }
    }

    /// The height of the preview, which is a page of this host, once it runs.
    fn preview_height_px(&self) -> Option<u32> {
        let document = self.dispatch.nodes.preview.cast::<HtmlIFrameElement>()?.content_document()?;
        document.document_element().filter(|root| root.has_attribute("data-ready"))?;
        Some(document.body()?.offset_height().max(0) as u32)
    }

    /// Follows the size of the stage's canvases; whether it is another than before.
    fn fit(&mut self, context: &Context<Self>) -> bool {
        let nodes = &self.dispatch.nodes;
        let canvases = (nodes.pile.cast::<HtmlCanvasElement>(), nodes.shapes.cast::<HtmlCanvasElement>());
        let (Some(pile), Some(shapes)) = canvases else { return false };
        let size = self.shared.painter.borrow_mut().fit(&pile, &shapes);
        size.is_some_and(|(width_px, height_px, scale_permille)| {
            self.act(context, Action::Resize { width_px, height_px, scale_permille })
        })
    }

    /// Scrolls the listing, and nothing but the listing.
    fn scroll(&self, goal: ScrollGoal) {
        let Some(lines) = self.dispatch.nodes.lines.cast::<HtmlElement>() else { return };
        let mark = match goal {
            ScrollGoal::Point => "[data-first]",
            ScrollGoal::Change => "[data-change]",
            ScrollGoal::Selected => "[data-selected]",
            ScrollGoal::Lit => "[data-lit]",
        };
        let found = lines.query_selector(mark).ok().flatten();
        let Some(line) = found.and_then(|line| line.dyn_into::<HtmlElement>().ok()) else { return };
        let (top, height) = (line.offset_top() - lines.offset_top(), lines.client_height());
        match goal {
            // Some of what leads up to the line stands above it.
            ScrollGoal::Point | ScrollGoal::Change => lines.set_scroll_top(top - height / 3),
            ScrollGoal::Selected | ScrollGoal::Lit => {
                let is_seen = top >= lines.scroll_top() && top + line.offset_height() <= lines.scroll_top() + height;
                if !is_seen {
                    lines.set_scroll_top(top - height / 2);
                }
            }
        }
    }

    /// What lies over the page is there once it is rendered.
    fn follow_dialog(&self) {
        let Some(dialog) = self.dispatch.nodes.dialog.cast::<HtmlDialogElement>() else { return };
        let is_wanted = self.shared.session.borrow().sharing.dialog.is_some();
        if is_wanted && !dialog.open() {
            dialog.show_modal().ok();
        } else if !is_wanted && dialog.open() {
            dialog.close();
        }
    }

    fn learn(&self, language: Language) {
        let send = self.dispatch.send.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let learning = if words::learn(language).await.is_ok() { Learning::Known } else { Learning::Missing };
            send.emit(Action::Learned(language, learning));
        });
    }

    fn copy(&self, field: Form, text: String) {
        let send = self.dispatch.send.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let is_copied = browser::copy(text).await;
            let outcome = if is_copied { CopyOutcome::Copied } else { CopyOutcome::Refused };
            send.emit(Action::Copied(field, outcome));
        });
    }

    fn select_field(&self, field: Form) {
        let dialog = self.dispatch.nodes.dialog.cast::<HtmlElement>();
        let found = dialog.and_then(|dialog| dialog.query_selector(&["#", dialogs::field_id(field)].concat()).ok()?);
        if let Some(field) = found.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
            field.focus().ok();
            field.select();
        }
    }
}
