//! What an author pastes to put a run into an article, as text: a tag, a frame, a picture with a link, a link.
//!
//! ```text
//! <script src="https://example.org/pileup/pileup.js" async></script><pile-up seed="7"><a href="…"><img src="…" alt="…" width="100%" loading="lazy"><br>Pileup: The leak</a></pile-up>
//! <iframe src="https://example.org/pileup/?v=1&amp;…&amp;embed=1" title="…" width="100%" height="640" …></iframe>
//! [![Requests with …](https://example.org/pileup/pileup.png)](https://example.org/pileup/?v=1&…)
//! https://example.org/pileup/?v=1&…
//! ```
//!
//! Each is one line: Markdown takes it for HTML as a whole, and a field shows it as it is copied. A link that leaves the
//! article opens the page in a window of its own, which has every control. In the tag stands a picture with a link, for
//! feed readers and whatever else drops a script and an element that it does not know.

use crate::lessons;
use crate::link::query::{Pair, pairs};
use crate::link::{Autoplay, Link, Place, write};
use crate::text::fill;

/// A form, by what the place where it is pasted takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// HTML with scripts: `<pile-up>`.
    Tag,
    /// HTML with frames.
    Frame,
    /// Markdown: a picture with a link.
    Picture,
    /// Nothing but text.
    Link,
}

impl Form {
    /// Every form, from the one that can most.
    pub const ALL: [Form; 4] = [Form::Tag, Form::Frame, Form::Picture, Form::Link];
}

/// What the forms are made of.
#[derive(Clone, Copy, Debug)]
pub struct Paste<'p> {
    /// The page's address, without a query.
    pub address: &'p str,
    /// The run, and what its frame offers.
    pub link: &'p Link,
    /// How wide the frame may become, in CSS pixels; none: as wide as the article.
    pub width_px: Option<u32>,
    /// How high a frame is that cannot follow its content, in CSS pixels.
    pub height_px: u32,
    /// What the frame, and the link in its place, are called.
    pub title: &'p str,
    /// What the picture shows.
    pub alt: &'p str,
}

const TAG: &str = "<script src=\"{0}pileup.js\" async></script><pile-up{1}><a href=\"{2}\"><img src=\"{0}pileup.png\" alt=\"{4}\" width=\"100%\" loading=\"lazy\"><br>{3}</a></pile-up>";
const FRAME: &str = "<iframe src=\"{0}\" title=\"{1}\" width=\"100%\" height=\"{2}\" loading=\"lazy\" allow=\"clipboard-write; fullscreen\" style=\"border:0;{3}\"></iframe>";
const PICTURE: &str = "[![{0}]({1}pileup.png)]({2})";

