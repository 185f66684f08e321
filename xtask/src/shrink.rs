//! The built files without what only their makers read: comments and indentation of scripts and styles, names in the
//! wasm, and the long names by which wasm-bindgen ties its script to the wasm.
//!
//! Each of those names ends in a hash, which no host compresses, and stands in either file: 4 KB of the first load.
//! Deliberately absent: anything that understands JavaScript. The sources here have only comments that stand alone, and
//! no text that goes over several lines.

use std::fs;
use std::path::Path;

use crate::project::Result;

/// The ids of the sections of a wasm module that are read here.
const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
/// Of an import's kinds the one that is all there is: a function, followed by the number of its type.
const FUNCTION: u8 = 0;

/// Shrinks what Trunk has built: every script and style of the folder, and the program.
pub(crate) fn page(dist: &Path) -> Result {
    for entry in fs::read_dir(dist)? {
        let file = entry?.path();
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("css") => fs::write(&file, tight(&lean(&fs::read_to_string(&file)?)))?,
            Some("js") => {
                let script = fs::read_to_string(&file)?;
                let wasm = file.with_file_name(format!("{}_bg.wasm", file.file_stem().unwrap_or_default().display()));
                if wasm.is_file() {
                    let (script, module) = program(&script, &fs::read(&wasm)?)?;
                    fs::write(&file, script)?;
                    fs::write(&wasm, module)?;
                } else {
                    fs::write(&file, lean(&script))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// wasm-bindgen's script and its wasm, with short names between them.
pub(crate) fn program(script: &str, wasm: &[u8]) -> Result<(String, Vec<u8>)> {
    if script.contains("$0") {
        return Err("wasm-bindgen's script now has a name $0 of its own; teach xtask/src/shrink.rs another one.".into());
    }
    let mut names = Vec::new();
    let wasm = with_short_ties(wasm, &mut names).ok_or("the built wasm is not as xtask/src/shrink.rs expects it.")?;
    Ok((with_short_names(&lean(script), &names), wasm))
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

/// A style without the blanks that only part its words for the eye, and without a block's last semicolon.
fn tight(style: &str) -> String {
    let mut kept = String::with_capacity(style.len());
    let mut quote = None;
    let mut blank = false;
    for c in style.chars() {
        if quote.is_none() && c.is_whitespace() {
            blank = true;
            continue;
        }
        if blank && !"{};,>)".contains(c) && !kept.ends_with(['{', '}', ';', ',', '>', '(', ':']) {
            kept.push(' ');
        }
        blank = false;
        if c == '}' && kept.ends_with(';') {
            kept.pop();
        }
        kept.push(c);
        quote = match quote {
            None if c == '"' || c == '\'' => Some(c),
            Some(open) if open == c => None,
            other => other,
        };
    }
    kept
}

fn short(number: usize) -> String {
    format!("${number}")
}

/// The script with each of `names` replaced by its number.
fn with_short_names(script: &str, names: &[String]) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut written = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find(is_part) {
        let length = rest[start..].find(|c| !is_part(c)).unwrap_or(rest.len() - start);
        let word = &rest[start..start + length];
        written.push_str(&rest[..start]);
        match names.iter().position(|name| name == word) {
            Some(number) => written.push_str(&short(number)),
            None => written.push_str(word),
        }
        rest = &rest[start + length..];
    }
    written + rest
}

/// The module without its custom sections, its ties to the script named by their numbers; `names` are the ones they had.
fn with_short_ties(wasm: &[u8], names: &mut Vec<String>) -> Option<Vec<u8>> {
    const HEADER: usize = 8;
    let mut written = wasm.get(..HEADER)?.to_vec();
    let mut rest = wasm.get(HEADER..)?;
    while let Some((id, after)) = rest.split_first() {
        rest = after;
        let section = take_text(&mut rest)?;
        match *id {
            CUSTOM => {}
            IMPORTS => put_section(&mut written, IMPORTS, &short_imports(section, names)?),
            EXPORTS => put_section(&mut written, EXPORTS, &short_exports(section, names)?),
            other => put_section(&mut written, other, section),
        }
    }
    Some(written)
}

fn short_imports(mut section: &[u8], names: &mut Vec<String>) -> Option<Vec<u8>> {
    let count = take_number(&mut section)?;
    let mut written = Vec::new();
    put_number(&mut written, count);
    for _ in 0..count {
        let module = take_text(&mut section)?;
        names.push(String::from_utf8(take_text(&mut section)?.to_vec()).ok()?);
        let (FUNCTION, after) = section.split_first().map(|(kind, after)| (*kind, after))? else { return None };
        section = after;
        let signature = take_number(&mut section)?;
        put_text(&mut written, module);
        put_text(&mut written, short(names.len() - 1).as_bytes());
        written.push(FUNCTION);
        put_number(&mut written, signature);
    }
    section.is_empty().then_some(written)
}

/// Exports whose names wasm-bindgen made up; the others (`memory`) are words of their own in the script.
fn short_exports(mut section: &[u8], names: &mut Vec<String>) -> Option<Vec<u8>> {
    let count = take_number(&mut section)?;
    let mut written = Vec::new();
    put_number(&mut written, count);
    for _ in 0..count {
        let name = String::from_utf8(take_text(&mut section)?.to_vec()).ok()?;
        if name.starts_with("__") || name.starts_with("wasm_bindgen_") {
            put_text(&mut written, short(names.len()).as_bytes());
            names.push(name);
        } else {
            put_text(&mut written, name.as_bytes());
        }
        let (kind, after) = section.split_first()?;
        section = after;
        written.push(*kind);
        put_number(&mut written, take_number(&mut section)?);
    }
    section.is_empty().then_some(written)
}

/// A number as wasm writes it, seven bits a byte, the lowest first.
fn take_number(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in (0..u32::BITS).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Bytes after their number.
fn take_text<'w>(rest: &mut &'w [u8]) -> Option<&'w [u8]> {
    let length = take_number(rest)?;
    let (text, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(text)
}

fn put_number(written: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        written.push(number as u8 | 0x80);
        number >>= 7;
    }
    written.push(number as u8);
}

fn put_text(written: &mut Vec<u8>, text: &[u8]) {
    put_number(written, text.len());
    written.extend_from_slice(text);
}

fn put_section(written: &mut Vec<u8>, id: u8, section: &[u8]) {
    written.push(id);
    put_text(written, section);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with a custom section `x`, the imports `a.long_1` and `a.long_10` of types 0 and 200, the exports `memory`
    /// and `__x`, and a start section.
    const MODULE: &[u8] =
        b"\0asm\x01\0\0\0\x00\x03\x01xy\x02\x19\x02\x01a\x06long_1\x00\x00\x01a\x07long_10\x00\xc8\x01\x07\x10\x02\x06memory\x02\x00\x03__x\x00\x01\x08\x01\x00";
    const SHORT: &[u8] = b"\0asm\x01\0\0\0\x02\x10\x02\x01a\x02$0\x00\x00\x01a\x02$1\x00\xc8\x01\x07\x0f\x02\x06memory\x02\x00\x02$2\x00\x01\x08\x01\x00";

    #[test]
    fn what_ties_script_and_wasm_is_named_by_numbers_in_both() {
        let (script, wasm) =
            program("const imports = {\n    long_10: f,\n    long_1: g, long_100: wasm.__x,\n};\n", MODULE).unwrap();
        assert_eq!(script, "const imports = {\n$1: f,\n$0: g, long_100: wasm.$2,\n};\n");
        assert_eq!(wasm, SHORT);
    }

    #[test]
    fn what_is_no_module_or_imports_something_else_is_refused() {
        for wasm in [&b"\0asm"[..], &MODULE[..MODULE.len() - 1], b"\0asm\x01\0\0\0\x02\x05\x01\x01a\x01b\x02"] {
            assert!(program("", wasm).is_err(), "{wasm:?}");
        }
        assert!(program("const $0 = 1;", MODULE).is_err());
    }

    #[test]
    fn a_style_loses_its_blanks_but_in_texts_and_between_words() {
        let style =
            "a > b, c :hover {\n  margin: 0 auto;\n  content: \"a, b; \";\n}\n@media (width > 9px) and (hover) {}\n";
        let tight_style = "a>b,c :hover{margin:0 auto;content:\"a, b; \"}@media (width>9px) and (hover){}";
        assert_eq!(tight(style), tight_style);
    }

    #[test]
    fn a_source_loses_its_comments_and_nothing_else() {
        let script =
            "// What.\n/* Why\n   so. */\n(() => {\n  a('/* x */', '// y');\n\n  /* One line. */\n  b();\n})();\n";
        assert_eq!(lean(script), "(() => {\na('/* x */', '// y');\nb();\n})();\n");
    }
}
