//! `cargo xtask single`: the whole page as one file, `dist-single/pileup.html`. It opens from a disk, offline, and in
//! frames with `sandbox="allow-scripts"`, where the page of several files stays blank: a module script needs an origin.
//! `cargo xtask build` puts the same file into `dist/`.
//!
//! The program is the one of the release page, from the same build. Its wasm, wasm-bindgen's script and the words of each language travel as gzip
//! (zopfli's, which is a twentieth smaller) in base 85, each in a data block; a small classic script has the browser unpack them (`DecompressionStream`), adds the
//! script to the page and starts it. Everything else stands in the file as it is, so that it is a page with its styles
//! and its picture before the program runs, and if it never does.

use std::fs;
use std::path::{Path, PathBuf};

use xshell::cmd;

use crate::html::{self, Element};
use crate::policy::{self, Files};
use crate::project::{Project, Result, say};
use crate::{budget, page, shrink, small_std};

/// The `id` of the data block with wasm-bindgen's script.
const SCRIPT: &str = "script";
/// The `id` of the data block with the program.
const WASM: &str = "wasm";

/// The languages whose words the file holds.
const LANGUAGES: [&str; 2] = ["ko", "en"];

/// Says that the file has come to its end, unpacks the program and starts it. Failures are rejections, which `static/failure.js` puts into words. No address is
/// fetched, not even one of data: the page's policy lets it ask nobody.
const START: &str = "document.documentElement.dataset.whole = '';
(async () => {
const unpacked = id => {
const block = document.getElementById(id);
const digits = block.textContent;
const words = new DataView(new ArrayBuffer(digits.length / 5 * 4));
for (let at = 0, word = 0; at < digits.length; word *= +(at % 5 > 0)) {
const code = digits.charCodeAt(at++);
word = word * 85 + code - (code > 60 ? 34 : 33);
if (at % 5 < 1) words.setUint32(at / 5 * 4 - 4, word);
}
block.remove();
return new Response(new Blob([words.buffer.slice(0, block.dataset.length)]).stream().pipeThrough(new DecompressionStream('gzip')));
};
window.wordsOf = lang => unpacked('words.' + lang).text();
const script = document.createElement('script');
script.textContent = await unpacked('script').text() + '\\nwindow.startPileup = wasm_bindgen;';
document.head.append(script);
await window.startPileup({ module_or_path: await unpacked('wasm').arrayBuffer() });
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
    let dist = page::build(project)?;
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
    assemble(&index, &program, |name| Ok(fs::read_to_string(dist.join(name))?))
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
    let script = shrink::lean(&fs::read_to_string(folder.join("pileup.js"))?);
    let (script, wasm) = shrink::program(&script, &fs::read(folder.join("pileup_bg.wasm"))?)?;
    Ok(Program { script, wasm })
}

/// One file from the built `index.html`, the program, and what `read` says is in each other file.
fn assemble(index: &str, program: &Program, read: impl Fn(&str) -> Result<String>) -> Result<String> {
    let page = html::rewrite(index, |element| inlined(element, &read))?;
    let script = packed(SCRIPT, program.script.as_bytes())?;
    let wasm = packed(WASM, &program.wasm)?;
    let mut blocks = [script, wasm].join("\n");
    for tag in LANGUAGES {
        let words = read(&format!("words.{tag}.txt"))?;
        blocks = blocks + "\n" + &packed(&format!("words.{tag}"), words.as_bytes())?;
    }
    let page = page.replace("</body>", &format!("{blocks}\n<script>{START}</script>\n</body>"));
    let added = format!("{}{HANDED_OVER}", program.script);
    complete(policy::put_into(&page, Files::None, &[&added])?)
}

/// A data block: its gzip in base 85, which is a sixteenth shorter than base 64, and the gzip's length.
fn packed(id: &str, contents: &[u8]) -> Result<String> {
    let gzip = shrink::pack(contents)?;
    let (bytes, digits) = (gzip.len(), base_85(&gzip));
    Ok(format!("<script type=\"application/octet-stream\" id=\"{id}\" data-length=\"{bytes}\">{digits}</script>"))
}

/// Five digits for every four bytes, the highest first; what is missing of the last four is zero. The digits are the signs of
/// ASCII from `!` to `v` without `<`, so that none of them ends a block or begins a comment.
fn base_85(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() / 4 * 5 + 5);
    for chunk in bytes.chunks(4) {
        let mut four = [0; 4];
        four[..chunk.len()].copy_from_slice(chunk);
        let word = u32::from_be_bytes(four);
        for power in (0..5).rev() {
            let digit = (word / 85_u32.pow(power) % 85) as u8 + b'!';
            digits.push(char::from(digit + u8::from(digit >= b'<')));
        }
    }
    digits
}

