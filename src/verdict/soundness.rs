//! A verdict is sound, or it is silent: each way in which one was once contradicted by its own run, as a test.

use crate::trace::event::TaskId;
use crate::verdict::definition::{Rule, outside_of_l};
use crate::verdict::drain::{self, Drain};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::{Task, UnprovenReason, Verdict};
use crate::verdict::testing::{ledger, trace};

/// The verdicts of tasks 1, 2, … as letters: Working, sTopping, Stranded, Runaway, Unproven, - for ended.
fn verdicts(ledger: &Ledger) -> String {
    let last = ledger.tasks().map(|task| task.id.0).max().unwrap_or(0);
    let letter = |task: u32| match ledger.task(TaskId(task)).map(|task| task.verdict) {
        None => '-',
        Some(Verdict::Working) => 'W',
        Some(Verdict::Stopping) => 'T',
        Some(Verdict::Stranded) => 'S',
        Some(Verdict::Runaway) => 'R',
        Some(Verdict::Unproven) => 'U',
    };
    (1..=last).map(letter).collect()
}

fn check(script: &str, expected: &str) {
    let ledger = ledger(script);
    assert_eq!(verdicts(&ledger), expected.trim_end_matches('-'), "{script}");
    let outside = outside_of_l(&ledger.state, Rule::Typed);
    let stranded: Vec<u32> = outside.stranded.iter().map(|id| id.0).collect();
    let known: Vec<u32> = (1..).zip(expected.chars()).filter(|(_, letter)| *letter == 'S').map(|(id, _)| id).collect();
    assert_eq!(stranded, known, "the definition says the same: {script}");
}

/// A parent (task 1) that sleeps for 10 µs, and children (2, 3) whose scripts follow.
fn request(before: &str) -> String {
    format!("open; spawn s1 parent; poll t1; spawn s1 child; spawn s1 child; {before}; wait sleep 10; pending; ")
}

#[test]
fn whoever_can_name_a_mutex_may_unlock_it() {
    let script = request("made mutex; grant t1 o1!; grant t2 o1!; grant t3 o1!");
    let locks = "poll t2; level o1 1; return; poll t3; wait lock o1!; pending; +1; ";
    check(&format!("{script}{locks}"), "W-W");
    check(&format!("{script}{locks} +9; wake t1; poll t1; over; revoke t1 o1!; wait sleep 5; pending; +1"), "W-S");
}

#[test]
fn whoever_can_close_a_channel_ends_its_senders_waits() {
    let script =
        request("made chan; grant t1 o1!; grant t2 o1!") + "poll t3; return; poll t2; wait send o1?; pending; ";
    check(&format!("{script}+1"), "WW-");
    check(&format!("{script}+10; wake t1; poll t1; over; revoke t1 o1!; wait sleep 5; pending; +1"), "WS-");
}

#[test]
fn an_abort_by_a_living_task_frees_whoever_waits_for_the_aborted_one() {
    let script = request("abortable t2; grant t1 o1!; made chan; grant t2 o2!")
        + "poll t2; wait nothing; pending; poll t3; wait recv o2!; pending; ";
    check(&format!("{script}+1"), "WWW");
    check(&format!("{script}+10; wake t1; poll t1; over; revoke t1 o1!; wait sleep 5; pending; +1"), "WSS");
    check(
        &format!(
            "{script}+10; wake t1; poll t1; over; abort t2; wake t3; wait sleep 5; pending; poll t3; over; return; +1"
        ),
        "W--",
    );
}

#[test]
fn a_right_in_a_message_belongs_to_whoever_can_receive_it() {
    let script = request("made chan; made chan; grant t1 o1?; grant t2 o2!; grant t2 o1!")
        + "poll t3; wait recv o2!; pending; poll t2; revoke t2 o2!; store o1 o2!; level o1 1; return; ";
    check(&format!("{script}+1"), "W-W");
    let unread = format!("{script}+10; wake t1; poll t1; over; revoke t1 o1?; wait sleep 5; pending; +1");
    check(&unread, "W-S");
    let received = format!(
        "{script}+10; wake t1; poll t1; over; unstore o1 o2!; level o1 0; grant t1 o2!; revoke t1 o1?
         wait sleep 5; pending; +1"
    );
    check(&received, "W-W");
}

