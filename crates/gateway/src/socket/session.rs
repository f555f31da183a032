//! Event loop of a one-conversation socket.

use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use parlor_bus::BusMessage;
use parlor_model::error::ErrorKind;
use parlor_model::member::MemberRef;
use parlor_model::realtime::{EphemeralContent, EphemeralEvent};
use parlor_model::{Ctx, Error};
use uuid::Uuid;

use super::protocol::{DisconnectReason, SocketProtocol, SocketReply};
use super::{
    ClientMessage, ConnectionEnd, Message, OptionalTimer, SocketConnection, Utf8Bytes, WebSocket,
};
use crate::heartbeat::{HeartbeatEvent, HeartbeatHandle};
use crate::hub::{Frame, FrameEffect, FrameQueue, Subscription, SubscriptionEvent};
use crate::{ConnectionPermit, Gateway};

/// Everything needed to serve a socket.
pub struct SocketSession<T> {
    /// Live part of the server.
    pub gateway: Arc<Gateway>,
    /// Context of the caller.
    pub ctx: Ctx,
    /// Context of the key behind it, which is validated once for all its connections.
    pub key_ctx: Ctx,
    /// Conversation number.
    pub conversation: i64,
    /// Subscriber.
    pub member: MemberRef,
    /// Connection id.
    pub connection_id: Uuid,
    /// Counted connection.
    pub permit: ConnectionPermit,
    /// Last seq the client has.
    pub after_seq: i64,
    /// Frames to send first.
    pub initial_frames: Vec<Utf8Bytes>,
    /// Dialect side.
    pub protocol: T,
}

struct SocketTask<T> {
    connection: SocketConnection,
    protocol: T,
    /// Acknowledgements to send in place of later log entries, by seq.
    pending_acks: HashMap<i64, Utf8Bytes>,
    member: i64,
    connection_id: Uuid,
    deadline_timer: OptionalTimer,
    /// Whether client input is polled before the subscription: it alternates.
    is_client_first: bool,
}

/// Next event of a socket.
enum SocketEvent {
    Subscription(Result<SubscriptionEvent, Error>),
    Message(Result<ClientMessage, ConnectionEnd>),
    Heartbeat(Result<HeartbeatEvent, ConnectionEnd>),
    Deadline,
}

impl<T: SocketProtocol> SocketSession<T> {
    /// Serves the socket until it closes. Most sockets are idle most of the time, so the future is kept small: rarely
    /// awaited futures are boxed.
    #[allow(
        clippy::boxed_local,
        reason = "a connection that waits for its upgrade holds a pointer and no more"
    )]
    pub fn run(self: Box<Self>, socket: WebSocket) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let Self {
            gateway,
            ctx,
            key_ctx: key,
            conversation,
            member: who,
            connection_id: connection,
            permit: seat,
            after_seq: after,
            initial_frames: greeting,
            protocol: talk,
        } = *self;
        let line = SocketTask {
            connection: SocketConnection::new(socket, gateway.timeouts.write_timeout),
            pending_acks: HashMap::new(),
            member: who.number,
            connection_id: connection,
            deadline_timer: OptionalTimer::default(),
            is_client_first: false,
            protocol: talk,
        };
        let signs = EphemeralPublisher {
            ws: ctx.ws(),
            conversation,
            origin: connection,
            member: who,
        };
        let beat = HeartbeatHandle::new(&gateway, &key);
        let feed = gateway
            .hub
            .subscribe(&ctx, conversation, line.protocol.encoder(), after)
            .with_direct_sink(line.connection.direct_sink());
        Box::pin(line.run_session(gateway, feed, beat, signs, seat, greeting))
    }
}

/// Publishes ephemeral events of one socket.
struct EphemeralPublisher {
    ws: i64,
    conversation: i64,
    origin: Uuid,
    member: MemberRef,
}

impl EphemeralPublisher {
    fn publish(&self, gateway: &Gateway, sign: EphemeralContent) {
        gateway.hub.publish(&[BusMessage::Ephemeral(EphemeralEvent {
            ws: self.ws,
            conversation: self.conversation,
            origin: self.origin,
            member: self.member.clone(),
            content: sign,
        })]);
    }
}

