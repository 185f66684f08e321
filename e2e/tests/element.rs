//! The element `<pile-up>` as it is published, in articles that are made in every way: by a script, by a module, by React, in a
//! shadow root; and what it does with attributes that are wrong and with frames that do not come.
//!
//! Most frames here are stand-ins that note what they are told. Runs are in `element_run.rs`.

use std::path::PathBuf;
use std::{env, fs};

use e2e::host::Site;
use e2e::page::{Browser, Page, Visit};
use serde_json::{Value, json};

const BROWSERS: [Browser; 2] = [Browser::Chromium, Browser::Firefox];

/// Notes what an element tells, and what a frame hears.
const HEAD: &str = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>A post</title><link rel=icon href='data:,'>
    <script>
        window.heard = []; window.events = []; window.quick = [];
        const later = window.setTimeout;
        window.setTimeout = (call, ms) => later(call, quick.includes(ms) ? 20 : ms);
        window.el = id => document.getElementById(id);
        window.frame = id => el(id).shadowRoot.querySelector('iframe');
        window.own = id => el(id).firstElementChild.checkVisibility();
        window.query = id => new URL(frame(id).src).search;
        window.tall = id => el(id).shadowRoot.querySelector('div').getBoundingClientRect().height;
        window.note = root => ['ready', 'state', 'sorry', 'error', 'marker'].forEach(name => root.addEventListener(name,
            ({ target, detail }) => target.localName === 'pile-up' && events.push([target.id, name, detail]), true));
        note(document);
        window.errors = () => events.filter(([, name]) => name === 'error').map(([id, , { reason }]) => [id, reason]);
        window.sorry = () => events.filter(([, name]) => name === 'sorry').map(([, , { about, value }]) => [about, value]);
        window.told = () => heard.splice(0).map(text => text.replace('pileup/1 ', ''));
    </script>";

/// Says that it is ready, and notes what it hears. It answers nothing.
const FRAME: &str = "<!DOCTYPE html><title>A frame</title><link rel=icon href='data:,'><script>
    addEventListener('message', event => event.source === parent && parent.heard.push(event.data));
    window.say = text => parent.postMessage('pileup/1 ' + text, '*');
    say('ready v=1&height=333');
</script>";

const SILENT: &str = "<!DOCTYPE html><title>Silence</title><link rel=icon href='data:,'>";

const SCRIPT: &str = "<script src=/some/folder/pileup.js></script>";

/// Articles, each of what stands in its head and in its body, at `/0.html`, `/1.html` and so on.
fn site(articles: &[(&str, &str)]) -> Site {
    let site = Site::built().extra("/frame/", FRAME).extra("/silent/", SILENT);
    articles.iter().enumerate().fold(site, |site, (number, (head, body))| {
        site.extra(&format!("/{number}.html"), &format!("{HEAD}{head}</head><body>{body}</body></html>"))
    })
}

/// The first of the articles.
fn open(browser: Browser, site: Site) -> Page {
    let host = site.host();
    let url = host.url("/0.html");
    Visit::default().browser(browser).open_url(host, &url)
}

/// Another one, in the same browser.
fn turn_to(page: &Page, number: usize) {
    // What the page before has to report it reports while it is there.
    let _ = page.complaints();
    page.driver().open(&page.host().url(&format!("/{number}.html")));
}

fn article(browser: Browser, body: &str) -> Page {
    open(browser, site(&[(SCRIPT, body)]))
}

/// How a promise ends: what it is kept with, or the words it is broken with.
fn outcome(page: &Page, promise: &str) -> Value {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         ({promise}).then(kept => done({{ kept }}), error => done({{ broken: error.message }}));"
    );
    page.driver().run_async(&script, &[])
}

