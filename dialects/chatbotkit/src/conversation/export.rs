//! `GET /conversation/export`, as for spaces.

use axum::extract::State;
use parlor_kit::AppState;
use parlor_kit::route::ParameterKind::OneOf;
use parlor_kit::route::Route;
use parlor_model::Error;
use parlor_model::scope::{Resource, Scope};

use super::instance::ConversationListResponse;
use super::source::{ConversationSource, with_filters};
use super::transcript_source::TranscriptSource;
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::{exports, get};
use crate::listing::{self, ListKind, ListQuery};
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    with_filters(exports::<ConversationListResponse>(
        get(prefix, "/api/v1/conversation/export", handle),
        Resource::Conversations,
    ))
    .doc("All conversations as JSON, JSONL or CSV", super::REFERENCE)
    .query(
        "include",
        OneOf(&["messages"]),
        "In JSONL, with their messages",
    )
}

/// Exports conversations, with the filters of the list, and like it without direct ones. With `include=messages`, a
/// parameter of this server's own, JSONL has each conversation's messages after it, oldest first and each with its
/// `conversationId`, which an import accepts; `take` counts conversations.
async fn handle(State(app): State<AppState>, caller: Caller, query: ListQuery) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    let conversations = ConversationSource::from_query(&app, &query, None)?;
    let response = match query.params.get("include") {
        None | Some("") => {
            listing::respond(&app, &caller.ctx, ListKind::Export, &query, conversations).await?
        }
        Some("messages") => {
            caller.ctx.require(Scope::read(Resource::Messages))?;
            if !listing::is_jsonl_export(&query)? {
                return Err(Error::invalid("include", "needs Accept: application/jsonl").into());
            }
            let transcripts = TranscriptSource::new(conversations);
            listing::respond(&app, &caller.ctx, ListKind::Export, &query, transcripts).await?
        }
        Some(_) => return Err(Error::invalid("include", "must be messages").into()),
    };
    Ok(response)
}
