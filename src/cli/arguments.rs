//! The command line's arguments, parsed and checked.

use std::ffi::OsString;
use std::path::PathBuf;
use std::rc::Rc;

use lexopt::prelude::*;

use crate::cli::check::{self, CheckArguments};
use crate::cli::sweep::{self, SweepArguments};
use crate::cli::values::{
    example, find_lesson, parse_knobs, parse_order, parse_setting, parse_time, sentence, text, value,
};
use crate::executor::engine::Order;
use crate::lessons::{self, Lesson, When};
use crate::player::run::{Input, Spec};
use crate::player::twin::Vary;
use crate::stage::palette::Theme;
use crate::text::Language;

/// What `--help` prints.
pub const HELP: &str = "\
Pileup: what a cancelled task does when nobody taught it to listen.

  pileup run LESSON [options]   run it, print a picture of what happened and the verdict
  pileup twin LESSON [options]  run it twice, one knob apart, print both and the difference
  pileup sweep LESSON [options] run it at several loads, print how long each takes to fill the memory
  pileup check FILE.go …        run your own Go, print who leaks and where; - reads standard input
  pileup run FILE.go            the same with what it prints
  pileup lessons                list the lessons, their knobs and presets

  --preset NAME                 start from a preset of the lesson
  --set KNOB=VALUE              set a knob at the start; may be repeated
  --at TIME:KNOB=VALUE          turn a live knob during the run; may be repeated, in the order of time
  --at TIME                     each --set after it turns a live knob then
  --seed N                      what decides every draw (default 1)
  --order fifo|seeded|go        in which order ready tasks are polled (default fifo)
  --for TIME                    how much virtual time to run, such as 60s or 1500ms (default 60s)
  --json                        print data instead of a picture
  --detectors                   print what known detectors would have said of it, and what that is worth
  --timeline                    print every poll, like a logic analyser (for short runs)

  --svg FILE                    write a picture of the last moment, with a caption; - prints it
  --csv FILE                    write the counts over time, for a spreadsheet; - prints them
  --page URL                    the address of your copy of the page, for the link in these files
  --lang en|ko                  the language of the picture (default en)
  --theme light|dark            its colours (default light)

A twin takes these, no files and no --timeline, and

  --vary KNOB[=VALUE]           the knob in which the second run differs (default: the lesson's switch)

A check takes --json, --order, --for (how long the program runs at most), and

  --seeds N                     with how many seeds the program is run, from seed 1 on (default 16)
  --github                      print workflow commands, which GitHub shows at the lines
  --sarif                       print a log in SARIF 2.1.0, for whatever reads those

A sweep takes --preset, --set, --order and --json, and

  --limit SIZE                  how much memory there is, at 2.8 kB a task, such as 512MiB (default 1GiB)
  --deploy TIME                 how long until the process is started anew, such as 24h (default 24h)
  --traffic N,N,…               the loads, in requests a minute (default 1,6,60,600,6000,60000)
  --seeds N                     with how many seeds each load is run, from seed 1 on (default 3)
";

/// What to do.
pub enum Command {
    /// Print [`HELP`].
    Help,
    /// List the lessons.
    Lessons,
    /// Run one.
    Run(RunArguments),
    /// Run one twice.
    Twin(TwinArguments),
    /// Check a Go program.
    Check(CheckArguments),
    /// Run one at several loads.
    Sweep(SweepArguments),
}

/// How to print a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As a picture in text.
    Text,
    /// As data.
    Json,
    /// Poll by poll.
    Timeline,
}

/// A run and what to print or write of it.
pub struct RunArguments {
    /// The program.
    pub lesson: Rc<Lesson>,
    /// The number of the preset that was named; where none was, of the one with the same values, or else of the first.
    pub preset: usize,
    /// The value of every knob at time 0.
    pub knobs: Vec<u32>,
    /// Knobs turned during the run.
    pub inputs: Vec<Input>,
    /// The seed.
    pub seed: u32,
    /// In which order ready tasks are polled.
    pub order: Order,
    /// How far to run, in microseconds.
    pub for_us: u64,
    /// How to print it.
    pub format: Format,
    /// Whether to print what known detectors would have said.
    pub detectors: bool,
    /// The files to write besides.
    pub files: FileArguments,
}

