//! Messages are done in their order: random sequences of them, with random gaps, against a model that does them one by one.
//!
//! The model knows nothing of the queue. It notes what came while the run was on its way, and does all of it naively once the
//! run is there; it takes one thing from the session: when that was. A sequence that fails is printed as a test.

use std::cell::Cell;

use crate::lessons::{Lesson, When};
use crate::link::message::{self, Command, Setting};
use crate::link::read;
use crate::link::tests::Draw;
use crate::property::{Case, assert_common, seeds};
use crate::session::action::{Action, Surroundings};
use crate::session::tests::{Tester, frame};
use crate::session::waiting::WAITING_MAX;
use crate::stage::palette::Theme;

/// Polls between two looks at the clock: a seek through some seconds takes some frames.
const SLICE_POLLS: u64 = 10;
/// Ticks after which a seek is shown to be under way, and a pause ends it.
const SHOWN_TICKS: u32 = 4;

/// The frame that all of it happens to.
const QUERY: &str = "?embed=1&traffic=120&stuck=30";

/// What happens.
#[derive(Clone, Copy)]
enum Item {
    Say(&'static str),
    /// A frame with time for so many slices of work.
    Frame(u32),
    Tick,
}

use Item::{Frame, Say, Tick};

/// What an article may say: by kind, so that each is as common as the others.
const MESSAGES: [&[&str]; 8] = [
    &["seek at=0", "seek at=300", "seek at=1000", "seek at=1500", "seek at=2000", "seek at=1001"],
    &["set listen=on", "set listen=off", "set traffic=60", "set traffic=600", "set listen=on&traffic=120"],
    &["set listen=off", "set listen=on", "set stuck=50", "set listen=off&stuck=0&lang=ko"],
    &["play", "pause"],
    &["step by=poll", "step by=event"],
    &["state", "pause"],
    &["restart", "set seed=2", "set workers=2", "set workers=3&traffic=300", "set preset=as-posted&listen=on"],
    &["set lang=en", "set theme=dark&speed=400", "set speed=50", "dance", "set colour=red", "seek"],
];

fn random_items(draw: &mut Draw) -> Vec<Item> {
    // Some sequences are a burst, some have much time in between.
    let gaps = draw.below(4);
    let mut items = Vec::new();
    for _ in 0..3 + draw.below(12) {
        let of_kind = draw.of(&MESSAGES);
        items.push(Say(draw.of(of_kind)));
        for _ in 0..draw.below(gaps + 1) {
            items.push(if draw.once_in(3) { Tick } else { Frame(1 + draw.below(3) as u32) });
        }
    }
    items
}

/// The sequence as a line of Rust.
fn written(items: &[Item]) -> String {
    let item = |item: &Item| match item {
        Say(text) => format!("Say({text:?})"),
        Frame(slices) => format!("Frame({slices})"),
        Tick => "Tick".to_owned(),
    };
    format!("are_in_order(&[{}]);", items.iter().map(item).collect::<Vec<_>>().join(", "))
}

/// What a run is after messages that are done one by one.
struct Model {
    /// The knobs at the start of the run, and what was turned since then: when, which, to what.
    start: Vec<u32>,
    turns: Vec<(u64, usize, u32)>,
    time_ms: u64,
    plays: bool,
    /// Where it is on its way to, what came since then, and how many ticks that is ago.
    asked_ms: Option<u64>,
    came: Vec<Command>,
    ticks: u32,
    /// Whether a step was made: only the engine knows how far it goes.
    has_stepped: bool,
    /// Whether a knob was turned behind a step that waited, so that only the engine knows when.
    is_vague: bool,
}

impl Model {
    fn values(&self) -> Vec<u32> {
        let mut values = self.start.clone();
        for &(_, knob, value) in self.turns.iter().filter(|(at_ms, ..)| *at_ms <= self.time_ms) {
            values[knob] = value;
        }
        values
    }

    fn go(&mut self, at_ms: u64) {
        (self.asked_ms, self.ticks, self.plays) = (Some(at_ms), 0, false);
        self.came.retain(|command| matches!(command, Command::Set(_)));
    }

