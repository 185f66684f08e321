//! Go's own compiler, where there is one: `PILEUP_GO` names its `go` command. No test needs it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

use pileup::golang::syntax::error::Error;
use pileup::golang::syntax::position::Pos;

use crate::program::FILE;

/// What programs may import, with everything that these import.
const PACKAGES: &[&str] = &[
    "bufio",
    "bytes",
    "cmp",
    "context",
    "errors",
    "fmt",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "math/rand",
    "os",
    "runtime",
    "slices",
    "sort",
    "strconv",
    "strings",
    "sync",
    "sync/atomic",
    "time",
    "unicode/utf8",
];

/// The `go` command.
pub(crate) fn go() -> Option<String> {
    env::var("PILEUP_GO").ok()
}

/// Whether the recorded answers are written anew.
pub(crate) fn is_updating() -> bool {
    env::var("UPDATE_EXPECT").is_ok()
}

/// What Go's compiler says about a program, in the order of the source.
pub(crate) fn errors(go: &str, source: &str) -> Vec<Error> {
    let folder = folder(go);
    fs::write(folder.join(FILE), source).expect("the program can be written");
    let output = Command::new(go)
        .args(["tool", "compile", "-importcfg", "imports", "-e", "-lang=go1.25", "-p", "main", "-o", "out", FILE])
        .current_dir(folder)
        .output()
        .expect("PILEUP_GO names a command");
    let mut errors: Vec<Error> = Vec::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        match (error(line), errors.last_mut()) {
            (Some(error), _) => errors.push(error),
            (None, Some(last)) => last.text.push_str(&format!("\n{line}")),
            (None, None) => panic!("Go says {line}"),
        }
    }
    errors.sort();
    errors
}

/// `prog.go:3:5: text`
fn error(line: &str) -> Option<Error> {
    let rest = line.strip_prefix(FILE)?.strip_prefix(':')?;
    let (place, text) = rest.split_once(": ")?;
    let (line, column) = place.split_once(':').unwrap_or((place, "0"));
    let at = Pos { file: 0, line: line.parse().ok()?, column: column.parse().ok()? };
    Some(Error { at, text: text.to_owned() })
}

/// Where programs are compiled: beside a list of what each package exports, made once.
fn folder(go: &str) -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = env::temp_dir().join(format!("pileup-golang-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("there is a folder for temporary files");
        let line = "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}";
        let output = Command::new(go).args(["list", "-deps", "-export", "-f", line]).args(PACKAGES).output();
        let output = output.expect("PILEUP_GO names a command");
        fs::write(folder.join("imports"), output.stdout).expect("the list can be written");
        folder
    })
}
