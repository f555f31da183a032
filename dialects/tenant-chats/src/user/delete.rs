//! `DELETE /api/v1/users/{user}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_gateway::Gateway;
use parlor_kit::{App, Params, reply, time};
use parlor_model::Error;
use parlor_model::error::Conflict;
use serde::Serialize;
use utoipa::ToSchema;

use super::named;
use crate::Fail;
use crate::auth::Caller;

/// What is left of a user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeletedUser {
    /// Always true.
    success: bool,
    /// A sentence.
    message: &'static str,
    /// When.
    deleted_at: String,
    /// How many chats went with it.
    deleted_chats: i64,
}

/// Removes the user and the chats that are for it, with their messages, for good. What it said in chats for others
/// stays there, nobody's. Checks in this order: key, id, open sockets of the user's, role in the workspace.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let user = named(params.get("user"))?;
    let known = member::number(&app.engine, &ctx, user.clone()).await?;
    let gateway = Gateway::of(&app)?;
    if known.is_some_and(|number| gateway.seats.of_member(ctx.ws(), number) > 0) {
        return Err(Error::conflict(Conflict::InUse).into());
    }
    let erased = member::erase(&app.engine, &ctx, user).await?;
    let body = DeletedUser {
        success: true,
        message: "User deleted successfully",
        deleted_at: time::iso(erased.at),
        deleted_chats: erased.conversations,
    };
    Ok(reply::json(StatusCode::OK, &body))
}
