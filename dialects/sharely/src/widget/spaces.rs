//! `GET /spaces`, after the widget's call: the spaces that are the caller's own, newest first, so that the widget finds
//! one again before it asks for a new one. A user's token has one. An access token has those that the member whom its key
//! acts for takes part in by the roles named; those of others are never among them, as the widget would open the first.
//!
//! Accepted and ignored: `sortBy` and `lastMessageSortBy`.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::time::format_iso;
use parlor_kit::{AppState, DialectError, QueryParams};
use parlor_model::id::WorkspaceId;
use parlor_model::keyset::{KeysetQuery, SortOrder};
use parlor_model::space::{SpaceFilter, SpaceRow};
use parlor_model::{Error, Id, Result as Tried};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{Caller, TokenCaller};
use crate::{Sharely, response};

/// Spaces listed at the most.
const MAX_SPACES: usize = 100;

/// A space in a list. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedSpace {
    id: String,
    name: Option<String>,
    description: Option<String>,
    /// `ACTIVE`: a space that is not is gone.
    status: &'static str,
    created_at: String,
}

/// Spaces, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListedSpaces(Vec<ListedSpace>);

pub(crate) async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    query: QueryParams,
) -> Result<Response, DialectError<Sharely>> {
    let (roles, workspaces) = (
        parse_text_array(&query, "roles")?,
        parse_text_array(&query, "workspaces")?,
    );
    let here: WorkspaceId = caller.ctx.workspace.id;
    let is_here = workspaces.is_none_or(|named| {
        let mut named = named.iter();
        named.any(|id| parse_uuid(id) == Some(here))
    });
    if !is_here {
        return Ok(response::ok(&ListedSpaces(Vec::new())));
    }
    if let Some(own) = caller.own_space() {
        let found = space::find(&app.engine, &caller.ctx, own).await?;
        let own = ListedSpace {
            id: format_uuid(found.id),
            name: found.name,
            description: found.description,
            status: "ACTIVE",
            created_at: format_iso(found.created_at),
        };
        return Ok(response::ok(&ListedSpaces(vec![own])));
    }
    let as_guest = roles.is_none_or(|roles| roles.iter().any(|role| role == "GUEST"));
    Ok(response::ok(&ListedSpaces(
        guest_spaces(&app, &caller, as_guest).await?,
    )))
}

/// The spaces in which the acting member is the guest.
async fn guest_spaces(app: &AppState, caller: &Caller, as_guest: bool) -> Tried<Vec<ListedSpace>> {
    let Some(actor) = caller.ctx.actor.filter(|_| as_guest) else {
        return Ok(Vec::new());
    };
    let filter = Arc::new(SpaceFilter {
        contacts: vec![actor.id],
        ..SpaceFilter::default()
    });
    let until = Id::new(app.engine.scan_upper_bound());
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let walk = KeysetQuery {
            after,
            order: SortOrder::Descending,
            limit: MAX_SPACES - listed.len(),
        };
        let each = |listed: &mut Vec<ListedSpace>, row: &SpaceRow<'_>| {
            listed.push(ListedSpace::from_row(row));
            Ok(ControlFlow::Continue(()))
        };
        let (engine, ctx) = (&app.engine, &caller.ctx);
        let batch = space::scan(engine, ctx, &filter, walk, until, Vec::new(), each).await?;
        listed.extend(batch.state);
        if batch.is_end || listed.len() >= MAX_SPACES {
            return Ok(listed);
        }
        after = batch.cursor;
    }
}

impl ListedSpace {
    fn from_row(row: &SpaceRow<'_>) -> Self {
        Self {
            id: format_uuid(row.id),
            name: row.name.map(str::to_owned),
            description: row.description.map(str::to_owned),
            status: "ACTIVE",
            created_at: format_iso(row.created_at),
        }
    }
}

/// A parameter that is a JSON array of texts.
fn parse_text_array(query: &QueryParams, field: &'static str) -> Tried<Option<Vec<String>>> {
    let Some(text) = query.get(field) else {
        return Ok(None);
    };
    serde_json::from_str(text)
        .map(Some)
        .map_err(|_| Error::invalid(field, "must be a JSON array of texts"))
}
