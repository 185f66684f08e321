//! The same run on the command line: what the page shows can be compared with what the terminal says.

use std::process::Command;

use serde_json::Value;

use crate::page::Counts;

/// What `pileup <arguments> --json` prints.
///
/// # Panics
///
/// When it fails, with its own words.
#[must_use]
#[track_caller]
pub fn run(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .current_dir(crate::project_root())
        .args(["run", "--quiet", "--package", "pileup", "--"])
        .args(arguments)
        .arg("--json")
        .output()
        .expect("cargo is there, it runs this test");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "pileup {} failed: {said}", arguments.join(" "));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("--json printed no JSON: {error}"))
}

/// The counts of the same run at its end.
///
/// # Panics
///
/// When it fails, or says no whole number.
#[must_use]
#[track_caller]
pub fn counts(arguments: &[&str]) -> Counts {
    let told = run(arguments);
    Counts::of(|name| told[name].as_u64().unwrap_or_else(|| panic!("--json has no number `{name}`: {told}")))
}
