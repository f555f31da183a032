//! What upvoting and downvoting a conversation share.

use parlor_engine::conversation;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::message::VoteRequest;
use crate::{HandlerResult, body, conversation_access, id_response, ids};

/// The vendor's page on both endpoints.
pub(super) const MANUAL: &str = "Conversation Feedback";

/// Stores the caller's vote on a conversation, in place of its earlier one. The scope and the id of the path are checked
/// before the body is read.
pub(super) async fn vote<R: VoteRequest>(
    app: &AppState,
    caller: &Caller,
    params: &PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    let id = params.get("conversation");
    ids::parse_conversation_id(id)?;
    let request: R = body::parse(payload).await?;
    let (value, reason) = request.validated()?;
    let reason = body::blank_to_null(reason).flatten().map(Redacted);
    let found = conversation_access::find_for_message_update(app, ctx, id).await?;
    let key = ConversationKey::Number(found.number);
    conversation::vote(&app.engine, ctx, key, value, reason).await?;
    Ok(id_response::id_response(ids::format_conversation_id(
        found.id,
    )))
}
