//! The counts, the stage with its legend, and the plot.

use crate::lessons::preset::Count;
use crate::link::Place;
use crate::page::browser;
use crate::page::dispatch::Dispatch;
use crate::page::view::format::grouped;
use crate::page::view::tag::{Tag, raw, tag};
use crate::page::view::tasks;
use crate::session::Session;
use crate::session::action::Action;
use crate::text::{fill, measure, number};

/// The legend's and the counts' marks: waiting, told to stop, heard it, stranded, runaway, parent.
pub(crate) const MARKS: [&str; 6] = [
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><circle cx='6' cy='6' r='4.500' fill='var(--dot)'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><circle cx='6' cy='6' r='4.600' fill='none' stroke='var(--amber)' stroke-width='2' stroke-dasharray='1.810'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><g fill='none' stroke='var(--green)' stroke-width='1.500'><circle cx='6' cy='6' r='5'/><path d='M3.700 6.200l1.700 1.700L8.500 4.300'/></g></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><path d='M1.500 1.500h9v9h-9z' fill='var(--leak)'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><path d='M6 1l5 9.500H1z' fill='var(--leak)'/></svg>",
    "<svg class=mark viewBox='0 0 12 12' aria-hidden='true'><path d='M6 .5L11.500 6 6 11.500.5 6z' fill='var(--ink)'/></svg>",
];

/// Which step; a count's name and number; and beside it the text, the name and the number of a smaller one.
type Step = (Count, &'static str, u32, Option<(&'static str, &'static str, u32)>);

/// The lesson in numbers: of all that were started, how many were told to stop, heard it, returned, and leaked. Beside
/// them, small, how many are there now. Where tasks can be dropped, that number
/// stands in the place of who returned.
pub(crate) fn counts(session: &Session) -> Tag {
    let words = session.words;
    let counts = &session.snapshot.counts;
    let half_done = Some((words.half_done, "half-done", counts.half_done));
    let returned = Some((words.returned_all, "finished", counts.finished));
    let last = match session.link.lesson.drops() {
        true => (Count::Dropped, "dropped", counts.children_dropped, half_done),
        false => (Count::Returned, "told-finished", counts.children_told_finished, returned),
    };
    let steps: [Step; 5] = [
        (Count::Started, "spawned", counts.spawned, Some((words.working_now, "working", counts.working))),
        (Count::Told, "told", counts.children_told, Some((words.told_now, "stopping", counts.stopping))),
        (Count::Heard, "heard", counts.children_heard, None),
        last,
        (Count::Leaked, "leaked", counts.leaked, None),
    ];
    let step = |(step, name, count, now): Step| {
        let is_leak = name == "leaked" && count > 0;
        let count = digits(tag("dd").maybe("class", is_leak.then_some("some")), (name, count));
        let now = now.map(|(text, name, count)| counted(tag("dd").class("now-count"), text, (name, count)));
        let is_watched = session.watched() == Some(step);
        let (said, about) = match step {
            Count::Dropped => (words.dropped, words.dropped_about),
            step => (words.funnel[step as usize], words.count_about[step as usize]),
        };
        tag("div")
            .maybe("class", is_watched.then_some("watched"))
            .with("title", about)
            .put(tag("dt").put(said))
            .put(count)
            .put(now)
            .put((name == "leaked" && counts.unproven > 0).then(|| unproven(session)))
    };
    let alive = words.as_goroutines.of(u64::from(counts.alive), &[]);
    let memory = tag("div")
        .class("memory")
        .with("title", words.count_about[5])
        .put(counted_in(tag("dt"), &alive, ("alive", counts.alive)))
        .put(
            tag("dd")
                .put(measure::size(session.snapshot.counts.goroutine_bytes(), words))
                .put(session.memory_limit_text().map(|said| tag("small").put(said))),
        )
        .put(session.restarts_text().map(|said| tag("dd").class("now-count").put(said)));
    tag("dl").class("counts").each(steps.map(step)).put(memory)
}

/// Those of which nothing is proven: below the leaks, among which they do not count.
fn unproven(session: &Session) -> Tag {
    let count = digits(tag("span"), ("unproven", session.snapshot.counts.unproven));
    tag("dd").class("now-count unproven").put(session.words.task.unproven_task).put(" ").put(count)
}

/// A template with its number.
fn counted(around: Tag, text: &'static str, count: (&'static str, u32)) -> Tag {
    counted_in(around, &fill(text, &[&grouped(count.1)]), count)
}

