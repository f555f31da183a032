//! `GET /chats/{chat_id}/tool-calls/{call_id}/messages`, named by developer/api/workspace/chats/messages.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, message};
use parlor_kit::pieces::{self, Piece, Pieces};
use parlor_kit::{App, Params};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::Noun;
use parlor_model::{Ctx, Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::OpenAIMessageResponse;
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
        app,
        ctx,
        chat,
        after: 0,
        is_found: false,
    };
    Ok(pieces::answer(&CallMessages(Vec::new()), rows).await?)
}

/// The messages of an answer.
struct Rows {
    app: App,
    ctx: Ctx,
    chat: i64,
    call: String,
    /// Looked through up to here.
    after: i64,
    is_found: bool,
}

impl Pieces for Rows {
    type Item = OpenAIMessageResponse;

    async fn next(&mut self) -> Result<Piece<OpenAIMessageResponse>> {
        let place = ConversationKey::Number(self.chat);
        loop {
            let call = self.call.clone();
            let engine = &self.app.engine;
            let mut found = message::of_call(engine, &self.ctx, place, call, self.after).await?;
            message::show_own_ratings(engine, &self.ctx, place, &mut found.messages).await?;
            self.after = found.next.unwrap_or(self.after);
            let is_last = found.next.is_none();
            self.is_found |= !found.messages.is_empty();
            if is_last && !self.is_found {
                return Err(Error::not_found(Noun::Message));
            }
            if !found.messages.is_empty() || is_last {
                let chat = self.chat;
                let items = found.messages.into_iter();
                return Ok(Piece {
                    items: items
                        .map(|message| OpenAIMessageResponse::of(chat, message))
                        .collect(),
                    is_last,
                });
            }
        }
    }
}
