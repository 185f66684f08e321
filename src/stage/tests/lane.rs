//! The thread's lane through polls: what is gold where, frame by frame.

use expect_test::{Expect, expect};

use crate::stage::Stage;
use crate::stage::draw::LabelKind;
use crate::stage::layout::Lane;
use crate::stage::motion::Motion;
use crate::stage::shape::ShapeKind;
use crate::stage::tests::{World, stage};
use crate::stage::thread::LaneMode;
use crate::stage::thread::{SteppedTask, Touch};
use crate::trace::event::ScopeId;

/// What a frame shows of the lane: whether somebody runs in it, how many rings wait there, how many are on their way, who is
/// gold at home (by the number in the request), and the words at its end.
fn seen(stage: &Stage, world: &World) -> String {
    let (x, y) = Lane::new(stage.regions.lane).running();
    let shapes = stage.shapes().iter();
    let is_thread = |kind: ShapeKind| matches!(kind, ShapeKind::Disc | ShapeKind::Diamond);
    let gold = shapes.clone().filter(|shape| is_thread(shape.kind) && shape.colour == stage.palette().running);
    let near = |at: (f32, f32), to: (f32, f32)| (at.0 - to.0).abs() < 6.0 && (at.1 - to.1).abs() < 6.0;
    let runs = gold.clone().any(|shape| near((shape.x, shape.y), (x, y)) && shape.alpha == 255);
    let rings = shapes.filter(|shape| shape.kind == ShapeKind::HollowCircle && shape.size == 5.2);
    let all = rings.clone().count();
    let waiting = rings.filter(|ring| (ring.y - y).abs() < 1.0).count();
    let request = &world.requests[&ScopeId(1)];
    let at_home = request.members.iter().enumerate().filter(|(_, member)| {
        let Some(home) = stage.position_of(member.task) else { return false };
        gold.clone().any(|shape| near((shape.x, shape.y), home) && shape.alpha == 255 && shape.y > y + 20.0)
    });
    let at_home: Vec<String> = at_home.map(|(number, _)| number.to_string()).collect();
    let words = stage.labels().iter().find_map(|label| match label.kind {
        LabelKind::Polls(polls) => Some(format!("{polls} polls/s")),
        LabelKind::Ready(ready) => Some(format!("{ready} ready")),
        _ => None,
    });
    format!(
        "{}, {} waiting, {} flying, gold at home: [{}]; {}",
        if runs { "runs" } else { "free" },
        waiting,
        all - waiting,
        at_home.join(" "),
        words.expect("the lane has words")
    )
}

/// A request with three children, of which one and then two more are polled; a line whenever the picture is another.
#[track_caller]
fn check(mode: LaneMode, motion: Motion, expected: Expect) -> (World, Stage) {
    let (mut world, mut stage) = (World::default(), stage(760, 460));
    let id = world.open(3);
    stage.set_lane_mode(mode);
    let (mut lines, mut before) = (String::new(), String::new());
    for frame in 0..100_u64 {
        match frame {
            20 => world.poll(id, 1),
            60 => [2, 3].into_iter().for_each(|member| world.poll(id, member)),
            _ => {}
        }
        stage.update_from(&world, 16, motion);
        let now = seen(&stage, &world);
        if now != before {
            lines += &format!("{} ms: {now}\n", frame * 16);
            before = now;
        }
    }
    lines += &format!("{} of {} shown", stage.polls_shown(), world.polls.len());
    expected.assert_eq(&lines);
    (world, stage)
}

