//! `POST /conversation/{conversation}/complete`, after the vendor's reference on completing conversations.

use axum::extract::State;
use parlor_engine::turn::{RequestedTurn, TurnFollower};
use parlor_engine::{message, turn};
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::answer::{self, AnswerEvent, AnswerFormat, AnswerResponse};
use crate::auth::SessionCaller;
use crate::documented::{post, requires_assistant};
use crate::listing::ListQuery;
use crate::message::resolve_author;
use crate::prefix::Prefix;
use crate::{HandlerResult, body, conversation_access, ids};

/// What is said. Unknown fields, `functions`, `extensions` and `limits` too, are accepted and ignored.
#[derive(Deserialize, ToSchema)]
#[schema(as = CompleteFields)]
pub(super) struct ConversationCompleteRequest {
    /// The text; without one, what the conversation holds is answered.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 65536)]
    text: Option<String>,
    /// Spans of the text with a meaning; kept and returned with the message.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Value>>)]
    entities: Option<Vec<Value>>,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/complete";
    requires_assistant(post(prefix, path, handle))
        .doc(
            "Say something and wait for the answer; takes the token of a session too",
            super::REFERENCE,
        )
        .body::<ConversationCompleteRequest>()
        .optional()
        .responds::<AnswerResponse>(200, "The answer, or its events")
        .or_stream::<AnswerEvent<'_, AnswerResponse>>("application/jsonl")
}

/// Stores what is said, with the request for an answer, and returns the answer. The only endpoint that accepts a session
/// token.
async fn handle(
    State(app): State<AppState>,
    caller: SessionCaller,
    params: PathParams,
    query: ListQuery,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    caller.require_conversation(ids::parse_conversation_id(params.get("conversation"))?)?;
    let progress = payload.progress();
    let request: ConversationCompleteRequest = body::parse(payload).await?;
    let (follower, requested) = ask(&app, ctx, params.get("conversation"), request).await?;
    let format = AnswerFormat::new(&query);
    Ok(answer::respond(app, follower, requested, (format, progress)).await?)
}

/// Stores what is said, if anything is, with the request for an answer.
pub(super) async fn ask(
    app: &AppState,
    ctx: &Ctx,
    id: &str,
    request: ConversationCompleteRequest,
) -> Result<(TurnFollower, RequestedTurn)> {
    let found = conversation_access::find_for_message_update(app, ctx, id).await?;
    let key = ConversationKey::Number(found.number);
    let follower = TurnFollower::new(&app.engine, ctx, found.number);
    let requested = match request.text {
        Some(text) => {
            let author = resolve_author(&found, ctx, MessageRole::User);
            let mut command = CreateMessage::new(key, author, MessageRole::User, text);
            command.details.entities = request.entities.map(Value::Array);
            let stored = message::create_with_question(&app.engine, ctx, command).await?;
            RequestedTurn::after(found.number, stored.seq)
        }
        None => turn::request(&app.engine, ctx, key).await?,
    };
    Ok((follower, requested))
}
