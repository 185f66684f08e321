//! `cargo xtask bench`: the tables of the design's last section, measured side by side in one run. A bench prints what it
//! measured, met or not; no test depends on it.
//!
//! The native benches live in `benches/`, those of the built page in the browser in `e2e/benches/`.

use xshell::cmd;

use crate::project::{Project, Result, say};
use crate::{setup, site};

pub(crate) fn bench(project: &Project) -> Result {
    say("native benches (the first build takes some minutes)");
    cmd!(project.sh, "cargo bench --package pileup --benches").quiet().run()?;

    let browser = setup::browser(project)?;
    say("benches of engine and stage in wasm, in headless Chromium");
    cmd!(
        project.sh,
        "cargo test --release --package pileup --target wasm32-unknown-unknown --test wasm_ratios -- --nocapture"
    )
    .quiet()
    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
    .env("CHROMEDRIVER", &browser.chromedriver)
    .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
    .run()?;

    site::build(project, None)?;
    say("benches of the built page in headless Chromium");
    cmd!(project.sh, "cargo bench --package e2e --benches")
        .quiet()
        .env("CHROME", &browser.chromium)
        .env("CHROMEDRIVER", &browser.chromedriver)
        .run()?;
    Ok(())
}
