//! Forks: how a reader comes into another future of the run and back, and what is left behind there.
//!
//! | what is done | what becomes of the future that was there |
//! |---|---|
//! | a live knob is turned where more of the run is known, or more turns are to come | it is kept as a branch, and compared with |
//! | the run is started over as it began | it is kept as a branch, if anything was turned in it |
//! | another future is gone to | it is kept in that one's place |
//! | a step is undone, or done again | it is kept as a branch, if it was played on |
//! | another run is begun, another lesson opened | it is a step that can be undone, with all branches |
//!
//! The branches themselves are in `super::branches`.

use std::rc::Rc;

use crate::link::{self, Link};
use crate::session::Session;
use crate::session::branches::{Branch, State, Way, whole_curve};
use crate::text::{fill, number};
use crate::trace::event::TaskId;

impl Session {
    /// What can be gone back to: the run as it is, at the moment that is shown or that it is on its way to.
    fn state_now(&self) -> State {
        let at_ms = self.playback.asked_ms().unwrap_or(self.snapshot.time_ms);
        State {
            link: Link { at_ms: Some(at_ms), inputs: self.playback.knob_changes(), ..self.link.clone() },
            list: self.branches.list().to_vec(),
            compared: self.branches.compared_number(),
        }
    }

    /// A step begins that can be undone.
    pub(super) fn remember(&mut self) {
        let now = self.state_now();
        self.branches.remember(now);
    }

    /// How much is known of the run that is shown, in milliseconds: as far as it was played, or something is still to be turned.
    fn known_ms(&self) -> u64 {
        let inputs = self.playback.knob_changes();
        let last_ms = inputs.last().map_or(0, |change| change.at_ms);
        let own_ms = self.branches.own(&inputs).map_or(0, |own| own.link.end_ms);
        (self.playback.player().head_us() / 1_000).max(last_ms).max(own_ms)
    }

    /// Whether a turn at the moment that is shown leaves a future behind.
    pub(super) fn leaves_future(&self) -> bool {
        self.known_ms() > self.playback.change_ms()
    }

    /// The run that is shown as one of the futures.
    pub(super) fn present(&mut self) -> Branch {
        let player = self.playback.player();
        let inputs = self.playback.knob_changes();
        let last_ms = inputs.last().map_or(0, |change| change.at_ms);
        let end_ms = player.head_us() / 1_000;
        // What is still to be turned was not played: then its curve is to be run again.
        let curve = if last_ms > end_ms { Rc::default() } else { Rc::new(whole_curve(player)) };
        let end_ms = end_ms.max(last_ms);
        self.branches.known_longest(Branch { link: link::Branch { name: String::new(), end_ms, inputs }, curve })
    }

    /// Keeps what is left, now that the run has other inputs.
    pub(super) fn keep(&mut self, left: Branch) {
        self.branches.keep(left);
        self.branches.take_shown(&self.playback.knob_changes());
        self.playback.reach_ms(self.branches.end_ms());
    }

    /// The same run begins again with these inputs to come, or another one. What is left is kept where it belongs to the same start.
    pub(super) fn start_other(&mut self, before: &Link, left: Branch, plays: bool) {
        self.start_run(plays);
        if !is_same_start(before, &self.link) {
            self.branches.clear();
            return;
        }
        // What came no further than the run that is shown now is a part of it.
        if left.link.end_ms > left.link.leaves_ms(&self.link.inputs) {
            return self.keep(left);
        }
        self.branches.take_shown(&self.link.inputs);
        self.playback.reach_ms(self.branches.end_ms());
    }

    /// Up to where two futures part they have the same tasks, by the same numbers.
    fn keep_selected(&mut self, task: Option<TaskId>) {
        self.selection.task = task;
        self.scene.select(task);
    }

