//! `POST /v1/workspaces/{workspace}/spaces/{space}/group`, after the page on creating a group conversation.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode};
use parlor_engine::conversation::{self, CreateConversationResult};
use parlor_kit::ids::format_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::time::format_iso;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody, idempotency, response as plain};
use parlor_model::conversation::{ConversationKind as Of, CreateConversation};
use parlor_model::id::SpaceId;
use parlor_model::idempotency::IdempotencyRequest;
use parlor_model::{Result, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::DEFAULT_GROUP_NAME;
use crate::auth::Caller;
use crate::body::{self, JsonBody};
use crate::space::prefer_not_found_error;
use crate::{Sharely, ids, response};

/// The body; it may be absent. After the page on creating a group conversation.
#[derive(Deserialize, ToSchema)]
#[schema(as = Create)]
pub(crate) struct CreateGroupRequest {
    /// What to call the group, 1 to 255 characters. `General` when absent, null or blank.
    #[schema(max_length = 255)]
    name: Option<String>,
}

/// A new group. After the page on creating a group conversation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewGroup)]
pub(crate) struct CreateGroupResponse {
    id: String,
    name: String,
    created_at: String,
}

impl From<&CreateConversationResult> for CreateGroupResponse {
    fn from(created: &CreateConversationResult) -> Self {
        Self {
            id: format_uuid(created.id),
            name: created
                .title
                .clone()
                .unwrap_or_else(|| DEFAULT_GROUP_NAME.to_owned()),
            created_at: format_iso(created.at),
        }
    }
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let object = body::read_json_body(&headers, payload).await?;
    let space = ids::space_id_from_path(&params)?;
    caller.require_space(space)?;
    let ctx = caller.ctx;
    let (command, once) = match parse_command(&headers, object, space) {
        Ok(read) => read,
        Err(error) => {
            return Err(prefer_not_found_error(&app, &ctx, space, error)
                .await
                .into());
        }
    };
    let engine = &app.engine;
    let Some(once) = once else {
        let created = conversation::create(engine, &ctx, command).await?;
        return Ok(response::ok(&CreateGroupResponse::from(&created)));
    };
    let answer = conversation::create_idempotent(engine, &ctx, command, once).await?;
    let response = plain::from_bytes(StatusCode::OK, "application/json", answer.body);
    let mut response = response::with_version_header(response);
    if answer.replayed {
        let replayed = HeaderValue::from_static("true");
        response
            .headers_mut()
            .insert(idempotency::REPLAYED_HEADER, replayed);
    }
    Ok(response)
}

/// What the body and the `Idempotency-Key` header ask for.
fn parse_command(
    headers: &HeaderMap,
    JsonBody { bytes, map }: JsonBody,
    space: SpaceId,
) -> Result<(
    CreateConversation,
    Option<IdempotencyRequest<CreateConversationResult>>,
)> {
    let create: CreateGroupRequest = deserialize_map(map)?;
    let name = text::normalize_optional(create.name.as_deref(), "name", 255)?;
    let name = name.unwrap_or_else(|| DEFAULT_GROUP_NAME.to_owned());
    body::check_storable(&name, "name")?;
    let command = CreateConversation {
        space: Some(space),
        title: Some(name),
        ..CreateConversation::new(Of::Group)
    };
    let render = |created: &CreateConversationResult| {
        serde_json::to_vec(&CreateGroupResponse::from(created)).unwrap_or_default()
    };
    let scope = format!("group:{}", format_uuid(space));
    let once = idempotency::read_idempotency_key(headers, scope, &bytes, Arc::new(render))?;
    Ok((command, once))
}
