//! Circles between the files of one room: files that can only be understood, changed and tested together.

use std::collections::BTreeMap;

use crate::source::{self, File};

/// Which files of its own room a file names, and where; test files and tests beside the code do not count.
type Graph<'f> = BTreeMap<&'f str, BTreeMap<&'f str, usize>>;

/// The circles of a room, one sentence each.
pub(crate) fn of_room(files: &[File], room: &str) -> Vec<String> {
    let in_room = |file: &&File| file.is_rust() && !file.is_test() && file.house() == Some(room);
    of(&files.iter().filter(in_room).collect::<Vec<_>>())
}

/// The circles of another package of ours, as of `xtask`, whose sources are in its `src/`.
pub(crate) fn of_package(files: &[File], package: &str) -> Vec<String> {
    // A file is named here as its own package names it.
    let own = |file: &File| {
        let path = file.path.strip_prefix(package)?.strip_prefix('/').filter(|path| path.starts_with("src/"))?;
        Some(File { path: path.to_owned(), text: file.text.clone() })
    };
    let files: Vec<File> = files.iter().filter(|file| file.is_rust()).filter_map(own).collect();
    of(&files.iter().collect::<Vec<_>>()).into_iter().map(|circle| format!("{package}/{circle}")).collect()
}

fn of(files: &[&File]) -> Vec<String> {
    let graph = graph(files);
    let mut found: Vec<Vec<&str>> = Vec::new();
    for start in graph.keys() {
        // Each circle is reported once, from the first of its files.
        if let Some(way) = way_back(&graph, start).filter(|way| way.iter().all(|file| file >= start)) {
            found.push(way);
        }
    }
    found.iter().map(|way| sentence(&graph, way)).collect()
}

fn graph<'f>(files: &[&'f File]) -> Graph<'f> {
    let modules: BTreeMap<Vec<String>, &str> =
        files.iter().map(|file| (source::module_of(&file.path), file.path.as_str())).collect();
    let file_of = |names: &[String]| (1..=names.len()).rev().find_map(|length| modules.get(&names[..length]).copied());
    let mut graph = Graph::new();
    for file in files {
        let tokens = source::without_tests(&source::tokens(&file.text));
        let named = graph.entry(file.path.as_str()).or_default();
        for path in source::full_paths(&file.path, &tokens) {
            if let Some(other) = file_of(&path.names).filter(|other| *other != file.path) {
                named.entry(other).or_insert(path.line);
            }
        }
    }
    graph
}

/// The shortest way from a file back to itself, beginning and ending there.
fn way_back<'f>(graph: &Graph<'f>, start: &'f str) -> Option<Vec<&'f str>> {
    let mut ways: Vec<Vec<&str>> = vec![vec![start]];
    let mut seen = Vec::new();
    while !ways.is_empty() {
        let mut next = Vec::new();
        for way in ways {
            let here = way.last().expect("a way begins somewhere");
            for other in graph[here].keys().copied() {
                let longer = || way.iter().copied().chain([other]).collect();
                if other == start {
                    return Some(longer());
                }
                if !seen.contains(&other) {
                    seen.push(other);
                    next.push(longer());
                }
            }
        }
        ways = next;
    }
    None
}

fn sentence(graph: &Graph<'_>, way: &[&str]) -> String {
    let line = graph[way[0]][way[1]];
    format!(
        "{}:{line}: a circle of files: {}; move what they share into a file that names neither, or hand it in",
        way[0],
        way.join(" → ")
    )
}
