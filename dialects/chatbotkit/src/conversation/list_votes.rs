//! `GET /conversation/{conversation}/vote/list`. An endpoint of this server's own.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::rating;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::{get, reads};
use crate::prefix::Prefix;
use crate::{HandlerResult, conversation_access, ids};

/// The newest votes on a conversation.
#[derive(Serialize, ToSchema)]
struct ConversationVoteListResponse {
    /// At most 64, the newest first.
    items: Vec<ConversationVote>,
}

/// A vote on a conversation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConversationVote {
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

impl From<rating::ConversationVote> for ConversationVote {
    fn from(vote: rating::ConversationVote) -> Self {
        Self {
            value: vote.value,
            reason: vote.reason.map(|reason| reason.0),
            contact_id: vote.member.map(|member| ids::format_contact_id(member.id)),
            created_at: vote.voted_at.millis(),
        }
    }
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/vote/list";
    reads::<ConversationVoteListResponse>(get(prefix, path, handle), Resource::Messages)
        .doc("The newest votes on a conversation", "")
}

async fn handle(State(app): State<AppState>, caller: Caller, params: PathParams) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let id = params.get("conversation");
    let found = conversation_access::find_for_messages(&app, ctx, id).await?;
    let key = ConversationKey::Number(found.number);
    let votes = conversation::votes(&app.engine, ctx, key).await?;
    let items = votes.into_iter().map(Into::into).collect();
    Ok(response::json(
        StatusCode::OK,
        &ConversationVoteListResponse { items },
    ))
}
