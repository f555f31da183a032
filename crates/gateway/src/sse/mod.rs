//! A conversation as a stream of server-sent events.
//!
//! The `id` of every event is a position in the log. A reader that reconnects sends the last one as `Last-Event-ID`,
//! which browsers do by themselves, and the stream resumes there.
//!
//! Keeps INV-42 (`docs/invariants.md`).

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use parlor_engine::instance;
use parlor_kit::{AppState, QueryParams, WriteTimeout, credential};
use parlor_model::conversation::Conversation;
use parlor_model::{Ctx, Result};

mod event;
mod event_encoder;
mod event_stream;
mod reply_stream;
mod stream_epoch;

pub use event::SseEvent;
pub use event_encoder::{EventEncoder, StreamAuthorizer};
pub use reply_stream::{OpenReplyRequest, ReplySource, open_reply};

use crate::{Gateway, StreamOwner};
use event_encoder::SseFrameEncoder;
use event_stream::{EventStream, StreamTimers};
use stream_epoch::StreamEpoch;

/// Media type of event streams.
pub const EVENT_STREAM_MEDIA_TYPE: &str = "text/event-stream";
/// Header with the id of the last received event.
pub const LAST_EVENT_ID_HEADER: &str = "Last-Event-ID";
/// Query parameter used without that header, which browsers send only when they reconnect.
pub const LAST_EVENT_ID_PARAM: &str = "last_event_id";

/// Minimum reconnection delay of clients.
const MIN_RECONNECT_MILLIS: u128 = 1_000;
/// Range of the random addition to it, which spreads reconnections.
const RECONNECT_JITTER_MILLIS: u128 = 4_000;

/// Request for a stream.
pub struct OpenStreamRequest<'r> {
    /// Application state.
    pub app: &'r AppState,
    /// Headers.
    pub headers: &'r HeaderMap,
    /// Query string.
    pub query: &'r QueryParams,
    /// Write timeout of the request's connection.
    pub write_timeout: WriteTimeout,
}

/// Opens a stream of a conversation that the caller may read. It resumes after the last event id in the header or the
/// query, otherwise starts at the head of the log.
///
/// # Errors
/// `RateLimited` if the caller already holds its maximum of streams.
pub async fn open_stream<W: EventEncoder, G: StreamAuthorizer>(
    request: OpenStreamRequest<'_>,
    ctx: &Ctx,
    owner: StreamOwner,
    conversation: &Conversation,
    encoder: W,
    authorizer: G,
) -> Result<Response> {
    let OpenStreamRequest {
        app,
        headers,
        query,
        write_timeout,
    } = request;
    let gateway = Gateway::from_app(app)?;
    let permit = gateway.connections.acquire_stream(ctx.ws(), owner)?;
    let epoch = StreamEpoch::new(instance::epoch(&app.engine).await?);
    let last_event_id = credential::header(headers, LAST_EVENT_ID_HEADER)
        .or_else(|| query.get(LAST_EVENT_ID_PARAM));
    let resume_point = epoch.resume(last_event_id, conversation.last_seq);
    let encoder = Arc::new(encoder);
    let frame_encoder = SseFrameEncoder {
        encoder: encoder.clone(),
        epoch: epoch.clone(),
    };
    let conversation_number = conversation.number;
    let subscription = gateway.hub.subscribe(
        ctx,
        conversation_number,
        Arc::new(frame_encoder),
        resume_point.after,
    );
    let mut first = String::new();
    let retry = MIN_RECONNECT_MILLIS + app.engine.random_uuid().as_u128() % RECONNECT_JITTER_MILLIS;
    event::write_field(&mut first, "retry", &retry.to_string());
    first.push_str(
        &encoder
            .opened_event(resume_point)
            .to_text(Some(&epoch.event_id(resume_point.after))),
    );
    write_timeout.set(gateway.timeouts.write_timeout);
    let event_stream = EventStream {
        subscription,
        encoder,
        epoch,
        authorizer,
        member: ctx.actor.map(|actor| actor.number),
        write_timeout,
        pending: VecDeque::from([first.into()]),
        timers: StreamTimers::new(&gateway, ctx),
        _permit: permit,
    };
    let chunks = stream::unfold(event_stream, |mut event_stream| async move {
        let chunk = event_stream.next().await?;
        Some((Ok::<_, Infallible>(chunk), event_stream))
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
    // Proxies must neither store nor buffer it.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let buffering = HeaderName::from_static("x-accel-buffering");
    headers.insert(buffering, HeaderValue::from_static("no"));
    response
}
