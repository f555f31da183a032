//! Body of one SSE response.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Bytes;
use bytes::BytesMut;
use parlor_kit::WriteTimeout;
use parlor_model::error::ErrorKind;
use parlor_model::{Ctx, Error};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::event_encoder::{EventEncoder, StreamAuthorizer};
use super::stream_epoch::StreamEpoch;
use crate::disconnect::{ConnectionEnd, DisconnectReason};
use crate::heartbeat::{HeartbeatEvent, HeartbeatHandle};
use crate::hub::{Frame, FrameEffect, PerSubscriberEvent, Subscription, SubscriptionEvent};
use crate::{ConnectionPermit, Gateway};

/// Keep-alive comment; readers ignore it.
pub(super) const KEEP_ALIVE_COMMENT: &str = ":\n\n";
/// Maximum bytes of a chunk of several events.
const MAX_CHUNK_BYTES: usize = 16 * 1024;

pub(super) struct EventStream<W, G> {
    pub(super) subscription: Subscription,
    pub(super) encoder: Arc<W>,
    pub(super) epoch: StreamEpoch,
    pub(super) authorizer: G,
    pub(super) member: Option<i64>,
    pub(super) write_timeout: WriteTimeout,
    /// Encoded events to send, in order.
    pub(super) pending: VecDeque<Utf8Bytes>,
    pub(super) timers: StreamTimers,
    /// Released with the stream.
    pub(super) _permit: ConnectionPermit,
}

/// Heartbeat and shutdown of a stream.
pub(super) struct StreamTimers {
    pub(super) heartbeat: HeartbeatHandle,
    pub(super) is_finished: bool,
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
    /// Returns the next chunk; `None` after the end.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        while self.pending.is_empty() && !self.timers.is_finished {
            self.handle_next_event().await;
        }
        self.next_chunk()
    }

    /// Returns the next chunk: small events joined, a large one without copying.
    fn next_chunk(&mut self) -> Option<Bytes> {
        let first = self.pending.pop_front()?;
        let mut available = MAX_CHUNK_BYTES.saturating_sub(first.len());
        let mut fits = |text: &Utf8Bytes| {
            let remaining = available.checked_sub(text.len());
            available = remaining.unwrap_or_default();
            remaining.is_some()
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

    /// Waits for one event and handles it.
    async fn handle_next_event(&mut self) {
        tokio::select! {
            event = self.subscription.next() => match event {
                Ok(event) => self.forward_frames(event).await,
                Err(error) if matches!(error.kind(), ErrorKind::Forbidden(_)) => {
                    self.finish(DisconnectReason::Forbidden);
                }
                Err(error) => {
                    tracing::warn!(?error, "a stream lost its conversation");
                    self.finish(DisconnectReason::InternalError);
                }
            },
            event = self.timers.heartbeat.next() => match event {
                Ok(HeartbeatEvent::Reauthorize) => self.reauthorize().await,
                Ok(HeartbeatEvent::Ping) => self.pending.push_back(Utf8Bytes::from_static(KEEP_ALIVE_COMMENT)),
                Err(ConnectionEnd::Disconnect(reason)) => self.finish(reason),
                Err(ConnectionEnd::PeerClosed) => self.timers.is_finished = true,
            },
        }
    }

    async fn forward_frames(&mut self, event: SubscriptionEvent) {
        let frames = match event {
            SubscriptionEvent::Frames(frames) => frames,
            // The missed entries are replayed from the log with their own seqs.
            SubscriptionEvent::Lagged { .. } => return,
            SubscriptionEvent::Deleted => return self.finish(DisconnectReason::Deleted),
        };
        for frame in frames {
            let may_revoke = self.may_revoke_access(&frame);
            let has_failed = matches!(frame.effect, FrameEffect::EncodeFailed);
            self.pending.extend(frame.texts().cloned());
            if let (Some(per_subscriber), Some(seq)) = (frame.per_subscriber, frame.seq) {
                self.push_per_subscriber_event(per_subscriber, seq).await;
            }
            if has_failed {
                self.finish(DisconnectReason::InternalError);
            } else if may_revoke {
                self.reauthorize().await;
            }
            if self.timers.is_finished {
                return;
            }
        }
    }

    /// Encodes an event for this reader. On failure the stream ends: continuing would skip the seq, while the reader
    /// can resume before it.
    async fn push_per_subscriber_event(&mut self, per_subscriber: PerSubscriberEvent, seq: i64) {
        match self.authorizer.encode_per_subscriber(per_subscriber).await {
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

    /// Returns whether the reader may have lost access with this entry.
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

    /// Ends the stream if the credential no longer authorizes it. A database outage does not.
    async fn reauthorize(&mut self) {
        let error = self.authorizer.reauthorize().await.err();
        if let Some(reason) = error.as_ref().and_then(disconnect_reason) {
            self.finish(reason);
        }
    }

    fn finish(&mut self, reason: DisconnectReason) {
        self.timers.is_finished = true;
        let last = self.encoder.ended_event(reason).to_text(None);
        self.pending.push_back(last.into());
    }
}

impl<W, G> Drop for EventStream<W, G> {
    fn drop(&mut self) {
        // The connection may carry further responses.
        self.write_timeout.clear();
    }
}

pub(super) fn disconnect_reason(error: &Error) -> Option<DisconnectReason> {
    match error.kind() {
        ErrorKind::Unauthenticated(_) => Some(DisconnectReason::CredentialRevoked),
        ErrorKind::Forbidden(_) => Some(DisconnectReason::Forbidden),
        ErrorKind::NotFound(_) => Some(DisconnectReason::Deleted),
        _ => None,
    }
}
