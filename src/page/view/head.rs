//! The head of the page, and what could not be read of its link.

use std::rc::Rc;

use crate::lessons::Lesson;
use crate::page::browser;
use crate::page::dispatch::Dispatch;
use crate::page::view::tag::{Tag, button, raw, tag};
use crate::page::view::{deeds, knobs, sheet};
use crate::session::Session;
use crate::session::action::Action;
use crate::session::sharing::Dialog;
use crate::stage::palette::Theme;
use crate::text::Language;

const LOGO: &str = "<svg viewBox='0 0 24 24' aria-hidden='true'><g fill='var(--leak)'><path d='M2 16h6v6H2zM9 16h6v6H9zM5.500 9h6v6h-6z'/><path d='M16 16h6v6h-6z' opacity='.7'/></g><circle cx='16.500' cy='5' r='3.200' fill='var(--dot)'/></svg>";

pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Tag {
    let words = session.words;
    let other = if words.language == Language::Korean { Language::English } else { Language::Korean };
    let other_name = other.own_name();
    let theme = words.themes[session.appearance.choice as usize];
    let sign = match session.theme() {
        Theme::Light => "◐",
        Theme::Dark => "◑",
    };
    let icon = |sign: &'static str| tag("span").with("aria-hidden", "true").put(sign);
    let hidden = || tag("span").class("hidden");
    let more = |name: &'static str, class: &'static str, dialog: Dialog| {
        button(dispatch, Action::OpenDialog(dialog)).class(class).put(name)
    };
    tag("header")
        .class("head")
        .put(tag("span").class("brand").put(raw(LOGO)).put(tag("span").put("Pileup")))
        .put(lesson(session, dispatch))
        .put(knobs::presets(session, dispatch))
        .put(tag("span").class("gap"))
        .put(deeds::opener(session))
        .put(deeds::panel(session, dispatch))
        .put(sheet::opener(session, "menu"))
        .put(
            sheet::sheet("menu")
                .put(story(session))
                .put(button(dispatch, Action::Speak(other)).with("lang", other.tag()).put(other_name))
                .put(more(words.share, "share", Dialog::Share))
                .put(
                    button(dispatch, Action::SetTheme(session.appearance.next()))
                        .class("icon")
                        .with("title", theme)
                        .put(hidden().put(words.theme).put(": ").put(theme))
                        .put(icon(sign)),
                )
                .put(
                    button(dispatch, Action::OpenDialog(Dialog::Keys))
                        .class("icon")
                        .with("title", words.help)
                        .put(hidden().put(words.help))
                        .put(icon("?")),
                )
                .put(more(words.embed, "embed-it", Dialog::Embed)),
        )
}

/// The story stands beside the page, and so not beside the page as one file.
fn story(session: &Session) -> Option<Tag> {
    let [file, name] = session.words.story;
    let link = tag("a").class("button").with("href", browser::beside(file)).put(name);
    (!browser::is_one_file()).then_some(link)
}

/// What the lesson is called; a choice where there are several.
fn lesson(session: &Session, dispatch: &Dispatch) -> Tag {
    let (words, lessons) = (session.words, &session.lessons);
    if lessons.len() < 2 {
        return tag("span").class("lesson").put(session.lesson_words().title.clone());
    }
    let option = |lesson: &Rc<Lesson>| {
        let is_shown = lesson.name == session.link.lesson.name;
        let title = lesson.words(words.language).title.clone();
        tag("option").value(lesson.name.clone()).flag("selected", is_shown).put(title)
    };
    let offered = lessons.clone();
    tag("select").with("aria-label", words.lesson).each(lessons.iter().map(option)).on_change(dispatch, move |name| {
        let chosen = offered.iter().find(|lesson| lesson.name == name)?;
        Some(Action::OpenLesson(chosen.clone()))
    })
}

/// The complaints, until they are put away.
pub(crate) fn notice(session: &Session, dispatch: &Dispatch) -> Option<Tag> {
    let sentences = session.complaints.sentences(session.words);
    if sentences.is_empty() {
        return None;
    }
    let says = &session.words.link;
    let heading = session.complaints.has_link().then(|| tag("strong").put(says.heading));
    let complaints = sentences.into_iter().map(|sentence| tag("li").put(sentence));
    let notice = tag("div").class("notice").with("role", "alert").with("data-complaints", "");
    let words = tag("div").put(heading).put(tag("ul").each(complaints));
    Some(notice.put(words).put(button(dispatch, Action::DismissComplaints).put(says.dismiss)))
}
