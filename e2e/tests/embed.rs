//! The playground in somebody else's article: the script for authors, `static/pileup.js`, around a frame that only notes
//! what it is told. So these tests are about the script alone, and need no built page.

use e2e::host::Site;
use e2e::page::{Page, Visit};
use serde_json::{Value, json};

/// An article. What the script registers is counted, and frames note in `heard` what they are told.
const HEAD: &str = r#"<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A post</title><link rel="icon" href="data:,">
    <script>
        window.heard = []; window.events = []; window.held = 0;
        for (const target of [window, document]) {
            const { addEventListener, removeEventListener } = target;
            target.addEventListener = function (...all) { held += 1; addEventListener.apply(target, all); };
            target.removeEventListener = function (...all) { held -= 1; removeEventListener.apply(target, all); };
        }
        window.note = element => ['ready', 'state', 'leak', 'sorry'].forEach(name =>
            EventTarget.prototype.addEventListener.call(element, name, event => events.push([element.id, name, event.detail])));
        window.el = id => document.getElementById(id);
        window.frame = id => el(id).shadowRoot.querySelector('iframe');
        window.link = id => el(id).shadowRoot.querySelector('a');
        window.frames_of = (...all) => all.map(one => one.shadowRoot.querySelectorAll('iframe').length);
        window.tall = id => el(id).shadowRoot.firstElementChild.getBoundingClientRect().height;
        window.told = () => heard.splice(0).map(([, text]) => text.replace('pileup/1 ', ''));
    </script>
    <script src="/some/folder/pileup.js"></script></head><body>"#;

/// Says that it is ready 333 px high, and notes what it hears; says again whatever stands after `say `.
const FRAME: &str = r#"<!DOCTYPE html><title>A frame</title><link rel="icon" href="data:,"><script>
    addEventListener('message', event => {
        if (event.source === parent) parent.heard.push([location.search, event.data]);
    });
    window.say = text => parent.postMessage('pileup/1 ' + text, '*');
    say('ready v=1&height=333');
</script>"#;

/// Never says anything.
const SILENT: &str = r#"<!DOCTYPE html><title>Silence</title><link rel="icon" href="data:,">"#;

fn article(body: &str) -> Page {
    let html = format!("{HEAD}{body}<script>document.querySelectorAll('pile-up').forEach(note)</script></body></html>");
    let site = Site::of(e2e::project_root().join("static")).extra("/post.html", &html);
    let host = site.extra("/frame/", FRAME).extra("/silent/", SILENT).host();
    let url = host.url("/post.html");
    Visit::default().open_url(host, &url)
}

/// Waits until the frames have heard as much as this, and gives what they heard.
fn told(page: &Page, count: usize) -> Value {
    page.wait_for(&format!("heard.length >= {count}"));
    page.value("told()")
}

#[test]
fn attributes_become_the_frame_s_address() {
    let page = article(
        "<pile-up id=a src=/frame/ preset=as-posted listen=off traffic=600 lang=ko theme=dark autoplay class=wide \
         data-x=1 aria-label=x style='margin:1em' title='The leak'></pile-up>",
    );
    page.wait_for("frame('a') && events.some(event => event[1] === 'ready')");
    let query = "?embed=1&preset=as-posted&listen=off&traffic=600&lang=ko&theme=dark&autoplay=1";
    assert_eq!(page.value("new URL(frame('a').src).search"), query);
    assert_eq!(page.value("frame('a').title"), "The leak");
    assert_eq!(page.value("document.activeElement === document.body"), true);
}

#[test]
fn without_src_the_frame_is_the_folder_that_the_script_came_from() {
    let page = article("<div style='height:9000px'></div><pile-up id=a seed=7></pile-up>");
    assert_eq!(page.value("new URL(link('a').href).pathname + new URL(link('a').href).search"), "/some/folder/?seed=7");
    assert_eq!(page.value("frame('a')"), Value::Null);
}

#[test]
fn frames_are_made_when_they_come_near_and_not_before() {
    let far = "<div style='height:9000px'></div>";
    let page = article(&format!(
        "<pile-up id=a src=/frame/></pile-up>{far}<pile-up id=b src=/frame/></pile-up>{far}<pile-up id=c src=/frame/></pile-up>"
    ));
    page.wait_for("events.length === 1");
    assert_eq!(page.value("[!!frame('a'), !!frame('b'), !!frame('c')]"), json!([true, false, false]));
    page.value("el('c').scrollIntoView()");
    page.wait_for("events.length === 2");
    assert_eq!(page.value("[!!frame('a'), !!frame('b'), !!frame('c')]"), json!([true, false, true]));
}