#[test]
fn as_a_script_and_as_a_module_it_frames_the_folder_that_it_came_from() {
    let heads = [
        "<script src=/some/folder/pileup.js></script>",
        "<script src='/some/folder/pileup.js?v=1/2' async></script>",
        "<script type=module src=/some/folder/pileup.js></script>",
        "<script type=module src=/some/folder/pileup.mjs></script>",
        "<script type=module>import PileUp from '/some/folder/pileup.mjs'; window.named = PileUp.name</script>",
        "<script type=module>await import('/some/folder/pileup.js')</script>",
    ];
    // Far below, so that no frame is made: the address is that of the link in its place.
    let body = "<div style='height:9000px'></div><pile-up id=a seed=7></pile-up>";
    for browser in BROWSERS {
        let page = open(browser, site(&heads.map(|head| (head, body))));
        for (number, head) in heads.iter().enumerate() {
            turn_to(&page, number);
            let address = page.wait_for("el('a').shadowRoot?.querySelector('a').getAttribute('href')");
            assert_eq!(address, page.host().page_url("?seed=7"), "{browser:?}: {head}");
            assert_eq!(page.value("customElements.get('pile-up').folder"), page.host().page_url(""), "{head}");
        }
    }
}

#[test]
fn loaded_twice_and_in_two_versions_it_is_one_element() {
    let other = "<script>customElements.define('pile-up', class extends HTMLElement { connectedCallback() { this.old = 1; } })</script>";
    let module = "<script type=module src=/some/folder/pileup.mjs></script>";
    let twice = format!("{SCRIPT}{SCRIPT}<script src='/some/folder/pileup.js?2'></script>{module}");
    let after_another = format!("{other}{SCRIPT}{module}");
    let tag = "<pile-up id=a src=/frame/></pile-up>";
    for browser in BROWSERS {
        let page = open(browser, site(&[(&twice, tag), (&after_another, tag)]));
        page.wait_for("events.length === 1 && document.readyState === 'complete'");
        assert_eq!(page.value("el('a').shadowRoot.querySelectorAll('iframe').length"), 1);
        turn_to(&page, 1);
        page.wait_for("document.readyState === 'complete' && el('a').old === 1");
    }
}

#[test]
fn a_height_is_what_css_takes_and_no_frame_is_clipped() {
    let heights = [
        ("400", Some(400)),
        ("600px", Some(600)),
        ("50vh", Some(360)),
        ("calc(100px + 10em)", Some(260)),
        ("auto", Some(560)),
        ("", Some(560)),
        ("100%", None),
        ("-5", Some(560)),
        ("abc", Some(560)),
    ];
    for browser in BROWSERS {
        let tags: String = (heights.iter().enumerate())
            .map(|(number, (height, _))| format!("<pile-up id=a{number} src=/silent/ height='{height}'></pile-up>"))
            .collect();
        let page = article(browser, &format!("{tags}<pile-up id=w src=/silent/ width=50% height=100></pile-up>"));
        page.expect_complaint("no CSS length");
        page.wait_for("sorry().length === 2");
        assert_eq!(page.value("sorry()"), json!([["height", "-5"], ["height", "abc"]]));
        for (number, (height, expected_px)) in heights.iter().enumerate() {
            if let Some(px) = expected_px {
                assert_eq!(page.value(&format!("tall('a{number}')")), json!(px), "{browser:?}: {height:?}");
            }
            // Once the frame tells its own height it has that, whatever was written.
            page.value(&format!("void el('a{number}').setAttribute('src', '/frame/')"));
            page.value(&format!("void el('a{number}').scrollIntoView()"));
            page.wait_for(&format!("tall('a{number}') === 333 && frame('a{number}').clientHeight === 333"));
        }
        let excess = "el('w').shadowRoot.querySelector('div').clientWidth * 2 - el('w').clientWidth";
        assert_eq!(page.value(&format!("Math.abs({excess}) <= 1")), true);
    }
}

#[test]
fn an_address_that_is_none_runs_nothing_leaves_the_author_s_own_and_is_told() {
    let addresses = [
        "javascript:parent.ran = 1",
        " JavaScript:parent.ran = 1",
        "data:text/html,<script>parent.ran = 1</script>",
        "blob:null/1",
        "https://[",
        "mailto:a@b.example",
        // The article itself.
        "/0.html?x#y",
    ];
    for browser in BROWSERS {
        let page = article(browser, "<main></main>");
        for address in addresses {
            let made = page.driver().run(
                "const one = document.createElement('pile-up');
                 one.id = 'a';
                 one.setAttribute('src', arguments[0]);
                 one.innerHTML = '<a href=/own>my own</a>';
                 events.length = 0;
                 document.querySelector('main').replaceChildren(one);
                 window.waiting = one.seek(5);
                 return !!frame('a');",
                &[json!(address)],
            );
            assert_eq!(made, false, "{browser:?}: {address}");
            page.wait_for("errors().length > 0");
            assert_eq!(page.value("errors()[0]"), json!(["a", "refused"]), "{browser:?}: {address}");
            assert_eq!(outcome(&page, "waiting"), json!({ "broken": "refused" }));
            assert_eq!(page.value("[own('a'), window.ran === undefined, tall('a') < 100]"), json!([true, true, true]));
        }
        // A better one is taken.
        page.value("void el('a').setAttribute('src', '/frame/')");
        page.wait_for("events.some(([, name]) => name === 'ready')");
    }
}

