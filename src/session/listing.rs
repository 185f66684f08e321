//! The listing as it is shown at one moment: which lines, how they are marked, how many wait on them.
//!
//! Places of the trace are lines of the file that runs. A line of another listing is the same wait point if it bears the
//! same name under the same condition: then it shows the same tasks, also those that wait where no new task comes by.

use crate::lessons::Lesson;
use crate::lessons::listing::{CodeLanguage, Line};
use crate::session::highlight;
use crate::session::waits::{LineWait, Spot};
use crate::text::Text;

/// How a line is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// In effect.
    Plain,
    /// In effect, and only because the switch stands as it does.
    Added,
    /// Not in effect, and would be if the switch were on.
    Ghost,
    /// Not in effect because the switch stands as it does.
    Taken,
    /// Not in effect.
    Off,
}

/// The code panel: one language of the lesson's listing, and whether the lines that are not in effect are shown.
pub struct Listing {
    /// In which language.
    pub language: CodeLanguage,
    /// The language that a reader wants, also while a lesson is shown that is not written in it.
    pub wanted: CodeLanguage,
    /// Whether every line is shown that the switch adds or takes away.
    pub has_ghosts: bool,
    /// The wait point that it is scrolled to; empty for the first function that the switch changes.
    pub point: Text,
    /// Whether the switch was turned during the run: then what it took away stands beside what it added.
    pub is_turned: bool,
    switch: Option<usize>,
    lines: Vec<Shown>,
}

/// A line that is shown at one moment.
pub struct Visible<'l> {
    /// Its number among all lines of the listing, from 0.
    pub index: usize,
    /// The line.
    pub shown: &'l Shown,
    /// How it is shown.
    pub look: Look,
    /// The number in its margin.
    pub number: u32,
    /// How many wait here.
    pub waits: Waiting,
    /// Whether the listing is scrolled to this line.
    pub is_first: bool,
    /// Whether it is scrolled to this line when the switch is turned.
    pub is_change: bool,
}

impl Visible<'_> {
    /// The number that stands in its margin: a line of another language has none while it is not in effect.
    pub fn margin_number(&self, language: CodeLanguage) -> Option<u32> {
        let is_counted = language == CodeLanguage::Rust || matches!(self.look, Look::Plain | Look::Added);
        is_counted.then_some(self.number)
    }
}

/// How many tasks wait on a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// All of them.
    pub alive: u32,
    /// Those that have leaked.
    pub leaked: u32,
    /// Those that were told to stop.
    pub stopping: u32,
}

/// A line with everything that decides its look but the moment.
pub struct Shown {
    /// Its text, coloured, as HTML.
    pub html: String,
    /// Where it stands and when it is in effect.
    pub line: Line,
    /// The lines of the running file whose waits are shown here.
    pub places: Vec<Spot>,
}

impl Listing {
    /// The listing of a lesson in a language.
    pub fn new(lesson: &Lesson, language: CodeLanguage) -> Listing {
        let wanted = language;
        let language = written_in(lesson, wanted);
        Listing {
            language,
            wanted,
            has_ghosts: false,
            point: Text::default(),
            is_turned: false,
            switch: lesson.switch,
            lines: read(lesson, language),
        }
    }

    /// Shows another lesson, or another language.
    pub fn show(&mut self, lesson: &Lesson, wanted: CodeLanguage) {
        let language = written_in(lesson, wanted);
        (self.language, self.wanted) = (language, wanted);
        self.switch = lesson.switch;
        self.lines = read(lesson, language);
    }

    /// The lines of the running file whose waits are shown on this line.
    pub fn places(&self, index: usize) -> &[Spot] {
        self.lines.get(index).map_or(&[], |shown| &shown.places)
    }

