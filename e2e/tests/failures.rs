//! How the page fails: every way in which a host, a frame or a site's policy can keep the program from coming has a sentence of
//! its own, in both languages and both browsers; and a wait is seen while it lasts.
//!
//! A page that waits is on a clock of its own here, twenty times as quick: that clock counts ticks and no seconds.

use std::fs;

use e2e::host::{Fault, Host, Site};
use e2e::page::{Browser, Page, Patience, Visit};
use serde_json::json;

const BROWSERS: [Browser; 2] = [Browser::Chromium, Browser::Firefox];
const IS_READY: &str = "document.documentElement.dataset.ready === 'true'";
/// The sentence that is seen, with the failure's name before it.
const SEEN: &str = "(one => one && one.dataset.failure + ': ' + one.innerText)(
    [...document.querySelectorAll('[data-failure]')].find(one => one.checkVisibility()))";
/// What is seen of a wait.
const WAIT: &str = "(one => one && one.checkVisibility() ? one.innerText : '')(document.querySelector('[data-wait]'))";
/// The program in the built page, and wasm-bindgen's script that loads it.
const WASM: &str = ".wasm";
const SCRIPT: &str = ".js";
/// What the page says, in any language.
const WORDS: &str = ".txt";

/// The page's clock, so quick that ten silent ticks are half a second.
const HURRY: &str = "{ const every = setInterval; self.setInterval = (what, ms) => every(what, ms / 20); }";
/// No clock at all: nothing is said of a wait.
const NEVER: &str = "self.setInterval = () => 0;";

/// A browser that waits for no page to load, and forgives every complaint: here each page has one.
fn visitor(browser: Browser) -> Page {
    let page = Visit::default().browser(browser).patience(Patience::Arrival).open(Site::default(), "");
    page.expect_complaint("");
    page
}

/// What this browser sees at an address, once it sees a failure of this name.
fn seen(page: &Page, url: &str, failure: &str) -> String {
    page.go_to(url);
    let said = page.wait_for(&format!("(said => said && said.startsWith('{failure}: ') && said)({SEEN})"));
    assert_eq!(page.value(WAIT), "", "{url}: nothing is waited for after {failure}");
    said.as_str().unwrap_or_default().to_owned()
}

/// Pictures on a phone and on a desk, for people to look at.
fn picture(page: &Page, name: &str) {
    for (width, height) in [(390, 844), (1280, 800)] {
        page.resize(width, height);
        page.screenshot(name);
    }
}

/// Each failure with a host that causes it: its name and what its sentence holds in either language.
fn check(failures: &[(Host, &str, &str, [&str; 2])]) {
    for browser in BROWSERS {
        let page = visitor(browser);
        for (host, path, failure, words) in failures {
            for (lang, words) in ["ko", "en"].into_iter().zip(words) {
                let said = seen(&page, &host.page_url(&format!("{path}?lang={lang}")), failure);
                assert!(said.contains(words), "{browser:?}, {failure}, {lang}: {said}");
                picture(&page, &format!("failure-{failure}"));
            }
        }
    }
}

fn failing(file: &str, fault: Fault) -> Host {
    Site::built().prelude(NEVER).fault(file, fault).host()
}

#[test]
fn a_program_that_is_gone_refused_or_something_else_is_named() {
    let each = |file: &'static str| {
        [
            (failing(file, Fault::NotFound), "", "not-found", ["404", "Upload the whole dist folder"]),
            (failing(file, Fault::Status(503)), "", "refused", ["503", "in a while"]),
            (failing(file, Fault::Status(403)), "", "refused", ["403", "does not hand out"]),
            (failing(file, Fault::APage), "", "not-found", [": text/html", ": text/html"]),
        ]
    };
    check(&each(WASM));
    check(&each(SCRIPT));
    check(&each(WORDS));
    check(&[(failing(SCRIPT, Fault::WrongType("text/plain")), "", "mime", ["text/plain", "as text/plain"])]);
}

/// The bytes are those of the program, so that their wrong name keeps nobody from it.
#[test]
fn a_program_of_a_wrong_type_runs() {
    for browser in BROWSERS {
        for kind in ["text/plain", "application/octet-stream"] {
            let page = Visit::default().browser(browser).open(Site::built().fault(WASM, Fault::WrongType(kind)), "");
            page.wait_for(IS_READY);
            assert_eq!(page.value(SEEN), json!(null), "{browser:?}, {kind}");
        }
    }
}

