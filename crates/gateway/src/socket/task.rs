//! Event loop of a one-conversation socket.

use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use parlor_model::Error;
use parlor_model::error::ErrorKind;
use parlor_model::realtime::EphemeralContent;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use uuid::Uuid;

use super::connection::{ClientMessage, OptionalTimer, SocketConnection};
use super::protocol::{SocketProtocol, SocketReply};
use crate::disconnect::{ConnectionEnd, DisconnectReason};
use crate::heartbeat::{HeartbeatEvent, HeartbeatHandle};
use crate::hub::{EphemeralPublisher, FrameQueue, Subscription, SubscriptionEvent};
use crate::{ConnectionPermit, Gateway};

/// State of an open socket.
pub(super) struct SocketTask<T> {
    pub(super) connection: SocketConnection,
    pub(super) protocol: T,
    /// Acknowledgements to send in place of later log entries, by seq.
    pub(super) pending_acks: HashMap<i64, Utf8Bytes>,
    pub(super) member: i64,
    pub(super) connection_id: Uuid,
    pub(super) deadline_timer: OptionalTimer,
    /// Whether client input is polled before the subscription: it alternates.
    pub(super) is_client_first: bool,
}

/// Next event of a socket.
enum SocketEvent {
    Subscription(Result<SubscriptionEvent, Error>),
    Message(Result<ClientMessage, ConnectionEnd>),
    Heartbeat(Result<HeartbeatEvent, ConnectionEnd>),
    Deadline,
}

impl<T: SocketProtocol> SocketTask<T> {
    /// Serves the socket until it closes.
    pub(super) async fn run_session(
        mut self,
        gateway: Arc<Gateway>,
        mut subscription: Subscription,
        heartbeat: HeartbeatHandle,
        publisher: EphemeralPublisher,
        permit: ConnectionPermit,
        initial_frames: Vec<Utf8Bytes>,
    ) {
        let shutdown_token = gateway.shutdown_token();
        let publish = |content: EphemeralContent| publisher.publish(&gateway.hub, content);
        // Ephemeral events are sent once, so the socket subscribes before it sends its first frames.
        let first = Box::pin(subscription.catch_up()).await.transpose();
        let end = match Box::pin(self.connection.send_all(initial_frames)).await {
            Ok(()) => {
                let session = self.run(first, &mut subscription, &heartbeat, &publish);
                AssertUnwindSafe(session)
                    .catch_unwind()
                    .await
                    .unwrap_or_else(|_| ConnectionEnd::panicked())
            }
            Err(end) => end,
        };
        Box::pin(async {
            drop(subscription);
            drop(permit);
            self.protocol
                .on_close()
                .await
                .into_iter()
                .for_each(&publish);
            let disconnect = match end {
                ConnectionEnd::Disconnect(reason) => Some(self.protocol.disconnect(reason)),
                ConnectionEnd::PeerClosed => None,
            };
            self.connection.close(disconnect).await;
        })
        .await;
        drop(shutdown_token);
    }

