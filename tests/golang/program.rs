//! Programs kept in a text file, one behind the other, each with the answers of Go's compiler on its lines.
//!
//! A program begins with `=== ` and its title. A line that Go complains about ends in ` // ERROR `, the column, and what Go
//! says, with `\n` and `\t` for ends of lines and tabs; for each error of the line once more.

use pileup::golang::syntax::error::{Error, Errors};
use pileup::golang::syntax::tree::Tree;
use pileup::golang::syntax::{self, position::Pos};
use pileup::golang::types;
use pileup::golang::types::check::{Origin, Source};

use crate::library;

/// The file's name as errors say it.
pub(crate) const FILE: &str = "prog.go";

const MARK: &str = " // ERROR ";

/// A program with its answers.
pub(crate) struct Program {
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) errors: Vec<Error>,
}

/// The programs of a file, and the text before the first.
pub(crate) fn programs(text: &str) -> (String, Vec<Program>) {
    let mut parts = text.split("=== ");
    let opening = parts.next().unwrap_or_default().to_owned();
    (opening, parts.map(program).collect())
}

fn program(text: &str) -> Program {
    let (title, text) = text.split_once('\n').expect("a title has a line of its own");
    let mut source = String::new();
    let mut errors = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut marks = line.split(MARK);
        source.push_str(marks.next().unwrap_or_default());
        source.push('\n');
        for mark in marks {
            let (column, said) = mark.split_once(": ").expect("a mark has a column and a text");
            let at = Pos { file: 0, line: number, column: column.parse().expect("a column is a number") };
            errors.push(Error { at, text: said.replace("\\n", "\n").replace("\\t", "\t") });
        }
    }
    let source = format!("{}\n", source.trim_end_matches('\n'));
    Program { title: title.to_owned(), source, errors }
}

/// The program with other answers, as it is kept in the file.
pub(crate) fn with_answers(title: &str, source: &str, errors: &[Error]) -> String {
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    for error in errors {
        let line = error.at.line as usize;
        // The end of a file stands behind its last line.
        lines.resize(lines.len().max(line), String::new());
        let said = error.text.replace('\n', "\\n").replace('\t', "\\t");
        lines[line - 1].push_str(&format!("{MARK}{}: {said}", error.at.column));
    }
    format!("=== {title}\n{}\n\n", lines.join("\n"))
}

/// What our front end says.
pub(crate) fn check(source: &str) -> Vec<Error> {
    let mut tree = Tree::new();
    let mut errors = Errors::default();
    let files = vec![syntax::parse(FILE, source, &mut tree, &mut errors)];
    if errors.is_empty() {
        let mut sources = Vec::new();
        library::load(&files, &mut tree, &mut sources);
        sources.push(Source { path: "main".into(), files, origin: Origin::Reader });
        types::check::check(&tree, &sources, &mut errors);
    }
    errors.sorted()
}
