//! Rule: no file names the host of a package registry. The registry is a setting of the machine.

use super::finding::Finding;
use super::source::line_of;
use super::source_tree::SourceTree;

/// Registry hosts, each in two parts, so that this file does not contain them.
const REGISTRY_HOSTS: &[(&str, &str)] = &[
    ("crates", ".io"),
    ("registry.", "npmjs"),
    ("npmjs", ".com"),
    ("registry.", "yarnpkg"),
    ("pypi", ".org"),
    ("python", "hosted.org"),
    ("ruby", "gems.org"),
    ("proxy.", "golang.org"),
];

/// Exempt, because cargo generates it.
const EXEMPT_FILE: &str = "Cargo.lock";

/// Checks every text file.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let hosts: Vec<String> = REGISTRY_HOSTS
        .iter()
        .map(|(a, b)| format!("{a}{b}"))
        .collect();
    let mut findings = Vec::new();
    for (path, text) in tree.files.iter().filter(|(path, _)| *path != EXEMPT_FILE) {
        for host in &hosts {
            for (offset, _) in text.match_indices(host) {
                let after = text[offset + host.len()..].chars().next();
                if after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
                    continue;
                }
                let remedy = if path.ends_with(".json") {
                    "make the lock file without addresses (omit-lockfile-registry-resolved=true)"
                } else {
                    "name the package alone"
                };
                findings.push(Finding::new(
                    path,
                    line_of(text, offset),
                    format!("the host of a package registry is named here: {remedy}"),
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registry_host_outside_lock_file_is_found() {
        let host = ["crates", ".io"].concat();
        let text = format!("a\nsee https://{host}/crates/x\n");
        let found = check(&SourceTree::from_texts(&[
            ("README.md", text.as_str()),
            ("Cargo.lock", text.as_str()),
        ]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].location(), ("README.md", 2));
    }

    #[test]
    fn similar_code_passes() {
        let piece = ["crates", ".iota"].concat();
        assert_eq!(
            check(&SourceTree::from_texts(&[("a.rs", piece.as_str())])),
            []
        );
    }
}
