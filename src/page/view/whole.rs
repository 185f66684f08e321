//! The whole page, in a window of its own.

use yew::Html;

use crate::page::dispatch::Dispatch;
use crate::page::view::figure::{self, MARKS};
use crate::page::view::tag::{Tag, tag};
use crate::page::view::{bar, code, deeds, dialogs, head, knobs, switch, tasks};
use crate::session::Session;

/// The whole page.
pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Html {
    let say = tag("section")
        .class("say")
        .put(tag("h1").maybe("data-deed", deeds::state(session)).put(session.headline().clone()))
        .put(tag("p").class("now").maybe("data-step", session.answers().then_some("")).put(session.now()));
    let figure = tag("section")
        .class("figure card")
        .with("aria-label", session.words.counts)
        .put(figure::counts(session))
        .put(figure::strip(dispatch))
        .put(figure::stage(session, dispatch))
        .put(figure::legend(&MARKS, &session.words.legend));
    let top =
        tag("div").class("top").put(say).put(switch::view(session, dispatch)).put(figure).put(code(session, dispatch));
    let rest = tag("div")
        .class("rest")
        .put(figure::plot(session, dispatch))
        .put(tasks::inspector(session, dispatch))
        .put(tasks::table(session, dispatch))
        .put(tasks::drain(session, dispatch))
        .put(knobs::view(session, dispatch));
    let live =
        tag("p").class("hidden").with("role", "status").with("data-live", "").put(session.announcer.live.clone());
    tag("div")
        .kept_in(&dispatch.nodes.root)
        .put(skip(session))
        .put(head::view(session, dispatch))
        .put(head::notice(session, dispatch))
        .put(tag("main").put(top).put(bar::view(session, dispatch)).put(rest))
        .put(live)
        .put(dialogs::view(session, dispatch))
        .html()
}

/// The way past the head, to what a reader is here for.
fn skip(session: &Session) -> Tag {
    #[cfg(feature = "go")]
    if crate::page::editor::with(|editor| editor.written.is_some()) {
        return crate::page::view::editor::skip(session);
    }
    tag("a").class("skip").with("href", "#switch").put(session.words.skip)
}

/// The code, or the editor of the reader's own.
fn code(session: &Session, dispatch: &Dispatch) -> Tag {
    #[cfg(feature = "go")]
    if crate::page::editor::with(|editor| editor.written.is_some()) {
        return crate::page::view::editor::view(session, dispatch);
    }
    code::view(session, dispatch)
}
