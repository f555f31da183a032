//! `GET /agents`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::route::ParameterKind::Boolean;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::AgentResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute, page};
use crate::query::parse_bool_alias;

page! {
    /// A page of agents.
    AgentsPage of AgentResponse as Agents
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/agents"), handle)
        .doc("Lists agents", "")
        .scope(Scope::read(Resource::Agents))
        .query(
            "isArchived",
            Boolean,
            "Archived agents instead of the others.",
        )
        .responds_page::<Agents>("A page of agents.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// Oldest first. `isArchived` lists archived agents instead of the others.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let archived = parse_bool_alias(&query, "isArchived", "is_archived")?.unwrap_or(false);
    let (rows, total) =
        member::list_assistants(&app.engine, &ctx, archived, page.size, page.offset()).await?;
    let agents = rows.into_iter().map(AgentResponse::from_member).collect();
    Ok(AgentsPage::new(page, agents, total)
        .into_response(&app, &ctx)
        .await?)
}
