//! Rule: the core names no vendor, and a dialect names only its own.

use super::finding::Finding;
use super::metadata::WorkspacePackage;
use super::source::line_of;
use super::source_tree::SourceTree;

const NEUTRAL_FOLDERS: &[&str] = &[
    "crates/model/",
    "crates/store/",
    "crates/bus/",
    "crates/engine/",
    "crates/channels/",
    "crates/assistant/",
    "crates/gateway/",
];

/// Checks all files of those folders, comments included, for the vendor words in the dialects' manifests. "Relation"
/// alone is ordinary English and no vendor word.
pub(crate) fn check(tree: &SourceTree, packages: &[WorkspacePackage]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let dialects = packages
        .iter()
        .filter(|package| package.folder.starts_with("dialects/"));
    let vendors: Vec<(String, &[String])> = dialects
        .map(|package| (format!("{}/", package.folder), &package.vendor_words[..]))
        .collect();
    for (folder, _) in vendors.iter().filter(|(_, words)| words.is_empty()) {
        let remedy = "name the vendor: [package.metadata.parlor] vendor-words = [\"...\"]";
        findings.push(Finding::new(
            &format!("{folder}Cargo.toml"),
            1,
            remedy.to_owned(),
        ));
    }
    for (path, text) in &tree.files {
        let neutral = NEUTRAL_FOLDERS
            .iter()
            .any(|folder| path.starts_with(folder));
        let own_dialect = vendors.iter().find(|(folder, _)| path.starts_with(folder));
        if !neutral && !path.starts_with("dialects/") {
            continue;
        }
        let text = text.to_ascii_lowercase();
        let foreign = vendors
            .iter()
            .filter(|(folder, _)| own_dialect.is_none_or(|(own, _)| own != folder));
        for word in foreign.flat_map(|(_, words)| words.iter()) {
            for (offset, _) in text.match_indices(word.as_str()) {
                let remedy = if neutral {
                    "say it in the core's own words; a quirk is an option with a plain name"
                } else {
                    "a dialect knows no other; what both need belongs in kit or engine"
                };
                findings.push(Finding::new(
                    path,
                    line_of(&text, offset),
                    format!("the vendor word \"{word}\" has no place here: {remedy}"),
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tree: &SourceTree) -> Vec<Finding> {
        let dialect = |folder: &str, words: &[&str]| WorkspacePackage {
            folder: folder.to_owned(),
            dependencies: Vec::new(),
            vendor_words: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        super::check(
            tree,
            &[
                dialect("dialects/sharely", &["sharely"]),
                dialect("dialects/gravity-rail", &["gravityrail"]),
                dialect("dialects/chatbotkit", &["chatbotkit"]),
                dialect("dialects/tenant-chats", &["lexicon"]),
            ],
        )
    }

    #[test]
    fn dialect_may_use_its_vendor_words() {
        let nameless = WorkspacePackage {
            folder: "dialects/new".to_owned(),
            dependencies: Vec::new(),
            vendor_words: Vec::new(),
        };
        let found = super::check(&SourceTree::from_texts(&[]), &[nameless]);
        assert_eq!(found[0].location(), ("dialects/new/Cargo.toml", 1));
    }

    #[test]
    fn core_vendor_word_is_found_in_comment() {
        let found = check(&SourceTree::from_texts(&[
            ("crates/engine/src/a.rs", "fn a() {}\n// as Sharely does\n"),
            ("crates/store/src/sql/b.sql", "-- GravityRail\n"),
        ]));
        assert_eq!(found[0].location(), ("crates/engine/src/a.rs", 2));
        assert_eq!(found[1].location(), ("crates/store/src/sql/b.sql", 1));
    }

    #[test]
    fn dialect_using_other_vendor_word_is_found() {
        let found = check(&SourceTree::from_texts(&[
            (
                "dialects/sharely/src/a.rs",
                "// Sharely, in relation to\n// ChatBotKit\n",
            ),
            ("crates/parlor/src/dialects.rs", "// Sharely and Lexicon\n"),
        ]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].location(), ("dialects/sharely/src/a.rs", 2));
        let sixth = SourceTree::from_texts(&[("dialects/new/src/a.rs", "// unlike ChatBotKit\n")]);
        assert_eq!(check(&sixth).len(), 1);
    }

    #[test]
    fn ordinary_english_word_passes() {
        assert_eq!(
            check(&SourceTree::from_texts(&[(
                "crates/model/src/a.rs",
                "// a relation of one to many\n"
            )])),
            []
        );
    }
}
