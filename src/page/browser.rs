//! This browser: its address, languages, theme, clipboard. Each may be refused to a framed page, and then is not there.

use wasm_bindgen::JsValue;
use web_sys::{Document, Element, Window};

use crate::lessons;
use crate::session::appearance;
use crate::session::host::Host;
use crate::stage::motion::Motion;
use crate::stage::palette::Theme;
use crate::text::Language;

const THEME_KEY: &str = "pileup-theme";

/// What a session has to know of this browser before it begins.
pub(crate) fn host(is_framed: bool) -> Host {
    let has_little_motion = media("(prefers-reduced-motion: reduce)");
    Host {
        lessons: lessons::all(),
        address: address(),
        query: query(),
        language: language(),
        system_theme: system_theme(),
        remembered_theme: appearance::of_word(&remembered_theme()),
        motion: if has_little_motion { Motion::Reduced } else { Motion::Full },
        is_framed,
    }
}

pub(crate) fn system_theme() -> Theme {
    if media("(prefers-color-scheme: dark)") { Theme::Dark } else { Theme::Light }
}

/// The word of the theme that was chosen when the page was open last.
fn remembered_theme() -> String {
    let storage = window().and_then(|window| window.local_storage().ok().flatten());
    storage.and_then(|storage| storage.get_item(THEME_KEY).ok().flatten()).unwrap_or_default()
}

/// Keeps a theme's word for the next time, where the browser lets the page keep anything.
pub(crate) fn remember_theme(word: &str) {
    if let Some(storage) = window().and_then(|window| window.local_storage().ok().flatten()) {
        storage.set_item(THEME_KEY, word).ok();
    }
}

/// Puts a theme on the page, by the style sheet's word.
pub(crate) fn apply_theme(word: &str) {
    if let Some(root) = root() {
        root.set_attribute("data-theme", word).ok();
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

/// The address of a page that stands beside this one.
#[cfg(not(feature = "go"))]
pub(crate) fn beside(file: &'static str) -> &'static str {
    file
}

/// The address of a page that stands beside the folder of this one.
#[cfg(feature = "go")]
pub(crate) fn beside(file: &'static str) -> String {
    ["../", file].concat()
}

fn media(query: &str) -> bool {
    window().and_then(|window| window.match_media(query).ok().flatten()).is_some_and(|list| list.matches())
}

pub(crate) fn pixel_ratio() -> f64 {
    window().map_or(1.0, |window| window.device_pixel_ratio())
}

/// How much larger than usual letters are on a wide screen, as the style sheet has it: the stage follows them.
pub(crate) fn zoom() -> f64 {
    let wide = [("(min-width: 150rem)", 1.375), ("(min-width: 115rem)", 1.25), ("(min-width: 100rem)", 1.125)];
    wide.into_iter().find(|(query, _)| media(query)).map_or(1.0, |(_, zoom)| zoom)
}

/// Milliseconds of the machine's clock, for how long a frame may work and nothing else.
pub(crate) fn clock_ms() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

pub(crate) fn query() -> String {
    window().and_then(|window| window.location().search().ok()).unwrap_or_default()
}

/// The page's address without its query.
fn address() -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let end = href.bytes().position(|byte| byte == b'?' || byte == b'#').unwrap_or(href.len());
    href[..end].to_owned()
}

/// The same as a step of the browser's history.
pub(crate) fn push_query(query: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        history.push_state_with_url(&JsValue::NULL, "", Some(query)).ok();
    }
}

pub(crate) fn set_query(query: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        history.replace_state_with_url(&JsValue::NULL, "", Some(query)).ok();
    }
}

/// The language that the document begins in: `static/failure.js` has found it out before the program came.
pub(crate) fn first_language() -> Language {
    let tag = root().and_then(|root| root.get_attribute("lang")).unwrap_or_default();
    Language::of_tag(&tag).unwrap_or(Language::English)
}

/// The first of the browser's languages that the page speaks.
fn language() -> Language {
    let Some(window) = window() else { return Language::English };
    let tags = window.navigator().languages();
    let spoken = |index| Language::of_tag(&tags.get(index).as_string()?);
    (0..tags.length()).find_map(spoken).unwrap_or(Language::English)
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
