//! Messages on their way into an answer that is sent while they are read.

use parlor_engine::message;
use parlor_kit::App;
use parlor_kit::pieces::{Piece, Pieces};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::Message;
use parlor_model::rating::MessageRating;
use serde::Serialize;

use super::Viewer;

/// How a message is shown, with what readers think of it.
type Show<T> = fn(&Viewer, Message, Vec<MessageRating>) -> T;

/// Messages of a conversation, each shown in the same way.
pub(crate) struct Shown<T> {
    app: App,
    viewer: Viewer,
    key: ConversationKey,
    messages: message::Pieces,
    show: Show<T>,
}

impl<T> Shown<T> {
    pub(crate) const fn new(
        app: App,
        viewer: Viewer,
        key: ConversationKey,
        messages: message::Pieces,
        show: Show<T>,
    ) -> Self {
        Self {
            app,
            viewer,
            key,
            messages,
            show,
        }
    }
}

impl<T: Serialize + Send + 'static> Pieces for Shown<T> {
    type Item = T;

    async fn next(&mut self) -> Result<Piece<T>> {
        let engine = &self.app.engine;
        let messages = self.messages.next(engine).await?;
        let mut ratings = message::ratings(engine, &self.viewer.ctx, self.key, &messages).await?;
        let shown = messages.into_iter().map(|message| {
            let ratings = ratings.remove(&message.number).unwrap_or_default();
            (self.show)(&self.viewer, message, ratings)
        });
        Ok(Piece {
            items: shown.collect(),
            is_last: self.messages.is_over(),
        })
    }
}
