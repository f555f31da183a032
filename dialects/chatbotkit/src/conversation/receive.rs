//! `POST /conversation/{conversation}/receive`, after the vendor's reference on receiving messages.

use axum::extract::State;
use parlor_engine::turn::{self, TurnFollower};
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use super::answer::{self, AnswerEvent, AnswerFormat, AnswerResponse};
use crate::auth::Caller;
use crate::body::Anything;
use crate::documented::{post, requires_assistant};
use crate::listing::ListQuery;
use crate::prefix::Prefix;
use crate::{HandlerResult, body, conversation_access, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/receive";
    requires_assistant(post(prefix, path, handle))
        .doc(
            "Wait for an answer to what the conversation holds",
            super::REFERENCE,
        )
        .body::<Anything>()
        .optional()
        .responds::<AnswerResponse>(200, "The answer, or its events")
        .or_stream::<AnswerEvent<'_, AnswerResponse>>("application/jsonl")
}

/// Requests an answer and returns it. The fields of the body are accepted and ignored.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: ListQuery,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    let progress = payload.progress();
    body::ignore(payload).await?;
    let id = params.get("conversation");
    let found = conversation_access::find_for_message_update(&app, ctx, id).await?;
    let follower = TurnFollower::new(&app.engine, ctx, found.number);
    let key = ConversationKey::Number(found.number);
    let requested = turn::request(&app.engine, ctx, key).await?;
    let format = AnswerFormat::new(&query);
    Ok(answer::respond(app, follower, requested, (format, progress)).await?)
}
