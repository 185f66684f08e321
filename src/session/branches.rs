//! The other futures of the run that is shown, and the steps of a reader that can be undone.
//!
//! Nothing that a reader does destroys a future. Whoever turns a knob in the past goes on in another one, and what was there
//! stays as a [`Branch`]: its inputs, how far it was played, and its curve, which is cheap. To see it again is to run it
//! again. All branches begin as the same run; another program, seed or knob from the start is another run, and the one before
//! it is a step that can be undone.
//!
//! There are at most [`BRANCHES_MAX`]: a change that would leave one more behind is refused, with a sentence.
//! Deliberately absent: the run itself, and when it is left (`super::forks`).

use std::rc::Rc;

use crate::executor::engine::Progress;
use crate::link::{self, BRANCHES_MAX, KnobChange, Link, branch};
use crate::player::curve::Sample;
use crate::player::run::{Keep, Player};
use crate::session::playback::LIMITS;

/// Steps that can be undone.
const STEPS_MAX: usize = 100;
/// Polls between two looks at the clock while a curve is run again.
const SLICE_POLLS: u64 = 1_000;
/// Milliseconds of a frame in which a curve may be run again.
const SPEND_MS: f64 = 3.0;

/// Another future.
#[derive(Clone)]
pub struct Branch {
    /// What a link says of it.
    pub link: link::Branch,
    /// Its counts over time, up to its end; empty until they were run again.
    pub curve: Rc<Vec<Sample>>,
}

/// Which step is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The last one is undone.
    Undo,
    /// The one that was undone last is done again.
    Redo,
}

/// What can be gone back to: a run at a moment, with its branches.
#[derive(Clone)]
pub(super) struct State {
    /// The run, and the moment of it that was shown.
    pub(super) link: Link,
    /// Its other futures.
    pub(super) list: Vec<Branch>,
    /// The one that it was compared with.
    pub(super) compared: Option<usize>,
}

/// A curve that is run again, of the branch with these inputs.
struct Filling {
    inputs: Vec<KnobChange>,
    player: Box<Player>,
}

/// The branches of the run that is shown.
#[derive(Default)]
pub struct Branches {
    list: Vec<Branch>,
    compared: Option<usize>,
    /// What is known of the run that is shown from before it was left and run again.
    own: Option<Branch>,
    /// What the run was before it began again, for a change in its past that is still to be made.
    leaving: Option<Branch>,
    filling: Option<Filling>,
    undo: Vec<State>,
    redo: Vec<State>,
}

impl Branches {
    /// Those of a link; their curves are to be run again.
    pub(super) fn of_link(link: &Link) -> Branches {
        let mut list = Vec::new();
        for branch in &link.branches {
            list.push(Branch { link: branch.clone(), curve: Rc::default() });
        }
        Branches { compared: if list.is_empty() { None } else { Some(0) }, list, ..Branches::default() }
    }

    /// All of them.
    pub fn list(&self) -> &[Branch] {
        &self.list
    }

    /// The number of the one that the run is compared with.
    pub fn compared_number(&self) -> Option<usize> {
        self.compared
    }

    /// The one that the run is compared with.
    pub fn compared(&self) -> Option<&Branch> {
        self.list.get(self.compared?)
    }

    /// Whether a step can be undone, and whether one that was can be done again.
    pub fn can(&self) -> [bool; 2] {
        [!self.undo.is_empty(), !self.redo.is_empty()]
    }

    /// Compares the run with one of them, or with none.
    pub(super) fn compare(&mut self, number: Option<usize>) {
        self.compared = number.filter(|number| *number < self.list.len());
    }

