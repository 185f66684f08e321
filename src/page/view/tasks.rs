//! What is known about one task, which tasks there are, and who would be left if everything ended now.

use yew::html::Scope;
use yew::{Html, html};

use crate::page::app::{App, Direction, Msg};
use crate::page::asked::{Asked, Detectors};
use crate::page::facts::{Filter, Inspected, Row, judged};
use crate::page::view::click;
use crate::player::drain::Drained;
use crate::text::{Plural, fill, number};
use crate::verdict::drain::Drain;

pub(crate) fn inspector(app: &App, scope: &Scope<App>) -> Html {
    let say = &app.words.task;
    html! {
        <section class="task card">
            <div class="row">
                <h2>{ say.heading }</h2>
                <button onclick={click(scope, || Msg::Neighbour(Direction::Previous))}>{ say.previous }</button>
                <button onclick={click(scope, || Msg::Neighbour(Direction::Next))}>{ say.next }</button>
            </div>
            { match &app.facts.selected {
                Some(task) => inspected(app, task),
                None => html! { <p class="soft">{ say.none }</p> },
            } }
        </section>
    }
}

fn inspected(app: &App, task: &Inspected) -> Html {
    let fact = |(name, value): &(&'static str, String)| html! { <><dt>{ *name }</dt><dd>{ value.clone() }</dd></> };
    html! {
        <div data-task={task.task.0.to_string()} data-verdict={task.class}>
            <p><strong>{ task.name.clone() }</strong>{ " · " }<span class={["verdict ", task.class].concat()}>{ task.verdict }</span></p>
            <dl class="facts">{ for task.facts.iter().map(fact) }</dl>
            <p class="why"><strong>{ app.words.task.why }{ ": " }</strong>{ task.why.clone() }</p>
        </div>
    }
}

pub(crate) fn table(app: &App, scope: &Scope<App>) -> Html {
    let say = &app.words.task;
    let filter = |(filter, name): (Filter, &'static str)| {
        let is_on = if app.filter == filter { "true" } else { "false" };
        html! { <button aria-pressed={is_on} onclick={click(scope, move || Msg::Show(filter))}>{ name }</button> }
    };
    html! {
        <section class="table card">
            <div class="row">
                <h2 id="tasks">{ say.table }</h2>
                <div class="tabs" role="group" aria-label={say.filter}>
                    { for Filter::ALL.into_iter().zip(say.filters).map(filter) }
                </div>
            </div>
            <div class="scroll">
                <table aria-labelledby="tasks">
                    <thead><tr>{ for say.columns.iter().map(|name| html! { <th scope="col">{ *name }</th> }) }</tr></thead>
                    <tbody>{ for app.facts.rows.iter().map(|row| table_row(app, scope, row)) }</tbody>
                </table>
            </div>
            if app.facts.rows_left > 0 {
                <p class="small soft">{ say.more.of(app.facts.rows_left, &[]) }</p>
            }
        </section>
    }
}

fn table_row(app: &App, scope: &Scope<App>, row: &Row) -> Html {
    let task = row.task;
    let (verdict, class) = judged(row.verdict, &app.words.task);
    let is_selected = app.selected == Some(task);
    html! {
        <tr key={task.0} class={is_selected.then_some("selected")}>
            <td><button aria-pressed={is_selected.to_string()} onclick={click(scope, move || Msg::Select(Some(task)))}>{ row.name.clone() }</button></td>
            <td><span class={["verdict ", class].concat()}>{ verdict }</span></td>
            <td>{ row.waits.clone() }</td>
            <td>{ row.since.clone() }</td>
        </tr>
    }
}

pub(crate) fn drain(app: &App, scope: &Scope<App>) -> Html {
    let say = &app.words.drain;
    let is_running = matches!(app.asked, Asked::Running(..));
    html! {
        <section class="drain card">
            <h2>{ say.heading }</h2>
            <p class="soft">{ say.about }</p>
            <p><button disabled={is_running} onclick={click(scope, || Msg::Drain)}>{ if is_running { say.running } else { say.run } }</button></p>
            { answer(app) }
        </section>
    }
}

fn answer(app: &App) -> Html {
    let say = &app.words.drain;
    let Asked::Answered(drained, asked) = &app.asked else { return html! {} };
    let at = |time_us: u64| number::moment(time_us / 1000);
    let mut sentences = vec![fill(say.asked_at, &[&number::moment(asked.at_ms)])];
    let kind = match drained {
        Drained::Judged(Drain::Clean { at_us }) => {
            sentences.push(fill(say.clean, &[&at(*at_us)]));
            "clean"
        }
        Drained::Judged(Drain::Leaks { stranded, runaway, held_up, .. }) => {
            for (plural, count) in [(say.stranded, stranded), (say.runaway, runaway), (say.held_up, held_up)] {
                if count.total() > 0 {
                    sentences.push(plural.of(u64::from(count.total()), &[]));
                }
            }
            "leaks"
        }
        Drained::Judged(Drain::Unproven { horizon_us, .. }) => {
            sentences.push(fill(say.unproven, &[&at(*horizon_us)]));
            "unproven"
        }
        Drained::Stopped(_) => {
            sentences.push(say.ended.to_owned());
            "ended"
        }
    };
    html! {
        <>
            <p role="status" data-drain={kind}>{ sentences.join(" ") }</p>
            { detectors(app, asked) }
        </>
    }
}

/// What each known detector would have said at the moment of the question.
fn detectors(app: &App, said: &Detectors) -> Html {
    let say = &app.words.drain;
    let rows = [
        ("LeakProf", said.leakprof),
        ("goroutineleak", said.goroutineleak),
        ("deadlock", said.deadlock),
        ("synctest", said.synctest),
    ];
    let report = |plural: Plural, count: u32| {
        if count == 0 { say.silent.to_owned() } else { plural.of(u64::from(count), &[]) }
    };
    let row = |((name, count), about): ((&'static str, u32), &'static str)| {
        html! { <><dt>{ name }</dt><dd>{ report(say.reports, count) }<span class="small soft">{ about }</span></dd></> }
    };
    html! {
        <>
            <h2>{ say.detectors }</h2>
            <dl class="facts detectors">{ for rows.into_iter().zip(say.detector_about).map(row) }</dl>
        </>
    }
}
