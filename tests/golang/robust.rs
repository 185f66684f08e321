//! Whatever is typed gets an answer: no panic, no hang, no memory without bound.

use std::time::Duration;

use pileup::golang::syntax::limits::{DEPTH_MAX, HEIGHT_MAX, SOURCE_BYTES_MAX};

use crate::program::{self, check};
use crate::property::{Case, assert_common, seeds};

/// The first error of a program.
fn first(source: &str) -> String {
    check(source).first().map_or_else(|| "none".to_owned(), |error| error.text.clone())
}

#[test]
fn what_nests_too_deep_is_refused_with_a_sentence() {
    let deep = 50_000;
    let sentence = format!("nests too deep: more than {DEPTH_MAX} levels, or {HEIGHT_MAX} in one expression");
    for (head, open, close) in [
        ("var x = ", "(", ""),
        ("var x = ", "- ", "1"),
        ("var x = ", "1+", "1"),
        ("var x = ", "f(", ""),
        ("var x = f", "()", ""),
        ("var x = f", ".x", ""),
        ("var x = f", "[0]", ""),
        ("var x = ", "[]T{", ""),
        ("var x = []T", "{", ""),
        ("var x = ", "func() { x := ", ""),
        ("var x ", "[]", "T"),
        ("var x ", "*", "T"),
        ("var x ", "map[T]", "T"),
        ("var x ", "chan ", "T"),
        ("var x ", "func(", ""),
        ("var x ", "struct { x ", ""),
        ("var x ", "interface { x(", ""),
        ("func f() ", "{", ""),
        ("func f() { ", "if x {", ""),
        ("func f() { if x {}", " else if x {}", "}"),
        ("func f() { ", "for {", ""),
        ("func f() { ", "switch { case x:", ""),
        ("func f() { ", "L: ", "x() }"),
        ("func f() { ", "<-", "x }"),
    ] {
        let source = format!("package p\n{head}{}{close}", open.repeat(deep));
        assert_eq!(first(&source), sentence, "{head}{open}…");
    }
}

#[test]
fn what_nests_as_deep_as_it_may_is_checked() {
    // A browser has a stack of 1 MB; without optimization a frame takes several times as much.
    let check_deep = || {
        let (deep, tall) = (DEPTH_MAX - 10, usize::from(HEIGHT_MAX) - 10);
        for (head, open, middle, close) in [
            ("_ = ", "(", "x", ")"),
            ("_ = ", "f(", "x", ")"),
            ("_ = x", "+1", "", ""),
            ("_ = ", "[]any{", "x", "}"),
            ("", "if x > 0 {", "x++", "}"),
            ("", "for {", "x++", "}"),
        ] {
            let count = if close.is_empty() { tall } else { deep };
            let body = format!("{head}{}{middle}{}", open.repeat(count), close.repeat(count));
            let source = format!("package p\nfunc f(x int) int {{ {body}; return x }}\n");
            assert_eq!(first(&source), "none", "{head}{open}…");
        }
    };
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(check_deep).expect("a thread can be started");
    thread.join().expect("nothing overflows");
}

#[test]
fn what_is_large_but_flat_is_fine() {
    let many = 20_000;
    let statements = "\tx = x + 1\n".repeat(many);
    assert_eq!(first(&format!("package p\nfunc f(x int) {{\n{statements}}}\n")), "none");
    let elements = "1, ".repeat(many);
    assert_eq!(first(&format!("package p\nvar x = []int{{{elements}}}\n")), "none");
    let source = format!("package p\n//{}\n", "x".repeat(SOURCE_BYTES_MAX));
    assert_eq!(first(&source), format!("file is larger than {SOURCE_BYTES_MAX} bytes"));
}

#[test]
fn a_number_of_any_length_is_read_or_refused() {
    let digits = "9".repeat(10_001);
    let refused = "excessively long constant: 9999999999... (10001 chars)";
    assert_eq!(first(&format!("package p\nvar x = {digits}\n")), refused);
}

/// Draws numbers from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// Pieces that a mutation puts in: what means much to a parser or a checker.
const PIECES: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ";",
    ":",
    ":=",
    "=",
    "...",
    ".",
    "<-",
    "*",
    "&",
    "|",
    "~",
    "\n",
    "\"",
    "`",
    "'",
    "\\",
    "/*",
    "//",
    "0",
    "1",
    "0x",
    "1e9",
    "1<<1000",
    "1<<1000000",
    "1e1000000",
    "-1",
    "9223372036854775808",
    "'a'",
    "\"a\"",
    "nil",
    "true",
    "iota",
    "_",
    "x",
    "T",
    "int",
    "string",
    "float64",
    "any",
    "error",
    "comparable",
    "len",
    "make",
    "append",
    "func",
    "func()",
    "func() {",
    "if",
    "else",
    "for",
    "range",
    "switch",
    "case",
    "default:",
    "select",
    "go",
    "defer",
    "return",
    "break",
    "continue",
    "goto",
    "fallthrough",
    "var",
    "const",
    "type",
    "struct{",
    "interface{",
    "map[",
    "chan",
    "[]",
    "[3]",
    "[1<<40]",
    "[T any]",
    "[int]",
    "package",
    "import",
    "\u{e9}",
    "\u{feff}",
    "\0",
    " ",
    "\t",
];

/// The words of a program, and what stands between them.
fn words(source: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = match is_word(c) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => c.len_utf8(),
        };
        let (word, behind) = rest.split_at(length);
        words.push(word);
        rest = behind;
    }
    words
}

/// A program with a few words taken away, doubled, exchanged or put in, or of two programs the beginning and the end.
fn mutated(random: &mut Random, sources: &[String]) -> String {
    let source = random.pick(sources);
    let mut words = words(source);
    for _ in 0..=random.below(4) {
        let (at, other) = (random.below(words.len()), random.below(words.len()));
        match random.below(6) {
            0 => drop(words.remove(at)),
            1 => words.insert(at, words[other]),
            2 => words.swap(at, other),
            3 => words[at] = random.pick::<&str>(PIECES),
            4 => words.insert(at, random.pick::<&str>(PIECES)),
            _ => {
                let (from, to) = (at.min(other), at.max(other).min(at.min(other) + 20));
                words.drain(from..to);
            }
        }
        if words.is_empty() {
            words.push("x");
        }
    }
    words.concat()
}

fn sources() -> Vec<String> {
    let files = [
        include_str!("wrong/syntax.txt"),
        include_str!("wrong/types.txt"),
        include_str!("wrong/declarations.txt"),
        include_str!("wrong/assignments.txt"),
        include_str!("wrong/expressions.txt"),
        include_str!("wrong/constants.txt"),
        include_str!("wrong/statements.txt"),
        include_str!("wrong/imports.txt"),
        include_str!("wrong/generics.txt"),
        include_str!("wrong/concurrency.txt"),
    ];
    files.iter().flat_map(|text| program::programs(text).1).map(|program| program.source).collect()
}

#[test]
fn a_program_that_is_broken_anyhow_gets_an_answer() {
    let sources = sources();
    let seeds = seeds(3_000);
    let mut refused = 0;
    for seed in seeds.clone() {
        let mut random = Random(seed.into());
        let source = mutated(&mut random, &sources);
        let case = Case(|| format!("check({source:?})"));
        let begin = std::time::Instant::now();
        let errors = check(&source);
        assert!(begin.elapsed() < Duration::from_secs(2), "an answer takes milliseconds");
        assert!(errors.iter().all(|error| error.at.is_known() && !error.text.is_empty()));
        refused += usize::from(!errors.is_empty());
        drop(case);
    }
    assert_common("refused", refused, 2, &seeds);
}
