//! Pictures of made-up moments and of real ones, read back: whole as XML, and as many marks as the stage draws.

use expect_test::expect;

use super::*;
use crate::lessons;
use crate::player::run::{Player, Spec};
use crate::stage::motion::Motion;
use crate::stage::palette::Theme;
use crate::stage::scene::{LeakKind, TaskPhase};
use crate::stage::tests::World;

fn caption() -> Caption {
    let entries = vec!["0:01.0 · leaked 2".to_owned(), "Seed 1 · ?v=1&seed=1".to_owned()];
    Caption { language: "en", title: "A leak".to_owned(), entries }
}

/// A label's words, as plain as can be.
fn say(kind: LabelKind) -> String {
    format!("{kind:?}")
}

/// An element, and what stands directly in it.
#[derive(Debug)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    /// The names of those around it, the outermost first.
    inside: Vec<String>,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> f32 {
        self.attribute(name).unwrap_or("0").parse().expect("a number")
    }
}

/// Reads XML as strictly as a browser reads an `<img>`: panics at the first thing that is not well-formed.
fn read(xml: &str) -> Vec<Element> {
    let is_allowed = |letter: char| !matches!(letter, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    assert!(xml.chars().all(is_allowed), "a letter that XML has no place for");
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = xml;
    while let Some((before, after)) = rest.split_once('<') {
        match open.last() {
            Some(parent) => elements[*parent].text += &plain(before),
            None => assert!(before.trim().is_empty() && elements.is_empty(), "one element holds everything"),
        }
        let end = after.find('>').expect("a tag ends");
        let tag = &after[..end];
        rest = &after[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let closed = open.pop().expect("something is open");
            assert_eq!(elements[closed].name, name);
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let inside = open.iter().map(|at| elements[*at].name.clone()).collect();
        if !is_empty {
            open.push(elements.len());
        }
        elements.push(element(tag, inside));
    }
    assert!(open.is_empty() && rest.trim().is_empty());
    elements
}

fn element(tag: &str, inside: Vec<String>) -> Element {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    assert!(name.chars().all(char::is_alphanumeric) && !name.is_empty(), "<{tag}>");
    let mut attributes: Vec<(String, String)> = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").expect("a value in quotes");
        let (value, after) = after.split_once('"').expect("a value ends");
        assert!(name.chars().all(|letter| letter.is_alphanumeric() || letter == '-'), "{name}");
        assert!(attributes.iter().all(|(known, _)| known != name), "{name} stands there twice");
        attributes.push((name.to_owned(), plain(value)));
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    Element { name: name.to_owned(), attributes, text: String::new(), inside }
}

/// A text without its entities.
fn plain(text: &str) -> String {
    assert!(!text.contains(['<', '>']), "{text}");
    let mut pieces = text.split('&');
    let mut plain = pieces.next().unwrap_or("").to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(';').expect("an entity ends");
        plain.push(match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            _ => panic!("&{name};"),
        });
        plain += rest;
    }
    plain
}

/// The points that a path visits; each `M` begins a part.
fn points(d: &str) -> Vec<(char, f32, f32)> {
    let mut points = Vec::new();
    let (mut x, mut y) = (0.0, 0.0);
    let mut rest = d;
    while let Some(command) = rest.chars().next() {
        let end = rest[1..].find(char::is_alphabetic).map_or(rest.len(), |end| end + 1);
        let numbers: Vec<f32> =
            rest[1..end].split_whitespace().map(|number| number.parse().expect("a number")).collect();
        rest = &rest[end..];
        let steps = match command {
            'M' | 'L' | 'm' | 'l' => 2,
            'h' | 'v' => 1,
            'a' => 7,
            'z' => continue,
            _ => panic!("{command} in {d}"),
        };
        assert!(!numbers.is_empty() && numbers.len().is_multiple_of(steps), "{d}");
        for numbers in numbers.chunks(steps) {
            match command {
                'M' | 'L' => (x, y) = (numbers[0], numbers[1]),
                'h' => x += numbers[0],
                'v' => y += numbers[0],
                _ => (x, y) = (x + numbers[steps - 2], y + numbers[steps - 1]),
            }
            points.push((command, x, y));
        }
    }
    points
}

