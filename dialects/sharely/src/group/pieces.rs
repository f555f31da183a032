//! Groups on their way into an answer that is sent while they are read: a space may have any number of them.

use parlor_engine::space::Conversations;
use parlor_kit::App;
use parlor_kit::pieces::{Piece, Pieces};
use parlor_model::Result;
use parlor_model::space::SpaceConversation;
use serde::Serialize;

/// Groups of a space, each shown in the same way.
pub(crate) struct Groups<T> {
    app: App,
    conversations: Conversations,
    show: fn(SpaceConversation) -> T,
}

impl<T> Groups<T> {
    pub(crate) const fn new(
        app: App,
        conversations: Conversations,
        show: fn(SpaceConversation) -> T,
    ) -> Self {
        Self {
            app,
            conversations,
            show,
        }
    }
}

impl<T: Serialize + Send + 'static> Pieces for Groups<T> {
    type Item = T;

    async fn next(&mut self) -> Result<Piece<T>> {
        let found = self.conversations.next(&self.app.engine).await?;
        Ok(Piece {
            items: found.into_iter().map(self.show).collect(),
            is_last: self.conversations.is_over(),
        })
    }
}
