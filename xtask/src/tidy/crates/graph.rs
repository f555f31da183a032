//! Graph of all resolved crates, from `cargo metadata`.

use std::path::Path;

use anyhow::Result;
use serde::Deserialize;

use crate::run;

/// Resolved crates with their dependents.
pub(super) struct CrateGraph {
    pub(super) crates: Vec<ResolvedCrate>,
}

/// Version of a crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResolvedCrate {
    pub(super) name: String,
    pub(super) version: String,
    /// SPDX expression, possibly in its older syntax.
    pub(super) license: Option<String>,
    /// Source; `None` for a package of this workspace.
    pub(super) source: Option<String>,
    /// Names of the dependents.
    pub(super) dependents: Vec<String>,
}

#[derive(Deserialize)]
struct GraphMetadata {
    packages: Vec<MetadataPackage>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct MetadataPackage {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<ResolveNode>,
}

#[derive(Deserialize)]
struct ResolveNode {
    id: String,
    dependencies: Vec<String>,
}

impl CrateGraph {
    /// Reads the graph.
    ///
    /// # Errors
    /// If cargo cannot resolve the workspace.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut cargo = run::cargo_command();
        cargo
            .current_dir(root)
            .args(["metadata", "--all-features", "--format-version=1"]);
        Self::parse(&run::checked_output(&mut cargo)?)
    }

    fn parse(text: &str) -> Result<Self> {
        let metadata: GraphMetadata = serde_json::from_str(text)?;
        let name_of = |id: &str| {
            metadata
                .packages
                .iter()
                .find(|package| package.id == id)
                .map(|package| package.name.clone())
        };
        let crates = metadata
            .packages
            .iter()
            .map(|package| {
                let mut dependents: Vec<String> = metadata
                    .resolve
                    .nodes
                    .iter()
                    .filter(|node| node.dependencies.contains(&package.id))
                    .filter_map(|node| name_of(&node.id))
                    .collect();
                dependents.sort_unstable();
                dependents.dedup();
                ResolvedCrate {
                    name: package.name.clone(),
                    version: package.version.clone(),
                    license: package.license.clone(),
                    source: package.source.clone(),
                    dependents,
                }
            })
            .collect();
        Ok(CrateGraph { crates })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Builds a graph of registry crates without dependents.
    pub(in super::super) fn graph_of(crates: &[(&str, &str)]) -> CrateGraph {
        CrateGraph {
            crates: crates
                .iter()
                .map(|(name, version)| ResolvedCrate {
                    name: (*name).to_owned(),
                    version: (*version).to_owned(),
                    license: Some("MIT".to_owned()),
                    source: Some("registry+https://example.org/index".to_owned()),
                    dependents: Vec::new(),
                })
                .collect(),
        }
    }

    #[test]
    fn dependents_are_listed_by_name() {
        let graph = CrateGraph::parse(
            r#"{"packages": [
                {"id": "a#1", "name": "a", "version": "1.0.0", "license": null, "source": null},
                {"id": "b#2", "name": "b", "version": "2.0.0", "license": "MIT", "source": "registry+x"}],
               "resolve": {"nodes": [{"id": "a#1", "dependencies": ["b#2"]}, {"id": "b#2", "dependencies": []}]}}"#,
        )
        .unwrap();
        assert_eq!(graph.crates[1].dependents, ["a"]);
        assert!(graph.crates[0].dependents.is_empty());
    }
}
