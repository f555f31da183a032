//! `PUT /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}` and the widget's
//! `PUT /spaces/{space}/groups/{conversation}`: renames a group. Without a name, the title is generated from the first
//! line of the first user message; a group without one is shown as `General`.
//!
//! Accepted and ignored: `groupId`, which the path contains.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::conversation;
use parlor_kit::ids::format_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, put};
use parlor_kit::time::format_iso;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::{Conversation, ConversationKey, UpdateConversation};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Result, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::find::{find_group, parse_group_id};
use crate::auth::{Caller, TokenCaller};
use crate::body::{self, JsonBody};
use crate::documented::{
    MIRRORED_SOURCE, NOT_FOUND, PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional,
    organization_required,
};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids, response};

/// The body; it may be absent.
#[derive(Deserialize, ToSchema)]
#[schema(as = Rename)]
struct RenameGroupRequest {
    /// What to call the group, 1 to 255 characters. Absent, null or blank: a name made of what was said.
    #[schema(max_length = 255)]
    name: Option<String>,
}

/// A group under its new name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Renamed)]
struct RenameGroupResponse {
    id: String,
    name: String,
    /// The name once more.
    group_name: String,
    created_at: String,
    updated_at: String,
}

/// The new name, as the widget reads it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Named)]
struct WidgetRenameGroupResponse {
    group_name: String,
}

/// Declares the versioned route.
pub(crate) fn route() -> Route {
    organization_required(put(
        "/v1/workspaces/{workspace}/spaces/{space}/group/{conversation}",
        handle,
    ))
    .doc(
        "Rename a group, or have it named after what was said.",
        MIRRORED_SOURCE,
    )
    .scope(Scope::write(Resource::Conversations))
    .body::<RenameGroupRequest>()
    .optional()
    .responds::<RenameGroupResponse>(200, "The group under its new name.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE])
}

/// Declares the widget's route.
pub(crate) fn route_unversioned() -> Route {
    organization_optional(
        put("/spaces/{space}/groups/{conversation}", handle_unversioned),
        Auth::Bearer,
    )
    .doc(
        "Rename a group, or have it named after what was said.",
        WIDGET_SOURCE,
    )
    .scope(Scope::write(Resource::Conversations))
    .body::<RenameGroupRequest>()
    .optional()
    .responds::<WidgetRenameGroupResponse>(200, "The new name.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let object = body::read_json_body(&headers, payload).await?;
    let group = rename_group(&app, &caller, &params, object).await?;
    let name = super::display_name(group.title, group.kind);
    Ok(response::ok(&RenameGroupResponse {
        id: format_uuid(group.id),
        group_name: name.clone(),
        name,
        created_at: format_iso(group.created_at),
        updated_at: format_iso(group.updated_at),
    }))
}

async fn handle_unversioned(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let object = body::read_json_body(&headers, payload).await?;
    let group = rename_group(&app, &caller, &params, object).await?;
    let group_name = super::display_name(group.title, group.kind);
    Ok(response::ok(&WidgetRenameGroupResponse { group_name }))
}

async fn rename_group(
    app: &AppState,
    caller: &Caller,
    params: &PathParams,
    object: JsonBody,
) -> Result<Conversation> {
    let space = ids::space_id_from_path(params)?;
    let ctx = caller.context_for_space(space)?;
    let group = parse_group_id(app, &ctx, space, params).await?;
    find_group(app, &ctx, space, group).await?;
    let rename: RenameGroupRequest = deserialize_map(object.map)?;
    let key = ConversationKey::Id(group);
    match text::normalize_optional(rename.name.as_deref(), "name", 255)? {
        None => {
            conversation::regenerate_title(&app.engine, &ctx, key).await?;
        }
        name @ Some(_) => {
            let command = UpdateConversation {
                title: Some(name),
                ..UpdateConversation::default()
            };
            conversation::update(&app.engine, &ctx, key, command).await?;
        }
    }
    find_group(app, &ctx, space, group).await
}
