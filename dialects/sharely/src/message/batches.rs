//! Streaming of messages into a response.

use parlor_engine::message;
use parlor_kit::AppState;
use parlor_kit::list_stream::{BatchSource, ItemBatch};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::Message;
use parlor_model::rating::MessageRating;
use serde::Serialize;

use super::Viewer;

/// Renders a message with its ratings.
type RenderMessage<T> = fn(&Viewer, Message, Vec<MessageRating>) -> T;

/// Batches of a conversation's messages, rendered by one function.
pub(crate) struct MessageResponseBatches<T> {
    app: AppState,
    viewer: Viewer,
    key: ConversationKey,
    messages: message::MessageBatches,
    render: RenderMessage<T>,
}

impl<T> MessageResponseBatches<T> {
    pub(crate) const fn new(
        app: AppState,
        viewer: Viewer,
        key: ConversationKey,
        messages: message::MessageBatches,
        render: RenderMessage<T>,
    ) -> Self {
        Self {
            app,
            viewer,
            key,
            messages,
            render,
        }
    }
}

impl<T: Serialize + Send + 'static> BatchSource for MessageResponseBatches<T> {
    type Item = T;

    async fn next(&mut self) -> Result<ItemBatch<T>> {
        let engine = &self.app.engine;
        let messages = self.messages.next(engine).await?;
        let mut ratings =
            message::list_ratings(engine, &self.viewer.ctx, self.key, &messages).await?;
        let items = messages.into_iter().map(|message| {
            let ratings = ratings.remove(&message.number).unwrap_or_default();
            (self.render)(&self.viewer, message, ratings)
        });
        Ok(ItemBatch {
            items: items.collect(),
            is_last: self.messages.is_finished(),
        })
    }
}
