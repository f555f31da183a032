//! `GET /workspaces/{workspace}/workflows` and the progress of each, after the widget's calls: lists workflows
//! triggered by messages. The lists are always empty.
//!
//! Accepted and ignored: `messageId`, `groupId` and `messageFrom`.

use axum::response::Response;
use parlor_kit::route::ParameterKind::Text;
use parlor_kit::route::{Auth, Route, get};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::documented::{WIDGET_SOURCE, organization_optional};
use crate::{HandlerError, response};

/// A workflow, or how far it has come. After the widget's call; there is none.
#[derive(Serialize, ToSchema)]
struct MessageWorkflow {
    id: String,
    direction: Option<String>,
    status: Option<String>,
}

/// Every workflow: none.
#[derive(Serialize, ToSchema)]
struct MessageWorkflows(Vec<MessageWorkflow>);

/// Declares the route of the list.
pub(crate) fn route() -> Route {
    with_shared_parts(get("/workspaces/{workspace}/workflows", handle).doc(
        "What happens to messages beside their answers: nothing.",
        WIDGET_SOURCE,
    ))
}

/// Declares the route of the progress for a message.
pub(crate) fn route_progress() -> Route {
    with_shared_parts(
        get(
            "/workspaces/{workspace}/workflows/{workflow}/progress",
            handle,
        )
        .doc("How far that has come.", WIDGET_SOURCE)
        .query("messageId", Text, "The message: ignored.")
        .query("messageFrom", Text, "Where it was said: ignored."),
    )
}

/// Declares the route of the progress in a group.
pub(crate) fn route_group_progress() -> Route {
    with_shared_parts(
        get(
            "/workspaces/{workspace}/workflows/{workflow}/progress-by-group",
            handle,
        )
        .doc("How far that has come in a group.", WIDGET_SOURCE)
        .query("groupId", Text, "The group: ignored.")
        .query("messageFrom", Text, "Where it was said: ignored."),
    )
}

fn with_shared_parts(route: Route) -> Route {
    organization_optional(route, Auth::Bearer)
        .scope(Scope::read(Resource::Conversations))
        .responds::<MessageWorkflows>(200, "An empty list.")
}

async fn handle(_: TokenCaller) -> Result<Response, HandlerError> {
    Ok(response::ok(&MessageWorkflows(Vec::new())))
}
