//! Client actions in one conversation, the same on both sockets.

mod cancel;
mod history;
mod send;

use std::sync::Arc;
use std::time::Duration;

use parlor_engine::{Engine, participant};
use parlor_gateway::socket::SocketReply;
use parlor_gateway::socket::Utf8Bytes;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::ErrorKind;
use parlor_model::id::ConversationId;
use parlor_model::member::MemberRef;
use parlor_model::participant_commands::ReadTarget;
use parlor_model::realtime::EphemeralContent;
use parlor_model::{Ctx, Error};
use serde::Serialize;
use tokio::time::Instant;
use uuid::Uuid;

use crate::frames::client::{ClientFrame, FrameError};
use crate::frames::server::{AddressedFrame, to_text};
use crate::limits::SendQuota;

/// Minimum interval between two "typing" events of a user.
const TYPING_REPEAT_INTERVAL: Duration = Duration::from_secs(5);
/// Time after which typing ends unless the client repeats `typing`.
const TYPING_TIMEOUT: Duration = Duration::from_secs(10);
/// Delay before a read mark is stored, so that of several only the latest is.
const READ_MARK_DELAY: Duration = Duration::from_secs(1);

/// The user of a socket.
#[derive(Debug, Clone)]
pub(crate) struct SocketUser {
    pub(crate) member: MemberRef,
    /// The user's id as the customer sent it.
    pub(crate) user_id: String,
}

/// The state of one connection in one conversation.
pub(crate) struct ConversationActions {
    engine: Arc<Engine>,
    ctx: Ctx,
    /// The key's rights, checked and counted when a message is sent.
    key: Ctx,
    connection: Uuid,
    number: i64,
    chat: ConversationId,
    /// `None` for an unbound key, which may only read.
    user: Option<SocketUser>,
    /// The connection's message quota.
    quota: SendQuota,
    /// Whether frames have the field `conversation`.
    has_conversation_field: bool,
    /// Time of the last "typing" event; `None` while the user does not type.
    typing_since: Option<Instant>,
    /// The seq of a read mark that is not stored yet, and the time at which it will be.
    pending_read_mark: Option<(i64, Instant)>,
}

impl ConversationActions {
    pub(crate) fn new(
        engine: Arc<Engine>,
        ctx: Ctx,
        connection: Uuid,
        (number, chat): (i64, ConversationId),
        user: Option<SocketUser>,
    ) -> Self {
        Self {
            engine,
            key: ctx,
            ctx,
            connection,
            number,
            chat,
            user,
            quota: SendQuota::Unlimited,
            has_conversation_field: false,
            typing_since: None,
            pending_read_mark: None,
        }
    }

    /// Sets the message quota; unlimited by default.
    #[must_use]
    pub(crate) fn with_quota(self, quota: SendQuota) -> Self {
        Self { quota, ..self }
    }

    /// Sets the key whose rights restrict the user's; by default `ctx` is the key's context.
    #[must_use]
    pub(crate) fn with_key(self, key: Ctx) -> Self {
        Self { key, ..self }
    }

    /// Adds the field `conversation` to all frames.
    #[must_use]
    pub(crate) fn with_conversation_field(self) -> Self {
        Self {
            has_conversation_field: true,
            ..self
        }
    }

    pub(crate) fn chat(&self) -> ConversationId {
        self.chat
    }

    /// Encodes a frame.
    pub(crate) fn encode(&self, frame: &impl Serialize) -> Utf8Bytes {
        if self.has_conversation_field {
            to_text(&AddressedFrame::new(frame, self.chat))
        } else {
            to_text(frame)
        }
    }

