//! `GET /conversation/{conversation}/attachment/{attachment}/download`: this server's own.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::file;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::conversation::authorize;
use crate::storage::download::FileDownloadResponse;
use crate::storage::signed::{self, Grant};
use crate::{HandlerResult, ids};

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let id = ids::parse_conversation_id(params.get("conversation"))?;
    let attachment = ids::file(params.get("attachment"))?;
    authorize::find_for_messages(&app, ctx, params.get("conversation")).await?;
    let key = ConversationKey::Id(id);
    let found = file::attachment(&app.engine, ctx, key, attachment).await?;
    let grant = Grant::download_of_conversation(id, &found);
    let response = FileDownloadResponse {
        id: ids::of_file(found.id),
        url: signed::download_url(&app, ctx, grant).await?,
    };
    Ok(response::json(StatusCode::OK, &response))
}
