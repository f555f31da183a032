//! Scopes: an access level for each of a short list of resources.

use std::fmt;
use std::str::FromStr;

/// Access level of a resource. Each level implies the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are self-explanatory")]
pub enum AccessLevel {
    Read = 1,
    Write = 2,
    Admin = 3,
}

macro_rules! resources {
    ($($name:ident = $word:literal $(| $alias:literal)*;)*) => {
        /// Resource of a scope. No resource implies another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the names are self-explanatory")]
        pub enum Resource { $($name,)* }

        impl Resource {
            /// All resources, in print order.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            /// Returns the resource's part of a scope name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
            fn parse(word: &str) -> Option<Self> {
                match word { $($word $(| $alias)* => Some(Self::$name),)* _ => None }
            }
        }
    };
}

resources! {
    Spaces = "spaces";
    Conversations = "conversations" | "chats";
    Messages = "messages";
    Members = "members" | "contacts";
    Dm = "dm";
    Workflows = "workflows";
    Assignments = "assignments";
    Phones = "phones";
    Inboxes = "inboxes";
    Sites = "sites";
    Agents = "agents" | "assistants";
    Labels = "labels";
    Automations = "automations";
    Channels = "channels";
    Webhooks = "webhooks";
    Admin = "admin" | "workspace";
}

/// One permission: a level of a resource, written `resource:level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Resource.
    pub resource: Resource,
    /// Access level.
    pub level: AccessLevel,
}

impl Scope {
    /// Returns the scope for reading the resource.
    pub const fn read(resource: Resource) -> Self {
        Self {
            resource,
            level: AccessLevel::Read,
        }
    }
    /// Returns the scope for reading and changing the resource.
    pub const fn write(resource: Resource) -> Self {
        Self {
            resource,
            level: AccessLevel::Write,
        }
    }
    /// Returns the scope for everything on the resource.
    pub const fn admin(resource: Resource) -> Self {
        Self {
            resource,
            level: AccessLevel::Admin,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            AccessLevel::Read => "read",
            AccessLevel::Write => "write",
            AccessLevel::Admin => "admin",
        };
        write!(f, "{}:{level}", self.resource.as_str())
    }
}

/// Error for an invalid scope name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseScopeError(pub String);

impl fmt::Display for ParseScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "unknown scope {:?}; scopes are resource:level with level read, write or admin, and resources ",
            self.0
        )?;
        let words: Vec<_> = Resource::ALL
            .iter()
            .map(|resource| resource.as_str())
            .collect();
        f.write_str(&words.join(", "))
    }
}
impl std::error::Error for ParseScopeError {}

/// Parses `resource:level`, and the reversed form `level:resource` that one vendor documents.
impl FromStr for Scope {
    type Err = ParseScopeError;
    fn from_str(text: &str) -> Result<Self, ParseScopeError> {
        let level = |word: &str| match word {
            "read" => Some(AccessLevel::Read),
            "write" => Some(AccessLevel::Write),
            "admin" => Some(AccessLevel::Admin),
            _ => None,
        };
        let pair = |resource: &str, word: &str| {
            Some(Self {
                resource: Resource::parse(resource)?,
                level: level(word)?,
            })
        };
        text.trim()
            .split_once(':')
            .and_then(|(left, right)| pair(left, right).or_else(|| pair(right, left)))
            .ok_or_else(|| ParseScopeError(text.to_owned()))
    }
}

/// A set of scopes: for each resource the highest level held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u64);

impl Scopes {
    /// No permission at all.
    pub const NONE: Self = Self(0);

    /// Every resource at its highest level.
    pub const fn all() -> Self {
        Self(if Resource::ALL.len() * 2 == 64 {
            u64::MAX
        } else {
            (1 << (Resource::ALL.len() * 2)) - 1
        })
    }

    fn level(self, resource: Resource) -> u64 {
        (self.0 >> (resource as u32 * 2)) & 3
    }

    /// Returns whether the set covers this scope.
    pub fn allows(self, scope: Scope) -> bool {
        self.level(scope.resource) >= scope.level as u64
    }

    /// Returns the set with this scope added.
    #[must_use]
    pub fn with_scope(self, scope: Scope) -> Self {
        let level = self.level(scope.resource).max(scope.level as u64);
        let shift = scope.resource as u32 * 2;
        Self(self.0 & !(3 << shift) | level << shift)
    }

    /// Returns the first scope of this set that `other` does not cover.
    pub fn first_not_in(self, other: Self) -> Option<Scope> {
        let levels = [AccessLevel::Read, AccessLevel::Write, AccessLevel::Admin];
        let all = Resource::ALL
            .iter()
            .flat_map(|&resource| levels.map(|level| Scope { resource, level }));
        all.into_iter()
            .find(|scope| self.allows(*scope) && !other.allows(*scope))
    }

    /// Returns the intersection.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        Self::merge(self, other, u64::min)
    }

    /// Returns the union.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self::merge(self, other, u64::max)
    }

    fn merge(self, other: Self, pick: fn(u64, u64) -> u64) -> Self {
        Self(Resource::ALL.iter().fold(0, |set, &resource| {
            set | pick(self.level(resource), other.level(resource)) << (resource as u32 * 2)
        }))
    }
}

/// Formats comma-separated names with the highest level of each resource: `conversations:write,members:read`.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for &resource in Resource::ALL {
            let level = match self.level(resource) {
                0 => continue,
                1 => AccessLevel::Read,
                2 => AccessLevel::Write,
                _ => AccessLevel::Admin,
            };
            if !first {
                f.write_str(",")?;
            }
            first = false;
            write!(f, "{}", Scope { resource, level })?;
        }
        Ok(())
    }
}

/// Parses a comma-separated list; an empty text is the empty set, `*` is every scope.
impl FromStr for Scopes {
    type Err = ParseScopeError;
    fn from_str(text: &str) -> Result<Self, ParseScopeError> {
        if text.trim() == "*" {
            return Ok(Self::all());
        }
        text.split(',')
            .filter(|name| !name.trim().is_empty())
            .try_fold(Self::NONE, |set, name| Ok(set.with_scope(name.parse()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_implies_lower_levels_of_its_resource_only() {
        let scopes: Scopes = "conversations:admin,dm:read".parse().unwrap();
        assert!(scopes.allows(Scope::write(Resource::Conversations)));
        assert!(scopes.allows(Scope::read(Resource::Dm)));
        assert!(!scopes.allows(Scope::write(Resource::Dm)));
        assert!(!scopes.allows(Scope::read(Resource::Members)));
        assert_eq!(scopes.to_string(), "conversations:admin,dm:read");
    }

    #[test]
    fn scope_aliases_and_reversed_form_parse() {
        assert_eq!(
            "chats:read".parse(),
            Ok(Scope::read(Resource::Conversations))
        );
        assert_eq!(
            "write:chats".parse(),
            Ok(Scope::write(Resource::Conversations))
        );
        assert!("chats".parse::<Scope>().is_err() && "king:read".parse::<Scope>().is_err());
    }

    #[test]
    fn scope_sets_combine_and_all_has_every_scope() {
        let few: Scopes = "spaces:read,members:write".parse().unwrap();
        assert_eq!(Scopes::all().intersect(few), few);
        assert_eq!(few.union(Scopes::NONE), few);
        assert_eq!("*".parse(), Ok(Scopes::all()));
    }
}
