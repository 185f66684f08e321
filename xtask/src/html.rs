//! As much HTML as the built page needs: its elements one after the other, each kept or replaced.
//!
//! It reads what Trunk and this project write: quoted attributes, lower-case names. It is no parser of other people's pages.

use crate::project::Result;

/// A start tag, with what a script or style holds.
pub(crate) struct Element<'h> {
    /// From `<` to `>`.
    pub(crate) tag: &'h str,
    /// Between the tags of a `script` or `style`; empty for every other element.
    pub(crate) text: &'h str,
}

impl<'h> Element<'h> {
    pub(crate) fn name(&self) -> &'h str {
        let end = self.tag[1..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.tag.len() - 1);
        &self.tag[1..=end]
    }

    /// The value of an attribute in quotes.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'h str> {
        let mut rest = &self.tag[1..];
        while let Some(at) = rest.find('"') {
            let (before, after) = (&rest[..at], &rest[at + 1..]);
            let (value, next) = after.split_once('"')?;
            let its_name = before.trim_end_matches('=').rsplit([' ', '\n', '\t']).next();
            if its_name == Some(name) {
                return Some(value);
            }
            rest = next;
        }
        None
    }

    /// Whether this is a script that a browser runs, and that stands in the page itself.
    pub(crate) fn is_inline_script(&self) -> bool {
        let runs = matches!(self.attribute("type"), None | Some("module" | "text/javascript"));
        self.name() == "script" && runs && self.attribute("src").is_none()
    }
}

/// The page with each element as `edit` wants it: `None` keeps it.
pub(crate) fn rewrite(html: &str, mut edit: impl FnMut(&Element<'_>) -> Result<Option<String>>) -> Result<String> {
    let mut written = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = next_tag(rest) {
        written.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = tag_length(rest).ok_or("the built index.html ends inside a tag.")?;
        let mut element = Element { tag: &rest[..end], text: "" };
        let mut length = end;
        if let "script" | "style" = element.name() {
            let closing = format!("</{}>", element.name());
            let text =
                rest[end..].find(&closing).ok_or("the built index.html has a script or style without an end.")?;
            element.text = &rest[end..end + text];
            length = end + text + closing.len();
        }
        match edit(&element)? {
            Some(replacement) => written.push_str(&replacement),
            None => written.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    written.push_str(rest);
    Ok(written)
}

/// Every element of the page.
pub(crate) fn each(html: &str, mut look: impl FnMut(&Element<'_>)) -> Result {
    rewrite(html, |element| {
        look(element);
        Ok(None)
    })?;
    Ok(())
}

fn next_tag(html: &str) -> Option<usize> {
    html.match_indices('<').map(|(at, _)| at).find(|at| html[at + 1..].starts_with(|c: char| c.is_ascii_lowercase()))
}

fn tag_length(html: &str) -> Option<usize> {
    let mut quoted = false;
    for (at, c) in html.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
        <link rel=\"icon\" href=\"./a.svg\"/><script type=\"module\">if (1 < 2) { '<b>' }</script></head>\n\
        <body><p title=\"a > b\">x &lt; y < z</p></body></html>";

    #[test]
    fn a_page_that_is_not_edited_is_the_same() {
        assert_eq!(rewrite(PAGE, |_| Ok(None)).unwrap(), PAGE);
    }

    #[test]
    fn elements_have_names_attributes_and_a_script_its_text() {
        let mut seen = Vec::new();
        each(PAGE, |element| {
            let href = element.attribute("href").unwrap_or_default().to_owned();
            seen.push((element.name().to_owned(), href, element.is_inline_script()));
        })
        .unwrap();
        let names: Vec<_> = seen.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["html", "head", "meta", "link", "script", "body", "p"]);
        assert_eq!(seen[3].1, "./a.svg");
        assert!(seen[4].2 && !seen[3].2);
    }

    #[test]
    fn an_element_is_replaced_whole() {
        let without = |element: &Element<'_>| Ok((element.name() == "script").then(String::new));
        let page = rewrite(PAGE, without).unwrap();
        assert!(page.contains("<link rel=\"icon\" href=\"./a.svg\"/></head>"), "{page}");
    }

    #[test]
    fn data_and_a_script_with_an_address_are_no_inline_scripts() {
        for tag in ["<script src=\"./a.js\">", "<script type=\"application/octet-stream\">", "<style>"] {
            assert!(!Element { tag, text: "" }.is_inline_script(), "{tag}");
        }
        assert!(Element { tag: "<script>", text: "" }.is_inline_script());
    }
}