#[test]
fn a_frame_that_is_not_there_or_never_speaks_is_told_and_ends_what_waits() {
    // Of all that the element waits for, one is made short.
    let impatient = |wait_ms: u32, src: &str| {
        format!(
            "<script>quick = [{wait_ms}]</script><pile-up id=a src={src}><a href=/own>my own</a></pile-up>
             <script>window.waiting = el('a').play()</script>"
        )
    };
    let (gone, silent) = (impatient(5_000, "/gone/"), impatient(30_000, "/silent/"));
    for browser in BROWSERS {
        let page = open(browser, site(&[(SCRIPT, &gone), (SCRIPT, &silent)]));
        page.wait_for("errors().length === 1");
        page.expect_complaint("404");
        assert_eq!(page.value("[errors(), own('a'), !!frame('a')]"), json!([[["a", "not found"]], true, false]));
        assert_eq!(outcome(&page, "waiting"), json!({ "broken": "not found" }));

        turn_to(&page, 1);
        page.wait_for("errors().length === 1");
        assert_eq!(page.value("[errors(), own('a')]"), json!([[["a", "timed out"]], true]));
        assert_eq!(outcome(&page, "waiting"), json!({ "broken": "timed out" }));
        // Late is not never.
        page.value("void frame('a').contentWindow.eval(\"parent.postMessage('pileup/1 ready v=1&height=333', '*')\")");
        page.wait_for("events.some(([, name]) => name === 'ready')");
        assert_eq!(page.value("[own('a'), tall('a')]"), json!([false, 333]));
    }
}

#[test]
fn a_frame_that_the_article_or_the_host_forbids_is_refused() {
    let body = "<script>quick = [5000]</script><pile-up id=a src=/silent/><a href=/own>my own</a></pile-up>";
    let policy = format!("<meta http-equiv=Content-Security-Policy content=\"frame-src 'none'\">{SCRIPT}");
    for browser in BROWSERS {
        let host = site(&[(&policy, body), (SCRIPT, body)]).header("X-Frame-Options", "DENY");
        let page = open(browser, host);
        for (number, words) in ["frame-src", "X-Frame-Options"].into_iter().enumerate() {
            turn_to(&page, number);
            page.expect_complaint(words);
            page.wait_for("errors().length === 1");
            assert_eq!(page.value("[errors(), own('a'), !!frame('a')]"), json!([[["a", "refused"]], true, false]));
            page.screenshot("element-refused");
        }
        page.expect_complaint("XFO_VIOLATION");
    }
}

#[test]
fn booleans_languages_and_html_s_own_attributes_are_understood() {
    let tags = [
        ("autoplay", "&autoplay=1"),
        ("autoplay=''", "&autoplay=1"),
        ("autoplay=true", "&autoplay=1"),
        ("autoplay=autoplay", "&autoplay=1"),
        ("autoplay=false", ""),
        ("autoplay=0", ""),
        ("listen", "&listen=on"),
        ("listen=true", "&listen=on"),
        ("listen=FALSE", "&listen=off"),
        ("controls", "&controls="),
        ("stuck=0", "&stuck=0"),
        ("lang=en-US", "&lang=en"),
        ("lang=ko-KR", "&lang=ko"),
        ("lang=''", ""),
        ("class=a style='margin:0' title=b dir=ltr tabindex=-1 accesskey=x contenteditable=false spellcheck=false", ""),
        ("translate=no loading=lazy name=x allowfullscreen frameborder=0 draggable=false role=figure slot=''", ""),
        ("onclick=1 data-a=1 aria-label=x v-if=1 itemprop=x classname=x", ""),
    ];
    for browser in BROWSERS {
        let body: String = (tags.iter().enumerate())
            .map(|(number, (tag, _))| format!("<pile-up id=a{number} src=/silent/ height=9 {tag}></pile-up>"))
            .collect();
        let page = article(browser, &body);
        for (number, (tag, expected)) in tags.iter().enumerate() {
            let query = page.wait_for(&format!("frame('a{number}') && query('a{number}')"));
            assert_eq!(query, format!("?embed=1{expected}"), "{browser:?}: {tag}");
        }
        assert_eq!(page.value("events"), json!([]));
    }
}

