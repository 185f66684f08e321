//! The dialogs that hand a run on: the frame to embed with its preview and the four forms, the link, the files.

use e2e::browser::Browser;
use e2e::host::Site;
use e2e::page::{Counts, Page, Theme, Visit};
use serde_json::{Value, json};

const RUN: &str = "?seed=7&traffic=600&at=60000&lang=en";
/// The fields of the forms, from the one that can most.
const FIELDS: [&str; 4] = ["copy-tag", "copy-frame", "copy-picture", "copy-link"];

/// The button that opens a dialog: on a narrow page the second stands in a sheet.
fn button_of(dialog: &str) -> &'static str {
    if dialog == "share" { ".head .share" } else { ".head .embed-it" }
}

/// The page with a dialog open, at rest.
fn opened(visit: Visit, query: &str, dialog: &str) -> Page {
    let page = visit.open(Site::built(), query);
    page.wait_until_ready();
    page.wait_for_time(60_000);
    if page.value("document.querySelector('.head .opener').offsetWidth > 0") == true {
        page.click(".head .opener");
    }
    page.click(button_of(dialog));
    page.wait_for("document.querySelector('dialog').open");
    page
}

/// Chooses one of what a field of the dialog offers.
fn choose(page: &Page, name: &str, option: &str) {
    page.value(&format!(
        "void (() => {{
            const label = [...document.querySelectorAll('dialog label')].find(one => one.firstChild.textContent === '{name}');
            const select = label.querySelector('select');
            select.value = [...select.options].find(one => one.textContent === '{option}').value;
            select.dispatchEvent(new Event('change', {{ bubbles: true }}));
        }})()"
    ));
}

fn text(page: &Page, field: &str) -> String {
    page.value(&format!("document.getElementById('{field}').value")).as_str().unwrap_or_default().to_owned()
}

/// Runs `look` inside of a frame, once its run has come to the minute, and comes back.
fn inside<T>(page: &Page, frame: &str, look: impl FnOnce(&Page) -> T) -> T {
    let frame = page.wait_for(frame);
    page.driver().command("frame", &json!({ "id": frame }));
    page.wait_until_ready();
    page.wait_for_time(60_000);
    let seen = look(page);
    page.driver().command("frame", &json!({ "id": null }));
    seen
}

#[test]
fn the_preview_is_the_run_with_what_was_chosen() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        the_preview_is_what_was_chosen(browser);
    }
}

fn the_preview_is_what_was_chosen(browser: Browser) {
    let page = opened(Visit::default().browser(browser), RUN, "embed");
    // Each choice replaces the preview, often while it still loads; Firefox notes the load that it broke off.
    page.expect_complaint("Failed to load: NS_ERROR_FAILURE");
    let counts = page.counts();
    let steps = page.value("history.length");
    choose(&page, "Width", "480\u{a0}px");
    choose(&page, "Colours", "Dark");
    choose(&page, "Language", "한국어");
    page.click_named("Speed");
    page.click_named("Timeline");
    page.click("dialog summary");
    page.click_named("Traffic");
    let query = "'?v=1&lesson=leak&preset=the-leak&traffic=600&seed=7&at=60000&lang=ko&embed=1&theme=dark&controls=timeline,traffic'";
    page.wait_for(&format!("document.querySelector('.preview iframe').getAttribute('src') === {query}"));
    let height_px = inside(&page, "document.querySelector('.preview iframe')", |page| {
        assert_eq!(page.counts(), counts, "it rests at the moment of the page");
        let root = "[document.documentElement.lang, document.documentElement.dataset.theme, innerWidth]";
        assert_eq!(page.value(root), json!(["ko", "dark", 480]));
        let there = "['.timeline', '#knob-traffic', '.bar select', '.step'].map(one => !!document.querySelector(one))";
        assert_eq!(page.value(there), json!([true, true, false, false]));
        page.value("document.querySelector('main').offsetHeight")
    });
    let height_px = height_px.as_u64().unwrap_or(0);
    page.wait_for(&format!("Math.abs(document.querySelector('.preview iframe').offsetHeight - {height_px}) <= 3"));
    // A choice is no step back in the browser's history.
    assert_eq!(page.value("history.length"), steps);
    // What was chosen is still chosen when the dialog is opened again.
    page.click_named("Close");
    page.click_named("Embed");
    page.wait_for(&format!("document.querySelector('.preview iframe').getAttribute('src') === {query}"));
}

