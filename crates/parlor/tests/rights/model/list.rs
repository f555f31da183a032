//! Contents of lists, exports and searches.

use super::read::own_or_scope_verdict;
use super::scopes::{Level, Resource};
use super::{
    Conversation, ConversationIndex, CredentialIndex, Dialect, EffectiveRights, Kind, MemberIndex,
    Model, Participation, SpaceIndex, Verdict,
};

/// A list, by the kind of its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListRight {
    /// Sharely's groups of a space.
    Groups(SpaceIndex),
    /// Sharely's threads.
    Threads,
    /// The hits of a search among a space's messages.
    SearchHits(SpaceIndex),
    /// Gravity Rail's chats.
    Chats,
    /// The caller's own Gravity Rail chats.
    OwnChats,
    /// All Gravity Rail chats as an export, whose row requires `conversations:read`.
    ChatExport,
    /// The member's channels in Relation.
    Channels,
    /// ChatBotKit's conversations.
    Conversations,
    /// A user's chats.
    OfUser(MemberIndex),
}

impl ListRight {
    pub(crate) const fn dialect(self) -> Dialect {
        match self {
            Self::Groups(_) | Self::Threads | Self::SearchHits(_) => Dialect::Sharely,
            Self::Chats | Self::OwnChats | Self::ChatExport => Dialect::GravityRail,
            Self::Channels => Dialect::Relation,
            Self::Conversations => Dialect::ChatBotKit,
            Self::OfUser(_) => Dialect::TenantChats,
        }
    }

    const fn required_resource(self) -> Resource {
        match self {
            Self::Groups(_) => Resource::Spaces,
            _ => Resource::Conversations,
        }
    }
}

impl Model {
    /// Whether the list request is granted at all.
    pub(crate) fn may_list(&self, held: CredentialIndex, list: ListRight) -> Verdict {
        let standing = match self.effective_rights(held) {
            Err(why) => return Verdict::No(why),
            Ok(standing) => standing,
        };
        if let (Some(within), ListRight::Groups(room) | ListRight::SearchHits(room)) =
            (standing.only_space, list)
        {
            let is_own = within == room;
            return if is_own {
                Verdict::Yes
            } else {
                Verdict::No("a token of another space")
            };
        }
        if list == ListRight::Threads && self.requires_roles && standing.gate.is_none() {
            return Verdict::No("a session without a role");
        }
        if list == ListRight::OwnChats && standing.actor.is_none() {
            // An unbound key has no own chats.
            return Verdict::Open;
        }
        // These lists are filtered to what the caller may see instead of being refused.
        let is_cut = matches!(
            list,
            ListRight::Chats | ListRight::OwnChats | ListRight::Channels
        );
        if (is_cut && !standing.is_narrowed) || standing.has(list.required_resource(), Level::Read)
        {
            Verdict::Yes
        } else if is_cut || standing.only_space.is_some() {
            Verdict::Open
        } else if standing.granted.has(list.required_resource(), Level::Read) {
            // A member without the scope sees its own items, or none.
            Verdict::Open
        } else if let ListRight::Groups(room) | ListRight::SearchHits(room) = list
            && self.is_own_room(&standing, Some(room))
        {
            Verdict::Open
        } else {
            Verdict::No("the row's scope is missing")
        }
    }