/// How many cells of the pile a path shows.
fn cells(path: &Element, palette: &Palette) -> usize {
    let d = points(path.attribute("d").expect("a path has its data"));
    if path.attribute("fill") == Some(&css(palette.core)) {
        return 0;
    }
    if path.attribute("fill") != Some("none") {
        return d.iter().filter(|point| point.0 == 'M').count();
    }
    let side = path.number("stroke-width");
    let gap = path.attribute("stroke-dasharray").map_or(0.0, |dash| {
        let (dash, gap) = dash.split_once(' ').expect("a dash and a gap");
        assert_eq!(dash.parse(), Ok(side));
        gap.parse().expect("a number")
    });
    let lengths = d.chunks(2).map(|stroke| stroke[1].1 - stroke[0].1);
    lengths.map(|length| ((length + gap) / (side + gap) + 0.5) as usize).sum()
}

/// Asserts that the picture is whole and shows what the stage draws; its elements.
fn check(stage: &mut Stage, caption: &Caption) -> Vec<Element> {
    let svg = stage.svg(&say, caption);
    assert!(svg.len() < 2_000_000, "{} bytes", svg.len());
    let elements = read(&svg);
    let [x, y, width, height] = elements[0]
        .attribute("viewBox")
        .expect("it has one")
        .split(' ')
        .map(|number| number.parse::<f32>().expect("a number"))
        .collect::<Vec<_>>()[..]
    else {
        panic!("four numbers")
    };
    assert_eq!((x, y, width), (0.0, 0.0, stage.width));
    assert_eq!((elements[0].number("width"), elements[0].number("height")), (width, height));

    let palette = palette::of(stage.theme);
    let in_group = |element: &&Element| element.inside.last().is_some_and(|name| name == "g");
    assert_eq!(elements.iter().filter(in_group).count(), stage.shapes().len(), "a mark for each shape");
    let is_box = |shape: &&Shape| matches!(shape.kind, ShapeKind::Lane { .. } | ShapeKind::Frame { .. });
    let boxes = elements.iter().filter(in_group).filter(|element| element.name == "rect").count();
    assert_eq!(boxes, stage.shapes().iter().filter(is_box).count());

    let on_pile = elements.iter().filter(|element| element.name == "path" && element.inside.len() == 1);
    let shown: usize = on_pile.map(|path| cells(path, palette)).sum();
    let pile = &stage.pile;
    let lies =
        if pile.per_dot() == 1 { pile.len() - pile.aloft() } else { pile.len().div_ceil(pile.per_dot() as usize) };
    assert_eq!(shown, lies, "a cell for each {} tasks", pile.per_dot());

    let words: Vec<&str> =
        elements.iter().filter(|element| element.name == "text").map(|element| element.text.as_str()).collect();
    let said: Vec<String> = stage.labels().iter().map(|label| say(label.kind)).collect();
    assert_eq!(words[..said.len()], said);

    // A stroke's width, and what is outlined at the edge, may stand over.
    let is_inside = |x: f32, y: f32| (-6.0..=width + 6.0).contains(&x) && (-6.0..=height).contains(&y);
    for element in &elements {
        if let Some(d) = element.attribute("d") {
            assert!(points(d).iter().all(|(_, x, y)| is_inside(*x, *y)), "{d}");
        }
        for names in [["x", "y"], ["cx", "cy"]] {
            let [x, y] = names.map(|name| element.number(name));
            assert!(is_inside(x, y), "{element:?}");
            assert!(is_inside(x + element.number("width"), y + element.number("height")), "{element:?}");
        }
    }
    elements
}

