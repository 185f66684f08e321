//! The one thread of the built page: that its lane is alive while the clock runs, exact while it rests, and that a step is
//! seen and said. Needs `dist/`, which `cargo xtask build` writes.

use e2e::host::Site;
use e2e::page::{Motion, Page, Visit};
use serde_json::json;

/// Polls that were recorded, and polls that were shown one after the other.
fn polls(page: &Page) -> [u64; 2] {
    let value =
        page.value("(({ polls, pollsShown }) => [+polls, +pollsShown])(document.querySelector('.stage').dataset)");
    [0, 1].map(|place| value[place].as_u64().expect("a count"))
}

/// What was recorded and what was shown between two moments of the run.
fn between(page: &Page, [from_ms, to_ms]: [u64; 2]) -> [u64; 2] {
    page.wait_for_time(from_ms);
    let before = polls(page);
    page.wait_for_time(to_ms);
    let after = polls(page);
    assert!(after[1] <= after[0], "more polls were shown than made: {after:?}");
    [after[0] - before[0], after[1] - before[1]]
}

#[test]
fn at_the_clocks_own_pace_the_lane_is_alive() {
    for motion in [Motion::Full, Motion::Reduced] {
        // With reduced motion a page rests until it is asked to play.
        let page = Visit::default().motion(motion).open(Site::built(), "?lang=en&seed=7");
        page.wait_until_ready();
        if motion == Motion::Reduced {
            page.press(" ");
        }
        let [recorded, shown] = between(&page, [2_000, 8_000]);
        assert!(recorded > 100, "{recorded} polls in six seconds");
        // Three a second are alive on the slowest machine; ten are as many as an eye can follow.
        assert!((18..=66).contains(&shown), "{shown} of {recorded} polls were shown in six seconds, {motion:?}");
    }
}

#[test]
fn at_a_tenth_of_its_pace_most_polls_are_shown() {
    let page = Page::open("?lang=en&seed=7&speed=10");
    let [recorded, shown] = between(&page, [150, 650]);
    assert!(recorded >= 10 && shown * 2 >= recorded, "{shown} of {recorded} polls were shown");
}

#[test]
fn at_a_hundred_times_its_pace_polls_are_counted_and_none_is_shown() {
    let page = Page::open("?lang=en&seed=7&speed=10000");
    // From the start on: at this pace the time in which a page answers is minutes of its run.
    page.wait_for_time(60_000);
    let [recorded, shown] = polls(&page);
    assert!(recorded > 1_000, "{recorded} polls in a minute");
    assert_eq!(shown, 0, "of {recorded}");
}

/// The sentence, the lit line and the room around them: nothing moves when it comes.
#[test]
fn a_step_is_said_in_its_place_and_its_line_is_lit() {
    for (width, height) in [(390, 844), (844, 390), (1280, 720)] {
        for (language, words) in
            [("en", "its time was up; it waits again, line 36."), ("ko", "36번째 줄에서 다시 기다려요.")]
        {
            let page = Visit::default().size(width, height).open(Site::built(), &format!("?lang={language}&at=3000"));
            page.wait_until_ready();
            page.wait_for_time(3_000);
            let places = "['.counts', '.strip', '.stage', '.bar', '#switch'].map(name => {
                const { x, y, width, height } = document.querySelector(name).getBoundingClientRect();
                return [x, y, width, height];
            })";
            let before = page.value(places);
            for _ in 0..30 {
                page.press("\u{E014}");
                if said(&page).contains(words) {
                    break;
                }
            }
            assert!(said(&page).contains(words), "{width} × {height}: {}", said(&page));
            assert_eq!(page.value(places), before, "{width} × {height}, {language}");
            let line = "document.querySelector('.now[data-step]').checkVisibility()
                && document.querySelectorAll('.lines [data-lit]').length";
            assert_eq!(page.value(line), json!(1), "{width} × {height}, {language}");
            let live =
                "document.querySelector('[data-live]').textContent === document.querySelector('.now').textContent";
            assert_eq!(page.value(live), json!(true), "listeners are told the same");
            page.press(" ");
            page.wait_for("!document.querySelector('.now[data-step], .lines [data-lit]')");
        }
    }
}

fn said(page: &Page) -> String {
    page.value("document.querySelector('.now').textContent").as_str().unwrap_or_default().to_owned()
}
