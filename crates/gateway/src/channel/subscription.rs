//! A subscription as the endless body of an answer.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::stream;
use parlor_kit::{App, Patience};
use parlor_model::error::Kind;
use parlor_model::{Ctx, Error, Result};
use tokio::sync::mpsc;

use super::Subscription;
use crate::pulse::{Beat, Tick};
use crate::socket::Left;
use crate::stream::Guard;
use crate::{Gateway, Holder, Seat};

/// When to ask again for whoever has too many streams.
const RETRY_DELAY: Duration = Duration::from_secs(30);

/// How a dialect writes the events of a subscription.
pub trait ChannelEncoder: Send + Sync + 'static {
    /// Sent from time to time, so that a connection that is gone is noticed; a reader passes over it.
    const HEARTBEAT: &'static str;
    /// A message, given as compact JSON in ASCII.
    fn encode_message(message: &str) -> String;
    /// Sent last, where the server ends the subscription: why.
    fn encode_error(error: &Error) -> String;
}

/// A request for a subscription.
pub struct OpenSubscriptionRequest<'r> {
    /// The handle it got.
    pub app: &'r App,
    /// Who subscribes.
    pub ctx: &'r Ctx,
    /// Whose the stream is.
    pub holder: Holder,
    /// Which channel of the workspace.
    pub channel: &'r str,
    /// Messages that were published before, at the most.
    pub history_length: usize,
    /// How long its connection bears a client that takes nothing.
    pub patience: Patience,
}

/// Opens a subscription. It ends when the reader goes, the server stops, the reader cannot keep up, or what opened it
/// would not open it again.
///
/// # Errors
/// `RateLimited` where the caller has as many streams as it may.
pub fn open<E: ChannelEncoder, G: Guard>(
    request: OpenSubscriptionRequest<'_>,
    guard: G,
) -> Result<Body> {
    let OpenSubscriptionRequest {
        app,
        ctx,
        holder,
        channel,
        history_length,
        patience,
    } = request;
    let gateway = Gateway::of(app)?;
    let seat = gateway.seats.take_stream(ctx.ws(), holder);
    let seat = seat.ok_or_else(|| {
        Error::new(Kind::RateLimited {
            retry_after: RETRY_DELAY,
        })
    })?;
    let (history, subscription) = gateway
        .channels
        .subscribe(ctx.ws(), channel, history_length);
    patience.limit(gateway.pace.drain);
    let line = SubscriptionStream::<E, G> {
        history: history.into_iter(),
        subscription,
        guard,
        patience,
        beat: Beat::one_way(&gateway, ctx),
        is_over: false,
        _busy: gateway.busy(),
        _seat: seat,
        _encoder: std::marker::PhantomData,
    };
    Ok(Body::from_stream(stream::unfold(
        line,
        |mut line| async move {
            let chunk = line.next().await?;
            Some((Ok::<_, Infallible>(chunk), line))
        },
    )))
}

struct SubscriptionStream<E, G> {
    history: std::vec::IntoIter<Arc<str>>,
    subscription: Subscription,
    guard: G,
    patience: Patience,
    beat: Beat,
    is_over: bool,
    _busy: Option<mpsc::Sender<Infallible>>,
    /// Given back with the stream.
    _seat: Seat,
    _encoder: std::marker::PhantomData<E>,
}

impl<E: ChannelEncoder, G: Guard> SubscriptionStream<E, G> {
    async fn next(&mut self) -> Option<Bytes> {
        if self.is_over {
            return None;
        }
        if let Some(message) = self.history.next() {
            return Some(E::encode_message(&message).into());
        }
        loop {
            tokio::select! {
                received = self.subscription.next() => return Some(match received {
                    Ok(message) => E::encode_message(&message).into(),
                    Err(super::Lagged) => self.end(&Error::new(Kind::Unavailable)),
                }),
                tick = self.beat.next() => match tick {
                    Ok(Tick::Ping) => return Some(E::HEARTBEAT.into()),
                    Ok(Tick::Check) => {
                        if let Some(error) = self.refusal().await {
                            return Some(self.end(&error));
                        }
                    }
                    Err(Left::With(_)) => return Some(self.end(&Error::new(Kind::Unavailable))),
                    Err(Left::Away) => return None,
                },
            }
        }
    }

    /// Why the subscription would not be opened again. A database that does not answer for a moment has taken nothing
    /// away.
    async fn refusal(&self) -> Option<Error> {
        let error = self.guard.check().await.err()?;
        let is_final = matches!(error.kind(), Kind::Unauthenticated(_) | Kind::Forbidden(_));
        is_final.then_some(error)
    }

    fn end(&mut self, error: &Error) -> Bytes {
        self.is_over = true;
        E::encode_error(error).into()
    }
}

impl<E, G> Drop for SubscriptionStream<E, G> {
    fn drop(&mut self) {
        // The connection may carry other answers after this one.
        self.patience.lift();
    }
}