    async fn run(
        &mut self,
        mut first: Option<Result<SubscriptionEvent, Error>>,
        subscription: &mut Subscription,
        heartbeat: &HeartbeatHandle,
        publish: &(impl Fn(EphemeralContent) + Send + Sync),
    ) -> ConnectionEnd {
        loop {
            let event = match first.take() {
                Some(event) => SocketEvent::Subscription(event),
                None => self.next_event(subscription, heartbeat).await,
            };
            let step = match event {
                SocketEvent::Subscription(Ok(SubscriptionEvent::Frames(frames))) => {
                    self.forward_frames(&frames).await
                }
                event => Box::pin(self.handle_event(event, subscription, heartbeat, publish)).await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Waits for the next event.
    ///
    /// # Cancel safety
    /// No event is lost.
    async fn next_event(
        &mut self,
        subscription: &mut Subscription,
        heartbeat: &HeartbeatHandle,
    ) -> SocketEvent {
        // The socket is not idle while its own messages wait for their log entries.
        let waiting = subscription.next_with_direct(self.pending_acks.is_empty());
        let event = self.select_event(waiting, heartbeat).await;
        if !matches!(event, SocketEvent::Subscription(_)) {
            subscription.disable_direct();
        }
        event
    }

    async fn select_event(
        &mut self,
        next_update: impl Future<Output = Result<SubscriptionEvent, Error>>,
        heartbeat: &HeartbeatHandle,
    ) -> SocketEvent {
        let mut next_update = pin!(next_update);
        poll_fn(|cx| {
            // Both sides alternate, so that neither can starve the other. An idle socket is mostly woken by its
            // subscription, which is therefore polled first and alone.
            if self.is_client_first
                && let Poll::Ready(event) = self.poll_connection(heartbeat, cx)
            {
                self.is_client_first = false;
                return Poll::Ready(event);
            }
            if let Poll::Ready(event) = next_update.as_mut().poll(cx) {
                self.is_client_first = true;
                return Poll::Ready(SocketEvent::Subscription(event));
            }
            let event = match self.is_client_first {
                true => Poll::Pending,
                false => self.poll_connection(heartbeat, cx),
            };
            self.is_client_first = false;
            event
        })
        .await
    }

    /// Polls heartbeat, client input and deadline.
    fn poll_connection(
        &mut self,
        heartbeat: &HeartbeatHandle,
        cx: &mut Context<'_>,
    ) -> Poll<SocketEvent> {
        if let Poll::Ready(event) = heartbeat.poll_next(cx) {
            return Poll::Ready(SocketEvent::Heartbeat(event));
        }
        if let Poll::Ready(message) = self.connection.poll_recv(cx) {
            return Poll::Ready(SocketEvent::Message(message));
        }
        self.deadline_timer.poll(cx).map(|()| SocketEvent::Deadline)
    }

    /// Handles an event other than frames to forward.
    async fn handle_event(
        &mut self,
        event: SocketEvent,
        subscription: &Subscription,
        heartbeat: &HeartbeatHandle,
        publish: &(impl Fn(EphemeralContent) + Send + Sync),
    ) -> Result<(), ConnectionEnd> {
        match event {
            SocketEvent::Message(message) => {
                heartbeat.record_activity();
                let message = message?;
                if matches!(message, ClientMessage::Text(_)) && heartbeat.requires_reauthorization()
                {
                    self.reauthorize(subscription).await?;
                }
                self.handle_message(message, subscription, publish).await
            }
            SocketEvent::Deadline => {
                let reply = self.protocol.on_deadline().await;
                self.apply_reply(reply, subscription, publish).await
            }
            SocketEvent::Heartbeat(event) => match event? {
                HeartbeatEvent::Ping => self.connection.ping().await,
                HeartbeatEvent::Reauthorize => self.reauthorize(subscription).await,
            },
            SocketEvent::Subscription(Ok(SubscriptionEvent::Frames(frames))) => {
                self.forward_frames(&frames).await
            }
            SocketEvent::Subscription(Ok(SubscriptionEvent::Lagged { from, to })) => {
                let frame = self.protocol.lagged_frame(from, to);
                self.connection.send_all(frame.into_iter().collect()).await
            }
            SocketEvent::Subscription(Ok(SubscriptionEvent::Deleted)) => {
                Err(ConnectionEnd::Disconnect(DisconnectReason::Deleted))
            }
            SocketEvent::Subscription(Err(error))
                if matches!(error.kind(), ErrorKind::Forbidden(_)) =>
            {
                Err(ConnectionEnd::Disconnect(DisconnectReason::Forbidden))
            }
            SocketEvent::Subscription(Err(error)) => {
                tracing::warn!(?error, "a socket lost its conversation");
                Err(ConnectionEnd::Disconnect(DisconnectReason::InternalError))
            }
        }
    }

    /// Re-authorizes the credential and checks that the conversation is still visible.
    async fn reauthorize(&mut self, subscription: &Subscription) -> Result<(), ConnectionEnd> {
        self.protocol
            .reauthorize()
            .await
            .map_err(ConnectionEnd::Disconnect)?;
        match subscription.is_hidden().await {
            true => Err(ConnectionEnd::Disconnect(DisconnectReason::Forbidden)),
            false => Ok(()),
        }
    }

    /// Handles a client message together with those already received, which one commit can store.
    async fn handle_message(
        &mut self,
        message: ClientMessage,
        subscription: &Subscription,
        publish: &(impl Fn(EphemeralContent) + Send + Sync),
    ) -> Result<(), ConnectionEnd> {
        let mut next = Some(Ok(message));
        while let Some(message) = next.take() {
            let replies = match message? {
                ClientMessage::Text(text) => {
                    let texts;
                    (texts, next) = self.connection.recv_ready(text);
                    self.protocol.on_text_batch(&texts).await
                }
                ClientMessage::Binary(_) => vec![self.protocol.on_binary()],
                ClientMessage::Control => Vec::new(),
            };
            for reply in replies {
                self.apply_reply(reply, subscription, publish).await?;
            }
        }
        Ok(())
    }

    async fn apply_reply(
        &mut self,
        reply: SocketReply,
        subscription: &Subscription,
        publish: &(impl Fn(EphemeralContent) + Send + Sync),
    ) -> Result<(), ConnectionEnd> {
        let SocketReply {
            mut frames,
            ack,
            ephemeral: content,
            disconnect,
        } = reply;
        if let Some((seq, text)) = ack {
            // During catch-up an acknowledgement is sent ahead of its entry, which is then omitted.
            if subscription.delivered_seq() >= seq {
                frames.push(text);
            } else if subscription.is_live() {
                self.pending_acks.insert(seq, text);
            } else {
                frames.push(text);
                self.pending_acks.insert(seq, Utf8Bytes::default());
            }
        }
        self.deadline_timer.set(self.protocol.next_deadline());
        self.connection.send_all(frames).await?;
        if let Some(content) = content {
            publish(content);
        }
        disconnect.map_or(Ok(()), |reason| Err(ConnectionEnd::Disconnect(reason)))
    }

    /// Sends frames up to the one that ends the subscription.
    async fn forward_frames(&mut self, frames: &FrameQueue) -> Result<(), ConnectionEnd> {
        let mut end = None;
        for frame in frames.iter() {
            for text in frame.text_for_connection(self.connection_id, &mut self.pending_acks) {
                self.connection.feed(Message::Text(text)).await?;
            }
            end = frame.effect.disconnect_for(self.member);
            if end.is_some() {
                break;
            }
        }
        self.connection.flush().await?;
        end.map_or(Ok(()), |reason| Err(ConnectionEnd::Disconnect(reason)))
    }
}
