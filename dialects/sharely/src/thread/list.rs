//! `GET /v1/workspaces/{workspace}/agent/threads`, after the page `api-reference/agent/threads`: what changed last
//! first.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::thread::{self, SubjectFilter, ThreadFilter};
use parlor_kit::{AppState, DialectError, QueryParams};
use parlor_model::{Error, Result as Tried};
use serde::Serialize;
use utoipa::ToSchema;

use super::ThreadResponse;
use super::create::member_keys;
use super::cursor;
use crate::auth::AgentCaller;
use crate::{Sharely, ids, response};

/// A page of threads. After `api-reference/agent/threads`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Threads)]
pub(crate) struct ListThreadsResponse {
    items: Vec<ThreadResponse>,
    /// What to ask for as `cursor` to go on.
    next_cursor: Option<String>,
    has_more: bool,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    query: QueryParams,
) -> Result<Response, DialectError<Sharely>> {
    let filter = parse_filter(&query)?;
    if let Some(space) = filter.space {
        agent.0.require_space(space)?;
    }
    let cursor = query.get("cursor").map(cursor::decode_cursor).transpose()?;
    let limit = usize::try_from(query.get_int("limit", 20, 1, 50)?).unwrap_or(20);
    let page = thread::list(
        &app.engine,
        &agent.context(),
        filter,
        agent.access(),
        cursor,
        limit,
    )
    .await?;
    let last = page.items.last().filter(|_| page.has_more);
    let next_cursor = last.map(|thread| cursor::encode_cursor(&thread.conversation));
    let shown = page
        .items
        .into_iter()
        .map(|thread| agent.render_thread(thread));
    Ok(response::ok(&ListThreadsResponse {
        next_cursor,
        has_more: page.has_more,
        items: shown.collect(),
    }))
}

fn parse_filter(query: &QueryParams) -> Tried<ThreadFilter> {
    Ok(ThreadFilter {
        space: ids::parse_optional_id(query.get("spaceId"), "spaceId")?,
        user: parse_subject_filter(query, "userId")?,
        temporal_user: parse_subject_filter(query, "temporalUserId")?,
    })
}

fn parse_subject_filter(query: &QueryParams, field: &'static str) -> Tried<Option<SubjectFilter>> {
    let Some(spelling) = query.get(field) else {
        return Ok(None);
    };
    if spelling.trim().is_empty() {
        return Err(Error::invalid(field, "must not be empty"));
    }
    parlor_model::text::validate_length(spelling, field, 255)?;
    Ok(Some(SubjectFilter {
        spelling: spelling.to_owned(),
        members: member_keys(spelling),
    }))
}
