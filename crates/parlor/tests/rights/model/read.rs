//! Rights to read a conversation.

use super::scopes::{Level, Resource};
use super::{
    Conversation, ConversationIndex, CredentialIndex, Dialect, EffectiveRights, Kind, Model,
    Participation, Verdict,
};

impl Model {
    /// Whether a credential may read a conversation by a route of a dialect whose row requires a scope.
    pub(crate) fn may_read(
        &self,
        held: CredentialIndex,
        dialect: Dialect,
        asks: Resource,
        conversation: ConversationIndex,
    ) -> Verdict {
        match self.effective_rights(held) {
            Err(why) => Verdict::No(why),
            Ok(standing) => self.rights_may_read(&standing, dialect, asks, conversation),
        }
    }

    pub(crate) fn rights_may_read(
        &self,
        standing: &EffectiveRights,
        dialect: Dialect,
        asks: Resource,
        conversation: ConversationIndex,
    ) -> Verdict {
        let one = &self.conversations[conversation];
        if one.is_deleted {
            return Verdict::No("it is deleted");
        }
        if let Some(verdict) = self.role_gate_verdict(standing, one) {
            return verdict;
        }
        // Sharely does not list direct conversations as groups.
        if dialect == Dialect::Sharely && one.kind == Kind::Direct {
            return Verdict::No("a direct conversation is no group");
        }
        if let Some(verdict) = self.direct_verdict(standing, one, Level::Read) {
            return verdict;
        }
        match dialect {
            Dialect::Relation => channel_read_verdict(standing, one),
            Dialect::GravityRail => own_or_scope_verdict(standing, one),
            Dialect::Sharely if standing.only_space.is_some() => {
                self.space_read_verdict(standing, one)
            }
            Dialect::Sharely | Dialect::ChatBotKit | Dialect::TenantChats => {
                self.scope_verdict(standing, one, (asks, Level::Read))
            }
        }
    }

    /// Sharely: a user-space token reaches only its own space. Every dialect: no token undoes a removal.
    pub(crate) fn space_read_verdict(
        &self,
        standing: &EffectiveRights,
        one: &Conversation,
    ) -> Verdict {
        if one.room != standing.only_space {
            return Verdict::No("a token of another space");
        }
        let part = standing.actor.and_then(|who| one.participation(who));
        match part {
            Some(Participation::Removed | Participation::Left) => {
                Verdict::No("its user was removed, or left")
            }
            Some(Participation::Joined) => Verdict::Yes,
            None => Verdict::Open,
        }
    }
}

/// Relation: only members of the channel, whatever scopes the caller has. A caller that left or was removed gets a code
/// of its own, and so does a request for a disbanded channel.
fn channel_read_verdict(standing: &EffectiveRights, one: &Conversation) -> Verdict {
    if !one.has_joined(standing.actor) {
        return Verdict::No("not a member of the channel");
    }
    if one.is_open {
        Verdict::Yes
    } else {
        Verdict::Open
    }
}

/// Gravity Rail: one's own chat without a scope, any other with `chats:read`, without which a list is forced to
/// `mine=true`. A member's own chats are those it participates in.
pub(super) fn own_or_scope_verdict(standing: &EffectiveRights, one: &Conversation) -> Verdict {
    if standing.has(Resource::Conversations, Level::Read) {
        Verdict::Yes
    } else if one.has_joined(standing.actor) {
        if standing.is_narrowed {
            Verdict::Open
        } else {
            Verdict::Yes
        }
    } else {
        Verdict::No("not one's own, without conversations:read")
    }
}
