//! Messages between the playground in a frame and the article around it: version 1 of the protocol, and its specification.
//!
//! A message is a text, sent by `postMessage`: `pileup/1 VERB QUERY`. The query has the grammar of a link's
//! ([`query`](crate::link::query)): `name=value&name=value`, percent-encoded, every number whole.
//!
//! # From the article to the frame
//!
//! | message | what it does |
//! |---|---|
//! | `set QUERY` | sets any of: a knob by its name, `preset`, `seed`, `lang`, `theme=auto\|light\|dark`, `speed` in per cent |
//! | `play`, `pause` | lets the clock run, or rest |
//! | `step by=poll\|event` | one poll, or up to the next thing that is seen; rests. Without `by`, one poll |
//! | `seek at=MS` | goes to that moment of virtual time and rests there |
//! | `state` | asks for a `state` |
//! | `restart` | the same run from time 0: same knobs as at its start, same seed, no inputs; plays if it played |
//!
//! A live knob in `set` is an input of the run at its present moment, like a flip of the switch by hand. A `preset`, a
//! `seed` or a knob that counts from the start begins the run anew at time 0 ([`Setting::begins_anew`]): the preset is
//! applied first, wherever it stands, then the knobs over it. `set` never changes whether the clock runs.
//!
//! Messages are done in their order. What comes while the run is on its way to a moment is meant for that moment, and waits
//! until it is there.
//!
//! # From the frame to the article
//!
//! | message | when |
//! |---|---|
//! | `ready v=1&height=PX` | once, when the app runs; what was sent before is lost |
//! | `height px=PX` | when the content's height has changed by more than one pixel |
//! | `state time_ms=…&playing=0\|1&spawned=…&working=…&stopping=…&leaked=…&finished=…&alive=…&link=…` | when asked; when the clock starts or rests; after every `set`, `step`, `seek`, `restart`, by hand too; and a few times a second while the clock runs |
//! | `leak leaked=N&time_ms=…` | when `leaked` grew, a few times a second at most |
//! | `sorry about=…&value=…&say=…` | for each part of a message that was left out: its name, its value, a sentence for people |
//!
//! The counts of a `state` are those that the frame shows at that moment. `link` is the query, without its `?`, that opens
//! this very run at this moment; being a value, it is percent-encoded once more.
//!
//! # Who is believed
//!
//! The frame takes messages only from its parent window (`event.source`), the article only from the window of its own
//! frame. Origins are not looked at: that of a sandboxed frame is `null`. So both send to `"*"`, and nothing that is sent
//! is a secret. A text that does not begin with `pileup/` is somebody else's and is not answered. Everything else is read
//! in the manner of a link: what is valid is done, what is not is named, and no text makes this panic.
//!
//! Deliberately absent: the browser, who is told what when (`crate::page`), and sentences (`crate::text`).

use crate::lessons::{Lesson, When};
use crate::link::query::{Pair, Sound, encode, pairs};
use crate::link::read::{allowed, texts};
use crate::link::{Allowed, BYTES_MAX, Complaint, MOMENT_MS_MAX, SPEEDS_PERCENT, Theme, VERSION};
use crate::text::Language;

/// What every message begins with, before the version.
const PREFIX: &str = "pileup/";
/// Parts of one message that are read; what comes after is left out. So a message is answered with a bounded number of
/// complaints.
pub const PARTS_MAX: usize = 64;
/// Characters of a name and of a value that an answer repeats.
const REPEATED_CHARS_MAX: usize = 80;

const VERBS: [&str; 7] = ["set", "play", "pause", "step", "seek", "state", "restart"];

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
    /// To be told the state.
    State,
    /// To begin the same run again.
    Restart,
}

/// How far a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One poll.
    Poll,
    /// Up to the next event.
    Event,
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
    /// The language.
    pub language: Option<Language>,
    /// The colours.
    pub theme: Option<Theme>,
    /// The speed, one of [`SPEEDS_PERCENT`].
    pub speed_percent: Option<u32>,
}

