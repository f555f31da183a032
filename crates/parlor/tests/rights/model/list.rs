//! What lists, exports and searches show.

use super::read::own_or_scope_verdict;
use super::scopes::{Level, Resource};
use super::{
    Conversation, ConversationIndex, CredentialIndex, Dialect, EffectiveRights, Kind, MemberIndex,
    Model, Participation, SpaceIndex, Verdict,
};

/// A list, by what it is a list of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListRight {
    /// Sharely's groups of a space.
    Groups(SpaceIndex),
    /// Sharely's threads.
    Threads,
    /// What a search among a space's messages finds.
    SearchHits(SpaceIndex),
    /// Gravity Rail's chats.
    Chats,
    /// The caller's own among them.
    OwnChats,
    /// The same as an export, for which its row asks `conversations:read`.
    ChatExport,
    /// Relation's channels of the member.
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
    /// Whether the list is given at all.
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
            // There is nobody whose own they could be.
            return Verdict::Open;
        }
        // Their lists are cut down to what the caller may see instead of being refused.
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
            // A member without the scope may see its own, or nothing.
            Verdict::Open
        } else if let ListRight::Groups(room) | ListRight::SearchHits(room) = list
            && self.is_own_room(&standing, Some(room))
        {
            Verdict::Open
        } else {
            Verdict::No("the row's scope is missing")
        }
    }

    /// Whether a list that is given shows a conversation. `Yes` says that it must, where nothing but rights decides.
    pub(crate) fn may_show(
        &self,
        held: CredentialIndex,
        list: ListRight,
        talk: ConversationIndex,
    ) -> Verdict {
        let standing = match self.effective_rights(held) {
            Err(why) => return Verdict::No(why),
            Ok(standing) => standing,
        };
        let one = &self.conversations[talk];
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
                    // The index may be late.
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
            // Archived ones stand in lists of their own, in some dialects.
            Verdict::Yes if !one.is_open => Verdict::Open,
            Verdict::Yes if is_own_space && !one.has_joined(standing.actor) => Verdict::Open,
            verdict => verdict,
        }
    }

    /// Every dialect: to its two participants only; never in a list of a key that acts for nobody, unless it asks for
    /// them by `dm:*`, which no list can say yet.
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

/// Gravity Rail: owner, subject, or participant; which is, in every dialect, who has joined.
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

/// Relation: those the caller takes part in. Channels one left or was removed from stay in the list with their status.
fn channel_list_verdict(standing: &EffectiveRights, one: &Conversation) -> Verdict {
    match standing.actor.and_then(|who| one.participation(who)) {
        Some(Participation::Joined) => Verdict::Yes,
        Some(Participation::Left | Participation::Removed) => Verdict::Open,
        None => Verdict::No("never a member of the channel"),
    }
}

/// Tenant chats: those whose subject or participant is the user; taking part is being a joined participant.
fn user_list_verdict(one: &Conversation, user: MemberIndex) -> Verdict {
    if one.has_joined(Some(user)) {
        Verdict::Yes
    } else if one.subject == Some(user) {
        // It is still the user's chat, whether the user has left it or not: what a list holds, and nobody's right.
        Verdict::Open
    } else {
        Verdict::No("the user takes no part in it")
    }
}
