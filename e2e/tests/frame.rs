//! The page in a frame of somebody's article: what it looks like, when it moves, and what it and the article tell each other.

use std::fs;
use std::path::{Path, PathBuf};

use e2e::browser::Browser;
use e2e::host::{Fault, Host, Site};
use e2e::page::{Counts, Motion, Page, Theme, Visit};
use serde_json::{Value, json};

const IS_READY: &str = "document.documentElement.dataset.ready === 'true'";

/// What an article does that uses no script of ours: it notes who says what, and gives each frame its height.
const ARTICLE: &str =
    "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>A post</title><link rel=icon href='data:,'>
    <script>
        window.said = {}; window.heights = {}; window.states = {}; window.events = [];
        addEventListener('message', ({ source, data }) => {
            const frame = [...document.querySelectorAll('iframe')].find(frame => frame.contentWindow === source);
            const id = frame ? frame.id : 'tag';
            const [version, verb, query] = data.split(' ');
            const detail = Object.fromEntries(new URLSearchParams(query));
            (said[id] = said[id] || []).push(verb);
            if (verb === 'ready' || verb === 'height') {
                heights[id] = detail.height || detail.px;
                if (frame) frame.height = heights[id];
            }
            if (verb === 'state') states[id] = detail;
            if (verb === 'sorry') events.push([id, detail]);
        });
        window.el = id => document.getElementById(id);
        window.say = (id, text) => el(id).contentWindow.postMessage('pileup/1 ' + text, '*');
        window.frames_passed = 0;
        (function frame() { frames_passed += 1; requestAnimationFrame(frame); })();
    </script>";

/// An article on a host, with frames of the built page.
fn article(visit: Visit, body: &str) -> Page {
    let host = Site::built().extra("/post.html", &format!("{ARTICLE}{body}")).host();
    let url = host.url("/post.html");
    visit.open_url(host, &url)
}

fn frame(query: &str) -> String {
    format!("<iframe id=a title=x width=640 height=600 style='border:0' src='/some/folder/?embed=1&{query}'></iframe>")
}

/// Runs `look` inside of the frame that a selector finds, and comes back.
fn inside<T>(page: &Page, element: &Value, look: impl FnOnce(&Page) -> T) -> T {
    page.driver().command("frame", &json!({ "id": element }));
    let seen = look(page);
    page.driver().command("frame", &json!({ "id": null }));
    seen
}

fn element(page: &Page, expression: &str) -> Value {
    page.value(expression)
}

/// Lets so many frames of the article pass: whatever would go on by itself has had its time.
fn let_pass(page: &Page, frames: u32) {
    let now = page.value("frames_passed").as_u64().unwrap_or(0);
    page.wait_for(&format!("frames_passed >= {}", now + u64::from(frames)));
}

/// What the last state says, as counts.
fn told(page: &Page, id: &str) -> Counts {
    let state = page.value(&format!("states['{id}']"));
    Counts::of(|name| match state[name].as_str() {
        // Of this one a 0 is not told.
        None if name == "unproven" => 0,
        text => text.and_then(|text| text.parse().ok()).expect("a whole number"),
    })
}

/// A post that lies on a disk, with a frame of each kind.
fn post_on_disk(host: &Host, name: &str) -> PathBuf {
    let (page, single) = (host.page_url(""), host.page_url("pileup.html"));
    let file = format!("file://{}/dist/pileup.html", e2e::project_root().display());
    let script = host.page_url("pileup.js");
    let query = "?embed=1&seed=7&speed=1000&traffic=600&lang=en";
    let html = format!(
        "{ARTICLE}<script src='{script}'></script><body>
         <p><a id=play href=# data-pileup-set='listen=off&speed=1000' data-pileup-play>Play it</a>,
            <a id=flip href=# data-pileup-set='listen=on'>flip the switch</a>,
            <a id=rest href=# data-pileup-pause>and stop</a>.</p>
         <pile-up id=tag src='{page}' seed=7 traffic=600 lang=en></pile-up>
         <iframe id=sandboxed title=y width=700 sandbox=allow-scripts src='{single}{query}'></iframe>
         <iframe id=disk title=z width=700 src='{file}{query}'></iframe></body>"
    );
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, html).expect("target can be written to");
    path
}

