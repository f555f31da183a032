//! Response body of one channel subscription: history, then live messages, without end.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use futures_util::stream;
use parlor_kit::{AppState, WriteTimeout};
use parlor_model::error::ErrorKind;
use parlor_model::{Ctx, Error, Result};
use tokio::sync::mpsc;

use super::ChannelSubscription;
use crate::disconnect::ConnectionEnd;
use crate::heartbeat::{HeartbeatEvent, HeartbeatHandle};
use crate::sse::StreamAuthorizer;
use crate::{ConnectionPermit, Gateway, StreamOwner};

/// Wire format of a dialect for the events of a subscription.
pub trait ChannelEncoder: Send + Sync + 'static {
    /// Sent at every ping interval so that a broken connection is noticed; readers skip it.
    const HEARTBEAT: &'static str;
    /// Encodes a message, given as compact JSON in ASCII.
    fn encode_message(message: &str) -> String;
    /// Encodes the last event of a subscription that the server ends.
    fn encode_error(error: &Error) -> String;
}

/// Request for a subscription to one channel.
pub struct OpenChannelStreamRequest<'r> {
    /// Application state.
    pub app: &'r AppState,
    /// Context of the caller.
    pub ctx: &'r Ctx,
    /// Owner to which the stream counts.
    pub owner: StreamOwner,
    /// Channel of the caller's workspace.
    pub channel: &'r str,
    /// Maximum number of earlier messages to send first.
    pub history_length: usize,
    /// Write timeout of the request's connection.
    pub write_timeout: WriteTimeout,
}

/// Opens a subscription. It ends when the client disconnects, the server stops, the subscriber lags, or the
/// credential no longer authorizes it.
///
/// # Errors
/// `RateLimited` if the caller already holds its maximum of streams.
pub fn open_channel_stream<E: ChannelEncoder, G: StreamAuthorizer>(
    request: OpenChannelStreamRequest<'_>,
    authorizer: G,
) -> Result<Body> {
    let OpenChannelStreamRequest {
        app,
        ctx,
        owner,
        channel,
        history_length,
        write_timeout,
    } = request;
    let gateway = Gateway::from_app(app)?;
    let permit = gateway.connections.acquire_stream(ctx.ws(), owner)?;
    let (history, subscription) = gateway
        .channels
        .subscribe(ctx.ws(), channel, history_length);
    write_timeout.set(gateway.timeouts.write_timeout);
    let event_stream = ChannelEventStream::<E, G> {
        history: history.into_iter(),
        subscription,
        authorizer,
        write_timeout,
        heartbeat: HeartbeatHandle::for_stream(&gateway, ctx),
        is_finished: false,
        _shutdown_token: gateway.shutdown_token(),
        _permit: permit,
        _encoder: std::marker::PhantomData,
    };
    Ok(Body::from_stream(stream::unfold(
        event_stream,
        |mut event_stream| async move {
            let chunk = event_stream.next_chunk().await?;
            Some((Ok::<_, Infallible>(chunk), event_stream))
        },
    )))
}

struct ChannelEventStream<E, G> {
    history: std::vec::IntoIter<Arc<str>>,
    subscription: ChannelSubscription,
    authorizer: G,
    write_timeout: WriteTimeout,
    heartbeat: HeartbeatHandle,
    is_finished: bool,
    _shutdown_token: Option<mpsc::Sender<Infallible>>,
    /// Released with the stream.
    _permit: ConnectionPermit,
    _encoder: std::marker::PhantomData<E>,
}

impl<E: ChannelEncoder, G: StreamAuthorizer> ChannelEventStream<E, G> {
    async fn next_chunk(&mut self) -> Option<Bytes> {
        if self.is_finished {
            return None;
        }
        if let Some(message) = self.history.next() {
            return Some(E::encode_message(&message).into());
        }
        loop {
            tokio::select! {
                received = self.subscription.next() => return Some(match received {
                    Ok(message) => E::encode_message(&message).into(),
                    Err(super::ChannelLagged) => self.finish(&Error::new(ErrorKind::Unavailable)),
                }),
                event = self.heartbeat.next() => match event {
                    Ok(HeartbeatEvent::Ping) => return Some(E::HEARTBEAT.into()),
                    Ok(HeartbeatEvent::Reauthorize) => {
                        if let Some(error) = self.reauthorize().await {
                            return Some(self.finish(&error));
                        }
                    }
                    Err(ConnectionEnd::Disconnect(_)) => return Some(self.finish(&Error::new(ErrorKind::Unavailable))),
                    Err(ConnectionEnd::PeerClosed) => return None,
                },
            }
        }
    }

    /// Returns the error that ends the subscription, if re-authorization fails for good. A database outage is not
    /// one.
    async fn reauthorize(&self) -> Option<Error> {
        let error = self.authorizer.reauthorize().await.err()?;
        let is_final = matches!(
            error.kind(),
            ErrorKind::Unauthenticated(_) | ErrorKind::Forbidden(_)
        );
        is_final.then_some(error)
    }

    fn finish(&mut self, error: &Error) -> Bytes {
        self.is_finished = true;
        E::encode_error(error).into()
    }
}

impl<E, G> Drop for ChannelEventStream<E, G> {
    fn drop(&mut self) {
        // The connection may carry further responses.
        self.write_timeout.clear();
    }
}
