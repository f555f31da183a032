//! `POST /conversation/{conversation}/receive`, `/dispatch` and `/compact`, after the vendor's reference on receiving
//! messages, on dispatching and on compacting conversations: all ask an assistant.

use axum::extract::State;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::Error;
use parlor_model::error::ErrorKind;
use parlor_model::scope::{Resource, Scope};

use super::authorize;
use crate::auth::Caller;
use crate::{HandlerResult, body, ids};

/// What nobody here does yet.
pub(super) const ASSISTANT_NOT_IMPLEMENTED: ErrorKind = ErrorKind::NotImplemented {
    what: "an assistant that answers",
};

/// No assistant answers here: 501, and nothing is stored, not even what is said with it. Fields of the body are accepted and ignored.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    body::ignore(payload).await?;
    authorize::find_for_message_update(&app, &caller.ctx, params.get("conversation")).await?;
    Err(Error::new(ASSISTANT_NOT_IMPLEMENTED).into())
}
