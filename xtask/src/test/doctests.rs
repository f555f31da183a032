//! Detection of doctests, which nextest does not run.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::run;

/// Returns whether any tracked source contains a doctest.
pub(crate) fn has_doctests(root: &Path) -> Result<bool> {
    let files = run::checked_output(
        Command::new("git")
            .current_dir(root)
            .args(["ls-files", "-z", "*.rs"]),
    )?;
    Ok(files
        .split('\0')
        .filter(|path| path.contains("/src/"))
        .filter_map(|path| std::fs::read_to_string(root.join(path)).ok())
        .any(|text| contains_doctest(&text)))
}

fn contains_doctest(text: &str) -> bool {
    let mut inside = false;
    for line in text.lines() {
        let line = line.trim();
        let doc = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"));
        let Some(fence) = doc.map(str::trim).and_then(|doc| doc.strip_prefix("```")) else {
            inside &= doc.is_some();
            continue;
        };
        inside = !inside;
        if inside && is_compiled_block(fence) {
            return true;
        }
    }
    false
}

/// Returns whether a fenced code block with these attributes is compiled.
fn is_compiled_block(attributes: &str) -> bool {
    const RUST: &[&str] = &["rust", "no_run", "should_panic", "compile_fail"];
    attributes
        .split([',', ' '])
        .filter(|word| !word.is_empty())
        .all(|word| RUST.contains(&word) || word.starts_with("edition"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_compiled_blocks_are_doctests() {
        assert!(contains_doctest(
            "/// a\n/// ```\n/// f();\n/// ```\nfn f() {}\n"
        ));
        assert!(contains_doctest("//! ```rust,no_run\n//! f();\n//! ```\n"));
        assert!(!contains_doctest("/// ```text\n/// f();\n/// ```\n"));
        assert!(!contains_doctest(
            "/// ```json\n/// {}\n/// ```\nfn f() {}\n"
        ));
        assert!(!contains_doctest("fn f() {}\n"));
    }
}
