//! `GET /contact/{contact}/space/list`: the spaces of one contact.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams};
use parlor_model::Error;
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};

use super::{SpaceListResponse, SpaceSource};
use crate::auth::Caller;
use crate::documented::{get, lists};
use crate::listing::{self, ListKind, ListQuery};
use crate::prefix::Prefix;
use crate::{HandlerResult, contact, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    lists::<SpaceListResponse>(
        get(prefix, "/api/v1/contact/{contact}/space/list", handle),
        Resource::Spaces,
    )
    .doc("The spaces of a contact", contact::MANUAL)
}

/// Lists the spaces of one contact. An unknown contact is 404, unlike an unknown `contactId` in the list of spaces, which
/// matches no space.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: ListQuery,
) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Spaces))?;
    let id = ids::parse_contact_id(params.get("contact"))?;
    if !member::contact_exists(&app.engine, &caller.ctx, id).await? {
        return Err(Error::not_found(EntityKind::Contact).into());
    }
    let source = SpaceSource::from_query(&app, &query, Some(id))?;
    Ok(listing::respond(&app, &caller.ctx, ListKind::List, &query, source).await?)
}
