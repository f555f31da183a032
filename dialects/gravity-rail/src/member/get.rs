//! `GET /members/{id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{App, Params, reply};

use super::show;
use crate::auth::Caller;
use crate::{Fail, ids};

/// Oneself, or anybody with `members:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = ids::member(params.get("member"))?;
    let found = member::find(&app.engine, &ctx, key).await?;
    Ok(reply::json(
        StatusCode::OK,
        &show(&app, &ctx, found.member).await?,
    ))
}
