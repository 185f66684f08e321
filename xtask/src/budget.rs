//! The weight of the built page: what a first visit loads, gzipped, against the budget.
//!
//! Beside it two weights of what travels: the page as one file, and the script for authors.
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
const FIRST_LOAD_BYTES_GOAL: usize = 190_000;
/// What it must not exceed, a KB being 1000 bytes. The goal is 190 KB; the proofs for any program, the thread that is shown,
/// presets with a story, the way back, the timeline, the futures, the deeds, the second lesson and the detectors took more.
const FIRST_LOAD_BYTES_MAX: usize = 237_300;
/// The page as one file (its goal is 280 KB), in bytes as it lies on a disk: five fourths of the program's gzip, and the rest as it is.
const SINGLE_BYTES_MAX: usize = 342_400;
/// The script that authors load into their articles, gzip, bytes.
const SCRIPT_BYTES_MAX: usize = 4_000;

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

    let script = files.iter().find(|file| file.name == "pileup.js").map_or(0, |file| file.gzip_bytes);
    within("the script for authors", script, SCRIPT_BYTES_MAX)?;
    within("the first load", total, FIRST_LOAD_BYTES_MAX)
}

/// Prints the weight of the page as one file; an error says by how much it is too heavy.
pub(crate) fn check_single(bytes: usize) -> Result {
    println!("{bytes:>10} {:>10}  as one file, of {SINGLE_BYTES_MAX}", "");
    within("the page as one file", bytes, SINGLE_BYTES_MAX)
}

fn within(what: &str, bytes: usize, bytes_max: usize) -> Result {
    match bytes.checked_sub(bytes_max) {
        None | Some(0) => Ok(()),
        Some(excess) => Err(format!(
            "{what} is {excess} bytes over its budget of {bytes_max}. The table of `cargo xtask build` says where they are; floats in \
             format! and parse, serde and new dependencies are the usual suspects."
        )
        .into()),
    }
}

fn weigh(dist: &Path) -> Result<Vec<Weighed>> {
    let mut files = Vec::new();
    for path in files_below(dist)? {
        let contents = fs::read(&path)?;
        let gzip_bytes = gzip(&contents)?.len();
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
pub(crate) fn gzip(contents: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(contents)?;
    Ok(encoder.finish()?)
}

/// Follows the names from `index.html`, until nothing new is named. A reader needs the words of one language, the heaviest. What a wasm module names it shows to people (the lines
/// that embed the page, for example), and does not load.
fn mark_first_load(files: &mut [Weighed]) {
    let mut reached: Vec<usize> = files.iter().position(|file| file.name == "index.html").into_iter().collect();
    let words = |file: &(usize, &Weighed)| file.1.name.starts_with("words.");
    reached.extend(files.iter().enumerate().filter(words).max_by_key(|(_, file)| file.gzip_bytes).map(|(at, _)| at));
    while let Some(index) = reached.pop() {
        files[index].at_start = true;
        if files[index].name.ends_with(".wasm") {
            continue;
        }
        let text = String::from_utf8_lossy(&files[index].contents).into_owned();
        for (other, file) in files.iter().enumerate() {
            let base = file.name.rsplit('/').next().unwrap_or(&file.name);
            // The page with a compiler has files of the same names.
            let is_go = file.name.starts_with("go/");
            let loads = !is_go && [".js", ".css", ".wasm"].iter().any(|ending| file.name.ends_with(ending));
            if loads && !file.at_start && text.contains(base) && !reached.contains(&other) {
                reached.push(other);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shrink;

    fn file(name: &str, contents: &str) -> Weighed {
        Weighed { name: name.into(), contents: contents.into(), gzip_bytes: 0, at_start: false }
    }

    #[test]
    fn the_first_load_is_what_index_html_names_and_what_that_names() {
        let mut files = [
            file("index.html", "<script src=./app-1.js></script><a href=embed.html>"),
            file("app-1.js", "new URL('app-1_bg.wasm')"),
            file("app-1_bg.wasm", "<script src=pileup.js>"),
            file("pileup.js", ""),
            file("embed.html", ""),
            file("unused.css", ""),
            file("go/app-1.js", ""),
            Weighed { gzip_bytes: 1, ..file("words.ko.txt", "") },
            file("words.en.txt", ""),
        ];
        mark_first_load(&mut files);
        let counted: Vec<_> = files.iter().filter(|file| file.at_start).map(|file| file.name.as_str()).collect();
        assert_eq!(counted, ["index.html", "app-1.js", "app-1_bg.wasm", "words.ko.txt"]);
    }

    #[test]
    fn one_file_weighs_at_most_342_kilobytes() {
        assert!(check_single(342_400).is_ok());
        assert!(check_single(342_401).is_err());
    }

    #[test]
    fn the_script_for_authors_weighs_at_most_4_kilobytes() {
        let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/pileup.js")).unwrap();
        let bytes = gzip(shrink::script(&source).as_bytes()).unwrap().len();
        assert!(within("the script for authors", bytes, SCRIPT_BYTES_MAX).is_ok(), "{bytes}");
        assert!(within("the script for authors", 4_001, SCRIPT_BYTES_MAX).is_err());
    }

    #[test]
    fn a_weight_may_be_its_limit_and_no_more() {
        assert!(within("it", 10, 10).is_ok());
        assert!(within("it", 13, 10).unwrap_err().to_string().starts_with("it is 3 bytes over its budget of 10."));
    }

    #[test]
    fn repetition_weighs_nothing() {
        assert!(gzip(&[b'a'; 10_000]).unwrap().len() < 100);
    }
}
