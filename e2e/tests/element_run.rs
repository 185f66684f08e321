//! The element `<pile-up>` around the run itself: what it promises, where it pauses, and that nothing is lost when it is moved.

use e2e::browser::Browser;
use e2e::host::Site;
use e2e::page::{Page, Visit};
use serde_json::{Value, json};

const BROWSERS: [Browser; 2] = [Browser::Chromium, Browser::Firefox];

const HEAD: &str =
    "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>A post</title><link rel=icon href='data:,'>
    <style>body { max-width: 45rem; margin: 2rem auto; font: 1rem/1.6 sans-serif }</style>
    <script>
        window.events = [];
        window.tag = () => document.querySelector('pile-up');
        window.frame = () => tag().shadowRoot.querySelector('iframe');
        for (const name of ['ready', 'sorry', 'error', 'marker'])
            document.addEventListener(name, ({ target, detail }) =>
                target.localName === 'pile-up' && events.push([name, detail]), true);
        window.link = () => decodeURIComponent(tag().state.link);
    </script>
    <script type=module src=/some/folder/pileup.mjs></script></head>";

fn article(browser: Browser, body: &str) -> Page {
    let host = Site::built().extra("/post.html", &format!("{HEAD}<body>{body}</body></html>")).host();
    let url = host.url("/post.html");
    Visit::default().browser(browser).size(900, 800).open_url(host, &url)
}

/// How a promise ends: what it is kept with, or the words it is broken with.
#[track_caller]
fn outcome(page: &Page, promise: &str) -> Value {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         ({promise}).then(kept => done({{ kept }}), error => done({{ broken: error.message }}));"
    );
    page.driver().run_async(&script, &[])
}

#[track_caller]
fn kept(page: &Page, promise: &str) -> Value {
    let outcome = outcome(page, promise);
    assert_eq!(outcome["broken"], Value::Null, "{promise}");
    outcome["kept"].clone()
}

#[test]
fn what_is_awaited_has_happened() {
    for browser in BROWSERS {
        let page = article(browser, "<pile-up seed=7 lang=en-US></pile-up>");
        page.wait_for("tag().seek");
        let state = kept(&page, "tag().seek(12500)");
        assert_eq!([&state["time_ms"], &state["playing"]], [12_500, 0]);
        assert_eq!(page.value("[tag().currentTime, tag().state.time_ms]"), json!([12_500, 12_500]));
        let state = kept(&page, "tag().set({ listen: true })");
        assert!(state["link"].as_str().is_some_and(|link| link.contains("12500:listen:on")), "{state}");
        let state = kept(&page, "tag().play()");
        assert_eq!(state["playing"], 1);
        let state = kept(&page, "tag().set({ listen: false })");
        assert!(state["link"].as_str().is_some_and(|link| link.contains(":listen:off")), "{state}");
        let state = kept(&page, "tag().pause()");
        assert_eq!(state["playing"], 0);
        let later = kept(&page, "tag().step('event')");
        assert!(later["time_ms"].as_u64() >= state["time_ms"].as_u64(), "{state} {later}");
        let state = kept(&page, "tag().restart()");
        assert_eq!([&state["time_ms"], &state["playing"]], [0, 0]);
        // A slider: the last one counts, and none waits for ever.
        page.value("void (window.seeks = [9, 7, 5, 3, 8].map(second => tag().seek(second * 1000)))");
        assert_eq!(kept(&page, "Promise.all(seeks).then(all => [all.length, tag().currentTime])"), json!([5, 8_000]));
        page.expect_complaint("<pile-up>");
        page.expect_complaint("u003Cpile-up>");
        for refused in ["tag().seek(-5)", "tag().set({ listen: 'perhaps' })", "tag().set({ colour: 'red' })"] {
            let outcome = outcome(&page, refused);
            assert!(outcome["broken"].as_str().is_some_and(|words| words.len() > 10), "{refused}: {outcome}");
        }
        page.value("void (window.gone = tag(), window.waiting = tag().seek(60000), tag().dispose())");
        assert_eq!(outcome(&page, "waiting"), json!({ "broken": "disposed" }));
        assert_eq!(page.value("[tag(), gone.shadowRoot.childElementCount]"), json!([null, 0]));
    }
}

