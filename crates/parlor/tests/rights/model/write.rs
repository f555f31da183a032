//! Rights to send a message to a conversation, and the sender it gets.

use super::scopes::{Level, Resource};
use super::{
    Conversation, ConversationIndex, CredentialIndex, Dialect, EffectiveRights, Kind, MemberIndex,
    Model, Participation, Role, Verdict,
};

impl Model {
    /// Whether a credential may send a message as itself or, where the dialect allows it, as a user.
    pub(crate) fn may_send(
        &self,
        held: CredentialIndex,
        dialect: Dialect,
        asks: Resource,
        conversation: ConversationIndex,
        user: Option<MemberIndex>,
    ) -> Verdict {
        let standing = match self.effective_rights(held) {
            Err(why) => return Verdict::No(why),
            Ok(standing) => standing,
        };
        let one = &self.conversations[conversation];
        if one.is_deleted {
            return Verdict::No("it is deleted");
        }
        if !one.is_open {
            return Verdict::No("it is closed");
        }
        if let Some(verdict) = self.role_gate_verdict(&standing, one) {
            return verdict;
        }
        if dialect == Dialect::Sharely && one.kind == Kind::Direct {
            return Verdict::No("a direct conversation is no group");
        }
        if let Some(verdict) = self.direct_verdict(&standing, one, Level::Write) {
            // A caller that can read it only by its key's `dm:write` is still one of the two senders: how is
            // unspecified.
            return verdict;
        }
        let own = match dialect {
            Dialect::Relation if one.has_joined(standing.actor) => Verdict::Yes,
            // `message/send` answers 13108 alike for members that left, were removed or never joined.
            Dialect::Relation => Verdict::No("not a member of the channel"),
            Dialect::GravityRail => self.participant_or_write_verdict(&standing, conversation),
            Dialect::Sharely if standing.only_space.is_some() => {
                self.space_read_verdict(&standing, one)
            }
            _ => self.scope_verdict(&standing, one, (asks, Level::Write)),
        };
        let is_stranger = standing.actor.is_some() && !one.has_joined(standing.actor);
        let own = match (own, one.kind) {
            (Verdict::Yes, Kind::Direct) => Verdict::Open,
            // Whether a member that writes by its scopes alone becomes a participant is unspecified.
            (Verdict::Yes, _) if is_stranger => Verdict::Open,
            (own, _) => own,
        };
        // ChatBotKit: a user's message is stored as sent by the contact of the conversation; the sender is unspecified
        // where the conversation has no contact.
        let (own, user) = match (dialect, one.subject) {
            (Dialect::ChatBotKit, Some(contact)) if has_left(one, user.unwrap_or(contact)) => {
                (Verdict::No("the contact was removed, or left"), None)
            }
            (Dialect::ChatBotKit, Some(contact)) => (own, user.or(Some(contact))),
            (Dialect::ChatBotKit, None) if own == Verdict::Yes => (Verdict::Open, user),
            _ => (own, user),
        };
        match (own, user) {
            (Verdict::No(_), _) | (_, None) => own,
            (_, Some(user)) if dialect == Dialect::ChatBotKit => {
                both_verdicts(own, self.may_act_as(&standing, user))
            }
            (_, Some(user)) => both_verdicts(own, self.may_act_in(&standing, user, conversation)),
        }
    }

    /// Gravity Rail: a participant, or `chats:write`. Without a member there is no author: unspecified.
    fn participant_or_write_verdict(
        &self,
        standing: &EffectiveRights,
        conversation: ConversationIndex,
    ) -> Verdict {
        let one = &self.conversations[conversation];
        let scoped = standing.has(Resource::Conversations, Level::Write);
        match standing.actor {
            Some(_) if scoped => Verdict::Yes,
            Some(_) if one.has_joined(standing.actor) && standing.is_narrowed => Verdict::Open,
            Some(_) if one.has_joined(standing.actor) => Verdict::Yes,
            None if scoped => Verdict::Open,
            _ => Verdict::No("not a participant, without conversations:write"),
        }
    }

    /// Every dialect: acting for a member with a workspace role always needs `admin:write`.
    pub(crate) fn may_act_as(&self, standing: &EffectiveRights, user: MemberIndex) -> Verdict {
        use super::MemberStatus::{Active, Archived, Deleted};
        if standing.actor == Some(user) {
            return Verdict::Yes;
        }
        let member = &self.members[user];
        match member.presence {
            Archived => Verdict::No("the user is archived"),
            // An unknown UUID names no member; an unknown external id creates a member.
            Deleted => Verdict::Open,
            Active
                if member.role.is_some_and(has_workspace_role)
                    && !standing.has(Resource::Admin, Level::Write) =>
            {
                Verdict::No("the user has a role in the workspace, without admin:write")
            }
            Active => Verdict::Yes,
        }
    }

    /// The same within a conversation: a removed or departed member does not return because another caller acts for it,
    /// unless that caller may manage members. Tenant chats: another user of the tenant may join with the key.
    pub(crate) fn may_act_in(
        &self,
        standing: &EffectiveRights,
        user: MemberIndex,
        conversation: ConversationIndex,
    ) -> Verdict {
        let one = &self.conversations[conversation];
        let person = self.may_act_as(standing, user);
        let manages = standing.has(Resource::Members, Level::Write)
            || standing.has(Resource::Conversations, Level::Write);
        let part = match one.participation(user) {
            Some(Participation::Joined) => Verdict::Yes,
            Some(Participation::Removed | Participation::Left) if !manages => {
                Verdict::No("the user was removed, or left")
            }
            _ => Verdict::Open,
        };
        both_verdicts(person, part)
    }
}

/// No message of a member has a later position than its departure.
fn has_left(one: &Conversation, who: MemberIndex) -> bool {
    matches!(
        one.participation(who),
        Some(Participation::Removed | Participation::Left)
    )
}

const fn has_workspace_role(role: Role) -> bool {
    matches!(role, Role::Owner | Role::Manager | Role::User)
}

/// The verdict is a refusal if any of the reasons is.
pub(crate) const fn both_verdicts(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (Verdict::No(why), _) | (_, Verdict::No(why)) => Verdict::No(why),
        (Verdict::Yes, Verdict::Yes) => Verdict::Yes,
        _ => Verdict::Open,
    }
}
