//! The page's parts: each a function from the app's state to HTML.
//!
//! - here: the frame around them, the head, the sentences, the switch, the counts and the stage;
//! - [`bar`]: time; [`code`]: the listing; [`knobs`]: knobs and presets;
//! - [`tasks`]: the inspector, the table, the drain test; [`dialogs`]: what lies over the page;
//! - [`embedded`]: the page in a frame, a layout of its own;
//! - [`tag`]: how they write HTML.

pub(crate) mod bar;
pub(crate) mod code;
pub(crate) mod dialogs;
pub(crate) mod embedded;
pub(crate) mod knobs;
pub(crate) mod tag;
pub(crate) mod tasks;

use yew::Html;
use yew::html::Scope;

use crate::link::{Allowed, Complaint};
use crate::page::app::{App, Dialog, Msg};
use crate::page::view::tag::{Tag, button, raw, tag};
use crate::stage::palette::Theme;
use crate::text::{Language, Messages, Plural, fill, number};

const LOGO: &str = "<svg viewBox='0 0 24 24' aria-hidden='true'><g fill='var(--leak)'><path d='M2 16h6v6H2zM9 16h6v6H9zM5.500 9h6v6h-6z'/><path d='M16 16h6v6h-6z' opacity='.7'/></g><circle cx='16.500' cy='5' r='3.200' fill='var(--dot)'/></svg>";
/// The legend's and the counts' marks: waiting, told to stop, heard it, stranded, runaway, parent.
pub(crate) const MARKS: [&str; 6] = [
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><circle cx='6' cy='6' r='4.500' fill='var(--dot)'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><circle cx='6' cy='6' r='4.600' fill='none' stroke='var(--amber)' stroke-width='2' stroke-dasharray='1.810'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><g fill='none' stroke='var(--green)' stroke-width='1.500'><circle cx='6' cy='6' r='5'/><path d='M3.700 6.200l1.700 1.700L8.500 4.300'/></g></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><path d='M1.500 1.500h9v9h-9z' fill='var(--leak)'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><path d='M6 1l5 9.500H1z' fill='var(--leak)'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><path d='M6 .5L11.500 6 6 11.500.5 6z' fill='var(--ink)'/></svg>",
];

/// A count as a person reads it.
pub(crate) fn grouped(count: u32) -> String {
    number::grouped(u64::from(count))
}

/// How far along `at` is, as CSS writes it: `37.5%`.
pub(crate) fn percent(at: u64, end: u64) -> String {
    let permille = (at * 1000).checked_div(end).unwrap_or(0).min(1000);
    let mut text = (permille / 10).to_string();
    text.push('.');
    text.push_str(&(permille % 10).to_string());
    text.push('%');
    text
}

/// The whole page.
pub(crate) fn page(app: &App, scope: &Scope<App>) -> Html {
    let say = tag("section")
        .class("say")
        .put(tag("h1").put(app.lesson_text().headline.clone()))
        .put(tag("p").class("now").put(now(app)));
    let figure = tag("section")
        .class("figure card")
        .with("aria-label", app.words.counts)
        .put(counts(app))
        .put(stage(app, scope))
        .put(legend(MARKS.into_iter().zip(app.words.legend)));
    let top = tag("div").class("top").put(say).put(switch(app, scope)).put(figure).put(code::view(app, scope));
    let rest = tag("div")
        .class("rest")
        .put(plot(app))
        .put(tasks::inspector(app, scope))
        .put(tasks::table(app, scope))
        .put(tasks::drain(app, scope))
        .put(knobs::view(app, scope));
    let live = tag("p").class("hidden").with("role", "status").with("data-live", "").put(app.live.clone());
    tag("div")
        .kept_in(&app.nodes.root)
        .put(tag("a").class("skip").with("href", "#switch").put(app.words.skip))
        .put(head(app, scope))
        .put(notice(app, scope))
        .put(tag("main").put(top).put(bar::view(app, scope)).put(rest))
        .put(live)
        .put(dialogs::view(app, scope))
        .html()
}

