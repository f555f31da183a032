//! `POST /conversation/{conversation}/message/{answer}/upvote` and `/downvote`, after the vendor's manual on conversation
//! feedback.

use axum::extract::State;
use parlor_engine::message as engine;
use parlor_kit::{AppState, PathParams, RequestBody};
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
use crate::conversation::authorize;
use crate::{HandlerResult, id_response as response, ids};

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
    /// The value, or the one that is meant where there is none, and the reason.
    pub(crate) fn checked(self, default: i64) -> Result<(i64, NullableText)> {
        validate_value(self.value, 1, 100, "must be between 1 and 100")?;
        Ok((self.value.unwrap_or(default), self.reason))
    }
}

impl MessageDownvoteRequest {
    /// The value, or the one that is meant where there is none, and the reason.
    pub(crate) fn checked(self, default: i64) -> Result<(i64, NullableText)> {
        validate_value(self.value, -100, -1, "must be between -100 and -1")?;
        Ok((self.value.unwrap_or(default), self.reason))
    }
}

pub(crate) async fn upvote(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let answer = parse_answer_id(&caller, &params)?;
    let request: MessageUpvoteRequest = body::parse(payload).await?;
    let (_, reason) = request.checked(100)?;
    rate(&app, &caller, &params, answer, Rating::Up, reason).await
}

pub(crate) async fn downvote(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let answer = parse_answer_id(&caller, &params)?;
    let request: MessageDownvoteRequest = body::parse(payload).await?;
    let (_, reason) = request.checked(-100)?;
    rate(&app, &caller, &params, answer, Rating::Down, reason).await
}

/// The message of a path, before anything of the body is read.
fn parse_answer_id(caller: &Caller, params: &PathParams) -> Result<MessageId> {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    ids::parse_message_id(params.get("answer"))
}

fn validate_value(value: Option<i64>, least: i64, most: i64, rule: &'static str) -> Result<()> {
    match value {
        Some(value) if !(least..=most).contains(&value) => Err(Error::invalid("value", rule)),
        _ => Ok(()),
    }
}

/// Replaces what the caller thought of what an assistant said. A key that acts for nobody has one opinion together with
/// all others that do.
async fn rate(
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
    let home = authorize::find_for_message_update(app, ctx, params.get("conversation")).await?;
    let home = ConversationKey::Number(home.number);
    let command = RateMessage {
        rating: Some(rating),
        comment: reason.map(Redacted),
    };
    engine::rate(&app.engine, ctx, home, MessageKey::Id(answer), command).await?;
    Ok(response::id_response(ids::format_message_id(answer)))
}
