//! Settings with a name.

use std::borrow::Cow;

use crate::text::Text;

/// A named setting of a lesson's knobs.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Its name in links, on the command line and in the lesson's words.
    pub name: Text,
    /// The knobs that differ from their defaults.
    pub settings: Cow<'static, [(Text, u32)]>,
}

impl Preset {
    /// A preset of these knobs.
    pub const fn new(name: Text, settings: Cow<'static, [(Text, u32)]>) -> Preset {
        Preset { name, settings }
    }
}
