//! The built scripts and styles, also those that stand in the page itself, without what only their makers read, comments and indentation, and the long names by which
//! wasm-bindgen ties its script to the wasm. Each of those ends in a hash, which no host compresses, and stands in either
//! file: 7 KB of the first load.
//!
//! The script for authors also gets short names for what is its own, and loses the spaces between signs.
//!
//! Deliberately absent: anything that understands JavaScript. The sources here have only comments that stand alone, and
//! no text that goes over several lines. The wasm is read and written by `wasmparser` and `wasm-encoder`.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{ExportSection, ImportSection, Module};
use wasmparser::{CustomSectionReader, Export, ImportSectionReader, Parser};

use crate::html::{self, Element};
use crate::project::Result;

/// Shrinks what Trunk has built: every script and style of the folder and of its page, and the program. The page then says how
/// many bytes each file of the program has.
pub(crate) fn page(dist: &Path) -> Result {
    for entry in fs::read_dir(dist)? {
        let file = entry?.path();
        if let Some("css" | "js") = file.extension().and_then(|extension| extension.to_str()) {
            let mut source = lean(&fs::read_to_string(&file)?);
            let wasm = file.with_file_name(format!("{}_bg.wasm", file.file_stem().unwrap_or_default().display()));
            if wasm.is_file() {
                let (script, module) = program(&source, &fs::read(&wasm)?)?;
                fs::write(&wasm, pack(&module)?)?;
                source = script;
            }
            fs::write(&file, source)?;
        }
    }
    words(dist)?;
    let index = dist.join("index.html");
    let bytes = |name: &str| Ok(fs::metadata(dist.join(name))?.len());
    fs::write(&index, html::rewrite(&fs::read_to_string(&index)?, |element| lean_element(element, &bytes))?)?;
    Ok(())
}

/// Zopfli's gzip, a twentieth smaller than what hosts make, and small also where a host packs nothing. `static/failure.js`
/// unpacks the program while it comes.
pub(crate) fn pack(contents: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = Vec::new();
    zopfli::compress(zopfli::Options::default(), zopfli::Format::Gzip, contents, &mut gzip)?;
    Ok(gzip)
}

/// The words of each language lose their names and what is said to their editors.
fn words(dist: &Path) -> Result {
    for entry in fs::read_dir(dist)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("words.") && name.ends_with(".txt") {
            fs::write(&file, texts(&fs::read_to_string(&file)?))?;
        }
    }
    Ok(())
}

/// The texts of a file of words, as `src/text/words.rs` reads them.
fn texts(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').map_or(line, |(_, text)| text)).flat_map(|text| [text, "\n"]).collect()
}

/// What stands in the page in place of an element: a script or a style is lean, and a link to a file of the program tells its
/// size. `static/failure.js` needs it: where a host packs, the length that it sends is another one, or none.
fn lean_element(element: &Element<'_>, bytes: &impl Fn(&str) -> Result<u64>) -> Result<Option<String>> {
    let lean = match element.name() {
        "style" => Some(lean_style(element.text)),
        "script" if element.is_inline_script() => Some(lean_start(element.text)),
        _ => None,
    };
    if let Some(lean) = lean {
        return Ok(Some(format!("{}{lean}</{}>", element.tag, element.name())));
    }
    match (element.attribute("rel"), element.attribute("href")) {
        (Some("modulepreload" | "preload"), Some(file)) => {
            let sized = format!("<link data-bytes=\"{}\"", bytes(file)?);
            Ok(Some(element.tag.replacen("<link", &sized, 1)))
        }
        _ => Ok(None),
    }
}

/// wasm-bindgen's script and its wasm, with short names between them.
pub(crate) fn program(script: &str, wasm: &[u8]) -> Result<(String, Vec<u8>)> {
    if script.contains("$0") {
        return Err("wasm-bindgen's script now has a name $0 of its own; teach xtask/src/shrink.rs another one.".into());
    }
    let (mut ties, mut module) = (Ties::default(), Module::new());
    ties.parse_core_module(&mut module, Parser::new(0), wasm)?;
    Ok((ties.named_in(script), module.finish()))
}

/// Whether this can stand in a name.
fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// What ties script and wasm: imports, and exports whose names wasm-bindgen made up. Each is named by its number.
#[derive(Default)]
struct Ties {
    names: Vec<String>,
}

impl Ties {
    fn add(&mut self, name: &str) -> String {
        self.names.push(name.to_owned());
        format!("${}", self.names.len() - 1)
    }