#[test]
fn a_channel_in_a_message_of_another_is_reached_through_both() {
    let script = request("made chan; made chan; made chan; grant t1 o1?")
        + "poll t2; store o1 o2?; store o2 o3!; return; poll t3; wait recv o3!; pending; ";
    check(&format!("{script}+1"), "W-W");
    check(&format!("{script}+10; wake t1; poll t1; over; revoke t1 o1?; wait sleep 5; pending; +1"), "W-S");
}

#[test]
fn a_circle_of_messages_that_nobody_can_receive_frees_nobody() {
    let script = request("made chan; made chan; made chan")
        + "poll t2; store o1 o2?; store o2 o1?; store o2 o3!; return; poll t3; wait recv o3!; pending; +1";
    check(&script, "W-S");
}

#[test]
fn whoever_waits_to_receive_a_message_is_not_free_for_its_sake() {
    let script = request("made chan; made chan; grant t2 o1?; grant t1 o1!")
        + "poll t1; over; revoke t1 o1!; store o1 o2!; return; poll t2; wait recv o1!; pending; poll t3; wait recv o2!
           pending; +1";
    check(&script.replace("wait sleep 10; pending; ", "wait sleep 10; pending; wake t1; "), "-SS");
}

#[test]
fn a_handle_that_outlives_its_holder_makes_the_proof_impossible_until_it_is_dropped() {
    let script = request("made chan; grant t2 o1!") + "poll t3; wait recv o1!; pending; poll t2; return kept; +1; ";
    check(&script, "W-U");
    assert_eq!(ledger(&script).unproven_reason(TaskId(3)), Some(UnprovenReason::MayBeFreed));
    check(&format!("{script}+9; wake t1; poll t1; over; revoke t2 o1!; wait sleep 5; pending; +1"), "W-S");
    check(
        &format!("{script}+9; wake t1; poll t1; over; wake t3; pending; poll t3; over; wait sleep 5; pending"),
        "S-W",
    );
}

#[test]
fn a_right_that_was_given_to_nobody_in_particular_is_at_large() {
    let script = request("made chan; store o0 o1!") + "poll t2; return; poll t3; wait recv o1!; pending; +1; ";
    check(&script, "W-U");
    check(&format!("{script}+9; wake t1; poll t1; over; unstore o0 o1!; wait sleep 5; pending; +1"), "W-S");
}

#[test]
fn what_a_task_holds_that_shares_memory_may_be_in_anybodys_hands() {
    for exposed in ["exposed t2; grant t2 o1!", "grant t2 o1!; exposed t2"] {
        let script = request(&format!("made chan; {exposed}"))
            + "poll t3; wait recv o1!; pending; poll t2; wait nothing; pending; +1; ";
        check(&script, "WSU");
        let known = format!("{script}+9; wake t1; poll t1; over; grant t1 o1!; wait sleep 5; pending; +1; ");
        check(&known, "WSW");
        check(
            &format!("{known}+4; wake t1; poll t1; over; revoke t1 o1!; revoke t2 o1!; wait sleep 5; pending; +1"),
            "WSS",
        );
    }
}

#[test]
fn when_everybody_shares_memory_every_right_may_be_in_anybodys_hands() {
    let script = request("made chan; grant t2 o1!; exposed t0")
        + "poll t3; wait recv o1!; pending; poll t2; wait nothing; pending; +1; ";
    check(&script, "WSU");
}

#[test]
fn a_stranded_task_that_turns_out_to_share_memory_is_judged_anew() {
    let script =
        request("made chan; grant t2 o1!") + "poll t3; wait recv o1!; pending; poll t2; wait nothing; pending; +1; ";
    check(&script, "WSS");
    let anew = format!("{script}+9; wake t1; poll t1; over; exposed t2; wait sleep 5; pending; +1");
    check(&anew, "WSU");
    let ledger = ledger(&anew);
    assert_eq!(ledger.task(TaskId(2)).and_then(Task::leaked_us), Some(0), "it has been stranded since");
    assert_eq!(ledger.pile().map(|id| id.0).collect::<Vec<_>>(), [2]);
}

