//! Rule: no dependency cycles between sibling modules. A parent and its children may depend on each other.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::source_tree::SourceTree;

mod connectivity;
mod paths;

use paths::Module;

/// Dependency of one module on another, both by full path, and the file in which it occurs.
struct ModuleEdge {
    from: Module,
    to: Module,
    file: String,
}

/// List of existing cycles, one per line: `folder: module module`. The list may only shrink.
const ALLOWED_LIST: &str = "xtask/tidy/allowed-circles.txt";

/// Cycle between modules of one folder.
struct ModuleCycle {
    /// Text of the cycle's line in [`ALLOWED_LIST`].
    name: String,
    finding: Finding,
}

/// Checks the sources of each package.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let found = find_cycles(tree);
    let allowed: Vec<&str> = tree.text(ALLOWED_LIST).lines().collect();
    let stale = allowed.iter().enumerate().filter_map(|(line, name)| {
        let is_gone = !found.iter().any(|cycle| cycle.name == *name);
        let text = "this circle is gone: delete this line, or write what is left of it";
        is_gone.then(|| Finding::new(ALLOWED_LIST, line + 1, text))
    });
    let stale: Vec<Finding> = stale.collect();
    let new = found
        .into_iter()
        .filter(|cycle| !allowed.contains(&cycle.name.as_str()));
    new.map(|cycle| cycle.finding).chain(stale).collect()
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
    // Edges between the children of each folder, with one file as evidence.
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
        .flat_map(|(folder, edges_by_name)| {
            let folder: String = folder.iter().map(|name| format!("/{name}")).collect();
            cycle_findings(&format!("{package}/src{folder}"), edges_by_name)
        })
        .collect()
}

/// Collects the re-exports of each module (`pub use child::Name`).
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

/// Finds every set of siblings that depend on each other.
fn cycle_findings(
    folder: &str,
    edges_by_name: &BTreeMap<(String, String), String>,
) -> Vec<ModuleCycle> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in edges_by_name.keys() {
        next.entry(from).or_default().insert(to);
    }
    connectivity::strongly_connected(&next)
        .into_iter()
        .map(|members| {
            let inside: Vec<_> = edges_by_name
                .iter()
                .filter(|((from, to), _)| {
                    members.contains(from.as_str()) && members.contains(to.as_str())
                })
                .collect();
            let edges: Vec<String> = inside
                .iter()
                .map(|((from, to), file)| format!("{from} needs {to} ({file})"))
                .collect();
            let names: Vec<&str> = members.into_iter().collect();
            let name = format!("{folder}: {}", names.join(" "));
            let text = format!(
                "a circle of modules, {name}: {}; move what they share into one that needs none of them",
                edges.join(", ")
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
