//! Files that leave the page: a picture in shapes or pixels, a table.
//!
//! What the browser holds for a file is let go with [`Saving`]: at the next file, when the dialog is closed, when the page
//! is destroyed.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlCanvasElement, HtmlElement, HtmlImageElement, Url};
use yew::Callback;

use crate::page::browser;
use crate::page::canvas::context_of;
use crate::page::listen::Listener;
use crate::session::action::Action;
use crate::session::export::{File, Format};

/// Pixels of a PNG to each CSS pixel.
const PNG_SCALE: u32 = 2;

/// A file on its way to the browser, or there.
#[must_use]
pub(crate) struct Saving {
    _text: Held,
    /// Waits for the picture of which a PNG is made.
    _loading: Option<Listener>,
}

impl Saving {
    /// Makes a file and hands it to the browser, at once or as soon as its picture is there; says so with an action.
    pub(crate) fn start(file: File, send: &Callback<Action>) -> Option<Saving> {
        let File { name, text, format } = file;
        let text = Held::of(&text, format.media_type())?;
        if format != Format::Png {
            hand_over(&name, &text.0)?;
            send.emit(Action::Saved(name));
            return Some(Saving { _text: text, _loading: None });
        }
        let image = HtmlImageElement::new().ok()?;
        let (picture, send) = (image.clone(), send.clone());
        let loading = Listener::new(&image, "load", move |_| {
            if png(&picture).and_then(|address| hand_over(&name, &address)).is_some() {
                send.emit(Action::Saved(name.clone()));
            }
        });
        image.set_src(&text.0);
        Some(Saving { _text: text, _loading: Some(loading) })
    }
}

/// An address under which this document holds a text; it is let go when this is dropped.
struct Held(String);

impl Held {
    fn of(text: &str, kind: &str) -> Option<Held> {
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), &options).ok()?;
        Url::create_object_url_with_blob(&blob).ok().map(Held)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        Url::revoke_object_url(&self.0).ok();
    }
}

/// Gives the browser a file to save.
fn hand_over(name: &str, address: &str) -> Option<()> {
    let link: HtmlElement = browser::document()?.create_element("a").ok()?.unchecked_into();
    link.set_attribute("href", address).ok()?;
    link.set_attribute("download", name).ok()?;
    link.click();
    Some(())
}

/// A picture as a PNG, as an address that holds it.
fn png(image: &HtmlImageElement) -> Option<String> {
    let canvas: HtmlCanvasElement = browser::document()?.create_element("canvas").ok()?.unchecked_into();
    let [width, height] = [image.natural_width(), image.natural_height()].map(|length| length * PNG_SCALE);
    canvas.set_width(width);
    canvas.set_height(height);
    let (width, height) = (f64::from(width), f64::from(height));
    context_of(&canvas)?.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height).ok()?;
    canvas.to_data_url().ok()
}
