//! `PUT /inboxes/{inbox_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::inbox;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option};
use parlor_model::inbox::UpdateInbox;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{InboxResponse, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Inboxes);

/// What to change of an inbox; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateInboxRequest {
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

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/inboxes/{inbox}"), handle)
        .doc("Updates an inbox", VENDOR_PAGE)
        .scope(SCOPE)
        .body::<UpdateInboxRequest>()
        .optional()
        .responds::<InboxResponse>(200, "The inbox as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such inbox or workflow."),
            (409, "The slug or the address is taken."),
            TOO_LARGE,
        ])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateInboxRequest = body::parse(payload).await?;
    ctx.require(SCOPE)?;
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
    Ok(ok_json(&InboxResponse::from_inbox(changed)))
}
