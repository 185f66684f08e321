//! The project's files as the rules see them: tracked text files, and Rust as a row of words and signs, without comments,
//! strings and test code. A reader of words is enough for the rules and needs no parser of the language.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A text file of the project.
pub(crate) struct File {
    /// From the project's root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The module of `src/` that the file belongs to: `trace` for `src/trace/event.rs`, `main.rs` for `src/main.rs`.
    pub(crate) fn house(&self) -> Option<&str> {
        self.path.strip_prefix("src/")?.split('/').next()
    }

    /// Whether the whole file is test code: beside `src/` in a folder of tests or benches, or a module of tests in it.
    pub(crate) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "benches" | "tests.rs" | "testing.rs"))
    }
}

/// A word (identifier, keyword, number) or a sign; `::` is one sign.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

pub(crate) fn project_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the project").to_owned()
}

/// All text files that git tracks or would track.
pub(crate) fn files() -> Vec<File> {
    let root = project_root();
    let listed = Command::new("git")
        .current_dir(&root)
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .output()
        .ok()
        .filter(|output| output.status.success());
    let mut paths: Vec<String> = match listed {
        Some(output) => String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect(),
        // An unpacked archive has no git.
        None => walk(&root, &root),
    };
    paths.sort();
    paths.dedup();
    let read = |path: String| fs::read_to_string(root.join(&path)).ok().map(|text| File { path, text });
    paths.into_iter().filter_map(read).collect()
}

fn walk(root: &Path, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "dist", ".git"].contains(&name.as_str()) {
                found.extend(walk(root, &path));
            }
        } else {
            found.push(path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/"));
        }
    }
    found
}

/// The words and signs of Rust source; a string or character is the sign `"`.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let length = token_length(&chars[at..]);
        let text: String = chars[at..at + length].iter().collect();
        if text.starts_with("//") || text.starts_with("/*") || text.trim().is_empty() {
            // Nothing that a rule would look at.
        } else if text.ends_with('"') || (text.ends_with('\'') && text.len() > 1) || text.ends_with("\"#") {
            tokens.push(Token { text: "\"".into(), line });
        } else {
            tokens.push(Token { text: text.clone(), line });
        }
        line += text.matches('\n').count();
        at += length;
    }
    tokens
}

/// How many characters the first token, comment or white space has; at least one.
fn token_length(rest: &[char]) -> usize {
    let next = |offset: usize| rest.get(offset).copied().unwrap_or('\0');
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    match rest[0] {
        '/' if next(1) == '/' => rest.iter().take_while(|c| **c != '\n').count(),
        '/' if next(1) == '*' => block_comment_length(rest),
        'r' | 'b' | 'c' if string_prefix_length(rest).is_some() => string_prefix_length(rest).unwrap_or(1),
        '"' => quoted_length(rest, '"'),
        // A character is closed by a quote at once, or begins with a backslash; anything else is a lifetime.
        '\'' if next(1) == '\\' || next(2) == '\'' => quoted_length(rest, '\''),
        ':' if next(1) == ':' => 2,
        c if is_word(&c) => rest.iter().take_while(|c| is_word(c)).count(),
        _ => 1,
    }
}

