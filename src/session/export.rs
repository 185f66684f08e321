//! Files of the moment that is shown: its picture as SVG or PNG, the curves up to it as CSV, each with seed and link.

use crate::caption::{self, CaptionSubject};
use crate::link::Link;
use crate::player::csv;
use crate::player::curve::Sample;
use crate::session::playback::Playback;
use crate::stage::palette::Theme;
use crate::text::Messages;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The picture in pixels.
    Png,
    /// The picture in shapes.
    Svg,
    /// The curves.
    Csv,
}

impl Format {
    /// In the order of [`crate::text::messages::ShareText::formats`].
    pub const ALL: [Format; 3] = [Format::Png, Format::Svg, Format::Csv];

    fn ending(self) -> &'static str {
        ["png", "svg", "csv"][self as usize]
    }

    /// What the text of the file is: a PNG is made of a picture in shapes.
    pub fn media_type(self) -> &'static str {
        if self == Format::Csv { "text/csv" } else { "image/svg+xml" }
    }
}

/// A file to hand over.
pub struct File {
    /// Its name.
    pub name: String,
    /// Its text; a picture's is SVG.
    pub text: String,
    /// What becomes of it.
    pub format: Format,
}

/// The file of the moment at which the run rests; none while it is under way. `link` is the run's, at that moment, and
/// `address` opens it.
pub fn file(
    format: Format,
    playback: &Playback,
    (link, address): (&Link, &str),
    theme: Theme,
    words: &Messages,
) -> Option<File> {
    let player = playback.player();
    let at_ms = playback.rest_ms()?;
    let (lesson, preset) = (&link.lesson, link.preset);
    let (seed, counts) = (player.spec().seed, player.ledger().counts());
    let way_back = public(address);
    let text = if format == Format::Csv {
        csv::write(player.curve().samples(), &Sample::of(&counts, player.now_us()), seed, way_back)
    } else {
        let is_changed = lesson.is_changed(preset, player.knobs());
        let (values, link) = (player.knobs(), way_back);
        let moment = CaptionSubject { lesson, preset, is_changed, seed, at_ms, values, counts: &counts, link };
        caption::svg(&moment, player.ledger(), theme, words)
    };
    let (seed, at_ms) = (seed.to_string(), at_ms.to_string());
    let name = ["pileup-", &lesson.name, "-seed", &seed, "-", &at_ms, "ms.", format.ending()].concat();
    Some(File { name, text, format })
}

/// A path of this disk leads nobody anywhere, and is nobody's business: only its query is left.
fn public(address: &str) -> &str {
    address.strip_prefix("file:").and_then(|path| path.find('?').map(|at| &path[at..])).unwrap_or(address)
}