/// Wrong settings are the author's business: the frame's reader sees nothing of them.
#[test]
fn an_attribute_that_the_frame_does_not_know_is_told_to_the_author_and_not_to_the_reader() {
    for browser in BROWSERS {
        let page = article(browser, "<pile-up seed=7 lang=en listn=off traffic=many class=wide></pile-up>");
        page.expect_complaint("listn");
        page.expect_complaint("many");
        page.wait_for("events.length === 3");
        let told = "events.filter(([name]) => name === 'sorry').map(([, { about, value }]) => [about, value])";
        assert_eq!(page.value(told), json!([["listn", "off"], ["traffic", "many"]]));
        page.wait_for("tag().state");
        assert_eq!(page.value("frame().contentDocument.querySelector('[data-complaints]')"), Value::Null);
        assert_eq!(page.complaints().len(), 2);
    }
}

#[test]
fn at_each_marker_the_run_rests_and_says_so() {
    for browser in BROWSERS {
        let page = article(browser, "<pile-up seed=7 speed=1000 autoplay markers='3s, 14s: the flip'></pile-up>");
        let markers = "events.filter(([name]) => name === 'marker').map(([, marker]) => marker)";
        page.wait_for(&format!("({markers}).length === 1"));
        assert_eq!(
            page.value(&format!("[{markers}, tag().state.time_ms, tag().state.playing]")),
            json!([[{ "time_ms": 3000, "label": "" }], 3000, 0]),
            "{browser:?}"
        );
        assert_eq!(kept(&page, "tag().play()")["playing"], 1);
        page.wait_for(&format!("({markers}).length === 2"));
        assert_eq!(
            page.value(&format!("[({markers})[1], tag().currentTime]")),
            json!([{ "time_ms": 14_000, "label": "the flip" }, 14_000])
        );
        // Who goes over one by a seek does not stop there.
        kept(&page, "tag().seek(1000).then(() => tag().seek(20000))");
        kept(&page, "tag().play().then(() => tag().pause())");
        assert_eq!(page.value(&format!("({markers}).length")), 2);
    }
}

#[test]
fn a_poster_stays_until_the_run_begins() {
    for browser in BROWSERS {
        let page = article(
            browser,
            "<pile-up seed=7 lang=en title='The leak' poster=/some/folder/pileup.png height=500></pile-up>",
        );
        let poster = "tag().shadowRoot.querySelector('button')";
        page.wait_for(&format!("tag().state && {poster}.firstChild.naturalWidth"));
        let covers =
            "[`button`, `iframe`].map(one => tag().shadowRoot.querySelector(one).getBoundingClientRect().height)";
        let heights = page.value(covers);
        assert_eq!(heights[0], heights[1], "{browser:?}: it covers the frame");
        assert_eq!(page.value(&format!("{poster}.firstChild.alt")), "The leak");
        page.screenshot("element-poster");
        let middle =
            "(({ left, top, width, height }) => [left + width / 2, top + height / 2])(frame().getBoundingClientRect())";
        assert_eq!(page.value(&format!("tag().shadowRoot.elementFromPoint(...{middle}).localName")), "button");
        page.value(&format!("void {poster}.click()"));
        page.wait_for("tag().state.playing === 1");
        assert_eq!(page.value(poster), Value::Null);
        page.value("void tag().restart()");
        page.wait_for("tag().currentTime < 1000");
        assert_eq!(page.value(poster), Value::Null);
    }
}

/// `insertBefore` ends the frame, and the element opens it again where it was.
#[test]
fn moved_it_keeps_its_run_its_moment_and_what_waits() {
    for browser in BROWSERS {
        let body = "<p id=p>A paragraph.</p><section></section><pile-up seed=7 lang=en theme=dark controls=speed,code></pile-up>";
        let page = article(browser, body);
        page.value("void (window.move = () => { const one = tag(); one.remove(); document.querySelector('section').append(one); })");
        page.wait_for("tag().seek");
        kept(&page, "tag().seek(12500).then(() => tag().set('listen=on&speed=400')).then(() => tag().seek(30000))");
        page.value("void (window.before = tag().state, events.length = 0, document.body.insertBefore(tag(), document.querySelector('#p')))");
        page.wait_for("events.length === 1 && tag().state !== before");
        assert_eq!(page.value("[tag().state, before].map(({ leaked, time_ms, link }) => [leaked, time_ms, link]).map(String).map((one, _, all) => one === all[0])"), json!([true, true]));
        let embedded = "new URL(frame().src).searchParams";
        assert_eq!(
            page.value(&format!("['controls', 'theme', 'embed', 'autoplay'].map(name => {embedded}.get(name))")),
            json!(["speed,code", "dark", "1", null])
        );

        // At once, as React's strict mode and some libraries do it, with a command under way.
        page.value("void (events.length = 0, window.waiting = tag().seek(60000), move())");
        assert_eq!(kept(&page, "waiting")["time_ms"], 60_000);
        assert_eq!(page.value("events.length"), 1);
        assert_eq!(page.value("link().includes('in=12500:listen:on')"), true);

        // A run that plays goes on.
        kept(&page, "tag().play()");
        page.value("void (events.length = 0, window.before = tag().currentTime, move())");
        page.wait_for("events.length === 1 && tag().state.playing === 1 && tag().currentTime > before");
        assert_eq!(page.value("tag().shadowRoot.querySelectorAll('iframe').length"), 1);

        // Taken away for good and put back later it is a new one.
        kept(&page, "tag().pause()");
        page.value("void (events.length = 0, window.gone = tag(), gone.remove())");
        page.value("void document.querySelector('section').append(gone)");
        page.wait_for("events.length === 1 && tag().state");
        assert_eq!(page.value("[tag().currentTime, link().includes('listen:on')]"), json!([0, false]));
    }
}

