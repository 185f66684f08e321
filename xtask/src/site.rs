//! `cargo xtask build`: the release page in `dist/`, with relative links, so that it works in any folder of any static
//! host.
//!
//! Beside the page itself ([`page`]) stand: the page as one file ([`single`]), the guide for authors and its example post (`site/`),
//! the script that they use (`static/pileup.js`), the social picture, and `oembed.json`. Last of all the page gets its
//! policy ([`policy`]).
//!
//! Three things need to know where the site will stand, and get it from `cargo xtask build <address>`: oEmbed and the links
//! between languages, which are not relative, and social pictures, for which some readers want no relative links either.
//! Without an address `oembed.json` is a template that nothing points to, and no page names its other language to machines.
//! `oembed.js` is for hosts that can run a function: it answers for each run, and reads the address from the question.

use std::fs;
use std::path::Path;

use crate::html;
use crate::policy::{self, Files};
use crate::project::{Project, Result};
use crate::{budget, page, shrink, single};

/// Stands in `oembed.json` and in the guide where the site's address belongs.
const SOME_ADDRESS: &str = "https://your.host/pileup/";
/// The social picture, in `static/`.
const PICTURE: &str = "pileup.png";
/// The script for authors, in `static/`; beside it its module and their types.
const SCRIPT: &str = "pileup.js";
/// The picture in a browser's tab; Trunk gives the page's own another name.
const ICON: &str = "icon.svg";

/// Builds the page and all that stands beside it, for a site at `address` if that is known, and weighs it.
pub(crate) fn build(project: &Project, address: Option<&str>) -> Result {
    let address = address.map(checked).transpose()?;
    let dist = page::build(project)?;
    let one_file = single::file(project, &dist)?;
    let one_file_bytes = one_file.len();
    fs::write(dist.join("pileup.html"), one_file)?;
    copy_site(&project.root, &dist, address.as_deref())?;
    let index = dist.join("index.html");
    let introduced = introduced(&fs::read_to_string(&index)?, address.as_deref());
    let introduced = introduced.replacen("<html ", "<html data-go=\"go/\" ", 1);
    fs::write(&index, policy::put_into(&introduced, Files::Own, &[])?)?;
    let index = page::build_go(project)?.join("index.html");
    fs::write(&index, policy::put_into(&fs::read_to_string(&index)?, Files::Own, &[])?)?;
    budget::check(&dist)?;
    budget::check_single(one_file_bytes)
}

/// The site's address with a `/` at its end.
fn checked(address: &str) -> Result<String> {
    let plain = address.starts_with("https://") || address.starts_with("http://");
    if !plain || address.contains(|c: char| c.is_whitespace() || "\"'<>&?#\\".contains(c)) {
        return Err(format!("`{address}` is no address of a site; it looks like {SOME_ADDRESS}.").into());
    }
    Ok(format!("{}/", address.trim_end_matches('/')))
}

/// The guide, the example post, the script and the pictures.
fn copy_site(root: &Path, dist: &Path, address: Option<&str>) -> Result {
    for entry in fs::read_dir(root.join("site"))? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default();
        let mut text = fs::read_to_string(&file)?.replace(SOME_ADDRESS, address.unwrap_or(SOME_ADDRESS));
        if file.extension().is_some_and(|extension| extension == "html") {
            text = policy::put_into(&in_languages(&text, address)?, Files::Own, &[])?;
        }
        fs::write(dist.join(name), text)?;
    }
    let script = fs::read_to_string(root.join("static").join(SCRIPT))?;
    fs::write(dist.join(SCRIPT), shrink::script(&script))?;
    for name in [PICTURE, ICON, "pileup.mjs", "pileup.d.ts", "pileup.d.mts"] {
        fs::copy(root.join("static").join(name), dist.join(name))?;
    }
    Ok(())
}

/// A page with whole addresses in the links that say in which languages it is written, which others read and no browser follows.
/// Without the site's address it says nothing of that.
fn in_languages(page: &str, address: Option<&str>) -> Result<String> {
    html::rewrite(page, |element| {
        let alternate = (element.name() == "link").then(|| element.attribute("hreflang")).flatten().is_some();
        let Some(name) = element.attribute("href").filter(|_| alternate) else { return Ok(None) };
        let whole = |address| element.tag.replace(&format!("href=\"{name}\""), &format!("href=\"{address}{name}\""));
        Ok(Some(address.map_or_else(String::new, whole)))
    })
}

