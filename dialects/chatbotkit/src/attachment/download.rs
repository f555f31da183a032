//! `GET /conversation/{conversation}/attachment/{attachment}/download`. An endpoint of this server's own.

use axum::extract::State;
use parlor_engine::file;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams};
use parlor_model::conversation::ConversationKey;
use parlor_model::id::IdOrNumber;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::documented::{get, reads};
use crate::prefix::Prefix;
use crate::storage::{FileDownloadResponse, Grant, download_response};
use crate::{HandlerResult, conversation_access, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/attachment/{attachment}/download";
    reads::<FileDownloadResponse>(get(prefix, path, handle), Resource::Messages).doc(
        "An address that gives a file of a conversation, for an hour",
        "",
    )
}

async fn handle(State(app): State<AppState>, caller: Caller, params: PathParams) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let id = ids::parse_conversation_id(params.get("conversation"))?;
    let attachment = ids::parse_file_id(params.get("attachment"))?;
    conversation_access::find_for_messages(&app, ctx, params.get("conversation")).await?;
    let key = ConversationKey::Id(id);
    let found = file::attachment(&app.engine, ctx, key, IdOrNumber::Id(attachment)).await?;
    let grant = Grant::download_from_conversation(id, &found);
    download_response(&app, ctx, &found, grant).await
}