/// A run, and in what its twin differs.
pub struct TwinArguments {
    /// The first run.
    pub run: RunArguments,
    /// The second one.
    pub vary: Vary,
}

impl RunArguments {
    /// What decides the run.
    pub fn spec(&self) -> Spec {
        Spec {
            lesson: self.lesson.clone(),
            knobs: self.knobs.clone(),
            seed: self.seed,
            order: self.order,
            inputs: self.inputs.clone(),
        }
    }
}

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To standard output.
    Output,
    /// To a file; an existing one is replaced.
    File(PathBuf),
}

/// The files to write, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileArguments {
    /// Where the picture goes.
    pub svg: Option<Target>,
    /// Where the curves go.
    pub csv: Option<Target>,
    /// The page's address, before the query of a link; where it is empty, a link is a query alone.
    pub page: String,
    /// The picture's language, where one was named.
    pub language: Option<Language>,
    /// The picture's colours.
    pub theme: Theme,
}

/// Reads the arguments.
///
/// # Errors
/// One sentence that names the wrong value and says what would be right.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let command = match parser.next().map_err(sentence)? {
        None | Some(Short('h') | Long("help")) => return Ok(Command::Help),
        Some(Value(command)) => text(command)?,
        Some(other) => return Err(format!("{}; try `pileup --help`", other.unexpected())),
    };
    match command.as_str() {
        "run" => match go_file(&parser) {
            Some((rest, file)) => {
                check::run_arguments(rest, file).map(|asked| asked.map_or(Command::Help, Command::Check))
            }
            None => match run(parser)? {
                None => Ok(Command::Help),
                Some((run, None)) => Ok(Command::Run(run)),
                Some((_, Some(_))) => Err("--vary is for `pileup twin`".to_owned()),
            },
        },
        "twin" => twin(parser),
        "check" => check::arguments(parser).map(|asked| asked.map_or(Command::Help, Command::Check)),
        "sweep" => sweep::arguments(parser).map(|sweep| sweep.map_or(Command::Help, Command::Sweep)),
        "lessons" => match parser.next().map_err(sentence)? {
            None => Ok(Command::Lessons),
            Some(other) => Err(format!("{}; `pileup lessons` takes nothing more", other.unexpected())),
        },
        "help" => Ok(Command::Help),
        other => Err(format!("there is no command '{other}'; the commands are run, twin, check, sweep, lessons")),
    }
}

/// The Go program that `run` names in the place of a lesson, and the options behind it.
fn go_file(parser: &lexopt::Parser) -> Option<(lexopt::Parser, String)> {
    let mut rest = parser.clone();
    match rest.next() {
        Ok(Some(Value(name))) => name.into_string().ok().filter(|name| name.ends_with(".go") || name == "-"),
        _ => None,
    }
    .map(|file| (rest, file))
}

