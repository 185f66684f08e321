//! The page's content security policy, as a `<meta>`: nothing from elsewhere, and of inline scripts exactly those that
//! are in the page, by their hashes. So it is made last, when every script is as it will stay.
//!
//! Deliberately absent: `'unsafe-inline'` for scripts, style elements and `style` attributes (the page sets styles as a
//! property), `'unsafe-eval'`, and what only a header can say (`frame-ancestors`: anybody may embed the page).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::html;
use crate::project::Result;

/// What the policy allows besides inline scripts.
#[derive(Clone, Copy)]
pub(crate) enum Files {
    /// The page's own host: a page of several files.
    Own,
    /// Nothing: a page that is one file.
    None,
}

/// The page with its policy as the first thing after its character set. It allows besides the scripts `added`, which the
/// page adds to itself while it runs.
pub(crate) fn put_into(page: &str, files: Files, added: &[&str]) -> Result<String> {
    let mut hashes: Vec<String> = added.iter().map(|script| hash(script)).collect();
    let mut styles = Vec::new();
    html::each(page, |element| {
        if element.is_inline_script() {
            hashes.push(hash(element.text));
        }
        if element.name() == "style" {
            styles.push(hash(element.text));
        }
    })?;
    let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">", policy(files, &hashes, &styles));
    let mut put = false;
    let page = html::rewrite(page, |element| {
        let here = !put && element.name() == "meta" && element.attribute("charset").is_some();
        put |= here;
        Ok(here.then(|| format!("{}\n{meta}", element.tag)))
    })?;
    if put { Ok(page) } else { Err("index.html has no <meta charset>, after which its policy would stand.".into()) }
}

fn policy(files: Files, scripts: &[String], styles: &[String]) -> String {
    let own = match files {
        Files::Own => "'self' ",
        Files::None => "",
    };
    let mut policy = format!("default-src 'none'; script-src {own}'wasm-unsafe-eval' {}", scripts.join(" "));
    policy.push_str(&format!("; style-src {own}{}; img-src {own}data: blob:", styles.join(" ")));
    if let Files::Own = files {
        // The program's wasm is fetched; the preview of an embedding is a frame of the page itself.
        policy.push_str("; connect-src 'self'; frame-src 'self'");
    }
    policy.push_str("; base-uri 'none'; form-action 'none'");
    policy.replace(" ;", ";")
}

fn hash(script: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html><head><meta charset=\"utf-8\"><title>x</title><script src=\"a.js\"></script>\
        <script>alert('Hello, world.');</script><script type=\"application/octet-stream\">AAAA</script></head></html>";

    #[test]
    fn inline_scripts_are_named_by_their_hash_and_nothing_else_is() {
        let page = put_into(PAGE, Files::Own, &[]).unwrap();
        let expected = "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
            script-src 'self' 'wasm-unsafe-eval' 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='; style-src 'self'; \
            img-src 'self' data: blob:; connect-src 'self'; frame-src 'self'; base-uri 'none'; \
            form-action 'none'\"><title>";
        assert!(page.contains(expected), "{page}");
    }

    #[test]
    fn one_file_may_ask_nobody_for_anything() {
        let page = PAGE.replace("<title>", "<style>p { color: red }</style><title>");
        let page = put_into(&page, Files::None, &["added"]).unwrap();
        assert!(!page.contains("'self'") && !page.contains("connect-src") && !page.contains("'unsafe-eval'"), "{page}");
        assert_eq!(page.matches("sha256-").count(), 3, "{page}");
    }

    #[test]
    fn a_page_without_a_place_for_it_is_refused() {
        assert!(put_into("<html><head></head></html>", Files::Own, &[]).is_err());
    }
}
