//! Rule: engine files that access conversations check authorization.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::source_tree::SourceTree;

const ENGINE_FOLDER: &str = "crates/engine/src/";
const REVIEWED_LIST: &str = "xtask/tidy/unauthorized-files.txt";

/// Modules of the store whose rows belong to conversations.
const GUARDED_MODULES: &[&str] = &[
    "conversation",
    "draft",
    "history",
    "import",
    "listing",
    "log",
    "message",
    "conversation_list_item",
    "participant",
    "restore",
    "search",
    "statistics",
    "thread",
    "scan",
];

/// Calls that check authorization, or return what it has allowed.
const AUTHORITY_CALLS: &[&str] = &[
    "authority::",
    "authorize_conversation(",
    "authorize_write(",
    "find_authorized(",
    "find_header_with_access(",
    "find_in_space(",
    "find_open_with_scope(",
    "find_visible(",
    "load_membership(",
];

/// Checks every file of the engine outside `authority/`.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let reviewed: BTreeMap<&str, usize> = tree
        .text(REVIEWED_LIST)
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.starts_with('#'))
        .filter_map(|(n, line)| Some((line.split_whitespace().next()?, n + 1)))
        .collect();
    let mut found = Vec::new();
    let mut needed = Vec::new();
    for (path, text) in &tree.files {
        let Some(name) = path.strip_prefix(ENGINE_FOLDER) else {
            continue;
        };
        if name.starts_with("authority/") || !imports_guarded_module(text) {
            continue;
        }
        if AUTHORITY_CALLS.iter().any(|call| text.contains(call)) {
            continue;
        }
        needed.push(name);
        if !reviewed.contains_key(name) {
            let text = format!(
                "touches conversations and asks the authority nothing: ask it, or say in {REVIEWED_LIST} why it needs not"
            );
            found.push(Finding::new(path, 1, text));
        }
    }
    let stale = reviewed.iter().filter(|(name, _)| !needed.contains(*name));
    found.extend(stale.map(|(name, line)| {
        Finding::new(
            REVIEWED_LIST,
            *line,
            format!("{name} needs no line here any more"),
        )
    }));
    found
}

/// Returns whether a file imports a guarded module of the store.
fn imports_guarded_module(text: &str) -> bool {
    text.split("parlor_store::").skip(1).any(|rest| {
        let import = rest.split(';').next().unwrap_or_default();
        let words = import.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let mut words = words.filter(|word| !word.is_empty());
        import.contains("repo") && words.any(|word| GUARDED_MODULES.contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guarded_import_requires_authority_call_or_reason() {
        let read = "use parlor_store::repo::{log, message as repo};\n";
        let found = check(&SourceTree::from_texts(&[
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
        let locations: Vec<_> = found.iter().map(Finding::location).collect();
        assert_eq!(
            locations,
            [("crates/engine/src/a/bad.rs", 1), (REVIEWED_LIST, 3)]
        );
    }
}
