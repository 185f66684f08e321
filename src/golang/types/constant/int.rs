//! Whole numbers of any size: a sign and words of 32 bits.

use std::cmp::Ordering;

/// A whole number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Int {
    /// Never set for 0.
    negative: bool,
    /// From the least significant; the last is not 0.
    words: Vec<u32>,
}

impl From<i64> for Int {
    fn from(value: i64) -> Int {
        let mut int = Int::from(value.unsigned_abs());
        int.negative = value < 0;
        int
    }
}

impl From<u64> for Int {
    fn from(value: u64) -> Int {
        Int::new(false, vec![value as u32, (value >> 32) as u32])
    }
}

impl PartialOrd for Int {
    fn partial_cmp(&self, other: &Int) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Int {
    fn cmp(&self, other: &Int) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => compare_words(&self.words, &other.words),
            (true, true) => compare_words(&other.words, &self.words),
        }
    }
}

fn compare_words(a: &[u32], b: &[u32]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

impl Int {
    fn new(negative: bool, mut words: Vec<u32>) -> Int {
        while words.last() == Some(&0) {
            words.pop();
        }
        Int { negative: negative && !words.is_empty(), words }
    }

    /// Below 0.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Exactly 0.
    pub fn is_zero(&self) -> bool {
        self.words.is_empty()
    }

    /// How many bits the number has without its sign.
    pub fn bits(&self) -> usize {
        match self.words.last() {
            None => 0,
            Some(last) => self.words.len() * 32 - last.leading_zeros() as usize,
        }
    }

    /// Whether it is 1, 2, 4 and so on, without its sign.
    pub fn is_power_of_two(&self) -> bool {
        !self.is_zero() && self.trailing_zeros() + 1 == self.bits()
    }

    /// How many of the lowest bits are 0.
    pub(super) fn trailing_zeros(&self) -> usize {
        match self.words.iter().position(|word| *word != 0) {
            None => 0,
            Some(at) => at * 32 + self.words[at].trailing_zeros() as usize,
        }
    }

    /// The number, if it fits.
    pub fn to_u64(&self) -> Option<u64> {
        let word = |at: usize| u64::from(self.words.get(at).copied().unwrap_or(0));
        (!self.negative && self.words.len() <= 2).then(|| word(0) | word(1) << 32)
    }

    /// The number, if it fits.
    pub fn to_i64(&self) -> Option<i64> {
        let magnitude = self.abs().to_u64()?;
        match self.negative {
            true => 0_i64.checked_sub_unsigned(magnitude),
            false => i64::try_from(magnitude).ok(),
        }
    }

    /// The lowest 64 bits, in two's complement: how a machine keeps it.
    pub fn to_wrapped(&self) -> u64 {
        let word = |at: usize| u64::from(self.words.get(at).copied().unwrap_or(0));
        let magnitude = word(0) | word(1) << 32;
        if self.negative { magnitude.wrapping_neg() } else { magnitude }
    }

    #[must_use]
    pub(super) fn abs(&self) -> Int {
        Int { negative: false, words: self.words.clone() }
    }

    #[must_use]
    pub(super) fn neg(&self) -> Int {
        Int::new(!self.negative, self.words.clone())
    }

    #[must_use]
    pub(super) fn add(&self, other: &Int) -> Int {
        if self.negative == other.negative {
            return Int::new(self.negative, add_words(&self.words, &other.words));
        }
        match compare_words(&self.words, &other.words) {
            Ordering::Less => Int::new(other.negative, subtract_words(&other.words, &self.words)),
            _ => Int::new(self.negative, subtract_words(&self.words, &other.words)),
        }
    }

    #[must_use]
    pub(super) fn sub(&self, other: &Int) -> Int {
        self.add(&other.neg())
    }

    #[must_use]
    pub(super) fn mul(&self, other: &Int) -> Int {
        let mut words = vec![0_u32; self.words.len() + other.words.len()];
        for (at, a) in self.words.iter().enumerate() {
            let mut carry = 0_u64;
            for (offset, b) in other.words.iter().enumerate() {
                let sum = u64::from(*a) * u64::from(*b) + u64::from(words[at + offset]) + carry;
                words[at + offset] = sum as u32;
                carry = sum >> 32;
            }
            words[at + other.words.len()] = carry as u32;
        }
        Int::new(self.negative != other.negative, words)
    }

    /// Quotient and remainder, rounded to 0 as Go does; the divisor is not 0.
    pub(super) fn div_rem(&self, divisor: &Int) -> (Int, Int) {
        let (quotient, remainder) = divide_words(&self.words, &divisor.words);
        (Int::new(self.negative != divisor.negative, quotient), Int::new(self.negative, remainder))
    }

    #[must_use]
    pub(super) fn shl(&self, bits: usize) -> Int {
        let (whole, part) = (bits / 32, bits % 32);
        let mut words = vec![0; whole];
        let mut carry = 0_u64;
        for word in &self.words {
            let shifted = u64::from(*word) << part | carry;
            words.push(shifted as u32);
            carry = shifted >> 32;
        }
        words.push(carry as u32);
        Int::new(self.negative, words)
    }

    /// Rounded down, also below 0.
    #[must_use]
    pub(super) fn shr(&self, bits: usize) -> Int {
        if self.negative {
            // -1 - x is what all bits turned around say.
            let one = Int::from(1_i64);
            return self.neg().sub(&one).shr(bits).neg().sub(&one);
        }
        let (whole, part) = (bits / 32, bits % 32);
        let kept = self.words.get(whole..).unwrap_or_default();
        let words = (0..kept.len()).map(|at| {
            let high = u64::from(kept.get(at + 1).copied().unwrap_or(0));
            ((high << 32 | u64::from(kept[at])) >> part) as u32
        });
        Int::new(false, words.collect())
    }

    /// Bit by bit, in two's complement without end.
    #[must_use]
    pub(super) fn bitwise(&self, other: &Int, combine: fn(u32, u32) -> u32) -> Int {
        let length = self.words.len().max(other.words.len()) + 1;
        let (a, b) = (self.complement(length), other.complement(length));
        let words: Vec<u32> = a.iter().zip(&b).map(|(a, b)| combine(*a, *b)).collect();
        let negative = words[length - 1] >> 31 == 1;
        Int::new(negative, if negative { negate_words(&words) } else { words })
    }

    fn complement(&self, length: usize) -> Vec<u32> {
        let mut words = self.words.clone();
        words.resize(length, 0);
        if self.negative { negate_words(&words) } else { words }
    }

    /// Multiplies and adds a small number: how digits are read.
    pub(super) fn push_digit(&mut self, base: u32, digit: u32) {
        let mut carry = u64::from(digit);
        for word in &mut self.words {
            let sum = u64::from(*word) * u64::from(base) + carry;
            *word = sum as u32;
            carry = sum >> 32;
        }
        if carry > 0 {
            self.words.push(carry as u32);
        }
    }

    #[must_use]
    pub(super) fn power(base: u32, mut exponent: usize) -> Int {
        let (mut result, mut square) = (Int::from(1_i64), Int::from(i64::from(base)));
        while exponent > 0 {
            if exponent % 2 == 1 {
                result = result.mul(&square);
            }
            exponent /= 2;
            if exponent > 0 {
                square = square.mul(&square);
            }
        }
        result
    }

    /// The greatest number that divides both.
    #[must_use]
    pub(super) fn gcd(&self, other: &Int) -> Int {
        let (mut a, mut b) = (self.abs(), other.abs());
        while !b.is_zero() {
            let (_, remainder) = a.div_rem(&b);
            a = std::mem::replace(&mut b, remainder);
        }
        a
    }
}

impl std::fmt::Display for Int {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const GROUP: u64 = 1_000_000_000;
        let mut words = self.words.clone();
        let mut groups = Vec::new();
        while !words.is_empty() {
            let mut remainder = 0_u64;
            for word in words.iter_mut().rev() {
                let sum = remainder << 32 | u64::from(*word);
                *word = (sum / GROUP) as u32;
                remainder = sum % GROUP;
            }
            while words.last() == Some(&0) {
                words.pop();
            }
            groups.push(remainder);
        }
        let sign = if self.negative { "-" } else { "" };
        write!(f, "{sign}{}", groups.last().copied().unwrap_or(0))?;
        groups.iter().rev().skip(1).try_for_each(|group| write!(f, "{group:09}"))
    }
}