    /// The lines that are shown under these values of the knobs while tasks wait there.
    pub fn visible(&self, values: &[u32], waits: &[LineWait]) -> Vec<Visible<'_>> {
        let first = self.line_of_point(values).or_else(|| self.first_switched(values));
        let is_rust = self.language == CodeLanguage::Rust;
        let mut number = 0;
        let mut lines = Vec::new();
        for (index, shown) in self.lines.iter().enumerate() {
            let look = self.look(shown, values);
            let waits = shown.waits(waits);
            let is_in_effect = matches!(look, Look::Plain | Look::Added);
            let is_of_before = self.is_turned && look == Look::Taken;
            let may_show = is_rust || waits.alive > 0 || is_of_before || self.has_ghosts && look != Look::Off;
            if !is_in_effect && !may_show {
                continue;
            }
            number += u32::from(is_in_effect);
            let number = if is_rust { shown.line.number } else { number };
            lines.push(Visible { index, shown, look, number, waits, is_first: first == Some(index), is_change: false });
        }
        if self.is_turned {
            mark_change(&mut lines);
        }
        lines
    }

    /// How a line is shown. Once the switch was turned, either way, what it adds and takes away is told by where it stands.
    fn look(&self, shown: &Shown, values: &[u32]) -> Look {
        match shown.look(values, self.switch) {
            Look::Plain if self.is_turned && shown.is_switched(values, self.switch) => Look::Added,
            Look::Ghost if self.is_turned => Look::Taken,
            look => look,
        }
    }

    /// Whether a spot is on a line that the switch took away when it was turned.
    pub fn is_taken(&self, spot: &Spot, values: &[u32]) -> bool {
        let mut there = self.lines.iter().filter(|shown| shown.places.contains(spot));
        self.is_turned && there.any(|shown| self.look(shown, values) == Look::Taken)
    }

    /// The first line in effect that bears the name of the point.
    fn line_of_point(&self, values: &[u32]) -> Option<usize> {
        let is_it =
            |shown: &Shown| shown.line.points.iter().any(|point| *point == self.point) && shown.line.in_effect(values);
        self.lines.iter().position(is_it)
    }

    /// The number of the line on which the waits of a spot are shown, if it is in effect.
    pub fn line_of(&self, spot: Option<&Spot>, values: &[u32], waits: &[LineWait]) -> Option<u32> {
        let spot = spot?;
        let is_it =
            |line: &Visible<'_>| matches!(line.look, Look::Plain | Look::Added) && line.shown.places.contains(spot);
        self.visible(values, waits).into_iter().find(is_it).map(|line| line.number)
    }

    /// The places of the running file that are shown, with the numbers of their lines; none for a line that is not in effect and
    /// has no number of its own.
    pub fn numbers(&self, values: &[u32], waits: &[LineWait]) -> Vec<(Spot, Option<u32>)> {
        let mut numbers = Vec::new();
        for line in self.visible(values, waits) {
            let number = line.margin_number(self.language);
            numbers.extend(line.shown.places.iter().map(|spot| (spot.clone(), number)));
        }
        // Where a wait is shown on two lines, the one in effect comes first.
        numbers.sort_by_key(|(_, number)| number.is_none());
        numbers
    }

    /// The head of the first function that the switch changes.
    fn first_switched(&self, values: &[u32]) -> Option<usize> {
        let switched = self.lines.iter().position(|line| line.is_switched(values, self.switch))?;
        let is_head = |line: &Shown| !line.line.text.starts_with([' ', '\t', '}', ')']) && !line.line.text.is_empty();
        let head = self.lines[..switched].iter().rposition(is_head)?;
        // The comment above it belongs to it.
        Some(head.checked_sub(1).filter(|above| is_head(&self.lines[*above])).unwrap_or(head))
    }
}

/// Marks the line that a turn of the switch is seen at: where somebody waits on what it took away, or else its first one.
fn mark_change(lines: &mut [Visible<'_>]) {
    let is_deaf = |line: &Visible<'_>| line.look == Look::Taken && line.waits.alive > 0;
    let is_changed = |line: &Visible<'_>| matches!(line.look, Look::Taken | Look::Added);
    let found = lines.iter().position(is_deaf).or_else(|| lines.iter().position(is_changed));
    if let Some(found) = found {
        lines[found].is_change = true;
    }
}

impl Shown {
    /// How the line is shown under these values of the knobs, of which one may be the switch.
    pub fn look(&self, values: &[u32], switch: Option<usize>) -> Look {
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
    pub fn is_switched(&self, values: &[u32], switch: Option<usize>) -> bool {
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

    /// How many wait here.
    pub fn waits(&self, waits: &[LineWait]) -> Waiting {
        let mut sum = Waiting::default();
        for wait in waits.iter().filter(|wait| self.places.iter().any(|spot| spot.holds(&wait.file, wait.line))) {
            sum.alive += wait.alive;
            sum.leaked += wait.leaked;
            sum.stopping += wait.stopping;
        }
        sum
    }
}

/// The language of a lesson that is shown to who wants this one: another one, if it is not written in it.
fn written_in(lesson: &Lesson, wanted: CodeLanguage) -> CodeLanguage {
    let has_it = lesson.listings.iter().any(|listing| listing.language == wanted);
    let running = lesson.running_listing().filter(|_| !has_it);
    running.map_or(wanted, |running| running.language)
}

/// The shown lines of a lesson in a language.
fn read(lesson: &Lesson, language: CodeLanguage) -> Vec<Shown> {
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