#[test]
fn three_kinds_of_frames_in_one_post_in_two_browsers() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let host = Site::built().host();
        let post = post_on_disk(&host, &format!("post-{browser:?}.html"));
        let page = Visit::default().browser(browser).open_url(host, &format!("file://{}", post.display()));
        page.wait_for("['tag', 'sandboxed', 'disk'].every(id => heights[id])");

        // Heights settle: after a while no frame reports another one.
        let_pass(&page, 60);
        let reports = "Object.values(said).flat().filter(verb => verb === 'height').length";
        let before = page.value(reports);
        assert!(before.as_u64().is_some_and(|count| count <= 6), "{browser:?}: {before} reports of a height");
        let_pass(&page, 60);
        assert_eq!(page.value(reports), before, "{browser:?}: heights go on changing");

        // The text drives the run.
        page.click("#play");
        page.wait_for("states.tag && states.tag.playing === '1' && +states.tag.leaked > 3");
        page.click("#flip");
        page.wait_for("decodeURIComponent(states.tag.link).includes(':listen:on')");
        page.click("#rest");
        for id in ["sandboxed", "disk"] {
            page.value(&format!("void (el('{id}').scrollIntoView(), say('{id}', 'play'))"));
            page.wait_for(&format!("states['{id}'] && +states['{id}'].leaked > 3"));
            page.value(&format!("void say('{id}', 'pause')"));
        }
        for id in ["tag", "sandboxed", "disk"] {
            page.value(&format!("void el('{id}').scrollIntoView()"));
            page.wait_for(&format!("states['{id}'].playing === '0'"));
            let frame = element(&page, &format!("el('{id}').shadowRoot?.querySelector('iframe') ?? el('{id}')"));
            let (shown, foreign) = inside(&page, &frame, |page| (page.counts(), page.value(FOREIGN)));
            assert_eq!(told(&page, id), shown, "{browser:?}, {id}: a state says what the frame shows");
            assert!(shown.leaked > 3);
            assert_eq!(foreign, json!([]), "{browser:?}, {id}: no other host is asked for anything");
        }
    }
}

/// What the document asked other hosts for.
const FOREIGN: &str = "performance.getEntriesByType('resource').map(entry => entry.name)
    .filter(name => !/^(data|blob):/.test(name) && new URL(name).host !== location.host)";

#[test]
fn what_is_taken_out_of_the_article_stops() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let tag = "<pile-up src=/some/folder/ autoplay style='width:20rem;float:left'></pile-up>";
        let body = format!("<script src=/some/folder/pileup.js></script><main>{tag}{tag}{tag}</main>");
        let page = article(Visit::default().browser(browser), &body);
        page.value(
            "void (window.count = () => [...document.querySelectorAll('pile-up')].map(one => {
                const frame = one.shadowRoot.querySelector('iframe').contentWindow;
                const later = frame.requestAnimationFrame.bind(frame);
                const seen = { frames: 0 };
                frame.requestAnimationFrame = call => later(time => { seen.frames += 1; call(time); });
                return seen;
            }))",
        );
        page.wait_for("said.tag && said.tag.filter(verb => verb === 'ready').length === 3");
        page.value("void (window.loops = count())");
        page.wait_for("loops.every(loop => loop.frames > 10)");
        page.value("void document.querySelector('main').replaceChildren()");
        let before = page.value("loops.map(loop => loop.frames)");
        let_pass(&page, 60);
        assert_eq!(page.value("loops.map(loop => loop.frames)"), before, "{browser:?}");
        assert_eq!(page.value("document.querySelectorAll('iframe').length"), 0);
    }
}

