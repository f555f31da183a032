//! What outside crates the workspace may build on: licences, bans, sources and versions by `deny.toml`, and no manifest
//! line that no source uses.

use std::path::Path;

use anyhow::Result;

use super::finding::Finding;
use super::metadata::Package;
use super::tree::Tree;

mod bans;
mod graph;
mod licences;
mod policy;
mod unused;

use graph::Graph;
use policy::Policy;

/// Checks the resolved crates against the policy, and the manifests against the sources.
pub(crate) fn check(root: &Path, tree: &Tree, packages: &[Package]) -> Result<Vec<Finding>> {
    let policy = Policy::parse(tree.text(policy::PATH))?;
    let graph = Graph::read(root)?;
    let mut findings = licences::check(&graph, &policy);
    findings.extend(bans::check(&graph, &policy));
    findings.extend(unused::check(tree, packages));
    Ok(findings)
}
