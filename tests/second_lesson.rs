//! A lesson that is not one of this crate's, made of its public items alone: it has no switch, it is shaped unlike `leak`,
//! and parts of it are made while the test runs, as those of a program that a reader types are.
//!
//! Its program is a request that hands jobs to consumers. They take jobs from a channel until it is closed, and
//! wait for ever when the producer forgets to close it.

mod every_lesson;

use std::borrow::Cow::Borrowed as said;
use std::cell::Cell;
use std::rc::Rc;

use pileup::executor::input;
use pileup::executor::spawn::{go, request};
use pileup::lessons::check::problems;
use pileup::lessons::deed::{Deed, Fact, Who};
use pileup::lessons::listing::{CodeLanguage as Code, Listing};
use pileup::lessons::{self, Knob, Lesson, Preset, Unit, When};
use pileup::link::message::{self, Command};
use pileup::link::{Allowed, Link, read, write};
use pileup::player::drain::{DrainRun, Drained};
use pileup::player::run::{Player, Spec};
use pileup::sync::chan::{self, Receiver};
use pileup::sync::time::{Duration, sleep};
use pileup::text::lesson::{
    ConditionalSentence, KnobWords, LessonWords, MadeWords, NowWords, PresetWords, SwitchWords, TaskWords, Translations,
};
use pileup::text::{Language, Plural, Text};
use pileup::verdict::drain::Drain;

//[
/// A request: hands four jobs to its consumers, and says that there are no more, or forgets to.
async fn produce(consumers: u32, closes: bool) {
    let (jobs, queue) = chan::make(0);
    for _ in 0..consumers {
        go(consume, (&queue,));
    }
    for _ in 0..4 {
        jobs.send(true).await; //~ hand-over
    }
    //? end=close
    if closes {
        jobs.close();
    }
}

/// Takes jobs until there are no more.
async fn consume(queue: Receiver<bool>) {
    loop {
        let job = queue.receive().await; //~ take
        if job.is_none() {
            return;
        }
        sleep(Duration::from_millis(30)).await; //~ work
    }
}
//]

const CONSUMERS: usize = 0;
const END: usize = 1;

/// One request each `period_ms`: the lesson's start captures that number.
async fn arrivals(period_ms: u64) {
    while !input::is_draining() {
        request(produce, (input::value(CONSUMERS), input::value(END) == 1));
        sleep(Duration::from_millis(period_ms)).await;
    }
}

/// The lesson, with a count of how often it was started.
fn lesson() -> (Rc<Lesson>, Rc<Cell<u32>>) {
    let starts = Rc::new(Cell::new(0));
    let (counted, period_ms) = (starts.clone(), 250);
    let start = move || {
        counted.set(counted.get() + 1);
        go(arrivals, (period_ms,));
    };
    // Names and sources that were not there when this was compiled.
    let knobs = ["consumers", "end"].map(str::to_owned);
    let source = include_str!("second_lesson.rs").to_owned();
    let [consumers, end] = knobs.clone();
    let lesson = Lesson {
        name: "queue".into(),
        knobs: Rc::new([
            Knob::range(consumers.clone().into(), (1, 9), Unit::Count, 3, When::AtStart),
            Knob::words(end.into(), said(&[said("forget"), said("close")]), 0, When::Live),
        ]),
        switch: None,
        quick: vec![CONSUMERS, END],
        presets: vec![
            Preset::new(said("forgotten"), said(&[])),
            Preset::new("closed".into(), vec![("end".into(), 1), (consumers.into(), 2)].into()),
        ],
        deeds: Vec::new(),
        listings: vec![Listing::new(Code::Rust, file!(), source)],
        running_listing: 0,
        translations: Translations::Made(Box::new(MadeWords { english: english(&knobs), korean: KOREAN.clone() })),
        start: Box::new(start),
    };
    (Rc::new(lesson), starts)
}

/// Words that are made while it runs.
fn english(knobs: &[String; 2]) -> LessonWords {
    let knob = |name: &String, about: &'static str, words: Vec<Text>| KnobWords {
        name: name.clone().into(),
        label: (name[..1].to_uppercase() + &name[1..]).into(),
        about: about.into(),
        words: words.into(),
    };
    LessonWords {
        name: said("queue"),
        title: "The open queue".into(),
        headline: "Who takes jobs until there are no more has to be told.".into(),
        lead: "Close the channel and see who returns.".into(),
        picture: "Requests with their consumers, and the pile of leaked tasks".into(),
        switch: None,
        knobs: vec![
            knob(&knobs[0], "Tasks that take jobs.", vec![]),
            knob(&knobs[1], "What the producer does after the last job.", vec!["forgets".into(), "closes".into()]),
        ]
        .into(),
        presets: vec![
            PresetWords {
                name: "forgotten".into(),
                title: "Forgotten".into(),
                lead: said("A short sentence."),
                about: "Nobody closes.".into(),
            },
            PresetWords {
                name: "closed".into(),
                title: "Closed".into(),
                lead: said("A short sentence."),
                about: "The producer closes.".into(),
            },
        ]
        .into(),
        deeds: said(&[]),
        tasks: TaskWords { child: "Consumer {0} of request {1}", parent: "Producer of request {1}", root: "The clock" },
        now: NowWords {
            start: "Four requests a second.",
            open: "The producer hands over its jobs.",
            told: Plural { one: "One was told.", many: "{0} were told." },
            leaks: Plural { one: "One waits for a job.", many: "{0} wait for a job that never comes." },
            parents: Plural { one: "One is a producer.", many: "{0} are producers." },
            late: Plural { one: "One still works.", many: "{0} still work." },
            runaways: Plural { one: "One runs away.", many: "{0} run away." },
        },
    }
}

