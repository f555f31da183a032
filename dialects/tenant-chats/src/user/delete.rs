//! `DELETE /api/v1/users/{user}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_gateway::Gateway;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams, response, time};
use parlor_model::Error;
use parlor_model::error::ConflictReason;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::parse_user_key;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{CHATS_WRITE_SCOPE, NO_USER};
use crate::error::ErrorResponse;

/// What is left of a user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeletedUser)]
struct DeleteUserResponse {
    /// Always true.
    success: bool,
    /// A sentence.
    message: &'static str,
    /// When.
    deleted_at: String,
    /// How many chats went with it.
    deleted_chats: i64,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    delete("/api/v1/users/{user}", handle)
        .doc("Deletes a user and the chats that are for it", "")
        .scope(Scope::write(Resource::Members))
        .conditional_scope(
            CHATS_WRITE_SCOPE,
            "there is such a user, whose chats go with it",
        )
        .responds::<DeleteUserResponse>(200, "It is gone.")
        .errors::<ErrorResponse>(&[NO_USER, (409, "It has a role in the workspace.")])
}

/// Deletes the user and the chats whose user it is, with their messages. Its messages in other chats stay, without a
/// sender. Checks in this order: key, id, open sockets of the user, role in the workspace.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let user = parse_user_key(params.get("user"))?;
    let number = member::find_number(&app.engine, &ctx, user.clone()).await?;
    let gateway = Gateway::from_app(&app)?;
    if number.is_some_and(|number| gateway.connections.count_for_member(ctx.ws(), number) > 0) {
        return Err(Error::conflict(ConflictReason::InUse).into());
    }
    let deleted = member::delete_with_conversations(&app.engine, &ctx, user).await?;
    let body = DeleteUserResponse {
        success: true,
        message: "User deleted successfully",
        deleted_at: time::format_iso(deleted.at),
        deleted_chats: deleted.conversations,
    };
    Ok(response::json(StatusCode::OK, &body))
}
