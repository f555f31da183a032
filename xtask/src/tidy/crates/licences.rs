//! Every crate's licence is one that `deny.toml` allows.

use spdx::{Expression, LicenseReq, Licensee, ParseMode};

use super::graph::{Crate, Graph};
use super::policy::{PATH, Policy};
use crate::tidy::finding::Finding;

pub(super) fn check(graph: &Graph, policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut allowed: Vec<Licensee> = Vec::new();
    for name in &policy.licenses.allow {
        match Licensee::parse(name) {
            Ok(licensee) => allowed.push(licensee),
            Err(error) => findings.push(Finding::new(PATH, 1, format!("{name}: {error}"))),
        }
    }
    let allows = |requirement: &LicenseReq| allowed.iter().any(|own| own.satisfies(requirement));
    findings.extend(
        graph
            .crates
            .iter()
            .filter_map(|found| Some(Finding::new(PATH, 1, refusal(found, &allows)?))),
    );
    findings
}

fn refusal(found: &Crate, allows: &impl Fn(&LicenseReq) -> bool) -> Option<String> {
    let Crate { name, version, .. } = found;
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
    use super::super::graph::tests::fixture;
    use super::*;

    fn policy() -> Policy {
        Policy::parse("[licenses]\nallow = [\"MIT\", \"Apache-2.0\"]\n[bans]\n").unwrap()
    }

    #[test]
    fn one_allowed_alternative_is_enough_and_every_part_of_a_sum_is_needed() {
        let count = |license: Option<&str>| {
            let mut graph = fixture(&[("a", "1.0.0")]);
            graph.crates[0].license = license.map(str::to_owned);
            check(&graph, &policy()).len()
        };
        assert_eq!(count(Some("MIT OR GPL-3.0-only")), 0);
        assert_eq!(count(Some("MIT/Apache-2.0")), 0);
        assert_eq!(count(Some("MIT AND GPL-3.0-only")), 1);
        assert_eq!(count(Some("GPL-3.0-only")), 1);
        assert_eq!(count(Some("no licence at all")), 1);
        assert_eq!(count(None), 1);
    }
}