#[test]
fn the_frame_s_height_is_followed_but_not_by_one_pixel_and_not_without_bounds() {
    let page = article("<pile-up id=a src=/frame/ height=400></pile-up>");
    page.wait_for("tall('a') === 333");
    let steps = [("height px=334", 333), ("height px=335", 335), ("height px=99999", 4000), ("height px=1", 120)];
    for (said, expected) in steps {
        // The state that follows is heard after the height.
        page.value(&format!(
            "void (events.length = 0, frame('a').contentWindow.say('{said}'), frame('a').contentWindow.say('state'))"
        ));
        page.wait_for("events.length === 1");
        assert_eq!(page.value("tall('a')"), expected, "{said}");
    }
    page.value("void frame('a').contentWindow.say('height px=nonsense')");
    assert_eq!(page.value("tall('a')"), 120);
}

#[test]
fn a_changed_attribute_a_method_and_a_set_are_told_to_the_frame() {
    let page = article("<pile-up id=a src=/frame/ listen=off></pile-up>");
    page.wait_for("events.length === 1");
    page.value("(el('a').setAttribute('listen', 'on'), el('a').setAttribute('traffic', 600), el('a').className = 'x')");
    assert_eq!(told(&page, 1), json!(["set listen=on&traffic=600"]));
    page.value(
        "void (el('a').set({ listen: 'off', seed: 7 }), el('a').set('stuck=100'), el('a').play(), el('a').pause(),
         el('a').step(), el('a').step('event'), el('a').seek(1234.5), el('a').restart())",
    );
    let expected = json!([
        "set listen=off&seed=7",
        "set stuck=100",
        "play",
        "pause",
        "step",
        "step by=event",
        "seek at=1235",
        "restart"
    ]);
    assert_eq!(told(&page, 8), expected);
}

#[test]
fn what_is_sent_before_the_frame_is_ready_waits_for_it() {
    let page =
        article("<pile-up id=a src=/frame/></pile-up><script>el('a').set({ listen: 'on' }); el('a').play()</script>");
    assert_eq!(told(&page, 2), json!(["set listen=on", "play"]));
}

#[test]
fn another_address_is_another_frame() {
    let page = article("<pile-up id=a src=/frame/></pile-up>");
    page.wait_for("events.length === 1");
    page.value("el('a').setAttribute('at', 60000)");
    page.wait_for("events.length === 2");
    assert_eq!(page.value("new URL(frame('a').src).search"), "?embed=1&at=60000");
    assert_eq!(page.value("el('a').shadowRoot.querySelectorAll('iframe').length"), 1);
}

#[test]
fn the_frame_s_reports_are_events_with_numbers() {
    let page = article("<pile-up id=a src=/frame/></pile-up>");
    page.wait_for("events.length === 1");
    assert_eq!(page.value("events"), json!([["a", "ready", { "v": 1, "height": 333 }]]));
    page.value(
        "void (events.length = 0, ['state time_ms=12500&playing=1&leaked=3&link=v%3D1%26seed%3D7', 'leak leaked=4&time_ms=13000',
         'sorry about=lang&value=7&say=%EB%AA%B0%EB%9D%BC%EC%9A%94%20x', 'click x=1', 'height px=333']
            .forEach(frame('a').contentWindow.say))",
    );
    page.expect_complaint("lang=");
    page.wait_for("events.length === 3");
    let expected = json!([
        ["a", "state", { "time_ms": 12500, "playing": 1, "leaked": 3, "link": "v=1&seed=7" }],
        ["a", "leak", { "leaked": 4, "time_ms": 13000 }],
        ["a", "sorry", { "about": "lang", "value": "7", "say": "몰라요 x" }],
    ]);
    assert_eq!(page.value("events"), expected);
}

