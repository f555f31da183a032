//! `GET /goals/spaces/{space}` and `.../threads`, after the calls of the widget's predecessor and of the vendor's server
//! library: lists the goals of a space and the threads about them. Both lists are always empty.
//!
//! Accepted and ignored: `groupId`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::route::ParameterKind::Text;
use parlor_kit::route::{Auth, Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::documented::{NOT_FOUND, organization_optional};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids, response};

/// A goal. After the predecessor's call; there is none.
#[derive(Serialize, ToSchema)]
struct Goal {
    id: String,
    title: String,
    description: Option<String>,
    status: String,
}

/// Every goal: none.
#[derive(Serialize, ToSchema)]
#[schema(as = Goals)]
struct ListGoalsResponse(Vec<Goal>);

/// Source of the calls, in place of a page.
const PREDECESSOR_SOURCE: &str = "the calls of the widget's predecessor";

/// Declares the route of a space's goals.
pub(crate) fn route() -> Route {
    with_shared_parts(
        get("/goals/spaces/{space}", handle).doc("The goals of a space: none.", PREDECESSOR_SOURCE),
    )
}

/// Declares the route of the threads about a space's goals.
pub(crate) fn route_threads() -> Route {
    with_shared_parts(
        get("/goals/spaces/{space}/threads", handle)
            .doc(
                "Talks about the goals of a space: none.",
                PREDECESSOR_SOURCE,
            )
            .query("groupId", Text, "The group: ignored."),
    )
}

fn with_shared_parts(route: Route) -> Route {
    organization_optional(route, Auth::Bearer)
        .scope(Scope::read(Resource::Conversations))
        .responds::<ListGoalsResponse>(200, "An empty list.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    space::find_conversation(&app.engine, &ctx, space, None).await?;
    Ok(response::ok(&ListGoalsResponse(Vec::new())))
}
