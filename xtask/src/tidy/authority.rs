//! Whoever touches conversations in the engine asks its authority.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::tree::Tree;

const ENGINE: &str = "crates/engine/src/";
const REVIEWED: &str = "xtask/tidy/unauthorized-files.txt";

/// Modules of the store whose rows are somebody's conversations.
const GUARDED: &[&str] = &[
    "conversation",
    "draft",
    "history",
    "import",
    "listing",
    "log",
    "message",
    "overview",
    "participant",
    "restore",
    "search",
    "statistics",
    "thread",
    "walk",
];

/// Calls that ask the authority, or that give what it has allowed.
const ASKS: &[&str] = &[
    "authority::",
    "authorized(",
    "stand(",
    "under_scope(",
    "visible(",
    "within(",
    "writable(",
];

/// Checks every file of the engine but the authority itself.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let reviewed: BTreeMap<&str, usize> = tree
        .text(REVIEWED)
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.starts_with('#'))
        .filter_map(|(n, line)| Some((line.split_whitespace().next()?, n + 1)))
        .collect();
    let mut found = Vec::new();
    let mut needed = Vec::new();
    for (path, text) in &tree.files {
        let Some(name) = path.strip_prefix(ENGINE) else {
            continue;
        };
        if name.starts_with("authority/") || !is_guarded(text) {
            continue;
        }
        if ASKS.iter().any(|call| text.contains(call)) {
            continue;
        }
        needed.push(name);
        if !reviewed.contains_key(name) {
            let text = format!(
                "touches conversations and asks the authority nothing: ask it, or say in {REVIEWED} why it needs not"
            );
            found.push(Finding::new(path, 1, text));
        }
    }
    let stale = reviewed.iter().filter(|(name, _)| !needed.contains(*name));
    found.extend(stale.map(|(name, line)| {
        Finding::new(
            REVIEWED,
            *line,
            format!("{name} needs no line here any more"),
        )
    }));
    found
}

/// Whether a file imports a guarded module of the store.
fn is_guarded(text: &str) -> bool {
    text.split("parlor_store::").skip(1).any(|rest| {
        let import = rest.split(';').next().unwrap_or_default();
        let words = import.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let mut words = words.filter(|word| !word.is_empty());
        import.contains("repo") && words.any(|word| GUARDED.contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_asks_or_says_why_not() {
        let read = "use parlor_store::repo::{log, message as repo};\n";
        let found = check(&Tree::of(&[
            ("crates/engine/src/a/bad.rs", read),
            (
                "crates/engine/src/a/asks.rs",
                &format!("{read}fn f() {{ authority::head() }}"),
            ),
            ("crates/engine/src/a/known.rs", read),
            (
                "crates/engine/src/a/other.rs",
                "use parlor_store::repo::label;\n",
            ),
            ("crates/engine/src/authority/rules.rs", read),
            (
                "xtask/tidy/unauthorized-files.txt",
                "# list\na/known.rs because\na/gone.rs because\n",
            ),
        ]));
        let places: Vec<_> = found.iter().map(Finding::place).collect();
        assert_eq!(places, [("crates/engine/src/a/bad.rs", 1), (REVIEWED, 3)]);
    }
}
