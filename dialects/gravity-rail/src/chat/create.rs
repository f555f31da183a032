//! `POST /chats`.
//!
//! Read and ignored: every field that the vendor's page does not name, such as an assignment. A `null` counts as absent
//! everywhere.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::chat;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::chat::{DeliveryFailure, StartChat};
use parlor_model::conversation::Medium;
use parlor_model::json::exact_object;
use parlor_model::redacted::Redacted;
use parlor_model::voice_call::VoiceCall;
use parlor_model::{Error, Metadata, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    CallResponse, Channel, ChatResponse, DM_CHAT_TYPE, MAX_TITLE_CHARS, ParticipantRequest,
    VENDOR_PAGE,
};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::label::reference::{LabelReference, to_label_refs};
use crate::model::ModelReference;
use crate::respond::ok_json;
use crate::{HandlerError, Settings, body};

/// Limit of `initialMessage`.
const MAX_MESSAGE_CHARS: usize = 10_000;
/// Entries of `participants` at the most.
const MAX_PARTICIPANTS: usize = 50;

/// What to make a chat of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateChatRequest {
    /// What it runs over.
    channel: Channel,
    /// The workflow to run, or else that of the site; an assignment is made with the chat. This server keeps which version
    /// and which step a chat is at, and runs none: people and programs answer through the API.
    workflow_id: Option<EntityRef>,
    /// A published version of that workflow; the active one by default, the draft where none is active.
    #[schema(minimum = 1)]
    workflow_version_number: Option<i64>,
    /// Whom it is for; the caller by default.
    member_id: Option<EntityRef>,
    /// Only over a phone channel; the workflow's by default, then the workspace's.
    phone_number_id: Option<EntityRef>,
    /// Only over email; the workflow's by default, then the workspace's.
    inbox_id: Option<EntityRef>,
    /// Everybody else, at most 50.
    #[schema(max_items = 50)]
    participants: Option<Vec<ParticipantRequest>>,
    /// Whether an assistant runs it: by default it does.
    assistant_enabled: Option<bool>,
    /// The agent member that serves it; the workflow's by default.
    assistant_member_id: Option<EntityRef>,
    /// Model for text turns.
    assistant_chat_model_id: Option<ModelReference>,
    /// Model for voice turns.
    assistant_realtime_model_id: Option<ModelReference>,
    /// What the operator says first: only over SMS or email with the assistant off, at most 10,000 characters.
    #[schema(max_length = 10_000)]
    initial_message: Option<String>,
    /// At most 255 characters.
    #[schema(max_length = 255)]
    title: Option<String>,
    /// The site it belongs to. Its workflow runs the chat where `workflowId` is absent, unless it is archived.
    site_id: Option<EntityRef>,
    /// Marked as a test.
    is_test: Option<bool>,
    /// 1 to 40 of `a-z 0-9 _ -`, but not `dm`.
    #[schema(pattern = "^(?!dm$)[a-z0-9_-]{1,40}$")]
    chat_type: Option<String>,
    /// At most 64 KiB.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// Labels it bears from the beginning, by id or name; at most 50, which are there.
    #[schema(max_items = 50)]
    labels: Option<Vec<LabelReference>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/chats"), handle)
        .doc("Creates a chat", VENDOR_PAGE)
        .body::<CreateChatRequest>()
        .responds::<ChatResponse>(200, "The chat, also where its first message did not leave.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "Something it refers to is not there."),
            TOO_LARGE,
        ])
}

/// Checks in this order: session, body, scope where the workspace requires one, references.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateChatRequest = body::parse(payload).await?;
    let command = build_command(request, &app.dialect_settings())?;
    let medium = command.medium;
    let started = chat::start(&app.engine, &ctx, command).await;
    let started = started.map_err(|error| body::rename_error_field(error, FIELD_NAMES))?;
    let (call, delivery_failure) = (started.call, started.delivery_failure);
    let mut chat = ChatResponse::from_details(&ctx, started.details, started.labels);
    add_delivery_status(&mut chat, medium, call.as_ref(), delivery_failure);
    Ok(ok_json(&chat))
}

/// Names of the engine's fields in the body.
const FIELD_NAMES: &[(&str, &str)] = &[
    ("assistant", "assistantMemberId"),
    ("phone_number", "phoneNumberId"),
    ("subject", "memberId"),
];

