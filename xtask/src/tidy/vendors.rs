//! The core speaks no vendor's words, and a dialect only its own.

use super::finding::Finding;
use super::metadata::Package;
use super::source::line_of;
use super::tree::Tree;

const NEUTRAL: &[&str] = &[
    "crates/model/",
    "crates/store/",
    "crates/bus/",
    "crates/engine/",
    "crates/channels/",
    "crates/gateway/",
];

/// Checks everything in those folders, comments included, for the words that each dialect's manifest gives. "Relation"
/// alone is a plain English word.
pub(crate) fn check(tree: &Tree, packages: &[Package]) -> Vec<Finding> {
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
        let neutral = NEUTRAL.iter().any(|folder| path.starts_with(folder));
        let home = vendors.iter().find(|(folder, _)| path.starts_with(folder));
        if !neutral && !path.starts_with("dialects/") {
            continue;
        }
        let text = text.to_ascii_lowercase();
        let strange = vendors
            .iter()
            .filter(|(folder, _)| home.is_none_or(|(own, _)| own != folder));
        for word in strange.flat_map(|(_, words)| words.iter()) {
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

    fn check(tree: &Tree) -> Vec<Finding> {
        let dialect = |folder: &str, words: &[&str]| Package {
            folder: folder.to_owned(),
            needs: Vec::new(),
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
    fn a_dialect_names_its_vendor() {
        let nameless = Package {
            folder: "dialects/new".to_owned(),
            needs: Vec::new(),
            vendor_words: Vec::new(),
        };
        let found = super::check(&Tree::of(&[]), &[nameless]);
        assert_eq!(found[0].place(), ("dialects/new/Cargo.toml", 1));
    }

    #[test]
    fn the_core_names_no_vendor_even_in_a_comment() {
        let found = check(&Tree::of(&[
            ("crates/engine/src/a.rs", "fn a() {}\n// as Sharely does\n"),
            ("crates/store/src/sql/b.sql", "-- GravityRail\n"),
        ]));
        assert_eq!(found[0].place(), ("crates/engine/src/a.rs", 2));
        assert_eq!(found[1].place(), ("crates/store/src/sql/b.sql", 1));
    }

    #[test]
    fn a_dialect_names_its_own_vendor_only() {
        let found = check(&Tree::of(&[
            (
                "dialects/sharely/src/a.rs",
                "// Sharely, in relation to\n// ChatBotKit\n",
            ),
            ("crates/parlor/src/dialects.rs", "// Sharely and Lexicon\n"),
        ]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place(), ("dialects/sharely/src/a.rs", 2));
        let sixth = Tree::of(&[("dialects/new/src/a.rs", "// unlike ChatBotKit\n")]);
        assert_eq!(check(&sixth).len(), 1);
    }

    #[test]
    fn the_english_word_is_free() {
        assert_eq!(
            check(&Tree::of(&[(
                "crates/model/src/a.rs",
                "// a relation of one to many\n"
            )])),
            []
        );
    }
}
