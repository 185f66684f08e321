//! The listing as it is shown at one moment: which lines, how they are marked, how many wait on them.
//!
//! Places of the trace are lines of the file that runs. A line of another listing is the same wait point if it bears the
//! same name under the same condition: then it shows the same tasks, also those that wait where no new task comes by.

use crate::lessons::Lesson;
use crate::lessons::listing::{CodeLanguage, Line};
use crate::page::facts::LineWait;
use crate::page::highlight;
use crate::text::Text;

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
    /// The lines of the running file whose waits are shown here.
    pub(crate) places: Vec<Spot>,
}

/// A line of a file.
#[derive(Clone, PartialEq)]
pub(crate) struct Spot {
    file: Text,
    line: u32,
}

impl Spot {
    /// Whether a place of the trace is on it.
    pub(crate) fn holds(&self, file: &str, line: u32) -> bool {
        self.line == line && self.file == file
    }
}

/// The shown lines of a lesson in a language.
pub(crate) fn read(lesson: &Lesson, language: CodeLanguage) -> Vec<Shown> {
    let listing = lesson.listings.iter().find(|listing| listing.language == language);
    let (Some(listing), Some(running)) = (listing, lesson.running_listing()) else { return Vec::new() };
    let [own, run] = [listing, running].map(|listing| listing.lines(&lesson.knobs));
    let shows = |line: &Line| {
        let same_point = |place: &&Line| place.points.iter().any(|point| line.points.contains(point));
        if listing.file == running.file {
            return vec![line.number];
        }
        let candidates: Vec<&Line> = run.iter().filter(same_point).collect();
        let is_alone = |place: &Line| {
            !own.iter()
                .any(|other| other != line && other.points == line.points && other.conditions == place.conditions)
        };
        candidates
            .into_iter()
            .filter(|place| place.conditions == line.conditions || is_alone(place))
            .map(|place| place.number)
            .collect()
    };
    let places = |line: &Line| {
        let lines = if line.points.is_empty() { Vec::new() } else { shows(line) };
        lines.into_iter().map(|line| Spot { file: running.file.clone(), line }).collect()
    };
    let places: Vec<Vec<Spot>> = own.iter().map(places).collect();
    let shown = |(line, places): (Line, _)| Shown { html: highlight::line(&line.text, language), line, places };
    own.into_iter().zip(places).map(shown).collect()
}

impl Shown {
    /// How the line is shown under these values of the knobs, of which one may be the switch.
    pub(crate) fn look(&self, values: &[u32], switch: Option<usize>) -> Look {
        let is_on = switch.is_some_and(|switch| values.get(switch) == Some(&1));
        let [off, on] = self.off_and_on(values, switch);
        match (off, on, is_on) {
            (true, true, _) | (true, false, false) => Look::Plain,
            (false, true, true) => Look::Added,
            (false, true, false) => Look::Ghost,
            (true, false, true) => Look::Taken,
            (false, false, _) => Look::Off,
        }
    }

    /// Whether the switch makes a difference to this line.
    pub(crate) fn is_switched(&self, values: &[u32], switch: Option<usize>) -> bool {
        let [off, on] = self.off_and_on(values, switch);
        off != on
    }

    /// Whether the line is in effect with the switch off, and with it on.
    fn off_and_on(&self, values: &[u32], switch: Option<usize>) -> [bool; 2] {
        [0, 1].map(|set| {
            let mut values = values.to_vec();
            if let Some(value) = switch.and_then(|switch| values.get_mut(switch)) {
                *value = set;
            }
            self.line.in_effect(&values)
        })
    }

    /// How many wait here: alive, leaked, stopping.
    pub(crate) fn waits(&self, waits: &[LineWait]) -> [u32; 3] {
        let mut sum = [0; 3];
        for wait in waits.iter().filter(|wait| self.places.iter().any(|spot| spot.holds(&wait.file, wait.line))) {
            sum[0] += wait.alive;
            sum[1] += wait.leaked;
            sum[2] += wait.stopping;
        }
        sum
    }
}