const fn any(text: &'static str) -> Plural {
    Plural { one: text, many: text }
}

/// Words that are part of the program.
static KOREAN: LessonWords = LessonWords {
    name: said("queue"),
    title: said("열린 큐"),
    headline: said("일이 더 없다는 것을 누군가 알려야 해요."),
    lead: said("채널을 닫고 누가 반환하는지 보세요."),
    picture: said("요청과 소비자들, 그 아래에 쌓인 누수 더미"),
    switch: None,
    knobs: said(&[
        KnobWords {
            name: said("consumers"),
            label: said("소비자 수"),
            about: said("일을 받는 고루틴 수예요."),
            words: said(&[]),
        },
        KnobWords {
            name: said("end"),
            label: said("마지막"),
            about: said("마지막 일 뒤에 생산자가 하는 일이에요."),
            words: said(&[said("잊음"), said("닫음")]),
        },
    ]),
    presets: said(&[
        PresetWords {
            name: said("forgotten"),
            title: said("잊음"),
            lead: said("짧은 문장이에요."),
            about: said("아무도 닫지 않아요."),
        },
        PresetWords {
            name: said("closed"),
            title: said("닫음"),
            lead: said("짧은 문장이에요."),
            about: said("생산자가 닫아요."),
        },
    ]),
    deeds: said(&[]),
    tasks: TaskWords { child: "요청 {1}의 소비자 {0}번", parent: "요청 {1}의 생산자", root: "시계" },
    now: NowWords {
        start: "1초에 요청이 네 번 와요.",
        open: "생산자가 일을 넘겨요.",
        told: any("{0}개가 통보받았어요."),
        leaks: any("{0}개가 오지 않을 일을 기다려요."),
        parents: any("{0}개는 생산자예요."),
        late: any("{0}개가 아직 일해요."),
        runaways: any("{0}개가 폭주해요."),
    },
};

#[test]
fn a_lesson_of_somebody_else_passes_the_checks_of_the_registry() {
    every_lesson::check(&lesson().0);
}

#[test]
fn its_program_does_what_it_says() {
    let (lesson, _) = lesson();
    let mut player = Player::new(Spec::new(&lesson));
    player.play_to(10_000_000, u64::MAX);
    let counts = player.ledger().counts();
    assert!(counts.finished > 30, "producers return");
    assert!(counts.leaked > 100 && counts.parents_leaked == 0, "all consumers stay: {counts:?}");
    // Nothing is cancelled here: closing is what lets them return, and that knob is live.
    player.set(END, 1);
    player.play_to(20_000_000, u64::MAX);
    let leaked = player.ledger().counts().leaked;
    assert!((counts.leaked..counts.leaked + 4).contains(&leaked), "{} and then {leaked}", counts.leaked);
    let closed = lesson.preset("closed").expect("the lesson has it");
    let player = Player::new(Spec { knobs: lesson.values_of(closed), ..Spec::new(&lesson) });
    let drained = DrainRun::new(player).advance(u64::MAX);
    assert!(matches!(drained, Some(Drained::Judged(Drain::Clean { .. }))));
}

#[test]
fn its_start_may_capture_and_starts_each_run() {
    let (lesson, starts) = lesson();
    let mut player = Player::new(Spec::new(&lesson));
    player.play_to(1_000_000, u64::MAX);
    let hash = player.trace().hash();
    player.restart();
    player.play_to(1_000_000, u64::MAX);
    assert_eq!((player.trace().hash(), starts.get()), (hash, 2));
    let _beside = player.fork();
    assert_eq!(starts.get(), 3);
}

#[test]
fn a_link_names_it_among_other_lessons_and_theirs_open_as_before() {
    let (lesson, _) = lesson();
    let known = [lessons::all(), vec![lesson.clone()]].concat();
    let link = Link { knobs: vec![5, 1], seed: 9, ..Link::of(&lesson, 1) };
    let text = write::query(&link);
    assert_eq!(text, "?v=1&lesson=queue&preset=closed&consumers=5&seed=9");
    assert_eq!(read::query_among(&text, &known).link, link);
    // The registry alone does not know it, and says so.
    assert_eq!(read::query(&text).complaints[0].allowed, Allowed::Words(vec!["leak".into(), "dropped".into()]));
    for old in ["", "?v=1&lesson=leak&preset=as-posted&seed=7&listen=on", "?preset=sale-day&in=500:listen:on"] {
        assert_eq!(read::query_among(old, &known), read::query(old));
    }
}