#[test]
fn certainty_that_returns_spreads_to_everybody_who_waits_for_it() {
    let script = request("made chan; made chan; grant t2 o2!; store o0 o1!")
        + "poll t2; wait recv o1!; pending; poll t3; wait recv o2!; pending; +1; ";
    check(&script, "WUU");
    let known = format!("{script}+9; wake t1; poll t1; over; grant t1 o1!; wait sleep 5; pending; +1; ");
    check(&known, "WWW");
    check(&format!("{known}+4; wake t1; poll t1; over; revoke t1 o1!; wait sleep 5; pending; +1"), "WUU");
}

#[test]
fn every_wait_of_a_line_counts_until_it_is_over() {
    let script = request("made chan; made chan; grant t1 o1!; grant t1 o2!") + "poll t3; return; ";
    let joined =
        format!("{script} poll t2; wait recv o1! @7; wait recv o2! @7 #1; pending; +10; wake t1; poll t1; over; ");
    check(&format!("{joined} revoke t1 o1!; wait sleep 5; pending; +1"), "WW-");
    check(&format!("{joined} revoke t1 o1!; revoke t1 o2!; wait sleep 5; pending; +1"), "WS-");
    let one_over = format!("{joined} wake t2; wait sleep 5; pending; poll t2; over recv 1 @7 #0; pending; +1; ");
    check(&one_over, "WW-");
    assert_eq!(
        ledger(&one_over).task(TaskId(2)).map(|task| task.waits().map(|wait| wait.nth).collect()),
        Some(vec![1])
    );
    check(&format!("{one_over} +4; wake t1; poll t1; over; revoke t1 o2!; wait sleep 5; pending; +1"), "WS-");
}

#[test]
fn a_select_of_a_thousand_cases_is_freed_by_its_last_one() {
    let made = "made chan; ".repeat(1_000);
    let cases: String = (1..=1_000).map(|object| format!(" o{object}!")).collect();
    let script = request(&format!("{made} grant t1 o1000!"))
        + &format!("poll t3; return; poll t2; wait select{cases}; pending; ");
    check(&format!("{script}+1"), "WW-");
    check(&format!("{script}+10; wake t1; poll t1; over; revoke t1 o1000!; wait sleep 5; pending; +1"), "WS-");
}

#[test]
fn a_foreign_wait_is_hopeless_only_when_nobody_keeps_its_waker() {
    let script = request("");
    let kept = format!("{script} poll t2; waker-kept; pending; poll t3; pending; +1; ");
    check(&kept, "WUS");
    assert_eq!(ledger(&kept).unproven_reason(TaskId(2)), Some(UnprovenReason::MayBeFreed));
    check(&format!("{kept} +9; wake t1; poll t1; over; wake t2; return; poll t2; wait sleep 5; pending; +1"), "-TS");
    check(&format!("{kept} +9; wake t1; poll t1; over; wake t2; return; poll t2; pending; +1"), "-SS");
}

#[test]
fn a_wait_beside_a_kept_waker_counts_first() {
    let script =
        request("made chan; grant t1 o1!") + "poll t3; return; poll t2; waker-kept; wait recv o1!; pending; +1; ";
    check(&script, "WW-");
    check(&format!("{script} +9; wake t1; poll t1; over; revoke t1 o1!; wait sleep 5; pending; +1"), "WU-");
}

#[test]
fn an_input_may_always_come_and_an_answer_only_while_the_request_is_open() {
    let script = request("") + "poll t2; wait recv o0?; pending; poll t3; wait recv o0!; pending; ";
    check(&format!("{script}+1"), "WWW");
    check(&format!("{script}+1; close s1; +1"), "TTS");
}

#[test]
fn a_context_that_a_task_makes_for_itself_does_not_tell_its_request() {
    let ledger = ledger(&(request("made ctx; grant t1 o1!; cancel o1") + "poll t2; return; poll t3; return; +1"));
    assert_eq!((ledger.counts().told, ledger.counts().working), (0, 1));
}

#[test]
fn a_timer_can_be_reset_by_whoever_holds_it_until_it_is_gone() {
    let script = request("made timer; arm o1 3") + "poll t2; return; poll t3; wait recv o1!; pending; +3; disarm o1; ";
    let fired = script.clone() + "wake t3; poll t3; over; wait recv o1!; pending; +1; ";
    check(&fired, "W-W");
    check(&format!("{fired} +6; wake t1; poll t1; over; gone o1; wait sleep 5; pending; +1"), "W-S");
}

