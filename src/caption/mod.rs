//! CAPTION: the words on a picture of a moment and below it, on the page's canvas and in files that leave the page.
//!
//! It joins the words of [`text`](crate::text) and of a lesson with the shapes of [`stage`](crate::stage), which know no
//! language.

use crate::lessons::Lesson;
use crate::stage::Stage;
use crate::stage::draw::LabelKind;
use crate::stage::motion::Motion;
use crate::stage::palette::Theme;
use crate::stage::svg::Caption;
use crate::text::{Messages, fill, number};
use crate::verdict::ledger::Ledger;
use crate::verdict::model::Counts;

/// The size of a picture that leaves the page, in CSS pixels, without its caption: the column of most blogs holds it.
const SIZE_PX: (u32, u32) = (760, 460);
/// The separator between a name and what belongs to it: a line may break after it, not before.
const DOT: &str = "\u{a0}· ";

/// The words of a label.
pub fn label(kind: LabelKind, words: &Messages) -> String {
    let more = |count: u32| fill(words.more, &[&number::grouped(u64::from(count))]);
    match kind {
        LabelKind::OneThread => words.one_thread.to_owned(),
        LabelKind::Ready(0) => words.idle.to_owned(),
        LabelKind::Ready(ready) => fill(words.ready, &[&number::grouped(u64::from(ready))]),
        LabelKind::Polls(count) => words.thread.polls.of(u64::from(count), &[]),
        LabelKind::MoreReady(count) | LabelKind::MoreTasks(count) => more(count),
        LabelKind::MoreRequests(count) => words.more_requests.of(u64::from(count), &[]),
        LabelKind::OpenRequests(count) => words.open_requests.of(u64::from(count), &[]),
        LabelKind::Pile { tasks: 0, .. } => words.pile_empty.to_owned(),
        LabelKind::Pile { tasks, per_dot } => {
            let mut text = words.pile.of(u64::from(tasks), &[]);
            if per_dot > 1 {
                text.push_str(" · ");
                text.push_str(&fill(words.per_dot, &[&number::grouped(u64::from(per_dot))]));
            }
            text
        }
    }
}

/// The moment of a run that a caption names.
pub struct CaptionSubject<'m> {
    /// The program.
    pub lesson: &'m Lesson,
    /// The number of the preset that its knobs come from.
    pub preset: usize,
    /// Whether they differ from the preset by now.
    pub is_changed: bool,
    /// The seed.
    pub seed: u32,
    /// The moment, in milliseconds of virtual time.
    pub at_ms: u64,
    /// The value of each knob at that moment.
    pub values: &'m [u32],
    /// The counts at that moment.
    pub counts: &'m Counts,
    /// The link to this moment; empty where no link can carry the run.
    pub link: &'m str,
}

/// The picture of a moment at rest as SVG, with its caption.
pub fn svg(of: &CaptionSubject<'_>, ledger: &Ledger, theme: Theme, words: &Messages) -> String {
    let mut stage = Stage::new();
    stage.resize(SIZE_PX.0, SIZE_PX.1, 1000);
    stage.set_theme(theme);
    // With reduced motion nothing is drawn on its way.
    stage.update(ledger, 0, Motion::Reduced);
    stage.svg(&|kind| label(kind, words), &caption(of, words))
}

/// The caption: the headline, the lesson and its preset, how the switch stands, the moment and the counts, and the seed with
/// the link.
pub fn caption(of: &CaptionSubject<'_>, words: &Messages) -> Caption {
    let said = of.lesson.words(words.language);
    let mut name = said.title.clone().into_owned();
    name.push_str(DOT);
    let preset = of.lesson.preset_name(of.preset);
    let preset_said = said.preset(preset);
    let preset = preset_said.map_or(preset, |said| &said.title);
    name.push_str(&if of.is_changed { fill(words.preset_changed, &[preset]) } else { preset.to_owned() });
    let lead = preset_said.filter(|_| !of.is_changed).map_or(&said.headline, |said| &said.lead);
    let title = lead.clone().into_owned();
    let mut entries = vec![name];
    if let Some(switch) = &said.switch {
        entries.push([&*switch.name, ": ", &of.lesson.switch_meaning(words.language, of.values)].concat());
    }

    let mut facts = number::moment(of.at_ms);
    let counts = of.counts;
    let counted = [counts.spawned, counts.working, counts.stopping, counts.leaked, counts.finished];
    for (place, (name, count)) in words.count.iter().zip(counted).enumerate() {
        facts.push_str(if place == 0 { DOT } else { ", " });
        facts.push_str(name);
        facts.push('\u{a0}');
        facts.push_str(&number::grouped(u64::from(count)));
    }

    let mut way_back = words.bar.seed.to_owned();
    way_back.push('\u{a0}');
    way_back.push_str(&of.seed.to_string());
    if !of.link.is_empty() {
        way_back.push_str(DOT);
        way_back.push_str(of.link);
    }
    entries.extend([facts, way_back]);
    Caption { language: words.language.tag(), title, entries }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::lessons;
    use crate::text::Language;

    #[test]
    fn a_caption_names_the_run_the_moment_and_the_way_back() {
        let lesson = lessons::first();
        let counts =
            Counts { spawned: 1_302, working: 14, stopping: 3, leaked: 133, finished: 1_152, ..Counts::default() };
        let mut moment = CaptionSubject {
            lesson: &lesson,
            preset: lesson.preset("as-posted").expect("it is there"),
            is_changed: true,
            seed: 7,
            at_ms: 75_400,
            values: &lesson.defaults(),
            counts: &counts,
            link: "https://example.org/?v=1&seed=7",
        };
        let text = |moment: &CaptionSubject<'_>, language: Language| {
            let caption = caption(moment, language.messages());
            [vec![caption.title], caption.entries].concat().join("\n").replace('\u{a0}', "_")
        };
        expect![[r#"
            cancel() asks. It stops nobody.
            The forgotten context_· As posted (changed)
            Workers listen for cancellation: No. They keep waiting, even after cancel().
            1:15.4_· started_1,302, working_14, told to stop_3, leaked_133, returned_1,152
            Seed_7_· https://example.org/?v=1&seed=7"#]]
        .assert_eq(&text(&moment, Language::English));
        (moment.is_changed, moment.link) = (false, "");
        expect![[r#"
            부모의 반복문에 출구가 없어요.
            잊힌 컨텍스트_· 글에 실린 그대로
            워커가 취소 신호를 들어요: 아니요. cancel()을 불러도 계속 기다려요.
            1:15.4_· 시작함_1,302, 작업 중_14, 취소 요청됨_3, 누수_133, 종료됨_1,152
            시드_7"#]]
        .assert_eq(&text(&moment, Language::Korean));
    }
}