    fn named_in(&self, script: &str) -> String {
        let mut written = String::with_capacity(script.len());
        let mut rest = script;
        while let Some(start) = rest.find(is_part) {
            let length = rest[start..].find(|c| !is_part(c)).unwrap_or(rest.len() - start);
            let word = &rest[start..start + length];
            written.push_str(&rest[..start]);
            match self.names.iter().position(|name| name == word) {
                Some(number) => written.push_str(&format!("${number}")),
                None => written.push_str(word),
            }
            rest = &rest[start + length..];
        }
        written + rest
    }
}

impl Reencode for Ties {
    type Error = Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> std::result::Result<(), Error<Infallible>> {
        for import in section.into_imports() {
            let import = import?;
            let short = self.add(import.name);
            imports.import(import.module, &short, self.entity_type(import.ty)?);
        }
        Ok(())
    }

    /// Exports that the script names as they are, like `memory`, keep their names.
    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> std::result::Result<(), Error<Infallible>> {
        let made_up = export.name.starts_with("__") || export.name.starts_with("wasm_bindgen_");
        let name = if made_up { self.add(export.name) } else { export.name.to_owned() };
        exports.export(&name, self.export_kind(export.kind)?, export.index);
        Ok(())
    }

    /// Nothing that runs is in a custom section.
    fn parse_custom_section(
        &mut self,
        _module: &mut Module,
        _section: CustomSectionReader<'_>,
    ) -> std::result::Result<(), Error<Infallible>> {
        Ok(())
    }
}

/// A style without the spaces that only people need. No text in it may hold a mark that has one.
fn lean_style(source: &str) -> String {
    let marks = [(" {", "{"), ("{ ", "{"), (" }", "}"), ("; ", ";"), (": ", ":"), (", ", ","), (";}", "}"), ("\n", "")];
    marks.iter().fold(lean(source), |style, (wide, narrow)| style.replace(wide, narrow))
}

/// A script of the page without what Trunk adds to the one that starts the program, for scripts that a page may have besides.
fn lean_start(source: &str) -> String {
    let added = ["window.wasmBindings = ", "dispatchEvent(new CustomEvent(\"TrunkApplicationStarted\""];
    let kept: Vec<&str> = source.lines().filter(|line| !added.iter().any(|start| line.starts_with(start))).collect();
    lean(&kept.join("\n"))
        .replace("import init, * as bindings from", "import init from")
        .replace("const wasm = await init", "await init")
}

/// A script or a style without indentation and comments.
pub(crate) fn lean(source: &str) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for line in source.lines().map(str::trim) {
        let comment = inside || line.starts_with("/*");
        inside = comment && !line.ends_with("*/");
        if !comment && !line.is_empty() && !line.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The script for authors, as it is published: its first comment says what it is, and stays.
pub(crate) fn script(source: &str) -> String {
    let (first, rest) = source.split_at(source.find("*/\n").map_or(0, |end| end + 3));
    let lean = lean(rest);
    let mut own = Ties::default();
    for word in lean.split(|c| !is_part(c)).filter(|word| word.starts_with('_')) {
        if !own.names.iter().any(|name| name == word) {
            own.add(word);
        }
    }
    let lines = own.named_in(&lean);
    let mut published = first.to_owned();
    for line in lines.lines() {
        published.push_str(&tight(line));
        // After any other letter the end of the line may be the end of a statement.
        if !published.ends_with(['{', '(', ',', ';']) {
            published.push('\n');
        }
    }
    published
}

/// A line without the spaces beside signs that mean the same without them. What stands between quotes or slashes is kept as
/// it is, and so is the rest of a line that ends within them.
fn tight(line: &str) -> String {
    const SIGNS: &str = "=*<>?:,;{}()[]|&";
    let mut kept = String::with_capacity(line.len());
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == ' ' {
            let is_beside = kept.ends_with(|c| SIGNS.contains(c)) || letters.peek().is_some_and(|c| SIGNS.contains(*c));
            if is_beside {
                continue;
            }
        }
        kept.push(letter);
        if "'\"`/".contains(letter) {
            copy_literal(letter, &mut letters, &mut kept);
        }
    }
    kept
}

