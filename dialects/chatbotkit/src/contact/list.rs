//! `GET /contact/list`, after the vendor's manual on contacts.

use axum::extract::State;
use parlor_kit::App;
use parlor_model::scope::{Resource, Scope};

use super::walk::Contacts;
use crate::Outcome;
use crate::auth::Caller;
use crate::listing::{self, Asked, Route};

pub(crate) async fn handle(State(app): State<App>, caller: Caller, asked: Asked) -> Outcome {
    caller.ctx.require(Scope::read(Resource::Members))?;
    let contacts = Contacts::asked(&app, &asked)?;
    Ok(listing::answer(&app, &caller.ctx, Route::List, &asked, contacts).await?)
}
