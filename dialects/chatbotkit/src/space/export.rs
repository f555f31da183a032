//! `GET /space/export`, after the vendor's page "Exporting Spaces".

use axum::extract::State;
use parlor_kit::AppState;
use parlor_model::scope::{Resource, Scope};

use super::SpaceSource;
use crate::HandlerResult;
use crate::auth::Caller;
use crate::listing::{self, ListKind, ListQuery};

/// Filters as the list does, and pages only when told how many to take.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    asked: ListQuery,
) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Spaces))?;
    let spaces = SpaceSource::from_query(&app, &asked)?;
    Ok(listing::respond(&app, &caller.ctx, ListKind::Export, &asked, spaces).await?)
}
