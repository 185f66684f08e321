//! The stage as a whole, on hand-made moments.

mod lane;
mod stories;

use std::collections::BTreeMap;

use expect_test::{Expect, expect};

use crate::stage::Stage;
use crate::stage::draw::{Hit, LabelKind};
use crate::stage::layout::Area;
use crate::stage::motion::Motion;
use crate::stage::palette;
use crate::stage::sand::hash;
use crate::stage::scene::{Activity, LaneTask, Leak, LeakKind, Member, Request, SceneCounts, SceneSource, TaskPhase};
use crate::stage::shape::{self, Shape, ShapeKind};
use crate::trace::event::{Role, ScopeId, TaskId};
use crate::verdict::model::Verdict;
use crate::verdict::recent::Poll;

/// A moment that a test can change at will.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) now_us: u64,
    pub(crate) requests: BTreeMap<ScopeId, Request>,
    pub(crate) closed: BTreeMap<ScopeId, Request>,
    pub(crate) leaks: Vec<Leak>,
    pub(crate) running: Option<LaneTask>,
    pub(crate) ready: Vec<LaneTask>,
    pub(crate) polls: Vec<Poll>,
    next_task: u32,
    next_scope: u32,
}

impl SceneSource for World {
    fn now_us(&self) -> u64 {
        self.now_us
    }

    fn counts(&self) -> SceneCounts {
        let count = |wanted: &[TaskPhase]| {
            let members = self.requests.values().flat_map(|request| &request.members);
            members.filter(|member| wanted.contains(&member.phase)).count() as u32
        };
        SceneCounts {
            working: count(&[TaskPhase::Working]),
            stopping: count(&[TaskPhase::Told, TaskPhase::Heard]),
            leaked: self.leaks.iter().filter(|leak| leak.kind != LeakKind::Gone).count() as u32,
            ready: self.ready.len() as u32,
        }
    }

    fn open_requests(&self, into: &mut Vec<ScopeId>) {
        into.extend(self.requests.keys());
    }

    fn request(&self, id: ScopeId, into: &mut Request) {
        into.clone_from(&self.requests[&id]);
    }

    fn closed_request(&self, id: ScopeId, into: &mut Request) -> bool {
        self.closed.get(&id).map(|request| into.clone_from(request)).is_some()
    }

    fn running(&self) -> Option<LaneTask> {
        self.running
    }

    fn ready(&self, most: usize, into: &mut Vec<LaneTask>) {
        into.extend(self.ready.iter().take(most));
    }

    fn polls(&self) -> u64 {
        self.polls.len() as u64
    }

    fn last_polls(&self, most: usize, into: &mut Vec<Poll>) {
        into.extend(&self.polls[self.polls.len() - most.min(self.polls.len())..]);
    }

    fn leaks(&self) -> usize {
        self.leaks.len()
    }

    fn leak(&self, number: usize) -> Leak {
        self.leaks[number]
    }

    fn is_alive(&self, task: TaskId) -> bool {
        self.leaks.iter().all(|leak| leak.task != task || leak.kind != LeakKind::Gone)
    }
}

impl World {
    /// Opens a request with a parent and so many children.
    pub(crate) fn open(&mut self, children: u32) -> ScopeId {
        self.next_scope += 1;
        let id = ScopeId(self.next_scope);
        let mut request = Request::default();
        for child in 0..=children {
            self.next_task += 1;
            let role = if child == 0 { Role::Parent } else { Role::Child };
            request.members.push(Member {
                task: TaskId(self.next_task),
                role,
                activity: Activity::Waiting,
                phase: TaskPhase::Working,
                heard: false,
            });
        }
        self.requests.insert(id, request);
        id
    }

    pub(crate) fn task(&self, id: ScopeId, member: usize) -> TaskId {
        self.requests[&id].members[member].task
    }

