//! The past is changed on the built page by mouse, touch and keyboard, and both futures are seen, shared and opened elsewhere. Needs
//! `dist/`, which `cargo xtask build` writes.

use e2e::host::Site;
use e2e::page::{Browser, Page, Visit};
use serde_json::{Value, json};

/// What a reader has in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hand {
    Mouse,
    Touch,
    Keys,
}

const HOME: &str = "\u{E011}";
const RIGHT: &str = "\u{E014}";

fn number(page: &Page, expression: &str) -> f64 {
    page.value(expression).as_f64().unwrap_or_else(|| panic!("{expression} is no number"))
}

/// Takes the handle of the timeline to about a fifth of it.
fn rewind(page: &Page, hand: Hand) {
    if hand == Hand::Keys {
        page.value("document.querySelector('.timeline input').focus()");
        page.press(HOME);
        for _ in 0..40 {
            page.press(RIGHT);
        }
        return;
    }
    let part =
        |name: &str| number(page, &format!("document.querySelector('.timeline input').getBoundingClientRect().{name}"));
    let [left, top, width, height] = ["left", "top", "width", "height"].map(part);
    let (x, y) = ((left + width * 0.2) as i64, (top + height / 2.0) as i64);
    let kind = if hand == Hand::Touch { "touch" } else { "mouse" };
    let to = |x: i64| json!({ "type": "pointerMove", "duration": 0, "x": x, "y": y, "origin": "viewport" });
    let actions = json!([
        to(x + 30), { "type": "pointerDown", "button": 0 }, to(x + 10), to(x), { "type": "pointerUp", "button": 0 },
    ]);
    let pointer = json!({ "type": "pointer", "id": kind, "parameters": { "pointerType": kind }, "actions": actions });
    page.driver().command("actions", &json!({ "actions": [pointer] }));
}

fn turn_the_switch(page: &Page, hand: Hand) {
    if hand == Hand::Keys {
        page.value("document.querySelector('#switch').focus()");
        page.press(" ");
    } else {
        page.click("#switch");
    }
}

/// All that is to be the same wherever the link is opened; of pixels it is asked in Chromium alone.
fn picture(page: &Page, browser: Browser) -> Value {
    page.wait_for("document.querySelector('.strip').dataset.ghost");
    page.wait_for("document.querySelector('.compared')?.textContent");
    let pixels = if browser == Browser::Chromium { "document.querySelector('.strip').toDataURL()" } else { "''" };
    page.value(&format!(
        "['.counts', '.compared', '.now', '.futures ul', '.timeline ul'].map(one => document.querySelector(one).textContent)
            .concat({pixels}, document.querySelector('.clock').dataset.timeMs)"
    ))
}

fn is_changed_in_its_past(browser: Browser, hand: Hand, (width, height): (u32, u32)) {
    let visit = || Visit::default().browser(browser).size(width, height);
    let page = visit().open(Site::built(), "?seed=7&speed=1000&lang=en&listen=off&traffic=120");
    page.wait_until_ready();
    page.wait_for_time(8_000);
    turn_the_switch(&page, hand);
    page.wait_for_time(16_000);
    page.click(".bar .play");
    let flipped_ms = page.counts().time_ms;
    rewind(&page, hand);
    page.wait_for(&format!("+document.querySelector('.clock').dataset.timeMs < {}", flipped_ms / 2));
    assert_eq!(page.value("document.querySelector('#switch').getAttribute('aria-checked')"), json!("false"));
    turn_the_switch(&page, hand);
    page.wait_for("document.querySelector('.timeline .fork')");
    page.click(".bar .play");
    page.wait_for_time(flipped_ms);
    page.click(".bar .play");
    page.wait_for("/forks=/.test(location.search) && /at=/.test(location.search)");
    let query = page.value("location.search");
    let here = picture(&page, browser);

    let elsewhere = visit().open(Site::built(), query.as_str().unwrap_or_default());
    elsewhere.wait_until_ready();
    let time = here.as_array().and_then(|parts| parts.last()).and_then(Value::as_str).unwrap_or_default();
    elsewhere.wait_for(&format!("document.querySelector('.clock').dataset.timeMs === '{time}'"));
    assert_eq!(picture(&elsewhere, browser), here, "{query}");

    // And back into the future that was there.
    page.value("document.querySelector('[popovertarget=forks]').click()");
    page.click(".futures li button");
    page.wait_for("document.querySelector('.futures li .field')?.placeholder.includes('on')");
    page.screenshot(&format!("forks-{hand:?}"));
}

#[test]
fn by_mouse_in_chromium() {
    is_changed_in_its_past(Browser::Chromium, Hand::Mouse, (1280, 720));
}

#[test]
fn by_touch_in_chromium_on_a_phone() {
    is_changed_in_its_past(Browser::Chromium, Hand::Touch, (390, 844));
}

#[test]
fn by_keyboard_in_chromium() {
    is_changed_in_its_past(Browser::Chromium, Hand::Keys, (1280, 720));
}

#[test]
fn by_mouse_and_keyboard_in_firefox() {
    is_changed_in_its_past(Browser::Firefox, Hand::Mouse, (1280, 720));
    is_changed_in_its_past(Browser::Firefox, Hand::Keys, (1280, 720));
}
