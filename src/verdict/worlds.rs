//! Random runs for tests, drawn from a small model: tasks do whatever the grammar of a trace and the meaning of rights
//! allow. Only who can use a right wakes whoever waits for it, and only who holds a right passes it on; so a verdict that
//! such a run contradicts is wrong.
//!
//! `PILEUP_SEEDS=20000` tries more worlds. A world that fails prints itself as a script for `testing`.

use std::ops::Range;

use crate::trace::columns::Trace;
use crate::trace::event::{
    Event, ObjectId, ObjectKind, PlaceId, Right, Role, ScopeId, TaskId, WaitCase, WaitHead, WaitReason,
};
use crate::verdict::testing::spelled;

/// Numbers drawn from a seed (splitmix64): the same everywhere, unlike a library's next version.
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(seed: u64) -> Draw {
        Draw(seed)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % bound as u64) as usize
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() { None } else { Some(from[self.below(from.len())].clone()) }
    }
}

type Grant = (u32, Right);

/// A task of the model.
#[derive(Clone, Default)]
struct Actor {
    scope: u32,
    role: Option<Role>,
    holds: Vec<Grant>,
    waits: Vec<(WaitHead, u32, Vec<u32>)>,
    abort: Option<u32>,
    is_waiting: bool,
    is_queued: bool,
    is_gone: bool,
    is_exposed: bool,
    waker_kept: bool,
    has_heard: bool,
}

struct Thing {
    kind: ObjectKind,
    from: u32,
    is_armed: bool,
    is_cancelled: bool,
    is_gone: bool,
    stored: Vec<Grant>,
}

/// What a model counts by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) spawned: u32,
    pub(super) finished: u32,
    pub(super) heard: u32,
    pub(super) told: u32,
    pub(super) children_told: u32,
    pub(super) children_heard: u32,
    pub(super) children_told_finished: u32,
}

/// What the worlds of a test may do beside the ordinary.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Facts {
    /// Every handle is where the trace says.
    Complete,
    /// Handles outlive their holders, memory is shared, wakers are kept.
    Hidden,
}

/// A random run.
pub(super) struct World {
    pub(super) trace: Trace,
    pub(super) sums: Sums,
    facts: Facts,
    draw: Draw,
    script: String,
    actors: Vec<Actor>,
    things: Vec<Thing>,
    /// Rights that somebody unknown has; with the task that had them, or none for what was stored outside.
    at_large: Vec<(Option<u32>, Grant)>,
    everybody_exposed: bool,
    over: Vec<bool>,
    told: Vec<bool>,
    contexts: Vec<Option<u32>>,
    running: Option<u32>,
}

impl World {
    pub(super) fn new(seed: u64, facts: Facts) -> World {
        let outside = Thing {
            kind: ObjectKind::Channel,
            from: 0,
            is_armed: false,
            is_cancelled: false,
            is_gone: false,
            stored: Vec::new(),
        };
        World {
            trace: Trace::new(),
            sums: Sums::default(),
            facts,
            draw: Draw::new(seed),
            script: String::new(),
            actors: vec![Actor { role: Some(Role::Root), ..Actor::default() }],
            things: vec![outside],
            at_large: Vec::new(),
            everybody_exposed: false,
            over: vec![false],
            told: vec![false],
            contexts: vec![None],
            running: None,
        }
    }

    /// What happened so far, in the language of `testing`.
    pub(super) fn script(&self) -> &str {
        &self.script
    }

    fn record(&mut self, event: Event<'_>) {
        self.script += &spelled(&event);
        self.script += if matches!(event, Event::Advanced { .. } | Event::Pending) { "\n" } else { "; " };
        self.trace.record(event);
    }

    /// One thing happens.
    pub(super) fn step(&mut self) {
        match self.running {
            Some(task) => self.act(task),
            None => self.choose(),
        }
    }

    fn choose(&mut self) {
        let queued: Vec<u32> = self.tasks(|actor| actor.is_queued);
        match self.draw.pick(&queued) {
            Some(task) if !self.draw.one_in(20) => {
                self.record(Event::Polled { task: TaskId(task) });
                // These tasks are moved by chance, and a proof that one runs for ever needs one that is not.
                self.record(Event::Drew);
                let actor = &mut self.actors[task as usize];
                (actor.is_queued, actor.is_waiting, actor.waker_kept) = (false, false, false);
                self.running = Some(task);
            }
            Some(_) => self.act_from_outside(),
            None => self.rest(),
        }
    }

