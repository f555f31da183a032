//! `POST /conversation/{conversation}/complete` and `POST /conversation/complete`, after the vendor's reference on
//! completing conversations. What only an assistant does without storing anything, such as `dispatch` and `compact` of
//! messages that the caller brings along, is answered in the same way.

use axum::extract::State;
use parlor_kit::{App, Params, Payload};
use parlor_model::Error;
use parlor_model::scope::{Resource, Scope};

use super::guard;
use super::receive::ANSWERING;
use crate::auth::{Caller, SessionCaller};
use crate::{Outcome, body, ids};

/// Saying something and being answered. The only route that takes the token of a session.
pub(crate) async fn stateful(
    State(app): State<App>,
    caller: SessionCaller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    caller.check_conversation(ids::conversation(params.get("conversation"))?)?;
    body::ignore(payload).await?;
    guard::find_to_change_messages(&app, ctx, params.get("conversation")).await?;
    Err(Error::new(ANSWERING).into())
}

/// Saying something without a conversation and being answered: nothing would be stored in any case.
pub(crate) async fn stateless(caller: Caller, payload: Payload) -> Outcome {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    body::ignore(payload).await?;
    Err(Error::new(ANSWERING).into())
}
