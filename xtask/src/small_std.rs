//! The standard library, built anew for the release page: for size, and with panics that end at once.
//!
//! The one that comes with rustc is built for speed, and keeps the machinery that puts a panic into words: 199 KB of wasm
//! (gzip) with it, 170 KB with this one. A panic is a trap either way, since wasm cannot unwind; the page says so by
//! `static/failure.js`. Rebuilding std is not stable, so rustc is told to allow it; the switches are known to the
//! release that `rust-toolchain.toml` names, and only `cargo xtask build` and `single` use them. Source locations stay
//! (no `-Zlocation-detail`): the listing marks its lines by them.

use std::path::Path;

use xshell::cmd;

use crate::project::{Project, Result, say};

/// Read by cargo, and by the rustc that it starts.
const SETTINGS: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", FLAGS),
];

/// Three of LLVM's passes write code twice, or keep what is cheap to make again, to be faster on a processor: loop strength
/// reduction, the hoisting of machine instructions out of loops, and partial redundancy elimination. The browser compiles
/// the wasm once more, so they only cost: 2.6 KB of the first load.
const FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort \
     -Cllvm-args=-disable-lsr -Cllvm-args=-disable-machine-licm -Cllvm-args=-enable-pre=false";

/// The environment in which the release page is built: empty, with a sentence, where the sources of std cannot be had.
pub(crate) fn environment(project: &Project) -> Result<&'static [(&'static str, &'static str)]> {
    if sources_are_here(project)? {
        return Ok(&SETTINGS);
    }
    say("rustup component add rust-src (a few seconds)");
    let added = cmd!(project.sh, "rustup component add rust-src").quiet().ignore_stderr().run().is_ok();
    if added && sources_are_here(project)? {
        return Ok(&SETTINGS);
    }
    println!("The sources of Rust's standard library cannot be installed from here, so the page is a sixth heavier.");
    Ok(&[])
}

fn sources_are_here(project: &Project) -> Result<bool> {
    let sysroot = cmd!(project.sh, "rustc --print sysroot").quiet().read()?;
    let lock = ["lib", "rustlib", "src", "rust", "library", "Cargo.lock"];
    Ok(Path::new(&sysroot).join(lock.iter().collect::<std::path::PathBuf>()).is_file())
}
