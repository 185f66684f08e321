//! A turn of the switch, a click and a key are answered where they happen on the built page. Needs `dist/`, which
//! `cargo xtask build` writes.

use e2e::host::Site;
use e2e::page::{Page, Visit};
use serde_json::{Value, json};

/// A page at rest at 0:20, when a few dozen have leaked.
fn at_20_seconds((width, height): (u32, u32), query: &str) -> Page {
    let page = Visit::default().size(width, height).open(Site::built(), &format!("?at=20000&seed=7&{query}"));
    page.wait_until_ready();
    page.wait_for_count("leaked", 5);
    page
}

fn text(page: &Page, selector: &str) -> String {
    page.value(&format!("document.querySelector({selector:?})?.textContent")).as_str().unwrap_or_default().to_owned()
}

/// Whether the first line that a selector finds is in sight in its panel.
fn is_in_sight(page: &Page, selector: &str) -> Value {
    page.value(&format!(
        "(line => {{
            const [own, panel] = [line, line.closest('.lines')].map(one => one.getBoundingClientRect());
            return own.top >= panel.top - 1 && own.bottom <= panel.bottom + 1;
        }})(document.querySelector({selector:?}))"
    ))
}

/// Moves the pointer over the pile until the page shows that it can be clicked there; clicks.
const CLICK_THE_PILE: &str = "
    const done = arguments[arguments.length - 1];
    const stage = document.querySelector('.stage .shapes'), box = stage.getBoundingClientRect();
    const frame = () => new Promise(requestAnimationFrame);
    const point = async (name, clientX, clientY) => {
        stage.dispatchEvent(new PointerEvent(name, { clientX, clientY, bubbles: true }));
        await frame(); await frame();
        return stage.dataset.over === '1';
    };
    (async () => {
        const y = box.bottom - 8;
        const beside = await point('pointermove', box.left + 2, y);
        const cursor = getComputedStyle(stage).cursor;
        for (let x = box.left + box.width / 3; x < box.right; x += 5)
            if (await point('pointermove', x, y)) {
                const over = getComputedStyle(stage).cursor;
                stage.dispatchEvent(new MouseEvent('click', { clientX: x, clientY: y, bubbles: true }));
                await point('pointerleave', x, y);
                await frame();
                return done({ x: x - box.left, y: y - box.top, beside, cursor, over, left: stage.dataset.over });
            }
        done(null);
    })();";

#[test]
fn a_turn_of_the_switch_is_seen_in_the_code_and_said() {
    for (size, language, says) in [
        (
            (1280, 720),
            "en",
            "None has leaked since 0:20.0. Whoever begins to wait now listens; those already waiting do not.",
        ),
        ((390, 844), "ko", "0:20.0부터 하나도 새지 않았어요."),
    ] {
        let page = at_20_seconds(size, &format!("lang={language}"));
        page.value("document.querySelector('.lines').scrollTop = 0");
        page.click("#switch");
        page.wait_for("document.querySelector('.lines [data-change]')");
        assert!(text(&page, ".now").starts_with(says), "{}", text(&page, ".now"));
        assert!(text(&page, "[data-live]").contains(says), "listeners are told {}", text(&page, "[data-live]"));
        assert_eq!(is_in_sight(&page, ".lines [data-change]"), json!(true), "{language}");
        let signs =
            "['.taken .no', '.plus .no, .hot .no'].map(name => document.querySelectorAll('.lines ' + name).length > 1)";
        assert_eq!(page.value(signs), json!([true, true]), "{language}");
        assert_eq!(page.value("document.querySelectorAll('.lines .taken .badge.leaked').length"), json!(1));
        // Those that begin to wait now stand beside those that began before.
        page.click(".bar .play");
        page.wait_for(
            "document.querySelector('.lines .plus .badge') && document.querySelector('.lines .taken .badge.leaked')",
        );
    }
}