#[test]
fn what_a_script_sets_is_spelled_as_the_frame_reads_it() {
    for browser in BROWSERS {
        let page = article(browser, "<pile-up id=a src=/frame/ theme=dark listen=on></pile-up>");
        page.wait_for("events.length === 1");
        page.value(
            "void (el('a').set({ listen: true, lang: 'ko-KR', seed: 7 }), el('a').set('listen=false'), el('a').seek(12.5),
             el('a').removeAttribute('theme'))",
        );
        page.wait_for("heard.length >= 4");
        let expected = json!(["set listen=on&lang=ko&seed=7", "set listen=off", "seek at=13", "set theme=auto"]);
        assert_eq!(page.value("told()"), expected);
        // Of other settings only the frame knows what is usual.
        page.value("void (events.length = 0, el('a').removeAttribute('listen'))");
        page.wait_for("events.length === 1");
        assert_eq!(page.value("query('a')"), "?embed=1");
    }
}

#[test]
fn what_is_said_before_a_move_is_heard_after_it() {
    for browser in BROWSERS {
        let page = article(browser, "<p id=p></p><pile-up id=a src=/frame/></pile-up>");
        page.wait_for("events.length === 1");
        page.value(
            "void (window.asked = ['seek', 'set', 'play'].map((verb, at) => el('a')[verb]([5, 'listen=on'][at])), told(),
             el('p').append(el('a')), el('p').before(el('a')))",
        );
        page.wait_for("events.length === 2");
        page.wait_for("heard.slice(-3).join() === 'pileup/1 seek at=5,pileup/1 set listen=on,pileup/1 play'");
        // Out of the article nobody will hear them.
        page.value("void (window.gone = el('a'), gone.remove())");
        assert_eq!(outcome(&page, "asked[0]"), json!({ "broken": "removed" }));
        assert_eq!(outcome(&page, "gone.play()"), json!({ "broken": "removed" }));
        page.value("void (document.body.append(gone), window.asked = gone.play(), gone.dispose())");
        assert_eq!(outcome(&page, "asked"), json!({ "broken": "disposed" }));
        assert_eq!(page.value("[el('a'), gone.state]"), json!([null, null]));
    }
}

