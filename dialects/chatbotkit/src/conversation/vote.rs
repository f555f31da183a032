//! `POST /conversation/{conversation}/upvote` and `/downvote`, after the vendor's manual on conversation feedback, and
//! `GET /conversation/{conversation}/vote/list`, this server's own.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::rating::ConversationVote as Vote;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::authorize;
use crate::auth::Caller;
use crate::body::{self, NullableText};
use crate::message::vote::{MessageDownvoteRequest, MessageUpvoteRequest};
use crate::{HandlerResult, id_response, ids};

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
            contact_id: vote.member.map(|member| ids::format_contact_id(member.id)),
            created_at: vote.voted_at.millis(),
        }
    }
}

pub(crate) async fn upvote(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    require(&caller, &params)?;
    let request: MessageUpvoteRequest = body::parse(payload).await?;
    let (value, reason) = request.checked(100)?;
    vote(&app, &caller, &params, value, reason).await
}

pub(crate) async fn downvote(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    require(&caller, &params)?;
    let request: MessageDownvoteRequest = body::parse(payload).await?;
    let (value, reason) = request.checked(-100)?;
    vote(&app, &caller, &params, value, reason).await
}

fn require(caller: &Caller, params: &PathParams) -> Result<()> {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation")).map(drop)
}

async fn vote(
    app: &AppState,
    caller: &Caller,
    params: &PathParams,
    value: i64,
    reason: NullableText,
) -> HandlerResult {
    let reason = body::blank_to_null(reason).flatten().map(Redacted);
    let home =
        authorize::find_for_message_update(app, &caller.ctx, params.get("conversation")).await?;
    let key = ConversationKey::Number(home.number);
    conversation::vote(&app.engine, &caller.ctx, key, value, reason).await?;
    Ok(id_response::id_response(ids::format_conversation_id(
        home.id,
    )))
}

pub(crate) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let home = authorize::find_for_messages(&app, ctx, params.get("conversation")).await?;
    let key = ConversationKey::Number(home.number);
    let votes = conversation::votes(&app.engine, ctx, key).await?;
    let items = votes.into_iter().map(Into::into).collect();
    Ok(response::json(
        StatusCode::OK,
        &ConversationVoteListResponse { items },
    ))
}
