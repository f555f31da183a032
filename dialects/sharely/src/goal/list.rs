//! `GET /goals/spaces/{space}` and `.../threads`, after the calls of the widget's predecessor and of the vendor's server
//! library: the goals of a space, and the talks about them. There are none.
//!
//! Accepted and ignored: `groupId`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::{App, Fail, Params};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::{Sharely, ids, reply};

/// A goal. After the predecessor's call; there is none.
#[derive(Serialize, ToSchema)]
pub(crate) struct Goal {
    id: String,
    title: String,
    description: Option<String>,
    status: String,
}

/// Every goal: none.
#[derive(Serialize, ToSchema)]
pub(crate) struct Goals(Vec<Goal>);

pub(crate) async fn handle(
    State(app): State<App>,
    Visitor(caller): Visitor,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    let space = ids::space(&params)?;
    let ctx = caller.within(space)?;
    space::conversation(&app.engine, &ctx, space, None).await?;
    Ok(reply::ok(&Goals(Vec::new())))
}
