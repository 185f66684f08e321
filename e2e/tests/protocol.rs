//! Messages in their order, floods of them, and work under way, in real browsers. What each message does is tested in
//! `frame.rs`, and every order in `src/session/tests/order.rs`.

use e2e::browser::Browser;
use e2e::host::Site;
use e2e::page::{Page, Theme, Visit};
use serde_json::{Value, json};

/// A moment that no machine reaches while a test waits.
const FAR: u64 = 31_622_400_000;

/// How much more the frame's program may hold after a flood.
const BYTES_MAX: u64 = 64 << 20;

/// An article with one frame that notes what it is told.
const ARTICLE: &str =
    "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>A post</title><link rel=icon href='data:,'>
    <script>
        window.states = []; window.sorries = [];
        addEventListener('message', ({ data }) => {
            const [version, verb, query] = data.split(' ');
            const detail = Object.fromEntries(new URLSearchParams(query));
            if (verb === 'state') states.push(detail);
            if (verb === 'sorry') sorries.push(detail);
        });
        window.last = () => states[states.length - 1];
        window.say = text => frame.contentWindow.postMessage('pileup/1 ' + text, '*');
        window.wait = ms => new Promise(done => setTimeout(done, ms));
        /* The switch at the moment that is shown: turns that are still to come are in the link, too. */
        window.listens = () => (new URLSearchParams(last().link).get('in') || '').split(',').map(turn => turn.split(':'))
            .filter(([ms, knob]) => knob === 'listen' && +ms <= +last().time_ms).map(turn => turn[2]).pop() || 'off';
        window.rests_at = ms => +last().time_ms === ms && !last().seeking;
        /* The memory of the frame's program is seen as it is made; where that came too soon the frame is loaded again. */
        window.hook = () => {
            if (window.memory) return;
            const { WebAssembly, location } = frame.contentWindow;
            if (location.href !== 'about:blank' && !WebAssembly.is_hooked) {
                WebAssembly.is_hooked = true;
                for (const name of ['instantiate', 'instantiateStreaming']) {
                    const real = WebAssembly[name];
                    WebAssembly[name] = (...given) => real.apply(WebAssembly, given).then(made => {
                        window.memory = (made.instance || made).exports.memory;
                        return made;
                    });
                }
            }
            if (window.states.length) { window.states = []; location.reload(); }
            setTimeout(hook, 0);
        };
        addEventListener('DOMContentLoaded', hook);
        window.bytes = () => memory.buffer.byteLength;
    </script>
    <iframe id=frame title=x width=640 height=700 style='border:0' src='/some/folder/?embed=1&lang=en&traffic=6000'></iframe>";

fn article(browser: Browser) -> Page {
    let host = Site::built().extra("/post.html", ARTICLE).host();
    let url = host.url("/post.html");
    let page = Visit::default().browser(browser).open_url(host, &url);
    page.wait_for("window.memory && states.length > 0");
    page
}

/// Runs a piece of an asynchronous function in the article, and waits until it is done.
#[track_caller]
fn run(page: &Page, script: &str) {
    let whole = format!("(async () => {{ {script} }})().then(() => 'done', error => String(error))");
    page.value(&format!("void (window.outcome = null, {whole}.then(said => {{ window.outcome = said; }}))"));
    assert_eq!(page.wait_for("outcome"), "done", "{script}");
}

/// The case that once ended with the switch on: between the end of a seek and the next tick a message overtook the others.
#[test]
fn a_switch_turned_twice_behind_a_seek_ends_as_it_was_turned_last() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let page = article(browser);
        for gap_ms in [20, 30, 40, 50, 60, 80] {
            run(
                &page,
                &format!(
                    "say('seek at=2000'); say('set listen=on'); await wait({gap_ms});
                     say('set listen=off'); say('set speed=200'); say('state');"
                ),
            );
            page.wait_for("rests_at(2000) && last().link.includes('speed')");
            assert_eq!(page.value("listens()"), "off", "{browser:?}, {gap_ms} ms");
            run(&page, "say('restart'); say('set speed=100'); say('state');");
            page.wait_for("rests_at(0) && !last().link.includes('speed')");
        }
    }
}

