//! Messages between the playground in a frame and the article around it: version 1 of the protocol, and its specification.
//!
//! A message is a text, sent by `postMessage`: `pileup/1 VERB QUERY`. The query has the grammar of a link's
//! ([`query`](crate::link::query)): `name=value&name=value`, percent-encoded, every number whole.
//!
//! # From the article to the frame
//!
//! | message | what it does |
//! |---|---|
//! | `set QUERY` | sets any of: a knob by its name, `preset`, `seed`, `order=fifo\|seeded\|go`, `lang`, `theme=auto\|light\|dark`, `speed` in per cent |
//! | `play`, `pause` | lets the clock run, or rest; a `pause` also ends a seek that has been under way for half a second, where it is |
//! | `step by=poll\|event\|task-next\|poll-back\|event-back\|task-back` | one poll, or up to the next thing that is seen, or that happens to the selected task, or back to before the last of them; rests. Without `by`, one poll |
//! | `seek at=MS` | goes to that moment of virtual time and rests there |
//! | `fork [at=MS&]QUERY` | goes back to that moment, or stays, and turns live knobs there (without any, the switch): what was there stays as another future of the run, number 1 and up, and is compared with |
//! | `back [to=N]` | undoes the last step that changed the run, or goes into the future with this number, at the moment that is shown; the one that was shown takes its number |
//! | `compare [to=N]` | draws the curve of the future with this number beside the run's; without `to`, none |
//! | `state` | asks for a `state` |
//! | `restart` | the same run from time 0: same knobs as at its start, same seed, no inputs; plays if it played |
//!
//! A live knob in `set` is an input of the run at its present moment, like a flip of the switch by hand. A `preset`, a
//! `seed`, an `order` or a knob that counts from the start begins the run anew at time 0 ([`Setting::begins_anew`]): the preset is
//! applied first, wherever it stands, then the knobs over it. `set` never changes whether the clock runs.
//!
//! Messages are done in their order. A live knob, a `step` or a `play` that comes while the run is on its way to a moment is
//! meant for that moment, and waits until it is there. Everything else is answered at once, whatever is under way: a newer `seek`
//! takes the place of the one under way, `restart` and what begins the run anew end it, and `state` says how far it has come.
//! `crate::session::waiting` says what takes the place of what.
//!
//! # From the frame to the article
//!
//! | message | when |
//! |---|---|
//! | `ready v=1&height=PX` | once, when the app runs; what was sent before is lost |
//! | `height px=PX` | when the content's height has changed by more than one pixel |
//! | `state time_ms=…&playing=0\|1[&seeking=MS]&spawned=…&working=…&stopping=…[&unproven=…]&leaked=…&finished=…&alive=…[&forks=N]&link=…` | when asked; when the clock starts or rests; after every `set`, `step`, `seek`, `restart`, by hand too; and a few times a second while the clock runs, or a seek goes on for more than half a second |
//! | `leak leaked=N&time_ms=…` | when `leaked` grew, a few times a second at most |
//! | `deed name=…&time_ms=…` | when a reader has done the deed that the frame carries |
//! | `sorry about=…&value=…&say=…` | for each part of a message that was left out, and each input that is one too many: its name, its value, a sentence for people |
//!
//! The counts of a `state` are those that the frame shows at that moment: `working`, `stopping`, `unproven` and `leaked`
//! are all that are `alive`, and `unproven` is told only when it is not 0; so is `forks`, how many other futures there are. `link` is the query, without its `?`, that opens
//! this very run at this moment; being a value, it is percent-encoded once more. `seeking` is the moment that the run is on its
//! way to, and is told only until it is there: with it, `time_ms` and the counts are how far it has come, and another `state`
//! follows when it has arrived.
//!
//! Of one message [`COMPLAINTS_MAX`] parts are named, and then `about=more` says how many more there are; so it is with the
//! answers to very many messages that come at once. What is dropped because too much waits is named once.
//!
//! # Which messages are read
//!
//! The frame takes messages only from its parent window (`event.source`), the article only from the window of its own
//! frame. Origins are not looked at: that of a sandboxed frame is `null`. So both send to `"*"`, and nothing that is sent
//! is a secret. A text that does not begin with `pileup/` is somebody else's and is not answered. Everything else is read
//! in the manner of a link ([`crate::link`]): what is valid is done, what is not is named, the last value counts of
//! a name that stands there twice, and no text makes this panic.
//!
//! Deliberately absent: the browser, which report is sent when (`crate::session`), and sentences (`crate::text`).