    fn act_from_outside(&mut self) {
        match self.draw.below(5) {
            0 => self.open(),
            1 => self.record(Event::Input { knob: 0, value: 0 }),
            2 if self.draw.one_in(4) => {
                let all = self.tasks(|actor| actor.is_waiting);
                if let Some(task) = self.draw.pick(&all) {
                    self.give_up_all(task);
                    self.record(Event::Aborted { task: TaskId(task) });
                    self.forget(task);
                }
            }
            3 => self.drop_unknown(),
            _ => self.wake_by_clock(),
        }
    }

    fn rest(&mut self) {
        let by_ns = [1_000, 2_000, 3_000, 500][self.draw.below(4)];
        self.record(Event::Advanced { by_ns });
        match self.draw.below(14) {
            0 if self.over.len() > 1 => {
                let scope = 1 + self.draw.below(self.over.len() - 1);
                self.over[scope] = true;
                self.record(Event::ScopeClosed { scope: ScopeId(scope as u32) });
            }
            1 | 2 => self.open(),
            3 => self.drop_unknown(),
            4 => self.let_go(),
            _ => self.wake_by_clock(),
        }
    }

    fn open(&mut self) {
        if self.over.len() > 8 && !self.draw.one_in(30) {
            return;
        }
        self.record(Event::ScopeOpened { scope: ScopeId(self.over.len() as u32) });
        self.over.push(false);
        self.told.push(false);
        self.contexts.push(None);
        self.spawn(0, self.over.len() as u32 - 1, Role::Parent);
    }

    /// The clock, the outside world and unknown tasks wake somebody.
    fn wake_by_clock(&mut self) {
        let able = self.tasks(|actor| actor.is_waiting && !actor.is_queued);
        let able: Vec<u32> = able.into_iter().filter(|task| self.can_be_woken_from_outside(*task)).collect();
        if let Some(task) = self.draw.pick(&able) {
            self.wake(task);
        }
    }

    fn can_be_woken_from_outside(&self, task: u32) -> bool {
        let actor = &self.actors[task as usize];
        let hears = actor.scope == 0 || !self.over[actor.scope as usize];
        let own = actor.waits.iter().any(|(head, _, cases)| {
            let outside = |word: &u32| match (WaitCase(*word).object().0, WaitCase(*word).freed_by()) {
                (0, Right::Send) => hears,
                (0, Right::Receive) => true,
                _ => false,
            };
            head.reason == WaitReason::Sleep || cases.iter().any(outside)
        });
        let clock = |grant: &Grant| self.things[grant.0 as usize].is_armed && grant.1 == Right::Send;
        let unknown = |grant: &Grant| self.is_at_large(*grant);
        own || actor.waker_kept || self.freeing(task).iter().any(|grant| clock(grant) || unknown(grant))
    }

    fn is_at_large(&self, grant: Grant) -> bool {
        let held = |actor: &Actor| !actor.is_gone && actor.holds.contains(&grant);
        let exposed = |actor: &Actor| held(actor) && (actor.is_exposed || self.everybody_exposed);
        let stored = |thing: &Thing| self.everybody_exposed && thing.stored.contains(&grant);
        self.at_large.iter().any(|(_, known)| *known == grant)
            || self.actors.iter().any(exposed)
            || self.things.iter().any(stored)
    }

    /// Every right that could end a task's wait, each of them if anybody has it.
    fn freeing(&self, task: u32) -> Vec<Grant> {
        let actor = &self.actors[task as usize];
        let waits = actor.waits.iter().filter(|wait| wait.0.reason != WaitReason::Sleep);
        let cases = waits.flat_map(|(_, _, cases)| cases.iter().map(|word| WaitCase(*word)));
        let mut grants: Vec<Grant> = actor.abort.iter().map(|object| (*object, Right::Send)).collect();
        for case in cases.filter(|case| case.object() != ObjectId::OUTSIDE) {
            let object = case.object().0;
            grants.push((object, Right::Send));
            match case.freed_by() {
                Right::Receive => grants.push((object, Right::Receive)),
                Right::Send => grants.extend(self.lineage(object).into_iter().map(|object| (object, Right::Send))),
            }
        }
        grants
    }

