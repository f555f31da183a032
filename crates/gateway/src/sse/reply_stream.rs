//! Responses that are streams of server-sent events with an end, such as an assistant's answer to one request.

use std::convert::Infallible;
use std::future::Future;

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::stream;
use parlor_kit::{AppState, WriteTimeout};
use parlor_model::{Ctx, Result};

use super::event_encoder::StreamAuthorizer;
use super::event_stream::{KEEP_ALIVE_COMMENT, StreamTimers, disconnect_reason};
use super::response;
use crate::disconnect::{ConnectionEnd, DisconnectReason};
use crate::heartbeat::HeartbeatEvent;
use crate::{ConnectionPermit, Gateway, StreamOwner};

/// Source of the events of a response.
pub trait ReplySource: Send + 'static {
    /// Returns the text of the next events; `None` after the last ones.
    ///
    /// # Cancel safety
    /// Dropping the future must lose no event.
    fn next_text(&mut self) -> impl Future<Output = Option<String>> + Send;

    /// Returns the text of the last event if the server ends the stream before its end.
    fn interrupted_text(&self, reason: DisconnectReason) -> String;
}

/// Request for a response of events.
pub struct OpenReplyRequest<'r> {
    /// Application state.
    pub app: &'r AppState,
    /// Context of the caller.
    pub ctx: &'r Ctx,
    /// Whose stream it is.
    pub owner: StreamOwner,
    /// Write timeout of the request's connection.
    pub write_timeout: WriteTimeout,
}

impl OpenReplyRequest<'_> {
    /// Counts the stream among those of its owner. Call it before anything is stored.
    ///
    /// # Errors
    /// `RateLimited` if the owner already holds its maximum of streams.
    pub fn acquire(&self) -> Result<ConnectionPermit> {
        let gateway = Gateway::from_app(self.app)?;
        gateway
            .connections
            .acquire_stream(self.ctx.ws(), self.owner)
    }
}

/// Responds with the events of a source. The source is dropped with the response, also if the reader disconnects.
///
/// # Errors
/// `Internal` without a gateway, which [`OpenReplyRequest::acquire`] reports before.
pub fn open_reply<S: ReplySource, G: StreamAuthorizer>(
    request: OpenReplyRequest<'_>,
    permit: ConnectionPermit,
    source: S,
    authorizer: G,
) -> Result<Response> {
    let gateway = Gateway::from_app(request.app)?;
    request.write_timeout.set(gateway.timeouts.write_timeout);
    let reply = ReplyStream {
        source,
        authorizer,
        timers: StreamTimers::new(&gateway, request.ctx),
        write_timeout: request.write_timeout,
        _permit: permit,
    };
    let chunks = stream::unfold(reply, |mut reply| async move {
        let chunk = reply.next().await?;
        Some((Ok::<_, Infallible>(chunk), reply))
    });
    Ok(response(Body::from_stream(chunks)))
}

struct ReplyStream<S, G> {
    source: S,
    authorizer: G,
    timers: StreamTimers,
    write_timeout: WriteTimeout,
    /// Released with the stream.
    _permit: ConnectionPermit,
}

impl<S: ReplySource, G: StreamAuthorizer> ReplyStream<S, G> {
    async fn next(&mut self) -> Option<Bytes> {
        while !self.timers.is_finished {
            let event = tokio::select! {
                text = self.source.next_text() => return text.map(Bytes::from),
                event = self.timers.heartbeat.next() => event,
            };
            let end = match event {
                Ok(HeartbeatEvent::Ping) => {
                    return Some(Bytes::from_static(KEEP_ALIVE_COMMENT.as_bytes()));
                }
                Ok(HeartbeatEvent::Reauthorize) => {
                    let error = self.authorizer.reauthorize().await.err();
                    error.as_ref().and_then(disconnect_reason)
                }
                Err(ConnectionEnd::Disconnect(reason)) => Some(reason),
                Err(ConnectionEnd::PeerClosed) => return None,
            };
            if let Some(reason) = end {
                self.timers.is_finished = true;
                return Some(self.source.interrupted_text(reason).into());
            }
        }
        None
    }
}

impl<S, G> Drop for ReplyStream<S, G> {
    fn drop(&mut self) {
        // The connection may carry further responses.
        self.write_timeout.clear();
    }
}