fn head(app: &App, scope: &Scope<App>) -> Tag {
    let words = app.words;
    let other = if words.language == Language::Korean { Language::English } else { Language::Korean };
    let other_name = other.messages().own_name;
    let theme = words.themes[app.theme.number()];
    let sign = match app.theme.theme() {
        Theme::Light => "◐",
        Theme::Dark => "◑",
    };
    let icon = |sign: &'static str| tag("span").with("aria-hidden", "true").put(sign);
    let hidden = || tag("span").class("hidden");
    let more = |name: &'static str, dialog: Dialog| button(scope, Msg::Ask(dialog)).class("more").put(name);
    tag("header")
        .class("head")
        .put(tag("span").class("brand").put(raw(LOGO)).put("Pileup"))
        .put(tag("span").class("lesson").put(app.lesson_text().title.clone()))
        .put(knobs::presets(app, scope))
        .put(tag("span").class("gap"))
        .put(button(scope, Msg::Speak(other)).with("lang", other.tag()).put(other_name))
        .put(
            button(scope, Msg::NextTheme)
                .class("icon")
                .with("title", theme)
                .put(hidden().put(words.theme).put(": ").put(theme))
                .put(icon(sign)),
        )
        .put(
            button(scope, Msg::Ask(Dialog::Keys))
                .class("icon")
                .with("title", words.help)
                .put(hidden().put(words.help))
                .put(icon("?")),
        )
        .put(more(words.embed, Dialog::Embed))
        .put(more(words.share, Dialog::Share))
}

fn notice(app: &App, scope: &Scope<App>) -> Option<Tag> {
    if app.complaints.is_empty() {
        return None;
    }
    let says = &app.words.link;
    let complaints = app.complaints.iter().take(8).map(|complaint| tag("li").put(complain(app.words, complaint)));
    let notice = tag("div").class("notice").with("role", "alert").with("data-complaints", "");
    let words = tag("div").put(tag("strong").put(says.heading)).put(tag("ul").each(complaints));
    Some(notice.put(words).put(button(scope, Msg::Dismiss).put(says.dismiss)))
}

pub(crate) fn complain(words: &Messages, complaint: &Complaint) -> String {
    let says = &words.link;
    let (template, allowed) = match &complaint.allowed {
        Allowed::AnotherName => (says.unknown_name, String::new()),
        Allowed::Range(min, max) => (says.range, fill(says.from_to, &[&number::grouped(*min), &number::grouped(*max)])),
        Allowed::Words(words) => (says.words, words.join(", ")),
        Allowed::Encoding => (says.encoding, "UTF-8, %xx".to_owned()),
        Allowed::Once => (says.twice, String::new()),
        Allowed::Input(knobs) => (says.input, knobs.join(", ")),
        Allowed::Version(version) => (says.version, version.to_string()),
        Allowed::AtMost(most) => (says.too_long, number::grouped(*most)),
    };
    let value: String = complaint.value.chars().take(60).collect();
    let name: String = complaint.name.chars().take(40).collect();
    fill(template, &[&name, &value, &allowed])
}

/// What to look at now: only what the facts of this moment say.
fn now(app: &App) -> String {
    let (said, counts) = (app.lesson_text(), &app.facts.counts);
    let say = &said.now;
    if let Some(ended) = &app.facts.ended {
        return ended.clone();
    }
    let of = |plural: Plural, count: u32, rest: &[&str]| plural.of(u64::from(count), rest);
    let switch = said.switch.as_ref().filter(|_| app.is_on());
    if counts.runaway > 0 {
        return of(say.runaways, counts.runaway, &[]);
    }
    if counts.leaked > 0 && counts.parents_leaked == counts.leaked {
        return of(say.parents, counts.leaked, &[]);
    }
    match (&app.switched_on, switch) {
        (Some(switched), Some(on)) => {
            let since = number::moment(switched.at_ms);
            match counts.leaked.saturating_sub(switched.leaked) {
                0 => fill(on.on_none, &[&since]),
                more => of(on.on_since, more, &[&since]),
            }
        }
        (_, Some(on)) if counts.leaked > 0 => of(on.on_leaks, counts.leaked, &[]),
        (_, Some(on)) if counts.heard > 0 => on.on_clean.to_owned(),
        (_, Some(on)) => on.on_start.to_owned(),
        (_, None) if counts.leaked > 0 => of(say.leaks, counts.leaked, &[]),
        (_, None) if counts.stopping > 0 && counts.told > counts.stopping => of(say.late, counts.stopping, &[]),
        (_, None) if counts.stopping > 0 => of(say.told, counts.stopping, &[]),
        (_, None) if counts.spawned > 0 => say.open.to_owned(),
        (_, None) => say.start.to_owned(),
    }
}