/// A loop in a closed request whose round is `round`, entered by `start`.
fn looping(start: &str, round: &str) -> String {
    let one = format!("+10; wake t2; poll t2; over; {round}; wait sleep 10; pending; ");
    let start = format!("open; spawn s1 parent; poll t1; spawn s1 child; {start}; return; ");
    format!("{start} poll t2; {round}; wait sleep 10; pending; {}", one.repeat(5))
}

#[test]
fn a_loop_that_does_not_say_what_it_depends_on_is_no_proven_runaway() {
    check(&looping("", "state 7"), "-R");
    check(&looping("", ""), "-U");
    assert_eq!(ledger(&looping("", "")).unproven_reason(TaskId(2)), Some(UnprovenReason::RunsAgain));
}

#[test]
fn a_task_that_runs_again_stays_unproven_until_it_ends_or_an_input_arrives() {
    let script = looping("", "");
    check(&format!("{script} +10; wake t2; poll t2; over; wait sleep 70; pending; +1"), "-U");
    check(&format!("{script} input k0 1; +1"), "-T");
    let counts = ledger(&format!("{script} +10; wake t2; poll t2; over; return")).counts();
    assert_eq!((counts.unproven, counts.leaked, counts.finished), (0, 0, 2));
    check(&format!("{script} +10; wake t2; poll t2; over; wait nothing; pending; +1"), "-S");
    let declares = "+10; wake t2; poll t2; over; state; wait sleep 10; pending; ".repeat(3);
    check(&format!("{script} {declares}"), "-R");
}

#[test]
fn a_loop_that_polls_a_context_is_none_while_somebody_outside_can_cancel_it() {
    let outside = "made ctx; spawn s0 root; grant t1 o1!; poll t1; wait sleep 9000000; pending; ";
    let script = |round: &str| {
        let own = looping("", round).replace("t2", "t3").replace("poll t1", "poll t2");
        outside.to_owned() + &own
    };
    check(&script("state o1"), "W-U");
    check(&script("state"), "W-R");
}

#[test]
fn a_loop_that_looks_at_a_deadline_is_none_until_it_has_passed() {
    let hours = 2 * 3_600_000_000_u64;
    check(&looping(&format!("made ctx; arm o1 {hours}"), "state o1"), "-T");
    check(&looping(&format!("made ctx; arm o1 {hours}"), "state"), "-R");
}

#[test]
fn a_loop_that_looks_at_a_queue_is_another_state_with_each_message() {
    let script = looping("made chan", "state o1");
    check(&script, "-R");
    let rounds =
        |level: u32| format!("+10; wake t2; poll t2; over; level o1 {level}; state o1; wait sleep 10; pending; ");
    let growing: String = (1..9).map(rounds).collect();
    let first = "open; spawn s1 parent; poll t1; spawn s1 child; made chan; return; poll t2; state o1; wait sleep 10; pending; ";
    check(&format!("{first}{growing}"), "-T");
}

#[test]
fn a_message_that_the_loop_may_receive_hides_a_value() {
    check(&looping("made chan; grant t2 o1?; level o1 1", "state"), "-U");
    check(&looping("made chan; grant t2 o1?; level o1 0", "state"), "-R");
    check(&looping("made chan; level o1 1", "state o1"), "-R");
}

#[test]
fn two_who_take_turns_at_a_channel_are_not_in_the_same_state_each_time() {
    let start = "open; spawn s1 parent; poll t1; spawn s1 child; spawn s1 child; spawn s1 child; made chan
         grant t2 o1!; grant t3 o1?; grant t4 o1?; return
         poll t3; state; wait recv o1!; pending; poll t4; state; wait recv o1!; pending
         poll t2; state; wait sleep 10; pending; ";
    let round = |receiver: u32| {
        format!(
            "+10; wake t2; poll t2; over; wake t{receiver}; state; wait sleep 10; pending
             poll t{receiver}; over; state; wait recv o1!; pending; "
        )
    };
    check(&format!("{start}{}", round(3)), "-TTT");
    check(&format!("{start}{}{}{}", round(3), round(4), round(3)), "-RRR");
}

