//! Named invariants: sources cite those that the page lists, and each listed one is cited where it is kept.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::source::line_of;
use super::source_tree::SourceTree;

const PAGE: &str = "docs/invariants.md";
const PREFIX: &str = "INV-";

/// Checks citations in Rust sources against the page.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let page = tree.text(PAGE);
    let listed: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .filter_map(|line| names(line).next())
        .map(|(_, name)| name)
        .collect();
    let mut cited = BTreeSet::new();
    let mut findings = Vec::new();
    for path in tree
        .sources
        .keys()
        .filter(|path| !path.starts_with("xtask/"))
    {
        let text = tree.text(path);
        for (offset, name) in names(text) {
            cited.insert(name);
            if !listed.contains(name) {
                let text_of_finding = format!("{name} is not in {PAGE}");
                findings.push(Finding::new(path, line_of(text, offset), text_of_finding));
            }
        }
    }
    for name in listed.difference(&cited) {
        let offset = page.find(&format!("| {name} |")).unwrap_or(0);
        let text_of_finding = format!("no source cites {name}: name it in the file that keeps it");
        findings.push(Finding::new(PAGE, line_of(page, offset), text_of_finding));
    }
    findings
}

/// Names of invariants in a text, with their offsets.
fn names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices(PREFIX).filter_map(|(offset, _)| {
        let rest = &text[offset + PREFIX.len()..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then(|| (offset, &text[offset..offset + PREFIX.len() + digits]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(source: &str) -> usize {
        check(&SourceTree::from_texts(&[
            (
                PAGE,
                "# Page\n\n| INV-1 | a | b |\n| INV-20 | c, see INV-1 | d |\n",
            ),
            ("crates/a/src/lib.rs", source),
        ]))
        .len()
    }

    #[test]
    fn every_listed_invariant_is_cited_and_every_citation_is_listed() {
        assert_eq!(findings("//! Keeps INV-1, INV-20."), 0);
        assert_eq!(findings("//! Keeps INV-1."), 1);
        assert_eq!(findings("//! Keeps INV-1, INV-20, INV-2."), 1);
        assert_eq!(findings("//! INV-, INV-x."), 2);
    }
}
