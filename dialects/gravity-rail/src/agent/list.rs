//! `GET /agents`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::{AppState, QueryParams};

use super::AgentResponse;
use crate::auth::Caller;
use crate::query::parse_bool_alias;
use crate::{HandlerError, page};

page::page! {
    /// A page of agents.
    AgentsPage of AgentResponse as Agents
}

/// Oldest first; archived ones apart. Asks for `agents:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let archived = parse_bool_alias(&query, "isArchived", "is_archived")?.unwrap_or(false);
    let (rows, total) =
        member::list_assistants(&app.engine, &ctx, archived, asked.size, asked.offset()).await?;
    let agents = rows.into_iter().map(AgentResponse::from_member).collect();
    Ok(AgentsPage::of(asked, agents, total)
        .answer(&app, &ctx)
        .await?)
}
