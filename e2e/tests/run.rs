//! Runs in the built page: that it tells the command line's story, and that the switch does what it says.

use e2e::page::{Counts, Page};
use e2e::program;

const SWITCH: &str = "Workers listen for cancellation";

/// Promise 3, end to end: the page in a browser and the terminal count the same at the same virtual time.
#[test]
fn a_page_at_rest_counts_what_the_command_line_counts() {
    for settings in ["listen=off&traffic=600", "listen=on&traffic=600"] {
        page_and_terminal(settings, "fifo");
    }
    // A few requests whose children leak by the order in which they are polled.
    let by_order = "listen=on&send=naked&capacity=0&stuck=0&shape=loop&timeout=10000&requests=6&traffic=600";
    let [fifo, _, go] = ["fifo", "seeded", "go"].map(|order| page_and_terminal(by_order, order));
    assert_ne!(fifo, go, "the page is told the order");
}

/// The counts at the end of the first minute, which both agree on.
fn page_and_terminal(settings: &str, order: &str) -> Counts {
    let page = Page::open(&format!("?lesson=leak&{settings}&seed=7&order={order}&at=60000&lang=en"));
    page.wait_for_time(60_000);
    let counts = page.counts();
    let set = settings.split('&').flat_map(|setting| ["--set", setting]);
    let run = ["run", "leak", "--seed", "7", "--order", order, "--for", "60s"];
    let arguments: Vec<&str> = run.into_iter().chain(set).collect();
    assert_eq!(counts, program::counts(&arguments), "{settings}, {order}");
    // The address keeps the order, unless it goes without saying.
    let kept = page.value("new URLSearchParams(location.search).get('order') ?? 'fifo'");
    assert_eq!(kept, order, "{settings}");
    counts
}

#[test]
fn the_switch_stops_the_leak_and_frees_no_task() {
    let page = Page::open("?lesson=leak&listen=off&traffic=600&seed=7&speed=1000&lang=en");
    page.wait_for_count("leaked", 20);
    page.click_named(SWITCH);
    let flipped = page.counts();
    // Workers that started before the flip may still leak; a minute later all of those have.
    page.wait_for_time(flipped.time_ms + 60_000);
    let settled = page.counts();
    page.wait_for_time(settled.time_ms + 60_000);
    let later = page.counts();
    assert!(settled.leaked >= flipped.leaked, "{flipped:?} {settled:?}");
    assert!(later.spawned > settled.spawned, "traffic goes on: {settled:?} {later:?}");
    assert_eq!(later.leaked, settled.leaked, "{settled:?} {later:?}");
}

/// One million forgotten tasks, each of them alive: the page still plays and answers, and the switch frees none of them.
#[test]
fn a_million_leaked_tasks_are_alive_and_the_page_stays_usable() {
    // 20 000 requests of 50 workers, all of which hang.
    let million = "?workers=50&stuck=100&timeout=100&traffic=60000&requests=20000&speed=10000&lang=en";
    let page = Page::open(million);
    page.wait_for_count("leaked", 1_000_000);
    page.click_named(SWITCH);
    let piled = page.counts();
    page.wait_for_time(piled.time_ms + 1_000);
    let later = page.counts();
    assert_eq!((later.leaked, later.alive), (1_000_000, 1_000_000), "{piled:?} {later:?}");
}

/// A hidden tab gets no frames. When they come again, virtual time goes on where it was.
#[test]
fn a_hidden_tab_neither_leaps_nor_floods() {
    let page = Page::open("?seed=7&lang=en");
    page.wait_for_time(500);
    page.value(
        "(() => { const frame = window.requestAnimationFrame.bind(window); window.held = []; window.hidAt = performance.now();
            window.requestAnimationFrame = callback => { held.push(callback); return 0; };
            window.show = () => { window.requestAnimationFrame = frame; held.splice(0).forEach(callback => frame(callback)); };
            return true; })()",
    );
    page.wait_for("held.length > 0 && performance.now() > hidAt + 4000");
    let hidden = page.counts();
    page.value("(show(), true)");
    page.wait_for_time(hidden.time_ms + 1);
    let back = page.counts();
    assert!(back.time_ms < hidden.time_ms + 1_500, "it leapt: {hidden:?} {back:?}");
    assert!(hidden.time_ms < 3_000, "it ran on while hidden: {hidden:?}");
}
