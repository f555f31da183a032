//! `GET /contact/{contact}/conversation/list`: the conversations with one contact.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{App, Params};
use parlor_model::Error;
use parlor_model::error::Noun;
use parlor_model::scope::{Resource, Scope};

use super::walk::Conversations;
use crate::auth::Caller;
use crate::listing::{self, Asked, Route};
use crate::{Outcome, ids};

/// An unknown contact is 404, unlike an unknown `contactId` in the list of conversations, which gives none.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    asked: Asked,
) -> Outcome {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    let id = ids::contact(params.get("contact"))?;
    if !member::contact_exists(&app.engine, &caller.ctx, id).await? {
        return Err(Error::not_found(Noun::Contact).into());
    }
    let conversations = Conversations::of_contact(&app, &asked, id)?;
    Ok(listing::answer(&app, &caller.ctx, Route::List, &asked, conversations).await?)
}