    fn arrive(&mut self) {
        if let Some(at_ms) = self.asked_ms.take() {
            (self.time_ms, self.has_stepped) = (at_ms, false);
            let came = std::mem::take(&mut self.came);
            for (number, mut command) in came.iter().cloned().enumerate() {
                if let Command::Set(setting) = &mut command {
                    setting.knobs.retain(|(knob, _)| !is_turned_again(&came[number + 1..], *knob));
                }
                self.is_vague |= self.has_stepped && matches!(&command, Command::Set(set) if !set.knobs.is_empty());
                self.follow(command);
            }
        }
    }

    /// A message comes while a moment is shown that the run has left behind: to change something there, it runs again.
    fn change_the_past(&mut self, command: &Command, lesson: &Lesson) {
        let Command::Set(setting) = command else { return };
        let values = self.values();
        let is_turned = setting.knobs.iter().any(|(knob, value)| values[*knob] != *value);
        if self.asked_ms.is_none() && is_turned && !setting.begins_anew(lesson) {
            (self.asked_ms, self.ticks) = (Some(self.time_ms), 0);
        }
    }

    /// A message comes while the run has reached this moment.
    fn hear(&mut self, command: Command, lesson: &Lesson, reached_ms: u64) {
        let is_shown = self.ticks >= SHOWN_TICKS;
        match (self.asked_ms, command) {
            (_, Command::Seek { at_ms }) => self.go(at_ms),
            (Some(_), Command::Pause) if is_shown => self.go(reached_ms),
            (_, Command::Restart) => {
                self.arrive();
                self.begin(self.start.clone());
            }
            (_, Command::Set(setting)) if setting.begins_anew(lesson) => {
                self.arrive();
                let mut values = setting.preset.map_or_else(|| self.values(), |preset| lesson.values_of(preset));
                setting.knobs.iter().for_each(|&(knob, value)| values[knob] = value);
                self.begin(values);
            }
            (Some(_), command) => self.came.push(command),
            (None, command) => self.follow(command),
        }
    }

    fn begin(&mut self, start: Vec<u32>) {
        (self.start, self.time_ms, self.has_stepped) = (start, 0, false);
        self.turns.clear();
    }

    fn follow(&mut self, command: Command) {
        match command {
            Command::Play => self.plays = true,
            Command::Pause => self.plays = false,
            Command::Step(_) => (self.plays, self.has_stepped) = (false, true),
            Command::Set(Setting { knobs, .. }) => knobs.into_iter().for_each(|(knob, value)| self.turn(knob, value)),
            _ => {}
        }
    }

    fn turn(&mut self, knob: usize, value: u32) {
        if self.values()[knob] != value {
            self.turns.retain(|(at_ms, ..)| *at_ms <= self.time_ms);
            self.turns.push((self.time_ms, knob, value));
        }
    }
}

/// Whether a knob gets another value before the next step, so that the one before it means nothing.
fn is_turned_again(later: &[Command], knob: usize) -> bool {
    let before_a_step = later.iter().take_while(|command| !matches!(command, Command::Step(_) | Command::Play));
    before_a_step
        .into_iter()
        .any(|command| matches!(command, Command::Set(set) if set.knobs.iter().any(|(of, _)| *of == knob)))
}

/// A session beside its model.
struct Both {
    tester: Tester,
    model: Model,
    /// Whether the article has asked for a state and has none yet.
    is_unanswered: bool,
    messages: u32,
}

impl Both {
    fn new() -> Both {
        Both::from_start(frame(QUERY))
    }

    /// The same frame with the run at its start: to make another page would take longer than most sequences.
    fn from_start(mut tester: Tester) -> Both {
        tester.session.link = read::query(QUERY).link;
        tester.update(Action::Replay);
        tester.update(Action::Pause);
        tester.session.playback.set_slice_polls(SLICE_POLLS);
        let start = tester.session.link.knobs.clone();
        let model = Model {
            start,
            turns: Vec::new(),
            time_ms: 0,
            plays: false,
            asked_ms: None,
            came: Vec::new(),
            ticks: 0,
            has_stepped: false,
            is_vague: false,
        };
        let mut both = Both { tester, model, is_unanswered: false, messages: 0 };
        both.happen(Frame(u32::MAX));
        both.happen(Tick);
        both
    }

    fn reached_ms(&self) -> u64 {
        self.tester.session.playback.player().now_us().div_ceil(1_000)
    }

