//! What a drawn moment consists of: shapes, words, and what can be clicked where. `render` makes it.

use crate::stage::layout::Area;
use crate::stage::palette::{Palette, Rgb};
use crate::stage::shape::Shape;
use crate::trace::event::{ScopeId, TaskId};

/// How far from a mark a click still finds it, in CSS pixels: half of a 24 px target.
pub const REACH: f32 = 12.0;

/// The font of the words on the stage, with its size, as CSS has it.
pub const FONT: &str =
    "12.5px system-ui, \"Noto Sans KR\", \"Noto Sans CJK KR\", \"Apple SD Gothic Neo\", \"Malgun Gothic\", sans-serif";

/// What was clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A task.
    Task(TaskId),
    /// A request.
    Scope(ScopeId),
}

/// What a label says; `crate::caption` knows the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelKind {
    /// "one thread"
    OneThread,
    /// "5 ready": how many tasks stand in the ready queue.
    Ready(u32),
    /// "94 polls/s": while the clock runs, how many polls a second of the reader's time.
    Polls(u32),
    /// "+12": how many tasks of the ready queue find no room.
    MoreReady(u32),
    /// "the pile: 214 tasks, each still alive", and "1 dot = 5 tasks" where a dot stands for more than one.
    Pile {
        /// How many tasks have leaked.
        tasks: u32,
        /// How many tasks one dot stands for.
        per_dot: u32,
    },
    /// "+ 12 more requests"
    MoreRequests(u32),
    /// "+12": how many children of a request find no room in its frame.
    MoreTasks(u32),
    /// "23 open requests": above tenfold speed, where only counts are shown.
    OpenRequests(u32),
}

/// On which side of its anchor a label stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// It begins there.
    Start,
    /// It ends there.
    End,
}

/// Words on the picture: what they say and where they stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// What to say.
    pub kind: LabelKind,
    /// The anchor, in CSS pixels.
    pub x: f32,
    /// The baseline, in CSS pixels.
    pub y: f32,
    /// On which side of the anchor.
    pub align: Align,
    /// How wide the words may be, in CSS pixels.
    pub w: f32,
}

impl Label {
    /// Its colour: only the words of the pile are in ink.
    pub fn colour(&self, palette: &Palette) -> Rgb {
        if matches!(self.kind, LabelKind::Pile { .. }) { palette.ink } else { palette.soft }
    }
}

/// One moment as shapes, words and click targets.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) labels: Vec<Label>,
    /// The tasks that can be clicked: in requests and on the rim first, then on the thread and in the queue.
    pub(crate) targets: Vec<HitTarget>,
    pub(crate) frame_areas: Vec<(ScopeId, Area)>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct HitTarget {
    pub(crate) task: TaskId,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) reach: f32,
}

impl Drawing {
    pub(crate) fn clear(&mut self) {
        self.shapes.clear();
        self.labels.clear();
        self.targets.clear();
        self.frame_areas.clear();
    }

    /// The task whose mark is nearest to a point, within its reach.
    pub(crate) fn nearest(&self, x: f32, y: f32) -> Option<TaskId> {
        let mut best: Option<(f32, TaskId)> = None;
        for target in &self.targets {
            let (dx, dy) = (target.x - x, target.y - y);
            let distance = dx * dx + dy * dy;
            if distance <= target.reach * target.reach && best.is_none_or(|best| distance < best.0) {
                best = Some((distance, target.task));
            }
        }
        Some(best?.1)
    }

    pub(crate) fn frame_at(&self, x: f32, y: f32) -> Option<ScopeId> {
        self.frame_areas.iter().find(|(_, area)| area.contains(x, y)).map(|(scope, _)| *scope)
    }

    pub(crate) fn area_of(&self, scope: ScopeId) -> Option<Area> {
        self.frame_areas.iter().find(|(known, _)| *known == scope).map(|(_, area)| *area)
    }

    pub(crate) fn position_of(&self, task: TaskId) -> Option<(f32, f32)> {
        self.targets.iter().find(|target| target.task == task).map(|target| (target.x, target.y))
    }
}
