//! Round trips and random texts.

use crate::executor::engine::Order;
use crate::executor::rng::{Rng, Stream};
use crate::lessons::{self, Knob, Values, When};
use crate::link::controls::{Control, Controls};
use crate::link::query::{Sound, decode, encode};
use crate::link::read::SETTINGS_MAX;
use crate::link::settings::texts;
use crate::link::{
    Allowed, Autoplay, BRANCHES_MAX, BYTES_MAX, Branch, Complaint, KnobChange, Link, MOMENT_MS_MAX, Place,
    SPEEDS_PERCENT, Theme, branch, read, write,
};
use crate::property::{Case, assert_common, seeds};
use crate::text::Language;

/// What links and messages are made of, and what breaks them.
const PIECES: [&str; 49] = [
    "&",
    "=",
    "%",
    "%zz",
    "%ED%95%9C",
    "%ff",
    "+",
    ":",
    ",",
    "in=",
    "forks=",
    "~",
    "1000-5000",
    "at=",
    "seed=",
    "order=",
    "order=go",
    "traffic=",
    "listen=on",
    "v=2",
    "가",
    "\u{0}",
    "é",
    "99999999999999999999999",
    "-1",
    "1.5",
    "preset=",
    "lang=ko",
    "😀",
    "listen:off",
    "controls=",
    "theme=dark",
    "code,step",
    "embed=1",
    "0:",
    "?",
    " ",
    "pileup/",
    "pileup/1 ",
    "pileup/2 ",
    "set ",
    "play",
    "step ",
    "seek ",
    "by=event",
    "by=",
    "at=12500",
    "traffic=600",
    "preset=as-posted",
];

/// The draws of one random case.
pub(crate) struct Draw(Rng);

impl Draw {
    pub(crate) fn of_seed(seed: u32) -> Draw {
        Draw(Rng::new(seed, Stream::Program(0)))
    }

    /// From 0 to `bound` − 1.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64() % bound
    }

    /// In one case of so many.
    pub(crate) fn once_in(&mut self, cases: u64) -> bool {
        self.below(cases) == 0
    }

    pub(crate) fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize].clone()
    }

    pub(super) fn value(&mut self, knob: &Knob) -> u32 {
        match &knob.values {
            &Values::Range { min, max, .. } => min + self.below(u64::from(max - min) + 1) as u32,
            Values::Words(words) => self.below(words.len() as u64) as u32,
        }
    }

    pub(super) fn char(&mut self) -> char {
        char::from_u32(self.below(0x11_0000) as u32).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// Puts so many pieces into a text, anywhere.
    pub(super) fn damage(&mut self, text: &mut String, pieces: u64) {
        for _ in 0..pieces {
            let mut at = self.below(text.len() as u64 + 1) as usize;
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            match self.below(8) {
                0 => text.truncate(at),
                1 => text.insert(at, self.char()),
                _ => text.insert_str(at, self.of(&PIECES)),
            }
        }
    }
}