#[test]
fn a_frame_is_a_still_picture_until_it_is_played() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let page = article(Visit::default().browser(browser), &frame("seed=7&lang=en"));
        page.wait_for("states.a");
        let_pass(&page, 30);
        assert_eq!(page.value("[states.a.playing, states.a.time_ms, states.a.spawned]"), json!(["0", "0", "6"]));
        assert_eq!(page.value("document.activeElement === document.body"), true, "it takes no focus");
        let frame = element(&page, "el('a')");
        inside(&page, &frame, |page| page.click(".start"));
        page.wait_for("states.a.playing === '1' && +states.a.leaked > 0");
        inside(&page, &frame, |page| {
            assert_eq!(page.value("document.querySelector('.start')"), Value::Null);
            page.click(".bar .play");
        });
        page.wait_for("states.a.playing === '0'");
        assert_eq!(told(&page, "a"), inside(&page, &frame, Page::counts));
    }
}

#[test]
fn the_author_s_autoplay_gives_way_to_the_reader_s_preference() {
    let playing = article(Visit::default(), &frame("autoplay=1"));
    playing.wait_for("states.a && states.a.playing === '1' && +states.a.time_ms > 500");
    let resting = article(Visit::default().motion(Motion::Reduced), &frame("autoplay=1"));
    resting.wait_for("states.a");
    let_pass(&resting, 30);
    assert_eq!(resting.value("[states.a.playing, states.a.time_ms]"), json!(["0", "0"]));
}

#[test]
fn out_of_sight_it_rests_keeps_its_state_and_says_so() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let body = format!("{}<div style='height:4000px'></div>", frame("autoplay=1&lang=en"));
        let page = article(Visit::default().browser(browser), &body);
        page.wait_for("states.a && +states.a.time_ms > 500");
        page.value("void scrollTo(0, 3000)");
        page.wait_for("states.a.playing === '0'");
        let rested = told(&page, "a");
        let_pass(&page, 60);
        assert_eq!(told(&page, "a"), rested);
        // It still obeys messages.
        page.value("void say('a', 'set listen=on')");
        page.wait_for("decodeURIComponent(states.a.link).includes(':listen:on')");
        page.value("void scrollTo(0, 0)");
        page.wait_for("states.a.playing === '1'");
        let now =
            inside(&page, &element(&page, "el('a')"), |page| page.value("document.querySelector('.now').textContent"));
        assert!(now.as_str().is_some_and(|text| text.starts_with("It rested at ")), "{now}");
        page.wait_for(&format!("+states.a.time_ms > {}", rested.time_ms + 1_000));
    }
}

#[test]
fn messages_do_what_they_say_in_their_order() {
    let page = article(Visit::default(), &frame("seed=7&lang=en"));
    page.wait_for("states.a");
    // What comes after a seek is meant for the moment that it goes to.
    page.value("void (say('a', 'seek at=30000'), say('a', 'set listen=on'), say('a', 'step by=event'))");
    page.wait_for("states.a.time_ms >= 30000");
    let link = page.wait_for("decodeURIComponent(states.a.link).includes('in=30000:listen:on') && states.a.link");
    let counts = told(&page, "a");
    page.driver().open(&page.host().page_url(&format!("?{}", link.as_str().unwrap_or_default())));
    page.wait_for(IS_READY);
    page.wait_for_time(counts.time_ms);
    assert_eq!(page.counts(), counts, "the link of a state opens that state");
}

#[test]
fn a_preset_begins_anew_and_never_changes_whether_the_clock_runs() {
    let page = article(Visit::default(), &frame("seed=7&lang=en"));
    page.wait_for("states.a");
    page.value("void (say('a', 'seek at=60000'), say('a', 'set workers=3&preset=as-posted&seed=9'))");
    page.wait_for("states.a.link && states.a.link.includes('as-posted') && states.a.time_ms === '0'");
    assert_eq!(page.value("states.a.playing"), "0");
    assert!(
        page.value("states.a.link").as_str().is_some_and(|link| link.contains("workers=3") && link.contains("seed=9"))
    );
    page.value("void (say('a', 'play'), say('a', 'set preset=the-leak'))");
    page.wait_for("states.a.link.includes('the-leak') && states.a.playing === '1'");
    page.value("void (say('a', 'pause'), say('a', 'restart'))");
    page.wait_for("states.a.playing === '0' && states.a.time_ms === '0'");
    page.value("void say('a', 'set lang=ko&theme=dark&speed=2000')");
    page.wait_for("states.a.link.includes('speed=2000')");
    let frame = element(&page, "el('a')");
    let root = "[document.documentElement.lang, document.documentElement.dataset.theme]";
    assert_eq!(inside(&page, &frame, |page| page.value(root)), json!(["ko", "dark"]));
}

