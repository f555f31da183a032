//! `POST /conversation/{conversation}/complete` and `POST /conversation/complete`, after the vendor's reference on
//! completing conversations.

use axum::extract::State;
use parlor_kit::{App, Params, Payload};
use parlor_model::Error;
use parlor_model::scope::{Resource, Scope};

use super::guard;
use super::receive::ANSWERING;
use crate::auth::Caller;
use crate::{Outcome, body, ids};

/// Saying something and being answered. No assistant answers here: 501, and nothing is stored, not even what is said.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    ids::conversation(params.get("conversation"))?;
    body::ignore(payload).await?;
    guard::find_to_change(&app, &caller.ctx, params.get("conversation")).await?;
    Err(Error::new(ANSWERING).into())
}

/// The same without a conversation: nothing would be stored in any case.
pub(crate) async fn stateless(caller: Caller, payload: Payload) -> Outcome {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    body::ignore(payload).await?;
    Err(Error::new(ANSWERING).into())
}
