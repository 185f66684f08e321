//! The harness tested on tiny pages of its own: that it sees what it says it sees, and that it complains.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use e2e::host::{Fault, Site};
use e2e::page::{Motion, Page, Theme, Visit};

const GOOD: &str = r#"<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
    <link rel="icon" href="data:,"><style>@media (prefers-color-scheme: dark) { body { background: #000; color: #fff } }</style></head>
    <body><main><h1>A page</h1><p data-time-ms="1500"></p>
    <b data-count="spawned">1,234</b><b data-count="working">1</b><b data-count="stopping">2</b>
    <b data-count="leaked">3</b><b data-count="finished">4</b><b data-count="alive">5</b>
    <label><input type="checkbox" id="switch"> Listen</label><button>Play</button></main>
    <script src="ready.js"></script></body></html>"#;

const READY: &str = "setTimeout(() => document.documentElement.dataset.ready = 'true', 50);
    document.querySelector('button').onclick = () => document.body.dataset.clicked = 'yes';
    onkeydown = event => document.body.dataset.key = event.key;";

/// A folder with a page in it, which goes when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, html: &str, script: &str) -> Folder {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).expect("the target folder can be written to");
        fs::write(path.join("index.html"), html).expect("the target folder can be written to");
        fs::write(path.join("ready.js"), script).expect("the target folder can be written to");
        Folder(path)
    }

    fn site(&self) -> Site {
        Site::of(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn panic_of(page: Page) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(page))).expect_err("the page is dropped with a panic");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn a_good_page_is_waited_for_counted_and_used() {
    let folder = Folder::new("good", GOOD, READY);
    let page = Visit::default().open(folder.site(), "?seed=7");
    page.wait_until_ready();
    assert_eq!(page.value("location.pathname + location.search"), "/some/folder/?seed=7");

    let counts = page.counts();
    assert_eq!((counts.spawned, counts.leaked, counts.alive, counts.time_ms), (1234, 3, 5, 1500));
    assert_eq!(counts.unproven, 0);
    page.value("document.querySelector('main').insertAdjacentHTML('beforeend', '<b data-count=unproven>1,007</b>')");
    assert_eq!(page.counts().unproven, 1007);

    page.wait_for_time(1500);
    page.wait_for_count("spawned", 1234);

    assert_eq!(page.control_names(), ["Listen", "Play"]);
    page.click_named("Play");
    assert_eq!(page.wait_for("document.body.dataset.clicked"), "yes");
    page.click("#switch");
    page.wait_for("document.querySelector('#switch').checked");
    page.press("?");
    assert_eq!(page.wait_for("document.body.dataset.key"), "?");
    assert_eq!(page.axe_findings(), [] as [&str; 0]);
}

#[test]
fn the_reader_s_preferences_reach_the_page() {
    let folder = Folder::new("preferences", GOOD, READY);
    let visit = Visit::default().theme(Theme::Dark).motion(Motion::Reduced).language("ko-KR").size(320, 640);
    let page = visit.open(folder.site(), "");
    page.wait_until_ready();
    assert_eq!(page.value("matchMedia('(prefers-color-scheme: dark)').matches"), true);
    assert_eq!(page.value("matchMedia('(prefers-reduced-motion: reduce)').matches"), true);
    assert_eq!(page.value("navigator.language"), "ko-KR");
    assert_eq!(page.value("innerWidth"), 320);
    let picture = fs::read(page.screenshot("harness")).unwrap();
    assert_eq!(&picture[1..4], b"PNG");
    // A PNG's width is the big-endian number at byte 16.
    assert_eq!(u32::from_be_bytes(picture[16..20].try_into().unwrap()), 320);
}

#[test]
fn an_error_on_the_console_fails_the_test_unless_it_was_expected() {
    let folder = Folder::new("console", GOOD, "console.error('the sky falls')");
    let page = Visit::default().open(folder.site(), "");
    assert!(panic_of(page).contains("the sky falls"));

    let page = Visit::default().open(folder.site(), "");
    page.expect_complaint("the sky falls");
}

#[test]
fn an_uncaught_exception_and_a_rejection_fail_the_test() {
    for script in ["throw new Error('out of tea')", "Promise.reject(new Error('out of tea'))"] {
        let folder = Folder::new("exception", GOOD, script);
        let page = Visit::default().open(folder.site(), "");
        assert!(panic_of(page).contains("out of tea"), "{script}");
    }
}

#[test]
fn a_host_fails_as_it_is_told() {
    let folder = Folder::new("faults", GOOD, READY);
    let page = Visit::default().open(folder.site().fault(".js", Fault::NotFound), "");
    assert!(panic_of(page).contains("404"));

    let site = folder.site().fault(".js", Fault::WrongType("text/x-never")).header("X-Content-Type-Options", "nosniff");
    let page = Visit::default().open(site, "");
    assert!(panic_of(page).contains("text/x-never"));

    let site = folder.site().header("Content-Security-Policy", "script-src 'none'");
    let page = Visit::default().open(site, "");
    assert!(panic_of(page).contains("Content Security Policy"));
}

#[test]
fn axe_sees_what_is_wrong() {
    let folder = Folder::new("axe", &GOOD.replace("<button>Play", "<button>"), READY);
    let page = Visit::default().open(folder.site(), "");
    let findings = page.axe_findings();
    assert!(findings.iter().any(|finding| finding.starts_with("button-name")), "{findings:?}");
}