/// A run, and the knob that a twin of it varies; none where help is asked for.
fn run(mut parser: lexopt::Parser) -> Result<Option<(RunArguments, Option<String>)>, String> {
    let (mut lesson, mut vary, mut now) = (None, None, None::<String>);
    let (mut sets, mut ats, mut preset) = (Vec::new(), Vec::new(), None);
    let (mut seed, mut for_us, mut order, mut format) = (1, 60_000_000, Order::Fifo, Format::Text);
    let mut detectors = false;
    let mut files = FileArguments { svg: None, csv: None, page: String::new(), language: None, theme: Theme::Light };
    while let Some(argument) = parser.next().map_err(sentence)? {
        match argument {
            Value(name) if lesson.is_none() => lesson = Some(find_lesson(&text(name)?)?),
            Long("preset") => preset = Some(value(&mut parser)?),
            Long("set") => match &now {
                None => sets.push(value(&mut parser)?),
                Some(now) => ats.push([now, ":", &value(&mut parser)?].concat()),
            },
            Long("at") => {
                let at = value(&mut parser)?;
                if at.contains([':', '=']) {
                    ats.push(at);
                } else {
                    parse_time("--at", &at)?;
                    now = Some(at);
                }
            }
            Long("vary") => vary = Some(value(&mut parser)?),
            Long("seed") => seed = parse_seed(&value(&mut parser)?)?,
            Long("order") => order = parse_order(&value(&mut parser)?)?,
            Long("for") => for_us = parse_time("--for", &value(&mut parser)?)?,
            Long("json") => format = Format::Json,
            Long("detectors") => detectors = true,
            Long("timeline") => format = Format::Timeline,
            Long("svg") => files.svg = Some(target(&mut parser)?),
            Long("csv") => files.csv = Some(target(&mut parser)?),
            Long("page") => files.page = value(&mut parser)?,
            Long("lang") => files.language = Some(parse_language(&value(&mut parser)?)?),
            Long("theme") => files.theme = parse_theme(&value(&mut parser)?)?,
            Short('h') | Long("help") => return Ok(None),
            other => return Err(format!("{}; try `pileup --help`", other.unexpected())),
        }
    }
    check_output(&files, format)?;
    let lesson = lesson.ok_or_else(|| format!("which lesson? `pileup run {}`", lessons::first().name))?;
    let (preset, knobs) = parse_knobs(&lesson, preset.as_deref(), &sets)?;
    let mut inputs = ats.iter().map(|at| parse_input(&lesson, at)).collect::<Result<Vec<_>, _>>()?;
    inputs.sort_by_key(|input| input.at_us);
    let alike = || (0..lesson.presets.len()).find(|preset| lesson.values_of(*preset) == knobs);
    let preset = preset.or_else(alike).unwrap_or(0);
    Ok(Some((RunArguments { lesson, preset, knobs, inputs, seed, order, for_us, format, detectors, files }, vary)))
}

fn twin(parser: lexopt::Parser) -> Result<Command, String> {
    let Some((run, vary)) = run(parser)? else { return Ok(Command::Help) };
    if run.files.svg.is_some() || run.files.csv.is_some() || run.format == Format::Timeline {
        return Err(
            "a twin is printed as text or as data; for --svg, --csv and --timeline run each by itself".to_owned()
        );
    }
    let lesson = run.lesson.clone();
    let vary = match vary.as_deref() {
        Some(setting) if setting.contains('=') => {
            let (knob, value) = parse_setting("--vary", &lesson, setting)?;
            Vary { knob, value }
        }
        named => {
            let knob = named.map_or(lesson.switch, |name| lesson.knob(name));
            let knob = knob.ok_or_else(|| {
                let names: Vec<&str> = lesson.knobs.iter().map(|knob| &*knob.name).collect();
                format!("--vary takes a knob of {}: {}", lesson.name, names.join(", "))
            })?;
            Vary::of(&lesson, knob, run.knobs[knob])
        }
    };
    Ok(Command::Twin(TwinArguments { run, vary }))
}

/// Rejects two things that would both go to standard output.
fn check_output(files: &FileArguments, format: Format) -> Result<(), String> {
    let to_output = [("--svg", &files.svg), ("--csv", &files.csv)].map(|(option, target)| match target {
        Some(Target::Output) => Some(option),
        _ => None,
    });
    match (to_output, format) {
        ([Some(_), Some(_)], _) => {
            Err("--svg - and --csv - would both be printed; name a file for one of them".to_owned())
        }
        ([Some(option), None] | [None, Some(option)], Format::Json | Format::Timeline) => {
            let printed = if format == Format::Json { "--json" } else { "--timeline" };
            Err(format!("{option} - and {printed} would both be printed; name a file for {option}"))
        }
        _ => Ok(()),
    }
}