impl<T: SocketProtocol> SocketTask<T> {
    async fn run_session(
        mut self,
        gateway: Arc<Gateway>,
        mut feed: Subscription,
        beat: HeartbeatHandle,
        signs: EphemeralPublisher,
        seat: ConnectionPermit,
        greeting: Vec<Utf8Bytes>,
    ) {
        let busy = gateway.shutdown_token();
        let tell = |sign: EphemeralContent| signs.publish(&gateway, sign);
        // Ephemeral events are sent once, so the socket subscribes before it sends its first frames.
        let first = Box::pin(feed.catch_up()).await.transpose();
        let left = match Box::pin(self.connection.send_all(greeting)).await {
            Ok(()) => {
                let running = self.run(first, &mut feed, &beat, &tell);
                AssertUnwindSafe(running)
                    .catch_unwind()
                    .await
                    .unwrap_or_else(|_| ConnectionEnd::panicked())
            }
            Err(left) => left,
        };
        Box::pin(async {
            drop(feed);
            drop(seat);
            self.protocol.on_close().await.into_iter().for_each(&tell);
            let farewell = match left {
                ConnectionEnd::Disconnect(why) => Some(self.protocol.disconnect(why)),
                ConnectionEnd::PeerClosed => None,
            };
            self.connection.close(farewell).await;
        })
        .await;
        drop(busy);
    }

    async fn run(
        &mut self,
        mut first: Option<Result<SubscriptionEvent, Error>>,
        feed: &mut Subscription,
        beat: &HeartbeatHandle,
        tell: &(impl Fn(EphemeralContent) + Send + Sync),
    ) -> ConnectionEnd {
        loop {
            let event = match first.take() {
                Some(heard) => SocketEvent::Subscription(heard),
                None => self.next_event(feed, beat).await,
            };
            let step = match event {
                SocketEvent::Subscription(Ok(SubscriptionEvent::Frames(frames))) => {
                    self.forward_frames(&frames).await
                }
                event => Box::pin(self.handle_event(event, feed, beat, tell)).await,
            };
            if let Err(left) = step {
                return left;
            }
        }
    }

    /// Waits for the next event.
    ///
    /// # Cancel safety
    /// No event is lost.
    async fn next_event(&mut self, feed: &mut Subscription, beat: &HeartbeatHandle) -> SocketEvent {
        // The socket is not idle while its own messages wait for their log entries.
        let waiting = feed.next_with_direct(self.pending_acks.is_empty());
        let event = self.select_event(waiting, beat).await;
        if !matches!(event, SocketEvent::Subscription(_)) {
            feed.disable_direct();
        }
        event
    }

    async fn select_event(
        &mut self,
        feeding: impl Future<Output = Result<SubscriptionEvent, Error>>,
        beat: &HeartbeatHandle,
    ) -> SocketEvent {
        let mut feeding = pin!(feeding);
        poll_fn(|cx| {
            // Both sides alternate, so that neither can starve the other. An idle socket is mostly woken by its
            // subscription, which is therefore polled first and alone.
            if self.is_client_first
                && let Poll::Ready(event) = self.poll_connection(beat, cx)
            {
                self.is_client_first = false;
                return Poll::Ready(event);
            }
            if let Poll::Ready(heard) = feeding.as_mut().poll(cx) {
                self.is_client_first = true;
                return Poll::Ready(SocketEvent::Subscription(heard));
            }
            let own = match self.is_client_first {
                true => Poll::Pending,
                false => self.poll_connection(beat, cx),
            };
            self.is_client_first = false;
            own
        })
        .await
    }

    /// Polls heartbeat, client input and deadline.
    fn poll_connection(
        &mut self,
        beat: &HeartbeatHandle,
        cx: &mut Context<'_>,
    ) -> Poll<SocketEvent> {
        if let Poll::Ready(tick) = beat.poll_next(cx) {
            return Poll::Ready(SocketEvent::Heartbeat(tick));
        }
        if let Poll::Ready(said) = self.connection.poll_recv(cx) {
            return Poll::Ready(SocketEvent::Message(said));
        }
        self.deadline_timer.poll(cx).map(|()| SocketEvent::Deadline)
    }

