//! The reader's own Go: pasted as it was printed, mended until it runs, and seen to leak on its line.

use e2e::host::Site;
use e2e::page::{Page, Visit};

/// The listing of the post that this project began with, as it was printed.
const AS_PRINTED: &str = include_str!("go_as_printed.go");

fn faults(page: &Page) -> Vec<String> {
    let list = page.value("[...document.querySelectorAll('[data-fault]')].map(it => it.textContent)");
    list.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

/// Writes into the editor as a reader who pastes.
fn paste(page: &Page, source: &str) {
    let source = serde_json::Value::from(source);
    page.value(&format!(
        "(field => {{ field.value = {source}; field.dispatchEvent(new Event('input', {{ bubbles: true }})) }})
            (document.querySelector('[data-editor]'))"
    ));
}

#[test]
fn a_listing_is_pasted_as_printed_mended_and_seen_to_leak_on_its_line() {
    let page = Visit::default().size(1280, 800).open(Site::built(), "?go&lang=en");
    page.wait_for("location.pathname.endsWith('/go/')");
    page.wait_until_ready();

    paste(&page, AS_PRINTED);
    page.click("[data-run]");
    page.wait_for("document.querySelector('[data-fault]')");
    assert_eq!(
        faults(&page),
        [
            "main.go:1:9: function main is undeclared in the main package",
            "main.go:10:17: assignment mismatch: 2 variables but context.Context returns 1 value",
            "main.go:30:9: invalid operation: cannot receive from non-channel func() <-chan struct{} ctx.Done (value of type \
             func() <-chan struct{})",
        ]
    );

    let mended = AS_PRINTED.replace("context.Context(context", "context.WithCancel(context");
    paste(&page, &mended);
    page.click("[data-run]");
    page.wait_for("document.querySelectorAll('[data-fault]').length === 2");

    let mended = mended.replace("ctx.Done:", "ctx.Done():");
    let mended = mended + "\nfunc main() {\n\tgo parent(5)\n\ttime.Sleep(11 * time.Second)\n}\n";
    paste(&page, &mended);
    page.click("[data-editor]");
    page.value(
        "document.querySelector('[data-editor]')
            .dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }))",
    );
    page.wait_for("!document.querySelector('[data-fault]')");
    page.wait_for_count("leaked", 1);
    let badge = page.value("document.querySelector('.badge.leaked').closest('li').innerText");
    assert!(badge.as_str().is_some_and(|line| line.contains("select {")), "{badge}");
    let printed = page.value("document.querySelector('[data-printed]').textContent");
    assert_eq!(printed, format!("{}Time out\n", "Job is Done\n".repeat(5)));

    // The link has the program in it.
    let link = page.value("location.href");
    let other = Visit::default().size(390, 844).open_url(Site::built().host(), link.as_str().unwrap_or_default());
    other.wait_until_ready();
    assert_eq!(other.value("document.querySelector('[data-editor]').value"), mended);
    assert!(page.axe_findings().is_empty(), "{:#?}", page.axe_findings());
}

#[test]
fn nothing_that_is_written_stops_the_page() {
    let page = Visit::default().size(1280, 800).open(Site::built(), "?go&lang=ko");
    page.wait_for("location.pathname.endsWith('/go/')");
    page.wait_until_ready();
    let nested = format!("package main\n\nfunc main() {{ _ = {}1{} }}\n", "(".repeat(20_000), ")".repeat(20_000));
    let main =
        |body: &str| format!("package main\n\nfunc f(n int) int {{ return f(n+1) + 1 }}\n\nfunc main() {{ {body} }}\n");
    for (source, says) in [
        (String::new(), "[data-fault]"),
        (nested, "[data-fault]"),
        (main("for {}"), "[data-printed]"),
        (main("f(0)"), "[data-printed] .error"),
        (main("var all [][]int; for { all = append(all, make([]int, 1000000)) }"), "[data-printed]"),
        (main("for { go f(0) }"), "[data-printed] .error"),
    ] {
        paste(&page, &source);
        page.click("[data-run]");
        page.wait_for(&format!("document.querySelector({says:?})"));
        assert_eq!(
            page.value("document.querySelector('div[data-failure]')?.dataset.failure ?? ''"),
            "",
            "{source:.60}"
        );
    }
    paste(&page, &main("println(\"still here\")"));
    page.click("[data-run]");
    page.wait_for("document.querySelector('[data-printed]').textContent.includes('still here')");
}
