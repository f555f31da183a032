//! Parts of the tests by a short name: a package, or one of the test programs of a package.

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::run;

/// What the names of packages begin with beyond what tells them apart.
const PREFIXES: [&str; 2] = ["parlor-", "dialect-"];

/// One part of the tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Area {
    /// All tests of a package.
    Package(String),
    /// One program under `tests/`.
    Program { package: String, target: String },
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Finds the area of each name.
///
/// # Errors
/// When a name stands for no area; the error lists those there are.
pub(super) fn find_all(names: &[String]) -> Result<Vec<Area>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let text = run::output(run::cargo().args(["metadata", "--no-deps", "--format-version=1"]))?;
    let metadata: Metadata = serde_json::from_str(&text)?;
    names
        .iter()
        .map(|name| find(&metadata.packages, name))
        .collect()
}

fn find(packages: &[Package], name: &str) -> Result<Area> {
    let all = areas(packages);
    match all.iter().find(|(own, _)| own == name) {
        Some((_, area)) => Ok(area.clone()),
        None => {
            let names: Vec<&str> = all.iter().map(|(own, _)| own.as_str()).collect();
            bail!("there is no area {name:?}; there are: {}", names.join(", "))
        }
    }
}

/// Every area by its name. A package goes before a test program of the same name.
fn areas(packages: &[Package]) -> Vec<(String, Area)> {
    let short = |name: &str| {
        let rest = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix));
        rest.unwrap_or(name).to_owned()
    };
    let mut all: Vec<(String, Area)> = packages
        .iter()
        .map(|package| (short(&package.name), Area::Package(package.name.clone())))
        .collect();
    for package in packages {
        for target in &package.targets {
            if target.kind.iter().any(|kind| kind == "test")
                && !all.iter().any(|(own, _)| *own == target.name)
            {
                all.push((
                    target.name.clone(),
                    Area::Program {
                        package: package.name.clone(),
                        target: target.name.clone(),
                    },
                ));
            }
        }
    }
    all
}

impl Area {
    /// What cargo and nextest select it by.
    pub(super) fn cargo_args(&self) -> Vec<&str> {
        match self {
            Area::Package(package) => vec!["--package", package],
            Area::Program { package, target } => vec!["--package", package, "--test", target],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages() -> Vec<Package> {
        serde_json::from_str(
            r#"[{"name": "parlor", "targets": [{"name": "parlor", "kind": ["bin"]}, {"name": "contract", "kind": ["test"]}]},
                {"name": "parlor-store", "targets": []},
                {"name": "dialect-sharely", "targets": [{"name": "chats", "kind": ["test"]}]}]"#,
        )
        .unwrap()
    }

    #[test]
    fn packages_and_test_programs_have_short_names() {
        assert_eq!(
            find(&packages(), "store").unwrap().cargo_args(),
            ["--package", "parlor-store"]
        );
        assert_eq!(
            find(&packages(), "contract").unwrap().cargo_args(),
            ["--package", "parlor", "--test", "contract"]
        );
    }

    #[test]
    fn an_unknown_name_is_answered_with_those_there_are() {
        let error = find(&packages(), "stores").unwrap_err().to_string();
        assert!(
            error.contains("parlor, store, sharely, contract, chats"),
            "{error}"
        );
    }
}
