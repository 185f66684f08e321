//! Settings with a name, and how a page opens them.
//!
//! What a preset's name stands for in a link never changes, because links exist. A reader who chooses it on the page gets
//! more: a livelier load, a speed, and a moment at which something is about to happen. The link that the page then writes
//! names all of that.

use std::borrow::Cow;

use crate::text::Text;

/// A named setting of a lesson's knobs.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Its name in links, on the command line and in the lesson's words.
    pub name: Text,
    /// The knobs that differ from their defaults.
    pub settings: Cow<'static, [(Text, u32)]>,
    /// How a page opens it.
    pub opening: Opening,
}

/// How a page opens a preset that a reader chooses.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Knobs over the preset's settings.
    pub knobs: Cow<'static, [(Text, u32)]>,
    /// The speed, in per cent of the virtual clock's natural pace.
    pub speed_percent: u32,
    /// The moment, in milliseconds of virtual time.
    pub at_ms: u64,
    /// The count to watch.
    pub watch: Option<Count>,
    /// The wait point that the listing is scrolled to; empty for whatever the switch changes.
    pub point: Text,
}

/// One of the counts that a page shows, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Tasks that were spawned.
    Started,
    /// Those told to stop.
    Told,
    /// Those that heard it.
    Heard,
    /// Those that were told, and have returned since.
    Returned,
    /// Those that leaked.
    Leaked,
    /// Those that were dropped before they had returned: of a lesson that can do that, in the place of
    /// [`Count::Returned`].
    Dropped,
}

impl Opening {
    /// The preset as a link opens it: from its start, at the natural pace.
    pub const PLAIN: Opening =
        Opening { knobs: Cow::Borrowed(&[]), speed_percent: 100, at_ms: 0, watch: None, point: Cow::Borrowed("") };
}

impl Preset {
    /// A preset of these knobs that a page opens as a link does.
    pub const fn new(name: Text, settings: Cow<'static, [(Text, u32)]>) -> Preset {
        Preset { name, settings, opening: Opening::PLAIN }
    }
}
