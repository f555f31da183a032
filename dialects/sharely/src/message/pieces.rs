//! Messages on their way into an answer that is sent while they are read.

use parlor_engine::message;
use parlor_kit::App;
use parlor_kit::pieces::{Piece, Pieces};
use parlor_model::Result;
use parlor_model::message::Message;
use serde::Serialize;

/// Messages, each shown in the same way.
pub(crate) struct Shown<T> {
    app: App,
    messages: message::Pieces,
    show: fn(Message) -> T,
}

impl<T> Shown<T> {
    pub(crate) const fn new(app: App, messages: message::Pieces, show: fn(Message) -> T) -> Self {
        Self {
            app,
            messages,
            show,
        }
    }
}

impl<T: Serialize + Send + 'static> Pieces for Shown<T> {
    type Item = T;

    async fn next(&mut self) -> Result<Piece<T>> {
        let messages = self.messages.next(&self.app.engine).await?;
        Ok(Piece {
            items: messages.into_iter().map(self.show).collect(),
            is_last: self.messages.is_over(),
        })
    }
}
