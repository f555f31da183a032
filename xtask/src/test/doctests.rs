//! Whether there is any example in the documentation that is a test. nextest does not run those.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::run;

/// Looks through the documentation of every tracked source.
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

/// Whether a fenced block with these words is compiled.
fn is_compiled_block(words: &str) -> bool {
    const RUST: &[&str] = &["rust", "no_run", "should_panic", "compile_fail"];
    words
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
