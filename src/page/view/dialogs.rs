//! What lies over the page: the keys, the link and the files of a run, the frame to embed.

use yew::html::Scope;

use crate::link::controls::Control;
use crate::link::paste::{Form, Paste, is_for_others};
use crate::link::{Autoplay, write};
use crate::page::app::{App, Dialog, Msg};
use crate::page::browser;
use crate::page::save::Format;
use crate::page::share::{WIDTHS, WIDTHS_PX, Wish};
use crate::page::view::tag::{Tag, button, fragment, tag};
use crate::text::{Language, Text};

/// The fields' ids, in the order of [`Form::ALL`]; the link's is that of the dialog Share, too.
const FIELDS: [&str; 4] = ["copy-tag", "copy-frame", "copy-picture", "copy-link"];

pub(crate) fn view(app: &App, scope: &Scope<App>) -> Tag {
    let words = app.words;
    let (name, content) = match app.dialog {
        Some(Dialog::Keys) => (words.keys, keys(app)),
        Some(Dialog::Share) => (words.share, share(app, scope)),
        Some(Dialog::Embed) => (words.embed, embed(app, scope)),
        None => ("", fragment()),
    };
    let close = button(scope, Msg::Close).put(words.close);
    let head = tag("div").class("row").put(tag("h2").with("id", "dialog-name").put(name)).put(close);
    tag("dialog")
        .kept_in(&app.nodes.dialog)
        .maybe("class", (app.dialog == Some(Dialog::Embed)).then_some("wide"))
        .with("aria-labelledby", "dialog-name")
        .on_close(scope, Msg::Close)
        .put(head)
        .put(content)
        // All else is silent as long as a dialog is open.
        .put(tag("p").class("hidden").with("role", "status").put(app.live.clone()))
}

fn keys(app: &App) -> Tag {
    let row = |(key, does): &(&'static str, &'static str)| {
        fragment().put(tag("dt").put(tag("kbd").put(*key))).put(tag("dd").put(*does))
    };
    tag("dl").each(app.words.key_rows.iter().map(row))
}

fn share(app: &App, scope: &Scope<App>) -> Tag {
    let say = &app.words.sharing;
    let is_under_way = app.scene.borrow().run.rest_ms().is_none();
    let file = |(format, name): (Format, &'static str)| {
        button(scope, Msg::Save(format)).flag("disabled", is_under_way).put(name)
    };
    fragment()
        .put(tag("p").put(say.about))
        .put(field(app, scope, FIELDS[3], say.link, app.shared_address()))
        .put(caveat(app))
        .put(tag("p").put(say.files))
        .put(tag("p").class("files").each(Format::ALL.into_iter().zip(say.formats).map(file)))
}

fn embed(app: &App, scope: &Scope<App>) -> Tag {
    let say = &app.words.embedding;
    let sharing = &app.sharing;
    let link = app.frame_link();
    let words = link.language.unwrap_or(app.words.language).messages();
    let preset = link.lesson.preset_name(link.preset);
    let lesson = link.lesson.words(words.language);
    let preset = lesson.preset(preset).map_or(preset, |said| &said.title);
    let paste = Paste {
        address: &browser::address(),
        link: &link,
        width_px: WIDTHS_PX.get(sharing.width).copied(),
        height_px: sharing.height_px,
        title: &["Pileup: ", preset].concat(),
        alt: &lesson.picture,
    };
    let form = |form: Form| {
        let number = form as usize;
        field(app, scope, FIELDS[number], say.forms[number], paste.text(form))
    };
    let forms = Form::ALL.map(form);
    let choices = tag("div").class("choices").put(selects(app, scope)).put(controls(app, scope));
    fragment().put(tag("p").put(say.about)).put(
        tag("div")
            .class("embedding")
            .put(choices)
            .put(preview(app, &write::query(&link), paste.width_px))
            .put(tag("div").class("forms").each(forms).put(caveat(app)).put(guide(app))),
    )
}

/// The guide stands beside the page, and so not beside the page as one file.
fn guide(app: &App) -> Option<Tag> {
    let [file, name] = app.words.embedding.guide;
    let link = tag("a").with("href", file).with("target", "_blank").put(name);
    (!browser::is_one_file()).then(|| tag("p").class("small").put(link))
}

