//! `PUT /chats/{chat_id}`, named by developer/api/workspace/chats/crud.
//!
//! Absent fields keep their values. The owner may change `title` and `archived`, every participant its own `muted`; the
//! other fields require `chats:write`. Fields fixed at creation accept only the value they have.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{chat, conversation, site};
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option};
use parlor_model::conversation::{
    ConversationKey, ConversationState, UpdateConversation, UpdateServiceConfig,
};
use parlor_model::error::ConflictReason;
use parlor_model::json::present_object;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Metadata, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Channel, ChatResponse, MAX_TITLE_CHARS, VENDOR_PAGE, render};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::{self, EntityRef};
use crate::model::ModelReference;
use crate::respond::ok_json;
use crate::{HandlerError, Settings, body};

/// What to change of a chat.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateChatRequest {
    /// `null` or a blank text leaves it without one.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 255)]
    title: Option<Option<String>>,
    archived: Option<bool>,
    paused: Option<bool>,
    /// The caller's own.
    muted: Option<bool>,
    needs_response: Option<bool>,
    assistant_enabled: Option<bool>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    assistant_member_id: Option<Option<EntityRef>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<ModelReference>)]
    assistant_chat_model_id: Option<Option<ModelReference>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<ModelReference>)]
    assistant_realtime_model_id: Option<Option<ModelReference>>,
    is_test: Option<bool>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    site_id: Option<Option<EntityRef>>,
    /// Replaces all of it; `null` empties it.
    #[serde(default, deserialize_with = "present_object")]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Option<Map<String, Value>>>,
    /// The fields from here on never change.
    pub(super) channel: Option<Channel>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    pub(super) workflow_id: Option<Option<EntityRef>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>)]
    pub(super) workflow_version_number: Option<Option<i64>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    pub(super) member_id: Option<Option<EntityRef>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    pub(super) phone_number_id: Option<Option<EntityRef>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    pub(super) inbox_id: Option<Option<EntityRef>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/chats/{conversation}"), handle)
        .doc("Updates a chat", VENDOR_PAGE)
        .body::<UpdateChatRequest>()
        .optional()
        .responds::<ChatResponse>(200, "The chat as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (
                404,
                "No such chat, or something the body refers to is not there.",
            ),
            (409, "The chat is closed for good."),
            TOO_LARGE,
        ])
}

/// Checks in this order: session, body, existence and visibility of the chat, immutable fields, scope, references.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let request: UpdateChatRequest = body::parse(payload).await?;
    let (mut command, assistant, site) = build_command(&request, &app.dialect_settings())?;
    let found = conversation::find(&app.engine, &ctx, key).await?;
    request
        .validate_immutable_fields(&app, &ctx, &found)
        .await?;
    if found.state == ConversationState::Closed {
        match command.state {
            Some(ConversationState::Active) => {
                return Err(Error::conflict(ConflictReason::Closed).into());
            }
            // A closed chat already counts as archived.
            _ => command.state = None,
        }
    }
    if command.service.is_some() || command.metadata.is_some() {
        ctx.require(Scope::write(Resource::Conversations))?;
    }
    if let (Some(service), Some(site)) = (&mut command.service, site) {
        service.site = Some(match site {
            None => None,
            Some(reference) => {
                Some(site::find_number(&app.engine, &ctx, reference.to_id_or_number()).await?)
            }
        });
    }
    if let (Some(service), Some(assistant)) = (&mut command.service, assistant) {
        service.assistant = Some(match assistant {
            None => None,
            Some(reference) => {
                let found =
                    chat::resolve_assistant(&app.engine, &ctx, reference.to_member_key()).await;
                let names = [("assistant", "assistantMemberId")];
                Some(found.map_err(|error| body::rename_error_field(error, &names))?)
            }
        });
    }
    let key = ConversationKey::Number(found.number);
    conversation::update(&app.engine, &ctx, key, command).await?;
    let details = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let chat = render::render_one(&app, &ctx, details).await?;
    Ok(ok_json(&chat))
}

/// A nullable field: absent, null, or a value.
type Nullable<T> = Option<Option<T>>;

/// Builds the command. Returns the references to the assistant and the site besides, which are not resolved yet.
fn build_command(
    request: &UpdateChatRequest,
    settings: &Settings,
) -> Result<(UpdateConversation, Nullable<EntityRef>, Nullable<EntityRef>)> {
    let title = match &request.title {
        None => None,
        Some(title) => Some(text::normalize_optional(
            title.as_deref(),
            "title",
            MAX_TITLE_CHARS,
        )?),
    };
    let model = |given: &Nullable<ModelReference>, field, realtime| match given {
        None => Ok(None),
        Some(None) => Ok(Some(None)),
        Some(Some(given)) => given
            .resolve_name(settings, field, realtime)
            .map(|name| Some(Some(name))),
    };
    let metadata = match &request.metadata {
        None => None,
        Some(None) => Some(Metadata::default()),
        Some(Some(map)) => Some(Metadata::new(map.clone(), "metadata")?),
    };
    let service = UpdateServiceConfig {
        is_test: request.is_test,
        // Set by `handle()` once the reference is resolved.
        site: request.site_id.map(|_| None),
        assistant_enabled: request.assistant_enabled,
        // Set by `handle()` once the reference is resolved.
        assistant: None,
        chat_model: model(
            &request.assistant_chat_model_id,
            "assistantChatModelId",
            false,
        )?,
        realtime_model: model(
            &request.assistant_realtime_model_id,
            "assistantRealtimeModelId",
            true,
        )?,
        paused: request.paused,
        needs_response: request.needs_response,
    };
    let changes_service = service.is_test.is_some()
        || service.site.is_some()
        || service.assistant_enabled.is_some()
        || request.assistant_member_id.is_some()
        || service.chat_model.is_some()
        || service.realtime_model.is_some()
        || service.paused.is_some()
        || service.needs_response.is_some();
    let command = UpdateConversation {
        title,
        state: request.archived.map(|archived| {
            if archived {
                ConversationState::Archived
            } else {
                ConversationState::Active
            }
        }),
        service: changes_service.then_some(service),
        muted: request.muted,
        metadata,
        ..UpdateConversation::default()
    };
    Ok((command, request.assistant_member_id, request.site_id))
}
