//! This server's side of a socket of many conversations.

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
use crate::limits::SendQuota;
use crate::routes;
use crate::socket::actions::{ConversationActions, SocketUser};
use crate::socket::client_frame::{ClientFrame, FrameError};
use crate::socket::credential::{SocketCredential, SocketRights};
use crate::socket::disconnect;
use crate::socket::encoder::format_user_ids;
use crate::socket::protocol::MAX_INVALID_FRAMES;
use crate::socket::server_frames::{
    AddressedFrame, ErrorFrame, FrameHead, LaggedFrame, PongFrame, to_text,
};

/// Conversations that one socket may follow at a time.
pub(super) const MAX_SUBSCRIPTIONS: usize = 200;

/// Names of those who have one on screen, at the most.
const MAX_PRESENT_NAMES: usize = 100;

pub(super) struct LiveProtocol {
    pub(super) engine: Arc<Engine>,
    pub(super) hub: Arc<Hub>,
    /// What the credential opened.
    pub(super) rights: SocketRights,
    pub(super) credential: SocketCredential,
    pub(super) user: Option<SocketUser>,
    /// How often something may be sent, whichever conversation it is about.
    pub(super) quota: SendQuota,
    pub(super) connection: Uuid,
    pub(super) epoch: String,
    /// The conversations that are followed, by number.
    pub(super) subscriptions: HashMap<i64, OpenSubscription>,
    pub(super) numbers_by_id: HashMap<ConversationId, i64>,
    /// Frames in a row that could not be understood.
    pub(super) invalid_frames: u32,
}

/// One that is followed.
pub(super) struct OpenSubscription {
    pub(super) actions: ConversationActions,
    pub(super) _presence: PresenceGuard,
}

impl MultiplexProtocol for LiveProtocol {
    async fn on_text(&mut self, said: &str) -> MultiplexReply {
        match LiveClientFrame::parse(said) {
            Ok(wish) => match self.handle_action(&wish).await {
                Ok(acts) => {
                    self.invalid_frames = 0;
                    MultiplexReply {
                        actions: acts,
                        disconnect: None,
                    }
                }
                Err(mistake) => {
                    self.invalid_frame(&mistake, &wish.frame, wish.target.single.conversation_id())
                }
            },
            Err(mistake) => self.invalid_frame(&mistake, &ClientFrame::default(), None),
        }
    }

    fn on_binary(&mut self) -> MultiplexReply {
        self.invalid_frame(&FrameError::binary_frame(), &ClientFrame::default(), None)
    }

    fn next_deadline(&self) -> Option<Instant> {
        let open = self
            .subscriptions
            .values()
            .filter_map(|open| open.actions.next_deadline());
        open.min()
    }

