//! Streaming of groups into a response, because a space may have any number of them.

use parlor_engine::space::SpaceConversationBatches;
use parlor_kit::AppState;
use parlor_kit::list_stream::{BatchSource, ItemBatch};
use parlor_model::Result;
use parlor_model::space::SpaceConversation;
use serde::Serialize;

/// Batches of a space's groups, rendered by one function.
pub(crate) struct GroupBatches<T> {
    app: AppState,
    conversations: SpaceConversationBatches,
    render: fn(SpaceConversation) -> T,
}

impl<T> GroupBatches<T> {
    pub(crate) const fn new(
        app: AppState,
        conversations: SpaceConversationBatches,
        render: fn(SpaceConversation) -> T,
    ) -> Self {
        Self {
            app,
            conversations,
            render,
        }
    }
}

impl<T: Serialize + Send + 'static> BatchSource for GroupBatches<T> {
    type Item = T;

    async fn next(&mut self) -> Result<ItemBatch<T>> {
        let conversations = self.conversations.next(&self.app.engine).await?;
        Ok(ItemBatch {
            items: conversations.into_iter().map(self.render).collect(),
            is_last: self.conversations.is_finished(),
        })
    }
}
