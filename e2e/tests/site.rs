//! What stands beside the page in `dist/`: the page as one file, the guide for authors, the example post, the policy.

use e2e::host::{Host, Site};
use e2e::page::{Page, Theme, Visit};
use serde_json::json;

const IS_READY: &str = "document.documentElement.dataset.ready === 'true'";
/// The page as one file is worth as much as the page: it counts the same, to the last task.
const RUN: &str = "?seed=7&traffic=600&at=60000&lang=en";
const PAGES: [&str; 4] = ["embed.html", "embed.ko.html", "post.html", "post.ko.html"];

fn from_disk(query: &str) -> Page {
    let file = format!("file://{}/dist/pileup.html{query}", e2e::project_root().display());
    Visit::default().open_url(Site::built().host(), &file)
}

#[test]
fn one_file_opens_from_a_disk_and_counts_what_the_page_counts() {
    let hosted = Page::open(RUN);
    hosted.wait_for_time(60_000);
    let page = from_disk(RUN);
    page.wait_for(IS_READY);
    page.wait_for_time(60_000);
    assert_eq!(page.counts(), hosted.counts());
    let asked =
        "performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !/^(data|blob):/.test(name))";
    assert_eq!(page.value(asked), json!([]), "one file asks no host for anything");
}

/// As it was before browsers could unpack: the page says so in the words for an old browser, with its styles and its picture.
#[test]
fn one_file_in_a_browser_that_cannot_unpack_it_says_so_and_keeps_its_picture() {
    let page = Visit::default().open_url(Site::built().host(), "about:blank");
    let old = json!({ "source": "delete window.DecompressionStream" });
    page.driver().devtools("Page.addScriptToEvaluateOnNewDocument", &old);
    page.expect_complaint("DecompressionStream");
    page.driver().open(&format!("file://{}/dist/pileup.html?lang=en", e2e::project_root().display()));
    let said = page.wait_for("document.querySelector('[data-failure=no-webassembly]')?.innerText");
    assert!(said.as_str().is_some_and(|said| said.contains("current browser")), "{said}");
    page.wait_for("document.querySelector('main.still img').naturalWidth > 0");
    assert_eq!(page.value("document.styleSheets.length"), 1);
}

#[test]
fn one_file_runs_in_a_frame_without_an_origin() {
    let post = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>A post</title><link rel=icon href='data:,'>
        <iframe src='/some/folder/pileup.html?seed=7&at=60000&lang=en' sandbox=allow-scripts width=700 height=700 title=x></iframe>";
    let host = Site::built().extra("/post.html", post).host();
    let url = host.url("/post.html");
    let page = Visit::default().open_url(host, &url);
    let frame = page.driver().command("element", &json!({ "using": "css selector", "value": "iframe" }));
    page.driver().command("frame", &json!({ "id": frame }));
    assert_eq!(page.value("self.origin"), "null");
    page.wait_for(IS_READY);
    page.wait_for_time(60_000);
    assert!(page.counts().leaked > 0);
}

fn open(visit: Visit, name: &str) -> Page {
    let host: Host = Site::built().host();
    let url = host.page_url(name);
    visit.open_url(host, &url)
}

#[test]
fn guide_and_post_are_readable_by_everybody_and_fit_a_phone() {
    for name in PAGES {
        for theme in [Theme::Light, Theme::Dark] {
            let page = open(Visit::default().theme(theme).size(320, 640), name);
            page.wait_for("document.querySelector('pile-up').shadowRoot");
            let findings = page.axe_findings();
            assert!(findings.is_empty(), "{name}, {theme:?}: {findings:#?}");
            let excess = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(page.value(excess), 0, "{name}");
        }
    }
}

#[test]
fn guide_and_post_link_to_what_is_there() {
    let host = Site::built().host();
    let page = Visit::default().open_url(Site::built().host(), &host.page_url("embed.html"));
    for name in PAGES {
        page.driver().open(&page.host().page_url(name));
        let missing = page.driver().run_async(
            "const done = arguments[arguments.length - 1];
             const links = [...document.querySelectorAll('a[href], link[href]')].map(link => link.href.split('#')[0]);
             Promise.all([...new Set(links)].filter(link => link.startsWith(location.origin))
                .map(link => fetch(link).then(answer => answer.ok ? null : link))).then(all => done(all.filter(Boolean)));",
            &[],
        );
        assert_eq!(missing, json!([]), "{name}");
    }
}

