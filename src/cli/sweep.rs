//! The sweep on the command line: its arguments, its runs on every core, and its points as a table or as data.

use std::rc::Rc;
use std::sync::Mutex;
use std::thread;

use lexopt::prelude::*;
use serde_json::{Value as Data, json};

use crate::cli::report::{Side, columns, stop_sentence};
use crate::cli::values::{
    find_lesson, parse_knobs, parse_order, parse_time_ms, parse_with_unit, sentence, text, value,
};
use crate::executor::engine::Order;
use crate::lessons::{self, Lesson};
use crate::player::run::Spec;
use crate::player::sweep::{Answer, Plan, Point, Search, Spread};
use crate::trace::event::GOROUTINE_BYTES;

/// What a sweep asks, as it was typed.
pub struct SweepArguments {
    /// The program.
    pub lesson: Rc<Lesson>,
    /// The value of each knob; that of the traffic is replaced.
    pub knobs: Vec<u32>,
    /// The number of the knob that is varied.
    pub traffic: usize,
    /// In which order ready tasks are polled.
    pub order: Order,
    /// The loads, in requests a minute.
    pub loads: Vec<u32>,
    /// With how many seeds each load is run: those from 1 on.
    pub seeds: u32,
    /// How much memory there is, in bytes.
    pub limit_bytes: u64,
    /// How long until the next deploy, in milliseconds of virtual time.
    pub deploy_ms: u64,
    /// How the points are printed.
    pub format: Format,
}

/// How the points are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As a table.
    Table,
    /// As data.
    Json,
}

const LOADS: [u32; 6] = [1, 6, 60, 600, 6_000, 60_000];
/// So many loads at most: more are no curve that anybody reads.
const LOADS_MAX: usize = 100;
const SEEDS_MAX: u32 = 1_000;
/// What as many live tasks as the engine takes would hold, with room to spare.
const LIMIT_MAX_BYTES: u64 = 8 << 30;
/// A month of virtual time.
const DEPLOY_MAX_MS: u64 = 31 * 86_400_000;

/// The units of a size, in bytes; one that ends like another stands before it.
const SIZE_UNITS: [(&str, u64); 7] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

/// Reads what stands behind `sweep`; none when help is asked for.
pub(super) fn arguments(mut parser: lexopt::Parser) -> Result<Option<SweepArguments>, String> {
    let (mut lesson, mut preset, mut sets, mut loads) = (None, None, Vec::new(), None);
    let (mut order, mut seeds, mut format) = (Order::Fifo, 3, Format::Table);
    let (mut limit_bytes, mut deploy_ms) = (1 << 30, 86_400_000);
    while let Some(argument) = parser.next().map_err(sentence)? {
        match argument {
            Value(name) if lesson.is_none() => lesson = Some(find_lesson(&text(name)?)?),
            Long("preset") => preset = Some(value(&mut parser)?),
            Long("set") => sets.push(value(&mut parser)?),
            Long("order") => order = parse_order(&value(&mut parser)?)?,
            Long("limit") => limit_bytes = parse_limit(&value(&mut parser)?)?,
            Long("deploy") => deploy_ms = parse_deploy(&value(&mut parser)?)?,
            Long("traffic") => loads = Some(value(&mut parser)?),
            Long("seeds") => seeds = parse_seeds(&value(&mut parser)?)?,
            Long("json") => format = Format::Json,
            Short('h') | Long("help") => return Ok(None),
            other => return Err(format!("{}; try `pileup --help`", other.unexpected())),
        }
    }
    let lesson = lesson.ok_or_else(|| format!("which lesson? `pileup sweep {}`", lessons::first().name))?;
    let traffic = lesson.traffic().ok_or_else(|| format!("the lesson {} has no traffic to vary", lesson.name))?;
    let (_, knobs) = parse_knobs(&lesson, preset.as_deref(), &sets)?;
    let varied = &lesson.knobs[traffic].name;
    if sets.iter().any(|set| set.split('=').next() == Some(varied)) {
        return Err(format!("a sweep varies {varied} itself; name its loads with --traffic, such as --traffic 60,600"));
    }
    let loads = loads.map_or_else(|| Ok(LOADS.to_vec()), |loads| parse_loads(&lesson, traffic, &loads))?;
    Ok(Some(SweepArguments { lesson, knobs, traffic, order, loads, seeds, limit_bytes, deploy_ms, format }))
}

fn parse_limit(text: &str) -> Result<u64, String> {
    match parse_with_unit(text, &SIZE_UNITS) {
        Some(bytes) if (1..=LIMIT_MAX_BYTES).contains(&bytes) => Ok(bytes),
        Some(_) => Err(format!("--limit takes at least 1B and at most 8GiB, not '{text}'")),
        None => Err(format!("--limit takes a size such as 512MiB or 1GiB, not '{text}'")),
    }
}

