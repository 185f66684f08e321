//! What lies over the page: the keys, the link and the files of a run, the frame to embed.

use crate::link::controls::Control;
use crate::link::paste::{Form, is_for_others};
use crate::link::{Autoplay, write};
use crate::page::browser;
use crate::page::dispatch::Dispatch;
use crate::page::view::format::whole;
use crate::page::view::tag::{Tag, button, fragment, tag};
use crate::session::Session;
use crate::session::action::Action;
use crate::session::export::Format;
use crate::session::sharing::{Dialog, EmbedChoice, WIDTHS};
use crate::text::{Language, Text};

/// The id of the field that holds a form; the link's is that of the dialog Share, too.
pub(crate) fn field_id(form: Form) -> &'static str {
    ["copy-tag", "copy-frame", "copy-picture", "copy-link"][form as usize]
}

pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Tag {
    let words = session.words;
    let (name, content) = match session.sharing.dialog {
        Some(Dialog::Keys) => (words.keys, keys(session)),
        Some(Dialog::Share) => (words.share, share(session, dispatch)),
        Some(Dialog::Embed) => (words.embed, embed(session, dispatch)),
        None => ("", fragment()),
    };
    let close = button(dispatch, Action::CloseDialog).put(words.close);
    let head = tag("div").class("row").put(tag("h2").with("id", "dialog-name").put(name)).put(close);
    tag("dialog")
        .kept_in(&dispatch.nodes.dialog)
        .maybe("class", (session.sharing.dialog == Some(Dialog::Embed)).then_some("wide"))
        .with("aria-labelledby", "dialog-name")
        .on_close(dispatch, Action::CloseDialog)
        .put(head)
        .put(content)
        // All else is silent as long as a dialog is open.
        .put(tag("p").class("hidden").with("role", "status").put(session.announcer.live.clone()))
}

fn keys(session: &Session) -> Tag {
    let row = |(key, does): &(&'static str, &'static str)| {
        fragment().put(tag("dt").put(tag("kbd").put(*key))).put(tag("dd").put(*does))
    };
    tag("dl").each(session.words.key_rows.iter().map(row))
}

fn share(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.sharing;
    let is_under_way = session.playback.is_seeking();
    let file = |(format, name): (Format, &'static str)| {
        button(dispatch, Action::Save(format)).flag("disabled", is_under_way).put(name)
    };
    fragment()
        .put(tag("p").put(say.about))
        .put(field(session, dispatch, Form::Link, say.link, session.shared_address()))
        .put(caveat(session))
        .put(tag("p").put(say.files))
        .put(tag("p").class("files").each(Format::ALL.into_iter().zip(say.formats).map(file)))
}

fn embed(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.embedding;
    let link = session.frame_link();
    let form = |form: Form| field(session, dispatch, form, say.forms[form as usize], session.pasted(form));
    let forms = Form::ALL.map(form);
    let choices = tag("div").class("choices").put(selects(session, dispatch)).put(controls(session, dispatch));
    fragment().put(tag("p").put(say.about)).put(
        tag("div")
            .class("embedding")
            .put(choices)
            .put(preview(session, dispatch, &write::query(&link), session.frame_width_px()))
            .put(tag("div").class("forms").each(forms).put(caveat(session)).put(guide(session))),
    )
}

/// The guide stands beside the page, and so not beside the page as one file.
fn guide(session: &Session) -> Option<Tag> {
    let [file, name] = session.words.embedding.guide;
    let link = tag("a").with("href", browser::beside(file)).with("target", "_blank").put(name);
    (!browser::is_one_file()).then(|| tag("p").class("small").put(link))
}

/// The frame as it will be. Another choice makes another frame: its address may not become a step of the browser's history.
fn preview(session: &Session, dispatch: &Dispatch, query: &str, width_px: Option<u32>) -> Tag {
    let say = &session.words.embedding;
    if browser::is_one_file() {
        return tag("p").put(say.no_preview);
    }
    let mut style = ["height:", &session.sharing.height_px.to_string(), "px"].concat();
    if let Some(width_px) = width_px {
        style.push_str(";width:");
        style.push_str(&width_px.to_string());
        style.push_str("px");
    }
    let frame = tag("iframe")
        .key(query)
        .kept_in(&dispatch.nodes.preview)
        .with("src", query.to_owned())
        .with("title", say.preview)
        .style(&style);
    tag("div").class("preview").with("role", "group").with("aria-label", say.preview).with("tabindex", "0").put(frame)
}

