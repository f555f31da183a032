//! Modules, and the paths in their code.

use std::collections::BTreeMap;

use crate::tidy::source_tree::SourceTree;

/// Path of a module within its package; empty for the crate root.
pub(super) type Module = Vec<String>;

/// Returns the package and module of a source file; `None` for a file outside `src`.
pub(super) fn module_of(path: &str) -> Option<(String, Module)> {
    let (package, rest) = path.split_once("/src/")?;
    let mut module: Module = rest
        .strip_suffix(".rs")?
        .split('/')
        .map(str::to_owned)
        .collect();
    if module.last().is_some_and(|last| last == "mod") || matches!(rest, "lib.rs" | "main.rs") {
        module.pop();
    }
    Some((package.to_owned(), module))
}

/// Returns every path in a module's code, relative to the crate root. Tests are excluded.
pub(super) fn named_paths(tree: &SourceTree, file: &str, module: &Module) -> Vec<Vec<String>> {
    let Some(source) = tree.sources.get(file) else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    for start in ["crate", "super", "self"] {
        for offset in source.find(&format!("{start}::")) {
            if source.is_test(offset)
                || is_identifier_char(source.code[..offset].chars().next_back())
            {
                continue;
            }
            // `super::super` is parsed at its first segment.
            if source.code[..offset].ends_with("::") {
                continue;
            }
            parse_path(&source.code[offset..], &[], &mut |path| {
                paths.extend(absolute_path(path, module));
            });
        }
    }
    paths
}

/// Returns the paths that a module re-exports by `pub use`, relative to the crate root.
pub(super) fn exported_paths(tree: &SourceTree, file: &str, module: &Module) -> Vec<Vec<String>> {
    let Some(source) = tree.sources.get(file) else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    for start in ["pub use ", "pub(crate) use ", "pub(super) use "] {
        for offset in source.find(start) {
            parse_path(&source.code[offset + start.len()..], &[], &mut |path| {
                paths.push(match absolute_path(path, module) {
                    Some(absolute) => absolute,
                    // A path relative to the module: its first segment is a child module.
                    None => module.iter().chain(path).cloned().collect(),
                });
            });
        }
    }
    paths
}

/// Returns the deepest module of a path, following re-exports.
pub(super) fn resolve(
    path: &[String],
    modules: &BTreeMap<Module, &str>,
    exports: &BTreeMap<(Module, String), Module>,
) -> Option<Module> {
    let mut at: Module = Vec::new();
    let mut rest: Vec<String> = path.to_vec();
    // Bounded, because re-exports may be recursive.
    for _ in 0..32 {
        let Some(next) = rest.first().cloned() else {
            return Some(at);
        };
        let mut child = at.clone();
        child.push(next.clone());
        if modules.contains_key(&child) {
            at = child;
            rest.remove(0);
        } else if let Some(target) = exports.get(&(at.clone(), next)) {
            let mut path = target.clone();
            path.extend(rest.drain(..).skip(1));
            rest = path;
            at = Vec::new();
        } else {
            return Some(at);
        }
    }
    None
}

fn absolute_path(path: &[String], module: &Module) -> Option<Vec<String>> {
    let mut base = match path.first()?.as_str() {
        "crate" => return Some(path[1..].to_vec()),
        "self" => module.clone(),
        "super" => {
            let mut parent = module.clone();
            parent.pop();
            parent
        }
        _ => return None,
    };
    let mut rest = &path[1..];
    while rest.first().is_some_and(|segment| segment == "super") {
        base.pop();
        rest = &rest[1..];
    }
    base.extend_from_slice(rest);
    Some(base)
}

/// Parses a path, or each path of a group, and returns the remaining code.
fn parse_path<'a>(code: &'a str, before: &[String], each: &mut impl FnMut(&[String])) -> &'a str {
    let mut path = before.to_vec();
    let mut rest = code.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            return parse_group(group, &path, each);
        }
        let end = rest
            .find(|c: char| !is_identifier_char(Some(c)))
            .unwrap_or(rest.len());
        let segment = &rest[..end];
        rest = &rest[end..];
        // `a::{self}` is `a`.
        if !segment.is_empty() && (segment != "self" || path.is_empty()) {
            path.push(segment.to_owned());
        }
        match rest.strip_prefix("::") {
            Some(next) if !segment.is_empty() => rest = next.trim_start(),
            _ => break,
        }
    }
    each(&path);
    rest
}

fn parse_group<'a>(code: &'a str, before: &[String], each: &mut impl FnMut(&[String])) -> &'a str {
    let mut rest = code;
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('}') {
            return after;
        }
        if rest.is_empty() {
            return rest;
        }
        rest = parse_path(rest, before, each);
        // Skips `as Name` and the like up to the next comma of the group.
        let stop = rest.find([',', '}']).unwrap_or(rest.len());
        rest = &rest[stop..];
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
}

fn is_identifier_char(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_paths(code: &str) -> Vec<String> {
        let tree = SourceTree::from_texts(&[("crates/x/src/a/b.rs", code)]);
        named_paths(
            &tree,
            "crates/x/src/a/b.rs",
            &vec!["a".to_owned(), "b".to_owned()],
        )
        .into_iter()
        .map(|path| path.join("::"))
        .collect()
    }

    #[test]
    fn use_paths_and_groups_are_absolute() {
        assert_eq!(
            all_paths("use crate::c::{self, d::{E, F as G}, H};"),
            ["c", "c::d::E", "c::d::F", "c::H"]
        );
        assert_eq!(all_paths("fn f() { super::c::g() }"), ["a::c::g"]);
        assert_eq!(all_paths("use super::super::c;"), ["c"]);
        assert_eq!(all_paths("use self::c::D;"), ["a::b::c::D"]);
        assert_eq!(all_paths("use mycrate::c;"), Vec::<String>::new());
    }

    #[test]
    fn file_path_maps_to_module() {
        let module = |path: &str| module_of(path).map(|(_, module)| module.join("::"));
        assert_eq!(module("crates/x/src/lib.rs").as_deref(), Some(""));
        assert_eq!(module("crates/x/src/a/mod.rs").as_deref(), Some("a"));
        assert_eq!(module("crates/x/src/a/b.rs").as_deref(), Some("a::b"));
        assert_eq!(module("crates/x/tests/a.rs"), None);
    }
}
