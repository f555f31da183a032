//! How a channel and its members are shown.

use parlor_engine::conversation::Current;
use parlor_kit::App;
use parlor_model::conversation::Kind;
use parlor_model::member::MemberRef;
use parlor_model::participant::{Participant, Role};
use parlor_model::{Ctx, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::people::{Faces, name};

/// Members named in the title of a group that has none of its own.
const NAMED: usize = 3;

/// A member of a channel. The vendor's page api/channel/members.
#[derive(Serialize, ToSchema)]
pub(crate) struct MemberInfo {
    #[serde(rename = "relationId")]
    relation_id: String,
    /// For somebody who never signed in, the beginning of the relationId.
    name: String,
    /// Address of a picture, or empty.
    avatar: String,
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
pub(crate) async fn members(app: &App, ctx: &Ctx, current: &Current) -> Result<Vec<MemberInfo>> {
    let numbers = current.participants.iter().map(|one| one.member.number);
    let faces = Faces::of(app, ctx, numbers.collect()).await?;
    let mut participants: Vec<&Participant> = current.participants.iter().collect();
    participants.sort_by_key(|participant| (participant.joined_at, !is_admin(participant)));
    let shown = participants.into_iter().map(|participant| MemberInfo {
        relation_id: participant.member.handle.clone(),
        name: name(&participant.member),
        avatar: faces.avatar(participant.member.number),
        is_admin: is_admin(participant),
    });
    Ok(shown.collect())
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
    called(others, || name(&current.own.member))
}

/// What a group without a title is called: by the first others in it, or by the caller when it is alone.
pub(crate) fn called<'m>(
    others: impl Iterator<Item = &'m MemberRef>,
    own: impl FnOnce() -> String,
) -> String {
    let names: Vec<String> = others.take(NAMED).map(name).collect();
    if names.is_empty() {
        own()
    } else {
        names.join(", ")
    }
}
