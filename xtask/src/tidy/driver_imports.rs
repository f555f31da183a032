//! Rule: only the store's backends use SQL drivers.

use super::finding::Finding;
use super::source::line_of;
use super::source_tree::SourceTree;

const BACKEND_FOLDERS: &str = "crates/store/src/backend/";
/// PostgreSQL bus, which needs the driver for notifications, but runs no statement of the store.
const BUS_FILE: &str = "crates/bus/src/postgres/";
const DRIVER_NAMES: &[&str] = &["rusqlite", "tokio_postgres", "deadpool_postgres"];

/// Checks shipped code; comments, literals and tests are exempt.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, source) in &tree.sources {
        if [BACKEND_FOLDERS, BUS_FILE, "xtask/"]
            .iter()
            .any(|folder| path.starts_with(folder))
        {
            continue;
        }
        // A module named `postgres` is not the driver.
        let has_own_module = source.code.contains("mod postgres");
        let names = DRIVER_NAMES
            .iter()
            .copied()
            .chain((!has_own_module).then_some("postgres::"));
        for name in names {
            for offset in source.find(name) {
                let before = source.code[..offset].trim_end();
                if source.is_test(offset)
                    || before.ends_with("::")
                    || source.code[..offset].ends_with(|c: char| c.is_alphanumeric() || c == '_')
                {
                    continue;
                }
                findings.push(Finding::new(
                    path,
                    line_of(&source.code, offset),
                    format!(
                        "the driver {} is named outside {BACKEND_FOLDERS}: move this behind the backend",
                        name.trim_end_matches(':')
                    ),
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
    fn driver_import_outside_backends_is_found() {
        let tree = SourceTree::from_texts(&[
            (
                "crates/store/src/backend/sqlite/open.rs",
                "use rusqlite::Connection;\n",
            ),
            ("crates/store/src/repo/space.rs", "\nuse rusqlite::Row;\n"),
            ("crates/store/src/tx.rs", "fn f(c: postgres::Client) {}\n"),
        ]);
        let found = check(&tree);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].location(), ("crates/store/src/repo/space.rs", 2));
        assert_eq!(found[1].location(), ("crates/store/src/tx.rs", 1));
    }

    #[test]
    fn own_modules_and_comments_may_use_driver_names() {
        let tree = SourceTree::from_texts(&[
            (
                "crates/store/src/backend.rs",
                "mod postgres;\nfn f() { postgres::open() }\n",
            ),
            (
                "crates/store/src/store.rs",
                "// rusqlite here\nfn f() { backend::postgres::open(\"rusqlite\") }\n",
            ),
            ("crates/store/tests/plain.rs", "use rusqlite::Row;\n"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
