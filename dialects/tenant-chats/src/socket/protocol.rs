//! This vendor's side of a socket.

use std::sync::Arc;

use parlor_engine::Engine;
use parlor_gateway::hub::FrameEncoder;
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::socket::{SocketProtocol, SocketReply};
use parlor_gateway::{Disconnect, DisconnectReason};
use parlor_model::realtime::EphemeralContent;
use tokio::time::Instant;

use super::actions::ConversationActions;
use super::client_frame::{ClientFrame, FrameError};
use super::credential::{SocketCredential, SocketRights};
use super::disconnect;
use super::encoder::{ChatFrameEncoder, ProtocolVersion};
use super::server_frames::{ErrorFrame, FrameHead, LaggedFrame, PongFrame, to_text};

/// Frames in a row that could not be understood.
pub(crate) const MAX_INVALID_FRAMES: u32 = 10;

pub(super) struct ChatProtocol {
    pub(super) engine: Arc<Engine>,
    /// What its credential opened.
    pub(super) rights: SocketRights,
    pub(super) credential: SocketCredential,
    pub(super) version: ProtocolVersion,
    pub(super) invalid_frames: u32,
    pub(super) actions: ConversationActions,
}

impl SocketProtocol for ChatProtocol {
    fn encoder(&self) -> Arc<dyn FrameEncoder> {
        Arc::new(ChatFrameEncoder::new(self.engine.clone(), self.version))
    }

    async fn on_text(&mut self, said: &str) -> SocketReply {
        match ClientFrame::parse(said) {
            Ok(asked) => {
                let followed = self.handle_action(&asked).await;
                self.build_reply(&asked, followed)
            }
            Err(mistake) => self.reject_frame(&mistake, &ClientFrame::default()),
        }
    }

    /// What is sent in a row is sent together: one commit can take all of it.
    async fn on_text_batch(&mut self, said: &[Utf8Bytes]) -> Vec<SocketReply> {
        let (mut answers, mut sends) = (Vec::with_capacity(said.len()), Vec::new());
        for text in said {
            match ClientFrame::parse(text) {
                Ok(asked) if asked.action() == "send" => sends.push(asked),
                _ => {
                    self.send_all(&mut sends, &mut answers).await;
                    answers.push(self.on_text(text).await);
                }
            }
            if answers.last().is_some_and(|last| last.disconnect.is_some()) {
                return answers;
            }
        }
        self.send_all(&mut sends, &mut answers).await;
        answers
    }

    fn on_binary(&mut self) -> SocketReply {
        self.reject_frame(&FrameError::binary_frame(), &ClientFrame::default())
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.actions.next_deadline()
    }

    async fn on_deadline(&mut self) -> SocketReply {
        SocketReply {
            ephemeral: self.actions.on_deadline().await,
            ..SocketReply::default()
        }
    }

    fn lagged_frame(&self, from: i64, to: i64) -> Option<Utf8Bytes> {
        let head = FrameHead::new("lagged", self.engine.now());
        (self.version == ProtocolVersion::Two).then(|| to_text(&LaggedFrame { head, from, to }))
    }

    async fn on_close(&mut self) -> Vec<EphemeralContent> {
        self.actions.on_close().await.into_iter().collect()
    }

    fn disconnect(&self, why: DisconnectReason) -> Disconnect {
        disconnect::from_reason(why, self.engine.now())
    }

    async fn reauthorize(&mut self) -> Result<(), DisconnectReason> {
        let credential = &self.credential;
        credential
            .reauthenticate(&self.engine, &self.rights)
            .await
            .map(drop)
    }
}

impl ChatProtocol {
    async fn handle_action(&mut self, asked: &ClientFrame) -> Result<SocketReply, FrameError> {
        let talker = &mut self.actions;
        match (self.version, asked.action()) {
            (_, "send") => talker.send(asked).await,
            (ProtocolVersion::Two, "typing") => talker.set_typing(asked),
            (ProtocolVersion::Two, "read") => talker.mark_read(asked),
            (ProtocolVersion::Two, "history") => talker.send_history(asked).await,
            (ProtocolVersion::Two, "cancel") => {
                Err(FrameError::new("NOT_FOUND", "No answer is under way"))
            }
            (ProtocolVersion::Two, "ping") => Ok(SocketReply::from_frame(to_text(&PongFrame {
                head: FrameHead::new("pong", self.engine.now()),
                reference: asked.reference.as_deref(),
            }))),
            _ => Err(FrameError::new("UNKNOWN_ACTION", "No such action")),
        }
    }

    async fn send_all(&mut self, sends: &mut Vec<ClientFrame>, answers: &mut Vec<SocketReply>) {
        if sends.is_empty() || answers.last().is_some_and(|last| last.disconnect.is_some()) {
            return;
        }
        let followed = self.actions.send_all(sends).await;
        for (asked, followed) in std::mem::take(sends).iter().zip(followed) {
            let answer = self.build_reply(asked, followed);
            let is_end = answer.disconnect.is_some();
            answers.push(answer);
            if is_end {
                return;
            }
        }
    }

    fn build_reply(
        &mut self,
        asked: &ClientFrame,
        followed: Result<SocketReply, FrameError>,
    ) -> SocketReply {
        match followed {
            Ok(answer) => {
                self.invalid_frames = 0;
                answer
            }
            Err(mistake) => self.reject_frame(&mistake, asked),
        }
    }

    fn reject_frame(&mut self, mistake: &FrameError, asked: &ClientFrame) -> SocketReply {
        self.invalid_frames += u32::from(mistake.is_client_fault());
        let said = to_text(&ErrorFrame::from_error(mistake, asked, self.engine.now()));
        SocketReply {
            disconnect: (mistake.is_client_fault() && self.invalid_frames >= MAX_INVALID_FRAMES)
                .then_some(DisconnectReason::TooManyInvalidFrames),
            ..SocketReply::from_frame(said)
        }
    }
}
