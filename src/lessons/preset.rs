//! Settings with a name.

use crate::text::Text;

/// A named setting of a lesson's knobs.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Its name in links, on the command line and in the lesson's words.
    pub name: Text,
    /// The knobs that differ from their defaults.
    pub settings: Vec<(Text, u32)>,
}

impl Preset {
    /// A preset of these knobs.
    pub fn new(name: impl Into<Text>, settings: &[(&'static str, u32)]) -> Preset {
        let settings = settings.iter().map(|(knob, value)| (Text::Borrowed(*knob), *value)).collect();
        Preset { name: name.into(), settings }
    }
}
