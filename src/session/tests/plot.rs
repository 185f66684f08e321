//! The plot's scale and its bands.

use expect_test::expect;

use crate::player::curve::Sample;
use crate::session::action::Action;
use crate::session::plot::{Band, Plot};
use crate::session::tests::{Tester, act, page, pass};
use crate::session::timeline;
use crate::text::{Language, measure};

fn sample(at_us: u64, working: u32, stopping: u32, leaked: u32) -> Sample {
    Sample { at_us, working, stopping, leaked, finished: 0, told: 0 }
}

#[test]
fn the_scale_has_a_few_round_steps_and_room_above() {
    let scale = |most: u32| {
        let plot = Plot::of(&[], sample(0, most, 0, 0), 30_000, Vec::new());
        format!("{most}: {} in steps of {}", plot.most, plot.step)
    };
    expect![[r#"
        0: 1 in steps of 1
        1: 2 in steps of 1
        4: 5 in steps of 1
        5: 6 in steps of 2
        10: 15 in steps of 5
        49: 50 in steps of 10
        50: 60 in steps of 20
        999: 1000 in steps of 200
        1000: 1500 in steps of 500
        1234567: 1500000 in steps of 500000"#]]
    .assert_eq(&[0, 1, 4, 5, 10, 49, 50, 999, 1_000, 1_234_567].map(scale).join("\n"));
}

#[test]
fn the_axis_of_time_reaches_the_moment_that_is_shown() {
    let ends = |at_us: u64| Plot::of(&[], sample(at_us, 1, 0, 0), 30_000, Vec::new()).span_ms;
    assert_eq!([20_000_000, 90_000_000].map(ends), [30_000, 90_000]);
}

/// As many as there is room for: a phone has room for four moments, and no two of them touch.
#[test]
fn the_scale_of_time_has_round_steps_for_every_span_and_width() {
    let words = Language::English.messages();
    let scale = |(span_s, steps_max): (u64, u64)| {
        let plot = Plot::of(&[], sample(0, 1, 0, 0), span_s * 1_000, Vec::new());
        let step_ms = plot.time_step_ms(steps_max);
        assert!(plot.span_ms / step_ms <= steps_max);
        let ticks = (0..=plot.span_ms / step_ms).map(|tick| measure::round_moment(tick * step_ms, step_ms, words));
        format!("{span_s} s in {steps_max}: {}", ticks.collect::<Vec<_>>().join(" "))
    };
    let month_s = 30 << 17;
    let spans = [(30, 4), (30, 11), (120, 4), (960, 4), (30 << 11, 6), (month_s, 4), (month_s, 11), (366 * 86_400, 4)];
    expect![[r#"
        30 s in 4: 0:00 0:10 0:20 0:30
        30 s in 11: 0:00 0:05 0:10 0:15 0:20 0:25 0:30
        120 s in 4: 0:00 0:30 1:00 1:30 2:00
        960 s in 4: 0:00 5:00 10:00 15:00
        61440 s in 6: 0:00 6:00:00 12:00:00
        3932160 s in 4: 0 d 10 d 20 d 30 d 40 d
        3932160 s in 11: 0 d 5 d 10 d 15 d 20 d 25 d 30 d 35 d 40 d 45 d
        31622400 s in 4: 0 d 100 d 200 d 300 d"#]]
    .assert_eq(&spans.map(scale).join("\n"));
}

#[test]
fn bands_lie_upon_each_other() {
    let sample = sample(0, 5, 3, 2);
    assert_eq!(Band::ALL.map(|band| band.counts(&sample)), [[10, 5], [5, 2], [2, 0]]);
}

#[test]
fn the_plot_ends_at_the_moment_that_is_shown() {
    let samples = [sample(0, 1, 0, 0), sample(50, 2, 0, 0), sample(100, 90, 0, 0)];
    let plot = Plot::of(&samples, sample(70, 3, 0, 0), 30_000, Vec::new());
    assert_eq!(plot.samples.iter().map(|sample| sample.at_us).collect::<Vec<_>>(), [0, 50, 70]);
    assert_eq!(plot.most, 100, "and its scale is that of the run");
}

#[test]
fn what_was_turned_is_marked() {
    let mut tester = page("?at=5000&in=1000:listen:on,3000:traffic:60");
    tester.perform(pass(200));
    let plot = tester.session.take_plot().expect("the page was rendered since");
    assert_eq!(plot.marks_ms, [1_000, 3_000]);
}

/// Marks are of the whole run as far as it was played, also while an earlier moment is shown.
#[test]
fn the_timeline_names_what_was_turned_and_the_first_leak() {
    let mut tester = page("?at=20000&in=1000:listen:on,3000:listen:off");
    tester.perform(pass(200));
    let texts = |tester: &Tester| {
        let session = &tester.session;
        let marks = timeline::marks(session.playback.player(), &session.playback.knob_changes());
        marks.into_iter().map(|mark| session.mark_text(mark)).collect::<Vec<_>>().join("\n")
    };
    let expected = expect![[r#"
        Listen: on, at 0:01.0
        The first leak, at 0:02.0
        Listen: off, at 0:03.0"#]];
    expected.assert_eq(&texts(&tester));
    tester.perform(act(Action::Seek(500)));
    tester.perform(pass(200));
    expected.assert_eq(&texts(&tester));
    let plot = tester.session.take_plot().expect("the page was rendered since");
    assert!(plot.samples.len() < 15 && plot.cancels_us.last().is_some_and(|at_us| *at_us > 15_000_000));
}
