//! The editor of the reader's own program: a field over its coloured lines, what is wrong with it, and what it prints.

use crate::lessons::listing::CodeLanguage;
use crate::page::dispatch::Dispatch;
use crate::page::editor::{self, Editor};
use crate::page::view::code;
use crate::page::view::tag::{Tag, raw, tag};
use crate::session::Session;
use crate::session::highlight;
use crate::text::Language;
use crate::written::{FILE, Fault};

/// What is said here.
struct Words {
    skip: &'static str,
    run: &'static str,
    keys: &'static str,
    field: &'static str,
    faults: &'static str,
    printed: &'static str,
    nothing: &'static str,
}

const ENGLISH: Words = Words {
    skip: "Skip to the editor",
    run: "Run",
    keys: "Ctrl + Enter",
    field: "Your Go program",
    faults: "It does not run yet",
    printed: "What it prints",
    nothing: "Nothing printed yet.",
};

const KOREAN: Words = Words {
    skip: "편집기로 건너뛰기",
    run: "실행",
    keys: "Ctrl + Enter",
    field: "내 Go 프로그램",
    faults: "아직 실행할 수 없어요",
    printed: "출력",
    nothing: "아직 출력이 없어요.",
};

fn words(session: &Session) -> &'static Words {
    if session.words.language == Language::Korean { &KOREAN } else { &ENGLISH }
}

/// The way past the head.
pub(crate) fn skip(session: &Session) -> Tag {
    tag("a").class("skip").with("href", "#editor").put(words(session).skip)
}

/// The code panel with the editor in it.
pub(crate) fn view(session: &Session, dispatch: &Dispatch) -> Tag {
    let words = words(session);
    editor::with(|editor| {
        tag("section")
            .class("code card editor")
            .put(
                tag("div")
                    .class("tabs")
                    .put(tag("h2").put(FILE))
                    .put(tag("span").class("gap"))
                    .put(tag("span").class("soft small").put(words.keys))
                    .put(tag("button").class("run").with("data-run", "").put(words.run)),
            )
            .put(
                tag("div").class("lines").kept_in(&dispatch.nodes.lines).put(
                    tag("div")
                        .class("written")
                        .put(tag("div").class("layer").put(lines(session, dispatch, editor)))
                        .put(
                            tag("textarea")
                                .with("data-editor", "")
                                .with("id", "editor")
                                .with("aria-label", words.field)
                                .with("spellcheck", "false")
                                .with("autocapitalize", "off")
                                .with("autocomplete", "off")
                                .with("wrap", "off"),
                        ),
                ),
            )
            .put(faults(editor, words))
            .put(printed(session, editor, words))
    })
}

/// The lines of the program that runs, with who waits where; of one that is being written, as they are.
fn lines(session: &Session, dispatch: &Dispatch, editor: &Editor) -> Tag {
    if editor.draft == editor.runs && editor.faults.is_empty() {
        return code::lines(session, dispatch);
    }
    let line = |(number, text): (u32, &str)| {
        let fault = editor.faults.iter().find(|fault| fault.line == number);
        tag("li")
            .key(u64::from(number))
            .maybe("class", fault.map(|_| "wrong"))
            .put(tag("span").class("no").with("aria-hidden", "true").put(number.to_string()))
            .put(tag("code").put(raw(highlight::line(text, CodeLanguage::Go))))
            .put(fault.map(|fault| tag("span").class("fault").put(fault.text.clone())))
    };
    tag("ol").key(9_u64).each((1..).zip(editor.draft.lines()).map(line))
}

fn faults(editor: &Editor, words: &Words) -> Option<Tag> {
    let fault = |fault: &Fault| {
        let place = if fault.line == 0 { FILE.to_owned() } else { format!("{FILE}:{}:{}", fault.line, fault.column) };
        let text = tag("code").put(format!("{place}: {}", fault.text));
        tag("li").put(tag("button").with("data-fault", fault.line).put(text))
    };
    let list = || tag("ol").each(editor.faults.iter().map(fault));
    (!editor.faults.is_empty())
        .then(|| tag("div").class("faults").with("role", "alert").put(tag("h3").put(words.faults)).put(list()))
}

fn printed(session: &Session, editor: &Editor, words: &Words) -> Tag {
    let spec = session.playback.player().spec();
    let now_us = session.playback.player().now_us();
    let pieces = editor.written.as_ref().map_or_else(Vec::new, |it| it.printed(spec.seed, spec.order, now_us));
    let is_empty = pieces.is_empty();
    let piece = |(is_error, text): (bool, String)| tag("span").maybe("class", is_error.then_some("error")).put(text);
    tag("div")
        .class("printed")
        .put(tag("h3").put(words.printed))
        .put(is_empty.then(|| tag("p").class("soft").put(words.nothing)))
        .put(tag("pre").with("data-printed", "").with("tabindex", "0").each(last(pieces).into_iter().map(piece)))
}

/// Bytes of output that are shown: the last ones.
const SHOWN_BYTES: usize = 16_384;

/// The end of what was printed.
fn last(mut pieces: Vec<(bool, String)>) -> Vec<(bool, String)> {
    let mut room = SHOWN_BYTES;
    let mut first = pieces.len();
    while first > 0 && room > 0 {
        first -= 1;
        let text = &mut pieces[first].1;
        let from = text.ceil_char_boundary(text.len().saturating_sub(room));
        text.drain(..from);
        room -= text.len().min(room);
    }
    pieces.split_off(first)
}