/// What stands in one file in place of an element that names another.
fn inlined(element: &Element<'_>, read: &impl Fn(&str) -> Result<String>) -> Result<Option<String>> {
    let local = |name| element.attribute(name).filter(|address| !address.contains(':'));
    let in_place = |name: &str| Ok(Some(element.tag.replace(name, &picture(name, &read(name)?)?)));
    match (element.name(), element.attribute("rel").or(element.attribute("type")).unwrap_or_default()) {
        ("html", _) => Ok(Some(element.tag.replacen("<html", "<html data-single", 1))),
        ("script", "module") | ("link", "modulepreload" | "preload") => Ok(Some(String::new())),
        // It speaks for scripts that may not run inside the page, and would stand there itself.
        ("script", _) if element.tag.contains(" async") => Ok(Some(String::new())),
        ("script", _) => local("src").map(|name| Ok(format!("<script>{}</script>", inside(&read(name)?)))).transpose(),
        ("link", "stylesheet") => {
            local("href").map(|name| Ok(format!("<style>{}</style>", inside(&read(name)?)))).transpose()
        }
        ("link", "icon") => local("href").map_or(Ok(None), in_place),
        ("img", _) => local("src").map_or(Ok(None), in_place),
        _ => Ok(None),
    }
}

/// A script or a style as it may stand inside its element. Both read the backslash as nothing where it can be needed:
/// inside a text.
fn inside(text: &str) -> String {
    text.replace("</script", "<\\/script").replace("</style", "<\\/style").replace("<!--", "<\\!--")
}

