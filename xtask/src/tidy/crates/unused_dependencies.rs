//! Rule: every dependency is used by a source of its package.

use crate::tidy::finding::Finding;
use crate::tidy::metadata::WorkspacePackage;
use crate::tidy::source::in_tests_folder;
use crate::tidy::source_tree::SourceTree;

/// Dependencies that are needed for their features or their build only.
const INDIRECTLY_USED: &[(&str, &str)] = &[];

pub(super) fn check(tree: &SourceTree, packages: &[WorkspacePackage]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let folder = format!("{}/", package.folder);
        for dependency in &package.dependencies {
            let indirect =
                INDIRECTLY_USED.contains(&(package.folder.as_str(), dependency.name.as_str()));
            let used = tree
                .sources
                .iter()
                .filter(|(path, _)| path.starts_with(&folder))
                // A dependency of tests alone must be a dev-dependency.
                .filter(|(path, _)| dependency.is_dev || !in_tests_folder(path))
                .any(|(_, source)| contains_word(&source.code, &dependency.name.replace('-', "_")));
            if !used && !indirect {
                findings.push(Finding::new(
                    &format!("{}/Cargo.toml", package.folder),
                    1,
                    format!("no source here uses {}: delete its line", dependency.name),
                ));
            }
        }
    }
    findings
}

/// Returns whether the code contains a name as a whole word.
fn contains_word(code: &str, name: &str) -> bool {
    let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        !code[..at].chars().next_back().is_some_and(in_word)
            && !code[at + name.len()..].chars().next().is_some_and(in_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::metadata::PackageDependency;

    fn finding_count(source: &str, path: &str, dev: bool) -> usize {
        let package = WorkspacePackage {
            folder: "crates/a".to_owned(),
            dependencies: vec![PackageDependency {
                name: "some-crate".to_owned(),
                folder: None,
                is_dev: dev,
            }],
            vendor_words: Vec::new(),
        };
        check(&SourceTree::from_texts(&[(path, source)]), &[package]).len()
    }

    #[test]
    fn unused_dependency_is_found() {
        assert_eq!(
            finding_count("use some_crate::X;", "crates/a/src/lib.rs", false),
            0
        );
        assert_eq!(
            finding_count(
                "// some_crate\nuse some_crates::X;",
                "crates/a/src/lib.rs",
                false
            ),
            1
        );
        assert_eq!(
            finding_count("use some_crate::X;", "crates/b/src/lib.rs", false),
            1
        );
    }

    #[test]
    fn test_only_dependency_must_be_dev_dependency() {
        assert_eq!(
            finding_count("use some_crate::X;", "crates/a/tests/a.rs", false),
            1
        );
        assert_eq!(
            finding_count("use some_crate::X;", "crates/a/tests/a.rs", true),
            0
        );
    }
}