/// A sentence in which the first number is a mark of its own.
fn counted_in(around: Tag, sentence: &str, (name, count): (&'static str, u32)) -> Tag {
    let start = sentence.bytes().position(|byte| byte.is_ascii_digit()).unwrap_or(0);
    let (before, number) = sentence.split_at(start);
    let after = number.get(grouped(count).len()..).unwrap_or("");
    around.put(before.to_owned()).put(digits(tag("span"), (name, count))).put(after.to_owned())
}

/// A number in one piece: where it begins it stays, however many digits it has. Its mark says it without the commas.
fn digits(around: Tag, (name, count): (&'static str, u32)) -> Tag {
    around.with("data-count", name).with("data-value", count).put(grouped(count))
}

pub(crate) fn stage(session: &Session, dispatch: &Dispatch) -> Tag {
    let pile = tag("canvas").kept_in(&dispatch.nodes.pile).with("aria-hidden", "true");
    let shapes = tag("canvas")
        .kept_in(&dispatch.nodes.shapes)
        .class("shapes")
        .with("role", "img")
        .with("aria-label", session.words.stage)
        .on_point("click", dispatch, |x, y| Action::Click { x, y })
        .on_point("pointermove", dispatch, |x, y| Action::Point { x, y })
        .on_point("pointerleave", dispatch, |_, _| Action::Unpoint);
    // How many polls were made, and how many of them were shown one after the other.
    tag("div")
        .class("stage")
        .with("data-polls", session.snapshot.counts.polls)
        .with("data-polls-shown", session.scene.stage().polls_shown())
        .put(pile)
        .put(shapes)
        .put(callout(session))
}

/// What is known of the selected task, where it stands. A frame of an article has a line of its own for it, and the inspector
/// says it to listeners.
fn callout(session: &Session) -> Option<Tag> {
    let (x, y) = session.callout.filter(|_| session.link.place == Place::Own)?;
    let task = session.snapshot.selected.as_ref()?;
    let (width, height) = session.scene.stage().size();
    let is_low = y > height * 0.5;
    let zoom = browser::zoom() as f32;
    let [x, y, w, h] = [x, y, width, height].map(|px| ((px * zoom) as i32).to_string());
    let beside = if is_low { "px - 100% - 12px," } else { "px + 12px," };
    let style = [
        "transform:translate(max(4px,min(",
        &x,
        "px - 50%,",
        &w,
        "px - 100% - 4px)),max(4px,min(",
        &y,
        beside,
        &h,
        "px - 100% - 4px)))",
    ];
    Some(tag("div").class("callout").with("aria-hidden", "true").style(&style.concat()).put(tasks::sentence(task)))
}

/// The curves above the stage. The plot below says the same in words.
pub(crate) fn strip(dispatch: &Dispatch) -> Tag {
    tag("canvas").kept_in(&dispatch.nodes.strip).class("strip").with("aria-hidden", "true")
}

/// What each mark means.
pub(crate) fn legend(marks: &[&'static str], names: &[&'static str]) -> Tag {
    let row = |(mark, name): (&&'static str, &&'static str)| tag("li").put(raw(*mark)).put(*name);
    tag("ul").class("legend").each(marks.iter().zip(names).map(row))
}

pub(crate) fn plot(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.plot;
    let shown = &session.snapshot;
    let alternative = fill(
        say.alternative,
        &[&grouped(shown.counts.alive), &grouped(shown.counts.leaked), &number::moment(shown.time_ms)],
    );
    let page_bytes = measure::size(shown.held_bytes, session.words);
    let memory = fill(say.memory, &[&page_bytes, &measure::size(shown.counts.goroutine_bytes(), session.words)]);
    let marks = legend(&[MARKS[0], MARKS[1], MARKS[3]], &[say.working, say.stopping, say.leaked]);
    let row = tag("div").class("row").put(tag("h2").put(say.heading)).put(marks);
    let canvas = tag("canvas").kept_in(&dispatch.nodes.plot).with("role", "img").with("aria-label", alternative);
    let memory = tag("p").class("small soft").with("title", say.memory_about).put(memory);
    tag("section").class("plot card").put(row).put(canvas).put(memory)
}
