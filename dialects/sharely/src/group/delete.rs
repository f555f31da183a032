//! `DELETE /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}` and the widget's
//! `DELETE /spaces/{space}/groups/{conversation}`: a group goes with its messages. The space's first group stays.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::{App, Fail, Params};

use super::get::named;
use crate::auth::{Caller, Visitor};
use crate::{Sharely, ids, reply};

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    delete(&app, &caller, &params).await
}

pub(crate) async fn visit(
    State(app): State<App>,
    Visitor(caller): Visitor,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    delete(&app, &caller, &params).await
}

async fn delete(app: &App, caller: &Caller, params: &Params) -> Result<Response, Fail<Sharely>> {
    let space = ids::space(params)?;
    let ctx = caller.within(space)?;
    let group = named(app, &ctx, space, params).await?;
    space::remove(&app.engine, &ctx, space, group).await?;
    Ok(reply::nothing())
}
