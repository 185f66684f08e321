//! Fractions ↔ the machine's floating-point numbers, rounded to the nearest (ties to even).

use super::int::Int;
use super::ratio::Ratio;

/// The nearest number of 64 bits; `None` when it would be infinite.
pub fn to_f64(ratio: &Ratio) -> Option<f64> {
    let bits = to_bits(ratio, Format { fraction_bits: 52, exponent_bits: 11 })?;
    Some(f64::from_bits(bits))
}

/// The nearest number of 32 bits; `None` when it would be infinite.
pub fn to_f32(ratio: &Ratio) -> Option<f32> {
    let bits = to_bits(ratio, Format { fraction_bits: 23, exponent_bits: 8 })?;
    Some(f32::from_bits(bits as u32))
}

/// The fraction that a finite number is.
pub fn ratio_of_f64(value: f64) -> Option<Ratio> {
    let bits = value.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i64;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (mantissa, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    let signed = Int::from(if value.is_sign_negative() { -mantissa } else { mantissa });
    match usize::try_from(exponent) {
        Ok(up) => Ratio::new(signed.shl(up), Int::from(1_i64)),
        Err(_) => Ratio::new(signed, Int::from(1_i64).shl(exponent.unsigned_abs() as usize)),
    }
}

/// How a number is laid out (IEEE 754).
#[derive(Clone, Copy)]
struct Format {
    fraction_bits: usize,
    exponent_bits: usize,
}

fn to_bits(ratio: &Ratio, format: Format) -> Option<u64> {
    let bias = (1_i64 << (format.exponent_bits - 1)) - 1;
    let smallest = 1 - bias - format.fraction_bits as i64;
    if ratio.is_zero() {
        return Some(0);
    }
    let precision = format.fraction_bits + 1;
    let (mut mantissa, mut exponent) = ratio.mantissa(precision);
    if exponent < smallest {
        // Too small for all bits: rounded once more from the start, to the bits that there are.
        let kept = precision as i64 - (smallest - exponent);
        (mantissa, exponent) = match usize::try_from(kept) {
            Ok(kept) if kept > 0 => ratio.mantissa(kept),
            _ => tiny(ratio, smallest),
        };
    }
    let mut magnitude = mantissa.abs().to_u64()?;
    // Rounding may have carried into one bit more.
    if magnitude >> precision > 0 {
        magnitude >>= 1;
        exponent += 1;
    }
    while exponent > smallest && magnitude >> (precision - 1) == 0 {
        magnitude <<= 1;
        exponent -= 1;
    }
    let is_normal = magnitude >> (precision - 1) == 1;
    let biased = if is_normal { exponent + format.fraction_bits as i64 + bias } else { 0 };
    if biased >= (1 << format.exponent_bits) - 1 {
        return None;
    }
    let fraction = magnitude & ((1 << format.fraction_bits) - 1);
    let sign = u64::from(ratio.is_negative()) << (format.fraction_bits + format.exponent_bits);
    Some(sign | (biased as u64) << format.fraction_bits | fraction)
}

/// What is below the smallest number is 0, or that number when it is above its half.
fn tiny(ratio: &Ratio, smallest: i64) -> (Int, i64) {
    let half = Ratio::new(Int::from(1_i64), Int::from(1_i64).shl((1 - smallest).unsigned_abs() as usize));
    let magnitude = if ratio.is_negative() { ratio.neg() } else { ratio.clone() };
    let rounds_up = half.is_some_and(|half| magnitude > half);
    (Int::from(i64::from(rounds_up)), smallest)
}

#[cfg(test)]
mod tests {
    use super::super::text::parse_float;
    use super::*;

    /// The decimal text of a number is read as the machine reads it, around every edge.
    #[test]
    fn numbers_are_rounded_as_the_machine_does() {
        for text in [
            "0.1",
            "1",
            "1e22",
            "1e23",
            "3.141592653589793238462643383279502884197",
            "1.7976931348623157e308",
            "4.9406564584124654e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.2250738585072014e-308",
            "2.225073858507201e-308",
            "1.1754943508222875e-38",
            "1.401298464324817e-45",
            "7.006492321624085e-46",
            "9007199254740993",
            "9007199254740995",
            "16777217",
            "16777219",
            "0.3333333333333333333",
            "1e-400",
        ] {
            let ratio = parse_float(text).expect("a number");
            assert_eq!(to_f64(&ratio), Some(text.parse().expect("a number")), "{text}");
            let single: f32 = text.parse().expect("a number");
            assert_eq!(to_f32(&ratio), single.is_finite().then_some(single), "{text}");
            let back = ratio_of_f64(text.parse().expect("a number")).expect("finite");
            assert_eq!(to_f64(&back), to_f64(&ratio), "{text}");
        }
        assert_eq!(to_f64(&parse_float("1.8e308").expect("a number")), None);
        assert_eq!(to_f32(&parse_float("3.5e38").expect("a number")), None);
    }
}