pub(super) fn random_link(draw: &mut Draw) -> Link {
    let lesson = &draw.of(&lessons::all());
    let mut link = Link::of(lesson, draw.below(lesson.presets.len() as u64) as usize);
    for (knob, value) in lesson.knobs.iter().zip(&mut link.knobs) {
        if draw.once_in(3) {
            *value = draw.value(knob);
        }
    }
    link.deed = (0..lesson.deeds.len()).find(|_| draw.once_in(20));
    link.seed = draw.below(1 << 32) as u32;
    link.order = draw.of(&Order::ALL);
    link.language = draw.of(&[None, Some(Language::English), Some(Language::Korean)]);
    link.speed_percent = Some(draw.of(&SPEEDS_PERCENT)).filter(|_| draw.once_in(2));
    link.at_ms = Some(draw.below(MOMENT_MS_MAX + 1)).filter(|_| draw.once_in(2));
    link.place = draw.of(&[Place::Own, Place::Embedded]);
    link.theme = Some(draw.of(&Theme::ALL)).filter(|_| draw.once_in(3));
    link.autoplay = draw.of(&[Autoplay::No, Autoplay::Yes]);
    if draw.once_in(2) {
        let chosen = Control::all(lesson).filter(|_| draw.once_in(3));
        link.controls = Some(chosen.fold(Controls::default(), Controls::with));
    }
    let live: Vec<_> = (0..lesson.knobs.len()).filter(|&knob| lesson.knobs[knob].when == When::Live).collect();
    let mut at_ms = 0;
    for _ in 0..draw.below(5) {
        at_ms += draw.below(10_000);
        let knob = draw.of(&live);
        link.inputs.push(KnobChange { at_ms, knob, value: draw.value(&lesson.knobs[knob]) });
    }
    for _ in 0..if draw.once_in(3) { draw.below(BRANCHES_MAX as u64 + 1) } else { 0 } {
        let shared = draw.below(link.inputs.len() as u64 + 1) as usize;
        let mut inputs = link.inputs[..shared].to_vec();
        let mut at_ms = inputs.last().map_or(0, |last| last.at_ms);
        for _ in 0..draw.below(3) {
            at_ms += draw.below(10_000);
            let knob = draw.of(&live);
            inputs.push(KnobChange { at_ms, knob, value: draw.value(&lesson.knobs[knob]) });
        }
        let name = branch::name_of(draw.of(&["", "as it was", "a-b%25", "스위치를 켠 쪽", "1:2,3~4"]));
        let branch = Branch { name, end_ms: at_ms + draw.below(20_000), inputs };
        let is_new = |other: &[KnobChange]| other != branch.inputs;
        if is_new(&link.inputs) && link.branches.iter().all(|known| is_new(&known.inputs)) {
            link.branches.push(branch);
        }
    }
    link
}

#[test]
fn every_link_is_read_back_as_it_was_written() {
    for seed in seeds(100_000) {
        let link = random_link(&mut Draw::of_seed(seed));
        let _case = Case(|| format!("read::query({:?})", write::query(&link)));
        let reading = read::query(&write::query(&link));
        assert_eq!(reading.complaints, []);
        assert_eq!(reading.link, link);
    }
}

#[test]
fn a_damaged_link_keeps_what_is_whole_and_never_panics() {
    let (seeds, mut damaged) = (seeds(100_000), 0);
    for seed in seeds.clone() {
        let mut draw = Draw::of_seed(seed);
        let mut text = if draw.once_in(2) { write::query(&random_link(&mut draw)) } else { String::new() };
        let count = draw.below(8);
        draw.damage(&mut text, count);
        let _case = Case(|| format!("read::query({text:?})"));
        let reading = read::query(&text);
        for (knob, &value) in reading.link.lesson.knobs.iter().zip(&reading.link.knobs) {
            assert!(knob.takes(value), "{text}");
        }
        let again = read::query(&write::query(&reading.link));
        assert_eq!(again.complaints, [], "{text}");
        assert_eq!(again.link, reading.link, "{text}");
        damaged += usize::from(!reading.complaints.is_empty());
    }
    assert_common("something of it could not be read", damaged, 3, &seeds);
}

#[test]
fn every_text_survives_encoding() {
    for seed in seeds(20_000) {
        let mut draw = Draw::of_seed(seed);
        let text: String = (0..draw.below(12)).map(|_| draw.char()).collect();
        let _case = Case(|| format!("decode(&encode({text:?}))"));
        assert_eq!(decode(&encode(&text)), (text.clone(), Sound::Whole));
    }
}

fn complaints(text: &str) -> Vec<(String, Allowed)> {
    read::query(text).complaints.into_iter().map(|complaint| (complaint.name, complaint.allowed)).collect()
}

#[test]
fn an_empty_link_is_the_first_preset_of_the_first_lesson() {
    for text in ["", "?", "&&", "?&"] {
        assert_eq!(read::query(text).link, Link::default());
        assert_eq!(complaints(text), []);
    }
}

#[test]
fn a_wrong_value_is_named_with_what_is_allowed_and_the_rest_holds() {
    let reading = read::query("?seed=12&traffic=many&workers=7&at=-5&lang=fr&colour=red");
    assert_eq!(reading.link.seed, 12);
    let lesson = reading.link.lesson;
    assert_eq!(reading.link.knobs[lesson.knob("workers").unwrap()], 7);
    assert_eq!(reading.link.at_ms, None);
    let named: Vec<_> = reading.complaints.iter().map(|complaint| complaint.name.as_str()).collect();
    assert_eq!(named, ["traffic", "at", "lang", "colour"]);
    assert_eq!(reading.complaints[0].value, "many");
    assert_eq!(reading.complaints[1].allowed, Allowed::Range(0, MOMENT_MS_MAX));
    assert_eq!(reading.complaints[2].allowed, Allowed::Words(texts(&["ko", "en"])));
    assert_eq!(reading.complaints[3].allowed, Allowed::AnotherName);
}

