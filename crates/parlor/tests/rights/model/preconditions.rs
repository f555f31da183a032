//! Preconditions of every right in a conversation, whatever the right and the dialect.

use super::scopes::{Level, Resource};
use super::{Conversation, EffectiveRights, Kind, Model, SpaceIndex, Verdict};

impl Model {
    /// Role gates. Sharely: with `rbacEnabled` a thread is for sessions that carry its role. Every dialect: this holds
    /// for every route. Whether a caller with `admin:read` passes is unspecified.
    pub(crate) fn role_gate_verdict(
        &self,
        standing: &EffectiveRights,
        one: &Conversation,
    ) -> Option<Verdict> {
        if !self.requires_roles || one.kind != Kind::Thread {
            return None;
        }
        match one.gate {
            Some(gate) if standing.gate == Some(gate) => None,
            Some(_) if standing.has(Resource::Admin, Level::Read) => Some(Verdict::Open),
            Some(_) => Some(Verdict::No("the thread is for another role")),
            None if standing.gate.is_none() && standing.has(Resource::Admin, Level::Read) => {
                Some(Verdict::Open)
            }
            // Created before the workspace required roles: hidden from every role until it is assigned one.
            None => Some(Verdict::No("the thread is for no role")),
        }
    }

    /// Direct conversations. Every dialect: visible to their two participants only; an unbound key gets one by id with
    /// `dm:read`. Every route requires `dm:*`, also from a key that acts for one of the two. The participants
    /// themselves need no scope (Gravity Rail); whether a key that acts for one of them needs one is unspecified.
    /// `None` where the other rules decide.
    pub(crate) fn direct_verdict(
        &self,
        standing: &EffectiveRights,
        one: &Conversation,
        level: Level,
    ) -> Option<Verdict> {
        if one.kind != Kind::Direct {
            return None;
        }
        let holds = standing.granted.has(Resource::Dm, level);
        match standing.actor {
            Some(_) if one.has_joined(standing.actor) && !standing.is_narrowed => {
                Some(Verdict::Yes)
            }
            Some(_) if one.has_joined(standing.actor) && holds => None,
            Some(_) if one.has_joined(standing.actor) => Some(Verdict::Open),
            Some(_) => Some(Verdict::No("a direct conversation of two others")),
            None if standing.has(Resource::Dm, level) => None,
            None => Some(Verdict::No("a direct conversation, without dm:*")),
        }
    }

    /// Sharely: a space belongs to one user. What that user may do there by a session of a key, instead of the space's
    /// own token, is unspecified.
    pub(crate) fn is_own_room(&self, standing: &EffectiveRights, room: Option<SpaceIndex>) -> bool {
        let user = room.and_then(|room| self.spaces[room]);
        user.is_some() && user == standing.actor
    }

    /// A route's row names the scope that it requires of a key. A key that acts for a member may do what both may; what
    /// a member may do without the scope in its own conversations is not specified by the key dialects' pages.
    pub(crate) fn scope_verdict(
        &self,
        standing: &EffectiveRights,
        one: &Conversation,
        (resource, level): (Resource, Level),
    ) -> Verdict {
        if standing.has(resource, level) {
            Verdict::Yes
        } else if self.is_own_room(standing, one.room) {
            Verdict::Open
        } else if !standing.granted.has(resource, level) {
            Verdict::No("the row's scope is missing")
        } else if one.has_joined(standing.actor) {
            Verdict::Open
        } else {
            Verdict::No("the row's scope is beyond what its member may")
        }
    }
}
