//! Whether there is any example in the documentation that is a test. nextest does not run those.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::run;

/// Looks through the documentation of every tracked source.
pub(crate) fn exist(root: &Path) -> Result<bool> {
    let files = run::output(
        Command::new("git")
            .current_dir(root)
            .args(["ls-files", "-z", "*.rs"]),
    )?;
    Ok(files
        .split('\0')
        .filter(|path| path.contains("/src/"))
        .filter_map(|path| std::fs::read_to_string(root.join(path)).ok())
        .any(|text| holds_one(&text)))
}

fn holds_one(text: &str) -> bool {
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
        if inside && is_test(fence) {
            return true;
        }
    }
    false
}

/// Whether a fenced block with these words is compiled.
fn is_test(words: &str) -> bool {
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
    fn only_compiled_blocks_are_tests() {
        assert!(holds_one("/// a\n/// ```\n/// f();\n/// ```\nfn f() {}\n"));
        assert!(holds_one("//! ```rust,no_run\n//! f();\n//! ```\n"));
        assert!(!holds_one("/// ```text\n/// f();\n/// ```\n"));
        assert!(!holds_one("/// ```json\n/// {}\n/// ```\nfn f() {}\n"));
        assert!(!holds_one("fn f() {}\n"));
    }
}
