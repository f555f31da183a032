//! The saying half.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::command::{CommandChannel, PendingMessage, PendingRequest, TaskCommand};
use crate::Error;
use crate::http::chat::random_id;
use crate::http::message::{CreateMessageRequest, MessageResponse};

/// Characters of a message at the most.
const MAX_MESSAGE_CHARS: usize = 32_768;
const MAX_ID_CHARS: usize = 255;
/// Bytes of a frame at the most.
pub(super) const MAX_FRAME_BYTES: usize = 1024 * 1024;

/// Says things on a socket. Copies speak on the same one.
#[derive(Debug, Clone)]
pub struct ChatSender {
    commands: Arc<CommandChannel>,
}

/// A message is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendReceipt {
    /// The message: a UUID.
    pub message_id: String,
    /// Its position in the chat's log.
    pub seq: i64,
    /// When it was stored: RFC 3339, in UTC.
    pub timestamp: String,
    /// The id under which it was sent.
    pub client_message_id: String,
    /// It was stored before: what arrived now was a repetition.
    pub duplicate: bool,
}

/// Messages before a position, oldest first.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MessageHistory {
    /// The messages.
    pub messages: Vec<MessageResponse>,
    /// Whether there are older ones.
    pub has_more: bool,
}

impl ChatSender {
    pub(super) fn new(line: Arc<CommandChannel>) -> Self {
        Self { commands: line }
    }

    /// Says something, and waits until the server has stored it. After a lost connection it is sent again, under the
    /// same id, until it is; messages are stored in the order in which they were said.
    ///
    /// Once this has been waited on for the first time the message goes out, even if the wait is given up.
    pub async fn send(
        &self,
        message: impl Into<CreateMessageRequest>,
    ) -> Result<SendReceipt, Error> {
        let mut message = message.into();
        validate(&message)?;
        let id = message
            .client_message_id
            .get_or_insert_with(random_id)
            .clone();
        let frame = encode_message(&message)?;
        let permit = self.commands.acquire_permit().await?;
        let (done, receipt) = oneshot::channel();
        self.commands
            .send(TaskCommand::Send(Box::new(PendingMessage {
                id,
                message,
                frame,
                result_sender: done,
                permit,
            })))?;
        receipt.await.unwrap_or_else(|_| Err(self.closed_error()))
    }

    /// Tells the others that the user types, or has stopped. Without a connection nobody is told.
    pub fn set_typing(&self, begins: bool) -> Result<(), Error> {
        self.commands.send(TaskCommand::Typing(begins))
    }

    /// Marks everything up to a position as read. Without a connection it is kept until there is one.
    pub fn mark_read(&self, seq: i64) -> Result<(), Error> {
        self.commands.send(TaskCommand::MarkRead(seq))
    }

    /// Up to 100 messages before a position; the newest, where none is given.
    pub async fn list_history(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<MessageHistory, Error> {
        let (reply, answer) = oneshot::channel();
        let asking = PendingRequest::History {
            before,
            limit,
            reply,
        };
        self.commands.send(TaskCommand::Request(asking))?;
        answer.await.unwrap_or_else(|_| Err(self.closed_error()))
    }

    /// Asks the server for a sign of life and waits for it.
    pub async fn ping(&self) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        self.commands
            .send(TaskCommand::Request(PendingRequest::Ping { reply }))?;
        answer.await.unwrap_or_else(|_| Err(self.closed_error()))
    }

    /// Closes the socket and waits until that is done. What was not confirmed by then fails, and may have been stored
    /// or not: wait for it before, where that matters.
    pub async fn close(&self) {
        let (reply, done) = oneshot::channel();
        if self.commands.send(TaskCommand::Close(reply)).is_ok() {
            // A socket that has ended by itself meanwhile is closed too.
            let _ = done.await;
        }
    }

    /// The error of a socket that is no more.
    pub(super) fn closed_error(&self) -> Error {
        self.commands.closed_error()
    }
}

fn validate(message: &CreateMessageRequest) -> Result<(), Error> {
    if message.content.trim().is_empty() {
        return Err(Error::InvalidRequest("a message is not blank"));
    }
    if message.content.chars().count() > MAX_MESSAGE_CHARS {
        return Err(Error::InvalidRequest(
            "a message is at most 32,768 characters",
        ));
    }
    let bad = |id: &String| id.trim().is_empty() || id.chars().count() > MAX_ID_CHARS;
    if message.client_message_id.as_ref().is_some_and(bad) {
        return Err(Error::InvalidRequest(
            "an id of a message is 1 to 255 characters",
        ));
    }
    let others = [&message.user_id, &message.media_type, &message.media_url];
    if message.sender_role.is_some() || others.iter().any(|field| field.is_some()) {
        return Err(Error::InvalidRequest(
            "a socket speaks for its user, and in texts",
        ));
    }
    Ok(())
}

/// A frame that is too large would end the socket, and be sent again after that.
fn encode_message(message: &CreateMessageRequest) -> Result<String, Error> {
    let frame =
        serde_json::to_string(message).map_err(|_| Error::InvalidRequest("this is no JSON"))?;
    if frame.len() > MAX_FRAME_BYTES {
        return Err(Error::InvalidRequest(
            "a message is at most 1 MiB with all that hangs on it",
        ));
    }
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_message_is_not_sent() {
        let long = "x".repeat(MAX_MESSAGE_CHARS);
        assert!(validate(&CreateMessageRequest::new(long.clone())).is_ok());
        for bad in [
            CreateMessageRequest::new(" \n"),
            CreateMessageRequest::new(format!("{long}x")),
            CreateMessageRequest::new("a").client_message_id(""),
            CreateMessageRequest::new("a").client_message_id("x".repeat(256)),
            CreateMessageRequest::new("a").user_id("another"),
            CreateMessageRequest::new("a").assistant(),
            CreateMessageRequest::new("a").media("image", "there"),
        ] {
            assert!(
                matches!(validate(&bad), Err(Error::InvalidRequest(_))),
                "{bad:?}"
            );
        }
        let metadata = [("much".to_owned(), "x".repeat(MAX_FRAME_BYTES).into())];
        let large = CreateMessageRequest::new("a").metadata(metadata.into_iter().collect());
        assert!(matches!(
            encode_message(&large),
            Err(Error::InvalidRequest(_))
        ));
    }
}