    async fn on_deadline(&mut self) -> MultiplexReply {
        let now = Instant::now();
        let mut acts = Vec::new();
        for (number, open) in &mut self.subscriptions {
            if open.actions.next_deadline().is_some_and(|due| due <= now) {
                let sign = open.actions.on_deadline().await;
                acts.extend(sign.map(|sign| SocketAction::PublishEphemeral(*number, sign)));
            }
        }
        MultiplexReply {
            actions: acts,
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
        why: DisconnectReason,
    ) -> MultiplexReply {
        let acts = self
            .close_subscription(conversation, disconnect::error_code(why), None)
            .await;
        MultiplexReply {
            actions: acts,
            disconnect: None,
        }
    }

    fn on_list_update(&mut self, listed: ListUpdate) -> Vec<Utf8Bytes> {
        self.list_update_frames(&listed)
    }

    fn on_list_unsubscribed(&mut self) -> Vec<Utf8Bytes> {
        vec![self.list_stopped_frame(None)]
    }

    async fn on_close(&mut self) -> MultiplexReply {
        let mut acts = Vec::new();
        for (number, mut open) in std::mem::take(&mut self.subscriptions) {
            let sign = open.actions.on_close().await;
            acts.extend(sign.map(|sign| SocketAction::PublishEphemeral(number, sign)));
        }
        MultiplexReply {
            actions: acts,
            disconnect: None,
        }
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

impl LiveProtocol {
    async fn handle_action(
        &mut self,
        wish: &LiveClientFrame,
    ) -> Result<Vec<SocketAction>, FrameError> {
        let (asked, about) = (&wish.frame, &wish.target);
        match asked.action() {
            "subscribe" => self.subscribe(asked, about).await,
            "unsubscribe" => {
                let number = self.subscribed_number(about.single.conversation_id())?;
                let reference = asked.reference.as_deref();
                let mut acts = vec![SocketAction::Unsubscribe(number)];
                acts.extend(self.close_subscription(number, "ASKED", reference).await);
                Ok(acts)
            }
            "list" => self.subscribe_list(asked, about.position.as_deref()),
            "unlist" => {
                let stopped = self.list_stopped_frame(asked.reference.as_deref());
                Ok(vec![
                    SocketAction::UnsubscribeList,
                    SocketAction::Send(stopped),
                ])
            }
            "ping" => Ok(vec![SocketAction::Send(to_text(&PongFrame {
                head: FrameHead::new("pong", self.engine.now()),
                reference: asked.reference.as_deref(),
            }))]),
            action => {
                let number = match action {
                    "send" | "typing" | "read" | "history" => {
                        self.subscribed_number(about.single.conversation_id())?
                    }
                    _ => return Err(FrameError::new("UNKNOWN_ACTION", "No such action")),
                };
                self.handle_conversation_action(number, action, asked).await
            }
        }
    }

    /// What is done in one conversation.
    async fn handle_conversation_action(
        &mut self,
        number: i64,
        action: &str,
        asked: &ClientFrame,
    ) -> Result<Vec<SocketAction>, FrameError> {
        if action != "history" && !self.rights.key.allows(routes::SEND_SCOPE) {
            return Err(FrameError::new("FORBIDDEN", "The key may only read"));
        }
        let Some(open) = self.subscriptions.get_mut(&number) else {
            return Err(not_subscribed_error());
        };
        let SocketReply {
            frames: say,
            ack: confirm,
            ephemeral: sign,
            disconnect: end,
        } = match action {
            "typing" => open.actions.set_typing(asked)?,
            "read" => open.actions.mark_read(asked)?,
            "history" => open.actions.send_history(asked).await?,
            _ => open.actions.send(asked).await?,
        };
        let mut acts: Vec<SocketAction> = say.into_iter().map(SocketAction::Send).collect();
        acts.extend(confirm.map(|(seq, words)| SocketAction::Ack(number, seq, words)));
        acts.extend(sign.map(|sign| SocketAction::PublishEphemeral(number, sign)));
        if let Some(why) = end {
            let chat = open.actions.chat();
            let said = "It was not done, and the conversation is followed no more";
            let mistake = FrameError::new(disconnect::error_code(why), said);
            acts.push(SocketAction::Send(self.error_frame(
                &mistake,
                asked,
                Some(chat),
            )));
            acts.push(SocketAction::Unsubscribe(number));
            acts.extend(
                self.close_subscription(number, disconnect::error_code(why), None)
                    .await,
            );
        }
        Ok(acts)
    }

    /// Forgets a conversation and says so.
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
        let sign = open.actions.on_close().await;
        let mut acts: Vec<SocketAction> = sign
            .into_iter()
            .map(|sign| SocketAction::PublishEphemeral(number, sign))
            .collect();
        acts.push(SocketAction::Send(open.actions.encode(
            &UnsubscribedFrame {
                head: FrameHead::new("unsubscribed", self.engine.now()),
                reference,
                reason,
            },
        )));
        acts
    }

    /// The number of a conversation that is followed.
    fn subscribed_number(&self, id: Option<ConversationId>) -> Result<i64, FrameError> {
        let id = id.ok_or_else(|| FrameError::new("INVALID_JSON", "conversation is a UUID"))?;
        self.numbers_by_id
            .get(&id)
            .copied()
            .ok_or_else(not_subscribed_error)
    }

    /// What could not be followed, which may not happen too often in a row.
    fn invalid_frame(
        &mut self,
        mistake: &FrameError,
        asked: &ClientFrame,
        about: Option<ConversationId>,
    ) -> MultiplexReply {
        self.invalid_frames += u32::from(mistake.is_client_fault());
        MultiplexReply {
            disconnect: (mistake.is_client_fault() && self.invalid_frames >= MAX_INVALID_FRAMES)
                .then_some(DisconnectReason::TooManyInvalidFrames),
            ..MultiplexReply::from_frame(self.error_frame(mistake, asked, about))
        }
    }

    pub(super) fn error_frame(
        &self,
        mistake: &FrameError,
        asked: &ClientFrame,
        about: Option<ConversationId>,
    ) -> Utf8Bytes {
        let refused = ErrorFrame::from_error(mistake, asked, self.engine.now());
        match about {
            Some(id) => to_text(&AddressedFrame::new(&refused, id)),
            None => to_text(&refused),
        }
    }
}

fn not_subscribed_error() -> FrameError {
    FrameError::new("NOT_SUBSCRIBED", "The conversation is not followed here")
}
