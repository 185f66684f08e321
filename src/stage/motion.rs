//! How a picture becomes the next one: a task's way through its marks, and the frame's through its life.
//!
//! The ledger may say in one step that a task was told, heard it and returned: virtual time does not pass between.
//! A reader has to see the three, so a mark stays for a moment before the next one comes. Marks run after the facts,
//! never before them. Deliberately absent: places (`layout`), and machine time: a frame's milliseconds are a parameter.

use crate::stage::scene::{Activity, Fate, Member, Request};
use crate::trace::event::{Role, ScopeId, TaskId};

/// How much motion there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// Everything moves.
    Full,
    /// The run is faster than anyone can follow: nothing moves, counts and the pile only.
    Fast,
    /// The reader asked for little motion: states change in place.
    Reduced,
}

/// A frame or a task arrives.
pub(crate) const ARRIVE_MS: u64 = 150;
/// The cancel travels from a parent to a child.
pub(crate) const PULSE_MS: u64 = 250;
/// *Told* stays at least so long.
pub(crate) const TOLD_MS: u64 = 180;
/// *Heard it* stays at least so long.
pub(crate) const HEARD_MS: u64 = 240;
/// A returned task's mark shrinks.
pub(crate) const SHRINK_MS: u64 = 150;
/// A leaked task falls on the pile.
pub(crate) const FALL_MS: u64 = 350;
/// A closed request's frame fades.
pub(crate) const FADE_MS: u64 = 200;
/// Frames move to their new places.
pub(crate) const MOVE_MS: u64 = 300;
/// A ring widens where a pulse has arrived.
pub(crate) const RIPPLE_MS: u64 = 220;
/// No frame lasts longer: a page that was hidden does not leap.
pub(crate) const FRAME_MS_MAX: u32 = 100;
/// So many fall at once at most; whoever comes then lies there at once.
pub(crate) const ALOFT_MAX: usize = 300;

/// How much of a time span is over: 0 to 1.
pub(crate) fn part(now_ms: u64, began_ms: u64, lasts_ms: u64) -> f32 {
    if now_ms >= began_ms + lasts_ms { 1.0 } else { now_ms.saturating_sub(began_ms) as f32 / lasts_ms as f32 }
}

/// What a leaked task becomes when it leaves its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ticket {
    /// It falls to the place of this grain.
    Grain(u32),
    /// It falls on the pile's rim.
    Rim,
}

/// A task of a shown request, with the mark that it wears now.
#[derive(Clone, Debug)]
pub(crate) struct Walker {
    pub(crate) task: TaskId,
    pub(crate) role: Role,
    pub(crate) activity: Activity,
    pub(crate) heard: bool,
    pub(crate) born_ms: u64,
    /// What is shown.
    pub(crate) shown: Fate,
    pub(crate) since_ms: u64,
    /// What is so.
    pub(crate) fact: Fate,
    pub(crate) ticket: Option<Ticket>,
}

impl Walker {
    pub(crate) fn new(member: &Member, now_ms: u64) -> Walker {
        Walker {
            task: member.task,
            role: member.role,
            activity: member.activity,
            heard: member.heard,
            born_ms: now_ms,
            shown: member.fate,
            since_ms: now_ms.saturating_sub(SHRINK_MS),
            fact: member.fate,
            ticket: None,
        }
    }

    pub(crate) fn learn(&mut self, member: &Member) {
        // Of who returned the ledger keeps no part: it has the one it had.
        self.activity = member.activity;
        self.heard |= member.heard;
        self.fact = member.fate;
    }

    /// Takes the next marks that are due. `told_ms`: when the cancel reaches this task, if it was sent.
    pub(crate) fn advance(&mut self, now_ms: u64, told_ms: Option<u64>, motion: Motion) {
        if motion != Motion::Full || self.fact < self.shown {
            if self.shown != self.fact {
                self.shown = self.fact;
                self.since_ms = now_ms.saturating_sub(if motion == Motion::Full { 0 } else { SHRINK_MS });
            }
            return;
        }
        while self.shown != self.fact {
            let next = self.next(told_ms);
            let due_ms = match (self.shown, next) {
                (Fate::Working, Fate::Told) => told_ms.unwrap_or(now_ms).max(self.since_ms),
                (Fate::Working, _) => self.born_ms + ARRIVE_MS,
                (Fate::Told, _) => self.since_ms + TOLD_MS,
                (Fate::Heard, _) => self.since_ms + HEARD_MS,
                (Fate::Returned | Fate::Leaked, _) => now_ms,
            };
            if now_ms < due_ms {
                return;
            }
            self.shown = next;
            self.since_ms = now_ms;
        }
    }

