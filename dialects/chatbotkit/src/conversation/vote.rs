//! `POST /conversation/{conversation}/upvote` and `/downvote`, after the vendor's manual on conversation feedback, and
//! `GET /conversation/{conversation}/vote/list`, this server's own.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::private::Private;
use parlor_model::rating::ConversationVote as Vote;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::guard;
use crate::auth::Caller;
use crate::body::{self, Field};
use crate::message::vote::{MessageDownvoteRequest, MessageUpvoteRequest};
use crate::{Outcome, answer, ids};

/// The newest votes on a conversation.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConversationVoteListResponse {
    /// At most 64, the newest first.
    items: Vec<ConversationVote>,
}

/// A vote on a conversation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationVote {
    /// From 1 to 100 for a good opinion, from -100 to -1 for a bad one.
    value: i64,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// Whose it is; left out for keys that act for nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contact_id: Option<String>,
    /// When it was given, in milliseconds since 1970 whatever `timestamps` is set to.
    created_at: i64,
}

impl From<Vote> for ConversationVote {
    fn from(vote: Vote) -> Self {
        Self {
            value: vote.value,
            reason: vote.reason.map(|reason| reason.0),
            contact_id: vote.member.map(|member| ids::of_contact(member.id)),
            created_at: vote.voted_at.millis(),
        }
    }
}

pub(crate) async fn upvote(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    require(&caller, &params)?;
    let request: MessageUpvoteRequest = body::read(payload).await?;
    let (value, reason) = request.checked(100)?;
    vote(&app, &caller, &params, value, reason).await
}

pub(crate) async fn downvote(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    require(&caller, &params)?;
    let request: MessageDownvoteRequest = body::read(payload).await?;
    let (value, reason) = request.checked(-100)?;
    vote(&app, &caller, &params, value, reason).await
}

fn require(caller: &Caller, params: &Params) -> Result<()> {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    ids::conversation(params.get("conversation")).map(drop)
}

async fn vote(app: &App, caller: &Caller, params: &Params, value: i64, reason: Field) -> Outcome {
    let reason = body::blank_is_null(reason).flatten().map(Private);
    let home = guard::find_to_change_messages(app, &caller.ctx, params.get("conversation")).await?;
    let key = ConversationKey::Number(home.number);
    conversation::vote(&app.engine, &caller.ctx, key, value, reason).await?;
    Ok(answer::done(ids::of_conversation(home.id)))
}

pub(crate) async fn list(State(app): State<App>, caller: Caller, params: Params) -> Outcome {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let home = guard::find_of_messages(&app, ctx, params.get("conversation")).await?;
    let key = ConversationKey::Number(home.number);
    let votes = conversation::votes(&app.engine, ctx, key).await?;
    let items = votes.into_iter().map(Into::into).collect();
    Ok(reply::json(
        StatusCode::OK,
        &ConversationVoteListResponse { items },
    ))
}