#[test]
fn inputs_out_of_order_or_for_a_knob_that_is_not_live_are_left_out() {
    let reading =
        read::query("in=500:listen:on,400:listen:off,600:workers:3,700:listen:maybe,800:listen:off:x,900:listen:off");
    let listen = reading.link.lesson.knob("listen").unwrap();
    let expected =
        [KnobChange { at_ms: 500, knob: listen, value: 1 }, KnobChange { at_ms: 900, knob: listen, value: 0 }];
    assert_eq!(reading.link.inputs, expected);
    assert_eq!(reading.complaints.len(), 4);
}

#[test]
fn controls_are_words_and_knobs_but_not_the_switch() {
    let reading = read::query("embed=1&controls=speed,traffic,listen,,colour&autoplay=1&theme=dark");
    let link = &reading.link;
    let traffic = Control::Knob(link.lesson.knob("traffic").unwrap());
    assert_eq!(link.controls, Some(Controls::default().with(traffic).with(Control::Speed)));
    assert_eq!((link.theme, link.autoplay, link.place), (Some(Theme::Dark), Autoplay::Yes, Place::Embedded));
    let values: Vec<_> = reading.complaints.iter().map(|complaint| complaint.value.as_str()).collect();
    assert_eq!(values, ["listen", "colour"]);
    assert!(matches!(&reading.complaints[0].allowed, Allowed::Words(words) if words.contains(&"traffic".into())));
    assert_eq!(read::query("controls=").link.controls, Some(Controls::default()));
    assert_eq!(link.controls.unwrap().text(&link.lesson), "speed,traffic");
}

#[test]
fn every_knob_of_every_lesson_fits_into_the_set_of_controls() {
    for lesson in lessons::all() {
        for control in Control::all(&lesson) {
            assert!(Controls::default().with(control).has(control), "{}", control.word(&lesson));
            assert_eq!(Controls::default().with(control).toggled(control), Controls::default());
        }
    }
}

#[test]
fn of_several_the_last_counts_and_those_that_do_not_are_named() {
    let reading = read::query("seed=1&at=5&seed=2&seed=3");
    assert_eq!((reading.link.seed, reading.link.at_ms), (3, Some(5)));
    let dropped = |value: &str| Complaint { name: "seed".into(), value: value.into(), allowed: Allowed::Once };
    assert_eq!(reading.complaints, [dropped("1"), dropped("2")]);
}

#[test]
fn of_too_many_settings_the_first_that_is_left_out_is_named_and_the_rest_is_counted() {
    let text = |settings: usize| {
        let knobs = (1..settings).map(|number| format!("&x{number}=1"));
        "seed=5".to_owned() + &knobs.collect::<String>()
    };
    let reading = read::query(&(text(SETTINGS_MAX) + "&seed=6&at=7"));
    assert_eq!((reading.link.seed, reading.link.at_ms), (5, None));
    assert_eq!(reading.complaints.len(), SETTINGS_MAX);
    let allowed = Allowed::Settings { most: SETTINGS_MAX as u64, left_out: 2 };
    let left_out = Complaint { name: "seed".into(), value: "6".into(), allowed };
    assert!(reading.complaints.contains(&left_out), "{:?}", reading.complaints);
    let counted = |reading: read::Reading| {
        reading.complaints.into_iter().any(|complaint| matches!(complaint.allowed, Allowed::Settings { .. }))
    };
    assert!(!counted(read::query(&text(SETTINGS_MAX))));
}

#[test]
fn without_an_order_a_link_is_fifo_and_fifo_goes_without_saying() {
    let order = |text: &str| read::query(text).link.order;
    assert_eq!(order(""), Order::Fifo);
    assert_eq!(order("?v=1&lesson=leak&preset=the-leak&seed=1"), Order::Fifo);
    assert_eq!([order("order=fifo"), order("order=seeded"), order("order=go")], Order::ALL);
    assert_eq!(write::query(&read::query("order=fifo").link), "?v=1&lesson=leak&preset=the-leak&seed=1");
    assert_eq!(write::query(&read::query("order=go").link), "?v=1&lesson=leak&preset=the-leak&seed=1&order=go");
    assert_eq!(read::query("order=go&seed=3").link.spec().order, Order::Go);
}