    fn next(&self, told_ms: Option<u64>) -> Fate {
        match self.shown {
            // Who returned and never heard it may have done so before the cancel: nobody may say it was told.
            Fate::Working if self.fact == Fate::Returned && !self.heard => Fate::Returned,
            Fate::Working if self.fact == Fate::Leaked && told_ms.is_none() => Fate::Leaked,
            Fate::Working => Fate::Told,
            Fate::Told if self.heard => {
                if self.fact > Fate::Heard {
                    Fate::Heard
                } else {
                    self.fact
                }
            }
            Fate::Told | Fate::Heard | Fate::Returned | Fate::Leaked => self.fact,
        }
    }

    /// Whether the cancel is on its way to this task, and how far.
    pub(crate) fn pulse(&self, now_ms: u64, sent_ms: Option<u64>) -> Option<f32> {
        let way = part(now_ms, sent_ms?, PULSE_MS);
        let awaits = self.shown == Fate::Working && self.next(sent_ms) == Fate::Told && self.fact != Fate::Working;
        (awaits && way < 1.0 && self.role != Role::Parent).then_some(way)
    }

    /// Whether it wears its last mark, and wears it fully.
    pub(crate) fn is_settled(&self, now_ms: u64) -> bool {
        self.shown == self.fact
            && match self.shown {
                Fate::Returned => part(now_ms, self.since_ms, SHRINK_MS) >= 1.0,
                Fate::Told => part(now_ms, self.since_ms, RIPPLE_MS) >= 1.0,
                Fate::Working | Fate::Heard | Fate::Leaked => true,
            }
            && part(now_ms, self.born_ms, ARRIVE_MS) >= 1.0
    }
}

/// A request that has a frame.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) id: ScopeId,
    /// Its place in the grid of frames; the old one while frames move.
    pub(crate) slot: usize,
    pub(crate) slot_before: Option<usize>,
    pub(crate) born_ms: u64,
    /// When its cancel was sent, on the frames' clock.
    pub(crate) sent_ms: Option<u64>,
    pub(crate) told: bool,
    pub(crate) over: bool,
    /// The ledger shows it no more: its last marks are shown, then it fades.
    pub(crate) closed: bool,
    pub(crate) fades_ms: Option<u64>,
    pub(crate) walkers: Vec<Walker>,
}

