//! How one picture becomes the next: which marks a task passes through, and how a frame arrives, stays and fades.
//!
//! The ledger may say in one step that a task was told to stop, heard it and returned: no virtual time passes between.
//! A reader has to see all three, so each mark stays for a moment before the next one comes. Marks follow the facts and
//! never run ahead of them. Deliberately absent: positions (`layout`), and machine time: a frame's milliseconds are a
//! parameter.

use crate::stage::scene::{Activity, Member, Request, TaskPhase};
use crate::trace::event::{Role, ScopeId, TaskId};

/// How much motion there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// Everything moves.
    Full,
    /// The run is too fast to follow: nothing moves, and only counts and the pile are shown.
    Fast,
    /// The reader prefers little motion: states change in place.
    Reduced,
}

/// How long a frame or a task takes to appear.
pub(crate) const ARRIVE_MS: u64 = 150;
/// How long the cancel travels from a parent to a child.
pub(crate) const PULSE_MS: u64 = 250;
/// How long the mark *told* stays at least.
pub(crate) const TOLD_MS: u64 = 180;
/// How long the mark *heard it* stays at least.
pub(crate) const HEARD_MS: u64 = 240;
/// How long a returned task's mark shrinks.
pub(crate) const SHRINK_MS: u64 = 150;
/// How long a leaked task falls to the pile.
pub(crate) const FALL_MS: u64 = 350;
/// How long a closed request's frame fades.
pub(crate) const FADE_MS: u64 = 200;
/// How long frames move to their new places.
pub(crate) const MOVE_MS: u64 = 300;
/// How long a ring widens where a pulse has arrived.
pub(crate) const RIPPLE_MS: u64 = 220;
/// No frame counts for longer, so that a page that was hidden does not leap.
pub(crate) const FRAME_MS_MAX: u32 = 100;
/// The most tasks that fall at once; further ones lie on the pile without a fall.
pub(crate) const ALOFT_MAX: usize = 300;

/// How much of a span of `lasts_ms` is over, from 0 to 1.
pub(crate) fn elapsed_part(now_ms: u64, began_ms: u64, lasts_ms: u64) -> f32 {
    if now_ms >= began_ms + lasts_ms { 1.0 } else { now_ms.saturating_sub(began_ms) as f32 / lasts_ms as f32 }
}

/// Where a leaked task goes when it leaves its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// It falls to the place of this grain.
    Grain(u32),
    /// It falls on the pile's rim.
    Rim,
}

/// A task of a shown request: its present mark, and the phase that its mark is on the way to.
#[derive(Clone, Debug)]
pub(crate) struct Sprite {
    pub(crate) task: TaskId,
    pub(crate) role: Role,
    pub(crate) activity: Activity,
    pub(crate) heard: bool,
    pub(crate) born_ms: u64,
    /// The phase that its mark shows.
    pub(crate) shown: TaskPhase,
    pub(crate) since_ms: u64,
    /// The phase that it is in by the facts.
    pub(crate) actual: TaskPhase,
    pub(crate) destination: Option<Destination>,
}

impl Sprite {
    pub(crate) fn new(member: &Member, now_ms: u64) -> Sprite {
        Sprite {
            task: member.task,
            role: member.role,
            activity: member.activity,
            heard: member.heard,
            born_ms: now_ms,
            shown: member.phase,
            since_ms: now_ms.saturating_sub(SHRINK_MS),
            actual: member.phase,
            destination: None,
        }
    }

    pub(crate) fn observe(&mut self, member: &Member) {
        // The ledger keeps no role of a task that has returned, so the sprite keeps the one it had.
        self.activity = member.activity;
        self.heard |= member.heard;
        self.actual = member.phase;
    }

    /// Takes the next marks that are due. `told_ms`: when the cancel reaches this task, if it was sent.
    pub(crate) fn advance(&mut self, now_ms: u64, told_ms: Option<u64>, motion: Motion) {
        if motion != Motion::Full || self.actual < self.shown {
            if self.shown != self.actual {
                self.shown = self.actual;
                self.since_ms = now_ms.saturating_sub(if motion == Motion::Full { 0 } else { SHRINK_MS });
            }
            return;
        }
        while self.shown != self.actual {
            let next = self.next(told_ms);
            let due_ms = match (self.shown, next) {
                (TaskPhase::Working, TaskPhase::Told) => told_ms.unwrap_or(now_ms).max(self.since_ms),
                (TaskPhase::Working, _) => self.born_ms + ARRIVE_MS,
                (TaskPhase::Told, _) => self.since_ms + TOLD_MS,
                (TaskPhase::Heard, _) => self.since_ms + HEARD_MS,
                (TaskPhase::Returned | TaskPhase::Leaked, _) => now_ms,
            };
            if now_ms < due_ms {
                return;
            }
            self.shown = next;
            self.since_ms = now_ms;
        }
    }

