//! Whatever the page starts ends with it: a tool about leaks does not leak.
#![cfg(target_arch = "wasm32")]

use js_sys::{Function, Promise, Reflect};
use pileup::text::Language;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Counts, from now on, what is asked of the window and not given back: frames, intervals, listeners of document and window,
/// files that it holds.
const WATCH: &str = "
    const open = { frames: 0, intervals: new Set(), listeners: 0, files: 0 };
    const frame = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = callback => { open.frames += 1; return frame(callback); };
    const [start, stop] = [window.setInterval.bind(window), window.clearInterval.bind(window)];
    window.setInterval = (...all) => { const id = start(...all); open.intervals.add(id); return id; };
    window.clearInterval = id => { open.intervals.delete(id); stop(id); };
    for (const target of [window, document]) {
        const [add, remove] = [target.addEventListener.bind(target), target.removeEventListener.bind(target)];
        target.addEventListener = (...all) => { open.listeners += 1; add(...all); };
        target.removeEventListener = (...all) => { open.listeners -= 1; remove(...all); };
    }
    const [hold, let_go] = [URL.createObjectURL.bind(URL), URL.revokeObjectURL.bind(URL)];
    URL.createObjectURL = file => { open.files += 1; return hold(file); };
    URL.revokeObjectURL = address => { open.files -= 1; let_go(address); };
    return {
        frames: () => open.frames,
        files: () => open.files,
        share: () => document.querySelector('.head .share').click(),
        save: () => document.querySelector('dialog .files button').click(),
        left: () => `${open.intervals.size} intervals, ${open.listeners} listeners, ${open.files} files`,
        pass: count => new Promise(done => {
            const next = () => count-- > 0 ? frame(next) : done();
            next();
        }),
    };";

fn call(watch: &JsValue, name: &str, argument: u32) -> JsValue {
    let function: Function =
        Reflect::get(watch, &name.into()).expect("the watch has it").dyn_into().expect("it is a function");
    function.call1(watch, &argument.into()).expect("it does not throw")
}

async fn pass(watch: &JsValue, frames: u32) {
    let promise: Promise = call(watch, "pass", frames).dyn_into().expect("frames pass in time");
    JsFuture::from(promise).await.expect("frames pass");
}

#[wasm_bindgen_test]
async fn mount_destroy_mount_again_leaves_nothing_behind() {
    pileup::text::words::learn(Language::English, include_str!("../src/text/words.en.txt").into()).expect("it fits");
    let document = web_sys::window().and_then(|window| window.document()).expect("a browser has a document");
    let place = document.create_element("div").expect("an element");
    document.document_element().expect("a root").append_child(&place).expect("it may stand there");
    let watch = Function::new_no_args(WATCH).call0(&JsValue::NULL).expect("the watch starts");
    let mut left = Vec::new();
    for _ in 0..3 {
        let mounted = pileup::page::mount_at(&place).expect("there is room for the page");
        let before = call(&watch, "frames", 0).as_f64();
        pass(&watch, 20).await;
        assert!(call(&watch, "frames", 0).as_f64() > before, "the page asks for frames while it lives");
        // A picture is on its way to the reader.
        call(&watch, "share", 0);
        pass(&watch, 20).await;
        call(&watch, "save", 0);
        // Long enough to be asked, too short to be drawn.
        pass(&watch, 0).await;
        assert_eq!(call(&watch, "files", 0).as_f64(), Some(1.0));
        mounted.destroy();
        pass(&watch, 3).await;
        let after = call(&watch, "frames", 0).as_f64();
        pass(&watch, 20).await;
        assert_eq!(call(&watch, "frames", 0).as_f64(), after, "no frame is asked for any more");
        assert_eq!(place.child_element_count(), 0);
        left.push(call(&watch, "left", 0).as_string());
    }
    assert!(left.windows(2).all(|pair| pair[0] == pair[1]), "{left:?}");
    assert_eq!(left[0].as_deref(), Some("0 intervals, 0 listeners, 0 files"));
}
