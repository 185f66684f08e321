//! The same traces in wasm, in a real browser, as in a native build.
#![cfg(target_arch = "wasm32")]

mod same_trace;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn wasm_records_the_recorded_traces() {
    let played = same_trace::play_all();
    assert_eq!(played.now, same_trace::RECORDED);
    assert_eq!(played.first, same_trace::RECORDED_FIRST);
}
