//! Sliders of round numbers, and values in words.

use expect_test::expect;

use crate::lessons::Values;
use crate::session::knobs::Positions;
use crate::session::tests::page;

fn stops(min: u32, max: u32) -> String {
    let positions = Positions { min, max };
    let stops: Vec<String> = (0..=positions.of(max)).map(|position| positions.value(position).to_string()).collect();
    stops.join(" ")
}

#[test]
fn a_long_range_stops_at_round_numbers() {
    expect!["0 1 2 3 4 5 6 8 10 12 15 20 25 30 40 50 60 80 100 120 150 200 250 300 400 500 600"]
        .assert_eq(&stops(0, 600));
    expect!["1 2 3 4 5 6 8 10 12 15 20 25 30 40 50 60 80 100 120 150 200 250 300 400 500 600 800 1000 1200 1500 2000 2500 3000 4000 5000 6000 8000 10000 12000 15000 20000 25000 30000 40000 50000 60000"].assert_eq(&stops(1, 60_000));
    expect!["2 3 4 5 6 7 8 9"].assert_eq(&stops(2, 9));
}

#[test]
fn every_range_has_a_slider_from_end_to_end() {
    let lesson = &page("").session.link.lesson;
    let ranges = lesson.knobs.iter().filter_map(|knob| match knob.values {
        Values::Range { min, max, .. } => Some((min, max)),
        Values::Words(_) => None,
    });
    let ranges: Vec<_> = ranges.collect();
    assert!(!ranges.is_empty());
    for (min, max) in ranges {
        let positions = Positions { min, max };
        assert_eq!((positions.value(0), positions.value(positions.of(max))), (min, max));
        for position in 0..=positions.of(max) {
            assert_eq!(positions.of(positions.value(position)), position, "{min} to {max}");
        }
    }
}

#[test]
fn values_are_said_with_their_unit() {
    let session = &page("").session;
    let mut text = String::new();
    for (number, knob) in session.link.lesson.knobs.iter().enumerate() {
        let value = session.snapshot.values[number];
        text.push_str(&format!("{}: {}\n", knob.name, session.value_text(number, value).replace('\u{a0}', "_")));
    }
    expect![[r#"
        listen: off
        hears: in every wait
        send: inside a select
        forgetful: 0_%
        workers: 5
        work: 800_ms
        stuck: 20_%
        shape: one result
        capacity: 50
        parent: all results or time-out
        timeout: 2,000_ms
        timer: made once
        traffic: 120_/ min
        requests: 0
        jitter: 0_%
        hangs: every n-th worker
        memory: 0_MiB
        deploy: 0_min
        freeze: deploys as usual
    "#]]
    .assert_eq(&text);
}
