//! The built page in Firefox, and what the harness sees there. What a browser cannot change (words, links, names) is tested
//! in Chromium alone; here is what an engine of its own could do differently.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use e2e::host::{Fault, Site};
use e2e::page::{Browser, Motion, Page, Theme, Visit};
use e2e::program;
use serde_json::{Value, json};

const IS_READY: &str = "document.documentElement.dataset.ready === 'true'";
const SWITCH: &str = "Workers listen for cancellation";

fn firefox() -> Visit {
    Visit::default().browser(Browser::Firefox)
}

fn built(query: &str) -> Page {
    let page = firefox().open(Site::built(), query);
    page.wait_until_ready();
    page
}

#[test]
fn the_page_opens_without_a_complaint_in_both_languages_and_the_clock_runs() {
    for (browser, language) in [("en-US", "en"), ("ko-KR", "ko")] {
        let page = firefox().language(browser).open(Site::built(), "?seed=7");
        page.wait_until_ready();
        assert_eq!(page.value("document.documentElement.lang"), language);
        page.wait_for_time(500);
        let early = page.counts();
        page.wait_for_time(early.time_ms + 1_000);
        let late = page.counts();
        assert!(late.spawned > early.spawned, "{early:?} {late:?}");
        assert_eq!(late.spawned, late.alive + late.finished, "{late:?}");
    }
}

#[test]
fn a_page_at_rest_counts_what_the_command_line_counts() {
    let query = |listen: &str| format!("?lesson=leak&listen={listen}&traffic=600&seed=7&at=60000&lang=en");
    let page = built(&query("off"));
    for listen in ["off", "on"] {
        page.driver().open(&page.host().page_url(&query(listen)));
        page.wait_for_time(60_000);
        let listen = format!("listen={listen}");
        let arguments = ["run", "leak", "--set", &listen, "--set", "traffic=600", "--seed", "7", "--for", "60s"];
        assert_eq!(page.counts(), program::counts(&arguments));
    }
}

/// The address says when the switch was flipped and where the run was stopped; that is all the command line needs.
#[test]
fn the_switch_flips_live_and_the_leak_is_counted_to_the_last_task() {
    let page = built("?lesson=leak&listen=off&traffic=600&seed=7&speed=1000&lang=en");
    page.wait_for_count("leaked", 20);
    page.click_named(SWITCH);
    let flipped = page.wait_for("/[?&]in=([0-9]+):listen:on/.exec(location.search)?.[1]");
    let flipped_ms: u64 = flipped.as_str().and_then(|text| text.parse().ok()).expect("the moment is a whole number");
    // Workers that started before the flip may still leak; a minute later all of those have.
    page.wait_for_time(flipped_ms + 60_000);
    let settled = page.counts();
    page.wait_for_time(settled.time_ms + 30_000);
    page.click_named("Pause");
    page.wait_for("/[?&]at=[0-9]+/.test(location.search)");
    let later = page.counts();
    assert!(later.spawned > settled.spawned, "traffic goes on: {settled:?} {later:?}");
    assert_eq!(later.leaked, settled.leaked, "{settled:?} {later:?}");
    let (turn, end) = (format!("{flipped_ms}ms:listen=on"), format!("{}ms", later.time_ms));
    let turned = ["--set", "listen=off", "--set", "traffic=600", "--seed", "7", "--at", &turn, "--for", &end];
    assert_eq!(later, program::counts(&[["run", "leak"].as_slice(), turned.as_slice()].concat()));
}

#[test]
fn one_file_opens_from_a_disk_and_runs() {
    let file = e2e::project_root().join("dist").join("pileup.html");
    let url = format!("file://{}?seed=7&traffic=600&at=60000&lang=en", file.display());
    let page = firefox().open_url(Site::built().host(), &url);
    page.wait_for(IS_READY);
    page.wait_for_time(60_000);
    let told = program::counts(&["run", "leak", "--set", "traffic=600", "--seed", "7", "--for", "60s"]);
    assert_eq!(page.counts(), told);
}

#[test]
fn the_page_in_a_frame_without_an_origin_runs() {
    let post = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>A post</title><link rel=icon href='data:,'>
        <iframe src='/some/folder/pileup.html?seed=7&at=60000&lang=en' sandbox=allow-scripts width=700 height=700 title=x></iframe>";
    let host = Site::built().extra("/post.html", post).host();
    let url = host.url("/post.html");
    let page = firefox().open_url(host, &url);
    let frame = page.driver().command("element", &json!({ "using": "css selector", "value": "iframe" }));
    page.driver().command("frame", &json!({ "id": frame }));
    page.wait_for(IS_READY);
    page.wait_for_time(60_000);
    assert!(page.counts().leaked > 0);
}

/// Pages of nothing but this each, one after the other in one browser.
fn open(visit: Visit, site: Site, insides: &[&str]) -> Page {
    let path = |number: usize| format!("/some/folder/{number}.html");
    let html = |inside: &str| {
        format!(
            "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>x</title><link rel=icon href='data:,'>{inside}"
        )
    };
    let numbered = insides.iter().enumerate();
    let host = numbered.fold(site, |site, (number, inside)| site.extra(&path(number), &html(inside))).host();
    let first = host.url(&path(0));
    let page = visit.open_url(host, &first);
    for number in 1..insides.len() {
        // What a page has to report it reports while it is there.
        let _ = page.complaints();
        page.driver().open(&page.host().url(&path(number)));
    }
    page
}

