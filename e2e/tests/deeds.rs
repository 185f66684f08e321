//! What there is to do: opened from the list of the page, and carried by a frame.

use e2e::host::Site;
use e2e::page::{Page, Visit};
use serde_json::json;

const IS_LIST_OPEN: &str = "document.querySelector('#deeds').matches(':popover-open')";

#[test]
fn a_deed_is_opened_from_the_list_done_and_ticked() {
    for (width, height) in [(1280, 720), (390, 844), (844, 390)] {
        let page = Visit::default().size(width, height).open(Site::built(), "?lang=en");
        page.wait_until_ready();
        page.click(".head .deeds");
        assert_eq!(page.value(IS_LIST_OPEN), true);
        let inside = "(box => box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight)
            (document.querySelector('#deeds').getBoundingClientRect())";
        assert_eq!(page.value(inside), true, "{width} × {height}");
        let findings = page.axe_findings();
        assert!(findings.is_empty(), "{width} × {height}: {findings:#?}");
        page.click("#deeds li:nth-child(3) button");
        assert_eq!(page.value(IS_LIST_OPEN), false);
        page.wait_for("document.querySelector('h1').dataset.deed === 'open'");
        page.wait_for_time(20_000);
        assert_eq!(page.value("document.querySelector('[data-done]').textContent"), "0/10");
        // The badge of the line that they wait on.
        page.value("document.querySelector('.badge.leaked').click()");
        page.wait_for("document.querySelector('h1').dataset.deed === 'done'");
        assert_eq!(page.value("document.querySelector('[data-done]').textContent"), "1/10");
        let learned = page.value("document.querySelector('.now').textContent");
        page.click(".head .deeds");
        assert_eq!(page.value("document.querySelector('#deeds li:nth-child(3) .learned').textContent"), learned);
    }
}

#[test]
fn a_frame_carries_a_deed_and_its_article_is_told() {
    let body = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>A post</title><link rel=icon href='data:,'>
        <script src='/some/folder/pileup.js'></script>
        <pile-up deed=what-it-waits-for controls=code lang=en></pile-up>
        <script>
            window.done = [];
            document.querySelector('pile-up').addEventListener('deed', ({ detail }) => done.push(detail));
        </script>";
    let host = Site::built().extra("/post.html", body).host();
    let url = host.url("/post.html");
    let page = Visit::default().open_url(host, &url);
    page.wait_for("document.querySelector('pile-up').state?.time_ms === 20000");
    assert_eq!(page.value("document.querySelector('pile-up').state.playing"), 0, "it waits for its reader");
    let frame = page.value("document.querySelector('pile-up').shadowRoot.querySelector('iframe')");
    page.driver().command("frame", &json!({ "id": frame }));
    let row = |page: &Page| page.value("document.querySelector('.deed').innerText");
    let (asked, state) = (row(&page), "document.querySelector('.deed').dataset.deed");
    assert_eq!(page.value(state), "open");
    page.click(".badge.leaked");
    page.wait_for(&format!("{state} === 'done'"));
    assert_ne!(row(&page), asked);
    page.driver().command("frame", &json!({ "id": null }));
    page.wait_for("done.length === 1");
    assert_eq!(page.value("done[0]"), json!({ "name": "what-it-waits-for", "time_ms": 20_000 }));
}