/// A message as far as it could be read.
#[derive(Clone)]
pub struct Hearing {
    /// What is asked for, where anything could be understood.
    pub command: Option<Command>,
    /// What was left out; each is answered with a [`Report::Sorry`].
    pub complaints: Vec<Complaint>,
}

impl Setting {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        let run = self.preset.is_none() && self.knobs.is_empty() && self.seed.is_none();
        run && self.language.is_none() && self.theme.is_none() && self.speed_percent.is_none()
    }

    /// Whether the run begins anew: something is set that counts from the start.
    pub fn begins_anew(&self, lesson: &Lesson) -> bool {
        let at_start = |&(knob, _): &(usize, u32)| lesson.knobs[knob].when == When::AtStart;
        self.preset.is_some() || self.seed.is_some() || self.knobs.iter().any(at_start)
    }
}

/// Reads a message to a frame that shows `lesson`; `None` when it is not addressed to Pileup, and then nobody answers.
pub fn parse(text: &str, lesson: &Lesson) -> Option<Hearing> {
    let (version, rest) = text.strip_prefix(PREFIX)?.split_once(' ').unwrap_or((&text[PREFIX.len()..], ""));
    let (verb, query) = rest.split_once(' ').unwrap_or((rest, ""));
    let mut reader = Reader { lesson, complaints: Vec::new() };
    if whole(version) != Some(u64::from(VERSION)) {
        reader.complain("v", version, Allowed::Version(VERSION));
    }
    if !VERBS.contains(&verb) {
        reader.complain("verb", verb, Allowed::Words(texts(&VERBS)));
        return Some(Hearing { command: None, complaints: reader.complaints });
    }
    let parts = reader.parts(query);
    let command = match verb {
        "set" => Some(Command::Set(reader.setting(&parts))).filter(Command::does_something),
        "step" => reader.step(&parts).map(Command::Step),
        "seek" => reader.seek(&parts).map(|at_ms| Command::Seek { at_ms }),
        _ => {
            reader.nothing_but(&parts, "");
            plain(verb)
        }
    };
    Some(Hearing { command, complaints: reader.complaints })
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

struct Reader<'l> {
    lesson: &'l Lesson,
    complaints: Vec<Complaint>,
}