#[test]
fn nobody_else_s_messages_are_believed() {
    let page = article("<pile-up id=a src=/frame/></pile-up><iframe id=other src=/silent/ title=x></iframe>");
    page.wait_for("events.length === 1 && el('other').contentDocument.title === 'Silence'");
    page.value(
        "void (postMessage('pileup/1 leak leaked=1', '*'),
         el('other').contentWindow.eval(\"parent.postMessage('pileup/1 leak leaked=2', '*')\"),
         frame('a').contentWindow.eval(\"parent.postMessage({ leaked: 3 }, '*')\"),
         frame('a').contentWindow.eval(\"parent.postMessage('leak leaked=4', '*')\"),
         frame('a').contentWindow.say('leak leaked=5'))",
    );
    page.wait_for("events.length >= 2");
    assert_eq!(page.value("events.slice(1)"), json!([["a", "leak", { "leaked": 5 }]]));
}

#[test]
fn links_in_the_article_drive_the_nearest_or_the_named_one() {
    let page = article(
        "<p><a id=flip href=# data-pileup-set='listen=on' data-pileup-play>flip it</a></p>
         <pile-up id=a src=/frame/ height=333></pile-up><p style='height:3000px'></p><pile-up id=b src=/frame/ height=333></pile-up>
         <p><a id=seek href=# data-pileup-seek=30000><b id=inner>half a minute</b></a>
         <a id=named href=# data-pileup-step=event data-pileup-for=a>step</a>
         <button id=again data-pileup-restart>again</button></p>",
    );
    page.wait_for("events.length === 1");
    page.click("#flip");
    assert_eq!(told(&page, 2), json!(["set listen=on", "play"]));
    assert_eq!(page.value("location.hash"), "");
    page.value("el('b').scrollIntoView()");
    page.wait_for("events.length === 2");
    page.click("#inner");
    assert_eq!(told(&page, 1), json!(["seek at=30000"]));
    page.click("#again");
    assert_eq!(told(&page, 1), json!(["restart"]));
    page.click("#named");
    assert_eq!(told(&page, 1), json!(["step by=event"]));
    assert_eq!(page.value("scrollY < 2000"), true, "the one that is driven comes into view");
}

#[test]
fn a_frame_that_never_speaks_leaves_a_link() {
    let page = article(
        "<pile-up id=a src=/silent/ seed=7 title='The leak'></pile-up><pile-up id=b src=/frame/></pile-up>
         <pile-up id=c src=/silent/>
<a href=/some/where>my own</a></pile-up>",
    );
    page.wait_for("events.length === 1 && frame('a').contentDocument.title === 'Silence'");
    assert_eq!(page.value("[link('a').textContent, new URL(link('a').href).search]"), json!(["The leak", "?seed=7"]));
    assert_eq!(page.value("link('a').checkVisibility()"), true);
    assert_eq!(page.value("link('b')"), Value::Null);
    assert_eq!(
        page.value("[link('c').checkVisibility(), el('c').firstElementChild.checkVisibility()]"),
        json!([false, true])
    );
}

#[test]
fn whatever_the_script_starts_ends_with_the_last_element() {
    let page = article("<main><pile-up id=a src=/frame/></pile-up><pile-up id=b src=/frame/></pile-up></main>");
    page.wait_for("events.length === 2");
    assert_eq!(page.value("held"), 3);
    page.value("void (window.a = el('a'), window.b = el('b'), a.remove())");
    assert_eq!(page.value("[held, frames_of(a, b), a.shadowRoot.childElementCount]"), json!([3, [0, 1], 0]));
    page.value("b.remove()");
    assert_eq!(page.value("[held, frames_of(a, b), b.shadowRoot.childElementCount]"), json!([0, [0, 0], 0]));
    // An element that is out of the document has no listeners and creates nothing.
    page.value("void (a.setAttribute('listen', 'on'), a.play(), a.seek(5))");
    assert_eq!(page.value("[held, frames_of(a, b), a.shadowRoot.childElementCount]"), json!([0, [0, 0], 0]));
    for round in 0..20 {
        page.value("void (events.length = 0, document.querySelector('main').append(a, b))");
        page.wait_for("events.length === 2");
        assert_eq!(page.value("[held, frames_of(a, b)]"), json!([3, [1, 1]]), "round {round}");
        page.value("void (a.remove(), b.remove())");
    }
    assert_eq!(page.value("[held, frames_of(a, b)]"), json!([0, [0, 0]]));
}

#[test]
fn a_knob_never_hides_a_method() {
    let page = article("<pile-up id=a src=/frame/></pile-up>");
    page.wait_for("events.length === 1");
    // Frameworks set a property where the element has one of that name, and an attribute where it has none.
    for knob in ["listen", "hears", "send", "work", "parent", "timer", "traffic", "preset", "seed", "speed", "theme"] {
        assert_eq!(page.value(&format!("'{knob}' in el('a')")), false, "{knob}");
    }
}

#[test]
fn an_article_with_a_strict_policy_can_have_it() {
    let html = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>A post</title><link rel=icon href='data:,'>
        <script src=/some/folder/pileup.js></script></head><body><pile-up src=/frame/ height=400></pile-up></body></html>";
    let site = Site::of(e2e::project_root().join("static")).extra("/post.html", html);
    let site = site.extra("/frame/", &FRAME.replace("parent.heard", "[]"));
    // The frame has the header too, and its script is inline.
    let policy =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self'; frame-src 'self'; img-src data:";
    let host = site.header("Content-Security-Policy", policy).host();
    let url = host.url("/post.html");
    let page = Visit::default().open_url(host, &url);
    page.wait_for(
        "document.querySelector('pile-up').shadowRoot.firstElementChild.getBoundingClientRect().height === 333",
    );
}
