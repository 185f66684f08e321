//! The checks of a lesson that need no run: one sentence for each thing that is missing or wrong.
//!
//! Every lesson of the registry passes them in `tests/lessons.rs`. Deliberately absent: whether a program does what its
//! lesson says (that is for the lesson's own tests).

use crate::lessons::condition::Condition;
use crate::lessons::deed::Fact;
use crate::lessons::knob::{Values, When};
use crate::lessons::lesson::Lesson;
use crate::lessons::listing::Listing;
use crate::text::Language;
use crate::text::lesson::{KnobWords, LessonWords};

/// Every problem of a lesson, one sentence each; empty for a lesson that is complete.
pub fn problems(lesson: &Lesson) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(knob_problems(lesson));
    found.extend(preset_problems(lesson));
    found.extend(deed_problems(lesson));
    found.extend(listing_problems(lesson));
    for language in Language::ALL {
        let said = word_problems(lesson, lesson.words(language));
        found.extend(said.into_iter().map(|problem| format!("in {}: {problem}", language.tag())));
    }
    found
}

fn knob_problems(lesson: &Lesson) -> Vec<String> {
    let mut found = Vec::new();
    for (number, knob) in lesson.knobs.iter().enumerate() {
        if lesson.knob(&knob.name) != Some(number) {
            found.push(format!("two knobs are called {}", knob.name));
        }
        if !knob.takes(knob.default) {
            found.push(format!("{} takes {}, not its default", knob.name, knob.allowed()));
        }
    }
    if let Some(switch) = lesson.switch {
        let is_switch = |values: &Values| matches!(values, Values::Words(words) if words.len() == 2);
        if !lesson.knobs.get(switch).is_some_and(|knob| knob.when == When::Live && is_switch(&knob.values)) {
            found.push(format!("knob {switch}, the switch, is no live knob of two words"));
        }
    }
    for &quick in &lesson.quick {
        if quick >= lesson.knobs.len() || lesson.switch == Some(quick) {
            found.push(format!("knob {quick} cannot stand beside the code: there is none, or it is the switch"));
        }
    }
    found
}

fn preset_problems(lesson: &Lesson) -> Vec<String> {
    let mut found = Vec::new();
    for (number, preset) in lesson.presets.iter().enumerate() {
        if lesson.preset(&preset.name) != Some(number) {
            found.push(format!("two presets are called {}", preset.name));
        }
        let opening = &preset.opening;
        let running = lesson.running_listing();
        let is_point = |listing: &Listing| points(lesson, listing).iter().any(|point| *point == opening.point);
        if !opening.point.is_empty() && !running.is_some_and(is_point) {
            found.push(format!("{} opens at {}, which is no wait point", preset.name, opening.point));
        }
        for (name, value) in preset.settings.iter().chain(opening.knobs.iter()) {
            let knob = lesson.knob(name).map(|knob| &lesson.knobs[knob]);
            if !knob.is_some_and(|knob| knob.takes(*value)) {
                found.push(format!("{} sets {name} to {value}: no such knob, or no such value", preset.name));
            }
        }
    }
    found
}

fn deed_problems(lesson: &Lesson) -> Vec<String> {
    let mut found = Vec::new();
    for (number, deed) in lesson.deeds.iter().enumerate() {
        if lesson.deed(&deed.name) != Some(number) {
            found.push(format!("two deeds are called {}", deed.name));
        }
        if lesson.preset(&deed.preset).is_none() {
            found.push(format!("{} begins with {}, which is no preset", deed.name, deed.preset));
        }
        for (name, value) in deed.knobs.iter() {
            let knob = lesson.knob(name).map(|knob| &lesson.knobs[knob]);
            if !knob.is_some_and(|knob| knob.takes(*value)) {
                found.push(format!("{} sets {name} to {value}: no such knob, or no such value", deed.name));
            }
        }
        if !deed.facts.iter().any(Fact::is_doing) {
            found.push(format!("{} asks nothing of a reader: time alone would do it", deed.name));
        }
        for fact in deed.facts.iter() {
            let is_live = |name: &str| lesson.knob(name).is_some_and(|knob| lesson.knobs[knob].when == When::Live);
            let can_be = match fact {
                Fact::Turned(name) => is_live(name),
                Fact::TurnedTo(name, value) => {
                    is_live(name) && lesson.knob(name).is_some_and(|knob| lesson.knobs[knob].takes(*value))
                }
                Fact::SwitchedOn | Fact::LeaksSinceSwitch => lesson.switch.is_some(),
                _ => true,
            };
            if !can_be {
                found.push(format!("{} asks for {fact:?}, which cannot be during a run of this lesson", deed.name));
            }
        }
    }
    found
}

fn listing_problems(lesson: &Lesson) -> Vec<String> {
    let mut found = Vec::new();
    let Some(running) = lesson.running_listing() else {
        return vec![format!("there is no listing {}, which should be the one that runs", lesson.running_listing)];
    };
    for listing in &lesson.listings {
        let lines = listing.lines(&lesson.knobs);
        if lines.is_empty() {
            found.push(format!("{} shows nothing between `//[` and `//]`", listing.file));
        }
        for term in lines.iter().flat_map(|line| &line.conditions).filter_map(Condition::unknown_term) {
            found.push(format!("{}: `{term}` names no knob, or no value of it", listing.file));
        }
        if points(lesson, listing) != points(lesson, running) {
            found.push(format!("{} and {} name different wait points", listing.file, running.file));
        }
    }
    found
}

/// The names of the wait points of a listing, each once.
fn points(lesson: &Lesson, listing: &Listing) -> Vec<String> {
    let mut points: Vec<String> = listing.lines(&lesson.knobs).into_iter().flat_map(|line| line.points).collect();
    points.sort_unstable();
    points.dedup();
    points
}

fn word_problems(lesson: &Lesson, words: &LessonWords) -> Vec<String> {
    let mut found = Vec::new();
    for knob in lesson.knobs.iter() {
        let named = match &knob.values {
            Values::Words(words) => words.len(),
            Values::Range { .. } => 0,
        };
        if words.knob(&knob.name).map(|said: &KnobWords| said.words.len()) != Some(named) {
            found.push(format!("the knob {} has no words, or not one for each of its values", knob.name));
        }
    }
    for preset in lesson.presets.iter().filter(|preset| words.preset(&preset.name).is_none()) {
        found.push(format!("the preset {} has no words", preset.name));
    }
    for deed in lesson.deeds.iter().filter(|deed| words.deed(&deed.name).is_none()) {
        found.push(format!("the deed {} has no words", deed.name));
    }
    if words.knobs.len() > lesson.knobs.len()
        || words.presets.len() > lesson.presets.len()
        || words.deeds.len() > lesson.deeds.len()
    {
        found.push("something is said about a knob, a preset or a deed that there is not".to_owned());
    }
    if words.switch.is_some() != lesson.switch.is_some() {
        found.push("the switch has no words, or there is no switch".to_owned());
    }
    for sentence in words.switch.iter().flat_map(|switch| switch.meanings.iter()) {
        if let Some(term) = Condition::new(&sentence.condition, &lesson.knobs).unknown_term() {
            found.push(format!("`{term}` names no knob, or no value of it"));
        }
        // What stands between braces.
        for name in sentence.sentence.split(['{', '}']).skip(1).step_by(2).filter(|name| lesson.knob(name).is_none()) {
            found.push(format!("`{{{name}}}` is no knob: {}", sentence.sentence));
        }
    }
    found
}
