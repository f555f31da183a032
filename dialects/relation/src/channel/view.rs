//! Renders channels and their members.

use parlor_engine::conversation::ActiveMembership;
use parlor_kit::AppState;
use parlor_model::conversation::ConversationKind;
use parlor_model::member::MemberRef;
use parlor_model::participant::{Participant, ParticipantRole};
use parlor_model::{Ctx, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::public_profiles::{PublicProfiles, display_name};

/// Number of members named in the fallback title of a group.
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

/// Returns the vendor's type of a conversation: `P` for a direct conversation, otherwise `G`.
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

/// Renders the participants in the order in which they joined; of several at the same time, the admin first.
pub(crate) async fn render_members(
    app: &AppState,
    ctx: &Ctx,
    membership: &ActiveMembership,
) -> Result<Vec<MemberInfo>> {
    let numbers = membership
        .participants
        .iter()
        .map(|participant| participant.member.number);
    let profiles = PublicProfiles::load(app, ctx, numbers.collect()).await?;
    let mut participants: Vec<&Participant> = membership.participants.iter().collect();
    participants.sort_by_key(|participant| (participant.joined_at, !is_admin(participant)));
    let members = participants.into_iter().map(|participant| MemberInfo {
        relation_id: participant.member.handle.clone(),
        name: display_name(&participant.member),
        avatar: profiles.avatar(participant.member.number),
        is_admin: is_admin(participant),
    });
    Ok(members.collect())
}

/// Returns the channel's name for the caller: the peer's name in a pair; in a group its title or, if another dialect
/// created it without one, the names of the first other participants.
pub(crate) fn display_title(membership: &ActiveMembership) -> String {
    let others = membership
        .participants
        .iter()
        .map(|participant| &participant.member)
        .filter(|member| member.number != membership.own_participant.member.number);
    if membership.conversation.kind == ConversationKind::Direct {
        return others.map(display_name).next().unwrap_or_default();
    }
    if let Some(title) = &membership.conversation.title {
        return title.clone();
    }
    fallback_title(others, || display_name(&membership.own_participant.member))
}

/// Returns the title of a group without one: the names of the first other participants, or the caller's own name if there
/// are none.
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
