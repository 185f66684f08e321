//! BROWSER: the page. The only place that names yew, web_sys, js_sys, gloo and wasm_bindgen; compiled for wasm32 only.
//!
//! - [`app`]: the one component: passes actions to the [session](crate::session) and performs its effects;
//! - [`view`]: the page's parts, each a function from the session to HTML; [`dispatch`]: where their actions go;
//! - [`frames`], [`listen`], [`keys`]: the frame loop, listeners and observers, each gone when it is dropped;
//! - [`paint`], [`plot`], [`canvas`]: the stage and the plot, painted;
//! - `editor`: the reader's own Go, where the page is built for it (feature `go`);
//! - [`save`]: the files that leave the page; [`article`]: the window around it;
//! - [`words`]: the words of a language, as the page gets them;
//! - [`browser`]: address, language, theme and clipboard of this browser.
//!
//! A frame touches no Yew state: the page is rendered a few times a second, from moments at rest only. Deliberately
//! absent: what a reader's doings mean (that is the session's), a router, serde, floats as text, and anything that runs on
//! after [`Mounted::destroy`].

mod app;
mod article;
mod browser;
mod canvas;
mod dispatch;
#[cfg(feature = "go")]
mod editor;
mod frames;
mod keys;
mod listen;
mod paint;
mod plot;
mod save;
mod view;
mod words;

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

/// Mounts the page where `index.html` keeps a place for it, for as long as the document lives, as soon as it knows the words.
/// Without them it throws what stands in their way, and `static/failure.js` says so.
pub fn mount() {
    let language = browser::first_language();
    wasm_bindgen_futures::spawn_local(async move {
        match words::learn(language).await {
            Ok(()) => mount_in_place(),
            Err(error) => wasm_bindgen::throw_val(error),
        }
    });
}

fn mount_in_place() {
    let Some(document) = browser::document() else { return };
    let place = document.query_selector("[data-app]").ok().flatten().or_else(|| document.body().map(Element::from));
    if let Some(place) = place {
        place.set_text_content(None);
        let _lives_on = mount_at(&place);
    }
}

/// Mounts the page inside an element, after what is there. Some language must be known. None: the document refused a new element.
pub fn mount_at(place: &Element) -> Option<Mounted> {
    let element = browser::document()?.create_element("div").ok()?;
    place.append_child(&element).ok()?;
    let app = Renderer::<App>::with_root(element.clone()).render();
    Some(Mounted { app, element })
}
