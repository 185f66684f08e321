//! Nothing on the built page moves that the reader did not move: the browser itself is asked, by its `layout-shift` entries.
//! Needs `dist/`, which `cargo xtask build` writes.

use e2e::host::Site;
use e2e::page::{Page, Visit};
use serde_json::json;

/// Notes every shift from now on, whether it follows an input or not: what moved, and from where to where.
const WATCH: &str = "
    window.shifts = [];
    const name = node => node?.nodeType === 1 ? node.tagName + (node.className?.baseVal ?? '.' + node.className)
        : `'${node?.textContent}' in ` + (node?.parentElement ? name(node.parentElement) : 'nothing');
    const rect = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
    const note = list => list.getEntries().forEach(entry => shifts.push({ value: entry.value, while: window.doing,
        sources: entry.sources.map(one => `${name(one.node)}: ${rect(one.previousRect)} → ${rect(one.currentRect)}`) }));
    new PerformanceObserver(note).observe({ type: 'layout-shift' });";

/// What the page notes as the cause of a shift from now on.
fn doing(page: &Page, what: &str) {
    page.value(&format!("void (window.doing = {what:?})"));
}

/// Lets the browser paint, and tell what it saw.
fn settle(page: &Page) {
    let frames = "const done = arguments[0]; let left = 4;
        (function next() { left-- ? requestAnimationFrame(next) : setTimeout(done, 0); })();";
    page.driver().run_async(frames, &[]);
}

/// Lets the clock run up to a moment.
fn play_to(page: &Page, time_ms: u64) {
    doing(page, "playing");
    if page.value("document.querySelector('.play').dataset.playing") == json!("false") {
        page.press(" ");
    }
    page.wait_for_time(time_ms);
    page.press(" ");
}

fn flip(page: &Page) {
    doing(page, "flipping");
    page.click("#switch");
    settle(page);
    // The next key is meant for the page, and not for the switch.
    page.value("document.activeElement.blur()");
}

fn step(page: &Page) {
    doing(page, "stepping");
    for key in ["\u{E014}", "\u{E014}", "\u{E014}", "\u{E014}", "."] {
        page.press(key);
        settle(page);
    }
}

/// Selects a task, where the page has a table of them, and the next one.
fn select(page: &Page) {
    doing(page, "selecting");
    for _ in 0..2 {
        page.value("void document.querySelector('.task .row button:last-of-type')?.click()");
        settle(page);
    }
}

/// Plays on by `ms` of virtual time, flips, plays, steps and selects, three times.
#[track_caller]
fn check(size: (u32, u32), query: &str, ms: u64) {
    let page = Visit::default().size(size.0, size.1).open(Site::built(), query);
    page.wait_until_ready();
    page.driver().run(WATCH, &[]);
    for round in 1..=3 {
        play_to(&page, round * ms);
        flip(&page);
        play_to(&page, round * ms + ms / 3);
        step(&page);
        select(&page);
    }
    settle(&page);
    assert_eq!(page.value("shifts"), json!([]), "{size:?} {query}");
}

/// In both languages at four times its pace, and in one at a hundred times, when numbers get one digit after the other.
#[track_caller]
fn check_each(size: (u32, u32), query: &str) {
    for language in ["en", "ko"] {
        check(size, &format!("?lang={language}&seed=7&speed=400{query}"), 9_000);
    }
    check(size, &format!("?lang=en&seed=7&speed=10000&traffic=600{query}"), 200_000);
}

#[test]
fn nothing_moves_on_a_laptop_while_it_plays_flips_and_steps() {
    check_each((1280, 720), "");
}

#[test]
fn nothing_moves_on_a_phone_while_it_plays_flips_and_steps() {
    check_each((390, 844), "");
}

#[test]
fn nothing_moves_in_a_frame_while_it_plays_flips_and_steps() {
    check_each((720, 900), "&embed=1&controls=plot,step,speed,timeline,code");
}
