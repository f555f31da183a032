//! What a client may do in one conversation, whichever socket it does it on.

use std::sync::Arc;
use std::time::Duration;

use parlor_engine::message::AppendResult;
use parlor_engine::{Engine, message, participant};
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::socket::{DisconnectReason, SocketReply};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{ConflictReason, EntityKind, ErrorKind};
use parlor_model::id::ConversationId;
use parlor_model::keyset::SortOrder;
use parlor_model::member::MemberRef;
use parlor_model::message::{CreateMessage, MessageQuery, MessageRole};
use parlor_model::participant_commands::ReadTarget;
use parlor_model::realtime::EphemeralContent;
use parlor_model::{Ctx, Error, Metadata};
use serde::Serialize;
use tokio::time::Instant;
use uuid::Uuid;

use super::client_frame::{ClientFrame, FrameError};
use super::server_frames::{
    AddressedFrame, FrameHead, HistoryFrame, MessageReceivedFrame, to_text,
};
use crate::limits::SendQuota;
use crate::message::MessageResponse;
use crate::routes;

/// Between two times that a user is said to begin typing.
const TYPING_REPEAT_INTERVAL: Duration = Duration::from_secs(5);
/// Without another word, typing has stopped.
const TYPING_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a read mark waits for a later one before it is stored.
const READ_MARK_DELAY: Duration = Duration::from_secs(1);
/// Messages of a stretch of history.
const DEFAULT_HISTORY_MESSAGES: i64 = 50;
const MAX_HISTORY_MESSAGES: i64 = 100;

/// Somebody who takes part, as the customer calls it.
#[derive(Debug, Clone)]
pub(crate) struct SocketUser {
    pub(crate) member: MemberRef,
    pub(crate) user_id: String,
}

/// One connection's side of one conversation.
pub(crate) struct ConversationActions {
    engine: Arc<Engine>,
    ctx: Ctx,
    /// What the key may, which is asked and counted when something is sent.
    key: Ctx,
    connection: Uuid,
    number: i64,
    chat: ConversationId,
    /// Nobody where a key that acts for no member only listens.
    user: Option<SocketUser>,
    /// How often something may be sent.
    quota: SendQuota,
    /// The frames say which conversation they are of.
    has_conversation_field: bool,
    /// When the user was last said to type.
    typing_since: Option<Instant>,
    /// A read mark that is not stored yet, and when it will be.
    pending_read_mark: Option<(i64, Instant)>,
}

impl ConversationActions {
    pub(crate) fn new(
        engine: Arc<Engine>,
        ctx: Ctx,
        connection: Uuid,
        (number, chat): (i64, ConversationId),
        speaker: Option<SocketUser>,
    ) -> Self {
        Self {
            engine,
            key: ctx,
            ctx,
            connection,
            number,
            chat,
            user: speaker,
            quota: SendQuota::Unlimited,
            has_conversation_field: false,
            typing_since: None,
            pending_read_mark: None,
        }
    }

    /// The same who is held to what its connection may send.
    #[must_use]
    pub(crate) fn with_quota(self, quota: SendQuota) -> Self {
        Self { quota, ..self }
    }

    /// The same for one who acts by its own rights, as far as a key lets it.
    #[must_use]
    pub(crate) fn with_key(self, key: Ctx) -> Self {
        Self { key, ..self }
    }

    /// The same whose frames say which conversation they are of.
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

    /// A frame's text.
    pub(crate) fn encode(&self, frame: &impl Serialize) -> Utf8Bytes {
        if self.has_conversation_field {
            to_text(&AddressedFrame::new(frame, self.chat))
        } else {
            to_text(frame)
        }
    }

