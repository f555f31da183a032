//! `PUT /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}` and the widget's
//! `PUT /spaces/{space}/groups/{conversation}`: a group's new name. Without one, the group is called after the first
//! line that a person has said in it, or `General` until somebody does.
//!
//! Accepted and ignored: `groupId`, which the path says already.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::conversation;
use parlor_kit::ids::format_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::time::format_iso;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody};
use parlor_model::conversation::{Conversation, ConversationKey, UpdateConversation};
use parlor_model::{Result as Tried, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::get::{find_group, parse_group_id};
use crate::auth::{Caller, TokenCaller};
use crate::body::{self, JsonBody};
use crate::{Sharely, ids, response};

/// The body; it may be absent.
#[derive(Deserialize, ToSchema)]
#[schema(as = Rename)]
pub(crate) struct RenameGroupRequest {
    /// What to call the group, 1 to 255 characters. Absent, null or blank: a name made of what was said.
    #[schema(max_length = 255)]
    name: Option<String>,
}

/// A group under its new name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Renamed)]
pub(crate) struct RenameGroupResponse {
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
pub(crate) struct WidgetRenameGroupResponse {
    group_name: String,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
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

pub(crate) async fn handle_unversioned(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
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
) -> Tried<Conversation> {
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