    /// Goes into another future, at the moment that is shown.
    pub(super) fn go_to_branch(&mut self, number: usize) {
        if number >= self.branches.list().len() {
            return;
        }
        self.remember();
        let (name, at_ms, plays) = (self.branch_name(number), self.state_now().link.at_ms, self.will_play());
        let left = self.present();
        let Some(shown) = self.branches.exchange(number, left) else { return };
        self.link.inputs = shown.link.inputs;
        let selected = self.selection.task;
        self.start_run(plays);
        self.keep_selected(selected);
        self.playback.reach_ms(self.branches.end_ms());
        self.playback.seek(at_ms.unwrap_or(0));
        self.announcer.say(fill(self.words.forks.gone_to, &[&name]));
    }

    /// Undoes the last step, or does the one again that was undone last.
    pub(super) fn go(&mut self, way: Way) {
        let now = self.state_now();
        let found = if way == Way::Undo { self.branches.undo(now) } else { self.branches.redo(now) };
        let Some(State { link, list, compared }) = found else { return };
        let (left, before, plays) = (self.present(), self.link.clone(), self.will_play());
        self.branches.set(list, compared);
        self.waiting.take();
        if !is_same_start(&before, &link) || left.link.inputs != link.inputs {
            let Link { language, theme, place, controls, autoplay, .. } = before;
            let at_ms = link.at_ms.unwrap_or(0);
            let lesson = link.lesson.clone();
            self.link = Link { language, theme, place, controls, autoplay, ..link };
            if before.lesson.name != lesson.name {
                self.listing.show(&lesson, self.listing.wanted);
            }
            if is_same_start(&before, &self.link) {
                let selected = self.selection.task;
                self.start_other(&before, left, plays);
                self.keep_selected(selected);
            } else {
                self.start_run(plays);
            }
            self.playback.seek(at_ms);
        }
        let say = &self.words.forks;
        self.announcer.say(if way == Way::Undo { say.undone } else { say.redone });
    }

    /// Compares with another future, or with none.
    pub(super) fn compare(&mut self, number: Option<usize>) {
        self.branches.compare(number);
        if let Some(sentence) = self.compare_text() {
            self.announcer.say(sentence);
        }
    }

    /// Calls another future by a name.
    pub(super) fn rename_branch(&mut self, number: usize, name: &str) {
        self.remember();
        self.branches.rename(number, name);
    }

    /// Gives another future up.
    pub(super) fn delete_branch(&mut self, number: usize) {
        if number < self.branches.list().len() {
            self.remember();
            self.branches.delete(number);
        }
    }

    /// What another future is called: by its reader, or by what was turned in it first.
    #[inline(never)]
    pub fn branch_name(&self, number: usize) -> String {
        let Some(Branch { link, .. }) = self.branches.list().get(number) else { return String::new() };
        if !link.name.is_empty() {
            return link.name.clone();
        }
        let leaves_ms = link.leaves_ms(&self.playback.knob_changes());
        match link.inputs.iter().find(|change| change.at_ms >= leaves_ms) {
            Some(change) => self.change_text(*change),
            None => fill(self.words.forks.unchanged, &[&number::moment(leaves_ms)]),
        }
    }

    /// The difference to the future that is compared with, as numbers.
    #[inline(never)]
    pub fn compare_text(&self) -> Option<String> {
        let number = self.branches.compared_number()?;
        let Branch { link, curve } = &self.branches.list()[number];
        let (now_ms, leaked) = (self.snapshot.time_ms, self.snapshot.counts.leaked);
        let there = curve.iter().rev().find(|sample| sample.at_us <= now_ms * 1_000)?;
        let say = &self.words.forks;
        let [here, there] = [leaked, there.leaked].map(|count| number::grouped(u64::from(count)));
        let (template, at_ms) =
            if now_ms > link.end_ms { (say.compared_end, link.end_ms) } else { (say.compared, now_ms) };
        Some(fill(template, &[&number::moment(at_ms), &here, &there, &self.branch_name(number)]))
    }
}

/// Whether two runs are one until something is turned.
fn is_same_start(one: &Link, other: &Link) -> bool {
    let start = |link: &Link| (link.seed, link.order);
    one.lesson.name == other.lesson.name && one.knobs == other.knobs && start(one) == start(other)
}
