//! The built page, in a real browser, as a reader meets it; how it fails is in `failures.rs`. Needs `dist/`, which `cargo xtask build` writes.

use e2e::host::{Fault, Site};
use e2e::page::{Page, Patience, Theme, Visit};
use serde_json::json;

#[test]
fn the_app_runs_in_a_sub_folder_without_a_complaint() {
    let page = Page::open("");
    let foreign = "performance.getEntriesByType('resource').map(entry => entry.name)
        .filter(name => !name.startsWith(location.origin + '/some/folder/') && !name.startsWith('data:'))";
    assert_eq!(page.value(foreign).as_array().map(Vec::len), Some(0), "{}", page.value(foreign));
}

#[test]
fn the_counts_add_up() {
    let page = Page::open("?lang=en");
    page.wait_for_count("leaked", 1);
    let counts = page.counts();
    assert_eq!(counts.spawned, counts.alive + counts.finished, "{counts:?}");
    assert_eq!(counts.unproven, 0, "{counts:?}");
    assert_eq!(counts.leaked + counts.working + counts.stopping + counts.unproven, counts.alive, "{counts:?}");
}

/// Another lesson is one step of the history, and Back returns from it.
#[test]
fn another_lesson_is_chosen_in_the_head_and_back_returns_from_it() {
    for (query, name) in [("?lang=en", "Lesson"), ("?lang=ko", "주제")] {
        let page = Page::open(query);
        let names = page.control_names();
        assert!(names.iter().any(|control| control == name), "{query}: {names:?}");
        let select = format!("document.querySelector('.head select[aria-label={name}]')");
        assert_eq!(page.value(&format!("{select}.value")), "leak");
        let steps = page.value("history.length").as_u64().expect("a number");
        page.value(&format!(
            "(select => {{ select.value = 'dropped'; select.dispatchEvent(new Event('change', {{ bubbles: true }})); }})({select})"
        ));
        page.wait_for("location.search.includes('lesson=dropped')");
        page.wait_for("document.querySelector('.lines').innerText.includes('JoinHandle')");
        page.wait_for_count("leaked", 1);
        let findings = page.axe_findings();
        assert!(findings.is_empty(), "{query}: {findings:#?}");
        assert_eq!(page.value("history.length").as_u64(), Some(steps + 1));
        page.value("history.back()");
        page.wait_for(&format!("{select}.value === 'leak'"));
    }
}

#[test]
fn every_control_has_a_name() {
    for query in ["?lang=en", "?lang=ko"] {
        let names = Page::open(query).control_names();
        assert!(!names.is_empty(), "there are no controls at {query}");
        assert!(names.iter().all(|name| !name.trim().is_empty()), "at {query}: {names:?}");
    }
}

#[test]
fn axe_finds_nothing_in_any_language_and_theme() {
    for language in ["en", "ko"] {
        for theme in [Theme::Light, Theme::Dark] {
            let page = Visit::default().theme(theme).open(Site::built(), &format!("?lang={language}"));
            page.wait_until_ready();
            let findings = page.axe_findings();
            assert!(findings.is_empty(), "{language}, {theme:?}: {findings:#?}");
        }
    }
}

#[test]
fn the_language_comes_from_the_link_and_then_from_the_browser() {
    for (query, browser, expected) in [("", "ko-KR", "ko"), ("", "en-US", "en"), ("?lang=en", "ko-KR", "en")] {
        let page = Visit::default().language(browser).open(Site::built(), query);
        page.wait_until_ready();
        assert_eq!(page.value("document.documentElement.lang"), expected, "{query} in a {browser} browser");
    }
}

#[test]
fn nothing_is_wider_than_the_window() {
    for width in [320, 390, 768, 1280, 1920] {
        let page = Visit::default().size(width, 720).open(Site::built(), "");
        page.wait_until_ready();
        let excess = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(page.value(excess), 0, "at {width} px");
    }
}

#[test]
fn nothing_but_the_page_itself_is_waited_for_before_the_first_paint() {
    let page = Page::open("");
    let blocking = "performance.getEntriesByType('resource').filter(one => one.renderBlockingStatus === 'blocking').map(one => one.name)";
    assert_eq!(page.value("performance.getEntriesByType('resource')[0].renderBlockingStatus"), "non-blocking");
    assert_eq!(page.value(blocking).as_array().map(Vec::len), Some(0), "{}", page.value(blocking));
}

/// What the lesson needs is on the first screen of every device, and nothing lies over the pile.
#[test]
fn switch_counts_curve_stage_and_play_are_in_view_together() {
    for (width, height) in [(360, 640), (390, 844), (844, 390), (768, 1024), (1280, 720), (1920, 1080)] {
        for language in ["en", "ko"] {
            let page = Visit::default().size(width, height).open(Site::built(), &format!("?lang={language}&at=60000"));
            page.wait_until_ready();
            page.wait_for_time(60_000);
            let outside = page.value(
                "['#switch', '.counts', '.strip', '.stage', '.bar .play'].filter(name => {
                    const box = document.querySelector(name).getBoundingClientRect();
                    return box.width < 20 || box.height < 20 || box.left < 0 || box.top < 0
                        || box.right > innerWidth + .5 || box.bottom > innerHeight + .5;
                })",
            );
            assert_eq!(outside, json!([]), "{width} × {height}, {language}");
            let covered = page.value(
                "(box => [.1, .5, .9].flatMap(x => [.05, .5, .97].map(y => [box.left + x * box.width, box.top + y * box.height]))
                    .filter(([x, y]) => !document.elementFromPoint(x, y)?.closest('.stage')))
                (document.querySelector('.stage').getBoundingClientRect())",
            );
            assert_eq!(covered, json!([]), "{width} × {height}, {language}");
        }
    }
}

