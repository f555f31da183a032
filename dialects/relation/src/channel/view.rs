//! How a channel and its members are shown.

use parlor_engine::conversation::Current;
use parlor_model::conversation::Kind;
use parlor_model::member::MemberRef;
use parlor_model::participant::{Participant, Role};
use serde::Serialize;
use utoipa::ToSchema;

/// Members named in the title of a group that has none of its own.
const NAMED: usize = 3;

/// A member of a channel. The vendor's page api/channel/members.
#[derive(Serialize, ToSchema)]
pub(crate) struct MemberInfo {
    #[serde(rename = "relationId")]
    relation_id: String,
    /// For somebody who never signed in, the beginning of the relationId.
    name: String,
    /// Empty: nobody has set one.
    avatar: &'static str,
    #[serde(rename = "isAdmin")]
    is_admin: bool,
}

/// The word for a kind of channel: everything but a pair's is a group.
pub(crate) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Direct => "P",
        Kind::Group | Kind::Chat | Kind::Thread => "G",
    }
}

/// Whether a participant is the channel's admin.
pub(crate) fn is_admin(participant: &Participant) -> bool {
    participant.role == Role::Owner
}

/// Those who take part, in the order they joined; of those who joined at once, the admin first.
pub(crate) fn members(current: &Current) -> Vec<MemberInfo> {
    let mut participants: Vec<&Participant> = current.participants.iter().collect();
    participants.sort_by_key(|participant| (participant.joined_at, !is_admin(participant)));
    participants
        .into_iter()
        .map(|participant| MemberInfo {
            relation_id: participant.member.handle.clone(),
            name: name(&participant.member),
            avatar: "",
            is_admin: is_admin(participant),
        })
        .collect()
}

/// What the caller reads as the channel's name: for a pair the other one's; for a group its title or, where another
/// vocabulary gave it none, the names of the first others.
pub(crate) fn title(current: &Current) -> String {
    let others = current
        .participants
        .iter()
        .map(|participant| &participant.member)
        .filter(|member| member.number != current.own.member.number);
    if current.conversation.kind == Kind::Direct {
        return others.map(name).next().unwrap_or_default();
    }
    if let Some(title) = &current.conversation.title {
        return title.clone();
    }
    let names: Vec<String> = others.take(NAMED).map(name).collect();
    if names.is_empty() {
        name(&current.own.member)
    } else {
        names.join(", ")
    }
}

fn name(member: &MemberRef) -> String {
    member
        .name
        .clone()
        .unwrap_or_else(|| member.handle.chars().take(5).collect())
}
