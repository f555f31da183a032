//! What upvoting and downvoting a message share, with the request bodies of both, which votes on conversations have too.

use parlor_engine::message;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::limit;
use parlor_model::message::MessageKey;
use parlor_model::rating::{RateMessage, Rating};
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
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

/// Body of a vote.
pub(crate) trait VoteRequest: DeserializeOwned {
    /// Rating of a message with this vote.
    const RATING: Rating;

    /// Returns the value, or that of the strongest vote without one, and the reason.
    ///
    /// # Errors
    /// `Invalid` if the value is out of range.
    fn validated(self) -> Result<(i64, NullableText)>;
}

impl VoteRequest for MessageUpvoteRequest {
    const RATING: Rating = Rating::Up;

    fn validated(self) -> Result<(i64, NullableText)> {
        validate_value(self.value, 1, 100, "must be between 1 and 100")?;
        Ok((self.value.unwrap_or(100), self.reason))
    }
}

impl VoteRequest for MessageDownvoteRequest {
    const RATING: Rating = Rating::Down;

    fn validated(self) -> Result<(i64, NullableText)> {
        validate_value(self.value, -100, -1, "must be between -100 and -1")?;
        Ok((self.value.unwrap_or(-100), self.reason))
    }
}

fn validate_value(value: Option<i64>, min: i64, max: i64, rule: &'static str) -> Result<()> {
    match value {
        Some(value) if !(min..=max).contains(&value) => Err(Error::invalid("value", rule)),
        _ => Ok(()),
    }
}

/// Stores the caller's rating of an assistant's message, in place of its earlier one. All unbound keys share one rating. The
/// scope and the ids of the path are checked before the body is read.
pub(super) async fn rate<R: VoteRequest>(
    app: &AppState,
    caller: &Caller,
    params: &PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    let conversation = params.get("conversation");
    ids::parse_conversation_id(conversation)?;
    let answer = ids::parse_message_id(params.get("answer"))?;
    let request: R = body::parse(payload).await?;
    let (_, reason) = request.validated()?;
    let reason = body::blank_to_null(reason).flatten();
    limit::COMMENT.validate_opt(reason.as_deref(), "reason")?;
    let found = conversation_access::find_for_message_update(app, ctx, conversation).await?;
    let key = ConversationKey::Number(found.number);
    let command = RateMessage {
        rating: Some(R::RATING),
        comment: reason.map(Redacted),
    };
    message::rate(&app.engine, ctx, key, MessageKey::Id(answer), command).await?;
    Ok(id_response::id_response(ids::format_message_id(answer)))
}
