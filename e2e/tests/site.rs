//! What stands beside the page in `dist/`: the page as one file, the guide for authors, the example post, the policy.

use e2e::host::{Host, Site};
use e2e::page::{Browser, Page, Theme, Visit};
use serde_json::{Value, json};

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
        page.click(".head .embed-it");
        page.wait_for("document.querySelector('dialog[open] .forms a')");
        assert_eq!(page.value("document.querySelector('dialog .forms a').getAttribute('href')"), file);
        let found = "const done = arguments[arguments.length - 1];
            fetch(document.querySelector('dialog .forms a').href).then(answer => done(answer.ok))";
        assert_eq!(page.driver().run_async(found, &[]), true);
    }
}

/// What an author unpacks and looks at first. A folder is a listing there, so nothing may lead to one.
#[test]
fn guide_and_post_open_from_a_disk_with_their_runs() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let page = Visit::default().browser(browser).open_url(Site::default().host(), "about:blank");
        for name in PAGES {
            page.go_to(&format!("file://{}/dist/{name}", e2e::project_root().display()));
            page.value("void document.querySelector('pile-up').scrollIntoView()");
            page.wait_for("document.querySelector('pile-up').state");
            let folders = "[...document.querySelectorAll('a[href]')].map(link => link.href.split(/[?#]/)[0]).filter(link => link.endsWith('/'))";
            assert_eq!(page.value(folders), json!([]), "{browser:?}, {name}");
        }
    }
}

/// What the function for a host's own oEmbed answers to this query, with its status; the document it is asked from is the guide.
fn oembed(page: &Page, query: &str) -> Value {
    let ask = "const done = arguments[arguments.length - 1];
        import(new URL('oembed.js', location)).then(async ({ oembed }) => {
            const answer = await oembed(new Request(new URL('oembed.json?' + arguments[0], location)));
            done({ status: answer.status, said: answer.ok ? await answer.json() : null });
        }).catch(error => done({ status: String(error) }));";
    page.driver().run_async(ask, &[query.into()])
}

#[test]
fn a_host_with_the_function_answers_oembed_for_each_run() {
    let page = open(Visit::default(), "embed.html");
    let url = |run: &str| {
        let run = page.value(&format!("encodeURIComponent(new URL('{run}', location).href)"));
        format!("url={}", run.as_str().unwrap_or_default())
    };
    let answer = oembed(
        &page,
        &(url("./?preset=as-posted&seed=7&at=60000&lang=ko") + "&maxwidth=480&maxheight=300&format=json"),
    );
    let said = &answer["said"];
    assert_eq!(answer["status"], 200, "{answer}");
    assert_eq!((&said["width"], &said["height"], &said["version"]), (&json!(480), &json!(300), &json!("1.0")));
    let framed = page.value(&format!(
        "(document.body.insertAdjacentHTML('beforeend', {}), document.body.lastElementChild.src)",
        said["html"]
    ));
    let framed = framed.as_str().unwrap_or_default().to_owned();
    let expected = page.host().page_url("pileup.html?preset=as-posted&seed=7&at=60000&lang=ko&embed=1");
    assert_eq!(framed, expected);

    // The template that every host can serve says the same of the plain address.
    let template = page.driver().run_async(
        "const done = arguments[arguments.length - 1]; fetch('oembed.json').then(it => it.text()).then(text =>
            done(JSON.parse(text.replaceAll('https://your.host/pileup/', new URL('.', location)))))",
        &[],
    );
    assert_eq!(oembed(&page, "")["said"], template);

    for (query, status) in [
        ("url=https%3A%2F%2Fother.example%2F", 404),
        ("url=nonsense", 400),
        (url("./post.html").as_str(), 404),
        ((url("./") + "&format=xml").as_str(), 501),
    ] {
        assert_eq!(oembed(&page, query)["status"], status, "{query}");
    }
    let hostile = url("./?seed=\"><img src=x onerror=crept()>&lang=\\u2028");
    let html = oembed(&page, &hostile)["said"]["html"].clone();
    let parsed = format!("(inside => [inside.children.length, inside.firstElementChild.attributes.length, inside.querySelectorAll('img').length])
        (new DOMParser().parseFromString({html}, 'text/html').body)");
    assert_eq!(page.value(&parsed), json!([1, 4, 0]), "{html}");
}

/// Beside the text on a wide screen; on a narrow one a link brings it into view.
#[test]
fn the_story_keeps_its_playground_in_view_beside_what_is_said_about_it() {
    const SEEN_PX: &str = "(box => Math.min(box.bottom, innerHeight) - Math.max(box.top, 0))
        (document.querySelector('#calls').getBoundingClientRect())";
    for file in ["post.html", "post.ko.html"] {
        for (width, height, seen_px) in [(1280, 720, 400), (390, 844, 300)] {
            let host = Site::built().host();
            let url = host.page_url(file);
            let page = Visit::default().size(width, height).open_url(host, &url);
            page.value("document.querySelector('#calls').scrollIntoView()");
            page.wait_for("document.querySelector('#calls').state?.time_ms >= 0");
            let link = "document.querySelector('.beside li:last-child [data-pileup-for=calls]')";
            page.value(&format!("{link}.scrollIntoView({{ block: 'end' }})"));
            if width < 1000 {
                page.value(&format!("{link}.click()"));
            }
            // The other frames of the article may still be growing into their height.
            page.wait_for(&format!("{SEEN_PX} >= {seen_px}"));
            assert_eq!(page.value("document.documentElement.scrollWidth - innerWidth <= 0"), true, "{file}, {width}");
        }
    }
}
