//! The protocol of `/live`.

use std::collections::HashMap;
use std::sync::Arc;

use parlor_engine::Engine;
use parlor_gateway::hub::{Hub, ListUpdate, PresenceGuard};
use parlor_gateway::multiplex::{MultiplexProtocol, MultiplexReply, SocketAction};
use parlor_gateway::socket::SocketReply;
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::{Disconnect, DisconnectReason};
use parlor_model::id::ConversationId;
use tokio::time::Instant;
use uuid::Uuid;

use super::client_frame::LiveClientFrame;
use super::server_frames::{PresenceSnapshotFrame, UnsubscribedFrame};
use crate::actions::{ConversationActions, SocketUser};
use crate::disconnect;
use crate::documented::SEND_SCOPE;
use crate::frames::client::{ClientFrame, FrameError, MAX_INVALID_FRAMES};
use crate::frames::encoder::format_user_ids;
use crate::frames::server::{
    AddressedFrame, ErrorFrame, FrameHead, LaggedFrame, PongFrame, to_text,
};
use crate::limits::SendQuota;
use crate::socket_credential::{SocketCredential, SocketRights};

/// Maximum number of subscriptions of a socket.
pub(super) const MAX_SUBSCRIPTIONS: usize = 200;

/// Maximum number of users in a presence snapshot.
const MAX_PRESENT_NAMES: usize = 100;

pub(super) struct LiveProtocol {
    pub(super) engine: Arc<Engine>,
    pub(super) hub: Arc<Hub>,
    /// The rights at the handshake.
    pub(super) rights: SocketRights,
    pub(super) credential: SocketCredential,
    pub(super) user: Option<SocketUser>,
    /// The message quota, shared by all conversations.
    pub(super) quota: SendQuota,
    pub(super) connection: Uuid,
    pub(super) epoch: String,
    /// The subscribed conversations, by number.
    pub(super) subscriptions: HashMap<i64, OpenSubscription>,
    pub(super) numbers_by_id: HashMap<ConversationId, i64>,
    /// Number of invalid frames in a row.
    pub(super) invalid_frames: u32,
}

/// The state of a subscribed conversation.
pub(super) struct OpenSubscription {
    pub(super) actions: ConversationActions,
    pub(super) _presence: PresenceGuard,
}

impl MultiplexProtocol for LiveProtocol {
    async fn on_text(&mut self, text: &str) -> MultiplexReply {
        match LiveClientFrame::parse(text) {
            Ok(frame) => match self.handle_action(&frame).await {
                Ok(actions) => {
                    self.invalid_frames = 0;
                    MultiplexReply {
                        actions,
                        disconnect: None,
                    }
                }
                Err(error) => {
                    self.invalid_frame(&error, &frame.frame, frame.target.single.conversation_id())
                }
            },
            Err(error) => self.invalid_frame(&error, &ClientFrame::default(), None),
        }
    }

    fn on_binary(&mut self) -> MultiplexReply {
        self.invalid_frame(&FrameError::binary_frame(), &ClientFrame::default(), None)
    }

    fn next_deadline(&self) -> Option<Instant> {
        let deadlines = self
            .subscriptions
            .values()
            .filter_map(|open| open.actions.next_deadline());
        deadlines.min()
    }

    async fn on_deadline(&mut self) -> MultiplexReply {
        let now = Instant::now();
        let mut actions = Vec::new();
        for (number, open) in &mut self.subscriptions {
            if open.actions.next_deadline().is_some_and(|due| due <= now) {
                let content = open.actions.on_deadline().await;
                actions.extend(
                    content.map(|content| SocketAction::PublishEphemeral(*number, content)),
                );
            }
        }
        MultiplexReply {
            actions,
            disconnect: None,
        }
    }

    fn on_caught_up(&self, conversation: i64) -> Option<Utf8Bytes> {
        let open = self.subscriptions.get(&conversation)?;
        let (present, count) =
            self.hub
                .present_members(self.rights.user.ws(), conversation, MAX_PRESENT_NAMES);
        Some(open.actions.encode(&PresenceSnapshotFrame {
            head: FrameHead::new("presence", self.engine.now()),
            present: format_user_ids(&present),
            count,
        }))
    }

    fn lagged_frame(&self, conversation: i64, from: i64, to: i64) -> Option<Utf8Bytes> {
        let head = FrameHead::new("lagged", self.engine.now());
        let open = self.subscriptions.get(&conversation)?;
        Some(open.actions.encode(&LaggedFrame { head, from, to }))
    }

    async fn on_unsubscribed(
        &mut self,
        conversation: i64,
        reason: DisconnectReason,
    ) -> MultiplexReply {
        let actions = self
            .close_subscription(conversation, disconnect::error_code(reason), None)
            .await;
        MultiplexReply {
            actions,
            disconnect: None,
        }
    }

    fn on_list_update(&mut self, update: ListUpdate) -> Vec<Utf8Bytes> {
        self.list_update_frames(&update)
    }

    fn on_list_unsubscribed(&mut self) -> Vec<Utf8Bytes> {
        vec![self.list_stopped_frame(None)]
    }

