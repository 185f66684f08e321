//! Programs that are wrong on purpose: place and wording of every error are those of Go's compiler.
//!
//! With `PILEUP_GO` naming the `go` command of Go 1.27, the recorded answers are compared with the real ones, and
//! `UPDATE_EXPECT=1` writes the real ones down.

use std::fs;
use std::path::Path;

use crate::oracle;
use crate::program::{self, check, with_answers};

#[track_caller]
fn answers_are_gos(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golang/wrong").join(name);
    let text = fs::read_to_string(&path).expect("the file is there");
    let (opening, programs) = program::programs(&text);
    let mut wrong = Vec::new();
    let mut renewed = opening;
    for program in &programs {
        let mut expected = program.errors.clone();
        expected.sort();
        if let Some(go) = oracle::go() {
            let real = oracle::errors(&go, &program.source);
            renewed.push_str(&with_answers(&program.title, &program.source, &real));
            if !oracle::is_updating() {
                assert_eq!(expected, real, "{name}: {}: the recorded answer is not Go's", program.title);
            }
            expected = real;
        }
        let ours = check(&program.source);
        if ours != expected {
            let lines = |list: &[_]| -> String { list.iter().map(|error| format!("\n    {error}")).collect() };
            let title = &program.title;
            wrong.push(format!("{name}: {title}\n  Go:{}\n  ours:{}", lines(&expected), lines(&ours)));
        }
    }
    if oracle::is_updating() && oracle::go().is_some() {
        fs::write(&path, format!("{}\n", renewed.trim_end())).expect("the file can be written");
    }
    assert!(wrong.is_empty(), "{} of {} programs:\n{}", wrong.len(), programs.len(), wrong.join("\n"));
}

#[test]
fn syntax() {
    answers_are_gos("syntax.txt");
}

#[test]
fn types() {
    answers_are_gos("types.txt");
}

#[test]
fn declarations() {
    answers_are_gos("declarations.txt");
}

#[test]
fn assignments() {
    answers_are_gos("assignments.txt");
}

#[test]
fn expressions() {
    answers_are_gos("expressions.txt");
}

#[test]
fn constants() {
    answers_are_gos("constants.txt");
}

#[test]
fn statements() {
    answers_are_gos("statements.txt");
}

#[test]
fn imports() {
    answers_are_gos("imports.txt");
}

#[test]
fn generics() {
    answers_are_gos("generics.txt");
}

#[test]
fn concurrency() {
    answers_are_gos("concurrency.txt");
}
