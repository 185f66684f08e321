//! `pileup check` and `pileup run FILE.go`: the reader's own Go.

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use lexopt::prelude::*;
use serde_json::{Value as Json, json};

use crate::cli::annotations;
use crate::cli::values::{parse_order, parse_time, sentence, text, value};
use crate::golang::check::{Answer, Finding, Question, check};

/// A program to check, and how to print the answer.
pub struct CheckArguments {
    /// Files, folders with a package, and `-` for standard input.
    pub files: Vec<String>,
    /// Print data.
    format: Format,
    question: Question,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Json,
    /// Annotations for a CI.
    Github,
    Sarif,
    /// What the program prints, before who is left.
    Output,
}

/// Reads the arguments of `check`.
///
/// # Errors
/// One sentence that names the wrong value and says what would be right.
pub fn arguments(parser: lexopt::Parser) -> Result<Option<CheckArguments>, String> {
    read(parser, Vec::new(), Format::Text, 16)
}

/// Reads the arguments of `run FILE.go`, behind the file.
///
/// # Errors
/// The same.
pub fn run_arguments(parser: lexopt::Parser, file: String) -> Result<Option<CheckArguments>, String> {
    read(parser, vec![file], Format::Output, 1)
}

fn read(
    mut parser: lexopt::Parser,
    mut files: Vec<String>,
    mut format: Format,
    seeds: u32,
) -> Result<Option<CheckArguments>, String> {
    let mut question = Question { seeds, for_us: 60_000_000, order: None };
    while let Some(argument) = parser.next().map_err(sentence)? {
        match argument {
            Value(file) => files.push(text(file)?),
            Long("json") => format = Format::Json,
            Long("github") => format = Format::Github,
            Long("sarif") => format = Format::Sarif,
            Long("seeds") => {
                let said = value(&mut parser)?;
                let seeds = said.parse().ok().filter(|seeds| (1..=1000).contains(seeds));
                question.seeds = seeds.ok_or_else(|| format!("--seeds takes 1 to 1000, not '{said}'"))?;
            }
            Long("for") => question.for_us = parse_time("--for", &value(&mut parser)?)?,
            Long("order") => question.order = Some(parse_order(&value(&mut parser)?)?),
            Short('h') | Long("help") => return Ok(None),
            other => return Err(format!("{}; try `pileup --help`", other.unexpected())),
        }
    }
    if files.is_empty() {
        return Err("which file? `pileup check main.go`".to_owned());
    }
    Ok(Some(CheckArguments { files, format, question }))
}

/// Checks, and prints what came out: 0 when nobody leaks, 1 when somebody does, 2 when the program is wrong or ends itself by an error.
///
/// # Errors
/// A file that cannot be read.
pub fn run(arguments: &CheckArguments) -> Result<(String, ExitCode), String> {
    let mut files = Vec::new();
    for name in &expand(&arguments.files)? {
        let mut source = Vec::new();
        let result = match name.as_str() {
            "-" => std::io::stdin().read_to_end(&mut source).map(|_| ()),
            path => std::fs::read(path).map(|bytes| source = bytes),
        };
        result.map_err(|error| format!("{name}: {error}"))?;
        files.push((name.clone(), String::from_utf8_lossy(&source).into_owned()));
    }
    let answer = check(&files, arguments.question);
    let code = match (answer.errors.is_empty() && answer.exit != 2, answer.leaks.is_empty()) {
        (false, _) => ExitCode::from(2),
        (true, false) => ExitCode::from(1),
        (true, true) => ExitCode::SUCCESS,
    };
    Ok((print(&answer, arguments.format), code))
}

/// A folder stands for the package in it: its files of Go, in the order of their names, without its tests.
fn expand(names: &[String]) -> Result<Vec<String>, String> {
    let mut files = Vec::new();
    for name in names {
        let folder = Path::new(name);
        if name == "-" || !folder.is_dir() {
            files.push(name.clone());
            continue;
        }
        let failed = |error: std::io::Error| format!("{name}: {error}");
        let mut found = Vec::new();
        for entry in folder.read_dir().map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let file = path.to_string_lossy().into_owned();
            if file.ends_with(".go") && !file.ends_with("_test.go") {
                found.push(file);
            }
        }
        if found.is_empty() {
            return Err(format!("{name}: there are no Go files in this folder"));
        }
        found.sort();
        files.append(&mut found);
    }
    Ok(files)
}

fn print(answer: &Answer, format: Format) -> String {
    match format {
        Format::Json => return format!("{:#}\n", data(answer)),
        Format::Github => return annotations::github(answer),
        Format::Sarif => return format!("{:#}\n", annotations::sarif(answer)),
        Format::Text | Format::Output => {}
    }
    let mut out = String::new();
    for error in &answer.errors {
        out.push_str(&format!("{}:{}: {}\n", error.file, error.at, error.text));
    }
    if format == Format::Output || answer.exit == 2 {
        if format == Format::Output {
            out.push_str(&String::from_utf8_lossy(&answer.stdout));
        }
        out.push_str(&String::from_utf8_lossy(&answer.stderr));
    }
    for (list, does) in
        [(&answer.leaks, "leaks"), (&answer.unproven, "is left (unproven)"), (&answer.alive, "is alive")]
    {
        for finding in list {
            out.push_str(&line(finding, does, answer.seeds));
        }
    }
    for sentence in &answer.unfinished {
        out.push_str(&format!("unproven: {sentence}\n"));
    }
    if out.is_empty() {
        out.push_str(&format!("nobody leaks, over {} seeds\n", answer.seeds));
    }
    out
}

fn line(finding: &Finding, does: &str, seeds: u32) -> String {
    let who = match (finding.started.is_known(), finding.count) {
        (false, _) => "main".to_owned(),
        (true, 1) => format!("goroutine started at {}:{}", finding.started_file, finding.started.line),
        (true, count) => {
            format!("one of {count} goroutines started at {}:{}", finding.started_file, finding.started.line)
        }
    };
    format!(
        "{}:{}: {who} {does} in {}, over {} of {seeds} seeds; {}\n",
        finding.file, finding.at.line, finding.reason, finding.seeds, finding.why
    )
}

fn data(answer: &Answer) -> Json {
    let errors: Vec<Json> = answer
        .errors
        .iter()
        .map(|error| {
            json!({ "file": error.file, "line": error.at.line, "column": error.at.column, "message": error.text })
        })
        .collect();
    let unproven: Vec<Json> = answer
        .unproven
        .iter()
        .map(finding)
        .chain(answer.unfinished.iter().map(|sentence| json!({ "why": sentence })))
        .collect();
    json!({
        "stdout": String::from_utf8_lossy(&answer.stdout),
        "stderr": String::from_utf8_lossy(&answer.stderr),
        "exit": answer.exit,
        "seeds": answer.seeds,
        "errors": errors,
        "leaks": answer.leaks.iter().map(finding).collect::<Vec<_>>(),
        "unproven": unproven,
        "alive": answer.alive.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding) -> Json {
    json!({
        "reason": finding.reason,
        "file": finding.file,
        "line": finding.at.line,
        "column": finding.at.column,
        "count": finding.count,
        "seeds": finding.seeds,
        "started": { "file": finding.started_file, "line": finding.started.line },
        "why": finding.why,
    })
}
