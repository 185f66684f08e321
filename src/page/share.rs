//! Handing a run on: what the dialogs Share and Embed hold, the links in them, and copying.
//!
//! While one of them lies over the page the run rests, so that link, preview and files are of one moment.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlIFrameElement, HtmlInputElement};
use yew::{Context, NodeRef};

use crate::link::controls::{Control, Controls};
use crate::link::{Autoplay, Link, Place, Theme};
use crate::page::app::{App, Dialog, Msg};
use crate::page::browser;
use crate::page::save::Saving;
use crate::text::Language;

/// How wide a frame can be asked to be, in CSS pixels; the choice after the last one is as wide as the article.
pub(crate) const WIDTHS_PX: [u32; 3] = [320, 480, 720];
/// How they are called, in every language.
pub(crate) const WIDTHS: [&str; 3] = ["320\u{a0}px", "480\u{a0}px", "720\u{a0}px"];
/// How high a frame is before a preview has said so.
const HEIGHT_PX: u32 = 640;

/// What an author can choose of a frame. A number counts through what is offered.
#[derive(Clone, Copy)]
pub(crate) enum Wish {
    Width(usize),
    Theme(usize),
    Language(usize),
    Start(usize),
    Autoplay,
    Control(Control),
}

/// What the two dialogs hold. The choices stay while they are closed.
pub(crate) struct Sharing {
    /// One of [`WIDTHS_PX`], or after them.
    pub(crate) width: usize,
    pub(crate) theme: Theme,
    pub(crate) language: Option<Language>,
    pub(crate) is_this_moment: bool,
    pub(crate) autoplay: Autoplay,
    pub(crate) controls: Controls,
    pub(crate) preview: NodeRef,
    pub(crate) height_px: u32,
    /// The field whose text was copied last.
    pub(crate) copied: Option<&'static str>,
    /// A file on its way, and what the browser holds of it.
    pub(crate) saving: Option<Saving>,
    /// Whether the run plays on when the dialog is closed.
    was_playing: bool,
}

impl Sharing {
    pub(crate) fn new(link: &Link) -> Sharing {
        Sharing {
            width: WIDTHS_PX.len(),
            theme: link.theme.unwrap_or(Theme::Auto),
            language: link.language,
            is_this_moment: false,
            autoplay: Autoplay::No,
            controls: Controls::USUAL,
            preview: NodeRef::default(),
            height_px: HEIGHT_PX,
            copied: None,
            saving: None,
            was_playing: false,
        }
    }

    /// Ends what is under way.
    pub(crate) fn end(&mut self) {
        self.copied = None;
        self.saving = None;
    }
}

impl App {
    /// Opens a dialog.
    pub(crate) fn lay_over(&mut self, dialog: Dialog) {
        self.dialog = Some(dialog);
        if dialog == Dialog::Keys {
            return;
        }
        let was_playing = std::mem::take(&mut self.scene.borrow_mut().run.is_playing);
        self.sharing.was_playing = was_playing;
        self.sharing.is_this_moment = !was_playing && self.facts.time_ms > 0;
    }

    /// Closes whatever dialog is open.
    pub(crate) fn lay_aside(&mut self) {
        self.dialog = None;
        self.sharing.end();
        if std::mem::take(&mut self.sharing.was_playing) {
            self.scene.borrow_mut().run.play();
        }
    }

    /// Follows the height of the preview, which is a page of this host; whether it has changed.
    pub(crate) fn follow_preview(&mut self) -> bool {
        let frame = self.sharing.preview.cast::<HtmlIFrameElement>();
        let Some(document) = frame.and_then(|frame| frame.content_document()) else { return false };
        let is_ready = document.document_element().is_some_and(|root| root.has_attribute("data-ready"));
        let Some(body) = document.body().filter(|_| is_ready) else { return false };
        let height_px = body.offset_height().max(0) as u32;
        std::mem::replace(&mut self.sharing.height_px, height_px) != height_px
    }

    pub(crate) fn wish(&mut self, wish: Wish) {
        let sharing = &mut self.sharing;
        match wish {
            Wish::Width(width) => sharing.width = width,
            Wish::Theme(theme) => sharing.theme = Theme::ALL[theme.min(Theme::ALL.len() - 1)],
            Wish::Language(language) => sharing.language = Language::ALL.get(language.wrapping_sub(1)).copied(),
            Wish::Start(start) => sharing.is_this_moment = start == 1,
            Wish::Autoplay => {
                sharing.autoplay = if sharing.autoplay == Autoplay::Yes { Autoplay::No } else { Autoplay::Yes };
            }
            Wish::Control(control) => sharing.controls = sharing.controls.toggled(control),
        }
    }

    /// The run in a frame, as it was chosen.
    pub(crate) fn frame_link(&self) -> Link {
        let Sharing { theme, language, is_this_moment, autoplay, controls, .. } = self.sharing;
        Link {
            place: Place::Embedded,
            at_ms: is_this_moment.then_some(self.facts.time_ms),
            theme: Some(theme).filter(|theme| *theme != Theme::Auto),
            language,
            autoplay,
            controls: Some(controls).filter(|controls| *controls != Controls::USUAL),
            ..self.present_link()
        }
    }

    /// The address of this run: where it rested before the dialog was opened, at its moment.
    pub(crate) fn shared_address(&self) -> String {
        let link = self.present_link();
        let at_ms = link.at_ms.filter(|_| !self.sharing.was_playing);
        browser::address_of(&Link { at_ms, language: Some(self.words.language), ..link })
    }

    /// Copies the text of a field of the dialog.
    pub(crate) fn copy(&self, context: &Context<App>, field: &'static str) {
        let Some(text) = self.field(field).map(|field| field.value()) else { return };
        let scope = context.link().clone();
        wasm_bindgen_futures::spawn_local(async move {
            scope.send_message(Msg::Copied(field, browser::copy(text).await));
        });
    }

    /// A text that could not be copied is selected, for who copies it by hand.
    pub(crate) fn copied(&mut self, field: &'static str, is_copied: bool) {
        self.sharing.copied = is_copied.then_some(field);
        let live = &self.words.live;
        self.live = if is_copied { live.copied } else { live.not_copied }.to_owned();
        if let Some(field) = self.field(field).filter(|_| !is_copied) {
            field.focus().ok();
            field.select();
        }
    }

    fn field(&self, id: &'static str) -> Option<HtmlInputElement> {
        let dialog = self.nodes.dialog.cast::<HtmlElement>()?;
        dialog.query_selector(&["#", id].concat()).ok()??.dyn_into().ok()
    }
}
