//! Sending messages.

use parlor_engine::message::{self, AppendResult};
use parlor_gateway::socket::{DisconnectReason, SocketReply};
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
        if !self.key.allows(SEND_SCOPE) {
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
}
