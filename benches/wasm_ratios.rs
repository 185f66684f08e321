//! The tables of ratios in wasm, in a real browser: `cargo xtask bench` runs this as a test that prints and asserts nothing.
#![cfg(target_arch = "wasm32")]

mod shared;

use std::hint::black_box;

use pileup::stage::Stage;
use pileup::stage::motion::Motion;
use wasm_bindgen::{Clamped, JsCast as _};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use crate::shared::{POLLS, TASKS, listening_player, player_with_pile};

wasm_bindgen_test_configure!(run_in_browser);

const ROUNDS: usize = 9;

fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).expect("a browser has a clock").now()
}

fn timed(run: impl FnOnce()) -> f64 {
    let began = now_ms();
    run();
    now_ms() - began
}

fn median(mut measured: Vec<f64>) -> f64 {
    measured.sort_by(f64::total_cmp);
    measured[measured.len() / 2]
}

fn ours() -> f64 {
    let mut engine = shared::engine();
    timed(|| {
        black_box(engine.run_until_idle());
    })
}

fn local_pool() -> f64 {
    let mut pool = shared::local_pool();
    timed(|| pool.run())
}

#[wasm_bindgen_test]
fn a_poll_against_local_pool() {
    let (ours, theirs): (Vec<f64>, Vec<f64>) = (0..ROUNDS).map(|_| (ours(), local_pool())).unzip();
    let per_poll = |ms: f64| ms * 1e6 / (TASKS * POLLS) as f64;
    let (ours, theirs) = (per_poll(median(ours)), per_poll(median(theirs)));
    console_log!(
        "wasm: a poll with the full trace {ours:.1} ns, LocalPool {theirs:.1} ns, ratio {:.3} (reach 0.8)",
        ours / theirs
    );
}

/// A quarter of a day, since a browser that computes for minutes is taken for one that hangs.
#[wasm_bindgen_test]
fn a_run_in_which_nothing_leaks_does_not_grow() {
    const QUARTER_US: u64 = 900_000_000;
    let pages = || core::arch::wasm32::memory_size(0) as u64 * 65_536;
    let mut player = listening_player(QUARTER_US);
    let (held, memory) = (player.held_bytes(), pages());
    player.play_to(24 * QUARTER_US, u64::MAX);
    console_log!(
        "wasm: a listening run holds {} bytes after 6 h and {held} after 15 min, ratio {:.3} (reach 1.2); the memory grew \
         by {} bytes",
        player.held_bytes(),
        player.held_bytes() as f64 / held as f64,
        pages() - memory
    );
}

fn canvas(width: u32, height: u32) -> CanvasRenderingContext2d {
    let document = web_sys::window().and_then(|window| window.document()).expect("a browser has a document");
    let canvas: HtmlCanvasElement =
        document.create_element("canvas").expect("a canvas").dyn_into().expect("a canvas is one");
    canvas.set_width(width);
    canvas.set_height(height);
    canvas.get_context("2d").ok().flatten().expect("two dimensions").dyn_into().expect("a context is one")
}

#[wasm_bindgen_test]
fn a_frame_beside_a_million_against_the_same_dots_by_fill_rect() {
    let pages = || core::arch::wasm32::memory_size(0) as f64 * 65_536.0;
    let before = pages();
    let mut player = player_with_pile(1_000_000, 3_000);
    let leaked = f64::from(player.ledger().counts().leaked);
    console_log!("wasm: {:.0} bytes of memory a leaked task, engine and ledger", (pages() - before) / leaked);
    // Open requests, so that something moves.
    player.play_to(player.now_us() + 800_000, u64::MAX);

    let (width, height) = (760, 460);
    let (pile, shapes) = (canvas(width, height), canvas(width, height));
    let mut stage = Stage::new();
    stage.resize(width, height, 1_000);
    stage.update(player.ledger(), 16, Motion::Full);
    let mut drawn = 0;
    let frames = (0..60).map(|_| {
        player.play_to(player.now_us() + 16_000, u64::MAX);
        timed(|| {
            stage.update(player.ledger(), 16, Motion::Full);
            let image = stage.pile_image();
            if let (place, Some(_)) = (image.place, image.dirty) {
                let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(image.bytes), place.w, place.h);
                data.and_then(|data| pile.put_image_data(&data, f64::from(place.x), f64::from(place.y)))
                    .expect("it fits");
            }
            shapes.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
            shapes.begin_path();
            for shape in stage.shapes() {
                shapes.rect(f64::from(shape.x), f64::from(shape.y), f64::from(shape.size), f64::from(shape.size));
            }
            shapes.fill();
            drawn = stage.shapes().len();
        })
    });
    let ours = median(frames.collect());

    let rects = js_sys::Function::new_with_args(
        "context, count",
        "for (let i = 0; i < count; i++) { context.fillStyle = i & 1 ? '#D55E00' : '#E8651A'; \
         context.fillRect(i % 760, (i / 760 | 0) % 460, 1, 1); } context.getImageData(0, 0, 1, 1);",
    );
    let plain = canvas(width, height);
    let theirs = (0..3).map(|_| timed(|| drop(rects.call2(&wasm_bindgen::JsValue::NULL, &plain, &1_002_000.into()))));
    let theirs = median(theirs.collect());
    console_log!(
        "wasm: a frame beside 1 000 000 on the pile ({drawn} shapes) {ours:.2} ms, by fillRect {theirs:.0} ms, \
         ratio {:.4} (reach 0.02 and 4 ms)",
        ours / theirs
    );
}
