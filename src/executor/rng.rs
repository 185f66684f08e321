//! Seeded draws, the same on every platform.
//!
//! Each purpose draws from a [`Rng`] of its own, so that a flip of the switch, which changes how often `select` draws,
//! does not change when the next request arrives: two runs that differ in one knob can be compared.

/// What a stream of draws is for. Each has its own sequence under the same seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Which ready task is polled next, where the run draws it.
    Order,
    /// Which ready case a `select` takes.
    Select,
    /// When the next request arrives.
    Arrivals,
    /// What befalls a task of the program, by its number.
    Program(u64),
}

/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014): eight bytes of state
/// and whole-number arithmetic only.
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// The stream for one purpose under a seed.
    pub fn new(seed: u32, stream: Stream) -> Rng {
        let number = match stream {
            Stream::Order => 1,
            Stream::Select => 2,
            Stream::Arrivals => 3,
            Stream::Program(number) => number.wrapping_add(16),
        };
        let mut rng = Rng { state: u64::from(seed).wrapping_mul(0xd134_2543_de82_ef95) ^ number << 32 ^ number };
        rng.next_u64();
        rng
    }

    /// 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A whole number below `bound` (at least 1): the high half of a product, which is off by less than 2⁻³².
    pub fn below(&mut self, bound: u32) -> u32 {
        (((self.next_u64() >> 32) * u64::from(bound.max(1))) >> 32) as u32
    }

    /// An exponentially distributed waiting time with mean 2²⁰, in whole numbers: −ln(u) · 2²⁰.
    ///
    /// `f64::ln` may differ in its last bit between a native build and wasm, and one bit is another run. So the logarithm
    /// is taken in whole numbers, by the binary-logarithm algorithm of squaring and halving: 32 fractional bits.
    pub fn exponential_q20(&mut self) -> u64 {
        let uniform = self.next_u64() | 1;
        let log2_q32 = 64 * (1_u64 << 32) - log2_q32(uniform);
        // ln(2) in 2⁻³² units; the product has 64 fractional bits, of which 20 stay.
        let natural = u128::from(log2_q32) * 2_977_044_472_u128;
        (natural >> 44) as u64
    }
}

/// The binary logarithm of `value` (at least 1) with 32 fractional bits.
fn log2_q32(value: u64) -> u64 {
    let whole = u64::from(63 - value.leading_zeros());
    // The mantissa in [1, 2) with 63 fractional bits.
    let mut mantissa = value << (63 - whole);
    let mut fraction = 0;
    for _ in 0..32 {
        let square = (u128::from(mantissa) * u128::from(mantissa)) >> 63;
        let carried = (square >> 64) as u64 & 1;
        fraction = fraction << 1 | carried;
        mantissa = (square >> carried) as u64;
    }
    whole << 32 | fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_does_not_depend_on_another_one() {
        let mut alone = Rng::new(7, Stream::Arrivals);
        let mut select = Rng::new(7, Stream::Select);
        let mut beside = Rng::new(7, Stream::Arrivals);
        for _ in 0..100 {
            select.next_u64();
            assert_eq!(alone.next_u64(), beside.next_u64());
        }
        assert_ne!(select.next_u64(), alone.next_u64());
    }

    #[test]
    fn the_binary_logarithm_is_right_to_nine_digits() {
        for value in [1_u64, 2, 3, 10, 1 << 40, u64::MAX, 0x1234_5678_9abc_def1] {
            let got = log2_q32(value) as f64 / (1_u64 << 32) as f64;
            assert!((got - (value as f64).log2()).abs() < 1e-9, "{value}: {got}");
        }
    }

    #[test]
    fn waiting_times_have_the_mean_and_the_spread_of_an_exponential() {
        let mut rng = Rng::new(1, Stream::Arrivals);
        let count = 100_000;
        let draws: Vec<f64> = (0..count).map(|_| rng.exponential_q20() as f64 / (1 << 20) as f64).collect();
        let mean = draws.iter().sum::<f64>() / f64::from(count);
        let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / f64::from(count);
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
        assert!((variance - 1.0).abs() < 0.05, "{variance}");
    }

    #[test]
    fn draws_below_a_bound_cover_it_evenly() {
        let mut rng = Rng::new(3, Stream::Select);
        let mut seen = [0_u32; 5];
        for _ in 0..50_000 {
            seen[rng.below(5) as usize] += 1;
        }
        assert!(seen.iter().all(|count| (9_500..10_500).contains(count)), "{seen:?}");
    }
}