/// Copies up to and with the mark that ends a text or a pattern.
fn copy_literal(mark: char, letters: &mut impl Iterator<Item = char>, kept: &mut String) {
    let mut is_class = false;
    while let Some(letter) = letters.next() {
        kept.push(letter);
        match letter {
            '\\' => kept.extend(letters.next()),
            '[' if mark == '/' => is_class = true,
            ']' => is_class = false,
            _ if letter == mark && !is_class => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with a custom section `x`, an imported function of type 0 for each of these names, a memory, and the
    /// exports `memory` and `__x`.
    fn module(imports: [&str; 2], exported: &str, custom: bool) -> Vec<u8> {
        use wasm_encoder::{CustomSection, EntityType, ExportKind, MemorySection, MemoryType, TypeSection};
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut section = ImportSection::new();
        for name in imports {
            section.import("a", name, EntityType::Function(0));
        }
        let mut memories = MemorySection::new();
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        let mut exports = ExportSection::new();
        exports.export("memory", ExportKind::Memory, 0).export(exported, ExportKind::Func, 1);
        module.section(&types).section(&section).section(&memories).section(&exports);
        if custom {
            module.section(&CustomSection { name: "x".into(), data: (&b"y"[..]).into() });
        }
        module.finish()
    }

    #[test]
    fn what_ties_script_and_wasm_is_named_by_numbers_in_both() {
        let script = "const imports = { long_10: f, long_1: g, long_100: wasm.__x };\n";
        let (script, wasm) = program(script, &module(["long_1", "long_10"], "__x", true)).unwrap();
        assert_eq!(script, "const imports = { $1: f, $0: g, long_100: wasm.$2 };\n");
        assert_eq!(wasm, module(["$0", "$1"], "$2", false));
    }

    #[test]
    fn what_is_no_module_and_a_script_with_such_names_is_refused() {
        let whole = module(["a", "b"], "__x", false);
        assert!(program("", &whole[..whole.len() - 1]).is_err());
        assert!(program("const $0 = 1;", &whole).is_err());
    }

    #[test]
    fn what_stands_in_the_page_is_lean_and_the_program_s_files_have_sizes() {
        let page = "<link rel=\"modulepreload\" href=\"./a.js\"><style>\n  /* Why. */\n  p, a:b { c: d; }\n</style>\
                    <script>\n  // Why.\n  a();\n</script><script src=\"b.js\"></script><link rel=\"icon\" href=\"./i.svg\">";
        let bytes = |file: &str| if file == "./a.js" { Ok(7) } else { Err(format!("nobody asks for {file}").into()) };
        let lean = html::rewrite(page, |element| lean_element(element, &bytes)).unwrap();
        let expected = "<link data-bytes=\"7\" rel=\"modulepreload\" href=\"./a.js\"><style>p,a:b{c:d}</style><script>a();\n</script>\
                        <script src=\"b.js\"></script><link rel=\"icon\" href=\"./i.svg\">";
        assert_eq!(lean, expected);
    }

    #[test]
    fn a_file_of_words_keeps_its_texts() {
        let source = "# For editors.\n\npage.title\tPileup\npage.list\t2\npage.list\t# 1\nno name\n";
        assert_eq!(texts(source), "Pileup\n2\n# 1\nno name\n");
    }

    #[test]
    fn the_start_of_the_program_offers_nothing_to_others() {
        let start = "\nimport init, * as bindings from './a.js';\nconst wasm = await init({ module_or_path: './a.wasm' });\n\n\n\
                     window.wasmBindings = bindings;\n\n\n\
                     dispatchEvent(new CustomEvent(\"TrunkApplicationStarted\", {detail: {wasm}}));\n\n";
        let lean = "import init from './a.js';\nawait init({ module_or_path: './a.wasm' });\n";
        assert_eq!(lean_start(start), lean);
    }

    #[test]
    fn a_source_loses_its_comments_and_nothing_else() {
        let script =
            "// What.\n/* Why\n   so. */\n(() => {\n  a('/* x */', '// y');\n\n  /* One line. */\n  b();\n})();\n";
        assert_eq!(lean(script), "(() => {\na('/* x */', '// y');\nb();\n})();\n");
    }

    #[test]
    fn the_script_for_authors_keeps_only_the_first_of_its_comments_and_has_short_names() {
        let source = "/* What\n   it is. */\n(() => {\n  /* Why\n     so. */\n  this._a(_bc, 'x, y', a_b);\n  this._bc = 1;\n})();\n";
        let published = "/* What\n   it is. */\n(()=>{this.$0($1,'x, y',a_b);this.$1=1;})();";
        assert_eq!(script(source), published);
    }

    #[test]
    fn only_spaces_beside_signs_outside_of_texts_and_patterns_go() {
        for (line, expected) in [
            ("const [a, b] = c ? { d: 1 } : [e];", "const[a,b]=c?{d:1}:[e];"),
            ("return a && b || c(d => e);", "return a&&b||c(d=>e);"),
            ("a = b + +c - -d;", "a=b + +c - -d;"),
            ("f('a, b', \"c = d\", `e ? ${g} : h`);", "f('a, b',\"c = d\",`e ? ${g} : h`);"),
            (r"g('it\'s, so', /^[/, ]\/ ?(.*)$/, h);", r"g('it\'s, so',/^[/, ]\/ ?(.*)$/,h);"),
            ("a = b / c, d = e;", "a=b / c, d = e;"),
            ("a = b / c, d = e / f, g;", "a=b / c, d = e / f,g;"),
        ] {
            assert_eq!(tight(line), expected);
        }
    }
}