use crate::executor::engine::Order;
use crate::lessons::{Lesson, When};
use crate::link::query::{Pair, encode};
use crate::link::settings::{Reader, find, texts};
use crate::link::{Allowed, BRANCHES_MAX, BYTES_MAX, Complaint, MOMENT_MS_MAX, Theme, VERSION};
use crate::text::Language;

/// What every message begins with, before the version.
pub const PREFIX: &str = "pileup/";
/// Settings of one message that are read; what comes after is left out.
pub const SETTINGS_MAX: usize = 64;
/// Parts of one message that are named because they were left out; one more answer says how many there are besides.
pub const COMPLAINTS_MAX: usize = 8;
/// UTF-16 code units of a message that are read: its beginning and more bytes of a query than count.
pub const TEXT_MAX: u32 = BYTES_MAX as u32 + 64;
/// Characters of a name and of a value that an answer repeats.
const REPEATED_CHARS_MAX: usize = 80;

const VERBS: [&str; 10] = ["set", "play", "pause", "step", "seek", "fork", "back", "compare", "state", "restart"];

/// What an article asks for.
#[derive(Clone)]
pub enum Command {
    /// To set something; never an empty setting.
    Set(Setting),
    /// To let the clock run.
    Play,
    /// To let it rest.
    Pause,
    /// To go one step, and rest.
    Step(Step),
    /// To go to a moment, and rest.
    Seek {
        /// In milliseconds of virtual time, at most [`MOMENT_MS_MAX`].
        at_ms: u64,
    },
    /// To go on in another future: at a moment, or at the one that is shown, with these live knobs.
    Fork {
        /// In milliseconds of virtual time.
        at_ms: Option<u64>,
        /// Knobs by their number in the lesson; none: the switch is turned over.
        knobs: Vec<(usize, u32)>,
    },
    /// To go into the future with this number, from 0, or to undo the last step.
    Back(Option<usize>),
    /// To compare with the future with this number, from 0, or with none.
    Compare(Option<usize>),
    /// To be told the state.
    State,
    /// To begin the same run again.
    Restart,
}

/// How far a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One poll on.
    Poll,
    /// On to the next event of which anything is seen.
    Event,
    /// On to the next thing that happens to the selected task; nowhere without one.
    TaskNext,
    /// Back to before the last poll.
    PollBack,
    /// Back to before the last event of which anything was seen.
    EventBack,
    /// Back to before the last thing that happened to the selected task.
    TaskBack,
}

impl Step {
    /// Every step, in the order of the words in a message.
    pub const ALL: [Step; 6] =
        [Step::Poll, Step::Event, Step::TaskNext, Step::PollBack, Step::EventBack, Step::TaskBack];
    /// What each is called in a message.
    const WORDS: [&str; 6] = ["poll", "event", "task-next", "poll-back", "event-back", "task-back"];
}

/// What a `set` sets. What it does not name stays as it is.
#[derive(Clone, Default)]
pub struct Setting {
    /// All knobs as the preset with this number has them, before [`Setting::knobs`].
    pub preset: Option<usize>,
    /// Knobs by their number in the lesson, each once, with values that they take.
    pub knobs: Vec<(usize, u32)>,
    /// The seed.
    pub seed: Option<u32>,
    /// In which order ready tasks are polled.
    pub order: Option<Order>,
    /// The language.
    pub language: Option<Language>,
    /// The colours.
    pub theme: Option<Theme>,
    /// The speed, one of [`SPEEDS_PERCENT`](crate::link::SPEEDS_PERCENT).
    pub speed_percent: Option<u32>,
}

/// A message as far as it could be read.
#[derive(Clone)]
pub struct Parsed {
    /// What is asked for, where anything could be understood.
    pub command: Option<Command>,
    /// What was left out; each is answered with a [`Report::Rejected`].
    pub complaints: Vec<Complaint>,
}

