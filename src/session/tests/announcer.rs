//! What is said to whoever listens.

use expect_test::expect;

use crate::session::action::Action;
use crate::session::tests::{act, page, pass};
use crate::text::Language;

/// Every sentence of the live region while the run plays for this long.
fn sentences(query: &str, ms: u64) -> String {
    let mut tester = page(query);
    let mut said = vec![tester.session.announcer.live.clone()];
    for _ in 0..ms / 100 {
        tester.perform(pass(100));
        if said.last() != Some(&tester.session.announcer.live) {
            said.push(tester.session.announcer.live.clone());
        }
    }
    said.join("\n")
}

#[test]
fn leaks_are_summed_up_every_few_seconds_and_only_then() {
    expect![[r#"

        5 more leaked. At 0:03.9: 14 working, 0 told to stop, 5 leaked.
        7 more leaked. At 0:07.9: 16 working, 0 told to stop, 12 leaked.
        7 more leaked. At 0:11.9: 10 working, 0 told to stop, 19 leaked.
        4 more leaked. At 0:15.9: 6 working, 0 told to stop, 23 leaked.
        6 more leaked. At 0:19.9: 2 working, 0 told to stop, 29 leaked."#]]
    .assert_eq(&sentences("?seed=3", 20_000));
    expect![[r#""#]].assert_eq(&sentences("?at=60000", 10_000));
}

#[test]
fn another_language_says_nothing_until_something_happens() {
    let mut tester = page("?at=5000");
    tester.perform(pass(200));
    tester.perform(act(Action::Flip));
    assert_ne!(tester.session.announcer.live, "");
    tester.perform(act(Action::Speak(Language::Korean)));
    assert_eq!(tester.session.announcer.live, "");
}