#[test]
fn each_poll_flies_into_the_lane_runs_and_flies_home() {
    check(
        LaneMode::Replay,
        Motion::Full,
        expect![[r#"
            0 ms: free, 0 waiting, 0 flying, gold at home: []; 0 ready
            320 ms: free, 0 waiting, 1 flying, gold at home: []; 0 ready
            480 ms: free, 1 waiting, 0 flying, gold at home: []; 0 ready
            528 ms: free, 0 waiting, 0 flying, gold at home: [1]; 0 ready
            576 ms: runs, 0 waiting, 0 flying, gold at home: [1]; 0 ready
            624 ms: runs, 0 waiting, 0 flying, gold at home: [1]; 2 polls/s
            832 ms: runs, 0 waiting, 0 flying, gold at home: []; 2 polls/s
            848 ms: free, 0 waiting, 0 flying, gold at home: []; 2 polls/s
            960 ms: free, 0 waiting, 2 flying, gold at home: []; 2 polls/s
            1120 ms: free, 2 waiting, 0 flying, gold at home: []; 3 polls/s
            1168 ms: free, 1 waiting, 0 flying, gold at home: [2]; 3 polls/s
            1216 ms: runs, 1 waiting, 0 flying, gold at home: [2]; 3 polls/s
            1280 ms: runs, 0 waiting, 0 flying, gold at home: [3]; 3 polls/s
            1296 ms: free, 0 waiting, 0 flying, gold at home: [3]; 3 polls/s
            1328 ms: runs, 0 waiting, 0 flying, gold at home: [3]; 3 polls/s
            1584 ms: runs, 0 waiting, 0 flying, gold at home: []; 3 polls/s
            3 of 3 shown"#]],
    );
}

#[test]
fn with_reduced_motion_nothing_flies_and_who_is_polled_turns_gold() {
    check(
        LaneMode::Replay,
        Motion::Reduced,
        expect![[r#"
            0 ms: free, 0 waiting, 0 flying, gold at home: []; 0 ready
            320 ms: runs, 0 waiting, 0 flying, gold at home: [1]; 0 ready
            624 ms: free, 0 waiting, 0 flying, gold at home: []; 2 polls/s
            960 ms: runs, 1 waiting, 0 flying, gold at home: [2]; 2 polls/s
            1072 ms: runs, 0 waiting, 0 flying, gold at home: [3]; 2 polls/s
            1120 ms: runs, 0 waiting, 0 flying, gold at home: [3]; 3 polls/s
            1376 ms: free, 0 waiting, 0 flying, gold at home: []; 3 polls/s
            3 of 3 shown"#]],
    );
}

#[test]
fn a_clock_that_rests_shows_the_moment_and_no_poll_before_it() {
    check(
        LaneMode::Moment,
        Motion::Full,
        expect![[r#"
        0 ms: free, 0 waiting, 0 flying, gold at home: []; 0 ready
        0 of 3 shown"#]],
    );
}

#[test]
fn above_tenfold_speed_polls_are_counted_and_none_is_shown() {
    let (mut world, mut stage) = (World::default(), stage(760, 460));
    let id = world.open(3);
    stage.set_lane_mode(LaneMode::Replay);
    for _ in 0..100 {
        (0..50).for_each(|_| world.poll(id, 1));
        stage.update_from(&world, 16, Motion::Fast);
        assert_eq!(stage.polls_shown(), 0);
        assert!(stage.thread.polls.is_empty(), "not one is looked at");
    }
    assert!(stage.labels().iter().any(|label| matches!(label.kind, LabelKind::Polls(3_000..3_300))));
    assert!(seen(&stage, &world).starts_with("runs, 0 waiting, 0 flying"));
    (0..20).for_each(|_| stage.update_from(&world, 16, Motion::Fast));
    assert!(seen(&stage, &world).starts_with("free, 0 waiting, 0 flying"));
}

#[test]
fn the_clock_stops_and_in_the_same_frame_nothing_is_in_the_lane() {
    let (mut world, mut stage) = (World::default(), stage(760, 460));
    let id = world.open(3);
    stage.set_lane_mode(LaneMode::Replay);
    (0..4).for_each(|member| world.poll(id, member));
    for _ in 0..15 {
        stage.update_from(&world, 16, Motion::Full);
    }
    assert_ne!(seen(&stage, &world), "free, 0 waiting, 0 flying, gold at home: []; 0 ready");
    assert_eq!(stage.set_lane_mode(LaneMode::Moment), LaneMode::Replay);
    stage.update_from(&world, 16, Motion::Full);
    assert_eq!(seen(&stage, &world), "free, 0 waiting, 0 flying, gold at home: []; 0 ready");
}

#[test]
fn the_task_of_a_step_stays_gold_until_the_next_one() {
    let (mut world, mut stage) = (World::default(), stage(760, 460));
    let id = world.open(3);
    world.poll(id, 2);
    let task = world.polls[0];
    (0..20).for_each(|_| stage.update_from(&world, 16, Motion::Full));
    for (stepped, expected) in [
        (Some(Touch::Ran), "runs, 0 waiting, 0 flying, gold at home: [2]; 0 ready"),
        (Some(Touch::Affected), "free, 0 waiting, 0 flying, gold at home: []; 0 ready"),
        (None, "free, 0 waiting, 0 flying, gold at home: []; 0 ready"),
    ] {
        stage.show_stepped(stepped.map(|touch| SteppedTask { task, touch }));
        for _ in 0..100 {
            stage.update_from(&world, 16, Motion::Full);
            assert_eq!(seen(&stage, &world), expected);
        }
        let is_ringed = stage.shapes().iter().any(|shape| shape.kind == ShapeKind::Halo && shape.y > 60.0);
        assert_eq!(is_ringed, stepped.is_some(), "{stepped:?}");
    }
}
