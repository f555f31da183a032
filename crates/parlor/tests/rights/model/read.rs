//! Who reads a conversation.

use super::scopes::{Level, Resource};
use super::{Conversation, Dialect, Held, Kind, Model, Part, Standing, Talk, Verdict};

impl Model {
    /// Whether a credential reads a conversation on a road of a dialect whose row asks for a scope.
    pub(crate) fn reads(
        &self,
        held: Held,
        dialect: Dialect,
        asks: Resource,
        talk: Talk,
    ) -> Verdict {
        match self.standing(held) {
            Err(why) => Verdict::No(why),
            Ok(standing) => self.standing_reads(&standing, dialect, asks, talk),
        }
    }

    pub(crate) fn standing_reads(
        &self,
        standing: &Standing,
        dialect: Dialect,
        asks: Resource,
        talk: Talk,
    ) -> Verdict {
        let one = &self.conversations[talk];
        if one.is_gone {
            return Verdict::No("it is deleted");
        }
        if let Some(verdict) = self.gate(standing, one) {
            return verdict;
        }
        // No direct conversation is a group there.
        if dialect == Dialect::Sharely && one.kind == Kind::Direct {
            return Verdict::No("a direct conversation is no group");
        }
        if let Some(verdict) = self.pair(standing, one, Level::Read) {
            return verdict;
        }
        match dialect {
            Dialect::Relation => in_channel(standing, one),
            Dialect::GravityRail => own_or_scope(standing, one),
            Dialect::Sharely if standing.within.is_some() => self.in_space(standing, one),
            Dialect::Sharely | Dialect::ChatBotKit | Dialect::TenantChats => {
                self.by_scope(standing, one, (asks, Level::Read))
            }
        }
    }

    /// Sharely: a user-space token reaches only its own space. Every dialect: no token undoes a removal.
    pub(crate) fn in_space(&self, standing: &Standing, one: &Conversation) -> Verdict {
        if one.room != standing.within {
            return Verdict::No("a token of another space");
        }
        let part = standing.actor.and_then(|who| one.part(who));
        match part {
            Some(Part::Removed | Part::Left) => Verdict::No("its user was removed, or left"),
            Some(Part::Joined) => Verdict::Yes,
            None => Verdict::Open,
        }
    }
}

/// Relation: members of the channel only, whatever else they may. Who left or was removed is told so, and
/// a channel that is disbanded answers that it is.
fn in_channel(standing: &Standing, one: &Conversation) -> Verdict {
    if !one.joined(standing.actor) {
        return Verdict::No("not a member of the channel");
    }
    if one.is_open {
        Verdict::Yes
    } else {
        Verdict::Open
    }
}

/// Gravity Rail: one's own chat without a scope, any other with `chats:read`, without which a list is forced to
/// `mine=true`; one's own is one in which one takes part.
pub(super) fn own_or_scope(standing: &Standing, one: &Conversation) -> Verdict {
    if standing.has(Resource::Conversations, Level::Read) {
        Verdict::Yes
    } else if one.joined(standing.actor) {
        if standing.is_narrowed {
            Verdict::Open
        } else {
            Verdict::Yes
        }
    } else {
        Verdict::No("not one's own, without conversations:read")
    }
}