/// The frame as it will be. Another choice makes another frame: its address may not become a step of the browser's history.
fn preview(app: &App, query: &str, width_px: Option<u32>) -> Tag {
    let say = &app.words.embedding;
    if browser::is_one_file() {
        return tag("p").put(say.no_preview);
    }
    let mut style = ["height:", &app.sharing.height_px.to_string(), "px"].concat();
    if let Some(width_px) = width_px {
        style.push_str(";width:");
        style.push_str(&width_px.to_string());
        style.push_str("px");
    }
    let frame = tag("iframe")
        .key(query)
        .kept_in(&app.sharing.preview)
        .with("src", query.to_owned())
        .with("title", say.preview)
        .style(&style);
    tag("div").class("preview").with("role", "group").with("aria-label", say.preview).with("tabindex", "0").put(frame)
}

fn selects(app: &App, scope: &Scope<App>) -> Tag {
    let words = app.words;
    let (say, sharing) = (&words.embedding, &app.sharing);
    let [narrow, middle, wide] = WIDTHS;
    let [korean, english] = Language::ALL.map(|language| language.messages().own_name);
    let language = sharing.language.map_or(0, |chosen| 1 + usize::from(chosen == Language::ALL[1]));
    let start = usize::from(sharing.is_this_moment);
    fragment()
        .put(select(scope, say.width, &[narrow, middle, wide, say.full], sharing.width, Wish::Width))
        .put(select(scope, say.start, &say.starts, start, Wish::Start))
        .put(select(scope, words.theme, &words.themes, sharing.theme as usize, Wish::Theme))
        .put(select(scope, words.lang, &[say.readers, korean, english], language, Wish::Language))
}

#[inline(never)]
fn select(
    scope: &Scope<App>,
    name: &'static str,
    texts: &[&'static str],
    chosen: usize,
    wish: fn(usize) -> Wish,
) -> Tag {
    let mut select = tag("select").on_change(scope, move |text| Some(Msg::Wish(wish(text.parse().ok()?))));
    for (number, text) in texts.iter().enumerate() {
        select = select.put(tag("option").value(number as u64).flag("selected", number == chosen).put(*text));
    }
    tag("label").put(tag("span").put(name)).put(select)
}

fn controls(app: &App, scope: &Scope<App>) -> Tag {
    let say = &app.words.embedding;
    let sharing = &app.sharing;
    let one = |control: Control, name: Text| check(scope, name, sharing.controls.has(control), Wish::Control(control));
    let knob = |number: usize| {
        let name = &app.link.lesson.knobs[number].name;
        one(Control::Knob(number), app.lesson_text().knob(name).map_or(name, |said| &said.label).clone())
    };
    let knobs = (0..app.link.lesson.knobs.len()).filter(|knob| app.link.lesson.switch != Some(*knob)).map(knob);
    let autoplay = check(scope, say.autoplay.into(), sharing.autoplay == Autoplay::Yes, Wish::Autoplay);
    tag("fieldset")
        .put(tag("legend").put(say.controls))
        .each(Control::PARTS.into_iter().zip(say.parts).map(|(control, name)| one(control, name.into())))
        .put(tag("details").put(tag("summary").put(app.words.knobs)).each(knobs))
        .put(autoplay)
}

fn check(scope: &Scope<App>, name: Text, is_on: bool, wish: Wish) -> Tag {
    let check = tag("input").with("type", "checkbox").flag("checked", is_on).on_click(scope, Msg::Wish(wish));
    tag("label").class("check").put(check).put(name)
}

/// A text to copy, with its button.
fn field(app: &App, scope: &Scope<App>, id: &'static str, name: &'static str, text: String) -> Tag {
    let words = app.words;
    let is_copied = app.sharing.copied == Some(id);
    let copy = button(scope, Msg::Copy(id))
        .put(if is_copied { words.copied } else { words.copy })
        .put(tag("span").class("hidden").put(name));
    let field = tag("input").class("link").with("id", id).flag("readonly", true).value(text);
    fragment().put(tag("label").with("for", id).put(name)).put(tag("p").class("row").put(field).put(copy))
}

/// What is to be said where nobody else can open the page's address.
fn caveat(app: &App) -> Option<Tag> {
    (!is_for_others(&browser::address())).then(|| tag("p").class("small").put(app.words.sharing.local_only))
}
