//! What there is to do in the lesson for Rust's readers: each deed is ticked by doing it, and by nothing near it.

use expect_test::expect;

use super::deeds::{check_done, check_near, found};
use super::{Event, Tester, act, page, pass};
use crate::lessons;
use crate::session::action::Action;
use crate::trace::event::WaitReason;
use crate::verdict::model::{Task, Verdict};

/// The page on which a reader has opened this deed and waited until its moment was there.
fn opened(name: &str) -> Tester {
    let lesson = lessons::by_name("dropped").expect("it is registered");
    let mut tester = page("?lesson=dropped&seed=1&lang=en");
    tester.perform(act(Action::OpenDeed(lesson.deed(name).expect("the lesson has it"))));
    tester.perform(pass(300));
    tester
}

fn turn(name: &str, word: &str) -> Event {
    let lesson = lessons::by_name("dropped").expect("it is registered");
    let knob = lesson.knob(name).expect("the lesson has it");
    act(Action::Set { knob, value: lesson.knobs[knob].parse(word).expect("it takes that") })
}

fn waits_for_a_lock(task: &Task) -> bool {
    task.waits().any(|wait| wait.head.reason == WaitReason::MutexLock)
}

fn leaked(task: &Task) -> bool {
    task.verdict.is_leaked()
}

#[test]
fn a_lost_task_is_clicked_on_the_pile() {
    let mut tester = opened("let-go");
    tester.perform(act(Action::Pause));
    let working = found(&tester, |task| task.verdict == Verdict::Working);
    check_near(&mut tester, [working, act(Action::Select(None))]);
    let lost = found(&tester, leaked);
    check_done(
        &mut tester,
        lost,
        &expect![
            "What does a lost task wait for? It waits for a reply, and its request has dropped its handle. That stopped nothing: the task was only let go."
        ],
    );
}

#[test]
fn the_switch_is_flipped_once_somebody_was_dropped() {
    let mut tester = opened("flip-the-switch");
    check_near(&mut tester, [turn("how", "structured"), pass(8_000), turn("how", "abort")]);
    let mut tester = opened("flip-the-switch");
    check_near(&mut tester, [act(Action::Flip), act(Action::Flip), pass(5_000), act(Action::Flip)]);
    check_done(
        &mut tester,
        pass(8_000),
        &expect![
            "Flip the switch: who goes? abort() drops whom a request still has a handle of, those too that began before the flip. Nobody has the handles of those on the pile."
        ],
    );
}

#[test]
fn a_look_becomes_a_wait_once_work_was_dropped_by_it() {
    let mut tester = opened("look-or-wait");
    check_near(&mut tester, [pass(5_000), turn("how", "token")]);
    check_done(
        &mut tester,
        pass(10_000),
        &expect![
            "From a look to a wait A task whose call hangs never looks again. One that awaits the token is woken by it, and select drops its work where it stands."
        ],
    );
}

#[test]
fn work_is_cut_by_the_switch() {
    let mut tester = opened("half-done");
    check_near(&mut tester, [turn("traffic", "200"), pass(5_000), act(Action::Flip)]);
    check_done(
        &mut tester,
        pass(5_000),
        &expect![
            "Cut in the middle abort() drops a task at any await. What must not be cut has no await in it, or is asked and tidies up."
        ],
    );
}

#[test]
fn a_set_goes_with_a_request_that_is_dropped_and_abort_is_not_reached() {
    let mut tester = opened("hang-up");
    check_near(&mut tester, [turn("how", "abort"), pass(8_000), turn("how", "guard"), pass(3_000)]);
    let mut tester = opened("hang-up");
    check_near(&mut tester, [turn("how", "structured")]);
    check_done(
        &mut tester,
        pass(8_000),
        &expect![
            "Who goes with a dropped request? A JoinSet goes with its request, however that ends. A line below an await may never run."
        ],
    );
}

#[test]
fn who_waits_for_a_lost_lock_is_clicked_and_who_hangs_with_it_is_not() {
    let mut tester = opened("locked");
    tester.perform(act(Action::Pause));
    let holder = found(&tester, |task| leaked(task) && !waits_for_a_lock(task));
    let late = found(&tester, |task| !leaked(task) && waits_for_a_lock(task));
    check_near(&mut tester, [holder, late]);
    let waiting = found(&tester, |task| leaked(task) && waits_for_a_lock(task));
    check_done(
        &mut tester,
        waiting,
        &expect![
            "Who waits for a lost lock? Its own work is sound. Another task hangs with the guard in its hands, and nobody is left to drop that one."
        ],
    );
}

#[test]
fn who_keeps_its_own_channel_open_is_clicked() {
    let mut tester = opened("own-sender");
    tester.perform(act(Action::Pause));
    let working = found(&tester, |task| task.verdict == Verdict::Working);
    check_near(&mut tester, [working]);
    let kept = found(&tester, leaked);
    check_done(
        &mut tester,
        kept,
        &expect![
            "Why does its channel not end? The channel ends with its last sender, and the task that waits for that end holds it."
        ],
    );
}
