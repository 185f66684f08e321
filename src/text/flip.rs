//! The words of a turn of the switch: what is said of the tasks that it cannot reach.
//!
//! What the turn itself comes to is a sentence of the lesson ([`crate::text::lesson::SwitchWords`]).

/// What is said once the switch was turned.
#[derive(Debug)]
pub struct FlipText {
    /// Why the switch did not help a task: its wait is older than the turn.
    pub began_before: &'static str,
}

/// In English.
pub(super) const ENGLISH: FlipText = FlipText { began_before: "It began to wait before the switch was on." };

/// In Korean.
pub(super) const KOREAN: FlipText =
    FlipText { began_before: "스위치를 켜기 전부터 기다리고 있었어요." };
