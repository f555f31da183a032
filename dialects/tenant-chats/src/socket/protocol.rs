//! The protocol of a chat's socket.

use std::sync::Arc;

use parlor_engine::Engine;
use parlor_gateway::hub::FrameEncoder;
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::socket::{SocketProtocol, SocketReply};
use parlor_gateway::{Disconnect, DisconnectReason};
use parlor_model::realtime::EphemeralContent;
use tokio::time::Instant;

use crate::actions::ConversationActions;
use crate::disconnect;
use crate::frames::client::{ClientFrame, FrameError, MAX_INVALID_FRAMES};
use crate::frames::encoder::{ChatFrameEncoder, ProtocolVersion};
use crate::frames::server::{ErrorFrame, FrameHead, LaggedFrame, PongFrame, to_text};
use crate::socket_credential::{SocketCredential, SocketRights};

pub(super) struct ChatProtocol {
    pub(super) engine: Arc<Engine>,
    /// The rights at the handshake.
    pub(super) rights: SocketRights,
    pub(super) credential: SocketCredential,
    pub(super) version: ProtocolVersion,
    pub(super) invalid_frames: u32,
    pub(super) actions: ConversationActions,
}

impl SocketProtocol for ChatProtocol {
    fn encoder(&self) -> Arc<dyn FrameEncoder> {
        Arc::new(ChatFrameEncoder::new(
            self.engine.clone(),
            self.actions.chat(),
            self.version,
        ))
    }

    async fn on_text(&mut self, text: &str) -> SocketReply {
        match ClientFrame::parse(text) {
            Ok(frame) => {
                let result = self.handle_action(&frame).await;
                self.build_reply(&frame, result)
            }
            Err(error) => self.reject_frame(&error, &ClientFrame::default()),
        }
    }

    /// Handles consecutive messages together, so that one commit can store all of them.
    async fn on_text_batch(&mut self, texts: &[Utf8Bytes]) -> Vec<SocketReply> {
        let (mut replies, mut sends) = (Vec::with_capacity(texts.len()), Vec::new());
        for text in texts {
            match ClientFrame::parse(text) {
                Ok(frame) if frame.action() == "send" => sends.push(frame),
                _ => {
                    self.send_all(&mut sends, &mut replies).await;
                    replies.push(self.on_text(text).await);
                }
            }
            if replies.last().is_some_and(|last| last.disconnect.is_some()) {
                return replies;
            }
        }
        self.send_all(&mut sends, &mut replies).await;
        replies
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

    fn disconnect(&self, reason: DisconnectReason) -> Disconnect {
        disconnect::from_reason(reason, self.engine.now())
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
    async fn handle_action(&mut self, frame: &ClientFrame) -> Result<SocketReply, FrameError> {
        let actions = &mut self.actions;
        match (self.version, frame.action()) {
            (_, "send") => actions.send(frame).await,
            (ProtocolVersion::Two, "typing") => actions.set_typing(frame),
            (ProtocolVersion::Two, "read") => actions.mark_read(frame),
            (ProtocolVersion::Two, "history") => actions.send_history(frame).await,
            (_, "cancel") => actions.cancel(frame).await,
            (ProtocolVersion::Two, "ping") => Ok(SocketReply::from_frame(to_text(&PongFrame {
                head: FrameHead::new("pong", self.engine.now()),
                reference: frame.reference.as_deref(),
            }))),
            _ => Err(FrameError::new("UNKNOWN_ACTION", "No such action")),
        }
    }

    async fn send_all(&mut self, sends: &mut Vec<ClientFrame>, replies: &mut Vec<SocketReply>) {
        if sends.is_empty() || replies.last().is_some_and(|last| last.disconnect.is_some()) {
            return;
        }
        let results = self.actions.send_all(sends).await;
        for (frame, result) in std::mem::take(sends).iter().zip(results) {
            let reply = self.build_reply(frame, result);
            let is_disconnect = reply.disconnect.is_some();
            replies.push(reply);
            if is_disconnect {
                return;
            }
        }
    }

    fn build_reply(
        &mut self,
        frame: &ClientFrame,
        result: Result<SocketReply, FrameError>,
    ) -> SocketReply {
        match result {
            Ok(reply) => {
                self.invalid_frames = 0;
                reply
            }
            Err(error) => self.reject_frame(&error, frame),
        }
    }

    fn reject_frame(&mut self, error: &FrameError, frame: &ClientFrame) -> SocketReply {
        self.invalid_frames += u32::from(error.is_client_fault());
        let error_frame = to_text(&ErrorFrame::from_error(error, frame, self.engine.now()));
        SocketReply {
            disconnect: (error.is_client_fault() && self.invalid_frames >= MAX_INVALID_FRAMES)
                .then_some(DisconnectReason::TooManyInvalidFrames),
            ..SocketReply::from_frame(error_frame)
        }
    }
}