impl Reader<'_> {
    fn complain(&mut self, name: &str, value: &str, allowed: Allowed) {
        self.complaints.push(Complaint { name: name.to_owned(), value: value.to_owned(), allowed });
    }

    /// The parts that could be decoded; of two with one name the last.
    fn parts(&mut self, query: &str) -> Vec<Pair> {
        let mut kept: Vec<Pair> = Vec::new();
        let mut query = query;
        if query.len() > BYTES_MAX {
            self.complain("?", "…", Allowed::AtMost(BYTES_MAX as u64));
            let end = query.as_bytes()[..BYTES_MAX].iter().rposition(|&byte| byte == b'&').unwrap_or(0);
            query = &query[..end];
        }
        for (number, pair) in pairs(query).enumerate() {
            if number == PARTS_MAX {
                self.complain(&pair.name, &pair.value, Allowed::AtMost(PARTS_MAX as u64));
                break;
            }
            if pair.sound == Sound::Broken {
                self.complain(&pair.name, &pair.value, Allowed::Encoding);
            } else if let Some(earlier) = kept.iter_mut().find(|earlier| earlier.name == pair.name) {
                self.complaints.push(Complaint {
                    name: pair.name.clone(),
                    value: std::mem::replace(earlier, pair).value,
                    allowed: Allowed::Once,
                });
            } else {
                kept.push(pair);
            }
        }
        kept
    }

    /// Complains about every part with another name.
    fn nothing_but(&mut self, parts: &[Pair], name: &str) {
        for part in parts.iter().filter(|part| part.name != name) {
            self.complain(&part.name, &part.value, Allowed::AnotherName);
        }
    }

    fn step(&mut self, parts: &[Pair]) -> Option<Step> {
        self.nothing_but(parts, "by");
        match value_of(parts, "by") {
            None | Some("poll") => Some(Step::Poll),
            Some("event") => Some(Step::Event),
            Some(other) => {
                self.complain("by", other, Allowed::Words(texts(&["poll", "event"])));
                None
            }
        }
    }

    fn seek(&mut self, parts: &[Pair]) -> Option<u64> {
        self.nothing_but(parts, "at");
        self.number("at", value_of(parts, "at").unwrap_or(""), 0, MOMENT_MS_MAX)
    }

    fn setting(&mut self, parts: &[Pair]) -> Setting {
        let mut setting = Setting::default();
        for part in parts {
            self.set(&mut setting, &part.name, &part.value);
        }
        setting
    }

    fn set(&mut self, setting: &mut Setting, name: &str, value: &str) {
        match name {
            "preset" => {
                setting.preset = self.lesson.preset(value);
                if setting.preset.is_none() {
                    let presets = self.lesson.presets.iter().map(|preset| preset.name.clone()).collect();
                    self.complain(name, value, Allowed::Words(presets));
                }
            }
            "seed" => setting.seed = self.number(name, value, 0, u64::from(u32::MAX)).map(|seed| seed as u32),
            "lang" => {
                setting.language = Language::ALL.into_iter().find(|language| language.tag() == value);
                if setting.language.is_none() {
                    self.complain(name, value, Allowed::Words(texts(&Language::ALL.map(Language::tag))));
                }
            }
            "theme" => {
                setting.theme = Theme::ALL.into_iter().find(|theme| theme.word() == value);
                if setting.theme.is_none() {
                    self.complain(name, value, Allowed::Words(texts(&Theme::WORDS)));
                }
            }
            "speed" => setting.speed_percent = self.speed(value),
            name => self.knob(setting, name, value),
        }
    }

    fn knob(&mut self, setting: &mut Setting, name: &str, value: &str) {
        let Some(number) = self.lesson.knob(name) else {
            return self.complain(name, value, Allowed::AnotherName);
        };
        let knob = &self.lesson.knobs[number];
        match knob.parse(value) {
            Ok(value) => setting.knobs.push((number, value)),
            Err(_) => self.complain(name, value, allowed(knob)),
        }
    }

    /// A speed between two of the page's own is the next slower one, as in a link.
    fn speed(&mut self, value: &str) -> Option<u32> {
        let [first, .., last] = SPEEDS_PERCENT;
        let asked = self.number("speed", value, u64::from(first), u64::from(last))?;
        SPEEDS_PERCENT.into_iter().rfind(|&speed| u64::from(speed) <= asked)
    }

    fn number(&mut self, name: &str, value: &str, min: u64, max: u64) -> Option<u64> {
        let number = whole(value).filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.complain(name, value, Allowed::Range(min, max));
        }
        number
    }
}

fn value_of<'p>(parts: &'p [Pair], name: &str) -> Option<&'p str> {
    parts.iter().find(|part| part.name == name).map(|part| part.value.as_str())
}

/// Digits only: no sign, no space, no point.
fn whole(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
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
    /// A part of a message was left out.
    Sorry {
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
    pub spawned: u64,
    pub working: u64,
    pub stopping: u64,
    pub leaked: u64,
    pub finished: u64,
    pub alive: u64,
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
            Report::Sorry { about, value, say } => {
                Message::new("sorry").word("about", &beginning(about)).word("value", &beginning(value)).word("say", say)
            }
        }
        .text
    }
}

