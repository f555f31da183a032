//! The chat object of every response.

use parlor_engine::conversation::ConversationDetails;
use parlor_kit::time;
use parlor_model::Ctx;
use parlor_model::conversation::{ConversationKind, ConversationState};
use parlor_model::label::Label;
use parlor_model::member::MemberRef;
use parlor_model::voice_call::VoiceCall;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Channel, DM_CHAT_TYPE, ParticipantResponse};
use crate::ids;
use crate::label::LabelResponse;

/// A chat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatResponse {
    id: i64,
    uuid: String,
    workspace_uuid: String,
    title: Option<String>,
    channel: Channel,
    /// `assignment` with a workflow, `simple` without, `dm` for a pair, or its maker's own word.
    chat_type: String,
    is_test: bool,
    site_id: Option<i64>,
    /// Who made it.
    owner_member_id: Option<i64>,
    /// Whom it is for.
    member_id: Option<i64>,
    workflow_id: Option<i64>,
    /// The version it is pinned to; null where it runs the draft.
    workflow_version_number: Option<i64>,
    assignment_id: Option<i64>,
    /// The number it really runs over.
    phone_number_id: Option<i64>,
    /// The inbox it really runs over.
    inbox_id: Option<i64>,
    assistant_enabled: bool,
    assistant_member_id: Option<i64>,
    assistant_chat_model_id: Option<String>,
    assistant_realtime_model_id: Option<String>,
    /// All of them, in the order they joined.
    participants: Vec<ParticipantResponse>,
    message_count: i64,
    user_message_count: i64,
    assistant_message_count: i64,
    /// The caller's.
    unread_count: i64,
    archived: bool,
    paused: bool,
    /// The caller's.
    muted: bool,
    needs_response: bool,
    is_anonymous: bool,
    /// By name.
    labels: Vec<LabelResponse>,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    last_message_at: Option<String>,
    created_at: String,
    updated_at: String,
    archived_at: Option<String>,
    /// The call that the chat has placed; absent where it has placed none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) call: Option<CallResponse>,
    /// Why `initialMessage` did not leave; absent where it did, and everywhere but in the answer to the creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) initial_message_error: Option<&'static str>,
}

/// A call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallResponse {
    id: String,
    /// `queued`, `ringing`, `in-progress`, `completed`, `busy`, `no-answer`, `failed` or `canceled`.
    status: &'static str,
    /// `call_dispatch_failed` where the carrier has not accepted it, `quiet_hours` where it was not placed because of the
    /// time of the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    call_error: Option<&'static str>,
}

impl CallResponse {
    pub(super) fn from_call(call: &VoiceCall) -> Self {
        Self {
            id: ids::format_uuid(call.id),
            status: call.status.as_str(),
            call_error: match (call.is_dispatch_failed(), call.is_held_back()) {
                (true, _) => Some("call_dispatch_failed"),
                (false, true) => Some("quiet_hours"),
                (false, false) => None,
            },
        }
    }
}

impl ChatResponse {
    /// Builds the object for the caller: `muted` and `unreadCount` are the caller's own.
    pub(crate) fn from_details(
        ctx: &Ctx,
        details: ConversationDetails,
        labels: Vec<Label>,
    ) -> Self {
        let ConversationDetails {
            conversation,
            participants,
            counts,
            unread,
            ended_at,
        } = details;
        let service = conversation.service;
        let number = |member: &Option<MemberRef>| member.as_ref().map(|member| member.number);
        let own = participants
            .iter()
            .find(|participant| ctx.is_actor(participant.member.number));
        Self {
            id: conversation.number,
            uuid: ids::format_uuid(conversation.id),
            workspace_uuid: ids::format_uuid(ctx.workspace.id),
            title: conversation.title,
            channel: Channel::from_medium(service.medium),
            chat_type: match conversation.kind {
                ConversationKind::Direct => DM_CHAT_TYPE.to_owned(),
                ConversationKind::Group | ConversationKind::Chat | ConversationKind::Thread => {
                    service.category().to_owned()
                }
            },
            is_test: service.is_test,
            site_id: service.site,
            owner_member_id: number(&conversation.owner),
            member_id: number(&conversation.subject),
            workflow_id: service.workflow,
            workflow_version_number: service.workflow_version,
            assignment_id: service.assignment,
            phone_number_id: service.phone_number,
            inbox_id: service.inbox,
            assistant_enabled: service.assistant_enabled,
            assistant_member_id: service.assistant,
            assistant_chat_model_id: service.chat_model,
            assistant_realtime_model_id: service.realtime_model,
            message_count: counts.total(),
            user_message_count: counts.user,
            assistant_message_count: counts.assistant,
            unread_count: unread,
            archived: conversation.state != ConversationState::Active,
            paused: service.paused,
            muted: own.is_some_and(|own| own.muted),
            needs_response: service.needs_response,
            // Anonymous chats come over channels that this server does not have.
            is_anonymous: false,
            participants: participants
                .iter()
                .map(ParticipantResponse::from_participant)
                .collect(),
            labels: labels.into_iter().map(LabelResponse::from_label).collect(),
            metadata: conversation.metadata.into_map(),
            last_message_at: conversation.last_message_at.map(time::format_iso),
            created_at: time::format_iso(conversation.created_at),
            updated_at: time::format_iso(conversation.updated_at),
            archived_at: ended_at.map(time::format_iso),
            call: None,
            initial_message_error: None,
        }
    }
}