    fn next(&self, told_ms: Option<u64>) -> TaskPhase {
        match self.shown {
            // A task that returned and never heard the cancel may have returned before it, so it is not shown as told.
            TaskPhase::Working if self.actual == TaskPhase::Returned && !self.heard => TaskPhase::Returned,
            TaskPhase::Working if self.actual == TaskPhase::Leaked && told_ms.is_none() => TaskPhase::Leaked,
            TaskPhase::Working => TaskPhase::Told,
            TaskPhase::Told if self.heard => {
                if self.actual > TaskPhase::Heard {
                    TaskPhase::Heard
                } else {
                    self.actual
                }
            }
            TaskPhase::Told | TaskPhase::Heard | TaskPhase::Returned | TaskPhase::Leaked => self.actual,
        }
    }

    /// Whether the cancel is on its way to this task, and how far.
    pub(crate) fn pulse(&self, now_ms: u64, sent_ms: Option<u64>) -> Option<f32> {
        let way = elapsed_part(now_ms, sent_ms?, PULSE_MS);
        let awaits = self.shown == TaskPhase::Working
            && self.next(sent_ms) == TaskPhase::Told
            && self.actual != TaskPhase::Working;
        (awaits && way < 1.0 && self.role != Role::Parent).then_some(way)
    }

    /// Whether its mark has caught up with the facts and no longer changes.
    pub(crate) fn is_settled(&self, now_ms: u64) -> bool {
        self.shown == self.actual
            && match self.shown {
                TaskPhase::Returned => elapsed_part(now_ms, self.since_ms, SHRINK_MS) >= 1.0,
                TaskPhase::Told => elapsed_part(now_ms, self.since_ms, RIPPLE_MS) >= 1.0,
                TaskPhase::Working | TaskPhase::Heard | TaskPhase::Leaked => true,
            }
            && elapsed_part(now_ms, self.born_ms, ARRIVE_MS) >= 1.0
    }
}

/// A request that has a frame.
#[derive(Clone, Debug)]
pub(crate) struct ShownRequest {
    pub(crate) id: ScopeId,
    /// Its place in the grid of frames; the old one while frames move.
    pub(crate) slot: usize,
    pub(crate) slot_before: Option<usize>,
    pub(crate) born_ms: u64,
    /// When its cancel was sent, on the frames' clock.
    pub(crate) sent_ms: Option<u64>,
    pub(crate) told: bool,
    pub(crate) over: bool,
    /// The ledger no longer counts it as open: its last marks are shown, then it fades.
    pub(crate) closed: bool,
    pub(crate) fades_ms: Option<u64>,
    pub(crate) sprites: Vec<Sprite>,
}

impl ShownRequest {
    pub(crate) fn new(id: ScopeId, now_ms: u64) -> ShownRequest {
        ShownRequest {
            id,
            slot: usize::MAX,
            slot_before: None,
            born_ms: now_ms,
            sent_ms: None,
            told: false,
            over: false,
            closed: false,
            fades_ms: None,
            sprites: Vec::new(),
        }
    }

    /// When the cancel reaches a task of this request.
    pub(crate) fn arrives_ms(&self, role: Role) -> Option<u64> {
        let sent_ms = self.sent_ms?;
        Some(if role == Role::Parent { sent_ms } else { sent_ms + PULSE_MS })
    }

    /// Lets every task take its next mark, and the frame fade once they are done.
    pub(crate) fn advance(&mut self, now_ms: u64, motion: Motion) {
        let arrivals = [self.arrives_ms(Role::Parent), self.arrives_ms(Role::Child)];
        for sprite in &mut self.sprites {
            sprite.advance(now_ms, arrivals[usize::from(sprite.role != Role::Parent)], motion);
        }
        let settled = |sprite: &Sprite| sprite.is_settled(now_ms) && sprite.shown >= TaskPhase::Returned;
        if self.closed && self.fades_ms.is_none() && self.sprites.iter().all(settled) {
            self.fades_ms = Some(now_ms);
        }
    }

