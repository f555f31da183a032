//! `GET /dms/{dm_id}` and `GET /dms/{dm_id}/messages`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{AppState, PathParams, QueryParams, response};

use super::find_direct;
use crate::HandlerError;
use crate::auth::Caller;
use crate::chat::render;
use crate::message::list::ListMessagesQuery;

/// Its two members, as far as their credential has `dm:read`; a key that is bound to no member with that scope.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = find_direct(&app, &ctx, params.get("dm")).await?;
    let whole = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let chat = render::render_one(&app, &ctx, whole).await?;
    Ok(response::json(StatusCode::OK, &chat))
}

/// The same readers; newest first.
pub(crate) async fn messages(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let stretch = ListMessagesQuery::from_query(&query)?;
    let key = find_direct(&app, &ctx, params.get("dm")).await?;
    Ok(stretch.respond(app, &ctx, key).await?)
}