impl Setting {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        let run = self.preset.is_none() && self.knobs.is_empty() && self.seed.is_none() && self.order.is_none();
        run && self.language.is_none() && self.theme.is_none() && self.speed_percent.is_none()
    }

    /// Whether the run begins anew: something is set that counts from the start.
    pub fn begins_anew(&self, lesson: &Lesson) -> bool {
        let at_start = |&(knob, _): &(usize, u32)| lesson.knobs[knob].when == When::AtStart;
        self.preset.is_some() || self.seed.is_some() || self.order.is_some() || self.knobs.iter().any(at_start)
    }
}

/// Reads a message to a frame that shows `lesson`; `None` when it is not addressed to Pileup, and then nobody answers.
pub fn parse(text: &str, lesson: &Lesson) -> Option<Parsed> {
    let (version, rest) = text.strip_prefix(PREFIX)?.split_once(' ').unwrap_or((&text[PREFIX.len()..], ""));
    let (verb, query) = rest.split_once(' ').unwrap_or((rest, ""));
    let mut reader = Reader::default();
    reader.version(version, VERSION);
    let command = reader.command(verb, query, lesson);
    Some(Parsed { command, complaints: first(reader.complaints) })
}

/// The first complaints, and how many more there are.
fn first(mut complaints: Vec<Complaint>) -> Vec<Complaint> {
    if let Some(more) = complaints.len().checked_sub(COMPLAINTS_MAX).filter(|more| *more > 0) {
        complaints.truncate(COMPLAINTS_MAX);
        complaints.push(Complaint::of_more(more as u64));
    }
    complaints
}

/// A command that is its verb alone.
fn plain(verb: &str) -> Option<Command> {
    match verb {
        "play" => Some(Command::Play),
        "pause" => Some(Command::Pause),
        "state" => Some(Command::State),
        "restart" => Some(Command::Restart),
        _ => None,
    }
}

impl Command {
    fn does_something(&self) -> bool {
        !matches!(self, Command::Set(setting) if setting.is_empty())
    }
}

impl Reader {
    /// What a verb asks for with its settings.
    fn command(&mut self, verb: &str, query: &str, lesson: &Lesson) -> Option<Command> {
        if !VERBS.contains(&verb) {
            self.complain("verb", verb, Allowed::Words(texts(&VERBS)));
            return None;
        }
        let settings = self.settings(query, SETTINGS_MAX);
        match verb {
            "set" => Some(Command::Set(self.setting(&settings, lesson))).filter(Command::does_something),
            "step" => self.step(&settings).map(Command::Step),
            "seek" => self.seek(&settings).map(|at_ms| Command::Seek { at_ms }),
            "fork" => Some(self.fork(&settings, lesson)),
            "back" => self.branch(&settings).map(Command::Back),
            "compare" => self.branch(&settings).map(Command::Compare),
            _ => {
                self.nothing_but(&settings, "");
                plain(verb)
            }
        }
    }

    /// Complains about every setting with another name.
    fn nothing_but(&mut self, settings: &[Pair], name: &str) {
        for pair in settings.iter().filter(|pair| pair.name != name) {
            self.complain(&pair.name, &pair.value, Allowed::AnotherName);
        }
    }

    fn step(&mut self, settings: &[Pair]) -> Option<Step> {
        self.nothing_but(settings, "by");
        match find(settings, "by") {
            None => Some(Step::Poll),
            Some(by) => self.word(by, texts(&Step::WORDS)).map(|number| Step::ALL[number]),
        }
    }

    fn seek(&mut self, settings: &[Pair]) -> Option<u64> {
        self.nothing_but(settings, "at");
        match find(settings, "at") {
            Some(at) => self.moment(at),
            None => {
                self.complain("at", "", Allowed::Range(0, MOMENT_MS_MAX));
                None
            }
        }
    }

    fn fork(&mut self, settings: &[Pair], lesson: &Lesson) -> Command {
        let (mut at_ms, mut knobs) = (None, Vec::new());
        for pair in settings {
            if pair.name == "at" {
                at_ms = self.moment(pair);
            } else if let Some((knob, value)) = self.knob(pair, lesson) {
                if lesson.knobs[knob].when == When::Live {
                    knobs.push((knob, value));
                } else {
                    self.complain(&pair.name, &pair.value, Allowed::AnotherName);
                }
            }
        }
        Command::Fork { at_ms, knobs }
    }

