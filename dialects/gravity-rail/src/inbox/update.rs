//! `PUT /inboxes/{inbox_id}`, after developer/api/workspace/inboxes.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::sender::inbox;
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option, response};
use parlor_model::inbox::UpdateInbox;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{InboxResponse, parse_key};
use crate::auth::Caller;
use crate::ids::EntityRef;
use crate::{HandlerError, body};

/// What to change of an inbox; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateInboxRequest {
    #[schema(max_length = 254, format = "email")]
    address: Option<String>,
    #[schema(max_length = 64, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 255)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    workflow_id: Option<Option<EntityRef>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    footer: Option<Option<String>>,
    /// All of them; null for none.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Vec<Object>>, max_items = 100)]
    rules: Option<Option<Vec<Value>>>,
    is_default: Option<bool>,
}

/// Asks for `inboxes:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateInboxRequest = body::parse(payload).await?;
    ctx.require(Scope::write(Resource::Inboxes))?;
    let key = parse_key(params.get("inbox"))?;
    let command = UpdateInbox {
        slug: request.slug,
        name: request.name,
        address: request.address,
        workflow: request
            .workflow_id
            .map(|id| id.map(EntityRef::to_id_or_number)),
        footer: request.footer,
        rules: request.rules.map(Option::unwrap_or_default),
        is_default: request.is_default,
    };
    let changed = inbox::update(&app.engine, &ctx, key, command).await?;
    Ok(response::json(
        StatusCode::OK,
        &InboxResponse::from_inbox(changed),
    ))
}
