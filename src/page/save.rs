//! Files of the moment that is shown: its picture as SVG and PNG, the curves up to it as CSV, each with seed and link.
//!
//! What the browser holds for a file is let go with [`Saving`]: at the next file, when the dialog is closed, when the page
//! is destroyed.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlCanvasElement, HtmlElement, HtmlImageElement, Url};
use yew::Context;

use crate::caption::{self, CaptionSubject};
use crate::link::Link;
use crate::page::app::{App, Msg};
use crate::page::browser;
use crate::page::listen::Listener;
use crate::page::scene::context_of;
use crate::player::csv;
use crate::player::curve::Sample;
use crate::text::fill;

/// Pixels of a PNG to each CSS pixel.
const PNG_SCALE: u32 = 2;

/// A file on its way to the browser.
pub(crate) struct Saving {
    name: String,
    text: Held,
    /// Of which a PNG is made.
    image: Option<(HtmlImageElement, Listener)>,
}

/// A kind of file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Png,
    Svg,
    Csv,
}

impl Format {
    /// In the order of [`crate::text::ShareText::formats`].
    pub(crate) const ALL: [Format; 3] = [Format::Png, Format::Svg, Format::Csv];

    fn ending(self) -> &'static str {
        ["png", "svg", "csv"][self as usize]
    }
}

impl App {
    /// Makes a file and hands it to the browser. Nothing while the run is under way to a moment.
    pub(crate) fn save(&mut self, context: &Context<App>, format: Format) {
        let Some((name, text)) = self.file(format) else { return };
        let Some(text) = Held::of(&text, if format == Format::Csv { "text/csv" } else { "image/svg+xml" }) else {
            return;
        };
        let image = HtmlImageElement::new().ok().filter(|_| format == Format::Png).map(|image| {
            let scope = context.link().clone();
            let loaded = Listener::new(&image, "load", move |_| scope.send_message(Msg::Saved));
            image.set_src(&text.0);
            (image, loaded)
        });
        let is_there = image.is_none();
        self.sharing.saving = Some(Saving { name, text, image });
        if is_there {
            self.saved();
        }
    }

    /// Hands the file over, now that its picture is there.
    pub(crate) fn saved(&mut self) {
        let Some(Saving { name, text, image }) = &self.sharing.saving else { return };
        let address = match image {
            None => Some(text.0.clone()),
            Some((image, _)) => png(image),
        };
        if address.and_then(|address| hand_over(name, &address)).is_some() {
            self.live = fill(self.words.live.saved, &[name]);
        }
    }

    /// The file's name and its text; a picture's is SVG.
    fn file(&self, format: Format) -> Option<(String, String)> {
        let scene = self.scene.borrow();
        let player = &scene.run.player;
        let at_ms = scene.run.rest_ms()?;
        let (lesson, preset) = (&self.link.lesson, self.link.preset);
        let (seed, counts) = (player.spec().seed, player.ledger().counts());
        let link = Link { at_ms: Some(at_ms), language: Some(self.words.language), ..self.moment_link() };
        // A path of this disk leads nobody anywhere, and is nobody's business.
        let address = browser::address_of(&link);
        let link =
            address.strip_prefix("file:").and_then(|path| path.find('?').map(|at| &path[at..])).unwrap_or(&address);
        let text = if format == Format::Csv {
            csv::write(player.curve().samples(), &Sample::of(&counts, player.now_us()), seed, link)
        } else {
            let is_changed = player.knobs() != lesson.values_of(preset);
            let moment = CaptionSubject { lesson, preset, is_changed, seed, at_ms, counts: &counts, link };
            caption::svg(&moment, player.ledger(), scene.theme(), self.words)
        };
        let (seed, at_ms) = (seed.to_string(), at_ms.to_string());
        let name = ["pileup-", &lesson.name, "-seed", &seed, "-", &at_ms, "ms.", format.ending()].concat();
        Some((name, text))
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
