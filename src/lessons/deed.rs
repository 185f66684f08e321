//! A thing to do on the page and to see happen: what it opens, and the facts that show it was done.
//!
//! A deed is data. Whether its facts hold is read from the run and from what a reader has done in it
//! (`crate::session::deeds`); no time that passes makes them all hold, because at least one of them is a reader's own doing
//! ([`Fact::is_doing`], which `check` asks of every deed). What it is called, and what was learned when it is done, stands in
//! the languages' files.

use std::borrow::Cow;

use crate::text::Text;
use crate::trace::event::WaitReason;

/// A thing to do.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Its name in links and in the lesson's words.
    pub name: Text,
    /// The preset that it begins with, by its name, as a page opens it.
    pub preset: Text,
    /// Knobs over the preset's opening.
    pub knobs: Cow<'static, [(Text, u32)]>,
    /// The speed, in per cent of the virtual clock's natural pace.
    pub speed_percent: u32,
    /// The moment that it opens at, in milliseconds of virtual time.
    pub at_ms: u64,
    /// It is done as soon as all of these hold at one moment.
    pub facts: Cow<'static, [Fact]>,
}

/// Something that is so at a moment of a run, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// This knob, which is not the switch, was turned during the run.
    Turned(Text),
    /// This knob, which is not the switch, was turned during the run and stands at this value.
    TurnedTo(Text, u32),
    /// The switch was turned on during the run.
    SwitchedOn,
    /// A task of this kind is selected.
    Selected(Who),
    /// The drain test was asked for, and this is its answer.
    Drained(Answer),
    /// Some task is leaked.
    Leaks,
    /// Some task that started since the switch was turned on is leaked.
    LeaksSinceSwitch,
    /// Some child has heard that it was told to stop.
    Heard,
    /// Some child was dropped before it had returned.
    Dropped,
    /// Some task left work half done.
    HalfDone,
    /// The clock is past this moment, in milliseconds of virtual time.
    Past(u64),
}

/// Which task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// One that is leaked.
    Leaked,
    /// One that is leaked, and that its request began with.
    LeakedParent,
    /// One that is leaked although it has heard that it was told to stop.
    LeakedAlthoughHeard,
    /// One that waits for this reason.
    WaitsIn(WaitReason),
    /// One that is leaked, and waits for this reason.
    LeakedIn(WaitReason),
}

/// What the drain test said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Clean, although some were late when it was asked for.
    CleanThoughLate,
    /// Some run for ever, and no known detector that looks for blocked tasks would have reported anybody.
    UnseenRunaways,
}

impl Fact {
    /// Whether only a reader can bring it about: no run does so by itself.
    pub fn is_doing(&self) -> bool {
        matches!(self, Fact::Turned(_) | Fact::TurnedTo(..) | Fact::SwitchedOn | Fact::Selected(_) | Fact::Drained(_))
    }
}

impl Deed {
    /// Whether it asks for the drain test.
    pub fn drains(&self) -> bool {
        self.facts.iter().any(|fact| matches!(fact, Fact::Drained(_)))
    }
}