#[test]
fn what_is_not_understood_is_named_and_strangers_are_not_heard() {
    let page =
        article(Visit::default(), &format!("{}<iframe id=other src='about:blank' title=x></iframe>", frame("lang=en")));
    page.wait_for("states.a");
    page.value("void (say('a', 'set colour=red&traffic=many&seed=3'), say('a', 'dance'))");
    page.wait_for("events.length >= 3 && states.a.link.includes('seed=3')");
    let names = page.value("events.map(([id, sorry]) => [sorry.about, sorry.value])");
    assert_eq!(names, json!([["colour", "red"], ["traffic", "many"], ["verb", "dance"]]));
    assert!(page.value("events[1][1].say").as_str().is_some_and(|say| say.contains("traffic") && say.contains("many")));
    page.value(
        "void (el('a').contentWindow.postMessage({ pileup: 1 }, '*'), el('a').contentWindow.postMessage('hello', '*'),
         el('other').contentWindow.eval(\"parent.document.getElementById('a').contentWindow.postMessage('pileup/1 set seed=5', '*')\"),
         say('a', 'set seed=4'))",
    );
    page.wait_for("states.a.link.includes('seed=4')");
    assert_eq!(page.value("events.length"), 3);
    assert_eq!(page.value("said.a.filter(verb => verb === 'ready').length"), 1);
}

#[test]
fn the_author_chooses_the_controls_and_the_rest_is_not_there() {
    let controls = |query: &str| {
        let page = Page::open(&format!("?embed=1&lang=en&{query}"));
        let names: Vec<String> = page.control_names();
        let findings = page.axe_findings();
        assert!(findings.is_empty(), "{query}: {findings:#?}");
        names
    };
    let always = ["Workers listen for cancellation", "Play", "Play", "Start over", "Open in full"];
    assert_eq!(controls("controls="), always);
    let usual = ["Workers listen for cancellation", "Play", "Play", "Start over", "Speed", "Open in full"];
    assert_eq!(controls(""), usual);
    let all = controls("controls=preset,speed,step,timeline,code,traffic,stuck");
    for name in ["Preset", "Speed", "One poll", "Traffic"] {
        assert!(all.iter().any(|known| known.starts_with(name)), "{name} is not among {all:?}");
    }
}

#[test]
fn a_frame_leaves_wheel_and_keys_to_the_article() {
    let body = format!("{}<div style='height:4000px'></div>", frame("controls=code&lang=en"));
    let page = article(Visit::default(), &body);
    page.wait_for("states.a");
    page.press(" ");
    let wheel = json!({ "type": "scroll", "x": 300, "y": 300, "deltaX": 0, "deltaY": 400, "duration": 0, "origin": "viewport" });
    page.driver().command("actions", &json!({ "actions": [{ "type": "wheel", "id": "wheel", "actions": [wheel] }] }));
    page.wait_for("scrollY > 0");
    let_pass(&page, 30);
    assert_eq!(page.value("states.a.playing"), "0", "a key that the article has is none of the frame's");
}

