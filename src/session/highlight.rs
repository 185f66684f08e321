//! Just enough of two languages to colour a listing, as HTML: keywords, comments, strings and numbers.

use crate::lessons::listing::CodeLanguage;

const GO: &str = " break case chan const default defer else for func go if import interface map package range return \
                  select struct switch type var nil true false bool string int error ";
const RUST: &str = " as async await break const else enum fn for if impl in let loop match mod move mut pub return self \
                    static struct trait true false type use where while select ";

/// A line as HTML, with `<b class=k>` around keywords, `s` around strings and numbers, `c` around comments.
pub fn line(text: &str, language: CodeLanguage) -> String {
    let keywords = if language == CodeLanguage::Go { GO } else { RUST };
    let mut html = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (class, length) = token(rest, first, keywords);
        let (word, after) = rest.split_at(length);
        if class.is_empty() {
            escape(word, &mut html);
        } else {
            html.push_str("<span class=");
            html.push_str(class);
            html.push('>');
            escape(word, &mut html);
            html.push_str("</span>");
        }
        rest = after;
    }
    html
}

/// The class of the token at the start of `rest`, and its length in bytes.
fn token(rest: &str, first: char, keywords: &str) -> (&'static str, usize) {
    if rest.starts_with("//") {
        return ("c", rest.len());
    }
    if first == '"' {
        return ("s", rest[1..].find('"').map_or(rest.len(), |end| end + 2));
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let length = rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len());
    if length == 0 {
        return ("", first.len_utf8());
    }
    let word = &rest[..length];
    if first.is_ascii_digit() {
        return ("s", length);
    }
    let is_keyword = keywords.split(' ').any(|keyword| keyword == word);
    (if is_keyword { "k" } else { "" }, length)
}

fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '<' => html.push_str("&lt;"),
            '&' => html.push_str("&amp;"),
            other => html.push(other),
        }
    }
}
