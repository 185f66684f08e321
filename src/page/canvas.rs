//! A canvas: its size in device pixels, and its drawing context.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::page::browser;

/// Width and height in the stage's pixels, and device pixels to each thousand of them. A pixel of the stage is one of CSS, and
/// more of them where letters are larger.
pub(crate) type Size = (u32, u32, u32);

/// The size of a canvas on the page.
pub(crate) fn size_of(canvas: &HtmlCanvasElement) -> Size {
    let zoom = browser::zoom();
    let [width, height] =
        [canvas.client_width(), canvas.client_height()].map(|px| (f64::from(px) / zoom).max(1.0) as u32);
    (width, height, (browser::pixel_ratio().clamp(0.5, 4.0) * zoom * 1000.0) as u32)
}

/// Gives a canvas its size in device pixels; its drawing context.
pub(crate) fn context(canvas: &HtmlCanvasElement, size: Size) -> Option<CanvasRenderingContext2d> {
    let (width, height, scale_permille) = size;
    canvas.set_width((width * scale_permille).div_ceil(1000));
    canvas.set_height((height * scale_permille).div_ceil(1000));
    context_of(canvas)
}

/// The drawing context of a canvas that has its size.
pub(crate) fn context_of(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let context: Result<Option<js_sys::Object>, JsValue> = canvas.get_context("2d");
    context.ok()??.dyn_into().ok()
}

/// An empty canvas that counts in CSS pixels.
pub(crate) fn clear(context: &CanvasRenderingContext2d, (width, height, scale_permille): Size) {
    let scale = f64::from(scale_permille) / 1000.0;
    context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0).ok();
    context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
}

/// Says in a mark of the canvas which number stands in its picture.
#[inline(never)]
pub(crate) fn mark(context: &CanvasRenderingContext2d, name: &str, number: u32) {
    if let Some(canvas) = context.canvas() {
        canvas.set_attribute(name, &number.to_string()).ok();
    }
}