impl Open {
    pub(crate) fn new(id: ScopeId, now_ms: u64) -> Open {
        Open {
            id,
            slot: usize::MAX,
            slot_before: None,
            born_ms: now_ms,
            sent_ms: None,
            told: false,
            over: false,
            closed: false,
            fades_ms: None,
            walkers: Vec::new(),
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
        for walker in &mut self.walkers {
            walker.advance(now_ms, arrivals[usize::from(walker.role != Role::Parent)], motion);
        }
        let settled = |walker: &Walker| walker.is_settled(now_ms) && walker.shown >= Fate::Returned;
        if self.closed && self.fades_ms.is_none() && self.walkers.iter().all(settled) {
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
        let fade = self.fades_ms.map_or(0.0, |fades_ms| part(now_ms, fades_ms, FADE_MS));
        part(now_ms, self.born_ms, ARRIVE_MS) * (1.0 - fade)
    }

    pub(crate) fn is_settled(&self, now_ms: u64) -> bool {
        !self.closed
            && part(now_ms, self.born_ms, ARRIVE_MS) >= 1.0
            && self.sent_ms.is_none_or(|sent_ms| now_ms >= sent_ms + PULSE_MS)
            && self.walkers.iter().all(|walker| walker.is_settled(now_ms))
    }

    /// Learns what is so now.
    pub(crate) fn hear_of(&mut self, request: &Request, now_ms: u64) {
        if request.told && !self.told {
            // Who comes when the cancel is long sent does not see it travel.
            let is_new = self.walkers.is_empty();
            self.sent_ms = Some(if is_new { now_ms.saturating_sub(PULSE_MS) } else { now_ms });
        }
        self.told = request.told;
        self.over = request.over;
        self.learn(&request.members, now_ms);
    }

    /// Learns what is so of its tasks. Both lists are ordered by task.
    fn learn(&mut self, members: &[Member], now_ms: u64) {
        for member in members {
            match self.walkers.binary_search_by_key(&member.task, |walker| walker.task) {
                Ok(at) => self.walkers[at].learn(member),
                Err(at) => self.walkers.insert(at, Walker::new(member, now_ms)),
            }
        }
        if self.walkers.len() > members.len() {
            // A request that spawns without end: the ledger forgets its oldest finished tasks, and so does the frame.
            let known = |task| members.binary_search_by_key(&task, |member: &Member| member.task).is_ok();
            self.walkers.retain(|walker| walker.ticket.is_some() || known(walker.task));
        }
    }

    /// How many places for children it needs.
    pub(crate) fn children(&self) -> usize {
        self.walkers.iter().skip(usize::from(self.has_parent())).count()
    }

    fn has_parent(&self) -> bool {
        self.walkers.first().is_some_and(|walker| walker.role == Role::Parent)
    }

    /// The number of a task among the children; `None`: it is the parent.
    pub(crate) fn child_number(&self, walker: usize) -> Option<usize> {
        if self.has_parent() { walker.checked_sub(1) } else { Some(walker) }
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
pub(crate) struct Perched {
    /// Its number among the leaks.
    pub(crate) number: usize,
    pub(crate) task: TaskId,
    /// Its place along the rim.
    pub(crate) slot: usize,
    /// How often it was polled: each poll turns it by a third, so at rest it stands upright.
    pub(crate) polls: u32,
    /// How far it has turned, in polls.
    pub(crate) turned: f32,
    /// Where it fell from, and when; `None` in the first: still in its frame.
    pub(crate) fall: PerchFall,
}

/// How a runaway comes to the rim.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PerchFall {
    /// Its frame still shows it.
    Held,
    /// It falls.
    Falls {
        /// From where.
        from: (f32, f32),
        /// The size of its triangle when it left.
        size: f32,
        /// Since when.
        began_ms: u64,
    },
    /// It sits.
    Sits,
}

impl Perched {
    /// Turns toward the polls that it has had; true while it turns.
    pub(crate) fn turn(&mut self, frame_ms: u32, motion: Motion) -> bool {
        let goal = self.polls as f32;
        let behind = goal - self.turned;
        if motion != Motion::Full || behind < 0.02 {
            self.turned = goal;
            return false;
        }
        // Never more than a full turn behind: a fast run turns fast, but in no time.
        let behind = behind.min(3.0);
        let step = (frame_ms as f32 / 120.0).min(1.0);
        self.turned = goal - behind * (1.0 - step);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(fate: Fate, heard: bool) -> Member {
        Member { task: TaskId(3), role: Role::Child, activity: Activity::Waiting, fate, heard }
    }

    /// The marks that are seen, frame by frame, when the facts jump from working to `fact` with a cancel at 1000.
    fn seen(fact: Fate, heard: bool, motion: Motion) -> Vec<Fate> {
        let mut walker = Walker::new(&member(Fate::Working, false), 0);
        walker.learn(&member(fact, heard));
        let mut seen = vec![walker.shown];
        for now_ms in (1000..2500).step_by(16) {
            walker.advance(now_ms, Some(1000 + PULSE_MS), motion);
            seen.push(walker.shown);
        }
        assert!(walker.is_settled(2500));
        seen.dedup();
        seen
    }

    #[test]
    fn asked_heard_and_returned_are_seen_one_after_the_other() {
        use Fate::{Heard, Leaked, Returned, Told, Working};
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
        let mut walker = Walker::new(&member(Fate::Working, false), 0);
        for now_ms in (0..3000).step_by(16) {
            if now_ms > 1500 {
                walker.learn(&member(Fate::Heard, true));
            }
            walker.advance(now_ms, Some(250), Motion::Full);
            assert!(walker.shown <= walker.fact);
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
        let mut perched = Perched { number: 0, task: TaskId(1), slot: 0, polls: 4, turned: 4.0, fall: PerchFall::Sits };
        assert!(!perched.turn(16, Motion::Full));
        perched.polls = 5;
        assert!(perched.turn(16, Motion::Full));
        let mut frames = 0;
        while perched.turn(16, Motion::Full) {
            frames += 1;
            assert!(frames < 100);
        }
        assert_eq!(perched.turned, 5.0);
        perched.polls = 500_000;
        perched.turn(16, Motion::Full);
        assert!(perched.turned >= 499_997.0);
    }
}
