//! Rights to change a conversation, a member, or the contents of a space.

use super::scopes::{Level, Resource};
use super::{
    Conversation, ConversationIndex, CredentialIndex, Dialect, EffectiveRights, Kind, MemberIndex,
    Model, Participation, SpaceIndex, Verdict,
};

/// A change to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConversationChange {
    Rename,
    Delete,
    AddMember,
    RemoveMember,
    /// By the member itself.
    Join,
}

impl Model {
    pub(crate) fn may_change(
        &self,
        held: CredentialIndex,
        dialect: Dialect,
        change: ConversationChange,
        conversation: ConversationIndex,
    ) -> Verdict {
        let standing = match self.effective_rights(held) {
            Err(why) => return Verdict::No(why),
            Ok(standing) => standing,
        };
        let one = &self.conversations[conversation];
        if one.is_deleted {
            return Verdict::No("it is deleted");
        }
        if let Some(verdict) = self.role_gate_verdict(&standing, one) {
            return verdict;
        }
        let is_pair = one.kind == Kind::Direct;
        if is_pair
            && matches!(
                change,
                ConversationChange::AddMember
                    | ConversationChange::RemoveMember
                    | ConversationChange::Join
            )
        {
            return Verdict::No("a direct conversation has two participants");
        }
        if dialect == Dialect::Sharely && is_pair {
            return Verdict::No("a direct conversation is no group");
        }
        match self.direct_verdict(&standing, one, Level::Write) {
            // Which fields its own participants may change differs from dialect to dialect.
            Some(Verdict::Yes) => return Verdict::Open,
            Some(verdict) => return verdict,
            None => {}
        }
        match dialect {
            Dialect::Relation => channel_change_verdict(&standing, one, change),
            Dialect::GravityRail => self.may_change_chat(&standing, one, change),
            Dialect::Sharely if standing.only_space.is_some() => {
                match self.space_read_verdict(&standing, one) {
                    Verdict::No(why) => Verdict::No(why),
                    _ => Verdict::Open,
                }
            }
            Dialect::Sharely | Dialect::ChatBotKit | Dialect::TenantChats => {
                self.scope_verdict(&standing, one, (Resource::Conversations, Level::Write))
            }
        }
    }

    /// Gravity Rail: the owner edits its own chat, any other chat needs `chats:write`; deleting needs `chats:admin`,
    /// also from the owner.
    fn may_change_chat(
        &self,
        standing: &EffectiveRights,
        one: &Conversation,
        change: ConversationChange,
    ) -> Verdict {
        let level = match change {
            ConversationChange::Delete => Level::Admin,
            _ => Level::Write,
        };
        let may_own = change == ConversationChange::Rename
            && (one.owner.is_none() || one.owner == standing.actor)
            && one.has_joined(standing.actor);
        if standing.has(Resource::Conversations, level) {
            Verdict::Yes
        } else if may_own {
            Verdict::Open
        } else {
            Verdict::No("the row's scope is missing")
        }
    }