fn switch(app: &App, scope: &Scope<App>) -> Option<Tag> {
    let said = app.lesson_text().switch.as_ref()?;
    let toggle = button(scope, Msg::Flip)
        .class("toggle")
        .with("id", "switch")
        .with("role", "switch")
        .state("aria-checked", app.is_on())
        .with("aria-labelledby", "switch-name")
        .with("aria-describedby", "switch-means");
    let words = tag("div").class("words").put(tag("strong").with("id", "switch-name").put(said.name.clone())).put(
        tag("span")
            .class("means")
            .with("id", "switch-means")
            .put(app.link.lesson.switch_meaning(app.words.language, &app.values)),
    );
    Some(tag("section").class("switch card").put(toggle).put(words))
}

fn counts(app: &App) -> Tag {
    let words = app.words;
    let counts = &app.facts.counts;
    let tiles = [
        ("spawned", counts.spawned, None),
        ("working", counts.working, Some(0)),
        ("stopping", counts.stopping, Some(1)),
        ("leaked", counts.leaked, Some(3)),
        ("finished", counts.finished, None),
    ];
    let tile = |(number, (name, count, mark)): (usize, (&'static str, u32, Option<usize>))| {
        let is_leak = name == "leaked" && count > 0;
        let count = digits(tag("dd").maybe("class", is_leak.then_some("some")).with("data-count", name), count);
        let mark = mark.map(|mark| raw(MARKS[mark]));
        tag("div").with("title", words.count_about[number]).put(tag("dt").put(mark).put(words.count[number])).put(count)
    };
    let memory = tag("div")
        .with("title", words.count_about[tiles.len()])
        .put(tag("dt").put(held(app)))
        .put(tag("dd").put(number::size(app.facts.goroutine_bytes(), words)));
    tag("dl").class("counts").each(tiles.into_iter().enumerate().map(tile)).put(memory)
}

/// What holds the memory, with the number of tasks alive as a mark of its own.
fn held(app: &App) -> Tag {
    let alive = app.facts.counts.alive;
    let sentence = app.words.as_goroutines.of(u64::from(alive), &[]);
    let (before, after) = sentence.split_once(&grouped(alive)).unwrap_or((&sentence, ""));
    tag("span").put(before.to_owned()).put(digits(tag("span").with("data-count", "alive"), alive)).put(after.to_owned())
}

/// A number whose text is its plain digits, for whoever reads the marks; the style sheet shows the commas.
fn digits(mut around: Tag, count: u32) -> Tag {
    let text = grouped(count);
    let mut groups = text.split(',').map(str::to_owned);
    around = around.put(groups.next());
    around.each(groups.map(|group| tag("span").class("group").put(group)))
}

fn stage(app: &App, scope: &Scope<App>) -> Tag {
    let pile = tag("canvas").kept_in(&app.nodes.pile).with("aria-hidden", "true");
    let shapes = tag("canvas")
        .kept_in(&app.nodes.shapes)
        .class("shapes")
        .with("role", "img")
        .with("aria-label", app.words.stage)
        .on_point(scope, Msg::Click);
    tag("div").class("stage").put(pile).put(shapes)
}

/// What each mark means.
fn legend(marks: impl Iterator<Item = (&'static str, &'static str)>) -> Tag {
    tag("ul").class("legend").each(marks.map(|(mark, name)| tag("li").put(raw(mark)).put(name)))
}

fn plot(app: &App) -> Tag {
    let say = &app.words.plot;
    let facts = &app.facts;
    let alternative = fill(
        say.alternative,
        &[&grouped(facts.counts.alive), &grouped(facts.counts.leaked), &number::moment(facts.time_ms)],
    );
    let held = number::size(facts.held_bytes, app.words);
    let memory = fill(say.memory, &[&held, &number::size(facts.goroutine_bytes(), app.words)]);
    let marks = [(MARKS[0], say.working), (MARKS[1], say.stopping), (MARKS[3], say.leaked)];
    let row = tag("div").class("row").put(tag("h2").put(say.heading)).put(legend(marks.into_iter()));
    let canvas = tag("canvas").kept_in(&app.nodes.plot).with("role", "img").with("aria-label", alternative);
    let memory = tag("p").class("small soft").with("title", say.memory_about).put(memory);
    tag("section").class("plot card").put(row).put(canvas).put(memory)
}
