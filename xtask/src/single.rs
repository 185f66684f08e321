//! `cargo xtask single`: the whole page as one file, `dist-single/pileup.html`. It opens from a disk, offline, and in
//! frames with `sandbox="allow-scripts"`, where the page of several files stays blank: a module script needs an origin.
//! `cargo xtask build` puts the same file into `dist/`.
//!
//! The program is the one of the release page, from the same build. Its wasm and wasm-bindgen's script travel together,
//! packed as text in a data block ([`pack`]); a small classic script unpacks them, adds the script to the page and starts
//! it. Styles and pictures are packed as well, and unpacked where they are shown. Words and the failures' sentences stand
//! in the file as they are, so that it is a page before the program runs, and if it never does.

use std::fs;
use std::path::{Path, PathBuf};

use xshell::cmd;

use crate::html::{self, Element};
use crate::policy::{self, Added, Files};
use crate::project::{Project, Result, say};
use crate::{budget, pack, shrink, site, small_std};

/// The `id` of the data block with the program.
const PROGRAM: &str = "program";

/// After [`pack::UNPACK`], which the scripts below it share: puts the styles in the place of the data block before it.
const STYLE: &str = "{
const block = document.currentScript.previousElementSibling;
const style = document.createElement('style');
style.textContent = new TextDecoder().decode(unpack(block.textContent));
block.replaceWith(style);
}";

/// Gives the picture before the data block its contents.
const PICTURE: &str = "{
const block = document.currentScript.previousElementSibling;
const picture = new TextDecoder().decode(unpack(block.textContent));
block.previousElementSibling.src = 'data:image/svg+xml,' + encodeURIComponent(picture);
block.remove();
}";

/// Unpacks the program and starts it. Failures are rejections, which `static/failure.js` puts into
/// words. The script is preceded by its length, four bytes, the lowest first.
const START: &str = "(async () => {
const block = document.getElementById('program');
const bytes = unpack(block.textContent);
block.remove();
const length = new DataView(bytes.buffer).getUint32(0, true);
const script = document.createElement('script');
script.textContent = new TextDecoder().decode(bytes.subarray(4, 4 + length)) + '\\nwindow.startPileup = wasm_bindgen;';
document.head.append(script);
await window.startPileup({ module_or_path: bytes.subarray(4 + length) });
})();";

/// What [`START`] adds to the script.
const HANDED_OVER: &str = "\nwindow.startPileup = wasm_bindgen;";

/// wasm-bindgen's output for classic scripts.
struct Program {
    script: String,
    wasm: Vec<u8>,
}

/// Builds the page and writes it as one file.
pub(crate) fn single(project: &Project) -> Result {
    let dist = site::page(project)?;
    let page = file(project, &dist)?;
    let folder = project.root.join("dist-single");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("pileup.html"), &page)?;
    println!("dist-single/pileup.html");
    budget::check_single(page.len())
}

/// The page in `dist` as one file.
pub(crate) fn file(project: &Project, dist: &Path) -> Result<String> {
    say("the page as one file");
    let program = program(project)?;
    let index = fs::read_to_string(dist.join("index.html"))?;
    assemble(&index, &program, |name| Ok(fs::read(dist.join(name))?))
}

/// The release program, which Trunk has just built, made for a classic script.
fn program(project: &Project) -> Result<Program> {
    let sh = &project.sh;
    let target = sh.var_os("CARGO_TARGET_DIR").map_or_else(|| project.root.join("target"), PathBuf::from);
    cmd!(sh, "cargo build --quiet --release --locked --package pileup --bin pileup --target wasm32-unknown-unknown")
        .quiet()
        .envs(small_std::environment(project)?.iter().copied())
        .run()?;
    let built = target.join("wasm32-unknown-unknown").join("release").join("pileup.wasm");
    let folder = target.join("single");
    cmd!(sh, "wasm-bindgen --target no-modules --no-typescript --out-dir {folder} --out-name pileup {built}")
        .quiet()
        .run()?;
    let script = fs::read_to_string(folder.join("pileup.js"))?;
    let (script, wasm) = shrink::program(&script, &fs::read(folder.join("pileup_bg.wasm"))?)?;
    Ok(Program { script, wasm })
}

/// One file from the built `index.html`, the program, and what `read` says is in each other file.
fn assemble(index: &str, program: &Program, read: impl Fn(&str) -> Result<Vec<u8>>) -> Result<String> {
    let text = |name: &str| -> Result<String> { Ok(String::from_utf8(read(name)?)?) };
    let mut styles = Vec::new();
    let page = html::rewrite(index, |element| inlined(element, &text, &mut styles))?;
    let length = u32::try_from(program.script.len())?;
    let contents = [&length.to_le_bytes()[..], program.script.as_bytes(), &program.wasm].concat();
    let block = packed(&format!(" id=\"{PROGRAM}\""), &contents)?;
    let page = page.replace("</body>", &format!("{block}\n<script>{START}</script>\n</body>"));
    let [style] = styles.as_slice() else {
        return Err("the single file unpacks exactly one style sheet; teach xtask/src/single.rs more.".into());
    };
    let script = format!("{}{HANDED_OVER}", program.script);
    let page = policy::put_into(&page, Files::None, Added { scripts: &[&script], styles: &[style] })?;
    complete(page)
}

fn packed(attribute: &str, contents: &[u8]) -> Result<String> {
    Ok(format!("<script type=\"application/octet-stream\"{attribute}>{}</script>", pack::pack(contents)?))
}

