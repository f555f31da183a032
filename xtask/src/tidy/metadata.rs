//! Packages of the workspace and their dependencies.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::run;

/// Package of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct WorkspacePackage {
    /// Folder relative to the root, such as `crates/model`.
    pub(crate) folder: String,
    pub(crate) dependencies: Vec<PackageDependency>,
    /// Names of a dialect's vendor, in lower case.
    pub(crate) vendor_words: Vec<String>,
}

/// Dependency of a package.
#[derive(Debug, Clone)]
pub(crate) struct PackageDependency {
    pub(crate) name: String,
    /// Folder of the dependency, if it is a package of this workspace.
    pub(crate) folder: Option<String>,
    pub(crate) is_dev: bool,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<RawPackage>,
}

#[derive(Deserialize)]
struct RawPackage {
    manifest_path: String,
    dependencies: Vec<RawDependency>,
    metadata: Option<RawTables>,
}

/// `[package.metadata]` tables.
#[derive(Deserialize)]
struct RawTables {
    parlor: Option<RawTable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct RawTable {
    #[serde(default)]
    vendor_words: Vec<String>,
}

#[derive(Deserialize)]
struct RawDependency {
    name: String,
    kind: Option<String>,
    path: Option<String>,
}

/// Reads all packages with `cargo metadata --no-deps`.
pub(crate) fn read_packages(root: &Path) -> Result<Vec<WorkspacePackage>> {
    let text = run::checked_output(run::cargo_command().args([
        "metadata",
        "--no-deps",
        "--format-version=1",
    ]))?;
    let metadata: Metadata = serde_json::from_str(&text)?;
    let folder_of = |path: &Path| -> Result<String> {
        let folder = path
            .strip_prefix(root)
            .with_context(|| format!("{} lies outside the repository", path.display()))?;
        Ok(folder.to_string_lossy().into_owned())
    };
    let mut packages = Vec::new();
    for raw in metadata.packages {
        let manifest = Path::new(&raw.manifest_path);
        let mut dependencies = Vec::new();
        for dependency in raw.dependencies {
            dependencies.push(PackageDependency {
                folder: match &dependency.path {
                    Some(path) => Some(folder_of(Path::new(path))?),
                    None => None,
                },
                name: dependency.name,
                is_dev: dependency.kind.as_deref() == Some("dev"),
            });
        }
        packages.push(WorkspacePackage {
            folder: folder_of(manifest.parent().unwrap_or(manifest))?,
            dependencies,
            vendor_words: raw
                .metadata
                .and_then(|tables| tables.parlor)
                .map_or_else(Vec::new, |table| table.vendor_words),
        });
    }
    Ok(packages)
}
