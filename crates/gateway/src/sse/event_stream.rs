//! The life of a stream between its first word and its last.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use crate::socket::Utf8Bytes;
use axum::body::Bytes;
use bytes::BytesMut;
use parlor_kit::WriteTimeout;
use parlor_model::error::ErrorKind;
use parlor_model::{Ctx, Error};
use tokio::sync::mpsc;

use super::event_encoder::{EventEncoder, StreamAuthorizer};
use super::stream_epoch::StreamEpoch;
use crate::heartbeat::{HeartbeatEvent, HeartbeatHandle};
use crate::hub::{Frame, FrameEffect, PerSubscriberEvent, Subscription, SubscriptionEvent};
use crate::socket::{ConnectionEnd, DisconnectReason};
use crate::{ConnectionPermit, Gateway};

/// Says that the stream is still there; readers pass over it.
const KEEP_ALIVE_COMMENT: &str = ":\n\n";
/// Bytes that leave together.
const MAX_CHUNK_BYTES: usize = 16 * 1024;

pub(super) struct EventStream<W, G> {
    pub(super) subscription: Subscription,
    pub(super) encoder: Arc<W>,
    pub(super) epoch: StreamEpoch,
    pub(super) authorizer: G,
    pub(super) member: Option<i64>,
    pub(super) write_timeout: WriteTimeout,
    /// What is to be said, in order.
    pub(super) pending: VecDeque<Utf8Bytes>,
    pub(super) timers: StreamTimers,
    /// Given back with the line.
    pub(super) _permit: ConnectionPermit,
}

/// When the credential is looked at, a heartbeat is due, or the server stops.
pub(super) struct StreamTimers {
    heartbeat: HeartbeatHandle,
    is_finished: bool,
    _shutdown_token: Option<mpsc::Sender<Infallible>>,
}

impl StreamTimers {
    pub(super) fn new(gateway: &Gateway, ctx: &Ctx) -> Self {
        Self {
            heartbeat: HeartbeatHandle::for_stream(gateway, ctx),
            is_finished: false,
            _shutdown_token: gateway.shutdown_token(),
        }
    }
}

impl<W: EventEncoder, G: StreamAuthorizer> EventStream<W, G> {
    /// What is said next; nothing more after the end.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        while self.pending.is_empty() && !self.timers.is_finished {
            self.handle_next_event().await;
        }
        self.next_chunk()
    }

    /// As much of what waits as leaves at once: small events together, a large one without being copied.
    fn next_chunk(&mut self) -> Option<Bytes> {
        let first = self.pending.pop_front()?;
        let mut room = MAX_CHUNK_BYTES.saturating_sub(first.len());
        let mut fits = |text: &Utf8Bytes| {
            let left = room.checked_sub(text.len());
            room = left.unwrap_or_default();
            left.is_some()
        };
        let more = self
            .pending
            .iter()
            .map_while(|text| Some(text).filter(|text| fits(text)));
        let count = more.count();
        if count == 0 {
            return Some(first.into());
        }
        let mut chunk = BytesMut::with_capacity(MAX_CHUNK_BYTES);
        chunk.extend_from_slice(first.as_bytes());
        for text in self.pending.drain(..count) {
            chunk.extend_from_slice(text.as_bytes());
        }
        Some(chunk.freeze())
    }

    /// Waits for one thing to happen.
    async fn handle_next_event(&mut self) {
        tokio::select! {
            heard = self.subscription.next() => match heard {
                Ok(heard) => self.forward_frames(heard).await,
                Err(error) if matches!(error.kind(), ErrorKind::Forbidden(_)) => {
                    self.finish(DisconnectReason::Forbidden);
                }
                Err(error) => {
                    tracing::warn!(?error, "a stream lost its conversation");
                    self.finish(DisconnectReason::InternalError);
                }
            },
            tick = self.timers.heartbeat.next() => match tick {
                Ok(HeartbeatEvent::Reauthorize) => self.reauthorize().await,
                Ok(HeartbeatEvent::Ping) => self.pending.push_back(Utf8Bytes::from_static(KEEP_ALIVE_COMMENT)),
                Err(ConnectionEnd::Disconnect(why)) => self.finish(why),
                Err(ConnectionEnd::PeerClosed) => self.timers.is_finished = true,
            },
        }
    }

    async fn forward_frames(&mut self, heard: SubscriptionEvent) {
        let frames = match heard {
            SubscriptionEvent::Frames(frames) => frames,
            // What it has missed comes from the log, with positions of its own: there is nothing to be done about it.
            SubscriptionEvent::Lagged { .. } => return,
            SubscriptionEvent::Deleted => return self.finish(DisconnectReason::Deleted),
        };
        for frame in frames {
            let concerns = self.may_revoke_access(&frame);
            let is_broken = matches!(frame.effect, FrameEffect::EncodeFailed);
            self.pending.extend(frame.texts().cloned());
            if let (Some(apart), Some(seq)) = (frame.per_subscriber, frame.seq) {
                self.push_per_subscriber_event(apart, seq).await;
            }
            if is_broken {
                self.finish(DisconnectReason::InternalError);
            } else if concerns {
                self.reauthorize().await;
            }
            if self.timers.is_finished {
                return;
            }
        }
    }

    /// Says what this reader is told by itself. A position that cannot be told ends the stream: going on would leave it
    /// out, and the reader comes back for it.
    async fn push_per_subscriber_event(&mut self, apart: PerSubscriberEvent, seq: i64) {
        match self.authorizer.encode_per_subscriber(apart).await {
            Ok(Some(event)) => {
                let text = event.to_text(Some(&self.epoch.event_id(seq)));
                self.pending.push_back(text.into());
            }
            Ok(None) => {}
            Err(error) => {
                self.finish(disconnect_reason(&error).unwrap_or(DisconnectReason::InternalError));
            }
        }
    }

    /// Whether the reader may have lost the conversation with this entry.
    fn may_revoke_access(&self, frame: &Frame) -> bool {
        match &frame.effect {
            FrameEffect::MembersLeft(members) => {
                self.member.is_some_and(|own| members.contains(&own))
            }
            FrameEffect::None | FrameEffect::ConversationClosed | FrameEffect::EncodeFailed => {
                false
            }
        }
    }

    /// Ends the stream where it would not be opened again. A database that does not answer for a moment has taken
    /// nothing away.
    async fn reauthorize(&mut self) {
        let refused = self.authorizer.reauthorize().await.err();
        if let Some(why) = refused.as_ref().and_then(disconnect_reason) {
            self.finish(why);
        }
    }

    fn finish(&mut self, why: DisconnectReason) {
        self.timers.is_finished = true;
        let last = self.encoder.ended_event(why).to_text(None);
        self.pending.push_back(last.into());
    }
}

impl<W, G> Drop for EventStream<W, G> {
    fn drop(&mut self) {
        // The connection may carry other answers after this one.
        self.write_timeout.clear();
    }
}

fn disconnect_reason(error: &Error) -> Option<DisconnectReason> {
    match error.kind() {
        ErrorKind::Unauthenticated(_) => Some(DisconnectReason::CredentialRevoked),
        ErrorKind::Forbidden(_) => Some(DisconnectReason::Forbidden),
        ErrorKind::NotFound(_) => Some(DisconnectReason::Deleted),
        _ => None,
    }
}