/// What stands in one file in place of an element that names another. `styles` are those that are packed.
fn inlined(
    element: &Element<'_>,
    text: &impl Fn(&str) -> Result<String>,
    styles: &mut Vec<String>,
) -> Result<Option<String>> {
    let local = |name| element.attribute(name).filter(|address| !address.contains(':'));
    let inside = |text: String| text.replace("</script", "<\\/script").replace("<!--", "<\\!--");
    let replacement = match element.name() {
        "html" => Some(element.tag.replacen("<html", "<html data-single", 1)),
        "script" if element.attribute("type") == Some("module") => Some(String::new()),
        "script" => match local("src") {
            Some(name) => Some(format!("<script>{}</script>", inside(text(name)?))),
            None => None,
        },
        "img" => match local("src") {
            Some(name) => {
                let tag = element.tag.replace(&format!(" src=\"{name}\""), "");
                let block = packed("", vector(name, &text(name)?)?.as_bytes())?;
                Some(format!("{tag}{block}<script>{PICTURE}</script>"))
            }
            None => None,
        },
        "link" => match (element.attribute("rel").unwrap_or_default(), local("href")) {
            ("modulepreload" | "preload", _) => Some(String::new()),
            ("stylesheet", Some(name)) => {
                styles.push(text(name)?);
                let block = packed("", text(name)?.as_bytes())?;
                Some(format!("{block}<script>{}{STYLE}</script>", shrink::lean(pack::UNPACK)))
            }
            ("icon", Some(name)) => Some(element.tag.replace(name, &picture(name, &text(name)?)?)),
            _ => None,
        },
        _ => None,
    };
    Ok(replacement)
}

/// An SVG as an address, with as few escapes as an attribute in double quotes needs.
fn picture(name: &str, svg: &str) -> Result<String> {
    let svg = vector(name, svg)?.replace('%', "%25").replace('"', "'").replace('#', "%23");
    Ok(format!("data:image/svg+xml,{svg}"))
}

/// An SVG in one line.
fn vector(name: &str, svg: &str) -> Result<String> {
    if !name.ends_with(".svg") {
        return Err(format!("{name} would stand in the single file, and that only knows how to hold SVG.").into());
    }
    Ok(svg.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A single file names no other.
fn complete(page: String) -> Result<String> {
    let mut named = Vec::new();
    html::each(&page, |element| {
        let loaded = !matches!(element.name(), "a" | "meta");
        for address in ["src", "href"].into_iter().filter_map(|name| element.attribute(name)) {
            if loaded && !address.starts_with("data:") {
                named.push(address.to_owned());
            }
        }
    })?;
    match named.first() {
        None => Ok(page),
        Some(_) => {
            Err(format!("the single file would still load {}; teach xtask/src/single.rs.", named.join(", ")).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = "<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
        <link rel=\"icon\" href=\"./icon-1.svg\"/><link rel=\"stylesheet\" href=\"./pileup-1.css\"/>\n\
        <script src=\"./failure-1.js\"></script><script type=\"module\">import init from './pileup-1.js'</script>\n\
        <link rel=\"modulepreload\" href=\"./pileup-1.js\"><link rel=\"preload\" href=\"./p.wasm\" as=\"fetch\"></head>\n\
        <body><img class=\"card\" src=\"still.svg\" alt=\"A picture\"><a href=\"embed.html\">Guide</a></body></html>";

    fn read(name: &str) -> Result<Vec<u8>> {
        let text = match name {
            "./icon-1.svg" | "still.svg" => "<svg fill=\"#fff\">\n  <g/>\n</svg>",
            "./pileup-1.css" => "p { color: red }",
            "./failure-1.js" => "says = '</script>'",
            _ => return Err(format!("nobody asks for {name}").into()),
        };
        Ok(text.as_bytes().to_vec())
    }

    fn program() -> Program {
        Program { script: "let wasm_bindgen = '</script>';".into(), wasm: b"\0asm".to_vec() }
    }

    #[test]
    fn one_file_names_no_other_and_keeps_the_page_s_own_html() {
        let page = assemble(INDEX, &program(), read).unwrap();
        assert!(page.starts_with("<html data-single lang=\"en\">"), "{page}");
        for kept in ["<a href=\"embed.html\">", "alt=\"A picture\"", "<\\/script>"] {
            assert!(page.contains(kept), "{kept} is not in {page}");
        }
        for gone in ["./", "type=\"module\"", "preload", "still.svg"] {
            assert!(!page.contains(gone), "{gone} is in {page}");
        }
        assert!(page.contains("href=\"data:image/svg+xml,<svg fill='%23fff'> <g/> </svg>\""), "{page}");
    }

    #[test]
    fn a_script_ends_where_it_should() {
        let page = assemble(INDEX, &program(), read).unwrap();
        let mut scripts = 0;
        html::each(&page, |element| scripts += usize::from(element.name() == "script")).unwrap();
        // Styles, picture and program, what unpacks each of them, and the failures' sentences.
        assert_eq!(scripts, 7);
        assert_eq!(page.matches("</script>").count(), 7);
    }

    #[test]
    fn what_the_start_adds_is_what_the_policy_allows() {
        assert!(START.contains(&HANDED_OVER.replace('\n', "\\n")));
        assert!(START.contains(&format!("getElementById('{PROGRAM}')")));
    }

    #[test]
    fn a_file_that_cannot_stand_inside_is_named() {
        let index = INDEX.replace("still.svg", "still.png");
        assert!(assemble(&index, &program(), |name| read(&name.replace(".png", ".svg"))).is_err());
        let index = INDEX.replace("</head>", "<link rel=\"manifest\" href=\"./m.json\"></head>");
        let error = assemble(&index, &program(), read).unwrap_err().to_string();
        assert!(error.contains("./m.json"), "{error}");
    }
}
