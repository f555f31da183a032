//! `DELETE /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}` and the widget's
//! `DELETE /spaces/{space}/groups/{conversation}`: a group goes with its messages. The space's first group stays.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::{AppState, DialectError, PathParams};

use super::get::parse_group_id;
use crate::auth::{Caller, TokenCaller};
use crate::{Sharely, ids, response};

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> Result<Response, DialectError<Sharely>> {
    delete_group(&app, &caller, &params).await
}

pub(crate) async fn handle_unversioned(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
) -> Result<Response, DialectError<Sharely>> {
    delete_group(&app, &caller, &params).await
}

async fn delete_group(
    app: &AppState,
    caller: &Caller,
    params: &PathParams,
) -> Result<Response, DialectError<Sharely>> {
    let space = ids::space_id_from_path(params)?;
    let ctx = caller.context_for_space(space)?;
    let group = parse_group_id(app, &ctx, space, params).await?;
    space::delete_conversation(&app.engine, &ctx, space, group).await?;
    Ok(response::no_content())
}