#[test]
fn each_form_is_copied_as_it_stands_and_the_tag_and_the_frame_run_in_an_article() {
    let page = opened(Visit::default(), RUN, "embed");
    let counts = page.counts();
    let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    page.driver().devtools("Browser.grantPermissions", &permissions);
    page.click_named("Code");
    let mut texts = Vec::new();
    for (field, name) in
        FIELDS.into_iter().zip(["Tag (with a script)", "Frame", "Picture with a link (Markdown)", "Link"])
    {
        page.click_named(&format!("Copy {name}"));
        page.wait_for("document.querySelector('dialog [role=status]').textContent === 'Copied.'");
        let said = format!("document.getElementById('{field}').parentElement.querySelector('button').textContent");
        page.wait_for(&format!("{said}.startsWith('Copied')"));
        let copied =
            page.driver().run_async("navigator.clipboard.readText().then(arguments[arguments.length - 1])", &[]);
        assert_eq!(copied, json!(text(&page, field)), "{name}");
        texts.push(text(&page, field));
    }
    let [tag, frame, picture, link] = &texts[..] else { panic!("four forms") };
    assert!(
        picture.starts_with("[![")
            && picture.ends_with(&format!("]({link})"))
            && picture.contains("/some/folder/pileup.png"),
        "{picture}"
    );

    let html = format!(
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>A post</title><link rel=icon href='data:,'>{tag}{frame}"
    );
    let host = Site::built().extra("/post.html", &html).host();
    let url = host.url("/post.html");
    let article = Visit::default().open_url(host, &url);
    let frames = [
        "document.querySelector('pile-up').shadowRoot.querySelector('iframe')",
        "document.querySelector('body > iframe')",
    ];
    for frame in frames {
        article.value(&format!("void {frame}.scrollIntoView()"));
        let (seen, has_code) =
            inside(&article, frame, |page| (page.counts(), page.value("!!document.querySelector('.code')")));
        assert_eq!((seen, has_code), (counts, json!(true)), "{frame}");
    }
    article.driver().open(link);
    article.wait_until_ready();
    article.wait_for_time(60_000);
    assert_eq!(article.counts(), counts);
}

#[test]
fn a_text_that_may_not_be_copied_is_selected() {
    let page = opened(Visit::default(), RUN, "share");
    page.value("void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))");
    page.click_named("Copy Link to this run");
    page.wait_for("document.activeElement.id === 'copy-link'");
    assert_eq!(page.value("getSelection().toString()"), text(&page, "copy-link"));
    let live = page.value("document.querySelector('dialog [role=status]').textContent");
    assert!(live.as_str().is_some_and(|live| live.starts_with("It could not be copied.")), "{live}");
}

#[test]
fn a_dialog_takes_the_focus_and_gives_it_back_and_the_run_rests_while_a_frame_is_chosen() {
    let page = Page::open("?seed=7&lang=en");
    for (dialog, is_playing) in [("share", "true"), ("embed", "false")] {
        let button = format!("document.querySelector('{}')", button_of(dialog));
        page.wait_for("document.querySelector('.bar .play').dataset.playing === 'true'");
        page.value(&format!("void {button}.focus()"));
        page.press("\u{E007}");
        page.wait_for("document.querySelector('dialog').open && document.activeElement.closest('dialog')");
        page.wait_for(&format!("document.querySelector('.bar .play').dataset.playing === '{is_playing}'"));
        assert!(!text(&page, "copy-link").contains("at="), "it plays on for who opens the link");
        page.press("\u{E00C}");
        page.wait_for(&format!("document.activeElement === {button}"));
        assert_eq!(page.value("document.querySelector('dialog iframe')"), Value::Null);
    }
    page.wait_for("document.querySelector('.bar .play').dataset.playing === 'true'");
}

/// Keeps what the page would hand to the browser, instead of handing it over, and counts what it holds on to.
const WATCH_FILES: &str = "void (() => {
    window.files = []; window.held = 0;
    const [make, revoke] = [URL.createObjectURL, URL.revokeObjectURL];
    let last = null;
    URL.createObjectURL = blob => { window.held += 1; last = blob; return make.call(URL, blob); };
    URL.revokeObjectURL = url => { window.held -= 1; revoke.call(URL, url); };
    HTMLAnchorElement.prototype.click = function () { files.push([this.download, last, this.href]); };
})()";

/// What the last file holds, by a promise of it.
fn read(page: &Page, promise: &str) -> Value {
    page.driver().run_async(
        &format!("const done = arguments[arguments.length - 1], file = files.at(-1)[1]; {promise}.then(done);"),
        &[],
    )
}

fn save(page: &Page, button: &str, name: &str) {
    page.click_named(button);
    page.wait_for(&format!("files.length && files.at(-1)[0] === '{name}'"));
    page.wait_for(&format!("document.querySelector('dialog [role=status]').textContent.includes('{name}')"));
}

