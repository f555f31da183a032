//! `POST /v1/workspaces/{workspace}/spaces/{space}/group`, after the page on creating a group conversation:
//! creates a group.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode};
use parlor_engine::conversation::{self, CreateConversationResult};
use parlor_kit::ids::format_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::ParameterKind::Matching;
use parlor_kit::route::{Route, post};
use parlor_kit::time::format_iso;
use parlor_kit::{AppState, PathParams, RequestBody, idempotency};
use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::id::SpaceId;
use parlor_model::idempotency::IdempotencyRequest;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Result, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::DEFAULT_GROUP_NAME;
use crate::auth::Caller;
use crate::body::{self, JsonBody};
use crate::documented::{NOT_FOUND, PAYLOAD_TOO_LARGE, organization_required};
use crate::error::ErrorResponse;
use crate::error_precedence::prefer_not_found;
use crate::{HandlerError, ids, response};

/// The body; it may be absent. After the page on creating a group conversation.
#[derive(Deserialize, ToSchema)]
#[schema(as = Create)]
struct CreateGroupRequest {
    /// What to call the group, 1 to 255 characters. `General` when absent, null or blank.
    #[schema(max_length = 255)]
    name: Option<String>,
}

/// A new group. After the page on creating a group conversation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewGroup)]
struct CreateGroupResponse {
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

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(post(
        "/v1/workspaces/{workspace}/spaces/{space}/group",
        handle,
    ))
    .doc(
        "Make a group in a space.",
        "api-reference/spaces/create-group",
    )
    .scope(Scope::write(Resource::Conversations))
    .typed_header(
        "Idempotency-Key",
        Matching("^[!-~]([ -~]{0,253}[!-~])?$"),
        "A repeat with the same key and body within a day gives the first answer again.",
    )
    .body::<CreateGroupRequest>()
    .optional()
    .responds::<CreateGroupResponse>(200, "The new group.")
    .errors::<ErrorResponse<'_>>(&[
        NOT_FOUND,
        (409, "The idempotency key was used with another body."),
        PAYLOAD_TOO_LARGE,
    ])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let object = body::read_json_body(&headers, payload).await?;
    let space = ids::space_id_from_path(&params)?;
    caller.require_space(space)?;
    let ctx = caller.ctx;
    let parsed = parse_command(&headers, object, space);
    let (command, idempotency_request) = prefer_not_found(&app, &ctx, space, parsed).await?;
    let engine = &app.engine;
    let Some(idempotency_request) = idempotency_request else {
        let created = conversation::create(engine, &ctx, command).await?;
        return Ok(response::ok(&CreateGroupResponse::from(&created)));
    };
    let outcome =
        conversation::create_idempotent(engine, &ctx, command, idempotency_request).await?;
    let response =
        parlor_kit::response::from_bytes(StatusCode::OK, "application/json", outcome.body);
    let mut response = response::with_version_header(response);
    if outcome.replayed {
        response.headers_mut().insert(
            idempotency::REPLAYED_HEADER,
            HeaderValue::from_static("true"),
        );
    }
    Ok(response)
}

/// Parses the body and the `Idempotency-Key` header.
///
/// # Errors
/// `Invalid` or `Malformed` for an invalid value.
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
        ..CreateConversation::new(ConversationKind::Group)
    };
    let render = |created: &CreateConversationResult| {
        serde_json::to_vec(&CreateGroupResponse::from(created)).unwrap_or_default()
    };
    let scope = format!("group:{}", format_uuid(space));
    let request = idempotency::read_idempotency_key(headers, scope, &bytes, Arc::new(render))?;
    Ok((command, request))
}
