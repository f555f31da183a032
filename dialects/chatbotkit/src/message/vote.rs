//! What upvoting and downvoting a message share, with the request bodies of both, which votes on conversations have too.

use parlor_engine::message;
use parlor_kit::{AppState, PathParams};
use parlor_model::conversation::ConversationKey;
use parlor_model::id::MessageId;
use parlor_model::limit;
use parlor_model::message::MessageKey;
use parlor_model::rating::{RateMessage, Rating};
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::body::{self, NullableText};
use crate::{HandlerResult, conversation_access, id_response, ids};

/// The vendor's page on both endpoints.
pub(super) const MANUAL: &str = "Conversation Feedback";

/// A good opinion. Of a message its value is checked and not kept: an opinion is good or bad there.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MessageUpvoteRequest {
    /// How good; 100 by default.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    value: Option<i64>,
    /// Why.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>, max_length = 4_096)]
    reason: NullableText,
}

/// A bad opinion. Of a message its value is checked and not kept: an opinion is good or bad there.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MessageDownvoteRequest {
    /// How bad; -100 by default.
    #[serde(default)]
    #[schema(minimum = -100, maximum = -1)]
    value: Option<i64>,
    /// Why.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>, max_length = 4_096)]
    reason: NullableText,
}

impl MessageUpvoteRequest {
    /// Returns the value, or `default` without one, and the reason.
    ///
    /// # Errors
    /// `Invalid` if the value is out of range.
    pub(crate) fn validated(self, default: i64) -> Result<(i64, NullableText)> {
        validate_value(self.value, 1, 100, "must be between 1 and 100")?;
        Ok((self.value.unwrap_or(default), self.reason))
    }
}

impl MessageDownvoteRequest {
    /// Returns the value, or `default` without one, and the reason.
    ///
    /// # Errors
    /// `Invalid` if the value is out of range.
    pub(crate) fn validated(self, default: i64) -> Result<(i64, NullableText)> {
        validate_value(self.value, -100, -1, "must be between -100 and -1")?;
        Ok((self.value.unwrap_or(default), self.reason))
    }
}

/// Checks the scope and the ids of the path, before the body is read. Returns the message's id.
pub(super) fn check_request(caller: &Caller, params: &PathParams) -> Result<MessageId> {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    ids::parse_message_id(params.get("answer"))
}

fn validate_value(value: Option<i64>, min: i64, max: i64, rule: &'static str) -> Result<()> {
    match value {
        Some(value) if !(min..=max).contains(&value) => Err(Error::invalid("value", rule)),
        _ => Ok(()),
    }
}

/// Stores the caller's rating of an assistant's message, in place of its earlier one. All unbound keys share one rating.
pub(super) async fn rate(
    app: &AppState,
    caller: &Caller,
    params: &PathParams,
    answer: MessageId,
    rating: Rating,
    reason: NullableText,
) -> HandlerResult {
    let reason = body::blank_to_null(reason).flatten();
    limit::COMMENT.validate_opt(reason.as_deref(), "reason")?;
    let ctx = &caller.ctx;
    let id = params.get("conversation");
    let found = conversation_access::find_for_message_update(app, ctx, id).await?;
    let key = ConversationKey::Number(found.number);
    let command = RateMessage {
        rating: Some(rating),
        comment: reason.map(Redacted),
    };
    message::rate(&app.engine, ctx, key, MessageKey::Id(answer), command).await?;
    Ok(id_response::id_response(ids::format_message_id(answer)))
}
