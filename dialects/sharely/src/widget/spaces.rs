//! `GET /spaces`, after the widget's call: lists the caller's own spaces, newest first, so that the widget can reopen one
//! instead of creating another. A user's token has one. An access token has those in which its key's member is the guest;
//! spaces of other users are never listed, because the widget would open the first one.
//!
//! Accepted and ignored: `sortBy` and `lastMessageSortBy`.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::route::ParameterKind::Matching;
use parlor_kit::route::{Auth, Route, get};
use parlor_kit::time::format_iso;
use parlor_kit::{AppState, QueryParams};
use parlor_model::id::WorkspaceId;
use parlor_model::keyset::{KeysetQuery, SortOrder};
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::{SpaceFilter, SpaceRow};
use parlor_model::{Error, Id, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{Caller, TokenCaller};
use crate::documented::{WIDGET_SOURCE, organization_optional};
use crate::{HandlerError, response};

/// Maximum number of spaces.
const MAX_SPACES: usize = 100;

/// Pattern of a JSON array of plain strings.
const JSON_TEXTS_PATTERN: &str = r#"^\[ *("[ !#-\[\]-~]*" *(, *"[ !#-\[\]-~]*" *)*)?\]$"#;

/// A space in a list. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ListedSpace {
    id: String,
    name: Option<String>,
    description: Option<String>,
    /// `ACTIVE`: a space that is not is gone.
    status: &'static str,
    created_at: String,
}

/// Spaces, newest first.
#[derive(Serialize, ToSchema)]
struct ListedSpaces(Vec<ListedSpace>);

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(get("/spaces", handle), Auth::Bearer)
        .doc(
            "The spaces that are the caller's own, newest first.",
            WIDGET_SOURCE,
        )
        .scope(Scope::read(Resource::Spaces))
        .query(
            "roles",
            Matching(JSON_TEXTS_PATTERN),
            "A JSON array of the roles in which the caller takes part, such as `GUEST`.",
        )
        .query(
            "workspaces",
            Matching(JSON_TEXTS_PATTERN),
            "A JSON array of workspaces; the list is empty where the token's is not among them.",
        )
        .responds::<ListedSpaces>(200, "The spaces, 100 at the most.")
}

async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let (roles, workspaces) = (
        parse_text_array(&query, "roles")?,
        parse_text_array(&query, "workspaces")?,
    );
    let workspace: WorkspaceId = caller.ctx.workspace.id;
    let is_included = workspaces.is_none_or(|workspaces| {
        workspaces
            .iter()
            .any(|id| parse_uuid(id) == Some(workspace))
    });
    if !is_included {
        return Ok(response::ok(&ListedSpaces(Vec::new())));
    }
    if let Some(own) = caller.own_space() {
        let space = space::find(&app.engine, &caller.ctx, own).await?;
        let listed = ListedSpace {
            id: format_uuid(space.id),
            name: space.name,
            description: space.description,
            status: "ACTIVE",
            created_at: format_iso(space.created_at),
        };
        return Ok(response::ok(&ListedSpaces(vec![listed])));
    }
    let as_guest = roles.is_none_or(|roles| roles.iter().any(|role| role == "GUEST"));
    Ok(response::ok(&ListedSpaces(
        guest_spaces(&app, &caller, as_guest).await?,
    )))
}

/// Returns the spaces whose guest is the acting member.
async fn guest_spaces(app: &AppState, caller: &Caller, as_guest: bool) -> Result<Vec<ListedSpace>> {
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
        let query = KeysetQuery {
            after,
            order: SortOrder::Descending,
            limit: MAX_SPACES - listed.len(),
        };
        let each = |listed: &mut Vec<ListedSpace>, row: &SpaceRow<'_>| {
            listed.push(ListedSpace::from_row(row));
            Ok(ControlFlow::Continue(()))
        };
        let (engine, ctx) = (&app.engine, &caller.ctx);
        let batch = space::scan(engine, ctx, &filter, query, until, Vec::new(), each).await?;
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

/// Parses a query parameter that is a JSON array of strings.
///
/// # Errors
/// `Invalid` with the field's name.
fn parse_text_array(query: &QueryParams, field: &'static str) -> Result<Option<Vec<String>>> {
    let Some(text) = query.get(field) else {
        return Ok(None);
    };
    serde_json::from_str(text)
        .map(Some)
        .map_err(|_| Error::invalid(field, "must be a JSON array of texts"))
}
