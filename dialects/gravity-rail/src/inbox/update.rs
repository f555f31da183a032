//! `PUT /inboxes/{inbox_id}`, after developer/api/workspace/inboxes.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::line::inbox;
use parlor_kit::{App, Params, Payload, body::present, reply};
use parlor_model::line::UpdateInbox;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{InboxResponse, key};
use crate::auth::Caller;
use crate::ids::Reference;
use crate::{Fail, body};

/// What to change of an inbox; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateInboxRequest {
    #[schema(max_length = 254, format = "email")]
    address: Option<String>,
    #[schema(max_length = 64, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 255)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Reference>)]
    workflow_id: Option<Option<Reference>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    footer: Option<Option<String>>,
    /// All of them; null for none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<Object>>, max_items = 100)]
    rules: Option<Option<Vec<Value>>>,
    is_default: Option<bool>,
}

/// Asks for `inboxes:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: UpdateInboxRequest = body::read(payload).await?;
    ctx.require(Scope::write(Resource::Inboxes))?;
    let key = key(params.get("inbox"))?;
    let command = UpdateInbox {
        slug: request.slug,
        name: request.name,
        address: request.address,
        workflow: request.workflow_id.map(|id| id.map(Reference::locator)),
        footer: request.footer,
        rules: request.rules.map(Option::unwrap_or_default),
        is_default: request.is_default,
    };
    let changed = inbox::update(&app.engine, &ctx, key, command).await?;
    Ok(reply::json(StatusCode::OK, &InboxResponse::of(changed)))
}