fn block_comment_length(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match rest.get(at..at + 2) {
            Some(['/', '*']) => (depth, at) = (depth + 1, at + 2),
            Some(['*', '/']) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quoted_length(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            c if c == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of `r"…"`, `r#"…"#`, `b"…"`, `br"…"`, `c"…"`; `None` when a plain word begins here.
fn string_prefix_length(rest: &[char]) -> Option<usize> {
    let letters = rest.iter().take_while(|c| matches!(c, 'r' | 'b' | 'c')).count();
    let hashes = rest[letters..].iter().take_while(|c| **c == '#').count();
    let start = letters + hashes;
    if letters > 2 || rest.get(start) != Some(&'"') {
        return None;
    }
    if !rest[..letters].contains(&'r') {
        return (hashes == 0).then(|| start + quoted_length(&rest[start..], '"'));
    }
    let mut at = start + 1;
    while at < rest.len() {
        let closes = rest[at] == '"' && rest[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        at += 1;
        if closes {
            return Some(at + hashes);
        }
    }
    Some(rest.len())
}

/// The tokens without the items marked `#[cfg(test)]` or `#[test]`.
pub(crate) fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if is_test_attribute(&tokens[at..]) {
            at = end_of_item(tokens, at + end_of_group(&tokens[at + 1..]) + 1);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

fn is_test_attribute(rest: &[Token]) -> bool {
    let words: Vec<&str> = rest.iter().take(8).map(|token| token.text.as_str()).collect();
    matches!(
        words.as_slice(),
        ["#", "[", "test", "]", ..]
            | ["#", "[", "cfg", "(", "test", ")", ..]
            | ["#", "[", "cfg", "(", "all", "(", "test", ..]
    )
}

/// The index behind the item that begins at `from`: behind its `;` or its closing brace.
fn end_of_item(tokens: &[Token], from: usize) -> usize {
    let mut at = from;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            ";" => return at + 1,
            "{" => return at + end_of_group(&tokens[at..]),
            "(" | "[" => at += end_of_group(&tokens[at..]),
            _ => at += 1,
        }
    }
    at
}

/// How many tokens the bracketed group has that begins here.
fn end_of_group(rest: &[Token]) -> usize {
    let mut depth = 0;
    for (index, token) in rest.iter().enumerate() {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    rest.len()
}

/// A path into our own package: `crate::trace::Event`, `pileup::trace`, `super::super::trace`, one for each branch of a
/// group. Only the first two names after the root are kept.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) module: String,
    pub(crate) inner: Option<String>,
    pub(crate) line: usize,
}

/// The paths from the root of our package in a file of `src/`.
pub(crate) fn imports(path: &str, tokens: &[Token]) -> Vec<Import> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let continues_a_path = at > 0 && tokens[at - 1].text == "::";
        let Some(start) = (!continues_a_path).then(|| behind_root(path, &tokens[at..])).flatten() else {
            continue;
        };
        for first in branches(tokens, at + start) {
            let inner = tokens.get(first + 1).is_some_and(|token| token.text == "::");
            let inners = if inner { branches(tokens, first + 2) } else { Vec::new() };
            let import = |inner: Option<usize>| Import {
                module: tokens[first].text.clone(),
                inner: inner.map(|index| tokens[index].text.clone()),
                line: tokens[first].line,
            };
            found.push(import(None));
            found.extend(inners.into_iter().map(|inner| import(Some(inner))));
        }
    }
    found
}

/// A path to something of our own, in full: `["session", "action", "Action"]`.
pub(crate) struct FullPath {
    pub(crate) names: Vec<String>,
    pub(crate) line: usize,
}

/// The paths to something of our own in a file of `src/`, one for each branch of a group: from the root of the package, from
/// `self` or `super`, or from a module that the file declares.
pub(crate) fn full_paths(path: &str, tokens: &[Token]) -> Vec<FullPath> {
    let here = module_of(path);
    let declared: Vec<&str> = tokens
        .windows(3)
        .filter(|row| row[0].text == "mod" && row[2].text == ";")
        .map(|row| row[1].text.as_str())
        .collect();
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let continues_a_path = at > 0 && tokens[at - 1].text == "::";
        let is_followed = tokens.get(at + 1).is_some_and(|token| token.text == "::");
        if continues_a_path || !is_followed {
            continue;
        }
        let word = tokens[at].text.as_str();
        let start = match word {
            "crate" | "pileup" => Some((Vec::new(), at + 2)),
            "self" => Some((here.clone(), at + 2)),
            "super" => Some(above(&here, tokens, at)),
            word if declared.contains(&word) => Some((here.clone(), at)),
            _ => None,
        };
        if let Some((names, next)) = start {
            follow(tokens, next, names, &mut found);
        }
    }
    found
}

/// The names of a file's module: `["page", "view", "bar"]` for `src/page/view/bar.rs`.
pub(crate) fn module_of(path: &str) -> Vec<String> {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    let inside = inside.strip_suffix(".rs").unwrap_or(inside);
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    inside.split('/').filter(|name| !matches!(*name, "lib" | "main")).map(str::to_owned).collect()
}

/// The module that a row of `super::` leads to, and where the path goes on.
fn above(here: &[String], tokens: &[Token], mut at: usize) -> (Vec<String>, usize) {
    let mut names = here.to_vec();
    while tokens.get(at).is_some_and(|token| token.text == "super") {
        names.pop();
        at += 2;
    }
    (names, at)
}

/// Every path that begins with `names` and goes on at a token.
fn follow(tokens: &[Token], at: usize, names: Vec<String>, found: &mut Vec<FullPath>) {
    for first in branches(tokens, at) {
        let mut names = names.clone();
        if tokens[first].text != "self" {
            names.push(tokens[first].text.clone());
        }
        if tokens.get(first + 1).is_some_and(|token| token.text == "::") {
            follow(tokens, first + 2, names, found);
        } else {
            found.push(FullPath { names, line: tokens[first].line });
        }
    }
}

/// How many tokens lead to the root of the package and its `::`, when a path from the root begins here.
fn behind_root(path: &str, rest: &[Token]) -> Option<usize> {
    let word = |index: usize| rest.get(index).map_or("", |token| token.text.as_str());
    if matches!(word(0), "crate" | "pileup") && word(1) == "::" {
        return Some(2);
    }
    let mut supers = 0;
    while word(2 * supers) == "super" && word(2 * supers + 1) == "::" {
        supers += 1;
    }
    (supers > 0 && supers == depth(path)).then_some(2 * supers)
}

/// How many modules deep a file of `src/` is: 1 for `src/trace/mod.rs`, 2 for `src/trace/event.rs`.
fn depth(path: &str) -> usize {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    let folders = inside.matches('/').count();
    if inside.ends_with("/mod.rs") || matches!(inside, "lib.rs" | "main.rs") { folders } else { folders + 1 }
}

/// The indices of the names that a path may go on with: one, or one for each branch of a `{…}`.
fn branches(tokens: &[Token], from: usize) -> Vec<usize> {
    match tokens.get(from) {
        Some(token) if token.text == "{" => {
            let end = from + end_of_group(&tokens[from..]);
            let mut names = Vec::new();
            let mut at = from + 1;
            while at + 1 < end {
                names.push(at);
                while at < end && tokens[at].text != "," {
                    at += if tokens[at].text == "{" { end_of_group(&tokens[at..]) } else { 1 };
                }
                at += 1;
            }
            names
        }
        Some(_) => vec![from],
        None => Vec::new(),
    }
}
