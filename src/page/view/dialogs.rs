//! What lies over the page: the keys, the link, the frame to embed.

use yew::html::Scope;
use yew::{Event, Html, html};

use crate::link::{Link, Place, write};
use crate::page::app::{App, Dialog, Msg};
use crate::page::browser;
use crate::page::view::click;

pub(crate) fn view(app: &App, scope: &Scope<App>) -> Html {
    let words = app.words;
    let onclose = scope.callback(|_: Event| Msg::Close);
    html! {
        <dialog ref={app.nodes.dialog.clone()} aria-labelledby="dialog-name" {onclose}>
            { match app.dialog {
                Some(Dialog::Keys) => keys(app),
                Some(Dialog::Share) => share(app, scope, words.share, words.share_about, link_of(app, Place::Own)),
                Some(Dialog::Embed) => share(app, scope, words.embed, words.embed_about, frame_of(app)),
                None => html! { <h2 id="dialog-name" class="hidden">{ words.close }</h2> },
            } }
            <button onclick={click(scope, || Msg::Close)}>{ words.close }</button>
        </dialog>
    }
}

fn keys(app: &App) -> Html {
    let row =
        |(key, does): &(&'static str, &'static str)| html! { <><dt><kbd>{ *key }</kbd></dt><dd>{ *does }</dd></> };
    html! {
        <>
            <h2 id="dialog-name">{ app.words.keys }</h2>
            <dl>{ for app.words.key_rows.iter().map(row) }</dl>
        </>
    }
}

fn share(app: &App, scope: &Scope<App>, name: &'static str, about: &'static str, text: String) -> Html {
    let words = app.words;
    html! {
        <>
            <h2 id="dialog-name">{ name }</h2>
            <p>{ about }</p>
            <p class="row">
                <input class="link" ref={app.nodes.link.clone()} readonly=true aria-label={words.share_link} value={text} />
                <button onclick={click(scope, || Msg::Copy)}>{ if app.was_copied { words.copied } else { words.copy } }</button>
            </p>
        </>
    }
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