/// What stands for a letter.
type Escapes = [(char, &'static str)];
/// In HTML, inside of elements and of attributes.
const HTML: &Escapes = &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;")];
/// In the text of a link in Markdown.
const MARKDOWN: &Escapes = &[('[', "\\["), (']', "\\]"), ('\\', "\\\\")];
/// In its address, which a bracket or a space would end.
const TARGET: &Escapes = &[('(', "%28"), (')', "%29"), ('<', "%3C"), ('>', "%3E"), ('\\', "%5C"), (' ', "%20")];

impl Paste<'_> {
    /// The text to paste.
    pub fn text(&self, form: Form) -> String {
        let page = self.page();
        let max_width = self.width_px.map_or_else(String::new, |px| ["max-width:", &px.to_string(), "px"].concat());
        let title = escaped(self.title, HTML);
        let (template, blanks) = match form {
            Form::Tag => {
                let folder = escaped(self.folder(), HTML);
                (TAG, [folder, self.attributes(&max_width), escaped(&page, HTML), title, escaped(self.alt, HTML)])
            }
            Form::Frame => {
                let link = Link { place: Place::Embedded, ..self.link.clone() };
                let address = escaped(&[self.address, &write::query(&link)].concat(), HTML);
                (FRAME, [address, title, self.height_px.to_string(), max_width, String::new()])
            }
            Form::Picture => {
                let (alt, folder) = (escaped(self.alt, MARKDOWN), escaped(self.folder(), TARGET));
                (PICTURE, [alt, folder, escaped(&page, TARGET), title, String::new()])
            }
            Form::Link => return page,
        };
        fill(template, &blanks.each_ref().map(String::as_str))
    }

    /// What the tag has to say: a link without it would mean something else.
    fn attributes(&self, style: &str) -> String {
        let mut text = String::new();
        let mut push =
            |name: &str, value: &str| text.push_str(&[" ", name, "=\"", &escaped(value, HTML), "\""].concat());
        for Pair { name, value, .. } in pairs(&write::query(self.link)) {
            let is_usual = match name.as_str() {
                "v" | "embed" => true,
                "lesson" => value == lessons::first().name,
                // A deed without its preset would open a run of its own.
                "preset" => value == self.link.lesson.preset_name(0) && self.link.deed.is_none(),
                "seed" => value == "1",
                _ => false,
            };
            if !is_usual {
                push(&name, &value);
            }
        }
        if !style.is_empty() {
            push("style", style);
        }
        text
    }

    /// The page in a window of its own.
    fn page(&self) -> String {
        let link = Link { place: Place::Own, controls: None, autoplay: Autoplay::No, ..self.link.clone() };
        [self.address, &write::query(&link)].concat()
    }

    /// Where the script and the picture stand beside the page.
    fn folder(&self) -> &str {
        let end = self.address.bytes().rposition(|byte| byte == b'/').map_or(0, |slash| slash + 1);
        &self.address[..end]
    }
}

/// Whether an address leads to the page from another machine, as far as the address itself tells.
pub fn is_for_others(address: &str) -> bool {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let own = ["localhost/", "localhost:", "127.", "[::1]"];
    host.is_some_and(|host| !own.iter().any(|own| host.starts_with(own)))
}

fn escaped(plain: &str, escapes: &Escapes) -> String {
    let mut text = String::with_capacity(plain.len() + 32);
    for letter in plain.chars() {
        match escapes.iter().find(|(special, _)| *special == letter) {
            Some((_, escape)) => text.push_str(escape),
            None => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::executor::engine::Order;
    use crate::link::controls::{Control, Controls};
    use crate::link::query::encode;
    use crate::link::tests::{Draw, random_link};
    use crate::link::{KnobChange, Theme, read};
    use crate::property::{Case, seeds};
    use crate::text::Language;

    const ADDRESS: &str = "https://example.org/o'neil(1)&co/pileup/";

    fn paste<'p>(address: &'p str, link: &'p Link) -> Paste<'p> {
        let (title, alt) = ("Pileup: \"late\" <not> leaked & co", "A [pile] \\ of tasks");
        Paste { address, link, width_px: Some(480), height_px: 640, title, alt }
    }

    fn texts(paste: &Paste<'_>) -> String {
        Form::ALL.map(|form| paste.text(form)).join("\n")
    }

    /// What stands between two marks.
    fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
        let start = text.find(before).expect(before) + before.len();
        &text[start..start + text[start..].find(after).expect(after)]
    }

    fn unescaped(text: &str) -> String {
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    }

    #[test]
    fn nothing_is_said_that_goes_without_saying() {
        let link = Link::default();
        let paste = Paste {
            width_px: None,
            title: "Pileup: The leak",
            alt: "The pile",
            ..paste("https://example.org/", &link)
        };
        expect![[r#"
            <script src="https://example.org/pileup.js" async></script><pile-up><a href="https://example.org/?v=1&amp;lesson=leak&amp;preset=the-leak&amp;seed=1"><img src="https://example.org/pileup.png" alt="The pile" width="100%" loading="lazy"><br>Pileup: The leak</a></pile-up>
            <iframe src="https://example.org/?v=1&amp;lesson=leak&amp;preset=the-leak&amp;seed=1&amp;embed=1" title="Pileup: The leak" width="100%" height="640" loading="lazy" allow="clipboard-write; fullscreen" style="border:0;"></iframe>
            [![The pile](https://example.org/pileup.png)](https://example.org/?v=1&lesson=leak&preset=the-leak&seed=1)
            https://example.org/?v=1&lesson=leak&preset=the-leak&seed=1"#]]
        .assert_eq(&texts(&paste));
    }

    #[test]
    fn odd_values_stand_as_each_form_needs_them() {
        let lesson = &lessons::first();
        let mut link = Link::of(lesson, lesson.preset("as-posted").expect("it is there"));
        (link.seed, link.at_ms, link.speed_percent) = (7, Some(60_000), Some(1_000));
        link.order = Order::Go;
        (link.language, link.theme, link.autoplay) = (Some(Language::Korean), Some(Theme::Dark), Autoplay::Yes);
        link.controls = Some(Controls::default().with(Control::Code).with(Control::Knob(12)));
        link.inputs =
            vec![KnobChange { at_ms: 12_500, knob: 0, value: 1 }, KnobChange { at_ms: 20_000, knob: 0, value: 0 }];
        expect![[r#"
            <script src="https://example.org/o'neil(1)&amp;co/pileup/pileup.js" async></script><pile-up preset="as-posted" seed="7" order="go" in="12500:listen:on,20000:listen:off" at="60000" speed="1000" lang="ko" theme="dark" controls="code,traffic" autoplay="1" style="max-width:480px"><a href="https://example.org/o'neil(1)&amp;co/pileup/?v=1&amp;lesson=leak&amp;preset=as-posted&amp;seed=7&amp;order=go&amp;in=12500:listen:on,20000:listen:off&amp;at=60000&amp;speed=1000&amp;lang=ko&amp;theme=dark"><img src="https://example.org/o'neil(1)&amp;co/pileup/pileup.png" alt="A [pile] \ of tasks" width="100%" loading="lazy"><br>Pileup: &quot;late&quot; &lt;not&gt; leaked &amp; co</a></pile-up>
            <iframe src="https://example.org/o'neil(1)&amp;co/pileup/?v=1&amp;lesson=leak&amp;preset=as-posted&amp;seed=7&amp;order=go&amp;in=12500:listen:on,20000:listen:off&amp;at=60000&amp;speed=1000&amp;lang=ko&amp;embed=1&amp;theme=dark&amp;controls=code,traffic&amp;autoplay=1" title="Pileup: &quot;late&quot; &lt;not&gt; leaked &amp; co" width="100%" height="640" loading="lazy" allow="clipboard-write; fullscreen" style="border:0;max-width:480px"></iframe>
            [![A \[pile\] \\ of tasks](https://example.org/o'neil%281%29&co/pileup/pileup.png)](https://example.org/o'neil%281%29&co/pileup/?v=1&lesson=leak&preset=as-posted&seed=7&order=go&in=12500:listen:on,20000:listen:off&at=60000&speed=1000&lang=ko&theme=dark)
            https://example.org/o'neil(1)&co/pileup/?v=1&lesson=leak&preset=as-posted&seed=7&order=go&in=12500:listen:on,20000:listen:off&at=60000&speed=1000&lang=ko&theme=dark"#]]
        .assert_eq(&texts(&paste(ADDRESS, &link)));
    }

    #[test]
    fn the_link_inside_each_form_is_the_link() {
        for seed in seeds(20_000) {
            let mut draw = Draw::of_seed(seed);
            let link = Link { place: Place::Own, ..random_link(&mut draw) };
            let address = draw.of(&["https://example.org/pileup/", ADDRESS, "http://a.example/pileup.html"]);
            let _case = Case(|| format!("paste({address:?}, &read::query({:?}).link)", write::query(&link)));
            let paste = paste(address, &link);
            let read = |address: &str| {
                let reading = read::query(&address[address.find('?').expect("it has a query")..]);
                assert_eq!(reading.complaints, []);
                reading.link
            };
            let alone = Link { controls: None, autoplay: Autoplay::No, ..link.clone() };
            let tag = paste.text(Form::Tag);
            assert_eq!(read(&unescaped(between(&tag, "<a href=\"", "\""))), alone);
            let picture = escaped(paste.folder(), HTML) + "pileup.png";
            assert_eq!(
                between(&tag, "<img src=\"", "\""),
                picture,
                "a feed that drops the element keeps a picture in the link"
            );
            assert_eq!(read(&attributes(between(&tag, "<pile-up", " style="))), link);
            let framed = Link { place: Place::Embedded, ..link.clone() };
            assert_eq!(read(&unescaped(between(&paste.text(Form::Frame), "src=\"", "\""))), framed);
            assert_eq!(read(between(&paste.text(Form::Picture), "png)](", ")")), alone);
            assert_eq!(read(&paste.text(Form::Link)), alone);
        }
    }

    /// The query that the script for authors makes of a tag's attributes.
    fn attributes(tag: &str) -> String {
        let mut query = String::from("?");
        for attribute in tag.split("\" ").filter(|attribute| !attribute.is_empty()) {
            let (name, value) = attribute.trim().split_once("=\"").expect("a name and a value");
            query.push_str(&[name, "=", &encode(&unescaped(value.trim_end_matches('"'))), "&"].concat());
        }
        query
    }

    #[test]
    fn who_can_open_an_address() {
        for address in ["https://example.org/a/", "http://blog.example:8080/", "https://localhost.example/"] {
            assert!(is_for_others(address), "{address}");
        }
        let own = [
            "file:///C:/pileup.html",
            "http://localhost:8080/",
            "http://127.0.0.1:1/a/",
            "http://[::1]:8/",
            "about:srcdoc",
            "",
        ];
        for address in own {
            assert!(!is_for_others(address), "{address}");
        }
    }
}
