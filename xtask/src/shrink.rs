//! The built scripts and styles without what only their makers read: comments and indentation.
//!
//! Deliberately absent: anything that understands JavaScript, and anything that rewrites the wasm (the linker leaves its
//! names out, `strip` in Cargo.toml). The sources here have only comments that stand alone, and no text that goes over
//! several lines.

use std::fs;
use std::path::Path;

use crate::project::Result;

/// Shrinks what Trunk has built: every script and style of the folder.
pub(crate) fn page(dist: &Path) -> Result {
    for entry in fs::read_dir(dist)? {
        let file = entry?.path();
        if let Some("css" | "js") = file.extension().and_then(|extension| extension.to_str()) {
            fs::write(&file, lean(&fs::read_to_string(&file)?))?;
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_loses_its_comments_and_nothing_else() {
        let script =
            "// What.\n/* Why\n   so. */\n(() => {\n  a('/* x */', '// y');\n\n  /* One line. */\n  b();\n})();\n";
        assert_eq!(lean(script), "(() => {\na('/* x */', '// y');\nb();\n})();\n");
    }
}