impl State {
    fn message(&self) -> Message {
        Message::new("state")
            .number("time_ms", self.time_ms)
            .number("playing", u64::from(self.clock == Clock::Running))
            .number("spawned", self.spawned)
            .number("working", self.working)
            .number("stopping", self.stopping)
            .number("leaked", self.leaked)
            .number("finished", self.finished)
            .number("alive", self.alive)
            .word("link", self.link.strip_prefix('?').unwrap_or(&self.link))
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

    use crate::lessons::{self, Values};
    use crate::link::{Link, read, write};

    /// A tiny seeded generator (SplitMix64).
    struct Draw(u64);

    impl Draw {
        fn below(&mut self, bound: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((mixed ^ mixed >> 31) % bound as u64) as usize
        }

        fn of<T: Copy>(&mut self, all: &[T]) -> T {
            all[self.below(all.len())]
        }

        fn often(&mut self) -> bool {
            self.below(2) == 0
        }
    }

    /// The command as an article would write it.
    fn written(command: &Command, lesson: &Lesson) -> String {
        let message = |verb: &str| Message::new(verb);
        match command {
            Command::Play => message("play"),
            Command::Pause => message("pause"),
            Command::State => message("state"),
            Command::Restart => message("restart"),
            Command::Step(Step::Poll) => message("step").word("by", "poll"),
            Command::Step(Step::Event) => message("step").word("by", "event"),
            Command::Seek { at_ms } => message("seek").number("at", *at_ms),
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
        let mut lessons = lessons::all();
        lessons.swap_remove(draw.below(lessons.len()))
    }

    fn random_setting(draw: &mut Draw, lesson: &Lesson) -> Setting {
        let mut setting = Setting::default();
        for (number, knob) in lesson.knobs.iter().enumerate() {
            let value = match &knob.values {
                &Values::Range { min, max, .. } => min + draw.below((max - min) as usize + 1) as u32,
                Values::Words(words) => draw.below(words.len()) as u32,
            };
            if draw.below(4) == 0 {
                setting.knobs.push((number, value));
            }
        }
        setting.preset = draw.often().then(|| draw.below(lesson.presets.len()));
        setting.seed = draw.often().then(|| draw.below(1 << 32) as u32);
        setting.language = draw.often().then(|| draw.of(&Language::ALL));
        setting.theme = draw.often().then(|| draw.of(&Theme::ALL));
        setting.speed_percent = draw.often().then(|| draw.of(&SPEEDS_PERCENT));
        setting
    }

    fn random_command(draw: &mut Draw, lesson: &Lesson) -> Command {
        match draw.below(8) {
            0 => Command::Play,
            1 => Command::Pause,
            2 => Command::Step(draw.of(&[Step::Poll, Step::Event])),
            3 => Command::Seek { at_ms: draw.below(MOMENT_MS_MAX as usize + 1) as u64 },
            4 => Command::State,
            5 => Command::Restart,
            _ => Command::Set(random_setting(draw, lesson)),
        }
    }

    const PIECES: [&str; 36] = [
        "&",
        "=",
        "%",
        "%zz",
        "%ED%95%9C",
        "%ff",
        "+",
        " ",
        ":",
        "pileup/",
        "pileup/1 ",
        "pileup/2 ",
        "set ",
        "play",
        "step ",
        "seek ",
        "by=event",
        "by=",
        "at=",
        "at=12500",
        "seed=",
        "traffic=",
        "traffic=600",
        "listen=on",
        "theme=dark",
        "preset=as-posted",
        "lang=ko",
        "v=2",
        "가",
        "\u{0}",
        "é",
        "99999999999999999999999",
        "-1",
        "1.5",
        "😀",
        "?",
    ];

    fn random_text(draw: &mut Draw, lesson: &Lesson) -> String {
        let mut text = match draw.below(4) {
            0 => String::new(),
            1 => format!("pileup/1 {} ", draw.of(&VERBS)),
            _ => written(&random_command(draw, lesson), lesson),
        };
        for _ in 0..draw.below(9) {
            let mut at = draw.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            match draw.below(8) {
                0 => text.truncate(at),
                1 => text.insert(at, char::from_u32(draw.below(0x11_0000) as u32).unwrap_or('\u{fffd}')),
                _ => text.insert_str(at, draw.of(&PIECES)),
            }
        }
        text
    }

    fn hear(text: &str) -> Hearing {
        parse(text, &lessons::first()).expect("it is addressed to Pileup")
    }

    fn named(text: &str) -> Vec<(String, String)> {
        hear(text).complaints.into_iter().map(|complaint| (complaint.name, complaint.value)).collect()
    }

    #[test]
    fn every_command_is_read_as_it_was_written() {
        let mut draw = Draw(1);
        for _ in 0..50_000 {
            let lesson = &some_lesson(&mut draw);
            let command = random_command(&mut draw, lesson);
            let text = written(&command, lesson);
            let hearing = parse(&text, lesson).expect("it is addressed to Pileup");
            assert_eq!(hearing.complaints, [], "{text}");
            match hearing.command {
                Some(command) => assert_eq!(written(&command, lesson), text),
                None => assert_eq!(text, "pileup/1 set"),
            }
        }
    }

    #[test]
    fn no_text_panics_what_is_valid_is_kept_and_what_is_not_is_named() {
        let mut draw = Draw(2);
        for _ in 0..300_000 {
            let lesson = &some_lesson(&mut draw);
            let text = random_text(&mut draw, lesson);
            let Some(hearing) = parse(&text, lesson) else {
                assert!(!text.starts_with(PREFIX), "{text}");
                continue;
            };
            assert!(hearing.complaints.len() <= PARTS_MAX + 2, "{text}");
            let Some(command) = hearing.command else {
                let empty = text.trim_end_matches(['&', ' ', '?']) == "pileup/1 set";
                assert!(empty || !hearing.complaints.is_empty(), "nothing was done and nothing said: {text}");
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
        let mut draw = Draw(3);
        let bad = ["colour=red", "traffic=many", "seed=-1", "lang=fr", "theme=blue", "speed=1", "preset=none", "%zz=1"];
        for _ in 0..100_000 {
            let lesson = &some_lesson(&mut draw);
            let good = written(&Command::Set(random_setting(&mut draw, lesson)), lesson);
            let query = good.strip_prefix("pileup/1 set").unwrap_or_default().trim_start();
            let mut parts: Vec<&str> = query.split('&').filter(|part| !part.is_empty()).collect();
            let mut expected = 0;
            for _ in 0..draw.below(4) {
                let piece = draw.of(&bad);
                let name = piece.split('=').next().unwrap_or_default();
                if parts.iter().all(|part| part.split('=').next() != Some(name)) {
                    parts.insert(draw.below(parts.len() + 1), piece);
                    expected += 1;
                }
            }
            let text = format!("pileup/1 set {}", parts.join("&"));
            let hearing = parse(&text, lesson).expect("it is addressed to Pileup");
            assert_eq!(hearing.complaints.len(), expected, "{text}");
            let kept = hearing.command.map_or("pileup/1 set".to_owned(), |command| written(&command, lesson));
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
            let hearing = hear(text);
            assert!(hearing.command.is_none(), "{text}");
            assert_eq!(hearing.complaints.len(), 1, "{text}");
            assert_eq!(hearing.complaints[0].name, "verb", "{text}");
            assert_eq!(hearing.complaints[0].allowed, Allowed::Words(texts(&VERBS)));
        }
    }

    #[test]
    fn a_later_version_is_said_and_read_as_far_as_it_goes() {
        let hearing = hear("pileup/2 play");
        assert!(matches!(hearing.command, Some(Command::Play)));
        assert_eq!(hearing.complaints[0].allowed, Allowed::Version(1));
    }

    #[test]
    fn a_wrong_moment_or_step_is_not_guessed() {
        for text in ["seek", "seek at=", "seek at=-5", "seek at=1.5", "seek at=31622400001", "step by=hour"] {
            let hearing = hear(&format!("pileup/1 {text}"));
            assert!(hearing.command.is_none(), "{text}");
            assert_eq!(hearing.complaints.len(), 1, "{text}");
        }
        assert!(matches!(hear("pileup/1 step").command, Some(Command::Step(Step::Poll))));
        assert!(matches!(hear("pileup/1 seek at=31622400000").command, Some(Command::Seek { at_ms: MOMENT_MS_MAX })));
    }

    #[test]
    fn what_does_not_belong_is_named_and_the_verb_is_done() {
        let hearing = hear("pileup/1 play loudly=1");
        assert!(matches!(hearing.command, Some(Command::Play)));
        assert_eq!(named("pileup/1 play loudly=1"), [("loudly".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn of_two_the_last_counts_and_the_one_left_out_is_named() {
        let hearing = hear("pileup/1 set seed=1&seed=2");
        assert!(matches!(hearing.command, Some(Command::Set(Setting { seed: Some(2), .. }))));
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
        for query in ["preset=as-posted", "seed=7", "workers=3", "listen=on&parent=joins"] {
            assert!(anew(query), "{query}");
        }
    }

    #[test]
    fn a_message_without_end_is_answered_with_few_words() {
        let hearing = hear(&("pileup/1 set ".to_owned() + &"x=1&".repeat(10_000)));
        assert_eq!(hearing.complaints.len(), PARTS_MAX + 1);
        let hearing = hear(&("pileup/1 set seed=3&".to_owned() + &"가".repeat(BYTES_MAX)));
        assert_eq!(hearing.complaints.len(), 1);
        assert!(matches!(hearing.command, Some(Command::Set(Setting { seed: Some(3), .. }))));
        let sorry = Report::Sorry { about: "x".repeat(9_000), value: "가".repeat(9_000), say: "No.".to_owned() };
        assert!(sorry.text().len() < 1_000);
    }

    #[test]
    fn reports_are_written_as_the_protocol_says() {
        let state = State {
            time_ms: 12_500,
            clock: Clock::Running,
            spawned: 6,
            working: 1,
            stopping: 2,
            leaked: 1,
            finished: 2,
            alive: 4,
            link: write::query(&Link::default()),
        };
        let text = Report::State(state).text();
        assert_eq!(
            text,
            "pileup/1 state time_ms=12500&playing=1&spawned=6&working=1&stopping=2&leaked=1&finished=2&alive=4\
             &link=v%3D1%26lesson%3Dleak%26preset%3Dthe-leak%26seed%3D1"
        );
        assert_eq!(Report::Ready { height_px: 612 }.text(), "pileup/1 ready v=1&height=612");
        assert_eq!(Report::Height { height_px: 480 }.text(), "pileup/1 height px=480");
        assert_eq!(Report::Leak { leaked: 37, time_ms: 60_000 }.text(), "pileup/1 leak leaked=37&time_ms=60000");
        let sorry =
            Report::Sorry { about: "lang".into(), value: "fr&x=1".into(), say: "그런 말은 몰라요.".into() };
        assert!(sorry.text().starts_with("pileup/1 sorry about=lang&value=fr%26x%3D1&say=%EA%B7%B8"));
    }

    /// What the article gets out of a report is what the frame put in, whatever characters that has.
    #[test]
    fn a_report_is_read_back_as_it_was_written() {
        let mut draw = Draw(4);
        for _ in 0..50_000 {
            let mut any = || -> String {
                (0..draw.below(40)).filter_map(|_| char::from_u32(draw.below(0x11_0000) as u32)).collect()
            };
            let (about, value, say) = (any(), any(), any());
            let sorry = Report::Sorry { about: about.clone(), value: value.clone(), say: say.clone() };
            let text = sorry.text();
            let query = text.strip_prefix("pileup/1 sorry ").expect("it says sorry");
            let read: Vec<_> = pairs(query).map(|pair| (pair.name, pair.value)).collect();
            let put = [("about", about), ("value", value), ("say", say)];
            assert_eq!(read, put.map(|(name, value)| (name.to_owned(), value)));
        }
    }

    #[test]
    fn the_link_in_a_state_opens_the_run() {
        let link = Link { at_ms: Some(12_500), seed: 7, ..Link::default() };
        let state = State {
            time_ms: 12_500,
            clock: Clock::Resting,
            spawned: 0,
            working: 0,
            stopping: 0,
            leaked: 0,
            finished: 0,
            alive: 0,
            link: write::query(&link),
        };
        let text = Report::State(state).text();
        let query = text.strip_prefix("pileup/1 state ").expect("it is a state");
        let carried = pairs(query).find(|pair| pair.name == "link").expect("it carries the link").value;
        assert_eq!(read::query(&carried).link, link);
    }
}
