//! Sending handle of a socket.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::command::{CommandChannel, PendingMessage, PendingRequest, TaskCommand};
use super::reply::{MessageHistory, SendReceipt};
use crate::Error;
use crate::http::chat::random_id;
use crate::message::CreateMessageRequest;

/// Maximum characters of a message.
const MAX_MESSAGE_CHARS: usize = 32_768;
const MAX_ID_CHARS: usize = 255;
/// Maximum bytes of a frame.
pub(super) const MAX_FRAME_BYTES: usize = 1024 * 1024;

/// Sender of messages and requests on a socket. Clones share the socket.
#[derive(Debug, Clone)]
pub struct ChatSender {
    commands: Arc<CommandChannel>,
}

impl ChatSender {
    pub(super) fn new(commands: Arc<CommandChannel>) -> Self {
        Self { commands }
    }

    /// Sends a message and waits until the server has stored it. After a lost connection it is sent again with the
    /// same id; messages are stored in the order of sending.
    ///
    /// # Cancel safety
    /// Once polled, the message is sent even if the future is dropped.
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
        let (result_sender, result) = oneshot::channel();
        self.commands
            .send(TaskCommand::Send(Box::new(PendingMessage {
                id,
                message,
                frame,
                result_sender,
                permit,
            })))?;
        result.await.unwrap_or_else(|_| Err(self.closed_error()))
    }

    /// Reports that the user started or stopped typing; dropped without a connection.
    pub fn set_typing(&self, is_typing: bool) -> Result<(), Error> {
        self.commands.send(TaskCommand::Typing(is_typing))
    }

    /// Marks the chat as read up to a seq; sent when there is a connection.
    pub fn mark_read(&self, seq: i64) -> Result<(), Error> {
        self.commands.send(TaskCommand::MarkRead(seq))
    }

    /// Returns up to 100 messages before a seq, or the newest.
    pub async fn list_history(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<MessageHistory, Error> {
        let (reply, result) = oneshot::channel();
        let request = PendingRequest::History {
            before,
            limit,
            reply,
        };
        self.commands.send(TaskCommand::Request(request))?;
        result.await.unwrap_or_else(|_| Err(self.closed_error()))
    }

    /// Pings the server and waits for the reply.
    pub async fn ping(&self) -> Result<(), Error> {
        let (reply, result) = oneshot::channel();
        self.commands
            .send(TaskCommand::Request(PendingRequest::Ping { reply }))?;
        result.await.unwrap_or_else(|_| Err(self.closed_error()))
    }

    /// Closes the socket and waits for that. Unacknowledged messages fail although they may have been stored; wait
    /// for them first if that matters.
    pub async fn close(&self) {
        let (reply, done) = oneshot::channel();
        if self.commands.send(TaskCommand::Close(reply)).is_ok() {
            // A socket that has ended meanwhile is closed as well.
            let _ = done.await;
        }
    }

    /// Returns the error of a closed socket.
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
    let is_invalid = |id: &String| id.trim().is_empty() || id.chars().count() > MAX_ID_CHARS;
    if message.client_message_id.as_ref().is_some_and(is_invalid) {
        return Err(Error::InvalidRequest(
            "an id of a message is 1 to 255 characters",
        ));
    }
    let unsupported = [&message.user_id, &message.media_type, &message.media_url];
    if message.sender_role.is_some() || unsupported.iter().any(|field| field.is_some()) {
        return Err(Error::InvalidRequest(
            "a socket speaks for its user, and in texts",
        ));
    }
    Ok(())
}

/// Encodes a message. A frame over the limit would close the socket, and would be sent again after reconnecting.
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
        for invalid in [
            CreateMessageRequest::new(" \n"),
            CreateMessageRequest::new(format!("{long}x")),
            CreateMessageRequest::new("a").client_message_id(""),
            CreateMessageRequest::new("a").client_message_id("x".repeat(256)),
            CreateMessageRequest::new("a").user_id("another"),
            CreateMessageRequest::new("a").assistant(),
            CreateMessageRequest::new("a").media("image", "there"),
        ] {
            assert!(
                matches!(validate(&invalid), Err(Error::InvalidRequest(_))),
                "{invalid:?}"
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
