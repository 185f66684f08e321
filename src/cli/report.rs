//! A run as a picture in text: its counts over time, the verdict, and where its tasks wait.

use std::fmt::Write as _;

use crate::executor::engine::Stop;
use crate::lessons::{self, Lesson, When};
use crate::player::curve::Sample;
use crate::player::drain::Drained;
use crate::player::run::Player;
use crate::text::{Language, fill};
use crate::trace::event::{PlaceId, Role, WaitReason};
use crate::verdict::detectors::{Finding, Findings};
use crate::verdict::drain::{ByRole, Drain};

/// Columns of the picture.
const WIDTH: usize = 60;

use Side::{Left, Right};

/// What `pileup lessons` prints.
pub fn lessons() -> String {
    lessons::all().iter().map(|lesson| describe(lesson)).collect()
}

fn describe(lesson: &Lesson) -> String {
    let mut knobs = vec![["knob", "values", "default"].map(str::to_owned)];
    knobs.extend(lesson.knobs.iter().map(|knob| {
        let live = if knob.when == When::Live { "  live" } else { "" };
        [knob.name.to_string(), knob.allowed(), knob.format(knob.default) + live]
    }));
    let mut presets = vec![["preset", "settings"].map(str::to_owned)];
    presets.extend(lesson.presets.iter().map(|preset| {
        let settings = preset.settings.iter().filter_map(|(name, value)| {
            lesson.knob(name).map(|knob| format!("{name}={}", lesson.knobs[knob].format(*value)))
        });
        [preset.name.to_string(), settings.collect::<Vec<_>>().join(" ")]
    }));
    format!("{}\n\n{}\n{}", lesson.name, columns(&knobs, &[Left; 3]), columns(&presets, &[Left; 2]))
}

/// On which side of its column a text stands.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Left,
    Right,
}