/// A few sequences by hand of what the session's model test tries ten thousand of: the newest seek wins, and the last turn.
#[test]
fn the_newest_seek_and_the_last_turn_win_whatever_time_lies_between_messages() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let page = article(browser);
        for (number, gaps_ms) in [[0, 0, 0, 0], [5, 40, 0, 90], [120, 10, 30, 0], [30, 30, 30, 30]].iter().enumerate() {
            let [a, b, c, d] = gaps_ms;
            let end_ms = 1_000 + 100 * number;
            run(
                &page,
                &format!(
                    "say('seek at=3000'); await wait({a}); say('set listen=on'); say('step'); await wait({b});
                     say('play'); say('seek at=500'); await wait({c}); say('set listen=on'); say('seek at={end_ms}');
                     await wait({d}); say('set listen=off'); say('pause'); say('state');"
                ),
            );
            page.wait_for(&format!("rests_at({end_ms}) && last().playing === '0'"));
            page.value("void (window.states = [], say('state'))");
            page.wait_for("states.length > 0");
            assert_eq!(page.value("[listens(), rests_at(+last().time_ms)]"), json!(["off", true]), "{browser:?}");
        }
    }
}

#[test]
fn a_slider_that_sends_sixty_seeks_ends_at_the_last_one() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let page = article(browser);
        run(
            &page,
            "for (let n = 0; n < 60; n += 1) { say('seek at=' + (9194 - 60 * ((n * 37) % 60))); await wait(16); } say('seek at=9194');",
        );
        page.wait_for("rests_at(9194)");
    }
}

#[test]
fn on_the_way_to_a_year_it_tells_how_far_it_is_and_answers_everything_at_once() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let page = article(browser);
        page.value(&format!("void say('seek at={FAR}')"));
        page.wait_for(&format!("+last().seeking === {FAR} && +last().time_ms > 100 && +last().spawned > 100"));
        page.value("void (window.states = [], say('state'))");
        page.wait_for(&format!("states.length > 0 && +states[0].seeking === {FAR}"));
        page.value("void say('pause')");
        page.wait_for("!last().seeking && last().playing === '0'");
        page.value(&format!("void (say('seek at={FAR}'), say('seek at=700'))"));
        page.wait_for("rests_at(700)");
        page.value(&format!("void (say('seek at={FAR}'), say('restart'))"));
        page.wait_for("rests_at(0)");
    }
}

/// By hand: a line that grows, and a way to end it, where the way to play was; nothing moves when they come.
#[test]
fn a_seek_that_takes_its_time_shows_a_line_and_a_way_to_stop_without_moving_anything() {
    let open = |query: &str| {
        let page = Visit::default().size(720, 900).open(Site::built(), query);
        page.wait_until_ready();
        page
    };
    for query in ["?lang=en&traffic=60000", "?embed=1&lang=en&traffic=60000"] {
        let heights = "['.bar', '.counts'].map(part => document.querySelector(part).getBoundingClientRect().height)";
        let at_rest = open(&format!("{query}&at=0"));
        at_rest.wait_for("document.querySelector('[data-count=spawned]').textContent !== '0'");
        let before = at_rest.value(heights);
        let page = open(&format!("{query}&at={FAR}"));
        page.wait_for("document.querySelector('.progress')");
        let shown = "+document.querySelector('.progress').getAttribute('aria-valuenow') >= 0
            && +document.querySelector('[data-count=spawned]').dataset.value > 100";
        page.wait_for(shown);
        assert_eq!(page.value(heights), before, "{query}");
        assert!(page.axe_findings().is_empty(), "{query}: {:?}", page.axe_findings());
        page.click_named("Stop here");
        page.wait_for("!document.querySelector('.progress')");
        let rested = page.counts();
        assert!(rested.time_ms > 0 && rested.spawned > 100, "{rested:?}");
        assert!(page.control_names().iter().any(|name| name == "Play"));
    }
}

