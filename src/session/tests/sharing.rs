//! Handing a run on: dialogs, copies, files.

use expect_test::expect;

use crate::link::controls::Control;
use crate::link::paste::Form;
use crate::session::action::Action;
use crate::session::export::Format;
use crate::session::sharing::{CopyOutcome, Dialog, EmbedChoice};
use crate::session::tests::{act, check, page, pass};

#[test]
fn the_run_rests_under_a_dialog_and_plays_on_after_it() {
    check(
        page("?seed=3"),
        [pass(1_000), act(Action::OpenDialog(Dialog::Share)), pass(500), act(Action::CloseDialog), pass(500)],
        expect![[r#"
            1000 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3
            open Share → render
            500 ms pass
            close → drop the file, render
            500 ms pass
            1900 ms, playing: 14 working, 0 stopping, 0 leaked; """#]],
    );
    check(
        page("?seed=3&at=5000"),
        [pass(200), act(Action::OpenDialog(Dialog::Share)), act(Action::CloseDialog), pass(500)],
        expect![[r#"
            200 ms pass
            open Share → render
            close → drop the file, render
            500 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3&at=5000
            5000 ms, resting: 12 working, 0 stopping, 6 leaked; """#]],
    );
}

#[test]
fn a_link_names_the_moment_only_where_the_run_rested_before() {
    let copied = || [act(Action::OpenDialog(Dialog::Share)), act(Action::Copy(Form::Link))];
    check(
        page("?seed=3"),
        [pass(1_000)].into_iter().chain(copied()),
        expect![[r#"
            1000 ms pass → address ?v=1&lesson=leak&preset=the-leak&seed=3
            open Share → render
            copy Link → copy Link: https://example.org/?v=1&lesson=leak&preset=the-leak&seed=3&lang=en, render
            900 ms, playing: 16 working, 0 stopping, 0 leaked; """#]],
    );
    check(
        page("?seed=3&at=5000"),
        [pass(200)].into_iter().chain(copied()),
        expect![[r#"
            200 ms pass
            open Share → render
            copy Link → copy Link: https://example.org/?v=1&lesson=leak&preset=the-leak&seed=3&at=5000&lang=en, render
            5000 ms, resting: 12 working, 0 stopping, 6 leaked; """#]],
    );
}

#[test]
fn the_order_of_a_link_is_handed_on_in_every_form() {
    let copies = Form::ALL.map(|form| act(Action::Copy(form)));
    let shared = [pass(200), act(Action::OpenDialog(Dialog::Share)), act(Action::Copy(Form::Link))];
    let embedded = [act(Action::CloseDialog), act(Action::OpenDialog(Dialog::Embed))];
    check(
        page("?order=go&at=5000"),
        shared.into_iter().chain(embedded).chain(copies),
        expect![[r#"
            200 ms pass
            open Share → render
            copy Link → copy Link: https://example.org/?v=1&lesson=leak&preset=the-leak&seed=1&order=go&at=5000&lang=en, render
            close → drop the file, render
            open Embed → render
            copy Tag → copy Tag: <script src="https://example.org/pileup.js" async></script><pile-up order="go" at="5000"><a href="https://example.org/?v=1&amp;lesson=leak&amp;preset=the-leak&amp;seed=1&amp;order=go&amp;at=5000"><img src="https://example.org/pileup.png" alt="Requests with their workers, and the pile of leaked tasks" width="100%" loading="lazy"><br>Pileup: The leak</a></pile-up>, render
            copy Frame → copy Frame: <iframe src="https://example.org/?v=1&amp;lesson=leak&amp;preset=the-leak&amp;seed=1&amp;order=go&amp;at=5000&amp;embed=1" title="Pileup: The leak" width="100%" height="640" loading="lazy" allow="clipboard-write; fullscreen" style="border:0;"></iframe>, render
            copy Picture → copy Picture: [![Requests with their workers, and the pile of leaked tasks](https://example.org/pileup.png)](https://example.org/?v=1&lesson=leak&preset=the-leak&seed=1&order=go&at=5000), render
            copy Link → copy Link: https://example.org/?v=1&lesson=leak&preset=the-leak&seed=1&order=go&at=5000, render
            5000 ms, resting: 12 working, 0 stopping, 4 leaked; """#]],
    );
}

#[test]
fn an_author_pastes_what_was_chosen() {
    let traffic = page("").session.link.lesson.knob("traffic").expect("it is there");
    let choices = [
        EmbedChoice::Width(1),
        EmbedChoice::Theme(2),
        EmbedChoice::Language(1),
        EmbedChoice::Start(0),
        EmbedChoice::Autoplay,
        EmbedChoice::Control(Control::Timeline),
        EmbedChoice::Control(Control::Knob(traffic)),
    ];
    let choose = choices.map(|choice| act(Action::ChooseEmbed(choice)));
    let copies = Form::ALL.map(|form| act(Action::Copy(form)));
    let opened = [pass(200), act(Action::OpenDialog(Dialog::Embed))];
    check(
        page("?seed=3&at=5000"),
        opened.into_iter().chain(choose).chain(copies),
        expect![[r#"
            200 ms pass
            open Embed → render
            choose → render
            choose → render
            choose → render
            choose → render
            choose → render
            choose → render
            choose → render
            copy Tag → copy Tag: <script src="https://example.org/pileup.js" async></script><pile-up seed="3" lang="ko" theme="dark" controls="speed,timeline,traffic" autoplay="1" style="max-width:480px"><a href="https://example.org/?v=1&amp;lesson=leak&amp;preset=the-leak&amp;seed=3&amp;lang=ko&amp;theme=dark"><img src="https://example.org/pileup.png" alt="요청과 워커들, 그 아래에 쌓인 누수 더미" width="100%" loading="lazy"><br>Pileup: 누수</a></pile-up>, render
            copy Frame → copy Frame: <iframe src="https://example.org/?v=1&amp;lesson=leak&amp;preset=the-leak&amp;seed=3&amp;lang=ko&amp;embed=1&amp;theme=dark&amp;controls=speed,timeline,traffic&amp;autoplay=1" title="Pileup: 누수" width="100%" height="640" loading="lazy" allow="clipboard-write; fullscreen" style="border:0;max-width:480px"></iframe>, render
            copy Picture → copy Picture: [![요청과 워커들, 그 아래에 쌓인 누수 더미](https://example.org/pileup.png)](https://example.org/?v=1&lesson=leak&preset=the-leak&seed=3&lang=ko&theme=dark), render
            copy Link → copy Link: https://example.org/?v=1&lesson=leak&preset=the-leak&seed=3&lang=ko&theme=dark, render
            5000 ms, resting: 12 working, 0 stopping, 6 leaked; """#]],
    );
}

#[test]
fn a_copy_that_is_refused_leaves_the_text_selected() {
    check(
        page("?seed=3&at=5000"),
        [
            pass(200),
            act(Action::OpenDialog(Dialog::Share)),
            act(Action::Copied(Form::Link, CopyOutcome::Copied)),
            act(Action::Copied(Form::Link, CopyOutcome::Refused)),
        ],
        expect![[r#"
            200 ms pass
            open Share → render
            Link Copied → render
            Link Refused → select Link, render
            5000 ms, resting: 12 working, 0 stopping, 6 leaked; "It could not be copied. It is selected in its field.""#]],
    );
}

#[test]
fn a_file_bears_lesson_seed_and_moment_and_is_said_to_be_there() {
    check(
        page("?seed=3&at=5000"),
        [
            pass(200),
            act(Action::OpenDialog(Dialog::Share)),
            act(Action::Save(Format::Csv)),
            act(Action::Save(Format::Png)),
            act(Action::Saved("a.png".to_owned())),
            act(Action::CloseDialog),
        ],
        expect![[r#"
            200 ms pass
            open Share → render
            save Csv → save pileup-leak-seed3-5000ms.csv (102 lines), render
            save Png → save pileup-leak-seed3-5000ms.png (25 lines), render
            saved a.png → render
            close → drop the file, render
            5000 ms, resting: 12 working, 0 stopping, 6 leaked; "a.png is in your downloads.""#]],
    );
}

#[test]
fn there_is_no_file_of_a_run_that_is_under_way() {
    check(
        page("?at=5000"),
        [act(Action::Save(Format::Svg))],
        expect![[r#"
            save Svg → render
            0 ms, under way: 0 working, 0 stopping, 0 leaked; """#]],
    );
}
