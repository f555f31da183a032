//! Banned crates, crates from elsewhere than a registry, and versions beside the newest one.

use std::collections::BTreeMap;

use super::graph::{Crate, Graph};
use super::policy::{PATH, Policy};
use crate::tidy::finding::Finding;

pub(super) fn check(graph: &Graph, policy: &Policy) -> Vec<Finding> {
    let mut findings: Vec<Finding> = graph
        .crates
        .iter()
        .flat_map(|found| refusals(found, policy))
        .map(|text| Finding::new(PATH, 1, text))
        .collect();
    findings.extend(duplicates(graph, policy));
    findings
}

fn refusals(found: &Crate, policy: &Policy) -> Vec<String> {
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

fn duplicates(graph: &Graph, policy: &Policy) -> Vec<Finding> {
    let mut versions: BTreeMap<&str, Vec<&Crate>> = BTreeMap::new();
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
                PATH,
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
                PATH,
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
    use super::super::graph::tests::fixture;
    use super::*;

    fn policy(bans: &str) -> Policy {
        Policy::parse(&format!("[licenses]\nallow = []\n[bans]\n{bans}")).unwrap()
    }

    #[test]
    fn a_second_version_needs_a_reason() {
        let graph = fixture(&[("a", "0.9.1"), ("a", "1.2.0"), ("b", "1.0.0")]);
        assert_eq!(check(&graph, &policy("")).len(), 1);
        let skipped = policy("skip = [{ crate = \"a@0.9\", reason = \"b\" }]");
        assert_eq!(check(&graph, &skipped).len(), 0);
        let other = policy("skip = [{ crate = \"a@0.91\", reason = \"b\" }]");
        assert_eq!(
            check(&graph, &other).len(),
            2,
            "not covered, and covers nothing"
        );
    }

    #[test]
    fn a_reason_that_is_no_longer_needed_goes() {
        let stale = policy("skip = [{ crate = \"b@1\", reason = \"a\" }]");
        assert_eq!(check(&fixture(&[("b", "1.0.0")]), &stale).len(), 1);
    }

    #[test]
    fn a_ban_holds_but_for_its_wrappers() {
        let mut graph = fixture(&[("old", "1.0.0")]);
        graph.crates[0].dependents = vec!["ours".to_owned()];
        let banned = policy("deny = [{ crate = \"old\", reason = \"new\" }]");
        assert_eq!(check(&graph, &banned).len(), 1);
        let wrapped =
            policy("deny = [{ crate = \"old\", wrappers = [\"ours\"], reason = \"new\" }]");
        assert_eq!(check(&graph, &wrapped).len(), 0);
    }

    #[test]
    fn a_crate_comes_from_a_registry() {
        let mut graph = fixture(&[("a", "1.0.0")]);
        graph.crates[0].source = Some("git+https://example.org/a".to_owned());
        assert_eq!(check(&graph, &policy("")).len(), 1);
    }
}
