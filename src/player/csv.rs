//! The curves as CSV (RFC 4180), for a spreadsheet or a notebook.
//!
//! ```text
//! time_ms,working,stopping,leaked,finished,seed,link
//! 0,6,0,0,0,1,"https://example.org/?v=1&preset=the-leak&seed=1"
//! 50,6,0,0,0,,
//! ```
//!
//! What decided the run stands in two columns of its own, in the first row of data. Lines with `#` before the header would
//! be rows to every spreadsheet, which would then miss the header. Like this a file opens without any setting, the other
//! columns hold whole numbers, and a chart needs only the first five columns.

use crate::player::curve::{Sample, up_to};

const HEADER: &str = "time_ms,working,stopping,leaked,finished,seed,link\r\n";

/// The samples before `now`, and `now` itself, which need not lie on their grid; `link` leads back to the run.
pub fn write(samples: &[Sample], now: &Sample, seed: u32, link: &str) -> String {
    let mut csv = String::from(HEADER);
    for (number, sample) in up_to(samples, *now).iter().enumerate() {
        let counts = [sample.working, sample.stopping, sample.leaked, sample.finished];
        csv.push_str(&(sample.at_us / 1_000).to_string());
        for count in counts {
            csv.push(',');
            csv.push_str(&count.to_string());
        }
        csv.push(',');
        if number == 0 {
            csv.push_str(&seed.to_string());
        }
        csv.push(',');
        if number == 0 {
            push_quoted(&mut csv, link);
        }
        csv.push_str("\r\n");
    }
    csv
}

/// Appends a text as a field in quotes, since links with inputs hold commas.
fn push_quoted(csv: &mut String, text: &str) {
    csv.push('"');
    for letter in text.chars() {
        if letter == '"' {
            csv.push('"');
        }
        csv.push(letter);
    }
    csv.push('"');
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn sample(at_us: u64, working: u32, leaked: u32) -> Sample {
        Sample { at_us, working, stopping: 2, leaked, finished: 7, told: 0 }
    }

    #[test]
    fn a_row_for_each_sample_and_one_for_now() {
        let samples = [sample(0, 6, 0), sample(50_000, 4, 1), sample(100_000, 9, 9)];
        let text = write(&samples, &sample(62_400, 3, 2), 7, "https://example.org/?v=1&in=10:listen:on,20:listen:off");
        expect![[r#"
            time_ms,working,stopping,leaked,finished,seed,link
            0,6,2,0,7,7,"https://example.org/?v=1&in=10:listen:on,20:listen:off"
            50,4,2,1,7,,
            62,3,2,2,7,,
        "#]]
        .assert_eq(&text.replace("\r\n", "\n"));
        assert!(text.lines().count() == 4 && text.split_inclusive('\n').all(|line| line.ends_with("\r\n")));
    }

    #[test]
    fn the_start_is_a_row_too() {
        let text = write(&[sample(0, 0, 0)], &sample(0, 6, 0), 1, "?v=1");
        expect![[r#"
            time_ms,working,stopping,leaked,finished,seed,link
            0,6,2,0,7,1,"?v=1"
        "#]]
        .assert_eq(&text.replace("\r\n", "\n"));
    }

    #[test]
    fn a_field_comes_back_as_it_was() {
        for text in ["", "?v=1", "a,b", "\"", "say \"no\", twice", "two\r\nlines", "점 하나,둘"] {
            let mut field = String::new();
            push_quoted(&mut field, text);
            let inside = field.strip_prefix('"').and_then(|field| field.strip_suffix('"')).expect("it is quoted");
            let back = inside.replace("\"\"", "\"");
            assert_eq!(back, text);
            assert_eq!(field.matches('"').count() % 2, 0);
        }
    }
}