fn parse_deploy(text: &str) -> Result<u64, String> {
    match parse_time_ms("--deploy", text)? {
        ms if (1..=DEPLOY_MAX_MS).contains(&ms) => Ok(ms),
        _ => Err(format!("--deploy takes at least 1ms and at most a month (744h), not '{text}'")),
    }
}

fn parse_seeds(text: &str) -> Result<u32, String> {
    let seeds = text.parse().ok().filter(|seeds| (1..=SEEDS_MAX).contains(seeds));
    seeds.ok_or_else(|| format!("--seeds takes a whole number from 1 to {SEEDS_MAX}, not '{text}'"))
}

fn parse_loads(lesson: &Lesson, traffic: usize, text: &str) -> Result<Vec<u32>, String> {
    let knob = &lesson.knobs[traffic];
    let parse = |load: &str| {
        knob.parse(load).map_err(|_| format!("--traffic takes {}, with a comma between, not '{load}'", knob.allowed()))
    };
    let loads: Vec<u32> = text.split(',').map(parse).collect::<Result<_, _>>()?;
    if loads.len() > LOADS_MAX {
        return Err(format!("--traffic takes at most {LOADS_MAX} loads, not {}", loads.len()));
    }
    Ok(loads)
}

/// Runs a sweep to its end. Returns what to print.
pub(super) fn run(sweep: &SweepArguments) -> String {
    let points = points(sweep);
    match sweep.format {
        Format::Table => table(sweep, &points),
        Format::Json => format!("{:#}\n", Data::from_iter(points.iter().map(data))),
    }
}

/// What may cross to another thread: a lesson may not, so each thread takes its own from the registry.
#[derive(Clone, Copy)]
struct Shared<'s> {
    lesson: &'s str,
    knobs: &'s [u32],
    traffic: usize,
    order: Order,
    limit_bytes: u64,
    deploy_ms: u64,
}

impl Shared<'_> {
    fn plan(&self) -> Plan {
        let lesson = lessons::by_name(self.lesson).expect("it was found in the registry before");
        let base = Spec { knobs: self.knobs.to_vec(), order: self.order, ..Spec::new(&lesson) };
        Plan { base, traffic: self.traffic, limit_bytes: self.limit_bytes, deploy_us: self.deploy_ms * 1_000 }
    }
}

/// Every run stands alone, so that they are shared out to as many threads as there are cores.
fn points(sweep: &SweepArguments) -> Vec<Point> {
    let seeds = 1..=sweep.seeds;
    let runs = sweep.loads.iter().flat_map(|load| seeds.clone().map(move |seed| (*load, seed)));
    let mut answers: Vec<Option<Answer>> = vec![None; sweep.loads.len() * sweep.seeds as usize];
    let open = Mutex::new(runs.zip(&mut answers));
    let shared = Shared {
        lesson: &sweep.lesson.name,
        knobs: &sweep.knobs,
        traffic: sweep.traffic,
        order: sweep.order,
        limit_bytes: sweep.limit_bytes,
        deploy_ms: sweep.deploy_ms,
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let plan = shared.plan();
                let next = || open.lock().expect("no thread panics while it takes a run").next();
                while let Some(((load, seed), answer)) = next() {
                    *answer = Some(Search::new(&plan, load, seed).finish());
                }
            });
        }
    });
    let answers: Vec<Answer> = answers.into_iter().map(|answer| answer.expect("every run was made")).collect();
    let of_load = answers.chunks(sweep.seeds as usize);
    sweep.loads.iter().zip(of_load).map(|(load, answers)| Point { load: *load, answers: answers.to_vec() }).collect()
}

fn data(point: &Point) -> Data {
    let reached = point.full().map(|Spread { min_us, median_us, max_us }| {
        json!({ "min": min_us / 1_000, "median": median_us / 1_000, "max": max_us / 1_000 })
    });
    let mut data = json!({
        "traffic": point.load,
        "seeds": point.answers.len(),
        "reached_ms": reached,
        "reached_seeds": point.full_count(),
    });
    if let Some(stop) = point.stopped() {
        data["stopped"] = stop_sentence(stop).into();
    }
    data
}

fn table(sweep: &SweepArguments, points: &[Point]) -> String {
    let head = format!(
        "{}  memory {}, full with {} tasks  a deploy every {}\n\n",
        sweep.lesson.name,
        size(sweep.limit_bytes),
        sweep.limit_bytes.div_ceil(GOROUTINE_BYTES),
        time(sweep.deploy_ms * 1_000)
    );
    let mut rows = vec![["requests a minute", "memory full after", "from", "to", "seeds"].map(str::to_owned)];
    rows.extend(points.iter().map(row));
    head + &columns(&rows, &[Side::Right; 5])
}