    /// Whether its frame has faded.
    pub(crate) fn is_gone(&self, now_ms: u64, motion: Motion) -> bool {
        match motion {
            Motion::Full => self.fades_ms.is_some_and(|fades_ms| now_ms >= fades_ms + FADE_MS),
            Motion::Fast | Motion::Reduced => self.closed,
        }
    }

    /// How visible the frame is: it arrives, and fades.
    pub(crate) fn presence(&self, now_ms: u64) -> f32 {
        let fade = self.fades_ms.map_or(0.0, |fades_ms| elapsed_part(now_ms, fades_ms, FADE_MS));
        elapsed_part(now_ms, self.born_ms, ARRIVE_MS) * (1.0 - fade)
    }

    pub(crate) fn is_settled(&self, now_ms: u64) -> bool {
        !self.closed
            && elapsed_part(now_ms, self.born_ms, ARRIVE_MS) >= 1.0
            && self.sent_ms.is_none_or(|sent_ms| now_ms >= sent_ms + PULSE_MS)
            && self.sprites.iter().all(|sprite| sprite.is_settled(now_ms))
    }

    /// Takes in the request's present facts.
    pub(crate) fn observe(&mut self, request: &Request, now_ms: u64) {
        if request.told && !self.told {
            // In a request that is first seen long after its cancel, the cancel is not shown travelling.
            let is_new = self.sprites.is_empty();
            self.sent_ms = Some(if is_new { now_ms.saturating_sub(PULSE_MS) } else { now_ms });
        }
        self.told = request.told;
        self.over = request.over;
        self.observe_members(&request.members, now_ms);
    }

    /// Takes in the present facts of its tasks. Both lists are ordered by task.
    fn observe_members(&mut self, members: &[Member], now_ms: u64) {
        for member in members {
            match self.sprites.binary_search_by_key(&member.task, |sprite| sprite.task) {
                Ok(at) => self.sprites[at].observe(member),
                Err(at) => self.sprites.insert(at, Sprite::new(member, now_ms)),
            }
        }
        if self.sprites.len() > members.len() {
            // A request that spawns without end: the ledger forgets its oldest finished tasks, and so does the frame.
            let known = |task| members.binary_search_by_key(&task, |member: &Member| member.task).is_ok();
            self.sprites.retain(|sprite| sprite.destination.is_some() || known(sprite.task));
        }
    }

    /// How many places for children it needs.
    pub(crate) fn children(&self) -> usize {
        self.sprites.iter().skip(usize::from(self.has_parent())).count()
    }

    fn has_parent(&self) -> bool {
        self.sprites.first().is_some_and(|sprite| sprite.role == Role::Parent)
    }

    /// The number of a task among the children; `None`: it is the parent.
    pub(crate) fn child_number(&self, sprite: usize) -> Option<usize> {
        if self.has_parent() { sprite.checked_sub(1) } else { Some(sprite) }
    }
}

/// A leaked task on its way to the pile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fall {
    pub(crate) grain: u32,
    pub(crate) from: (f32, f32),
    /// Half the edge of its square when it leaves.
    pub(crate) size: f32,
    pub(crate) began_ms: u64,
}

impl Fall {
    /// Place, half edge and turn part of the way down to `to`, where half the edge is `to_size`.
    pub(crate) fn at(&self, way: f32, to: (f32, f32), to_size: f32) -> (f32, f32, f32, f32) {
        // It accelerates on a straight way: no drifting over the neighbours' frames.
        let down = way * way;
        let x = self.from.0 + (to.0 - self.from.0) * down;
        let y = self.from.1 + (to.1 - self.from.1) * down;
        let size = self.size + (to_size - self.size) * down;
        let side = if super::sand::hash(self.grain) & 1 == 0 { 1.0 } else { -1.0 };
        let sway = 0.04 + (super::sand::hash(self.grain) >> 28) as f32 * 0.006;
        (x, y, size, side * sway * 4.0 * way * (1.0 - way))
    }
}

/// A runaway on the pile's rim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RimRunaway {
    /// Its number among the leaks.
    pub(crate) number: usize,
    pub(crate) task: TaskId,
    /// Its place along the rim.
    pub(crate) slot: usize,
    /// How often it was polled: each poll turns it by a third, so at rest it stands upright.
    pub(crate) polls: u32,
    /// How far it has turned, in polls.
    pub(crate) turned: f32,
    /// How far it is on its way from its frame to the rim.
    pub(crate) fall: RimFall,
}

