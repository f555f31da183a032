//! Rule: the licence of every crate is allowed by `deny.toml`.

use spdx::{Expression, LicenseReq, Licensee, ParseMode};

use super::graph::{CrateGraph, ResolvedCrate};
use super::policy::{CratePolicy, POLICY_PATH};
use crate::tidy::finding::Finding;

pub(super) fn check(graph: &CrateGraph, policy: &CratePolicy) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut allowed: Vec<Licensee> = Vec::new();
    for name in &policy.licenses.allow {
        match Licensee::parse(name) {
            Ok(licensee) => allowed.push(licensee),
            Err(error) => findings.push(Finding::new(POLICY_PATH, 1, format!("{name}: {error}"))),
        }
    }
    let allows = |requirement: &LicenseReq| allowed.iter().any(|own| own.satisfies(requirement));
    findings.extend(
        graph
            .crates
            .iter()
            .filter_map(|found| Some(Finding::new(POLICY_PATH, 1, license_error(found, &allows)?))),
    );
    findings
}

fn license_error(found: &ResolvedCrate, allows: &impl Fn(&LicenseReq) -> bool) -> Option<String> {
    let ResolvedCrate { name, version, .. } = found;
    let Some(text) = &found.license else {
        return Some(format!("{name} {version} names no licence"));
    };
    match Expression::parse_mode(text, ParseMode::LAX) {
        Ok(expression) if expression.evaluate(allows) => None,
        Ok(_) => Some(format!(
            "{name} {version} is licensed under {text}, which [licenses] does not allow: use another crate"
        )),
        Err(error) => Some(format!("{name} {version}: licence {text:?}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::graph_of;
    use super::*;

    fn license_policy() -> CratePolicy {
        CratePolicy::parse("[licenses]\nallow = [\"MIT\", \"Apache-2.0\"]\n[bans]\n").unwrap()
    }

    #[test]
    fn or_needs_one_allowed_license_and_and_needs_all() {
        let count = |license: Option<&str>| {
            let mut graph = graph_of(&[("a", "1.0.0")]);
            graph.crates[0].license = license.map(str::to_owned);
            check(&graph, &license_policy()).len()
        };
        assert_eq!(count(Some("MIT OR GPL-3.0-only")), 0);
        assert_eq!(count(Some("MIT/Apache-2.0")), 0);
        assert_eq!(count(Some("MIT AND GPL-3.0-only")), 1);
        assert_eq!(count(Some("GPL-3.0-only")), 1);
        assert_eq!(count(Some("no licence at all")), 1);
        assert_eq!(count(None), 1);
    }
}
