//! Which names of a graph can reach themselves through others.

use std::collections::{BTreeMap, BTreeSet};

/// The largest sets in which each name reaches each other; sets of one are left out.
pub(super) fn strongly_connected<'a>(
    next: &BTreeMap<&'a str, BTreeSet<&'a str>>,
) -> Vec<BTreeSet<&'a str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = next
        .keys()
        .map(|from| (*from, reachable(next, from)))
        .collect();
    let mut found: Vec<BTreeSet<&str>> = Vec::new();
    for (from, to) in &reached {
        let circle: BTreeSet<&str> = to
            .iter()
            .copied()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(from)))
            .collect();
        if circle.len() > 1 && !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}

fn reachable<'a>(next: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &str) -> BTreeSet<&'a str> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut waiting: Vec<&str> = next.get(from).into_iter().flatten().copied().collect();
    while let Some(name) = waiting.pop() {
        if seen.insert(name) {
            waiting.extend(next.get(name).into_iter().flatten().copied());
        }
    }
    seen
}