#[test]
fn work_under_way_as_it_looks() {
    for (lang, theme) in [("ko", Theme::Light), ("en", Theme::Dark)] {
        for (width, query) in [(1280, ""), (375, ""), (640, "embed=1&"), (320, "embed=1&")] {
            let query = format!("?{query}lang={lang}&traffic=60000&at={FAR}");
            let page = Visit::default().size(width, 900).theme(theme).open(Site::built(), &query);
            page.wait_until_ready();
            page.wait_for("document.querySelector('.progress') && +document.querySelector('[data-count=spawned]').dataset.value > 100");
            let overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(page.value(overflow), 0, "{query}");
            page.screenshot(if query.contains("embed") { "under-way-frame" } else { "under-way" });
        }
    }
}

/// Sends the frame far away, with workers that listen, so that what it holds does not grow on the way by what the run leaks.
fn go_far(page: &Page) {
    page.value(&format!("void (say('set listen=on'), say('seek at={FAR}'))"));
}

/// Sends so many of a message in batches, each of which the frame has done before the next one comes: what the browser itself
/// keeps of messages is not the frame's.
fn flood(page: &Page, text: &str, batches: u32, in_batch: u32) {
    run(
        page,
        &format!(
            "window.before = bytes();
             const text = {text};
             for (let batch = 0; batch < {batches}; batch += 1) {{
                 for (let n = 0; n < {in_batch}; n += 1) say(text);
                 window.states = []; say('state');
                 while (!states.length) await wait(4);
             }}"
        ),
    );
}

/// After a flood the frame holds little more than before, and does what it is asked.
fn is_well(page: &Page, case: &str) {
    let more = page.value("bytes() - before").as_u64();
    assert!(more.is_some_and(|more| more <= BYTES_MAX), "{case}: {more:?} bytes more");
    page.value("void say('seek at=700')");
    page.wait_for("rests_at(700)");
    page.value("void (say('restart'), say('state'))");
    page.wait_for("rests_at(0)");
}

#[test]
fn a_flood_of_long_texts_is_not_kept() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let page = article(browser);
        // Half a gigabyte: eight times what may stay.
        let text = "'set listen=on&x=' + 'y'.repeat(100000)";
        flood(&page, text, 20, 250);
        is_well(&page, &format!("{browser:?}, at rest"));
        // On the way, what cannot be done at once would wait.
        go_far(&page);
        flood(&page, text, 20, 250);
        is_well(&page, &format!("{browser:?}, on the way"));
    }
}

#[test]
fn a_flood_of_wrong_parts_is_answered_with_few_words() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let page = article(browser);
        go_far(&page);
        let wrong = "'set ' + Array.from({ length: 64 }, (_, n) => 'x' + n + '=1').join('&')";
        flood(&page, wrong, 1, 10_000);
        page.wait_for("sorries.some(sorry => sorry.about === 'more')");
        let answers = page.value("sorries.length").as_u64();
        assert!(answers.is_some_and(|answers| answers < 10_000), "{browser:?}: {answers:?} answers");
        let say = page.value("sorries.find(sorry => sorry.about === 'more').say");
        assert!(matches!(&say, Value::String(say) if say.contains("more were left out")), "{say}");
        is_well(&page, &format!("{browser:?}"));
    }
}

#[test]
fn a_flood_of_seeks_ends_at_the_last_one() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let page = article(browser);
        run(
            &page,
            "window.before = bytes();
             for (let n = 0; n < 10000; n += 1) say('seek at=' + (n * 7919) % 60000);
             say('seek at=1234');",
        );
        page.wait_for("rests_at(1234)");
        is_well(&page, &format!("{browser:?}"));
    }
}