/// The frame answers without saying to what, so what is asked later must not be answered by what was said earlier.
#[test]
fn each_promise_is_kept_with_the_state_that_fulfils_it() {
    for browser in BROWSERS {
        let page = article(browser, "<pile-up id=a src=/frame/></pile-up>");
        page.wait_for("events.length === 1");
        page.value(
            "void (window.kept = [], window.ask = (name, promise) => promise.then(
                state => kept.push([name, state.time_ms]), error => kept.push([name, error.message])),
             window.say = (time_ms, playing) => frame('a').contentWindow.say(`state time_ms=${time_ms}&playing=${playing}&link=x`))",
        );
        let steps = [
            // A seek is not over before its moment, and whoever asked for another one is answered by the newer.
            (
                "ask('seek', el('a').seek(500)), ask('set', el('a').set('listen=on')), say(100, 0), say(400, 0)",
                json!([]),
            ),
            ("ask('newer', el('a').seek(900)), say(500, 0), say(800, 0)", json!([])),
            ("say(900, 0)", json!([["seek", 900], ["set", 900], ["newer", 900]])),
            // While the clock runs, a state may have been on its way before the frame heard of anything.
            ("ask('play', el('a').play()), say(900, 0), say(950, 1)", json!([["play", 950]])),
            ("ask('set', el('a').set('listen=off')), say(1000, 1), say(1100, 1)", json!([["set", 1100]])),
            ("ask('pause', el('a').pause()), say(1200, 1), say(1300, 0)", json!([["pause", 1300]])),
            ("ask('step', el('a').step()), say(1301, 0)", json!([["step", 1301]])),
            ("ask('restart', el('a').restart()), say(0, 0)", json!([["restart", 0]])),
            // The reader takes over.
            ("ask('seek', el('a').seek(500)), say(100, 1), say(200, 1)", json!([["seek", 200]])),
            // A pause leaves no seek unanswered.
            (
                "ask('seek', el('a').seek(500)), ask('pause', el('a').pause()), say(300, 0)",
                json!([["seek", 300], ["pause", 300]]),
            ),
        ];
        for (asked, expected) in steps {
            page.value(&format!("void (events.length = kept.length = 0, {asked})"));
            let said = asked.matches("say(").count();
            page.wait_for(&format!("events.length === {said}"));
            assert_eq!(page.value("kept"), expected, "{browser:?}: {asked}");
        }
        assert_eq!(
            page.value("[el('a').state, el('a').currentTime]"),
            json!([{ "time_ms": 300, "playing": 0, "link": "x" }, 300])
        );
        // What the frame refuses is refused.
        page.expect_complaint("No.");
        page.value("void (events.length = kept.length = 0, ask('seek', el('a').seek(-5)), frame('a').contentWindow.say('sorry about=at&value=-5&say=No.'))");
        page.wait_for("events.length === 1");
        assert_eq!(page.value("[kept, events[0][1]]"), json!([[["seek", "No."]], "sorry"]));
    }
}

#[test]
fn an_author_s_slip_is_told_once_and_a_marker_that_is_none_too() {
    for browser in BROWSERS {
        let page = article(browser, "<pile-up id=a src=/frame/ markers='3s, soon: x, 14s: the flip'></pile-up>");
        page.expect_complaint("soon: x");
        page.wait_for("events.length === 2");
        page.value("void (el('a').className = 'x', frame('a').contentWindow.say('height px=400'))");
        page.wait_for("tall('a') === 400");
        assert_eq!(page.value("sorry()"), json!([["markers", " soon: x"]]));
        assert_eq!(page.complaints().len(), 1);
    }
}

#[test]
fn in_a_shadow_root_it_works_and_links_there_drive_it() {
    let body = "<section></section><script>
        const root = document.querySelector('section').attachShadow({ mode: 'open' });
        root.innerHTML = `<p><a id=flip href=/own data-pileup-set='listen=on' data-pileup-play><b>flip it</b></a></p>
            <pile-up id=a src=/frame/></pile-up>`;
        note(root);
    </script>";
    for browser in BROWSERS {
        let page = article(browser, body);
        page.wait_for("events.length === 1");
        page.value("void document.querySelector('section').shadowRoot.querySelector('b').click()");
        page.wait_for("heard.length === 2");
        assert_eq!(page.value("[told(), location.pathname]"), json!([["set listen=on", "play"], "/0.html"]));
    }
}

#[test]
fn hidden_it_waits_and_shown_it_is_made() {
    for browser in BROWSERS {
        let page = article(browser, "<pile-up id=a src=/frame/ hidden></pile-up><pile-up id=b src=/frame/></pile-up>");
        page.wait_for("events.length === 1");
        assert_eq!(page.value("[events[0][0], !!frame('a'), el('a').offsetHeight]"), json!(["b", false, 0]));
        page.value("void (el('a').hidden = false)");
        page.wait_for("events.length === 2 && tall('a') === 333");
        page.value("void (el('a').hidden = true, window.kept = frame('a').contentWindow, el('a').play())");
        page.wait_for("heard.length === 1");
        page.value("void (el('a').hidden = false)");
        assert_eq!(page.value("[tall('a'), frame('a').contentWindow === kept]"), json!([333, true]));
    }
}

