//! `GET /conversation/list`, after the vendor's reference on listing conversations.

use axum::extract::State;
use parlor_kit::App;
use parlor_model::scope::{Resource, Scope};

use super::walk::Conversations;
use crate::Outcome;
use crate::auth::Caller;
use crate::listing::{self, Asked, Route};

/// Those of the account, but for direct ones, which their two participants find by id.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, asked: Asked) -> Outcome {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    let conversations = Conversations::asked(&app, &asked)?;
    Ok(listing::answer(&app, &caller.ctx, Route::List, &asked, conversations).await?)
}
