//! The packages of the workspace and what their manifests ask for.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::run;

/// One package of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct WorkspacePackage {
    /// Its folder, from the top of the repository: `crates/model`.
    pub(crate) folder: String,
    pub(crate) dependencies: Vec<PackageDependency>,
    /// A dialect's vendor's names, in lower case.
    pub(crate) vendor_words: Vec<String>,
}

/// One line of a manifest's lists of dependencies.
#[derive(Debug, Clone)]
pub(crate) struct PackageDependency {
    pub(crate) name: String,
    /// The folder of a package of this workspace.
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

/// The tables of a manifest that cargo leaves to others.
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

/// Asks cargo, which answers from the manifests alone.
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
        let mut needs = Vec::new();
        for need in raw.dependencies {
            needs.push(PackageDependency {
                folder: match &need.path {
                    Some(path) => Some(folder_of(Path::new(path))?),
                    None => None,
                },
                name: need.name,
                is_dev: need.kind.as_deref() == Some("dev"),
            });
        }
        packages.push(WorkspacePackage {
            folder: folder_of(manifest.parent().unwrap_or(manifest))?,
            dependencies: needs,
            vendor_words: raw
                .metadata
                .and_then(|tables| tables.parlor)
                .map_or_else(Vec::new, |table| table.vendor_words),
        });
    }
    Ok(packages)
}
