//! `DELETE /chats/{chat_id}`: deletes a chat with its messages. Users without the scope archive it instead.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::documented::{NO_CHAT, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::no_content;
use crate::{HandlerError, ids};

const SCOPE: Scope = Scope::admin(Resource::Conversations);

/// Declares the route.
pub(crate) fn route() -> Route {
    delete(workspace_path!("/chats/{conversation}"), handle)
        .doc("Deletes a chat with its messages", "")
        .scope(SCOPE)
        .responds_empty(204, "It is gone.")
        .errors::<ErrorResponse>(&[
            NO_SCOPE,
            NO_CHAT,
            (409, "The default chat of a space stays."),
        ])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let admin = SCOPE;
    ctx.require(admin)?;
    let key = ids::parse_chat_key(params.get("conversation"))?;
    conversation::delete(&app.engine, &ctx, key, admin).await?;
    Ok(no_content())
}
