//! `POST /inboxes`, after developer/api/workspace/inboxes.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::line::inbox;
use parlor_kit::{App, Payload, reply};
use parlor_model::line::CreateInbox;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::InboxResponse;
use crate::auth::Caller;
use crate::ids::Reference;
use crate::{Fail, body};

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
    workflow_id: Option<Reference>,
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
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: CreateInboxRequest = body::read(payload).await?;
    let command = CreateInbox {
        slug: request.slug,
        name: request.name,
        address: request.address,
        workflow: request.workflow_id.map(Reference::locator),
        footer: request.footer,
        rules: request.rules.unwrap_or_default(),
        is_default: request.is_default.unwrap_or(false),
    };
    let made = inbox::create(&app.engine, &ctx, command).await?;
    Ok(reply::json(StatusCode::OK, &InboxResponse::of(made)))
}
