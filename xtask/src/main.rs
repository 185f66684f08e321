//! The project's commands. `cargo xtask` needs nothing installed but the Rust tool chain: every command sets up what it
//! needs, says so, and does nothing twice.
//!
//! One file a command: [`serve`], [`site`] (build), [`single`], [`test`], [`bench`]. Beside them [`setup`], which gets the
//! tools, [`small_std`], with which the release page is built, [`shrink`], [`html`] and [`policy`], which finish
//! it, [`budget`], which weighs it, and [`project`], which all of them share. The rules of the house (who may import whom,
//! which calls are banned) are no command: they are the test `tests/tidy`.

mod bench;
mod budget;
mod html;
mod page;
mod policy;
mod project;
mod serve;
mod setup;
mod shrink;
mod single;
mod site;
mod small_std;
mod test;

use std::process::ExitCode;

use project::{Project, Result};

const HELP: &str = "\
Usage: cargo xtask <command>

  serve [args]    Serve the page while it is being changed; args go to `trunk serve` (--open, --port 8081, --release)
  build [address] Write the release page to dist/, ready for any folder of any static host, and weigh it; with the
                  site's address its pictures and oembed.json work for readers that want whole links
  single          Write the page as one file, dist-single/pileup.html, that opens from a disk without any host
  test [part…]    Run every check and every test; with parts (fmt, clippy, native, wasm, build, e2e) only those
  bench           Print the tables of the benches, native and in the browser
  help            This

Each command sets up what it needs: the wasm target of rustc, the sources of std, Trunk and wasm-bindgen in
target/tools, and for the tests Chromium with ChromeDriver (by apt on Debian) and axe-core and React (by npm).
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    match run(command, rest) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, rest: &[String]) -> Result<ExitCode> {
    match command {
        "serve" => serve::serve(&Project::open()?, rest)?,
        "test" => return test::test(&Project::open()?, rest),
        "build" => {
            refuse_arguments(command, rest.get(1..).unwrap_or_default())?;
            site::build(&Project::open()?, rest.first().map(String::as_str))?;
        }
        "single" => {
            refuse_arguments(command, rest)?;
            single::single(&Project::open()?)?;
        }
        "bench" => {
            refuse_arguments(command, rest)?;
            bench::bench(&Project::open()?)?;
        }
        "help" | "--help" | "-h" => print!("{HELP}"),
        other => {
            eprint!("xtask: there is no command `{other}`.\n\n{HELP}");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn refuse_arguments(command: &str, rest: &[String]) -> Result {
    match rest.first() {
        Some(argument) => Err(format!("`cargo xtask {command}` takes no such argument: `{argument}`.").into()),
        None => Ok(()),
    }
}
