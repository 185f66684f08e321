//! The stage through random stories: whatever happens to the world and to the window, it stays whole.
//!
//! A story is data. The one that fails is printed as a test that tells it again.

use std::cell::RefCell;

use crate::executor::rng::{Rng, Stream};
use crate::property::{Case, assert_common, seeds};
use crate::stage::Stage;
use crate::stage::motion::Motion::{self, Fast, Full, Reduced};
use crate::stage::palette::Theme::{self, Dark, Light};
use crate::stage::scene::LeakKind::{self, Runaway};
use crate::stage::scene::TaskPhase::{self, Heard, Leaked, Returned};
use crate::stage::shape::ShapeKind;
use crate::stage::tests::{World, rest, stage};
use crate::stage::thread::LaneMode;
use crate::trace::event::ScopeId;

/// One thing that happens to the world or to its stage.
#[derive(Clone, Copy, Debug)]
enum Happening {
    /// A request with so many children opens.
    Open(u32),
    Cancel(ScopeId),
    /// A member of a request comes to this.
    Set(ScopeId, usize, TaskPhase),
    Leak(ScopeId, usize, LeakKind),
    /// So many tasks are on the pile.
    Bury(u32),
    /// A member of a request is polled.
    Poll(ScopeId, usize),
    Lane(LaneMode),
    /// Width and height in CSS pixels, and device pixels for 1000 of them.
    Resize(u32, u32, u32),
    Paint(Theme),
    /// A frame, so many milliseconds after the one before.
    Frame(u32, Motion),
}

use Happening::{Bury, Cancel, Frame, Lane, Leak, Open, Paint, Poll, Resize, Set};

struct Story {
    world: World,
    stage: Stage,
}

impl Story {
    fn of(width: u32, height: u32) -> Story {
        Story { world: World::default(), stage: stage(width, height) }
    }

    fn tell(&mut self, happening: Happening) {
        let Story { world, stage } = self;
        match happening {
            Open(children) => _ = world.open(children),
            Cancel(id) => world.cancel(id),
            Set(id, member, phase) => world.set(id, member, phase),
            Leak(id, member, kind) => world.leak_as(id, member, kind),
            Bury(tasks) => world.drop_deferred(tasks),
            Poll(id, member) => world.poll(id, member),
            Lane(mode) => _ = stage.set_lane_mode(mode),
            Resize(width, height, scale) => stage.resize(width, height, scale),
            Paint(theme) => stage.set_theme(theme),
            Frame(ms, motion) => {
                stage.update_from(world, ms, motion);
                stage.verify(world);
                // It looks at every pixel, so not in each frame.
                if ms.is_multiple_of(16) {
                    stage.pile.verify();
                }
            }
        }
    }

    fn end(&mut self) {
        rest(&mut self.stage, &self.world);
    }

    /// Whether anything is drawn besides the thread's lane and the ground.
    fn is_peopled(&self) -> bool {
        let furniture = |kind: &ShapeKind| matches!(kind, ShapeKind::Lane { .. } | ShapeKind::GroundLine { .. });
        self.stage.shapes().iter().any(|shape| !furniture(&shape.kind))
    }
}

/// What a failing story is printed as.
fn told(width: u32, height: u32, happenings: &[Happening]) {
    let mut story = Story::of(width, height);
    happenings.iter().for_each(|happening| story.tell(*happening));
    story.end();
}

#[test]
fn a_request_that_is_cancelled_before_its_first_frame_leaks_and_is_buried() {
    told(
        320,
        360,
        &[Open(2), Cancel(ScopeId(1)), Leak(ScopeId(1), 1, Runaway), Frame(16, Full), Bury(700), Frame(16, Fast)],
    );
}

#[test]
fn whatever_happens_the_stage_stays_whole() {
    let (seeds, mut peopled) = (seeds(8), 0);
    for seed in seeds.clone() {
        let mut draws = Rng::new(seed, Stream::Program(0));
        let (width, height) = [(320, 360), (358, 420), (760, 460), (1600, 900)][seed as usize % 4];
        let happened = RefCell::new(Vec::new());
        let _case = Case(|| format!("told({width}, {height}, &{:?});", happened.borrow()));
        let mut story = Story::of(width, height);
        let children = 1 + draws.below(12);
        for _ in 0..150 {
            for happening in next(&story.world, children, &mut draws) {
                happened.borrow_mut().push(happening);
                story.tell(happening);
            }
        }
        peopled += usize::from(story.is_peopled());
        story.end();
    }
    assert_common("somebody is on the stage", peopled, 2, &seeds);
}

/// What comes next, up to a frame.
fn next(world: &World, children: u32, draws: &mut Rng) -> Vec<Happening> {
    let mut next = Vec::new();
    if draws.below(3) == 0 {
        next.extend((0..draws.below(6)).map(|_| Open(children)));
    }
    for (id, request) in &world.requests {
        let member = draws.below(request.members.len() as u32) as usize;
        if draws.below(8) == 0 {
            next.push(Poll(*id, member));
        }
        if request.told {
            if request.members[member].phase < Returned {
                next.extend(match draws.below(5) {
                    0 => Some(Set(*id, member, Leaked)),
                    1 => Some(Leak(*id, member, Runaway)),
                    2 => Some(Set(*id, member, Heard)),
                    3 => Some(Set(*id, member, Returned)),
                    _ => None,
                });
            }
        } else if draws.below(12) == 0 {
            next.push(Cancel(*id));
        }
    }
    let motion = match draws.below(60) {
        0 => Fast,
        1 => Reduced,
        _ => Full,
    };
    match draws.below(200) {
        0 => next.push(Resize(300 + draws.below(900), 300 + draws.below(500), 1000 + draws.below(3) * 500)),
        1 => next.push(Paint([Light, Dark][draws.below(2) as usize])),
        2 => next.push(Bury(draws.below(2000))),
        3..8 => next.push(Lane([LaneMode::Moment, LaneMode::Replay, LaneMode::Replay][draws.below(3) as usize])),
        _ => {}
    }
    next.push(Frame(draws.below(60), motion));
    next
}
