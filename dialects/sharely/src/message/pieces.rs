//! Messages on their way into an answer that is sent while they are read.

use parlor_engine::message;
use parlor_kit::AppState;
use parlor_kit::list_stream::{BatchSource, ItemBatch};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::Message;
use parlor_model::rating::MessageRating;
use serde::Serialize;

use super::Viewer;

/// How a message is shown, with what readers think of it.
type RenderMessage<T> = fn(&Viewer, Message, Vec<MessageRating>) -> T;

/// Messages of a conversation, each shown in the same way.
pub(crate) struct MessagePieces<T> {
    app: AppState,
    viewer: Viewer,
    key: ConversationKey,
    messages: message::MessageBatches,
    render: RenderMessage<T>,
}

impl<T> MessagePieces<T> {
    pub(crate) const fn new(
        app: AppState,
        viewer: Viewer,
        key: ConversationKey,
        messages: message::MessageBatches,
        show: RenderMessage<T>,
    ) -> Self {
        Self {
            app,
            viewer,
            key,
            messages,
            render: show,
        }
    }
}

impl<T: Serialize + Send + 'static> BatchSource for MessagePieces<T> {
    type Item = T;

    async fn next(&mut self) -> Result<ItemBatch<T>> {
        let engine = &self.app.engine;
        let messages = self.messages.next(engine).await?;
        let mut ratings =
            message::list_ratings(engine, &self.viewer.ctx, self.key, &messages).await?;
        let shown = messages.into_iter().map(|message| {
            let ratings = ratings.remove(&message.number).unwrap_or_default();
            (self.render)(&self.viewer, message, ratings)
        });
        Ok(ItemBatch {
            items: shown.collect(),
            is_last: self.messages.is_finished(),
        })
    }
}