/// The page with what others show of it when it is linked to.
fn introduced(index: &str, address: Option<&str>) -> String {
    let base = address.unwrap_or_default();
    let mut tags = format!(
        "<meta property=\"og:image\" content=\"{base}{PICTURE}\">\n\
         <meta name=\"twitter:card\" content=\"summary_large_image\">\n"
    );
    if let Some(address) = address {
        tags.push_str(&format!(
            "<meta property=\"og:url\" content=\"{address}\">\n\
             <link rel=\"alternate\" type=\"application/json+oembed\" href=\"{address}oembed.json\" title=\"Pileup\">\n\
             <link rel=\"alternate\" hreflang=\"x-default\" href=\"{address}\">\n"
        ));
        for language in ["en", "ko"] {
            let own = format!("<link rel=\"alternate\" hreflang=\"{language}\" href=\"{address}?lang={language}\">\n");
            tags.push_str(&own);
        }
    }
    index.replacen("</head>", &format!("{tags}</head>"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_ends_with_one_slash_and_is_one() {
        for address in ["https://a.example/pileup", "https://a.example/pileup/", "https://a.example/pileup//"] {
            assert_eq!(checked(address).unwrap(), "https://a.example/pileup/");
        }
        for address in ["", "a.example", "--release", "ftp://a.example/", "https://a.example/?x", "https://a\"b/"] {
            assert!(checked(address).is_err(), "{address}");
        }
    }

    #[test]
    fn only_a_site_whose_address_is_known_points_to_its_oembed() {
        let page = introduced("<head></head>", None);
        assert!(page.contains("content=\"pileup.png\"") && !page.contains("oembed"), "{page}");
        let page = introduced("<head></head>", Some("https://a.example/"));
        assert!(page.contains("content=\"https://a.example/pileup.png\""), "{page}");
        assert!(page.contains("href=\"https://a.example/oembed.json\""), "{page}");
    }

    #[test]
    fn the_workflow_publishes_what_the_readme_builds_by_actions_that_nobody_can_move() {
        let workflow = include_str!("../../.github/workflows/pages.yml");
        let mut actions = 0;
        for action in workflow.lines().filter_map(|line| line.split_once("uses: ")).map(|(_, action)| action) {
            let (_, pin) = action.split_once('@').unwrap_or_default();
            let (commit, version) = pin.split_once(" # v").unwrap_or_default();
            assert!(commit.len() == 40 && commit.bytes().all(|digit| digit.is_ascii_hexdigit()), "{action}");
            assert!(!version.is_empty(), "{action}");
            actions += 1;
        }
        assert_eq!(actions, 4);
        let commands: Vec<&str> =
            workflow.lines().filter_map(|line| line.split_once("- run: ")).map(|(_, it)| it).collect();
        assert_eq!(commands, ["cargo xtask build \"$ADDRESS\""]);
        assert!(include_str!("../../README.md").contains("cargo xtask build https://"));
        assert!(workflow.contains(&format!("path: {}\n", page::PUBLISHED)), "{workflow}");
    }

    #[test]
    fn languages_are_named_by_whole_addresses_or_not_at_all() {
        let page = "<head><link rel=\"alternate\" hreflang=\"ko\" href=\"embed.ko.html\">\
                    <link rel=\"icon\" href=\"icon.svg\"></head><a href=\"embed.ko.html\" hreflang=\"ko\">x</a>";
        let known = in_languages(page, Some("https://a.example/")).unwrap();
        let whole = page.replacen("embed.ko.html", "https://a.example/embed.ko.html", 1);
        assert_eq!(known, whole);
        let unknown = in_languages(page, None).unwrap();
        assert!(!unknown.contains("alternate") && unknown.contains("<a href=\"embed.ko.html\""), "{unknown}");
        let page = introduced("<head></head>", Some("https://a.example/"));
        for link in [
            "hreflang=\"en\" href=\"https://a.example/?lang=en\"",
            "hreflang=\"x-default\" href=\"https://a.example/\"",
        ] {
            assert!(page.contains(link), "{link}: {page}");
        }
    }
}
