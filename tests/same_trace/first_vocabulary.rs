//! A trace in the words of the first recordings, which knew fewer facts: a run that was recorded then must record the
//! same facts in the same order today, whatever else it says now.
//!
//! The first vocabulary had no facts about a task's state, about whom messages belong to, or about what is gone; it wrote
//! a sleep's progress into the wait and took a wait for input for a call to the outside.

use pileup::trace::columns::{Reader, Trace};
use pileup::trace::event::{Event, ObjectId, ObjectKind, Right, TaskId, WaitHead, WaitReason, sleep_ns};

/// How many events of the first vocabulary a trace has, and their fingerprint as it was computed then.
pub(crate) fn fingerprint(trace: &Trace) -> (u64, u64) {
    let mut writer = Writer::new();
    let mut reader = Reader::new();
    let mut progress = 0;
    while let Some(event) = reader.next(trace) {
        match event {
            Event::State { words, .. } => progress = words.first().copied().unwrap_or(0),
            Event::Polled { task } => {
                progress = 0;
                writer.write(5, &[task.0]);
            }
            event => writer.event(&event, progress),
        }
    }
    writer.finish()
}

struct Writer {
    kinds: Vec<u8>,
    words: Vec<u32>,
    hash: u64,
    events: u64,
}

impl Writer {
    fn new() -> Writer {
        Writer { kinds: Vec::new(), words: Vec::new(), hash: 0xcbf2_9ce4_8422_2325, events: 0 }
    }

    fn event(&mut self, event: &Event<'_>, progress: u32) {
        match *event {
            Event::Advanced { by_ns } => self.write(0, &[(by_ns / 1_000) as u32]),
            Event::ScopeOpened { .. } => self.write(1, &[]),
            Event::ScopeClosed { scope } => self.write(2, &[scope.0]),
            Event::Spawned { scope, role, place, .. } => {
                self.write(3, &[scope.0, (role as u32) << 16 | u32::from(place.0)]);
            }
            Event::Woken { task } => self.write(4, &[task.0]),
            Event::Pending => self.write(6, &[]),
            Event::Returned => self.write(7, &[]),
            Event::Panicked { panic } => self.write(8, &[panic as u32]),
            Event::Aborted { task } => self.write(9, &[task.0]),
            Event::Waits { head, cases, .. } if head.reason == WaitReason::Sleep => {
                self.write(10, &[word(head, 2), progress, (sleep_ns(cases) / 1_000) as u32]);
            }
            Event::Waits { head, cases, .. } => {
                let input = ObjectId::OUTSIDE.0 << 1 | Right::Receive as u32;
                let cases = cases.iter().map(|case| if *case == input { 0 } else { *case });
                let words: Vec<u32> = [word(head, head.cases)].into_iter().chain(cases).collect();
                self.write(10, &words);
            }
            Event::WaitOver { head, .. } => {
                let cases = if head.reason == WaitReason::Sleep { 2 } else { head.cases };
                self.write(11, &[word(head, cases)]);
            }
            Event::Made { kind: ObjectKind::Context, from, .. } => self.write(13, &[from.0]),
            Event::Made { kind, capacity, .. } => self.write(12, &[(kind as u32) << 24 | (capacity & 0x00ff_ffff)]),
            Event::Granted { task, object, right } => self.right(14, task, object, right),
            Event::Revoked { task, object, right } => self.right(15, task, object, right),
            Event::Armed { object, in_ns } => self.write(16, &[object.0, (in_ns / 1_000) as u32]),
            Event::Disarmed { object } => self.write(17, &[object.0]),
            Event::Level { object, level } => self.write(18, &[object.0, level]),
            Event::Closed { object } => self.write(19, &[object.0]),
            Event::Cancelled { object } => self.write(20, &[object.0]),
            Event::Heard => self.write(21, &[]),
            Event::Drew => self.write(22, &[]),
            Event::Input { knob, value } => self.write(23, &[u32::from(knob), value]),
            Event::LimitHit { limit } => self.write(24, &[limit as u32]),
            _ => {}
        }
    }

    fn right(&mut self, kind: u8, task: TaskId, object: ObjectId, right: Right) {
        self.write(kind, &[task.0, object.0 << 1 | right as u32]);
    }

    /// Chunks ended at fixed sizes then as now, and the fingerprint went over each chunk's kinds and then its words.
    fn write(&mut self, kind: u8, words: &[u32]) {
        if self.kinds.len() == 16 * 1024 || self.words.len() + 256 > 24 * 1024 {
            self.end_chunk();
        }
        self.kinds.push(kind);
        self.words.extend_from_slice(words);
        self.events += 1;
    }

    fn end_chunk(&mut self) {
        let words = self.words.drain(..).flat_map(u32::to_le_bytes);
        let bytes: Vec<u8> = self.kinds.drain(..).chain(words).collect();
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn finish(mut self) -> (u64, u64) {
        self.end_chunk();
        (self.events, self.hash)
    }
}

fn word(head: WaitHead, cases: u16) -> u32 {
    u32::from(head.place.0) << 16 | (head.reason as u32) << 8 | u32::from(cases)
}