fn selects(session: &Session, dispatch: &Dispatch) -> Tag {
    let words = session.words;
    let (say, sharing) = (&words.embedding, &session.sharing);
    let [narrow, middle, wide] = WIDTHS;
    let [korean, english] = Language::ALL.map(|language| language.own_name());
    let language = sharing.language.map_or(0, |chosen| 1 + usize::from(chosen == Language::ALL[1]));
    let start = usize::from(sharing.is_this_moment);
    fragment()
        .put(select(dispatch, say.width, &[narrow, middle, wide, say.full], sharing.width, EmbedChoice::Width))
        .put(select(dispatch, say.start, &say.starts, start, EmbedChoice::Start))
        .put(select(dispatch, words.theme, &words.themes, sharing.theme as usize, EmbedChoice::Theme))
        .put(select(dispatch, words.lang, &[say.readers, korean, english], language, EmbedChoice::Language))
}

#[inline(never)]
fn select(
    dispatch: &Dispatch,
    name: &'static str,
    texts: &[&'static str],
    chosen: usize,
    choice: fn(usize) -> EmbedChoice,
) -> Tag {
    let mut select =
        tag("select").on_change(dispatch, move |text| Some(Action::ChooseEmbed(choice(whole(text)? as usize))));
    for (number, text) in texts.iter().enumerate() {
        select = select.put(tag("option").value(number as u64).flag("selected", number == chosen).put(*text));
    }
    tag("label").put(tag("span").put(name)).put(select)
}

fn controls(session: &Session, dispatch: &Dispatch) -> Tag {
    let say = &session.words.embedding;
    let sharing = &session.sharing;
    let one = |control: Control, name: Text| {
        check(dispatch, name, sharing.controls.has(control), EmbedChoice::Control(control))
    };
    let knob = |number: usize| {
        let name = &session.link.lesson.knobs[number].name;
        one(Control::Knob(number), session.lesson_words().knob(name).map_or(name, |said| &said.label).clone())
    };
    let lesson = &session.link.lesson;
    let knobs = (0..lesson.knobs.len()).filter(|knob| lesson.switch != Some(*knob)).map(knob);
    let autoplay = check(dispatch, say.autoplay.into(), sharing.autoplay == Autoplay::Yes, EmbedChoice::Autoplay);
    tag("fieldset")
        .put(tag("legend").put(say.controls))
        .each(Control::PARTS.into_iter().zip(say.parts).map(|(control, name)| one(control, name.into())))
        .put(tag("details").put(tag("summary").put(session.words.knobs)).each(knobs))
        .put(autoplay)
}

fn check(dispatch: &Dispatch, name: Text, is_on: bool, choice: EmbedChoice) -> Tag {
    let check =
        tag("input").with("type", "checkbox").flag("checked", is_on).on_click(dispatch, Action::ChooseEmbed(choice));
    tag("label").class("check").put(check).put(name)
}

/// A text to copy, with its button.
fn field(session: &Session, dispatch: &Dispatch, form: Form, name: &'static str, text: String) -> Tag {
    let words = session.words;
    let is_copied = session.sharing.copied == Some(form);
    let copy = button(dispatch, Action::Copy(form))
        .put(if is_copied { words.copied } else { words.copy })
        .put(tag("span").class("hidden").put(name));
    let field = tag("input").class("link").with("id", field_id(form)).flag("readonly", true).value(text);
    fragment().put(tag("label").with("for", field_id(form)).put(name)).put(tag("p").class("row").put(field).put(copy))
}

/// What is to be said where nobody else can open the page's address.
fn caveat(session: &Session) -> Option<Tag> {
    (!is_for_others(session.address.page())).then(|| tag("p").class("small").put(session.words.sharing.local_only))
}
