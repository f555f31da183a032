//! `GET /conversation/export`, as for spaces.

use axum::extract::State;
use parlor_kit::AppState;
use parlor_model::Error;
use parlor_model::scope::{Resource, Scope};

use super::source::ConversationSource;
use super::transcript_source::TranscriptSource;
use crate::HandlerResult;
use crate::auth::Caller;
use crate::listing::{self, ListKind, ListQuery};

/// Filters as the list does. Direct conversations are nobody's but their two participants', so neither has them.
/// With `include=messages`, a way of our own, JSONL has each conversation's messages behind it, the oldest first, each
/// with its `conversationId`: what an import takes back. `take` counts conversations then.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    asked: ListQuery,
) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    let conversations = ConversationSource::from_query(&app, &asked)?;
    let answer = match asked.query.get("include") {
        None | Some("") => {
            listing::respond(&app, &caller.ctx, ListKind::Export, &asked, conversations).await?
        }
        Some("messages") => {
            caller.ctx.require(Scope::read(Resource::Messages))?;
            if !listing::is_jsonl_export(&asked)? {
                return Err(Error::invalid("include", "needs Accept: application/jsonl").into());
            }
            let transcripts = TranscriptSource::new(conversations);
            listing::respond(&app, &caller.ctx, ListKind::Export, &asked, transcripts).await?
        }
        Some(_) => return Err(Error::invalid("include", "must be messages").into()),
    };
    Ok(answer)
}
