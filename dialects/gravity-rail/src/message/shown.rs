//! Messages that were read and are shown with the opinions their reader is shown.

use std::collections::VecDeque;

use parlor_engine::message;
use parlor_kit::App;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::Message;
use parlor_model::{Ctx, Result};

use super::OpenAIMessageResponse;

/// Messages of a chat that wait for their opinions. Comments may be long, so a few messages get theirs at a time.
pub(crate) struct Unrated {
    pub(crate) app: App,
    pub(crate) ctx: Ctx,
    /// The chat's integer id.
    pub(crate) chat: i64,
    waiting: VecDeque<Message>,
}

impl Unrated {
    pub(crate) fn new(app: App, ctx: Ctx, chat: i64) -> Self {
        Self {
            app,
            ctx,
            chat,
            waiting: VecDeque::new(),
        }
    }

    pub(crate) fn key(&self) -> ConversationKey {
        ConversationKey::Number(self.chat)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn extend(&mut self, messages: Vec<Message>) {
        self.waiting.extend(messages);
    }

    /// The next messages as they are shown.
    pub(crate) async fn take(&mut self) -> Result<Vec<OpenAIMessageResponse>> {
        let count = self.waiting.len().min(message::RATED_AT_A_TIME);
        let mut messages: Vec<Message> = self.waiting.drain(..count).collect();
        let (engine, key) = (&self.app.engine, self.key());
        message::show_own_ratings(engine, &self.ctx, key, &mut messages).await?;
        let shown = messages.into_iter();
        Ok(shown
            .map(|message| OpenAIMessageResponse::of(self.chat, message))
            .collect())
    }
}