#[test]
fn an_article_sets_its_knobs() {
    let (lesson, _) = lesson();
    let parsed = message::parse("pileup/1 set consumers=7&end=close&listen=on", &lesson).expect("it is for Pileup");
    let Some(Command::Set(setting)) = parsed.command else { panic!("two knobs are set") };
    assert_eq!(setting.knobs, [(CONSUMERS, 7), (END, 1)]);
    assert!(setting.begins_anew(&lesson), "consumers count from the start");
    assert_eq!(parsed.complaints[0].allowed, Allowed::AnotherName, "a knob of another lesson");
}

#[test]
fn a_lesson_without_a_switch_is_never_on_and_says_nothing_of_one() {
    let (lesson, _) = lesson();
    assert!(!lesson.is_on(&[1, 1]));
    for language in Language::ALL {
        assert_eq!(lesson.switch_meaning(language, &[1, 1]), "");
    }
}

/// The lesson with a switch in English, which says this about it.
fn switched(when: &'static str, say: &'static str) -> Lesson {
    let mut lesson = Rc::into_inner(lesson().0).expect("it has one owner");
    let switch = SwitchWords {
        name: "Close the channel".into(),
        meanings: vec![ConditionalSentence { condition: when.into(), sentence: say.into() }].into(),
        on_since: any("Closed since {1}."),
        on_before: any("Closed since {1}."),
        on_none: "Closed since {0}.",
        off_none: "Open since {0}.",
        on_leaks: any("{0} leaked all the same."),
        on_clean: "All returned.",
        on_start: "Watch.",
    };
    let Translations::Made(words) = &mut lesson.translations else { panic!("no file knows this lesson") };
    words.english.switch = Some(switch);
    Lesson { switch: Some(END), ..lesson }
}

#[test]
fn a_switch_says_the_values_of_its_knobs_while_its_condition_holds() {
    let lesson = switched("end=close & consumers!=1", "Closed for {consumers} of them.");
    assert_eq!(lesson.switch_meaning(Language::English, &[4, 1]), "Closed for 4 of them.");
    assert_eq!(lesson.switch_meaning(Language::English, &[1, 1]), "");
    assert_eq!((lesson.is_on(&[4, 1]), lesson.is_on(&[4, 0])), (true, false));
}

#[test]
fn what_is_missing_in_a_lesson_is_said() {
    let whole = || Rc::into_inner(lesson().0).expect("it has one owner");
    let check = |lesson: Lesson, expected: &str| {
        let found = problems(&lesson);
        assert!(found.iter().any(|problem| problem.contains(expected)), "`{expected}` is not among {found:#?}");
    };
    check(Lesson { switch: Some(CONSUMERS), ..whole() }, "the switch, is no live knob of two words");
    check(Lesson { switch: Some(END), ..whole() }, "the switch has no words");
    check(switched("end=open", "Open."), "`end=open` names no knob, or no value of it");
    check(switched("end=close", "Closed for {workers}."), "`{workers}` is no knob");
    check(Lesson { quick: vec![2], ..whole() }, "knob 2 cannot stand beside the code");
    check(Lesson { running_listing: 1, ..whole() }, "there is no listing 1");
    check(
        Lesson { presets: vec![Preset::new(said("closed"), said(&[(said("end"), 2)]))], ..whole() },
        "closed sets end to 2",
    );
    check(
        Lesson { presets: vec![Preset::new(said("new"), said(&[]))], ..whole() },
        "in en: the preset new has no words",
    );
    let doing = |facts: Vec<Fact>, preset: &'static str| {
        let (name, preset) = (said("look"), said(preset));
        let deed = Deed { name, preset, knobs: said(&[]), speed_percent: 100, at_ms: 0, facts: facts.into() };
        Lesson { deeds: vec![deed], ..whole() }
    };
    let look = Fact::Selected(Who::Leaked);
    check(doing(vec![Fact::Leaks, Fact::Past(9)], "closed"), "look asks nothing of a reader: time alone would do it");
    check(doing(vec![look.clone()], "open"), "look begins with open, which is no preset");
    check(doing(vec![look], "closed"), "in ko: the deed look has no words");
    check(doing(vec![Fact::SwitchedOn], "closed"), "look asks for SwitchedOn, which cannot be");
    check(
        doing(vec![Fact::Turned(said("consumers"))], "closed"),
        "look asks for Turned(\"consumers\"), which cannot be",
    );
    check(Lesson { knobs: Rc::new([]), ..whole() }, "`end=close` names no knob");
    let empty = |points: &str| Listing::new(Code::Go, "a.go", format!("//[\n{points}\n//]\n"));
    let listings = vec![lesson().0.listings[0].clone(), empty("x //~ take")];
    check(Lesson { listings, ..whole() }, "name different wait points");
    check(Lesson { listings: vec![Listing::new(Code::Go, "a.go", "")], ..whole() }, "a.go shows nothing");
}
