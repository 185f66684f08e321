//! How busy the thread is, in the reader's time: the polls of the last seconds in columns, and how many a second they are.
//!
//! It counts recorded polls against the frames that were shown while the clock ran. A poll takes no virtual time, so there is no
//! share of time to tell. Deliberately absent: where and how it is drawn (`lane`).

/// How many columns there are, and how many of them stand for a second of frames.
const COLUMNS: usize = 40;
const COLUMNS_A_SECOND: u32 = 8;
const COLUMN_MS: u32 = 1_000 / COLUMNS_A_SECOND;
/// The number is made of so many columns, and made anew after so many, so that it can be read.
const RATE_COLUMNS: usize = 16;
const RENEWED_AFTER: u32 = 4;

/// Polls by the time in which they were shown.
#[derive(Debug)]
pub(crate) struct Meter {
    /// A ring of counts; `newest` is still being filled.
    polls: [u32; COLUMNS],
    newest: usize,
    newest_ms: u32,
    /// How many columns there are since the meter was empty.
    columns: usize,
    until_renewed: u32,
    per_second: u32,
}

impl Default for Meter {
    fn default() -> Meter {
        Meter { polls: [0; COLUMNS], newest: 0, newest_ms: 0, columns: 0, until_renewed: 1, per_second: 0 }
    }
}

impl Meter {
    /// A frame of so many milliseconds was shown, with so many polls.
    pub(crate) fn pass(&mut self, frame_ms: u32, polls: u64) {
        let newest = &mut self.polls[self.newest];
        *newest = newest.saturating_add(u32::try_from(polls).unwrap_or(u32::MAX));
        self.newest_ms += frame_ms;
        while self.newest_ms >= COLUMN_MS {
            self.newest_ms -= COLUMN_MS;
            self.next_column();
        }
    }

    /// A column is full, and the next one begins.
    fn next_column(&mut self) {
        self.newest = (self.newest + 1) % COLUMNS;
        self.polls[self.newest] = 0;
        self.columns = (self.columns + 1).min(COLUMNS - 1);
        self.until_renewed -= 1;
        if self.until_renewed == 0 {
            self.until_renewed = RENEWED_AFTER;
            let columns = self.columns.min(RATE_COLUMNS);
            let polls = (0..columns).fold(0, |sum: u32, back| sum.saturating_add(self.column(back)));
            let in_seconds = polls.saturating_mul(COLUMNS_A_SECOND);
            self.per_second = in_seconds.div_ceil(columns as u32);
        }
    }

    /// Polls in a second of the reader's time, rounded up: 0 says that there were none at all.
    pub(crate) fn per_second(&self) -> u32 {
        self.per_second
    }

    /// How many columns are full.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// The polls of a full column; 0 is the newest.
    pub(crate) fn column(&self, back: usize) -> u32 {
        self.polls[(self.newest + COLUMNS - 1 - back) % COLUMNS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(frames: impl IntoIterator<Item = (u32, u64)>) -> Meter {
        let mut meter = Meter::default();
        frames.into_iter().for_each(|(frame_ms, polls)| meter.pass(frame_ms, polls));
        meter
    }

    #[test]
    fn polls_are_counted_by_the_second_of_frames() {
        for (every, polls, expected) in [(1, 1, 60), (1, 10_000, 606_061), (6, 1, 10), (1, 0, 0)] {
            let meter = passed((0..600).map(|frame| (16, if frame % every == 0 { polls } else { 0 })));
            let told = meter.per_second();
            assert!(
                told.abs_diff(expected) <= expected / 10 + 1,
                "{polls} in each {every}th frame: {told} for {expected}"
            );
        }
    }

    #[test]
    fn a_single_poll_is_at_least_one_a_second_until_it_is_long_over() {
        let mut meter = passed([(16, 1)]);
        let told: Vec<u32> = (0..200)
            .map(|_| {
                meter.pass(16, 0);
                meter.per_second()
            })
            .collect();
        assert!(told[20..100].iter().all(|told| *told >= 1), "{told:?}");
        assert_eq!(told[199], 0);
    }

    #[test]
    fn the_columns_are_the_last_seconds_oldest_first() {
        let meter = passed([(COLUMN_MS, 3), (COLUMN_MS, 0), (COLUMN_MS - 25, 1), (25, 1), (100, 9)]);
        let columns = |meter: &Meter| (0..meter.columns()).rev().map(|back| meter.column(back)).collect::<Vec<_>>();
        assert_eq!(columns(&meter), [3, 0, 2]);
        let all = columns(&passed((0..1_000).map(|frame| (COLUMN_MS, frame))));
        assert_eq!((all.len(), all.last()), (COLUMNS - 1, Some(&999)));
    }
}
