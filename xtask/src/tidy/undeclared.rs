//! Rule: every source file is compiled. A file that no `mod` declares, and statements that are missing from the list of
//! all statements, are silently never tested.

use super::finding::Finding;
use super::source_tree::SourceTree;

const STATEMENT_FOLDER: &str = "crates/store/src/sql/";
const STATEMENT_LIST: &str = "crates/store/src/sql/mod.rs";

/// Checks the modules of all packages and the list of statements.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let paths = named_paths(tree);
    let undeclared = |path: &&String| !is_declared(tree, &paths, path);
    let modules = tree.sources.keys().filter(undeclared);
    let modules = modules.map(|path| {
        let text = "no module declares this file: add its `mod` line to the parent, or delete it";
        Finding::new(path, 1, text)
    });
    modules.chain(unlisted_statements(tree)).collect()
}

/// Returns whether a file is the root of a crate, or its parent module declares it.
fn is_declared(tree: &SourceTree, paths: &[&str], path: &str) -> bool {
    let Some((folder, file)) = path.rsplit_once('/') else {
        return true;
    };
    let is_root = ["lib.rs", "main.rs", "build.rs"].contains(&file)
        || ["/src/bin", "/tests", "/benches", "/examples"]
            .iter()
            .any(|kind| folder.ends_with(kind));
    if is_root || is_named_by_path(paths, folder, file) {
        return true;
    }
    let (folder, name) = match file.strip_suffix(".rs") {
        Some("mod") => folder.rsplit_once('/').unwrap_or(("", folder)),
        Some(name) => (folder, name),
        None => return true,
    };
    let line = format!("mod {name};");
    // `bench.rs` is the root of a program that a manifest names.
    ["/mod.rs", "/lib.rs", "/main.rs", "/bench.rs", ".rs"]
        .iter()
        .filter_map(|end| tree.sources.get(&format!("{folder}{end}")))
        .any(|parent| {
            parent
                .code
                .lines()
                .any(|declared| declared.ends_with(&line))
        })
}

/// Returns the lines of manifests and of `#[path]` attributes that name a file. Collected once: each of some thousand files
/// is looked for in them.
fn named_paths(tree: &SourceTree) -> Vec<&str> {
    tree.files
        .iter()
        .filter(|(path, _)| path.ends_with(".rs") || path.ends_with("Cargo.toml"))
        .flat_map(|(_, text)| text.lines())
        .filter(|line| line.starts_with("path = ") || line.trim_start().starts_with("#[path = "))
        .collect()
}

/// Returns whether a manifest or a `#[path]` attribute names the file.
fn is_named_by_path(paths: &[&str], folder: &str, file: &str) -> bool {
    let last_folder = folder.rsplit('/').next().unwrap_or_default();
    let ends = [format!("/{last_folder}/{file}\""), format!("\"{file}\"")];
    paths
        .iter()
        .any(|line| ends.iter().any(|end| line.contains(end)))
}

/// Finds files of statements that `sql::all` does not iterate over.
fn unlisted_statements(tree: &SourceTree) -> impl Iterator<Item = Finding> {
    let list = tree.text(STATEMENT_LIST);
    tree.sources.keys().filter_map(move |path| {
        let name = path.strip_prefix(STATEMENT_FOLDER)?.strip_suffix(".rs")?;
        let is_listed = list.contains(&format!(" {name}::ALL,"));
        let text = format!("`all()` in {STATEMENT_LIST} lacks {name}::ALL, so that no test prepares these statements");
        (name != "mod" && !name.contains('/') && !is_listed).then(|| Finding::new(path, 1, text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_in(files: &[(&str, &str)]) -> Vec<String> {
        let found = check(&SourceTree::from_texts(files));
        found
            .iter()
            .map(|one| one.location().0.to_owned())
            .collect()
    }

    #[test]
    fn declared_modules_pass() {
        assert_eq!(
            found_in(&[
                ("crates/a/src/lib.rs", "pub mod b;\nmod c;\n"),
                ("crates/a/src/b.rs", "pub(crate) mod d;\n"),
                ("crates/a/src/b/d.rs", ""),
                ("crates/a/src/c/mod.rs", ""),
                ("crates/a/tests/whole/main.rs", "mod part;\n"),
                (
                    "crates/a/tests/whole/part.rs",
                    "#[path = \"../shared/one.rs\"]\nmod one;\n"
                ),
                ("crates/a/tests/shared/one.rs", ""),
                ("crates/a/tests/plain.rs", ""),
            ]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn file_without_declaration_is_found() {
        assert_eq!(
            found_in(&[
                ("crates/a/src/lib.rs", "// mod b;\nmod bc;\n"),
                ("crates/a/src/b.rs", ""),
                ("crates/a/src/bc/mod.rs", ""),
                ("crates/a/src/bc/d.rs", ""),
            ]),
            ["crates/a/src/b.rs", "crates/a/src/bc/d.rs"]
        );
    }

    #[test]
    fn statements_outside_the_list_are_found() {
        let list =
            "pub mod label;\npub mod site;\npub fn all() {\n    [\n        site::ALL,\n    ]\n}\n";
        assert_eq!(
            found_in(&[
                ("crates/store/src/lib.rs", "mod sql;\n"),
                (STATEMENT_LIST, list),
                ("crates/store/src/sql/label.rs", ""),
                ("crates/store/src/sql/site.rs", ""),
            ]),
            ["crates/store/src/sql/label.rs"]
        );
    }
}