#[test]
fn a_helper_that_says_nothing_of_itself_may_know_what_the_loop_does_not() {
    let round = |helper: u32, says: &str| {
        format!(
            "+10; wake t2; poll t2; over; spawn s1 child; state; wait sleep 10; pending; poll t{helper}; {says} return; "
        )
    };
    let script =
        |says: &str| looping("", "state; drew") + &(3..7).map(|helper| round(helper, says)).collect::<String>();
    check(&script("state;"), "-R");
    check(&script(""), "-U");
}

#[test]
fn a_right_at_large_in_reach_forbids_the_proof() {
    check(&looping("made chan; grant t2 o1?; store o0 o1!", "state"), "-U");
    check(&looping("made chan; grant t2 o1?; exposed t2", "state"), "-U");
    check(&looping("exposed t0", "state"), "-U");
}

#[test]
fn whoever_may_be_aborted_from_outside_is_no_proven_runaway() {
    let outside = "spawn s0 root; poll t1; wait sleep 9000000; pending; ";
    let own = looping("abortable t2; grant t1 o1!", "state").replace("t2", "t3").replace("poll t1", "poll t2");
    check(&(outside.to_owned() + &own), "W-U");
    let own = looping("abortable t2", "state").replace("t2", "t3").replace("poll t1", "poll t2");
    check(&(outside.to_owned() + &own), "W-R");
}

#[test]
fn a_preempted_task_stands_in_the_ready_queue_again() {
    let script = "open; spawn s1 parent; poll t1; preempted; pending";
    let ledger = ledger(script);
    assert_eq!((ledger.counts().ready, ledger.counts().leaked), (1, 0));
}

#[test]
fn a_stranded_task_that_is_woken_all_the_same_is_taken_back_and_nothing_is_proven_by_handles_any_more() {
    let script = request("made chan; grant t2 o1!")
        + "poll t3; wait recv o1!; pending; poll t2; wait nothing; pending; +1; wake t2; poll t2; over; wait nothing
           pending; +1";
    let mut ledger = Ledger::new();
    ledger.catch_up(&trace(&script));
    ledger.settle();
    ledger.verify();
    assert_eq!((ledger.contradictions(), verdicts(&ledger).as_str()), (1, "WSU"));
    assert_eq!((ledger.counts().leaked, ledger.pile().count()), (1, 1));
}

const HOUR_US: u64 = 3_600_000_000;

#[test]
fn a_drain_cannot_say_what_becomes_of_a_task_whose_waker_somebody_keeps() {
    let ledger = ledger("open; spawn s1 parent; poll t1; waker-kept; pending; close s1; +1");
    let unproven = Drain::Unproven { leaked: 0, alive: 1, horizon_us: HOUR_US };
    assert_eq!(drain::judge(&ledger, HOUR_US), Some(unproven));
}

#[test]
fn a_drain_knows_that_nobody_is_left_to_use_a_handle() {
    let script = "open; spawn s1 parent; poll t1; made chan; store o0 o1!; wait recv o1!; pending; close s1; +1";
    let Some(Drain::Leaks { stranded, held_up, .. }) = drain::judge(&ledger(script), HOUR_US) else {
        panic!("decided")
    };
    assert_eq!((stranded.total(), held_up.total()), (0, 1));
}

#[test]
fn a_drain_waits_for_a_loop_that_is_not_proven() {
    let ledger = ledger(&looping("", ""));
    assert_eq!(drain::judge(&ledger, HOUR_US), None);
    assert_eq!(drain::judge(&ledger, 1), Some(Drain::Unproven { leaked: 0, alive: 1, horizon_us: 1 }));
}

mod large {
    //! Structures of which each part is touched a few times, however deep or wide they are.

    use super::*;

    const MANY: u32 = 100_000;

    fn each(count: u32, line: impl Fn(u32) -> String) -> String {
        (1..=count).map(|number| line(number) + "; ").collect()
    }