    /// Cancels a request: every working task is told to stop, and the parent returns.
    pub(crate) fn cancel(&mut self, id: ScopeId) {
        let request = self.requests.get_mut(&id).expect("it is open");
        (request.told, request.over) = (true, true);
        for member in request.members.iter_mut().filter(|member| member.phase == TaskPhase::Working) {
            member.phase = if member.role == Role::Parent { TaskPhase::Returned } else { TaskPhase::Told };
        }
        self.close_if_done(id);
    }

    pub(crate) fn set(&mut self, id: ScopeId, member: usize, phase: TaskPhase) {
        let request = self.requests.get_mut(&id).expect("it is open");
        let member = &mut request.members[member];
        member.heard |= phase == TaskPhase::Heard;
        member.phase = phase;
        let (task, role) = (member.task, member.role);
        if phase == TaskPhase::Leaked {
            self.leaks.push(Leak { task, scope: id, role, kind: LeakKind::Stranded, polls: 3 });
        }
        self.close_if_done(id);
    }

    pub(crate) fn leak_as(&mut self, id: ScopeId, member: usize, kind: LeakKind) {
        let task = self.task(id, member);
        self.set(id, member, TaskPhase::Leaked);
        self.leaks.iter_mut().find(|leak| leak.task == task).expect("it has leaked").kind = kind;
    }

    fn close_if_done(&mut self, id: ScopeId) {
        if self.requests[&id].members.iter().all(|member| member.phase >= TaskPhase::Returned) {
            let request = self.requests.remove(&id).expect("it is open");
            self.closed.insert(id, request);
        }
    }

    /// A member of a request is polled.
    pub(crate) fn poll(&mut self, id: ScopeId, member: usize) {
        let Member { task, role, .. } = self.requests[&id].members[member];
        let verdict = match self.leaks.iter().find(|leak| leak.task == task).map(|leak| leak.kind) {
            Some(LeakKind::Runaway) => Verdict::Runaway,
            _ => Verdict::Working,
        };
        self.polls.push(Poll { task, scope: id, role, number: 0, verdict });
    }

    /// Puts so many tasks on the pile without a fall.
    pub(crate) fn drop_deferred(&mut self, tasks: u32) {
        for _ in 0..tasks {
            self.next_task += 1;
            let role = if hash(self.next_task).is_multiple_of(6) { Role::Parent } else { Role::Child };
            let task = TaskId(self.next_task);
            self.leaks.push(Leak { task, scope: ScopeId(0), role, kind: LeakKind::Stranded, polls: 3 });
        }
    }
}

impl Stage {
    /// Asserts everything that must hold between two calls.
    fn verify(&self, world: &World) {
        let leaks = world.leaks.len();
        assert_eq!(self.leaks_seen, leaks);
        assert!(
            self.pile.len() + self.rim.len() <= leaks
                && leaks <= self.pile.len() + self.rim.len() + self.gone_of(world)
        );
        let held =
            self.shown.iter().flat_map(|open| &open.sprites).filter(|sprite| sprite.destination.is_some()).count();
        assert!(self.pile.aloft() <= self.falls.len() + held, "no grain stays in the air for ever");
        let open = world.requests.len();
        let shown = self.shown.iter().filter(|open| !open.closed).count();
        assert_eq!(shown + self.hidden, open, "each open request is shown or counted");
        if let Some(frames) = self.grid {
            let mut slots: Vec<usize> = self.shown.iter().map(|open| open.slot).collect();
            slots.sort_unstable();
            slots.dedup();
            assert_eq!(slots.len(), self.shown.len(), "no two requests share a place");
            assert!(slots.last().is_none_or(|last| *last < frames.capacity()));
        }
        for shape in self.shapes() {
            self.verify_shape(shape);
        }
    }

    fn gone_of(&self, world: &World) -> usize {
        world.leaks.iter().filter(|leak| leak.kind == LeakKind::Gone).count()
    }

