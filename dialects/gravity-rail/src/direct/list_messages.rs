//! `GET /dms/{dm_id}/messages`.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::{NO_DM, find_direct};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::message::list::{ListMessagesQuery, ListMessagesResponse, with_message_window};

/// Declares the route.
pub(crate) fn route() -> Route {
    with_message_window(get(workspace_path!("/dms/{dm}/messages"), handle))
        .doc("Lists the messages of a DM", "")
        .scope(Scope::read(Resource::Dm))
        .responds::<ListMessagesResponse>(200, "The messages, newest first.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, NO_DM])
}

/// Newest first. Allowed to the two members of the DM whose credential has `dm:read`, and to an unbound key with that
/// scope.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let request = ListMessagesQuery::from_query(&query)?;
    let key = find_direct(&app, &ctx, params.get("dm")).await?;
    Ok(request.respond(app, &ctx, key).await?)
}