/// An SVG as an address in one line, with as few escapes as an attribute in double quotes needs.
fn picture(name: &str, svg: &str) -> Result<String> {
    if !name.ends_with(".svg") {
        return Err(format!("{name} would stand in the single file, and that only knows how to hold SVG.").into());
    }
    let line = svg.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(format!("data:image/svg+xml,{}", line.replace('%', "%25").replace('"', "'").replace('#', "%23")))
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
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    /// What the page's own script does, in whole numbers.
    fn from_base_85(digits: &str, bytes: usize) -> Vec<u8> {
        let word = |five: &[u8]| {
            five.iter().fold(0, |word, digit| word * 85 + u32::from(digit - b'!' - u8::from(*digit > b'<')))
        };
        let mut unpacked: Vec<u8> = digits.as_bytes().chunks(5).flat_map(|five| word(five).to_be_bytes()).collect();
        unpacked.truncate(bytes);
        unpacked
    }

    #[test]
    fn five_digits_hold_four_bytes_and_none_ends_a_block() {
        let all: Vec<u8> = (0..=255).chain([0xff; 9]).chain([0x00, 0x3c, 0x85]).collect();
        for length in 0..all.len() {
            let digits = base_85(&all[..length]);
            assert!(digits.bytes().all(|digit| (b'!'..=b'v').contains(&digit) && digit != b'<'), "{digits}");
            assert_eq!(from_base_85(&digits, length), all[..length]);
        }
    }

    const INDEX: &str = "<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
        <link rel=\"icon\" href=\"./icon-1.svg\"/><link rel=\"stylesheet\" href=\"./pileup-1.css\"/>\n\
        <script src=\"./failure-1.js\"></script><script src=\"./blocked-1.js\" async></script><script type=\"module\">import init from './pileup-1.js'</script>\n\
        <link rel=\"modulepreload\" href=\"./pileup-1.js\"><link rel=\"preload\" href=\"./p.wasm\" as=\"fetch\"></head>\n\
        <body><img class=\"card\" src=\"still.svg\" alt=\"A picture\"><a href=\"embed.html\">Guide</a></body></html>";

    fn read(name: &str) -> Result<String> {
        let text = match name {
            "./icon-1.svg" | "still.svg" => "<svg fill=\"#fff\">\n  <g/>\n</svg>",
            "./pileup-1.css" => "p::after { content: '</style>' }",
            "words.ko.txt" => "말",
            "words.en.txt" => "Words",
            "./failure-1.js" => "says = '</script>'",
            _ => return Err(format!("nobody asks for {name}").into()),
        };
        Ok(text.to_owned())
    }

    fn program() -> Program {
        Program { script: "let wasm_bindgen = '</script>';".into(), wasm: b"\0asm".to_vec() }
    }

    #[test]
    fn one_file_names_no_other_and_keeps_the_page_s_own_html() {
        let page = assemble(INDEX, &program(), read).unwrap();
        assert!(page.starts_with("<html data-single lang=\"en\">"), "{page}");
        for kept in ["<a href=\"embed.html\">", "alt=\"A picture\"", "<\\/script>", "content: '<\\/style>'"] {
            assert!(page.contains(kept), "{kept} is not in {page}");
        }
        for gone in ["./", "type=\"module\"", "preload", "still.svg", "blocked"] {
            assert!(!page.contains(gone), "{gone} is in {page}");
        }
        for attribute in ["href", "class=\"card\" src"] {
            let shown = format!("{attribute}=\"data:image/svg+xml,<svg fill='%23fff'> <g/> </svg>\"");
            assert!(page.contains(&shown), "{shown} is not in {page}");
        }
    }

    #[test]
    fn a_script_ends_where_it_should() {
        let page = assemble(INDEX, &program(), read).unwrap();
        let mut scripts = 0;
        html::each(&page, |element| scripts += usize::from(element.name() == "script")).unwrap();
        // The failures' sentences, wasm-bindgen's script, the program, two languages, and what unpacks and starts it.
        assert_eq!(scripts, 6);
        assert_eq!(page.matches("</script>").count(), 6);
        assert_eq!(page.matches("</style>").count(), 1);
    }

    #[test]
    fn what_a_block_holds_is_what_was_packed() {
        let program = program();
        let page = assemble(INDEX, &program, read).unwrap();
        let mut blocks = Vec::new();
        html::each(&page, |element| {
            if element.attribute("type") == Some("application/octet-stream") {
                let mut unpacked = Vec::new();
                let packed = from_base_85(element.text, element.attribute("data-length").unwrap().parse().unwrap());
                GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
                blocks.push((element.attribute("id").unwrap_or_default().to_owned(), unpacked));
            }
        })
        .unwrap();
        let expected = [
            (SCRIPT, program.script.as_bytes()),
            (WASM, &program.wasm),
            ("words.ko", "말".as_bytes()),
            ("words.en", b"Words"),
        ];
        assert_eq!(blocks, expected.map(|(id, contents)| (id.to_owned(), contents.to_vec())));
    }

    #[test]
    fn what_the_start_adds_is_what_the_policy_allows() {
        assert!(START.contains(&HANDED_OVER.replace('\n', "\\n")));
        for id in [SCRIPT, WASM] {
            assert!(START.contains(&format!("unpacked('{id}')")));
        }
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
