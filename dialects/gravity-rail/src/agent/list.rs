//! `GET /agents`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::{App, Query};

use super::AgentResponse;
use crate::auth::Caller;
use crate::question::either;
use crate::{Fail, page};

page::page! {
    /// A page of agents.
    AgentsPage of AgentResponse as Agents
}

/// Oldest first; archived ones apart. Asks for `agents:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let archived = either(&query, "isArchived", "is_archived")?.unwrap_or(false);
    let (rows, total) =
        member::assistants(&app.engine, &ctx, archived, asked.size, asked.offset()).await?;
    let agents = rows.into_iter().map(AgentResponse::of).collect();
    Ok(AgentsPage::of(asked, agents, total)
        .answer(&app, &ctx)
        .await?)
}