#[test]
fn move_before_keeps_the_frame_itself() {
    for browser in BROWSERS {
        let page = article(browser, "<section></section><pile-up seed=7 lang=en></pile-up>");
        page.wait_for("tag().seek");
        if page.value("'moveBefore' in Element.prototype") == false {
            assert_eq!(browser, Browser::Firefox, "an older Firefox has no such method");
            continue;
        }
        kept(&page, "tag().seek(12500)");
        page.value(
            "void (window.kept = frame().contentWindow, events.length = 0,
             document.querySelector('section').moveBefore(tag(), null))",
        );
        let state = kept(&page, "tag().step()");
        assert!(state["time_ms"].as_u64() >= Some(12_500), "{state}");
        assert_eq!(page.value("tag().parentNode.localName"), "section");
        // Firefox loads it anew for all that, and so the element opens it where it was.
        if browser == Browser::Chromium {
            assert_eq!(page.value("[frame().contentWindow === kept, events.length]"), json!([true, 0]));
        }
        page.value("void tag().setAttribute('listen', 'on')");
        page.wait_for("link().includes('listen:on')");
    }
}

#[test]
fn links_in_the_text_drive_a_run_and_lead_to_it_without_the_script() {
    let page = article(
        Browser::Chromium,
        "<p><a id=there href='/some/folder/?seed=7&at=30000' data-pileup-seek=30000>half a minute</a></p><pile-up seed=7></pile-up>",
    );
    page.wait_for("tag().state");
    page.click("#there");
    page.wait_for("tag().state.time_ms === 30000");
    let leaked = page.value("tag().state.leaked");
    page.value("void document.querySelector('#there').removeAttribute('data-pileup-seek')");
    page.click("#there");
    page.wait_until_ready();
    page.wait_for_time(30_000);
    assert_eq!(json!(page.counts().leaked), leaked);
}

#[test]
fn the_snippets_of_the_guide_run() {
    for (name, browser) in [("embed.html", Browser::Chromium), ("embed.ko.html", Browser::Firefox)] {
        let host = Site::built().host();
        let url = host.page_url(name);
        let page = Visit::default().browser(browser).open_url(host, &url);
        page.wait_for("document.querySelector('pile-up').seek");
        page.value("void document.querySelector('pile-up').scrollIntoView()");
        let snippets = page.value("[...document.querySelectorAll('pre[data-runs]')].map(one => one.textContent)");
        let snippets = snippets.as_array().cloned().unwrap_or_default();
        assert_eq!(snippets.len(), 2, "{name}");
        for snippet in &snippets {
            let code = snippet.as_str().unwrap_or_default();
            let script = format!(
                "const done = arguments[arguments.length - 1]; (async () => {{ {code} }})().then(() => done(null), error => done(error.message));"
            );
            assert_eq!(page.driver().run_async(&script, &[]), Value::Null, "{name}: {code}");
        }
        // The first one has left the clock running, and the second one flips the switch on its way.
        page.value(
            "void (window.tag = document.querySelector('pile-up'), tag.restart(), tag.set('speed=1000&listen=off'))",
        );
        page.wait_for("decodeURIComponent(tag.state?.link).includes('in=14000:listen:on') && tag.currentTime > 14000");
    }
}