/// How far a runaway is on its way from its frame to the rim.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RimFall {
    /// Its frame still shows it.
    InFrame,
    /// It falls to its slot.
    Falls {
        /// From where.
        from: (f32, f32),
        /// The size of its triangle when it left.
        size: f32,
        /// Since when.
        began_ms: u64,
    },
    /// It sits in its slot.
    Resting,
}

impl RimRunaway {
    /// Turns toward the polls that it has had; true while it turns.
    pub(crate) fn advance_turn(&mut self, frame_ms: u32, motion: Motion) -> bool {
        let goal = self.polls as f32;
        let behind = goal - self.turned;
        if motion != Motion::Full || behind < 0.02 {
            self.turned = goal;
            return false;
        }
        // Never more than a full turn behind: a fast run turns it fast, and it soon catches up.
        let behind = behind.min(3.0);
        let step = (frame_ms as f32 / 120.0).min(1.0);
        self.turned = goal - behind * (1.0 - step);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(phase: TaskPhase, heard: bool) -> Member {
        Member { task: TaskId(3), role: Role::Child, activity: Activity::Waiting, phase, heard }
    }

    /// The phases that are shown, frame by frame, when the facts jump from working to `actual` with a cancel at 1000.
    fn seen(actual: TaskPhase, heard: bool, motion: Motion) -> Vec<TaskPhase> {
        let mut sprite = Sprite::new(&member(TaskPhase::Working, false), 0);
        sprite.observe(&member(actual, heard));
        let mut seen = vec![sprite.shown];
        for now_ms in (1000..2500).step_by(16) {
            sprite.advance(now_ms, Some(1000 + PULSE_MS), motion);
            seen.push(sprite.shown);
        }
        assert!(sprite.is_settled(2500));
        seen.dedup();
        seen
    }

    #[test]
    fn told_heard_and_returned_are_seen_one_after_the_other() {
        use TaskPhase::{Heard, Leaked, Returned, Told, Working};
        for (fact, heard, marks) in [
            (Returned, true, vec![Working, Told, Heard, Returned]),
            (Leaked, true, vec![Working, Told, Heard, Leaked]),
            (Leaked, false, vec![Working, Told, Leaked]),
            (Heard, true, vec![Working, Told, Heard]),
            (Told, false, vec![Working, Told]),
            (Returned, false, vec![Working, Returned]),
        ] {
            assert_eq!(seen(fact, heard, Motion::Full), marks);
            assert_eq!(seen(fact, heard, Motion::Reduced), [Working, fact]);
        }
    }

    #[test]
    fn a_mark_never_runs_ahead_of_the_facts() {
        let mut sprite = Sprite::new(&member(TaskPhase::Working, false), 0);
        for now_ms in (0..3000).step_by(16) {
            if now_ms > 1500 {
                sprite.observe(&member(TaskPhase::Heard, true));
            }
            sprite.advance(now_ms, Some(250), Motion::Full);
            assert!(sprite.shown <= sprite.actual);
        }
    }

    #[test]
    fn a_fall_accelerates_and_ends_where_it_should() {
        let fall = Fall { grain: 7, from: (10.0, 20.0), size: 5.0, began_ms: 0 };
        let to = (30.0, 120.0);
        let heights: Vec<f32> = (0..=4).map(|quarter| fall.at(quarter as f32 / 4.0, to, 6.0).1).collect();
        assert!(heights.windows(3).all(|h| h[2] - h[1] > h[1] - h[0]));
        assert_eq!(fall.at(1.0, to, 6.0), (30.0, 120.0, 6.0, 0.0));
    }

    #[test]
    fn a_runaway_turns_by_its_polls_and_then_rests() {
        let mut runaway =
            RimRunaway { number: 0, task: TaskId(1), slot: 0, polls: 4, turned: 4.0, fall: RimFall::Resting };
        assert!(!runaway.advance_turn(16, Motion::Full));
        runaway.polls = 5;
        assert!(runaway.advance_turn(16, Motion::Full));
        let mut frames = 0;
        while runaway.advance_turn(16, Motion::Full) {
            frames += 1;
            assert!(frames < 100);
        }
        assert_eq!(runaway.turned, 5.0);
        runaway.polls = 500_000;
        runaway.advance_turn(16, Motion::Full);
        assert!(runaway.turned >= 499_997.0);
    }
}
