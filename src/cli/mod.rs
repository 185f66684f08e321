//! TERMINAL: the same runs without a browser.
//!
//! - [`arguments`]: the command and its options;
//! - [`report`]: a run as a picture in text;
//! - [`json`]: a run as data;
//! - [`files`]: its last moment as SVG, its curves as CSV.
//!
//! Deliberately absent: anything that decides a run. What is printed here is what the page shows at the same virtual time.

pub mod arguments;
pub mod files;
pub mod json;
pub mod report;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli::arguments::{Command, Format, RunArguments};
use crate::executor::engine::Progress;
use crate::executor::limits::Limits;
use crate::player::drain::{DrainRun, Drained};
use crate::player::run::{Keep, Player};
use crate::text::visible::visible;
use crate::trace::timeline;

/// Runs the program with these arguments (without its own name). Wrong input is one sentence and exit code 2; a file that
/// cannot be written one sentence and exit code 1.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match arguments::parse(arguments) {
        Ok(Command::Help) => print(arguments::HELP),
        Ok(Command::Lessons) => print(&report::lessons()),
        Ok(Command::Run(run)) => match play(&run) {
            Ok(text) => print(&text),
            Err(sentence) => fail(&sentence, ExitCode::FAILURE),
        },
        Err(sentence) => fail(&sentence, ExitCode::from(2)),
    }
}

/// Says what is wrong. Every sentence that repeats what was typed comes by here.
fn fail(sentence: &str, code: ExitCode) -> ExitCode {
    eprintln!("pileup: {}", visible(sentence, usize::MAX));
    code
}

/// Prints. A pipe that its reader has closed counts as success: the reader has seen enough.
fn print(text: &str) -> ExitCode {
    use std::io::Write as _;
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

/// Plays a run and writes its files. Returns what to print.
fn play(run: &RunArguments) -> Result<String, String> {
    let player = player(run);
    if let Some(printed) = files::write(&player, run)? {
        return Ok(printed);
    }
    Ok(match run.format {
        Format::Timeline => timeline::draw(player.trace()),
        Format::Text => {
            let picture = report::run(&player);
            picture + &report::drain(&drain(player))
        }
        Format::Json => {
            let facts = json::run(&player);
            json::with_drain(facts, &drain(player))
        }
    })
}

/// The run at the moment that is asked for.
fn player(run: &RunArguments) -> Player {
    let mut player = Player::with(run.spec(), kept(run.format), Limits::default());
    while player.play_to(run.for_us, u64::MAX) == Progress::More {}
    player
}

/// Only the timeline reads the trace again; of any other run the hash is all that is asked for, however long it is.
fn kept(format: Format) -> Keep {
    match format {
        Format::Timeline => Keep::All,
        Format::Text | Format::Json => Keep::Unread,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn played(options: &str) -> Player {
        let words = format!("run leak --set listen=on --for 600s {options}");
        let Ok(Command::Run(run)) = arguments::parse(words.split_whitespace().map(OsString::from)) else {
            panic!("`{words}` is a good command")
        };
        player(&run)
    }

    #[test]
    fn only_a_timeline_keeps_the_trace() {
        let (json, timeline) = (played("--json"), played("--timeline"));
        assert_eq!(json.trace().hash(), timeline.trace().hash());
        assert!(timeline.trace().bytes_kept() > timeline.trace().bytes());
        assert!(json.trace().bytes_kept() * 4 < json.trace().bytes(), "{} bytes", json.trace().bytes_kept());
    }
}