    fn lineage(&self, mut object: u32) -> Vec<u32> {
        let mut lineage = vec![object];
        while self.things[object as usize].kind == ObjectKind::Context && self.things[object as usize].from != 0 {
            object = self.things[object as usize].from;
            lineage.push(object);
        }
        lineage
    }

    fn tasks(&self, which: impl Fn(&Actor) -> bool) -> Vec<u32> {
        let all = self.actors.iter().enumerate().skip(1);
        all.filter(|(_, actor)| !actor.is_gone && which(actor)).map(|(task, _)| task as u32).collect()
    }

    fn objects(&self, which: impl Fn(&Thing) -> bool) -> Vec<u32> {
        let all = self.things.iter().enumerate().skip(1);
        all.filter(|(_, thing)| !thing.is_gone && which(thing)).map(|(object, _)| object as u32).collect()
    }

    fn wake(&mut self, task: u32) {
        self.record(Event::Woken { task: TaskId(task) });
        self.actors[task as usize].is_queued = true;
    }

    fn act(&mut self, task: u32) {
        match self.draw.below(20) {
            0 if self.actors.len() < 40 || self.draw.one_in(4) => {
                let Actor { scope, role, .. } = self.actors[task as usize];
                let role = if role == Some(Role::Root) { Role::Root } else { Role::Child };
                self.spawn(task, scope, role);
            }
            1 => self.make(task),
            2 | 3 => self.pass_on(task),
            4 => self.give_up(task),
            5 | 6 => self.operate(task),
            7 => self.arm(task),
            8 => self.end_wait(task),
            9 => self.trivial(task),
            10 if self.draw.one_in(3) => self.end(task),
            11..14 => self.begin_wait(task),
            14 => self.store(task),
            15 => self.receive(task),
            16 if self.facts == Facts::Hidden => self.hide(task),
            _ => self.pend(task),
        }
    }

    fn pend(&mut self, task: u32) {
        if self.draw.one_in(15) && !self.actors[task as usize].is_queued {
            self.record(Event::Preempted);
            self.actors[task as usize].is_queued = true;
        }
        self.running = None;
        self.actors[task as usize].is_waiting = !self.actors[task as usize].is_queued;
        self.record(Event::Pending);
    }

    /// Something happens into which the trace does not see, and says so.
    fn hide(&mut self, task: u32) {
        match self.draw.below(8) {
            0 | 1 => {
                self.record(Event::WakerKept);
                self.actors[task as usize].waker_kept = true;
            }
            2 => {
                let anybody = self.tasks(|_| true);
                let exposed = self.draw.pick(&anybody).unwrap_or(task);
                self.record(Event::Exposed { task: TaskId(exposed) });
                self.actors[exposed as usize].is_exposed = true;
            }
            3 if self.draw.one_in(12) => {
                self.record(Event::Exposed { task: TaskId::ROOT });
                self.everybody_exposed = true;
            }
            _ => {
                let holds = self.actors[task as usize].holds.clone();
                let Some((object, right)) = self.draw.pick(&holds) else { return };
                self.record(Event::Stored { channel: ObjectId::OUTSIDE, object: ObjectId(object), right });
                self.at_large.push((None, (object, right)));
            }
        }
    }

    /// Somebody unknown drops what he has.
    fn drop_unknown(&mut self) {
        if self.at_large.is_empty() {
            return;
        }
        let at = self.draw.below(self.at_large.len());
        let (task, (object, right)) = self.at_large.swap_remove(at);
        let object = ObjectId(object);
        self.record(match task {
            Some(task) => Event::Revoked { task: TaskId(task), object, right },
            None => Event::Unstored { channel: ObjectId::OUTSIDE, object, right },
        });
    }