/// A run in the post is named by a link that the page reads without a complaint.
#[test]
fn every_link_of_the_post_is_read_without_a_complaint() {
    for name in ["post.html", "post.ko.html", "embed.html", "embed.ko.html"] {
        let page = open(Visit::default(), name);
        let links = page.value(
            "[...document.querySelectorAll('a[href^=\"./?\"]')].map(link => link.href)
             .concat([...document.querySelectorAll('[data-pileup-set]')].map(link => './?' + link.dataset.pileupSet))
             .map(link => new URL(link, location).search).filter((link, at, all) => all.indexOf(link) === at)",
        );
        let links: Vec<&str> = links.as_array().into_iter().flatten().filter_map(|link| link.as_str()).collect();
        assert!(!links.is_empty(), "{name} has no links to runs");
        for link in links {
            page.driver().open(&page.host().page_url(link));
            page.wait_until_ready();
            assert_eq!(
                page.value("document.querySelector('[data-complaints]')?.innerText ?? ''"),
                "",
                "{name}: {link}"
            );
        }
    }
}

/// The numbers that the post says.
#[test]
fn the_post_tells_what_the_program_does() {
    for preset in ["as-posted", "the-posts-fix"] {
        let page = Page::open(&format!("?preset={preset}&seed=7&at=60000"));
        page.wait_for_time(60_000);
        assert_eq!(page.counts().leaked, 102, "{preset}");
    }
}

#[test]
fn the_policy_names_every_inline_script_and_lets_nothing_else_in() {
    let page = Page::open("");
    let policy = page.value("document.querySelector('meta[http-equiv=Content-Security-Policy]').content");
    let policy = policy.as_str().unwrap_or_default();
    assert!(policy.contains("default-src 'none'") && policy.contains("sha256-"), "{policy}");
    page.expect_complaint("Content Security Policy");
    page.value("void document.head.append(Object.assign(document.createElement('script'), { textContent: 'window.crept = 1' }))");
    assert_eq!(page.value("window.crept === undefined"), true);
}

/// The links in the text drive the runs beside it, in both languages.
#[test]
fn the_post_s_own_links_drive_its_frames() {
    for name in ["post.html", "post.ko.html"] {
        let page = open(Visit::default(), name);
        page.wait_for("document.querySelector('pile-up')");
        page.value(
            "void (window.states = {}, document.querySelectorAll('pile-up').forEach(one =>
                one.addEventListener('state', event => { states[one.id] = event.detail; })))",
        );
        page.value("void document.querySelector('#posted').scrollIntoView()");
        page.click("[data-pileup-for=posted][data-pileup-play]");
        page.wait_for("states.posted && states.posted.playing === 1 && states.posted.leaked > 0");
        page.click("[data-pileup-for=posted][data-pileup-seek='60000']");
        page.wait_for("states.posted.playing === 0 && states.posted.time_ms === 60000");
        assert_eq!(page.value("states.posted.leaked"), 102, "{name}: the number that the post says");
        page.value("void document.querySelector('#posted').remove()");
    }
}

#[test]
fn the_embed_dialog_leads_to_the_guide_of_its_language() {
    for (lang, file) in [("en", "embed.html"), ("ko", "embed.ko.html")] {
        let page = Page::open(&format!("?lang={lang}&at=1000"));
        page.click(".head .more");
        page.wait_for("document.querySelector('dialog[open] .forms a')");
        assert_eq!(page.value("document.querySelector('dialog .forms a').getAttribute('href')"), file);
        let found = "const done = arguments[arguments.length - 1];
            fetch(document.querySelector('dialog .forms a').href).then(answer => done(answer.ok))";
        assert_eq!(page.driver().run_async(found, &[]), true);
    }
}