/// In whole pixels; the program's own text may be a fraction of one away.
#[test]
fn the_heading_stands_before_the_program_where_it_stands_with_it() {
    const PLACE: &str = "(box => [box.x, box.y])([...document.querySelectorAll('h1')].find(one => one.checkVisibility()).getBoundingClientRect())";
    let place = |page: &Page| {
        let place = page.value(PLACE);
        [0, 1].map(|axis| place[axis].as_f64().unwrap_or(f64::NAN))
    };
    for (width, height) in [(1280, 800), (390, 844)] {
        for language in ["en", "ko"] {
            let visit = Visit::default().size(width, height);
            let query = format!("?lang={language}&at=1000");
            // Without a clock nothing is said of the wait, which would take room above.
            let waiting = Site::built().prelude("self.setInterval = () => 0;").fault(".wasm", Fault::Unanswered);
            let still = visit.clone().patience(Patience::Arrival).open(waiting, &query);
            still.wait_for("document.querySelector('main.still pre')");
            let page = visit.open(Site::built(), &query);
            page.wait_until_ready();
            let (before, after) = (place(&still), place(&page));
            assert!(
                (0..2).all(|axis| (before[axis] - after[axis]).abs() < 1.0),
                "{width} px, {language}: {before:?}, {after:?}"
            );
        }
    }
}

#[test]
fn pictures_are_taken_of_both_languages_both_themes_and_three_widths() {
    for language in ["en", "ko"] {
        for theme in [Theme::Light, Theme::Dark] {
            for (width, height) in [(320, 640), (1280, 720), (1920, 1080)] {
                let visit = Visit::default().theme(theme).size(width, height);
                let page = visit.open(Site::built(), &format!("?lang={language}"));
                page.wait_until_ready();
                page.wait_for_time(3000);
                page.screenshot("page");
                page.screenshot_full_page("page-all");
            }
        }
    }
}

/// The last slice of a seek is painted too: a stage that is painted anew shows no more than it showed.
#[test]
fn a_moment_that_was_sought_is_drawn_to_its_end() {
    let page = Page::open("?seed=7&at=60000&traffic=600&lang=en");
    page.wait_for_time(60_000);
    let picture = "[...document.querySelectorAll('.stage canvas')].map(canvas => canvas.toDataURL()).join()";
    page.value(&format!(
        "void (window.last = null, window.same = 0, (function look() {{
            const now = {picture};
            same = now === last ? same + 1 : 0;
            last = now;
            requestAnimationFrame(look);
        }})())"
    ));
    page.wait_for("same > 30");
    let shown = page.value(picture);
    for _ in 0..3 {
        page.click(".head .sheet .icon");
    }
    page.wait_for("document.documentElement.dataset.theme === '' && same > 30");
    assert!(page.value(picture) == shown, "painted anew, the stage shows something else");
}

#[test]
fn tab_from_the_traffic_into_the_bar_scrolls_nothing() {
    let page = Page::open("?lang=en");
    page.value("document.querySelector('.quick input[type=range]').focus({ preventScroll: true })");
    for _ in 0..8 {
        page.press("\u{E004}");
        assert_eq!(page.value("document.activeElement.closest('.bar') !== null"), true);
        assert_eq!(page.value("scrollY"), 0, "{}", page.value("document.activeElement.outerHTML"));
    }
}

/// The knobs, the clock and the language change the step that the reader is in.
#[test]
fn another_preset_is_a_step_of_the_history_and_back_returns_from_it() {
    let page = Page::open("?lang=en");
    let shown = "document.querySelector('.head select[aria-label=Preset]').value";
    page.wait_for("location.search.includes('preset=the-leak')");
    let steps = page.value("history.length").as_u64().expect("a number");
    page.value(
        "(select => { select.value = 'as-posted'; select.dispatchEvent(new Event('change', { bubbles: true })); })
            (document.querySelector('.head select[aria-label=Preset]'))",
    );
    page.wait_for("location.search.includes('preset=as-posted')");
    page.click("#switch");
    page.wait_for("location.search.includes(':listen:on')");
    assert_eq!(page.value("history.length").as_u64(), Some(steps + 1));
    page.value("history.back()");
    page.wait_for(&format!("{shown} === 'the-leak' && location.search.includes('preset=the-leak')"));
    page.value("history.forward()");
    page.wait_for(&format!("{shown} === 'as-posted' && location.search.includes(':listen:on')"));
}

#[test]
fn forced_colours_keep_the_sliders_and_paper_has_nothing_to_press() {
    let page = Page::open("?lang=en&at=20000");
    page.wait_for_time(20_000);
    let emulate = |media: &str, features: serde_json::Value| {
        page.driver().devtools("Emulation.setEmulatedMedia", &json!({ "media": media, "features": features }));
    };
    emulate("", json!([{ "name": "forced-colors", "value": "active" }]));
    assert_eq!(page.value("getComputedStyle(document.querySelector('.timeline input')).appearance"), "auto");
    page.screenshot("forced-colours");
    emulate("print", json!([]));
    let pressed = "[...document.querySelectorAll('.bar, .head button, .knobs, .quick')].filter(one => one.checkVisibility()).length";
    assert_eq!(page.value(pressed), 0);
    let kept = "['h1', '.counts', '.stage', '.switch', '.lines', '.plot'].filter(name => !document.querySelector(name).checkVisibility())";
    assert_eq!(page.value(kept), json!([]));
}