    #[test]
    fn a_hundred_thousand_nested_channels() {
        let made = each(MANY, |_| "made chan".to_owned());
        let nested = each(MANY - 1, |channel| format!("store o{channel} o{}?", channel + 1));
        let script = request(&format!("{made} {nested} made chan; store o{MANY} o{}!; grant t1 o1?", MANY + 1))
            + &format!("poll t2; return; poll t3; wait recv o{}!; pending; ", MANY + 1);
        assert_eq!(verdicts(&ledger(&format!("{script}+1"))), "W-W");
        let unread = format!("{script}+10; wake t1; poll t1; over; revoke t1 o1?; wait sleep 5; pending; +1");
        assert_eq!(verdicts(&ledger(&unread)), "W-S");
    }

    #[test]
    fn a_hundred_thousand_contexts_in_a_chain_with_a_waiter_each() {
        let count = MANY / 4;
        let made =
            each(count, |number| if number == 1 { "made ctx".into() } else { format!("made ctx o{}", number - 1) });
        let spawned = each(count, |_| "spawn s1 child".to_owned());
        let waits = each(count, |number| format!("poll t{}; wait recv o{number}!; pending", number + 1));
        let script = format!(
            "open; spawn s1 parent; poll t1; grant t0 o1?; {made} grant t1 o1!; {spawned} wait sleep 10; pending; {waits}"
        );
        assert_eq!(ledger(&format!("{script} +1")).counts().working, count + 1);
        let lost = format!("{script} +10; wake t1; poll t1; over; revoke t1 o1!; wait sleep 5; pending; +1");
        assert_eq!(ledger(&lost).counts().stranded, count);
        let gone = each(count, |number| format!("cancel o{}; gone o{}", count + 1 - number, count + 1 - number));
        let mut ledger = Ledger::new();
        ledger.catch_up(&trace(&format!("{made} {gone} +1")));
        assert_eq!(ledger.state.graph.len(), (0, 0));
    }

    #[test]
    fn a_hundred_thousand_sibling_contexts_that_are_cancelled_one_by_one() {
        let made = each(MANY, |_| "made ctx o1".to_owned());
        let held = each(MANY, |number| format!("grant t0 o{}!", number + 1));
        let cancelled = each(MANY, |number| format!("cancel o{0}; revoke t0 o{0}!; gone o{0}", number + 1));
        let mut ledger = Ledger::new();
        ledger.catch_up(&trace(&format!("made ctx; grant t0 o1!; {made} {held} +1; {cancelled} +1")));
        assert_eq!(ledger.state.graph.len(), (1, 1));
    }

    #[test]
    fn a_hundred_thousand_open_requests_that_end_in_any_order() {
        let count = MANY / 4;
        let opened = each(count, |number| format!("open; spawn s{number} parent"));
        let end = |number: u32| format!("poll t{number}; return");
        let ended = each(count, |number| end(if number % 2 == 0 { number } else { count - number }.max(1)));
        let mut ledger = Ledger::new();
        ledger.catch_up(&trace(&format!("{opened} {ended}")));
        let shown = ledger.shown_scopes().count();
        assert_eq!(shown as u32, ledger.counts().alive);
    }

    #[test]
    fn leaks_that_end_leave_nothing_behind() {
        let mut ledger = Ledger::new();
        let request = |number: u32| {
            let wait = "wait nothing; pending; +1; ";
            format!("open; spawn s{number} parent; poll t{number}; {wait} abort t{number}")
        };
        ledger.catch_up(&trace(&each(MANY / 4, request)));
        ledger.settle();
        ledger.verify();
        assert_eq!((ledger.leaks_found(), ledger.counts().alive), (MANY / 4, 0));
        assert!(ledger.bytes() < 220_000, "{} bytes", ledger.bytes());
    }

    #[test]
    fn a_loop_that_never_ends_and_its_helpers_leave_nothing_behind() {
        let round = |number: u32| {
            let helper = number + 1;
            format!("+1; wake t1; poll t1; over; spawn s1 child; wait sleep 1; pending; poll t{helper}; return")
        };
        let start = "open; spawn s1 parent; close s1; poll t1; wait sleep 1; pending; ";
        let mut ledger = Ledger::new();
        ledger.catch_up(&trace(&(start.to_owned() + &each(MANY / 4, round))));
        ledger.verify();
        assert_eq!((ledger.counts().alive, ledger.counts().finished), (1, MANY / 4));
        assert!(ledger.bytes() < 260_000, "{} bytes", ledger.bytes());
    }
}
