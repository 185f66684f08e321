//! A [`Link`] → a query string, as short as it can be.

use std::fmt;

use crate::executor::engine::Order;
use crate::lessons::Lesson;
use crate::link::query::encode;
#[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
use crate::link::source;
use crate::link::{
    Autoplay, BRANCHES_MAX, Branch, INPUTS_MAX, KnobChange, Link, Place, VERSION, VERSION_BRANCHES, branch,
};

/// The query string of a link, with its leading `?`. [`read::query`](crate::link::read::query) reads it back.
pub fn query(link: &Link) -> String {
    let mut text = String::from("?v=");
    text.push_str(&if link.branches.is_empty() { VERSION } else { VERSION_BRANCHES }.to_string());
    let mut add = |name: &str, value: &str| {
        text.push('&');
        text.push_str(name);
        text.push('=');
        text.push_str(&encode(value));
    };
    add("lesson", &link.lesson.name);
    if let Some(preset) = link.lesson.presets.get(link.preset) {
        add("preset", &preset.name);
    }
    if let Some(deed) = link.deed.and_then(|deed| link.lesson.deeds.get(deed)) {
        add("deed", &deed.name);
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "go"))]
    if let Some(written) = link.lesson.running_listing().filter(|listing| listing.is_whole) {
        add(source::NAME, &source::encode(&written.source));
    }
    let base = link.lesson.values_of(link.preset);
    for (knob, (&value, &base)) in link.lesson.knobs.iter().zip(link.knobs.iter().zip(&base)) {
        if value != base {
            add(&knob.name, &knob.format(value));
        }
    }
    add("seed", &link.seed.to_string());
    if link.order != Order::Fifo {
        add("order", link.order.as_str());
    }
    if !link.inputs.is_empty() {
        add("in", &inputs(&link.inputs, &link.lesson));
    }
    if !link.branches.is_empty() {
        add("forks", &branches(&link.branches, &link.inputs, &link.lesson));
    }
    if let Some(at_ms) = link.at_ms {
        add("at", &at_ms.to_string());
    }
    if let Some(speed) = link.speed_percent {
        add("speed", &speed.to_string());
    }
    if let Some(language) = link.language {
        add("lang", language.tag());
    }
    if link.place == Place::Embedded {
        add("embed", "1");
    }
    if let Some(theme) = link.theme {
        add("theme", theme.word());
    }
    if let Some(controls) = link.controls {
        add("controls", &controls.text(&link.lesson));
    }
    if link.autoplay == Autoplay::Yes {
        add("autoplay", "1");
    }
    text
}

/// The branches of a run with these inputs.
fn branches(branches: &[Branch], of: &[KnobChange], lesson: &Lesson) -> String {
    let mut text = String::new();
    for branch in branches.iter().take(BRANCHES_MAX) {
        let leaves_ms = branch.leaves_ms(of);
        if !text.is_empty() {
            text.push('~');
        }
        text.push_str(&leaves_ms.to_string());
        text.push('-');
        text.push_str(&branch.end_ms.to_string());
        if !branch.name.is_empty() {
            text.push(':');
            text.push_str(&branch::name_of(&branch.name));
        }
        let own = branch.inputs.iter().position(|change| change.at_ms >= leaves_ms).unwrap_or(branch.inputs.len());
        let own = inputs(&branch.inputs[own..], lesson);
        if !own.is_empty() {
            text.push(',');
            text.push_str(&own);
        }
    }
    text
}

fn inputs(changes: &[KnobChange], lesson: &Lesson) -> String {
    let mut text = String::new();
    for change in changes.iter().take(INPUTS_MAX) {
        let Some(knob) = lesson.knobs.get(change.knob) else { continue };
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&change.at_ms.to_string());
        text.push(':');
        text.push_str(&knob.name);
        text.push(':');
        text.push_str(&knob.format(change.value));
    }
    text
}

/// A link prints as its query.
impl fmt::Debug for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&query(self))
    }
}