fn panic_of(page: Page) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(page))).expect_err("the page is dropped with a panic");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn whatever_a_page_does_wrong_fails_its_test() {
    let wrongs = [
        ("<script>throw new Error('out of tea')</script>", "out of tea"),
        ("<script>Promise.reject(new Error('out of milk'))</script>", "out of milk"),
        ("<script>console.error('the sky falls')</script>", "the sky falls"),
        ("<script>console.warn('the sky sags')</script>", "the sky sags"),
        (
            "<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\"><script>window.crept = 1</script>",
            "Content-Security-Policy: The page’s settings blocked an inline script",
        ),
        (
            "<iframe sandbox=allow-scripts title=x srcdoc=\"<script>throw new Error('framed')</script>\"></iframe>",
            "framed",
        ),
        ("<script src=gone.js></script>", "404"),
    ];
    let insides = wrongs.map(|(inside, _)| inside);
    let panic = panic_of(open(firefox(), Site::default(), &insides));
    for (inside, words) in wrongs {
        assert!(panic.contains(words), "{inside}: {panic}");
    }
    assert_eq!(panic.matches("level:").count(), wrongs.len(), "each is said once: {panic}");
}

/// The browser reports a little later than it acts: in a trial without waiting for it, two reports of 120 were missed.
#[test]
fn a_report_is_never_missed_and_belongs_to_what_was_just_done() {
    let page = open(firefox(), Site::default().header("Content-Security-Policy", "script-src 'none'"), &[""]);
    let script = "(document.head.append(Object.assign(document.createElement('script'), { textContent: '1' })), 1)";
    for round in 0..20 {
        for (wrong, words) in [
            (script, "Content-Security-Policy"),
            ("(Promise.reject(new Error('out of tea')), 1)", "out of tea"),
            ("(setTimeout(() => { throw new Error('the sky falls') }), 1)", "the sky falls"),
        ] {
            page.value(wrong);
            let said = page.driver().complaints();
            assert!(said.len() == 1 && said[0].message.contains(words), "round {round}, {words}: {said:?}");
        }
    }
}

#[test]
fn only_what_was_expected_is_forgiven() {
    let insides = ["<script>console.error('the sky falls')</script>", "<script>console.log('all is well')</script>"];
    let page = open(firefox(), Site::default(), &insides);
    page.expect_complaint("the sky falls");
    drop(page);
}

#[test]
fn a_strict_header_and_a_wrong_type_are_complaints() {
    let site = Site::built().fault(".js", Fault::WrongType("text/x-never"));
    let site = site.header("X-Content-Type-Options", "nosniff").header("Content-Security-Policy", "script-src 'self'");
    let panic = panic_of(open(firefox(), site, &["<script>1</script><script src=pileup.js></script>"]));
    for words in ["Content-Security-Policy", "text/x-never"] {
        assert!(panic.contains(words), "{words}: {panic}");
    }
}

#[test]
fn the_reader_s_preferences_reach_the_page() {
    let width = |file| {
        let picture = fs::read(file).expect("the picture was written");
        assert_eq!(&picture[1..4], b"PNG");
        // A PNG's width and height are the big-endian numbers at bytes 16 and 20.
        [16, 20].map(|at| u32::from_be_bytes(picture[at..at + 4].try_into().expect("four bytes are four bytes")))
    };
    let tall = "<p style='height: 2000px'>";
    for (theme, motion, language) in [(Theme::Dark, Motion::Reduced, "ko-KR"), (Theme::Light, Motion::Full, "en-US")] {
        let page =
            open(firefox().theme(theme).motion(motion).language(language).size(320, 640), Site::default(), &[tall]);
        let prefers = |feature: &str| page.value(&format!("matchMedia('(prefers-{feature})').matches"));
        assert_eq!(prefers("color-scheme: dark"), theme == Theme::Dark);
        assert_eq!(prefers("color-scheme: light"), theme == Theme::Light);
        assert_eq!(prefers("reduced-motion: reduce"), motion == Motion::Reduced);
        assert_eq!(page.value("navigator.language"), language);
        assert_eq!(page.value("[innerWidth, innerHeight, devicePixelRatio]"), json!([320, 640, 1]));
        assert_eq!(width(page.screenshot("firefox-harness"))[1], 640);
        assert!(width(page.screenshot_full_page("firefox-harness-all"))[1] > 2000);
        page.resize(800, 600);
        assert_eq!(page.value("innerWidth"), 800);
        assert_eq!(width(page.screenshot("firefox-harness"))[0], 800);
    }
}

#[test]
fn what_only_chromium_can_do_says_so() {
    let page = open(firefox(), Site::default(), &[""]);
    let asked = catch_unwind(AssertUnwindSafe(|| page.driver().devtools("Performance.getMetrics", &Value::Null)));
    let panic = asked.expect_err("Firefox has no DevTools protocol");
    let words = panic.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(words.contains("Firefox has no DevTools protocol"), "{words}");
}
