//! Forks: what is left behind is kept, and is what it was.

use expect_test::expect;

use crate::executor::limits::Limits;
use crate::link::tests::Draw;
use crate::link::{BRANCHES_MAX, KnobChange, Link, read};
use crate::player::run::{Keep, Player};
use crate::property::{Case, seeds};
use crate::session::action::Action;
use crate::session::branches::Way;
use crate::session::tests::{Event, Tester, act, frame, message, page, pass};

/// A run that was played for a minute and turned in its past, at 20 s, and is at 60 s again.
fn forked() -> Tester {
    let mut tester = page("?at=60000");
    tester.perform(pass(400));
    tester.perform(act(Action::Seek(20_000)));
    tester.perform(pass(100));
    tester.perform(act(Action::Flip));
    tester.perform(pass(400));
    tester.perform(act(Action::Seek(60_000)));
    tester.perform(pass(400));
    tester
}

fn leaked(tester: &Tester) -> u32 {
    tester.session.snapshot.counts.leaked
}

/// The run and its other futures: what was turned in each.
fn futures(tester: &Tester) -> (Vec<KnobChange>, Vec<Vec<KnobChange>>) {
    let Link { inputs, branches, .. } = tester.session.present_link();
    (inputs, branches.into_iter().map(|branch| branch.inputs).collect())
}

/// What the run came to by events, as a number.
fn hash(player: &Player) -> (u64, u64) {
    (player.trace().hash(), player.ledger().counts().events)
}

#[test]
fn a_flip_in_the_past_keeps_the_future_that_was_there() {
    let tester = forked();
    let session = &tester.session;
    let [branch] = session.branches.list() else { panic!("one future is left") };
    assert_eq!((branch.link.inputs.as_slice(), branch.link.end_ms), (&[][..], 60_000));
    expect!["At 1:00.0: 44 leaked here, 133 in “Unchanged after 0:20.0”."]
        .assert_eq(&session.compare_text().expect("it is compared with what was left"));
    let query = session.full_address();
    expect!["https://example.org/?v=2&lesson=leak&preset=the-leak&seed=1&in=20000:listen:on&forks=20000-60000&at=60000&lang=en"]
        .assert_eq(&query);
}

#[test]
fn a_flip_at_the_end_of_what_was_played_leaves_nothing() {
    let mut tester = page("?at=20000");
    tester.perform(pass(400));
    tester.perform(act(Action::Flip));
    assert!(tester.session.branches.list().is_empty());
    // What the link still had to turn is a future all the same.
    let mut tester = page("?at=5000&in=9000:listen:on");
    tester.perform(pass(400));
    tester.perform(act(Action::Flip));
    assert_eq!(tester.session.branches.list()[0].link.inputs.len(), 1);
}

#[test]
fn whoever_goes_into_another_future_finds_it_as_it_was() {
    let mut tester = forked();
    let (here, mut there) = (leaked(&tester), page("?at=60000"));
    there.perform(pass(600));
    tester.perform(act(Action::GoToBranch(0)));
    tester.perform(pass(600));
    assert_eq!((tester.session.snapshot.time_ms, leaked(&tester)), (60_000, leaked(&there)));
    tester.perform(act(Action::GoToBranch(0)));
    tester.perform(pass(600));
    assert_eq!((tester.session.snapshot.time_ms, leaked(&tester)), (60_000, here));
    assert_eq!(tester.session.branches.list().len(), 1);
}

#[test]
fn a_step_is_undone_and_done_again_and_no_future_is_lost() {
    let mut tester = forked();
    let forked_futures = futures(&tester);
    tester.perform(act(Action::Go(Way::Undo)));
    tester.perform(pass(600));
    let (inputs, left) = futures(&tester);
    assert_eq!((inputs.len(), left.len(), tester.session.snapshot.time_ms), (0, 1, 20_000));
    tester.perform(act(Action::Go(Way::Redo)));
    tester.perform(pass(600));
    assert_eq!(futures(&tester), forked_futures);
    assert_eq!(tester.session.snapshot.time_ms, 60_000);
}

#[test]
fn another_run_is_a_step_that_can_be_undone() {
    let mut tester = forked();
    let before = futures(&tester);
    tester.perform(message("pileup/1 set seed=7"));
    tester.perform(pass(200));
    assert_eq!(futures(&tester), (Vec::new(), Vec::new()));
    tester.perform(act(Action::Go(Way::Undo)));
    tester.perform(pass(600));
    assert_eq!((futures(&tester), tester.session.link.seed), (before, 1));
}

#[test]
fn a_future_is_named_given_up_and_got_back() {
    let mut tester = forked();
    tester.perform(act(Action::Rename(0, " as,it: was~ ".to_owned())));
    assert_eq!(tester.session.branch_name(0), "as it  was");
    tester.perform(act(Action::Delete(0)));
    assert!(tester.session.branches.list().is_empty() && tester.session.compare_text().is_none());
    tester.perform(act(Action::Go(Way::Undo)));
    assert_eq!(tester.session.branch_name(0), "as it  was");
    assert_eq!(tester.session.snapshot.time_ms, 60_000, "the run stays where it is");
}

#[test]
fn there_is_room_for_so_many_futures_and_a_sentence_for_one_more() {
    let mut tester = page("?at=30000");
    tester.perform(pass(400));
    for number in 0..BRANCHES_MAX as u64 + 1 {
        tester.perform(act(Action::Seek(1_000 + 1_000 * number)));
        tester.perform(pass(200));
        tester.perform(act(Action::Flip));
        tester.perform(pass(200));
        tester.perform(act(Action::Seek(30_000)));
        tester.perform(pass(400));
    }
    assert_eq!(tester.session.branches.list().len(), BRANCHES_MAX);
    expect!["There are 8 other futures already, and setting listen to “on” would leave one more. Delete one first."]
        .assert_eq(&tester.session.complaints.sentences(tester.session.words).join("\n"));
}

