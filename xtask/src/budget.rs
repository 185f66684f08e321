//! The weight of the built page: what a first visit loads, gzipped, against the budget.
//!
//! Counted is `index.html` and every script, style and wasm module that it names, or that a counted file names in turn.
//! Pictures and pages that are only linked to are listed, not counted.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::project::Result;

/// What the first load should come down to: all files, gzip, bytes.
const FIRST_LOAD_BYTES_GOAL: usize = 110_000;
/// What it must not exceed. Above the goal for now: it only ever goes down.
const FIRST_LOAD_BYTES_MAX: usize = 222_000;

struct Weighed {
    name: String,
    contents: Vec<u8>,
    gzip_bytes: usize,
    at_start: bool,
}

/// Prints the table; an error says by how much the first load is too heavy.
pub(crate) fn check(dist: &Path) -> Result {
    let mut files = weigh(dist)?;
    mark_first_load(&mut files);
    files.sort_by_key(|file| (!file.at_start, std::cmp::Reverse(file.gzip_bytes)));

    println!("{:>10} {:>10}  file", "bytes", "gzip");
    for file in &files {
        let note = if file.at_start { "" } else { "  (not in the first load)" };
        println!("{:>10} {:>10}  {}{note}", file.contents.len(), file.gzip_bytes, file.name);
    }
    let total: usize = files.iter().filter(|file| file.at_start).map(|file| file.gzip_bytes).sum();
    println!("{:>10} {total:>10}  first load, of {FIRST_LOAD_BYTES_MAX}; the goal is {FIRST_LOAD_BYTES_GOAL}", "");

    match total.checked_sub(FIRST_LOAD_BYTES_MAX) {
        None | Some(0) => Ok(()),
        Some(excess) => Err(format!(
            "the first load is {excess} bytes over its budget of {FIRST_LOAD_BYTES_MAX} (gzip). The table above says \
             where they are; floats in format! and parse, serde and new dependencies are the usual suspects."
        )
        .into()),
    }
}

fn weigh(dist: &Path) -> Result<Vec<Weighed>> {
    let mut files = Vec::new();
    for path in files_below(dist)? {
        let contents = fs::read(&path)?;
        let gzip_bytes = gzip(&contents)?;
        let name = path.strip_prefix(dist)?.to_string_lossy().replace('\\', "/");
        files.push(Weighed { name, contents, gzip_bytes, at_start: false });
    }
    Ok(files)
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// What a host that compresses once, ahead of time, would send.
fn gzip(contents: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(contents)?;
    Ok(encoder.finish()?.len())
}

/// Follows the names from `index.html`, until nothing new is named.
fn mark_first_load(files: &mut [Weighed]) {
    let mut reached: Vec<usize> = files.iter().position(|file| file.name == "index.html").into_iter().collect();
    while let Some(index) = reached.pop() {
        files[index].at_start = true;
        let text = String::from_utf8_lossy(&files[index].contents).into_owned();
        for (other, file) in files.iter().enumerate() {
            let base = file.name.rsplit('/').next().unwrap_or(&file.name);
            let loads = [".js", ".css", ".wasm"].iter().any(|ending| file.name.ends_with(ending));
            if loads && !file.at_start && text.contains(base) && !reached.contains(&other) {
                reached.push(other);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, contents: &str) -> Weighed {
        Weighed { name: name.into(), contents: contents.into(), gzip_bytes: 0, at_start: false }
    }

    #[test]
    fn the_first_load_is_what_index_html_names_and_what_that_names() {
        let mut files = [
            file("index.html", "<script src=./app-1.js></script><a href=embed.html>"),
            file("app-1.js", "new URL('app-1_bg.wasm')"),
            file("app-1_bg.wasm", ""),
            file("embed.html", ""),
            file("unused.css", ""),
        ];
        mark_first_load(&mut files);
        let counted: Vec<_> = files.iter().filter(|file| file.at_start).map(|file| file.name.as_str()).collect();
        assert_eq!(counted, ["index.html", "app-1.js", "app-1_bg.wasm"]);
    }

    #[test]
    fn repetition_weighs_nothing() {
        assert!(gzip(&[b'a'; 10_000]).unwrap() < 100);
    }
}
