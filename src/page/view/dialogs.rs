//! What lies over the page: the keys, the link, the frame to embed.

use yew::html::Scope;

use crate::link::{Link, Place, write};
use crate::page::app::{App, Dialog, Msg};
use crate::page::browser;
use crate::page::view::tag::{Tag, button, fragment, tag};

pub(crate) fn view(app: &App, scope: &Scope<App>) -> Tag {
    let words = app.words;
    let content = match app.dialog {
        Some(Dialog::Keys) => keys(app),
        Some(Dialog::Share) => share(app, scope, words.share, words.share_about, link_of(app, Place::Own)),
        Some(Dialog::Embed) => share(app, scope, words.embed, words.embed_about, frame_of(app)),
        None => heading(words.close).class("hidden"),
    };
    tag("dialog")
        .kept_in(&app.nodes.dialog)
        .with("aria-labelledby", "dialog-name")
        .on_close(scope, Msg::Close)
        .put(content)
        .put(button(scope, Msg::Close).put(words.close))
}

/// What names the dialog.
fn heading(name: &'static str) -> Tag {
    tag("h2").with("id", "dialog-name").put(name)
}

fn keys(app: &App) -> Tag {
    let row = |(key, does): &(&'static str, &'static str)| {
        fragment().put(tag("dt").put(tag("kbd").put(*key))).put(tag("dd").put(*does))
    };
    fragment().put(heading(app.words.keys)).put(tag("dl").each(app.words.key_rows.iter().map(row)))
}

fn share(app: &App, scope: &Scope<App>, name: &'static str, about: &'static str, text: String) -> Tag {
    let words = app.words;
    let field = tag("input")
        .class("link")
        .kept_in(&app.nodes.link)
        .flag("readonly", true)
        .with("aria-label", words.share_link)
        .value(text);
    let copy = button(scope, Msg::Copy).put(if app.was_copied { words.copied } else { words.copy });
    fragment().put(heading(name)).put(tag("p").put(about)).put(tag("p").class("row").put(field).put(copy))
}

fn link_of(app: &App, place: Place) -> String {
    let link = Link { place, language: Some(app.words.language), ..app.present_link() };
    [browser::address(), write::query(&link)].concat()
}

fn frame_of(app: &App) -> String {
    let address = link_of(app, Place::Embedded).replace('&', "&amp;");
    let before = "<iframe src=\"";
    let after = "\" title=\"Pileup\" width=\"100%\" height=\"900\" style=\"border:0\" loading=\"lazy\" allow=\"clipboard-write\"></iframe>";
    [before, &address, after].concat()
}
