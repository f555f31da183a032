//! What lists, exports and searches show.

use super::read::own_or_scope;
use super::scopes::{Level, Resource};
use super::{Conversation, Dialect, Held, Kind, Model, Part, Room, Standing, Talk, Verdict, Who};

/// A list, by what it is a list of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListRight {
    /// Sharely's groups of a space.
    Groups(Room),
    /// Sharely's threads.
    Threads,
    /// What a search among a space's messages finds.
    Finds(Room),
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
    OfUser(Who),
}

impl ListRight {
    pub(crate) const fn dialect(self) -> Dialect {
        match self {
            Self::Groups(_) | Self::Threads | Self::Finds(_) => Dialect::Sharely,
            Self::Chats | Self::OwnChats | Self::ChatExport => Dialect::GravityRail,
            Self::Channels => Dialect::Relation,
            Self::Conversations => Dialect::ChatBotKit,
            Self::OfUser(_) => Dialect::TenantChats,
        }
    }

    const fn asks(self) -> Resource {
        match self {
            Self::Groups(_) => Resource::Spaces,
            _ => Resource::Conversations,
        }
    }
}

impl Model {
    /// Whether the list is given at all.
    pub(crate) fn lists(&self, held: Held, list: ListRight) -> Verdict {
        let standing = match self.standing(held) {
            Err(why) => return Verdict::No(why),
            Ok(standing) => standing,
        };
        if let (Some(within), ListRight::Groups(room) | ListRight::Finds(room)) =
            (standing.within, list)
        {
            let is_own = within == room;
            return if is_own {
                Verdict::Yes
            } else {
                Verdict::No("a token of another space")
            };
        }
        if list == ListRight::Threads && self.asks_for_gates && standing.gate.is_none() {
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
        if (is_cut && !standing.is_narrowed) || standing.has(list.asks(), Level::Read) {
            Verdict::Yes
        } else if is_cut || standing.within.is_some() {
            Verdict::Open
        } else if standing.granted.has(list.asks(), Level::Read) {
            // A member without the scope may see its own, or nothing.
            Verdict::Open
        } else if let ListRight::Groups(room) | ListRight::Finds(room) = list
            && self.is_own_room(&standing, Some(room))
        {
            Verdict::Open
        } else {
            Verdict::No("the row's scope is missing")
        }
    }

    /// Whether a list that is given shows a conversation. `Yes` says that it must, where nothing but rights decides.
    pub(crate) fn shows(&self, held: Held, list: ListRight, talk: Talk) -> Verdict {
        let standing = match self.standing(held) {
            Err(why) => return Verdict::No(why),
            Ok(standing) => standing,
        };
        let one = &self.conversations[talk];
        if one.is_gone {
            return Verdict::No("it is deleted");
        }
        if let Some(verdict) = self.gate(&standing, one) {
            return verdict;
        }
        if one.kind == Kind::Direct {
            return self.shows_pair(&standing, list, one);
        }
        let verdict = match list {
            ListRight::Groups(room) => in_room(one, room, &[Kind::Group]),
            ListRight::Finds(room) => match in_room(one, room, &[Kind::Group, Kind::Thread]) {
                // The index may be late.
                Verdict::Yes => Verdict::Open,
                verdict => verdict,
            },
            ListRight::Threads if one.kind == Kind::Thread => Verdict::Open,
            ListRight::Threads => Verdict::No("not a thread"),
            ListRight::Chats | ListRight::ChatExport => own_or_scope(&standing, one),
            ListRight::OwnChats => own(&standing, one),
            ListRight::Channels => in_channels(&standing, one),
            ListRight::Conversations => {
                self.by_scope(&standing, one, (Resource::Conversations, Level::Read))
            }
            ListRight::OfUser(user) => of_user(one, user),
        };
        let is_of_spaces = matches!(
            list,
            ListRight::Groups(_) | ListRight::Threads | ListRight::Finds(_)
        );
        if is_of_spaces && !standing.has(Resource::Conversations, Level::Read) {
            // The end of its part ends what the list of its own space tells of it.
            let part = standing.actor.and_then(|who| one.part(who));
            if matches!(part, Some(Part::Left | Part::Removed)) {
                return Verdict::No("the user has left it, or was removed from it");
            }
        }
        let is_own_space = standing.within.is_some() && standing.within == one.room;
        match verdict {
            // Archived ones stand in lists of their own, in some dialects.
            Verdict::Yes if !one.is_open => Verdict::Open,
            Verdict::Yes if is_own_space && !one.joined(standing.actor) => Verdict::Open,
            verdict => verdict,
        }
    }

    /// Every dialect: to its two participants only; never in a list of a key that acts for nobody, unless it asks for
    /// them by `dm:*`, which no list can say yet.
    fn shows_pair(&self, standing: &Standing, list: ListRight, one: &Conversation) -> Verdict {
        if !one.joined(standing.actor) {
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
            ListRight::Groups(_) | ListRight::Finds(_) | ListRight::Threads => {
                Verdict::No("a direct conversation is no group")
            }
            _ => Verdict::Open,
        }
    }
}

fn in_room(one: &Conversation, room: Room, kinds: &[Kind]) -> Verdict {
    if one.room != Some(room) {
        Verdict::No("in another space")
    } else if kinds.contains(&one.kind) {
        Verdict::Yes
    } else {
        Verdict::Open
    }
}

/// Gravity Rail: owner, subject, or participant; which is, in every dialect, who has joined.
fn own(standing: &Standing, one: &Conversation) -> Verdict {
    if one.joined(standing.actor) {
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
fn in_channels(standing: &Standing, one: &Conversation) -> Verdict {
    match standing.actor.and_then(|who| one.part(who)) {
        Some(Part::Joined) => Verdict::Yes,
        Some(Part::Left | Part::Removed) => Verdict::Open,
        None => Verdict::No("never a member of the channel"),
    }
}

/// Tenant chats: those whose subject or participant is the user; taking part is being a joined participant.
fn of_user(one: &Conversation, user: Who) -> Verdict {
    if one.joined(Some(user)) {
        Verdict::Yes
    } else if one.subject == Some(user) {
        // It is still the user's chat, whether the user has left it or not: what a list holds, and nobody's right.
        Verdict::Open
    } else {
        Verdict::No("the user takes no part in it")
    }
}
