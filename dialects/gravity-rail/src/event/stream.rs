//! `GET /chats/{chat_id}/events`: a chat as a stream of server-sent events.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::conversation;
use parlor_gateway::Holder;
use parlor_gateway::stream::{self, Asked, Guard};
use parlor_kit::{App, Params, Patience, Query, credential};
use parlor_model::conversation::ConversationKey;
use parlor_model::key::PREFIX;
use parlor_model::{Ctx, Result};

use super::words::ChatWords;
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

impl Guard for ChatGuard {
    async fn check(&self) -> Result<()> {
        let request = self.ctx.request;
        let ctx = auth::enter(&self.app, &self.workspace, &self.bearer, request).await?;
        let key = ConversationKey::Number(self.chat);
        conversation::find(&self.app.engine, &ctx, key)
            .await
            .map(drop)
    }
}
