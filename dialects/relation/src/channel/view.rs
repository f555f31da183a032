//! How a channel and its members are shown.

use parlor_engine::membership::ActiveMembership;
use parlor_kit::AppState;
use parlor_model::conversation::ConversationKind;
use parlor_model::member::MemberRef;
use parlor_model::participant::{Participant, ParticipantRole};
use parlor_model::{Ctx, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::public_profiles::{PublicProfiles, display_name};

/// Members named in the title of a group that has none of its own.
const MAX_TITLE_NAMES: usize = 3;

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
pub(crate) fn channel_type(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Direct => "P",
        ConversationKind::Group | ConversationKind::Chat | ConversationKind::Thread => "G",
    }
}

/// Whether a participant is the channel's admin.
pub(crate) fn is_admin(participant: &Participant) -> bool {
    participant.role == ParticipantRole::Owner
}

/// Those who take part, in the order they joined; of those who joined at once, the admin first.
pub(crate) async fn render_members(
    app: &AppState,
    ctx: &Ctx,
    current: &ActiveMembership,
) -> Result<Vec<MemberInfo>> {
    let numbers = current.participants.iter().map(|one| one.member.number);
    let faces = PublicProfiles::load(app, ctx, numbers.collect()).await?;
    let mut participants: Vec<&Participant> = current.participants.iter().collect();
    participants.sort_by_key(|participant| (participant.joined_at, !is_admin(participant)));
    let shown = participants.into_iter().map(|participant| MemberInfo {
        relation_id: participant.member.handle.clone(),
        name: display_name(&participant.member),
        avatar: faces.avatar(participant.member.number),
        is_admin: is_admin(participant),
    });
    Ok(shown.collect())
}

/// What the caller reads as the channel's name: for a pair the other one's; for a group its title or, where another
/// vocabulary gave it none, the names of the first others.
pub(crate) fn display_title(current: &ActiveMembership) -> String {
    let others = current
        .participants
        .iter()
        .map(|participant| &participant.member)
        .filter(|member| member.number != current.own_participant.member.number);
    if current.conversation.kind == ConversationKind::Direct {
        return others.map(display_name).next().unwrap_or_default();
    }
    if let Some(title) = &current.conversation.title {
        return title.clone();
    }
    fallback_title(others, || display_name(&current.own_participant.member))
}

/// What a group without a title is called: by the first others in it, or by the caller when it is alone.
pub(crate) fn fallback_title<'m>(
    others: impl Iterator<Item = &'m MemberRef>,
    own: impl FnOnce() -> String,
) -> String {
    let names: Vec<String> = others.take(MAX_TITLE_NAMES).map(display_name).collect();
    if names.is_empty() {
        own()
    } else {
        names.join(", ")
    }
}
