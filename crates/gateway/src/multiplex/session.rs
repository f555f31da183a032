//! Event loop of a multiplexed socket.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use parlor_bus::BusMessage;
use parlor_model::Ctx;
use parlor_model::error::ErrorKind;
use parlor_model::member::MemberRef;
use parlor_model::realtime::{EphemeralContent, EphemeralEvent};
use uuid::Uuid;

use super::protocol::{MultiplexProtocol, MultiplexReply, SocketAction};
use super::subscription_set::{SubscriptionProgress, SubscriptionSet, SubscriptionUpdate};
use crate::heartbeat::{HeartbeatEvent, HeartbeatHandle};
use crate::hub::{FrameQueue, ListSubscription, ListUpdate, SubscriptionEvent};
use crate::socket::{
    ClientMessage, ConnectionEnd, DisconnectReason, SocketConnection, Utf8Bytes, WebSocket,
    sleep_until_opt,
};
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
        let busy = self.gateway.shutdown_token();
        let beat = HeartbeatHandle::new(&self.gateway, &self.key_ctx);
        let mut line = MultiplexTask {
            connection: SocketConnection::new(socket, self.gateway.timeouts.write_timeout),
            gateway: self.gateway,
            ctx: self.ctx,
            member: self.member,
            connection_id: self.connection_id,
            protocol: self.protocol,
            subscriptions: SubscriptionSet::default(),
            list: self.list,
        };
        let left = match line.connection.send_all(self.initial_frames).await {
            Ok(()) => AssertUnwindSafe(line.run(&beat))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| ConnectionEnd::panicked()),
            Err(left) => left,
        };
        drop(std::mem::take(&mut line.subscriptions));
        line.list = None;
        drop(self.permit);
        let reply = line.protocol.on_close().await;
        for act in reply.actions {
            if let SocketAction::PublishEphemeral(conversation, sign) = act {
                line.publish_ephemeral(conversation, sign);
            }
        }
        let farewell = match left {
            ConnectionEnd::Disconnect(why) => Some(line.protocol.disconnect(why)),
            ConnectionEnd::PeerClosed => None,
        };
        line.connection.close(farewell).await;
        drop(busy);
    }
}

impl<D: MultiplexProtocol> MultiplexTask<D> {
    async fn run(&mut self, beat: &HeartbeatHandle) -> ConnectionEnd {
        loop {
            let step = tokio::select! {
                said = self.connection.recv() => {
                    beat.record_activity();
                    match said {
                        Ok(said) => self.handle_message(said, beat).await,
                        Err(left) => Err(left),
                    }
                }
                news = self.subscriptions.next() => self.forward_update(news).await,
                listed = next_list_update(&mut self.list) => match listed {
                    Ok(listed) => {
                        let words = self.protocol.on_list_update(listed);
                        self.connection.send_all(words).await
                    }
                    Err(error) => {
                        tracing::warn!(?error, "a list was not read for its listener");
                        self.list = None;
                        let words = self.protocol.on_list_unsubscribed();
                        self.connection.send_all(words).await
                    }
                },
                () = sleep_until_opt(self.protocol.next_deadline()) => {
                    let reply = self.protocol.on_deadline().await;
                    self.apply_reply(reply).await
                }
                tick = beat.next() => match tick {
                    Ok(HeartbeatEvent::Ping) => self.connection.ping().await,
                    Ok(HeartbeatEvent::Reauthorize) => self.reauthorize().await,
                    Err(left) => Err(left),
                },
            };
            if let Err(left) = step {
                return left;
            }
        }
    }

