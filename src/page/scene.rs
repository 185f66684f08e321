//! What a frame needs: the run, the stage, and the two canvases it is painted on.
//!
//! The pile is a buffer of pixels on the lower canvas, which only repaints what changed; what moves are shapes on the
//! upper one.

use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use crate::caption;
use crate::page::paint;
use crate::page::run::Run;
use crate::stage::Stage;
use crate::stage::motion::Motion;
use crate::stage::palette::Theme;
use crate::text::Messages;
use crate::trace::event::TaskId;

/// Above this speed nothing moves but counts and the pile.
const FAST_PERCENT: u32 = 1_000;

/// See the module.
pub(crate) struct Scene {
    pub(crate) run: Run,
    stage: Stage,
    words: &'static Messages,
    theme: Theme,
    has_little_motion: bool,
    canvases: Option<Canvases>,
    /// Whether something changed that no frame has painted yet.
    is_stale: bool,
}

struct Canvases {
    pile: CanvasRenderingContext2d,
    shapes: CanvasRenderingContext2d,
    width: u32,
    height: u32,
    scale_permille: u32,
}

impl Scene {
    pub(crate) fn new(run: Run, words: &'static Messages, theme: Theme, has_little_motion: bool) -> Scene {
        let mut stage = Stage::new();
        stage.set_theme(theme);
        Scene { run, stage, words, theme, has_little_motion, canvases: None, is_stale: true }
    }

    /// Plays another run.
    pub(crate) fn replace(&mut self, run: Run) {
        self.run = run;
        self.stage.reset();
        self.is_stale = true;
    }

    pub(crate) fn set_words(&mut self, words: &'static Messages) {
        self.words = words;
        self.is_stale = true;
    }

    pub(crate) fn set_theme(&mut self, theme: Theme) {
        self.theme = theme;
        self.stage.set_theme(theme);
        self.is_stale = true;
    }

    pub(crate) fn theme(&self) -> Theme {
        self.theme
    }

    pub(crate) fn select(&mut self, task: Option<TaskId>) {
        self.stage.select(task);
        self.is_stale = true;
    }

    pub(crate) fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Takes the canvases, and follows their size; whether it has changed.
    pub(crate) fn fit(&mut self, pile: &HtmlCanvasElement, shapes: &HtmlCanvasElement, ratio: f64) -> bool {
        let (width, height) = (shapes.client_width().max(1) as u32, shapes.client_height().max(1) as u32);
        let scale_permille = (ratio.clamp(0.5, 4.0) * 1000.0) as u32;
        let size = (width, height, scale_permille);
        if self.canvases.as_ref().is_some_and(|known| (known.width, known.height, known.scale_permille) == size) {
            return false;
        }
        let contexts = (paint::context(pile, size), paint::context(shapes, size));
        let (Some(pile), Some(shapes)) = contexts else { return false };
        self.canvases = Some(Canvases { pile, shapes, width, height, scale_permille });
        self.stage.resize(width, height, scale_permille);
        self.is_stale = true;
        true
    }

    /// One animation frame.
    pub(crate) fn frame(&mut self, time_ms: f64, clock_ms: impl Fn() -> f64) {
        let (was_idle, was_seeking) = (self.is_idle(), self.run.is_seeking());
        let since_ms = self.run.frame(time_ms, clock_ms);
        // The frame that comes to rest still has something new to paint.
        if was_idle && self.is_idle() && !self.is_stale && !self.stage.is_moving() {
            return;
        }
        // Where it was brought in haste it is painted once more, with everything that a moment at rest shows.
        self.is_stale = was_seeking && !self.run.is_seeking();
        let motion = if self.has_little_motion {
            Motion::Reduced
        } else if self.run.speed_percent > FAST_PERCENT || was_seeking {
            Motion::Fast
        } else {
            Motion::Full
        };
        self.stage.update(self.run.player.ledger(), (since_ms + 0.5) as u32, motion);
        self.paint();
    }

    /// Whether the run stands still.
    fn is_idle(&self) -> bool {
        !self.run.is_playing && !self.run.is_seeking() && self.run.rest_ms().is_some()
    }

    pub(crate) fn touch(&mut self) {
        self.is_stale = true;
    }

    fn paint(&mut self) {
        let Some(canvases) = &self.canvases else { return };
        put_pile(&canvases.pile, &mut self.stage);
        let size = (canvases.width, canvases.height, canvases.scale_permille);
        paint::clear(&canvases.shapes, size);
        paint::shapes(&canvases.shapes, self.stage.shapes());
        let palette = crate::stage::palette::of(self.theme);
        for label in self.stage.labels() {
            paint::label(&canvases.shapes, label, &caption::label(label.kind, self.words), palette);
        }
    }
}

fn put_pile(context: &CanvasRenderingContext2d, stage: &mut Stage) {
    let image = stage.pile_image();
    let (place, Some(dirty)) = (image.place, image.dirty) else { return };
    if place.w == 0 || place.h == 0 {
        return;
    }
    // The view on the pixels is used at once: it would not outlive a growth of the memory.
    let Ok(data) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(image.bytes), place.w, place.h) else { return };
    let [dx, dy] = [place.x, place.y].map(f64::from);
    let [x, y, w, h] = [dirty.x, dirty.y, dirty.w, dirty.h].map(f64::from);
    context.put_image_data_with_dirty_x_and_dirty_y_and_dirty_width_and_dirty_height(&data, dx, dy, x, y, w, h).ok();
}

/// The drawing context of a canvas that is given its size.
pub(crate) fn context_of(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let context: Result<Option<js_sys::Object>, JsValue> = canvas.get_context("2d");
    context.ok()??.dyn_into().ok()
}