    async fn on_close(&mut self) -> MultiplexReply {
        let mut actions = Vec::new();
        for (number, mut open) in std::mem::take(&mut self.subscriptions) {
            let content = open.actions.on_close().await;
            actions.extend(content.map(|content| SocketAction::PublishEphemeral(number, content)));
        }
        MultiplexReply {
            actions,
            disconnect: None,
        }
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

impl LiveProtocol {
    async fn handle_action(
        &mut self,
        frame: &LiveClientFrame,
    ) -> Result<Vec<SocketAction>, FrameError> {
        let (request, target) = (&frame.frame, &frame.target);
        match request.action() {
            "subscribe" => self.subscribe(request, target).await,
            "unsubscribe" => {
                let number = self.subscribed_number(target.single.conversation_id())?;
                let reference = request.reference.as_deref();
                let mut actions = vec![SocketAction::Unsubscribe(number)];
                actions.extend(self.close_subscription(number, "ASKED", reference).await);
                Ok(actions)
            }
            "list" => self.subscribe_list(request, target.position.as_deref()),
            "unlist" => {
                let stopped = self.list_stopped_frame(request.reference.as_deref());
                Ok(vec![
                    SocketAction::UnsubscribeList,
                    SocketAction::Send(stopped),
                ])
            }
            "ping" => Ok(vec![SocketAction::Send(to_text(&PongFrame {
                head: FrameHead::new("pong", self.engine.now()),
                reference: request.reference.as_deref(),
            }))]),
            action => {
                let number = match action {
                    "send" | "typing" | "read" | "history" | "cancel" => {
                        self.subscribed_number(target.single.conversation_id())?
                    }
                    _ => return Err(FrameError::new("UNKNOWN_ACTION", "No such action")),
                };
                self.handle_conversation_action(number, action, request)
                    .await
            }
        }
    }

    /// Handles an action in one subscribed conversation.
    async fn handle_conversation_action(
        &mut self,
        number: i64,
        action: &str,
        request: &ClientFrame,
    ) -> Result<Vec<SocketAction>, FrameError> {
        if action != "history" && !self.rights.key.allows(SEND_SCOPE) {
            return Err(FrameError::new("FORBIDDEN", "The key may only read"));
        }
        let Some(open) = self.subscriptions.get_mut(&number) else {
            return Err(not_subscribed_error());
        };
        let SocketReply {
            frames,
            ack,
            ephemeral,
            disconnect,
        } = match action {
            "typing" => open.actions.set_typing(request)?,
            "read" => open.actions.mark_read(request)?,
            "history" => open.actions.send_history(request).await?,
            "cancel" => open.actions.cancel(request).await?,
            _ => open.actions.send(request).await?,
        };
        let mut actions: Vec<SocketAction> = frames.into_iter().map(SocketAction::Send).collect();
        actions.extend(ack.map(|(seq, frame)| SocketAction::Ack(number, seq, frame)));
        actions.extend(ephemeral.map(|content| SocketAction::PublishEphemeral(number, content)));
        if let Some(reason) = disconnect {
            let chat = open.actions.chat();
            let message = "It was not done, and the conversation is followed no more";
            let error = FrameError::new(disconnect::error_code(reason), message);
            actions.push(SocketAction::Send(self.error_frame(
                &error,
                request,
                Some(chat),
            )));
            actions.push(SocketAction::Unsubscribe(number));
            actions.extend(
                self.close_subscription(number, disconnect::error_code(reason), None)
                    .await,
            );
        }
        Ok(actions)
    }

    /// Removes a subscription and returns its last frames.
    async fn close_subscription(
        &mut self,
        number: i64,
        reason: &'static str,
        reference: Option<&str>,
    ) -> Vec<SocketAction> {
        let Some(mut open) = self.subscriptions.remove(&number) else {
            return Vec::new();
        };
        self.numbers_by_id.remove(&open.actions.chat());
        let content = open.actions.on_close().await;
        let mut actions: Vec<SocketAction> = content
            .into_iter()
            .map(|content| SocketAction::PublishEphemeral(number, content))
            .collect();
        actions.push(SocketAction::Send(open.actions.encode(
            &UnsubscribedFrame {
                head: FrameHead::new("unsubscribed", self.engine.now()),
                reference,
                reason,
            },
        )));
        actions
    }

    /// Returns the number of a subscribed conversation.
    ///
    /// # Errors
    /// `INVALID_JSON` without a valid id, `NOT_SUBSCRIBED`.
    fn subscribed_number(&self, id: Option<ConversationId>) -> Result<i64, FrameError> {
        let id = id.ok_or_else(|| FrameError::new("INVALID_JSON", "conversation is a UUID"))?;
        self.numbers_by_id
            .get(&id)
            .copied()
            .ok_or_else(not_subscribed_error)
    }

    /// Replies with an error, and disconnects after [`MAX_INVALID_FRAMES`] invalid frames in a row.
    fn invalid_frame(
        &mut self,
        error: &FrameError,
        request: &ClientFrame,
        conversation: Option<ConversationId>,
    ) -> MultiplexReply {
        self.invalid_frames += u32::from(error.is_client_fault());
        MultiplexReply {
            disconnect: (error.is_client_fault() && self.invalid_frames >= MAX_INVALID_FRAMES)
                .then_some(DisconnectReason::TooManyInvalidFrames),
            ..MultiplexReply::from_frame(self.error_frame(error, request, conversation))
        }
    }

    pub(super) fn error_frame(
        &self,
        error: &FrameError,
        request: &ClientFrame,
        conversation: Option<ConversationId>,
    ) -> Utf8Bytes {
        let frame = ErrorFrame::from_error(error, request, self.engine.now());
        match conversation {
            Some(id) => to_text(&AddressedFrame::new(&frame, id)),
            None => to_text(&frame),
        }
    }
}

fn not_subscribed_error() -> FrameError {
    FrameError::new("NOT_SUBSCRIBED", "The conversation is not followed here")
}