    /// Whether there is no room for one more.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() + usize::from(self.leaving.is_some()) >= BRANCHES_MAX
    }

    /// How many inputs all of them have together.
    pub(super) fn inputs(&self) -> usize {
        self.list.iter().map(|branch| branch.link.inputs.len()).sum()
    }

    /// How far any of them was played, or the run that is shown before it was left, in milliseconds.
    pub(super) fn end_ms(&self) -> u64 {
        self.list.iter().chain(&self.own).map(|branch| branch.link.end_ms).max().unwrap_or(0)
    }

    /// As links write them.
    pub(super) fn links(&self) -> Vec<link::Branch> {
        self.list.iter().map(|branch| branch.link.clone()).collect()
    }

    /// The run begins again, to be changed in its past. What it was until now is left once it is changed.
    pub(super) fn leave_later(&mut self, branch: Branch) {
        self.leaving.get_or_insert(branch);
    }

    /// What the run was before it began again to be changed, if these are its inputs.
    pub(super) fn take_leaving(&mut self, inputs: &[KnobChange]) -> Option<Branch> {
        self.leaving.take().filter(|branch| branch.link.inputs == inputs)
    }

    /// Keeps a future that is left, and compares with it. Where there is no room it is still a step that can be undone.
    pub(super) fn keep(&mut self, left: Branch) {
        let known = self.list.iter().position(|branch| branch.link.inputs == left.link.inputs);
        if known.is_none() && self.list.len() < BRANCHES_MAX {
            self.list.push(left);
        }
        self.compared = known.or(self.list.len().checked_sub(1));
    }

    /// The same, by its name, and as far as it is known from before it was left and run again.
    pub(super) fn known_longest(&mut self, branch: Branch) -> Branch {
        let mut branch = self.take_leaving(&branch.link.inputs).unwrap_or(branch);
        let Some(own) = self.own.take().filter(|own| own.link.inputs == branch.link.inputs) else { return branch };
        if own.link.end_ms > branch.link.end_ms {
            return own;
        }
        branch.link.name = own.link.name;
        branch
    }

    /// What is known of the run that is shown from before it was left, if these are its inputs.
    pub(super) fn own(&self, inputs: &[KnobChange]) -> Option<&Branch> {
        self.own.as_ref().filter(|own| own.link.inputs == inputs)
    }

    /// The run that is shown is no other future: where it is one of them by now it is known from before.
    pub(super) fn take_shown(&mut self, inputs: &[KnobChange]) {
        if let Some(number) = self.list.iter().position(|branch| branch.link.inputs == inputs) {
            let shown = self.list[number].clone();
            self.delete(number);
            self.own = Some(shown);
        }
    }

    /// Takes one of them to be shown, and keeps the one that was shown in its place.
    pub(super) fn exchange(&mut self, number: usize, left: Branch) -> Option<Branch> {
        if number >= self.list.len() {
            return None;
        }
        let shown = std::mem::replace(&mut self.list[number], left);
        self.own = Some(shown.clone());
        self.filling = None;
        self.compared = Some(number);
        Some(shown)
    }

    /// Calls one of them by another name.
    pub(super) fn rename(&mut self, number: usize, name: &str) {
        if let Some(branch) = self.list.get_mut(number) {
            branch.link.name = branch::name_of(name);
        }
    }

    /// Gives one of them up.
    pub(super) fn delete(&mut self, number: usize) {
        self.list.remove(number);
        self.filling = None;
        self.compared = match self.compared {
            Some(compared) if compared > number => Some(compared - 1),
            Some(compared) if compared == number => None,
            compared => compared,
        };
    }

    /// Another run begins, which has none.
    pub(super) fn clear(&mut self) {
        self.set(Vec::new(), None);
    }

    /// The branches of another run.
    pub(super) fn set(&mut self, list: Vec<Branch>, compared: Option<usize>) {
        (self.list, self.compared) = (list, compared);
        (self.own, self.leaving, self.filling) = (None, None, None);
    }

    /// What was so before a step is kept, so that the step can be undone.
    pub(super) fn remember(&mut self, before: State) {
        self.redo.clear();
        self.push(before);
    }

    fn push(&mut self, before: State) {
        if self.undo.len() == STEPS_MAX {
            self.undo.remove(0);
        }
        self.undo.push(before);
    }

    /// What was so before the last step; what is so now can be done again.
    pub(super) fn undo(&mut self, now: State) -> Option<State> {
        let before = self.undo.pop()?;
        self.redo.push(now);
        Some(before)
    }

    /// What was so after the step that was undone last.
    pub(super) fn redo(&mut self, now: State) -> Option<State> {
        let after = self.redo.pop()?;
        self.push(now);
        Some(after)
    }

    /// Runs the curves again that a link did not carry; whether there is one more. `link` is the run's.
    pub(super) fn fill(&mut self, link: &Link, clock_ms: impl Fn() -> f64) -> bool {
        let Some(Filling { inputs, player }) = &mut self.filling else {
            let unknown = self.list.iter().find(|branch| branch.curve.is_empty() && branch.link.end_ms > 0);
            self.filling = unknown.map(|branch| {
                let inputs = branch.link.inputs.clone();
                let spec = Link { inputs: inputs.clone(), ..link.clone() }.spec();
                Filling { inputs, player: Box::new(Player::with(spec, Keep::Unread, LIMITS)) }
            });
            return false;
        };
        let Some(branch) = self.list.iter_mut().find(|branch| branch.link.inputs == *inputs) else {
            self.filling = None;
            return false;
        };
        let until_ms = clock_ms() + SPEND_MS;
        while player.play_to(branch.link.end_ms * 1_000, SLICE_POLLS) == Progress::More {
            if clock_ms() >= until_ms {
                return false;
            }
        }
        branch.curve = Rc::new(whole_curve(player));
        self.filling = None;
        true
    }
}

/// The counts of a run over time, as far as it was played.
pub(super) fn whole_curve(player: &Player) -> Vec<Sample> {
    let (ledger, curve) = player.known();
    let mut samples = curve.samples().to_vec();
    samples.push(Sample::of(&ledger.counts(), player.head_us()));
    samples
}
