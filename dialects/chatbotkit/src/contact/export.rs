//! `GET /contact/export`, as for spaces.

use axum::extract::State;
use parlor_kit::AppState;
use parlor_model::scope::{Resource, Scope};

use super::source::ContactSource;
use crate::HandlerResult;
use crate::auth::Caller;
use crate::listing::{self, ListKind, ListQuery};

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    asked: ListQuery,
) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Members))?;
    let contacts = ContactSource::from_query(&app, &asked)?;
    Ok(listing::respond(&app, &caller.ctx, ListKind::Export, &asked, contacts).await?)
}
