//! `GET /chats/{chat_id}/events`: a chat as a stream of server-sent events.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{conversation, message};
use parlor_gateway::Holder;
use parlor_gateway::hub::{Apart, Concerns};
use parlor_gateway::stream::{self, Asked, Event, Guard};
use parlor_kit::{App, Params, Patience, Query, credential};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{Kind, Noun};
use parlor_model::key::PREFIX;
use parlor_model::message::MessageKey;
use parlor_model::{Ctx, Result};

use super::words::{ChatWords, message_event};
use crate::auth::{self, Caller};
use crate::{Fail, ids};

/// One's own chat without a scope, any other with `chats:read`: as its messages.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    headers: HeaderMap,
    query: Query,
    patience: Patience,
) -> Result<Response, Fail> {
    let key = ids::chat(params.get("conversation"))?;
    let chat = conversation::find(&app.engine, &ctx, key).await?;
    let bearer = credential::bearer(&headers).unwrap_or_default();
    let holder = match ctx.key {
        Some(key) if bearer.starts_with(PREFIX) => Holder::Key(key),
        _ => Holder::Member(ctx.member()?.number),
    };
    let guard = ChatGuard {
        app: app.clone(),
        workspace: params.get("workspace").to_owned(),
        bearer: bearer.to_owned(),
        chat: chat.number,
        ctx,
    };
    let words = ChatWords {
        chat: chat.number,
        app: app.clone(),
    };
    let asked = Asked {
        app: &app,
        headers: &headers,
        query: &query,
        patience,
    };
    Ok(stream::open(asked, &ctx, holder, &chat, words, guard).await?)
}

struct ChatGuard {
    app: App,
    workspace: String,
    bearer: String,
    chat: i64,
    ctx: Ctx,
}

impl ChatGuard {
    /// What the credential opens now.
    async fn enter(&self) -> Result<Ctx> {
        let request = self.ctx.request;
        auth::enter(&self.app, &self.workspace, &self.bearer, request).await
    }
}

impl Guard for ChatGuard {
    async fn check(&self) -> Result<()> {
        let ctx = self.enter().await?;
        let key = ConversationKey::Number(self.chat);
        conversation::find(&self.app.engine, &ctx, key)
            .await
            .map(drop)
    }

    /// A message with the opinion that this reader is shown.
    async fn tell(&self, apart: Apart) -> Result<Option<Event>> {
        let (ctx, engine) = (self.enter().await?, &self.app.engine);
        if let Concerns::OpinionOf(Some(member)) = apart.concerns
            && !ctx.is_actor(member)
            && !message::sees_all_ratings(&ctx)
        {
            return Ok(None);
        }
        let chat = ConversationKey::Number(self.chat);
        let found = message::find(engine, &ctx, chat, MessageKey::Id(apart.message)).await;
        let mut shown = match found {
            Ok(found) => [found],
            // It has an entry of its own that says so.
            Err(error) if *error.kind() == Kind::NotFound(Noun::Message) => return Ok(None),
            Err(error) => return Err(error),
        };
        message::show_own_ratings(engine, &ctx, chat, &mut shown).await?;
        let [message] = shown;
        Ok(Some(message_event(apart.event, self.chat, message)))
    }
}