    /// The number of a future, from 1 in a message; none where none is named.
    fn branch(&mut self, settings: &[Pair]) -> Option<Option<usize>> {
        self.nothing_but(settings, "to");
        match find(settings, "to") {
            None => Some(None),
            Some(pair) => self.number(pair, 1, BRANCHES_MAX as u64).map(|number| Some(number as usize - 1)),
        }
    }

    fn setting(&mut self, settings: &[Pair], lesson: &Lesson) -> Setting {
        let mut setting = Setting::default();
        for pair in settings {
            match pair.name.as_str() {
                "preset" => setting.preset = self.preset(pair, lesson),
                "seed" => setting.seed = self.seed(pair),
                "order" => setting.order = self.order(pair),
                "lang" => setting.language = self.language(pair),
                "theme" => setting.theme = self.theme(pair),
                "speed" => setting.speed_percent = self.speed(pair),
                _ => setting.knobs.extend(self.knob(pair, lesson)),
            }
        }
        setting
    }
}

/// What a frame tells its article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The app runs.
    Ready {
        /// The content's height in CSS pixels.
        height_px: u32,
    },
    /// The content's height has changed.
    Height {
        /// In CSS pixels.
        height_px: u32,
    },
    /// How the run stands.
    State(State),
    /// There are more leaks than before.
    Leak {
        /// How many in all.
        leaked: u64,
        /// When, in milliseconds of virtual time.
        time_ms: u64,
    },
    /// The deed that the frame carries is done.
    Deed {
        /// Its name in the lesson.
        name: String,
        /// When, in milliseconds of virtual time.
        time_ms: u64,
    },
    /// A part of a message was left out.
    Rejected {
        /// The [`Complaint`]'s name.
        about: String,
        /// Its value.
        value: String,
        /// The sentence that the page says about such a complaint.
        say: String,
    },
}

/// How a run stands: what the frame shows at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the counts are those of the page's marks")]
pub struct State {
    /// Virtual time in milliseconds.
    pub time_ms: u64,
    /// Whether the clock runs.
    pub clock: Clock,
    /// The moment that the run is on its way to, in milliseconds of virtual time, if it is.
    pub seeking_ms: Option<u64>,
    pub spawned: u64,
    pub working: u64,
    pub stopping: u64,
    pub unproven: u64,
    pub leaked: u64,
    pub finished: u64,
    pub alive: u64,
    /// How many other futures of the run there are.
    pub forks: u64,
    /// The query of this run at this moment, as [`write::query`](fn@crate::link::write::query) writes it.
    pub link: String,
}

/// Whether the clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// It does.
    Running,
    /// It does not.
    Resting,
}

impl Report {
    /// The message.
    pub fn text(&self) -> String {
        match self {
            Report::Ready { height_px } => {
                Message::new("ready").number("v", u64::from(VERSION)).number("height", u64::from(*height_px))
            }
            Report::Height { height_px } => Message::new("height").number("px", u64::from(*height_px)),
            Report::State(state) => state.message(),
            Report::Leak { leaked, time_ms } => {
                Message::new("leak").number("leaked", *leaked).number("time_ms", *time_ms)
            }
            Report::Deed { name, time_ms } => Message::new("deed").word("name", name).number("time_ms", *time_ms),
            Report::Rejected { about, value, say } => {
                Message::new("sorry").word("about", &beginning(about)).word("value", &beginning(value)).word("say", say)
            }
        }
        .text
    }
}

impl State {
    fn message(&self) -> Message {
        let told = Message::new("state")
            .number("time_ms", self.time_ms)
            .number("playing", u64::from(self.clock == Clock::Running));
        let told = if let Some(seeking_ms) = self.seeking_ms { told.number("seeking", seeking_ms) } else { told };
        let told =
            told.number("spawned", self.spawned).number("working", self.working).number("stopping", self.stopping);
        let told = if self.unproven > 0 { told.number("unproven", self.unproven) } else { told };
        let told = told.number("leaked", self.leaked).number("finished", self.finished).number("alive", self.alive);
        let told = if self.forks > 0 { told.number("forks", self.forks) } else { told };
        told.word("link", self.link.strip_prefix('?').unwrap_or(&self.link))
    }
}

/// A message that is being written.
struct Message {
    text: String,
    separator: char,
}

impl Message {
    fn new(verb: &str) -> Message {
        let mut text = String::from(PREFIX);
        text.push_str(&VERSION.to_string());
        text.push(' ');
        text.push_str(verb);
        Message { text, separator: ' ' }
    }

