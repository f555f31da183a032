//! `GET /chats/{chat_id}/tool-calls/{call_id}/messages`, named by developer/api/workspace/chats/messages.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, message};
use parlor_kit::pieces::{self, Piece, Pieces};
use parlor_kit::{App, Params};
use parlor_model::error::Noun;
use parlor_model::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::OpenAIMessageResponse;
use super::shown::Unrated;
use crate::auth::Caller;
use crate::{Fail, ids};

/// The message that makes a call and those that answer it, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallMessages(Vec<OpenAIMessageResponse>);

/// Longest id of a call, in characters.
const LONGEST: usize = 200;

/// One's own chat without a scope, any other with `chats:read`. A call that no message makes or answers is not found.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = ids::chat(params.get("conversation"))?;
    let call = params.get("call");
    let chat = conversation::find(&app.engine, &ctx, key).await?.number;
    if call.is_empty() || call.contains('\0') || call.chars().count() > LONGEST {
        return Err(Error::not_found(Noun::Message).into());
    }
    let rows = Rows {
        call: call.to_owned(),
        unrated: Unrated::new(app, ctx, chat),
        after: Some(0),
        is_found: false,
    };
    Ok(pieces::answer(&CallMessages(Vec::new()), rows).await?)
}

/// The messages of an answer.
struct Rows {
    unrated: Unrated,
    call: String,
    /// Looked through up to here; none where all of it was.
    after: Option<i64>,
    is_found: bool,
}

impl Pieces for Rows {
    type Item = OpenAIMessageResponse;

    async fn next(&mut self) -> Result<Piece<OpenAIMessageResponse>> {
        while self.unrated.is_empty()
            && let Some(after) = self.after
        {
            let (engine, ctx) = (&self.unrated.app.engine, &self.unrated.ctx);
            let (place, call) = (self.unrated.key(), self.call.clone());
            let found = message::of_call(engine, ctx, place, call, after).await?;
            self.after = found.next;
            self.unrated.extend(found.messages);
        }
        self.is_found |= !self.unrated.is_empty();
        if !self.is_found {
            return Err(Error::not_found(Noun::Message));
        }
        Ok(Piece {
            items: self.unrated.take().await?,
            is_last: self.unrated.is_empty() && self.after.is_none(),
        })
    }
}