    /// When something is due that nobody asked for.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        let typing = self.typing_since.map(|since| since + TYPING_TIMEOUT);
        let read = self.pending_read_mark.map(|(_, due)| due);
        typing.into_iter().chain(read).min()
    }

    /// Does what is due, and gives what the others are told of it.
    pub(crate) async fn on_deadline(&mut self) -> Option<EphemeralContent> {
        let now = Instant::now();
        if self.pending_read_mark.is_some_and(|(_, due)| due <= now) {
            self.store_read_mark().await;
        }
        let stopped = |since: &mut Instant| *since + TYPING_TIMEOUT <= now;
        self.typing_since
            .take_if(stopped)
            .map(|_| EphemeralContent::Typing(false))
    }

    /// Does what still waits, and gives what the others are told of it.
    pub(crate) async fn on_close(&mut self) -> Option<EphemeralContent> {
        self.store_read_mark().await;
        self.typing_since
            .take()
            .map(|_| EphemeralContent::Typing(false))
    }

    fn require_user(&self) -> Result<&SocketUser, FrameError> {
        self.user.as_ref().ok_or_else(|| {
            let said = "The key acts for nobody: connect with a user_id";
            FrameError::new("FORBIDDEN", said)
        })
    }

    /// Says one thing.
    pub(crate) async fn send(&mut self, asked: &ClientFrame) -> Result<SocketReply, FrameError> {
        let mut answers = self.send_all(std::slice::from_ref(asked)).await;
        answers.pop().unwrap_or_else(|| Ok(SocketReply::default()))
    }

    /// Says several things, in this order.
    pub(crate) async fn send_all(
        &mut self,
        asked: &[ClientFrame],
    ) -> Vec<Result<SocketReply, FrameError>> {
        let (mut commands, mut faults) = (Vec::new(), Vec::with_capacity(asked.len()));
        for asked in asked {
            let command = self.build_command(asked);
            faults.push(command.map(|command| commands.push(command)).err());
        }
        let key = ConversationKey::Number(self.number);
        let made = match commands.is_empty() {
            true => Ok(Vec::new()),
            false => message::create_many(&self.engine, &self.ctx, key, commands).await,
        };
        let mut made = made.map(Vec::into_iter);
        let answer = |(asked, fault): (&ClientFrame, Option<FrameError>)| match (fault, &mut made) {
            (Some(mistake), _) => Err(mistake),
            (None, Err(error)) => Self::send_error_reply(error),
            (None, Ok(made)) => match made.next() {
                Some(Ok(made)) => Ok(self.ack_reply(asked, &made)),
                Some(Err(error)) => Self::send_error_reply(&error),
                None => Ok(SocketReply::default()),
            },
        };
        asked.iter().zip(faults).map(answer).collect()
    }

    fn build_command(&self, asked: &ClientFrame) -> Result<CreateMessage, FrameError> {
        let content = asked.validated_content()?;
        let metadata = Metadata::new(asked.metadata.clone().unwrap_or_default(), "metadata");
        let client_id = asked.client_message_id.clone();
        if let Some(id) = &client_id
            && (id.trim().is_empty() || id.contains('\0') || id.chars().count() > 255)
        {
            let rule = "client_message_id is 1 to 255 characters, none of them U+0000";
            return Err(FrameError::new("INVALID_JSON", rule));
        }
        let speaker = self.require_user()?;
        self.authorize_send()?;
        let key = ConversationKey::Number(self.number);
        Ok(CreateMessage {
            metadata: metadata.map_err(|error| to_frame_error(&error))?,
            client_id,
            ..CreateMessage::new(key, Some(speaker.member.number), MessageRole::User, content)
        })
    }

    /// Sending here asks for what sending by a request asks for, and is counted.
    fn authorize_send(&self) -> Result<(), FrameError> {
        if !self.key.allows(routes::SEND_SCOPE) {
            return Err(FrameError::new("FORBIDDEN", "The key may not send"));
        }
        self.quota
            .count_message(&self.key)
            .map_err(|error| to_frame_error(&error))
    }

    fn ack_reply(&mut self, asked: &ClientFrame, made: &AppendResult) -> SocketReply {
        let user_id = self.user.as_ref().map_or("", |who| who.user_id.as_str());
        let content = asked.validated_content().unwrap_or_default();
        let received = self.encode(&MessageReceivedFrame {
            client_message_id: asked.client_message_id.as_deref(),
            duplicate: made.duplicate,
            reference: asked.reference.as_deref(),
            ..MessageReceivedFrame::new(made.at, made.id, self.chat, (user_id, content), made.seq)
        });
        let stopped = self
            .typing_since
            .take()
            .map(|_| EphemeralContent::Typing(false));
        SocketReply {
            ack: Some((made.seq, received)),
            ephemeral: stopped,
            ..SocketReply::default()
        }
    }

    /// What ended the chat ends the socket; everything else is a mistake that leaves it open.
    fn send_error_reply(error: &Error) -> Result<SocketReply, FrameError> {
        let end = match error.kind() {
            ErrorKind::Conflict(ConflictReason::Closed) => Some(DisconnectReason::Closed),
            ErrorKind::NotFound(EntityKind::Conversation) => Some(DisconnectReason::Deleted),
            ErrorKind::Forbidden(_) => Some(DisconnectReason::Forbidden),
            _ => None,
        };
        match end {
            Some(_) => Ok(SocketReply {
                disconnect: end,
                ..SocketReply::default()
            }),
            None => Err(to_frame_error(error)),
        }
    }

    pub(crate) fn set_typing(&mut self, asked: &ClientFrame) -> Result<SocketReply, FrameError> {
        self.require_user()?;
        let now = Instant::now();
        match asked.state.as_deref() {
            Some("start") => {
                let told = self
                    .typing_since
                    .is_some_and(|since| now < since + TYPING_REPEAT_INTERVAL);
                if told {
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

    /// Notes a read mark: of many that come together only the furthest is stored.
    pub(crate) fn mark_read(&mut self, asked: &ClientFrame) -> Result<SocketReply, FrameError> {
        self.require_user()?;
        let seq = asked.seq.filter(|seq| *seq >= 0);
        let seq = seq.ok_or_else(|| FrameError::new("INVALID_JSON", "seq is a position"))?;
        let (known, due) = self
            .pending_read_mark
            .unwrap_or((0, Instant::now() + READ_MARK_DELAY));
        self.pending_read_mark = Some((seq.max(known), due));
        Ok(SocketReply::default())
    }

    /// Stores the read mark as the user's own, which tells the others.
    async fn store_read_mark(&mut self) {
        let (Some((seq, _)), true) = (self.pending_read_mark.take(), self.user.is_some()) else {
            return;
        };
        let own = Ctx {
            request: self.connection,
            ..self.ctx
        };
        let key = ConversationKey::Number(self.number);
        let kept = participant::mark_read(&self.engine, &own, key, ReadTarget::Seq(seq));
        if let Err(error) = kept.await {
            tracing::debug!(?error, "a read mark was not kept");
        }
    }

    pub(crate) async fn send_history(
        &self,
        asked: &ClientFrame,
    ) -> Result<SocketReply, FrameError> {
        let limit = asked.limit.unwrap_or(DEFAULT_HISTORY_MESSAGES);
        if !(1..=MAX_HISTORY_MESSAGES).contains(&limit) {
            return Err(FrameError::new(
                "INVALID_JSON",
                "limit is between 1 and 100",
            ));
        }
        let walk = MessageQuery {
            before_seq: asked.before_seq.unwrap_or(i64::MAX),
            // One more than is told shows whether there are more.
            limit: limit + 1,
            order: SortOrder::Descending,
            ..MessageQuery::default()
        };
        let key = ConversationKey::Number(self.number);
        let found = message::list(&self.engine, &self.ctx, key, walk).await;
        let found = found.map_err(|error| to_frame_error(&error))?;
        let mut items = found.items;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > most || found.is_truncated;
        items.truncate(most);
        Ok(SocketReply::from_frame(
            self.encode(&HistoryFrame {
                head: FrameHead::new("history", self.engine.now()),
                reference: asked.reference.as_deref(),
                messages: items
                    .into_iter()
                    .rev()
                    .map(MessageResponse::from_message)
                    .collect(),
                has_more,
            }),
        ))
    }
}

fn ephemeral_reply(sign: EphemeralContent) -> SocketReply {
    SocketReply {
        ephemeral: Some(sign),
        ..SocketReply::default()
    }
}

/// A refusal of the core's in this vendor's words.
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