#[test]
fn files_hold_the_moment_with_its_seed_and_its_link() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        files_hold_the_moment(browser);
    }
}

fn files_hold_the_moment(browser: Browser) {
    let page = opened(Visit::default().browser(browser), RUN, "share");
    let Counts { working, stopping, leaked, finished, time_ms, .. } = page.counts();
    let link = text(&page, "copy-link");
    page.value(WATCH_FILES);

    save(&page, "Picture (SVG)", "pileup-leak-seed7-60000ms.svg");
    let svg = read(&page, "file.text()");
    let parsed = page.driver().run(
        "const svg = new DOMParser().parseFromString(arguments[0], 'image/svg+xml').documentElement;
         const words = [...svg.querySelectorAll('text')].map(text => text.textContent).join(' ');
         return [svg.localName, svg.querySelector('desc').textContent, words, +svg.getAttribute('width'), +svg.getAttribute('height')];",
        &[svg],
    );
    assert_eq!(parsed[0], "svg");
    let caption = parsed[1].as_str().unwrap_or_default().replace('\u{a0}', " ");
    assert!(caption.contains(&format!("Seed 7 · {link}")), "{caption} names {link}");
    assert!(caption.contains(&format!("leaked {leaked}")), "{caption}");
    assert!(parsed[2].as_str().is_some_and(|words| words.contains("The forgotten context")), "{parsed}");

    save(&page, "Picture (PNG)", "pileup-leak-seed7-60000ms.png");
    page.value("void (window.png = new Image(), png.src = files.at(-1)[2])");
    page.wait_for("png.complete && png.naturalWidth");
    let size = page.value("[png.src.split(';')[0], png.naturalWidth, png.naturalHeight]");
    let twice = |length: &Value| length.as_f64().map(|length| (length * 2.0) as u64);
    assert_eq!(size[0], "data:image/png");
    assert_eq!([size[1].as_u64(), size[2].as_u64()], [twice(&parsed[3]), twice(&parsed[4])]);

    save(&page, "Curves (CSV)", "pileup-leak-seed7-60000ms.csv");
    let csv = read(&page, "file.text()");
    let csv = csv.as_str().unwrap_or_default();
    let last = format!("{time_ms},{working},{stopping},{leaked},{finished},,");
    assert_eq!(csv.lines().last(), Some(&*last));
    assert!(csv.lines().nth(1).is_some_and(|first| first.contains(&link)), "{csv}");

    assert_eq!(page.value("held"), 1, "the browser may still read the last one");
    page.click_named("Close");
    page.wait_for("held === 0");
}

#[test]
fn the_page_as_one_file_has_no_preview_and_a_disk_is_nobody_else_s() {
    let host = Site::built().host();
    let hosted = host.page_url(&format!("pileup.html{RUN}"));
    let disk = format!("file://{}/dist/pileup.html{RUN}", e2e::project_root().display());
    let page = Visit::default().open_url(host, &hosted);
    for url in [hosted, disk] {
        page.driver().open(&url);
        page.wait_until_ready();
        page.wait_for_time(60_000);
        page.click_named("Embed");
        page.wait_for("document.querySelector('dialog').open");
        let said = page.value("document.querySelector('dialog').innerText");
        let said = said.as_str().unwrap_or_default();
        assert!(said.contains("has no preview") && said.contains("Only this machine"), "{said}");
        assert_eq!(page.value("document.querySelector('iframe')"), Value::Null);
        assert!(text(&page, "copy-tag").contains("/pileup.js\" async"));
    }
}

#[test]
fn dialogs_fit_every_window_and_axe_finds_nothing() {
    for (width, height) in [(320, 640), (1280, 720)] {
        for (lang, theme) in [("ko", Theme::Light), ("en", Theme::Dark), ("ko", Theme::Dark), ("en", Theme::Light)] {
            for dialog in ["share", "embed"] {
                let visit = Visit::default().size(width, height).theme(theme);
                let page = opened(visit, &format!("?seed=7&at=60000&lang={lang}"), dialog);
                let name = format!("{dialog} {width} {lang} {theme:?}");
                if dialog == "embed" {
                    page.value("void document.querySelector('dialog summary').click()");
                    inside(&page, "document.querySelector('.preview iframe')", |_| ());
                }
                let excess = "(dialog => dialog.scrollWidth - dialog.clientWidth)(document.querySelector('dialog'))";
                assert_eq!(page.value(excess), 0, "{name}");
                let findings = page.axe_findings();
                assert!(findings.is_empty(), "{name}: {findings:#?}");
                page.screenshot(dialog);
            }
        }
    }
}
