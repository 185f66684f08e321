//! Bytes as text that stands in a script element and unpacks itself: LZMA, because it makes of the program a sixth less
//! than gzip, in digits of base 91, two for 13 bits, because they make of it an eighth less than base64.
//!
//! The digits are the characters from `#` to `~` without `<`, so nothing in them can end the element or begin another.
//! [`UNPACK`] is the other direction, in JavaScript.

use std::io::Write;

use lzma_rust2::{EncodeMode, LzmaOptions, LzmaWriter, MfType};

use crate::project::Result;

/// Defines `unpack`, from the text to the bytes.
pub(crate) const UNPACK: &str = include_str!("unpack.js");

const BASE: u32 = 91;
const BITS: u32 = 13;

/// The bytes as text.
pub(crate) fn pack(bytes: &[u8]) -> Result<String> {
    let mut packed = u32::try_from(bytes.len())?.to_le_bytes().to_vec();
    // What `UNPACK` is written for. Wasm has no alignment that the two position contexts could use.
    let (literal_context_bits, literal_position_bits, position_bits) = (4, 0, 0);
    let options = LzmaOptions::new(
        1 << 20,
        literal_context_bits,
        literal_position_bits,
        position_bits,
        EncodeMode::Normal,
        LzmaOptions::NICE_LEN_MAX,
        MfType::Bt4,
        1000,
    );
    let mut writer = LzmaWriter::new_no_header(&mut packed, &options, false)?;
    writer.write_all(bytes)?;
    writer.finish()?;
    Ok(text(&packed))
}

fn text(bytes: &[u8]) -> String {
    let mut written = String::new();
    let (mut held, mut bits) = (0u32, 0);
    let mut put = |pair: u32| written.extend([digit(pair % BASE), digit(pair / BASE)]);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        if bits >= BITS {
            bits -= BITS;
            put(held >> bits);
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        put(held << (BITS - bits));
    }
    written
}

/// `#` and what follows, without `<`.
fn digit(value: u32) -> char {
    let code = b'#' + value as u8;
    char::from(if code < b'<' { code } else { code + 1 })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use lzma_rust2::LzmaReader;

    use super::*;

    /// What [`UNPACK`] does first.
    fn bytes(text: &str) -> Vec<u8> {
        let value = |digit: u8| u32::from(if digit > b'<' { digit - 1 } else { digit } - b'#');
        let (mut held, mut bits, mut read) = (0u32, 0, Vec::new());
        for pair in text.as_bytes().chunks(2) {
            held = held << BITS | (value(pair[0]) + BASE * value(pair[1]));
            bits += BITS;
            while bits >= 8 {
                bits -= 8;
                read.push((held >> bits) as u8);
            }
            held &= (1 << bits) - 1;
        }
        read
    }

    #[test]
    fn digits_are_91_and_none_of_them_begins_a_tag() {
        let digits: String = (0..BASE).map(digit).collect();
        assert!(digits.starts_with('#') && digits.ends_with('~') && !digits.contains('<'), "{digits}");
        assert!(digits.is_ascii() && BASE * BASE >= 1 << BITS);
    }

    #[test]
    fn every_number_of_bytes_comes_back() {
        for length in 0..40u8 {
            let all: Vec<u8> = (0..length).map(|n| n.wrapping_mul(151).wrapping_add(length)).collect();
            assert_eq!(bytes(&text(&all))[..all.len()], all);
        }
    }

    #[test]
    fn what_was_packed_is_what_an_lzma_reader_reads() {
        let original = b"The same words again, the same words again.\0\xff".repeat(40);
        let packed = bytes(&pack(&original).unwrap());
        assert_eq!(packed[..4], (original.len() as u32).to_le_bytes());
        let mut read = Vec::new();
        let mut reader = LzmaReader::new(&packed[4..], original.len() as u64, 4, 0, 0, 1 << 20, None).unwrap();
        reader.read_to_end(&mut read).unwrap();
        assert_eq!(read, original);
    }
}
