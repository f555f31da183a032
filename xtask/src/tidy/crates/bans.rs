//! Rule: no banned crates, no crates from outside a registry, no duplicate versions.

use std::collections::BTreeMap;

use super::graph::{CrateGraph, ResolvedCrate};
use super::policy::{CratePolicy, POLICY_PATH};
use crate::tidy::finding::Finding;

pub(super) fn check(graph: &CrateGraph, policy: &CratePolicy) -> Vec<Finding> {
    let mut findings: Vec<Finding> = graph
        .crates
        .iter()
        .flat_map(|found| ban_errors(found, policy))
        .map(|text| Finding::new(POLICY_PATH, 1, text))
        .collect();
    findings.extend(duplicate_version_findings(graph, policy));
    findings
}

fn ban_errors(found: &ResolvedCrate, policy: &CratePolicy) -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(source) = &found.source
        && !source.starts_with("registry+")
    {
        texts.push(format!(
            "{} comes from {source}: use a published version",
            found.name
        ));
    }
    if let Some(ban) = policy.bans.deny.iter().find(|ban| ban.name == found.name) {
        let by: Vec<&str> = found
            .dependents
            .iter()
            .map(String::as_str)
            .filter(|dependent| !ban.wrappers.iter().any(|wrapper| wrapper == dependent))
            .collect();
        if !by.is_empty() {
            texts.push(format!(
                "{} is banned ({}) and used by {}",
                found.name,
                ban.reason,
                by.join(", ")
            ));
        }
    }
    texts
}

fn duplicate_version_findings(graph: &CrateGraph, policy: &CratePolicy) -> Vec<Finding> {
    let mut versions: BTreeMap<&str, Vec<&ResolvedCrate>> = BTreeMap::new();
    for found in &graph.crates {
        versions.entry(&found.name).or_default().push(found);
    }
    versions.retain(|_, found| found.len() > 1);
    let mut findings = Vec::new();
    for (name, found) in &versions {
        let unnamed: Vec<String> = found
            .iter()
            .filter(|one| {
                !policy
                    .bans
                    .skip
                    .iter()
                    .any(|skip| skip.matches(name, &one.version))
            })
            .map(|one| format!("{} (for {})", one.version, one.dependents.join(", ")))
            .collect();
        if unnamed.len() > 1 {
            findings.push(Finding::new(
                POLICY_PATH,
                1,
                format!(
                    "{name} comes in several versions, {}: move to one, or give all but one a line with its reason in [bans] skip",
                    unnamed.join(" and ")
                ),
            ));
        }
    }
    for skip in &policy.bans.skip {
        let needed = versions
            .iter()
            .any(|(name, found)| found.iter().any(|one| skip.matches(name, &one.version)));
        if !needed {
            findings.push(Finding::new(
                POLICY_PATH,
                1,
                format!(
                    "{} stands beside no other version: delete its line ({})",
                    skip.spec, skip.reason
                ),
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::graph_of;
    use super::*;

    fn ban_policy(bans: &str) -> CratePolicy {
        CratePolicy::parse(&format!("[licenses]\nallow = []\n[bans]\n{bans}")).unwrap()
    }

    #[test]
    fn duplicate_version_requires_reason() {
        let graph = graph_of(&[("a", "0.9.1"), ("a", "1.2.0"), ("b", "1.0.0")]);
        assert_eq!(check(&graph, &ban_policy("")).len(), 1);
        let skipped = ban_policy("skip = [{ crate = \"a@0.9\", reason = \"b\" }]");
        assert_eq!(check(&graph, &skipped).len(), 0);
        let other = ban_policy("skip = [{ crate = \"a@0.91\", reason = \"b\" }]");
        assert_eq!(
            check(&graph, &other).len(),
            2,
            "not covered, and covers nothing"
        );
    }

    #[test]
    fn unneeded_skip_entry_is_found() {
        let stale = ban_policy("skip = [{ crate = \"b@1\", reason = \"a\" }]");
        assert_eq!(check(&graph_of(&[("b", "1.0.0")]), &stale).len(), 1);
    }

    #[test]
    fn banned_crate_is_found_unless_wrapped() {
        let mut graph = graph_of(&[("old", "1.0.0")]);
        graph.crates[0].dependents = vec!["ours".to_owned()];
        let banned = ban_policy("deny = [{ crate = \"old\", reason = \"new\" }]");
        assert_eq!(check(&graph, &banned).len(), 1);
        let wrapped =
            ban_policy("deny = [{ crate = \"old\", wrappers = [\"ours\"], reason = \"new\" }]");
        assert_eq!(check(&graph, &wrapped).len(), 0);
    }

    #[test]
    fn crate_outside_registry_is_found() {
        let mut graph = graph_of(&[("a", "1.0.0")]);
        graph.crates[0].source = Some("git+https://example.org/a".to_owned());
        assert_eq!(check(&graph, &ban_policy("")).len(), 1);
    }
}