#[test]
fn a_wrong_order_is_named_and_left_out() {
    for value in ["lifo", "", "Go", "GO", "1", "go%20"] {
        let reading = read::query(&format!("seed=3&order={value}&at=5"));
        assert_eq!((reading.link.seed, reading.link.order, reading.link.at_ms), (3, Order::Fifo, Some(5)), "{value}");
        assert_eq!(reading.complaints.len(), 1, "{value}");
        assert_eq!(reading.complaints[0].name, "order", "{value}");
        assert_eq!(reading.complaints[0].allowed, Allowed::Words(texts(&["fifo", "seeded", "go"])), "{value}");
    }
}

#[test]
fn a_later_version_is_said_and_read_as_far_as_it_goes() {
    for version in [1, 2] {
        assert_eq!(complaints(&format!("v={version}&seed=3")), []);
    }
    assert_eq!(complaints("v=3&seed=3"), [("v".to_owned(), Allowed::Version(2))]);
    assert_eq!(read::query("v=3&seed=3").link.seed, 3);
}

#[test]
fn broken_percent_signs_are_a_complaint() {
    assert_eq!(
        complaints("seed=%zz&preset=%ff"),
        [("seed".to_owned(), Allowed::Encoding), ("preset".to_owned(), Allowed::Encoding)]
    );
}

#[test]
fn a_speed_between_two_is_the_slower_one() {
    assert_eq!(read::query("speed=399").link.speed_percent, Some(200));
    assert_eq!(complaints("speed=5"), [("speed".to_owned(), Allowed::Range(10, 5_000_000))]);
}

#[test]
fn a_text_without_end_is_cut_at_a_whole_pair() {
    let text = "seed=5&".to_owned() + &"가".repeat(BYTES_MAX);
    let reading = read::query(&text);
    assert_eq!(reading.link.seed, 5);
    assert_eq!(reading.complaints.last().map(|complaint| &complaint.allowed), Some(&Allowed::AtMost(BYTES_MAX as u64)));
}

#[test]
fn no_knob_bears_a_name_that_links_need() {
    for lesson in lessons::all() {
        for knob in lesson.knobs.iter() {
            assert!(read::is_free(&knob.name), "{}", knob.name);
        }
    }
}

#[test]
fn a_link_is_short() {
    assert_eq!(write::query(&Link::default()), "?v=1&lesson=leak&preset=the-leak&seed=1");
}

/// A deed alone opens its own run at its moment; with a preset beside it the link says what run it is.
#[test]
fn a_deed_alone_opens_its_run_and_beside_a_preset_it_is_open_in_that_one() {
    let lesson = lessons::first();
    let number = lesson.deed("as-posted").expect("it is there");
    let deed = &lesson.deeds[number];
    let alone = read::query("?deed=as-posted&embed=1");
    let (preset, knobs) = lesson.deed_opening(deed);
    assert_eq!((alone.link.deed, alone.link.preset, &alone.link.knobs), (Some(number), preset, &knobs));
    assert_eq!((alone.begins_ms, alone.link.at_ms, alone.link.speed_percent), (Some(20_000), None, Some(400)));
    assert_eq!((alone.is_plain, alone.complaints), (false, Vec::new()));
    let over = read::query("?deed=as-posted&workers=3&at=5000&speed=100");
    assert_eq!((over.begins_ms, over.link.at_ms, over.link.speed_percent), (Some(5_000), Some(5_000), Some(100)));
    assert_eq!(over.link.knobs[lesson.knob("workers").expect("it is there")], 3);
    let beside = read::query("?deed=as-posted&preset=the-leak");
    assert_eq!((beside.link.deed, beside.link.preset, &beside.link.knobs), (Some(number), 0, &lesson.values_of(0)));
    assert_eq!(beside.begins_ms, None);
    let unknown = read::query("?deed=nothing");
    assert_eq!(unknown.link.deed, None);
    assert!(matches!(&unknown.complaints[0].allowed, Allowed::Words(words) if words.len() == lesson.deeds.len()));
}