fn row(point: &Point) -> [String; 5] {
    let seeds = format!("{} of {}", point.full_count(), point.answers.len());
    let [median, from, to] = match (point.full(), point.stopped()) {
        (Some(Spread { min_us, median_us, max_us }), _) => [median_us, min_us, max_us].map(time),
        (None, Some(stop)) => [format!("stopped: {}", stop_sentence(stop)), String::new(), String::new()],
        (None, None) => ["never".to_owned(), String::new(), String::new()],
    };
    [point.load.to_string(), median, from, to, seeds]
}

/// A size in the greatest unit that divides it.
fn size(bytes: u64) -> String {
    let fitting = SIZE_UNITS.iter().filter(|(_, unit)| bytes.is_multiple_of(*unit)).max_by_key(|(_, unit)| *unit);
    fitting.map_or_else(|| format!("{bytes} B"), |(name, unit)| format!("{} {name}", bytes / unit))
}

/// A time in two units, as people say it.
fn time(us: u64) -> String {
    let s = us / 1_000_000;
    let [days, hours, minutes] = [s / 86_400, s / 3_600 % 24, s / 60 % 60];
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{}.{} s", s, us / 100_000 % 10),
        (0, 0, _) => format!("{minutes} min {} s", s % 60),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::cli::arguments::{Command, parse};

    fn swept(options: &str) -> String {
        let words = format!("sweep leak {options}");
        match parse(words.split_whitespace().map(OsString::from)) {
            Ok(Command::Sweep(sweep)) => run(&sweep),
            Ok(_) => panic!("`{words}` is a sweep"),
            Err(sentence) => sentence,
        }
    }

    fn check(options: &str, expected: &Expect) {
        expected.assert_eq(&swept(options));
    }

    #[test]
    fn a_sweep_says_how_long_each_load_takes() {
        check(
            "--limit 200kB --deploy 2h --traffic 1,60,6000 --seeds 4",
            &expect![[r#"
            leak  memory 200 kB, full with 72 tasks  a deploy every 2 h 0 min

              requests a minute  memory full after         from          to   seeds
                              1          1 h 2 min  59 min 39 s  1 h 17 min  4 of 4
                             60             53.9 s       52.5 s   1 min 8 s  4 of 4
                           6000              0.1 s        0.1 s       0.1 s  4 of 4
        "#]],
        );
    }

    #[test]
    fn as_data_a_load_that_never_fills_the_memory_has_no_time() {
        check(
            "--limit 100kB --deploy 30m --traffic 1,600 --seeds 3 --json",
            &expect![[r#"
            [
              {
                "traffic": 1,
                "seeds": 3,
                "reached_ms": {
                  "min": 1733115,
                  "median": 1733115,
                  "max": 1733115
                },
                "reached_seeds": 1
              },
              {
                "traffic": 600,
                "seeds": 3,
                "reached_ms": {
                  "min": 479,
                  "median": 573,
                  "max": 1155
                },
                "reached_seeds": 3
              }
            ]
        "#]],
        );
    }

    #[test]
    fn nothing_fills_the_memory_where_everybody_listens() {
        check(
            "--limit 200kB --deploy 1h --traffic 60 --set listen=on --json",
            &expect![[r#"
            [
              {
                "traffic": 60,
                "seeds": 3,
                "reached_ms": null,
                "reached_seeds": 0
              }
            ]
        "#]],
        );
    }

    #[test]
    fn a_wrong_value_is_named_with_what_would_be_right() {
        check("--limit 1", &expect!["--limit takes a size such as 512MiB or 1GiB, not '1'"]);
        check("--limit 9GiB", &expect!["--limit takes at least 1B and at most 8GiB, not '9GiB'"]);
        check("--limit 0B", &expect!["--limit takes at least 1B and at most 8GiB, not '0B'"]);
        check("--deploy never", &expect!["--deploy takes a time such as 60s, 1500ms or 3h, not 'never'"]);
        check("--deploy 800h", &expect!["--deploy takes at least 1ms and at most a month (744h), not '800h'"]);
        check("--seeds 0", &expect!["--seeds takes a whole number from 1 to 1000, not '0'"]);
        check("--traffic 60,lots", &expect!["--traffic takes 0 to 60000, with a comma between, not 'lots'"]);
        check(
            "--set traffic=60",
            &expect!["a sweep varies traffic itself; name its loads with --traffic, such as --traffic 60,600"],
        );
        check("--for 60s", &expect!["invalid option '--for'; try `pileup --help`"]);
    }

    #[test]
    fn sizes_and_times_are_said_in_their_units() {
        let sizes = [1, 1_500, 4_096, 1_000_000, 3 << 20, 1 << 30].map(size);
        assert_eq!(sizes.join(", "), "1 B, 1500 B, 4 KiB, 1 MB, 3 MiB, 1 GiB");
        let times = [0, 59_900_000, 384_000_000, 3_600_000_000, 90_000_000_000].map(time);
        assert_eq!(times.join(", "), "0.0 s, 59.9 s, 6 min 24 s, 1 h 0 min, 1 d 1 h");
    }
}