fn parse_language(text: &str) -> Result<Language, String> {
    Language::ALL
        .into_iter()
        .find(|language| language.tag() == text)
        .ok_or_else(|| format!("--lang takes en or ko, not '{text}'"))
}

fn parse_theme(text: &str) -> Result<Theme, String> {
    match text {
        "light" => Ok(Theme::Light),
        "dark" => Ok(Theme::Dark),
        _ => Err(format!("--theme takes light or dark, not '{text}'")),
    }
}

fn parse_seed(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("--seed takes a whole number from 0 to {}, not '{text}'", u32::MAX))
}

fn parse_input(lesson: &Lesson, text: &str) -> Result<Input, String> {
    let (time, setting) = text
        .split_once(':')
        .ok_or_else(|| format!("--at takes TIME:KNOB=VALUE, such as 20s:{}, not '{text}'", example(lesson)))?;
    let at_us = parse_time("--at", time)?;
    let (knob, value) = parse_setting("--at", lesson, setting)?;
    if lesson.knobs[knob].when == When::Live {
        return Ok(Input { at_us, knob, value });
    }
    let live = lesson.knobs.iter().filter(|knob| knob.when == When::Live);
    let live: Vec<&str> = live.map(|knob| &*knob.name).collect();
    Err(format!(
        "{} is read at the start of a run only, use --set; during a run one can turn {}",
        lesson.knobs[knob].name,
        live.join(", ")
    ))
}