    /// Handles an event other than frames to forward.
    async fn handle_event(
        &mut self,
        event: SocketEvent,
        feed: &Subscription,
        beat: &HeartbeatHandle,
        tell: &(impl Fn(EphemeralContent) + Send + Sync),
    ) -> Result<(), ConnectionEnd> {
        match event {
            SocketEvent::Message(said) => {
                beat.record_activity();
                let said = said?;
                if beat.must_reauthorize_before(&said) {
                    self.reauthorize(feed).await?;
                }
                self.handle_message(said, feed, tell).await
            }
            SocketEvent::Deadline => {
                let answer = self.protocol.on_deadline().await;
                self.apply_reply(answer, feed, tell).await
            }
            SocketEvent::Heartbeat(tick) => match tick? {
                HeartbeatEvent::Ping => self.connection.ping().await,
                HeartbeatEvent::Reauthorize => self.reauthorize(feed).await,
            },
            SocketEvent::Subscription(Ok(SubscriptionEvent::Frames(frames))) => {
                self.forward_frames(&frames).await
            }
            SocketEvent::Subscription(Ok(SubscriptionEvent::Lagged { from, to })) => {
                let words = self.protocol.lagged_frame(from, to);
                self.connection.send_all(words.into_iter().collect()).await
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
    async fn reauthorize(&mut self, feed: &Subscription) -> Result<(), ConnectionEnd> {
        self.protocol
            .reauthorize()
            .await
            .map_err(ConnectionEnd::Disconnect)?;
        match feed.is_hidden().await {
            true => Err(ConnectionEnd::Disconnect(DisconnectReason::Forbidden)),
            false => Ok(()),
        }
    }

    /// Handles a client message together with those already received, which one commit can store.
    async fn handle_message(
        &mut self,
        said: ClientMessage,
        feed: &Subscription,
        tell: &(impl Fn(EphemeralContent) + Send + Sync),
    ) -> Result<(), ConnectionEnd> {
        let mut next = Some(Ok(said));
        while let Some(said) = next.take() {
            let answers = match said? {
                ClientMessage::Text(text) => {
                    let texts;
                    (texts, next) = self.connection.recv_ready(text);
                    self.protocol.on_text_batch(&texts).await
                }
                ClientMessage::Binary(_) => vec![self.protocol.on_binary()],
                ClientMessage::Control => Vec::new(),
            };
            for answer in answers {
                self.apply_reply(answer, feed, tell).await?;
            }
        }
        Ok(())
    }

    async fn apply_reply(
        &mut self,
        answer: SocketReply,
        feed: &Subscription,
        tell: &(impl Fn(EphemeralContent) + Send + Sync),
    ) -> Result<(), ConnectionEnd> {
        let SocketReply {
            frames: mut say,
            ack: confirm,
            ephemeral: sign,
            disconnect: end,
        } = answer;
        if let Some((seq, words)) = confirm {
            // During catch-up an acknowledgement is sent ahead of its entry, which is then omitted.
            if feed.delivered_seq() >= seq {
                say.push(words);
            } else if feed.is_live() {
                self.pending_acks.insert(seq, words);
            } else {
                say.push(words);
                self.pending_acks.insert(seq, Utf8Bytes::default());
            }
        }
        self.deadline_timer.set(self.protocol.next_deadline());
        self.connection.send_all(say).await?;
        if let Some(sign) = sign {
            tell(sign);
        }
        end.map_or(Ok(()), |why| Err(ConnectionEnd::Disconnect(why)))
    }

    /// Sends frames up to the one that ends the subscription.
    async fn forward_frames(&mut self, frames: &FrameQueue) -> Result<(), ConnectionEnd> {
        let mut left = None;
        for frame in frames.iter() {
            for words in frame.text_for_connection(self.connection_id, &mut self.pending_acks) {
                self.connection.feed(Message::Text(words)).await?;
            }
            left = frame.effect.disconnect_for(self.member);
            if left.is_some() {
                break;
            }
        }
        self.connection.flush().await?;
        left.map_or(Ok(()), |why| Err(ConnectionEnd::Disconnect(why)))
    }
}

impl Frame {
    /// Returns the texts to send to one connection: the acknowledgement in place of its own entry, and nothing for
    /// its own ephemeral events.
    pub(crate) fn text_for_connection(
        &self,
        connection: Uuid,
        confirm: &mut HashMap<i64, Utf8Bytes>,
    ) -> impl Iterator<Item = Utf8Bytes> {
        let own = self.seq.filter(|_| !confirm.is_empty());
        let confirmed = own.and_then(|seq| confirm.remove(&seq));
        let is_own = self.origin == Some(connection) || confirmed.is_some();
        let told = (!is_own).then(|| self.texts().cloned());
        confirmed
            .filter(|words| !words.is_empty())
            .into_iter()
            .chain(told.into_iter().flatten())
    }
}

impl FrameEffect {
    /// Returns why the effect disconnects a member, if it does.
    pub(crate) fn disconnect_for(&self, member: i64) -> Option<DisconnectReason> {
        match self {
            Self::None => None,
            Self::MembersLeft(members) => members
                .contains(&member)
                .then_some(DisconnectReason::Forbidden),
            Self::ConversationClosed => Some(DisconnectReason::Closed),
            Self::EncodeFailed => Some(DisconnectReason::InternalError),
        }
    }
}