    async fn handle_message(
        &mut self,
        said: ClientMessage,
        beat: &HeartbeatHandle,
    ) -> Result<(), ConnectionEnd> {
        if beat.must_reauthorize_before(&said) {
            self.reauthorize().await?;
        }
        let reply = match said {
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
        let followed = self.subscriptions.conversations();
        for conversation in self
            .gateway
            .hub
            .hidden_conversations(&self.ctx, followed)
            .await
        {
            self.unsubscribe(conversation, DisconnectReason::Forbidden)
                .await?;
        }
        Ok(())
    }

    async fn apply_reply(&mut self, reply: MultiplexReply) -> Result<(), ConnectionEnd> {
        let mut words = Vec::new();
        for act in reply.actions {
            match act {
                SocketAction::Send(text) => words.push(text),
                SocketAction::Ack(conversation, seq, text) => {
                    words.extend(self.ack(conversation, seq, text));
                }
                SocketAction::PublishEphemeral(conversation, sign) => {
                    self.publish_ephemeral(conversation, sign);
                }
                SocketAction::Subscribe(following) => {
                    self.subscriptions.subscribe(&self.gateway.hub, following);
                }
                SocketAction::Unsubscribe(conversation) => {
                    words.extend(self.subscriptions.unsubscribe(conversation));
                }
                SocketAction::SubscribeList(position) => {
                    match self.gateway.hub.subscribe_list(&self.ctx, position) {
                        Ok(list) => self.list = Some(list),
                        Err(_) => words.extend(self.protocol.on_list_unsubscribed()),
                    }
                }
                SocketAction::UnsubscribeList => self.list = None,
            }
        }
        self.connection.send_all(words).await?;
        reply
            .disconnect
            .map_or(Ok(()), |why| Err(ConnectionEnd::Disconnect(why)))
    }

    /// Returns the acknowledgement to send now; otherwise keeps it for the log entry at `seq`.
    fn ack(&mut self, conversation: i64, seq: i64, words: Utf8Bytes) -> Option<Utf8Bytes> {
        let Some(open) = self.subscriptions.get_mut(conversation) else {
            return Some(words);
        };
        if open.delivered_seq >= seq {
            return Some(words);
        }
        if open.is_live {
            open.pending_acks.insert(seq, words);
            return None;
        }
        // During catch-up an acknowledgement is sent ahead of its entry, which is then omitted.
        open.pending_acks.insert(seq, Utf8Bytes::default());
        Some(words)
    }

    async fn forward_update(&mut self, news: SubscriptionUpdate) -> Result<(), ConnectionEnd> {
        let conversation = news.conversation;
        let why = match news.progress {
            Ok(SubscriptionProgress::Event(SubscriptionEvent::Frames(frames))) => {
                self.forward_frames(conversation, frames).await?
            }
            Ok(SubscriptionProgress::CaughtUp) => {
                let words = self.protocol.on_caught_up(conversation);
                self.connection
                    .send_all(words.into_iter().collect())
                    .await?;
                None
            }
            Ok(SubscriptionProgress::Event(SubscriptionEvent::Lagged { from, to })) => {
                let words = self.protocol.lagged_frame(conversation, from, to);
                self.connection
                    .send_all(words.into_iter().collect())
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
        match why {
            Some(why) => self.unsubscribe(conversation, why).await,
            None => Ok(()),
        }
    }

    /// Ends a subscription and reports the reason.
    async fn unsubscribe(
        &mut self,
        conversation: i64,
        why: DisconnectReason,
    ) -> Result<(), ConnectionEnd> {
        let words = self.subscriptions.unsubscribe(conversation);
        self.connection.send_all(words).await?;
        let reply = self.protocol.on_unsubscribed(conversation, why).await;
        self.apply_reply(reply).await
    }

    /// Sends frames; returns the reason if one of them ends the subscription.
    async fn forward_frames(
        &mut self,
        conversation: i64,
        frames: FrameQueue,
    ) -> Result<Option<DisconnectReason>, ConnectionEnd> {
        let mut why = None;
        let mut words = Vec::with_capacity(frames.len());
        let member = self.member.as_ref().map_or(0, |who| who.number);
        let Some(open) = self.subscriptions.get_mut(conversation) else {
            return Ok(None);
        };
        // Frames after the one that ends the subscription are not sent.
        for frame in frames.iter() {
            words.extend(frame.text_for_connection(self.connection_id, &mut open.pending_acks));
            why = frame.effect.disconnect_for(member);
            if why.is_some() {
                break;
            }
        }
        self.connection.send_all(words).await?;
        Ok(why)
    }

    fn publish_ephemeral(&self, conversation: i64, sign: EphemeralContent) {
        let Some(who) = self.member.clone() else {
            return;
        };
        self.gateway
            .hub
            .publish(&[BusMessage::Ephemeral(EphemeralEvent {
                ws: self.ctx.ws(),
                conversation,
                origin: self.connection_id,
                member: who,
                content: sign,
            })]);
    }
}

/// Waits for ever without a list subscription.
async fn next_list_update(list: &mut Option<ListSubscription>) -> parlor_model::Result<ListUpdate> {
    match list {
        Some(list) => list.next().await,
        None => std::future::pending().await,
    }
}
