//! The command line's arguments, parsed and checked.

use std::ffi::OsString;
use std::path::PathBuf;
use std::rc::Rc;

use lexopt::prelude::*;

use crate::executor::engine::Order;
use crate::lessons::{self, Knob, Lesson, When};
use crate::player::run::{Input, Spec};
use crate::stage::palette::Theme;
use crate::text::Language;

/// What `--help` prints.
pub const HELP: &str = "\
Pileup: what a cancelled task does when nobody taught it to listen.

  pileup run LESSON [options]   run it, print a picture of what happened and the verdict
  pileup lessons                list the lessons, their knobs and presets

  --preset NAME                 start from a preset of the lesson
  --set KNOB=VALUE              set a knob at the start; may be repeated
  --at TIME:KNOB=VALUE          turn a live knob during the run; may be repeated, in the order of time
  --seed N                      what decides every draw (default 1)
  --order fifo|seeded|go        in which order ready tasks are polled (default fifo)
  --for TIME                    how much virtual time to run, such as 60s or 1500ms (default 60s)
  --json                        print data instead of a picture
  --timeline                    print every poll, like a logic analyser (for short runs)

  --svg FILE                    write a picture of the last moment, with a caption; - prints it
  --csv FILE                    write the counts over time, for a spreadsheet; - prints them
  --page URL                    the address of your copy of the page, for the link in these files
  --lang en|ko                  the language of the picture (default en)
  --theme light|dark            its colours (default light)
";

/// What to do.
pub enum Command {
    /// Print [`HELP`].
    Help,
    /// List the lessons.
    Lessons,
    /// Run one.
    Run(RunArguments),
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
    /// The files to write besides.
    pub files: FileArguments,
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
        "run" => run(parser),
        "lessons" => match parser.next().map_err(sentence)? {
            None => Ok(Command::Lessons),
            Some(other) => Err(format!("{}; `pileup lessons` takes nothing more", other.unexpected())),
        },
        "help" => Ok(Command::Help),
        other => Err(format!("there is no command '{other}'; the commands are run, lessons")),
    }
}

fn run(mut parser: lexopt::Parser) -> Result<Command, String> {
    let mut lesson = None;
    let (mut sets, mut ats, mut preset) = (Vec::new(), Vec::new(), None);
    let (mut seed, mut for_us, mut order, mut format) = (1, 60_000_000, Order::Fifo, Format::Text);
    let mut files = FileArguments { svg: None, csv: None, page: String::new(), language: None, theme: Theme::Light };
    while let Some(argument) = parser.next().map_err(sentence)? {
        match argument {
            Value(name) if lesson.is_none() => lesson = Some(find_lesson(&text(name)?)?),
            Long("preset") => preset = Some(value(&mut parser)?),
            Long("set") => sets.push(value(&mut parser)?),
            Long("at") => ats.push(value(&mut parser)?),
            Long("seed") => seed = parse_seed(&value(&mut parser)?)?,
            Long("order") => order = parse_order(&value(&mut parser)?)?,
            Long("for") => for_us = parse_time("--for", &value(&mut parser)?)?,
            Long("json") => format = Format::Json,
            Long("timeline") => format = Format::Timeline,
            Long("svg") => files.svg = Some(target(&mut parser)?),
            Long("csv") => files.csv = Some(target(&mut parser)?),
            Long("page") => files.page = value(&mut parser)?,
            Long("lang") => files.language = Some(parse_language(&value(&mut parser)?)?),
            Long("theme") => files.theme = parse_theme(&value(&mut parser)?)?,
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(format!("{}; try `pileup --help`", other.unexpected())),
        }
    }
    check_output(&files, format)?;
    let lesson = lesson.ok_or_else(|| format!("which lesson? `pileup run {}`", lessons::first().name))?;
    let preset = preset.map(|name| find_preset(&lesson, &name)).transpose()?;
    let mut knobs = preset.map_or_else(|| lesson.defaults(), |preset| lesson.values_of(preset));
    for setting in &sets {
        let (knob, value) = parse_setting("--set", &lesson, setting)?;
        knobs[knob] = value;
    }
    let mut inputs = ats.iter().map(|at| parse_input(&lesson, at)).collect::<Result<Vec<_>, _>>()?;
    inputs.sort_by_key(|input| input.at_us);
    let alike = || (0..lesson.presets.len()).find(|preset| lesson.values_of(*preset) == knobs);
    let preset = preset.or_else(alike).unwrap_or(0);
    Ok(Command::Run(RunArguments { lesson, preset, knobs, inputs, seed, order, for_us, format, files }))
}

