//! What the calls that no assistant of this server answers share: they are refused alike.

use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::error::ErrorKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error};

use crate::{HandlerResult, body, conversation_access, ids};

const ASSISTANT_NOT_IMPLEMENTED: ErrorKind = ErrorKind::NotImplemented {
    what: "an assistant that answers",
};

/// Refuses a call in a conversation. Stores nothing, not even a message in the body; its fields are accepted and ignored.
///
/// # Errors
/// `NotImplemented` if the caller may write messages to the conversation.
pub(super) async fn refuse(
    app: &AppState,
    ctx: &Ctx,
    params: &PathParams,
    payload: RequestBody,
) -> HandlerResult {
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    body::ignore(payload).await?;
    conversation_access::find_for_message_update(app, ctx, params.get("conversation")).await?;
    Err(Error::new(ASSISTANT_NOT_IMPLEMENTED).into())
}

/// Refuses a call without a conversation.
///
/// # Errors
/// `NotImplemented` if the caller may write messages.
pub(super) async fn refuse_stateless(ctx: &Ctx, payload: RequestBody) -> HandlerResult {
    ctx.require(Scope::write(Resource::Messages))?;
    body::ignore(payload).await?;
    Err(Error::new(ASSISTANT_NOT_IMPLEMENTED).into())
}