    /// An object that nothing names any more is gone.
    fn let_go(&mut self) {
        let is_named = |object: u32| {
            let grants = |holds: &[Grant]| holds.iter().any(|grant| grant.0 == object);
            let waits = |actor: &Actor| {
                let cases = actor.waits.iter().filter(|wait| wait.0.reason != WaitReason::Sleep);
                let named = |word: &u32| self.lineage(WaitCase(*word).object().0).contains(&object);
                cases.flat_map(|wait| &wait.2).any(named) || actor.abort == Some(object)
            };
            let living = || self.actors.iter().filter(|actor| !actor.is_gone);
            living().any(|actor| grants(&actor.holds) || waits(actor))
                || self.things.iter().any(|thing| grants(&thing.stored))
                || self.at_large.iter().any(|(_, grant)| grant.0 == object)
        };
        let unnamed: Vec<u32> = self.objects(|_| true).into_iter().filter(|object| !is_named(*object)).collect();
        let Some(object) = self.draw.pick(&unnamed) else { return };
        for (stored, right) in std::mem::take(&mut self.things[object as usize].stored) {
            let (channel, object) = (ObjectId(object), ObjectId(stored));
            self.record(Event::Unstored { channel, object, right });
        }
        self.record(Event::Gone { object: ObjectId(object) });
        let thing = &mut self.things[object as usize];
        (thing.is_gone, thing.is_armed) = (true, false);
    }

    fn trivial(&mut self, task: u32) {
        let holds = self.actors[task as usize].holds.clone();
        let is_new = !self.actors[task as usize].has_heard;
        match (self.draw.below(7), self.draw.pick(&holds)) {
            (0, _) => {
                self.record(Event::Heard);
                let role = self.actors[task as usize].role;
                self.sums.heard += u32::from(is_new && role != Some(Role::Root));
                self.sums.children_heard += u32::from(is_new && role == Some(Role::Child));
                self.actors[task as usize].has_heard = true;
            }
            (1, _) => self.record(Event::Drew),
            (2, Some((object, _))) => self.record(Event::Level { object: ObjectId(object), level: 1 }),
            (3, Some((object, Right::Send))) if self.things[object as usize].kind == ObjectKind::Context => {
                self.cancel(object);
            }
            (4, _) if !self.actors[task as usize].is_queued => self.wake(task),
            (5, Some((object, _))) => self.declare_context(task, object),
            (6, Some((object, _))) => self.record(Event::State { looks: &[object], words: &[1, 2] }),
            _ => {}
        }
    }

    fn declare_context(&mut self, task: u32, object: u32) {
        let Actor { scope, role, .. } = self.actors[task as usize];
        if self.things[object as usize].kind != ObjectKind::Context || role == Some(Role::Root) {
            return;
        }
        self.record(Event::ScopeContext { scope: ScopeId(scope), object: ObjectId(object) });
        self.contexts[scope as usize] = Some(object);
        if self.things[object as usize].is_cancelled {
            self.tell(scope);
        }
    }

    fn tell(&mut self, scope: u32) {
        let members = self.tasks(|actor| actor.scope == scope && actor.role != Some(Role::Root));
        if !std::mem::replace(&mut self.told[scope as usize], true) {
            self.sums.told += members.len() as u32;
            let is_child = |member: &&u32| self.actors[**member as usize].role == Some(Role::Child);
            self.sums.children_told += members.iter().filter(is_child).count() as u32;
        }
        self.over[scope as usize] = true;
    }

    fn cancel(&mut self, object: u32) {
        self.record(Event::Cancelled { object: ObjectId(object) });
        let family: Vec<u32> =
            self.objects(|_| true).into_iter().filter(|o| self.lineage(*o).contains(&object)).collect();
        for object in family {
            self.things[object as usize].is_cancelled = true;
        }
        for scope in 1..self.over.len() as u32 {
            let is_alive = !self.tasks(|actor| actor.scope == scope && actor.role != Some(Role::Root)).is_empty();
            let context = self.contexts[scope as usize].filter(|_| is_alive);
            if context.is_some_and(|context| self.lineage(context).contains(&object)) {
                self.tell(scope);
            }
        }
    }

    fn spawn(&mut self, by: u32, scope: u32, role: Role) {
        let task = self.actors.len() as u32;
        self.record(Event::Spawned {
            task: TaskId(task),
            parent: TaskId(by),
            scope: ScopeId(scope),
            role,
            place: PlaceId(0),
        });
        self.actors.push(Actor { scope, role: Some(role), is_queued: true, ..Actor::default() });
        if role != Role::Root {
            self.sums.spawned += 1;
            self.sums.told += u32::from(self.told[scope as usize]);
            self.sums.children_told += u32::from(self.told[scope as usize] && role == Role::Child);
        }
        if self.draw.one_in(5) {
            let object = self.add_thing(ObjectKind::Task, 0);
            self.record(Event::Abortable { task: TaskId(task), object: ObjectId(object) });
            self.actors[task as usize].abort = Some(object);
            if self.draw.one_in(2) {
                self.give(by, object, Right::Send);
            }
        }
        for (object, right) in self.actors[by as usize].holds.clone() {
            if self.draw.one_in(2) {
                self.give(task, object, right);
            }
        }
    }

