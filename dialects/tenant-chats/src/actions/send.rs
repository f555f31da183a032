//! Sending messages.

use parlor_engine::message::{self, AppendResult};
use parlor_gateway::DisconnectReason;
use parlor_gateway::socket::SocketReply;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{ConflictReason, EntityKind, ErrorKind};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::realtime::EphemeralContent;
use parlor_model::{Error, Metadata};

use super::{ConversationActions, to_frame_error};
use crate::documented::SEND_SCOPE;
use crate::frames::client::{ClientFrame, FrameError};
use crate::frames::server::MessageReceivedFrame;

impl ConversationActions {
    /// Sends one message.
    ///
    /// # Errors
    /// An error that leaves the socket open.
    pub(crate) async fn send(&mut self, frame: &ClientFrame) -> Result<SocketReply, FrameError> {
        let mut replies = self.send_all(std::slice::from_ref(frame)).await;
        replies.pop().unwrap_or_else(|| Ok(SocketReply::default()))
    }

    /// Sends several messages in this order, with one commit, and returns a reply for each.
    pub(crate) async fn send_all(
        &mut self,
        frames: &[ClientFrame],
    ) -> Vec<Result<SocketReply, FrameError>> {
        let (mut commands, mut errors) = (Vec::new(), Vec::with_capacity(frames.len()));
        for frame in frames {
            let command = self.build_command(frame);
            errors.push(command.map(|command| commands.push(command)).err());
        }
        let key = ConversationKey::Number(self.number);
        let results = match commands.is_empty() {
            true => Ok(Vec::new()),
            false => message::create_many(&self.engine, &self.ctx, key, commands).await,
        };
        let mut results = results.map(Vec::into_iter);
        let to_reply =
            |(frame, error): (&ClientFrame, Option<FrameError>)| match (error, &mut results) {
                (Some(error), _) => Err(error),
                (None, Err(error)) => Self::send_error_reply(error),
                (None, Ok(results)) => match results.next() {
                    Some(Ok(appended)) => Ok(self.ack_reply(frame, &appended)),
                    Some(Err(error)) => Self::send_error_reply(&error),
                    None => Ok(SocketReply::default()),
                },
            };
        frames.iter().zip(errors).map(to_reply).collect()
    }

    fn build_command(&self, frame: &ClientFrame) -> Result<CreateMessage, FrameError> {
        let content = frame.validated_content()?;
        let metadata = Metadata::new(frame.metadata.clone().unwrap_or_default(), "metadata");
        let client_id = frame.client_message_id.clone();
        if let Some(id) = &client_id
            && (id.trim().is_empty() || id.contains('\0') || id.chars().count() > 255)
        {
            let rule = "client_message_id is 1 to 255 characters, none of them U+0000";
            return Err(FrameError::new("INVALID_JSON", rule));
        }
        let user = self.require_user()?;
        self.authorize_send()?;
        let key = ConversationKey::Number(self.number);
        Ok(CreateMessage {
            metadata: metadata.map_err(|error| to_frame_error(&error))?,
            client_id,
            ..CreateMessage::new(key, Some(user.member.number), MessageRole::User, content)
        })
    }

    /// Requires the scope that sending over HTTP requires, and counts the message.
    fn authorize_send(&self) -> Result<(), FrameError> {
        if !self.key.allows(SEND_SCOPE) {
            return Err(FrameError::new("FORBIDDEN", "The key may not send"));
        }
        self.quota
            .count_message(&self.key)
            .map_err(|error| to_frame_error(&error))
    }

    fn ack_reply(&mut self, frame: &ClientFrame, appended: &AppendResult) -> SocketReply {
        let user_id = self.user.as_ref().map_or("", |user| user.user_id.as_str());
        let content = frame.validated_content().unwrap_or_default();
        let received = self.encode(&MessageReceivedFrame {
            client_message_id: frame.client_message_id.as_deref(),
            duplicate: appended.duplicate,
            reference: frame.reference.as_deref(),
            ..MessageReceivedFrame::new(
                appended.at,
                appended.id,
                self.chat,
                (user_id, content),
                appended.seq,
            )
        });
        let stopped = self
            .typing_since
            .take()
            .map(|_| EphemeralContent::Typing(false));
        SocketReply {
            ack: Some((appended.seq, received)),
            ephemeral: stopped,
            ..SocketReply::default()
        }
    }

    /// Closes the socket if the chat is closed, deleted or no longer accessible. Other errors leave it open.
    fn send_error_reply(error: &Error) -> Result<SocketReply, FrameError> {
        let reason = match error.kind() {
            ErrorKind::Conflict(ConflictReason::Closed) => Some(DisconnectReason::Closed),
            ErrorKind::NotFound(EntityKind::Conversation) => Some(DisconnectReason::Deleted),
            ErrorKind::Forbidden(_) => Some(DisconnectReason::Forbidden),
            _ => None,
        };
        match reason {
            Some(_) => Ok(SocketReply {
                disconnect: reason,
                ..SocketReply::default()
            }),
            None => Err(to_frame_error(error)),
        }
    }
}
