//! `GET /goals/spaces/{space}` and `.../threads`, after the calls of the widget's predecessor and of the vendor's server
//! library: the goals of a space, and the talks about them. There are none.
//!
//! Accepted and ignored: `groupId`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::{AppState, DialectError, PathParams};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::{Sharely, ids, response};

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
#[schema(as = Goals)]
pub(crate) struct ListGoalsResponse(Vec<Goal>);

pub(crate) async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
) -> Result<Response, DialectError<Sharely>> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    space::find_conversation(&app.engine, &ctx, space, None).await?;
    Ok(response::ok(&ListGoalsResponse(Vec::new())))
}