    fn give(&mut self, task: u32, object: u32, right: Right) {
        self.record(Event::Granted { task: TaskId(task), object: ObjectId(object), right });
        self.actors[task as usize].holds.push((object, right));
    }

    fn add_thing(&mut self, kind: ObjectKind, from: u32) -> u32 {
        let is_cancelled = from != 0 && self.things[from as usize].is_cancelled;
        let object = self.things.len() as u32;
        self.things.push(Thing { kind, from, is_armed: false, is_cancelled, is_gone: false, stored: Vec::new() });
        object
    }

    fn make(&mut self, task: u32) {
        let kinds =
            [ObjectKind::Channel, ObjectKind::Channel, ObjectKind::Timer, ObjectKind::Context, ObjectKind::Mutex];
        let kind = kinds[self.draw.below(5)];
        let contexts = self.objects(|thing| thing.kind == ObjectKind::Context);
        let from = match kind {
            ObjectKind::Context if self.draw.one_in(2) => self.draw.pick(&contexts).unwrap_or(0),
            _ => 0,
        };
        let object = self.add_thing(kind, from);
        self.record(Event::Made { object: ObjectId(object), kind, capacity: 0, from: ObjectId(from) });
        if kind == ObjectKind::Timer {
            self.actors[task as usize].holds.push((object, Right::Send));
        }
        for right in [Right::Send, Right::Receive] {
            if !self.draw.one_in(4) {
                self.give(task, object, right);
            }
        }
    }

    fn pass_on(&mut self, task: u32) {
        let everybody = self.tasks(|_| true);
        let holds = self.actors[task as usize].holds.clone();
        if let (Some(to), Some((object, right))) = (self.draw.pick(&everybody), self.draw.pick(&holds)) {
            self.give(to, object, right);
        }
    }

    fn give_up(&mut self, task: u32) {
        if self.actors[task as usize].holds.is_empty() {
            return;
        }
        let index = self.draw.below(self.actors[task as usize].holds.len());
        let (object, right) = self.actors[task as usize].holds.swap_remove(index);
        self.record(Event::Revoked { task: TaskId(task), object: ObjectId(object), right });
    }

    /// A right moves into a message.
    fn store(&mut self, task: u32) {
        let holds = self.actors[task as usize].holds.clone();
        let channels: Vec<Grant> = holds.iter().copied().filter(|grant| self.is_channel(grant.0)).collect();
        let senders: Vec<Grant> = channels.into_iter().filter(|grant| grant.1 == Right::Send).collect();
        if let (Some((channel, _)), Some((object, right))) = (self.draw.pick(&senders), self.draw.pick(&holds)) {
            self.record(Event::Stored { channel: ObjectId(channel), object: ObjectId(object), right });
            self.things[channel as usize].stored.push((object, right));
        }
    }

    fn is_channel(&self, object: u32) -> bool {
        self.things[object as usize].kind == ObjectKind::Channel
    }

    /// A right moves out of a message.
    fn receive(&mut self, task: u32) {
        let holds = &self.actors[task as usize].holds;
        let full = |grant: &&Grant| grant.1 == Right::Receive && !self.things[grant.0 as usize].stored.is_empty();
        let full: Vec<Grant> = holds.iter().filter(full).copied().collect();
        let Some((channel, _)) = self.draw.pick(&full) else { return };
        let stored = &mut self.things[channel as usize].stored;
        let at = self.draw.below(stored.len());
        let (object, right) = stored.swap_remove(at);
        self.record(Event::Unstored { channel: ObjectId(channel), object: ObjectId(object), right });
        if !self.draw.one_in(3) {
            self.give(task, object, right);
        }
    }

