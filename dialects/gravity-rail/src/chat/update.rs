//! `PUT /chats/{chat_id}`, named by developer/api/workspace/chats/crud.
//!
//! What the body leaves out stays. The owner may change `title` and `archived`, everybody their own `muted`; the rest
//! asks for `chats:write`. What a chat was made of never changes: sending the value it has is fine, another is not.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::{chat, conversation, site};
use parlor_kit::{App, Params, Payload, body::present, reply};
use parlor_model::conversation::{
    ConversationKey, ServicePatch, State as Life, UpdateConversation,
};
use parlor_model::error::Conflict;
use parlor_model::json::present_object;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Metadata, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Channel, LONGEST_TITLE, show};
use crate::auth::Caller;
use crate::ids::{self, Reference};
use crate::model::ModelReference;
use crate::{Fail, Settings, body};

/// What to change of a chat.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateChatRequest {
    /// `null` or a blank text leaves it without one.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 255)]
    title: Option<Option<String>>,
    archived: Option<bool>,
    paused: Option<bool>,
    /// The caller's own.
    muted: Option<bool>,
    needs_response: Option<bool>,
    assistant_enabled: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Reference>)]
    assistant_member_id: Option<Option<Reference>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ModelReference>)]
    assistant_chat_model_id: Option<Option<ModelReference>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ModelReference>)]
    assistant_realtime_model_id: Option<Option<ModelReference>>,
    is_test: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Reference>)]
    site_id: Option<Option<Reference>>,
    /// Replaces all of it; `null` empties it.
    #[serde(default, deserialize_with = "present_object")]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Option<Map<String, Value>>>,
    /// The fields from here on never change.
    pub(super) channel: Option<Channel>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Reference>)]
    pub(super) workflow_id: Option<Option<Reference>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    pub(super) workflow_version_number: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Reference>)]
    pub(super) member_id: Option<Option<Reference>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Reference>)]
    pub(super) phone_number_id: Option<Option<Reference>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Reference>)]
    pub(super) inbox_id: Option<Option<Reference>>,
}

/// Checks in this order: session, body, that the chat is there and visible, what never changes, scope, what the body
/// refers to.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let key = ids::chat(params.get("conversation"))?;
    let request: UpdateChatRequest = body::read(payload).await?;
    let (mut command, assistant, site) = command(&request, &app.section())?;
    let found = conversation::find(&app.engine, &ctx, key).await?;
    request.check_fixed(&app, &ctx, &found).await?;
    if found.state == Life::Closed {
        match command.state {
            Some(Life::Active) => return Err(Error::conflict(Conflict::Closed).into()),
            // Closed is archived already, and more.
            _ => command.state = None,
        }
    }
    if command.service.is_some() || command.metadata.is_some() {
        ctx.require(Scope::write(Resource::Conversations))?;
    }
    if let (Some(service), Some(site)) = (&mut command.service, site) {
        service.site = Some(match site {
            None => None,
            Some(reference) => Some(site::number(&app.engine, &ctx, reference.locator()).await?),
        });
    }
    if let (Some(service), Some(assistant)) = (&mut command.service, assistant) {
        service.assistant = Some(match assistant {
            None => None,
            Some(reference) => {
                let found = chat::assistant(&app.engine, &ctx, reference.member()).await;
                let names = [("assistant", "assistantMemberId")];
                Some(found.map_err(|error| body::renamed(error, &names))?)
            }
        });
    }
    let key = ConversationKey::Number(found.number);
    conversation::update(&app.engine, &ctx, key, command).await?;
    let whole = conversation::whole(&app.engine, &ctx, key).await?;
    let chat = show::one(&app, &ctx, whole).await?;
    Ok(reply::json(StatusCode::OK, &chat))
}

/// A nullable field: absent, emptied, or set.
type Patch<T> = Option<Option<T>>;

/// The command, and the references in it that have to be looked up.
fn command(
    request: &UpdateChatRequest,
    settings: &Settings,
) -> Result<(UpdateConversation, Patch<Reference>, Patch<Reference>)> {
    let title = match &request.title {
        None => None,
        Some(title) => Some(text::optional(title.as_deref(), "title", LONGEST_TITLE)?),
    };
    let model = |given: &Patch<ModelReference>, field, realtime| match given {
        None => Ok(None),
        Some(None) => Ok(Some(None)),
        Some(Some(given)) => given
            .named(settings, field, realtime)
            .map(|name| Some(Some(name))),
    };
    let metadata = match &request.metadata {
        None => None,
        Some(None) => Some(Metadata::default()),
        Some(Some(map)) => Some(Metadata::new(map.clone(), "metadata")?),
    };
    let service = ServicePatch {
        is_test: request.is_test,
        // Set once it is known.
        site: request.site_id.map(|_| None),
        assistant_enabled: request.assistant_enabled,
        // Set once it is known.
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
    let serves = service.is_test.is_some()
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
                Life::Archived
            } else {
                Life::Active
            }
        }),
        service: serves.then_some(service),
        muted: request.muted,
        metadata,
        ..UpdateConversation::default()
    };
    Ok((command, request.assistant_member_id, request.site_id))
}