    /// Design, 8, and Gravity Rail: `members:write`; a member with a higher workspace role only with `admin:write`. For
    /// an unbound key only the scope is specified.
    pub(crate) fn may_change_member(&self, held: CredentialIndex, who: MemberIndex) -> Verdict {
        let standing = match self.effective_rights(held) {
            Err(why) => return Verdict::No(why),
            Ok(standing) => standing,
        };
        if standing.only_space.is_some() || !standing.has(Resource::Members, Level::Write) {
            return Verdict::No("without members:write");
        }
        let target = self.members[who].role;
        let Some(actor) = standing.actor else {
            return Verdict::Open;
        };
        let is_higher = match (self.members[actor].role, target) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(own), Some(target)) => target < own,
        };
        if is_higher && !standing.has(Resource::Admin, Level::Write) {
            Verdict::No("of a higher role, without admin:write")
        } else if self.is_active(who) {
            Verdict::Yes
        } else {
            Verdict::Open
        }
    }

    /// Scopes and roles of members need `admin:write`.
    pub(crate) fn may_grant_scopes(&self, held: CredentialIndex, who: MemberIndex) -> Verdict {
        match (
            self.effective_rights(held),
            self.may_change_member(held, who),
        ) {
            (_, Verdict::No(why)) => Verdict::No(why),
            (Ok(standing), _) if !standing.has(Resource::Admin, Level::Write) => {
                Verdict::No("roles without admin:write")
            }
            (_, verdict) => verdict,
        }
    }

    /// Deleting a user: `members:write`; a member with a workspace role is never deleted (409).
    pub(crate) fn may_delete_member(&self, held: CredentialIndex, who: MemberIndex) -> Verdict {
        if self.members[who].role.is_some() {
            return Verdict::No("has a role in the workspace");
        }
        self.may_change_member(held, who)
    }

    /// Creating a group in a space: `conversations:write`; a space's own user in its own space. A member's key without
    /// any scope creates nothing in other members' spaces.
    pub(crate) fn may_create_in(&self, held: CredentialIndex, room: SpaceIndex) -> Verdict {
        let standing = match self.effective_rights(held) {
            Err(why) => return Verdict::No(why),
            Ok(standing) => standing,
        };
        match standing.only_space {
            Some(within) if within != room => return Verdict::No("a token of another space"),
            Some(_) => return Verdict::Open,
            None => {}
        }
        let is_own = standing.actor.is_some() && self.spaces[room] == standing.actor;
        if standing.has(Resource::Conversations, Level::Write) {
            Verdict::Yes
        } else if is_own {
            Verdict::Open
        } else {
            Verdict::No("somebody else's space, without conversations:write")
        }
    }

    /// Whether a token may be issued that acts for a user: the row's scope and the rule of acting for another member.
    pub(crate) fn may_issue_token_for(
        &self,
        held: CredentialIndex,
        asks: Resource,
        user: MemberIndex,
        conversation: Option<ConversationIndex>,
    ) -> Verdict {
        let standing = match self.effective_rights(held) {
            Err(why) => return Verdict::No(why),
            Ok(standing) => standing,
        };
        if !standing.has(asks, Level::Write) {
            let own = standing.granted.has(asks, Level::Write) && standing.actor == Some(user);
            return if own {
                Verdict::Open
            } else {
                Verdict::No("the row's scope is missing")
            };
        }
        let Some(conversation) = conversation else {
            return self.may_act_as(&standing, user);
        };
        let one = &self.conversations[conversation];
        if one.is_deleted || !one.is_open {
            return Verdict::No("it is closed or deleted");
        }
        if let Some(verdict) = self.role_gate_verdict(&standing, one) {
            return verdict;
        }
        if one.kind == Kind::Direct && !standing.granted.has(Resource::Dm, Level::Read) {
            return Verdict::No("a direct conversation, without dm:*");
        }
        match (one.kind, self.may_act_in(&standing, user, conversation)) {
            (_, Verdict::No(why)) => Verdict::No(why),
            (Kind::Direct, _) => Verdict::Open,
            (_, verdict) => verdict,
        }
    }
}

/// Relation: the admin renames, removes and disbands; members add members while the channel is open to all. Every
/// dialect: a removed member cannot rejoin on its own.
fn channel_change_verdict(
    standing: &EffectiveRights,
    one: &Conversation,
    change: ConversationChange,
) -> Verdict {
    let part = standing.actor.and_then(|who| one.participation(who));
    let is_admin = one.owner.is_some() && one.owner == standing.actor;
    match change {
        ConversationChange::AddMember if part == Some(Participation::Joined) => Verdict::Yes,
        ConversationChange::AddMember => Verdict::No("not a member of the channel"),
        ConversationChange::Join if part == Some(Participation::Removed) => {
            Verdict::No("removed by the admin")
        }
        ConversationChange::Join => Verdict::Open,
        _ if is_admin && part == Some(Participation::Joined) => Verdict::Yes,
        _ if one.owner.is_none() && part == Some(Participation::Joined) => Verdict::Open,
        _ => Verdict::No("not the channel's admin"),
    }
}
