//! `POST /conversation/{conversation}/message/{answer}/upvote` and `/downvote`, after the vendor's manual on conversation
//! feedback.

use axum::extract::State;
use parlor_engine::message as engine;
use parlor_kit::{App, Params, Payload};
use parlor_model::conversation::ConversationKey;
use parlor_model::id::MessageId;
use parlor_model::limit;
use parlor_model::message::MessageKey;
use parlor_model::private::Private;
use parlor_model::rating::{RateMessage, Rating};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::body::{self, Field};
use crate::conversation::guard;
use crate::{Outcome, answer as response, ids};

/// A good opinion. Of a message its value is checked and not kept: an opinion is good or bad there.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MessageUpvoteRequest {
    /// How good; 100 by default.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    value: Option<i64>,
    /// Why.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>, max_length = 4_096)]
    reason: Field,
}

/// A bad opinion. Of a message its value is checked and not kept: an opinion is good or bad there.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MessageDownvoteRequest {
    /// How bad; -100 by default.
    #[serde(default)]
    #[schema(minimum = -100, maximum = -1)]
    value: Option<i64>,
    /// Why.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>, max_length = 4_096)]
    reason: Field,
}

impl MessageUpvoteRequest {
    /// The value, or the one that is meant where there is none, and the reason.
    pub(crate) fn checked(self, default: i64) -> Result<(i64, Field)> {
        check_value(self.value, 1, 100, "must be between 1 and 100")?;
        Ok((self.value.unwrap_or(default), self.reason))
    }
}

impl MessageDownvoteRequest {
    /// The value, or the one that is meant where there is none, and the reason.
    pub(crate) fn checked(self, default: i64) -> Result<(i64, Field)> {
        check_value(self.value, -100, -1, "must be between -100 and -1")?;
        Ok((self.value.unwrap_or(default), self.reason))
    }
}

pub(crate) async fn upvote(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let answer = target(&caller, &params)?;
    let request: MessageUpvoteRequest = body::read(payload).await?;
    let (_, reason) = request.checked(100)?;
    rate(&app, &caller, &params, answer, Rating::Up, reason).await
}

pub(crate) async fn downvote(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let answer = target(&caller, &params)?;
    let request: MessageDownvoteRequest = body::read(payload).await?;
    let (_, reason) = request.checked(-100)?;
    rate(&app, &caller, &params, answer, Rating::Down, reason).await
}

/// The message of a path, before anything of the body is read.
fn target(caller: &Caller, params: &Params) -> Result<MessageId> {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    ids::conversation(params.get("conversation"))?;
    ids::message(params.get("answer"))
}

fn check_value(value: Option<i64>, least: i64, most: i64, rule: &'static str) -> Result<()> {
    match value {
        Some(value) if !(least..=most).contains(&value) => Err(Error::invalid("value", rule)),
        _ => Ok(()),
    }
}

/// Replaces what the caller thought of what an assistant said. A key that acts for nobody has one opinion together with
/// all others that do.
async fn rate(
    app: &App,
    caller: &Caller,
    params: &Params,
    answer: MessageId,
    rating: Rating,
    reason: Field,
) -> Outcome {
    let reason = body::blank_is_null(reason).flatten();
    limit::COMMENT.check_given(reason.as_deref(), "reason")?;
    let ctx = &caller.ctx;
    let home = guard::find_to_change_messages(app, ctx, params.get("conversation")).await?;
    let home = ConversationKey::Number(home.number);
    let command = RateMessage {
        rating: Some(rating),
        comment: reason.map(Private),
    };
    engine::rate(&app.engine, ctx, home, MessageKey::Id(answer), command).await?;
    Ok(response::done(ids::of_message(answer)))
}
