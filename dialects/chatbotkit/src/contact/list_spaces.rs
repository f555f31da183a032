//! `GET /contact/{contact}/space/list`: the spaces of one contact.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams};
use parlor_model::Error;
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::listing::{self, ListKind, ListQuery};
use crate::space::SpaceSource;
use crate::{HandlerResult, ids};

/// An unknown contact is 404, unlike an unknown `contactId` in the list of spaces, which gives none.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    asked: ListQuery,
) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Spaces))?;
    let id = ids::parse_contact_id(params.get("contact"))?;
    if !member::contact_exists(&app.engine, &caller.ctx, id).await? {
        return Err(Error::not_found(EntityKind::Contact).into());
    }
    let spaces = SpaceSource::for_contact(&app, &asked, id)?;
    Ok(listing::respond(&app, &caller.ctx, ListKind::List, &asked, spaces).await?)
}
