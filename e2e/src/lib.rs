//! The harness of the tests of the built page in a real browser.
//!
//! - [`host`]: a static host for `dist/`, under a sub-folder as people host it, that can also fail in chosen ways.
//! - [`browser`]: Chromium and Firefox, what each is started with, and ChromeDriver and geckodriver as processes.
//! - [`complaint`]: what the console of a page complains of.
//! - [`driver`]: one browser session, over WebDriver's own HTTP.
//! - [`page`]: what a test talks to: open, wait, look, click, count, take a picture.
//! - [`program`]: the same run on the command line, to compare with.
//!
//! Invariants: no test sleeps: a wait names the state it waits for and has a deadline; a page on which the console showed an
//! error fails its test when it is dropped; and nothing outlives a test, neither a browser nor a driver nor a host.
//!
//! Deliberately absent: a browser that is shared between tests, and any way to look inside the page but what a reader of
//! the page could see or what its machine-readable marks say.

mod bidi;
pub mod browser;
pub mod complaint;
pub mod driver;
pub mod host;
pub mod page;
pub mod program;

use std::path::{Path, PathBuf};

/// The folder of the project.
#[must_use]
pub fn project_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("e2e is a folder of the project").to_owned()
}