#[test]
fn a_link_carries_the_futures_and_whoever_opens_it_sees_the_same_curves() {
    let mut tester = forked();
    tester.perform(act(Action::Rename(0, "as it was".to_owned())));
    let address = tester.session.full_address();
    let (_, query) = address.split_once('?').expect("it has a query");
    let mut opened = page(&format!("?{query}"));
    opened.perform(pass(1_500));
    for tester in [&mut tester, &mut opened] {
        tester.perform(pass(200));
        tester.session.note_render();
    }
    assert_eq!(opened.session.compare_text(), tester.session.compare_text());
    let [one, other] = [&mut tester, &mut opened].map(|tester| tester.session.take_plot().expect("it was rendered"));
    assert_eq!(one.samples, other.samples);
    assert_eq!(one.ghost, other.ghost);
    assert_eq!((one.most, one.span_ms), (other.most, other.span_ms));
    assert_eq!(opened.session.full_address(), address);
}

#[test]
fn a_message_forks_goes_back_and_compares() {
    let mut tester = frame("?embed=1&at=60000");
    tester.perform(pass(400));
    tester.perform(message("pileup/1 fork at=20000&listen=on"));
    tester.perform(pass(600));
    assert_eq!(futures(&tester).1.len(), 1);
    assert_eq!(futures(&tester).0.len(), 1);
    tester.perform(message("pileup/1 compare"));
    assert_eq!(tester.session.branches.compared_number(), None);
    tester.perform(message("pileup/1 compare to=1"));
    assert_eq!(tester.session.branches.compared_number(), Some(0));
    tester.perform(message("pileup/1 back to=1"));
    tester.perform(pass(600));
    assert_eq!(futures(&tester).0.len(), 0);
    tester.perform(message("pileup/1 back"));
    tester.perform(pass(600));
    assert_eq!(futures(&tester).0.len(), 1);
}

const LIMITS: Limits = Limits { tasks_alive_max: 2_500_000, ..Limits::DEFAULT };

/// A run with these inputs, by itself, up to a moment.
fn fresh(tester: &Tester, inputs: &[KnobChange], at_ms: u64) -> Player {
    let link = Link { inputs: inputs.to_vec(), ..tester.session.link.clone() };
    let mut player = Player::with(link.spec(), Keep::Unread, LIMITS);
    player.play_to(at_ms * 1_000, u64::MAX);
    player
}

/// What a reader may do with the past.
fn some_action(draw: &mut Draw) -> Event {
    let number = draw.below(3) as usize;
    act(match draw.below(12) {
        0..4 => Action::Seek(draw.below(6_000)),
        4..7 => Action::Flip,
        7 => Action::GoToBranch(number),
        8 => Action::Go(Way::Undo),
        9 => Action::Go(Way::Redo),
        10 => Action::Compare(Some(number)),
        _ => return Event::Pass(100 * draw.below(6)),
    })
}

/// Goes to and fro between futures: each that is listed is at its end what a run with its inputs is, and all links open it.
fn forks_leave_their_origins_alone(seed: u32) {
    let mut draw = Draw::of_seed(seed);
    let mut tester = page("?traffic=120&stuck=30&at=4000");
    tester.perform(pass(200));
    for _ in 0..4 + draw.below(14) {
        tester.perform(some_action(&mut draw));
        tester.perform(pass(100 * draw.below(4)));
        let link = tester.session.present_link();
        let reading = read::query(&crate::link::write::query(&link));
        assert_eq!((reading.complaints, &reading.link.branches), (Vec::new(), &link.branches));
        assert!(!futures(&tester).1.contains(&futures(&tester).0), "the run is no other future of itself");
    }
    tester.perform(pass(400));
    for number in 0..tester.session.branches.list().len() {
        let branch = tester.session.branches.list()[number].link.clone();
        tester.perform(act(Action::GoToBranch(number)));
        tester.perform(act(Action::Seek(branch.end_ms)));
        tester.perform(pass(300));
        let player = tester.session.playback.player();
        let fresh = fresh(&tester, &branch.inputs, branch.end_ms);
        assert_eq!(futures(&tester).0, branch.inputs);
        assert_eq!(hash(player), hash(&fresh), "number {number}");
        assert_eq!(player.ledger().counts(), fresh.ledger().counts());
    }
    // All steps are undone, and done again.
    tester.perform(act(Action::Pause));
    while tester.session.branches.can()[1] {
        tester.perform(act(Action::Go(Way::Redo)));
    }
    let end = futures(&tester);
    while tester.session.branches.can()[0] {
        tester.perform(act(Action::Go(Way::Undo)));
    }
    assert_eq!(futures(&tester).0, Vec::new());
    while tester.session.branches.can()[1] {
        tester.perform(act(Action::Go(Way::Redo)));
    }
    assert_eq!(futures(&tester).0, end.0);
    for inputs in end.1 {
        assert!(futures(&tester).1.contains(&inputs), "{inputs:?}");
    }
}

#[test]
fn whatever_is_forked_its_origin_is_what_it_was() {
    for seed in seeds(60) {
        let _case = Case(|| format!("forks_leave_their_origins_alone({seed});"));
        forks_leave_their_origins_alone(seed);
    }
}
