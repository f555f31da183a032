//! Types are nouns of the field, and one name stands for one thing.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::source::{Source, is_test_path, line_of};
use super::source_tree::SourceTree;

/// Names that may stand for the same idea in several packages: `Name  why`.
const SHARED: &str = "xtask/tidy/shared-names.txt";

/// What says neither what a thing is nor what it does.
const EMPTY: &[&str] = &[
    "Asked", "By", "Crowd", "Desk", "Done", "Door", "Ear", "Found", "Given", "Gone", "Here",
    "House", "Heard", "Kept", "Kitchen", "Lobby", "Made", "Moved", "Of", "Pen", "Place", "Placed",
    "Read", "Room", "Said", "Say", "Seen", "Sent", "Sheet", "Shown", "Sign", "Stirred", "Stretch",
    "Taken", "Thing", "Told", "Tried", "Waiting", "Walked", "Way", "Within", "Words", "Written",
];

const KINDS: [&str; 5] = ["struct ", "enum ", "trait ", "type ", "union "];

/// One definition of a type.
struct Definition<'a> {
    name: &'a str,
    path: &'a str,
    line: usize,
    visible: bool,
}

/// Checks every Rust source.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let definitions: Vec<Definition> = tree
        .sources
        .iter()
        .flat_map(|(path, source)| definitions(path, source))
        .collect();
    let mut findings: Vec<Finding> = definitions
        .iter()
        .filter(|found| EMPTY.contains(&found.name))
        .map(|found| {
            let text = format!(
                "`{}` does not say what it is: name the type after the field's noun for it",
                found.name
            );
            Finding::new(found.path, found.line, text)
        })
        .collect();
    findings.extend(repeats(tree, &definitions));
    findings
}

/// Visible types of the core that share a name.
fn repeats(tree: &SourceTree, definitions: &[Definition]) -> Vec<Finding> {
    let shared: Vec<&str> = tree
        .text(SHARED)
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let mut by_name: BTreeMap<&str, Vec<&Definition>> = BTreeMap::new();
    for found in definitions {
        if found.visible && is_core(found.path) {
            by_name.entry(found.name).or_default().push(found);
        }
    }
    let mut findings = Vec::new();
    for (name, found) in &by_name {
        if let [first, .., last] = found.as_slice()
            && !shared.contains(name)
        {
            let text = format!(
                "`{name}` is also defined in {}: one name, one thing (or a line with the reason in {SHARED})",
                first.path
            );
            findings.push(Finding::new(last.path, last.line, text));
        }
    }
    for (line, name) in shared.iter().enumerate() {
        if by_name.get(name).is_none_or(|found| found.len() < 2) {
            let text = format!("`{name}` is defined once: delete this line");
            findings.push(Finding::new(SHARED, line + 1, text));
        }
    }
    findings
}

/// Dialects and backends are several of a kind, so their names recur; tests are nobody's interface.
fn is_core(path: &str) -> bool {
    path.starts_with("crates/") && !path.contains("/backend/") && !is_test_path(path)
}

fn definitions<'a>(path: &'a str, source: &'a Source) -> Vec<Definition<'a>> {
    let mut found = Vec::new();
    for kind in KINDS {
        for offset in source.find(kind) {
            let before = source.code[..offset].trim_end_matches(' ');
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            let words = before[line_start..].trim();
            // Items alone: not a bound, a path or an associated type of a trait's implementation.
            let visible = matches!(words, "pub" | "pub(crate)");
            if !(visible || words.is_empty() || words.starts_with("pub(")) {
                continue;
            }
            let rest = &source.code[offset + kind.len()..];
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let name = &rest[..end];
            let associated = kind == "type " && source.code[line_start..].starts_with("    ");
            if name.starts_with(|c: char| c.is_ascii_uppercase())
                && !associated
                && !source.is_test(offset)
            {
                found.push(Definition {
                    name,
                    path,
                    line: line_of(&source.code, offset),
                    visible,
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_says_nothing_is_found_wherever_it_is() {
        let found = check(&SourceTree::from_texts(&[
            ("dialects/a/src/b.rs", "struct Asked;\nstruct AskedFor;"),
            (
                "crates/a/src/b.rs",
                "impl X { type Asked = u8; }\n// struct Said;",
            ),
        ]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].location(), ("dialects/a/src/b.rs", 1));
    }

    #[test]
    fn a_visible_name_of_the_core_stands_for_one_thing() {
        let two = |a: &str, b: &str, list: &str| {
            check(&SourceTree::from_texts(&[
                ("crates/a/src/lib.rs", a),
                ("crates/b/src/lib.rs", b),
                (SHARED, list),
            ]))
            .len()
        };
        assert_eq!(two("pub struct Row;", "pub(crate) enum Row {}", ""), 1);
        assert_eq!(two("pub struct Row;", "struct Row;", ""), 0);
        assert_eq!(
            two(
                "pub struct Row;",
                "pub(crate) enum Row {}",
                "Row  a row of each\n"
            ),
            0
        );
        assert_eq!(two("pub struct Row;", "", "Row  a row of each\n"), 1);
    }
}
