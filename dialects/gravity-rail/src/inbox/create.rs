//! `POST /inboxes`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::inbox;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::inbox::CreateInbox;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{InboxResponse, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to make an inbox of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateInboxRequest {
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

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/inboxes"), handle)
        .doc("Creates an inbox", VENDOR_PAGE)
        .scope(Scope::admin(Resource::Inboxes))
        .body::<CreateInboxRequest>()
        .responds::<InboxResponse>(200, "The inbox.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such workflow."),
            (409, "The slug or the address is taken."),
            TOO_LARGE,
        ])
}

async fn handle(
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
    let created = inbox::create(&app.engine, &ctx, command).await?;
    Ok(ok_json(&InboxResponse::from_inbox(created)))
}
