//! Rule: file and folder names describe their content.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::source_tree::SourceTree;

const FORBIDDEN_NAMES: &[&str] = &[
    "util", "utils", "helper", "helpers", "manager", "managers", "common",
];
/// Words that do not describe a module's content; refused as the whole name of a Rust file or of a folder above it.
const FORBIDDEN_MODULE_NAMES: &[&str] = &["asked", "line", "made", "place", "talk", "words"];

/// Checks every component of every path.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let mut found = BTreeSet::new();
    for path in tree.files.keys() {
        let mut end = 0;
        for part in path.split('/') {
            end += part.len();
            let stem = part
                .split('.')
                .find(|piece| !piece.is_empty())
                .unwrap_or("");
            if path.ends_with(".rs") && FORBIDDEN_MODULE_NAMES.contains(&stem) {
                found.insert((path[..end].to_owned(), stem.to_owned()));
            }
            let words = stem.split(|c: char| !c.is_ascii_alphanumeric());
            for word in words {
                if FORBIDDEN_NAMES.contains(&word.to_ascii_lowercase().as_str()) {
                    found.insert((path[..end].to_owned(), word.to_owned()));
                }
            }
            end += 1;
        }
    }
    found
        .into_iter()
        .map(|(path, word)| {
            Finding::new(
                &path,
                1,
                format!("\"{word}\" says nothing: name it after what it holds (a noun for a folder, a verb for a file)"),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_name_is_found_once() {
        let found = check(&SourceTree::from_texts(&[
            ("crates/x/src/util.rs", ""),
            ("crates/x/tests/common/a.rs", ""),
            ("crates/x/tests/common/b.rs", ""),
            ("crates/x/src/page_helper.rs", ""),
            ("crates/x/src/utility.rs", ""),
            ("crates/x/src/words.rs", ""),
            ("crates/x/src/command_line.rs", ""),
            ("docs/line.md", ""),
        ]));
        let paths: Vec<&str> = found.iter().map(|f| f.location().0).collect();
        assert_eq!(
            paths,
            [
                "crates/x/src/page_helper.rs",
                "crates/x/src/util.rs",
                "crates/x/src/words.rs",
                "crates/x/tests/common"
            ]
        );
    }
}
