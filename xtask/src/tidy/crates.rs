//! Rules on external crates: licences, bans, sources and versions by `deny.toml`, and no unused dependency.

use std::path::Path;

use anyhow::Result;

use super::finding::Finding;
use super::metadata::WorkspacePackage;
use super::source_tree::SourceTree;

mod bans;
mod graph;
mod licenses;
mod policy;
mod unused_dependencies;

use graph::CrateGraph;
use policy::CratePolicy;

/// Checks the resolved crates against the policy, and the dependencies of each manifest against its sources.
pub(crate) fn check(
    root: &Path,
    tree: &SourceTree,
    packages: &[WorkspacePackage],
) -> Result<Vec<Finding>> {
    let policy = CratePolicy::parse(tree.text(policy::POLICY_PATH))?;
    let graph = CrateGraph::read(root)?;
    let mut findings = licenses::check(&graph, &policy);
    findings.extend(bans::check(&graph, &policy));
    findings.extend(unused_dependencies::check(tree, packages));
    Ok(findings)
}
