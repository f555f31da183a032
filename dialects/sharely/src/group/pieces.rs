//! Groups on their way into an answer that is sent while they are read: a space may have any number of them.

use parlor_engine::space::SpaceConversationBatches;
use parlor_kit::AppState;
use parlor_kit::list_stream::{BatchSource, ItemBatch};
use parlor_model::Result;
use parlor_model::space::SpaceConversation;
use serde::Serialize;

/// Groups of a space, each shown in the same way.
pub(crate) struct GroupPieces<T> {
    app: AppState,
    conversations: SpaceConversationBatches,
    render: fn(SpaceConversation) -> T,
}

impl<T> GroupPieces<T> {
    pub(crate) const fn new(
        app: AppState,
        conversations: SpaceConversationBatches,
        show: fn(SpaceConversation) -> T,
    ) -> Self {
        Self {
            app,
            conversations,
            render: show,
        }
    }
}

impl<T: Serialize + Send + 'static> BatchSource for GroupPieces<T> {
    type Item = T;

    async fn next(&mut self) -> Result<ItemBatch<T>> {
        let found = self.conversations.next(&self.app.engine).await?;
        Ok(ItemBatch {
            items: found.into_iter().map(self.render).collect(),
            is_last: self.conversations.is_finished(),
        })
    }
}
