//! The reader's program while it is being written: its text, what is wrong with it, and what runs of it.
//!
//! It is compiled when it is run, never while it is typed. Deliberately absent: what it does (that is its lesson's), and how it
//! looks ([`view`](super::view::editor)).

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, EventTarget, HtmlElement, KeyboardEvent, Window};
use yew::Callback;

use crate::lessons::Lesson;
use crate::link::query::pairs;
use crate::link::source;
use crate::page::browser;
use crate::page::listen::Listener;
use crate::session::action::Action;
use crate::session::host::Host;
use crate::written::{Fault, Written};

/// What stands in an editor that nobody has written in: a parent that nobody can tell to stop.
const FIRST: &str = include_str!("first.go");

/// What there is of the reader's program.
#[derive(Default)]
pub(crate) struct Editor {
    /// As it stands in the field.
    pub(crate) draft: String,
    /// The one that runs.
    pub(crate) runs: String,
    pub(crate) faults: Vec<Fault>,
    pub(crate) written: Option<Written>,
}

thread_local! {
    static EDITOR: RefCell<Editor> = RefCell::default();
}

/// Looks at it.
pub(crate) fn with<R>(look: impl FnOnce(&Editor) -> R) -> R {
    EDITOR.with_borrow(look)
}

/// The reader's own program is the page's one lesson, where the address asks for one.
pub(crate) fn open(host: Host) -> Host {
    if !pairs(&host.query).any(|pair| pair.name == source::NAME) {
        return host;
    }
    let lessons = lessons(&host.query);
    if lessons.is_empty() { host } else { Host { lessons, ..host } }
}

/// The program of this query.
fn lessons(query: &str) -> Vec<Rc<Lesson>> {
    let found = pairs(query).find(|pair| pair.name == source::NAME).and_then(|pair| source::decode(&pair.value));
    let draft = found.filter(|text| !text.is_empty()).unwrap_or_else(|| FIRST.to_owned());
    EDITOR.with_borrow_mut(|editor| {
        editor.draft = draft;
        if !editor.compile() {
            editor.written = Written::empty(&editor.draft);
        }
        editor.written.iter().map(|written| written.lesson.clone()).collect()
    })
}

/// The same for a step of the browser's history; none if it is the program that runs already.
pub(crate) fn visit(query: &str) -> Option<Vec<Rc<Lesson>>> {
    let found = pairs(query).find(|pair| pair.name == source::NAME).and_then(|pair| source::decode(&pair.value))?;
    if with(|editor| editor.runs == found) {
        return None;
    }
    let lessons = lessons(query);
    fill();
    Some(lessons)
}

/// Puts the text into the field.
pub(crate) fn fill() {
    if let Some(field) = field() {
        let draft = with(|editor| editor.draft.clone());
        js_sys::Reflect::set(&field, &JsValue::from_str("value"), &JsValue::from_str(&draft)).ok();
    }
}

/// Gives the page the editor's style, which the first load does without. A sheet that a program makes is nothing that a policy
/// has to know.
pub(crate) fn style() -> Option<()> {
    let window = browser::window()?;
    let class: js_sys::Function =
        js_sys::Reflect::get(&window, &JsValue::from_str("CSSStyleSheet")).ok()?.dyn_into().ok()?;
    let sheet = js_sys::Reflect::construct(&class, &js_sys::Array::new()).ok()?;
    let replace: js_sys::Function =
        js_sys::Reflect::get(&sheet, &JsValue::from_str("replaceSync")).ok()?.dyn_into().ok()?;
    replace.call1(&sheet, &JsValue::from_str(include_str!("editor.css"))).ok()?;
    let sheets = js_sys::Array::of1(&sheet);
    js_sys::Reflect::set(&browser::document()?.into(), &JsValue::from_str("adoptedStyleSheets"), &sheets).ok()?;
    Some(())
}

fn field() -> Option<Element> {
    browser::document()?.query_selector("[data-editor]").ok().flatten()
}

impl Editor {
    /// Compiles what stands there; whether it runs now.
    fn compile(&mut self) -> bool {
        match Written::new(&self.draft) {
            Ok(written) => {
                self.runs = self.draft.clone();
                self.faults.clear();
                self.written = Some(written);
                true
            }
            Err(faults) => {
                self.faults = faults;
                false
            }
        }
    }
}

/// Runs what stands there, or says what is wrong with it.
fn run(send: &Callback<Action>, edited: &Callback<()>) {
    let lesson = EDITOR.with_borrow_mut(|editor| {
        let runs = editor.compile();
        editor.written.as_ref().filter(|_| runs).map(|written| written.lesson.clone())
    });
    match lesson {
        Some(lesson) => {
            send.emit(Action::OpenLesson(lesson));
            send.emit(Action::Play);
        }
        None => edited.emit(()),
    }
}

fn target(event: &Event, selector: &str) -> Option<Element> {
    let target: Element = event.target().and_then(|target: EventTarget| target.dyn_into().ok())?;
    target.closest(selector).ok().flatten()
}

/// Follows what is typed, and runs it where that is asked for.
pub(crate) fn listen(window: &Window, send: &Callback<Action>, edited: &Callback<()>) -> [Listener; 3] {
    let told = edited.clone();
    let typed = Listener::new(window, "input", move |event| {
        let Some(field) = target(&event, "[data-editor]") else { return };
        let value = js_sys::Reflect::get(&field, &JsValue::from_str("value")).ok().and_then(|it| it.as_string());
        EDITOR.with_borrow_mut(|editor| {
            editor.draft = value.unwrap_or_default();
            editor.faults.clear();
        });
        told.emit(());
    });
    let (sent, told) = (send.clone(), edited.clone());
    let keys = Listener::new(window, "keydown", move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if key.key() == "Enter" && (key.ctrl_key() || key.meta_key()) && target(&event, "[data-editor]").is_some() {
            event.prevent_default();
            run(&sent, &told);
        }
    });
    let (sent, told) = (send.clone(), edited.clone());
    let clicks = Listener::new(window, "click", move |event| {
        if target(&event, "[data-run]").is_some() {
            run(&sent, &told);
        } else if target(&event, "[data-fault]").is_some()
            && let Some(field) = field().and_then(|field| field.dyn_into::<HtmlElement>().ok())
        {
            field.focus().ok();
        }
    });
    [typed, keys, clicks]
}