    fn verify_shape(&self, shape: &Shape) {
        let round = matches!(
            shape.kind,
            ShapeKind::Disc
                | ShapeKind::HollowCircle
                | ShapeKind::DashedRing
                | ShapeKind::TickRing
                | ShapeKind::Dot
                | ShapeKind::Halo
        );
        assert!(!round || shape.colour != palette::of(self.theme).leak, "a circle is never vermilion: {shape:?}");
        let slack = 4.0;
        let stage = Area { x: -slack, y: -slack, w: self.width + 2.0 * slack, h: self.height + 2.0 * slack };
        assert!(stage.contains(shape.x, shape.y), "{shape:?} lies outside of the stage");
        assert!(shape.x.is_finite() && shape.y.is_finite() && shape.size >= 0.0 && shape.line >= 0.0);
    }
}

fn stage(width: u32, height: u32) -> Stage {
    let mut stage = Stage::new();
    stage.resize(width, height, 1000);
    stage
}

/// Frames of 16 ms until nothing moves.
fn rest(stage: &mut Stage, world: &World) {
    for _ in 0..400 {
        stage.update_from(world, 16, Motion::Full);
        stage.verify(world);
        if !stage.is_moving() {
            stage.pile.verify();
            return;
        }
    }
    panic!("it never comes to rest");
}

/// The stage as text: one character for 8 × 16 CSS pixels.
fn text(stage: &Stage) -> String {
    let (columns, rows) = (stage.width as usize / 8, stage.height as usize / 16);
    let mut cells = vec![vec![' '; columns]; rows];
    let mut put = |x: f32, y: f32, mark: char| {
        let (column, row) = ((x / 8.0) as usize, (y / 16.0) as usize);
        if row < rows && column < columns {
            cells[row][column] = mark;
        }
    };
    for grain in 0..stage.pile.len() as u32 {
        if let Some((x, y)) = stage.grain_position(grain) {
            put(x, y, '▪');
        }
    }
    for shape in stage.shapes() {
        let (x, y) = (shape.x, shape.y);
        match shape.kind {
            ShapeKind::Lane { w, .. } => {
                put(x, y + 14.0, '(');
                put(x + w - 8.0, y + 14.0, ')');
            }
            ShapeKind::GroundLine { w } => (0..(w / 8.0) as usize).for_each(|at| put(x + at as f32 * 8.0, y, '─')),
            ShapeKind::Frame { w, h, dashed } => {
                let [left, right] = if dashed { ['{', '}'] } else { ['[', ']'] };
                put(x, y + h * 0.5, left);
                put(x + w - 4.0, y + h * 0.5, right);
            }
            ShapeKind::Disc => put(x, y, if shape.colour == palette::LIGHT.running { '◉' } else { '●' }),
            ShapeKind::HollowCircle if shape.colour == palette::LIGHT.ready => put(x, y, '○'),
            ShapeKind::DashedRing => put(x, y, '◌'),
            ShapeKind::TickRing => put(x, y, '✓'),
            ShapeKind::Diamond => put(x, y, '◆'),
            ShapeKind::Dot => put(x, y, '·'),
            ShapeKind::Square { .. } => put(x, y, '■'),
            ShapeKind::Triangle { .. } => put(x, y, '▲'),
            ShapeKind::Pulse => put(x, y, '*'),
            ShapeKind::Outline | ShapeKind::OutlineSquare => put(x + 8.0, y, '«'),
            ShapeKind::Halo | ShapeKind::HollowCircle | ShapeKind::Ripple | ShapeKind::Line { .. } => {}
        }
    }
    let mut text: String =
        cells.iter().map(|row| row.iter().collect::<String>().trim_end().to_owned() + "\n").collect();
    for label in stage.labels() {
        text += &format!("{:?} ", label.kind);
    }
    text.trim_end().to_owned() + "\n"
}

fn check(stage: &Stage, expect: Expect) {
    expect.assert_eq(&text(stage));
}

