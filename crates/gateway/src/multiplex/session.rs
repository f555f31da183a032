//! Event loop of a multiplexed socket.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use parlor_model::Ctx;
use parlor_model::error::ErrorKind;
use parlor_model::member::MemberRef;
use parlor_model::realtime::EphemeralContent;
use uuid::Uuid;

use super::protocol::{MultiplexProtocol, MultiplexReply, SocketAction};
use super::subscription_set::{SubscriptionProgress, SubscriptionSet, SubscriptionUpdate};
use crate::disconnect::{ConnectionEnd, DisconnectReason};
use crate::heartbeat::{HeartbeatEvent, HeartbeatHandle};
use crate::hub::{EphemeralPublisher, FrameQueue, ListSubscription, ListUpdate, SubscriptionEvent};
use crate::socket::{ClientMessage, SocketConnection, Utf8Bytes, WebSocket, sleep_until_opt};
use crate::{ConnectionPermit, Gateway};

/// Everything needed to serve a multiplexed socket.
pub struct MultiplexSession<D> {
    /// Live part of the server.
    pub gateway: Arc<Gateway>,
    /// Context of the caller.
    pub ctx: Ctx,
    /// Context of the key that opened the socket.
    pub key_ctx: Ctx,
    /// Subscriber; `None` for an unbound key.
    pub member: Option<MemberRef>,
    /// Connection id.
    pub connection_id: Uuid,
    /// Counted connection.
    pub permit: ConnectionPermit,
    /// Frames to send first.
    pub initial_frames: Vec<Utf8Bytes>,
    /// Subscription to the conversation list, if it starts with the socket.
    pub list: Option<ListSubscription>,
    /// Dialect side.
    pub protocol: D,
}

struct MultiplexTask<D> {
    gateway: Arc<Gateway>,
    ctx: Ctx,
    member: Option<MemberRef>,
    connection_id: Uuid,
    connection: SocketConnection,
    protocol: D,
    subscriptions: SubscriptionSet,
    list: Option<ListSubscription>,
}

impl<D: MultiplexProtocol> MultiplexSession<D> {
    /// Serves the socket until it closes.
    pub async fn run(self, socket: WebSocket) {
        let shutdown_token = self.gateway.shutdown_token();
        let heartbeat = HeartbeatHandle::new(&self.gateway, &self.key_ctx);
        let mut task = MultiplexTask {
            connection: SocketConnection::new(socket, self.gateway.timeouts.write_timeout),
            gateway: self.gateway,
            ctx: self.ctx,
            member: self.member,
            connection_id: self.connection_id,
            protocol: self.protocol,
            subscriptions: SubscriptionSet::default(),
            list: self.list,
        };
        let end = match task.connection.send_all(self.initial_frames).await {
            Ok(()) => AssertUnwindSafe(task.run(&heartbeat))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| ConnectionEnd::panicked()),
            Err(end) => end,
        };
        drop(std::mem::take(&mut task.subscriptions));
        task.list = None;
        drop(self.permit);
        let reply = task.protocol.on_close().await;
        for action in reply.actions {
            if let SocketAction::PublishEphemeral(conversation, content) = action {
                task.publish_ephemeral(conversation, content);
            }
        }
        let disconnect = match end {
            ConnectionEnd::Disconnect(reason) => Some(task.protocol.disconnect(reason)),
            ConnectionEnd::PeerClosed => None,
        };
        task.connection.close(disconnect).await;
        drop(shutdown_token);
    }
}

