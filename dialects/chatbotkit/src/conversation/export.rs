//! `GET /conversation/export`, as for spaces.

use axum::extract::State;
use parlor_kit::App;
use parlor_model::Error;
use parlor_model::scope::{Resource, Scope};

use super::transcript::Transcripts;
use super::walk::Conversations;
use crate::Outcome;
use crate::auth::Caller;
use crate::listing::{self, Asked, Route};

/// Filters as the list does. Direct conversations are nobody's but their two participants', so neither has them.
/// With `include=messages`, a way of our own, JSONL has each conversation's messages behind it, the oldest first, each
/// with its `conversationId`: what an import takes back. `take` counts conversations then.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, asked: Asked) -> Outcome {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    let conversations = Conversations::asked(&app, &asked)?;
    let answer = match asked.query.get("include") {
        None | Some("") => {
            listing::answer(&app, &caller.ctx, Route::Export, &asked, conversations).await?
        }
        Some("messages") => {
            caller.ctx.require(Scope::read(Resource::Messages))?;
            if !listing::is_lines(&asked)? {
                return Err(Error::invalid("include", "needs Accept: application/jsonl").into());
            }
            let transcripts = Transcripts::of(conversations);
            listing::answer(&app, &caller.ctx, Route::Export, &asked, transcripts).await?
        }
        Some(_) => return Err(Error::invalid("include", "must be messages").into()),
    };
    Ok(answer)
}