    /// Wakes somebody who waits for a right that this task holds.
    fn operate(&mut self, task: u32) {
        let holds = self.actors[task as usize].holds.clone();
        let waiting = self.tasks(|actor| actor.is_waiting && !actor.is_queued);
        let frees = |other: &u32| self.freeing(*other).iter().any(|grant| holds.contains(grant));
        let able: Vec<u32> = waiting.into_iter().filter(frees).collect();
        if let Some(other) = self.draw.pick(&able) {
            self.wake(other);
        }
    }

    fn arm(&mut self, task: u32) {
        let holds = self.actors[task as usize].holds.clone();
        let Some((object, Right::Send)) = self.draw.pick(&holds) else { return };
        let armed = &mut self.things[object as usize].is_armed;
        *armed = !*armed;
        let armed = *armed;
        let object = ObjectId(object);
        self.record(if armed { Event::Armed { object, in_ns: 3_000 } } else { Event::Disarmed { object } });
    }

    fn begin_wait(&mut self, task: u32) {
        if self.actors[task as usize].waits.len() > 3 {
            return;
        }
        let place = PlaceId(self.draw.below(2) as u16);
        let (reason, cases) = match self.draw.below(12) {
            0 => (WaitReason::Sleep, vec![5]),
            1 => (WaitReason::ChanReceive, vec![WaitCase::new(ObjectId::OUTSIDE, Right::Send).0]),
            2 if self.draw.one_in(2) => {
                (WaitReason::ChanReceive, vec![WaitCase::new(ObjectId::OUTSIDE, Right::Receive).0])
            }
            3 => (WaitReason::SelectNoCases, vec![]),
            _ => (WaitReason::Select, self.cases()),
        };
        let head = WaitHead { place, reason, cases: cases.len() as u16 };
        let waits = &self.actors[task as usize].waits;
        let is_free = |nth: &u32| !waits.iter().any(|wait| (wait.0, wait.1) == (head, *nth));
        let nth = (0..).find(is_free).expect("there is always one more number");
        self.record(Event::Waits { head, nth, cases: &cases });
        self.actors[task as usize].waits.push((head, nth, cases));
    }

    fn cases(&mut self) -> Vec<u32> {
        let count = 1 + self.draw.below(3);
        let objects = self.objects(|thing| thing.kind != ObjectKind::Task);
        let recent = &objects[objects.len().saturating_sub(8)..];
        let mut cases = Vec::new();
        for _ in 0..count {
            let Some(object) = self.draw.pick(recent) else { continue };
            let right = if self.draw.one_in(3) { Right::Receive } else { Right::Send };
            cases.push(WaitCase::new(ObjectId(object), right).0);
        }
        cases
    }

    fn end_wait(&mut self, task: u32) {
        let waits = &mut self.actors[task as usize].waits;
        if waits.is_empty() {
            return;
        }
        let at = self.draw.below(waits.len());
        let (head, nth, _) = self.actors[task as usize].waits.swap_remove(at);
        self.record(Event::WaitOver { head, nth });
    }

    /// Whoever ends drops what he holds; where facts are hidden some of it lives on.
    fn give_up_all(&mut self, task: u32) {
        for grant in std::mem::take(&mut self.actors[task as usize].holds) {
            if self.facts == Facts::Hidden && self.draw.one_in(4) {
                self.at_large.push((Some(task), grant));
            } else {
                self.record(Event::Revoked { task: TaskId(task), object: ObjectId(grant.0), right: grant.1 });
            }
        }
    }

    fn end(&mut self, task: u32) {
        self.give_up_all(task);
        self.running = None;
        self.record(Event::Returned);
        self.forget(task);
    }

    fn forget(&mut self, task: u32) {
        let Actor { scope, role, .. } = self.actors[task as usize];
        self.over[scope as usize] |= role == Some(Role::Parent);
        self.sums.finished += u32::from(role != Some(Role::Root));
        self.sums.children_told_finished += u32::from(role == Some(Role::Child) && self.told[scope as usize]);
        self.actors[task as usize] = Actor { is_gone: true, scope, role, ..Actor::default() };
    }
}

/// The seeds of the worlds that a property is tried on.
pub(super) fn seeds() -> Range<u64> {
    let seeds = crate::property::seeds(150);
    u64::from(seeds.start)..u64::from(seeds.end)
}

/// How many those are.
pub(super) fn tried() -> u64 {
    seeds().end - seeds().start
}