#[test]
fn a_program_that_ends_early_is_named() {
    check(&[
        (failing(WASM, Fault::CutOff(100_000)), "", "cut", ["_bg.wasm: 100000 / ", "cut off"]),
        (failing(WASM, Fault::Breaks(100_000)), "", "cut", ["_bg.wasm: ", "cut off"]),
        (failing(WASM, Fault::CutOff(0)), "", "cut", ["_bg.wasm: 0 / ", "cut off"]),
        (failing(SCRIPT, Fault::CutOff(9_000)), "", "cut", [".js: 9000 / ", "cut off"]),
        (failing(SCRIPT, Fault::Breaks(9_000)), "", "cut", [".js: ", "cut off"]),
        (failing("pileup.html", Fault::CutOff(150_000)), "pileup.html", "cut", ["pileup.html", "cut off"]),
    ]);
}

/// A file of another version, or half of one, is no reason to say half of what there is to say.
#[test]
fn words_that_end_early_are_named() {
    check(&[(failing(WORDS, Fault::CutOff(5_000)), "", "stopped", ["words.ko.txt: ", "words.en.txt: "])]);
}

#[test]
fn a_language_that_cannot_be_loaded_leaves_the_page_as_it_is() {
    for browser in BROWSERS {
        let site = Site::built().fault("words.ko.txt", Fault::NotFound);
        let page = Visit::default().browser(browser).open(site, "?lang=en");
        page.expect_complaint("");
        page.wait_for(IS_READY);
        page.click("button[lang=ko]");
        page.wait_for("document.body.innerText.includes('The words in 한국어 could not be loaded.')");
        assert_eq!(page.value("document.documentElement.lang"), json!("en"), "{browser:?}");
        assert_eq!(page.value(SEEN), json!(null), "{browser:?}: the program itself is well");
    }
}

fn hurried(file: &str, fault: Fault) -> Host {
    Site::built().prelude(HURRY).fault(file, fault).host()
}

/// The size of the program in the built page.
fn program_bytes() -> usize {
    let files = fs::read_dir(e2e::project_root().join("dist")).expect("there is a built page");
    let program = files.flatten().find(|file| file.path().extension().is_some_and(|kind| kind == "wasm"));
    program.and_then(|file| file.metadata().ok()).expect("the built page has a program").len() as usize
}

#[test]
fn a_silence_is_named_and_the_page_goes_on_waiting() {
    let stalls = [
        (WASM, Fault::Stalls(program_bytes() * 3 / 10 + 1), "", ["불러오는 중 30%", "Loading 30%"]),
        (WASM, Fault::Stalls(0), "", ["불러오는 중…", "Loading…"]),
        (WASM, Fault::Unanswered, "", ["불러오는 중…", "Loading…"]),
        (SCRIPT, Fault::Stalls(9_000), "", ["불러오는 중…", "Loading…"]),
        (SCRIPT, Fault::Unanswered, "", ["불러오는 중…", "Loading…"]),
        ("pileup.html", Fault::Stalls(150_000), "pileup.html", ["불러오는 중…", "Loading…"]),
    ];
    for browser in BROWSERS {
        let page = visitor(browser);
        for (file, fault, path, waits) in stalls {
            let host = hurried(file, fault);
            let words = ["10초 동안 더 온 것이 없어요", "Nothing more has arrived for ten seconds"];
            for ((lang, wait), words) in ["ko", "en"].into_iter().zip(waits).zip(words) {
                page.go_to(&host.page_url(&format!("{path}?lang={lang}")));
                page.wait_for(&format!(
                    "({WAIT}).startsWith('{wait}') && ({SEEN} ?? '').startsWith('stalled: {words}')"
                ));
                picture(&page, "failure-stalled");
            }
            page.go_to("about:blank");
        }
    }
}

/// A second is a tick here too; the file waits for the test.
#[test]
fn a_start_that_takes_longer_is_seen_to_load_and_then_nothing_more_is() {
    for browser in BROWSERS {
        let page = visitor(browser);
        let host = Site::built().prelude(SLOW).host();
        for (lang, wait) in [("ko", "불러오는 중…"), ("en", "Loading…")] {
            page.go_to(&host.page_url(&format!("?lang={lang}&seed=7")));
            page.wait_for(&format!("({WAIT}) === '{wait}'"));
            assert_eq!(page.value(SEEN), json!(null), "{browser:?}: waiting is no failure");
            picture(&page, "wait");
            page.wait_for(&format!("({SEEN} ?? '').startsWith('stalled: ')"));
            page.value("void goOn()");
            page.wait_for(IS_READY);
            assert_eq!(page.value(SEEN), json!(null), "{browser:?}: what is over is not said any more");
        }
    }
}

/// A quick clock, and a program that is asked for only when the test says so.
const SLOW: &str = "{ const every = setInterval, ask = fetch, may = new Promise(go => self.goOn = go);
    self.setInterval = (what, ms) => every(what, ms / 5); self.fetch = (...what) => may.then(() => ask(...what)); }";

