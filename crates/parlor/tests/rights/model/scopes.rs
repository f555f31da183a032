//! Scopes `resource:level`: each level implies the ones before it, and no resource implies another.

use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Resource {
    Spaces,
    Conversations,
    Messages,
    Members,
    Dm,
    Agents,
    Admin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Read,
    Write,
    Admin,
}

const RESOURCE_NAMES: [(Resource, &str); 7] = [
    (Resource::Spaces, "spaces"),
    (Resource::Conversations, "conversations"),
    (Resource::Messages, "messages"),
    (Resource::Members, "members"),
    (Resource::Dm, "dm"),
    (Resource::Agents, "agents"),
    (Resource::Admin, "admin"),
];

/// A set of scopes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scopes(BTreeMap<Resource, Level>);

impl Scopes {
    pub(crate) fn all() -> Self {
        Self(
            RESOURCE_NAMES
                .iter()
                .map(|(resource, _)| (*resource, Level::Admin))
                .collect(),
        )
    }

    pub(crate) fn from_pairs(scopes: &[(Resource, Level)]) -> Self {
        Self(scopes.iter().copied().collect())
    }

    pub(crate) fn has(&self, resource: Resource, level: Level) -> bool {
        self.0.get(&resource).is_some_and(|held| *held >= level)
    }

    /// The intersection.
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let both = self.0.iter().filter_map(|(resource, level)| {
            let other = other.0.get(resource)?;
            Some((*resource, *level.min(other)))
        });
        Self(both.collect())
    }

    /// The union.
    pub(crate) fn union(mut self, other: &Self) -> Self {
        for (resource, level) in &other.0 {
            let held = self.0.entry(*resource).or_insert(*level);
            *held = (*held).max(*level);
        }
        self
    }

    /// The names as a list.
    pub(crate) fn names(&self) -> Vec<String> {
        let word = |resource| {
            RESOURCE_NAMES
                .iter()
                .find(|(of, _)| *of == resource)
                .unwrap()
                .1
        };
        let named = self.0.iter().map(|(resource, level)| {
            let level = match level {
                Level::Read => "read",
                Level::Write => "write",
                Level::Admin => "admin",
            };
            format!("{}:{level}", word(*resource))
        });
        named.collect()
    }
}