/// Rows as lines, two spaces before each column: the one place where texts are put beside each other. A column is as wide as
/// the widest of its texts, so that none touches its neighbour.
pub(super) fn columns<const COUNT: usize>(rows: &[[String; COUNT]], sides: &[Side; COUNT]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; COUNT] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for ((cell, width), side) in row.iter().zip(widths).zip(sides) {
            let _ = match side {
                Left => write!(line, "  {cell:<width$}"),
                Right => write!(line, "  {cell:>width$}"),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// What `pileup run` prints before the verdict.
pub fn run(player: &Player) -> String {
    let spec = player.spec();
    let counts = player.ledger().counts();
    let mut text = format!("{}  seed {}  {} of virtual time\n", spec.lesson.name, spec.seed, time(player.now_us()));
    let settings = spec.lesson.knobs.iter().zip(&spec.knobs).filter(|(knob, value)| knob.default != **value);
    let settings: Vec<String> =
        settings.map(|(knob, value)| format!("{}={}", knob.name, knob.format(*value))).collect();
    if !settings.is_empty() {
        let _ = writeln!(text, "{}", settings.join(" "));
    }
    for input in &spec.inputs {
        let knob = &spec.lesson.knobs[input.knob];
        let _ = writeln!(text, "at {}: {}={}", time(input.at_us), knob.name, knob.format(input.value));
    }
    text.push('\n');
    text += &picture(player.curve().samples());
    let _ = writeln!(
        text,
        "\nspawned {}  finished {}  alive {}: working {}, stopping {}, leaked {} ({} stranded, {} runaway; {} parents)",
        counts.spawned,
        counts.finished,
        counts.alive,
        counts.working,
        counts.stopping,
        counts.leaked,
        counts.stranded,
        counts.runaway,
        counts.parents_leaked
    );
    if counts.unproven > 0 {
        let _ = writeln!(text, "{} more are unproven: neither shown to be stuck nor to end", counts.unproven);
    }
    if counts.children_dropped + counts.half_done > 0 {
        let _ =
            writeln!(text, "dropped {}, which left work half done {} times", counts.children_dropped, counts.half_done);
    }
    if counts.deploys + counts.ooms > 0 {
        let _ = writeln!(
            text,
            "started anew {} times by a deploy and {} times because the memory was full; {} tasks went with their process",
            counts.deploys, counts.ooms, counts.killed
        );
    }
    let _ = writeln!(
        text,
        "held: {} bytes here; as goroutines at 2.8 kB each, {} kB",
        player.held_bytes(),
        u64::from(counts.alive) * 28 / 10
    );
    text += &table(player);
    text += &stopped(player);
    text
}

fn picture(samples: &[Sample]) -> String {
    let most = samples.iter().map(Sample::alive).max().unwrap_or(0).max(1);
    let row = |name: &str, of: fn(&Sample) -> u32| {
        let bars: String = sampled(samples).map(|sample| bar(of(sample), most)).collect();
        let last = samples.last().map_or(0, of);
        format!("  {name:<9}{bars} {last}\n")
    };
    let mut text = format!("  of at most {most} alive at once\n");
    text += &row("working", |sample| sample.working);
    text += &row("stopping", |sample| sample.stopping);
    text += &row("leaked", |sample| sample.leaked);
    text
}

fn sampled(samples: &[Sample]) -> impl Iterator<Item = &Sample> {
    let width = WIDTH.min(samples.len().max(1));
    (0..width).filter_map(move |column| samples.get(column * samples.len().saturating_sub(1) / (width - 1).max(1)))
}

fn bar(value: u32, most: u32) -> char {
    const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    BARS[(u64::from(value) * 8).div_ceil(u64::from(most)) as usize]
}

fn table(player: &Player) -> String {
    let mut rows = vec![["role", "waits in", "at", "alive", "leaked"].map(str::to_owned)];
    rows.extend(waits(player).into_iter().map(|wait| {
        let WaitRow { role, reason, point, alive, leaked } = wait;
        [role.as_str().to_owned(), reason.as_str().to_owned(), point, alive.to_string(), leaked.to_string()]
    }));
    if rows.len() == 1 { String::new() } else { format!("\n{}", columns(&rows, &[Left, Left, Left, Right, Right])) }
}

fn stopped(player: &Player) -> String {
    match player.stop() {
        None => String::new(),
        Some(stop) => format!("\nstopped: {}\n", stop_sentence(stop)),
    }
}

pub(super) fn stop_sentence(stop: Stop) -> String {
    match stop {
        Stop::Panicked(task, panic) => format!("{} (task {})", panic.as_str(), task.0),
        Stop::Limit(limit) => limit.as_str().to_owned(),
    }
}

/// How many tasks of a role wait for one reason at one wait point.
pub(crate) struct WaitRow {
    pub(crate) role: Role,
    pub(crate) reason: WaitReason,
    pub(crate) point: String,
    pub(crate) alive: u32,
    pub(crate) leaked: u32,
}

/// The table by role, reason and wait point; the root's waits are not in it.
pub(crate) fn waits(player: &Player) -> Vec<WaitRow> {
    let counts = player.ledger().waits().filter(|wait| wait.role != Role::Root && wait.alive > 0);
    counts
        .map(|wait| WaitRow {
            role: wait.role,
            reason: wait.reason,
            point: point(player, wait.place),
            alive: wait.alive,
            leaked: wait.leaked,
        })
        .collect()
}

/// The name of the wait point on a line, or the line itself where the listing has none.
fn point(player: &Player, place: PlaceId) -> String {
    let place = player.trace().place(place);
    let listing = player.spec().lesson.listings.iter().find(|listing| listing.file == place.file);
    let named = listing.and_then(|listing| listing.points_at(place.line).first().copied());
    named.map_or_else(|| format!("{}:{}", place.file, place.line), str::to_owned)
}

/// What `pileup run` prints last.
pub fn drain((drained, findings): &(Drained, Option<Findings>)) -> String {
    let judged = judged(drained);
    findings.as_ref().map_or(judged.clone(), |findings| judged + &detectors(findings))
}

/// A line for each known detector: what it is worth, since when it reports how many, and why it is wrong.
fn detectors(findings: &[Finding]) -> String {
    let say = &Language::English.messages().drain;
    let rows = findings.iter().map(|finding| {
        let said = finding.first_us.map(|first_us| {
            let counts = [finding.reported, finding.right].map(|count| count.to_string());
            fill(say.reports, &[&time(first_us), &counts[0], &counts[1]])
        });
        let why = finding.why.map(|why| fill(say.why[why.number()], &[&why.blocked().to_string()]));
        let text: Vec<String> = said.into_iter().chain(why).collect();
        [finding.detector.name().to_owned(), say.rating[finding.rating as usize].to_lowercase(), text.join(": ")]
    });
    let rows: Vec<[String; 3]> = rows.collect();
    format!("\nknown detectors:\n{}", columns(&rows, &[Left, Left, Left]))
}

fn judged(drained: &Drained) -> String {
    let lead = "\ndrain test (traffic stopped, every request closed): ";
    lead.to_owned()
        + &match drained {
            Drained::Stopped(stop) => format!("not possible, the run stopped: {}\n", stop_sentence(*stop)),
            Drained::Judged(Drain::Clean { at_us }) => format!("clean. Nobody is left at {}.\n", time(*at_us)),
            Drained::Judged(Drain::Leaks { at_us, stranded, runaway, held_up }) => format!(
                "leaks. Left for ever at {}: {}, {}, {}.\n",
                time(*at_us),
                by_role("stranded", *stranded),
                by_role("runaway", *runaway),
                by_role("held up by them", *held_up)
            ),
            Drained::Judged(Drain::Unproven { leaked, alive, horizon_us }) => {
                format!("unproven. At {} {leaked} are leaked for certain, {alive} still run.\n", time(*horizon_us))
            }
        }
}

fn by_role(name: &str, count: ByRole) -> String {
    format!("{} {name} ({} parents, {} children)", count.total(), count.parents, count.children)
}

pub(super) fn time(us: u64) -> String {
    if us.is_multiple_of(1_000_000) {
        format!("{}s", us / 1_000_000)
    } else {
        format!("{}.{:03}s", us / 1_000_000, us / 1_000 % 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_columns_of_the_lessons_are_glued_together() {
        for lesson in lessons::all() {
            let text = describe(&lesson);
            for knob in lesson.knobs.iter() {
                let parts = [&*knob.name, &knob.allowed(), &knob.format(knob.default)];
                let row = text.lines().find(|line| line.starts_with(&format!("  {} ", knob.name)));
                let columns: Vec<&str> = row.into_iter().flat_map(|row| row.trim().split("  ")).collect();
                let columns = columns.into_iter().map(str::trim).filter(|column| !column.is_empty());
                assert_eq!(columns.take(3).collect::<Vec<_>>(), parts, "{text}");
            }
            for preset in &lesson.presets {
                let row = text.lines().find(|line| line.trim().split(' ').next() == Some(&*preset.name));
                assert!(row.is_some(), "{} is no column of its own in {text}", preset.name);
            }
        }
    }

    #[test]
    fn a_column_is_as_wide_as_its_widest_text_and_ends_no_line_with_spaces() {
        let row = |first: &str, second: &str| [first.to_owned(), second.to_owned()];
        let rows = [row("a", "1"), row("리크와-누수", ""), row("", "100")];
        assert_eq!(columns(&rows, &[Left, Right]), "  a         1\n  리크와-누수\n          100\n");
    }
}