fn add_words(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut carry = 0_u64;
    let length = a.len().max(b.len()) + 1;
    let word = |words: &[u32], at: usize| u64::from(words.get(at).copied().unwrap_or(0));
    let sums = (0..length).map(|at| {
        let sum = word(a, at) + word(b, at) + carry;
        carry = sum >> 32;
        sum as u32
    });
    sums.collect()
}

/// `a` is not below `b`.
fn subtract_words(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut borrow = false;
    let differences = a.iter().enumerate().map(|(at, a)| {
        let (difference, first) = a.overflowing_sub(b.get(at).copied().unwrap_or(0));
        let (difference, second) = difference.overflowing_sub(u32::from(borrow));
        borrow = first || second;
        difference
    });
    differences.collect()
}

/// Two's complement of as many words.
fn negate_words(words: &[u32]) -> Vec<u32> {
    let mut carry = true;
    let negated = words.iter().map(|word| {
        let (sum, overflow) = (!word).overflowing_add(u32::from(carry));
        carry = overflow;
        sum
    });
    negated.collect()
}

/// Quotient and remainder, as by hand (Knuth, The Art of Computer Programming, volume 2, algorithm D).
fn divide_words(dividend: &[u32], divisor: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let Some(&top) = divisor.last() else { return (Vec::new(), Vec::new()) };
    if compare_words(dividend, divisor) == Ordering::Less {
        return (Vec::new(), dividend.to_vec());
    }
    // Shifted so that the divisor's highest bit is set: then a guess of two words by one is at most two too large.
    let shift = top.leading_zeros() as usize;
    let divisor = Int { negative: false, words: divisor.to_vec() }.shl(shift).words;
    let mut rest = Int { negative: false, words: dividend.to_vec() }.shl(shift).words;
    rest.resize(dividend.len() + 1, 0);
    let length = divisor.len();
    let high = u64::from(divisor[length - 1]);
    let mut quotient = vec![0_u32; rest.len() - length];
    for at in (0..quotient.len()).rev() {
        let two = u64::from(rest[at + length]) << 32 | u64::from(rest[at + length - 1]);
        let mut guess = (two / high).min(u64::from(u32::MAX));
        while subtract_multiple(&mut rest[at..=at + length], &divisor, guess) {
            // Too large: undo it, and guess one less.
            add_multiple(&mut rest[at..=at + length], &divisor, guess);
            guess -= 1;
        }
        quotient[at] = guess as u32;
    }
    (quotient, Int::new(false, rest).shr(shift).words)
}

