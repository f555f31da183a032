//! The saying half.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::command::{Asking, Command, Line, Pending};
use crate::Error;
use crate::http::chat::new_id;
use crate::http::message::{Message, NewMessage};

/// Characters of a message at the most.
const LONGEST: usize = 32_768;
const LONGEST_ID: usize = 255;
/// Bytes of a frame at the most.
pub(super) const FRAME: usize = 1024 * 1024;

/// Says things on a socket. Copies speak on the same one.
#[derive(Debug, Clone)]
pub struct Sender {
    line: Arc<Line>,
}

/// A message is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// The message: a UUID.
    pub message_id: String,
    /// Its position in the chat's log.
    pub seq: i64,
    /// When it was stored: RFC 3339, in UTC.
    pub at: String,
    /// The id under which it was sent.
    pub client_message_id: String,
    /// It was stored before: what arrived now was a repetition.
    pub duplicate: bool,
}

/// Messages before a position, oldest first.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct History {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether there are older ones.
    pub has_more: bool,
}

impl Sender {
    pub(super) fn new(line: Arc<Line>) -> Self {
        Self { line }
    }

    /// Says something, and waits until the server has stored it. After a lost connection it is sent again, under the
    /// same id, until it is; messages are stored in the order in which they were said.
    ///
    /// Once this has been waited on for the first time the message goes out, even if the wait is given up.
    pub async fn send(&self, message: impl Into<NewMessage>) -> Result<Receipt, Error> {
        let mut message = message.into();
        check(&message)?;
        let id = message.client_message_id.get_or_insert_with(new_id).clone();
        let frame = frame(&message)?;
        let permit = self.line.permit().await?;
        let (done, receipt) = oneshot::channel();
        self.line.say(Command::Send(Box::new(Pending {
            id,
            message,
            frame,
            done,
            permit,
        })))?;
        receipt.await.unwrap_or_else(|_| Err(self.ended()))
    }

    /// Tells the others that the user types, or has stopped. Without a connection nobody is told.
    pub fn typing(&self, begins: bool) -> Result<(), Error> {
        self.line.say(Command::Typing(begins))
    }

    /// Marks everything up to a position as read. Without a connection it is kept until there is one.
    pub fn read(&self, seq: i64) -> Result<(), Error> {
        self.line.say(Command::Read(seq))
    }

    /// Up to 100 messages before a position; the newest, where none is given.
    pub async fn history(&self, before: Option<i64>, limit: u32) -> Result<History, Error> {
        let (reply, answer) = oneshot::channel();
        let asking = Asking::History {
            before,
            limit,
            reply,
        };
        self.line.say(Command::Ask(asking))?;
        answer.await.unwrap_or_else(|_| Err(self.ended()))
    }

    /// Asks the server for a sign of life and waits for it.
    pub async fn ping(&self) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        self.line.say(Command::Ask(Asking::Ping { reply }))?;
        answer.await.unwrap_or_else(|_| Err(self.ended()))
    }

    /// Closes the socket and waits until that is done. What was not confirmed by then fails, and may have been stored
    /// or not: wait for it before, where that matters.
    pub async fn close(&self) {
        let (reply, done) = oneshot::channel();
        if self.line.say(Command::Close(reply)).is_ok() {
            // A socket that has ended by itself meanwhile is closed too.
            let _ = done.await;
        }
    }

    /// The error of a socket that is no more.
    pub(super) fn ended(&self) -> Error {
        self.line.ended()
    }
}

fn check(message: &NewMessage) -> Result<(), Error> {
    if message.content.trim().is_empty() {
        return Err(Error::Invalid("a message is not blank"));
    }
    if message.content.chars().count() > LONGEST {
        return Err(Error::Invalid("a message is at most 32,768 characters"));
    }
    let bad = |id: &String| id.trim().is_empty() || id.chars().count() > LONGEST_ID;
    if message.client_message_id.as_ref().is_some_and(bad) {
        return Err(Error::Invalid("an id of a message is 1 to 255 characters"));
    }
    let others = [&message.user_id, &message.media_type, &message.media_url];
    if message.sender_role.is_some() || others.iter().any(|field| field.is_some()) {
        return Err(Error::Invalid("a socket speaks for its user, and in texts"));
    }
    Ok(())
}

/// A frame that is too large would end the socket, and be sent again after that.
fn frame(message: &NewMessage) -> Result<String, Error> {
    let frame = serde_json::to_string(message).map_err(|_| Error::Invalid("this is no JSON"))?;
    if frame.len() > FRAME {
        return Err(Error::Invalid(
            "a message is at most 1 MiB with all that hangs on it",
        ));
    }
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_would_refuse_is_not_sent() {
        let long = "x".repeat(LONGEST);
        assert!(check(&NewMessage::new(long.clone())).is_ok());
        for bad in [
            NewMessage::new(" \n"),
            NewMessage::new(format!("{long}x")),
            NewMessage::new("a").id(""),
            NewMessage::new("a").id("x".repeat(256)),
            NewMessage::new("a").by("another"),
            NewMessage::new("a").by_assistant(),
            NewMessage::new("a").media("image", "there"),
        ] {
            assert!(matches!(check(&bad), Err(Error::Invalid(_))), "{bad:?}");
        }
        let metadata = [("much".to_owned(), "x".repeat(FRAME).into())];
        let large = NewMessage::new("a").metadata(metadata.into_iter().collect());
        assert!(matches!(frame(&large), Err(Error::Invalid(_))));
    }
}
