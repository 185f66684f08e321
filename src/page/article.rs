//! The window of the article around the page, when it stands in a frame. The protocol is specified in
//! [`crate::link::message`]; who is told what, when, is [`crate::session::reporter`]'s.

use js_sys::JsString;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Window};

use crate::link::message::{PREFIX, Report, TEXT_MAX};
use crate::page::listen::Listener;
use crate::session::{Session, complaint};

/// The name of a frame that the element for authors made (`static/pileup.js`).
const ELEMENT: &str = "pile-up";

/// The article's window.
pub(crate) struct Article {
    parent: Window,
}

impl Article {
    /// None: the page has its window for itself.
    pub(crate) fn around(window: &Window) -> Option<Article> {
        let parent = window.parent().ok().flatten().filter(|parent| JsValue::from(parent) != JsValue::from(window))?;
        Some(Article { parent })
    }

    /// Hears the texts that come from the article's own window, and from no other. Only the beginning of a text is brought
    /// over, as much as is read, and nothing of what is somebody else's.
    pub(crate) fn listen(&self, window: &Window, mut heard: impl FnMut(String) + 'static) -> Listener {
        let parent = JsValue::from(&self.parent);
        Listener::new(window, "message", move |event| {
            let Ok(event) = event.dyn_into::<MessageEvent>() else { return };
            if event.source().is_some_and(|source| JsValue::from(source) == parent)
                && let Ok(text) = event.data().dyn_into::<JsString>()
                && text.starts_with(PREFIX, 0)
            {
                heard(text.slice(0, TEXT_MAX).into());
            }
        })
    }

    /// Tells the article's element what is wrong with the address. An author who writes attributes hears of it there, and
    /// the reader need not.
    pub(crate) fn take_complaints(&self, window: &Window, session: &mut Session) {
        if window.name().is_ok_and(|name| name == ELEMENT) {
            for complaint in session.complaints.take() {
                let say = complaint::sentence(session.words, &complaint);
                self.post(&Report::Rejected { about: complaint.name, value: complaint.value, say });
            }
        }
    }

    /// Tells it something.
    pub(crate) fn post(&self, report: &Report) {
        // Fails for what cannot be copied; a text can.
        self.parent.post_message(&JsValue::from_str(&report.text()), "*").ok();
    }
}