    fn happen(&mut self, item: Item) {
        match item {
            Say(text) => self.say(text),
            Frame(slices) => self.frame(slices),
            Tick => {
                self.model.ticks += 1;
                let surroundings = Surroundings { system_theme: Theme::Light, preview_height_px: None };
                let said = self.tester.update(Action::Tick(surroundings));
                self.note_answer(&said);
                assert!(!self.is_unanswered, "the article asked for a state, and a tick has passed");
            }
        }
        if !self.tester.session.playback.is_seeking() {
            self.model.arrive();
        }
        self.compare();
    }

    fn say(&mut self, text: &'static str) {
        let lesson = self.tester.session.link.lesson.clone();
        let parsed = message::parse(&format!("pileup/1 {text}"), &lesson).expect("it is addressed to Pileup");
        self.is_unanswered |= matches!(parsed.command, Some(Command::State | Command::Pause));
        if let Some(command) = parsed.command {
            let player = self.tester.session.playback.player();
            if player.is_looking_back() && player.has_left(self.model.time_ms * 1_000) {
                self.model.change_the_past(&command, &lesson);
            }
            self.model.hear(command, &lesson, self.reached_ms());
        }
        let said = self.tester.update(Action::Message(format!("pileup/1 {text}")));
        self.messages += 1;
        self.note_answer(&said);
    }

    fn note_answer(&mut self, said: &[String]) {
        if said.iter().any(|said| said.starts_with("post state")) {
            self.is_unanswered = false;
        }
    }

    /// A run that only plays has all the time that it needs; one that is on its way gets so many slices.
    fn frame(&mut self, slices: u32) {
        let looks = Cell::new(0);
        let session = &mut self.tester.session;
        let slices = if session.playback.is_seeking() { slices } else { u32::MAX };
        self.tester.clock_ms += 16;
        session.frame(self.tester.clock_ms as f64, || {
            looks.set(looks.get() + 1);
            if looks.get() > slices { 100.0 } else { 0.0 }
        });
    }

