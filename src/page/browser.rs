//! This browser: its address, languages, theme, clipboard. Each may be refused to a framed page, and then is not there.

use wasm_bindgen::JsValue;
use web_sys::{Document, Element, Window};

use crate::link;
use crate::stage::palette::Theme;
use crate::text::Language;

const THEME_KEY: &str = "pileup-theme";

/// Which theme the reader chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// As the system has it.
    System,
    Chosen(Theme),
}

impl Choice {
    const ALL: [(Choice, &'static str); 3] =
        [(Choice::System, ""), (Choice::Chosen(Theme::Light), "light"), (Choice::Chosen(Theme::Dark), "dark")];

    pub(crate) fn number(self) -> usize {
        Choice::ALL.iter().position(|(choice, _)| *choice == self).unwrap_or(0)
    }

    pub(crate) fn next(self) -> Choice {
        Choice::ALL[(self.number() + 1) % Choice::ALL.len()].0
    }

    pub(crate) fn theme(self) -> Theme {
        match self {
            Choice::Chosen(theme) => theme,
            Choice::System if media("(prefers-color-scheme: dark)") => Theme::Dark,
            Choice::System => Theme::Light,
        }
    }

    /// What was chosen when the page was open last.
    pub(crate) fn remembered() -> Choice {
        let storage = window().and_then(|window| window.local_storage().ok().flatten());
        let name = storage.and_then(|storage| storage.get_item(THEME_KEY).ok().flatten()).unwrap_or_default();
        Choice::ALL.iter().find(|(_, known)| *known == name).map_or(Choice::System, |(choice, _)| *choice)
    }

    /// What a link or an article wants.
    pub(crate) fn of(theme: link::Theme) -> Choice {
        Choice::ALL[theme as usize].0
    }

    /// Puts it on the page.
    pub(crate) fn apply(self) {
        if let Some(root) = root() {
            root.set_attribute("data-theme", Choice::ALL[self.number()].1).ok();
        }
    }

    /// Keeps it for the next time, where the browser lets the page keep anything.
    pub(crate) fn remember(self) {
        let name = Choice::ALL[self.number()].1;
        if let Some(storage) = window().and_then(|window| window.local_storage().ok().flatten()) {
            storage.set_item(THEME_KEY, name).ok();
        }
    }
}

pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// `<html>`.
pub(crate) fn root() -> Option<Element> {
    document()?.document_element()
}

/// Gives `<html>` a class, for the style sheet.
pub(crate) fn mark(class: &str) {
    if let Some(root) = root() {
        root.class_list().add_1(class).ok();
    }
}

/// Whether the page is one file, as `cargo xtask single` writes it: its policy lets it frame nothing.
pub(crate) fn is_one_file() -> bool {
    root().is_some_and(|root| root.has_attribute("data-single"))
}

pub(crate) fn media(query: &str) -> bool {
    window().and_then(|window| window.match_media(query).ok().flatten()).is_some_and(|list| list.matches())
}

pub(crate) fn pixel_ratio() -> f64 {
    window().map_or(1.0, |window| window.device_pixel_ratio())
}

/// Milliseconds of the machine's clock, for how long a frame may work and nothing else.
pub(crate) fn clock_ms() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

pub(crate) fn query() -> String {
    window().and_then(|window| window.location().search().ok()).unwrap_or_default()
}

/// The page's address without its query.
pub(crate) fn address() -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// The address that opens a link.
pub(crate) fn address_of(link: &link::Link) -> String {
    [address(), link::write::query(link)].concat()
}

pub(crate) fn set_query(query: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        history.replace_state_with_url(&JsValue::NULL, "", Some(query)).ok();
    }
}

/// The first of the browser's languages that the page speaks.
pub(crate) fn language() -> Language {
    let languages = window().map(|window| window.navigator().languages());
    let tags = languages.iter().flat_map(js_sys::Array::iter).filter_map(|tag| tag.as_string());
    tags.filter_map(|tag| Language::of_tag(&tag)).next().unwrap_or(Language::English)
}

/// Makes the document say what it is now.
pub(crate) fn announce(language: Language, title: &str) {
    if let Some(root) = root() {
        root.set_attribute("lang", language.tag()).ok();
        root.set_attribute("data-ready", "true").ok();
    }
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Copies a text. False: this page may not.
pub(crate) async fn copy(text: String) -> bool {
    let Some(window) = window() else { return false };
    let navigator = window.navigator();
    // Pages without a secure context have no clipboard at all.
    let has_clipboard =
        js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard")).is_ok_and(|it| it.is_truthy());
    has_clipboard && wasm_bindgen_futures::JsFuture::from(navigator.clipboard().write_text(&text)).await.is_ok()
}
