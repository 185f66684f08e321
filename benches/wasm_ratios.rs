//! The tables of ratios in wasm, in a real browser: `cargo xtask bench` runs this as a test that judges nothing.
#![cfg(target_arch = "wasm32")]

use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::executor::LocalPool;
use futures::task::LocalSpawnExt as _;
use pileup::executor::engine::{Config, Engine};
use pileup::executor::spawn::go;
use pileup::lessons;
use pileup::player::run::{Keep, Player, Spec};
use pileup::stage::Stage;
use pileup::stage::motion::Motion;
use wasm_bindgen::{Clamped, JsCast as _};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

wasm_bindgen_test_configure!(run_in_browser);

const TASKS: usize = 1_000;
const POLLS: usize = 200;
const ROUNDS: usize = 9;

struct Yields {
    left: usize,
}

impl Future for Yields {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.left == 0 {
            return Poll::Ready(());
        }
        self.left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

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
    let mut engine = Engine::new(Config::default());
    engine.start(|| {
        for _ in 0..TASKS {
            go(|| Yields { left: POLLS }, ());
        }
    });
    timed(|| {
        black_box(engine.run_until_idle());
    })
}

fn local_pool() -> f64 {
    let mut pool = LocalPool::new();
    for _ in 0..TASKS {
        pool.spawner().spawn_local(Yields { left: POLLS }).expect("the pool is there");
    }
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

/// A run in which everybody hangs, until `leaked` tasks are leaked, then with ordinary traffic.
fn piled(leaked: u32) -> Player {
    let lesson = lessons::by_name("leak").expect("the flagship");
    let knob = |name: &str| lesson.knob(name).expect("a knob");
    let mut spec = Spec::new(lesson);
    for (name, value) in [("workers", 50), ("stuck", 100), ("timeout", 100), ("traffic", 60_000)] {
        spec.knobs[knob(name)] = value;
    }
    let mut player = Player::with(spec, Keep::Unread, pileup::executor::limits::Limits::default());
    let mut now_us = 0;
    while player.ledger().counts().leaked < leaked {
        now_us += 100_000;
        player.play_to(now_us, u64::MAX);
    }
    player.set(knob("stuck"), 0);
    player.set(knob("traffic"), 3_000);
    player.play_to(now_us + 800_000, u64::MAX);
    player
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
    let mut player = piled(1_000_000);
    console_log!("wasm: {:.0} bytes of memory a leaked task, engine and ledger", (pages() - before) / 1e6);

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