    fn word(mut self, name: &str, value: &str) -> Message {
        self.text.push(self.separator);
        self.text.push_str(name);
        self.text.push('=');
        self.text.push_str(&encode(value));
        self.separator = '&';
        self
    }

    fn number(self, name: &str, value: u64) -> Message {
        self.word(name, &value.to_string())
    }
}

/// The beginning of a text that somebody else wrote.
fn beginning(text: &str) -> String {
    text.chars().take(REPEATED_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    use crate::lessons;
    use crate::link::query::pairs;
    use crate::link::tests::Draw;
    use crate::link::{Link, SPEEDS_PERCENT, read, write};
    use crate::property::{Case, seeds};

    /// The command as an article would write it.
    fn written(command: &Command, lesson: &Lesson) -> String {
        let message = |verb: &str| Message::new(verb);
        match command {
            Command::Play => message("play"),
            Command::Pause => message("pause"),
            Command::State => message("state"),
            Command::Restart => message("restart"),
            Command::Step(step) => message("step").word("by", Step::WORDS[*step as usize]),
            Command::Seek { at_ms } => message("seek").number("at", *at_ms),
            Command::Fork { at_ms, knobs } => {
                let text = at_ms.iter().fold(message("fork"), |text, at_ms| text.number("at", *at_ms));
                knobs.iter().fold(text, |text, &(knob, value)| {
                    text.word(&lesson.knobs[knob].name, &lesson.knobs[knob].format(value))
                })
            }
            Command::Back(number) => {
                number.iter().fold(message("back"), |text, number| text.number("to", *number as u64 + 1))
            }
            Command::Compare(number) => {
                number.iter().fold(message("compare"), |text, number| text.number("to", *number as u64 + 1))
            }
            Command::Set(setting) => {
                let knobs = setting.knobs.iter();
                let mut text = knobs.fold(message("set"), |text, &(knob, value)| {
                    text.word(&lesson.knobs[knob].name, &lesson.knobs[knob].format(value))
                });
                if let Some(preset) = setting.preset {
                    text = text.word("preset", lesson.preset_name(preset));
                }
                if let Some(seed) = setting.seed {
                    text = text.number("seed", u64::from(seed));
                }
                if let Some(order) = setting.order {
                    text = text.word("order", order.as_str());
                }
                if let Some(language) = setting.language {
                    text = text.word("lang", language.tag());
                }
                if let Some(theme) = setting.theme {
                    text = text.word("theme", theme.word());
                }
                if let Some(speed) = setting.speed_percent {
                    text = text.number("speed", u64::from(speed));
                }
                text
            }
        }
        .text
    }

    fn some_lesson(draw: &mut Draw) -> Rc<Lesson> {
        draw.of(&lessons::all())
    }

    fn random_setting(draw: &mut Draw, lesson: &Lesson) -> Setting {
        let mut setting = Setting::default();
        for (number, knob) in lesson.knobs.iter().enumerate() {
            if draw.once_in(4) {
                setting.knobs.push((number, draw.value(knob)));
            }
        }
        setting.preset = draw.once_in(2).then(|| draw.below(lesson.presets.len() as u64) as usize);
        setting.seed = draw.once_in(2).then(|| draw.below(1 << 32) as u32);
        setting.order = draw.once_in(3).then(|| draw.of(&Order::ALL));
        setting.language = draw.once_in(2).then(|| draw.of(&Language::ALL));
        setting.theme = draw.once_in(2).then(|| draw.of(&Theme::ALL));
        setting.speed_percent = draw.once_in(2).then(|| draw.of(&SPEEDS_PERCENT));
        setting
    }

    fn random_command(draw: &mut Draw, lesson: &Lesson) -> Command {
        match draw.below(11) {
            0 => Command::Play,
            1 => Command::Pause,
            2 => Command::Step(draw.of(&Step::ALL)),
            3 => Command::Seek { at_ms: draw.below(MOMENT_MS_MAX + 1) },
            4 => Command::State,
            5 => Command::Restart,
            6 => {
                let mut knobs = random_setting(draw, lesson).knobs;
                knobs.retain(|(knob, _)| lesson.knobs[*knob].when == When::Live);
                Command::Fork { at_ms: Some(draw.below(MOMENT_MS_MAX + 1)).filter(|_| draw.once_in(2)), knobs }
            }
            7 => Command::Back(draw.of(&[None, Some(0), Some(BRANCHES_MAX - 1)])),
            8 => Command::Compare(draw.of(&[None, Some(0), Some(3)])),
            _ => Command::Set(random_setting(draw, lesson)),
        }
    }

    fn random_text(draw: &mut Draw, lesson: &Lesson) -> String {
        let mut text = match draw.below(4) {
            0 => String::new(),
            1 => format!("pileup/1 {} ", draw.of(&VERBS)),
            _ => written(&random_command(draw, lesson), lesson),
        };
        let count = draw.below(9);
        draw.damage(&mut text, count);
        text
    }

    /// What is printed of a message on which a property fails.
    fn case(text: &str) -> Case<impl Fn() -> String> {
        Case(move || format!("parse({text:?}, &lessons::first())"))
    }

    fn hear(text: &str) -> Parsed {
        parse(text, &lessons::first()).expect("it is addressed to Pileup")
    }

    fn named(text: &str) -> Vec<(String, String)> {
        hear(text).complaints.into_iter().map(|complaint| (complaint.name, complaint.value)).collect()
    }

    #[test]
    fn every_command_is_read_as_it_was_written() {
        for seed in seeds(50_000) {
            let mut draw = Draw::of_seed(seed);
            let lesson = &some_lesson(&mut draw);
            let command = random_command(&mut draw, lesson);
            let text = written(&command, lesson);
            let _case = case(&text);
            let parsed = parse(&text, lesson).expect("it is addressed to Pileup");
            assert_eq!(parsed.complaints, [], "{text}");
            match parsed.command {
                Some(command) => assert_eq!(written(&command, lesson), text),
                None => assert_eq!(text, "pileup/1 set"),
            }
        }
    }

    #[test]
    fn no_text_panics_what_is_valid_is_kept_and_what_is_not_is_named() {
        for seed in seeds(100_000) {
            let mut draw = Draw::of_seed(seed);
            let lesson = &some_lesson(&mut draw);
            let text = random_text(&mut draw, lesson);
            let _case = case(&text);
            let Some(parsed) = parse(&text, lesson) else {
                assert!(!text.starts_with(PREFIX), "{text}");
                continue;
            };
            assert!(parsed.complaints.len() <= COMPLAINTS_MAX + 1, "{text}");
            let Some(command) = parsed.command else {
                let empty = text.trim_end_matches(['&', ' ', '?']) == "pileup/1 set";
                assert!(empty || !parsed.complaints.is_empty(), "nothing was done and nothing said: {text}");
                continue;
            };
            // What was understood holds by itself: written down and read again it is the same, without a complaint.
            let clean = written(&command, lesson);
            let again = parse(&clean, lesson).expect("it is addressed to Pileup");
            assert_eq!(again.complaints, [], "{text} → {clean}");
            assert_eq!(again.command.map(|command| written(&command, lesson)), Some(clean), "{text}");
            if let Command::Set(setting) = command {
                assert!(setting.knobs.iter().all(|&(knob, value)| lesson.knobs[knob].takes(value)), "{text}");
            }
        }
    }

    /// Each part of a message is either in the setting or in a complaint, never both and never neither.
    #[test]
    fn a_valid_part_is_kept_whatever_stands_beside_it() {
        let bad = [
            "colour=red",
            "traffic=many",
            "seed=-1",
            "order=lifo",
            "lang=fr",
            "theme=blue",
            "speed=1",
            "preset=none",
            "%zz=1",
        ];
        for seed in seeds(50_000) {
            let mut draw = Draw::of_seed(seed);
            let lesson = &some_lesson(&mut draw);
            let good = written(&Command::Set(random_setting(&mut draw, lesson)), lesson);
            let query = good.strip_prefix("pileup/1 set").unwrap_or_default().trim_start();
            let mut parts: Vec<&str> = query.split('&').filter(|part| !part.is_empty()).collect();
            let mut expected = 0;
            for _ in 0..draw.below(4) {
                let piece = draw.of(&bad);
                let name = piece.split('=').next().unwrap_or_default();
                if parts.iter().all(|part| part.split('=').next() != Some(name)) {
                    parts.insert(draw.below(parts.len() as u64 + 1) as usize, piece);
                    expected += 1;
                }
            }
            let text = format!("pileup/1 set {}", parts.join("&"));
            let _case = case(&text);
            let parsed = parse(&text, lesson).expect("it is addressed to Pileup");
            assert_eq!(parsed.complaints.len(), expected, "{text}");
            let kept = parsed.command.map_or("pileup/1 set".to_owned(), |command| written(&command, lesson));
            assert_eq!(kept, good, "{text}");
        }
    }

    #[test]
    fn somebody_else_s_message_is_not_answered() {
        for text in ["", "hello", "{\"type\":\"resize\"}", "pileup", "Pileup/1 play", " pileup/1 play", "[iFrameSizer]"]
        {
            assert!(parse(text, &lessons::first()).is_none(), "{text}");
        }
    }

    #[test]
    fn an_unknown_verb_is_named_and_nothing_is_done() {
        for text in ["pileup/1 explode at=5", "pileup/1", "pileup/1 ", "pileup/1  play", "pileup/1 PLAY"] {
            let parsed = hear(text);
            assert!(parsed.command.is_none(), "{text}");
            assert_eq!(parsed.complaints.len(), 1, "{text}");
            assert_eq!(parsed.complaints[0].name, "verb", "{text}");
            assert_eq!(parsed.complaints[0].allowed, Allowed::Words(texts(&VERBS)));
        }
    }

    #[test]
    fn a_later_version_is_said_and_read_as_far_as_it_goes() {
        let parsed = hear("pileup/2 play");
        assert!(matches!(parsed.command, Some(Command::Play)));
        assert_eq!(parsed.complaints[0].allowed, Allowed::Version(1));
    }

    #[test]
    fn a_wrong_moment_or_step_is_not_guessed() {
        for text in ["seek", "seek at=", "seek at=-5", "seek at=1.5", "seek at=31622400001", "step by=hour"] {
            let parsed = hear(&format!("pileup/1 {text}"));
            assert!(parsed.command.is_none(), "{text}");
            assert_eq!(parsed.complaints.len(), 1, "{text}");
        }
        assert!(matches!(hear("pileup/1 step").command, Some(Command::Step(Step::Poll))));
        assert!(matches!(hear("pileup/1 seek at=31622400000").command, Some(Command::Seek { at_ms: MOMENT_MS_MAX })));
    }

    #[test]
    fn what_does_not_belong_is_named_and_the_verb_is_done() {
        let parsed = hear("pileup/1 play loudly=1");
        assert!(matches!(parsed.command, Some(Command::Play)));
        assert_eq!(named("pileup/1 play loudly=1"), [("loudly".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn of_two_the_last_counts_and_the_one_left_out_is_named() {
        let parsed = hear("pileup/1 set seed=1&seed=2");
        assert!(matches!(parsed.command, Some(Command::Set(Setting { seed: Some(2), .. }))));
        assert_eq!(named("pileup/1 set seed=1&seed=2"), [("seed".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn only_what_counts_from_the_start_begins_a_run_anew() {
        let anew = |query: &str| match hear(&format!("pileup/1 set {query}")).command {
            Some(Command::Set(setting)) => setting.begins_anew(&lessons::first()),
            _ => panic!("{query} sets nothing"),
        };
        for query in ["listen=on", "traffic=600", "listen=on&lang=ko", "theme=dark", "speed=400"] {
            assert!(!anew(query), "{query}");
        }
        for query in ["preset=as-posted", "seed=7", "order=go", "workers=3", "listen=on&parent=joins"] {
            assert!(anew(query), "{query}");
        }
    }

    #[test]
    fn a_message_without_end_is_answered_with_few_words() {
        let parsed = hear(&("pileup/1 set ".to_owned() + &"x=1&".repeat(10_000)));
        // All but one of those that are read stand there again, that one has no meaning, and the rest was not read.
        assert_eq!(parsed.complaints.len(), COMPLAINTS_MAX + 1);
        let more = (SETTINGS_MAX + 1 - COMPLAINTS_MAX) as u64;
        assert_eq!(parsed.complaints.last(), Some(&Complaint::of_more(more)));
        let parsed = hear(&("pileup/1 set x=1&seed=2&y=3&".to_owned() + &"z=1&".repeat(10_000)));
        assert!(matches!(parsed.command, Some(Command::Set(Setting { seed: Some(2), .. }))));
        let parsed = hear(&("pileup/1 set seed=3&".to_owned() + &"가".repeat(BYTES_MAX)));
        assert_eq!(parsed.complaints.len(), 1);
        assert!(matches!(parsed.command, Some(Command::Set(Setting { seed: Some(3), .. }))));
        let rejected = Report::Rejected { about: "x".repeat(9_000), value: "가".repeat(9_000), say: "No.".to_owned() };
        assert!(rejected.text().len() < 1_000);
    }

    #[test]
    fn reports_are_written_as_the_protocol_says() {
        let state = State {
            time_ms: 12_500,
            clock: Clock::Running,
            seeking_ms: None,
            spawned: 6,
            working: 1,
            stopping: 2,
            unproven: 0,
            leaked: 1,
            finished: 2,
            alive: 4,
            forks: 0,
            link: write::query(&Link::default()),
        };
        let unproven = State { unproven: 3, alive: 7, ..state.clone() };
        let seeking = State { clock: Clock::Resting, seeking_ms: Some(60_000), ..state.clone() };
        let text = Report::State(state).text();
        assert_eq!(
            text,
            "pileup/1 state time_ms=12500&playing=1&spawned=6&working=1&stopping=2&leaked=1&finished=2&alive=4\
             &link=v%3D1%26lesson%3Dleak%26preset%3Dthe-leak%26seed%3D1"
        );
        assert_eq!(
            Report::State(unproven).text(),
            text.replace("&leaked=1", "&unproven=3&leaked=1").replace("alive=4", "alive=7")
        );
        assert_eq!(
            Report::State(seeking).text(),
            text.replace("playing=1", "playing=0&seeking=60000"),
            "while it is under way it says where to"
        );
        assert_eq!(Report::Ready { height_px: 612 }.text(), "pileup/1 ready v=1&height=612");
        assert_eq!(Report::Height { height_px: 480 }.text(), "pileup/1 height px=480");
        assert_eq!(Report::Leak { leaked: 37, time_ms: 60_000 }.text(), "pileup/1 leak leaked=37&time_ms=60000");
        let rejected =
            Report::Rejected { about: "lang".into(), value: "fr&x=1".into(), say: "그런 말은 몰라요.".into() };
        assert!(rejected.text().starts_with("pileup/1 sorry about=lang&value=fr%26x%3D1&say=%EA%B7%B8"));
    }

    /// What the article gets out of a report is what the frame put in, whatever characters that has.
    #[test]
    fn a_report_is_read_back_as_it_was_written() {
        for seed in seeds(20_000) {
            let mut draw = Draw::of_seed(seed);
            let mut any = || -> String { (0..draw.below(40)).map(|_| draw.char()).collect() };
            let (about, value, say) = (any(), any(), any());
            let rejected = Report::Rejected { about: about.clone(), value: value.clone(), say: say.clone() };
            let _case = Case(|| {
                format!(
                    "Report::Rejected {{ about: {about:?}.into(), value: {value:?}.into(), say: {say:?}.into() }}.text()"
                )
            });
            let text = rejected.text();
            let query = text.strip_prefix("pileup/1 sorry ").expect("it says sorry");
            let read: Vec<_> = pairs(query).map(|pair| (pair.name, pair.value)).collect();
            let put = [("about", &about), ("value", &value), ("say", &say)];
            assert_eq!(read, put.map(|(name, value)| (name.to_owned(), value.clone())));
        }
    }

    #[test]
    fn the_link_in_a_state_opens_the_run() {
        let link = Link { at_ms: Some(12_500), seed: 7, order: Order::Go, ..Link::default() };
        let state = State {
            time_ms: 12_500,
            clock: Clock::Resting,
            seeking_ms: None,
            spawned: 0,
            working: 0,
            stopping: 0,
            unproven: 0,
            leaked: 0,
            finished: 0,
            alive: 0,
            forks: 0,
            link: write::query(&link),
        };
        let text = Report::State(state).text();
        let query = text.strip_prefix("pileup/1 state ").expect("it is a state");
        let carried = pairs(query).find(|pair| pair.name == "link").expect("it carries the link").value;
        assert_eq!(read::query(&carried).link, link);
    }
}
