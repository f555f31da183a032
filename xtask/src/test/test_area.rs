//! Areas of tests by short name: a package, or a test program of a package.

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::run;

/// Prefixes that short names omit.
const PACKAGE_PREFIXES: [&str; 2] = ["parlor-", "dialect-"];

/// Package of the program. Its tests alone run it.
const PROGRAM_PACKAGE: &str = "parlor";

/// Area of tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TestArea {
    /// All tests of a package.
    Package(String),
    /// One test program under `tests/`.
    Program { package: String, target: String },
}

#[derive(Deserialize)]
struct WorkspaceMetadata {
    packages: Vec<TestPackage>,
}

#[derive(Deserialize)]
struct TestPackage {
    name: String,
    targets: Vec<TestTarget>,
}

#[derive(Deserialize)]
struct TestTarget {
    name: String,
    kind: Vec<String>,
}

/// Finds the area of each name.
///
/// # Errors
/// If a name is unknown; the error lists the known ones.
pub(super) fn find_all(names: &[String]) -> Result<Vec<TestArea>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let text = run::checked_output(run::cargo_command().args([
        "metadata",
        "--no-deps",
        "--format-version=1",
    ]))?;
    let metadata: WorkspaceMetadata = serde_json::from_str(&text)?;
    names
        .iter()
        .map(|name| find_area(&metadata.packages, name))
        .collect()
}

fn find_area(packages: &[TestPackage], name: &str) -> Result<TestArea> {
    let all = named_areas(packages);
    match all.iter().find(|(own, _)| own == name) {
        Some((_, area)) => Ok(area.clone()),
        None => {
            let names: Vec<&str> = all.iter().map(|(own, _)| own.as_str()).collect();
            bail!("there is no area {name:?}; there are: {}", names.join(", "))
        }
    }
}

/// Lists all areas by name. A package takes precedence over a test program of the same name.
fn named_areas(packages: &[TestPackage]) -> Vec<(String, TestArea)> {
    let short = |name: &str| {
        let rest = PACKAGE_PREFIXES
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix));
        rest.unwrap_or(name).to_owned()
    };
    let mut all: Vec<(String, TestArea)> = packages
        .iter()
        .map(|package| {
            (
                short(&package.name),
                TestArea::Package(package.name.clone()),
            )
        })
        .collect();
    for package in packages {
        for target in &package.targets {
            if target.kind.iter().any(|kind| kind == "test")
                && !all.iter().any(|(own, _)| *own == target.name)
            {
                all.push((
                    target.name.clone(),
                    TestArea::Program {
                        package: package.name.clone(),
                        target: target.name.clone(),
                    },
                ));
            }
        }
    }
    all
}

impl TestArea {
    /// Returns the arguments with which cargo and nextest select the area.
    pub(super) fn cargo_args(&self) -> Vec<&str> {
        match self {
            TestArea::Package(package) => vec!["--package", package],
            TestArea::Program { package, target } => vec!["--package", package, "--test", target],
        }
    }

    /// Returns whether the area has tests that run the built program.
    pub(super) fn runs_program(&self) -> bool {
        let (TestArea::Package(package) | TestArea::Program { package, .. }) = self;
        package == PROGRAM_PACKAGE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages() -> Vec<TestPackage> {
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
            find_area(&packages(), "store").unwrap().cargo_args(),
            ["--package", "parlor-store"]
        );
        assert_eq!(
            find_area(&packages(), "contract").unwrap().cargo_args(),
            ["--package", "parlor", "--test", "contract"]
        );
        let runs_program = |name| find_area(&packages(), name).unwrap().runs_program();
        assert!(runs_program("contract") && !runs_program("store"));
    }

    #[test]
    fn unknown_name_error_lists_known_names() {
        let error = find_area(&packages(), "stores").unwrap_err().to_string();
        assert!(
            error.contains("parlor, store, sharely, contract, chats"),
            "{error}"
        );
    }
}
