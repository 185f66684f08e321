//! Every count that stands twice on the built page is the same in both places, in every frame that a reader sees. Needs
//! `dist/`, which `cargo xtask build` writes.

use e2e::host::Site;
use e2e::page::{Page, Visit};
use serde_json::{Value, json};

/// Frames that are looked at.
const FRAMES: usize = 300;

/// Looks at the page in each of so many frames, after the page has painted it: what it shows, and where two places differ.
const LOOK: &str = "
    const [frames, done] = arguments;
    const one = (selector, read) => { const found = document.querySelector(selector); return found && read(found); };
    const whole = text => Number(text.replace(/[^0-9]/g, ''));
    const first = text => Number((text.match(/[0-9][0-9,]*/) ?? ['0'])[0].replaceAll(',', ''));
    const sum = (selector, read) => [...document.querySelectorAll(selector)].reduce((sum, one) => sum + read(one), 0);
    const differing = [], leaked = new Set(), times = new Set();
    let sentences = 0, left = frames;
    const look = () => {
        const count = name => one(`[data-count=\"${name}\"]`, found => whole(found.textContent));
        const all = count('leaked'), alive = count('alive');
        const says = one('.now', found => found.textContent.match(/^(?:All )?(One|[0-9,]+) (?:stay|on the pile|leaked)/));
        const places = {
            counter: all,
            pile: one('.stage .shapes', found => Number(found.dataset.pile)),
            strip: one('.strip', found => Number(found.dataset.leaked)),
            plot: one('.plot canvas', found => Number(found.dataset.leaked)),
            sentence: says ? (says[1] === 'One' ? 1 : whole(says[1])) : null,
            // The table's rows, and how many more it says that there are.
            table: one('.table', found => found.querySelectorAll('tbody tr').length + (first(found.querySelector('p')?.textContent ?? ''))),
            // Where they wait in the code.
            code: one('.code', () => sum('.code .badge.leaked', badge => first(badge.textContent))),
        };
        const sentence = one('.plot canvas', found => found.ariaLabel.match(/[0-9][0-9,]*/g).slice(0, 2).map(whole));
        const living = { memory: alive, plot: sentence?.[0] };
        const clock = { clock: one('.clock', found => found.dataset.timeMs), bar: one('.timeline input', found => found.value) };
        if (says) sentences += 1;
        const differs = (places, is) => Object.values(places).some(value => value != null && value !== is);
        if (differs(places, all) || differs(living, alive)) differing.push({ places, living });
        if (sentence && sentence[1] !== all) differing.push({ sentence, all });
        leaked.add(all);
        times.add(clock.clock);
        if (--left > 0) requestAnimationFrame(safely);
        else done({ differing, leaked: leaked.size, times: times.size, sentences });
    };
    const safely = () => { try { look(); } catch (error) { done({ differing: [String(error)] }); } };
    requestAnimationFrame(safely);";

/// What was seen in 300 frames.
#[track_caller]
fn seen(page: &Page, what: &str) -> Value {
    page.wait_for_count("leaked", 1);
    let seen = page.driver().run_async(LOOK, &[json!(FRAMES)]);
    assert_eq!(seen["differing"], json!([]), "{what}");
    // It was looked at while it changed.
    assert!(seen["leaked"].as_u64() > Some(1) && seen["times"].as_u64() > Some(10), "{what}: {seen}");
    seen
}

#[test]
fn every_count_that_is_shown_twice_agrees_in_each_of_300_frames() {
    for speed in [100, 10_000] {
        let page = Page::open(&format!("?lang=en&seed=7&traffic=600&speed={speed}"));
        let seen = seen(&page, &format!("{speed} %"));
        assert_eq!(seen["sentences"], json!(FRAMES), "at {speed} % the sentence says how many stay");
    }
}

#[test]
fn they_agree_in_a_frame_of_somebody_s_article_too() {
    for speed in [100, 10_000] {
        let query = format!("?embed=1&lang=en&seed=7&traffic=600&autoplay=1&controls=plot,code&speed={speed}");
        let page = Visit::default().size(720, 900).open(Site::built(), &query);
        page.wait_until_ready();
        seen(&page, &query);
    }
}