fn find_preset(lesson: &Lesson, name: &str) -> Result<usize, String> {
    lesson.preset(name).ok_or_else(|| {
        let known: Vec<&str> = lesson.presets.iter().map(|preset| &*preset.name).collect();
        format!("the lesson {} has no preset '{name}'; it has {}", lesson.name, known.join(", "))
    })
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

fn find_lesson(name: &str) -> Result<Rc<Lesson>, String> {
    lessons::by_name(name).ok_or_else(|| {
        let known: Vec<_> = lessons::all().iter().map(|lesson| lesson.name.clone()).collect();
        format!("there is no lesson '{name}'; there is {}", known.join(", "))
    })
}

fn parse_seed(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("--seed takes a whole number from 0 to {}, not '{text}'", u32::MAX))
}

fn parse_order(text: &str) -> Result<Order, String> {
    Order::ALL
        .into_iter()
        .find(|order| order.as_str() == text)
        .ok_or_else(|| format!("--order takes fifo, seeded or go, not '{text}'"))
}

/// A day of virtual time.
const TIME_MAX_MS: u64 = 86_400_000;

fn parse_time(option: &str, text: &str) -> Result<u64, String> {
    let (digits, unit_ms) = match text.strip_suffix("ms") {
        Some(digits) => (digits, 1),
        None => (text.strip_suffix('s').unwrap_or(""), 1_000),
    };
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let ms = digits.parse::<u64>().ok().filter(|_| plain).and_then(|count| count.checked_mul(unit_ms));
    match ms {
        Some(ms) if ms <= TIME_MAX_MS => Ok(ms * 1_000),
        Some(_) => Err(format!("{option} takes at most a day (86400s), not '{text}'")),
        None => Err(format!("{option} takes a time such as 60s or 1500ms, not '{text}'")),
    }
}

fn parse_setting(option: &str, lesson: &Lesson, text: &str) -> Result<(usize, u32), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| format!("{option} takes KNOB=VALUE, such as {}, not '{text}'", example(lesson)))?;
    let number = lesson.knob(name).ok_or_else(|| {
        let known: Vec<&str> = lesson.knobs.iter().map(|knob| &*knob.name).collect();
        format!("the lesson {} has no knob '{name}'; it has {}", lesson.name, known.join(", "))
    })?;
    let knob: &Knob = &lesson.knobs[number];
    let value = knob.parse(value).map_err(|_| format!("{name} takes {}, not '{value}'", knob.allowed()))?;
    Ok((number, value))
}

/// An example of a setting that is right at any time: the switch on, or else the first live knob at its default.
fn example(lesson: &Lesson) -> String {
    let live = || lesson.knobs.iter().position(|knob| knob.when == When::Live);
    let (number, value) = match lesson.switch {
        Some(switch) => (switch, Some(1)),
        None => (live().unwrap_or(0), None),
    };
    let knob = lesson.knobs.get(number);
    knob.map_or_else(String::new, |knob| [&knob.name, "=", &knob.format(value.unwrap_or(knob.default))].concat())
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

fn value(parser: &mut lexopt::Parser) -> Result<String, String> {
    parser.value().map_err(sentence).and_then(text)
}

fn text(value: OsString) -> Result<String, String> {
    value.into_string().map_err(|value| format!("'{}' is not UTF-8", value.display()))
}

fn sentence(error: lexopt::Error) -> String {
    format!("{error}; try `pileup --help`")
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
        check_error("run lake", &expect![[r#"there is no lesson 'lake'; there is leak"#]]);
        check_error("walk", &expect![[r#"there is no command 'walk'; the commands are run, lessons"#]]);
        check_error("run leak --set listen=maybe", &expect![[r#"listen takes off, on, not 'maybe'"#]]);
        check_error("run leak --order lifo", &expect![[r#"--order takes fifo, seeded or go, not 'lifo'"#]]);
        check_error("run leak --set workers=51", &expect![[r#"workers takes 1 to 50, not '51'"#]]);
        check_error("run leak --set listen", &expect![[r#"--set takes KNOB=VALUE, such as listen=on, not 'listen'"#]]);
        check_error(
            "run leak --at listen=on",
            &expect!["--at takes TIME:KNOB=VALUE, such as 20s:listen=on, not 'listen=on'"],
        );
        check_error("run leak --for 3h", &expect![[r#"--for takes a time such as 60s or 1500ms, not '3h'"#]]);
        check_error("run leak --for 100000s", &expect![[r#"--for takes at most a day (86400s), not '100000s'"#]]);
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
    fn an_input_names_a_time_and_a_live_knob() {
        let words = ["run", "leak", "--at", "20s:listen=on", "--at", "1500ms:traffic=0"].map(OsString::from);
        let Ok(Command::Run(run)) = parse(words) else { panic!("a good command") };
        assert_eq!(run.inputs[0].at_us, 1_500_000);
        assert_eq!((run.inputs[1].at_us, run.inputs[1].knob, run.inputs[1].value), (20_000_000, 0, 1));
        check_error(
            "run leak --at 1s:workers=3",
            &expect![[
                r#"workers is read at the start of a run only, use --set; during a run one can turn listen, hears, send, forgetful, stuck, traffic"#
            ]],
        );
    }
}
