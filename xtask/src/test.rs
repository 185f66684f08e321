//! `cargo xtask test`: every check and every test, in the order of their cost. All of it is here, so that what passes on a
//! desk passes in CI; the browser tests come last, so that the run ends with a test runner's own words.
//!
//! A part that fails does not stop the others: one run shows everything that is wrong.

use std::process::ExitCode;
use std::time::Instant;

use xshell::cmd;

use crate::project::{Project, Result, say};
use crate::setup::{self, Browser};
use crate::site;

struct Part {
    name: &'static str,
    what: &'static str,
    run: fn(&Project, &Browser) -> Result,
}

const PARTS: [Part; 6] = [
    Part { name: "fmt", what: "cargo fmt --check", run: |project, _| fmt(project) },
    Part { name: "clippy", what: "clippy, native and wasm", run: |project, _| clippy(project) },
    Part { name: "native", what: "the tests that need no browser, tidy among them", run: |project, _| native(project) },
    Part { name: "wasm", what: "the wasm tests in headless Chromium", run: wasm },
    Part { name: "build", what: "the release page and its weight", run: |project, _| site::build(project, None) },
    Part { name: "e2e", what: "the built page in headless Chromium and Firefox", run: e2e },
];

/// Runs the named parts, all of them when none is named.
pub(crate) fn test(project: &Project, names: &[String]) -> Result<ExitCode> {
    let parts = chosen(names)?;
    let start = Instant::now();
    setup::page_tools(project)?;
    let browser = setup::browser(project)?;
    let mut times = vec![("set-up", start.elapsed())];
    let mut failed: Vec<&str> = Vec::new();
    for part in parts {
        if part.name == "e2e" {
            // Now, because nothing should stand below the last tests' own result.
            for (name, time) in &times {
                println!("{:>8.1} s  {name}", time.as_secs_f64());
            }
            if failed.contains(&"build") {
                println!("e2e was not run: there is no page to test.");
                failed.push("e2e");
                continue;
            }
        }
        say(format!("{}: {}", part.name, part.what));
        let start = Instant::now();
        if let Err(error) = (part.run)(project, &browser) {
            println!("✗ {}: {error}", part.name);
            failed.push(part.name);
        }
        times.push((part.name, start.elapsed()));
    }
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("FAILED: {}", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

fn chosen(names: &[String]) -> Result<Vec<&'static Part>> {
    let known = || PARTS.iter().map(|part| part.name).collect::<Vec<_>>().join(", ");
    if let Some(unknown) = names.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        return Err(format!("there is no part `{unknown}`; there are {}.", known()).into());
    }
    Ok(PARTS.iter().filter(|part| names.is_empty() || names.iter().any(|name| name == part.name)).collect())
}

fn fmt(project: &Project) -> Result {
    Ok(cmd!(project.sh, "cargo fmt --all --check").quiet().run()?)
}

fn clippy(project: &Project) -> Result {
    let sh = &project.sh;
    cmd!(sh, "cargo clippy --quiet --workspace --all-targets -- --deny warnings").quiet().run()?;
    let tests = wasm_test_targets(project)?;
    cmd!(sh, "cargo clippy --quiet --package pileup --target wasm32-unknown-unknown --lib --bins {tests...} -- --deny warnings")
        .quiet()
        .run()?;
    Ok(())
}

fn native(project: &Project) -> Result {
    Ok(cmd!(project.sh, "cargo test --workspace --exclude e2e --no-fail-fast").quiet().run()?)
}

fn wasm(project: &Project, browser: &Browser) -> Result {
    let targets = wasm_test_targets(project)?;
    if targets.is_empty() {
        println!("There is no tests/wasm*.rs.");
        return Ok(());
    }
    // Unoptimised wasm is ten times slower, and these tests run whole simulations.
    cmd!(project.sh, "cargo test --package pileup --target wasm32-unknown-unknown --no-fail-fast {targets...}")
        .quiet()
        .env("CARGO_PROFILE_TEST_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("CHROMEDRIVER", &browser.chromedriver)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
        .run()?;
    Ok(())
}

/// `--test name` for each `tests/wasm*.rs`: the tests that are made for the browser. The others are native.
fn wasm_test_targets(project: &Project) -> Result<Vec<String>> {
    let mut arguments = Vec::new();
    for path in project.sh.read_dir("tests").unwrap_or_default() {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("wasm") && path.extension().is_some_and(|extension| extension == "rs") {
            arguments.extend(["--test".to_owned(), name]);
        }
    }
    Ok(arguments)
}

fn e2e(project: &Project, browser: &Browser) -> Result {
    cmd!(project.sh, "cargo test --package e2e --no-fail-fast")
        .quiet()
        .env("CHROME", &browser.chromium)
        .env("CHROMEDRIVER", &browser.chromedriver)
        .env("FIREFOX", &browser.firefox)
        .env("GECKODRIVER", &browser.geckodriver)
        .env("AXE_CORE", &browser.axe)
        .env("REACT", &browser.react)
        .run()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_parts_run_in_their_own_order() {
        let names: Vec<_> = chosen(&["e2e".into(), "fmt".into()]).unwrap().iter().map(|part| part.name).collect();
        assert_eq!(names, ["fmt", "e2e"]);
        assert_eq!(chosen(&[]).unwrap().len(), PARTS.len());
        assert!(chosen(&["speed".into()]).is_err());
    }
}
