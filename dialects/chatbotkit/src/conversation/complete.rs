//! `POST /conversation/{conversation}/complete` and `POST /conversation/complete`, after the vendor's reference on
//! completing conversations. What only an assistant does without storing anything, such as `dispatch` and `compact` of
//! messages that the caller brings along, is answered in the same way.

use axum::extract::State;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::Error;
use parlor_model::scope::{Resource, Scope};

use super::authorize;
use super::receive::ASSISTANT_NOT_IMPLEMENTED;
use crate::auth::{Caller, SessionCaller};
use crate::{HandlerResult, body, ids};

/// Saying something and being answered. The only route that takes the token of a session.
pub(crate) async fn stateful(
    State(app): State<AppState>,
    caller: SessionCaller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    caller.require_conversation(ids::parse_conversation_id(params.get("conversation"))?)?;
    body::ignore(payload).await?;
    authorize::find_for_message_update(&app, ctx, params.get("conversation")).await?;
    Err(Error::new(ASSISTANT_NOT_IMPLEMENTED).into())
}

/// Saying something without a conversation and being answered: nothing would be stored in any case.
pub(crate) async fn stateless(caller: Caller, payload: RequestBody) -> HandlerResult {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    body::ignore(payload).await?;
    Err(Error::new(ASSISTANT_NOT_IMPLEMENTED).into())
}
