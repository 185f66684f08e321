//! Every run that the page can reach survives link → open → link.

use std::rc::Rc;

use pileup::executor::engine::Order;
use pileup::executor::rng::{Rng, Stream};
use pileup::lessons::{self, Lesson, Values, When};
use pileup::link::{INPUTS_MAX, Link, knob_changes, read, write};
use pileup::player::run::Player;

mod property;

use property::{Case, assert_common, seeds};

/// What must be the same of two runs at the same moment.
fn fingerprint(player: &Player) -> (u64, u64, u64, String) {
    let trace = player.trace();
    (trace.len(), trace.hash(), player.now_us(), format!("{:?}", player.ledger().counts()))
}

/// The link of a run at this moment, as the page writes it.
fn link_of(player: &Player, opened: &Link) -> Link {
    Link { inputs: knob_changes(player.spec()), at_ms: Some(player.now_us() / 1_000), ..opened.clone() }
}

/// The run that a link opens, at its moment.
fn open(link: &Link) -> Player {
    let mut player = Player::new(link.spec());
    player.play_to(link.at_ms.unwrap_or(0) * 1_000, u64::MAX);
    player
}

fn any_value(values: &Values, draws: &mut Rng) -> u32 {
    match values {
        // The largest values of all make runs of millions of tasks, which say nothing new.
        &Values::Range { min, max, .. } => min + draws.below((max - min + 1).min(800)),
        Values::Words(words) => draws.below(words.len() as u32),
    }
}

/// A link that somebody wrote: any preset, some knobs, any seed.
fn some_link(lesson: &Rc<Lesson>, draws: &mut Rng) -> Link {
    // All presets but the last one, whose load is for benches.
    let preset = draws.below(lesson.presets.len() as u32 - 1) as usize;
    let mut link = Link::of(lesson, preset);
    link.seed = draws.below(u32::MAX);
    link.order = Order::ALL[draws.below(3) as usize];
    for (knob, value) in lesson.knobs.iter().zip(&mut link.knobs) {
        if draws.below(4) == 0 {
            *value = any_value(&knob.values, draws);
        }
    }
    link
}

/// What a reader does on the page: lets time pass by whole milliseconds, turns live knobs, goes back.
fn play_with(player: &mut Player, draws: &mut Rng) {
    let lesson = player.spec().lesson.clone();
    for _ in 0..draws.below(12) {
        match draws.below(5) {
            0 | 1 => {
                let live: Vec<_> = (0..lesson.knobs.len()).filter(|&k| lesson.knobs[k].when == When::Live).collect();
                let knob = live[draws.below(live.len() as u32) as usize];
                player.set(knob, any_value(&lesson.knobs[knob].values, draws));
            }
            2 => {
                let back_us = u64::from(draws.below(3_000)) * 1_000;
                let target_us = player.now_us().saturating_sub(back_us);
                player.seek(target_us);
                player.play_to(target_us, u64::MAX);
            }
            _ => _ = player.play_to(player.now_us() + u64::from(draws.below(4_000)) * 1_000, u64::MAX),
        }
    }
}

#[test]
fn every_run_survives_link_open_link() {
    for lesson in lessons::all() {
        let (seeds, mut survived) = (seeds(200), 0);
        for seed in seeds.clone() {
            let mut draws = Rng::new(seed, Stream::Program(0));
            let first = some_link(&lesson, &mut draws);
            let mut player = Player::new(first.spec());
            play_with(&mut player, &mut draws);
            if player.stop().is_some() {
                // It ended between two moments, at a panic or a bound: its end is not one of the moments a link names.
                continue;
            }
            player.play_to(player.now_us(), u64::MAX);
            let link = link_of(&player, &first);
            let text = write::query(&link);
            let _case = Case(|| format!("open(&read::query({text:?}).link)"));
            let reading = read::query(&text);
            assert_eq!(reading.complaints, [], "{text}");
            assert_eq!(reading.link, link, "{text}");
            let opened = open(&reading.link);
            assert_eq!(fingerprint(&opened), fingerprint(&player), "{text}");
            assert_eq!(write::query(&link_of(&opened, &reading.link)), text);
            survived += 1;
        }
        assert_common("the run came to a moment", survived, 2, &seeds);
    }
}

#[test]
fn a_run_with_as_many_inputs_as_a_link_carries_survives_too() {
    let link = Link::default();
    let mut player = Player::new(link.spec());
    let listen = link.lesson.knob("listen").expect("the switch");
    for number in 0..INPUTS_MAX as u32 {
        player.play_to(player.now_us() + 7_000, u64::MAX);
        player.set(listen, number % 2);
    }
    let link = link_of(&player, &link);
    let reading = read::query(&write::query(&link));
    assert_eq!((reading.complaints, &reading.link), (Vec::new(), &link));
    assert_eq!(fingerprint(&open(&reading.link)), fingerprint(&player));
}

/// Links that people have put into their articles, with what they opened then: they keep their meaning.
#[test]
fn an_older_link_keeps_its_meaning() {
    let known = [
        ("?v=1&lesson=leak&preset=the-leak&seed=1&at=60000", [828, 0, 133, 681]),
        ("?v=1&lesson=leak&preset=as-posted&seed=7&at=60000&speed=400&lang=ko", [774, 0, 102, 635]),
        (
            "?v=1&lesson=leak&preset=the-leak&traffic=600&seed=7&in=12500:listen:on,20000:traffic:60&at=60000",
            [1518, 0, 134, 1382],
        ),
        ("?v=1&lesson=leak&preset=heard-and-leaked&workers=7&seed=3&at=30000&embed=1", [400, 0, 308, 44]),
        // What the guide shows, without a version.
        ("?preset=as-posted&lang=en", [6, 0, 0, 0]),
    ];
    for (text, expected) in known {
        let reading = read::query(text);
        assert_eq!(reading.complaints, [], "{text}");
        let counts = open(&reading.link).ledger().counts();
        assert_eq!([counts.spawned, counts.stopping, counts.leaked, counts.finished], expected, "{text}");
    }
}