/// A program that has come and does not start: its browser compiles for ever.
#[test]
fn a_program_that_does_not_start_is_named() {
    let never = format!(
        "{HURRY} WebAssembly.instantiateStreaming = answer => Promise.resolve(answer).then(it => it.arrayBuffer()).then(() => new Promise(() => 0));"
    );
    let host = Site::built().prelude(&never).host();
    for browser in BROWSERS {
        let page = visitor(browser);
        for (lang, words, wait) in [("ko", "시작하지 못했어요", "시작하는 중…"), ("en", "has not started", "Starting…")]
        {
            page.go_to(&host.page_url(&format!("?lang={lang}")));
            page.wait_for(&format!(
                "({WAIT}) === '{wait}' && ({SEEN} ?? '').startsWith('idle: ') && {SEEN}.includes('{words}')"
            ));
            picture(&page, "failure-idle");
        }
    }
}

fn frame(src: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>A post</title><link rel=icon href='data:,'>
         <iframe src='{src}' sandbox=allow-scripts width=700 height=700 title=x></iframe>"
    )
}

/// The way out is a link, and it leads there.
#[test]
fn a_frame_without_an_origin_names_the_page_that_opens_there() {
    for browser in BROWSERS {
        for (lang, words) in [("ko", "출처가 없어서"), ("en", "sandboxed without an origin")] {
            let post = frame(&format!("/some/folder/?embed=1&seed=7&lang={lang}"));
            let host = Site::built().extra("/post.html", &post).host();
            let url = host.url("/post.html");
            let page = Visit::default().browser(browser).open_url(host, &url);
            page.expect_complaint("");
            let frame = page.driver().command("element", &json!({ "using": "css selector", "value": "iframe" }));
            page.driver().command("frame", &json!({ "id": frame }));
            let said = page.wait_for(SEEN);
            let said = said.as_str().unwrap_or_default();
            assert!(said.starts_with("sandbox: ") && said.contains(words) && said.contains("pileup.html"), "{said}");
            picture(&page, "failure-sandbox");
            page.click("[data-failure] a");
            page.wait_for(&format!("location.pathname.endsWith('/pileup.html') && {IS_READY}"));
            assert_eq!(page.value("new URLSearchParams(location.search).get('seed')"), "7");
        }
    }
}

/// A host that lets everybody read its files, as many do, has no such trouble.
#[test]
fn a_frame_without_an_origin_runs_where_the_host_lets_it() {
    for browser in BROWSERS {
        let site = Site::built().extra("/post.html", &frame("/some/folder/?embed=1&seed=7&lang=en"));
        let host = site.header("Access-Control-Allow-Origin", "*").host();
        let url = host.url("/post.html");
        let page = Visit::default().browser(browser).open_url(host, &url);
        let frame = page.driver().command("element", &json!({ "using": "css selector", "value": "iframe" }));
        page.driver().command("frame", &json!({ "id": frame }));
        page.wait_for(IS_READY);
        assert_eq!(page.value(SEEN), json!(null));
    }
}

#[test]
fn a_page_opened_as_a_file_names_the_page_that_opens_there() {
    for browser in BROWSERS {
        for (lang, words) in [("ko", "파일로 연 페이지"), ("en", "opened as a file")] {
            let file = format!("file://{}/dist/index.html?lang={lang}", e2e::project_root().display());
            let page = Visit::default().browser(browser).open_url(Site::default().host(), &file);
            page.expect_complaint("");
            let said = page.wait_for(SEEN);
            let said = said.as_str().unwrap_or_default();
            assert!(said.starts_with("file: ") && said.contains(words) && said.contains("pileup.html"), "{said}");
            picture(&page, "failure-file");
            page.click("[data-failure] a");
            page.wait_for(&format!("location.pathname.endsWith('/pileup.html') && {IS_READY}"));
        }
    }
}

#[test]
fn a_policy_that_forbids_the_program_is_named_whatever_it_forbids() {
    let policies = [
        ("script-src 'self' 'unsafe-inline'", "csp", ["wasm-unsafe-eval", "wasm-unsafe-eval"]),
        (
            "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; connect-src 'none'",
            "csp",
            ["connect-src", "connect-src"],
        ),
        ("script-src 'self'", "blocked", ["막았어요", "blocks the scripts inside the page"]),
        ("default-src 'self'", "blocked", ["막았어요", "'unsafe-inline'"]),
    ];
    let host = |policy| Site::built().header("Content-Security-Policy", policy).host();
    check(&policies.map(|(policy, failure, words)| (host(policy), "", failure, words)));
}

/// Only the program is worth a failure.
#[test]
fn a_picture_that_does_not_come_is_no_failure() {
    for browser in BROWSERS {
        let page = visitor(browser);
        let host = Site::built().fault("still.svg", Fault::NotFound).fault("blocked", Fault::NotFound).host();
        page.go_to(&host.page_url(""));
        page.wait_for(IS_READY);
        assert_eq!(page.value(SEEN), json!(null));
    }
}
