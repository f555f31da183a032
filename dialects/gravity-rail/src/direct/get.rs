//! `GET /dms/{dm_id}` and `GET /dms/{dm_id}/messages`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{App, Params, Query, reply};

use super::find;
use crate::Fail;
use crate::auth::Caller;
use crate::chat::show;
use crate::message::list::Stretch;

/// Its two members, as far as their credential has `dm:read`; a key that is bound to no member with that scope.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = find(&app, &ctx, params.get("dm")).await?;
    let whole = conversation::whole(&app.engine, &ctx, key).await?;
    let chat = show::one(&app, &ctx, whole).await?;
    Ok(reply::json(StatusCode::OK, &chat))
}

/// The same readers; newest first.
pub(crate) async fn messages(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    query: Query,
) -> Result<Response, Fail> {
    let stretch = Stretch::read(&query)?;
    let key = find(&app, &ctx, params.get("dm")).await?;
    Ok(stretch.answer(app, &ctx, key).await?)
}
