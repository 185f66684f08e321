//! The listing as it is shown at one moment: which lines, how they are marked, how many wait on them.
//!
//! Places of the trace are lines of the Rust file. A line of another language is the same wait point if it bears the
//! same name under the same condition: then it shows the same tasks, also those that wait where no new task comes by.

use crate::lessons::Lesson;
use crate::lessons::listing::{Language, Line};
use crate::page::facts::LineWait;
use crate::page::highlight;

/// How a line is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// In effect.
    Plain,
    /// In effect, and only because the switch is on.
    Added,
    /// Not in effect, and would be if the switch were on.
    Ghost,
    /// Not in effect because the switch is on.
    Taken,
    /// Not in effect.
    Off,
}

/// A line with everything that decides its look but the moment.
pub(crate) struct Shown {
    pub(crate) html: String,
    pub(crate) line: Line,
    /// The lines of the Rust file whose waits are shown here.
    pub(crate) places: Vec<u32>,
}

/// The shown lines of a lesson in a language.
pub(crate) fn read(lesson: &Lesson, language: Language) -> Vec<Shown> {
    let lines =
        |language| lesson.listings.iter().find(|listing| listing.language == language).map(|l| l.lines(lesson.knobs));
    let rust = lines(Language::Rust).unwrap_or_default();
    let own = lines(language).unwrap_or_default();
    let shows = |line: &Line| {
        let same_point = |place: &&Line| place.points.iter().any(|point| line.points.contains(point));
        if language == Language::Rust {
            return vec![line.number];
        }
        let candidates: Vec<&Line> = rust.iter().filter(same_point).collect();
        let is_alone = |place: &Line| {
            !own.iter().any(|other| other != line && other.points == line.points && other.when == place.when)
        };
        candidates
            .into_iter()
            .filter(|place| place.when == line.when || is_alone(place))
            .map(|place| place.number)
            .collect()
    };
    let places: Vec<Vec<u32>> =
        own.iter().map(|line| if line.points.is_empty() { Vec::new() } else { shows(line) }).collect();
    let shown = |(line, places): (Line, Vec<u32>)| Shown { html: highlight::line(line.text, language), line, places };
    own.into_iter().zip(places).map(shown).collect()
}

impl Shown {
    /// How the line is shown under these values of the knobs; the switch is knob 0.
    pub(crate) fn look(&self, values: &[u32]) -> Look {
        let with = |switch: u32| self.line.in_effect(&[&[switch], values.get(1..).unwrap_or(&[])].concat());
        let is_on = values.first() == Some(&1);
        match (with(0), with(1), is_on) {
            (true, true, _) | (true, false, false) => Look::Plain,
            (false, true, true) => Look::Added,
            (false, true, false) => Look::Ghost,
            (true, false, true) => Look::Taken,
            (false, false, _) => Look::Off,
        }
    }

    /// Whether the switch makes a difference to this line.
    pub(crate) fn is_switched(&self, values: &[u32]) -> bool {
        let with = |switch: u32| self.line.in_effect(&[&[switch], values.get(1..).unwrap_or(&[])].concat());
        with(0) != with(1)
    }

    /// How many wait here: alive, leaked, stopping.
    pub(crate) fn waits(&self, waits: &[LineWait]) -> [u32; 3] {
        let mut sum = [0; 3];
        for wait in waits.iter().filter(|wait| self.places.contains(&wait.line)) {
            sum[0] += wait.alive;
            sum[1] += wait.leaked;
            sum[2] += wait.stopping;
        }
        sum
    }
}
