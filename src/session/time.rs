//! Time and knobs: what a session lets its run do, the other runs that it begins, and the snapshots that it takes.

use std::rc::Rc;

use crate::lessons::{Lesson, When};
use crate::link::message::Step;
use crate::link::{Allowed, BRANCHES_MAX, Complaint, INPUTS_MAX, KnobChange, Link};
use crate::player::run::Back;
use crate::session::Session;
use crate::session::action::{Asker, Change};
use crate::session::deeds::Says;
use crate::session::drain::DrainState;
use crate::session::effect::Effect;
use crate::session::now::Turn;
use crate::session::playback::Playback;
use crate::session::snapshot::Snapshot;
use crate::session::steps::{self, Reach, StepReport};
use crate::session::waiting::{Command, Place, WAITING_MAX};
use crate::session::waits::Spot;
use crate::text::{fill, number};
use crate::trace::event::TaskId;
use crate::verdict::model::Verdict;

impl Session {
    /// Leaves something for the browser to do.
    #[inline(never)]
    pub(super) fn emit(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Keeps a command until the run is at the moment that it is on its way to.
    #[inline(never)]
    fn wait(&mut self, command: Command, asker: Asker) {
        self.has_begun = true;
        if self.waiting.push(command, asker) == Place::FirstLeftOut {
            let (name, value) = self.written(command);
            self.refuse(Complaint { name, value, allowed: Allowed::Waiting(WAITING_MAX as u64) }, asker);
        }
    }

    /// What was waiting is done, now that the run is there.
    #[inline(never)]
    pub(super) fn catch_up(&mut self) {
        if self.playback.is_seeking() || self.waiting.is_empty() {
            return;
        }
        self.refresh();
        for (command, asker) in self.waiting.take() {
            match command {
                Command::Turn { knob, value } => self.turn(knob, value, asker),
                Command::Step(step) => self.step(step, asker),
                Command::Play => self.play(asker),
            }
        }
        self.request_state();
        self.is_render_due = true;
    }

    /// A command's name and value, as a message writes them.
    fn written(&self, command: Command) -> (String, String) {
        match command {
            Command::Turn { knob, value } => {
                let known = &self.link.lesson.knobs[knob];
                (known.name.clone().into_owned(), known.format(value))
            }
            Command::Step(_) => ("step".to_owned(), String::new()),
            Command::Play => ("play".to_owned(), String::new()),
        }
    }

    /// Says to the reader, and to the article if it asked, that something could not be done.
    #[inline(never)]
    fn refuse(&mut self, complaint: Complaint, asker: Asker) {
        if asker == Asker::Article {
            self.reject(&complaint);
        }
        self.complaints.add(complaint);
    }

    pub(super) fn play(&mut self, asker: Asker) {
        if self.playback.is_seeking() && self.waiting.has_steps() {
            return self.wait(Command::Play, asker);
        }
        self.has_begun = true;
        self.forget_step();
        self.playback.play();
        self.announcer.say(self.words.live.playing);
    }

    pub(super) fn pause(&mut self, asker: Asker) {
        self.waiting.rest();
        self.playback.pause();
        if self.playback.under_way().is_some() {
            self.waiting.keep_turns();
            self.playback.stop_seek();
        }
        if asker == Asker::Reader {
            self.announcer.say(fill(self.words.live.paused, &[&number::moment(self.snapshot.time_ms)]));
        }
    }

    #[inline(never)]
    pub(super) fn step(&mut self, step: Step, asker: Asker) {
        if self.playback.is_seeking() {
            return self.wait(Command::Step(step), asker);
        }
        match step {
            Step::Poll => {
                let report = self.playback.step_poll();
                self.stepped(report);
            }
            Step::Event => {
                let report = self.playback.step_event(Reach::Seen);
                self.stepped(report);
            }
            Step::TaskNext => {
                if let Some(task) = self.selection.task.filter(|_| self.can_step_task()) {
                    let report = self.playback.step_task(task);
                    self.stepped(report);
                }
            }
            Step::PollBack => self.step_back(Back::Poll),
            Step::EventBack => self.step_back(Back::Event(&steps::is_seen)),
            Step::TaskBack => {
                if let Some(task) = self.selection.task {
                    self.step_back(Back::Task(task, &steps::is_seen));
                }
            }
        }
    }

    /// Whether anything can still happen to the selected task: who is gone, or stranded by proof, is passed by whatever happens.
    pub fn can_step_task(&self) -> bool {
        let ledger = self.playback.player().ledger();
        let Some(task) = self.selection.task else { return false };
        match ledger.task(task) {
            Some(task) => task.verdict != Verdict::Stranded,
            None => !ledger.reader().has_met(task),
        }
    }

    /// Undoes one step: what is shown is what was shown before it.
    fn step_back(&mut self, back: Back<'_>) {
        self.playback.pause();
        if self.playback.step_back(back) {
            self.has_begun = true;
            self.forget_step();
            self.refresh();
            self.announcer.say(fill(self.words.live.paused, &[&number::exact_moment(self.snapshot.time_ms)]));
        }
    }

    /// One event on, whether anything is seen of it or not.
    pub(super) fn step_record(&mut self) {
        if !self.playback.is_seeking() {
            let report = self.playback.step_event(Reach::Every);
            self.stepped(report);
        }
    }

    /// Says what a step did, shows its task in gold, and its line.
    #[inline(never)]
    fn stepped(&mut self, report: StepReport) {
        self.has_begun = true;
        self.scene.show_stepped(report.stepped());
        if report.spot.is_some() {
            self.emit(Effect::ScrollToLit);
        }
        self.step = Some(report);
        self.refresh();
        let sentence = self.step_text().unwrap_or_default();
        self.announcer.say(sentence);
    }

    /// Something else moves the run.
    fn forget_step(&mut self) {
        self.step = None;
        self.scene.show_stepped(None);
    }

    pub(super) fn seek(&mut self, at_ms: u64) {
        self.has_begun = true;
        self.forget_step();
        if self.will_play() {
            self.playback.play();
        } else {
            self.playback.pause();
        }
        self.waiting.keep_turns();
        self.playback.seek(at_ms);
    }

    /// Whether the clock runs, or will once the run is where it is on its way to.
    pub(super) fn will_play(&self) -> bool {
        self.waiting.plays(self.playback.is_playing())
    }

    /// The value of each knob now, or once the run is where it is on its way to.
    #[inline(never)]
    fn coming_values(&self) -> Vec<u32> {
        let mut values = self.playback.knobs();
        self.waiting.turn(&mut values);
        values
    }

    pub(super) fn begin(&mut self, change: Change, asker: Asker) {
        self.remember();
        self.begin_anew(change, asker);
    }

    /// The same run from its start.
    pub(super) fn replay(&mut self) {
        self.remember();
        let (before, left) = (self.link.clone(), self.present());
        self.link.inputs.clear();
        self.start_other(&before, left, self.will_play());
    }

    fn begin_anew(&mut self, change: Change, asker: Asker) {
        let (before, left) = (self.link.clone(), self.present());
        let plays = asker == Asker::Reader || self.will_play();
        // An article's preset is what its name stands for in a link: the text around the frame speaks of that.
        let opens = change.preset.is_some() && asker == Asker::Reader;
        if opens {
            self.leave();
        }
        match change.preset {
            None => self.link.knobs = self.coming_values(),
            Some(preset) if opens => self.link.open(preset),
            Some(preset) => {
                self.link.preset = preset;
                self.link.knobs = self.link.lesson.values_of(preset);
            }
        }
        for (knob, value) in change.knobs {
            self.link.knobs[knob] = value;
        }
        self.link.seed = change.seed.unwrap_or(self.link.seed);
        self.link.order = change.order.unwrap_or(self.link.order);
        self.link.inputs.clear();
        self.start_other(&before, left, plays);
        if opens {
            self.open_moment();
            self.arrive();
        }
    }

    /// Goes to the moment that the preset opens at, in the code as well.
    fn open_moment(&mut self) {
        let at_ms = self.link.lesson.opening(self.link.preset).at_ms;
        if at_ms > 0 {
            self.playback.seek(at_ms);
        }
        self.emit(Effect::ScrollListing);
    }

    /// Another lesson with its first preset, under the seed, the order, the speed and the language of now.
    pub(super) fn open_lesson(&mut self, lesson: &Rc<Lesson>) {
        self.leave();
        self.remember();
        self.branches.clear();
        let Link { seed, order, language, speed_percent, place, theme, .. } = self.link;
        self.link = Link { seed, order, language, speed_percent, place, theme, ..Link::of(lesson, 0) };
        self.listing.show(lesson, self.listing.wanted);
        self.start_run(true);
        self.arrive();
        self.emit(Effect::ScrollListing);
    }

    /// The run of the link, from time 0.
    pub(super) fn start_run(&mut self, plays: bool) {
        self.has_begun = true;
        self.link.at_ms = None;
        let sight = self.playback.sight();
        self.playback = Playback::new(&self.link);
        self.playback.set_sight(sight);
        if plays {
            self.playback.play();
        }
        self.waiting.take();
        self.shown_moment = None;
        self.scene.reset();
        self.step = None;
        self.deeds.says = Says::Nothing;
        self.listing.point = self.link.lesson.opening(self.link.preset).point.clone();
        self.select(None);
        self.snapshot = Snapshot { values: self.link.knobs.clone(), ..Snapshot::default() };
        self.drain = DrainState::NotAsked;
        self.announcer.forget_leaks();
    }

    #[inline(never)]
    pub(super) fn set(&mut self, knob: usize, value: u32, asker: Asker) {
        let lesson = self.link.lesson.clone();
        let Some(known) = lesson.knobs.get(knob).filter(|known| known.takes(value)) else { return };
        let is_turned = self.coming_values().get(knob) != Some(&value);
        // While the run is on its way it may still be sent elsewhere, and there it can be a turn.
        let may_be_turned = known.when == When::Live && self.playback.is_seeking();
        if !is_turned && !may_be_turned {
            return;
        }
        let runs_again = known.when == When::Live && self.playback.must_run_again();
        if runs_again && self.has_no_room(knob, value, asker) {
            return;
        }
        if is_turned {
            self.remember();
        }
        if runs_again {
            let left = self.present();
            self.branches.leave_later(left);
            self.playback.prepare_change();
        }
        self.turn(knob, value, asker);
    }

    /// Whether one more turn of a live knob cannot be: it would be a run that no link can open again, or leave one future too
    /// many. Then it is said.
    fn has_no_room(&mut self, knob: usize, value: u32, asker: Asker) -> bool {
        let inputs = self.playback.player().spec().inputs.len() + self.branches.inputs();
        let allowed = if inputs >= INPUTS_MAX {
            Allowed::Inputs(INPUTS_MAX as u64)
        } else if self.leaves_future() && self.branches.is_full() {
            Allowed::Branches(BRANCHES_MAX as u64)
        } else {
            return false;
        };
        let known = &self.link.lesson.knobs[knob];
        let (name, value) = (known.name.clone().into_owned(), known.format(value));
        self.refuse(Complaint { name, value, allowed }, asker);
        true
    }

    /// Turns a knob at the moment that is shown, or once the run is where it is on its way to.
    fn turn(&mut self, knob: usize, value: u32, asker: Asker) {
        let lesson = self.link.lesson.clone();
        let known = &lesson.knobs[knob];
        if known.when == When::Live && self.playback.is_seeking() {
            self.wait(Command::Turn { knob, value }, asker);
            self.waiting.turn(&mut self.snapshot.values);
            return;
        }
        if self.coming_values().get(knob) == Some(&value) {
            return;
        }
        let leaving = self.branches.take_leaving(&self.playback.knob_changes());
        if known.when == When::Live && self.has_no_room(knob, value, asker) {
            return;
        }
        self.deeds.says = Says::Nothing;
        let has_ended = self.playback.player().stop().is_some();
        if known.when == When::AtStart || has_ended {
            self.begin_anew(Change { knobs: vec![(knob, value)], ..Change::default() }, asker);
        } else {
            let left = if leaving.is_none() && self.leaves_future() { Some(self.present()) } else { leaving };
            self.playback.set(knob, value);
            match left {
                Some(left) => self.keep(left),
                None => self.branches.take_shown(&self.playback.knob_changes()),
            }
            self.forget_step();
            self.refresh();
        }
        let label = self.lesson_words().knob(&known.name).map_or(&known.name, |said| &said.label);
        let mut sentence = fill(self.words.live.set, &[label, &self.value_text(knob, value)]);
        if lesson.switch == Some(knob) && self.listing.is_turned {
            sentence.push_str(if sentence.ends_with('.') { " " } else { ". " });
            sentence.push_str(&self.now());
            self.emit(Effect::ScrollToChange);
        }
        self.announcer.say(sentence);
    }

    /// Turns the switch over, in a lesson that has one.
    pub(super) fn flip(&mut self, asker: Asker) {
        if let Some(switch) = self.link.lesson.switch {
            self.set(switch, u32::from(!self.is_on()), asker);
        }
    }

    /// Selects a task, or none. What is known of it is told where it stands, and to listeners.
    pub(super) fn select(&mut self, task: Option<TaskId>) {
        self.selection.task = task;
        self.callout = None;
        if task.is_some() {
            self.deeds.says = Says::Nothing;
        }
        self.scene.select(task);
        self.refresh();
        if let Some(selected) = &self.snapshot.selected {
            self.announcer.say(selected.sentence());
            self.emit(Effect::ScrollToSelected);
        }
    }

    /// Whether the snapshot is of the run as it stands.
    pub(super) fn is_current(&self) -> bool {
        self.shown_moment == Some(self.playback.moment())
    }

    /// Takes a snapshot of the moment that may be shown, if there is one.
    #[inline(never)]
    pub(super) fn refresh(&mut self) {
        if let Some(time_ms) = self.playback.shown_ms() {
            let (selection, listing) = (&self.selection, &self.listing);
            self.snapshot = Snapshot::of(&self.playback, time_ms, selection, listing, &self.snapshot, self.words);
            self.waiting.turn(&mut self.snapshot.values);
            self.follow_switch();
            self.note_deaf();
            self.shown_moment = Some(self.playback.moment());
            if self.playback.is_seeking() {
                // The next frame draws the moment of these counts.
                self.scene.mark_stale();
            }
        }
    }

    /// Since when the switch stands as it does, by the run's own inputs: whoever opens a link to this run reads what was read here.
    fn follow_switch(&mut self) {
        let changes = self.playback.knob_changes();
        let is_of_switch = |change: &&KnobChange| {
            Some(change.knob) == self.link.lesson.switch && change.at_ms <= self.snapshot.time_ms
        };
        let last = changes.iter().rev().find(is_of_switch);
        self.listing.is_turned = last.is_some();
        let ledger = self.playback.player().ledger();
        let is_last = |known: &Turn| last.is_some_and(|last| (last.at_ms, last.value) == (known.at_ms, known.value));
        self.turn = self.turn.filter(is_last).or_else(|| Turn::at(*last?, ledger));
        if let Some(turn) = &mut self.turn {
            turn.look(ledger);
        }
    }

    /// The selected task says why the switch did not help it: it has waited since before on a line that is taken away by now.
    fn note_deaf(&mut self) {
        let (Some(selected), Some(turn)) = (&mut self.snapshot.selected, self.turn.filter(Turn::is_on)) else { return };
        let wait = self.playback.player().ledger().task(selected.task).and_then(|task| task.waits().next());
        let is_older = wait.is_some_and(|wait| wait.since_us <= turn.at_ms * 1000);
        let is_deaf = |spot: &Spot| self.listing.is_taken(spot, &self.snapshot.values);
        if is_older && selected.spot.as_ref().is_some_and(is_deaf) {
            selected.why.push(' ');
            selected.why.push_str(self.words.task.reason.began_before);
        }
    }
}
