//! No two modules of one folder need each other, directly or around a corner. A parent and its children may.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::source_tree::SourceTree;

mod connectivity;
mod paths;

use paths::Module;

/// One module that names something of another: both by their full paths, and the file that does it.
struct ModuleEdge {
    from: Module,
    to: Module,
    file: String,
}

/// Circles that are still there, one a line: `folder: module module`. The list may only shrink.
const ALLOWED_LIST: &str = "xtask/tidy/allowed-circles.txt";

/// Modules of one folder that need each other.
struct ModuleCycle {
    /// As a line of the list of those that are allowed.
    name: String,
    finding: Finding,
}

/// Checks the sources of every package, each by itself.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let found = find_cycles(tree);
    let allowed: Vec<&str> = tree.text(ALLOWED_LIST).lines().collect();
    let stale = allowed.iter().enumerate().filter_map(|(line, name)| {
        let gone = !found.iter().any(|circle| circle.name == *name);
        let text = "this circle is gone: delete this line, or write what is left of it";
        gone.then(|| Finding::new(ALLOWED_LIST, line + 1, text))
    });
    let stale: Vec<Finding> = stale.collect();
    let new = found
        .into_iter()
        .filter(|circle| !allowed.contains(&circle.name.as_str()));
    new.map(|circle| circle.finding).chain(stale).collect()
}

fn find_cycles(tree: &SourceTree) -> Vec<ModuleCycle> {
    let mut crates: BTreeMap<String, BTreeMap<Module, &str>> = BTreeMap::new();
    for path in tree.sources.keys() {
        if let Some((package, module)) = paths::module_of(path) {
            crates.entry(package).or_default().insert(module, path);
        }
    }
    crates
        .iter()
        .flat_map(|(package, modules)| find_in_crate(tree, package, modules))
        .collect()
}

fn find_in_crate(
    tree: &SourceTree,
    package: &str,
    modules: &BTreeMap<Module, &str>,
) -> Vec<ModuleCycle> {
    let exports = module_exports(tree, modules);
    let mut edges = Vec::new();
    for (module, file) in modules {
        for path in paths::named_paths(tree, file, module) {
            edges.extend(
                paths::resolve(&path, modules, &exports).map(|to| ModuleEdge {
                    from: module.clone(),
                    to,
                    file: (*file).to_owned(),
                }),
            );
        }
    }
    // For each folder, which child needs which, and one file that shows it.
    let mut siblings: BTreeMap<Module, BTreeMap<(String, String), String>> = BTreeMap::new();
    for edge in edges {
        let shared = edge
            .from
            .iter()
            .zip(&edge.to)
            .take_while(|(a, b)| a == b)
            .count();
        if let (Some(from), Some(to)) = (edge.from.get(shared), edge.to.get(shared)) {
            siblings
                .entry(edge.from[..shared].to_vec())
                .or_default()
                .entry((from.clone(), to.clone()))
                .or_insert(edge.file);
        }
    }
    siblings
        .iter()
        .flat_map(|(folder, needs)| {
            let folder: String = folder.iter().map(|name| format!("/{name}")).collect();
            cycle_findings(&format!("{package}/src{folder}"), needs)
        })
        .collect()
}

/// What each module gives on under its own name: `pub use child::Name`.
fn module_exports(
    tree: &SourceTree,
    modules: &BTreeMap<Module, &str>,
) -> BTreeMap<(Module, String), Module> {
    let mut exports = BTreeMap::new();
    for (module, file) in modules {
        for path in paths::exported_paths(tree, file, module) {
            if let Some(name) = path.last() {
                exports.insert((module.clone(), name.clone()), path.clone());
            }
        }
    }
    exports
}

/// Every set of siblings that need each other.
fn cycle_findings(folder: &str, needs: &BTreeMap<(String, String), String>) -> Vec<ModuleCycle> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in needs.keys() {
        next.entry(from).or_default().insert(to);
    }
    connectivity::strongly_connected(&next)
        .into_iter()
        .map(|members| {
            let inside: Vec<_> = needs
                .iter()
                .filter(|((from, to), _)| {
                    members.contains(from.as_str()) && members.contains(to.as_str())
                })
                .collect();
            let shown: Vec<String> = inside
                .iter()
                .map(|((from, to), file)| format!("{from} needs {to} ({file})"))
                .collect();
            let names: Vec<&str> = members.into_iter().collect();
            let name = format!("{folder}: {}", names.join(" "));
            let text = format!(
                "a circle of modules, {name}: {}; move what they share into one that needs none of them",
                shown.join(", ")
            );
            ModuleCycle {
                name,
                finding: Finding::new(inside.first().map_or(folder, |(_, file)| file), 1, text),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(files: &[(&str, &str)]) -> usize {
        check(&SourceTree::from_texts(files)).len()
    }

    #[test]
    fn sibling_cycle_is_found() {
        assert_eq!(
            findings(&[
                ("crates/a/src/lib.rs", "mod b;\nmod c;"),
                ("crates/a/src/b.rs", "use crate::c::C;\npub struct B;"),
                ("crates/a/src/c/mod.rs", "mod d;\npub struct C;"),
                ("crates/a/src/c/d.rs", "use crate::b::{self, B};"),
            ]),
            1
        );
    }

    #[test]
    fn indirect_cycle_is_found() {
        let mut files = vec![
            (
                "crates/a/src/lib.rs",
                "mod b;\nmod c;\nmod d;\npub use d::D;",
            ),
            ("crates/a/src/b.rs", "fn f() { super::c::g(); }"),
            ("crates/a/src/c.rs", "use crate::D;"),
            ("crates/a/src/d.rs", "use super::b;"),
        ];
        assert_eq!(findings(&files), 1);
        files[3].1 = "// use super::b;";
        assert_eq!(findings(&files), 0);
    }

    #[test]
    fn parent_and_child_may_depend_on_each_other() {
        assert_eq!(
            findings(&[
                ("crates/a/src/lib.rs", "mod b;\npub struct A;\nuse b::B;"),
                (
                    "crates/a/src/b.rs",
                    "use crate::A;\nuse super::A as C;\npub struct B;"
                ),
            ]),
            0
        );
    }

    #[test]
    fn listed_cycle_is_allowed_until_removed() {
        let list = |text| {
            findings(&[
                ("crates/a/src/lib.rs", "mod b;\nmod c;"),
                ("crates/a/src/b.rs", "use crate::c::C;"),
                ("crates/a/src/c.rs", "use crate::b::B;"),
                (ALLOWED_LIST, text),
            ])
        };
        assert_eq!(list("crates/a/src: b c\n"), 0);
        assert_eq!(list("crates/a/src: b c\ncrates/a/src: d e\n"), 1);
        assert_eq!(list("crates/a/src: b d\n"), 2);
    }

    #[test]
    fn test_only_paths_are_ignored() {
        assert_eq!(
            findings(&[
                ("crates/a/src/lib.rs", "mod b;\nmod c;"),
                ("crates/a/src/b.rs", "use crate::c::C;"),
                (
                    "crates/a/src/c.rs",
                    "#[cfg(test)]\nmod tests {\n use crate::b::B;\n}"
                ),
            ]),
            0
        );
    }
}
