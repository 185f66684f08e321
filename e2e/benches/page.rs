//! What the built page costs in a real browser. Prints what it measures, judges nothing.

use e2e::host::Site;
use e2e::page::Visit;

const VISITS: usize = 5;

fn main() {
    println!("| page | median of {VISITS}, ms |");
    println!("|---|---|");
    println!("| from navigation to data-ready, warm disk, no network delay | {} |", median(first_load_ms));
}

/// The page's own clock, which starts with the navigation, when the ready mark is first seen.
fn first_load_ms() -> u64 {
    let page = Visit::default().open(Site::built(), "");
    page.wait_until_ready();
    page.value("Math.round(performance.now())").as_u64().expect("the page's clock does not run backwards")
}

fn median(measure: fn() -> u64) -> u64 {
    let mut measured: Vec<u64> = (0..VISITS).map(|_| measure()).collect();
    measured.sort_unstable();
    measured[VISITS / 2]
}
