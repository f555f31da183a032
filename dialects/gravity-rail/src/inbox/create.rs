//! `POST /inboxes`, after developer/api/workspace/inboxes.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::sender::inbox;
use parlor_kit::{AppState, RequestBody, response};
use parlor_model::inbox::CreateInbox;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::InboxResponse;
use crate::auth::Caller;
use crate::ids::EntityRef;
use crate::{HandlerError, body};

/// What to make an inbox of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateInboxRequest {
    /// Where mail comes to.
    #[schema(max_length = 254, format = "email")]
    address: String,
    /// 1 to 64 of `a-z 0-9 -`; made of the address when absent.
    #[schema(max_length = 64, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<String>,
    #[schema(max_length = 255)]
    name: Option<String>,
    /// The workflow that answers it.
    workflow_id: Option<EntityRef>,
    /// What stands under every mail from it, at most 10,000 characters.
    #[schema(max_length = 10_000)]
    footer: Option<String>,
    /// What is to be done with mail that comes to it: at most 100 objects.
    #[schema(value_type = Option<Vec<Object>>, max_items = 100)]
    rules: Option<Vec<Value>>,
    /// By default it is not.
    is_default: Option<bool>,
}

/// Asks for `inboxes:admin`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateInboxRequest = body::parse(payload).await?;
    let command = CreateInbox {
        slug: request.slug,
        name: request.name,
        address: request.address,
        workflow: request.workflow_id.map(EntityRef::to_id_or_number),
        footer: request.footer,
        rules: request.rules.unwrap_or_default(),
        is_default: request.is_default.unwrap_or(false),
    };
    let made = inbox::create(&app.engine, &ctx, command).await?;
    Ok(response::json(
        StatusCode::OK,
        &InboxResponse::from_inbox(made),
    ))
}