/// Feed readers and sanitizers drop the script and the element; what is in it stays.
#[test]
fn without_the_script_the_tag_of_the_dialog_is_a_picture_with_a_link() {
    let page = Page::open("?seed=7&at=60000&lang=en");
    page.wait_for_time(60_000);
    page.click_named("Embed");
    page.wait_for("document.querySelector('dialog').open");
    let tag = page.value("document.getElementById('copy-tag').value");
    let tag = tag.as_str().unwrap_or_default();
    let (_, tag) = tag.split_once("</script>").expect("the script comes first");
    let inside = tag.split_once('>').map(|(_, rest)| rest.trim_end_matches("</pile-up>")).unwrap_or_default();
    for body in [tag, inside] {
        let html = format!("{HEAD}</head><body style='max-width:40em'>{body}</body></html>");
        page.driver().open("about:blank");
        let post = open(Browser::Chromium, Site::built().extra("/0.html", &html));
        // The addresses in the tag are those of the host where the dialog was.
        post.value(&format!(
            "void document.querySelectorAll('[src],[href]').forEach(one => ['src', 'href'].forEach(name => one.hasAttribute(name) &&
                one.setAttribute(name, one.getAttribute(name).replace('{}', '/some/folder/'))))",
            page.host().page_url("")
        ));
        post.wait_for("document.querySelector('img').naturalWidth === 1280");
        let seen = "['img', 'a'].map(one => document.querySelector(one).checkVisibility())";
        assert_eq!(post.value(seen), json!([true, true]));
        assert_eq!(post.value("document.querySelector('img').alt.length > 20"), true);
        post.screenshot("element-feed");
        post.click("a");
        post.wait_until_ready();
        post.wait_for_time(60_000);
    }
}

/// React itself, in the build that has a strict mode.
fn react() -> String {
    let default = "target/tools/react/node_modules";
    let folder = env::var_os("REACT").map_or_else(|| e2e::project_root().join(default), PathBuf::from);
    ["react/umd/react.development.js", "react-dom/umd/react-dom.development.js"]
        .map(|file| {
            let source = fs::read_to_string(folder.join(file)).expect("React is installed by `cargo xtask test`");
            format!("<script>{}</script>", source.replace("</script", "<\\/script"))
        })
        .concat()
}

/// Strict mode mounts everything twice: effects run, are cleaned up, and run again.
#[test]
fn in_react_s_strict_mode_nothing_is_lost_and_nothing_is_left_over() {
    let body = "<div id=app></div><script>
        const { createElement: h, StrictMode, useEffect, useRef, useState } = React;
        window.effects = 0;
        function Post() {
            const tag = useRef(null);
            const [listen, setListen] = useState(false);
            const [place, setPlace] = useState(0);
            Object.assign(window, { setListen, setPlace });
            useEffect(() => {
                effects += 1;
                const home = tag.current.parentNode;
                tag.current.seek(5000 + effects);
                return () => {
                    // What some libraries do with what they manage themselves.
                    const one = home.firstChild;
                    if (one) { one.remove(); home.append(one); }
                };
            }, []);
            return h('main', null, place === 1 && h('p', null, 'above'),
                h('section', null, h('pile-up', { ref: tag, id: 'a', src: '/frame/', class: 'wide', listen: listen ? 'on' : 'off', autoplay: 'false' })));
        }
        window.root = ReactDOM.createRoot(el('app'));
        root.render(h(StrictMode, null, h(Post)));
    </script>";
    for browser in BROWSERS {
        let head = format!("{SCRIPT}{}", react());
        let page = open(browser, site(&[(&head, body)]));
        page.wait_for("events.length >= 1 && heard.length >= 2");
        assert_eq!(page.value("[effects, query('a')]"), json!([2, "?embed=1&listen=off"]));
        assert_eq!(page.value("told()"), json!(["seek at=5001", "seek at=5002"]), "{browser:?}");
        assert_eq!(page.value("document.querySelectorAll('pile-up').length"), 1);
        page.value("void (window.kept = frame('a').contentWindow, setListen(true), setPlace(1))");
        page.wait_for("heard.length === 1");
        assert_eq!(page.value("[told(), frame('a').contentWindow === kept]"), json!([["set listen=on"], true]));
        page.value("void (window.gone = el('a'), window.asked = gone.play(), root.unmount())");
        assert_eq!(outcome(&page, "asked"), json!({ "broken": "removed" }));
        assert_eq!(page.value("[el('a'), gone.shadowRoot.childElementCount]"), json!([null, 0]));
    }
}
