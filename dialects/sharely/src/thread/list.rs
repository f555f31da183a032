//! `GET /v1/workspaces/{workspace}/agent/threads`, after the page `api-reference/agent/threads`: what changed last
//! first.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::thread::{self, SubjectFilter, ThreadFilter};
use parlor_kit::{App, Fail, Query};
use parlor_model::{Error, Result as Tried};
use serde::Serialize;
use utoipa::ToSchema;

use super::Thread;
use super::create::names;
use super::cursor;
use crate::auth::Agent;
use crate::{Sharely, ids, reply};

/// A page of threads. After `api-reference/agent/threads`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Threads {
    items: Vec<Thread>,
    /// What to ask for as `cursor` to go on.
    next_cursor: Option<String>,
    has_more: bool,
}

pub(crate) async fn handle(
    State(app): State<App>,
    agent: Agent,
    query: Query,
) -> Result<Response, Fail<Sharely>> {
    let filter = filter(&query)?;
    if let Some(space) = filter.space {
        agent.0.reaches(space)?;
    }
    let cursor = query.get("cursor").map(cursor::read).transpose()?;
    let limit = usize::try_from(query.int("limit", 20, 1, 50)?).unwrap_or(20);
    let page = thread::list(
        &app.engine,
        &agent.ctx(),
        filter,
        agent.reach(),
        cursor,
        limit,
    )
    .await?;
    let last = page.items.last().filter(|_| page.has_more);
    let next_cursor = last.map(|thread| cursor::write(&thread.conversation));
    let shown = page.items.into_iter().map(|thread| agent.shown(thread));
    Ok(reply::ok(&Threads {
        next_cursor,
        has_more: page.has_more,
        items: shown.collect(),
    }))
}

fn filter(query: &Query) -> Tried<ThreadFilter> {
    Ok(ThreadFilter {
        space: ids::given(query.get("spaceId"), "spaceId")?,
        user: subject(query, "userId")?,
        temporal_user: subject(query, "temporalUserId")?,
    })
}

fn subject(query: &Query, field: &'static str) -> Tried<Option<SubjectFilter>> {
    let Some(spelling) = query.get(field) else {
        return Ok(None);
    };
    if spelling.trim().is_empty() {
        return Err(Error::invalid(field, "must not be empty"));
    }
    parlor_model::text::limit(spelling, field, 255)?;
    Ok(Some(SubjectFilter {
        spelling: spelling.to_owned(),
        members: names(spelling),
    }))
}