    /// Whether a granted list contains a conversation. `Yes` means that it must, where only rights decide.
    pub(crate) fn may_show(
        &self,
        held: CredentialIndex,
        list: ListRight,
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
        if one.kind == Kind::Direct {
            return self.may_show_direct(&standing, list, one);
        }
        let verdict = match list {
            ListRight::Groups(room) => in_space_verdict(one, room, &[Kind::Group]),
            ListRight::SearchHits(room) => {
                match in_space_verdict(one, room, &[Kind::Group, Kind::Thread]) {
                    // The search index may be behind.
                    Verdict::Yes => Verdict::Open,
                    verdict => verdict,
                }
            }
            ListRight::Threads if one.kind == Kind::Thread => Verdict::Open,
            ListRight::Threads => Verdict::No("not a thread"),
            ListRight::Chats | ListRight::ChatExport => own_or_scope_verdict(&standing, one),
            ListRight::OwnChats => own_chat_verdict(&standing, one),
            ListRight::Channels => channel_list_verdict(&standing, one),
            ListRight::Conversations => {
                self.scope_verdict(&standing, one, (Resource::Conversations, Level::Read))
            }
            ListRight::OfUser(user) => user_list_verdict(one, user),
        };
        let is_of_spaces = matches!(
            list,
            ListRight::Groups(_) | ListRight::Threads | ListRight::SearchHits(_)
        );
        if is_of_spaces && !standing.has(Resource::Conversations, Level::Read) {
            // A member that has left sees the conversation no longer in the list of its own space.
            let part = standing.actor.and_then(|who| one.participation(who));
            if matches!(part, Some(Participation::Left | Participation::Removed)) {
                return Verdict::No("the user has left it, or was removed from it");
            }
        }
        let is_own_space = standing.only_space.is_some() && standing.only_space == one.room;
        match verdict {
            // Some dialects list archived conversations separately.
            Verdict::Yes if !one.is_open => Verdict::Open,
            Verdict::Yes if is_own_space && !one.has_joined(standing.actor) => Verdict::Open,
            verdict => verdict,
        }
    }

    /// Every dialect: listed for its two participants only. An unbound key could only see them by requesting `dm:*`,
    /// which no list can express yet.
    fn may_show_direct(
        &self,
        standing: &EffectiveRights,
        list: ListRight,
        one: &Conversation,
    ) -> Verdict {
        if !one.has_joined(standing.actor) {
            return Verdict::No("a direct conversation of others");
        }
        match list {
            ListRight::Chats | ListRight::OwnChats | ListRight::Channels
                if standing.is_narrowed =>
            {
                Verdict::Open
            }
            ListRight::Chats | ListRight::OwnChats | ListRight::Channels if one.is_open => {
                Verdict::Yes
            }
            ListRight::Groups(_) | ListRight::SearchHits(_) | ListRight::Threads => {
                Verdict::No("a direct conversation is no group")
            }
            _ => Verdict::Open,
        }
    }
}

fn in_space_verdict(one: &Conversation, room: SpaceIndex, kinds: &[Kind]) -> Verdict {
    if one.room != Some(room) {
        Verdict::No("in another space")
    } else if kinds.contains(&one.kind) {
        Verdict::Yes
    } else {
        Verdict::Open
    }
}

/// Gravity Rail: owner, subject or participant. In every dialect a participant is a member that has joined.
fn own_chat_verdict(standing: &EffectiveRights, one: &Conversation) -> Verdict {
    if one.has_joined(standing.actor) {
        if standing.is_narrowed {
            Verdict::Open
        } else {
            Verdict::Yes
        }
    } else {
        Verdict::No("the caller takes no part in it")
    }
}

/// Relation: channels of the caller. Channels that the caller left or was removed from stay in the list with their
/// status.
fn channel_list_verdict(standing: &EffectiveRights, one: &Conversation) -> Verdict {
    match standing.actor.and_then(|who| one.participation(who)) {
        Some(Participation::Joined) => Verdict::Yes,
        Some(Participation::Left | Participation::Removed) => Verdict::Open,
        None => Verdict::No("never a member of the channel"),
    }
}

/// Tenant chats: chats whose subject or joined participant is the user.
fn user_list_verdict(one: &Conversation, user: MemberIndex) -> Verdict {
    if one.has_joined(Some(user)) {
        Verdict::Yes
    } else if one.subject == Some(user) {
        // The chat stays in the user's list after the user has left it: a property of the list, not a right.
        Verdict::Open
    } else {
        Verdict::No("the user takes no part in it")
    }
}