fn build_command(request: CreateChatRequest, settings: &Settings) -> Result<StartChat> {
    let medium = request.channel.to_medium();
    check_sender_fields(&request, medium)?;
    if let Some(version) = request.workflow_version_number {
        if version < 1 {
            return Err(Error::invalid(
                "workflowVersionNumber",
                "must be at least 1",
            ));
        }
        if request.workflow_id.is_none() {
            return Err(Error::invalid(
                "workflowVersionNumber",
                "needs a workflowId",
            ));
        }
    }
    let participants = request.participants.unwrap_or_default();
    if participants.len() > MAX_PARTICIPANTS {
        return Err(Error::invalid("participants", "must be at most 50"));
    }
    let assistant_enabled = request.assistant_enabled.unwrap_or(true);
    let model = |given: Option<ModelReference>, field, realtime| {
        given
            .map(|given| given.resolve_name(settings, field, realtime))
            .transpose()
    };
    Ok(StartChat {
        workflow: request.workflow_id.map(EntityRef::to_id_or_number),
        workflow_version: request.workflow_version_number,
        subject: request.member_id.map(EntityRef::to_member_key),
        phone_number: request.phone_number_id.map(EntityRef::to_id_or_number),
        inbox: request.inbox_id.map(EntityRef::to_id_or_number),
        participants: participants
            .into_iter()
            .map(ParticipantRequest::into_new_participant)
            .collect(),
        assistant_enabled,
        assistant: request.assistant_member_id.map(EntityRef::to_member_key),
        chat_model: model(
            request.assistant_chat_model_id,
            "assistantChatModelId",
            false,
        )?,
        realtime_model: model(
            request.assistant_realtime_model_id,
            "assistantRealtimeModelId",
            true,
        )?,
        opening: parse_opening(request.initial_message, medium, assistant_enabled)?,
        title: text::normalize_optional(request.title.as_deref(), "title", MAX_TITLE_CHARS)?,
        site: request.site_id.map(EntityRef::to_id_or_number),
        is_test: request.is_test.unwrap_or(false),
        category: request.chat_type.map(validated_category).transpose()?,
        metadata: Metadata::new(request.metadata.unwrap_or_default(), "metadata")?,
        labels: to_label_refs(request.labels.unwrap_or_default())?,
        ..StartChat::new(medium)
    })
}

/// Accepts at most one of `phoneNumberId` and `inboxId`, and only on a channel that uses it.
fn check_sender_fields(request: &CreateChatRequest, medium: Medium) -> Result<()> {
    let (number, inbox) = (request.phone_number_id, request.inbox_id);
    if number.is_some() && inbox.is_some() {
        return Err(Error::invalid("inboxId", "excludes phoneNumberId"));
    }
    if number.is_some() && !matches!(medium, Medium::Sms | Medium::Voice) {
        return Err(Error::invalid(
            "phoneNumberId",
            "must be left out on this channel",
        ));
    }
    if inbox.is_some() && medium != Medium::Email {
        return Err(Error::invalid(
            "inboxId",
            "must be left out on this channel",
        ));
    }
    Ok(())
}

/// Parses `initialMessage`. A blank one counts as absent.
fn parse_opening(
    given: Option<String>,
    medium: Medium,
    assistant_enabled: bool,
) -> Result<Option<Redacted<String>>> {
    let Some(text) = given.filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    if assistant_enabled || !matches!(medium, Medium::Sms | Medium::Email) {
        return Err(Error::invalid(
            "initialMessage",
            "needs channel phone-sms or email with assistantEnabled false",
        ));
    }
    text::validate_length(&text, "initialMessage", MAX_MESSAGE_CHARS)?;
    Ok(Some(Redacted(text)))
}

/// Validates `chatType`. `dm` is reserved for pairs.
fn validated_category(category: String) -> Result<String> {
    let is_plain = category
        .bytes()
        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    if !is_plain || category.is_empty() || category.len() > 40 {
        return Err(Error::invalid(
            "chatType",
            "must be 1 to 40 of a-z, 0-9, _ and -",
        ));
    }
    if category == DM_CHAT_TYPE {
        return Err(Error::invalid("chatType", "must not be dm"));
    }
    Ok(category)
}

/// Adds the outcomes of the call and of the initial message to the response.
fn add_delivery_status(
    chat: &mut ChatResponse,
    medium: Medium,
    call: Option<&VoiceCall>,
    delivery_failure: Option<DeliveryFailure>,
) {
    chat.call = call.map(CallResponse::from_call);
    chat.initial_message_error =
        delivery_failure.map(|failure| super::delivery_failure::failure_code(failure, medium));
}
