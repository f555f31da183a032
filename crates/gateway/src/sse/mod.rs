//! A conversation as a stream of server-sent events, for those who cannot hold a socket.
//!
//! Every event has a position in the log for its id. A reader that comes back names the last one it has, and goes on
//! there; browsers do so by themselves.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use parlor_engine::instance;
use parlor_kit::{AppState, QueryParams, WriteTimeout, credential};
use parlor_model::conversation::Conversation;
use parlor_model::error::ErrorKind;
use parlor_model::{Ctx, Error, Result};

mod event;
mod event_encoder;
mod event_stream;
mod stream_epoch;

pub use event::SseEvent;
pub use event_encoder::{EventEncoder, StreamAuthorizer};

use crate::{Gateway, StreamOwner};
use event_encoder::SseFrameEncoder;
use event_stream::{EventStream, StreamTimers};
use stream_epoch::StreamEpoch;

/// What streams are.
pub const EVENT_STREAM_MEDIA_TYPE: &str = "text/event-stream";
/// The header by which a reader names the last event it has.
pub const LAST_EVENT_ID_HEADER: &str = "Last-Event-ID";
/// The query parameter that does so where the header is absent: a browser sets the header only when it comes back.
pub const LAST_EVENT_ID_PARAM: &str = "last_event_id";

/// When to ask again for whoever has too many streams.
const RETRY_DELAY: Duration = Duration::from_secs(30);
/// A reader that was cut off comes back after so long at the least.
const MIN_RECONNECT_MILLIS: u128 = 1_000;
/// And up to so much later, each at a time of its own.
const RECONNECT_JITTER_MILLIS: u128 = 4_000;

/// What a request for a stream shows.
pub struct OpenStreamRequest<'r> {
    /// The handle it got.
    pub app: &'r AppState,
    /// Its headers.
    pub headers: &'r HeaderMap,
    /// Its query.
    pub query: &'r QueryParams,
    /// How long its connection bears a client that takes nothing.
    pub write_timeout: WriteTimeout,
}

/// Opens a stream of a conversation that the caller may see. The name of the last event that the reader has stands in
/// the header, or else in the query; without one it begins with what happens from now on.
pub async fn open_stream<W: EventEncoder, G: StreamAuthorizer>(
    asked: OpenStreamRequest<'_>,
    ctx: &Ctx,
    holder: StreamOwner,
    conversation: &Conversation,
    words: W,
    guard: G,
) -> Result<Response> {
    let OpenStreamRequest {
        app,
        headers,
        query,
        write_timeout: patience,
    } = asked;
    let gateway = Gateway::from_app(app)?;
    let seat = gateway.connections.acquire_stream(ctx.ws(), holder);
    let seat = seat.ok_or_else(|| {
        Error::new(ErrorKind::RateLimited {
            retry_after: RETRY_DELAY,
        })
    })?;
    let epoch = StreamEpoch::new(instance::epoch(&app.engine).await?);
    let named = credential::header(headers, LAST_EVENT_ID_HEADER)
        .or_else(|| query.get(LAST_EVENT_ID_PARAM));
    let taken = epoch.resume(named, conversation.last_seq);
    let words = Arc::new(words);
    let told = SseFrameEncoder {
        encoder: words.clone(),
        epoch: epoch.clone(),
    };
    let number = conversation.number;
    let feed = gateway
        .hub
        .subscribe(ctx, number, Arc::new(told), taken.after);
    let mut first = String::new();
    let retry = MIN_RECONNECT_MILLIS + app.engine.random_uuid().as_u128() % RECONNECT_JITTER_MILLIS;
    event::write_field(&mut first, "retry", &retry.to_string());
    first.push_str(
        &words
            .opened_event(taken)
            .to_text(Some(&epoch.event_id(taken.after))),
    );
    patience.set(gateway.timeouts.write_timeout);
    let line = EventStream {
        subscription: feed,
        encoder: words,
        epoch,
        authorizer: guard,
        member: ctx.actor.map(|actor| actor.number),
        write_timeout: patience,
        pending: VecDeque::from([first.into()]),
        timers: StreamTimers::new(&gateway, ctx),
        _permit: seat,
    };
    let chunks = stream::unfold(line, |mut line| async move {
        let chunk = line.next().await?;
        Some((Ok::<_, Infallible>(chunk), line))
    });
    Ok(response(Body::from_stream(chunks)))
}

fn response(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(EVENT_STREAM_MEDIA_TYPE),
    );
    // Nobody between may keep it, or keep it back.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let buffering = HeaderName::from_static("x-accel-buffering");
    headers.insert(buffering, HeaderValue::from_static("no"));
    response
}