fn target(parser: &mut lexopt::Parser) -> Result<Target, String> {
    let path = parser.value().map_err(sentence)?;
    Ok(if path == "-" { Target::Output } else { Target::File(PathBuf::from(path)) })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check_error(arguments: &str, expect: &Expect) {
        let words = arguments.split_whitespace().map(OsString::from);
        let error = parse(words).err().unwrap_or_else(|| panic!("`{arguments}` was taken"));
        expect.assert_eq(&error);
    }

    #[test]
    fn every_order_is_taken_by_its_name() {
        for order in Order::ALL {
            let words = ["run", "leak", "--order", order.as_str()].map(OsString::from);
            let Ok(Command::Run(run)) = parse(words) else { panic!("{} was not taken", order.as_str()) };
            assert_eq!(run.order, order);
        }
    }

    #[test]
    fn a_wrong_value_is_named_with_what_would_be_right() {
        check_error("run lake", &expect!["there is no lesson 'lake'; there is leak, dropped"]);
        check_error(
            "walk",
            &expect![[r#"there is no command 'walk'; the commands are run, twin, check, sweep, lessons"#]],
        );
        check_error("run leak --set listen=maybe", &expect![[r#"listen takes off, on, not 'maybe'"#]]);
        check_error("run leak --order lifo", &expect![[r#"--order takes fifo, seeded or go, not 'lifo'"#]]);
        check_error("run leak --set workers=51", &expect![[r#"workers takes 1 to 50, not '51'"#]]);
        check_error("run leak --set listen", &expect![[r#"--set takes KNOB=VALUE, such as listen=on, not 'listen'"#]]);
        check_error(
            "run leak --at listen=on",
            &expect!["--at takes TIME:KNOB=VALUE, such as 20s:listen=on, not 'listen=on'"],
        );
        check_error("run leak --for 3d", &expect![[r#"--for takes a time such as 60s, 1500ms or 3h, not '3d'"#]]);
        check_error("run leak --for 100000s", &expect![[r#"--for takes at most a day (24h), not '100000s'"#]]);
        check_error("run leak --seed -1", &expect![[r#"--seed takes a whole number from 0 to 4294967295, not '-1'"#]]);
        check_error(
            "run leak --preset post",
            &expect![
                "the lesson leak has no preset 'post'; it has the-leak, as-posted, the-posts-fix, listening-everywhere, heard-and-leaked, late-not-leaked, never-starts, joins, a-runaway, quiet-month, sale-day"
            ],
        );
        check_error("run leak --order lifo", &expect!["--order takes fifo, seeded or go, not 'lifo'"]);
        check_error("run leak --lang de", &expect!["--lang takes en or ko, not 'de'"]);
        check_error("run leak --theme auto", &expect!["--theme takes light or dark, not 'auto'"]);
        check_error(
            "run leak --svg - --csv -",
            &expect!["--svg - and --csv - would both be printed; name a file for one of them"],
        );
        check_error(
            "run leak --csv - --json",
            &expect!["--csv - and --json would both be printed; name a file for --csv"],
        );
        check_error("run leak --svg", &expect!["missing argument for option '--svg'; try `pileup --help`"]);
        check_error("run", &expect![[r#"which lesson? `pileup run leak`"#]]);
    }

    #[test]
    fn every_order_has_its_word() {
        for order in Order::ALL {
            let words = ["run", "leak", "--order", order.as_str()].map(OsString::from);
            let Ok(Command::Run(run)) = parse(words) else { panic!("a good command") };
            assert_eq!(run.spec().order, order);
            assert!(HELP.lines().any(|line| line.contains("--order") && line.contains(order.as_str())));
        }
    }

    #[test]
    fn what_is_set_after_a_moment_is_an_input_then() {
        let words = "run leak --set traffic=600 --at 12s --set listen=on --set traffic=60";
        let Ok(Command::Run(run)) = parse(words.split(' ').map(OsString::from)) else { panic!("a good command") };
        let traffic = run.lesson.knob("traffic").expect("a knob");
        assert_eq!(run.knobs[traffic], 600);
        let at_12_s = |knob, value| Input { at_us: 12_000_000, knob, value };
        assert_eq!(run.inputs, [at_12_s(0, 1), at_12_s(traffic, 60)]);
    }

    #[test]
    fn a_twin_varies_the_switch_or_the_knob_that_is_named() {
        let vary = |words: &str| match parse(words.split(' ').map(OsString::from)) {
            Ok(Command::Twin(twin)) => (twin.run.lesson.knobs[twin.vary.knob].name.to_string(), twin.vary.value),
            _ => panic!("`{words}` is a good command"),
        };
        assert_eq!(vary("twin leak"), ("listen".to_owned(), 1));
        assert_eq!(vary("twin leak --set listen=on --vary listen"), ("listen".to_owned(), 0));
        assert_eq!(vary("twin leak --vary traffic=600"), ("traffic".to_owned(), 600));
        check_error("run leak --vary listen", &expect!["--vary is for `pileup twin`"]);
        check_error(
            "twin leak --vary colour",
            &expect![
                "--vary takes a knob of leak: listen, hears, send, forgetful, workers, work, stuck, shape, capacity, parent, timeout, timer, traffic, requests, jitter, hangs, memory, deploy, freeze"
            ],
        );
        check_error(
            "twin leak --csv x",
            &expect!["a twin is printed as text or as data; for --svg, --csv and --timeline run each by itself"],
        );
    }

    #[test]
    fn an_input_names_a_time_and_a_live_knob() {
        let words = ["run", "leak", "--at", "20s:listen=on", "--at", "1500ms:traffic=0"].map(OsString::from);
        let Ok(Command::Run(run)) = parse(words) else { panic!("a good command") };
        assert_eq!(run.inputs[0].at_us, 1_500_000);
        assert_eq!((run.inputs[1].at_us, run.inputs[1].knob, run.inputs[1].value), (20_000_000, 0, 1));
        check_error(
            "run leak --at 1s:workers=3",
            &expect![
                "workers is read at the start of a run only, use --set; during a run one can turn listen, hears, send, forgetful, stuck, traffic, memory, deploy, freeze"
            ],
        );
    }
}