#[test]
fn told_heard_and_returned_are_three_marks() {
    let mut world = World::default();
    let mut stage = stage(400, 320);
    let request = world.open(4);
    world.open(2);
    rest(&mut stage, &world);
    world.cancel(request);
    world.set(request, 2, TaskPhase::Heard);
    world.set(request, 3, TaskPhase::Heard);
    world.set(request, 3, TaskPhase::Returned);
    stage.update_from(&world, 100, Motion::Full);
    stage.update_from(&world, 100, Motion::Full);
    check(
        &stage,
        expect![[r#"

                   (                                   )


               ● ●         ● ●
         {  · ** ● } [  ◆      ]













         ──────────────────────────────────────────────
        Pile { tasks: 0, per_dot: 1 } OneThread Ready(0)
    "#]],
    );
    rest(&mut stage, &world);
    check(
        &stage,
        expect![[r#"

                   (                                   )


               ◌ ✓         ● ●
         {  ·  · ◌ } [  ◆      ]













         ──────────────────────────────────────────────
        Pile { tasks: 0, per_dot: 1 } OneThread Ready(0)
    "#]],
    );
}

#[test]
fn a_stranded_task_falls_and_stays() {
    let mut world = World::default();
    let mut stage = stage(400, 320);
    world.drop_deferred(30);
    let request = world.open(4);
    rest(&mut stage, &world);
    world.cancel(request);
    for member in 1..=4 {
        world.set(request, member, TaskPhase::Leaked);
    }
    for _ in 0..7 {
        stage.update_from(&world, 100, Motion::Full);
    }
    check(
        &stage,
        expect![[r#"

                   (                                   )



         {  ·    ■ ■
                 ■■









                                  ▪ ▪
                                 ▪▪ ▪
                     ▪▪ ▪▪ ▪▪ ▪▪ ▪▪ ▪▪ ▪▪    ▪
         ──────────────────────────────────────────────
        Pile { tasks: 34, per_dot: 1 } OneThread Ready(0)
    "#]],
    );
    rest(&mut stage, &world);
    check(
        &stage,
        expect![[r#"

                   (                                   )














                                  ▪ ▪
                                 ▪▪ ▪▪
                     ▪▪ ▪▪ ▪▪ ▪▪ ▪▪ ▪▪ ▪▪    ▪
         ──────────────────────────────────────────────
        Pile { tasks: 34, per_dot: 1 } OneThread Ready(0)
    "#]],
    );
}

#[test]
fn the_thread_the_queue_and_a_runaway() {
    let mut world = World::default();
    let mut stage = stage(400, 320);
    world.drop_deferred(12);
    let request = world.open(3);
    rest(&mut stage, &world);
    world.cancel(request);
    world.leak_as(request, 1, LeakKind::Runaway);
    world.running = Some(LaneTask { task: world.task(request, 2), role: Role::Child, runaway: false });
    world.requests.get_mut(&request).expect("it is open").members[2].activity = Activity::Running;
    let runaway = LaneTask { task: world.task(request, 1), role: Role::Child, runaway: true };
    world.ready = vec![runaway; 20];
    rest(&mut stage, &world);
    check(
        &stage,
        expect![[r#"

                   ( ◉  ▲ ▲  ▲ ▲ ▲ ▲ ▲                 )


         {  ·     ◌  ◌ }













          ▲             ▪   ▪  ▪ ▪▪ ▪  ▪
         ──────────────────────────────────────────────
        Pile { tasks: 13, per_dot: 1 } OneThread Ready(20) MoreReady(13)
    "#]],
    );
}

#[test]
fn above_tenfold_speed_there_are_counts_and_the_pile_only() {
    let mut world = World::default();
    let mut stage = stage(400, 320);
    for _ in 0..9 {
        world.open(3);
    }
    let last = world.open(3);
    world.cancel(last);
    world.drop_deferred(40);
    stage.update_from(&world, 16, Motion::Fast);
    assert!(!stage.is_moving());
    check(
        &stage,
        expect![[r#"

                   (                                   )



          ● ● ● ● ● ●● ● ● ● ● ● ● ●● ● ● ● ● ● ● ●● ●
          ● ● ● ● ● ●● ● ● ● ● ● ◌ ◌◌









                                  ▪ ▪
                           ▪     ▪▪ ▪▪
                     ▪▪ ▪▪ ▪▪ ▪▪ ▪▪ ▪▪ ▪▪ ▪▪ ▪▪ ▪     ▪
         ──────────────────────────────────────────────
        OpenRequests(10) Pile { tasks: 40, per_dot: 1 } OneThread Ready(0)
    "#]],
    );
}

#[test]
fn reduced_motion_changes_states_in_place() {
    let mut world = World::default();
    let mut stage = stage(400, 320);
    let request = world.open(5);
    stage.update_from(&world, 16, Motion::Reduced);
    assert!(!stage.is_moving());
    world.cancel(request);
    world.set(request, 1, TaskPhase::Leaked);
    world.set(request, 2, TaskPhase::Heard);
    stage.update_from(&world, 16, Motion::Reduced);
    assert!(!stage.is_moving());
    stage.verify(&world);
    let moving = |shape: &&Shape| matches!(shape.kind, ShapeKind::Pulse | ShapeKind::Ripple | ShapeKind::Square { .. });
    assert_eq!(stage.shapes().iter().find(moving), None);
    assert!(stage.shapes().iter().any(|shape| shape.kind == ShapeKind::TickRing));
    assert_eq!((stage.pile.len(), stage.pile.aloft()), (1, 0));
}

#[test]
fn a_pulse_travels_and_arrives() {
    let mut world = World::default();
    let mut stage = stage(760, 460);
    let request = world.open(5);
    rest(&mut stage, &world);
    world.cancel(request);
    let pulses = |stage: &Stage| stage.shapes().iter().filter(|shape| shape.kind == ShapeKind::Pulse).count();
    let rings = |stage: &Stage| stage.shapes().iter().filter(|shape| shape.kind == ShapeKind::DashedRing).count();
    stage.update_from(&world, 16, Motion::Full);
    stage.update_from(&world, 100, Motion::Full);
    assert_eq!((pulses(&stage), rings(&stage)), (5, 0), "it travels, and no task is drawn as told before it arrives");
    stage.update_from(&world, 100, Motion::Full);
    stage.update_from(&world, 100, Motion::Full);
    assert_eq!((pulses(&stage), rings(&stage)), (0, 5));
    rest(&mut stage, &world);
    assert_eq!(rings(&stage), 5, "told, and ignored");
}

#[test]
fn a_leak_found_with_its_cancel_falls_after_the_pulse() {
    let mut world = World::default();
    let mut stage = stage(760, 460);
    let request = world.open(5);
    rest(&mut stage, &world);
    world.cancel(request);
    (1..=5).for_each(|member| world.set(request, member, TaskPhase::Leaked));
    let mut seen = Vec::new();
    for _ in 0..90 {
        stage.update_from(&world, 16, Motion::Full);
        stage.verify(&world);
        let has = |kind: fn(&ShapeKind) -> bool| stage.shapes().iter().any(|shape| kind(&shape.kind));
        if has(|kind| *kind == ShapeKind::Pulse) {
            seen.push("pulse");
        }
        if has(|kind| *kind == ShapeKind::DashedRing) {
            seen.push("told");
        }
        if has(|kind| matches!(kind, ShapeKind::Square { .. })) {
            seen.push("falls");
        }
        // The count is that of the facts all along.
        assert!(stage.labels().iter().any(|label| label.kind == LabelKind::Pile { tasks: 5, per_dot: 1 }));
    }
    seen.dedup();
    assert_eq!(seen, ["pulse", "told", "falls"]);
    assert_eq!((stage.pile.aloft(), stage.shown.len()), (0, 0));
}

#[test]
fn a_rewind_is_noticed_and_leaves_nothing() {
    let mut world = World::default();
    let mut stage = stage(760, 460);
    world.drop_deferred(900);
    let request = world.open(5);
    world.now_us = 5_000_000;
    rest(&mut stage, &world);
    world.cancel(request);
    world.set(request, 1, TaskPhase::Leaked);
    stage.update_from(&world, 16, Motion::Full);
    let earlier = World { now_us: 1_000_000, ..World::default() };
    stage.update_from(&earlier, 16, Motion::Full);
    stage.verify(&earlier);
    assert!(!stage.is_moving());
    let mut fresh = Stage::new();
    fresh.update_from(&earlier, 16, Motion::Full);
    assert_eq!(stage.shapes(), fresh.shapes());
    assert_eq!(stage.labels(), fresh.labels());
    assert!(stage.pile_image().bytes.iter().all(|byte| *byte == 0));
}

#[test]
fn every_shown_task_is_hit_where_it_stands() {
    for (width, height) in [(320, 360), (760, 460), (1600, 900)] {
        let mut world = World::default();
        let mut stage = stage(width, height);
        world.drop_deferred(200);
        let requests: Vec<ScopeId> = (0..12).map(|_| world.open(5)).collect();
        rest(&mut stage, &world);
        world.leak_as(requests[0], 1, LeakKind::Runaway);
        rest(&mut stage, &world);
        let shown = world.requests.values().flat_map(|request| &request.members).map(|member| member.task);
        let leaked = world.leaks.iter().map(|leak| leak.task);
        let mut hits = 0;
        for task in shown.chain(leaked) {
            let Some((x, y)) = stage.position_of(task) else { continue };
            // A runaway on the rim may lie over a grain's corner.
            let on_rim = stage
                .rim
                .iter()
                .map(|runaway| stage.rim_position(runaway))
                .any(|(rim_x, rim_y, _)| (rim_x - x) * (rim_x - x) + (rim_y - y) * (rim_y - y) < 250.0);
            if !on_rim {
                assert_eq!(stage.hit(x, y), Some(Hit::Task(task)), "{width}: {task:?} at {x}, {y}");
                hits += 1;
            }
        }
        assert!(hits > 220);
        let (x, y) = stage.position_of(world.leaks[200].task).expect("it sits on the rim");
        assert_eq!(stage.hit(x, y), Some(Hit::Task(world.leaks[200].task)));
        let (id, area) = (
            requests[0],
            stage.frame_area(&stage.grid.expect("drawn"), &stage.shown[stage.index_of_request(requests[0]).unwrap()]).0,
        );
        assert_eq!(stage.hit(area.x + 1.0, area.y + area.h - 1.0), Some(Hit::Scope(id)));
        assert_eq!(stage.hit(-500.0, -500.0), None);
    }
}

#[test]
fn what_is_selected_is_outlined_wherever_it_goes() {
    let mut world = World::default();
    let mut stage = stage(760, 460);
    let request = world.open(3);
    world.open(3);
    let task = world.task(request, 2);
    stage.select(Some(task));
    rest(&mut stage, &world);
    let outline = |stage: &Stage| {
        let found = stage.shapes().iter().find(|shape| shape.kind.layer() >= ShapeKind::Outline.layer());
        found.map(|shape| (shape.x, shape.y))
    };
    assert_eq!(outline(&stage), stage.position_of(task));
    world.cancel(request);
    world.set(request, 2, TaskPhase::Leaked);
    rest(&mut stage, &world);
    assert_eq!(outline(&stage), stage.position_of(task));
    assert!(outline(&stage).is_some_and(|(_, y)| y > stage.regions.pile.y), "it lies on the pile");
    stage.select(None);
    assert_eq!(outline(&stage), None);
}

/// Everything that a click finds is outlined under the pointer, and nothing else is.
#[test]
fn what_the_pointer_is_over_is_what_a_click_selects() {
    let mut world = World::default();
    let mut stage = stage(760, 460);
    world.drop_deferred(200);
    world.open(5);
    world.open(5);
    rest(&mut stage, &world);
    let (mut over, mut beside) = (0, 0);
    for x in 0..76 {
        for y in 0..46 {
            let at = (x as f32 * 10.0 + 3.0, y as f32 * 10.0 + 3.0);
            stage.point_at(Some(at));
            stage.draw();
            assert_eq!(stage.is_over(), stage.hit(at.0, at.1).is_some(), "{at:?}");
            *(if stage.is_over() { &mut over } else { &mut beside }) += 1;
        }
    }
    assert!(over > 100 && beside > 100, "{over} over something, {beside} beside it");
}

#[test]
fn the_request_of_what_is_selected_is_outlined() {
    let mut world = World::default();
    let mut stage = stage(760, 460);
    let request = world.open(3);
    world.open(3);
    rest(&mut stage, &world);
    let inked = |stage: &Stage| {
        let ink = stage.palette().ink;
        let frames = stage.shapes().iter().filter(|shape| matches!(shape.kind, ShapeKind::Frame { .. }));
        frames.filter(|shape| shape.colour == ink).map(|shape| (shape.x, shape.y)).collect::<Vec<_>>()
    };
    assert_eq!(inked(&stage), []);
    stage.select(Some(world.task(request, 2)));
    let area = stage.drawing.area_of(request).expect("it is drawn");
    assert_eq!(inked(&stage), [(area.x, area.y)]);
    stage.select(None);
    assert_eq!(inked(&stage), []);
}

#[test]
fn requests_keep_their_places_while_others_come_and_go() {
    let mut world = World::default();
    let mut stage = stage(760, 460);
    let requests: Vec<ScopeId> = (0..5).map(|_| world.open(3)).collect();
    rest(&mut stage, &world);
    let place = |stage: &Stage, id: ScopeId| stage.shown[stage.index_of_request(id).unwrap()].slot;
    let before = place(&stage, requests[4]);
    for member in 0..4 {
        world.set(requests[1], member, TaskPhase::Returned);
    }
    rest(&mut stage, &world);
    assert_eq!(place(&stage, requests[4]), before);
    let newcomer = world.open(3);
    rest(&mut stage, &world);
    assert_eq!(place(&stage, newcomer), 1);
}

#[test]
fn runaways_sink_when_the_rim_is_full_and_become_grains_when_they_are_stranded() {
    let mut world = World::default();
    let mut stage = stage(760, 460);
    for _ in 0..60 {
        let request = world.open(1);
        stage.update_from(&world, 16, Motion::Full);
        world.cancel(request);
        world.leak_as(request, 1, LeakKind::Runaway);
        stage.update_from(&world, 16, Motion::Full);
        stage.verify(&world);
    }
    rest(&mut stage, &world);
    assert_eq!((stage.rim.len(), stage.pile.len()), (40, 20));
    for leak in &mut world.leaks {
        leak.kind = LeakKind::Stranded;
    }
    for _ in 0..30 {
        rest(&mut stage, &world);
    }
    assert_eq!((stage.rim.len(), stage.pile.len(), stage.sunk.len()), (0, 60, 0));
}

#[test]
fn a_task_that_is_gone_after_all_leaves_an_empty_cell() {
    let mut world = World::default();
    let mut stage = stage(760, 460);
    world.drop_deferred(50);
    rest(&mut stage, &world);
    world.leaks[7].kind = LeakKind::Gone;
    rest(&mut stage, &world);
    assert_eq!((stage.pile.len(), stage.pile.gone()), (50, 1));
    assert!(stage.labels().iter().any(|label| label.kind == LabelKind::Pile { tasks: 49, per_dot: 1 }));
}

#[test]
fn thousands_of_requests_are_shown_or_counted() {
    for (width, height) in [(320, 360), (760, 460)] {
        let mut world = World::default();
        let mut stage = stage(width, height);
        (0..3000).for_each(|_| {
            world.open(5);
        });
        rest(&mut stage, &world);
        let more = stage.labels().iter().find_map(|label| match label.kind {
            LabelKind::MoreRequests(more) => Some(more as usize),
            _ => None,
        });
        assert_eq!(more.expect("not all fit") + stage.shown.len(), 3000);
        assert!(stage.shown.len() > 60, "{width}: {}", stage.shown.len());
    }
}

#[test]
fn shapes_share_paths() {
    let mut world = World::default();
    let mut stage = stage(1600, 900);
    (0..330).for_each(|_| {
        world.open(5);
    });
    rest(&mut stage, &world);
    assert!(stage.shapes().len() > 2000);
    assert!(shape::runs(stage.shapes()).count() < 12);
}
