//! The plot's scale and its bands.

use expect_test::expect;

use crate::player::curve::Sample;
use crate::session::plot::{Band, Plot};
use crate::session::tests::{page, pass};

fn sample(at_us: u64, working: u32, stopping: u32, leaked: u32) -> Sample {
    Sample { at_us, working, stopping, leaked, finished: 0 }
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