    fn compare(&mut self) {
        let (session, model) = (&self.tester.session, &mut self.model);
        let playback = &session.playback;
        assert_eq!(playback.asked_ms(), model.asked_ms, "where it is on its way to");
        if model.asked_ms.is_some() {
            assert!(session.waiting.len() <= model.came.len() * 3, "more waits than came");
            return;
        }
        assert!(session.waiting.is_empty(), "nothing waits for a run that is there");
        assert_eq!(playback.is_playing(), model.plays, "whether the clock runs");
        let now_ms = self.tester.session.playback.player().now_us().div_ceil(1_000);
        if model.plays || model.has_stepped {
            assert!(now_ms >= model.time_ms, "the clock went back");
            model.time_ms = now_ms;
        }
        assert_eq!(now_ms, model.time_ms, "the moment at which it rests");
        if !model.is_vague {
            assert_eq!(self.tester.session.playback.knobs(), model.values(), "its knobs");
        }
    }
}

/// Does what happens beside the model; at the end everything is done, and told.
#[track_caller]
fn are_in_order(items: &[Item]) {
    are_in_order_from(Both::new(), items);
}

/// Does it from here; whether a message had to wait.
#[track_caller]
fn are_in_order_from(mut both: Both, items: &[Item]) -> (Both, bool) {
    let mut has_waited = false;
    for &item in items {
        both.happen(item);
        has_waited |= !both.tester.session.waiting.is_empty();
    }
    for _ in 0..2_000 {
        if !both.tester.session.playback.is_seeking() {
            break;
        }
        both.happen(Frame(20));
    }
    both.happen(Say("pause"));
    both.happen(Tick);
    let shown = &both.tester.session.snapshot;
    let now_ms = both.tester.session.playback.player().now_us() / 1_000;
    assert_eq!(shown.time_ms, now_ms, "the moment that is shown at the end");
    // Between two moments an input of this very millisecond may still be to come.
    if !both.model.has_stepped && !both.model.is_vague {
        assert_eq!(shown.values, both.model.values(), "the knobs that are shown at the end");
    }
    (both, has_waited)
}

#[test]
fn messages_are_done_in_their_order_whatever_lies_between_them() {
    let seeds = seeds(10_000);
    let mut waited = 0;
    let mut tester = frame(QUERY);
    for seed in seeds.clone() {
        let items = random_items(&mut Draw::of_seed(seed));
        let _case = Case(|| written(&items));
        let (both, has_waited) = are_in_order_from(Both::from_start(tester), &items);
        tester = both.tester;
        waited += usize::from(has_waited);
    }
    assert_common("a message waits", waited, 4, &seeds);
}

#[test]
fn a_switch_turned_twice_behind_a_seek_ends_as_it_was_turned_last() {
    for gap in 0..40 {
        let mut items = vec![Say("seek at=2000"), Say("set listen=on")];
        items.extend([Frame(1)].repeat(gap));
        items.push(Say("set listen=off"));
        are_in_order(&items);
    }
}

/// What each message does to a run, one kind at a time: one test a kind, so that a mistake in the model is seen, too.
#[test]
fn a_newer_seek_takes_the_place_of_the_one_under_way_and_turns_are_meant_for_it() {
    let mut both = Both::new();
    for item in [Say("seek at=4000"), Say("set listen=on"), Say("step"), Say("play"), Frame(1), Say("seek at=2000")] {
        both.happen(item);
    }
    both.happen(Frame(u32::MAX));
    let playback = &both.tester.session.playback;
    assert_eq!((playback.rest_ms(), playback.is_playing()), (Some(2_000), false));
    let turns: Vec<_> = playback.knob_changes().iter().map(|turn| (turn.at_ms, turn.value)).collect();
    assert_eq!(turns, [(2_000, 1)]);
}

#[test]
fn sixty_seeks_in_a_second_end_at_the_last_one_with_the_next_work_that_is_done() {
    let mut both = Both::new();
    for at in ["seek at=4000", "seek at=1000", "seek at=1500"].into_iter().cycle().take(60) {
        both.happen(Say(at));
    }
    both.happen(Frame(u32::MAX));
    assert_eq!(both.tester.session.playback.rest_ms(), Some(1_500));
}

#[test]
fn of_turns_between_which_no_step_stands_the_last_one_of_a_knob_is_kept() {
    let mut both = Both::new();
    both.happen(Say("seek at=4000"));
    for text in ["set listen=on", "set traffic=60", "set listen=off", "set traffic=120", "set listen=on"] {
        both.happen(Say(text));
    }
    assert_eq!(both.tester.session.waiting.len(), 2);
    both.happen(Say("step"));
    both.happen(Say("set listen=off"));
    assert_eq!(both.tester.session.waiting.len(), 4, "a step is made under what stood before it");
}

#[test]
fn what_begins_anew_needs_no_moment_and_has_the_knobs_that_waited() {
    let mut both = Both::new();
    for text in ["seek at=4000", "set listen=on", "play", "set seed=2"] {
        both.happen(Say(text));
    }
    let session = &both.tester.session;
    assert!(!session.playback.is_seeking() && session.playback.is_playing());
    assert_eq!((session.link.seed, session.link.knobs[0]), (2, 1));
}

#[test]
fn what_waits_is_bounded_and_what_is_left_out_is_named_once() {
    let mut both = Both::new();
    both.tester.update(Action::Message("pileup/1 seek at=31622400000".to_owned()));
    let mut sorries = 0;
    for _ in 0..1_000 {
        let said = both.tester.update(Action::Message("pileup/1 step".to_owned()));
        sorries += said.iter().filter(|said| said.contains("sorry")).count();
    }
    assert_eq!((both.tester.session.waiting.len(), sorries), (WAITING_MAX, 1));
    let sentences = both.tester.session.complaints.sentences(both.tester.session.words);
    assert_eq!(sentences, ["64 commands wait already. “step” and what came after it was left out."]);
    assert!(!both.tester.session.complaints.has_link());
}

#[test]
fn every_knob_that_waits_is_one_of_a_running_program() {
    let lesson = frame("").session.link.lesson.clone();
    for (number, knob) in lesson.knobs.iter().enumerate() {
        let mut tester = frame("?embed=1&at=4000");
        let value = (0..20).find(|value| knob.takes(*value) && *value != knob.default).expect("it has another value");
        tester.update(Action::Set { knob: number, value });
        assert_eq!(tester.session.waiting.is_empty(), knob.when == When::AtStart, "{}", knob.name);
    }
}
