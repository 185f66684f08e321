//! What every property test of the project shares: on which seeds it is tried, and what is printed of a case that fails.
//! The tests inside `src` take this file by its path.
//!
//! One variable says how much is tried: `PILEUP_SEEDS=20000` takes the seeds below 20000, `PILEUP_SEEDS=17..18` the seed 17
//! alone. Without it each test takes as many as its author found worth the time.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::ops::Range;

/// The seeds of a property that is usually tried on so many.
///
/// # Panics
///
/// When `PILEUP_SEEDS` is neither a number nor a range.
pub(crate) fn seeds(usual: u32) -> Range<u32> {
    let Ok(asked) = std::env::var("PILEUP_SEEDS") else { return 0..usual };
    let (from, to) = asked.split_once("..").unwrap_or(("0", &asked));
    match (from.parse(), to.parse()) {
        (Ok(from), Ok(to)) => from..to,
        _ => panic!("PILEUP_SEEDS is `{asked}`; it takes a number, like 20000, or a range, like 17..18"),
    }
}

/// Asserts that at least one seed in so many was a case of this kind: a property that nothing tests holds of itself. Of a
/// hundred seeds or fewer nothing can be said.
#[track_caller]
pub(crate) fn assert_common(kind: &str, cases: usize, one_in: usize, seeds: &Range<u32>) {
    let tried = seeds.len();
    assert!(tried <= 100 || cases * one_in >= tried, "only {cases} cases of {tried} seeds: {kind}");
}

/// Prints a case when its test panics while this is alive.
#[must_use]
pub(crate) struct Case<F: Fn() -> String>(pub(crate) F);

impl<F: Fn() -> String> Drop for Case<F> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("As a test of its own:\n\n    {}\n", (self.0)());
        }
    }
}
