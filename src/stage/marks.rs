//! The mark of a task: one table from its role, its activity and its phase to shapes.
//!
//! The table is the stage's whole vocabulary. Sizes count in *pitches*, the distance between two marks of a request.

use crate::stage::palette::{Palette, Rgb};
use crate::stage::scene::{Activity, TaskPhase};
use crate::stage::shape::ShapeKind;
use crate::trace::event::Role;

/// One shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mark {
    pub(crate) kind: ShapeKind,
    pub(crate) size: f32,
    pub(crate) line: f32,
    pub(crate) colour: Rgb,
    pub(crate) alpha: u8,
}

fn filled(kind: ShapeKind, size: f32, colour: Rgb) -> Option<Mark> {
    Some(Mark { kind, size, line: 0.0, colour, alpha: 255 })
}

fn stroked(kind: ShapeKind, size: f32, line: f32, colour: Rgb) -> Option<Mark> {
    Some(Mark { kind, size, line, colour, alpha: 255 })
}

/// The mark of a task of a request. A leaked one has none here: it lies on the pile.
pub(crate) fn of_member(role: Role, activity: Activity, phase: TaskPhase, palette: &Palette) -> [Option<Mark>; 3] {
    match phase {
        TaskPhase::Leaked => [None; 3],
        TaskPhase::Returned => [returned(0.0, palette), None, None],
        // A waiting child that heard the cancel has the ring alone, so that the tick can be seen.
        TaskPhase::Heard if activity == Activity::Waiting && role != Role::Parent => {
            [stroked(ShapeKind::TickRing, 0.37, 0.1, palette.heard), None, None]
        }
        TaskPhase::Working | TaskPhase::Told | TaskPhase::Heard => {
            let [body, rim] = body(role, activity, palette);
            [body, rim, ring(role, phase, palette)]
        }
    }
}

/// A task that returned: its mark shrinks to a faint point. `rest` is how much of the shrinking is still to come.
pub(crate) fn returned(rest: f32, palette: &Palette) -> Option<Mark> {
    let size = 0.085 + 0.2 * rest;
    Some(Mark { kind: ShapeKind::Dot, size, line: 0.0, colour: palette.heard, alpha: 150 })
}

fn body(role: Role, activity: Activity, palette: &Palette) -> [Option<Mark>; 2] {
    let parent = role == Role::Parent;
    match (activity, parent) {
        (Activity::Waiting, false) => [filled(ShapeKind::Disc, 0.27, palette.waiting), None],
        (Activity::Ready, false) => [stroked(ShapeKind::HollowCircle, 0.24, 0.1, palette.ready), None],
        (Activity::Running, false) => [
            filled(ShapeKind::Disc, 0.29, palette.running),
            stroked(ShapeKind::HollowCircle, 0.29, 0.09, palette.running_rim),
        ],
        (Activity::Waiting, true) => [filled(ShapeKind::Diamond, 0.46, palette.ink), None],
        (Activity::Ready, true) => [stroked(ShapeKind::Diamond, 0.42, 0.1, palette.ink), None],
        (Activity::Running, true) => [
            filled(ShapeKind::Diamond, 0.44, palette.running),
            stroked(ShapeKind::Diamond, 0.44, 0.09, palette.running_rim),
        ],
    }
}

fn ring(role: Role, phase: TaskPhase, palette: &Palette) -> Option<Mark> {
    let size = if role == Role::Parent { 0.64 } else { 0.43 };
    match phase {
        TaskPhase::Told => stroked(ShapeKind::DashedRing, size, 0.09, palette.told),
        // Around a body there is no room for a tick: the ring is solid and green.
        TaskPhase::Heard => stroked(ShapeKind::HollowCircle, size, 0.1, palette.heard),
        TaskPhase::Working | TaskPhase::Returned | TaskPhase::Leaked => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::palette::{DARK, LIGHT};
    use expect_test::expect;

    const ROLES: [Role; 2] = [Role::Parent, Role::Child];
    const ACTIVITIES: [Activity; 3] = [Activity::Waiting, Activity::Ready, Activity::Running];
    const PHASES: [TaskPhase; 5] =
        [TaskPhase::Working, TaskPhase::Told, TaskPhase::Heard, TaskPhase::Returned, TaskPhase::Leaked];

    fn colour_name(colour: Rgb) -> &'static str {
        let named = [
            (LIGHT.ink, "ink"),
            (LIGHT.ready, "ready blue"),
            (LIGHT.running, "gold"),
            (LIGHT.running_rim, "deep gold"),
            (LIGHT.waiting, "blue"),
            (LIGHT.told, "amber"),
            (LIGHT.heard, "green"),
            (LIGHT.leak, "vermilion"),
        ];
        named.iter().find(|(named, _)| *named == colour).expect("a colour of the palette").1
    }

    #[test]
    fn each_state_has_its_own_mark() {
        let mut table = String::new();
        for role in ROLES {
            for phase in PHASES {
                for activity in ACTIVITIES {
                    let marks = of_member(role, activity, phase, &LIGHT);
                    let words: Vec<String> = (marks.iter().flatten())
                        .map(|mark| {
                            let filled = if mark.line == 0.0 { "" } else { "stroked " };
                            format!("{filled}{} {:?}", colour_name(mark.colour), mark.kind)
                        })
                        .collect();
                    table += &format!("{role:?} {phase:?} {activity:?}: {}\n", words.join(" + "));
                }
            }
        }
        expect![[r#"
            Parent Working Waiting: ink Diamond
            Parent Working Ready: stroked ink Diamond
            Parent Working Running: gold Diamond + stroked deep gold Diamond
            Parent Told Waiting: ink Diamond + stroked amber DashedRing
            Parent Told Ready: stroked ink Diamond + stroked amber DashedRing
            Parent Told Running: gold Diamond + stroked deep gold Diamond + stroked amber DashedRing
            Parent Heard Waiting: ink Diamond + stroked green HollowCircle
            Parent Heard Ready: stroked ink Diamond + stroked green HollowCircle
            Parent Heard Running: gold Diamond + stroked deep gold Diamond + stroked green HollowCircle
            Parent Returned Waiting: green Dot
            Parent Returned Ready: green Dot
            Parent Returned Running: green Dot
            Parent Leaked Waiting: 
            Parent Leaked Ready: 
            Parent Leaked Running: 
            Child Working Waiting: blue Disc
            Child Working Ready: stroked ready blue HollowCircle
            Child Working Running: gold Disc + stroked deep gold HollowCircle
            Child Told Waiting: blue Disc + stroked amber DashedRing
            Child Told Ready: stroked ready blue HollowCircle + stroked amber DashedRing
            Child Told Running: gold Disc + stroked deep gold HollowCircle + stroked amber DashedRing
            Child Heard Waiting: stroked green TickRing
            Child Heard Ready: stroked ready blue HollowCircle + stroked green HollowCircle
            Child Heard Running: gold Disc + stroked deep gold HollowCircle + stroked green HollowCircle
            Child Returned Waiting: green Dot
            Child Returned Ready: green Dot
            Child Returned Running: green Dot
            Child Leaked Waiting: 
            Child Leaked Ready: 
            Child Leaked Running: 
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn no_mark_of_a_request_is_vermilion() {
        for palette in [&LIGHT, &DARK] {
            for role in ROLES {
                for activity in ACTIVITIES {
                    for phase in PHASES {
                        let marks = of_member(role, activity, phase, palette);
                        assert!(marks.iter().flatten().all(|mark| mark.colour != palette.leak));
                    }
                }
            }
        }
    }
}
