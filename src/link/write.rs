//! A [`Link`] → a query string, as short as it can be.

use std::fmt;

use crate::executor::engine::Order;
use crate::link::query::encode;
use crate::link::{Autoplay, INPUTS_MAX, Link, Place, VERSION};

/// The query string of a link, with its leading `?`. [`read::query`](crate::link::read::query) reads it back.
pub fn query(link: &Link) -> String {
    let mut text = String::from("?v=");
    text.push_str(&VERSION.to_string());
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
        add("in", &inputs(link));
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

fn inputs(link: &Link) -> String {
    let mut text = String::new();
    for change in link.inputs.iter().take(INPUTS_MAX) {
        let Some(knob) = link.lesson.knobs.get(change.knob) else { continue };
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
