//! BROWSER: the page. The only place that names yew, web_sys, js_sys, gloo and wasm_bindgen; compiled for wasm32 only.
//!
//! - [`app`]: the one component with state: what a reader does goes in as messages, what the run did comes out as facts;
//! - [`keys`], [`select`], [`asked`], [`article`]: shortcuts, the selected task, the drain test, and what an article around a frame asks for and is told;
//! - [`view`]: the page's parts, each a function from that state to HTML;
//! - [`ticks`]: what goes by itself, and what has waited for it;
//! - [`run`], [`scene`]: how far a frame lets virtual time move, and what it paints ([`paint`], [`plot`]);
//! - [`facts`], [`listing`], [`highlight`]: one moment at rest, as words and numbers to show;
//! - [`frames`], [`listen`]: the frame loop, listeners and observers, each gone when it is dropped;
//! - [`share`], [`save`]: what the dialogs hold that hand a run on, and the files that leave the page;
//! - [`browser`]: address, language, theme and clipboard of this browser.
//!
//! A frame touches no Yew state: the page is rendered a few times a second, from moments at rest only. Deliberately
//! absent: a router, serde, floats as text, and anything that runs on after [`Mounted::destroy`].

mod app;
mod article;
mod asked;
mod browser;
mod facts;
mod frames;
mod highlight;
mod keys;
mod listen;
mod listing;
mod paint;
mod plot;
mod run;
mod save;
mod scene;
mod select;
mod share;
mod ticks;
mod view;

use web_sys::Element;
use yew::{AppHandle, Renderer};

use crate::page::app::App;

/// The page in an element of its own. Whatever it started ends with [`Mounted::destroy`].
#[must_use]
pub struct Mounted {
    app: AppHandle<App>,
    element: Element,
}

impl Mounted {
    /// Stops the frame loop, timers, listeners and the run, and takes the page out of the document.
    pub fn destroy(self) {
        self.app.destroy();
        // Yew's own listeners sit on this element and go with it.
        self.element.remove();
    }
}

/// Mounts the page where `index.html` keeps a place for it, for as long as the document lives.
pub fn mount() {
    let Some(document) = browser::document() else { return };
    let place = document.query_selector("[data-app]").ok().flatten().or_else(|| document.body().map(Element::from));
    if let Some(place) = place {
        place.set_text_content(None);
        let _lives_on = mount_at(&place);
    }
}

/// Mounts the page inside an element, after what is there. None: the document refused a new element.
pub fn mount_at(place: &Element) -> Option<Mounted> {
    let element = browser::document()?.create_element("div").ok()?;
    place.append_child(&element).ok()?;
    let app = Renderer::<App>::with_root(element.clone()).render();
    Some(Mounted { app, element })
}