impl<D: MultiplexProtocol> MultiplexTask<D> {
    async fn run(&mut self, heartbeat: &HeartbeatHandle) -> ConnectionEnd {
        loop {
            let step = tokio::select! {
                message = self.connection.recv() => {
                    heartbeat.record_activity();
                    match message {
                        Ok(message) => self.handle_message(message, heartbeat).await,
                        Err(end) => Err(end),
                    }
                }
                update = self.subscriptions.next() => self.forward_update(update).await,
                list_update = next_list_update(&mut self.list) => match list_update {
                    Ok(list_update) => {
                        let texts = self.protocol.on_list_update(list_update);
                        self.connection.send_all(texts).await
                    }
                    Err(error) => {
                        tracing::warn!(?error, "a list was not read for its listener");
                        self.list = None;
                        let texts = self.protocol.on_list_unsubscribed();
                        self.connection.send_all(texts).await
                    }
                },
                () = sleep_until_opt(self.protocol.next_deadline()) => {
                    let reply = self.protocol.on_deadline().await;
                    self.apply_reply(reply).await
                }
                reply = self.protocol.next_reply() => self.apply_reply(reply).await,
                event = heartbeat.next() => match event {
                    Ok(HeartbeatEvent::Ping) => self.connection.ping().await,
                    Ok(HeartbeatEvent::Reauthorize) => self.reauthorize().await,
                    Err(end) => Err(end),
                },
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn handle_message(
        &mut self,
        message: ClientMessage,
        heartbeat: &HeartbeatHandle,
    ) -> Result<(), ConnectionEnd> {
        if matches!(message, ClientMessage::Text(_)) && heartbeat.requires_reauthorization() {
            self.reauthorize().await?;
        }
        let reply = match message {
            ClientMessage::Text(text) => self.protocol.on_text(&text).await,
            ClientMessage::Binary(_) => self.protocol.on_binary(),
            ClientMessage::Control => return Ok(()),
        };
        self.apply_reply(reply).await
    }

    /// Re-authorizes the credential, and ends subscriptions to conversations that the workspace now hides.
    async fn reauthorize(&mut self) -> Result<(), ConnectionEnd> {
        self.protocol
            .reauthorize()
            .await
            .map_err(ConnectionEnd::Disconnect)?;
        let subscribed = self.subscriptions.conversations();
        for conversation in self
            .gateway
            .hub
            .hidden_conversations(&self.ctx, subscribed)
            .await
        {
            self.unsubscribe(conversation, DisconnectReason::Forbidden)
                .await?;
        }
        Ok(())
    }

    async fn apply_reply(&mut self, reply: MultiplexReply) -> Result<(), ConnectionEnd> {
        let mut texts = Vec::new();
        for action in reply.actions {
            match action {
                SocketAction::Send(text) => texts.push(text),
                SocketAction::Ack(conversation, seq, text) => {
                    texts.extend(self.ack(conversation, seq, text));
                }
                SocketAction::PublishEphemeral(conversation, content) => {
                    self.publish_ephemeral(conversation, content);
                }
                SocketAction::Subscribe(options) => {
                    self.subscriptions.subscribe(&self.gateway.hub, options);
                }
                SocketAction::Unsubscribe(conversation) => {
                    texts.extend(self.subscriptions.unsubscribe(conversation));
                }
                SocketAction::SubscribeList(position) => {
                    match self.gateway.hub.subscribe_list(&self.ctx, position) {
                        Ok(list) => self.list = Some(list),
                        Err(_) => texts.extend(self.protocol.on_list_unsubscribed()),
                    }
                }
                SocketAction::UnsubscribeList => self.list = None,
            }
        }
        self.connection.send_all(texts).await?;
        reply
            .disconnect
            .map_or(Ok(()), |reason| Err(ConnectionEnd::Disconnect(reason)))
    }

    /// Returns the acknowledgement to send now; otherwise keeps it for the log entry at `seq`.
    fn ack(&mut self, conversation: i64, seq: i64, text: Utf8Bytes) -> Option<Utf8Bytes> {
        let Some(subscription) = self.subscriptions.get_mut(conversation) else {
            return Some(text);
        };
        if subscription.delivered_seq >= seq {
            return Some(text);
        }
        if subscription.is_live {
            subscription.pending_acks.insert(seq, text);
            return None;
        }
        // During catch-up an acknowledgement is sent ahead of its entry, which is then omitted.
        subscription.pending_acks.insert(seq, Utf8Bytes::default());
        Some(text)
    }

    async fn forward_update(&mut self, update: SubscriptionUpdate) -> Result<(), ConnectionEnd> {
        let conversation = update.conversation;
        let reason = match update.progress {
            Ok(SubscriptionProgress::Event(SubscriptionEvent::Frames(frames))) => {
                self.forward_frames(conversation, frames).await?
            }
            Ok(SubscriptionProgress::CaughtUp) => {
                let frame = self.protocol.on_caught_up(conversation);
                self.connection
                    .send_all(frame.into_iter().collect())
                    .await?;
                None
            }
            Ok(SubscriptionProgress::Event(SubscriptionEvent::Lagged { from, to })) => {
                let frame = self.protocol.lagged_frame(conversation, from, to);
                self.connection
                    .send_all(frame.into_iter().collect())
                    .await?;
                None
            }
            Ok(SubscriptionProgress::Event(SubscriptionEvent::Deleted)) => {
                Some(DisconnectReason::Deleted)
            }
            Err(error) if matches!(error.kind(), ErrorKind::Forbidden(_)) => {
                Some(DisconnectReason::Forbidden)
            }
            Err(error) => {
                tracing::warn!(?error, "a socket lost one of its conversations");
                Some(DisconnectReason::InternalError)
            }
        };
        match reason {
            Some(reason) => self.unsubscribe(conversation, reason).await,
            None => Ok(()),
        }
    }

    /// Ends a subscription and reports the reason.
    async fn unsubscribe(
        &mut self,
        conversation: i64,
        reason: DisconnectReason,
    ) -> Result<(), ConnectionEnd> {
        let texts = self.subscriptions.unsubscribe(conversation);
        self.connection.send_all(texts).await?;
        let reply = self.protocol.on_unsubscribed(conversation, reason).await;
        self.apply_reply(reply).await
    }

    /// Sends frames; returns the reason if one of them ends the subscription.
    async fn forward_frames(
        &mut self,
        conversation: i64,
        frames: FrameQueue,
    ) -> Result<Option<DisconnectReason>, ConnectionEnd> {
        let mut reason = None;
        let mut texts = Vec::with_capacity(frames.len());
        let member = self.member.as_ref().map_or(0, |member| member.number);
        let Some(subscription) = self.subscriptions.get_mut(conversation) else {
            return Ok(None);
        };
        // Frames after the one that ends the subscription are not sent.
        for frame in frames.iter() {
            texts.extend(
                frame.text_for_connection(self.connection_id, &mut subscription.pending_acks),
            );
            reason = frame.effect.disconnect_for(member);
            if reason.is_some() {
                break;
            }
        }
        self.connection.send_all(texts).await?;
        Ok(reason)
    }

    fn publish_ephemeral(&self, conversation: i64, content: EphemeralContent) {
        let Some(member) = self.member.clone() else {
            return;
        };
        let publisher = EphemeralPublisher {
            ws: self.ctx.ws(),
            conversation,
            origin: self.connection_id,
            member,
        };
        publisher.publish(&self.gateway.hub, content);
    }
}

/// Waits for ever without a list subscription.
async fn next_list_update(list: &mut Option<ListSubscription>) -> parlor_model::Result<ListUpdate> {
    match list {
        Some(list) => list.next().await,
        None => std::future::pending().await,
    }
}
