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
use parlor_kit::ids::{dashed, parse_dashed};
use parlor_kit::time::iso;
use parlor_kit::{App, Fail, Query};
use parlor_model::id::WorkspaceId;
use parlor_model::page::{Order, Walk};
use parlor_model::space::{SpaceFilter, SpaceRow};
use parlor_model::{Error, Id, Result as Tried};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{Caller, Visitor};
use crate::{Sharely, reply};

/// Spaces listed at the most.
const MOST: usize = 100;

/// A space in a list. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ListedSpace)]
pub(crate) struct Listed {
    id: String,
    name: Option<String>,
    description: Option<String>,
    /// `ACTIVE`: a space that is not is gone.
    status: &'static str,
    created_at: String,
}

/// Spaces, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedSpaces)]
pub(crate) struct Spaces(Vec<Listed>);

pub(crate) async fn handle(
    State(app): State<App>,
    Visitor(caller): Visitor,
    query: Query,
) -> Result<Response, Fail<Sharely>> {
    let (roles, workspaces) = (texts(&query, "roles")?, texts(&query, "workspaces")?);
    let here: WorkspaceId = caller.ctx.workspace.id;
    let is_here = workspaces.is_none_or(|named| {
        let mut named = named.iter();
        named.any(|id| parse_dashed(id) == Some(here))
    });
    if !is_here {
        return Ok(reply::ok(&Spaces(Vec::new())));
    }
    if let Some(own) = caller.own_space() {
        let found = space::find(&app.engine, &caller.ctx, own).await?;
        let own = Listed {
            id: dashed(found.id),
            name: found.name,
            description: found.description,
            status: "ACTIVE",
            created_at: iso(found.created_at),
        };
        return Ok(reply::ok(&Spaces(vec![own])));
    }
    let as_guest = roles.is_none_or(|roles| roles.iter().any(|role| role == "GUEST"));
    Ok(reply::ok(&Spaces(of_guest(&app, &caller, as_guest).await?)))
}

/// The spaces in which the acting member is the guest.
async fn of_guest(app: &App, caller: &Caller, as_guest: bool) -> Tried<Vec<Listed>> {
    let Some(actor) = caller.ctx.actor.filter(|_| as_guest) else {
        return Ok(Vec::new());
    };
    let filter = Arc::new(SpaceFilter {
        contacts: vec![actor.id],
        ..SpaceFilter::default()
    });
    let until = Id::new(app.engine.horizon());
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let walk = Walk {
            after,
            order: Order::Descending,
            take: MOST - listed.len(),
        };
        let each = |listed: &mut Vec<Listed>, row: &SpaceRow<'_>| {
            listed.push(Listed::of(row));
            Ok(ControlFlow::Continue(()))
        };
        let (engine, ctx) = (&app.engine, &caller.ctx);
        let batch = space::batch(engine, ctx, &filter, walk, until, Vec::new(), each).await?;
        listed.extend(batch.state);
        if batch.is_end || listed.len() >= MOST {
            return Ok(listed);
        }
        after = batch.last;
    }
}

impl Listed {
    fn of(row: &SpaceRow<'_>) -> Self {
        Self {
            id: dashed(row.id),
            name: row.name.map(str::to_owned),
            description: row.description.map(str::to_owned),
            status: "ACTIVE",
            created_at: iso(row.created_at),
        }
    }
}

/// A parameter that is a JSON array of texts.
fn texts(query: &Query, field: &'static str) -> Tried<Option<Vec<String>>> {
    let Some(text) = query.get(field) else {
        return Ok(None);
    };
    serde_json::from_str(text)
        .map(Some)
        .map_err(|_| Error::invalid(field, "must be a JSON array of texts"))
}
