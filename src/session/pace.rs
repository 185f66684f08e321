//! Whether virtual time keeps up with the speed that was chosen: measured over whole seconds of frames.
//!
//! Two windows in a row must fall behind before anything is said, and one that keeps up takes it back; between the two
//! shares what was said stays. Deliberately absent: the machine's clock, which a frame brings along.

/// Microseconds of frames that a window has at least.
const WINDOW_US: u64 = 1_000_000;
/// A frame that comes later than this says nothing of the machine: the tab was away.
const GAP_US: u64 = 1_000_000;
/// Shares of the chosen speed, in per cent: one below is behind, one from here on keeps up.
const BEHIND_PERCENT: u64 = 90;
const KEEPS_UP_PERCENT: u64 = 97;

/// The window that is being measured, and what the one before it said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    window: Option<Window>,
    was_behind: bool,
    slow_percent: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    speed_percent: u32,
    from_us: u64,
    us: u64,
}

impl Pace {
    /// How fast the clock goes in truth, in per cent of its natural pace, while it cannot keep up.
    pub fn slow_percent(&self) -> Option<u32> {
        self.slow_percent
    }

    /// The clock does not run: nothing is known of how it would.
    pub fn rest(&mut self) {
        *self = Pace::default();
    }

    /// A frame came so many microseconds after the one before, and brought the clock to `now_us`.
    pub fn frame(&mut self, since_us: u64, speed_percent: u32, now_us: u64) {
        let begun = Window { speed_percent, from_us: now_us, us: 0 };
        let Some(window) = self.window.as_mut().filter(|window| window.speed_percent == speed_percent) else {
            *self = Pace { window: Some(begun), ..Pace::default() };
            return;
        };
        if since_us > GAP_US {
            *window = begun;
            return;
        }
        window.us += since_us;
        if window.us >= WINDOW_US {
            let reached_percent = now_us.saturating_sub(window.from_us) * 100 / window.us;
            *window = begun;
            self.judge(reached_percent, u64::from(speed_percent));
        }
    }

    fn judge(&mut self, reached_percent: u64, speed_percent: u64) {
        let share_percent = reached_percent * 100 / speed_percent.max(1);
        let is_behind = share_percent < BEHIND_PERCENT;
        let is_slow = is_behind && self.was_behind || self.slow_percent.is_some() && share_percent < KEEPS_UP_PERCENT;
        self.was_behind = is_behind;
        self.slow_percent = is_slow.then_some(rounded(reached_percent as u32));
    }
}

/// Two digits are as many as can be trusted.
fn rounded(percent: u32) -> u32 {
    let step = if percent < 100 {
        1
    } else if percent < 1_000 {
        10
    } else {
        100
    };
    percent / step * step
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock that gets so many per cent of its frames done, for so many seconds; what is said after each.
    fn said(pace: &mut Pace, now_us: &mut u64, share_percent: u64, seconds: usize) -> Vec<Option<u32>> {
        let second = |_| {
            for _ in 0..50 {
                *now_us += 20_000 * share_percent / 100;
                pace.frame(20_000, 100, *now_us);
            }
            pace.slow_percent()
        };
        (0..seconds).map(second).collect()
    }

    #[test]
    fn a_clock_is_slow_after_two_seconds_and_no_longer_once_it_keeps_up() {
        let (mut pace, mut now_us) = (Pace::default(), 0);
        pace.frame(20_000, 100, 0);
        assert_eq!(said(&mut pace, &mut now_us, 100, 3), [None; 3]);
        assert_eq!(said(&mut pace, &mut now_us, 78, 3), [None, Some(78), Some(78)]);
        assert_eq!(said(&mut pace, &mut now_us, 94, 2), [Some(94); 2], "between the two shares nothing changes");
        assert_eq!(said(&mut pace, &mut now_us, 98, 1), [None]);
        assert_eq!(said(&mut pace, &mut now_us, 94, 2), [None; 2], "between the two shares nothing changes");
        assert_eq!(said(&mut pace, &mut now_us, 50, 1), [None], "one bad second is no news");
        assert_eq!(said(&mut pace, &mut now_us, 98, 1), [None]);
        assert_eq!(said(&mut pace, &mut now_us, 50, 2), [None, Some(50)]);
    }

    #[test]
    fn a_tab_that_was_away_a_rest_and_another_speed_begin_the_measurement_again() {
        let (mut pace, mut now_us) = (Pace::default(), 0);
        pace.frame(20_000, 100, 0);
        said(&mut pace, &mut now_us, 50, 1);
        pace.frame(60_000_000, 100, now_us);
        assert_eq!(said(&mut pace, &mut now_us, 50, 1), [Some(50)], "a gap is no bad second, and takes nothing back");
        pace.frame(20_000, 1_000, now_us);
        assert_eq!(pace.slow_percent(), None);
        pace.frame(20_000, 100, now_us);
        said(&mut pace, &mut now_us, 50, 2);
        assert_eq!(pace.slow_percent(), Some(50));
        pace.rest();
        assert_eq!(pace.slow_percent(), None);
    }

    #[test]
    fn a_speed_is_told_in_two_digits() {
        assert_eq!([7, 78, 456, 4_231].map(rounded), [7, 78, 450, 4_200]);
    }
}