/// Whether it went below 0, and wrapped.
fn subtract_multiple(rest: &mut [u32], divisor: &[u32], factor: u64) -> bool {
    let mut borrow = 0_u64;
    for (at, word) in rest.iter_mut().enumerate() {
        let product = u64::from(divisor.get(at).copied().unwrap_or(0)) * factor + borrow;
        let (difference, below) = word.overflowing_sub(product as u32);
        *word = difference;
        borrow = (product >> 32) + u64::from(below);
    }
    borrow > 0
}

fn add_multiple(rest: &mut [u32], divisor: &[u32], factor: u64) {
    let mut carry = 0_u64;
    for (at, word) in rest.iter_mut().enumerate() {
        let sum = u64::from(divisor.get(at).copied().unwrap_or(0)) * factor + u64::from(*word) + carry;
        *word = sum as u32;
        carry = sum >> 32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(text: &str) -> Int {
        let digits = text.trim_start_matches('-');
        let mut int = Int::default();
        digits.chars().for_each(|digit| int.push_digit(10, digit.to_digit(10).expect("a digit")));
        if text.starts_with('-') { int.neg() } else { int }
    }

    /// As machine words do it, for all pairs of numbers near the edges of words.
    #[test]
    fn small_numbers_are_as_in_the_machine() {
        let edges = [0_i64, 1, 2, 3, 7, 255, 65_535, 1 << 31, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, 1 << 40, 1 << 61];
        let numbers: Vec<i64> = edges.iter().flat_map(|edge| [*edge, -*edge]).collect();
        for (a, b) in numbers.iter().flat_map(|a| numbers.iter().map(move |b| (*a, *b))) {
            let (x, y) = (Int::from(a), Int::from(b));
            let wide = |int: &Int| int.to_string().parse::<i128>().expect("a number");
            let (a, b) = (i128::from(a), i128::from(b));
            assert_eq!(wide(&x.add(&y)), a + b);
            assert_eq!(wide(&x.sub(&y)), a - b);
            assert_eq!(wide(&x.mul(&y)), a * b);
            assert_eq!(wide(&x.bitwise(&y, |a, b| a & b)), a & b);
            assert_eq!(wide(&x.bitwise(&y, |a, b| a | b)), a | b);
            assert_eq!(wide(&x.bitwise(&y, |a, b| a ^ b)), a ^ b);
            assert_eq!(x.cmp(&y), a.cmp(&b));
            if b != 0 {
                let (quotient, remainder) = x.div_rem(&y);
                assert_eq!((wide(&quotient), wide(&remainder)), (a / b, a % b), "{a} / {b}");
            }
            assert_eq!(wide(&x.shr(3)), a >> 3);
            assert_eq!(wide(&x.shl(3)), a << 3);
        }
    }

    #[test]
    fn what_is_multiplied_is_divided_again() {
        let mut a = int("170141183460469231731687303715884105729");
        for step in 1..200_u64 {
            let b = Int::power(3, step as usize).add(&Int::from(step));
            let remainder = Int::from(step);
            let (quotient, rest) = a.mul(&b).add(&remainder).div_rem(&b);
            assert_eq!((quotient, rest), (a.clone(), remainder), "step {step}");
            a = a.mul(&Int::from(0xffff_fffb_u64)).shr(7);
        }
    }

    #[test]
    fn numbers_are_printed_as_they_are_read() {
        for text in ["0", "-1", "1000000000", "1267650600228229401496703205376", "-4294967296"] {
            assert_eq!(int(text).to_string(), text);
        }
        assert_eq!(Int::power(2, 100).to_string(), "1267650600228229401496703205376");
        assert_eq!(Int::from(i64::MIN).to_i64(), Some(i64::MIN));
        assert_eq!(Int::from(u64::MAX).to_i64(), None);
        assert_eq!(int("12").gcd(&int("-18")), int("6"));
    }
}
