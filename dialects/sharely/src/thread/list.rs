//! `GET /v1/workspaces/{workspace}/agent/threads`, after the page `api-reference/agent/threads`: lists threads,
//! most recently changed first.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::thread::{self, SubjectFilter, ThreadFilter};
use parlor_kit::route::ParameterKind::{Between, Format, Length};
use parlor_kit::route::{Auth, Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::THREADS_PAGE;
use super::ThreadResponse;
use super::cursor;
use crate::auth::AgentCaller;
use crate::documented::{PathPrefix, organization_optional, prefixed_path};
use crate::{HandlerError, ids, response};

/// A page of threads. After `api-reference/agent/threads`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Threads)]
struct ListThreadsResponse {
    items: Vec<ThreadResponse>,
    /// What to ask for as `cursor` to go on.
    next_cursor: Option<String>,
    has_more: bool,
}

/// Declares the route under a prefix.
pub(crate) fn route(prefix: PathPrefix) -> Route {
    let path = prefixed_path!(prefix, "/workspaces/{workspace}/agent/threads");
    organization_optional(get(path, handle), Auth::Bearer)
        .doc("Threads, what changed last first.", THREADS_PAGE)
        .scope(Scope::read(Resource::Conversations))
        .query("spaceId", Format("uuid"), "Only those of this space.")
        .query(
            "userId",
            Length(1, 255),
            "Only those for this user, by id or as the customer knows it.",
        )
        .query("temporalUserId", Length(1, 255), "The same for a visitor.")
        .query(
            "cursor",
            Format("uuid"),
            "Only those behind the page before: its `nextCursor`.",
        )
        .query(
            "limit",
            Between(1, 50),
            "Threads at the most; 20 when absent.",
        )
        .responds::<ListThreadsResponse>(200, "The threads.")
}

async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
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
    let items = page
        .items
        .into_iter()
        .map(|thread| agent.render_thread(thread));
    Ok(response::ok(&ListThreadsResponse {
        next_cursor,
        has_more: page.has_more,
        items: items.collect(),
    }))
}

fn parse_filter(query: &QueryParams) -> Result<ThreadFilter> {
    Ok(ThreadFilter {
        space: ids::parse_optional_id(query.get("spaceId"), "spaceId")?,
        user: parse_subject_filter(query, "userId")?,
        temporal_user: parse_subject_filter(query, "temporalUserId")?,
    })
}

fn parse_subject_filter(query: &QueryParams, field: &'static str) -> Result<Option<SubjectFilter>> {
    let Some(spelling) = query.get(field) else {
        return Ok(None);
    };
    if spelling.trim().is_empty() {
        return Err(Error::invalid(field, "must not be empty"));
    }
    parlor_model::text::validate_length(spelling, field, 255)?;
    Ok(Some(SubjectFilter {
        spelling: spelling.to_owned(),
        members: ids::member_keys(spelling),
    }))
}