#[test]
fn firefox_shows_the_same() {
    for (width, theme) in [(320, Theme::Dark), (720, Theme::Light)] {
        let visit = Visit::default().browser(Browser::Firefox).size(width, 900).theme(theme);
        let page = visit.open(Site::built(), "?embed=1&lang=ko&at=60000&traffic=600&controls=speed,timeline,traffic");
        page.wait_for(IS_READY);
        page.wait_for_time(60_000);
        assert_eq!(page.value("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0);
        page.screenshot_full_page("frame");
    }
}

#[test]
fn its_height_is_its_content_s_at_every_width_and_nothing_sticks_out() {
    for width in [320, 480, 720] {
        for (lang, theme) in [("ko", Theme::Light), ("en", Theme::Dark), ("ko", Theme::Dark), ("en", Theme::Light)] {
            let query = format!("?embed=1&lang={lang}&at=60000&traffic=600&controls=speed,timeline,traffic");
            let page = Visit::default().size(width, 1500).theme(theme).open(Site::built(), &query);
            page.wait_for(IS_READY);
            page.wait_for_time(60_000);
            let root = "document.documentElement";
            assert_eq!(page.value(&format!("{root}.scrollWidth - {root}.clientWidth")), 0, "{width} {lang}");
            page.screenshot_full_page("frame");
            let before = page.value("document.body.offsetHeight");
            page.resize(width, 3000);
            assert_eq!(page.value("document.body.offsetHeight"), before, "no height may follow from the window's");
        }
    }
}

/// Nothing is fetched or run before a frame comes near, and nothing moves out of sight.
#[test]
fn ten_frames_in_one_article_stay_light() {
    let tag = "<pile-up src=/some/folder/ autoplay lang=en></pile-up><p style='height:1200px'>Much text.</p>";
    let body = format!("<script src=/some/folder/pileup.js></script>{}", tag.repeat(10));
    let page = article(Visit::default(), &body);
    page.value(
        "void (window.tags = [...document.querySelectorAll('pile-up')],
        window.made = () => tags.map(tag => tag.shadowRoot.querySelector('iframe')).filter(Boolean))",
    );
    let is_ready = "made().filter(frame => frame.contentDocument.documentElement?.dataset.ready === 'true').length";
    page.wait_for(&format!("{is_ready} > 0"));
    assert!(page.value("made().length").as_u64().is_some_and(|made| made <= 2));
    for number in 0..10 {
        page.value(&format!("void tags[{number}].scrollIntoView()"));
        page.wait_for(&format!(
            "tags[{number}].shadowRoot.querySelector('iframe')?.contentDocument.documentElement?.dataset.ready"
        ));
    }
    assert_eq!(page.value("made().length"), 10);
    // Ten are there, one is seen: the clocks of the others rest.
    page.value("void (window.times = () => made().map(frame => +frame.contentDocument.querySelector('[data-time-ms]').dataset.timeMs))");
    page.wait_for(
        "made().slice(0, 8).every(frame => { const one = frame.contentWindow; one.asked = one.asked || 0;
        if (!one.counted) { one.counted = true; const ask = one.requestAnimationFrame.bind(one);
            one.requestAnimationFrame = call => { one.asked += 1; return ask(call); }; } return true; })",
    );
    let_pass(&page, 30);
    page.value("void made().forEach(frame => { frame.contentWindow.asked = 0; })");
    let before = page.value("times().slice(0, 8)");
    let_pass(&page, 60);
    assert_eq!(page.value("times().slice(0, 8)"), before);
    assert_eq!(
        page.value("made().slice(0, 8).map(frame => frame.contentWindow.asked)"),
        json!([0, 0, 0, 0, 0, 0, 0, 0])
    );
    assert_eq!(page.value("times()[9] > 0"), true);
}

/// Until the program runs, or where it never does, readers see a picture in the article's colours, and what is wrong.
#[test]
fn before_the_program_runs_a_frame_is_a_picture_in_the_article_s_colours() {
    let site = Site::built().fault(".wasm", Fault::NotFound);
    let page = Visit::default().size(640, 620).open(site, "?embed=1&theme=dark&lang=ko");
    page.expect_complaint("404");
    page.expect_complaint("wasm");
    page.wait_for("document.querySelector('div[data-failure]').checkVisibility()");
    assert_eq!(page.value("getComputedStyle(document.body).backgroundColor"), "rgb(20, 22, 26)");
    let seen = "['.still h1', '.still img', '.still pre'].map(part => document.querySelector(part).checkVisibility())";
    assert_eq!(page.value(seen), json!([true, true, false]));
}
