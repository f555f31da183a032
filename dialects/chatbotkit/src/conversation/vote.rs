//! What upvoting and downvoting a conversation share.

use parlor_engine::conversation;
use parlor_kit::{AppState, PathParams};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::body::{self, NullableText};
use crate::{HandlerResult, conversation_access, id_response, ids};

/// The vendor's page on both endpoints.
pub(super) const MANUAL: &str = "Conversation Feedback";

/// Checks the scope and the id of the path, before the body is read.
pub(super) fn check_request(caller: &Caller, params: &PathParams) -> Result<()> {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation")).map(drop)
}

/// Stores the caller's vote on a conversation, in place of its earlier one.
pub(super) async fn vote(
    app: &AppState,
    caller: &Caller,
    params: &PathParams,
    (value, reason): (i64, NullableText),
) -> HandlerResult {
    let reason = body::blank_to_null(reason).flatten().map(Redacted);
    let id = params.get("conversation");
    let found = conversation_access::find_for_message_update(app, &caller.ctx, id).await?;
    let key = ConversationKey::Number(found.number);
    conversation::vote(&app.engine, &caller.ctx, key, value, reason).await?;
    Ok(id_response::id_response(ids::format_conversation_id(
        found.id,
    )))
}