#[test]
fn a_click_is_answered_at_the_task_in_the_code_and_to_listeners() {
    for (size, language) in [((1280, 720), "en"), ((390, 844), "ko")] {
        let page = at_20_seconds(size, &format!("lang={language}"));
        page.value("document.querySelector('.lines').scrollTop = 0");
        let clicked = page.driver().run_async(CLICK_THE_PILE, &[]);
        assert_eq!((&clicked["beside"], &clicked["cursor"]), (&json!(false), &json!("auto")), "{language}");
        assert_eq!((&clicked["over"], &clicked["left"]), (&json!("pointer"), &json!("0")), "{language}");
        page.wait_for("document.querySelector('.callout')");
        let place = page.value(
            "(([own, stage]) => ({ x: own.left - stage.left, right: stage.right - own.right, y: own.top - stage.top,
                bottom: own.bottom - stage.top, width: own.width }))
            (['.callout', '.stage'].map(name => document.querySelector(name).getBoundingClientRect()))",
        );
        let number = |of: &Value, name: &str| of[name].as_f64().unwrap_or(f64::NAN);
        assert!(number(&place, "x") >= 0.0 && number(&place, "right") >= 0.0 && number(&place, "y") >= 0.0, "{place}");
        let away = number(&clicked, "y") - number(&place, "bottom");
        assert!((0.0..40.0).contains(&away), "it stands above the task: {place}, {clicked}");
        let (from, to) = (number(&place, "x"), number(&place, "x") + number(&place, "width"));
        assert!((from..to).contains(&number(&clicked, "x")), "{place}, {clicked}");
        let name = text(&page, ".callout strong");
        assert_eq!(text(&page, ".task strong"), name, "the inspector names the same task");
        assert!(text(&page, "[data-live]").starts_with(&format!("{name}: ")), "{}", text(&page, "[data-live]"));
        assert_eq!(page.value("document.querySelectorAll('.lines [data-selected] .badge.leaked').length"), json!(1));
        assert_eq!(is_in_sight(&page, ".lines [data-selected]"), json!(true), "{language}");
    }
}

/// With a key on the buttons beside the table, without a mouse.
#[test]
fn the_next_task_and_the_one_before_are_announced() {
    let page = at_20_seconds((1280, 720), "lang=en");
    let mut told = Vec::new();
    for button in [2, 2, 1] {
        page.value(&format!("document.querySelector('.task .row button:nth-of-type({button})').focus()"));
        page.press("\u{E007}");
        page.wait_for(&format!(
            "document.querySelector('[data-live]').textContent !== {:?}",
            told.last().unwrap_or(&String::new())
        ));
        let live = text(&page, "[data-live]");
        assert!(live.starts_with(&format!("{}: ", text(&page, ".callout strong"))), "{live}");
        told.push(live);
    }
    assert!(told[0] == told[2] && told[0] != told[1], "{told:?}");
}

/// The text is a part of the switch, and a click leaves the keys to the page.
#[test]
fn the_switch_is_flipped_by_its_text_and_space_behind_a_click_pauses() {
    let page = Page::open("?lang=en");
    let state = |page: &Page| {
        page.value("[document.querySelector('#switch').ariaChecked, document.querySelector('.play').dataset.playing]")
    };
    page.click(".switch .words");
    page.wait_for("document.querySelector('#switch').ariaChecked === 'true'");
    page.click("#switch");
    page.wait_for("document.querySelector('#switch').ariaChecked === 'false'");
    assert_eq!(state(&page), json!(["false", "true"]));
    page.press(" ");
    page.wait_for("document.querySelector('.play').dataset.playing === 'false'");
    assert_eq!(state(&page), json!(["false", "false"]), "Space has not flipped it again");
    // Whoever came there by the keyboard flips it by the keyboard.
    page.press("\u{E004}");
    page.value("document.querySelector('#switch').focus()");
    page.press(" ");
    page.wait_for("document.querySelector('#switch').ariaChecked === 'true'");
    assert_eq!(state(&page), json!(["true", "false"]));
}