    /// Returns the time at which [`Self::on_deadline`] must be called.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        let typing = self.typing_since.map(|since| since + TYPING_TIMEOUT);
        let read = self.pending_read_mark.map(|(_, due)| due);
        typing.into_iter().chain(read).min()
    }

    /// Stores a read mark that is due, and returns the event of an expired typing state.
    pub(crate) async fn on_deadline(&mut self) -> Option<EphemeralContent> {
        let now = Instant::now();
        if self.pending_read_mark.is_some_and(|(_, due)| due <= now) {
            self.store_read_mark().await;
        }
        let is_expired = |since: &mut Instant| *since + TYPING_TIMEOUT <= now;
        self.typing_since
            .take_if(is_expired)
            .map(|_| EphemeralContent::Typing(false))
    }

    /// Stores a pending read mark, and returns the event that ends typing.
    pub(crate) async fn on_close(&mut self) -> Option<EphemeralContent> {
        self.store_read_mark().await;
        self.typing_since
            .take()
            .map(|_| EphemeralContent::Typing(false))
    }

    fn require_user(&self) -> Result<&SocketUser, FrameError> {
        self.user.as_ref().ok_or_else(|| {
            let message = "The key acts for nobody: connect with a user_id";
            FrameError::new("FORBIDDEN", message)
        })
    }

    /// Starts or stops typing, and returns the event for the other participants.
    ///
    /// # Errors
    /// `FORBIDDEN` without a user, `INVALID_JSON` without a valid state.
    pub(crate) fn set_typing(&mut self, frame: &ClientFrame) -> Result<SocketReply, FrameError> {
        self.require_user()?;
        let now = Instant::now();
        match frame.state.as_deref() {
            Some("start") => {
                let was_sent_recently = self
                    .typing_since
                    .is_some_and(|since| now < since + TYPING_REPEAT_INTERVAL);
                if was_sent_recently {
                    return Ok(SocketReply::default());
                }
                self.typing_since = Some(now);
                Ok(ephemeral_reply(EphemeralContent::Typing(true)))
            }
            Some("stop") => Ok(match self.typing_since.take() {
                Some(_) => ephemeral_reply(EphemeralContent::Typing(false)),
                None => SocketReply::default(),
            }),
            _ => Err(FrameError::new("INVALID_JSON", "state is start or stop")),
        }
    }

    /// Records a read mark. Of several within [`READ_MARK_DELAY`] only the furthest is stored.
    ///
    /// # Errors
    /// `FORBIDDEN` without a user, `INVALID_JSON` without a valid seq.
    pub(crate) fn mark_read(&mut self, frame: &ClientFrame) -> Result<SocketReply, FrameError> {
        self.require_user()?;
        let seq = frame.seq.filter(|seq| *seq >= 0);
        let seq = seq.ok_or_else(|| FrameError::new("INVALID_JSON", "seq is a position"))?;
        let (pending, due) = self
            .pending_read_mark
            .unwrap_or((0, Instant::now() + READ_MARK_DELAY));
        self.pending_read_mark = Some((seq.max(pending), due));
        Ok(SocketReply::default())
    }

    /// Stores the pending read mark, which publishes it to the other participants.
    async fn store_read_mark(&mut self) {
        let (Some((seq, _)), true) = (self.pending_read_mark.take(), self.user.is_some()) else {
            return;
        };
        let ctx = Ctx {
            request: self.connection,
            ..self.ctx
        };
        let key = ConversationKey::Number(self.number);
        let stored = participant::mark_read(&self.engine, &ctx, key, ReadTarget::Seq(seq));
        if let Err(error) = stored.await {
            tracing::debug!(?error, "a read mark was not kept");
        }
    }
}

fn ephemeral_reply(content: EphemeralContent) -> SocketReply {
    SocketReply {
        ephemeral: Some(content),
        ..SocketReply::default()
    }
}

/// Converts an engine error to an error frame.
fn to_frame_error(error: &Error) -> FrameError {
    match error.kind() {
        ErrorKind::Invalid { .. } => FrameError::new("INVALID_JSON", error.to_string()),
        ErrorKind::RateLimited { .. } => FrameError::new("RATE_LIMITED", error.to_string()),
        ErrorKind::NotFound(_) => FrameError::new("NOT_FOUND", error.to_string()),
        _ => {
            tracing::warn!(?error, "a frame was not followed");
            FrameError::new("INTERNAL_ERROR", "Something failed; try again")
        }
    }
}
