//! `cargo xtask build`: the release page in `dist/`, with relative links, so that it works in any folder of any static
//! host. No server-side rendering and no wasm-opt here: the one has nothing to add to the page's own HTML, the other
//! saves two per cent and Debian's breaks on Rust's output.

use xshell::cmd;

use crate::budget;
use crate::project::{Project, Result, say};
use crate::setup;

/// Builds the page and weighs it.
pub(crate) fn build(project: &Project) -> Result {
    setup::page_tools(project)?;
    let sh = &project.sh;
    // Offline, Trunk downloads no tools behind our back; but it hands the word on to cargo, which then needs every crate.
    cmd!(sh, "cargo fetch --quiet --locked").quiet().run()?;
    say("trunk build --release (one to three minutes when nothing is built yet)");
    cmd!(sh, "trunk build --release --offline --skip-version-check").quiet().run()?;
    budget::check(&project.root.join("dist"))
}
