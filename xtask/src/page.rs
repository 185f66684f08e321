//! The release page alone, as Trunk builds it. No server-side rendering and no wasm-opt here: the one has nothing to add to
//! the page's own HTML, the other saves two per cent and Debian's breaks on Rust's output.

use std::path::PathBuf;

use xshell::cmd;

use crate::project::{Project, Result, say};
use crate::{setup, shrink, small_std};

/// The folder that is published; Trunk.toml names another one for what is served while it is being changed.
pub(crate) const PUBLISHED: &str = "dist";

/// Where the page for the reader's own Go stands, beside the other one.
pub(crate) const GO: &str = "go";

/// The page for the reader's own Go: the same page with a compiler, loaded only by who asks for it (`static/failure.js`).
pub(crate) fn build_go(project: &Project) -> Result<PathBuf> {
    let sh = &project.sh;
    let small_std = small_std::environment(project)?.iter().copied();
    say("trunk build --release --features go (the reader's own Go)");
    cmd!(sh, "trunk build --release --offline --skip-version-check --features {GO} --dist {PUBLISHED}/{GO}")
        .quiet()
        .envs(small_std)
        .run()?;
    let dist = project.root.join(PUBLISHED).join(GO);
    shrink::page(&dist)?;
    Ok(dist)
}

/// Builds the page alone; the folder in which it is.
pub(crate) fn build(project: &Project) -> Result<PathBuf> {
    setup::page_tools(project)?;
    let sh = &project.sh;
    let small_std = small_std::environment(project)?.iter().copied();
    // Offline, Trunk downloads no tools behind our back; but it hands the word on to cargo, which then needs every crate.
    cmd!(sh, "cargo fetch --quiet --locked").quiet().run()?;
    // Those of std only come when they are asked for by target.
    cmd!(sh, "cargo fetch --quiet --locked --target wasm32-unknown-unknown").quiet().envs(small_std.clone()).run()?;
    say("trunk build --release (one to three minutes when nothing is built yet)");
    cmd!(sh, "trunk build --release --offline --skip-version-check --dist {PUBLISHED}")
        .quiet()
        .envs(small_std)
        .run()?;
    let dist = project.root.join(PUBLISHED);
    shrink::page(&dist)?;
    Ok(dist)
}
