//! Every colour of the stage, for paper and for night.
//!
//! One rule above all: vermilion is loud, so only leaks are vermilion, and never as a circle. Each mark stands out from the
//! panel by a contrast of at least 3, except a *returned* task's point, which is faint because its task is gone, and
//! the hairlines, which carry no meaning alone.

/// A colour in sRGB: red, green, blue.
pub type Rgb = [u8; 3];

/// The page's theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Paper.
    Light,
    /// Night.
    Dark,
}

/// The tones a grain of the pile can have.
pub const TONES: usize = 5;

/// The colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub ground: Rgb,
    /// The panel behind the stage.
    pub panel: Rgb,
    /// Hairlines: the frames of requests, the floor.
    pub line: Rgb,
    /// The thread's lane.
    pub lane: Rgb,
    /// Text, parents, the outline of what is selected.
    pub ink: Rgb,
    /// Quiet text.
    pub soft: Rgb,
    /// Ready to run.
    pub ready: Rgb,
    /// The one running task.
    pub running: Rgb,
    /// The rim of the running task: gold alone is too pale on paper.
    pub running_rim: Rgb,
    /// Waiting while its scope is open.
    pub waiting: Rgb,
    /// Told to stop.
    pub told: Rgb,
    /// Heard it; returned.
    pub heard: Rgb,
    /// Leaked.
    pub leak: Rgb,
    /// The grains of the pile: three for those that lie there, drawn by the grain's number, one for those
    /// that came lately, and one for the newest, the brightest.
    pub grains: [Rgb; TONES],
    /// The core of a leaked parent's grain.
    pub core: Rgb,
}

/// Paper.
pub const LIGHT: Palette = Palette {
    ground: [0xfb, 0xfa, 0xf7],
    panel: [0xff, 0xff, 0xff],
    line: [0xe2, 0xdf, 0xd8],
    lane: [0xf2, 0xf0, 0xea],
    ink: [0x1c, 0x1d, 0x21],
    soft: [0x5d, 0x61, 0x6b],
    ready: [0x3f, 0x8f, 0xc0],
    running: [0xe6, 0x9f, 0x00],
    running_rim: [0xa8, 0x6c, 0x00],
    waiting: [0x00, 0x72, 0xb2],
    told: [0xb9, 0x77, 0x00],
    heard: [0x00, 0x79, 0x5a],
    leak: [0xd5, 0x5e, 0x00],
    grains: [[0xcc, 0x59, 0x03], [0xd8, 0x60, 0x02], [0xb9, 0x50, 0x06], [0xdf, 0x66, 0x04], [0xe8, 0x6a, 0x08]],
    core: [0x2b, 0x14, 0x06],
};

/// Night.
pub const DARK: Palette = Palette {
    ground: [0x14, 0x16, 0x1a],
    panel: [0x1b, 0x1e, 0x24],
    line: [0x39, 0x3f, 0x4a],
    lane: [0x24, 0x28, 0x30],
    ink: [0xe9, 0xe7, 0xe1],
    soft: [0xa0, 0xa4, 0xae],
    ready: [0x8f, 0xc9, 0xec],
    running: [0xe6, 0x9f, 0x00],
    running_rim: [0xf4, 0xbf, 0x3a],
    waiting: [0x56, 0xb4, 0xe9],
    told: [0xe6, 0xa7, 0x2e],
    heard: [0x2d, 0xbd, 0x92],
    leak: [0xe8, 0x65, 0x1a],
    grains: [[0xd0, 0x5a, 0x18], [0xda, 0x5f, 0x19], [0xc3, 0x54, 0x17], [0xee, 0x6c, 0x22], [0xff, 0x82, 0x3c]],
    core: [0x1b, 0x1e, 0x24],
};

/// The colours of a theme.
pub const fn of(theme: Theme) -> &'static Palette {
    match theme {
        Theme::Light => &LIGHT,
        Theme::Dark => &DARK,
    }
}

/// `#rrggbb`.
pub fn css(colour: Rgb) -> String {
    let mut text = String::from("#");
    for byte in colour {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `x` to the power of 2.4, by roots only: `x² · (x²)^(1/5)`, the root by Newton's method.
    fn power_2_4(x: f64) -> f64 {
        let square = x * x;
        let mut root = 1.0;
        for _ in 0..60 {
            root = (4.0 * root + square / (root * root * root * root)) / 5.0;
        }
        square * root
    }

    /// Relative luminance, as WCAG 2.2 defines it.
    fn luminance(colour: Rgb) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { power_2_4((value + 0.055) / 1.055) }
        };
        0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
    }

    /// Contrast, as WCAG 2.2 defines it.
    fn contrast(one: Rgb, other: Rgb) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn is_vermilion(colour: Rgb) -> bool {
        let [red, green, blue] = colour.map(i32::from);
        red > 180 && red - green > 95 && green - blue > 40
    }

    #[test]
    fn black_on_white_has_the_contrast_that_wcag_names() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-6);
        assert!((contrast([0x77; 3], [255; 3]) - 4.48).abs() < 0.01);
    }

    #[test]
    fn every_mark_stands_out_from_what_it_stands_on() {
        for palette in [&LIGHT, &DARK] {
            let marks = [
                ("ready", palette.ready),
                ("running", palette.running_rim),
                ("waiting", palette.waiting),
                ("told", palette.told),
                ("heard", palette.heard),
                ("leak", palette.leak),
                ("ink", palette.ink),
            ];
            let grains = palette.grains.map(|tone| ("a grain", tone));
            for (name, colour) in marks.into_iter().chain(grains) {
                for (on, under) in [("panel", palette.panel), ("ground", palette.ground)] {
                    let ratio = contrast(colour, under);
                    assert!(ratio >= 3.0, "{name} {colour:02x?} on the {on}: {ratio:.2}");
                }
            }
            for (name, colour) in [("ready", palette.ready), ("running", palette.running_rim)] {
                let ratio = contrast(colour, palette.lane);
                assert!(ratio >= 3.0, "{name} {colour:02x?} on the lane: {ratio:.2}");
            }
            for grain in palette.grains {
                let ratio = contrast(palette.core, grain);
                assert!(ratio >= 3.0, "a parent's core on {grain:02x?}: {ratio:.2}");
            }
            assert!(contrast(palette.soft, palette.panel) >= 4.5, "quiet text");
        }
    }

    #[test]
    fn only_a_leak_is_vermilion() {
        for palette in [&LIGHT, &DARK] {
            let others = [
                palette.ground,
                palette.panel,
                palette.line,
                palette.lane,
                palette.ink,
                palette.soft,
                palette.ready,
                palette.running,
                palette.running_rim,
                palette.waiting,
                palette.told,
                palette.heard,
                palette.core,
            ];
            assert!(others.iter().all(|colour| !is_vermilion(*colour)), "{others:02x?}");
            assert!(is_vermilion(palette.leak) && palette.grains.iter().all(|tone| is_vermilion(*tone)));
        }
    }

    #[test]
    fn the_newest_grain_is_the_brightest() {
        for palette in [&LIGHT, &DARK] {
            let [a, b, c, newer, newest] = palette.grains.map(luminance);
            assert!(newest > newer && newer > a.max(b).max(c));
        }
    }
}
