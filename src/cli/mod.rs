//! TERMINAL: the same runs without a browser.
//!
//! - [`arguments`]: the command and its options; `values`: what stands behind them;
//! - `play`: a run at its moment, and its drain test;
//! - [`report`]: a run as a picture in text;
//! - [`json`]: a run as data;
//! - [`check`]: the reader's own Go: who leaks;
//! - [`files`]: its last moment as SVG, its curves as CSV;
//! - [`twin`]: two runs that differ in one knob;
//! - [`sweep`]: how long a leak takes to fill the memory, at several loads.
//!
//! Deliberately absent: anything that decides a run. What is printed here is what the page shows at the same virtual time.

mod annotations;
pub mod arguments;
pub mod check;
pub mod files;
pub mod json;
mod play;
pub mod report;
pub mod sweep;
pub mod twin;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli::arguments::{Command, Format, RunArguments};
use crate::cli::play::{drain, play_to_end};
use crate::player::run::Player;
use crate::text::visible::visible;
use crate::trace::timeline;

/// Runs the program with these arguments (without its own name). Wrong input is one sentence and exit code 2; a file that
/// cannot be written one sentence and exit code 1.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match arguments::parse(arguments) {
        Ok(Command::Help) => print(arguments::HELP),
        Ok(Command::Lessons) => print(&report::lessons()),
        Ok(Command::Check(asked)) => match check::run(&asked) {
            Ok((text, code)) => match print(&text) {
                ExitCode::SUCCESS => code,
                failure => failure,
            },
            Err(sentence) => fail(&sentence, ExitCode::from(2)),
        },
        Ok(Command::Sweep(sweep)) => print(&sweep::run(&sweep)),
        Ok(Command::Twin(twin)) => print(&twin::run(&twin)),
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
            picture + &report::drain(&drain(player, run))
        }
        Format::Json => {
            let facts = json::run(&player);
            format!("{:#}\n", json::with_drain(facts, &drain(player, run)))
        }
    })
}

/// The run at the moment that is asked for.
fn player(run: &RunArguments) -> Player {
    play_to_end(run.spec(), run)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

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

    fn printed(options: &str) -> String {
        let words = format!("run leak --preset the-leak --for 31s --detectors {options}");
        let Ok(Command::Run(run)) = arguments::parse(words.split_whitespace().map(OsString::from)) else {
            panic!("`{words}` is a good command")
        };
        play(&run).expect("nothing is written")
    }

    #[test]
    fn the_detectors_stand_last_each_with_its_reason() {
        let text = printed("");
        let at = text.find("known detectors:").expect("they are there");
        expect![[r#"
            known detectors:
              goleak          seen    first at 31.430s; reports 72, of which 69 are leaks
              synctest        missed  who hangs in a lock or in a call to the outside is not “durably” blocked
              LeakProf        missed  at most 69 are blocked at one line
              goroutineleak   missed  a leaked goroutine hangs in a call to the outside, and a call may always return
              deadlock        missed  somebody still runs, or a timer is armed
              tokio-console   missed  what they wait on keeps their wakers
              older-than-30s  seen    first at 31s; reports 2, of which 2 are leaks
              keeps-growing   missed  the count did not rise for a whole minute
        "#]]
        .assert_eq(&text[at..]);
        let data: serde_json::Value = serde_json::from_str(&printed("--json")).expect("it is JSON");
        let all = data["detectors"].as_array().expect("a list");
        assert_eq!(all.len(), 8);
        expect![[
            r#"{"name":"goroutineleak","rating":"missed","first_ms":null,"reported":0,"leaks":0,"why":"outside-call"}"#
        ]]
        .assert_eq(&all[3].to_string());
    }
}
