//! Exact fractions.

use super::int::Int;

/// Bits of numerator or denominator up to which a fraction stays exact; beyond, 512 bits are kept of it.
pub const EXACT_BITS_MAX: usize = 1024;

/// Bits that are kept of a fraction that is not exact any more.
const KEPT_BITS: usize = 512;

/// Powers of 2 beyond which a number has no value: `1e10000` has one, `1e100000` has none.
const SCALE_BITS_MAX: usize = 40_000;

/// A fraction in lowest terms; the denominator is above 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ratio {
    pub(super) numerator: Int,
    pub(super) denominator: Int,
}

impl From<Int> for Ratio {
    fn from(numerator: Int) -> Ratio {
        Ratio { numerator, denominator: Int::from(1_i64) }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> std::cmp::Ordering {
        self.numerator.mul(&other.denominator).cmp(&other.numerator.mul(&self.denominator))
    }
}

impl Ratio {
    /// `None` when the number is too large or too small for any use, or the denominator is 0.
    pub(super) fn new(numerator: Int, denominator: Int) -> Option<Ratio> {
        if denominator.is_zero() {
            return None;
        }
        if numerator.is_zero() {
            return Some(Ratio::from(numerator));
        }
        let (mut numerator, mut denominator) = match denominator.is_negative() {
            true => (numerator.neg(), denominator.neg()),
            false => (numerator, denominator),
        };
        let twos = numerator.trailing_zeros().min(denominator.trailing_zeros());
        numerator = numerator.shr(twos);
        denominator = denominator.shr(twos);
        // What is to be rounded need not be in lowest terms, which takes long to find.
        let is_large = numerator.bits().max(denominator.bits()) > 2 * EXACT_BITS_MAX;
        if !is_large && !denominator.is_power_of_two() {
            let common = numerator.gcd(&denominator);
            if common.bits() > 1 {
                numerator = numerator.div_rem(&common).0;
                denominator = denominator.div_rem(&common).0;
            }
        }
        let ratio = Ratio { numerator, denominator };
        if ratio.numerator.bits() <= EXACT_BITS_MAX && ratio.denominator.bits() <= EXACT_BITS_MAX {
            return Some(ratio);
        }
        ratio.rounded()
    }

    /// The nearest number with [`KEPT_BITS`].
    fn rounded(self) -> Option<Ratio> {
        let scale = self.numerator.bits() as i64 - self.denominator.bits() as i64;
        if scale.unsigned_abs() as usize > SCALE_BITS_MAX {
            return None;
        }
        let (mantissa, exponent) = self.mantissa(KEPT_BITS);
        let one = Int::from(1_i64);
        let (mut numerator, mut denominator) = match usize::try_from(exponent) {
            Ok(up) => (mantissa.shl(up), one),
            Err(_) => (mantissa, one.shl(exponent.unsigned_abs() as usize)),
        };
        let twos = numerator.trailing_zeros().min(denominator.trailing_zeros());
        numerator = numerator.shr(twos);
        denominator = denominator.shr(twos);
        Some(Ratio { numerator, denominator })
    }

    /// The nearest number with so many bits (ties to even): its bits, and the power of 2 that scales them.
    pub(super) fn mantissa(&self, bits: usize) -> (Int, i64) {
        let magnitude = self.numerator.abs();
        // Two bits more than asked for, at least: one to round at, and what the division leaves says whether it is a tie.
        let scale = bits as i64 + 2 - (magnitude.bits() as i64 - self.denominator.bits() as i64);
        let (dividend, divisor) = match usize::try_from(scale) {
            Ok(up) => (magnitude.shl(up), self.denominator.clone()),
            Err(_) => (magnitude, self.denominator.shl(scale.unsigned_abs() as usize)),
        };
        let (quotient, rest) = dividend.div_rem(&divisor);
        let surplus = quotient.bits().saturating_sub(bits);
        let kept = quotient.shr(surplus);
        let lost = quotient.sub(&kept.shl(surplus));
        let half = Int::from(1_i64).shl(surplus.saturating_sub(1));
        let is_odd = kept.trailing_zeros() == 0 && !kept.is_zero();
        let up = surplus > 0 && (lost > half || (lost == half && (!rest.is_zero() || is_odd)));
        let kept = if up { kept.add(&Int::from(1_i64)) } else { kept };
        let signed = if self.numerator.is_negative() { kept.neg() } else { kept };
        (signed, surplus as i64 - scale)
    }

    /// Bits of both parts: how long working with it takes.
    pub fn bits(&self) -> usize {
        self.numerator.bits() + self.denominator.bits()
    }

    /// Below 0.
    pub fn is_negative(&self) -> bool {
        self.numerator.is_negative()
    }

    /// Exactly 0.
    pub fn is_zero(&self) -> bool {
        self.numerator.is_zero()
    }

    /// The whole number that it is, if it is one.
    pub fn to_int(&self) -> Option<Int> {
        (self.denominator.bits() == 1).then(|| self.numerator.clone())
    }

    pub(super) fn neg(&self) -> Ratio {
        Ratio { numerator: self.numerator.neg(), denominator: self.denominator.clone() }
    }

    pub(super) fn add(&self, other: &Ratio) -> Option<Ratio> {
        let numerator = self.numerator.mul(&other.denominator).add(&other.numerator.mul(&self.denominator));
        Ratio::new(numerator, self.denominator.mul(&other.denominator))
    }

    pub(super) fn mul(&self, other: &Ratio) -> Option<Ratio> {
        Ratio::new(self.numerator.mul(&other.numerator), self.denominator.mul(&other.denominator))
    }

    /// `None` also for a division by 0.
    pub(super) fn div(&self, other: &Ratio) -> Option<Ratio> {
        Ratio::new(self.numerator.mul(&other.denominator), self.denominator.mul(&other.numerator))
    }
}