#[test]
fn a_small_picture() {
    let mut world = World::default();
    let mut stage = Stage::new();
    stage.resize(300, 200, 1000);
    let request = world.open(3);
    stage.update_from(&world, 16, Motion::Reduced);
    world.cancel(request);
    world.set(request, 1, TaskPhase::Leaked);
    world.leak_as(request, 2, LeakKind::Runaway);
    stage.update_from(&world, 16, Motion::Reduced);
    expect![[r##"
        <svg xmlns="http://www.w3.org/2000/svg" width="300" height="273" viewBox="0 0 300 273" role="img" lang="en" font-size="12.5px" font-family="system-ui, &quot;Noto Sans KR&quot;, &quot;Noto Sans CJK KR&quot;, &quot;Apple SD Gothic Neo&quot;, &quot;Malgun Gothic&quot;, sans-serif">
        <title>A leak</title>
        <desc>0:01.0 · leaked 2
        Seed 1 · ?v=1&amp;seed=1
        </desc>
        <rect fill="#ffffff" width="300" height="273"/>
        <path fill="#e86a08" stroke="#e86a08" stroke-linejoin="round" stroke-width="3.84" d="M151.92 179.52h6.56v6.56h-6.56z"/>
        <g fill="#f2f0ea"><rect x="88" y="14" width="198" height="28" rx="14"/></g>
        <g fill="none" stroke="#e2dfd8" stroke-width="2"><path d="M14 189h272"/></g>
        <g fill="none" stroke="#b97700" stroke-width="1.3" stroke-dasharray="5.2 3.9"><rect x="14" y="58" width="130.96" height="37.8" rx="10.8"/></g>
        <g fill="#00795a" opacity="0.59"><circle cx="32.9" cy="76.9" r="1.53"/></g>
        <g fill="#0072b2"><circle cx="113.68" cy="76.9" r="4.86"/></g>
        <g fill="none" stroke="#5d616b" stroke-width="1.5" opacity="0.35"><circle cx="106" cy="28" r="7"/></g>
        <g fill="none" stroke="#b97700" stroke-width="1.62" stroke-dasharray="3.04 3.04"><circle cx="113.68" cy="76.9" r="7.74"/></g>
        <g fill="#d55e00"><path d="M209.5 177.25l5.63 9.75h-11.26z"/></g>
        <text x="14" y="144" fill="#1c1d21">Pile { tasks: 2, per_dot: 1 }</text>
        <text x="14" y="32.5" fill="#5d616b">OneThread</text>
        <text x="274" y="32.5" fill="#5d616b" text-anchor="end">Ready(0)</text>
        <text x="14" y="218" fill="#1c1d21" font-weight="600">A leak</text>
        <text x="14" y="237" fill="#5d616b">0:01.0 · leaked 2</text>
        <text x="14" y="256" fill="#5d616b">Seed 1 · ?v=1&amp;seed=1</text>
        </svg>
    "##]].assert_eq(&stage.svg(&say, &caption()));
    check(&mut stage, &caption());
}

#[test]
fn every_moment_of_a_run_is_whole() {
    let lesson = lessons::first();
    for number in 0..lesson.presets.len() {
        let seed = 1 + number as u32;
        let mut player = Player::new(Spec { knobs: lesson.values_of(number), seed, ..Spec::new(&lesson) });
        let mut stage = Stage::new();
        let (width, height) = [(320, 360), (358, 420), (760, 460), (1600, 900)][number % 4];
        stage.resize(width, height, [1000, 1250, 2000, 1100][number % 3]);
        for moment in 0..12_u64 {
            player.play_to(moment * moment * 100_000, u64::MAX);
            stage.set_theme([Theme::Light, Theme::Dark][moment as usize % 2]);
            stage.update(player.ledger(), 90, [Motion::Full, Motion::Reduced, Motion::Fast][moment as usize % 3]);
            check(&mut stage, &caption());
        }
    }
}

#[test]
fn a_pile_of_any_size_is_counted_and_stays_small() {
    let mut world = World::default();
    let sizes = [(320, 360, 1000), (760, 460, 1000), (1600, 900, 1000), (1600, 900, 2000)];
    let mut stages = sizes.map(|(width, height, scale_permille)| {
        let mut stage = Stage::new();
        stage.resize(width, height, scale_permille);
        stage
    });
    for tasks in [5, 700, 12_000, 60_000, 120_000, 700_000] {
        world.drop_deferred(tasks - world.leaks.len() as u32);
        for leak in world.leaks.iter_mut().skip(3).step_by(1_001) {
            leak.kind = LeakKind::Gone;
        }
        // The largest pile is a test of the largest stage.
        let some = if tasks > 200_000 { &mut stages[3..] } else { &mut stages[..] };
        for stage in some {
            stage.update_from(&world, 16, Motion::Reduced);
            check(stage, &caption());
        }
    }
}

#[test]
fn a_task_in_the_air_is_drawn_once() {
    let mut world = World::default();
    let mut stage = Stage::new();
    world.drop_deferred(40);
    let request = world.open(5);
    stage.update_from(&world, 16, Motion::Full);
    world.cancel(request);
    (1..=5).for_each(|member| world.set(request, member, TaskPhase::Leaked));
    stage.select(Some(world.leaks[3].task));
    for _ in 0..40 {
        stage.update_from(&world, 40, Motion::Full);
        check(&mut stage, &caption());
    }
}

#[test]
fn hostile_words_come_back_as_words() {
    let hostile = "</text><script>\"'&amp; 점 하나 \u{0}\u{7}\u{fffe}\u{1f600}";
    let tame = "</text><script>\"'&amp; 점 하나 \u{fffd}\u{fffd}\u{fffd}\u{1f600}";
    let mut stage = Stage::new();
    stage.resize(1200, 400, 1000);
    let caption = Caption { language: "ko", title: hostile.to_owned(), entries: vec![hostile.to_owned()] };
    let elements = read(&stage.svg(&|_| hostile.to_owned(), &caption));
    let said = |name: &'static str| {
        elements.iter().filter(move |element| element.name == name).map(|element| element.text.as_str())
    };
    assert!(said("title").chain(said("desc")).chain(said("text")).all(|words| words.trim_end() == tame));
    assert_eq!(said("text").count(), stage.labels().len() + 2);
    assert_eq!(said("script").count(), 0);
}

#[test]
fn a_long_caption_is_broken_and_at_last_cut() {
    let wrapped = |text: &str, room_px: f32| {
        let mut lines = Vec::new();
        push_wrapped(&mut lines, text, room_px);
        lines
    };
    assert_eq!(wrapped("", 100.0), [""]);
    assert_eq!(wrapped("one two three", 60.0), ["one two ", "three"]);
    assert_eq!(wrapped("?v=1&seed=1&in=10:a:on,20:b:on", 90.0), ["?v=1&seed=1&", "in=10:a:on,2", "0:b:on"]);
    assert_eq!(wrapped("none 1,152, all\u{a0}2,304", 90.0), ["none 1,152, ", "all\u{a0}2,304"]);
    assert_eq!(wrapped("가나다라마바사", 40.0), ["가나다", "라마바", "사"]);
    let long = wrapped(&"1:listen:on,".repeat(999), 300.0);
    assert!(long.len() == ENTRY_LINES_MAX && long[3].ends_with('…'));
    assert!(long.iter().all(|line| width_px(line) <= 300.0 + letter_width_px('…')));
    // No room at all: a letter a line, and an end.
    assert_eq!(wrapped("abcdefgh", 1.0).len(), ENTRY_LINES_MAX);
}

#[test]
fn a_number_is_written_in_hundredths() {
    let written = |number: f32| {
        let mut svg = Writer::default();
        svg.number(number);
        svg.text
    };
    let numbers = [0.0, -0.001, 12.0, 0.5, 0.05, 7.126, -3.25, 1e9, f32::NAN, f32::INFINITY];
    assert_eq!(numbers.map(written), ["0", "0", "12", "0.5", "0.05", "7.13", "-3.25", "30000", "0", "30000"]);
}
