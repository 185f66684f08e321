//! TERMINAL: the same runs without a browser.
//!
//! - [`arguments`]: what was asked for;
//! - [`report`]: a run as a picture in text;
//! - [`json`]: a run as data.
//!
//! Deliberately absent: anything that decides a run. What is printed here is what the page shows at the same virtual time.

pub mod arguments;
pub mod json;
pub mod report;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli::arguments::{Command, Format, RunArguments};
use crate::executor::engine::Progress;
use crate::player::drain::{DrainRun, Drained};
use crate::player::run::{Player, Spec};
use crate::trace::timeline;

/// Runs the program with these arguments (without its own name). Wrong input is one sentence and exit code 2.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match arguments::parse(arguments) {
        Ok(Command::Help) => print(arguments::HELP),
        Ok(Command::Lessons) => print(&report::lessons()),
        Ok(Command::Run(run)) => print(&play(run)),
        Err(sentence) => {
            eprintln!("pileup: {sentence}");
            ExitCode::from(2)
        }
    }
}

/// Prints, and takes a reader that closed the pipe for one that has seen enough.
fn print(text: &str) -> ExitCode {
    use std::io::Write as _;
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

fn play(arguments: RunArguments) -> String {
    let spec = Spec {
        lesson: arguments.lesson,
        knobs: arguments.knobs,
        seed: arguments.seed,
        order: arguments.order,
        inputs: arguments.inputs,
    };
    let mut player = Player::new(spec);
    while player.play_to(arguments.for_us, u64::MAX) == Progress::More {}
    match arguments.format {
        Format::Timeline => timeline::draw(player.trace()),
        Format::Text => {
            let picture = report::run(&player);
            picture + &report::drain(&drain(player))
        }
        Format::Json => {
            let facts = json::run(&player);
            json::with_drain(&facts, &drain(player))
        }
    }
}

fn drain(player: Player) -> Drained {
    let mut drain = DrainRun::new(player);
    loop {
        if let Some(drained) = drain.advance(u64::MAX) {
            return drained;
        }
    }
}
